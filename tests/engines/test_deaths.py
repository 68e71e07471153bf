from __future__ import annotations

from pathlib import Path

import pytest

from app.engines import deaths


def test_what_was_noted_is_read_by_backend(tmp_path: Path) -> None:
    deaths.note(tmp_path, "local", "died (exit status 1)")
    deaths.note(tmp_path, "a/b ü", "died (signal 9)")

    assert deaths.noted(tmp_path) == {"local": "died (exit status 1)", "a/b ü": "died (signal 9)"}


def test_an_engine_that_serves_is_noted_no_longer(tmp_path: Path) -> None:
    deaths.note(tmp_path, "local", "died (exit status 1)")

    deaths.note(tmp_path, "local", "")
    deaths.note(tmp_path, "never there", "")

    assert deaths.noted(tmp_path) == {}


def test_a_note_that_cannot_be_written_ends_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The supervisor writes it, and all else ends with that."""
    (tmp_path / "file").write_text("no folder")

    deaths.note(tmp_path / "file", "worker", "died (signal 9)", deaths.PARTS)
    deaths.note(tmp_path / "file", "worker", "", deaths.PARTS)

    assert "/health cannot be told why worker is not there" in caplog.text


def test_files_of_others_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "engine-ff.json").write_bytes(b"\xff")
    (tmp_path / "engine-00.json").write_text("[]", encoding="utf-8")

    assert deaths.noted(tmp_path) == {}
    assert deaths.noted(tmp_path / "none") == {}


def test_what_an_earlier_gateway_noted_is_forgotten(tmp_path: Path) -> None:
    deaths.note(tmp_path, "local", "died (exit status 1)")

    deaths.forget(tmp_path)

    assert deaths.noted(tmp_path) == {}


def test_a_part_and_a_backend_of_its_name_are_kept_apart(tmp_path: Path) -> None:
    deaths.note(tmp_path, "worker", "died (exit status 1)", deaths.PARTS)

    assert (deaths.noted(tmp_path), deaths.noted(tmp_path, deaths.PARTS)) == ({}, {"worker": "died (exit status 1)"})
    deaths.forget(tmp_path)
    assert deaths.noted(tmp_path, deaths.PARTS) == {}
