"""Plain text with labels as utterances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.transcript.reader import read
from app.transcript.turn import UNKNOWN_SPEAKER, Utterance


@dataclass(frozen=True)
class LabelledText:
    """What a text says, the *form* of its labels, and what of it is no speech."""

    utterances: tuple[Utterance, ...]
    form: str = "colon"
    left_out: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def read_text(text: str, speakers: Sequence[str] = ()) -> LabelledText:
    """The utterances of *text*; *speakers* are names whatever they look like."""
    turns = read(text, speakers)
    return LabelledText(
        tuple(
            Utterance("" if turn.speaker == UNKNOWN_SPEAKER else turn.speaker, turn.text, turn.start, turn.end)
            for turn in turns
        )
    )
