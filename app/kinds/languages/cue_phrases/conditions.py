"""What a decision waits for, and what nobody could say: a matter that stays open though nobody asks."""

from __future__ import annotations

from app.kinds.languages.cue_phrases.base import CuePhrases

_Z = "[\u200c ]?"

CONDITIONS: dict[str, CuePhrases] = {
    "en": CuePhrases(
        nobody_knows=(
            r"^\W*(?:nobody|no one)(?:['\u2019]s| has) (?:told|said|asked|mentioned)\b|^\W*they (?:don['\u2019]t|do not) know\b",
        ),
        leaves_open=(
            r"^\W*(?:(?:well|so|and|okay|yeah),? )*(?:that|it|this|(?:the|our) \w+|it all|everything) (?:all )?depends on (?:whether|if|who|when|what (?:the|they|he|she|we)|how (?:much|many|the|they))\b",
            r"\bwe(?:['\u2019]ll| will| can)?(?: only)? decide (?:[\w ]{1,25} )?(?:when|once|as soon as|after) (?:we|they|he|she|it|the|I|you|somebody|everyone)\b",
            r"\bbefore (?:we|anyone|anybody) (?:can )?decides?\b|\b(?:can['\u2019]t|cannot|couldn['\u2019]t) decide (?:\w+ )?(?:without|until|before)\b",
            r"\b(?:nobody|no one)(?:['\u2019]s| has)? (?:yet )?(?:told|tells|said|says|confirmed|mentioned|explained)\b[\w ]{0,12}\b(?:when|who|what|whether|if|how|where|why|which)\b",
            r"\bthe (?:big |real |only )?question (?:is|remains|will be),? (?:whether|who|how|if|what|when|where)\b",
            r"\bwe(?:['\u2019]ll| will)? (?:have|need) to (?:come|go|get) back to (?!you\b|me\b|him\b|her\b|them\b|work\b|school\b)\w",
            r"^\W*(?:deferred|postponed|adjourned|held over|carried over|tabled) (?:to|until|till|for)\b",
            r"\bwe(?:['\u2019]ll| will) (?:only )?(?:see|know|find out) (?!you\b)(?:[\w ]{1,25} )?(?:whether|if)\b",
            r"\bnot sure\b[^.?]{3,60}\bwe(?:['\u2019]d| would| should)? have to (?:check|ask|look|find out|see)\b",
            r"\b(?:whether|if) [^.?]{3,50}, I (?:really |honestly )?(?:don['\u2019]t|do not) know\W*$",
        ),
    ),
    "fr": CuePhrases(
        nobody_knows=(
            r"^\W*(?:ils|elles) (?:ne )?(?:le )?savent pas\b|^\W*personne ne (?:nous |m['\u2019]|me )?(?:l['\u2019])?a (?:rien )?dit\b|^\W*aucune idée\b",
        ),
        leaves_open=(
            r"^\W*(?:(?:bon|ben|oui|enfin|alors),? )*(?:ça|cela|tout) (?:va )?(?:dépend(?:ra)?|dépendre) (?:de (?:ce|la|l['\u2019]|si|qui)|du|des|d['\u2019]eux)",
            r"\bon (?:ne )?(?:se )?décide(?:ra)? (?:[\w'\u2019 ]{1,30} )?(?:quand|lorsqu|une fois|dès que|après|qu['\u2019]avec)\b",
            r"\bavant (?:de|qu['\u2019]on) (?:pouvoir )?(?:décid|tranch|choisi)\w*",
            r"\bpersonne ne (?:nous |m['\u2019]|me |l['\u2019])*(?:a |avait )(?:dit|précisé|confirmé|expliqué)\b",
            r"\bquestion,? (?:c['\u2019])?est (?:de savoir |surtout )?(?:si|qui|quand|comment|où)\b|\bla question est (?:de savoir )?(?:si|qui|comment)\b",
            r"\bil (?:va falloir|faudra|faut) (?:revenir sur|en reparler|reparler d)",
            r"^\W*(?:reporté|ajourné|renvoyé|remis)e?s? (?:à|au|jusqu)\b",
            r"\bon (?:verra|saura) (?:bien )?(?:[\w'\u2019 ]{3,25} )s(?:i\b|['\u2019]il)",
            r"\bpas s[uû]re? que\b[^.?]{3,70}\bil faudrait (?:voir|vérifier|demander)\b|\bil faudrait savoir s(?:i\b|['\u2019])",
            r"^\W*aucune idée (?:de|du|des|d['\u2019])\b|\bpas clair\b",
        ),
    ),
    "de": CuePhrases(
        nobody_knows=(
            r"^\W*das wissen (?:die|sie) (?:\w+ )?(?:selbst )?(?:noch |auch )?nicht\b|^\W*(?:hat|haben) (?:mir |uns )?(?:keiner|niemand) gesagt\b|^\W*(?:die|sie) wissen (?:es|das) (?:\w+ )?nicht\b",
        ),
        leaves_open=(
            r"\bhängt (?:\w+ ){0,2}(?:davon|von [\w ]{2,25}) ab\b|\bkommt (?:ganz )?(?:darauf|drauf) an,? (?:ob|was|wie|wer|wann)\b",
            r"\b(?:entscheiden|beschließen) wir (?:[\w ]{1,25})?,? ?(?:wenn|sobald|erst,? wenn|nachdem)\b",
            r"\bbevor wir (?:\w+ ){0,3}(?:entscheiden|beschließen)\b|\b(?:können|konnten) wir (?:\w+ ){0,3}(?:erst|nicht) (?:\w+ ){0,2}(?:entscheiden|beschließen),? (?:wenn|bevor|bis)\b",
            r"\b(?:keiner|niemand) hat (?:uns |mir |\w+ )?(?:gesagt|mitgeteilt|erklärt|verraten),? (?:wer|wann|ob|wie|wo|was|warum)\b",
            r"\bdie (?:große )?frage ist,? (?:nur,? )?(?:ob|wer|wie|wann|was|wo)\b",
            r"\bmüssen wir (?:noch ?mal|nochmals?|später|wieder) (?:\w+ )?(?:zurückkommen|ran|drüber reden|darüber reden|sprechen)\b",
            r"^\W*(?:vertagt|verschoben|zurückgestellt) (?:auf|bis)\b|\bnicht (?:auf \w+ )?einigen\b",
            r"\b(?:sehen|wissen|erfahren) wir(?: dann| erst)?,? ob\b|\bwir (?:sehen|wissen)(?: dann| erst)?,? (?:im|am|nächst\w*) ?[\w ]{0,20},? ob\b",
            r"\bnicht sicher,? ob\b[^.?]{3,60}\bmüsste man\b|\bman müsste (?:\w+ ){0,3}?(?:rausfinden|herausfinden|klären|wissen)\b",
            r"\b(?:das )?(?:muss|müsste) (?:der|die|das) \w+ entscheiden\b",
        ),
    ),
    "es": CuePhrases(
        nobody_knows=(
            r"^\W*(?:ellos )?(?:tampoco |aún |todavía )?no (?:lo )?saben\b|^\W*nadie (?:nos |me )?(?:lo )?ha dicho\b|^\W*ni idea\b",
        ),
        leaves_open=(
            r"^\W*(?:(?:bueno|pues|eso|y|todo),? )*(?:todo |eso )?depende(?:rá)? (?:de|del)\b",
            r"\b(?:decidimos|decidiremos|lo decidimos|lo vemos) (?:[\w ]{1,25} )?(?:cuando|una vez|en cuanto|después de que)\b",
            r"\bantes de (?:poder )?(?:decidir|tomar una decisión)\b|\bsin (?:el|la|los|las|un|una) [\w ]{2,20} no (?:se puede|podemos) decidir\b",
            r"\bnadie (?:nos |me )?(?:ha |había )?(?:dicho|explicado|confirmado|avisado) (?:\w+ )?(?:cuándo|quién|si|cómo|cuánto|qué|dónde)\b",
            r"\bla (?:cuestión|pregunta|duda) es (?:si|quién|cómo|cuándo|de dónde)\b|\bno tengo claro (?:si|quién|de quién|cómo|cuándo|qué)\b",
            r"^\W*(?:se )?(?:aplaza|aplazado|aplazada|pospuesto|queda aplazado) (?:a|hasta|para) (?:la|el)\b",
            r"\bveremos (?:[\w ]{1,20} )?si\b|\bni idea de (?:cuánt|quién|cómo|cuándo|dónde|qué|si)",
            r"\bhabría que (?:averiguar|saber|ver) (?:si|quién|cómo|cuánto|cuándo)\b|\bno (?:estoy segur[oa]|sé) (?:de )?(?:que|si)\b[^.?]{3,60}\bhabría que\b|\bno sé si (?:todavía|aún)\b",
        ),
    ),
    "fa": CuePhrases(
        nobody_knows=(
            r"^\W*(?:خودشون هم |هنوز )?نمی[\u200c ]?(?:دونن|دانند|دونه|داند)|^\W*کسی (?:به ما |به من )?(?:چیزی )?نگفته|نمی[\u200c ]?(?:دونم|دانم)\W*$",
        ),
        leaves_open=(
            r"بستگی (?:به .{2,30} )?(?:داره|دارد)|بستگی به",
            rf"تا .{{2,40}} (?:نیاد|نیاید|نرسه|نرسد|نباشه|نباشد|معلوم نشه|نشه) نمی{_Z}(?:شه|شود|تونیم|توانیم)",
            rf"(?:تا )?بعد(?:ش|اً|ا)? تصمیم بگیریم|(?:وقتی|هر وقت|بعد از اینکه) .{{2,50}}تصمیم می{_Z}گیریم|بمون[هد] تا|بماند تا",
            r"کسی (?:به ما |به من |هنوز )?نگفته|فکر نکنم .{0,25}(?:بتونیم|بتوانیم) تصمیم|حل ن(?:شد|شده)",
            r"(?:سؤال|سوال|مسئله|پرسش) (?:اینه|این است)|(?:باید )?دوباره (?:صحبت|بررسی|حرف) (?:کنیم|بزنیم)",
            rf"معلوم می{_Z}(?:شه|شود) .{{2,40}}(?:یا نه)|موکول شد|نمی{_Z}(?:دونم|دانم)\W*$|روشن نیست|منتظر .{{2,25}}(?:یم|هستیم) تا",
            r"مطمئن نیستم .{2,50}باید|باید ببینیم .{2,30}یا نه|هنوز فکرش رو نکرد",
        ),
    ),
}
