"""What of a turn minutes may quote: its sentences without fillers, a long one in pieces."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from app.kinds.languages import Pack
from app.kinds.languages.numerals import in_digits
from app.kinds.words import flat, sentences_in, stop_words, without_addresses

CUT = "\u2026"  # stands where a sentence was cut
PIECE, LONGEST = 15, 30  # words: of a piece of a long sentence, and of one that has no place where it can be cut
_SOUND = re.compile(r"[{\[(<][^{}\[\]()<>]{0,40}[}\])>]")
_AGAIN = re.compile(r"\b((?:[\w'\u2019]+\s+){0,2}[\w'\u2019]+)(?:,?\s+\1\b)+", re.IGNORECASE)
_BRACKETS = (("(", ")"), ("[", "]"))
_NO_BRACKET = re.compile(r"(?<!\w)\w{1,2}\)|[:;=]-?[()]")  # "a) write to them", and :)
_ASIDE = re.compile(r"\([^()]*\)\W*|\[[^\[\]]*\]\W*")
_QUOTED = re.compile(
    r'"[^"]+"|\u201c[^\u201d]+\u201d|\u201e[^\u201c\u201d]+[\u201c\u201d]|\u00ab[^\u00bb]+\u00bb|\u00bb[^\u00ab]+\u00ab'
)
_CLAUSE = r"(?<=[,;:\u060c\u061b])\s+"


def is_filler(text: str, pack: Pack) -> bool:
    """Whether a turn says nothing: sounds, a greeting, a single yes."""
    bare = _SOUND.sub(" ", text)
    return not re.search(r"\w", bare) or bool(re.match(pack.greeting, bare.strip(), re.IGNORECASE))


def cleaned(text: str, pack: Pack) -> str:
    """The words of a turn without sounds and fillers; up to three words said twice in a row are said once."""
    bare = _without_fillers(_SOUND.sub(" ", text), pack)
    for _ in range(2):  # "the, the road, the road"
        bare = _AGAIN.sub(lambda found: found[0] if _is_number(found[1], pack.code) else found[1], bare)
    bare = re.sub(r"\s+([,.])", r"\1", " ".join(bare.split())).strip(" ,;-\u2013")
    return bare[:1].upper() + bare[1:]


def _is_number(text: str, language: str) -> bool:
    """Whether all words of *text* are numbers: "seven seven" is said on purpose."""
    return all(re.search(r"\d", in_digits(word, language)) for word in text.split())


def _without_fillers(text: str, pack: Pack) -> str:
    """*text* without fillers. The commas around one that breaks off a phrase ("we, um, decided") are not kept either."""
    weak = stop_words(pack.code)

    def broken(found: re.Match[str]) -> str:
        leads = re.match(pack.lead, f"{found[1]}, so", re.IGNORECASE)
        return f"{found[1]} " if flat(found[1]) in weak and not leads else f"{found[1]}, "

    begun = re.sub(rf"(?:^|(?<=[.!?]\s))(?:{pack.filler})+", "", text, flags=re.IGNORECASE)
    joined = re.sub(rf"([^\W\d_]+),\s+(?:{pack.filler})+", broken, begun, flags=re.IGNORECASE)
    return re.sub(pack.filler, "", joined, flags=re.IGNORECASE)


def is_aside(text: str) -> bool:
    """Whether a sentence is nobody's words: in brackets, such as "(Applause. The members rise.)", or mostly web addresses."""
    if 2 * len(without_addresses(text)) < len(text):
        return True
    bare = _NO_BRACKET.sub("", text)
    return bool(_ASIDE.fullmatch(bare.strip())) or any(bare.count(left) != bare.count(right) for left, right in _BRACKETS)


def own_words(told: Sequence[str]) -> list[str]:
    """What of each piece of a turn stands outside quotation marks: who reads a letter promises nothing."""
    joined = "\n".join(" ".join(piece.split()) for piece in told)
    return _QUOTED.sub(lambda found: "\n" * found[0].count("\n"), joined).split("\n")


def without_lead(text: str, pack: Pack) -> str:
    """*text* without words that only lead to what is said: "Yeah so we need a door" is "We need a door"."""
    bare = re.sub(pack.lead, "", text, flags=re.IGNORECASE)
    return bare[:1].upper() + bare[1:] if bare != text else text


def pieces(text: str, pack: Pack, is_whole: Callable[[str], bool] = lambda _sentence: False) -> list[str]:
    """The sentences of *text*. One of more than PIECE words, without its fillers, is cut behind commas and before words such as
    "because", so that minutes can quote what matters of it. One of up to LONGEST words that *is_whole* stays as it is."""
    return [
        piece
        for sentence in sentences_in(text)
        for piece in ([sentence] if _stays(sentence, is_whole) else _cut(sentence, pack))
    ]


def _stays(sentence: str, is_whole: Callable[[str], bool]) -> bool:
    return PIECE < len(sentence.split()) <= LONGEST and is_whole(sentence)


def _cut(sentence: str, pack: Pack) -> list[str]:
    if len(sentence.split()) <= PIECE or len(cleaned(sentence, pack).split()) <= PIECE:
        return [sentence]
    found: list[list[str]] = [[]]
    for clause in re.split(rf"{_CLAUSE}|\s+(?={pack.joint})", sentence, flags=re.IGNORECASE):
        words = clause.split()
        if found[-1] and len(found[-1]) + len(words) > PIECE:
            found.append([])
        found[-1] += words
    cut = [piece for words in found for piece in (_equal(words) if len(words) > LONGEST else [words])]
    last = len(cut) - 1
    return [(f"{CUT} " if at else "") + " ".join(words) + ("" if at == last else f" {CUT}") for at, words in enumerate(cut)]


def _equal(words: list[str]) -> list[list[str]]:
    return [words[at : at + PIECE] for at in range(0, len(words), PIECE)]
