"""A followed file keeps its last good version, tells each problem once, and is read again when asked."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from app.errors import ManifestError, Problem
from app.followed import Followed


class Number:
    """A file that holds a number, and how often it was read."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.reads = 0

    def read(self, before: int | None) -> int:
        self.reads += 1
        try:
            found = int(self.file.read_text())
        except ValueError as exc:
            raise ManifestError([Problem(self.file.name, "", "holds no number")]) from exc
        return before if before == found else found

    def mark(self) -> int:
        return self.file.stat().st_size


@pytest.fixture
def number(tmp_path: Path) -> Number:
    made = Number(tmp_path / "number")
    made.file.write_text("1000")
    return made


def test_a_new_version_replaces_the_one_before_and_is_announced(number: Number) -> None:
    announced: list[int] = []
    followed = Followed("number", number.read, changed=announced.append)
    number.file.write_text("2000")

    looks = [followed.look(), followed.look()]

    assert (looks, followed.value, announced) == ([True, False], 2000, [1000, 2000])


def test_a_broken_version_keeps_the_last_good_one_and_is_told_once(number: Number, caplog: pytest.LogCaptureFixture) -> None:
    followed = Followed("number", number.read)
    number.file.write_text("none")

    looks = [followed.look(), followed.look()]

    assert (looks, followed.value, str(followed.error)) == ([False, False], 1000, "number: holds no number")
    assert [record.message for record in caplog.records] == [
        "number not loaded, the last good version stays: number: holds no number"
    ]


def test_a_version_that_is_mended_takes_the_error_away(number: Number) -> None:
    followed = Followed("number", number.read, mark=number.mark)
    number.file.write_text("no number")
    followed.look()
    number.file.write_text("3000")

    assert followed.look()
    assert (followed.value, followed.error) == (3000, None)


def test_the_same_mark_is_not_read_again_unless_asked_to(number: Number) -> None:
    followed = Followed("number", number.read, mark=number.mark)
    number.file.write_text("2000")

    looked, reads, reread = followed.look(), number.reads, followed.reread()

    assert (looked, reads, reread, followed.value) == (False, 1, True, 2000)


def test_without_a_fallback_the_first_version_must_be_good(number: Number) -> None:
    number.file.write_text("none")

    with pytest.raises(ManifestError):
        Followed("number", number.read)


def test_a_fallback_stands_in_for_a_first_version_that_is_broken(number: Number) -> None:
    number.file.write_text("none")

    followed = Followed("number", number.read, fallback=lambda: 7)

    assert (followed.value, str(followed.error)) == (7, "number: holds no number")


def test_a_reader_has_a_look_taken_when_the_last_one_is_too_old(number: Number) -> None:
    now = [100.0]
    followed = Followed("number", number.read, clock=lambda: now[0])
    number.file.write_text("2000")

    values = []
    for now[0] in (100.4, 100.5):
        values.append(followed.not_older_than(0.5))

    assert values == [1000, 2000]


def test_what_is_wrong_with_a_usable_version_is_told_when_it_is_new(number: Number, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    followed = Followed("number", number.read, problems=lambda value: ["is odd"] if value % 2 else ["is even", "is round"])
    number.file.write_text("2000")
    followed.look()
    number.file.write_text("2001")

    followed.look()

    assert [record.message for record in caplog.records] == ["number: is even", "number: is round", "number: is odd"]
