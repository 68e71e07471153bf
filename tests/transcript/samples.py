"""The real transcripts that lie beside the project, where they do, and counters of tokens."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import mistral_common
import pytest
import sentencepiece

DATA = Path(__file__).parents[3] / "shared" / "data"
NAMES = (
    "de_bundestag_18004_small",
    "en_qmsum_Bmr006_icsi_30k",
    "en_qmsum_ES2005a_1k",
    "en_qmsum_TS3010a_2k",
    "en_zoom_acde233",
    "es_podcast_ltb_wuille_nick",
    "fr_fredsum_Macron_Lepen_2",
    "fr_fredsum_Melenchon_Guaino",
)


def data(path: str) -> Path:
    """A file of the shared data; skips the test where it is absent."""
    found = DATA / path
    if not found.exists():
        pytest.skip(f"needs ../shared/data/{path}")
    return found


def transcript(name: str) -> str:
    return data(f"transcripts/{name}.txt").read_text(encoding="utf-8")


def words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def characters(texts: Sequence[str]) -> list[int]:
    return [len(text) for text in texts]


def nasty(texts: Sequence[str]) -> list[int]:
    """Neither additive nor growing: up to four tokens come or go with every change."""
    return [max(1, len(text.encode()) // 3 + zlib.crc32(text.encode()) % 5 - 2) for text in texts]


@cache
def sentence_piece() -> sentencepiece.SentencePieceProcessor:
    model = Path(mistral_common.__file__).parent / "data" / "tokenizer.model.v1"
    return sentencepiece.SentencePieceProcessor(model_file=str(model))


def mistral(texts: Sequence[str]) -> list[int]:
    return [len(ids) for ids in sentence_piece().encode(list(texts))]


COUNTERS: tuple[Callable[[Sequence[str]], list[int]], ...] = (words, characters, nasty, mistral)
