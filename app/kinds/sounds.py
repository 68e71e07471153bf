"""Turns of sounds alone, which are worth no call of their own: "Mm.", "{vocalsound}", "[laughter]"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from app.transcript import Turn

_WORD = re.compile(r"[^\W\d_]+")
_NOTE = re.compile(r"[{\[(<*][^{}\[\]()<>*]{0,40}[}\])>*]")
# What people utter that is no word, and no assent: "mhm" and "uh-huh" may answer a question.
_UTTERED = frozenset(
    ("m", "mm", "mmm", "um", "umm", "uh", "uhh", "er", "erm", "hm", "hmm", "hum", "euh", "heu", "äh", "ähm", "eh", "em")
)
_ASSENT = re.compile(r"m ?[-\u2010\u2011] ?h", re.IGNORECASE)
# What those who transcribe write in brackets of what is heard beside words.
_NOTED = frozenset(
    (
        *("vocalsound", "nonvocalsound", "disfmarker", "gap", "pause", "silence", "noise", "music", "applause", "clapping"),
        *("cough", "coughs", "coughing", "laugh", "laughs", "laughing", "laughter", "sigh", "sighs", "breath", "breathing"),
        *("sniff", "clears", "throat", "rire", "rires", "bruit", "musique", "toux", "applaudissements", "soupir"),
        *("risa", "risas", "ruido", "música", "aplausos", "tos", "silencio", "lachen", "gelächter", "applaus", "geräusch"),
        *("musik", "stille", "husten", "خنده", "سکوت", "صدا"),
    )
)


def is_sound(text: str) -> bool:
    """Whether *text* holds sounds alone: no word that somebody says, and no number."""
    bare = _NOTE.sub(_without_sounds, text)
    if _ASSENT.search(bare) or any(each.isdigit() for each in bare):
        return False
    return all(word.lower() in _UTTERED for word in _WORD.findall(bare))


def _without_sounds(note: re.Match[str]) -> str:
    """Nothing for a note of sounds; any other note as it is: "(agreed)" is said."""
    found = _WORD.findall(note[0])
    return " " if found and all(word.lower() in _NOTED for word in found) else note[0]


def spoken(turns: Iterable[Turn]) -> Iterator[Turn]:
    """The *turns* in which something is said."""
    return (turn for turn in turns if not is_sound(turn.text))


def sounds(turns: Iterable[Turn]) -> int:
    """How many of the *turns* hold sounds alone; 0 if all do: then there is nothing else to read."""
    kinds = Counter(is_sound(turn.text) for turn in turns)
    return kinds[True] if kinds[False] else 0
