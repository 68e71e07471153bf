"""How tasks are given and taken in a roundabout way ("we need Ann to", "you'll have it on Monday"), and words that only seem to:
a wish, a condition, what others decided."""

from __future__ import annotations

from app.kinds.languages.cue_phrases.base import CuePhrases

_Z = "[\u200c ]?"
_NAME = r"(?-i:[A-ZÀ-Ý])\w+"
_NO_DEED = (
    r"(?:be|have|see|know|understand|think|realise|realize|remember|wait|admit|bear|speak up|hear|imagine|get used|learn)\b"
)

COMMITMENTS: dict[str, CuePhrases] = {
    "en": CuePhrases(
        asks=(
            rf"\bwe need {_NAME} to (?!{_NO_DEED})\w+",
            rf"^\W*(?:(?:and|so|then|okay),? )?(?:\w+, )?you['\u2019]ll (?:need|have) to (?!{_NO_DEED})\w",
            r"\b(?:could|can|would|will) (?:some(?:one|body)|any(?:one|body)|you) (?:please )?let [\w ]{2,25} know\b",
            r"\bcould I ask (?:you|one of you)\b|\bwould you be able to (?!hear|see)\w+|\bplease do\b(?! not|n['\u2019]t)",
        ),
        delegates=(rf"\blet['\u2019]s (?:have|get|ask) {_NAME} (?:to )?(?!and\b|in\b|on\b|back\b)\w+",),
        promises=(
            r"\bI(?:['\u2019]d| had) better (?!be\b|go\b|not\b|stop\b|leave\b|start\b|look\b)\w+|\bshall I (?:do|make|write|send|ask|call|ring|book|order|bring|take) [^?]{3,50}\bthen\?",
        ),
        takes=(r"^\W*(?:yes,? |okay,? |no,? )*I will(?=,|\W*$)",),
        assigns=(rf"['\u2019]s (?:agreed|offered|volunteered|promised) to (?!{_NO_DEED})\w+|(?:is|are) to (?!be\b|have\b)\w+",),
        deeds=(
            r"\bI(?:['\u2019]d| had) better \w+|\blet['\u2019]s have \w+ |\bwe need \w+ to |\bI(?:['\u2019]ll| will) ask (?:the|my|our|his|her|their)\b",
        ),
        idle=(
            r"^\W*(?:and |but |so )?if (?:we|they|I|you|he|she|it) (?:\w+ed|had|were|was|bought|went|took|got|did|made|came|found|lost)\b",
            r"\bmaybe (?:we|somebody|someone|one) (?:should|could|ought to) (?:[\w ]{1,30} )?(?:one day|some ?day|some ?time|at some point|eventually)\b",
            r"\bsays? (?:he|she|they)(?:['\u2019]ll| will) (?:never|always)\b",
        ),
        reports=(r"\bthey (?:have |['\u2019]ve )?(?:just )?decided\b",),
    ),
    "fr": CuePhrases(
        asks=(
            r"\b(?:ça|cela) (?:t['\u2019]|vous |te )(?:embêterait|ennuierait|dérangerait|va) (?:pas )?(?:de|d['\u2019])",
            r"\bveill(?:e|ez) (?:bien )?à (?:ce qu|ne pas|\w+(?:er|ir|re)\b)|\bfai(?:s|tes) en sorte (?:que|de)\b|\bassure(?:z)?-(?:toi|vous)\b",
            r"\bil (?:me|nous) (?:faut|faudrait|faudra) [\w'\u2019 ]{2,40}\b(?:pour|avant|d['\u2019]ici)\b|\b(?:tu|vous) (?:me|nous) fa(?:is|ites) un \w+ ",
            rf"\bil faut(?: bien)? que (?:{_NAME}|quelqu['\u2019]un) ",
        ),
        promises=(r"\bje ferais mieux (?:de|d['\u2019])|\b(?:donc|alors|bon),? je le fais\b",),
        pledges=(r"\b(?:tu auras|vous aurez|je vois (?:ça|cela) avec|je les? vois|je l['\u2019]ai pour|ce sera prêt)\b",),
        takes=(
            r"^\W*celui-là,? (?:c['\u2019]est )?(?:je le prends|pour moi)|\b(?:celui|celle)-là,? je (?:le|la) prends\b",
            r"\bje l['\u2019](?:enlève|ajoute|appelle|envoie|apporte|inscris|écris|imprime|installe|efface|emmène)\b(?! (?:toujours|souvent|jamais|chaque))",
        ),
        assigns=(
            r"(?:a|s['\u2019]est|avait) (?:accepté|promis|proposée?|engagée?|offerte?|portée?) (?:de|d['\u2019]|à|pour|volontaire) ?",
        ),
        deeds=(
            r"\bje ferais mieux de\b|\bveill(?:e|ez) à\b|\bje le fais\b|\bje l['\u2019](?:enlève|ajoute|appelle|envoie|écris|imprime)\b|\bje leur en reparle\b",
        ),
        idle=(
            r"\boui ou non ?\?",
            r"\bmerci d['\u2019](?:être|avoir)\b|\bil faudrait peut-être (?!que (?:tu|vous))|\bpeut-être qu['\u2019]il faudrait (?!que (?:tu|vous))",
            r"^\W*(?:et |mais )?si (?:\w+ |l['\u2019]|j['\u2019]|c['\u2019]){1,3}\w+(?:ait|ais|ions|iez|aient)\b",
        ),
    ),
    "de": CuePhrases(
        asks=(
            r"\bdu (?:musst|müsstest) (?!nur\b|ja\b|mal sehen|dir\b|wissen)(?:[\w.]+ ){1,7}?\w+en\b(?<!verstehen)(?<!wissen)(?<!sehen)(?<!denken)",
            r"\b(?:darf|dürfte|kann) ich (?:dich|euch|sie) (?:\w+ )?bitten\b|\bich brauche (?:\w+ ){1,4}bis \w+",
        ),
        promises=(
            r"^\W*(?:ja,? |und |also )*(?:den|die|das|dem|der|einen|eine) \w+ kann ich (?!nicht\b|mir\b)(?:\w+ ){0,3}(?:mit)?\w*(?:bringen|nehmen|holen|machen|leihen|geben|schicken|schreiben|fahren|übernehmen)\b",
            r"\bich sollte (?:wohl|besser|lieber|vielleicht) (?:\w+ ){1,5}\w+en\b",
        ),
        pledges=(r"\b(?:hast|bekommst|kriegst|habt|bekommt|kriegt|bekommen) (?:du|ihr|sie) ",),
        assigns=(r"hat (?:\w+ )?(?:zugesagt|versprochen|angeboten|sich bereit erklärt)\b",),
        deeds=(
            r"\bich sollte (?:wohl|besser|lieber) |\bdarf ich dich bitten\b|\b(?:du musst|den \w+ kann ich) (?:\w+ ){1,7}\w+en\b|\bich brauche (?:\w+ ){1,4}bis\b",
        ),
        idle=(
            r"\bvielleicht (?:sollte|müsste|könnte) (?:man|jemand) (?:[\w ]{1,30} )?(?:irgendwann|mal|eines tages)\b",
            r"^\W*(?:und |aber )?wenn (?:wir|ich|man|er|sie|es) [^,?]{2,50}(?:würden?|hätten?|wären?|kauften?|müssten?)\b",
            r"\b(?:sie|er) sagt,? (?:da |dass )?[\w ,]{2,30}\bnie wieder\b|\bstelle? (?:ich )?den antrag\b",
        ),
        reports=(r"\b(?:die|sie|er) (?:haben|hat) (?:\w+ ){0,3}(?:beschlossen|entschieden)\b",),
    ),
    "es": CuePhrases(
        asks=(
            r"\b(?:te|os|le) puedo pedir que\b|\bque [A-ZÁÉÍÓÚ]?\w+ (?:hable|llame|escriba|vaya|prepare|mande|envíe|avise|pida|haga|revise|compre) ",
            r"\b(?:tendrás|tendréis|tendrá) que (?!ver\b|ser\b|estar\b|tener\b|entender\b|saber\b)\w+",
            r"(?:^|[,;:.] ?)(?:ap[úu]nta|m[áa]nda|p[áa]sa|d[íi]|p[óo]n|tr[áa]e|ll[áa]ma|env[íi]a|resp[óo]nde)(?:me|nos|le|les|se|sel|lo|la|los|las)\w*\b",
        ),
        promises=(r"\bmás vale que (?:yo )?\w+e(?: yo)?\b|\bserá mejor que (?:yo )?\w+e(?: yo)?\b",),
        pledges=(r"\b(?:tienes|tendrás|tenéis|tendréis) (?:el|la|los|las) |\b(?:la|lo|las|los) cambio\b",),
        takes=(
            r"\b(?:esa|ese|eso|esta|este|la primera|la segunda)(?: \w+)? me (?:la|lo) quedo\b|\ble \w+o yo (?:el|la|los|las|un|una)\b|\byo me (?:informo|entero|encargo)\b",
        ),
        assigns=(r"(?:ha|había) (?:aceptado|prometido|dicho que|quedado en) \w+|se ha (?:ofrecido|comprometido) a \w+",),
        deeds=(
            r"\bmás vale que \w+|\btendrás que \w+|\b(?:te|os) puedo pedir que\b|\bap[úu]ntame\b|\byo me (?:informo|entero)\b|\bles mando\b",
        ),
        idle=(
            r"\b(?:igual|quizás?|a lo mejor|tal vez) (?:algún día |un día )?(?:habría|deberíamos|podríamos) (?:que )?(?:[\w ]{1,30})",
            r"^\W*(?:y |pero )?si (?:\w+ ){0,2}\w+(?:ara|era|áramos|éramos|iera|iéramos|aran|ieran)\b",
            r"\bno lo digo por (?:ti|vosotros|usted|nadie)\b",
        ),
        reports=(
            r"^\W*(?:empezamos|comenzamos|arrancamos) (?:por|con) |\bdecidieron\b|(?<!se )\bdecidió\b|\bhace (?:\w+ ){1,2}(?:años?|mes(?:es)?)\b",
        ),
    ),
    "fa": CuePhrases(
        asks=(
            rf"(?:ازت|ازتون|از شما) (?:بخوام|خواهش کنم)|می{_Z}شه .{{2,40}}(?:بشی|بشین|بکشی|کنی|بدی|بزنی)\W*؟?$",
            r"لازم(?:ه| است) .{2,50}(?:کنه|کند|بده|بدهد|بزنه|بزند|بگیره|بگیرد|بشه|شود)(?!\w)|(?:رو|را) .{0,20}به من (?:برسون|برسان|بده)",
        ),
        delegates=(
            r"(?:قرار شد|قراره) (?!ما )\S+ .{2,50}(?<!می)(?:کنه|کند|بده|بدهد|بزنه|بزند|بگه|بگوید|بره|برود|بخره|بخرد|بنویسه|بنویسد|بفرسته|بفرستد)\W*$",
        ),
        promises=(r"بهتره .{2,40}(?:بدم|بکنم|کنم|بزنم|بگم|بپرسم|بفرستم)(?!\w)",),
        pledges=(rf"می{_Z}(?:ذارم|گذارم|رسونم|رسانم|بینم)",),
        deeds=(r"بهتره .{2,40}(?:بدم|کنم|بزنم|بگم)(?!\w)|لازم(?:ه| است) .{2,50}کنه",),
        idle=(r"شاید (?:.{1,15} )?بد نباشه|^\W*(?:اگه|اگر) می\u200c?\S+یم",),
    ),
}
