"""Chats as they are copied from a screen or logged: who writes stands on lines of its own, and a program writes between."""

from __future__ import annotations

import pytest

from app.transcript import UNKNOWN_SPEAKER, parse

Said = list[tuple[str, str, float | None]]

_OF_A_DAY: Said = [("Ida", "Ice.", 36000.0), ("bo_vale", "Yes - 10:02.", 36060.0), ("Ida", "So.", 36120.0)]
CHATS: dict[str, tuple[str, Said]] = {
    "a dash alone between name and time": (
        "Ida\n — \nToday at 10:00 AM\nIce.\nbo_vale\n — \nToday at 10:01 AM\nYes - 10:02.\nIda\n — \nToday at 10:02 AM\nSo.",
        _OF_A_DAY,
    ),
    "a dash alone between blank lines": (
        "Ida\n\n — \n\nheute um 10:00 Uhr\n\nIce.\n\nbo_vale\n\n — \n\nheute um 10:01 Uhr\n\nYes - 10:02.\n\n"
        "Ida\n\n — \n\nheute um 10:02 Uhr\n\nSo.",
        _OF_A_DAY,
    ),
    "a dash before a date below the name": (
        "Ida\n — 02/01/2024 10:00\nIce.\nbo_vale\n — 02/01/2024 10:01\nYes - 10:02.\nIda\n — 02/01/2024 10:02\nSo.",
        _OF_A_DAY,
    ),
    "lines of a program between dated ones": (
        "2024-01-02 10:00:01 <ida> Ice\n2024-01-02 10:00:02 * bo waves\n"
        "2024-01-02 10:00:03 <bo> Yes\n2024-01-02 10:00:04 <ida> So",
        [("ida", "Ice", 36001.0), (UNKNOWN_SPEAKER, "* bo waves", 36002.0), ("bo", "Yes", 36003.0), ("ida", "So", 36004.0)],
    ),
    "signs of direction within dates in brackets": (
        "[۱۴۰۲/۱۰/۱۲،\u200f ۱۰:۰۰:۰۱] علی: سلام\n[۱۴۰۲/۱۰/۱۲،\u200f ۱۰:۰۰:۰۵] سارا: بله\n[۱۴۰۲/۱۰/۱۲،\u200f ۱۰:۰۰:۰۹] علی: خب",
        [("علی", "سلام", 36001.0), ("سارا", "بله", 36005.0), ("علی", "خب", 36009.0)],
    ),
    "numbers of speeches before names alone": (
        "Anf. 1 Ida Moor (S)\nIce.\n\nAnf. 2 Bo Vale (M)\nYes.\n\nAnf. 3 Ida Moor (S)\nSo.",
        [("Ida Moor (S)", "Ice.", None), ("Bo Vale (M)", "Yes.", None), ("Ida Moor (S)", "So.", None)],
    ),
    "who presides, in capitals": (
        "ГОЛОВУЮЧИЙ. Лід.\n\nВЕЙЛ Б.О. Так.\n\nГОЛОВУЮЧИЙ. Отже.",
        [("ГОЛОВУЮЧИЙ", "Лід.", None), ("ВЕЙЛ Б.О.", "Так.", None), ("ГОЛОВУЮЧИЙ", "Отже.", None)],
    ),
    "a star before names": (
        "*Ida:\nIce.\n*Bo:\nYes.\n*Ida:\nSo.",
        [("Ida", "Ice.", None), ("Bo", "Yes.", None), ("Ida", "So.", None)],
    ),
}


@pytest.mark.parametrize("chat", CHATS)
def test_a_copied_chat_is_read(chat: str) -> None:
    text, said = CHATS[chat]

    assert [(turn.speaker, turn.text, turn.start) for turn in parse(text).turns] == said


def test_a_recorders_line_below_title_and_date_is_no_speech() -> None:
    head = "Pier\nJanuary 2, 2024, 10:00AM\n12m 34s\n\nIda Moor started transcription"
    text = f"{head}\n\nMoor, Ida   0:03\nIce.\n\nVale, Bo   0:08\nYes."

    transcript = parse(text)

    assert "started" not in " ".join(turn.text for turn in transcript.turns)
    assert transcript.report.left_out["recorder's note"] == 1
