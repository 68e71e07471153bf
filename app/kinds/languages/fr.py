"""French."""

from __future__ import annotations

from app.kinds.languages.base import Pack

EXTRACT = """Tu rédiges le compte rendu d'une réunion. Voici une partie de sa transcription ; chaque prise de parole a un numéro.

Note ce que doit savoir une personne absente, en JSON :
{"items": [{"kind": "…", "text": "…", "turns": [numéros], "owner": "… ou null", "due": "… ou null"}]}

- kind : "decision" (décidé), "action" (quelqu'un doit faire quelque chose), "question" (reste ouverte), "topic" (fait important).
- text : une phrase courte en français. Garde les noms, les chiffres et les dates tels qu'ils ont été dits. N'ajoute rien.
- turns : les numéros des prises de parole qui le disent.
- owner : seulement pour une action, la personne qui s'en charge, si les prises de parole le disent ; sinon null.
- due : les mots qui disent pour quand ; sinon null.
- Laisse de côté les banalités. S'il n'y a rien, réponds {"items": []}.
{% if participants %}
Participants : {{ participants | join(", ") }}{% endif %}
{% if glossary %}
Orthographe : {{ glossary | join(", ") }}{% endif %}
{% if agenda %}
Ordre du jour : {{ agenda | join(" ; ") }}{% endif %}
{% if date %}
Date : {{ date }}{% endif %}

Transcription :
{{ turns }}
"""
WRITE = """Voici les points du compte rendu d'une réunion ; chacun a un numéro. Écris, en JSON et en français, un titre court et au plus
trois phrases qui résument la réunion. Chaque phrase donne les numéros des points sur lesquels elle s'appuie. N'ajoute rien.
{"title": "…", "summary": [{"text": "…", "items": [numéros]}]}

Points :
{{ items }}
"""
PACK = Pack(
    code="fr",
    name="français",
    headings={
        "minutes": "Compte rendu de la réunion",
        "date": "Date",
        "participants": "Participants",
        "summary": "Résumé",
        "decision": "Décisions",
        "action": "Actions",
        "question": "Questions ouvertes",
        "topic": "Discussion",
        "unsupported": "absent de la transcription",
        "none": "Néant.",
        "comma": ",",
        "due": "échéance",
    },
    extract=EXTRACT,
    write=WRITE,
    again="Réécris ces lignes en français, d'après la transcription seulement, et n'écris rien d'autre.",
    label="Tu classes les prises de parole d'une réunion par une lettre. D : une chose est décidée. A : quelqu'un est chargé de faire "
    "quelque chose ou le promet. Q : une question importante qui reste ouverte. F : un fait, un chiffre ou un problème important. "
    "S : salutation, passage de parole, question brève, banalité. Réponds par la lettre seulement.",
    examples=(
        ("Luc : Bonjour à tous, merci d'être venus. On commence ?", "S"),
        ("Anne : L'entreprise peut venir le 3 mars, et ça coûterait 480 euros.", "F"),
        ("Luc : Bon, d'accord, on prend le 10 mars.", "D"),
        ("Luc : Jean, tu peux prévenir la gardienne ?", "A"),
        ("Jean : Oui, je m'en charge demain.", "A"),
        ("Anne : Et toi, Jean, qu'en penses-tu ?", "S"),
        ("Jean : On ne sait toujours pas qui paie la nouvelle porte.", "Q"),
        ("Anne : Merci. Point suivant, le jardin.", "S"),
    ),
    promise=r"\b(je (?:l['\u2019](?:envoie|écris|apporte|imprime|achète|organise)|m['\u2019]en|vais|reviens vers (?:vous|toi)|(?:vous|t['\u2019]|lui|leur|te) ?(?:envoie|écris|transmets|prépare)|l['\u2019]appelle|demande|"
    r"réponds|m['\u2019]occupe|le fais|fais|(?:vous|t['\u2019]|te|lui|leur) ?(?:donne|rappelle|fais suivre))|"
    r"j(?:e |['\u2019])(?:l['\u2019]|m['\u2019]en |m['\u2019]|vous |te |lui |leur |les |le |la |y )*(?!(?:aurai|serai|pourrai|saurai|voudrai|dirai)\b)\w{2,}rai|"
    r"on va|nous allons)\b",
    pledge=r"\bje peux (?:(?:le|la|les|lui|leur|vous|te|l['\u2019]|y) ?)*\w+(?:er|ir|re)\b|\bj(?:e |['\u2019])(?!(?:(?:le|la|les|lui|leur|vous|te|me|y|en|m['\u2019]en|l['\u2019]|vous l['\u2019]|te l['\u2019]) ?)*(?:suis|ai|avais)\b)(?:(?:le|la|les|lui|leur|vous|te|me|y|en|m['\u2019]en|l['\u2019]|vous l['\u2019]|te l['\u2019]) ?)*(?!(?:suis|ai|avais|étais|aurais|serais|voudrais|pourrais|devrais|serai|aurai|pourrai|saurai|voudrai|\w+ais|tiens|considère|estime|souhaite|regrette|pense|pensais|crois|croyais|sais|savais|peux|pouvais|veux|voulais|dois|devais|trouve|vois|dis|disais|pars|reviens|rentre|viens|arrive|espère|parle|travaille|comprends|connais|propose|demandais|attends|ne|n['\u2019]|le|la|les)\b)[a-zéèêà]{2,}\b",
    now=r"\b(?:aujourd['\u2019]hui|ce soir)\b",
    reporting=r"\b(?:(?:il|elle|ils|elles|on|qui) (?:m['\u2019]|nous |vous )?(?:a|ont|avait) (?:\w+ )?(?:dit|écrit|promis)|(?:il|elle) (?:dit|écrit|disait)|je cite|(?:lettre|courrier|mail) (?:dit|disait))\b",
    request=r"\b(vous (?!(?:avez|êtes|savez|voyez|dites|pensez|croyez|voulez)\b)\w+ez [^.?!]{3,60}s['\u2019]il (?:vous|te) pla[iî]t|(?<!je )(?<!te )(?<!vous )fai(?:s|tes)(?: ça|-le)|(?<!le )(?<!la )(?<!les )faites-nous un|tu (?:peux|pourrais|réserves|demandes|contactes|trouves|appelles|envoies|écris|prépares|vois)|vous (?:pouvez|pourriez)|(?:peux|pourrais)-tu|pouvez-vous|"
    r"pourriez-vous|(?:il faut|il faudra|il faudrait)(?! que j)|(?<!quand )(?<!comment )(?<!où )(?<!pourquoi )tu (?!(?:penses|trouves|"
    r"restes|parles|commences|arrives|proposes|préfères|connaiss?es|regardes|aimes|acceptes|habites|demandes si|laisses|passes|"
    r"pourrais|voudrais|devrais|rigoles|plaisantes|exagères|étais|avais|les|des|mes|ses)\b)\w{3,}es)\b",
    decision=r"\b(va pour|donc (?:il|elle|ça|on) (?:reste|restent|garde)|on retient|on prend|on (?:a )?décidé?e?|nous (?:décidons|avons décidé)|c['\u2019]est (?:décidé|validé|adopté|rejeté)|on garde|on part sur|on reste sur|on est d['\u2019]accord(?= (?:pour|sur)| ?: )|c['\u2019]est acté|(?:on reporte|nous reportons)\b|^(?:d['\u2019]accord|entendu) pour |(?:est|sont) (?:ré)?élue?s?(?: à l['\u2019]unanimité|\W*$)|on se re(?:voit|trouve)|"
    r"(?<!à la )(?<!pour la )(?<!avant la )(?<!de la )(?<!lors de la )prochaine (?:réunion|séance)|"
    r"(?<!au )(?<!du )prochain (?:conseil|comité|rendez-vous)|(?:est|sont) (?:adopté|rejeté|maintenu|approuvé|reporté)e?s?|adopté|^(?:rejeté|approuvé)e?s?(?=\W*$))\b",
    settled=r"\b(va pour|donc (?:il|elle|ça) reste|on retient|on (?:a )?décidé?e?|nous (?:décidons|avons décidé)|c['\u2019]est (?:décidé|validé|acté)|on est d['\u2019]accord|adoptée?s?|rejetée?s?|approuvée?s?|"
    r"reportée?s? (?:à|au)|(?<!à la )prochaine réunion)\b",
    motion=r"\b(?:je propose|(?:commission|bureau|comité)\b[^.]{0,40} propose de|je demande que|je (?:mets|soumets) (?:\w+ )?(?:aux voix|au vote)(?=[ :])|on vote sur)\b",
    voted=r"^\W*(?:c['\u2019]est (?:donc )?(?:adopté|rejeté|approuvé|voté)|rejeté|adopté|approuvé)e?s?\W*$|\bje retire (?:ma|la) (?:proposition|motion)\b|\b(?:proposition|motion|résolution|délibération) est (?:\w+ )?(?:adopté|rejeté|approuvé)e\b",
    tentative=r"\b(?:serait|devrait|doit|pourrait|faudrait qu\w+)(?: \w+){0,2} (?:unanime|approuvée?|adoptée?|acceptée?|votée?)s?\b|\b(?:si|s['\u2019]il|quand|lorsqu\w*|pourrait|pourrions|devrait|devrions|faudrait|faut|voulez|veut|peut|peut-être|pas|rien|"
    r"jamais|est-ce)\b(?:[ ,'\u2019-]+\w+){0,3}? (?:décid\w+|retient|prend|garde|adopté\w*)\b|\bpour(?:[ '\u2019-]+\w+){0,3}? (?:décid\w+|retient|prend|garde|adopté\w*)\b|\b(?:dernière?|hier|avant)\b,? (?:\w+ ){0,3}?"
    r"décidé|\bon décide (?:plus tard|demain|lundi|mardi|mercredi|jeudi|vendredi|la prochaine fois|en (?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre))|décidé(?: \w+){0,2}? (?:l['\u2019]an(?:née)? derni|la dernière fois|hier|en (?:19|20)\d\d)",
    unsettled=r"\b(?:(?:il faut|il faudra|reste à) (?:le |la )?(?:voir|clarifier|vérifier|éclaircir) avec|(?:(?:on|nous) (?:ne )?sa(?:it|vons) (?:toujours |encore |même )*pas (?:encore |toujours )*|personne (?:ne )?sait )"
    r"(?:qui|quoi|quand|où|quel(?:le)?s?|si|comment|combien|pourquoi|ce qu[ei]?)|reste à (?:savoir|décider|trancher|régler|clarifier)|"
    r"pas (?:encore )?(?:décidé|tranché|réglé|arrêté)|je ne sais pas encore (?:qui|quand|où|si|comment|combien|quel)|pas encore clair|pas (?:très )?clair|(?:reste|demeure) (?:ouverte?|posée|en suspens)|"
    r"question ouverte)\b",
    unknown=r"^\W*(?:on|nous) (?:ne )?(?:le )?sa(?:it|vons) pas\b|^\W*je ne sais pas encore\b|^\W*personne ne (?:le )?sait\b",
    term=r"\b(?:à \d{1,2} ?h(?:\d\d|eures?)?\b|à (?:midi|minuit)|(?:avant|d['\u2019]ici)(?: à)? (?:la )?fin (?:de (?:la |l['\u2019])?|du )?\w+|(?:cette|la) semaine(?: prochaine)?|le mois prochain|(?:avant|d['\\u2019]ici)(?: à)? (?:la fin|noël|les vacances|midi)|à (?:midi|la prochaine (?:réunion|séance))|au prochain (?:conseil|comité))(?!\w)",
    taking=r"\b(?:je m['\u2019]en (?:occupe|charge|occuperai|chargerai)|je (?:le|l['\u2019]) ?(?:fais|ferai)|ce sera fait)\b",
    ours=r"(?:on|nous)\b",
    imperative=r"(?:alors |donc |ensuite )?(?:(?:rappelle|commande|note|apporte|corrige|termine|passe|trouve)(?! d)|appelle|contacte|demande|écris|envoie|prépare|préviens|réserve|vérifie|relance|prends|fais|mets|\w{2,}(?<!av)(?<!ch)(?<!ass)ez)\b",
    ordering=r"(?:tu|vous) (?:(?:le|la|les|lui|leur|me|nous|en|y|m['\u2019]|l['\u2019]) ?)*(?!(?:as|avez|es|êtes|étais|étiez|aviez|avais|penses?|pensez|sais|savez|dis|dites|disiez|crois|croyez|vois|voyez|veux|voulez|peux|pouvez|dois|devez|parles|parlez|le|la|les)\b)\w+\b",
    state=r"(?:et|ou|est|était|a|avait|dit|disait|pense|n')\b",
    declining=r"^\W*(?:(?:ah|désolée?|euh|ben|mais|franchement)[,.]? )*(?:non\b(?! (?:non )?pas de problème)|(?:moi )?je (?:ne )?(?:peux pas|veux pas|préfère(?:rais)? (?:pas|ne pas)|(?:vous |te |lui )?(?:l['\u2019]|le |la |les )?ai déjà)|(?:moi )?je (?:n['\u2019]|ne )|j['\u2019]ai déjà|je (?:(?:vous|te|lui|les|la|le|l['\u2019]) ?){1,2}ai déjà|(?:c['\u2019]est )?(?:pas moi|déjà fait)|c['\u2019]est pas (?:moi|mon (?:travail|boulot|rôle))|pas question|hors de question|plus jamais|je suis (?:en (?:congés?|vacances|déplacement)|absente?|pas là)|(?:moi )?je n['\u2019]ai pas le temps)",
    correcting=r"^\W*(?:ah |euh )*non\b(?! ?[.!])|\b(?:pardon|excusez-moi|excuse-moi|autant pour moi|erreur|exact|c['\u2019]est faux|vous voulez dire|tu veux dire|en fait c['\u2019]est)\b",
    joking=r"^\W*(?:(?:s['\u2019]il (?:vous|te) plaît,? )?restons sérieux|très drôle|ha ha|arrête (?:tes bêtises|de plaisanter)|soyons sérieux|sérieusement|sans rire|mdr\b)",
    telling=r"\b(?:(?:(?:me|nous) )?faire (?:un (?:\w+ )?(?:point|résumé|exposé)|une (?:\w+ )?(?:synthèse|présentation))|(?:(?:me|nous) (?:dire|parler|expliquer|présenter|raconter|rappeler|décrire))|répét\w+|préciser|vous présenter)\b",
    replying=r"^\W*(?:oui|non|si|bien sûr|exactement|pas|moi|c['\u2019]est moi|les deux)\b",
    assigning=r"^\W*(?:(?:non|alors|et),? )?(?:toi,? (?:tu )?(?:\w+e|fais|prends|vois|écris)|fais-(?:le|la|les) toi|(?:fais|prends|écris|appelle|envoie|refais) (?:la|le|les|l['\u2019]) ?\w+,? toi\b)",
    revoking=r"\b(?:oublions|on oublie|on laisse tomber|laissons tomber|on abandonne|on annule|annulons|je retire (?:ce que j['\u2019]ai dit|mon))\b",
    retracting=r"^\W*(?:(?:ah|oh|euh|pardon),? )*(?:ah non|non,? (?:attendez|attends|pardon|en fait)|en fait,? non|pardon,? non|attends,? non|finalement,? non)\b",
    whose=r"^\W*(?:(?:et|alors|mais|bon|bien|donc),? )*qui (?:est-ce qui )?(?!(?:est|a|ont|sont|était|avait|dit|sait|pense|veut dire)\b)\w+",
    offering=r"\bje (?:pourrais|peux)(?! (?:pas|dire|comprendre|imaginer|vous dire|te dire)\b) \w+",
    tally=r"\bcontre ?[?:]|\babstentions?\b",
    concluding=r"^\W*(?:donc|alors|ainsi)\b|\bdonc\b",
    proposing=r"\b(?:alors \w+ons|on (?:pourrait|devrait|peut)|nous (?:pourrions|devrions)|pourquoi pas|je (?:propose|suggère)|si on|peut (?:payer|prendre))\b",
    denial=r"\b(?:pas|jamais|aucune?|rien|personne ne|sans)\b|\bne\b|\bn['\u2019]",
    agreement=r"^\W*(oui|c['\u2019]est d['\u2019]accord|parfait|d'accord|entendu|très bien|ok|bien sûr|c'est noté)\b",
    filler=r"\b(?:euh+|hum+|ben|bah|hein)\b,?\s*|(?:^|(?<=[,.;:!?]\s))(?:tu vois|vous voyez|du coup|voilà),\s*",
    lead=r"^(?:(?:(?:et puis|et|donc|alors(?! que)|ben|bah|ah|oh|eh bien|en fait)\b,?|(?:bon|oui|moi|voilà|écoutez|regardez|vous savez),)\s+)+(?=\S)",
    joint=r"(?:et|mais|donc|car|parce que|qui|quand|lorsque|si|puisque|alors que|pour que|dont|où)\b",
    greeting=r"^\W*(?:(?:bonjour|bonsoir|merci|oui|non|d'accord|ok|voilà|bien|très|c'est noté|au revoir|à tous|à toutes|beaucoup|"
    r"euh+|hum+|mm+)\W*)+$",
    spoken="monsieur madame mademoiselle messieurs mesdames veux voulez voulons voulais vouliez voulait voudrais "
    "voudriez vouloir veuillez sais savez savons savais saviez savoir dire dis dites disons disais disiez disait "
    "dirai dirais direz disant faire fais faites faisons faisais faisiez ferai ferais ferez feriez faut faudra "
    "faudrait fallait falloir aller vas allez allons allais alliez irez parle parles parlez parlons parlais "
    "parliez parlerai parlerons crois croyez croyais pense penses pensez pensais voir vois voit voyez voyons "
    "verrez regarde regardez regardons écoute écoutez entends entendez entendu comprends comprenez compris "
    "connais connaissez attends attendez arrive arrivez arrivons viens venez venons passe passez passons prends "
    "prenez prenons mets mettez laisse laissez laissons donne donnez trouve trouvez peux pouvez pouvons pouvoir "
    "pourrez pourriez dois devez devons réponds répondez répondre rappelle rappelez appelle appelez permettez "
    "revenons imagine imaginez essayez pardon excusez plaît merci bonjour bonsoir évidemment vraiment simplement "
    "absolument effectivement exactement justement finalement complètement totalement naturellement certainement "
    "forcément clairement précisément franchement puisque chose choses truc trucs moment instant minute minutes "
    "façon manière sorte genre exemple vrai vérité raison tort clair sens coup mot mots heure soir demain hier "
    "jamais interrompre interrompez terminer finir oui mme parfaitement actuel actuelle actuellement sérieux "
    "sérieuse sérieusement concrètement profondément malheureusement honnêtement probablement inquiétez croire abord "
    "répète factuel occasion suffit rendez vue doute fond bref presque pourtant ailleurs ensemble jour jours yeux gros "
    "partout caetera disent savent veulent viennent venir bout envie idée avis sujet essayer parlait",
    months=(
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ),
    weekdays=("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    days={
        "aujourd'hui": 0,
        "cet après-midi": 0,
        "ce soir": 0,
        "demain": 1,
        "demain matin": 1,
        "demain après-midi": 1,
        "demain soir": 1,
        "après-demain": 2,
    },
    until=r"(?:avant le|pour le|d['\u2019]ici(?: le| au)?|jusqu['\u2019]au|au plus tard le)",
    undue=r"\bd(?:e |['\u2019])(?:demain|aujourd['\u2019]hui)\b|\bpas avant (?:le )?\w+di\b|\b(?:depuis|chaque|tous les) \w+di\b|\b\w+di (?:dernier|passé)\b|\b(?:dimanche|depuis dimanche) (?:dernier|passé)\b",
    oneself=r"\b(?:je|moi|me)\b|\b[jm]['\u2019]",
    spoken_to=r"\b(?:tu|toi|te|vous)\b|\bt['\u2019]",
    wishing=r"\b(?:je (?:veux|voudrais|souhaite)|j['\u2019](?:aimerais|ai besoin)|il me (?:faut|faudrait))\b(?! (?:bien )?(?:\w+ )?(?!avoir\b)\w+(?:er|ir|re)\b)",
    nearing=r" prochain| en huit| suivant",
    unsure=r"\b(?:prochain|dernier|passe|suivant|chaque|tous|en huit|en quinze|apres)\b",
    modal=r"(?:va|doit|devra|propose|dit|a dit|veut|souhaite|pense|croit|estime|demande|explique|affirme|promet|confirme|"
    r"suggère)",
    common=frozenset(
        [
            "le",
            "la",
            "les",
            "un",
            "une",
            "des",
            "on",
            "nous",
            "vous",
            "ils",
            "elles",
            "il",
            "elle",
            "je",
            "tu",
            "ce",
            "cette",
            "ces",
            "tout",
            "tous",
            "chacun",
            "personne",
            "qui",
            "que",
            "quand",
            "où",
            "comment",
            "deux",
            "trois",
            "équipe",
            "groupe",
            "réunion",
            "projet",
            "participants",
            "et",
            "mais",
            "si",
            "puis",
            "alors",
            "prochain",
            "prochaine",
        ]
    ),
)
