"""What may be the name of a speaker, and how sure that is from the name alone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from enum import IntEnum
from functools import lru_cache
from itertools import pairwise

import regex

from app.transcript.lexicon import (
    ARTICLES,
    CROWD,
    HONORIFICS,
    ITEMS,
    LEADS,
    OPENERS,
    PARTICLES,
    PARTIES,
    PEOPLE,
    PRONOUNS,
    REMARKS,
    SAYING,
    SCHEMES,
    SOUNDS,
    TELLING,
    TITLES_IN_FULL,
    VERBS,
)
from app.transcript.plain import plain
from app.transcript.turn import UNKNOWN_SPEAKER

LONGEST = 128  # characters of a label
_LONGEST_NAME = 72
_MOST_WORDS = 6
_MOST_SHORT_WORDS = 2  # and a number
_MOST_SMALL_WORDS = 3  # of a label that begins with a small letter
_MOST_ROLE_WORDS = 12
_LONGEST_OFFICE = 110  # characters of an office, behind which the name of its bearer stands
_MOST_OFFICE_WORDS = 12
_MOST_UNCASED_WORDS = 4  # scripts without capitals: a clause looks like a name, so only a short one passes
_MOST_IDEOGRAPHS = 12

_OPENING = {")": "(", "]": "[", "）": "（"}
_ITEM = re.compile(rf"(?:\w*punkt|{'|'.join(sorted(ITEMS))})\.? ?(?:nr\.?|no\.?|n°)? ?[\d.]+\w?$", re.IGNORECASE)
_LINK = re.compile(r"<?(?:[a-z][a-z0-9+.-]*://|www\.)\S+$", re.IGNORECASE)
_QUOTE_INSIDE = re.compile(r"(?<=\w)[\"״“”„](?=\w)")  # gershayim: part of an abbreviation
_NICKNAME = re.compile(r"(?<=\w )[\"“„«][^\W\d_][\w .’'-]{0,23}[\"“”»] (?=\w)")  # `Sir Bo "Bobby" Vale`
_DEED = re.compile(  # what a parliament's record says behind the name: `Mr. Vale (Leeds) moved:`
    r"(?P<name>(?:(?:mr|mrs|ms|miss|dr|prof|hon|sir|dame|senator|m|mme|mlle|l'hon)\b.*?|.*\S \([^()]*\)))"
    r"(?P<deed> (?:moved|seconded|replied|rose|interjecting|propose|replik|(?:to ask|asked) the [^:]*\bminister\b[^:]*))$",
    re.IGNORECASE,
)
TITLE = r"(?:Mr|Mrs|Ms|M|Mme|Mlle|Dr|Prof|Hon)"
_PRESIDING = re.compile(rf"\( ?\.?{TITLE}(?: |[.,:;'’]+ ?)[^()]+\)$", re.IGNORECASE)  # `La présidente suppléante (Mme Vale)`
_LEFT_OPEN = re.compile(rf"[^()]+\({TITLE}\.? [^()]+$", re.IGNORECASE)  # `The Minister for Works (Mr. Vale`, a slip of print
_STOPS = re.compile(r"(?<=\w{3})[ .,;?!:]*[.;?!:][ .,;?!:]*(?= |$)")
_GOES_ON = re.compile(  # `Mr. Vale (ctd.)`, at the top of a page
    r"\( ?(?:[ce]td|cont|cont['’]?d|continued|continuing|suite|fortsetzung|continuaci[oó]n|continuação)[ .,]*\)$", re.IGNORECASE
)
_LONGEST_NOTE = 18  # characters of what `_GOES_ON` matches
_GLUED_TITLE = re.compile(  # `MR.VALE`, `Mr; Vale`
    r"(?P<title>(?:mr|mrs|ms|dr|prof|hon)(?=[ .,;:'\"«-]{1,4}\w)|(?:m|mme|mlle)(?=\.\w))[ .,;:'\"«-]+", re.IGNORECASE
)
_SLIPS = re.compile(r"(?<=^[MD][Rr]\.)\.|(?<=[A-Z]{2})\.(?= ?\(|$)")  # full stops in printed records: `MR..VALE`, `THE CHAIR.`
_SIGNS_OF_SPEECH = re.compile(r"``|[!?;…。！？؟।۔，、«»“”„\"<>{}=\\*]|://|\.\.|\d:\d")
_SURE_SIGNS_OF_SPEECH = re.compile(r"[!?…。！？؟।۔](?:\s|$)|;\s|://|\.\.|\d:\d|[{}=\\]|：|:\s")
_IDENTIFIER = re.compile(r"@?[^\W\d_]\w*(?:[\d_][\w-]*|#\d{4})$")
_PHONE = re.compile(r"(?:\+\d[\d*x ().-]{5,18}[\d*x]|\(?\d{3}\)?[ -]\d{3}-[\d*x]{4}|\d{10,13})$")
NUMBERED = re.compile(  # `Speaker 1`, in many languages
    r"(?:speaker|spk|spkr|participant|guest|host|voice|person|sprecher(?:in)?|teilnehmer(?:in)?|locuteur|locutrice|intervenante?|"
    r"hablante|orador(?:a)?|locutor(?:a)?|parlante|relatore|spreker|mówca|řečník|говорящий|спикер|متحدث|발언자|话者|話者|说话人)"
    r"[\s_#:-]*[\w]{1,3}",
    re.IGNORECASE,
)
_PROGRAM = re.compile(  # `host1 sshd[1123]`, `ERROR app.db`, `10.0.0.1`: what logs have before what programs say
    r"(?:[\w.-]+ )?(?!sp)[a-z][\w./-]*\[\d{2,}\]$|(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|CRITICAL|FATAL) [a-z_]"
    r"|\d{1,3}(?:\.\d{1,3}){3}$"
)
_LEVEL = re.compile(r"[^/]{1,64}/(?:TRACE|DEBUG|INFO|WARN(?:ING)?|ERROR|FATAL)$")
_IDEOGRAPH = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_CLAUSE_END = re.compile(r"(?:[说說道是为為]|如下|例如|比如|譬如|通り|こと|です|ます|した|とは|つまり|[가-힣]다|ว่า)$")
_AGE = re.compile(r"(?:[mfwh], )?\d{1,3}(?: [^\W\d_]{2,12})?(?:, ?[mfwh])?", re.IGNORECASE)  # behind a name: `H2, 51 ans`
_DOTTED_END = re.compile(r"(?:^|\W)\w{1,3}\.$")
_SENTENCE_STOP = re.compile(r"[^\W\d_]{7,}\.(?:\s|$)")
_CAPITAL_INSIDE = regex.compile(r"['’-]\p{Lu}")  # d'Artagnan, al-Balaghi


_NO_FIRST = frozenset(":;,`")  # signs that no name begins with: `:wave`
_OF_LISTS = ("[ ]", "[x]", "[X]", "## ", "###", "<!-")  # before what is to be done, headings and comments
_ORDINALS = frozenset("ºª°")  # `Vecino 2º B`
_DUTCH = frozenset(("'t", "’t", "'s", "’s"))  # articles before names: `Mevrouw 't Hooft`
_FIRST_OF_A_CLAUSE = PRONOUNS | REMARKS


class Likeness(IntEnum):
    """How like a name a label is."""

    NEVER = 0  # a clause or a remark, however often it comes
    RETURNING = 1  # a name if it comes again
    NAME = 2  # a name at first sight
    FULL_NAME = 3  # several words, a title, an affiliation: hardly anything else


@lru_cache(maxsize=1024)
def likeness(label: str) -> Likeness:
    """How like a name *label* is, times and decoration taken off already."""
    if label == UNKNOWN_SPEAKER or label.casefold() in CROWD or _PHONE.match(label):
        return Likeness.FULL_NAME
    if label[:1] in _NO_FIRST or label[:3] in _OF_LISTS or is_program(label):
        return Likeness.NEVER
    if label[-1:] == "?" and NUMBERED.fullmatch(label[:-1].rstrip() if label[-2:-1] != " " else f"{label[:-1]}1"):
        return Likeness.NAME  # `Speaker 2?`, `Speaker ?`: whoever wrote it is not sure
    name = _QUOTE_INSIDE.sub("x", without_deed(label)[0])
    if '"' in name or "“" in name or "„" in name or ".." in name or "." in (name[-1:], name.rpartition(" (")[0][-1:]):
        name = _SLIPS.sub("", _NICKNAME.sub("", name))
    if name[:1] in "MmDdPpHh" and (glued := _GLUED_TITLE.match(name)) is not None:
        name = f"{glued['title']}. {name[glued.end() :]}"
    if "(" in name:
        name = _of_print(name)
    if not _may_return(name):
        return Likeness.NEVER
    if not _looks_like_a_name(name):
        return Likeness.RETURNING
    return Likeness.FULL_NAME if is_full(name) else Likeness.NAME


def _of_print(name: str) -> str:
    """*name* without what slipped into a printed record, if the name of who presides stands in brackets behind an office."""
    name = f"{name})" if _LEFT_OPEN.match(name) else name
    office = bare(name)
    if not _PRESIDING.match(name[len(office) :].strip()):
        return name
    return f"{_STOPS.sub('', office)} {name[len(office) :].strip()}" if office else name[1:-1]


@lru_cache(maxsize=1024)
def without_deed(label: str) -> tuple[str, str]:
    """A label's name and what its bearer does there: `Mr. Vale` and `moved` of `Mr. Vale moved`; mostly that is nothing.

    That somebody goes on to speak on a new page, as in `Mr. Vale (ctd.)`, is no part of the name."""
    if label[-1:] == ")" and (note := _GOES_ON.search(label[-_LONGEST_NOTE:])) is not None:
        return label[: len(label) - len(note[0])].rstrip() or label, ""
    found = _DEED.match(label) if label[-1:] in "degkDEGK" or "inister" in label or "INISTER" in label else None
    return (found["name"], found["deed"].strip()) if found else (label, "")


def key(name: str) -> str:
    """*name* as it is compared: `BOB` is `Bob`."""
    return plain(name).casefold()


def declared(speakers: Iterable[str]) -> frozenset[str]:
    """The `key` of every name given."""
    return frozenset(map(key, speakers)) - {""}


def bare(label: str) -> str:
    """*label* without what is added in brackets or behind a bar: `Bob (host)`, `Iván | ethrex`."""
    if label[-1:] not in ")]）" and "|" not in label:
        return label
    return _without_aside(_without_aside(label))


def _without_aside(label: str) -> str:
    """*label* without the last brackets, in which there may be others, or what stands behind a bar."""
    opening = _OPENING.get(label[-1:])
    if opening is None:
        return label.rpartition("|")[0].strip() if "|" in label else label
    depth = 0
    for place in range(len(label) - 1, -1, -1):
        depth += (label[place] == label[-1]) - (label[place] == opening)
        if depth == 0:
            return label[:place].strip()
    return label


def is_link(text: str) -> bool:
    return _LINK.match(text) is not None


def is_sound(label: str) -> bool:
    """Whether *label* is what recorders write for what is heard and not said: `Music`, `inaudible`, `Beifall`."""
    first = label.casefold().strip("♪♫*. ").partition(" ")[0]
    return not first or first.strip(".,") in SOUNDS


def is_full(name: str) -> bool:
    """Whether a name has several words, a title, a number or an affiliation."""
    return (
        len(name.split()) > 1
        or _GLUED_TITLE.match(name) is not None
        or name != bare(name)
        or _IDENTIFIER.match(name) is not None
        or name.casefold() in CROWD
    )


def is_speech(label: str) -> bool:
    """Whether *label* holds signs that only sentences have."""
    return _SURE_SIGNS_OF_SPEECH.search(label) is not None


def is_program(label: str) -> bool:
    """Whether *label* is what a log has before what a program tells: its number, how grave it is, or an address."""
    return (label[-1:] == "]" or label[:1].isdigit() or label[:4].isupper()) and _PROGRAM.match(label) is not None


def is_level(label: str) -> bool:
    """Whether *label* ends with how grave it is what a program tells, `Server thread/INFO`, as one person's may: `Ann/INFO`."""
    return "/" in label and _LEVEL.match(label) is not None


def is_short(label: str) -> bool:
    words = bare(label).split()
    return bool(words) and len(words) - words[-1].isdigit() <= _MOST_SHORT_WORDS and not _leads(words)


def is_brief(label: str) -> bool:
    """Whether *label*, which telling signs mark as one, is short and neither holds nor begins what only sentences do."""
    return len(label.split()) <= _MOST_WORDS and not is_remark(label.partition(" ")[0]) and not is_speech(label)


def is_remark(label: str) -> bool:
    """Whether *label* is a word or phrase that opens a clause and is nobody's name: `Note`, `for example`, `my question`."""
    small = label.casefold()
    return small in REMARKS or small in ARTICLES


def _may_return(label: str) -> bool:
    """Whether *label* is a name if it comes again, whatever signs it holds."""
    inner = bare(label)
    office = inner != label and inner[:1].isupper() and _PRESIDING.match(label[len(inner) :].strip()) is not None
    name, _, role = inner.partition(",")
    words = name.split()
    if (
        not words
        or len(name) > (_LONGEST_OFFICE if office else _LONGEST_NAME)
        or len(role.split()) > _MOST_ROLE_WORDS
        or _opens_a_clause(role)
    ):
        return False
    if sum(word.casefold() not in PARTICLES and any(map(str.isalnum, word)) for word in words) > (
        _MOST_SMALL_WORDS if is_small(words[0][0]) else _MOST_OFFICE_WORDS if office else _MOST_WORDS
    ):
        return False
    return any(map(_is_of_a_name, name)) and len(_IDEOGRAPH.findall(name)) <= _MOST_IDEOGRAPHS and not _is_a_clause(inner)


def _is_of_a_name(sign: str) -> bool:
    """Whether a name may consist of *sign* alone: letters, digits, pictures (`🚀`) and marks, but not the notes of music."""
    return sign.isalnum() or (sign > "\u00bf" and sign not in "♪♫" and unicodedata.category(sign) in ("So", "Mc", "Mn"))


def _opens_a_clause(role: str) -> bool:
    """Whether what stands behind a comma is spoken: `Mr. Speaker, I ask for leave to move`."""
    return role.strip().partition(" ")[0].casefold() in PRONOUNS and role.count(" ") > 2


def is_small(letter: str) -> bool:
    """Whether a letter is a small one of a script that has capitals; Georgian is written without."""
    return letter.islower() and not "\u10d0" <= letter <= "\u10ff"


def _is_a_clause(label: str) -> bool:
    first, last = label.partition(" ")[0], label.rpartition(" ")[2]
    _, dash, behind = label.replace(" – ", " — ").rpartition(" — ")
    return (
        is_remark(label)
        or (bool(dash) and _is_a_clause(behind))
        or first in REMARKS
        or (first.casefold() in _FIRST_OF_A_CLAUSE and len(label) > 1 and not _names_somebody(label))
        or last in SAYING
        or label[:6].casefold() == "a few "
        or (label[-1].isalnum() and "," in label and _is_a_day(label))
        or not TELLING.isdisjoint(label.split()[1:])
        or last.casefold() in SCHEMES
        or _SURE_SIGNS_OF_SPEECH.search(label) is not None
        or _SENTENCE_STOP.search(label) is not None
        or (label.endswith(".") and not _DOTTED_END.search(label))
        or _CLAUSE_END.search(label) is not None
        or (label[-1].isalnum() and label[-2:].strip()[:1].isdigit() and _ITEM.search(label) is not None)
        or label.count("«") != label.count("»")
        or label.count("(") != label.count(")")
    )


def _is_a_day(label: str) -> bool:
    """Whether *label* is a date such as `Monday, 2 March`."""
    day, _, date = label.partition(",")
    return day.casefold() in OPENERS and any(map(str.isdecimal, date))


def _names_somebody(label: str) -> bool:
    """Whether the first word is one of several and the second has a capital, `Tu Nguyen`, unlike `Tu sais`; whether it is the
    only one, and in capitals or what programs and notes call people: `IT`, `You`."""
    return label.partition(" ")[2][:1].isupper() or (" " not in label and (label.isupper() or label in PEOPLE))


def _looks_like_a_name(label: str) -> bool:
    """Whether *label*, which may return, is a name at first sight."""
    inner = bare(label)
    name, comma, role = inner.partition(",")
    words = name.split()
    if _SIGNS_OF_SPEECH.search(inner) or inner.count("(") != inner.count(")") or not any(map(str.isalpha, name)):
        return False
    if _PRESIDING.match(label[len(inner) :].strip()) and not _leads(words):
        return True
    aged = _AGE.fullmatch(role.strip()) is not None
    if _IDENTIFIER.match(name):
        return not comma or aged
    if not _is_a_name(words):
        return False
    if not comma or aged:
        return True
    return _is_a_role(role.split()) if len(words) > 1 else _is_a_given_name(words[0], role.split())


def _is_a_given_name(surname: str, words: list[str]) -> bool:
    """Whether *words* behind a comma go with a surname: `Moor, Anna Lena`, unlike `However, Anna`."""
    opens = surname.casefold() in OPENERS | _FIRST_OF_A_CLAUSE
    return not opens and 0 < len(words) <= 3 and all(_shape(word) == "name" for word in words)


def _is_a_name(words: list[str]) -> bool:
    """Whether each word has a capital, is of a script without, or goes between such words; `M. le président` passes as well."""
    words = words[:-1] if len(words) > 2 and words[-1] in PARTIES else words
    shapes = [_shape(word) for word in words]
    if words[-1] in PARTICLES or _leads(words):
        return False
    if shapes[0] == "sign" or not {"name", "uncased"} & set(shapes):
        return False
    if "small" in shapes:
        return words[0].casefold() in HONORIFICS and len(words) <= 4 and _are_small_particles(words[1:], shapes[1:])
    return "name" in shapes or len(words) <= _MOST_UNCASED_WORDS


def _leads(words: list[str]) -> bool:
    """Whether the first of several words opens a clause or a letter: `Under Bill C-214`, `Dear Ann`."""
    return len(words) > 1 and words[0].casefold() in LEADS


def _are_small_particles(words: list[str], shapes: list[str]) -> bool:
    """Whether *words* behind a title are an office behind an article, or a name with one small word in it: `Mr. arap Vale`."""
    return words[0].casefold() in ARTICLES or (shapes.count("small") == 1 and shapes[-1] == "name" and words[0] not in VERBS)


def _is_a_role(words: list[str]) -> bool:
    """Whether words behind a comma are an office: begins and ends with a capital, and small words lead to one with."""
    shapes = [_shape(word) for word in words]
    solid = {"name", "uncased"}
    if not shapes or shapes[0] not in solid or shapes[-1] not in solid:
        return False
    return all(shape != "small" or following in {*solid, "particle"} for shape, following in pairwise(shapes))


def _shape(word: str) -> str:
    """name (has a capital where names have one), uncased, particle, small, or sign (holds no letter)."""
    letter = "" if word[-1:] in _ORDINALS and word[0].isdigit() else next(filter(str.isalpha, word), "")
    small = word.casefold().strip("'’.")
    if not letter:
        return "sign"
    if word in _DUTCH:
        return "particle"
    if len(word) == 2 and word[1] == ".":  # an initial, or an abbreviation as in `Dr. h. c.`
        return "name" if not is_small(letter) else "particle"
    if small in (PARTICLES if word[0].islower() else ARTICLES) or word in TITLES_IN_FULL:
        return "particle"
    if is_small(letter):
        return "name" if _CAPITAL_INSIDE.search(word) else "small"
    return "name" if letter.isupper() or letter.istitle() else "uncased"
