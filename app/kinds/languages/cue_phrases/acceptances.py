"""How people take up what somebody has just proposed or wished for: "let's do that" decides it, "brilliant" takes an offer up.

Such a sentence says nothing of its own: it stands behind what it takes up, which *suggests* words begin."""

from __future__ import annotations

from app.kinds.languages.cue_phrases.base import CuePhrases

_Z = "[\u200c ]?"
_BEGINS = r"(?:^\W*|[,.;:!\u2014\u2013\u060c] )"
_EN = rf"{_BEGINS}(?:(?:okay|ok|right|fine|good|great|all right|alright|so|well|then|and|yeah|yes|sure|agreed|cool|perfect),? ){{0,5}}"
_FR = rf"{_BEGINS}(?:(?:bon|ben|alors|donc|et|oui|ok|okay|d['\u2019]accord|ah|très bien|parfait|voilà|entendu|allez),? ){{0,5}}"
_DE = rf"{_BEGINS}(?:(?:gut|okay|ok|ja|also|dann|na|prima|super|einverstanden|schön|alles klar),? ){{0,5}}"
_ES = rf"{_BEGINS}(?:(?:pues|vale|bueno|bien|entonces|venga|sí|de acuerdo|y|muy bien|perfecto|ok),? ){{0,5}}"
_FA = r"(?:^\W*|[\u060c,.!] )(?:(?:خب|خوبه|خوب|باشه|پس|آره|بله|قبول|عالیه|عالی)[\u060c,]? ){0,5}"
_END_EN = r"(?:,? (?:(?:until|till|for) [^.,;?]{2,30}|then|this time|from now on|anyway))?(?=\W*$|[,;.!\u2014] )"
_END = r"(?: (?:jusqu|pour|bis|hasta|por|تا )[^.,;?]{2,30})?(?=\W*$|[,;.!\u2014\u060c] )"

ACCEPTANCES: dict[str, CuePhrases] = {
    "en": CuePhrases(
        accepts=(
            rf"{_EN}(?:let(?: us|['\u2019]?s) (?:just )?(?!do this\b)(?:do|try|go (?:with|for)|take|settle (?:on|for)) (?:it|that|this|that one|this one)(?: (?:like that|that way|like this|this way))?{_END_EN}"
            rf"|(?:we(?:['\u2019]ll| will)) (?:do|go (?:with|for)) (?:it|that|this|that one)(?: (?:like that|that way))?{_END_EN}"
            rf"|do (?:it|that){_END_EN})",
        ),
        suggests=(
            r"\b(?:what if (?:we|i|you)\b|how about|what about (?:\w+ing|a|an|the)\b|I(?:['\u2019]d| would) (?:propose|suggest|go for|rather (?:we|have))|"
            r"my (?:suggestion|proposal) (?:is|would be)|could(?:n['\u2019]t)? we|might we|we might (?:just )?(?:as well )?\w+|should we|why not)\b",
        ),
        decides=(
            r"^\W*(?:(?:okay|ok|right|fine|good|so),? )*then it['\u2019]s (?:(?:mon|tues|wednes|thurs|fri|satur|sun)day\b(?! (?:again|already|and|when|that)\b)|(?!(?:all|not|up|down|downhill|out|off|over|time|back|work|only|just)\b)[\w'\u2019-]+ (?:from|on|at)\b)",
        ),
        settles=(
            r"^\W*(?:(?:okay|so|right|fine|then|good)[,.]? )+no (?:[\w'\u2019-]+ ){1,3}(?:this|next) (?:year|month|time|season|week|summer|winter)\b(?!,? (?:I (?:hope|guess|suppose|think)|apparently|they)\b)",
        ),
        welcomes=(
            r"^\W*(?:(?:oh|yes|yeah|okay|ok),? )*(?:that(?:['\u2019]d| would) (?:be|help) ?(?:\w+ly )?(?:brilliant|great|lovely|wonderful|perfect|helpful|good|nice|fantastic|kind)?|yes,? please|please do|great,? thank|perfect,? thank|brilliant|wonderful,? thank)(?![^.!?]*\bbut\b)",
        ),
        refers=(r"\b(?:it|that|them|this|those|these)\b(?!['\u2019]s\b| (?:is|was|will|has|looks|seems)\b)",),
        promises=(
            r"\bI(?:['\u2019]m| am) (?:happy|glad) to take (?:it|that|this|the)\b|\bI(?:['\u2019]ll)? take (?:\w+ ){0,2}myself\b|(?:^|[,;:\u2014] )(?:the \d+(?:st|nd|rd|th)|that one|this one|the \w+) I(?:['\u2019]ll)? take(?=\W*$|[,;.])",
        ),
        deeds=(r"\bI(?:['\u2019]m| am) (?:happy|glad) to take\b|\bI(?:['\u2019]ll)? take (?:\w+ ){0,2}myself\b",),
        refuses=(
            r"^\W*(?:(?:certainly|absolutely|definitely|of course|probably|rather) not|no way|never|not at all|by no means)\b",
        ),
        convenes=(
            r"\b(?:start|begin|get started|move on|continue|go on|carry on)(?: now| then| again| please)*\W*$|\b(?:take|have) (?:a|another) (?:\w+ )?(?:break|pause)\b|"
            r"\b(?:open|close|shut) the (?:window|door)s?\b",
        ),
        nobody_knows=(
            r"^\W*(?:(?:good|fair) (?:question|point)\W+)(?:well,? |honestly,? )?(?:I|we) (?:have no (?:idea|clue)|don['\u2019]t know|can['\u2019]t say)\b",
        ),
    ),
    "fr": CuePhrases(
        accepts=(
            rf"{_FR}(?:on (?:va )?(?:fait|faire|part|partir|procède|le fait|la fait) (?:comme ça|comme cela|ainsi|là-dessus|ça)|on (?:le|la|les) (?:fait|prend)(?=\W*$)|faisons(?: ça| cela|-le| comme ça| ainsi)|"
            rf"partons (?:là-dessus|sur (?:ça|cela))|allons-y(?: comme ça)?|(?:c['\u2019]est )?vendu|adjugé|ça marche comme ça){_END}",
        ),
        suggests=(
            r"\b(?:(?:et )?si (?:on|nous|l['\u2019]on) \w+(?:ait|ions)|je (?:propose|suggère|proposerais|suggérerais|dirais)|(?:on|nous) (?:pourrait|pourrions|n['\u2019]a qu['\u2019]à)|"
            r"ce serait (?:bien|mieux) (?:de|d['\u2019]|qu)|pourquoi (?:pas|ne pas|on ne|on))\b",
        ),
        welcomes=(
            r"^\W*(?:(?:oh|ah|oui),? )*(?:ce serait (?:super|génial|bien|parfait|gentil|formidable)|volontiers|avec plaisir|oui,? merci|super,? merci|parfait,? merci|je veux bien)(?![^.!?]*\bmais\b)",
        ),
        refers=(r"\b(?:ça|cela|le|la|les|en|y)\b|\bl['\u2019]",),
        asks=(
            r"\b(?:tu (?:veux|voudrais|pourrais)|vous (?:voulez|voudriez)) bien (?:(?:le|la|les|lui|leur|me|nous|y|en|l['\u2019]) ?)*\w+(?:er|ir|re)\b",
        ),
        promises=(r"\bje passe un (?:coup de fil|appel|mail)\b",),
        deeds=(r"\bje passe un (?:coup de fil|appel|mail)\b",),
        refuses=(
            r"^\W*(?:surtout pas|(?:certainement|absolument|sûrement|vraiment) pas|pas du tout|(?:il n['\u2019]en est )?pas question|hors de question|jamais)\b",
        ),
        convenes=(
            r"\b(?:commence(?:r|ait)?|continue(?:r|ait)?)(?: maintenant)?\W*$|\bune (?:petite )?pause\b|\b(?:ouvr|ferm)\w{1,6} (?:la|les) (?:fenêtre|porte)s?\b",
        ),
        nobody_knows=(
            r"^\W*bonne question\W+(?:(?:franchement|là|euh),? )?(?:je n['\u2019]en sais rien|aucune idée|on (?:ne )?sait pas|je (?:ne )?sais pas)\b",
        ),
    ),
    "de": CuePhrases(
        accepts=(
            rf"{_DE}(?:(?:so )?machen wir(?: das| es|['\u2019]?s)?(?: (?:doch|jetzt|dann|halt|einfach))?(?: so)?|(?:das|so) machen wir(?: das| es|['\u2019]s)?(?: so)?|"
            rf"(?:so|das) nehmen wir|lass(?:t)? uns das (?:so )?machen){_END}",
        ),
        suggests=(
            r"\b(?:wie wär['\u2019]?e?s?(?: es)?(?: denn)?,? wenn|was (?:haltet ihr|hältst du) davon|ich würde (?:vorschlagen|sagen)|ich schlage vor|mein vorschlag|"
            r"sollen wir|wollen wir|sollten wir|könnten wir|wir könnten|man könnte|warum nicht)\b",
        ),
        settles=(
            r"\b(?:lassen wir|bleibt|bleiben)(?: \w+){0,2},? (?:so,? )?(?:wie|wo) (?:sie|er|es|die|der|das) (?:\w+ )?(?:sind|ist|war|waren|steht|stehen|liegt|liegen)\b(?!.*\?|, (?:hat|sagt|meint)\b)",
        ),
        welcomes=(
            r"^\W*(?:(?:oh|ja),? )*(?:das wäre? (?:super|toll|klasse|prima|nett|gut|schön|spitze)|ja,? bitte|ja,? gern|prima,? danke|super,? danke)(?![^.!?]*\baber\b)",
        ),
        refers=(r"\b(?:das|es|die|den|sie|ihn|davon|dafür)\b",),
        reports=(r"^\W*(?:das|die|den) haben wir nicht\b|\bwill uns ab\b",),
        refuses=(
            r"^\W*(?:auf (?:gar )?keinen fall|keinesfalls|(?:bestimmt|sicher|natürlich|bloß|lieber|ganz und gar) nicht|nie(?:mals| im leben)?|(?:das )?kommt (?:gar )?nicht in frage)\b",
        ),
        convenes=(
            r"\b(?:anfangen|beginnen|loslegen|weitermachen|fortfahren)\W*$|\beine (?:\w+ )?pause\b|\b(?:fenster|tür) (?:auf|zu|öffnen|schließen|aufmachen|zumachen)\b",
        ),
        nobody_knows=(
            r"^\W*gute frage\W+(?:(?:ehrlich gesagt|da),? )?(?:keine ahnung|weiß ich (?:\w+ )?nicht|das weiß ich|wissen wir)\b",
        ),
    ),
    "es": CuePhrases(
        accepts=(
            rf"{_ES}(?:(?:lo|la|los|las) hacemos(?: así)?|(?:hagámos|hacemos)(?:lo|la)?(?: así| eso)|hagámos(?:lo|la)|hagamos (?:eso|así)|así lo hacemos|adelante con (?:eso|ello|la idea)|"
            rf"quedamos (?:así|en eso)|vamos con eso){_END}",
        ),
        suggests=(
            r"(?:\u00bf(?:y )?si \w+|\b(?:qué (?:tal|os parece|te parece) si|propongo|sugiero|propondría|podríamos|deberíamos|yo diría|lo mejor sería|por qué no)\b)",
        ),
        settles=(
            r"\b(?:lo|la|los|las) dejamos (?:tal y |tal )?como (?:está|están|estaba|estaban)\b|^\W*(?:pues |entonces |vale,? )?(?:se queda|quedan?) como (?:está|estaba)n?\b",
        ),
        welcomes=(
            r"^\W*(?:(?:ay|oh|sí),? )*(?:(?:eso )?sería (?:genial|estupendo|perfecto|fantástico)|sí,? por favor|genial,? gracias|estupendo|perfecto,? gracias)(?![^.!?]*\bpero\b)",
        ),
        refers=(r"\b(?:eso|esto|lo|la|los|las)\b|\b\w+(?:lo|la|los|las)\b",),
        promises=(r"\bte (?:lo|la|los|las) (?:paso|mando|envío|llevo|doy|traigo|busco)\b|\bestoy yo\b",),
        pledges=(
            r"(?:^\W*|, |\by )(?:yo )?(?:pongo|llevo|traigo|compro|cuelgo|imprimo|llamo|escribo|mando|preparo|limpio|recojo|reviso|pido) (?!que\b)\w",
        ),
        terms=(r"\besta (?:noche|tarde)\b|\ba primera hora\b",),
        refuses=(r"^\W*(?:de ninguna manera|ni hablar|para nada|nunca|jamás|en absoluto|(?:claro|desde luego) que no)\b",),
        convenes=(
            r"\b(?:empezar|empezamos|empezáramos|comenzar|comenzamos|seguir|seguimos)\W*$|\b(?:un descanso|una pausa)\b",
        ),
        nobody_knows=(
            r"^\W*(?:aún|todavía) no (?:nos |me |lo )?(?:han? )(?:contestado|respondido|dicho|confirmado|llamado)\b|^\W*buena pregunta\W+(?:ni idea|no lo sé|no sé|no lo sabemos)\b",
        ),
        reports=(r"^\W*(?:empezamos|comenzamos|arrancamos) (?:con|por)\b",),
    ),
    "fa": CuePhrases(
        accepts=(
            rf"{_FA}(?:همین|این|همون|همان)(?: کار)? ?(?:رو|را)? (?:می{_Z})?(?:کنیم|بکنیم|انجام (?:می{_Z})?(?:بدیم|دهیم|بدهیم|دیم)){_END}|{_FA}همین{_Z}(?:طور|جوری) (?:می{_Z}کنیم|عمل می{_Z}کنیم){_END}",
        ),
        suggests=(
            rf"(?:پیشنهاد (?:می{_Z}کنم|من|می{_Z}دم|می{_Z}دهم)|به نظر(?:م| من) .{{1,80}}(?:یم|ید|ین)(?!\w)|چطوره|چطور است|بهتره|بیاین|بیایید|چرا .{{1,30}}ن)",
        ),
        welcomes=(r"^\W*(?:(?:آره|بله)[\u060c,]? )?(?:خیلی (?:خوبه|عالیه|خوب می)|عالی می|لطف می)(?![^.!؟]*(?:ولی|اما)(?!\w))",),
        refers=(r"(?:ش|شون|شان|این|اون|آن)(?!\w)",),
        refuses=(r"^\W*(?:هرگز|اصلا|اصلاً|ابدا|ابداً|به هیچ وجه)(?!\w)",),
        convenes=(r"(?:شروع|ادامه) (?:کنیم|بدیم|بدهیم|دهیم)\W*$|استراحت",),
        promises=(rf"\bمن (?:جاش|به جاش|جایش) می{_Z}?(?:ام|ایم|یام|رم|روم)|من جاش میام",),
    ),
}
