"""Languages of which only what people say when they decide something or take it on is known: Italian, Dutch, Portuguese, Polish.

Prompts and headings are the English ones, and days are no dates. A phrase is here only if it can hardly mean anything else: what
is not here, the model's letters may still find."""

from __future__ import annotations

from typing import Any

from app.kinds.languages import en
from app.kinds.languages.base import Pack
from app.kinds.languages.cue_phrases.doers import names

_FILLER = r"\b(?:eh+m?|uh+m?|hm+|yyy+|eee+)\b,?\s*"  # the English one has "er", which is Dutch for "there"

# -- Italian ---------------------------------------------------------------------------------------------------------------

_IT_DEED = (
    r"(?:mand|invi|scriv|chiam|telefon|ordin|prenot|compr|port|prepar|stamp|controll|verific|corregg|aggiorn|organizz|pag|cerc|chied|parl|contatt|"
    r"fiss|sistem|ripar|traduc|raccogl|finisc|consegn|ritir|pulisc|spedisc|pubblic|mont|invit|rived)"
)
_IT_LEAD = r"^\W*(?:e )?(?:(?:allora|quindi|dunque|ok|okay|bene|va bene|d['\u2019]accordo|perfetto|sì|in quel caso|in tal caso),? ){1,4}"
_IT_THIS = r"(?:il|lo|la|i|gli|le|un[oa]?|quest\w+|quell\w+|due|tre|\d+) (?!parola\b|sacco\b|po['\u2019]|esempio\b)|(?:l|un|quest|quell)['\u2019]"
_IT_NOBODY = r"(?:qualcuno|nessuno|ognuno|chiunque|tutt[ioae]|chi|forse|magari|poi|dopo|prima|presto|subito|domani|oggi|stasera|allora|quindi|intanto|ora|adesso|infine|anche|solo|certo|\w+mente)\b"
_IT_WHO = rf"(?!{_IT_NOBODY}){names('e')}"
_IT_DAYS = r"(?:lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica)"
_IT_PAST = r"(?!.*\b(?:era|erano|aveva|avevano|perché|ieri|scors[oa])\b)"
_IT: dict[str, Any] = {
    "idle": rf"\bper esempio\b|\bspesso\b|\b(?:tutti i|ogni) giorn[oi]\b|\b(?:cercherò|cerco) di (?!\w*{_IT_DEED})|\bparlerò (?:di|dell?\w*)\b|\bposso (?:parlare|chiedere)\b(?! (?:a|al|con)\b)|\bchied\w+ scusa\b|\bnon (?:ci|me ne) \w+ io\b|\bnon (?:posso|riesco|so|credo|voglio|vado)\b|\bnon (?:(?:lo|la|li|le|gli|ti|vi) )?{_IT_DEED}\w*(?:o|ò)\b|^\W*(?:(?:e|ma) )?(?:se|quando|appena)\b|\b(?:sempre|di solito|ogni \w+)\b|\bda (?:\w+ |\w+['\u2019])(?:anni|mesi)\b|\b(?:port|cerc|pag)o (?:gli occhiali|di (?!\w*{_IT_DEED})|troppo)\b",
    "months": (
        "gennaio",
        "febbraio",
        "marzo",
        "aprile",
        "maggio",
        "giugno",
        "luglio",
        "agosto",
        "settembre",
        "ottobre",
        "novembre",
        "dicembre",
    ),
    "greeting": r"^\W*(?:(?:ciao|buongiorno|buonasera|grazie|sì|no|ok|certo|arrivederci|a tutti|mm+|eh+)\W*)+$",
    "promise": rf"\b{_IT_DEED}\w*(?:erò|irò)\b|\bme ne occupo\b|\bci penso io\b|(?<!se )\b(?:io )?posso {_IT_DEED}\w*re\b(?!.*\?)|\b(?:lo|la|li|le) faccio io\b",
    "pledge": rf"\b{_IT_DEED}\w*o io\b|\bio (?:(?:lo|la|li|le|gli|vi|ti) )?{_IT_DEED}\w*o\b|\b(?:lo|la|li|le|gli|vi|ti) {_IT_DEED}\w*o\b|^\W*(?:(?:sì|ok|va bene|certo),? )*{_IT_DEED}\w*o (?:il|lo|la|i|gli|le|l['\u2019])",
    "taking": r"\b(?:ci penso io|me ne occupo(?: io)?|(?:lo|la|li|le) faccio(?: io)?|faccio io)\b",
    "deed": rf"\b{_IT_DEED}\w*(?:erò|irò)\b|\bposso {_IT_DEED}\w*re\b",
    "request": rf"\b(?:puoi|potresti|potrebbe|potete|può) (?:\w+ ){{0,2}}?(?!parl\w+(?! con\b)|portare pazienza){_IT_DEED}\w*|^(?=.*\b(?!parl){_IT_DEED}\w*).*\bper (?:favore|cortesia)\b",
    "reporting": r"\b(?:ha|hanno|aveva) (?:detto|scritto|promesso)\b|\b(?:dice|diceva|disse|scrive)\b",
    "recounting": r"^(?!.*\b(?:riunion|chiamat|telefonat|incontr|sedut|trattativ|votazion|consigli|offert|contratt|progett|client|fornitor)\w*)\W*(?:(?:e|ma|allora),? )*(?:com['\u2019]?(?:e )?(?:è|era|erano|sono) |hai (?:visto|letto|sentito)\b|cosa (?:hai|avete) fatto\b|dove (?:eri|eravate)\b)",
    "telling": r"\b(?:dir|spiegar|ripeter|raccontar|parlar)\w*\b",
    "decision": rf"{_IT_LEAD}(?:scegliamo|rinviamo|rimandiamo|affittiamo|annulliamo|spostiamo|restiamo con|optiamo per|(?:prendiamo|teniamo|compriamo)(?= (?:{_IT_THIS})))\b(?! (?:un caffè|una pausa))",
    "settled": rf"^\W*(?:(?:allora|quindi|ok|bene|dunque),? )*(?:è )?(?:deciso|stabilito|approvato)[,:.]|\bla (?:mozione|proposta) è (?:approvata|respinta)\b|^\W*(?:(?:allora|quindi|ok|bene),? )*abbiamo (?:deciso|stabilito) (?:che|di) {_IT_PAST}",
    "outcome": r"^\W*(?:(?:allora|quindi|ok|bene),? )*(?:è stato|si è) (?:deciso|stabilito|concordato) (?:che|di) \w",
    "befalling": r"^\W*(?:quindi|dunque|allora),? (?:il|lo|la|l['\u2019]|i|gli|le) ?(?:[\w'\u2019-]+ ){1,5}(?:è|viene) (?:annullat|rinviat|spostat)[oa]\b",
    "accepting": r"^\W*(?:(?:sì|ok|bene|allora|d['\u2019]accordo),? )*(?:facciamo così|facciamolo)\b",
    "tentative": r"\b(?:se|quando|forse|magari|potremmo|dovremmo|non) (?:\w+ ){0,3}?(?:deciso|decidiamo|prendiamo|scegliamo|stabilito)\b",
    "supposed": r"^\W*(?:(?:e|ma|allora),? )*(?:se|forse|magari)\b|\b(?:ha|hanno) deciso\b|\b(?:anno|mese|settimana) scors[oa]\b|\bieri\b|\b(?:anni|mesi|settimane) fa\b|\bcome (?:sempre|al solito)\b|, (?:dice|scrive) (?:il|la) \w+\W*$",
    "proposing": r"\b(?:propongo|suggerisco|che ne dite|potremmo)\b|^\W*e se\b",
    "offering": r"\b(?:posso|potrei) \w+",
    "welcoming": r"^\W*(?:(?:sì|ok),? )*(?:volentieri|ottimo|perfetto|sarebbe (?:bello|ottimo|perfetto)|benissimo)\b",
    "agreement": r"^\W*(?:sì|d['\u2019]accordo|va bene|certo|perfetto|ok|volentieri|benissimo|concordo)\b",
    "refusing": r"^\W*no\b",
    "declining": r"^\W*(?:(?:no|purtroppo|mi dispiace|scusa),? )*(?:no\b|non (?:posso|ce la faccio|ho tempo)|l['\u2019]ho già)",
    "denial": r"\b(?:non|mai|nessuno|niente|nulla|senza)\b",
    "unsettled": r"\b(?:non (?:lo )?(?:sappiamo|si sa)|nessuno sa) (?:ancora )?(?:chi|che|cosa|quando|dove|quanto|come|se)\b|\b(?:resta|rimane) (?:aperto|da decidere)\b|\bnon abbiamo (?:ancora )?deciso\b",
    "unknown": r"^\W*(?:non lo (?:so|sappiamo) ancora|nessuno lo sa)\b",
    "term": r"\b(?:(?:entro )?la prossima settimana|la settimana prossima|entro (?:la )?fine (?:del |della )?\w+)\b",
    "until": r"(?:entro(?: il| l['\u2019])?|prima del?|fino a)",
    "limit": r"entro|prima di|per",
    "undue": rf"\b(?:ogni|da|di|tutti i) {_IT_DAYS}\b|\b{_IT_DAYS} scors[oa]\b",
    "nearing": r"prossim[oa] | prossim[oa]",
    "weekdays": ("lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"),
    "days": {"oggi": 0, "stasera": 0, "domani": 1, "dopodomani": 2},
    "now": r"\boggi\b",
    "doer": rf"^\W*({_IT_WHO}) (?:{_IT_DEED}\w*(?:rà|ranno) \w|(?:deve|dovrà) {_IT_DEED}\w*re \w|si occup(?:a|erà) (?:di|del|dell['\u2019o]|della|dei|degli|delle)\b)|"
    rf"\b(?:di|del|dello|della|dei|degli|delle|dell['\u2019]) ?[\w ]{{1,25}}? si occup(?:a|erà) ({_IT_WHO})\b",
    "elsewhere": r"\b(?:volo|treno|autobus|nave|sciopero)\b|\b(?:nonn[oa]|mamma|papà|zi[oa])\b",
}

# -- Dutch -----------------------------------------------------------------------------------------------------------------

_NL_DO = r"(?:sturen|bellen|bestellen|maken|kopen|regelen|schrijven|drukken|printen|boeken|controleren|vragen|organiseren|halen|brengen|meenemen|mailen|betalen|checken|repareren|vertalen|nakijken|reserveren|aanvragen|opsturen|uitnodigen)"
_NL_DOES = r"(?:stuurt|belt|bestelt|koopt|regelt|schrijft|drukt|print|boekt|controleert|organiseert|haalt|mailt|betaalt|repareert|vertaalt|reserveert)"
_NL_I = r"(?:stuur|bel|bestel|maak|koop|regel|schrijf|druk|print|boek|controleer|vraag|organiseer|haal|breng|mail|betaal|check|repareer|vertaal|reserveer)"
_NL_LEAD = r"^\W*(?:(?:dan|dus|goed|oké|ok|okay|ja|prima|akkoord|in dat geval),? ){1,4}"
_NL_NOBODY = r"(?:iemand|iedereen|niemand|morgen|overmorgen|vandaag|vanavond|straks|dan|daarna|daarom|later|eerst|nu|ook|misschien|binnenkort|soms|toch|vervolgens|intussen|ondertussen|meestal|normaal|gelukkig|\w+lijk|\w+dag)\b"
_NL_WHO = rf"(?!{_NL_NOBODY}){names('en')}"
_NL_DAYS = r"(?:maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag)"
_NL_WE = r"(?:nemen|kiezen|kopen|huren|schrappen|verplaatsen|houden(?!(?: we)? (?:van|het (?:kort|bij|op)|rekening|contact|ons|op|er|vol|in|geen)\b))"
_NL: dict[str, Any] = {
    "idle": rf"\bbijvoorbeeld\b|\bik (?:kan|zal|ga|wil|{_NL_I})\b(?:.{{0,80}}\W)?(?:niet|niets|geen|nooit|niks)\b|\bik (?:vraag|maak|koop|regel) me\b|^\W*(?:(?:en|maar) )?(?:als|wanneer|zodra)\b|\b(?:altijd|meestal|elke \w+|nooit)\b|\bal (?:[\w]+ )?(?:jaar|jaren|maanden)\b",
    "months": (
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    ),
    "greeting": r"^\W*(?:(?:hallo|goedemorgen|goedemiddag|bedankt|dank je|ja|nee|oké|ok|dag|allemaal|mm+|eh+)\W*)+$",
    "promise": rf"\bik (?:zal|ga|kan) (?:[\w-]+ ){{1,6}}?{_NL_DO}\b(?!.*\?)|\b(?:dat )?doe ik\b|\bik zorg (?:ervoor|voor)\b",
    "pledge": rf"\bik {_NL_I}\b|\b{_NL_I} ik\b",
    "taking": r"\b(?:dat doe ik|doe ik|ik regel (?:het|dat)|ik zorg (?:ervoor|daarvoor)|dat neem ik op me|ik doe (?:het|dat))\b",
    "deed": rf"\bik (?:zal|ga|kan) (?:[\w-]+ ){{1,6}}?{_NL_DO}\b",
    "request": rf"\b(?:kun je|kan je|kunt u|wil je|wilt u|zou je|zou u) (?:[\w-]+ ){{0,6}}?{_NL_DO}\b|^(?=.*\b(?:{_NL_DO}|{_NL_I})\b).*\b(?:alsjeblieft|alstublieft)\b",
    "reporting": r"\b(?:hij|zij|ze|mijn \w+) (?:zei|zegt|zeiden|schreef|schrijft|beloofde)\b|\b(?:heeft|hebben|had) (?:\w+ ){0,2}(?:gezegd|beloofd|geschreven)\b",
    "recounting": r"^(?!.*(?:vergadering|overleg|gesprek|bespreking|onderhandeling|stemming|bestuur|offerte|contract|project|klant|leverancier))\W*(?:(?:en|maar|dus),? )*(?:hoe (?:was|waren|ging)\b|heb je (?:het|de|dat) (?:nieuws|krant|wedstrijd|film)\b|waar (?:was|waren) (?:je|jij|jullie)\b|wat (?:heb|hebben) (?:je|jullie) (?:\w+ )?gedaan\b)",
    "telling": r"\b(?:vertellen|zeggen|uitleggen|herhalen)\b",
    "decision": rf"{_NL_LEAD}(?:we {_NL_WE}|{_NL_WE} we|we gaan voor|gaan we voor)\b(?! (?:pauze|koffie|lunch))",
    "settled": r"^\W*(?:(?:dan|dus|goed|oké|ok|okay),? )*(?:dat is )?(?:besloten|afgesproken|aangenomen)[,:.]|\bhet voorstel is (?:aangenomen|verworpen)\b|^\W*(?:(?:dan|dus|goed|oké),? )*we hebben (?:besloten|afgesproken) (?:dat|om) (?!.*\b(?:was|waren|had|hadden|want|omdat|gisteren|vorig)\b)",
    "outcome": r"^\W*(?:(?:dus|goed|oké),? )*er (?:is|werd) (?:\w+ )?(?:besloten|afgesproken) (?:dat|om) \w",
    "befalling": r"^\W*(?:dus|daarmee),? (?:de|het|ons|onze) (?:[\w-]+ ){1,5}(?:is|wordt) (?:geschrapt|afgelast|verplaatst|uitgesteld)\b",
    "accepting": r"^\W*(?:(?:ja|goed|oké|ok),? )*(?:dan )?(?:doen we (?:dat|het zo)|laten we dat doen)\b",
    "tentative": r"\b(?:als|misschien|zouden|niet|nog niet|wanneer) (?:\w+ ){0,3}?(?:besloten|besluiten|kiezen|nemen|afgesproken)\b",
    "supposed": r"^\W*(?:(?:en|maar|dus),? )*(?:als|misschien|stel)\b|\b(?:besloten ze|zij besloten|ze besloten|ze hebben besloten)\b|\bvorige? (?:jaar|maand|week|keer)\b|\bgisteren\b|\bgeleden\b|, (?:dacht|zei|dachten|zeiden) (?:ik|we|hij|zij|ze)\b|\b(?:zoals )?altijd\b|, (?:zegt|schrijft|meldt) (?:de|het|mijn) \w+\W*$",
    "proposing": r"\b(?:ik stel voor|zullen we|laten we|wat als we)\b",
    "offering": r"\bik (?:kan|zou) \w+",
    "welcoming": r"^\W*(?:(?:ja|oké),? )*(?:graag|fijn|heel graag|dat zou (?:fijn|mooi|geweldig) zijn|prima)\b",
    "agreement": r"^\W*(?:ja|akkoord|goed|prima|oké|ok|okay|natuurlijk|eens)\b",
    "refusing": r"^\W*nee\b",
    "declining": r"^\W*(?:(?:nee|sorry|helaas),? )*(?:nee\b|ik kan (?:dat |het )?niet|ik heb geen tijd|dat heb ik al)",
    "denial": r"\b(?:niet|nooit|geen|niemand|niets|zonder)\b",
    "unsettled": r"\b(?:we weten|niemand weet|ik weet) (?:het )?(?:nog )?niet (?:wie|wat|wanneer|waar|hoeveel|hoe|of)\b|\bdat (?:blijft|is) (?:nog )?open\b|\bnog niet (?:besloten|duidelijk)\b",
    "unknown": r"^\W*(?:dat weten we (?:nog )?niet|niemand weet (?:dat|het))\b",
    "term": r"\b(?:volgende week|voor het einde van (?:de|het) \w+|eind (?:volgende|deze) \w+)\b",
    "until": r"(?:voor|tegen|uiterlijk(?: op)?|tot)",
    "limit": r"voor|tegen|uiterlijk|tot",
    "undue": rf"\b(?:elke|sinds|op) {_NL_DAYS}\b|\bafgelopen {_NL_DAYS}\b|\bvorige {_NL_DAYS}\b",
    "nearing": r"volgende |aanstaande | aanstaande",
    "weekdays": ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
    "days": {"vandaag": 0, "vanavond": 0, "morgen": 1, "overmorgen": 2},
    "now": r"\bvandaag\b",
    "doer": rf"^\W*({_NL_WHO}) (?:zal (?:[\w-]+ ){{1,6}}?{_NL_DO}\b|{_NL_DOES} (?!(?:hij|zij|ze|je|jij|u|men|iemand)\b)\w|zorgt voor (?:de|het|alles)\b)|"
    rf"^\W*(?:de|het) (?:[\w-]+ ){{1,3}}(?:{_NL_DOES}|doet) ({_NL_WHO})\b(?!.*\b(?:de|het|een)\b)",
    "elsewhere": r"\b(?:vlucht|trein|bus|boot|veerboot|staking)\b|\b(?:oma|opa|mama|papa|oom|tante)\b",
}

# -- Portuguese ------------------------------------------------------------------------------------------------------------

_PT_DEED = (
    r"(?:mand|envi|escrev|lig|telefon|encomend|reserv|compr|lev|trag|traz|prepar|imprim|verific|corrij|corrig|atualiz|organiz|pag|procur|pe[çd]|contact|"
    r"marc|arranj|consert|traduz|recolh|termin|entreg|public|mont|convid|fa[çz]|busc|chec)"
)
_PT_LEAD = r"^\W*(?:e )?(?:(?:então|portanto|ok|okay|bem|bom|certo|pronto|combinado|sim|nesse caso),? ){1,4}"
_PT_NOBODY = (
    r"(?:alguém|ninguém|tod[ao]s?|quem|depois|antes|talvez|amanhã|hoje|logo|entretanto|também|então|agora|enfim|\w+mente)\b"
)
_PT_WHO = rf"(?!{_PT_NOBODY}){names('e')}"
_PT_DAYS = r"(?:segunda|terça|quarta|quinta|sexta)(?:-feira)?|sábado|domingo"
_PT: dict[str, Any] = {
    "idle": rf"\bpor exemplo\b|\bpagar caro\b|\bnão (?:posso|consigo|sei|vou|quero)\b|\bnão (?:\w+ )?{_PT_DEED}\w*o\b|^\W*(?:(?:e|mas) )?(?:se|quando|assim que)\b|\b(?:fazer|faço) (?:\w+ )?anos\b|\b(?:sempre|tod[ao]s [ao]s|normalmente)\b|\bprocur(?:o|ar|arei) (?:não|\w+r\b)|\b(?:fazer|faço) (?:só )?uma? (?:pergunta|comentário|pausa|referência)\b|\bhá (?:\w+ )?(?:anos|meses)\b",
    "months": (
        "janeiro",
        "fevereiro",
        "março",
        "abril",
        "maio",
        "junho",
        "julho",
        "agosto",
        "setembro",
        "outubro",
        "novembro",
        "dezembro",
    ),
    "greeting": r"^\W*(?:(?:olá|bom dia|boa tarde|obrigad[oa]|sim|não|ok|claro|adeus|a todos|mm+|eh+)\W*)+$",
    "promise": rf"\b(?:eu )?vou {_PT_DEED}\w*r\b|\b{_PT_DEED}\w*(?:arei|erei|irei)\b|\beu (?:trato|encarrego-me|ocupo-me)\b|\beu me (?:encarrego|ocupo)\b|(?<!se )\b(?:eu )?posso {_PT_DEED}\w*r\b(?!.*\?)|\bdeix[ae] comigo\b|\beu posso levar\b",
    "pledge": rf"\beu (?:(?:lhe|te|vos|o|a|os|as) )?{_PT_DEED}\w*o\b|\b{_PT_DEED}\w*o eu\b|\b{_PT_DEED}\w*o-(?:lhe|te|o|a|os|as|vos)\b",
    "taking": r"\b(?:eu trato d\w+|trato eu d\w+|eu faço(?: isso)?|faço eu|fico com isso|deix[ae] comigo|pode(?:s)? deixar|eu me (?:encarrego|ocupo)|eu (?:encarrego|ocupo)-me)\b",
    "deed": rf"\bvou {_PT_DEED}\w*r\b|\bposso {_PT_DEED}\w*r\b|\b{_PT_DEED}\w*(?:arei|erei|irei)\b",
    "request": rf"\b(?:podes|podias|pode|poderia|podem|você pode) (?:\w+ ){{0,2}}?{_PT_DEED}\w*|^(?=.*\b{_PT_DEED}\w*).*\bpor favor\b",
    "reporting": r"\b(?:disse|disseram|dizia|diz|escreveu|prometeu)\b",
    "recounting": r"^(?!.*\b(?:reuni|chamada|telefonema|sessão|negociaç|votaç|conselho|direção|proposta|contrato|projeto|cliente|fornecedor))\W*(?:(?:e|mas|então),? )*(?:como (?:foi|foram|correu|correram|estava)\b|(?:viste|leste|ouviste|você viu)\b|o que (?:fizeste|fizeram)\b|onde (?:estavas|estiveste|estava)\b)",
    "telling": r"\b(?:dizer|explicar|repetir|contar|falar)\w*\b",
    "decision": rf"{_PT_LEAD}(?:escolhemos|adiamos|alugamos|vamos com [oa]s?(?= )|cancelamos|optamos por|(?:ficamos com|compramos|mantemos)(?= (?:[oa]s?|uma?|dois|duas|três|\d+|est[ea]s?|ess[ea]s?|aquel[ea]s?) (?!(?:sensação|impressão|ideia|noção|dúvida|coração|contacto|contato)\b)))\b",
    "settled": r"^\W*(?:(?:então|ok|bem|bom|pronto|portanto),? )*(?:(?:está|fica) )?(?:decidido|aprovado|combinado)[,:.]|\ba (?:moção|proposta) (?:é|foi|está|fica) (?:aprovada|rejeitada)\b|^\W*(?:(?:então|ok|bem),? )*decidimos que (?!.*\b(?:estava|estavam|era|eram|tinha|porque|ontem|passad[oa])\b)",
    "outcome": r"^\W*(?:(?:então|ok|bem),? )*(?:ficou|foi) (?:decidido|combinado|acordado) (?:que|\w+r)\b",
    "befalling": r"^\W*(?:então|portanto|por isso),? (?:o|a|os|as|nosso|nossa) (?:[\w-]+ ){1,5}(?:está|fica|é) (?:cancelad|adiad|suspens)[oa]\b",
    "accepting": r"^\W*(?:(?:sim|ok|bem|então),? )*(?:fazemos (?:isso|assim)|vamos fazer isso|façamos isso)\b",
    "tentative": r"\b(?:se|quando|talvez|podíamos|devíamos|poderíamos|não) (?:\w+ ){0,3}?(?:decidimos|decidido|ficamos|escolhemos|combinado)\b",
    "supposed": r"^\W*(?:(?:e|mas|então),? )*(?:se|talvez)\b|\b(?:decidiram|decidiu)\b|\b(?:ano|mês|semana) passad[oa]\b|\bontem\b|\bhá (?:\w+ ){1,2}(?:anos?|meses|semanas)\b|\bcomo sempre\b|, (?:diz|escreve) (?:o|a) \w+\W*$",
    "proposing": r"\b(?:proponho|sugiro|podíamos|poderíamos|que tal)\b|^\W*e se\b",
    "offering": r"\b(?:posso|podia|poderia) \w+",
    "welcoming": r"^\W*(?:(?:sim|ok),? )*(?:ótimo|perfeito|seria (?:ótimo|bom)|por favor|com prazer|boa)\b",
    "agreement": r"^\W*(?:sim|concordo|de acordo|claro|certo|está bem|tudo bem|perfeito|ok|combinado)\b",
    "refusing": r"^\W*não\b",
    "declining": r"^\W*(?:(?:não|desculpa|infelizmente),? )*(?:não (?:posso|consigo|tenho tempo)|não\b|já (?:enviei|mandei|fiz))",
    "denial": r"\b(?:não|nunca|ninguém|nada|nenhum|nenhuma|sem)\b",
    "unsettled": r"\b(?:(?:ainda )?não (?:sabemos|se sabe)|ninguém sabe) (?:ainda )?(?:quem|que|quando|onde|quanto|como|se)\b|\b(?:fica|continua) (?:em aberto|por decidir)\b|\bainda não (?:decidimos|está decidido)\b",
    "unknown": r"^\W*(?:ainda não sabemos|ninguém sabe)\b",
    "term": r"\b(?:(?:na )?próxima semana|(?:na )?semana que vem|até ao? fim d[aoe] \w+)\b",
    "until": r"(?:até(?: ao?)?|antes d[aoe])",
    "limit": r"até|antes d[aoe]|para",
    "undue": rf"\b(?:todas as|desde|às|cada) (?:{_PT_DAYS})\b|\b(?:{_PT_DAYS}) passad[oa]\b",
    "nearing": r"próxim[oa] | próxim[oa]| que vem",
    "weekdays": (
        *("segunda-feira", "terça-feira", "quarta-feira", "quinta-feira", "sexta-feira", "sábado", "domingo"),
        *("segunda", "terça", "quarta", "quinta", "sexta"),
    ),
    "days": {"hoje": 0, "esta noite": 0, "amanhã": 1, "depois de amanhã": 2},
    "now": r"\bhoje\b",
    "doer": rf"^\W*(?:[oa] )?({_PT_WHO}) (?:(?:vai|vão|deve) {_PT_DEED}\w*r \w|(?:trata|encarrega-se|se encarrega|ocupa-se|se ocupa) (?:de|d[ao]s?|disso)\b)",
    "elsewhere": r"\b(?:voo|comboio|trem|autocarro|ônibus|barco|greve)\b|\b(?:avó|avô|mamã|mamãe|papá|papai|tio|tia)\b",
}

# -- Polish ----------------------------------------------------------------------------------------------------------------

_PL_I = r"(?:wyślę|zadzwonię|zamówię|kupię|przygotuję|napiszę|sprawdzę|zrobię|przyniosę|zajmę się|wydrukuję|zarezerwuję|poprawię|zapytam|dowiem się|załatwię|zorganizuję|zapłacę|odbiorę|przetłumaczę|skontaktuję się|umówię|przekażę|dokończę|skończę|naprawię|zaktualizuję|zaproszę)"
_PL_WILL = r"(?:wyśle|zadzwoni|zamówi|kupi|przygotuje|napisze|sprawdzi|zrobi|przyniesie|wydrukuje|zarezerwuje|poprawi|zapyta|załatwi|zorganizuje|zapłaci|odbierze|przetłumaczy|przekaże|dokończy|skończy|naprawi|zaktualizuje|zaprosi)"
_PL_DO = r"(?:wysłać|zadzwonić|zamówić|kupić|przygotować|napisać|sprawdzić|zrobić|przynieść|zająć się|wydrukować|zarezerwować|poprawić|zapytać|załatwić|zorganizować|zapłacić|odebrać|przetłumaczyć|przekazać|dokończyć|skończyć|naprawić|zaktualizować|zaprosić)"
_PL_LEAD = r"^\W*(?:(?:w takim razie|więc|dobrze|no to|to|okej|ok|zatem|tak),? ){1,4}"
_PL_NOBODY = r"(?:ktoś|nikt|każdy|wszyscy|kto|pewnie|może|chyba|potem|później|jutro|pojutrze|dziś|dzisiaj|zaraz|wkrótce|najpierw|wtedy|teraz|też|także|wreszcie|zapewne|\w+[sntz]nie)\b"
_PL_WHO = rf"(?!{_PL_NOBODY}){names('i')}"
_PL_DAYS = r"poniedział(?:ek|ku)|wtor(?:ek|ku)|środ[aęy]|czwart(?:ek|ku)|piąt(?:ek|ku)|sobot[aęy]|niedziel[aęi]"
_PL_WE = r"(?:bierzemy|wybieramy|kupujemy|wynajmujemy|przekładamy|odwołujemy|zostajemy przy|rezygnujemy z)(?! (?:(?:to )?pod uwagę|udział|się)\b)"
_PL: dict[str, Any] = {
    "idle": r"\bna przykład\b|\bcodziennie\b|\bczęsto\b|\bzrobię (?:sobie|wszystko|co w)\b|\bzapytam (?:inaczej|tylko|krótko)\b|\b(?:zaraz|już) (?:s|do)kończę\b|\bzrobić (?:głośniej|ciszej|miejsce)\b|\b(?:chyba|może(?! pan))\b|\bzrobię się\b|\bnie (?:wiem|mogę|sądzę|myślę|chcę)\b|^\W*(?:(?:a|ale|i) )?(?:kiedy|gdy|jak|jeśli|jeżeli|gdyby)\b|\b(?:zawsze|zwykle|nigdy|co (?:tydzień|miesiąc|roku?))\b",
    "months": (
        "stycznia",
        "lutego",
        "marca",
        "kwietnia",
        "maja",
        "czerwca",
        "lipca",
        "sierpnia",
        "września",
        "października",
        "listopada",
        "grudnia",
    ),
    "greeting": r"^\W*(?:(?:cześć|dzień dobry|dzięki|dziękuję|tak|nie|ok|okej|jasne|do widzenia|wszystkim|mm+|eh+)\W*)+$",
    "promise": rf"(?<!nie )\b{_PL_I}\b(?!.*\?)|\b(?:ja )?mogę (?:\w+ )?{_PL_DO}\b(?!.*\?)",
    "taking": r"\b(?:zajmę się (?:tym|nim|nią)|zrobię to|ja to zrobię|biorę to na siebie|załatwię to)\b",
    "deed": rf"\b{_PL_I}\b|\bmogę (?:\w+ )?{_PL_DO}\b",
    "request": rf"\b(?:możesz|mógłbyś|mogłabyś|może pan|może pani|możecie|trzeba|proszę) (?:\w+ ){{0,2}}?{_PL_DO}\b",
    "reporting": r"\b(?:powiedział|mówi|mówił|obiecał|napisał|pisze)(?:a|i|y)?\b",
    "recounting": r"^(?!.*(?:spotkani|zebrani|rozmow|narad|negocjacj|głosowani|zarząd|ofert|umow|projekt|klient|dostawc))\W*(?:(?:i|a|no),? )*(?:jak (?:było|minął|minęł[ao]|się udał\w*|poszło)\b|(?:widziałeś|widziałaś|czytałeś|czytałaś|słyszałeś|słyszałaś)\b|co (?:robiłeś|robiłaś|robiliście)\b|gdzie (?:byłeś|byłaś|byliście)\b)",
    "telling": r"\b(?:powiedzieć|wyjaśnić|powtórzyć|opowiedzieć)\b",
    "decision": rf"{_PL_LEAD}{_PL_WE}\b(?! (?:kawę|herbatę|przerwę))",
    "settled": r"^\W*(?:(?:no to|więc|dobrze|zatem|okej),? )*(?:jest )?(?:postanowione|ustalone|zdecydowane|uchwalone)[,:.]|\bwniosek (?:jest |został )?(?:przyjęty|odrzucony)\b|^\W*(?:(?:no to|więc|dobrze),? )*(?:zdecydowaliśmy|ustaliliśmy|postanowiliśmy),? że (?!.*\b(?:był|była|było|były|bo|wczoraj|ponieważ)\b)",
    "outcome": r"^\W*(?:(?:więc|dobrze|zatem),? )*(?:ustalono|postanowiono|uzgodniono|zdecydowano),? że \w",
    "befalling": r"^\W*(?:więc|zatem|w takim razie),? (?:[\w-]+ ){1,5}(?:jest|zostaje) (?:odwołan|przełożon)[yae]\b",
    "accepting": r"^\W*(?:(?:tak|dobrze|okej),? )*(?:zróbmy tak|zróbmy to|tak zrobimy)\b",
    "tentative": r"\b(?:jeśli|gdy|może|moglibyśmy|nie|jeszcze nie) (?:\w+ ){0,3}?(?:zdecydowaliśmy|ustaliliśmy|bierzemy|wybieramy|ustalono|postanowiono)\b",
    "supposed": r"^\W*(?:(?:i|a|ale|więc),? )*(?:jeśli|jeżeli|gdyby|może|być może)\b|\b(?:zdecydowali|postanowili|ustalili)\b|\b(?:zeszłym|ubiegłym|zeszły|w zeszłej|zeszłego)\b|\bwczoraj\b|\btemu\b|\bjak zawsze\b|, (?:mówi|pisze|podaje) \w+\W*$",
    "proposing": r"\b(?:proponuję|może byśmy|moglibyśmy|co powiecie na)\b|^\W*a (?:gdyby|jeśli)\b",
    "offering": r"\b(?:mogę|mógłbym|mogłabym) \w+",
    "welcoming": r"^\W*(?:(?:tak|okej),? )*(?:chętnie|świetnie|super|doskonale|byłoby (?:dobrze|świetnie))\b",
    "agreement": r"^\W*(?:tak|zgoda|dobrze|jasne|okej|ok|pewnie|oczywiście|zgadzam się)\b",
    "refusing": r"^\W*nie\b",
    "declining": r"^\W*(?:(?:nie|niestety|przepraszam),? )*(?:nie (?:mogę|dam rady|mam czasu)|nie\b|już (?:wysłał|zrobił)\w*)",
    "denial": r"\b(?:nie|nigdy|nikt|nic|żaden|żadna|bez)\b",
    "unsettled": r"\b(?:(?:jeszcze )?nie wiemy|nikt nie wie) (?:jeszcze )?,? ?(?:kto|co|kiedy|gdzie|ile|jak|czy)\b|\b(?:to )?pozostaje otwarte\b|\bjeszcze nie (?:zdecydowaliśmy|ustaliliśmy)\b",
    "unknown": r"^\W*(?:jeszcze nie wiemy|nikt (?:tego )?nie wie)\b",
    "term": r"\b(?:w (?:przyszłym|następnym) tygodniu|do końca \w+)\b",
    "until": r"(?:do|przed)",
    "limit": r"do|przed",
    "undue": rf"\b(?:od|co|każd\w+|w każd\w+) (?:{_PL_DAYS})\b|\b(?:w )?(?:zeszł|ubiegł)\w+ (?:{_PL_DAYS})\b",
    "nearing": r"przyszł\w+ |najbliższ\w+ ",
    "weekdays": (
        *("poniedziałek", "wtorek", "środa", "czwartek", "piątek", "sobota", "niedziela"),
        *("poniedziałku", "wtorku", "środę", "środy", "czwartku", "piątku", "sobotę", "soboty", "niedzielę", "niedzieli"),
    ),
    "days": {"dzisiaj": 0, "dziś": 0, "jutro": 1, "pojutrze": 2},
    "now": r"\b(?:dzisiaj|dziś)\b",
    "doer": rf"^\W*({_PL_WHO}) (?:{_PL_WILL} \w|zajmie się \w)|^\W*(?:[\w-]+ ){{1,4}}zajmie się ({_PL_WHO})\b|^\W*(?:[\w-]+ ){{1,3}}{_PL_WILL} ({_PL_WHO})\W*$",
    "elsewhere": r"\b(?:lot|pociąg|autobus|prom|strajk)\b|\b(?:babcia|dziadek|mama|tata|wujek|ciocia)\b",
}


def _known(code: str, name: str, cues: dict[str, Any]) -> Pack:
    """The language *code* by its *cues*. What *settles* or is an *outcome* decides, and what proposes suggests."""
    english = en.PACK
    decides = ("decision", "settled", "outcome", "befalling", "accepting")
    told = {
        **cues,
        "decision": "|".join(f"(?:{cues[each]})" for each in decides),
        "outcome": f"(?:{cues['outcome']})|(?:{cues['befalling']})",
        "suggesting": cues["proposing"],
    }
    return Pack(
        code=code,
        name=name,
        headings=english.headings,
        extract=english.extract,
        write=english.write,
        again=english.again,
        label=english.label,
        examples=english.examples,
        filler=_FILLER,
        **told,
    )


CUED: dict[str, Pack] = {
    "it": _known("it", "italiano", _IT),
    "nl": _known("nl", "Nederlands", _NL),
    "pt": _known("pt", "português", _PT),
    "pl": _known("pl", "polski", _PL),
}
