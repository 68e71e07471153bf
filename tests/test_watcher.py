"""Whatever happens to the folder, the shelf holds its last good state within a second; in both modes, with real files."""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from app.catalog import Catalog, load
from app.kinds import KINDS
from app.mounts import REPLACED
from app.watcher import QUIET, QUIET_LOSS, CurrentCatalog, Watcher, on_network
from tests.catalog.folders import manifest, put, swap

ROOT = Path(__file__).parents[1]
DEADLINE = 10.0  # seconds: the promise is one, but this machine may be busy


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "services"
    made.mkdir()
    put(made, "cra")
    return made


@pytest.fixture
def current(folder: Path) -> CurrentCatalog:
    return CurrentCatalog(partial(load, folder, KINDS))


@pytest.fixture(params=["inotify", "poll"])
def watcher(request: pytest.FixtureRequest, current: CurrentCatalog, folder: Path) -> Iterator[Watcher]:
    watcher = Watcher(current, folder, request.param)
    watcher.start()
    yield watcher
    watcher.stop()


def until(true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + DEADLINE
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def names(current: CurrentCatalog) -> list[str]:
    return list(current.catalog.services)


def template(current: CurrentCatalog, name: str = "cra") -> str:
    return current.catalog.services[name].templates[name]


def text(number: int) -> str:
    return f"Version {number:04}.\n{{{{ turns }}}}"


@pytest.mark.usefixtures("watcher")
def test_a_new_service_is_live(current: CurrentCatalog, folder: Path) -> None:
    put(folder, "cred")

    assert until(lambda: names(current) == ["cra", "cred"])


@pytest.mark.usefixtures("watcher")
def test_an_edit_in_place_is_live(current: CurrentCatalog, folder: Path) -> None:
    (folder / "cra.txt").write_text(text(1))

    assert until(lambda: template(current) == text(1))


@pytest.mark.usefixtures("watcher")
def test_a_save_by_rename_is_live(current: CurrentCatalog, folder: Path) -> None:
    (folder / ".cra.txt.tmp").write_text(text(1))
    os.replace(folder / ".cra.txt.tmp", folder / "cra.txt")

    assert until(lambda: template(current) == text(1))


@pytest.mark.usefixtures("watcher")
def test_a_save_from_outside_the_folder_is_live(current: CurrentCatalog, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "cra.txt").write_text(text(1))
    os.replace(tmp_path / "cra.txt", folder / "cra.txt")

    assert until(lambda: template(current) == text(1))


@pytest.mark.usefixtures("watcher")
def test_a_deleted_service_goes_as_soon_as_its_folder_is_quiet(
    current: CurrentCatalog, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.watcher.LONGEST_LOSS", 3600.0)

    (folder / "cra.json").unlink()

    assert until(lambda: names(current) == [])


@pytest.mark.usefixtures("watcher")
def test_a_folder_that_is_copied_anew_file_by_file_loses_no_service(current: CurrentCatalog, folder: Path) -> None:
    put(folder, "cred")
    assert until(lambda: names(current) == ["cra", "cred"])
    sources = {file.name: file.read_text() for file in folder.iterdir()}
    shutil.rmtree(folder)
    folder.mkdir()

    seen = set()
    for name in sorted(sources):
        (folder / name).write_text(sources[name])
        time.sleep(QUIET_LOSS / 2)
        seen.add(tuple(names(current)))

    assert seen == {("cra", "cred")}


def test_a_folder_without_services_says_in_the_log_what_to_do(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        CurrentCatalog(partial(load, tmp_path, KINDS))

    assert "0 services, 0 problems" in caplog.messages[0]
    assert "`python3 -m app new NAME` writes one" in caplog.messages[1]


@pytest.mark.usefixtures("watcher")
def test_a_disk_that_is_not_mounted_takes_no_service_away(current: CurrentCatalog, folder: Path) -> None:
    folder.rename(folder.parent / "mounted")
    folder.mkdir()
    assert until(lambda: current.catalog.problems != ())
    kept, [problem] = names(current), map(str, current.catalog.problems)
    folder.rmdir()
    (folder.parent / "mounted").rename(folder)

    assert (kept, problem) == (["cra"], f"services/: the folder {REPLACED}")
    assert until(lambda: current.catalog.problems == ())


@pytest.mark.usefixtures("watcher")
def test_a_renamed_service_is_live_under_its_new_name(current: CurrentCatalog, folder: Path) -> None:
    put(folder, "cred")
    (folder / "cra.json").rename(folder / "away")

    assert until(lambda: names(current) == ["cred"])


@pytest.mark.usefixtures("watcher")
def test_edits_of_the_same_length_one_after_the_other_are_live(current: CurrentCatalog, folder: Path) -> None:
    for number in range(8):
        (folder / "cra.txt").write_text(text(number))

        assert until(lambda number=number: template(current) == text(number))  # type: ignore[misc]


@pytest.mark.usefixtures("watcher")
def test_an_edit_that_leaves_size_and_time_as_they_were_is_live(current: CurrentCatalog, folder: Path) -> None:
    (folder / "cra.txt").write_text(text(1))
    assert until(lambda: template(current) == text(1))
    times = os.stat(folder / "cra.txt")

    (folder / "cra.txt").write_text(text(2))
    os.utime(folder / "cra.txt", ns=(times.st_atime_ns, times.st_mtime_ns))

    assert until(lambda: template(current) == text(2))


@pytest.mark.usefixtures("watcher")
def test_the_swap_of_a_configmap_is_live(current: CurrentCatalog, folder: Path) -> None:
    for version in (1, 2):
        (folder / f"..{version}").mkdir()
        (folder / f"..{version}" / "map.json").write_text(manifest("map"))
        (folder / f"..{version}" / "map.txt").write_text(text(version))
    swap(folder / "..data", "..1")
    for name in ("map.txt", "map.json"):
        (folder / name).symlink_to(f"..data/{name}")
    assert until(lambda: "map" in names(current) and template(current, "map") == text(1))

    swap(folder / "..data", "..2")

    assert until(lambda: template(current, "map") == text(2))


@pytest.mark.usefixtures("watcher")
def test_an_edit_behind_a_link_is_live(current: CurrentCatalog, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.txt").write_text(text(1))
    swap(folder / "cra.txt", tmp_path / "elsewhere.txt")
    assert until(lambda: template(current) == text(1))

    (tmp_path / "elsewhere.txt").write_text(text(2))

    assert until(lambda: template(current) == text(2))


@pytest.mark.usefixtures("watcher")
def test_a_folder_that_goes_and_comes_back_is_watched_on(current: CurrentCatalog, folder: Path) -> None:
    shutil.rmtree(folder)
    assert until(lambda: current.catalog.problems != ())
    kept = names(current)

    folder.mkdir()
    put(folder, "cred")
    assert until(lambda: names(current) == ["cred"])
    (folder / "cred.txt").write_text(text(1))

    assert kept == ["cra"]
    assert until(lambda: template(current, "cred") == text(1))


@pytest.mark.parametrize("mode", ["inotify", "poll"])
def test_a_folder_that_is_a_link_may_be_led_elsewhere(tmp_path: Path, mode: str) -> None:
    for version in ("one", "two"):
        (tmp_path / version).mkdir()
        put(tmp_path / version, version)
    link = tmp_path / "services"
    link.symlink_to("one")
    current = CurrentCatalog(partial(load, link, KINDS))
    watcher = Watcher(current, link, mode)
    watcher.start()

    swap(link, "two")
    swapped = until(lambda: names(current) == ["two"])
    put(tmp_path / "two", "three")
    followed = until(lambda: names(current) == ["three", "two"])
    watcher.stop()

    assert (swapped, followed) == (True, True)


@pytest.mark.usefixtures("watcher")
def test_a_half_written_file_keeps_the_last_good_version(current: CurrentCatalog, folder: Path) -> None:
    whole = manifest("cra", description="newer")
    with (folder / "cra.json").open("w") as file:
        file.write(whole[:30])
        file.flush()
        broken = until(lambda: current.catalog.problems != ())
        stale = current.catalog.services["cra"].stale
        file.write(whole[30:])

    assert (broken, stale) == (True, True)
    assert until(lambda: current.catalog.services["cra"].service.description == "newer" and not current.catalog.problems)


@pytest.mark.parametrize("fresh", [False, True])
def test_a_file_that_is_written_in_pieces_is_loaded_when_it_was_closed(folder: Path, fresh: bool) -> None:
    current = CurrentCatalog(partial(load, folder, KINDS))
    loaded: list[Catalog] = []
    watcher = Watcher(current, folder, "inotify", loaded.append)
    watcher.start()
    assert until(lambda: loaded != [])
    whole = manifest("cred" if fresh else "cra", description="newer")
    if fresh:
        shutil.copy(folder / "cra.txt", folder / "cred.txt")

    with (folder / ("cred.json" if fresh else "cra.json")).open("w") as file:
        for piece in ("", whole[:30], whole[30:]):
            file.write(piece)
            file.flush()
            time.sleep(3 * QUIET)
    newer = until(lambda: "newer" in {entry.service.description for entry in current.catalog.services.values()})
    watcher.stop()

    assert (newer, [problem for catalog in loaded for problem in catalog.problems]) == (True, [])


@pytest.mark.usefixtures("watcher")
def test_a_file_that_stays_open_does_not_keep_others_from_being_live(current: CurrentCatalog, folder: Path) -> None:
    with (folder / "notes.txt").open("w") as file:
        file.write("begun")
        file.flush()

        (folder / "cra.txt").write_text(text(1))

        assert until(lambda: template(current) == text(1))


@pytest.mark.parametrize("mode", ["inotify", "poll"])
def test_a_burst_of_writes_is_few_reloads_and_ends_in_the_last_state(folder: Path, mode: str) -> None:
    made: list[str] = []

    def noted(before: Catalog | None) -> Catalog:
        now = load(folder, KINDS, before)
        made.extend([now.generation] if now is not before else [])
        return now

    current = CurrentCatalog(noted)
    watcher = Watcher(current, folder, mode)
    watcher.start()
    for number in range(300):
        (folder / "cra.txt").write_text(text(number))
    arrived = until(lambda: template(current) == text(299))
    watcher.stop()

    assert arrived
    assert len(set(made)) < 30


@pytest.mark.parametrize("mode", ["inotify", "poll"])
def test_what_changed_before_the_start_is_seen(current: CurrentCatalog, folder: Path, mode: str) -> None:
    (folder / "cra.txt").write_text(text(1))
    watcher = Watcher(current, folder, mode)

    watcher.start()
    seen = until(lambda: template(current) == text(1))
    watcher.stop()

    assert seen


WITHOUT_INOTIFY = """
import os, sys, time
from functools import partial
from pathlib import Path
from app.catalog import load
from app.kinds import KINDS
from app.watcher import QUIET, CurrentCatalog, Watcher

folder = Path(sys.argv[1])
shelf = CurrentCatalog(partial(load, folder, KINDS))
held = []
try:
    while True:
        held.append(os.open(os.devnull, os.O_RDONLY))
except OSError:
    for _ in range(2):  # enough to read files, too few for an inotify instance and its pipe
        os.close(held.pop())
watcher = Watcher(shelf, folder, "inotify")
watcher.start()
deadline = time.monotonic() + 10
while shelf.catalog.problems == () and time.monotonic() < deadline:
    if watcher.mode == "poll":
        os.close(held.pop())
        (folder / "cra.txt").write_text("")
    time.sleep(0.05)
print(watcher.mode, *shelf.catalog.problems)
"""


def test_where_inotify_cannot_be_had_the_folder_is_polled(folder: Path) -> None:
    limited = ["bash", "-c", 'ulimit -n 128; exec "$@"', "-", sys.executable, "-c", WITHOUT_INOTIFY, str(folder)]

    done = subprocess.run(limited, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)

    assert done.stdout == "poll cra.txt: the file is empty\n", done.stderr
    assert "inotify cannot be used (Too many open files): polling every 0.3 s instead" in done.stderr


def test_nothing_runs_before_the_start(current: CurrentCatalog, folder: Path) -> None:
    before = threading.active_count()

    Watcher(current, folder)

    assert threading.active_count() == before


def test_a_stopped_watcher_has_no_thread(current: CurrentCatalog, folder: Path) -> None:
    watcher = Watcher(current, folder)
    watcher.start()

    watcher.stop()

    assert "watcher" not in {thread.name for thread in threading.enumerate()}


@pytest.mark.parametrize("mode", ["inotify", "poll"])
def test_a_bug_in_loading_does_not_end_the_watching(folder: Path, mode: str, caplog: pytest.LogCaptureFixture) -> None:
    bugs = [RuntimeError("a bug"), ZeroDivisionError("another")]

    def faulty(before: Catalog | None) -> Catalog:
        if before is not None and bugs and template_of(folder) == "bug":
            raise bugs.pop()
        return load(folder, KINDS, before)

    current = CurrentCatalog(faulty)
    watcher = Watcher(current, folder, mode)
    watcher.start()
    (folder / "cra.txt").write_text("bug")
    met = until(lambda: len(bugs) < 2)
    kept = names(current)
    (folder / "cra.txt").write_text(text(1))
    arrived = until(lambda: template(current) == text(1))
    watcher.stop()

    assert (met, kept, arrived) == (True, ["cra"], True)
    assert "watcher: bug: " in caplog.text


def template_of(folder: Path) -> str:
    return (folder / "cra.txt").read_text()


def test_a_reader_has_one_catalog_however_often_it_is_replaced(current: CurrentCatalog, folder: Path) -> None:
    taken = current.catalog

    put(folder, "cred")
    current.reload()

    assert (list(taken.services), names(current)) == (["cra"], ["cra", "cred"])


def test_a_reload_is_one_line_and_a_problem_another_that_is_not_repeated(
    current: CurrentCatalog, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="app.watcher")
    (folder / "bad.json").write_text("{")
    current.reload()
    current.reload()
    put(folder, "cred")

    current.reload()

    assert [record.message.split(": ", 1)[1] for record in caplog.records] == [
        "1 services, 1 problems",
        "bad.json:1: a key in double quotes is missing here",
        "2 services, 1 problems",
    ]


@pytest.mark.parametrize(
    ("mounts", "network"),
    [
        ("", False),
        ("/dev/sda / ext4 rw 0 0", False),
        ("overlay / overlay rw 0 0", False),
        ("nas:/x / nfs4 rw 0 0", True),
        ("/dev/sda / ext4 rw 0 0\nnas:/x {folder} nfs rw 0 0", True),
        ("/dev/sda / ext4 rw 0 0\n//nas/x {parent} cifs rw 0 0", True),
        ("/dev/sda / ext4 rw 0 0\nx {folder} 9p rw 0 0", True),
        ("/dev/sda / ext4 rw 0 0\nx {folder} fuse.sshfs rw 0 0", True),
        ("nas:/x / nfs rw 0 0\ntmpfs {folder} tmpfs rw 0 0", False),
        ("/dev/sda / ext4 rw 0 0\nnas:/x {folder}er nfs rw 0 0", False),
        ("nas:/x {folder} nfs rw 0 0\n/dev/sdb {folder} ext4 rw 0 0", False),
        ("nonsense\n\n", False),
    ],
)
def test_a_network_file_system_is_polled(tmp_path: Path, mounts: str, network: bool) -> None:
    folder = tmp_path / "a services"
    folder.mkdir()
    spelled = {"folder": str(folder).replace(" ", r"\040"), "parent": str(tmp_path)}

    assert on_network(folder, mounts.format(**spelled)) is network
