from __future__ import annotations

import errno
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.keys import Key, Keyring, KeysError, add, hashed, new_secret, remove

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "keys.json"
    add(made, Key("alice", hashed("alice's")))
    return made


class Clock:
    """Seconds that a test lets pass."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_a_secret_opens_its_key(file: Path) -> None:
    keyring = Keyring(file)

    assert getattr(keyring.opened_by("alice's"), "name", None) == "alice"


@pytest.mark.parametrize("secret", ["", "alice", "alice's ", hashed("alice's"), "\ud800"])
def test_nothing_else_does(file: Path, secret: str) -> None:
    assert Keyring(file).opened_by(secret) is None


def test_a_key_that_has_expired_opens_nothing(file: Path) -> None:
    add(file, Key("bob", hashed("bob's"), expires=NOW))
    now = [NOW - timedelta(seconds=1)]
    keyring = Keyring(file, now=lambda: now[0])

    before = keyring.opened_by("bob's")
    now[0] = NOW

    assert before is not None
    assert keyring.opened_by("bob's") is None


def test_a_key_that_was_added_is_good_and_one_that_was_removed_is_not(file: Path) -> None:
    clock = Clock()
    keyring = Keyring(file, clock=clock)
    secret = new_secret()
    add(file, Key("bob", hashed(secret)))
    remove(file, "alice")

    clock.seconds += 1

    assert keyring.opened_by(secret) is not None
    assert keyring.opened_by("alice's") is None


def test_a_broken_file_leaves_the_keys_as_they_were_and_is_told(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    keyring = Keyring(file, clock=clock)
    file.write_text("{", encoding="utf-8")

    clock.seconds += 1

    assert keyring.opened_by("alice's") is not None
    assert "keys not loaded" in caplog.text
    assert keyring.problem


def test_a_file_that_is_mended_is_good_again(file: Path) -> None:
    clock = Clock()
    keyring = Keyring(file, clock=clock)
    good = file.read_text(encoding="utf-8")
    file.write_text("{", encoding="utf-8")
    clock.seconds += 1
    keyring.opened_by("x")

    file.write_text(good, encoding="utf-8")
    clock.seconds += 1

    assert keyring.opened_by("alice's") is not None
    assert not keyring.problem


def test_without_a_good_file_there_is_no_ring(file: Path) -> None:
    file.write_text("{", encoding="utf-8")

    with pytest.raises(KeysError):
        Keyring(file)


def test_a_ring_reads_its_file_when_it_is_asked_to_whatever_the_files_times_say(file: Path) -> None:
    clock = Clock()
    keyring = Keyring(file, clock=clock)
    times = file.stat()
    text = file.read_text(encoding="utf-8").replace(hashed("alice's"), hashed("another"))
    with file.open("r+", encoding="utf-8") as opened:
        opened.write(text)
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    clock.seconds += 10
    unseen = keyring.opened_by("another")

    keyring.reread()

    assert unseen is None
    assert keyring.opened_by("another") is not None


def test_a_process_that_starts_while_the_file_is_broken_has_the_keys_of_the_others(file: Path, tmp_path: Path) -> None:
    kept = tmp_path / "last_good-keys.json"
    clock = Clock()
    first = Keyring(file, kept=kept, clock=clock)
    add(file, Key("bob", hashed("bob's")))
    remove(file, "alice")
    clock.seconds += 1
    assert first.opened_by("bob's") is not None
    good = file.read_text()
    file.write_text("{")

    later = Keyring(file, kept=kept, clock=clock)

    assert [later.opened_by(secret) is not None for secret in ("alice's", "bob's")] == [False, True]
    assert later.problem.endswith("is not JSON")
    assert kept.stat().st_mode & 0o777 == 0o600
    file.write_text(good.replace("bob", "cem"))
    clock.seconds += 1
    assert (getattr(later.opened_by("bob's"), "name", None), later.problem) == ("cem", "")


@pytest.mark.parametrize("broken", [None, "{"])
def test_the_first_process_of_a_gateway_does_not_start_without_its_keys(file: Path, tmp_path: Path, broken: str | None) -> None:
    file.unlink()
    if broken is not None:
        file.write_text(broken)

    with pytest.raises(KeysError):
        Keyring(file, kept=tmp_path / "last_good-keys.json")


def test_keys_that_cannot_be_kept_are_good_all_the_same(file: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    keyring = Keyring(file, kept=tmp_path / "none" / "last_good-keys.json")

    assert keyring.opened_by("alice's") is not None
    assert "the keys are not kept for processes that start later" in caplog.text


def test_an_older_copy_goes_if_the_keys_cannot_be_kept(file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may open to a key that was taken away since."""
    kept, clock = tmp_path / "last_good-keys.json", Clock()
    keyring = Keyring(file, kept=kept, clock=clock)
    add(file, Key("bob", hashed("bob's")))
    remove(file, "alice")

    def full(*_given: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("app.text_files.replace", full)
    clock.seconds += 1

    assert keyring.opened_by("alice's") is None
    assert not kept.exists()
