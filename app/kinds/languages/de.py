"""German."""

from __future__ import annotations

from app.kinds.languages.base import Pack

EXTRACT = """Du schreibst das Protokoll einer Besprechung. Hier ist ein Teil des Transkripts; jeder Beitrag hat eine Nummer.

Halte als JSON fest, was wissen muss, wer nicht dabei war:
{"items": [{"kind": "…", "text": "…", "turns": [Nummern], "owner": "… oder null", "due": "… oder null"}]}

- kind: "decision" (beschlossen), "action" (jemand soll etwas tun), "question" (bleibt offen), "topic" (wichtige Tatsache).
- text: ein kurzer Satz auf Deutsch. Namen, Zahlen und Daten genau wie gesagt. Nichts hinzufügen.
- turns: die Nummern der Beiträge, die es sagen.
- owner: nur bei einer Aufgabe, wer sie übernimmt, wenn die Beiträge es sagen; sonst null.
- due: die Worte, die sagen, bis wann; sonst null.
- Wenn nichts wichtig ist, antworte {"items": []}.
{% if participants %}
Teilnehmende: {{ participants | join(", ") }}{% endif %}
{% if glossary %}
Schreibweise: {{ glossary | join(", ") }}{% endif %}
{% if agenda %}
Tagesordnung: {{ agenda | join("; ") }}{% endif %}
{% if date %}
Datum: {{ date }}{% endif %}

Transkript:
{{ turns }}
"""
WRITE = """Hier sind die Punkte des Protokolls einer Besprechung; jeder hat eine Nummer. Schreibe als JSON und auf Deutsch einen kurzen Titel und
höchstens drei Sätze, die die Besprechung zusammenfassen. Jeder Satz nennt die Nummern der Punkte, auf denen er beruht. Nichts hinzufügen.
{"title": "…", "summary": [{"text": "…", "items": [Nummern]}]}

Punkte:
{{ items }}
"""
PACK = Pack(
    code="de",
    name="Deutsch",
    headings={
        "minutes": "Protokoll der Besprechung",
        "date": "Datum",
        "participants": "Teilnehmende",
        "summary": "Zusammenfassung",
        "decision": "Beschlüsse",
        "action": "Aufgaben",
        "question": "Offene Fragen",
        "topic": "Diskussion",
        "unsupported": "nicht im Transkript",
        "none": "Keine.",
        "comma": ",",
        "due": "bis",
    },
    extract=EXTRACT,
    write=WRITE,
    again="Schreib diese Zeilen noch einmal auf Deutsch, nur nach der Mitschrift, und schreib nichts anderes.",
    label="Du ordnest Beiträge einer Besprechung mit einem Buchstaben ein. D: etwas wird beschlossen. A: jemand bekommt oder verspricht eine Aufgabe. Q: eine wichtige Frage, die offen bleibt. F: eine wichtige Tatsache, Zahl oder ein Problem. S: Begrüßung, Überleitung, kurze Frage. Antworte nur mit dem Buchstaben.",
    examples=(
        ("Lukas : Hallo zusammen, danke fürs Kommen. Fangen wir an?", "S"),
        ("Anne : Die Firma kann am 3. März kommen, das würde 480 Euro kosten.", "F"),
        ("Lukas : Gut, dann nehmen wir den 10. März.", "D"),
        ("Lukas : Jan, kannst du der Hausmeisterin Bescheid sagen?", "A"),
        ("Jan : Ja, das mache ich morgen.", "A"),
        ("Jan : Wir wissen noch nicht, wer die neue Tür bezahlt.", "Q"),
        ("Anne : Danke. Nächster Punkt, der Garten.", "S"),
    ),
    promise=r"\b(ich werde|mach ich|(?:bestelle|hole|bringe|informiere|organisiere|reserviere|leite|mache|übernehme|erledige|kläre|schicke|schreibe|prüfe) ich|ich (?:kümmere mich|schicke|mache|übernehme|erledige|"
    r"kläre|schreibe|prüfe|melde mich|rufe|bestelle|hole|bringe|informiere|organisiere|reserviere|frage(?! mich)|hake)|rufe ich|wir werden)\b",
    pledge=r"\b(?:(?:ich kann|kann ich) (?!(?:nicht|mir|mich|kommen|da sein|dabei)\b)(?=[^.?!]*\w+en\b)|ich (?:(?!(?:habe|hatte|wäre|würde|wollte|könnte|müsste|glaube|denke|meine|sage|finde|komme|gehe|fahre|sehe|hoffe|brauche|möchte|hätte|eröffne|begrüße|schlage|verstehe|arbeite|freue|bitte|verlese|danke|gratuliere|weise|stelle)\b)\w{2,}e)\b|(?!(?:habe|hatte|wäre|würde|wollte|könnte|müsste|glaube|denke|meine|sage|finde|komme|gehe|fahre|sehe|hoffe|brauche|möchte|hätte|begrüße|schlage|verstehe|arbeite|bitte|danke)\b)\w{2,}e ich|(?:ruf|schreib|mach|schick|frag|bring|hol|klär|prüf|bestell|sag|geb) ich)\b",
    now=r"\bheute\b(?! (?:nachmittag|abend|mittag))",
    reporting=r"\b(?:(?:er|sie|man|wer) (?:hat|haben|hatte) (?:\w+ ){0,3}?(?:gesagt|geschrieben|versprochen)|(?:er|sie) (?:sagt|sagte|schreibt|schrieb)\b|ich zitiere|zitat\b|schreiben von|im (?:brief|schreiben) steht)",
    request=r"\b(kannst du|können Sie|könntest du|könnten Sie|würden Sie|bitte|du solltest|wir müssen|"
    r"(?<!wann )(?<!was )(?<!wie )(?<!wo )(?<!warum )(?<!wieso )(?!(?:weißt|hast|bist|warst|meinst|denkst|glaubst|findest|siehst|willst|"
    r"möchtest|kommst|gehst|hättest|wärst|musst|darfst|hattest|wolltest|kennst|verstehst|brauchst|sagst|hörst|bleibst|fängst)\b)\w{3,}st du)\b",
    decision=r"\b(dann (?:machen wir (?:das|es|die|den)|(?!(?:machen|haben|hatten|sind|waren|können|könnten|müssen|müssten|sollten|sollen|würden|wissen|sehen|"
    r"reden|sprechen|kommen|stimmen|fangen|beginnen|hätten|wären|wollen|werden|gehen wir (?:zu|weiter|mal weiter)|warten wir mal)\b)\w+en wir)|wir nehmen (?=d)|"
    r"(?:es bleibt|bleibt es|bleiben wir) (?:bei|beim|dabei)|(?:dann|damit) bleib(?:t|en) (?:er|sie|es|der|die|das)\b|(?:damit|also) ist es (?:beschlossen|entschieden)|wir nehmen doch|wir beschließen|beschlossen|wir einigen uns|(?<!in der )(?<!bis zur )(?<!auf die )(?<!zur )(?<!auf der )"
    r"nächste (?:Sitzung|Besprechung)|"
    r"(?:ist|wird|sind) (?:\w+ ){0,3}?(?:angenommen|abgelehnt|genehmigt|vertagt))\b",
    settled=r"\b(wir beschließen|beschlossen|wir einigen uns|nächste (?:Sitzung|Besprechung)|angenommen|abgelehnt|genehmigt|vertagt|beauftragen wir|(?:es bleibt|bleibt es|bleiben wir) (?:bei|beim|dabei)|(?:dann|damit) bleib(?:t|en) (?:er|sie|es)|wir nehmen doch)\b",
    motion=r"\b(?:ich lasse (?:\w+ )?abstimmen|wir stimmen ab über|schlage ich (?=.*\bvor\b)|beantrage ich|ich schlage (?=.*\bvor\b)|ich beantrage|(?:stelle ich|ich stelle) (?:\w+ )?(?:den|einen|folgenden) Antrag|ich schlage vor|Antrag auf|wer ist (?:für|dafür))\b",
    voted=r"^\W*(?:(?:das|es|damit|somit|also) (?:ist|wird) (?:es |das |damit |somit )?(?:\w+ )?)?(?:angenommen|abgelehnt|beschlossen)\W*$|\b(?:ich )?ziehe? (?:ich )?(?:meinen|den) (?:Antrag|Vorschlag) zurück\b|\b(?:(?:Antrag|Vorschlag|Beschluss) (?:ist|wird)|(?:ist|wird) der (?:Antrag|Vorschlag|Beschluss)) (?:\w+ ){0,2}?(?:angenommen|abgelehnt)\b",
    tentative=r"\b(?:müssten?|sollten?|könnten?|würden?|muss|müssen|soll)\b(?: \w+){0,5} (?:einstimmig|angenommen|genehmigt|gewählt|verabschiedet)\b|\b(?:wenn|falls|ob|sobald|könnten?|sollten?|würden?|müssten?|müssen|können|sollen|wollen|vielleicht|eventuell|nichts?|"
    r"nie|was|wie)\b(?:,? \w+){0,6}? (?:beschließen|beschlossen|einigen|nehmen|machen)\b|\bnichts? beschlossen|\b(?:letzte[snmr]?|"
    r"vorige[snmr]?|vergangene[snmr]?|damals|gestern)\b(?: \w+){0,3} (?:beschlossen|geeinigt|angenommen|abgelehnt|genehmigt)\b",
    unsettled=r"\b(?:(?:muss|müssen|müsste) (?:\w+ ){0,4}?(?:geklärt werden|mit \w+ (?:\w+ )?klären)|(?:wir wissen|weiß man|man weiß|weiß|ich weiß(?= noch)) (?:\w+ ){0,2}nicht,? (?:wer|wem|wen|was|wann|wo|welche\w*|ob|wie|warum)|"
    r"(?:keiner|niemand) weiß,? (?:wer|wem|wen|was|wann|wo|welche\w*|ob|wie|warum)|(?:noch )?nicht (?:\w+ )?(?:geklärt|entschieden|klar)|unklar|"
    r"ungeklärt|(?:noch|bleibt|weiterhin) offen|offene Frage)\b",
    unknown=r"^\W*(?:nein, )?(?:das )?(?:wissen wir|weiß man|wir wissen(?: es| das)?|man weiß(?: es| das)?)(?: \w+){0,2} nicht\b|^\W*das weiß (?:noch )?(?:keiner|niemand)\b",
    term=r"\b(?:um (?:\d{1,2}(?:[:.]\d\d)?|eins|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf) uhr|(?:bis|vor) (?:anfang|mitte|ende) (?:der |des )?\w+|(?:diese|nächste) woche|nächsten monat|(?:bis|vor) (?:zum ende|ende|weihnachten|ostern|mittag)|(?:in|bis) (?:der|zur) nächsten (?:sitzung|besprechung))(?!\w)",
    taking=r"\b(?:mache? ich|(?:übernehme|erledige) ich|ich (?:mache|übernehme|erledige) (?:das|es)|ich kümmere mich|ich kann das (?:machen|übernehmen|erledigen)|wird erledigt)\b",
    ours=r"wir\b",
    imperative=r"(?:dann |also )?(?:versuch|besorg|bestell|frag|geh|gib|hak|hol|informier|klär|kümmer|mach|nimm|prüf|ruf|sag|schau|schick|schreib|setz|sprich|stell|trag)e?\b(?! ich\b)|\w+en Sie\b(?=.*\bbitte\b)",
    ordering=r"(?:du|Sie) (?!(?:hast|haben|bist|sind|warst|waren|hattest|hatten|meinst|meinen|weißt|wissen|sagst|sagen|sagten|sagtest|denkst|denken|willst|wollen|kannst|können|musst|müssen)\b)\w+\b|\w+en Sie\b",
    state=r"(?:und|oder|ist|war|hat|hatte|sagt|sagte|meint|meinte|wäre|hätte)\b",
    declining=r"^\W*(?:(?:ach|tut mir leid|also|äh|na)[,.]? )*(?:nein\b|nee?\b(?! klar)|ich (?:kann|will|mag|darf|möchte) (?:\w+ ){0,3}?nicht|ich (?:\w+ ){0,4}?nicht (?:mehr|noch ?mal|noch einmal)|ich auch nicht|ich nicht|nicht ich|(?:hab|habe) ich (?:schon|bereits)|ich habe? (?:\w+ ){0,3}?(?:schon|bereits)|schon (?:erledigt|gemacht)|auf keinen fall|das ist nicht (?:meine|mein)|frag (?:wen|jemand) anders|nie wieder|ich bin (?:\w+ ){0,2}?(?:nicht da|weg|im urlaub|krank|verreist)|(?:(?!wenn|falls|ob)[\w.]+ ){0,4}?(?:habe? ich|ich habe?) (?:\w+ ){0,2}?keine zeit)",
    correcting=r"^\W*(?:äh |ach )*(?:nein|nee?|doch)\b(?! ?[.!])|\b(?:entschuldigung|stimmt (?:nicht|schon|ja)?|das ist falsch|falsch|moment|warte|korrektur|ich meinte|druckfehler)\b",
    joking=r"^\W*(?:bleiben wir (?:bitte )?ernst|bleibt (?:bitte )?ernst|bitte ernst|sehr witzig|haha|spaß beiseite|im ernst|lass (?:den unsinn|die witze)|mach keine witze|scherz)",
    telling=r"\b(?:(?:\w+ )?(?:einen|den) (?:\w+ )?(?:überblick|bericht|stand) (?:geben|vorstellen)|(?:mir|uns) (?:\w+ ){0,3}?(?:sag|erzähl|erklär|bericht)\w*|(?:beschreib|wiederhol|erläuter|schilder)\w*|stell dich)\b",
    replying=r"^\W*(?:ja|nein|doch|klar|genau|richtig|nicht|ich|das (?:mache|bin) ich|beides?)\b",
    assigning=r"^\W*(?:(?:nein|dann|und),? )?(?:mach|nimm|ruf|schreib|schick|prüf|bestell|frag|hol|übernimm)e? du\b",
    revoking=r"\b(?:vergessen wir|wir vergessen|vergesst|streichen wir|wir streichen|lassen wir (?=.*\b(?:weg|fallen|sein|bleiben)\b)|wir lassen (?=.*\b(?:weg|fallen|sein|bleiben)\b)|ich nehme das zurück|verwerfen wir)\b",
    retracting=r"^\W*(?:(?:ach|äh|oh|halt|moment),? )*(?:ach nein|nein,? (?:doch nicht|moment|warte|halt)|doch nicht|quatsch|moment,? nein|warte,? nein|stimmt nicht)\b",
    whose=r"^\W*(?:(?:und|also|aber|gut|okay|dann),? )*wer (?!(?:ist (?:für|dafür|dagegen)|hat|hatte|war|sagt|weiß|meint|denkt|glaubt|enthält)\b)\w+",
    offering=r"\b(?:ich (?:könnte|kann)|(?:könnte|kann) ich)(?! (?:nicht|mir|sagen|verstehen)\b)\b",
    tally=r"\bdagegen ?[?:]|\b(?:gegenstimmen?|enthaltung(?:en)?)\b",
    concluding=r"^\W*(?:dann|damit|also|somit)\b",
    proposing=r"\b(?:dann \w+ wir|wir (?:könnten|sollten)|könnten wir|sollen wir|(?:ich )?schlage (?:ich )?|kann .* (?:zahlen|nehmen|übernehmen)|warum \w+ wir nicht)\b",
    denial=r"\b(?:nicht|kein\w*|nie|niemals|niemand\w*|nichts|ohne)\b",
    agreement=r"^\W*(ja|gut|einverstanden|okay|ok|in Ordnung|genau)\b",
    filler=r"\b(?:äh+|ähm+|hm+|halt|sozusagen|quasi)\b,?\s*",
    lead=r"^(?:(?:(?:und|na ja|naja|ach|oh)\b,?|(?:also|ja|gut|okay|ok|nun),)\s+)+(?=\S)",
    joint=r"(?:und|aber|denn|weil|sondern|wenn|dass|damit|wobei)\b",
    greeting=r"^\W*(?:(?:hallo|guten (?:morgen|tag)|danke|ja|nein|gut|okay|ok|genau|tschüss|zusammen|äh+|hm+|mm+)\W*)+$",
    modal=r"(?:wird|soll|muss|will|sagt|sagte|schlägt|meint|glaubt|denkt|fragt|erklärt|verspricht|bestätigt)",
    spoken="herr herrn frau herren damen will willst wollen wollt wollte wollten möchte möchten weiß weißt wissen sage "
    "sagst sagen sagt sagte gesagt mache machst machen macht gemacht gehe gehst gehen geht komme kommst kommen "
    "kommt sehe siehst sehen sieht gesehen schau schauen schaut höre hören hört glaube glaubst glauben glaubt "
    "denke denkst denken denkt meine meinst meinen meint finde findest finden findet verstehe verstehst verstehen "
    "rede reden redet spreche sprechen spricht lasse lassen lässt nehme nehmen nimmt gebe geben gibt brauche "
    "brauchst brauchen warte warten bitte danke entschuldigung hallo genau eben halt natürlich wirklich einfach "
    "eigentlich tatsächlich absolut völlig ganz klar sicher vielleicht wahrscheinlich ehrlich sozusagen quasi "
    "okay mach jaja sache sachen ding dinge moment minute minuten weise beispiel wahrheit sinn",
    months=(
        "januar",
        "februar",
        "märz",
        "april",
        "mai",
        "juni",
        "juli",
        "august",
        "september",
        "oktober",
        "november",
        "dezember",
    ),
    weekdays=("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag"),
    days={
        "heute": 0,
        "heute nachmittag": 0,
        "heute abend": 0,
        "heute mittag": 0,
        "morgen": 1,
        "morgen früh": 1,
        "morgen nachmittag": 1,
        "morgen abend": 1,
        "übermorgen": 2,
    },
    until=r"(?:bis(?: spätestens)?(?: zum)?|vor dem|spätestens(?: am| zum)?)",
    undue=r"\bnicht vor \w+tag\b|\b(?:seit |ab )?(?:letzte|vorige|vergangene|jede)[nmrs]?\s+\w+tag\b|\bseit\s+\w+tag\b|\b(?:guten|heute|am|jeden|gestern|diesen|"
    r"eines) morgen\b|(?<=tag) morgen\b",
    oneself=r"\b(?:ich|mir|mich)\b",
    spoken_to=r"\b(?:du|dir|dich|ihr|euch|Ihnen)\b",
    wishing=r"\bich (?:möchte|hätte|will|brauche|wünsche)\b|\b(?:möchte|hätte|will|brauche|wünsche) ich\b",
    nearing=r"(?:über)?nächste[nmrs]? ",
    unsure=r"\b(?:(?:uber)?nachste[nmrs]?|letzte[nmrs]?|vorige[nmrs]?|vergangene[nmrs]?|jede[nmrs]?|woche|wochen|danach)\b",
    common=frozenset(
        [
            "der",
            "die",
            "das",
            "ein",
            "eine",
            "wir",
            "sie",
            "er",
            "es",
            "ich",
            "du",
            "ihr",
            "alle",
            "jeder",
            "niemand",
            "wer",
            "was",
            "wann",
            "wo",
            "wie",
            "zwei",
            "drei",
            "team",
            "gruppe",
            "und",
            "aber",
            "wenn",
            "dann",
            "nächste",
        ]
    ),
)
