"""Turns of sounds alone: they have no call of their own, and all others are shown once."""

from __future__ import annotations

import pytest

from app.kinds.sounds import is_sound
from tests.meetings.conftest import TRANSCRIPT, Desk, on_sqlite

SOUNDS = ("Mm.", "{vocalsound}", "[laughter] Um.", "(rires)", "Hmm . {gap}")
LINES = TRANSCRIPT.split("\n")
NOISY = "\n".join(f"{line}\nCleo : {sound}" for line, sound in zip(LINES, SOUNDS, strict=False)) + f"\n{LINES[-1]}"


@on_sqlite
@pytest.mark.parametrize("service", ["board", "notes", "rolling"])
def test_sounds_alone_have_no_call_and_are_counted(desk: Desk, service: str) -> None:
    job_id = desk.held(service, NOISY, flavor="single")

    shown = "\n".join(call.messages[-1].content for call in desk.model.heard)
    assert not any(sound in shown for sound in SOUNDS)
    assert desk.job(job_id).coverage["fillers"] == len(SOUNDS)
    assert all(line.split(" : ")[1] in shown for line in LINES)
    assert [turn["text"] for turn in desk.transcript(job_id)["turns"]][1::2] == list(SOUNDS)


@on_sqlite
@pytest.mark.parametrize("service", ["board", "notes", "rolling"])
def test_sounds_are_shown_beside_other_turns(desk: Desk, service: str) -> None:
    job_id = desk.held(service, NOISY)

    shown = "\n".join(call.messages[-1].content for call in desk.model.heard)
    assert all(sound in shown for sound in SOUNDS)
    assert desk.job(job_id).coverage["fillers"] == 0


@on_sqlite
def test_a_transcript_of_sounds_alone_is_shown_as_it_is(desk: Desk) -> None:
    job_id = desk.held("notes", "Ann : Mm.\nBob : Hmm.", flavor="single")

    assert len(desk.model.heard) == 2
    assert desk.job(job_id).coverage["fillers"] == 0


@pytest.mark.parametrize(
    "text",
    [
        "Yes.",
        "Mm-hmm.",
        "Mm - hmm .",
        "Uh-huh.",
        "(Agreed.)",
        "[We vote yes]",
        "Um, no.",
        "Good morning.",
        "3",
        "[480]",
        "خوب.",
    ],
)
def test_what_says_anything_is_no_sound(text: str) -> None:
    assert not is_sound(text)
