"""How a task is given to somebody who is spoken of: "Marta will send the contract", "das übernimmt die Buchhaltung".

The only group of each pattern that matches is who does it: names, or words for a team or a trade."""

from __future__ import annotations

from app.kinds.languages.cue_phrases import de, en, es, fr
from app.kinds.languages.cue_phrases.base import CuePhrases

_CAPITAL = r"(?-i:[A-ZÀ-ÖØ-Þ])[\w\u2019-]*\w(?<!['\u2019]s)"
_TITLE = r"(?:(?:Mr|Mrs|Ms|Dr|Prof|Herr|Frau|Madame|Monsieur|Mme|M|Señora?|Sra?|Don|Doña)\.? )?"
_NAME = rf"{_TITLE}{_CAPITAL}(?: {_CAPITAL})?"


def names(conjunction: str) -> str:
    """One name, or several with a *conjunction* before the last."""
    return rf"{_NAME}(?:(?:, {_NAME})?,? {conjunction} {_NAME})?"


_EN_TEAM = (
    r"(?!(?:the|our|a|an|my|your|their|this|that|his|her|national|football|soccer|rescue) )[\w-]+ (?:team|department|office|crew|desk)|accounting|accounts|bookkeeping|finance|marketing|procurement|purchasing|logistics|HR|IT|legal|"
    r"treasurer|secretary|caretaker|accountant|bookkeeper|lawyers?|architect|electrician|plumber"
)
_EN_WHO = rf"(?:{names('and')}|(?:{_EN_TEAM}))"
_EN_BEGINS = r"(?:^\W*|[,;\u2014] |\band )(?:the |our )?"
_EN_HOLDS = r"(?:takes? (?:over|care of)|looks? after|handles?|(?:is|are) (?:in charge of|responsible for|handling|taking care of|sorting(?: out)?|dealing with))"
_EN_FROM = r"(?: from (?:the )?\w+)?"
_EN_THING = r"(?:the|this|that|it|our|these|those|both|everything)\b"
_EN_SOON = r"(?:also |just |then |now |probably )?"

_FR_TEAM = (
    r"(?:équipe(?! (?:de france|nationale|de foot))|service(?! (?:militaire|public|national))|bureau|pôle)(?: (?:de |d['\u2019]|du |des )?[\w\u2019-]+)?|comptabilité|compta|communication|logistique|direction technique|informatique|"
    r"trésori(?:er|ère)|secrétaire|secrétariat|gardien(?:ne)?|comptable|avocate?|architecte|électricien(?:ne)?|plombier|imprimeur"
)
_FR_WHO = rf"(?:{names('et')}|{_FR_TEAM})"
_FR_BEGINS = r"(?:^\W*|[,;\u2014] |\bet )(?:l['\u2019]|la |le |les |notre )?"
_FR_FROM = r"(?: (?:du|de la|des) \w+| de l['\u2019]\w+)?"
_FR_OF = r"(?:d[ue] (?:tout|ça|cela)\b|du |des |de (?:la|cette|ces?|cet) |de l['\u2019])"
_FR_CLITICS = r"(?:(?:le|la|les|lui|leur|vous|te|me|nous|y|en|l['\u2019]|m['\u2019]|t['\u2019]) ?)*"

_DE_TEAM = (
    r"(?!national|fußball|terror|alters)[\w-]*(?:team|abteilung|büro|gruppe)|buchhaltung|finanzabteilung|verwaltung|technik|personalabteilung|einkauf|marketing|IT|rechtsabteilung|"
    r"steuerberater(?:in)?|kassierer(?:in)?|schatzmeister(?:in)?|hausmeister(?:in)?|sekretariat|architekt(?:in)?|elektriker(?:in)?|klempner|anwält(?:in)?|anwalt|druckerei"
)
_DE_IDLE = r"(?!(?-i:Der|Die|Das|Den|Dem|Ein\w*|Dies\w*|Sinn|Spaß|Angst|Mut|Freude|Arbeit|Probleme|Ärger|Hoffnung|Sorgen|Lust|Platz|Mühe|Eindruck|Unterschied|Niemand|Keiner|Irgend\w*)\b)"
_DE_WHO = rf"(?:({_DE_IDLE}{names('und')})|(?:(?:der|die|das|unser\w*) )?({_DE_TEAM}))"
_DE_BEGINS = r"(?:^\W*|[,;\u2014] |\bund )"
_DE_DOES = (
    r"(?:übernimmt|übernehmen|erledigt|klärt|besorgt|prüft|druckt|bestellt|schickt|schreibt|organisiert|bucht|reserviert|informiert|kauft|verschickt|erstellt|"
    r"korrigiert|überprüft|holt|repariert|übersetzt|macht|bringt|ruft|richtet|lädt|stellt|fragt|bereitet|leitet)"
)

_ES_TEAM = (
    r"(?:equipo|departamento|oficina)(?: (?:de |del )?[\w-]+)?|contabilidad|administración|finanzas|logística|compras|informática|marketing|"
    r"tesorer[oa]|secretari[oa]|secretaría|conserje|contable|gestor(?:a|ía)?|abogad[oa]|arquitect[oa]|electricista|fontanero|imprenta"
)
_ES_WHO = rf"(?:(?!alguien\b){names('y')}|{_ES_TEAM})"
_ES_BEGINS = r"(?:^\W*|[,;\u2014] |\by )(?:el |la |los |las |nuestr[oa] )?"
_ES_CLITICS = r"(?:(?:lo|la|los|las|le|les|nos|os|te|me|se) )*"

_Z = "[\u200c ]?"
_FA_TEAM = rf"(?:تیم|واحد|بخش|گروه)[\u200c ](?!ملی|موسیقی|فوتبال)\S+|حسابداری|امور مالی|روابط عمومی|انبار|دبیرخانه|منشی|حسابدار|وکیل|معمار|برق{_Z}کار|لوله{_Z}کش"

DOERS: dict[str, CuePhrases] = {
    "en": CuePhrases(
        doers=(
            rf"{_EN_BEGINS}({_EN_WHO}){_EN_FROM}(?: will|['\u2019]ll| (?:is|are) (?:going to|gonna|to)|['\u2019]s (?:going to|gonna)| (?:has |have |['\u2019]s )?(?:agreed|offered|promised|volunteered) to"
            rf"| said (?:he|she|they)(?:['\u2019]ll| will|['\u2019]d| would)) {_EN_SOON}{en.DEED}\W+\w",
            rf"{_EN_BEGINS}({_EN_WHO}){_EN_FROM} {_EN_HOLDS} {_EN_THING}",
            rf"\bit['\u2019]s ({names('and')}) who (?:{_EN_HOLDS} {_EN_THING}|{_EN_HOLDS} \w|will {en.DEED} \w|does {_EN_THING})",
        ),
        supposed=(
            r", (?:says?|said|writes|wrote|reports?|reported) (?:the|my|our|a) \w+\W*$|\bI (?:read|heard|saw)\b[^.]{0,40}\b(?:papers?|newspaper|news|radio|television|TV|internet)\b|\b(?:they|he|she|people|it) always\b",
        ),
        teams=(_EN_TEAM,),
        belongs=(r" from ",),
        limits=(r"by|before|until|till|no later than",),
        persons=(
            r"\b(?:ask(?:ed|ing)?|tell|told|call(?:ed)?|phone|ring|thank|thanks to|remind(?:ed)?|spoke (?:to|with)|spoken (?:to|with)|talk(?:ed)? (?:to|with)) NAME|"
            r"NAME (?:said|says|told|thinks|wants|agreed|offered|promised|volunteered|is (?:ill|sick|away|off|back|new here|joining us|busy|on (?:holiday|leave|the team)))\b|\bNAME and I\b|\bNAME\. (?:She|He)\b",
        ),
        things=(r"\b(?:in|on|via|into|using|inside|the) NAME",),
        elsewhere=(
            r"\b(?:flight|train|bus|tram|ferry|plane|strike)s?(?: [\w'\u2019]+){0,4} (?:is|are|moves?|gets)\b|\b(?:grand(?:ma|pa|mother|father)|granny|mum|mummy|mom|dad|daddy|uncle|aunt|auntie)\b",
        ),
        public=(
            r"^\W*(?:and |so |but )?in (?:the|this|that|my|his|her) (?:story|tale|film|movie|book|novel|play|series|dream|song|legend)\b",
            r"\b(?:visit|start|sign|sell|present|launch|announce|marry|meet|cancel|raise|cut|take (?:the|over|on))\b",
        ),
    ),
    "fr": CuePhrases(
        doers=(
            rf"{_FR_BEGINS}({_FR_WHO}){_FR_FROM} (?:va|vont|doit|devra) (?:aussi |ensuite |donc )?(?:s['\u2019]|se )?{_FR_CLITICS}{fr.DEED}\w* \w",
            rf"{_FR_BEGINS}({_FR_WHO}){_FR_FROM} {_FR_CLITICS}(?=\w+r(?:a|ont)\b){fr.DEED}\w* \w",
            rf"{_FR_BEGINS}({_FR_WHO}) (?:s['\u2019]en (?:occup|charg)(?:e|ent|era|eront)\b|(?:s['\u2019]occup|se charg)(?:e|ent|era|eront) {_FR_OF})",
            rf"\bc['\u2019]est ({_FR_WHO}) qui (?:s['\u2019]en (?:occupe|charge)|s['\u2019]occupe|se charge|(?:les? |la |lui |leur |s['\u2019]en |s['\u2019]y )(?!a\b|est\b|dit\b|sait\b|veut\b|voit\b|croit\b|pense\b|conna|avait\b)\w+(?:e|d|t)\b|va {_FR_CLITICS}{fr.DEED}|(?!a\b|est\b|avait\b|était\b|parl|demand|prend|met)"
            rf"{_FR_CLITICS}{fr.DEED}\w*(?:e|ra|oit|it)\b)",
        ),
        supposed=(
            r", (?:dit|disait|écrit|annonce) (?:l['\u2019]|(?:le|la|les|mon|ma|un|une) )\w+\W*$|\bj['\u2019]ai (?:lu|vu|entendu)\b[^.]{0,40}\b(?:journa(?:l|ux)|radio|télé\w*|infos?)\b|\bcomme toujours\b",
        ),
        teams=(_FR_TEAM,),
        belongs=(r" d(?:u|e|es) | de l['\u2019]",),
        limits=(r"avant|pour|d['\u2019]ici|jusqu['\u2019]à|au plus tard",),
        persons=(
            r"\b(?:demand\w+ à|parl\w+ (?:à|avec)|dit à|dis à|appel(?:er|le|é)|rappel(?:er|le|é)|remerci(?:er|e)|vu avec) NAME|"
            r"NAME (?:a dit|m['\u2019]a dit|dit|pense|veut|s['\u2019]est proposée?|a promis|est (?:malade|absente?|en (?:congé|vacances)))\b",
        ),
        things=(r"\b(?:dans|sur|via|en|le|la) NAME",),
        elsewhere=(
            r"\b(?:vol|train|bus|tram|ferry|avion|grève)s?(?: [\w'\u2019]+){0,4} (?:est|sont|passe|passent)\b|\b(?:mamie|papi|papy|mémé|pépé|maman|papa|tonton|tata|oncle|tante|grand-(?:mère|père))\b",
        ),
        public=(
            r"^\W*(?:et |mais )?dans (?:le|ce|la|cette|son|mon) (?:film|livre|roman|conte|pièce|série|légende|chanson|rêve)\b|^\W*(?:et |mais )?dans l['\u2019](?:histoire|opéra)\b",
            r"\b(?:présent|vend(?!redi)|sign|lanc|annonc|annul|rencontr|visit|augment|baiss|supprim|nomm)\w*",
        ),
    ),
    "de": CuePhrases(
        doers=(
            rf"{_DE_BEGINS}{_DE_WHO} (?:wird|werden) (?:\w+ ){{1,8}}?{de.DEED}\w*\W*$",
            rf"{_DE_BEGINS}{_DE_WHO} {_DE_DOES} (?:sich )?(?!immer\b|oft\b|seit\b|gerne?\b|schon\b|nie\b)\w",
            rf"(?:^\W*|[,;\u2014] )(?:den|dem|einen|einem) (?:[\w-]+ ){{0,2}}{_DE_DOES} (?:dann |also |ja )?{_DE_WHO}\b",
            # "Die Firma schickt Paul den Vertrag" has an object behind, and Paul is none who does it.
            rf"(?:^\W*|[,;\u2014] )(?:das|die) (?:[\w-]+ ){{0,2}}{_DE_DOES} (?:dann |also |ja )?{_DE_WHO}\b(?!.{{0,60}}\b(?:den|das|die|ein|eine|einen|ihr\w*|sein\w*)\b)",
            rf"\b(?:darum|drum|um \w+ [\w-]+|um [\w-]+) kümmer(?:t|n) sich (?:dann |also |ja )?{_DE_WHO}\b",
            rf"{_DE_BEGINS}{_DE_WHO} kümmer(?:t|n) sich (?:\w+ ){{0,3}}?(?:darum|drum|um)\b",
        ),
        supposed=(
            r", (?:sagte?|schreibt|schrieb|meldete?) (?:der|die|das|mein\w*|ein\w*) \w+\W*$|\b(?:zeitung|radio|nachrichten|fernsehen|internet) (?:gelesen|gehört|gesehen)\b|\b(?:ständig|dauernd)\b",
        ),
        teams=(_DE_TEAM,),
        belongs=(r" (?:von|vom|aus) ",),
        limits=(r"bis|vor|spätestens",),
        persons=(
            r"\b(?:frag(?:e|t|en)?|sag(?:e|t)?|danke?|ruf(?:e|t)?|erinner\w*) NAME|\bmit NAME (?:gesprochen|geredet|sprechen|reden|telefonier\w+)|"
            r"NAME (?:sagte?|meinte?|denkt|will|hat (?:gesagt|versprochen|angeboten)|ist (?:krank|weg|im Urlaub|wieder da))\b",
        ),
        things=(r"\b(?:in|im|auf|via|das) NAME",),
        elsewhere=(
            r"\b(?:flug|zug|bus|bahn|tram|fähre|streik)(?: [\w-]+){0,4} (?:gestrichen|abgesagt|aus|verschoben|verlegt)\b|\b(?:oma|opa|mama|papa|mutti|vati|onkel|tante|großmutter|großvater)\b",
        ),
        public=(
            r"\b(?:macht|unterschreibt|verkauft|kauft|stellt|besucht|kündigt|trifft)\b|\b(?:unterschreiben|verkaufen|vorstellen|besuchen|treffen)\b",
        ),
    ),
    "es": CuePhrases(
        doers=(
            rf"{_ES_BEGINS}({_ES_WHO}) (?:va|van|se va) a {es.DEED}\w* \w|{_ES_BEGINS}({_ES_WHO}) (?:tiene|tienen) que {es.DEED}\w* \w",
            rf"{_ES_BEGINS}({_ES_WHO}) {_ES_CLITICS}{es.DEED}\w*r(?:á|án) \w",
            rf"{_ES_BEGINS}({_ES_WHO}) se (?:encarga|ocupa|encargará|ocupará)n? (?:del|de (?:la|los|las|eso|esto|est[aeo]s?|todo))\b|{_ES_BEGINS}({_ES_WHO}) se ha (?:ofrecido|comprometido) a \w",
            rf"\b(?:de|del) [\w ]{{1,25}}? se (?:encarga|ocupa|encargará|ocupará)n? (?:el |la )?({_ES_WHO})\b",
            rf"\bes ({_ES_WHO}) (?:quien|la que|el que) (?:se (?:encarga|ocupa)|va a {es.DEED}|{es.DEED}\w*e?a?\b)",
        ),
        supposed=(
            r", (?:dice|dijo|escribe|anuncia) (?:el|la|los|mi|un|una) \w+\W*$|\bhe (?:leído|visto|oído)\b[^.]{0,40}\b(?:periódico|noticias|radio|tele\w*)\b",
        ),
        teams=(_ES_TEAM,),
        belongs=(r" de(?:l| la| los| las)? ",),
        limits=(r"antes del?|para|hasta|a más tardar",),
        persons=(
            r"\b(?:pregunt\w+ a|habl\w+ con|dile a|digo a|llam\w+ a|gracias a|avis\w+ a) NAME|"
            r"NAME (?:dijo|dice|me dijo|piensa|quiere|ha (?:dicho|prometido)|se ha ofrecido|está (?:enferm[oa]|fuera|de (?:baja|vacaciones)))\b",
        ),
        things=(r"\b(?:en|por|vía) NAME",),
        elsewhere=(
            r"\b(?:vuelo|tren|autobús|barco|ferry|avión|huelga)(?: [\w-]+){0,4} (?:queda|se|pasa)\b|\b(?:abuel[oa]|mamá|papá|tío|tía)\b",
        ),
        public=(
            r"^\W*(?:y |pero )?en (?:la|el|esta|este|mi|su) (?:película|libro|novela|cuento|historia|serie|canción|sueño)\b",
            r"\b(?:present|vend|firm|anunci|visit|lanz|sub|baj|nombr|reun)(?!id)\w*(?:á|án|ar|er|ir)\b",
        ),
    ),
    "fa": CuePhrases(
        doers=(rf"^\W*({_FA_TEAM}|\S+) .{{2,60}}می{_Z}(?:فرست|نویس|خر|گیر|کن|پرس|رسان|رسون|آور|بر|ده|د|زن|گ)(?:د|ه|یه)?\W*$",),
        supposed=(
            r"(?:تو|توی|در) (?:فیلم|داستان|قصه|سریال|رمان)|(?:تو|توی|در) (?:روزنامه|اخبار|رادیو) (?:خوندم|خواندم|شنیدم|دیدم)",
        ),
        teams=(_FA_TEAM,),
    ),
}
