"""Answers that say nothing: empty ones, `null`, a refusal, a question back. In the languages that our services ship.

Minutes may quote people who refuse or ask, so only a short answer that is nothing else counts, and one that begins with it."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

LONGEST = 400  # characters; a longer answer is about something
_NULLS = frozenset(
    {
        *(
            "null",
            "none",
            "nil",
            "n/a",
            "na",
            "n.a",
            "nan",
            "undefined",
            "void",
            "empty",
            "nothing",
            "no answer",
            "no response",
        ),
        *("not applicable", "not available", "no summary", "no content", "no output", "no text"),
        *("rien", "aucun", "aucune", "néant", "vide", "sans objet", "non applicable", "aucun contenu", "aucun résumé"),
        *("nada", "ninguno", "ninguna", "vacío", "no aplica", "no disponible", "sin contenido", "sin resumen"),
        *("nichts", "keine", "keiner", "keines", "kein", "leer", "entfällt", "nicht zutreffend", "keine angabe", "kein inhalt"),
        *("keine angaben", "aucun contenu à résumer", "no hay contenido que resumir", "kein text", "pas de résumé"),
        *("هیچ", "هیچی", "هیچکدام", "ندارد", "خالی", "موجود نیست", "بدون محتوا"),
    }
)


class Void(StrEnum):
    """Why an answer counts as none, as the end of a sentence."""

    EMPTY = "the model answered nothing"
    FILTERED = "the server's filter let no answer pass"
    THOUGHTS = "the model spent its whole answer on thoughts"
    REFUSED = "the model refused"
    ASKED = "the model asked a question instead of answering"


def void(text: str) -> Void | None:
    """Why *text* is no answer; None for an answer."""
    bare = _bare(text)
    if not any(letter.isalnum() for letter in bare) or bare.strip("()[]{}<>.!\"'`*-–—: ") in _NULLS:
        return Void.EMPTY
    if len(bare) > LONGEST:
        return None
    if _REFUSAL.match(bare):
        return Void.REFUSED
    if _QUESTION.match(bare):
        return Void.ASKED
    return Void.EMPTY if _MISSING.match(bare) or _INTRODUCTION.fullmatch(bare) else None


def _bare(text: str) -> str:
    """*text* in small letters on one line, with one spelling of quotes and of Persian letters, without marks of Markdown."""
    text = unicodedata.normalize("NFKC", text).replace("\u200c", "").translate(_SPELLINGS)
    plain = re.sub(r"\s+", " ", re.sub(r"[*_`#>]+", "", text)).strip(" \"'-•").lower()
    return _LABEL.sub("", plain)


_SPELLINGS = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "ي": "ی", "ك": "ک"})

# Words before an answer that name what it is.
_LABEL = re.compile(
    r"^(?:the )?(?:summary|minutes|answer|response|résumé|compte[- ]rendu|réponse|resumen|acta|respuesta|zusammenfassung|"
    r"protokoll|antwort|خلاصه|صورتجلسه|پاسخ) ?: ?"
)
_GAP = r"[^.!?\n]{0,80}?"
_POLITE = (
    r"(?:(?:hello|hi|sure|of course|certainly|okay|ok|thank you|thanks|bonjour|bien sûr|merci|d'accord|hola|claro|por supuesto|"
    r"gracias|hallo|gerne|natürlich|danke|سلام|البته|حتما)[^.!?,:;]{0,60}[.!?,:;]+ ?)?"
)
_SORRY = (
    r"(?:(?:i'm (?:really |very |so )?sorry|i am (?:really |very |so )?sorry|sorry|i apologi[sz]e|apologies|unfortunately|"
    r"(?:as|i am just|i'm just) an ai\b|"
    r"je suis (?:vraiment |sincèrement )?(?:désolée?|navrée?)|désolée?|malheureusement|je regrette|en tant qu'ia|"
    r"en tant que (?:modèle|assistant)\b|como (?:un )?(?:modelo|asistente)\b|als (?:ein )?(?:ki-|großes )?sprachmodell\b|"
    r"به عنوان (?:یک )?(?:مدل|هوش)|"
    r"lo siento|lo lamento|perdón|disculp\w+|lamentablemente|desafortunadamente|como (?:una )?ia\b|"
    r"es tut mir (?:sehr )?leid|tut mir leid|entschuldigung|entschuldigen sie|leider|als ki\b|"
    r"متاسفم|متأسفم|متاسفانه|متأسفانه|ببخشید|پوزش|عذر)" + _GAP + r"[,.:;!—–-]* ?(?:but |mais |pero |aber |اما |ولی )?)?"
)
_REFUSALS = (
    # English
    rf"i (?:can(?:not|'t| not)|could not|couldn't|won't|will not|am (?:unable|not able) to|must decline|have to decline){_GAP}"
    rf"\b(?:help|assist|comply|fulfil|satisf|create|generat|provid|produc|writ|summari[sz]|process|continu|engag|discuss|respond|"
    rf"answer|proceed|offer|support|access|see|find|do|decline)\w*\b{_GAP}"
    r"\b(?:you|your|with (?:that|this|it)|that|this|content|summary|summaries|minutes|transcript\w*|requests?|text|"
    r"conversation|material|responses?)\b",
    rf"i'm (?:unable|not able) to\b{_GAP}\b(?:help|assist|comply|fulfil|create|generat|provid|produc|writ|summari[sz]|process|"
    r"continu|engag|discuss|respond|answer|access|see|find)",
    r"i (?:don't|do not) have (?:access to|enough (?:information|context|content)|"
    r"(?:the|any|a) (?:transcript|content|context)\b)",
    # French
    rf"je (?:ne peux|ne suis|ne pourrai|ne saurais|n'ai)\b{_GAP}(?:aider|assister|créer|générer|fournir|produire|rédiger|"
    rf"résumer|traiter|répondre|continuer|satisfaire|accéder|donner suite){_GAP}\b(?:vous|cela|ceci|ça|contenus?|résumés?|"
    r"compte|transcription|texte|demande|requête|réponse|conversation)",
    rf"je ne (?:peux|suis){_GAP}vous{_GAP}(?:aider|assister|fournir|répondre)",
    rf"il m'est impossible de {_GAP}\b(?:cette demande|votre demande|résumer|un résumé|vous aider)",
    rf"je n'ai pas (?:assez|suffisamment) d'informations? {_GAP}\b(?:résum|compte rendu|répondre)",
    # Spanish
    rf"(?:yo )?no (?:puedo|soy capaz de|me es posible|podré)\b{_GAP}(?:ayudar|asistir|crear|generar|proporcionar|producir|"
    rf"redactar|resumir|continuar|responder|cumplir|procesar|ofrecer|acceder)(?:te|le|les|lo)?\b(?:{_GAP}\b(?:contenidos?|resumen|"
    r"acta|transcripción|texto|solicitud|petición|respuesta|conversación|eso|esto|ello)|[.!])",
    rf"no tengo (?:suficiente|bastante) (?:información|contexto) {_GAP}\b(?:resum|acta\b|responder)",
    # German
    rf"(?:ich bin|bin ich) nicht (?:in der lage|berechtigt|befugt){_GAP}\b(?:zusammenzufassen|bereitzustellen|fortzufahren|"
    r"nachzukommen|anfrage zu (?:bearbeiten|beantworten)|zu helfen|zusammenfassung zu)",
    rf"ich habe (?:nicht gen(?:ug|ügend)|keine|zu wenige?) (?:informationen|angaben|kontext)\b{_GAP}\b"
    r"(?:zusammenfass|zusammenzufassen|protokoll|zu beantworten)",
    rf"(?:ich kann|kann ich|ich bin|ich werde|ich darf)\b{_GAP}\b(?:nicht|kein\w*)\b{_GAP}\b(?:helfen|erstellen|generieren|"
    r"erzeugen|liefern|bereitstellen|zusammenfassen|schreiben|verfassen|beantworten|fortfahren|fortsetzen|erfüllen|unterstützen|"
    r"verarbeiten|weiterhelfen|nachkommen)",
    # Persian
    rf"اطلاعات کافی {_GAP}(?:خلاصه|پاسخ|صورتجلسه){_GAP}(?:ندارم|نیست|وجود ندارد)",
    rf"(?:من )?{_GAP}(?:کمک|ایجاد|تولید|ارائه|خلاصه|پاسخ|ادامه|انجام|بنویس){_GAP}(?:نمی ?توانم|نمی ?تونم|قادر نیستم|نیستم)",
    rf"(?:من )?{_GAP}(?:نمی ?توانم|نمی ?تونم|قادر نیستم){_GAP}(?:کمک|ایجاد|تولید|ارائه|خلاصه|پاسخ|ادامه|انجام|بنویس)",
)
_TEXTS = (
    r"(?:transcript\w*|transcription|text\w*|content|contenus?|conversation|turns?|échanges|texto|transcripción|contenido|"
    r"conversación|transkript\w*|inhalt\w*|gespräch\w*|متن|رونوشت|محتوا|گفتگو|مکالمه)"
)
_QUESTIONS = (
    rf"(?:could|can|would) you (?:please )?(?:provide|share|paste|send|give|upload|clarify)\b{_GAP}\b{_TEXTS}",
    rf"please (?:provide|share|paste|send|give|upload)\b{_GAP}\b{_TEXTS}",
    r"(?:could|can|would) you (?:please )?(?:provide|share|give) (?:me )?(?:more|some|further|additional) "
    r"(?:context|information|details)",
    rf"i (?:would |will )?(?:need|require) (?:the|a|your|more|to see the) (?:meeting )?{_TEXTS}",
    r"(?:is there (?:something|anything) else|how (?:can|may) i (?:help|assist)|what (?:would you like|can i (?:help|do)))",
    rf"(?:it (?:seems|looks|appears) (?:that |like )?|there (?:is|was) |i (?:don't|do not) see ){_GAP}"
    rf"(?:\bno\b|n't|\bnot\b|\bany\b|missing|empty){_GAP}\b{_TEXTS}",
    rf"(?:pouvez|pourriez|peux|pourrais)-(?:vous|tu)\b{_GAP}(?:fournir|partager|envoyer|transmettre|donner|coller|préciser){_GAP}"
    rf"\b{_TEXTS}",
    rf"(?:veuillez|merci de)\b{_GAP}(?:fournir|partager|envoyer|transmettre|donner|coller){_GAP}\b{_TEXTS}",
    r"(?:comment|en quoi) puis-je (?:vous|t')|(?:y a-t-il|est-ce qu'il y a) autre chose|puis-je vous aider",
    rf"¿?(?:podría|puede|podrías|puedes|me)\b{_GAP}(?:proporcionar|compartir|enviar|pegar|dar|facilitar)\w*{_GAP}\b{_TEXTS}",
    rf"por favor,? {_GAP}(?:proporcion|compart|envi|envíe|pegu|facilit|dé)\w*{_GAP}\b{_TEXTS}",
    r"¿?(?:en qué|cómo) (?:puedo|te puedo|le puedo) ayudar|¿?hay algo más en",
    rf"(?:könnten|können|könntest|kannst) (?:sie|du)\b{_GAP}\b{_TEXTS}{_GAP}(?:bereitstellen|geben|senden|schicken|teilen|"
    r"einfügen|mitteilen|zur verfügung)",
    rf"bitte (?:geben|gib|stellen|stell|senden|sende|teilen|teile|fügen|füge|schicken|schick)\w*\b{_GAP}\b{_TEXTS}",
    r"(?:wie|womit) kann ich (?:ihnen|dir)|kann ich (?:ihnen|dir) (?:sonst|anderweitig|noch)",
    rf"لطفا[ًَ]?{_GAP}{_TEXTS}{_GAP}(?:ارائه|ارسال|وارد|بفرستید|بدهید|قرار|بنویسید)",
    rf"(?:چگونه|چطور) می ?(?:توانم|تونم){_GAP}کمک|آیا{_GAP}(?:کمک دیگری|چیز دیگری|کار دیگری)",
)
_MISSINGS = (
    rf"(?:the |this |your )?(?:provided |given |meeting )?{_TEXTS} (?:appears|seems)(?: to be)? (?:empty|missing|blank)",
    rf"(?:there (?:is|was) )?no (?:meeting )?{_TEXTS} (?:was |were |has been |have been |is |are )?"
    r"(?:provided|given|supplied|included|found)(?=[.!,;]|$| (?:to|for|in your|so|yet)\b)",
    rf"the user (?:did not|didn't|has not|hasn't) (?:provided?|shared?|given?|supplied|supply)\b{_GAP}\b{_TEXTS}",
    r"(?:there is |there's )?(?:nothing|no (?:content|information|text)) to summari[sz]e",
    r"no (?:summary|minutes) (?:is |are )?(?:available|possible)",
    rf"(?:il semble qu'|il n'y a )?aucune?\b (?:{_TEXTS}|information|élément)\b{_GAP}(?:fourni|à résumer|disponible)",
    rf"je n'ai (?:pas |aucun )(?:accès|reçu)?{_GAP}\b{_TEXTS}",
    rf"il n'y a (?:rien|pas d(?:e |')(?:{_TEXTS}|contenu|texte)) à résumer",
    rf"es gibt (?:nichts|kein\w* {_TEXTS}),? (?:zum zusammenfassen|zusammenzufassen|das ich)",
    rf"no se (?:ha|han|me ha) (?:proporcionado|facilitado|incluido|enviado)\b{_GAP}\b{_TEXTS}",
    rf"(?:parece que )?no hay (?:nada|ningún|{_TEXTS}){_GAP}(?:resumir|disponible|proporcionado)",
    rf"es (?:wurden?|liegt|liegen|scheint) kein\w* {_TEXTS}|kein\w* zusammenfassung (?:möglich|verfügbar)",
    rf"(?:هیچ )?{_TEXTS}{_GAP}(?:ارائه نشده|وجود ندارد|موجود نیست|ارسال نشده)",
)
INTRODUCING = (  # words that stand before an answer, as a regular expression
    "here (?:is|are)|here's|below (?:is|are)|the following (?:is|are)|voici|voilà|ci-dessous|hier (?:ist|sind)|"
    "aquí (?:está|tienes?)|در اینجا|به شرح زیر|در ادامه"
)
_INTRODUCTION = re.compile(rf"[^:\n]{{0,60}}\b(?:{INTRODUCING})\b[^:\n]{{0,100}}:")  # when nothing follows
_MISSING = re.compile(_POLITE + _SORRY + "(?:" + "|".join(_MISSINGS) + ")")
_REFUSAL = re.compile(_POLITE + _SORRY + "(?:" + "|".join(_REFUSALS) + ")")
_QUESTION = re.compile(_POLITE + _SORRY + "(?:" + "|".join(_QUESTIONS) + ")")
