"""What single sentences are by their words alone, in five languages: those of `sentences/`, each behind its letter.

D decides, A gives or takes on a task, Q leaves a question open, P only puts one, and N does nothing of these, though it may
look like it."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.kinds.languages import PACKS
from app.kinds.meeting import Meeting
from app.kinds.minutes.cueing import cued
from app.kinds.minutes.sentences import without_lead
from app.transcript import Transcript, Turn

FOLDER = Path(__file__).parent / "sentences"
PARTICIPANTS = {
    "en": ("Dana", "Priya", "Tom", "Miguel", "Sam", "Jo"),
    "fr": ("Karim", "Solène", "Hugo", "Paul", "Nadia", "Claire"),
    "de": ("Frau Keller", "Herr Aydin", "Lena", "Timo", "Jo"),
    "es": ("Marisol", "Iván", "Rosa", "Jo"),
    "fa": ("مریم", "رضا"),
}
LETTERS = {"decision": "D", "action": "A", "question": "Q", "topic": "N"}


def a_meeting(language: str) -> Meeting:
    turns = {number: Turn(name, "Bonjour. Good.") for number, name in enumerate(PARTICIPANTS[language])}
    return Meeting(Transcript(()), turns, dict.fromkeys(PARTICIPANTS[language], 1), language, language, None, "", (), {})


def lines(language: str, letter: str) -> list[str]:
    read = (FOLDER / f"{language}.txt").read_text("utf-8").splitlines()
    return [line.partition("|")[2] for line in read if line.startswith(f"{letter}|")]


@pytest.mark.parametrize("letter", "DAQNP")
@pytest.mark.parametrize("language", PACKS)
def test_a_sentence_is_known_by_its_words(language: str, letter: str) -> None:
    meeting = a_meeting(language)
    wrong = []
    for said in lines(language, letter):
        kind, cue = cued(meeting, without_lead(said, meeting.heard))
        found = LETTERS[kind] if cue else "P" if letter == "P" and kind == "question" else "N"
        if found != letter:
            wrong.append(f"{found} instead of {letter}: {said}")

    assert lines(language, letter)
    assert not wrong
