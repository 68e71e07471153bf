"""How good minutes are against what people wrote: what they keep, and whether their evidence holds. Pure functions of texts.

Nothing here uses the checks of `app/kinds/evidence.py`: a fault in these must not hide itself."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

STEM = 5  # characters by which two forms of a word are taken for one
LEAST_SHARED = 1 / 3  # of the content words of an item that its turns must have
SMALL = frozenset({"0", "1", "2"})  # "one" and "a second" are words more often than numbers
_NUMBER = re.compile(r"\d+(?:[.,'\u2019\u00a0\u202f ]\d{3}(?!\d))*(?:[.,]\d+)?")
_WORD = re.compile(r"[^\W\d_]+")
_NUMERALS = frozenset({"en", "fr", "es", "de"})  # languages whose number words are read
_BEGINS = re.compile(r"(?:^|[.!?:;\u2026\u00ab\u201c\"(\u2014-]\s*)$")


@dataclass(frozen=True)
class Content:
    """What a text holds that minutes may keep. Each set is of normal forms: `1 850`, `1,850` and `1850` are one number."""

    words: frozenset[str]
    numbers: frozenset[str]
    names: frozenset[str]
    dates: frozenset[str]

    @property
    def facts(self) -> frozenset[str]:
        return self.numbers | self.names | self.dates

    @property
    def all(self) -> frozenset[str]:
        return self.words | self.facts


@lru_cache(maxsize=8192)
def content(text: str, language: str) -> Content:
    """The content words, numbers, names, and days and months of *text*."""
    dates = _dates(text, language)
    names = frozenset(_names(text, language)) - dates
    return Content(_words(text, language), numbers(text, language), names, dates)


def flat(text: str) -> str:
    """*text* in small letters, without accents, its digits as 0 to 9."""
    plain = "".join(str(unicodedata.digit(each)) if each.isdigit() and not each.isascii() else each for each in text)
    return "".join(each for each in unicodedata.normalize("NFKD", plain.casefold()) if not unicodedata.combining(each))


def numbers(text: str, language: str) -> frozenset[str]:
    """The values of the numbers of *text*, in digits and in words."""
    read = {_value(found[0]) for found in _NUMBER.finditer(flat(text))}
    if language in _NUMERALS:
        from text_to_num import alpha2digit

        read |= {_value(found[0]) for found in _NUMBER.finditer(flat(alpha2digit(text, language)))} - SMALL
    return frozenset(read)


def _value(number: str) -> str:
    bare = re.sub(r"(?<=\d)[.,'\u2019\u00a0\u202f ](?=\d{3}(?!\d))", "", number).replace(",", ".")
    whole, _, rest = bare.partition(".")
    rest = rest.rstrip("0")
    return f"{whole.lstrip('0') or '0'}{f'.{rest}' if rest else ''}"


def _words(text: str, language: str) -> frozenset[str]:
    words = set(_WORD.findall(flat(text))) - _stop_words(language)
    return frozenset(word[:STEM] for word in words if len(word) > 2)


@cache
def _stop_words(language: str) -> frozenset[str]:
    import stopwordsiso

    known = stopwordsiso.stopwords(language) if stopwordsiso.has_lang(language) else set()
    return frozenset(part for word in known for part in _WORD.findall(flat(word)))


def _names(text: str, language: str) -> Iterable[str]:
    """Words with a capital inside a sentence, or before another one at its beginning. In German, where every noun has one, and
    in scripts without capitals there are none."""
    if language == "de":
        return
    for found in _WORD.finditer(text):
        word = flat(found[0])
        begins = _BEGINS.search(text[max(found.start() - 3, 0) : found.start()])
        inside = not begins or re.match(r" [^\W\d_a-z]", text[found.end() : found.end() + 2])
        if found[0][0].isupper() and inside and len(word) > 1 and word not in _stop_words(language):
            yield word[:STEM]


def _dates(text: str, language: str) -> frozenset[str]:
    from app.kinds.languages import PACKS

    pack = PACKS.get(language)
    known = {flat(word) for word in (*pack.months, *pack.weekdays)} if pack else set()
    risky = {"may", "march", "mars", "mai", "marzo"} if language == "en" else set()
    found = {(flat(each[0]), each[0][0].isupper()) for each in _WORD.finditer(text)}
    return frozenset(word[:STEM] for word, capital in found if word in known and (capital or word not in risky))


# -- what is kept ------------------------------------------------------------------------------------------------------------


def kept(text: str, references: Sequence[str], language: str, part: Callable[[Content], frozenset[str]]) -> float | None:
    """The share of *part* of a reference that *text* has too; the mean over *references*, None if none of them has any.

    A word that a text has in any place counts, so numbers are also looked for among words, and names too."""
    everything = content(text, language).all
    wanted = [each for each in (part(content(reference, language)) for reference in references) if each]
    return sum(len(each & everything) / len(each) for each in wanted) / len(wanted) if wanted else None


# -- evidence ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Claim:
    """An item of minutes as it is checked: what it says, what the turns that it cites say, and what is marked as not said."""

    text: str
    evidence: str
    marked: tuple[str, ...] = ()


def missing(claim: Claim, language: str, *, marked: bool = False) -> frozenset[str]:
    """The numbers, names and dates of *claim* that its turns do not say; those that are *marked* count only if asked for."""
    told, said = content(claim.text, language), content(claim.evidence, language)
    lost = (told.numbers - said.numbers) | (told.dates - said.dates) | (told.names - said.names - said.words)
    if marked:
        return lost
    known = content(" ".join(claim.marked), language)
    return lost - known.facts - known.words - frozenset(flat(each)[:STEM] for each in claim.marked)


def holds(claim: Claim, language: str) -> bool:
    """Whether the cited turns have the names, numbers and dates of *claim*, and a third of its content words."""
    words = content(claim.text, language).words
    shared = words & content(claim.evidence, language).words
    return not missing(claim, language, marked=True) and len(shared) >= LEAST_SHARED * len(words)


def precision(claims: Sequence[Claim], language: str) -> float | None:
    """The share of *claims* that their turns hold; None without a claim."""
    return sum(holds(each, language) for each in claims) / len(claims) if claims else None


def spans_hit(cited: Iterable[int], spans: Sequence[frozenset[int]]) -> float | None:
    """The share of reference *spans* of turns of which at least one turn is *cited*; None without spans."""
    turns = set(cited)
    return sum(bool(turns & span) for span in spans) / len(spans) if spans else None


# -- sanity ------------------------------------------------------------------------------------------------------------------


def rouge(text: str, references: Sequence[str]) -> tuple[float, float]:
    """ROUGE-1 and ROUGE-2 (F), the best over *references*. Words of every script count, not of the Latin one alone."""
    from rouge_score.rouge_scorer import RougeScorer

    class Tokens:
        def tokenize(self, text: str) -> list[str]:
            return re.findall(r"\w+", flat(text))

    scorer = RougeScorer(["rouge1", "rouge2"], tokenizer=Tokens())
    scores = [scorer.score(each, text) for each in references]
    one, two = (max(float(each[name].fmeasure) for each in scores) for name in ("rouge1", "rouge2"))
    return one, two


def chrf(text: str, references: Sequence[str]) -> float:
    """chrF against the nearest of *references*, 0 to 100."""
    from sacrebleu.metrics import CHRF

    return float(CHRF().sentence_score(text, list(references)).score)
