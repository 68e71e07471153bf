"""Decisions that are told as facts ("we are going with the blue one", "so the launch moves to May"), and what takes a
proposal back before anybody accepts it: an objection with its reason. Who only goes on in the agenda, or goes somewhere in
company ("we are going with the kids"), decides nothing.

A sentence begins with its outcome: behind another clause it may be somebody else's."""

from __future__ import annotations

from app.kinds.languages.cue_phrases.base import CuePhrases

_EN = r"^\W*(?:(?:okay|ok|right|fine|good|well|so|then|all right|alright|and|yeah|yes|in that case|in the end|finally|that means|which means|therefore|thus|now|anyway),? ){0,4}(?:that )?"
_EN_SO = r"^\W*(?:(?:okay|ok|right|fine|good|well|and|yeah|yes),? ){0,3}(?:so|then|therefore|thus|in that case|that means|which means),? (?:that )?"
_EN_THING = r"(?:the|our|this|that) (?:[\w'\u2019-]+ ){1,5}"
_EN_FAILS = r"(?:work|fit|do|help|last|hold|pass|run|scale|be (?:allowed|ready|enough|legal|safe|possible|approved|done)|make sense|go (?:through|with)|suit)"
# Whoever asks about one of these does not want to be told of a holiday.
_EN_WORK = r"^(?!.*\b(?:meeting|call|conference|session|workshop|negotiation|talks|vote|board|committee|offer|quote|contract|budget|launch|project|client|customer|supplier)s?\b)"
_FR_WORK = r"^(?!.*\b(?:réunion|appel|séance|atelier|négociation|vote|comité|conseil|offre|devis|contrat|budget|lancement|projet|client|fournisseur)s?\b)"
_DE_WORK = r"^(?!.*(?:sitzung|besprechung|meeting|gespräch|telefonat|verhandlung|workshop|abstimmung|vorstand|angebot|vertrag|budget|projekt|kunde|lieferant))"
_ES_WORK = r"^(?!.*\b(?:reuni[oó]n|llamada|sesión|taller|negociaci[oó]n|votación|junta|comité|oferta|presupuesto|contrato|lanzamiento|proyecto|cliente|proveedor)(?:e?s)?\b)"
_MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_TIME = rf"(?:{_MONTH}|\w+day|(?:the )?\d\w*|next (?:week|month|year|spring|summer|autumn|winter)|spring|summer|autumn|winter|the end of)\b"
_FR = r"^\W*(?:(?:bon|bien|ok|okay|d['\u2019]accord|alors|donc|du coup|voilà|et|oui|finalement|par conséquent|dans ce cas),? ){0,4}"
_FR_SO = r"^\W*(?:(?:bon|bien|ok|okay|d['\u2019]accord|et|oui),? ){0,3}(?:donc|du coup|par conséquent|dans ce cas|alors|finalement),? "
_FR_THING = r"(?:(?:le|la|les|notre|nos|cette|ce) |l['\u2019])(?:[\w'\u2019-]+ ){1,5}"
_MOIS = r"(?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)"
_DE = r"^\W*(?:(?:gut|okay|ok|also|na gut|schön|ja|dann|so|und|damit|somit|das heißt|in dem fall),? ){0,4}"
_DE_THING = r"(?:der|die|das|unser\w*|dies\w*) (?:[\w'-]+ ){1,5}?"
_MONAT = r"(?:januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember)"
_ES = r"^\W*(?:(?:vale|bueno|pues|entonces|bien|perfecto|de acuerdo|así que|por tanto|por lo tanto|sí|y|al final|o sea que),? ){0,4}"
_ES_SO = (
    r"^\W*(?:(?:vale|bueno|bien|de acuerdo|y|pues),? ){0,3}(?:así que|por tanto|por lo tanto|entonces|o sea que|al final),? "
)
_ES_THING = r"(?:el|la|los|las|nuestr[oa]s?|est[ea]) (?:[\w-]+ ){1,5}"
_MES = r"(?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)"

OUTCOMES: dict[str, CuePhrases] = {
    "en": CuePhrases(
        wants_news=(
            rf"{_EN_WORK}\W*(?:(?:and|so|but|well|hey),? )*(?:how (?:was|were)\b|(?:have you|did you) (?:seen?|read|heard?|watch(?:ed)?) (?:the |that |this |about (?:the |that )?)?(?:news|match|game|film|movie|papers?|series|show|story|accident)\b(?! (?:on|about) )|why (?:are|were) you\b|where (?:are|were) you(?! with\b)\b|"
            r"what(?: are|['\u2019]re| were) (?:you (?:doing|up to)|your plans)\b(?! (?:about|with|for the (?!weekend|holidays?|summer|winter|evening)))|what(?:['\u2019]s| is| was) (?:new(?! (?:on|with|about|in) )|on (?:TV|the news)|in the (?:news|papers?)|the weather)\b|(?:is there |was there )?any(?:thing)? (?:new |interesting )?(?:in the (?:papers?|news)|news|on (?:TV|the news))\b|"
            r"(?:did|have) you (?:have (?:a (?:good|nice|great|lovely|safe)|fun)|enjoy|enjoyed)\b)",
        ),
        outcomes=(
            rf"{_EN}(?:it(?:['\u2019]s been| was| has been| is) (?:agreed|decided|resolved)|the (?:decision|agreement) (?:is|was)) (?:that|to(?! the\b)|on) \w",
            rf"{_EN}(?:the|our) conclusion (?:is|was) (?:to(?! the\b)|that (?:we|everybody|everyone|nobody)) \w",
            rf"{_EN}we(?:['\u2019]re| are| will be|['\u2019]ll be) (?:all )?(?:going with|going for|sticking (?:with|to)|settling on) (?:the|option|version|plan|variant|number|model|design|colou?r|two|three|four|five|six|\d)\b",
            rf"{_EN}we(?:['\u2019]ve| have)? (?:all )?(?:decided (?:on|against|to|that)|settled on|opted for|chosen|agreed (?:on|to|that)) \w",
            rf"{_EN}the (?:committee|board|council|jury|team|panel) (?:has|have) (?:now |finally )?(?:chosen|picked|decided|approved|rejected|agreed|opted|settled) \w",
            rf"{_EN_THING}will now (?:take place|be held|start|begin|happen|be) (?:on|in|at) \w",
        ),
        befalls=(
            rf"{_EN_SO}{_EN_THING}(?:moves?|is moved|gets moved|shifts?|is pushed(?: back)?|is postponed|is put off) to {_TIME}",
            rf"{_EN_SO}{_EN_THING}(?:is|are) (?:cancelled|canceled|dropped|scrapped|postponed)\b(?! (?:of|to|the|by|for)\b)",
            rf"{_EN_SO}{_EN_THING}is in(?:,| and) ",
        ),
        idle=(
            r"\bwe(?:['\u2019]re| are|['\u2019]ll be| will be) (?:all )?(?:going|sticking|staying) (?:with|to|on) (?:the|this|that|our) (?:\w+ )?(?:point|topic|subject|agenda)\b|"
            r"\bwe(?:['\u2019]re| are) (?:all )?going (?:with|for) the (?:kids|children|boys|girls|family|parents|dogs?|weekend|holidays|\w+ time)\b",
        ),
        opposes=(
            r"^\W*(?:(?:well|yes|yeah|hm|oh),? )*but\b(?! (?:of course|sure|yes|why not)\b)|(?<!n['\u2019]t )(?<!not )\btoo (?:expensive|dear|risky|dangerous|late|slow|small|big)\b|"
            r"\b(?:that|it|this)(?:['\u2019]d| would|['\u2019]ll| will) (?:cost us|mean (?!less\b|more\b)|break|ruin|leave us (?:without|with no|with nothing|short|no)\b|take (?:too|ages|years|forever)|lose us)\b|"
            rf"\b(?:that|it|this)(?: won['\u2019]t| wouldn['\u2019]t| doesn['\u2019]t| can['\u2019]t|['\u2019]ll never| will (?:never|not)|['\u2019]d (?:never|not)| would (?:never|not)) {_EN_FAILS}\b|\b(?:that|it|this) isn['\u2019]t (?:allowed|legal|possible|safe)\b|"
            r"\bwe (?:can['\u2019]t|cannot|couldn['\u2019]t|mustn['\u2019]t)(?: (?:just |simply |really )?(?:afford|risk|legally|\w+ (?:that|this|it|them|there)\b)|(?=[,;.!]|$))|\b(?:illegal|forbidden|not allowed|a bad idea)\b|\bI(?:['\u2019]m| am) (?:against|not (?:happy|keen|convinced))\b|"
            r"\bI(?:['\u2019]m| am) not sure(?: (?:about|that|it|we|this|I)\b|\W*$)|\bI don['\u2019]t (?:agree|like (?:it|that|this|the idea)|want (?:it|that|this)|think (?![^.]{0,80}\b(?:minds?|problem|matters?|hurts?)\b)(?:so|that|we|it|this|they|the|he|she)(?:['\u2019]\w+)?)\b|"
            r"\b(?:the |one )?(?:problem|trouble|snag) (?:is|with (?:it|that|this))\b|\bI(?:['\u2019]d| would) rather not\b",
        ),
        instructs=(r"^\W*(?:(?:and|so|but|okay),? )*how (?:do|does|can|should|to|would|did)\b",),
        contrasts=(
            r"\b(?:but|though|only) (?:honestly |really |then |actually )?I(?:['\u2019]m| am)? (?:really |just |honestly )?(?:(?:don['\u2019]t|do not)(?! (?:think|believe|need|mind|care|expect)\b)|won['\u2019]t|can['\u2019]t|cannot|not|have no|haven['\u2019]t|['\u2019]d rather not|would rather not|hate)\b|\b(?:but|though|only) I['\u2019]d rather not\b",
        ),
    ),
    "fr": CuePhrases(
        wants_news=(
            rf"{_FR_WORK}\W*(?:(?:et|alors|mais|bon|au fait),? )*(?:(?:c['\u2019]était|ça s['\u2019]est) (?:comment|bien)|comment (?:c['\u2019]était|ça s['\u2019]est passé|étai\w+)|(?:tu as|t['\u2019]as|vous avez|as-tu|avez-vous) (?:vu|lu|entendu|regardé)(?: (?:(?:le|la|les|ce) |l['\u2019])(?:match|film|journal|infos?|"
            r"nouvelles?|émission|série|accident))?\W*$|pourquoi (?:tu es|es-tu|t['\u2019]es|vous êtes|êtes-vous)\b|quel temps\b|(?:tu fais|vous faites) quoi\b|que (?:fais-tu|faites-vous)\b|quoi de neuf|(?:il y a )?(?:du nouveau|quelque chose|des nouvelles) dans (?:le journal|la presse))",
        ),
        outcomes=(
            rf"{_FR}(?:il (?:a été|est) (?:bien )?(?:décidé|convenu|acté|arrêté|entendu)|la décision est) (?:que |qu['\u2019]|de |d['\u2019])\w",
            rf"{_FR}on part (?:donc |finalement )?(?:sur|avec) (?:(?:le|la|les) |l['\u2019])?\w+(?! (?:\w+ )?(?:chaque|toujours)\b)",
            rf"{_FR}(?:on|nous) (?:a|avons|s['\u2019]est|nous sommes) (?:tous |finalement |donc )?(?:choisi|retenu|opté pour|tranché pour|décidé (?:de|d['\u2019]|que|qu['\u2019])|mis d['\u2019]accord (?:sur|pour)) ?\w",
        ),
        befalls=(
            rf"{_FR_SO}{_FR_THING}(?:passe|est décalée?|est reportée?|est repoussée?|glisse|se décale) (?:au|en|à) (?:{_MOIS}|\d|1er|lundi|mardi|mercredi|jeudi|vendredi|la (?:semaine|rentrée)|l['\u2019])",
            rf"{_FR}{_FR_THING}(?:est|sont) donc (?:annulé|supprimé|abandonné|retenu|reporté)e?s?\b|{_FR_SO}{_FR_THING}(?:est|sont) (?:annulé|supprimé|abandonné)e?s?\b",
        ),
        idle=(
            r"\bon part (?:donc |finalement )?(?:sur|avec) (?:le|la|les|un|une|notre) (?:\w+ )?(?:point|sujet|thème|retard|enfants|famille|parents|amis|copains|chien|sourire)\b",
        ),
        opposes=(
            r"^\W*(?:(?:oui|ben|bah|ah|hm),? )*mais\b(?! (?:oui|si|bien sûr|évidemment|carrément)\b)|\b(?:ça|cela) (?:nous )?(?:coûterait(?! (?:moins|rien|pas|peu)\b)|ferait perdre|ne marche|marchera pas|poserait|casserait|ne serait pas (?:possible|légal|permis|autorisé|prudent|raisonnable|prêt))\b|"
            r"(?<!pas )\btrop (?:cher|chère|risqué|tard|dangereux|petit|grand)\w*\b|\bon (?:ne )?(?:peut|pourrait|pourra) pas(?: (?:faire ça|se (?:le )?permettre|les? |la |l['\u2019]|y )|(?=[,;.!]|$))|\b(?:interdit|illégal|pas (?:permis|autorisé))\w*\b|\bje suis contre\b|"
            r"\bje (?:ne )?(?:crois|pense) pas\b(?! que (?:ça|cela|quelqu['\u2019]un|ce soit un problème))|\bje (?:ne )?veux pas (?:de )?(?:ça|cela)\b|\bje (?:ne )?suis pas (?:d['\u2019]accord|sûre?|convaincue?|pour|chaude?)\b|\ble (?:problème|souci) (?:est|c['\u2019]est) qu|\ble hic\b|\bmauvaise idée\b",
        ),
        instructs=(r"^\W*(?:(?:et|alors|mais|bon),? )*comment\b",),
        contrasts=(
            r"\b(?:mais|sauf que) (?:franchement,? |en fait,? )?(?:je (?!(?:ne |n['\u2019])?(?:pense|crois|ai (?:pas )?besoin)\b)(?:ne |n['\u2019])?(?:(?:en |y |le |la )?\w+ pas)|j['\u2019](?:ai|en ai) pas|je préfère(?:rais)? (?:ne )?pas|je n['\u2019](?:en |y )?\w+)\b",
        ),
    ),
    "de": CuePhrases(
        wants_news=(
            rf"{_DE_WORK}\W*(?:(?:und|na|also|aber|ach),? )*(?:wie (?:war(?:en|['\u2019]?s)?|ist das wetter)\b|(?:hast du|habt ihr|haben sie) (?:das|es|den|die|davon)(?: (?:spiel|film|nachrichten|zeitung|krimi|serie|unfall))? (?:gesehen|gelesen|gehört)|(?:warum|wieso|wo) (?:bist du|seid ihr|warst du|wart ihr|sind sie)\b|"
            r"was (?:macht ihr|machst du|machen sie|treibst du) (?:am|heute|im|morgen|so)\b|was gibt(?:['\u2019]s| es) neues|(?:steht|gibt es|gibt['\u2019]s) (?:was|etwas) (?:neues |interessantes )?in (?:der zeitung|den nachrichten))",
        ),
        outcomes=(
            rf"{_DE}(?:es )?(?:wurde|ist) (?:es )?(?:\w+ )?(?:vereinbart|beschlossen|entschieden|abgemacht)(?: worden)?,? (?:dass|\w+ zu)\b|{_DE}es wurde (?:\w+ )?(?:vereinbart|beschlossen|entschieden|festgelegt),",
            rf"{_DE}(?:wir gehen|gehen wir) (?:also |jetzt |nun )?mit (?:der|dem|den) \w+|{_DE}wir (?:setzen|bleiben|einigen uns) (?:also |jetzt |nun )?(?:auf|bei) (?:der|die|das|dem|den) \w+",
            rf"{_DE}(?:wir haben uns|haben wir uns) (?:[\w-]+ ){{1,6}}(?:entschieden|geeinigt|verständigt)\b",
        ),
        befalls=(
            rf"^\W*(?:(?:gut|okay|ja|na gut|und),? )*(?:also|damit|dann|somit) (?:(?:fällt|fallen) {_DE_THING}(?:aus|flach|weg)|(?:entfällt|entfallen) {_DE_THING})\b",
            rf"^\W*(?:(?:gut|okay|ja|na gut|und),? )*(?:also|damit|dann|somit) (?:ist|sind|wird|werden) {_DE_THING}(?:abgesagt|gestrichen|verschoben|verlegt|abgeblasen)\b",
            rf"{_DE}{_DE_THING}(?:verschiebt sich|rutscht|wandert|wird verschoben|wird verlegt|zieht um) (?:also |damit |dann |somit |nun )?(?:auf|in) (?:den |die |das )?(?:{_MONAT}|\d|\w+tag|nächst\w+|frühjahr|sommer|herbst|winter)\b",
            rf"^\W*(?:also|damit|dann|somit) (?:verschiebt sich|rutscht|wandert) {_DE_THING}(?:auf|in) (?:den |die |das )?(?:{_MONAT}|\d|\w+tag|nächst\w+)",
            rf"{_DE}{_DE_THING}(?:fällt|entfällt) (?:also |damit |dann |somit )(?:aus|flach|weg)\b",
        ),
        idle=(
            r"\b(?:wir (?:gehen|bleiben)|(?:gehen|bleiben) wir) (?:also |jetzt |nun |noch )?(?:mit|bei) (?:dem|der|den|diese[mr]|unserem|unserer|unseren) (?:\w+ )?"
            r"(?:punkt|thema|tagesordnung|kindern|hund|familie|eltern|großeltern|oma|opa|freunden)\b",
        ),
        opposes=(
            r"^\W*(?:(?:ja|na|hm|tja),? )*aber\b(?! (?:klar|gern|gerne|sicher|natürlich|ja|unbedingt)\b)|\b(?:das|es|die|der) (?:würde|geht|ginge|darf|klappt|funktioniert) (?:\w+ ){0,4}?nicht\b(?! (?:besser|schlecht|viel|weh|schaden|stören|zu)\b)|"
            r"\b(?:das|es|die|der) (?:würde|wäre) (?:\w+ ){0,4}?(?<!nichts )(?<!wenig )(?<!nicht viel )(?:kosten|verboten|verlieren|kaputt|nicht (?:erlaubt|möglich|gut|sinnvoll|machbar|zulässig))\b|(?<!nicht )\bzu (?:teuer|riskant|gefährlich|spät|klein|groß)\b|"
            r"\bwir dürfen (?:\w+ ){0,3}nicht\b|\bwir (?:können|könnten) (?:das|es|die|den|dem|ihn|sie) (?:\w+ ){0,2}?nicht\b|\b(?:verboten|illegal|nicht erlaubt)\b|\bich bin (?:da)?gegen\b|\bich (?:glaube|denke) (?:\w+ ){0,3}?nicht\b(?!,? dass (?:jemand|einer|das (?:stört|schadet))\b)|"
            r"\bich (?:will|möchte) (?:das|es|die|den) (?:\w+ ){0,2}?nicht\b|\bdas problem (?:ist|dabei)\b|\bkeine gute idee\b",
        ),
        instructs=(r"^\W*(?:(?:und|also|aber|gut),? )*wie \w+(?:en|t|st|e|n)\b",),
        contrasts=(
            r"\baber (?:ehrlich gesagt |eigentlich )?(?:ich (?!(?:brauche?|glaube?|denke?)\b)(?:\w+ ){1,4}?(?:nicht|keine?n?)|(?:das |dazu )?(?:will|kann|möchte|mag|habe?) ich (?:\w+ ){0,3}?(?:nicht|keine?n?))\b",
        ),
    ),
    "es": CuePhrases(
        wants_news=(
            rf"{_ES_WORK}\W*(?:(?:y|pero|bueno|oye),? )*¿?(?:y )?(?:qué tal (?:el viaje|las vacaciones|el fin|la fiesta|el concierto|el partido|la película|ayer|todo|estás|fue)|cómo (?:fue|estuvo|te fue|os fue)\b|(?:has|habéis|ha) (?:visto|leído|oído)(?: (?:el|la|las|los) (?:partido|película|noticias|periódico|serie|accidente))?\W*$|"
            r"viste (?:el|la|las) (?:partido|película|noticias|serie)|por qué (?:estás|estáis|está usted)\b|dónde (?:estás|estabas|estuviste)\b|qué (?:haces|hacéis|vas a hacer) (?:el|este|hoy|mañana)\b|qué tiempo\b|qué hay de nuevo|(?:hay )?algo (?:nuevo )?en (?:el periódico|las noticias))",
        ),
        outcomes=(
            rf"{_ES}se (?:ha )?(?:acordó|decidió|acordado|decidido|resuelto|resolvió) (?:que |\w+(?:ar|er|ir)\b)",
            rf"{_ES}(?:nos quedamos|vamos|seguimos) con (?:el|la|los|las) \w+",
            rf"{_ES}(?:hemos (?:elegido|decidido|acordado|optado por)|nos hemos decidido por) \w",
        ),
        befalls=(
            rf"{_ES_SO}{_ES_THING}(?:pasa|se pasa|se mueve|se retrasa|se aplaza|se traslada) (?:a|al|para|hasta) (?:el )?(?:{_MES}|\d|lunes|martes|miércoles|jueves|viernes|sábado|domingo|la semana|próxim)",
            rf"{_ES_SO}{_ES_THING}(?:queda|se) (?:cancelad[oa]|suspendid[oa]|anulad[oa]|cancela|suspende|anula)s?\b",
        ),
        idle=(
            r"\b(?:vamos|seguimos) con (?:el|la|los|las) (?:\w+ )?(?:puntos?|temas?|orden del día|noticias|receta|niñ[oa]s|familia|padres|perr[oa]s?|amigos)\b",
        ),
        opposes=(
            r"^\W*(?:(?:sí|ya|bueno|hombre),? )*pero\b(?! (?:claro|por supuesto|sí)\b)|\beso (?:nos )?(?:costaría(?! (?:menos|poco|nada)\b)|saldría|rompería|no (?:funciona|puede|va|se puede|es (?:legal|posible|buena)|está permitido|cabe|sirve))\b|(?<!no es )\bdemasiado (?:car|arriesgad|tarde|peligros)\w*\b|\bmuy (?:caro|arriesgado|peligroso)\b|"
            r"\bno (?:podemos|se puede|podríamos|está permitido)\b|\b(?:prohibido|ilegal)\b|(?<!no )\b(?:estoy|yo estoy) en contra\b|\bno (?:creo|quiero|me parece|me gusta|estoy de acuerdo)\b|\bel problema es\b|\bmala idea\b",
        ),
        instructs=(r"^\W*(?:(?:y|pero|bueno|entonces),? )*¿?(?:y )?cómo\b",),
        contrasts=(r"\bpero (?:la verdad,? |yo )?no (?:me |lo |la )?(?:quiero|puedo|tengo|sé|apetece|pienso|voy)\b",),
    ),
    "fa": CuePhrases(
        outcomes=(
            r"^\W*(?:(?:خب|پس|بنابراین|باشه)[،,]? ){0,3}(?:تصمیم گرفته شد|توافق شد|مقرر شد|تصویب شد|قرار شد ما) ?(?:که )?\S",
        ),
        opposes=(
            r"^\W*(?:(?:آره|بله|خب)[،,]? )*(?:ولی|اما)(?!\w)|خیلی (?:گرون|گران|خطرناک|دیر)|ممنوع|مشکل (?:اینه|این است)|مخالفم|نمی[\u200c ]?(?:شه|شود|تونیم|توانیم)",
        ),
        instructs=(r"^\W*(?:و |خب[،,]? )*(?:چطور|چگونه|چجوری)(?!\w)",),
        contrasts=(r"(?:ولی|اما) .{0,30}ن(?:می)[\u200c ]?(?:خوام|خواهم|تونم|توانم|کنم)",),
    ),
}
