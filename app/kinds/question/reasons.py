"""Why something went wrong, where no word such as "because" says so: "The slide is closed. A screw was loose."

Two sentences of a short turn, one right behind the other, or the two halves of a sentence: in the first something fails, ends
or is refused, and the second tells of something bad without going on to another matter. Nothing else counts: a wrong reason is
worse than none."""

from __future__ import annotations

import re

from app.kinds.stemming import stems
from app.kinds.words import sentences_in

LONGEST = 40  # words of a turn: in a longer one, neighbouring sentences need not be of one matter
LEAST = 0.5  # of the words that are asked for: the sentence that tells what happened has them
FEWEST = 2  # words of a reason
# What happens that people give a reason for: it fails, ends, is refused, put off or moved.
_ADVERSE = re.compile(
    r"\b(?:cancel\w*|postpon\w*|delay\w*|moved|put off|refus\w*|reject\w*|turned down|den(?:y|ied)|lost|fail\w*|clos\w+|shut|"
    r"broke\w*|stopped|ended|dropped|stuck|late|not|no|\w+n['\u2019]t|without|"
    r"annul\w*|report\w*|déplac\w*|refus\w*|rejet\w*|perd\w*|ferm\w*|arrêt\w*|cass\w*|coup\w*|en panne|en retard|pas|"
    r"abgesagt|verschoben|verlegt|abgelehnt|gekündigt|gesperrt|geschlossen|verloren|kaputt|ausgefallen|fällt|aus|nicht|keine?\w*|"
    r"cancel\w*|aplaz\w*|trasla\w*|rechaz\w*|deneg\w*|perdi\w*|cerr\w*|cierr\w*|par(?:ó|ado|ada)|rot[oa]s?|anul\w*|no|"
    r"لغو|بسته|رد (?:شد|کرد\w*)|افتاد|عقب|خراب|شکست\w*|قطع|تعطیل|ن(?:شد|داد|کرد)\w*|نمی[\u200c ]?\w+)(?!\w)",
    re.IGNORECASE,
)
# What is bad: too much, too late, missing, broken, ill, not so.
_BAD = re.compile(
    r"\b(?:too \w+|late|missing|lack\w*|lost|broke\w*|melted|fail\w*|burst|leak\w*|flood\w*|damag\w*|loose|cracked|worn|stuck|"
    r"sick|ill|injured|closed|ran out|run out|raised|rose|doubled|exceed\w*|expensive|wrong|error\w*|mistake\w*|strikes?|"
    r"unpaid|unsafe|dangerous|forbidden|not|never|no|nobody|nothing|\w+n['\u2019]t|over (?:the|our) budget|"
    r"trop|retard|manqu\w*|perdu\w*|cass\w*|lâché|fondu\w*|fuit|fuite\w*|inond\w*|abîm\w*|malades?|bless\w*|fermée?s?|augment\w*|"
    r"dépass\w*|chère?s?|erreurs?|mauvais\w*|faux|grève|impayée?s?|dangereu\w*|interdit\w*|pas|jamais|rien|aucune?|refait|"
    r"zu \w+|spät|fehl\w*|verloren|kaputt|defekt|gerissen|gebrochen|locker|undicht|überschwemmt|beschädigt|krank|verletzt|"
    r"geschlossen|gestiegen|erhöht|überschr\w*|teuer|falsch\w*|fehler|streik\w*|unbezahlt|gefährlich|verboten|nicht|nie|niemand|"
    r"nichts|keine?\w*|gesperrt|"
    r"demasiad\w*|tarde|falt\w*|perdi\w*|rompi\w*|rot[oa]s?|fundi\w*|fuga|inund\w*|dañ\w*|enferm\w*|herid\w*|cerrad\w*|subi\w*|"
    r"super(?:a|ó|aba)\w*|car[oa]s?|error\w*|mal|huelga|peligros\w*|prohibid\w*|no|nunca|nadie|nada|ningun\w*|se cayó|cayeron|"
    r"خیلی|دیر|کم|گم|خراب\w*|شکست\w*|چکه|آب|مریض|بیمار|زخمی|بسته|گران|بیشتر|اشتباه\w*|غلط|اعتصاب|خطرناک|ممنوع|نبود\w*|نیست\w*|"
    r"نداشت\w*|نداریم|ندارد|نمی[\u200c ]?\w+|ن\w{2,}(?:یم|ند|د))(?!\w)",
    re.IGNORECASE,
)
# It goes on to another matter, or to what follows from the first.
_GOES_ON = re.compile(
    r"^\W*(?:and|but|so|then|also|besides|now|still|therefore|otherwise|if|what|next|let['\u2019]s|please|"
    r"et|mais|donc|alors|aussi|du coup|sinon|si|ensuite|par ailleurs|"
    r"und|aber|also|dann|deshalb|sonst|wenn|außerdem|jetzt|"
    r"y|pero|entonces|también|así|si|además|ahora|و|اما|ولی|پس|اگر|حالا|همچنین)(?!\w)|"
    r"\btoo\W*$|\b(?:as well|also|either|again|aussi|également|non plus|auch|ebenfalls|también|tampoco|هم|نیز)(?!\w)|"
    r"\b(?:I|we)(?:['\u2019]ll| will)\b",
    re.IGNORECASE,
)
# The second half of a sentence that is one of its own: it begins with who or what does something.
_HALF = re.compile(
    r",\s+(?=(?i:the|our|my|his|her|their|we|they|he|she|it|there|nobody|l['\u2019]|la|le|les|notre|nos|il|elle|on|ils|elles|"
    r"c['\u2019]est|el|los|no|se|su|sus|está|hay|nadie|wir|sie|er|unsere?|niemand|ein|eine) |"
    r"(?i:der|die|das|den) [A-ZÄÖÜ]|l['\u2019]\w)|"
    r"\u060c\s+"
)


def gives_an_unsaid_reason(text: str, asked: frozenset[str], language: str) -> bool:
    """Whether *text* tells why what is *asked* (stems) came about, without a word that says so."""
    if not asked or len(text.split()) > LONGEST:
        return False
    sentences = sentences_in(text) or [text]
    for number, sentence in enumerate(sentences):
        half = _HALF.search(sentence)
        if half is not None and _tells_why(sentence[: half.start()], sentence[half.end() :], asked, language):
            return True
        if number + 1 < len(sentences) and _tells_why(sentence, sentences[number + 1], asked, language):
            return True
    return False


def _tells_why(what: str, why: str, asked: frozenset[str], language: str) -> bool:
    shared = asked.intersection(stems(what, language))
    return (
        len(shared) >= LEAST * len(asked)
        and _ADVERSE.search(what) is not None
        and _BAD.search(why) is not None
        and _GOES_ON.search(why) is None
        and len(why.split()) >= FEWEST
        and not why.rstrip().endswith(("?", "\u061f"))
        and asked.isdisjoint(set(stems(why, language)) - shared)
    )
