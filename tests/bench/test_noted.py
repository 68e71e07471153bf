"""What of a meeting's notes counts as found."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.noted import FOLDER, Found, Note, compared, read

MEETING = "Ann : We take the oak.\nBob : I paint it.\n\nD|so we take the oak\nA|Bob|I paint it\nQ|who pays\n"


def test_a_meeting_is_read_with_what_is_to_be_noted() -> None:
    talk, notes = read(MEETING)

    assert talk == "Ann : We take the oak.\nBob : I paint it."
    assert notes == (Note("D", "so we take the oak"), Note("A", "I paint it", "Bob"), Note("Q", "who pays"))


def test_found_are_notes_whose_words_an_item_of_their_kind_has() -> None:
    items = [
        {"kind": "decision", "text": "We take the oak."},
        {"kind": "decision", "text": "Who pays is open."},
        {"kind": "action", "text": "Bob, can you? — I paint it.", "owner": "Ann"},
    ]

    found = compared(read(MEETING)[1], items)

    assert found == {"D": Found(1, 1, 1, 0), "A": Found(1, 1, 0, 1), "Q": Found(0, 1, 0, 0)}


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.txt")), ids=lambda file: file.stem)
def test_what_is_to_be_noted_was_said(file: Path) -> None:
    talk, notes = read(file.read_text("utf-8"))

    assert {note.letter for note in notes} == {"D", "A", "Q"}
    assert all(note.words.casefold() in talk.casefold() for note in notes)
