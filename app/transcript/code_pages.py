"""Which of the older code pages a text is in: the one in which its words and letters are those of a language."""

from __future__ import annotations

import re
import unicodedata
from codecs import getincrementaldecoder
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from app.transcript.languages import LOW, OUT_OF_USE, PAGES, Language

SINGLE = frozenset(PAGES)  # pages with one byte a character
SAMPLE = 2**12  # bytes of a long text that are looked at, in lines that hold more than ASCII
LIKELY = 3  # pages that a refusal names
_LEAST_SCORE = -0.1  # of a text without any letter beyond ASCII, whose quotation marks are not
_LEAST_LEAD = 0.55  # by which the best page must be better than the next one that reads differently

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_BEYOND = re.compile(r"[^\x00-\x7f]+")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_USUAL_SIGNS = frozenset("«»„“”‚‘’–—…•·°§€£©®™№¿¡ºª½¼¾²³±µ×÷\u00a0\u00ad\u200e\u200f\u200c\u200d،؛؟־׳״")
_NEVER_BESIDE_A_LETTER = re.compile(r"(?<=[^\W\d_])[½¼¾±µ×÷¿¡]|[½¼¾±×÷°](?=[^\W\d_])|•(?=[а-я])|§(?=[^\W\d_])")
_WITHOUT_A_VOWEL = re.compile(r"\b[бвгджзйклмнпстфхцчшщ]{4,}\b")  # as Hebrew looks in a Cyrillic page
_WITHIN_A_WORD = re.compile(r"(?<=[a-zß-öø-ÿ])[„“”•](?=[a-zß-öø-ÿ])|(?<=[a-zß-öø-ÿ]{3})–[a-zß-öø-ÿ]\b")
_BETWEEN_LETTERS = re.compile(r"(?<=[^\W\d_])[^\w\s'’.,:;!?()\[\]/&@+*=<>\"“”„«»…–—\-\u00ad\u200c\u200d·](?=[^\W\d_])")
_OF_DOS_OR_MACINTOSH = re.compile(  # what letters of these pages look like in those of Windows
    r"(?<=[^\W\d_])‚|(?<=[^\W\d_])”(?=[^\W\d_])|(?<=[a-zß-öø-ÿ])[ŒÐ](?=[a-z])|(?<=[a-z]) ?Ð(?= )|\b[a-z]{2}–[a-z]{3}"
    r"|ΰ|(?<=[а-яё]{2})[ЯЮ](?=[а-яё]|\b)|‘(?=[а-яё])|\u00a0(?=[,.])|(?<=[a-z]{2})\u00a0(?=[b-df-hj-np-tv-xz]\b)"
)
_SOUTHERN = re.compile(r"[ЂЃЉЊЌЋЏђѓљњќћџ]")  # letters of Serbian and Macedonian
_NORTHERN = re.compile(r"[ыэюяйщъЫЭЮЯЙЩЪ]")  # and of languages that have none of these
_NOBODY_WRITES = (_OF_DOS_OR_MACINTOSH, _BETWEEN_LETTERS, _NEVER_BESIDE_A_LETTER, _WITHIN_A_WORD, _WITHOUT_A_VOWEL)
_THAI_MARKS = re.compile(r"[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]|[\u0e3f\u0e50-\u0e59]")  # of vowels and tones; digits
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_SHORT_WORDS = {1: 0.4, 2: 0.7}  # what a common word of so many letters counts; longer ones count 1
_PAIR = 0.6  # for each pair of letters that a language writes often, and off for each that it does not
_FREQUENT = (
    0.1  # for each letter that is among the commonest of a language with letters of its own, and off for each that is not
)
_SCATTERED = 2.5  # taken off if few letters of another alphabet stand among Latin ones
_LOUD = 0.15  # taken off for each capital inside a word beyond ASCII
_FOREIGN = 1.5  # taken off for each that it does not
_GRAVE = re.compile(r"è(?:[bcdgjlmnrstvz]{1,2}e|gu|s\b)")  # as in French words and names, which all languages of its page quote
_BEYOND_ASCII, _LOW = bytes(range(0x80, 0x100)), bytes(range(0x80, 0xB0))
_RARE = 2.5  # taken off the score of a page that is out of use

_MULTIBYTE = ("euc_jp", "cp932", "gb18030", "big5", "cp949")
_KANA = re.compile(r"[\u3040-\u30ff]")
_HANGUL = re.compile(r"[\uac00-\ud7a3]")
_SYLLABLES = frozenset("이다는을를의가에고하지서로기도리사니어나시그요해한은습있것데면게자들말정부장회제안과와인일수아대전")
_FREQUENT_HAN = frozenset(
    "的一是不了在人有我他这這为為之大来來以个個中上们們到说說国國和地也子时時道出而要于於就下得可你年生自会會那后後能对對着著事其里裡所去行过過"
    "家十用发發天如然作方成者多日都三小军二无無同么麼经經法当當起与與好看学學进進种種将將还還分此心前面又定见見只主没沒公从從文件数數开開议議"
)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_HAN_IN_A_WORD = re.compile(r"(?<=[A-Za-z])[\u4e00-\u9fff](?=[A-Za-z])")
_EAST_ASIAN = re.compile(r"[\u2010-\u2027\u2190-\u21ff\u2460-\u27bf\u00b7\u3000-\u30ff\u3400-\u9fff\uac00-\ud7a3\uff00-\uff60]")
_PRIVATE = re.compile(r"[\ue000-\uf8ff]")  # characters that no standard has
_HALF_WIDTH = re.compile(r"[\uff61-\uff9f]")


@dataclass(frozen=True)
class Guess:
    """A page, and how well the text reads in it; below zero it does not."""

    page: str
    score: float
    text: str


def likely(raw: bytes) -> list[Guess]:
    """The pages in which *raw* may be, the best first; of pages in which it reads the same, one."""
    sample = _sample(raw)
    guesses = [*_single_bytes(sample), *_several_bytes(sample)]
    best: dict[str, Guess] = {}
    for guess in sorted(guesses, key=lambda each: -each.score):
        best.setdefault(guess.text, guess)
    return list(best.values())


def settled(guesses: Sequence[Guess]) -> str | None:
    """The page of the best of *guesses* if it is clearly the best; None if the page is not clear."""
    if not guesses or guesses[0].score < _LEAST_SCORE:
        return None
    if len(guesses) > 1 and guesses[0].score - guesses[1].score < _LEAST_LEAD:
        return None
    return guesses[0].page


def _sample(raw: bytes) -> bytes:
    """*raw*, or the lines of its beginning that hold more than ASCII, with what stands around them."""
    if len(raw) <= SAMPLE:
        return raw
    lines: list[bytes] = []
    size = 0
    for line in raw.splitlines(keepends=True):
        if line.isascii():
            continue
        lines.append(line[:SAMPLE])
        size += len(lines[-1])
        if size > SAMPLE:
            break
    return b"".join(lines)


# One byte a character


def _single_bytes(sample: bytes) -> Iterator[Guess]:
    beyond = len(sample) - len(sample.translate(None, _BEYOND_ASCII))
    low = len(sample) - len(sample.translate(None, _LOW))
    for rank, (page, languages) in enumerate(PAGES.items()):
        if page in LOW and 2 * low < beyond:
            continue
        try:
            text = sample.decode(page)
        except UnicodeDecodeError:
            continue
        if _CONTROL.search("".join(_BEYOND.findall(text))):
            continue
        letters = _THAI_MARKS.sub("", unicodedata.normalize("NFC", text))
        words = _WORD.findall(letters)
        odd = _odd(letters, words)
        if page in OUT_OF_USE and 5 * odd > 10 + sum(not word.isascii() for word in words):
            continue  # as good as impossible, and reading it takes most of the time
        spelled = _Spelled.of(letters.casefold(), words)
        score = max(_reads(spelled, language) for language in languages)
        loud = sum(sum(map(str.isupper, word[1:])) for word in words if not word.isascii())
        score -= _LOUD * loud
        yield Guess(page, score - 3 * odd - 0.01 * rank - _RARE * (page in OUT_OF_USE), text)


@dataclass(frozen=True)
class _Spelled:
    """How often each word and each character beyond ASCII of a text comes, in small letters, and how many letters are Latin."""

    words: Counter[str]
    beyond: Counter[str]
    latin: int
    grave: int

    @classmethod
    def of(cls, text: str, words: Sequence[str]) -> _Spelled:
        beyond = Counter("".join(_BEYOND.findall(text)))
        return cls(Counter(word.casefold() for word in words), beyond, len(_LATIN.findall(text)), len(_GRAVE.findall(text)))


def _reads(text: _Spelled, language: Language) -> float:
    """How well *text* reads as *language*: by words and pairs of letters that are common there, letters that are foreign."""
    score = -language.doubt
    for word, times in text.words.items():
        if word in language.words:
            score += times * (2.5 if not word.isascii() else _SHORT_WORDS.get(len(word), 1.0))
        elif language.pairs and not word.isascii():
            score += times * _PAIR * sum(1 if pair in language.pairs else -1 for pair in _pairs_in(word)) / 2
    for letter, times in text.beyond.items():
        if not letter.isalpha():
            continue
        if letter not in language.letters:
            score -= times * _FOREIGN
        elif language.frequent:
            score += times * (_FREQUENT if letter in language.frequent else -_FREQUENT)
    if language.frequent:
        own = sum(times for letter, times in text.beyond.items() if letter in language.letters)
        score -= _SCATTERED if 3 * own < text.latin else 0
    return score + _FOREIGN * text.grave


@lru_cache(4096)
def _pairs_in(word: str) -> tuple[str, ...]:
    """The pairs of letters in *word* with one beyond ASCII."""
    return tuple(pair for pair in map("".join, pairwise(f"_{word}_")) if not pair.isascii())


def _odd(text: str, words: list[str]) -> int:
    """How many things in *text* nobody writes: signs within words, two scripts in one word, capitals within words."""
    signs = sum(len(sign.findall(text)) for sign in _NOBODY_WRITES) + (text.count("«") != text.count("»"))
    strange = sum(1 for each in text if not each.isascii() and not each.isalpha() and each not in _USUAL_SIGNS)
    signs += len(_SOUTHERN.findall(text)) if _NORTHERN.search(text) else 0
    return signs + strange + sum(1 for word in words if not word.isascii() and (_is_mixed(word) or _is_capitalised_oddly(word)))


def _is_mixed(word: str) -> bool:
    latin = len(_LATIN.findall(word))
    return 0 < latin < sum(map(str.isalpha, word))


def _is_capitalised_oddly(word: str) -> bool:
    if len(word) < 3 or not word[0].islower():
        return False
    inside = any(each.isupper() and not each.isascii() and before.islower() for before, each in pairwise(word[1:]))
    return inside or word[1].isupper() or sum(map(str.isupper, word[1:])) * 2 >= len(word)


# Several bytes a character


def _several_bytes(sample: bytes) -> Iterator[Guess]:
    for page in _MULTIBYTE:
        try:
            text = getincrementaldecoder(page)().decode(sample)  # the sample may end within a character
        except UnicodeDecodeError:
            continue
        beyond = [each for each in text if not each.isascii()]
        if len(beyond) >= 2:
            yield Guess(page, _east_asian(page, text, "".join(beyond)) * len(beyond), text)


def _east_asian(page: str, text: str, beyond: str) -> float:
    """From -1 to 1: how well the characters beyond ASCII fit what is written in *page*."""
    known = len(_EAST_ASIAN.findall(beyond)) / len(beyond)
    if known < 0.9 or _HALF_WIDTH.search(beyond) or _PRIVATE.search(beyond):
        return -1.0
    letters = _KANA.findall(beyond) + _HAN.findall(beyond) + _HANGUL.findall(beyond)
    if not letters:
        return -1.0
    kana, hangul = (len(found.findall(beyond)) / len(letters) for found in (_KANA, _HANGUL))
    if page in ("euc_jp", "cp932"):
        return kana if kana > 0.2 and not hangul else -1.0
    if page == "cp949":
        common = sum(1 for each in beyond if each in _SYLLABLES) / len(letters)
        return hangul if hangul > 0.8 and common > 0.1 and (" " in text or len(letters) < 8) else -1.0
    if kana > 0.05 or hangul > 0:
        return -1.0
    encoding, first, last = ("gb2312", 0xB0, 0xD7) if page == "gb18030" else ("big5", 0xA4, 0xC6)
    strange = len(_HAN_IN_A_WORD.findall(text)) / len(letters)
    frequent = sum(map(_FREQUENT_HAN.__contains__, letters)) / len(letters)
    if len(letters) > 4 and frequent < 0.03:
        strange += 1
    return _share_of_common(beyond, encoding, first, last) - 0.6 + min(frequent, 0.4) - strange


def _share_of_common(beyond: str, encoding: str, first: int, last: int) -> float:
    """Of the characters that are words or parts of them, the share that stand in the common rows of *encoding*."""
    letters = [each for each in beyond if each.isalpha()]
    common = sum(1 for each in letters if first <= (each.encode(encoding, "replace") or b"?")[0] <= last)
    return common / len(letters) if letters else 0.0
