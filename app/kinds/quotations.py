"""Quotations, addresses and telephone numbers that a text gives and nobody has said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from app.kinds.languages.numerals import in_digits
from app.kinds.words import flat, plain_digits

LONGEST = 300  # characters of a quotation in single quotes, which an apostrophe may begin too
FEWEST_DIGITS = 7  # of a telephone number
# Quotations by their pairs of signs. An apostrophe stands inside or behind a word, a single quote before one.
_QUOTED = tuple(
    re.compile(pattern)
    for pattern in (
        r"[\u201c\u201e\u00ab\"]([^\u201c\u201d\u201e\u00ab\u00bb\"]{3,}?)[\u201d\u201c\u00bb\"]",
        r"\u00bb([^\u201c\u201d\u201e\u00ab\u00bb\"]{3,}?)\u00ab",
        r"[\u201c\u201d\u201e]([^\u201c\u201d\u201e\u00ab\u00bb\"]{3,}?)\u201d",
        r"\u2039([^\u2039\u203a]{3,}?)\u203a|\u203a([^\u2039\u203a]{3,}?)\u2039",
        r"[\u300c\u300e]([^\u300c\u300d\u300e\u300f]{2,}?)[\u300d\u300f]",
        r"`{1,3}([^`\n]{3,}?)`",
        r"(?<!\w)\u201a([^\u201a\u2018\u2019\n]{3,300}?)[\u2018\u2019]",
        rf"(?<!\w)['\u2018](?!(?:\d|em|n|til|tis|twas|cause|ne|nen|s)\b)(?=\w)((?:[^'\u2018\u2019\n]|['\u2019](?=\w)){{3,{LONGEST}}}?)['\u2019](?!\w)",
        # One that is not closed.
        r"(?<![^\s(])[\u201c\u201e\u00ab\u2039\u300c]([^\u201c\u201d\u201e\u00ab\u00bb\u2039\u203a\u300c\u300d\"]{3,})$",
    )
)
_QUOTE = re.compile("[\"'`\u2018\u201a\u201c-\u201e\u00ab\u00bb\u2039\u203a\u300c\u300e]")  # a text without one quotes nothing
_LEFT_OUT = re.compile(r"\[?(?:\u2026|\.{3,})\]?")
_DOMAIN = r"com|org|net|eu|io|info|gov|edu|app|dev|ai|de|fr|es|ch|at|uk|ir|us|ca|be|it|nl|biz|example|test|local"
_ADDRESS = re.compile(
    r"(?<![\w.+%-])[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,5}|(?:https?://|ftp://|www\.)\S{1,500}"
    rf"|(?<![\w.-])(?:[\w-]{{2,63}}\.){{1,4}}(?:{_DOMAIN})\b(?:/\S{{0,500}})?|(?<![\w@#])[@#](?=\w*[^\W\d_])\w{{2,60}}",
    re.IGNORECASE,
)
_OF_ADDRESSES = re.compile(r"[@#]|\.\S|//")  # a text without these has no address
_SCHEME = re.compile(r"^(?:https?://|ftp://)?(?:www\.)?", re.IGNORECASE)
_SPOKEN_SIGNS = frozenset(
    (
        *("at", "dot", "slash", "dash", "hyphen", "underscore", "arobase", "point", "tiret", "punkt", "minus", "schragstrich"),
        *("arroba", "punto", "barra", "guion", "www"),
    )
)
_PHONE = re.compile(r"(?<![\w.,])(?:\+|00)?\(?\d(?:[ ./()\u00a0\u202f-]{0,2}\d){6,18}(?![\w]|[.,]\d)")
_DIGIT = re.compile(r"\d")
_NO_PHONE = re.compile(
    r"\d{4}-\d{2}-\d{2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4} ?[-/] ?\d{4}|\d{1,3}(?:[ .\u00a0\u202f]\d{3})+|\d+"
)


def quotations_not_said(text: str, said: str) -> Iterator[str]:
    """The quotations of *text* that are not in what is *said*, word by word; "…" in one stands for what was left out."""
    quoting = _QUOTED if _QUOTE.search(text) else ()
    contents = [next(filter(None, found.groups())) for quoted in quoting for found in quoted.finditer(text)]
    heard = f" {flat(said)} " if contents else ""
    for content in contents:
        if not all(f" {flat(part)} " in heard for part in _LEFT_OUT.split(content) if flat(part)):
            yield content


def addresses_in(text: str) -> list[str]:
    """The e-mail and web addresses and the account names of *text*."""
    if not _OF_ADDRESSES.search(text):
        return []
    return [found[0].rstrip(".,;:!?)]}\u00bb\u201d\"'") for found in _ADDRESS.finditer(text)]


def addresses_not_said(found: Sequence[str], said: str) -> Iterator[str]:
    """Those of the addresses that were *found* which nobody has said, be it as "ann at example dot com"."""
    heard = _joined(said) if found else ""
    yield from (each for each in found if _joined(_SCHEME.sub("", each)) not in heard)


def phones_in(text: str) -> list[str]:
    """What are telephone numbers in *text*, and no dates, years or large numbers."""
    told = plain_digits(text)
    found = (each[0] for each in _PHONE.finditer(told)) if _DIGIT.search(told) else ()
    return [each for each in found if not _NO_PHONE.fullmatch(each) or each.startswith("00")]


def phones_not_said(found: Sequence[str], said: str, language: str) -> Iterator[str]:
    heard = "".join(filter(str.isdecimal, plain_digits(in_digits(said, language)))) if found else ""
    yield from (each for each in found if "".join(filter(str.isdecimal, each)) not in heard)


def without(text: str, *parts: str) -> str:
    """*text* without *parts* of it."""
    for part in parts:
        text = text.replace(part, " ")
    return text


def _joined(text: str) -> str:
    """The letters and digits of *text*, without the words for the signs of an address."""
    return "".join(word for word in flat(text).split() if word not in _SPOKEN_SIGNS)
