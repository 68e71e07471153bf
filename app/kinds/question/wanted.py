"""What a question wants to know, such as a number or a reason, and whether a turn tells anything of the kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from app.kinds.evidence import figures_said
from app.kinds.languages import PACKS, pack_of
from app.kinds.question.reasons import gives_an_unsaid_reason
from app.kinds.stemming import stems, weak_words
from app.kinds.words import flat, sentences_in, stop_words
from app.transcript import sentence_ends

LATER = 2  # turns: "may they come?" — "not before the release" — "propose them the 26th"
MUCH_LATER = 4  # turns up to the answer to somebody who asks the same
SHORTEST_VERB, VERB = 3, 4  # letters by which two stems are taken for one verb
NEAR = 3  # words between a number and what it counts
_WORD = re.compile(r"[^\W_]+")
# The words of questions and of answers, in the languages of minutes: a question need not be in that of its meeting.
_HOW_MANY = re.compile(r"\b(?:how many|combien d(?:e\b|['\u2019])|wie ?viele?\b|cu[aá]nt[oa]s|چند)\s*(.+)", re.IGNORECASE)
_HOW_MUCH = re.compile(
    r"\b(?:how much|costs?|coûte(?:nt|ra|rait)?|kostet?(?:en)?|cuesta[n]?|costará|combien|wie ?viel|cu[aá]nt[oa]|چقدر)\b",
    re.IGNORECASE,
)
_CLASS = re.compile(r"\b\d{1,2} ?[a-f]\b", re.IGNORECASE)  # "class 5b": no amount
_WHEN = re.compile(
    r"^\W*(?:(?:since|until|by|desde|hasta|seit|bis|depuis|jusqu['\u2019]à) )?(?:when|what (?:day|date|time)|quand|"
    r"(?:à )?quel(?:le)? (?:jour|date|heure)|wann|cu[aá]ndo|(?:a )?qué (?:día|hora|fecha)|چه (?:روزی|ساعتی))\b|"
    r"\bhow often\b|\bwie oft\b",
    re.IGNORECASE,
)
_HOW_LONG = re.compile(
    r"\bhow long\b|\bwie lange?\b|\bcombien de temps\b|\b(?:cuánto (?:tiempo|tarda\w*|dura\w*))\b|چه مدت|چقدر طول",
    re.IGNORECASE,
)
# What is counted, and how long something has lasted, are no times.
_AMOUNT = re.compile(
    r"[€$£]\s?\d[\d.,]*|\b\w+[ -]?(?:%|€|\$|£|per ?cent\b|pour ?cents?\b|prozent\b|"
    r"por ciento\b|درصد|euros?\b|pounds?\b|dollars?\b|توما?ن)",
    re.IGNORECASE,
)
_ELAPSED = re.compile(
    r"\b(?:ça fait|depuis|seit|desde hace|hace ya|llev\w+|for (?:the (?:last|past) )?)\s*(?:\w+ )?\w+ "
    r"(?:jours|semaines|mois|ans|tagen|wochen|monaten|jahren|días|semanas|meses|años|days|weeks|months|years)\b",
    re.IGNORECASE,
)
_DECIDED = re.compile(
    r"\b(?:decided|agreed|approved|décidée?s?|adoptée?s?|votée?s?|entschieden|beschlossen|angenommen|decidió|decidido|aprobó|acordó)\b|"
    r"تصمیم|تصویب",
    re.IGNORECASE,
)
# A sentence that tells of what was named before: "That costs us 380 a day."
_OF_IT = re.compile(
    r"^\W*(?:(?:well|and|oh|ja|also|oui|ben|pues),? )*(?:it|that|this|they|he|she|ça|cela|c['\u2019]est|il|elle|ils|elles|"
    r"das|die|der|es|eso|esto|cuesta|son|این|اون|آن)(?!\w)",
    re.IGNORECASE,
)
_HOW_OLD = re.compile(r"\bhow old\b|\bquel âge\b|\bwie alt\b|\bqué edad\b", re.IGNORECASE)
_YEARS = "years ans jahre jahren años سال"
_WHY = re.compile(r"\b(?:why|how come|pourquoi|warum|wieso|weshalb|por qué|چرا)(?!\w)", re.IGNORECASE)
_BECAUSE = re.compile(
    r"\b(?:because|due to|owing to|reasons?|that['\u2019]s why|so that|à cause|en raison|raisons?|"
    r"weil|denn|wegen|deshalb|daher|darum|aufgrund|grund|gründe|porque|ya que|por eso|debido a|a causa de|razón|"
    r"چون|زیرا|به دلیل|به خاطر)(?!\w)|\b(?:parce|puis)\s?qu|,? \bda\b \w+ wir\b",
    re.IGNORECASE,
)
_CAR = re.compile(r"\bcar(?!\w)", re.IGNORECASE)  # "for" in French; elsewhere it drives
_WHERE = re.compile(
    r"^\W*(?:(?:from|to|in|at|a|en|de) )?(?:where|où|wo|wohin|woher|d['\u2019]où|a?d[oó]nde)\b|"
    r"\b(?:in|at|to|from) (?:which|what) (?:place|room|town|city|street|country|building)\b|"
    r"\b(?:à|dans) quel(?:le)? (?:endroit|lieu|salle|ville|rue|pays)\b|"
    r"\bin welche[mrn]? (?:ort|raum|saal|stadt|straße|land)\b|\ben qué (?:lugar|sala|ciudad|calle|país)\b|کجا",
    re.IGNORECASE,
)
# A place stands behind a preposition, or is one of these words; a day or a time stands there too.
_PLACED = re.compile(
    r"\b(?:in|at|on|to|from|near|behind|beside|under|inside|outside|into|à|au|aux|en|dans|chez|sur|sous|vers|im|am|an|auf|bei|"
    r"beim|nach|zu[mr]?|aus|vor|hinter|neben|unter|al|hacia|cerca|desde|در|به|از)\s+"
    r"(?:(?:the|an?|our|your|my|his|her|their|this|that|la|le|les|l['\u2019]|une?|notre|cette?|de[rmnl]?|das|die|eine[rmn]?|unsere[rmn]?|"
    r"el|los|las|una?|nuestr[ao])\s*)?(\w[\w\u200c]*)",
    re.IGNORECASE,
)
_BEFORE_NAMES = frozenset({("fr", "en"), ("es", "a")})  # "en panne" is no place
_PLACES = frozenset(
    flat("here there upstairs downstairs abroad online home ici dehors dort oben draußen zuhause aquí allí اینجا آنجا").split()
)
_NAME = re.compile(
    r"\bnames? of\b|\bwhat (?:is|are|was) .*(?:named?|called)\b|\bcomment s['\u2019]appell|"
    r"\bnom d|\bwie hei(?:ß|ss)|\bnamen? (?:de[rs]|von)\b|"
    r"\bse llama|\bnombre de|(?:نام|اسم)\b.*چیست",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"\b(?:named?|called|appell\w*|nom|hei(?:ß|ss)(?:t|en)|namens|name|llam(?:a|an|aba)|nombre|نام|اسم)\b", re.IGNORECASE
)
_WHO = re.compile(r"^\W*(?:who|qui|wer|qui[eé]n(?:es)?|چه کسی|کی)\b(.+)", re.IGNORECASE)
SEPARABLE = frozenset(flat("ab an auf aus bei ein fest her hin los mit nach um vor weg weiter zu zurück zusammen").split())
# A turn that tells of what was named in the turn before: "Can you look at it?"
_HOLDING_IT = re.compile(
    r"\b(?:it|them|that|this|[lt]['\u2019]|le|les|en|y|ça|cela|es|das|sie|ihn|lo|los|las|eso)(?!\w)|(?:این|آن)(?!\w)",
    re.IGNORECASE,
)
_TIMES = frozenset(
    flat(
        "week weeks month months year years hour hours minute minutes noon midnight evening morning night weekend semaine "
        "mois année années an ans heure heures soir matin midi minuit nuit woche wochen monat monate jahr jahre stunde "
        "stunden abend mittag nacht wochenende semana semanas mes meses año años hora horas tarde noche mediodía "
        "روز هفته ماه سال ساعت فردا امروز"
    ).split()
)


@dataclass(frozen=True)
class Wanted:
    """*told* says whether a text in the meeting's language tells what is wanted. A turn that does is *telling* if few others
    would: it is likelier to be the answer. It may be told up to *later* turns behind the turn that the question is about; if
    *asking* is given, only when one of the turns up to there asks for it, and then by whatever is said next, or when the turn
    says it of what was named before (*of_it*). If a *person* is wanted, a turn that only asks for somebody names none."""

    told: Callable[[str], bool]
    telling: bool = False
    later: int = 0
    asking: re.Pattern[str] | None = None
    of_it: re.Pattern[str] | None = None
    person: bool = False


def wanted_by(question: str, language: str) -> Wanted | None:
    """What *question* wants to know of a meeting in *language*; None if any text may tell it."""
    if counted := _HOW_MANY.search(question):
        return Wanted(_counting(_told(counted[1], language)[:1], language), telling=True)
    if who := _WHO.match(question):
        if language == "fa":  # its verbs are of two words, whose last is in many forms
            return Wanted(lambda _: True, person=True)
        done = _done(who[1], language)
        return Wanted(_doing(done, language), person=True, later=1, of_it=_HOLDING_IT) if done else None
    return next((made(question, language) for asking, made in _MAKING if asking.search(question)), None)


def _doing(done: Sequence[str], language: str) -> Callable[[str], bool]:
    """Whether a text has one of the verbs *done*."""
    return lambda text: any(has_verb(verb, stems(text, language)) for verb in done)


def has_verb(verb: str, words: Iterable[str]) -> bool:
    """Whether one of *words* (stems) may be of the same verb."""
    return any(_is_same_verb(verb, each) for each in words)


def _an_age(question: str, language: str) -> Wanted:
    return Wanted(_counting([*_told(question, language), *stems(_YEARS, language)], language))


def _a_time(question: str, language: str) -> Wanted:
    """A time; of a decision, only together with the words that decide."""
    pack = pack_of(language)

    def tells(text: str) -> bool:
        decided = not _DECIDED.search(question) or re.search(f"{pack.decision}|{pack.settled}", text, re.IGNORECASE)
        return bool(decided) and _names_a_time(_ELAPSED.sub(" ", _AMOUNT.sub(" ", text)), language)

    return Wanted(tells, later=LATER)


def _a_span(_question: str, language: str) -> Wanted:
    """How long something takes, in the turn that the question is about, or in the answer to who asks the same."""
    return Wanted(partial(_names_a_span, language=language), later=MUCH_LATER, asking=_HOW_LONG)


def _a_number(_question: str, language: str) -> Wanted:
    """A number, in the turn that the question is about or in the answer to "how much" behind it."""
    return Wanted(lambda text: bool(figures_said(_CLASS.sub(" ", text), language)), later=LATER, asking=_HOW_MUCH, of_it=_OF_IT)


def _a_reason(question: str, language: str) -> Wanted:
    asked = frozenset(_told(_WHY.sub(" ", question), language))

    def tells(text: str) -> bool:
        return _gives_a_reason(text, asked, language) or gives_an_unsaid_reason(text, asked, language)

    return Wanted(tells, telling=True, later=LATER, asking=_WHY)


def _a_place(question: str, language: str) -> Wanted:
    asked = frozenset(_told(_WHERE.sub(" ", question), language))
    return Wanted(partial(_names_a_place, asked=asked, language=language))


def _a_name(question: str, language: str) -> Wanted:
    asked = frozenset(_told(_CALLED.sub(" ", question), language)) - weak_words(language)
    return Wanted(partial(_names, asked=asked, language=language))


_MAKING = (
    (_HOW_OLD, _an_age),
    (_HOW_LONG, _a_span),
    (_WHEN, _a_time),
    (_HOW_MUCH, _a_number),
    (_WHY, _a_reason),
    (_WHERE, _a_place),
    (_NAME, _a_name),
)


def _told(text: str, language: str) -> list[str]:
    """The stems of the words that tell something."""
    return [stem for stem in stems(text, language) if stem not in weak_words(language)]


def _done(text: str, language: str) -> tuple[str, ...]:
    """The stem of the verb of a question for who did it; in German it may be the last word, or have its first part there
    ("Wer ruft ihn an?", "anrufen")."""
    said, weak = stems(text, language), weak_words(language)
    words = flat(text).split()
    if language == "de" and said and said[0] in weak:
        said = said[::-1]
    verb = next((stem for stem in said if stem not in weak), None)
    if verb is None:
        return ()
    return (verb, f"{words[-1]}{verb}") if language == "de" and words[-1] in SEPARABLE else (verb,)


def _is_same_verb(one: str, other: str) -> bool:
    """Whether two stems may be of one verb: "écrit" and "écris", "met" and "mettr"."""
    length = min(len(one), VERB)
    return one == other or (length >= SHORTEST_VERB and len(other) >= length and one[:length] == other[:length])


def _counting(counted: Sequence[str], language: str) -> Callable[[str], bool]:
    """Whether a number stands near one of the words *counted*."""

    def counts(text: str) -> bool:
        if not counted:
            return bool(figures_said(text, language))
        words = _WORD.findall(text)
        at = [number for number, word in enumerate(words) if not set(counted).isdisjoint(stems(word, language))]
        near = (" ".join(words[max(each - NEAR, 0) : each + NEAR]) for each in at)
        return any(figures_said(each, language) - {"1"} for each in near)

    return counts


def _gives_a_reason(text: str, asked: frozenset[str], language: str) -> bool:
    """Whether a reason is given for what is *asked*: not if what is asked is itself the reason of something else ("it took long
    because the image was gone" does not say why the image was gone)."""
    ends = [0, *sentence_ends(text)]
    for found in (*_BECAUSE.finditer(text), *(_CAR.finditer(text) if language == "fr" else ())):
        begin = max(end for end in ends if end <= found.start())
        end = next((end for end in ends if end > found.start()), len(text))
        before, behind = text[begin : found.start()], text[found.end() : end]
        if not asked.isdisjoint(stems(before, language)) or asked.isdisjoint(stems(behind, language)):
            return True
    return False


def _names_a_place(text: str, asked: frozenset[str], language: str) -> bool:
    """Whether a sentence with a word that is *asked* for, or the next, names a place; any if no sentence has such a word."""
    sentences = sentences_in(text) or [text]
    about = [at for at, each in enumerate(sentences) if not asked.isdisjoint(stems(each, language))]
    near = {each for at in about for each in (at, at + 1)} if about else set(range(len(sentences)))
    return any(_has_a_place(sentences[each], asked, language) for each in near if each < len(sentences))


def _has_a_place(text: str, asked: frozenset[str], language: str) -> bool:
    if not _PLACES.isdisjoint(flat(text).split()):
        return True
    named = [
        found[1]
        for found in _PLACED.finditer(text)
        if found[1][0].isupper() or (language, found[0].split()[0].casefold()) not in _BEFORE_NAMES
    ]
    return any(not _is_asked(each, asked, language) and _may_be_a_place(each, language) for each in named)


def _may_be_a_place(word: str, language: str) -> bool:
    is_word = word[0].isupper() or flat(word) not in stop_words(language)  # "Mill Street"
    return is_word and not figures_said(word, language) and not _names_a_time(word, language)


def _names_a_time(text: str, language: str) -> bool:
    if figures_said(text, language):
        return True
    said = f" {flat(text)} "
    calendar = (each for pack in PACKS.values() for each in (*pack.weekdays, *pack.months, *pack.days))
    return not _TIMES.isdisjoint(said.split()) or any(f" {flat(each)} " in said for each in calendar)


def _names_a_span(text: str, language: str) -> bool:
    """Whether a number, or a word such as "half", stands right before a word such as "weeks"; or a day is named up to which."""
    said = flat(text).split()
    counted = any(word in _TIMES and figures_said(before, language) for before, word in pairwise(said))
    calendar = (each for pack in PACKS.values() for each in (*pack.weekdays, *pack.months))
    return counted or any(f" {flat(each)} " in f" {' '.join(said)} " for each in calendar)


def _names(text: str, asked: frozenset[str], language: str) -> bool:
    """Whether a sentence has a word that is *asked* for, and with it a word of naming or a name."""
    return any(
        not asked.isdisjoint(stems(each, language))
        and (_CALLED.search(each) is not None or (language != "de" and _has_a_name_beside(each, asked, language)))
        for each in sentences_in(text)
    )


def _has_a_name_beside(text: str, asked: frozenset[str], language: str) -> bool:
    return any(
        (_is_asked(left, asked, language) and _is_a_name(right, asked, language))
        or (_is_asked(right, asked, language) and _is_a_name(left, asked, language))
        for left, right in pairwise(_WORD.findall(text))
    )


def _is_asked(word: str, asked: frozenset[str], language: str) -> bool:
    return not asked.isdisjoint(stems(word, language))


def _is_a_name(word: str, asked: frozenset[str], language: str) -> bool:
    return word[0].isupper() and flat(word) not in stop_words(language) and not _is_asked(word, asked, language)
