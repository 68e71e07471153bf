"""German."""

from __future__ import annotations

from app.kinds.languages.cue_phrases.base import CuePhrases

_LEAD = r"(?:^|(?<=[,.;:!?\u2014\u2013] ))(?:(?:gut|okay|ok|also|alles klar|na gut|schön|prima|ja|na dann|dann|so|und),? ){0,5}"
_DAY = r"(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)"
_MONTH = r"(?:januar|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember)"
# What somebody does after a meeting, and not in it: the stems of verbs.
DEED = (
    r"(?:abhol|abklär|absag|abstimm|abgeb|abzeichn|anfrag|anleg|anmeld|anpass|anruf|anschau|ansprech|aufräum|aufsetz|ausdruck|ausfüll|aushäng|auslös|auswert|"
    r"beantrag|bearbeit|beauftrag|besorg|bestell|bestätig|bezahl|bitt(?!e)|bring|buch|check|dokumentier|druck|durchgeb|einbau|eingeb|einhol|einkauf|einlad|"
    r"einplan|einreich|einricht|einstell|einsammel|einarbeit|entwerf|erinner|erledig|ersetz|erstell|faxe?|fertig (?:mach|stell)|fertigmach|frag|freigeb|geb(?:e|en)? (?:\w+ )?(?:weiter|bescheid|ab|frei)|"
    r"hak\w* (?:\w+ )?nach|hinbring|hinschick|hochlad|hol|informier|installier|kauf|klär|kontaktier|kontrollier|koordinier|kopier|korrigier|"
    r"kümmer|kündig|lad\w* (?:\w+ )?ein|leg\w* (?:\w+ )?(?:an|vor|fest)|leit|liefer|los(?:schick)|meld|miet|mitbring|mitnehm|nachfrag|nachhak|nachreich|nachschau|nachseh|"
    r"notier|organisier|plan|protokollier|prüf|putz|rauf(?:lad)|raussuch|rausschick|rechn|recherchier|regel|reparier|reservier|rüberschick|ruf|sammel|schau\w* (?:\w+ ){0,3}(?:an|nach|rein)|"
    r"schick|schließ\w* (?:\w+ )?ab|schneid|schreib|send|setz\w* (?:\w+ ){0,3}(?:auf|um)|sorg|sprech\w*|spreche|stell\w* (?:\w+ ){0,3}(?:zusammen|ein|auf|bereit|sicher)|such|teil\w* (?:\w+ )?mit|"
    r"teste?|trag\w* (?:\w+ ){0,3}(?:ein|nach)|treff|übergeb|übernehm|übernimm|überarbeit|überprüf|übersetz|überweis|umbau|umbuch|umplan|unterschreib|veranlass|vereinbar|verlänger|"
    r"verschick|versend|verteil|vorbereit|vorleg|vorstell(?!en k)|wasch|weiterleit|wechsel|zahl|zurückruf|zurückgeb|zusammenfass|zusammenstell|zuschick)"
)
_VERBS = (
    r"(?:nehmen|machen|streichen|lassen|bleiben|verschieben|verlängern|kündigen|behalten|bestellen|kaufen|mieten|schließen|öffnen|starten|beginnen|ziehen|"
    r"verzichten|sagen|setzen|stellen|laden|feiern|fahren|zahlen|erhöhen|senken|beauftragen|wählen|tauschen|wechseln|legen|planen|treffen|gehen|geben|führen|stoppen|"
    r"beenden|vertagen|teilen|renovieren|verkaufen|veröffentlichen|reduzieren|ersetzen|steigen|schaffen|unterstützen|übernehmen|halten|einigen|beschließen)"
)

PHRASES = CuePhrases(
    decides=(
        r"\b(?:ja|stimmen)(?:-stimmen)?, \w+ nein\b|\bkeine enthaltung(?:en)?\b|\bso ist es entschieden\b|\bdas ist (?:der|unser) beschluss\b|\bgehen wir mit\b|\bwir steigen (?:\w+ ){0,5}(?:aus|ein)\b",
        r"\bbleibt(?:['\u2019]s| es) (?:bei|beim|dabei|so)\b|\bfliegt (?:raus|aus|rein)\b|\bentscheidung (?:ist )?gefallen\b|\bzuschlag (?:kriegt|bekommt|erhält|geht)\b|\b(?:haben wir uns|sind wir uns) (?:\w+ ){0,4}(?:geeinigt|einig|verständigt)\b(?!.*\bnicht\b)|\bmachen wir(?:['\u2019]s| das| es)? so\b|\b(?:aufsichtsrat|vorstand|rat|gemeinderat|stadtrat|ausschuss|gremium|versammlung|komitee|kommission|team|gruppe) (?:\w+ ){0,2}(?:genehmigt|beschließt|lehnt|stimmt|billigt|bewilligt|entscheidet)\b",
        rf"\b(?:verschieben|verlegen) wir (?:das |es |(?:den|die) \w+ )?auf (?:(?:den|kommenden|nächsten) )?{_DAY}\b",
        r"\b(?:dann|damit|somit) (?:wird|ist|steht|gilt|sind|bleibt|fällt|findet|entfällt) (?:es |das |die |der |sie )?(?!(?:es |das )?(?:ja|so|halt|klar|gut|schlecht|schwierig|wieder|auch|mir|nicht mehr mein|ruhe)\b)",
        rf"\b(?:wir|{_VERBS} wir) (?:das |es |die |den |uns |\w+ ){{0,4}}(?:nicht|nicht mehr|keine?n?|kein)\b(?=\W*$| (?:mehr|weiter|an|ein|auf|mit|um|ab|teil|verlängern))",
        r"\bwir (?:starten|beginnen|schließen|öffnen|verschieben|verlängern|streichen|verzichten|kündigen|behalten|beauftragen|ziehen|wechseln|stellen|bleiben bei|bleiben beim|lassen|sagen|nehmen|kaufen|mieten|bestellen|führen|vertagen|erhöhen|senken|setzen|legen|"
        r"beenden|stoppen|wählen|entscheiden uns für|machen (?:es|das|den|die|mit|an|am|im|weiter wie|zu|dicht))\b(?! (?:\w+ )?(?:ja|uns (?:das|mal)|gerade|immer|oft|oft genug|seit|schon)\b)",
        r"\bwir (?:haben uns|einigen uns|sind uns) (?:\w+ ){0,3}(?:geeinigt|entschieden|verständigt|darauf|auf|einig)\b(?! geworden nicht)|\bwir haben (?:\w+ ){0,4}(?:gewählt|beschlossen|entschieden)\b",
        r"\b(?:es |das |alles )?bleibt (?:\w+ )?(?:dabei|bei|beim|so|wie (?:es|er|sie|gehabt)|beim alten|es beim|es bei)\b|\bbleibt es (?:dabei|bei|beim|so)\b",
        rf"\b(?:ab|von) (?:sofort|morgen|jetzt|{_DAY}|nächste[rnm]?|dem|der|{_MONTH}|kommende[rnm]?|heute) \b(?!.*\?)(?=.*\b(?:wir|es|gibt|gilt|ist|wird|werden|darf|dürfen|keine?|alle|nur|macht|machen|schließ\w*|mehr)\b)",
        rf"\b(?!(?:wir sehen uns|sehen wir uns) (?:\w+ )?nächste[ns]? (?:woche|monat|jahr)\W*$)(?:wir (?:sehen|treffen) uns|sehen wir uns|treffen wir uns|wir hören uns) (?:\w+ ){{0,2}}(?:am|wieder|nächste|{_DAY}|in|um)|\bnächste[rns]? (?:Termin|Treffen|Sitzung|Besprechung|Runde|Jour fixe)(?: ist| wäre| findet|:)? (?:\w+ )?(?:am|{_DAY}|der|den|im)",
        r"^\W*(?:also gut|na gut|gut|okay|ok|also|einverstanden|abgemacht),? (?:dann )?(?:variante|option|plan|version|vorschlag|termin|raum) \w+\W*$|\babgemacht\b|\bist (?:hiermit |damit )?(?:beschlossen|entschieden|gebongt|gekauft|geritzt)\b|\bdas machen wir so\b|\bso machen wir(?:['\u2019]s| es| das)\b",
        r"\b(?:Mehrheit|alle|alle sind|keiner) (?:ist |sind |war |waren )?(?:dafür|dagegen|einverstanden|für)\b(?!.*\?)|\bkeine (?:Gegenstimmen?|Einwände)\b(?!.*\?)|\bgrünes Licht\b|\bdamit fällt\b|\bder zuschlag geht\b",
    ),
    settles=(
        r"\b(?:einstimmig|mehrheitlich|mit (?:großer )?mehrheit)\b|\b(?:mit )?(?:\d+|ein|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf) (?:stimmen )?(?:zu|gegen) (?:\d+|eins|einer|null|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn)(?: stimmen)?\b(?=.*\b(?:angenommen|abgelehnt|beschlossen|gewählt|dafür)\b)",
        r"\b(?:ist|wird|sind|wurde) (?:\w+ ){0,4}(?:genehmigt|angenommen|abgelehnt|beschlossen|gewählt|verabschiedet|bewilligt|entlastet)\b(?!, wer)|\bdann ist das (?:so )?(?:beschlossen|entschieden|abgemacht)\b|\bes bleibt dabei\b|\bwir haben uns (?:\w+ ){0,3}(?:geeinigt|entschieden)\b",
    ),
    supposed=(
        r"\b(?:sie|die|er|man) (?:haben|hat|hatten) (?:\w+ ){0,4}(?:beschlossen|entschieden)\b|\bvielleicht\b",
        r"^\W*(?:(?:und|aber|also|ja|nein|naja),? )*(?:wenn|falls|angenommen|vielleicht|ob|stell dir vor|nehmen wir mal an|sollten? (?:wir|das|er|es))\b",
        r"\b(?:wenn|falls|ob) (?:wir|du|ihr|er|sie|es|das|man|ich|die|der|jemand|niemand|keiner)\b|\b(?:hätten|wären|würden|könnten|müssten|sollten|dürften|hätte|wäre) (?:wir|man|es|das|ich)\b|\b(?:wir|man|das|es|ich) (?:hätten?|wären?|würden?|könnten?|müssten?|sollten?)\b",
        rf"\b(?:letzte[snmr]?|vorige[snmr]?|vergangene[snmr]?) (?:jahr|mal|woche|monat|sitzung|{_DAY})\b(?<!wie letztes jahr)|\b(?:damals|früher|gestern|neulich)\b|\b(?:er|sie|man|die) (?:hat|haben|hatte|hatten) (?:\w+ ){{0,4}}(?:gesagt|gemeint|versprochen|erzählt)\b|\bjedes (?:jahr|mal)\b|\bimmer\b",
    ),
    promises=(
        rf"\bich (?:kann|könnte|würde) (?:\w+ ){{0,5}}?{DEED}\w*(?!.*\?)|\b(?:das|die|den|es|da|dann|morgen|heute|gern|gerne) (?:kann|könnte|würde) ich (?:\w+ ){{0,5}}?(?:{DEED}|machen|nehmen)\w*(?!.*\?)",
        rf"\bich (?:muss|müsste|soll|wollte) (?:\w+ ){{0,6}}?{DEED}\w*",
    ),
    takes=(
        r"\bda würde ich mich\b|\bich (?:bau|back|rechne?|opfere?|überleg)e? (?:euch|dir|mir|das|mich|uns|noch|die|den)\b|\b(?:rechne|baue?|schaue?|gehe?) ich (?:\w+ ){0,3}(?:nach|durch|rein|an|vorbei)\b|\bich hätte (?:\w+ ){0,3}zeit\b",
        r"(?<!soll )(?<!kann )(?<!muss )\b(?:übernehm|hol|bring|schreib|schick|ruf|klär|besorg|bestell|reservier|organisier|kümmer|erledig|prüf|druck|kauf|buch|back|bau|leit|frag|meld|mail|reich|überweis|repar(?:ier)|streich|informier|einlad|check|korrigier|verschick|verteil|such|sprech|vereinbar|unterschreib|trag)e? ich\b(?! (?:mich immer|immer|oft|nie|nur noch|jedes))|\bich (?:setze?|melde) mich (?:\w+ ){0,3}(?:mit|bei)\b|\bversprochen\b(?=,|\W*$)|\bschaffe? ich(?:['\u2019]s| das)?,? (?:bis|heute|morgen)|\bich (?:würde|könnte) mich (?:\w+ ){0,3}(?:bereit|kümmern|anbieten)|\bich (?:erkläre mich|bin) (?:\w+ )?bereit\b|\b(?:nehm|mach)e? ich\b(?=\W*$|,| mit| morgen| heute| bis| gleich| noch)",
        r"\bwir (?:liefern|schicken|senden|reichen|melden uns|geben|bringen|stellen) (?:\w+ ){0,6}(?:nach|zu|bescheid|vorbei|bereit|bis|bei ihnen|ihnen|euch)\b",
        r"\b(?:das|die|den) (?:übernehme|erledige|mache?|regele?|kläre?|besorge?) ich\b|\bich (?:kümmere? mich|nehme? das (?:mit|in die hand|auf mich)|melde mich|bin dran|sorge dafür|würde das (?:\w+ )?(?:machen|übernehmen)|würde (?:\w+ ){0,3}(?:machen|übernehmen))\b|\blass(?:t)? mich das\b|\büberlass(?:t)? das mir\b|\bauf meine kappe\b|\bda bin ich dran\b|\btrag(?:t)? mich (?:dafür |für |da )",
        r"\b(?:dann|das|morgen|heute|gleich|nachher|den|die|ihn|ihr|ihm|da|es|anschließend|danach) (?:sag|ruf|schick|mach|frag|schreib|bring|hol|klär|prüf|bestell|geb|leit|kauf|meld|druck|buch|such|bereit|organisier|informier|reservier|hak|schau|lad|stell|setz|red|sprech|erledig|übernehm|besorg|kümmer|mail|check|reich|korrigier|versuch)e? ich\b",
        r"\bich (?:mach|schick|ruf|schreib|frag|bring|hol|klär|prüf|bestell|sag|geb|leit|besorg|hak|red|sprech|kümmer|check|mail|druck|buch|such|reich|schau|trag|stell|lad|kauf|lass|versuch)e? (?:das|es|dir|euch|ihnen|ihm|ihr|ihn|sie|die|den|dem|der|mir|mal|noch|dann|gleich|morgen|heute|da|eine?n?|bis|mit|nach|am|mich (?:drum|darum|um|bei)|beim|im|nochmal)\b(?! (?:keine|immer|schon|gerade|selten|sorgen))",
    ),
    asks=(
        r"\bdann mach du\b|\bwär(?:e|['\u2019])? (?:super|toll|gut|schön|nett|lieb|klasse)\b.*\bwenn (?:du|ihr|sie|jemand)\b|\bhut auf\b|\bdas wär(?:e|st|['\u2019]s)? dann du\b|\bdu wärst dann\b|\bwir brauchen (?:noch )?(?:jemanden|einen|wen) (?:für|der|zum)\b|\bihr (?:bereitet|macht|übernehmt|kümmert|schreibt|organisiert|klärt|holt|bringt|baut)\b(?!.*\?)",
        r"\bich bräuchte (?:\w+ ){0,3}von\b|\bich (?:möchte|würde|darf|muss) (?:sie|dich|euch) (?:\w+ )?(?:bitten|darum)\b|\b(?:hätte|hätten) (?:ich|wir) (?:\w+ ){0,2}gerne?\b|\b(?:ist|bist|seid|sind) (?:\w+ ){0,3}(?:zuständig|verantwortlich|dran mit)\b(?!.*\?)|^\W*(?:(?:und|dann|also|gut|okay),? )*(?:du|ihr) (?!(?:hast|habt|bist|seid|warst|wart|hattest|meinst|meint|weißt|wisst|sagst|sagt|denkst|willst|wollt|kannst|könnt|musst|müsst|glaubst|glaubt|siehst|seht|redest|verstehst|kennst|brauchst|kommst|immer|wirst|würdest|hättest|wärst|spinnst|übertreibst|könntest)\b)\w+t? (?:bitte|die|das|den|dem|der|dich|euch|mit|ihn|sie|noch|dann|am|bis|dir|alle)\b",
        r"\b(?:könnte|kann|könnten|mag|würde|möchte) (?:bitte )?(?:jemand|einer|wer|irgendwer|eine[rs]? von euch) (?:\w+ ){0,6}?\w+en\b|\b(?:jemand|einer|wer|irgendwer|eine[rs]? von (?:euch|uns)|ihr (?:beide|beiden|zwei)) (?:muss|müsste|sollte|soll|müsst|solltet) ",
        r"\b(?:vergiss|vergesst|vergessen sie) (?:bitte )?nicht\b|\bdenk(?:t|en sie)? (?:bitte )?(?:an|daran|dran)\b|\berinner(?:e|t)? (?:mich|uns|ihn|sie)\b|\bdas ist (?:deine|eure|ihre) (?:aufgabe|baustelle|sache)\b|\bschaut? (?:bitte )?zu, dass\b|\bachte(?:t)? (?:bitte )?(?:darauf|drauf)\b|\bsorg(?:e|t)? (?:bitte )?dafür\b",
        r"(?:^|[,.;:!] ?)(?:(?:gut|okay|ok|ja|dann|also|und|nein|bitte|na),? ){0,5}(?:\w+, )?(?:frag|sag(?! mal\b)|schick|ruf|schreib|bring|hol|klär|prüf|bestell|gib|leite|kümmer|mach(?! (?:keine|dir|mal halblang|weiter so))|setz|stell(?! dir vor)|trag|lad|kauf|besorg|organisier|informier|reservier|buch|meld|such|druck|check|lösch|änder|nimm|sprich|rede|plan|teste?|installier|erinner|versuch|pass)(?:e|t)?(?:['\u2019]s)? "
        r"(?:bitte |doch |mal |dann |das |es |ihn |sie |ihm |ihr |ihnen |mir |uns |dich |die |den |dem |der |noch |gleich |vorher |einfach |nochmal |nach|an |mit |beim |bei |am |im |bis |bescheid|dir |euch |einen |eine |ein |alle|dafür|darum|drum)",
        rf"\bwir müss(?:en|ten) (?:\w+ ){{0,7}}?{DEED}\w*|\bda(?:s|für)? (?:muss|müsste|sollte|kann|könnte) (?!ich\b|man (?:sagen|verstehen|wissen))(?:\w+ ){{1,6}}?{DEED}\w*|\b(?:muss|müssen|müsste) (?:noch |unbedingt |dringend |bis \w+ |\w+ ){{0,4}}?\w+ (?:werden)\b",
        rf"\b(?:du|ihr|sie) (?:müsstest|müsstet|müssten|musst|müsst|solltest|solltet|könntest|könntet|kannst|könnt|darfst|sollst|wolltest) (?:\w+ ){{0,6}}?{DEED}\w*|\b(?:wär(?:e|['\u2019])?|ist) (?:\w+ )?(?:gut|schön|super|nett|lieb|hilfreich),? wenn (?:du|ihr|sie|jemand|einer)\b",
    ),
    assigns=(
        rf"(?:kann|soll|wird|muss|könnte|will|würde|sollte|darf) (?:\w+ ){{0,6}}?(?:{DEED}|machen|tun)\w*|(?:übernimmt|klärt|schickt|macht|kümmert sich|bestellt|organisiert|schreibt|ruft|prüft|bringt|besorgt|erstellt|informiert|fragt|spricht|redet|holt|bereitet|lädt|leitet|meldet sich|"
        r"bucht|reserviert|erledigt|setzt|stellt|schaut)\b(?! (?:gerne|immer|oft|nie|ja|seit|schon))",
    ),
    deeds=(
        r"\b(?:das|die|den) (?:übernehme|erledige|kläre?|besorge?) ich\b|\bich kümmere? mich (?:darum|um|drum)\b|\b(?:vergiss|vergesst) (?:bitte )?nicht\b|\berinner(?:e|t)? mich\b|\bdas ist (?:deine|eure|ihre) aufgabe\b",
        rf"\bich (?:muss|kann|werde) (?:\w+ ){{0,5}}?{DEED}\w*|\b(?:jemand|einer) (?:muss|müsste|sollte) (?:\w+ ){{0,6}}?{DEED}\w*|\b(?:könnte|kann) (?:jemand|einer) ",
        r"\bich (?:schicke?|rufe?|schreibe?|kläre?|besorge?|bestelle?|hake?|organisiere?|reserviere?|informiere?|melde mich) ",
        r"\bdann (?:sag|ruf|schick|frag|schreib|bestell|kauf|hol|bring|buch|klär)e? ich\b",
    ),
    leaves_open=(
        r"^\W*keine ahnung,? (?:ob|wer|wann|wie|wo|was|warum)\b|\bnichts belastbares\b|\bwird (?:\w+ )?zurückgestellt\b|\bhaben wir (?:\w+ ){0,2}(?:noch )?nicht (?:raus|heraus|ge)\w+\b|\bnoch nicht (?:zusammen|so weit|geeinigt)\b|\b(?:bleibt|ist) (?:\w+ ){0,3}ungelöst\b|\bkann ich (?:\w+ ){0,5}(?:nichts|nicht) (?:\w+ )?sagen\b",
        r"\b(?:wissen wir|weiß ich|wissen die) (?:\w+ ){0,3}(?:noch )?nicht\b|\bnach wie vor (?:offen|unklar|ungeklärt)\b|\bstellen wir (?:\w+ ){0,4}zurück\b|\b(?:heute|jetzt) (?:\w+ ){0,2}nicht (?:\w+ )?(?:klären|entscheiden|beantworten|lösen)\b|\blassen wir (?:\w+ ){0,4}(?:außen vor|offen|beiseite)\b|\bin der (?:luft|schwebe)\b|\bkann (?:\w+ ){0,3}(?:keiner|niemand) (?:\w+ ){0,2}(?:erklären|sagen)\b|\bdarüber reden wir,? (?:wenn|sobald)\b|\bweiß (?:\w+ ){0,4}(?:niemand|keiner)\b|\bsteht (?:\w+ ){0,3}in den sternen\b|\b(?:großes )?fragezeichen\b",
        r"\b(?:müssen|müssten|sollten|muss|müsste) (?:wir |man |das |uns )*(?:noch|erst noch|erst|später) (?:\w+ ){0,4}(?:klären|entscheiden|herausfinden|rausfinden|diskutieren|besprechen|abstimmen|überlegen)\b|\b(?:noch|erst) zu (?:klären|entscheiden)\b",
        rf"\b(?:vertagen|verschieben) wir\b(?! (?:das |es |die \w+ )?auf (?:(?:die|den) (?:\w+-)?(?:sitzung|\d)|{_DAY}))|\bwird vertagt\b|\bkommen wir (?:da |heute |hier )*nicht weiter\b|\bstellen wir (?:\w+ )?zurück\b|\b(?:lassen|halten) wir (?:\w+ ){{0,3}}(?:offen|erst ?mal (?:so )?stehen|liegen)\b",
        r"\bwart(?:e|en) (?:wir|ich)? ?(?:noch )?(?:auf|ab)\b|\b(?:wir|ich) warten? (?:\w+ ){0,2}(?:noch )?auf (?:die|eine|den|das|ihre|seine|rückmeldung|antwort)\b|\b(?:steht|stehen) (?:\w+ )?(?:noch )?(?:aus|nicht fest|in den sternen)\b",
        r"\b(?:keiner|niemand|man) (?:\w+ )?(?:konnte|kann|wusste|weiß) (?:\w+ ){0,3}(?:sagen|,|nicht|wer|wann|ob|wie|wo|was|warum)|\b(?:keine|noch keine) (?:entscheidung|einigung|lösung|antwort|rückmeldung|zusage)\b|\b(?:eine )?entscheidung (?:\w+ ){0,4}(?:gibt es|fällt|treffen wir|haben wir) (?:\w+ ){0,2}(?:nicht|noch nicht|später|erst)\b",
        r"\b(?:darüber|das|davon|dazu) (?:reden|sprechen|besprechen|entscheiden|diskutieren|klären|schauen) wir (?:uns )?(?:\w+ ){0,2}(?:beim nächsten|nächste|nächstes|später|noch|ein andermal|im|in der|nach|dann)\b|\b(?:reden|sprechen|besprechen|entscheiden|klären) wir (?:\w+ ){0,2}(?:beim nächsten|nächste[ns]?|später|ein andermal)\b",
        r"\bnicht (?:\w+ )?(?:einig|einigen können|geeinigt|einig geworden)\b|\buneinig\b|\b(?:ist|bleibt|war|wäre) (?:\w+ ){0,3}(?:unklar|ungewiss|fraglich|ungeklärt|strittig)\b|\bbleibt (?:\w+ ){0,3}offen\b|\b(?:ist|sind) (?:\w+ ){0,3}noch (?:\w+ )?offen\b|\bnoch nicht (?:\w+ )?(?:raus|fest|spruchreif|entschieden|geklärt|klar|sicher|bekannt)\b",
        r"\bich weiß (?:\w+ ){0,3}nicht,? (?:wer|wann|ob (?!du|ihr|sie)|wo|welche\w*|wie (?:viel|lange|teuer|das gehen)|woher)\b",
    ),
    nobody_knows=(
        r"^\W*(?:tja|puh|hm|gute frage|ehrlich gesagt|das)?,? ?(?:keine ahnung|weiß ich (?:\w+ )?nicht|ich weiß (?:es |das )?(?:\w+ )?nicht(?:\W*$|[,.!])|kann ich (?:\w+ ){0,2}nicht sagen|weiß (?:keiner|niemand)|gute frage)\b",
    ),
    idle=(
        r"\brufe (?:ich )?(?:nun |jetzt )?(?:den|die) (?:tagesordnungspunkt|zusatzpunkt|namen|punkt)\b",
        r"\b(?:ich )?(?:unterbreche|eröffne|schließe) (?:ich )?(?:\w+ )?die (?:sitzung|beratung|aussprache|versammlung)\b|\bgebe (?:ich )?(?:\w+ ){0,4}bekannt\b|\bplatz (?:zu )?nehmen\b|\b(?:sie haben|hat|haben) das wort\b|\bich sage (?:ihnen|euch|dir) (?:eins|was|ganz)\b|\b(?:er|sie) hat (?:\w+ ){0,6}versprochen\b|\bman kann nicht\b|\bspreche (?:ich )?(?:\w+ ){0,6}(?:wünsche|dank|beileid)\b",
        r"\bich (?:muss|kann|will|würde|möchte|darf) (?:\w+ ){0,4}?(?:sagen|zugeben|gestehen|verstehen|vorstellen|nachvollziehen|behaupten|erinnern|hören|sehen|bestätigen|nur (?:warnen|wiederholen)|los|weg|aussprechen|ausreden|ergänzen|fragen\W*$|anschließen|wundern)\b|\b(?:man|du|ihr) (?:muss|müsst|musst) (?:\w+ ){0,4}?(?:verstehen|sehen|sagen|wissen|vorstellen|bedenken|zugeben)\b",
        r"\b(?:ich )?(?:mache?|mach) (?:ich )?mir (?:\w+ )?(?:keine )?(?:\w+ )?(?:sorgen|gedanken)\b|\b(?:schauen|gucken|sehen|warten) wir mal\b|\b(?:wir )?machen (?:wir )?(?:weiter|kurz|eine? (?:kurze )?pause|schluss|jetzt weiter)\b|\b(?:hör|hören sie|hört|schau|guck|sag|pass|komm|warte|stell dir) (?:mal|doch|auf|zu|vor)\b(?=,|\W*$| ist| so| das|,? wie|,? ich)|\blass(?:t|en)? (?:uns|sie uns|mich) (?:bitte |kurz |mal )*(?:weiter|anfangen|beginnen|ausreden|zu ende|fortfahren|überlegen|kurz|ehrlich|sehen|nicht)",
        r"\bdas kann ich mir (?:nicht |gut |kaum )?vorstellen\b|\bich (?:gebe|übergebe) (?:das wort|an|mal an|weiter an)\b|\bich (?:nehme|fahre|gehe|trinke|esse) (?:immer|meist|oft|jeden)\b|\bich (?:schreibe|rede|frage) mich\b|\b(?:das )?(?:hättest|hättet|hätten) (?:du|ihr|sie)\b|\bwir (?:warten|reden|sitzen|machen das) (?:\w+ )?(?:seit|schon|immer|hier)\b|\bgehen wir (?:\w+ )?(?:weiter|zum nächsten|zu punkt)\b",
        r"^\W*(?:und |aber )?(?:muss|müssen|sollen|sollten|müssten) (?:man|wir|ich) (?!.*,).*\?\W*$|\b(?:normalerweise|üblicherweise|gewöhnlich) \w+ (?:ich|wir)\b",
        r"\b(?:wir|man) (?:müssen|muss|sollten|müssten) (?:(?!bis\b)\w+ ){0,3}(?:eine|die|diese) entscheidung (?:\w+ )?(?:treffen|fällen)\b",
        r"\bich (?:mach|mache|bin) (?:nur |bloß )?(?:spaß|spaße)\b|\bhabe? ich (?:doch |schon |ja )?gesagt\b|\bich bin (?:im|am|ab|dann|nächste woche) (?:\w+ ){0,3}(?:weg|nicht da|im urlaub|krank)\b",
    ),
    terms=(
        r"\bbis (?:\w+ )?(?:monatsende|wochenende|ende (?:der|des|dieser)|jahresende|heute abend|dahin|dann|feierabend|zur nächsten)\b|\b(?:am wochenende|im laufe (?:der|des)|gleich nach|direkt nach|nach dem (?:termin|mittag|essen)|noch heute|heute noch|sofort|umgehend|in den nächsten tagen|vor (?:ostern|weihnachten|den ferien|dem (?:wochenende|fest|termin|urlaub|sommer|winter|frühstück|essen|\w*treffen|\w*tag|\w*spiel|\d))|nachher)\b",
    ),
    states=(
        r"(?:wollte|sollte|konnte|musste|durfte|kam|ging|kommt|weiß|wusste|findet|fand|glaubt|liebt|mag|mochte|wohnt|arbeitet|hatte|wurde|wird (?:das )?(?:wissen|sich freuen)|macht (?:das )?(?:immer|seit|schon)|kennt|geht|sitzt|steht|fehlt|heißt|ging|gab|rief|schrieb|fragte|machte|brachte|holte|nimmt immer)\b",
    ),
    polls=(
        r"^\W*(?:(?:gut|also|und|okay|so),? )*(?:wer (?:ist|stimmt) (?:da)?(?:für|gegen|dafür|dagegen)|wer enthält sich|(?:gibt es )?(?:gegenstimmen|enthaltungen|einwände)|dafür|dagegen|enthaltungen|(?:sind )?alle einverstanden|einverstanden|alle dafür|ist das für alle (?:ok|okay|in ordnung)|passt das (?:für )?(?:alle|euch))\b",
    ),
    moves_on=(
        r"^\W*(?:(?:gut|also|und|okay|so|dann),? )*(?:(?:erstens|zweitens|drittens|viertens|fünftens)|(?:nächster|erster|zweiter|dritter|vierter|letzter) (?:punkt|tagesordnungspunkt)|punkt \w+|top \d|kommen wir (?:zu|zum)|weiter (?:mit|geht)|tagesordnungspunkt|zum nächsten)\b",
    ),
    votes=(
        r"^\W*(?:(?:also|gut|damit|somit|das ist|dann ist das),? )*(?:einstimmig |mehrheitlich )?(?:angenommen|abgelehnt|beschlossen)(?: mit .{1,30})?\W*$|^\W*einstimmig\W*$",
    ),
    declines=(
        r"^\W*(?:(?:ach|ja|nein),? )*(?:(?:den|das|die|es|ihn|sie) )?(?:habe? ich|ist|sind) (?:schon|bereits|gestern) (?:\w+ ){0,2}?(?:ge\w+|\w*(?:schickt|stellt|sucht|sprochen|passiert|erledigt|verschickt|bezahlt))\W*$",
        r"^\W*(?:(?:tut mir leid|leider|nein|ach|sorry)[,.]? )*(?:da |leider )?(?:bin ich|ich bin) (?:\w+\.? ){0,5}?(?:in|im|weg|nicht da|krank|verreist|unterwegs|am)\b|^\W*das ist \w+ aufgabe\b",
    ),
)
