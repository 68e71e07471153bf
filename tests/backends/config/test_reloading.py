"""backends.json while we run: what is written there holds within a second, and what is broken hurts nobody."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.backends.config.backends_file import FILE, BackendDefaults
from app.backends.config.reloading import BackendsReloader, configuration, read
from app.backends.config.setup import Setup
from app.backends.registry import Backends
from app.errors import BackendNotFound, ManifestError

GOOD = '{"backends": [{"name": "gpu", "apiBase": "http://gpu1:8000/v1", "maxConcurrency": 3}]}'


@pytest.fixture
def known() -> Backends:
    return Backends([Setup("vLLM", "openai", addresses=("http://localhost:9000/v1",))])


@pytest.fixture
def reloader(known: Backends, tmp_path: Path) -> Iterator[BackendsReloader]:
    made = BackendsReloader(known, tmp_path, BackendDefaults(), {"KEY": "planted-key"})
    yield made
    made.stop()


def within(seconds: float, true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.02)
    return true()


def test_what_is_there_at_the_start_holds_at_once(known: Backends, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(GOOD)

    BackendsReloader(known, tmp_path, BackendDefaults(), {})

    assert known.names() == ("vLLM", "gpu")


def test_without_a_file_there_are_the_built_in_ones(known: Backends, reloader: BackendsReloader) -> None:
    assert known.names() == ("vLLM",)
    assert known.problems == ()


def test_a_new_file_holds_within_a_second(known: Backends, reloader: BackendsReloader, tmp_path: Path) -> None:
    reloader.start()

    (tmp_path / FILE).write_text(GOOD)

    assert within(3, lambda: "gpu" in known.names())


def test_a_file_moved_there_counts(known: Backends, reloader: BackendsReloader, tmp_path: Path) -> None:
    reloader.start()
    (tmp_path / "new").write_text(GOOD)

    (tmp_path / "new").rename(tmp_path / FILE)

    assert within(3, lambda: "gpu" in known.names())


def test_a_broken_file_keeps_the_last_good_one_and_is_a_problem(
    known: Backends, reloader: BackendsReloader, tmp_path: Path
) -> None:
    (tmp_path / FILE).write_text(GOOD)
    reloader.look()
    before = known.of("gpu")

    (tmp_path / FILE).write_text(GOOD.replace("maxConcurrency", "maxConcurency"))
    changed = reloader.look()

    assert not changed
    assert known.of("gpu") is before
    assert [str(each) for each in known.problems] == [
        'backends.json:1: backends.0.maxConcurency: unknown key; did you mean "maxConcurrency"?'
    ]


def test_a_process_that_starts_while_it_is_broken_has_the_last_good_one(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(GOOD)
    BackendsReloader(Backends([]), tmp_path, BackendDefaults(), {}, state=tmp_path / "state")
    (tmp_path / FILE).write_text("{")
    later = Backends([])

    BackendsReloader(later, tmp_path, BackendDefaults(), {}, state=tmp_path / "state")

    assert later.names() == ("gpu",)
    assert len(later.problems) == 1


@pytest.mark.parametrize("how", ["missing", "empty"])
def test_a_process_that_starts_without_the_folder_has_the_last_good_one_until_it_is_back(tmp_path: Path, how: str) -> None:
    folder = tmp_path / "services"
    folder.mkdir()
    (folder / FILE).write_text(GOOD)
    BackendsReloader(Backends([]), folder, BackendDefaults(), {}, state=tmp_path)
    folder.rename(tmp_path / "disk")
    if how == "empty":
        folder.mkdir()
    later = Backends([])

    reloader = BackendsReloader(later, folder, BackendDefaults(), {}, state=tmp_path)
    looks = [reloader.look() for _ in range(3)]

    assert (later.names(), looks, list(map(str, later.problems))) == (
        ("gpu",),
        [False] * 3,
        ["backends.json: is missing with all else of its folder: the backends stay as they were"],
    )
    assert configuration(folder, BackendDefaults(), {}, state=tmp_path).setups[0].name == "gpu"
    if how == "empty":
        folder.rmdir()
    (tmp_path / "disk").rename(folder)
    assert (reloader.look(), later.names(), later.problems) == (True, ("gpu",), ())


def test_a_disk_that_goes_takes_no_backend_along_and_a_folder_with_other_files_does(tmp_path: Path) -> None:
    folder = tmp_path / "services"
    folder.mkdir()
    (folder / FILE).write_text(GOOD)
    known = Backends([])
    reloader = BackendsReloader(known, folder, BackendDefaults(), {}, state=tmp_path)
    folder.rename(tmp_path / "disk")
    folder.mkdir()

    kept = [(reloader.look(), known.names()) for _ in range(3)]
    (folder / "x.txt").write_text("a template")
    reloader.look()
    reloader.look()

    assert kept == [(False, ("gpu",))] * 3
    assert (known.names(), known.problems, list(tmp_path.glob("last_good*"))) == ((), (), [])


def test_a_file_that_was_deleted_while_nothing_ran_does_not_come_back_with_an_empty_folder(tmp_path: Path) -> None:
    folder = tmp_path / "services"
    folder.mkdir()
    (folder / FILE).write_text(GOOD)
    BackendsReloader(Backends([]), folder, BackendDefaults(), {}, state=tmp_path)
    (folder / FILE).rename(folder / "x.txt")
    BackendsReloader(Backends([]), folder, BackendDefaults(), {}, state=tmp_path)
    (folder / "x.txt").unlink()
    later = Backends([])

    BackendsReloader(later, folder, BackendDefaults(), {}, state=tmp_path)

    assert (later.names(), later.problems, configuration(folder, BackendDefaults(), {}, state=tmp_path).setups) == ((), (), ())


def test_without_a_last_good_one_a_broken_file_leaves_the_built_in_ones(known: Backends, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("{")

    BackendsReloader(known, tmp_path, BackendDefaults(), {}, state=tmp_path / "state")

    assert known.names() == ("vLLM",)
    assert len(known.problems) == 1


def test_where_nothing_can_be_kept_the_file_holds_all_the_same(known: Backends, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(GOOD)
    (tmp_path / "state").write_text("no folder")

    BackendsReloader(known, tmp_path, BackendDefaults(), {}, state=tmp_path / "state")

    assert "gpu" in known.names()


def test_a_mended_file_has_no_problem_any_more(known: Backends, reloader: BackendsReloader, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("{")
    reloader.look()
    (tmp_path / FILE).write_text(GOOD)
    reloader.look()

    assert known.problems == ()
    assert known.limits()["gpu"] == 3


def test_a_problem_is_logged_once(reloader: BackendsReloader, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / FILE).write_text("{")

    for _ in range(3):
        reloader.look()

    assert len([record for record in caplog.records if record.levelname == "ERROR"]) == 1


def test_a_file_that_is_removed_takes_its_backends_along(known: Backends, reloader: BackendsReloader, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(GOOD)
    reloader.look()

    (tmp_path / FILE).unlink()
    first, second = reloader.look(), reloader.look()

    assert (first, second) == (False, True)
    with pytest.raises(BackendNotFound):
        known.of("gpu")


def test_a_moment_without_the_file_changes_nothing(known: Backends, reloader: BackendsReloader, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(GOOD)
    reloader.look()
    before = known.of("gpu")
    (tmp_path / FILE).unlink()
    reloader.look()

    (tmp_path / FILE).write_text(GOOD)
    reloader.look()

    assert known.of("gpu") is before


def test_a_file_that_cannot_be_read_is_a_problem(known: Backends, reloader: BackendsReloader, tmp_path: Path) -> None:
    (tmp_path / FILE).write_text(GOOD)
    reloader.look()

    (tmp_path / FILE).write_bytes(b"\xff\xfe{")
    reloader.look()
    told = known.problems
    (tmp_path / FILE).write_text(GOOD)
    reloader.look()

    assert [str(problem) for problem in told] == ["backends.json: is UTF-16: save it as UTF-8"]
    assert known.problems == ()


def test_whoever_listens_hears_of_a_change(known: Backends, tmp_path: Path) -> None:
    heard: list[int] = []
    reloader = BackendsReloader(
        known, tmp_path, BackendDefaults(), {}, changed=lambda: heard.append(known.limits().get("gpu", 0))
    )
    reloader.start()

    (tmp_path / FILE).write_text(GOOD)
    arrived = within(3, lambda: bool(heard))
    reloader.stop()

    assert arrived
    assert heard == [3]


def test_what_goes_wrong_in_a_listener_does_not_end_it(
    known: Backends, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def fails() -> None:
        raise RuntimeError("the database is away")

    reloader = BackendsReloader(known, tmp_path, BackendDefaults(), {}, changed=fails)
    reloader.start()
    (tmp_path / FILE).write_text(GOOD)
    assert within(3, lambda: "backends: bug: RuntimeError" in caplog.text)

    (tmp_path / FILE).write_text(GOOD.replace("gpu", "cpu"))

    assert within(3, lambda: "cpu" in known.names())
    reloader.stop()


def test_the_key_is_looked_up_and_nowhere_shown(
    known: Backends, reloader: BackendsReloader, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    entry = {"name": "gpu", "apiBase": "http://gpu1:8000/v1", "apiKeyEnv": "KEY"}
    (tmp_path / FILE).write_text(json.dumps({"backends": [entry]}))

    reloader.look()

    assert "gpu" in known.names()
    assert "planted-key" not in caplog.text + repr(known) + repr(known.problems)


def test_a_pipe_is_a_problem_and_nobody_waits_for_its_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / FILE)

    with pytest.raises(ManifestError, match="is a pipe, and must be a file"):
        read(tmp_path)
