"""The languages of meetings: a new one is a module and a line here; and which language a text is in."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from dataclasses import replace
from functools import cache
from io import BytesIO
from threading import Lock
from types import SimpleNamespace
from typing import Any

from app.kinds.languages import de, en, es, fa, fr
from app.kinds.languages.base import CUES, Pack
from app.kinds.languages.cue_phrases import with_phrases
from app.kinds.languages.cued import CUED

PACKS: dict[str, Pack] = {each.PACK.code: with_phrases(each.PACK) for each in (en, fr, es, de, fa)}
SURE = 0.9  # probability from which a short text is taken to be in another language than was asked for
SHORTEST = 60  # characters of a text whose language is checked
MOST_READ = 20_000  # characters of a transcript that are enough to know its language
ROOM = 2**28  # free bytes of a disk for temporary files that are enough for the model
_LOADING = Lock()

__all__ = [
    "CUED",
    "MOST_READ",
    "PACKS",
    "SHORTEST",
    "Pack",
    "detected",
    "is_other",
    "may_be",
    "other_than",
    "pack_of",
    "with_cues_of",
]


def pack_of(code: str) -> Pack:
    """The words of a language, or its cues alone; English for one that has neither here."""
    return PACKS.get(code) or CUED.get(code, PACKS["en"])


def detected(text: str) -> str:
    """The language of *text* by its ISO 639-1 code; English if there is no text."""
    return _classified(text[:MOST_READ])[0] if text.strip() else "en"


def may_be(text: str, code: str) -> bool:
    """Whether no language is more than twice as likely for *text* as *code*: a short text may be in one of several."""
    ranked = _loaded().rank(text[:MOST_READ])
    return any(found == code and 2 * probability >= ranked[0][1] for found, probability in ranked)


def is_other(text: str, code: str) -> bool:
    """Whether *text* is surely in another language than *code*."""
    return other_than(text, code) is not None


def other_than(text: str, code: str) -> str | None:
    """The language of *text* if that is surely not *code*."""
    if len(text) < SHORTEST:
        return None
    found, probability = _classified(text[:MOST_READ])
    return found if found != code and probability >= SURE else None


@cache
def with_cues_of(code: str, others: tuple[str, ...]) -> Pack:
    """The words of a language, with the cues of *others*, as a meeting in two languages has them."""
    pack = pack_of(code)
    for other in (PACKS[each] for each in others):
        cues: dict[str, Any] = {name: f"(?:{getattr(pack, name)}|{getattr(other, name)})" for name in CUES}
        pack = replace(
            pack,
            **cues,
            months=pack.months + other.months,
            weekdays=pack.weekdays + other.weekdays,
            days={**pack.days, **other.days},
            nearing="|".join(filter(None, (pack.nearing, other.nearing))),
        )
    return pack


def _classified(text: str) -> tuple[str, float]:
    found, probability = _loaded().classify(text)
    return str(found), float(probability)


def _loaded() -> Any:
    """The identifier, loaded once: a worker begins hundreds of jobs at once, and without the lock each would load the model."""
    with _LOADING:
        return _identifier()


@cache
def _identifier() -> Any:
    """Loaded at its first use: the model takes a second and some megabytes.

    The library unpacks it into a temporary file of 65 MiB. Where that does not fit (the /dev/shm of a container has 64), it is
    unpacked into memory."""
    from py3langid import modelio
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    if shutil.disk_usage(tempfile.gettempdir()).free >= ROOM:
        with suppress(OSError):  # a quota, a limit of this process (ulimit -f), or others who write at the same time
            return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    modelio.tempfile = SimpleNamespace(TemporaryFile=lambda **_given: BytesIO())
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
