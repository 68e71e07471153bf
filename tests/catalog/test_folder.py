"""Which files of the services folder count, what they hold, and by which marks a change is seen."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from app.catalog.folder import LARGEST, UNSURE, Folder, misnamed, unread
from tests.catalog.folders import swap


def test_only_visible_manifests_and_templates_count(tmp_path: Path) -> None:
    for name in ("a.json", "a.txt", ".b.json", "a.json~", "a.json.swp", "#a.json#", "README.md", "backends.json"):
        (tmp_path / name).write_text("{}")
    (tmp_path / "folder.old").mkdir()
    os.mkfifo(tmp_path / "pipe.txt")

    folder = Folder.read(tmp_path)

    assert (dict(folder.texts), dict(folder.unreadable)) == ({"a.json": "{}", "a.txt": "{}"}, {})


def test_a_byte_order_mark_is_not_part_of_the_text(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbfR\xc3\xa9sum\xc3\xa9")

    assert Folder.read(tmp_path).templates == {"a": "Résumé"}


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"a\nR\xe9sum\xe9", "a.txt:2: is not UTF-8: the byte 0xe9 does not belong there; save it as UTF-8"),
        (b"a\n\0\0\0", "a.txt:2: holds zero bytes: it is no text, or was not written whole"),
        (b"x" * (LARGEST + 1), f"a.txt: is larger than {LARGEST} bytes"),
    ],
    ids=["latin-1", "zeros", "large"],
)
def test_what_is_no_text_is_a_problem(tmp_path: Path, raw: bytes, problem: str) -> None:
    (tmp_path / "a.txt").write_bytes(raw)

    assert str(Folder.read(tmp_path).unreadable["a.txt"]) == problem


def test_a_link_that_leads_nowhere_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "a.json").symlink_to("gone")

    assert str(Folder.read(tmp_path).unreadable["a.json"]) == "a.json: is a link that leads nowhere"


def test_a_link_may_lead_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("text")
    (tmp_path / "services").mkdir()
    (tmp_path / "services" / "a.txt").symlink_to("../elsewhere")

    assert Folder.read(tmp_path / "services").templates == {"a": "text"}


def test_a_folder_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    folder = Folder.read(tmp_path / "services")

    assert str(folder.gone) == "services/: the folder cannot be read: No such file or directory"


def test_the_digest_depends_on_names_and_contents_alone(tmp_path: Path) -> None:
    for place, names in (("one", ("a.txt", "b.txt")), ("two", ("b.txt", "a.txt"))):
        (tmp_path / place).mkdir()
        for name in names:
            (tmp_path / place / name).write_text(f"text of {name}")

    assert Folder.read(tmp_path / "one").digest == Folder.read(tmp_path / "two").digest


def test_a_text_that_moves_from_one_file_to_another_changes_the_digest(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    before = Folder.read(tmp_path).digest

    os.rename(tmp_path / "a.txt", tmp_path / "b.txt")

    assert Folder.read(tmp_path).digest != before


def test_an_edit_of_the_same_length_and_time_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("one")
    times = os.stat(tmp_path / "a.txt")
    before = Folder.read(tmp_path, Folder.read(tmp_path, clock=lambda: 0.0), clock=lambda: 10.0)

    (tmp_path / "b").write_text("two")
    os.utime(tmp_path / "b", ns=(times.st_atime_ns, times.st_mtime_ns))
    os.replace(tmp_path / "b", tmp_path / "a.txt")

    assert Folder.read(tmp_path, before, clock=lambda: 20.0).texts == {"a.txt": "two"}


def test_reading_waits_for_no_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")

    assert Folder.read(tmp_path) == Folder()


def test_a_folder_that_is_swapped_while_it_is_read_is_never_seen_half_and_half(tmp_path: Path) -> None:
    """Many files, so that most swaps fall into a reading."""
    names, services, over = [f"{number}.txt" for number in range(100)], tmp_path / "services", threading.Event()
    services.mkdir()
    for name in names:
        (services / name).symlink_to(f"../data/{name}")

    def write(version: int) -> None:
        folder = tmp_path / f"version{version}"
        folder.mkdir()
        for name in names:
            (folder / name).write_text(str(version))
        swap(tmp_path / "data", folder.name)

    def keep_writing() -> None:
        version = 0
        while not over.wait(0.02):
            version += 1
            write(version)

    write(0)
    writer = threading.Thread(target=keep_writing)
    writer.start()
    seen = [set(Folder.read(services).texts.values()) for _ in range(40)]
    over.set()
    writer.join()

    assert [texts for texts in seen if len(texts) != 1] == []


def write(folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text)


def settled(folder: Path) -> Folder:
    """The folder, read again so long after its last change that it is sure."""
    return Folder.read(folder, Folder.read(folder, clock=lambda: 0.0), clock=lambda: UNSURE)


def test_only_what_has_moved_is_read_again(tmp_path: Path) -> None:
    write(tmp_path, a="the first text", b="the second text")
    before = settled(tmp_path)
    write(tmp_path, b="another second text", c="a third one")

    after = Folder.read(tmp_path, before, clock=lambda: UNSURE)

    assert after.texts == {"a.txt": "the first text", "b.txt": "another second text", "c.txt": "a third one"}
    assert after.texts["a.txt"] is before.texts["a.txt"]


def test_a_file_that_was_touched_lately_is_read_again_even_if_it_has_not_moved(tmp_path: Path) -> None:
    write(tmp_path, a="the first text")
    before = Folder.read(tmp_path, clock=lambda: 0.0)

    after = Folder.read(tmp_path, before, clock=lambda: UNSURE - 0.1)

    assert after == before
    assert after.texts["a.txt"] is not before.texts["a.txt"]


def test_a_file_that_could_not_be_read_is_tried_again_at_each_look(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\xe9\xe8")
    before = settled(tmp_path)

    after = Folder.read(tmp_path, before, clock=lambda: 10 * UNSURE)

    assert after == before
    assert after.unreadable["a.txt"] is not before.unreadable["a.txt"]


def test_files_that_go_and_a_folder_that_goes_and_comes_back_are_seen(tmp_path: Path) -> None:
    services = tmp_path / "services"
    services.mkdir()
    write(services, a="the first text", b="the second text")
    (services / "a.docx").write_bytes(b"a Word template")
    whole = settled(services)
    (services / "b.txt").unlink()
    (services / "a.docx").unlink()
    less = Folder.read(services, whole)
    os.rename(services, tmp_path / "away")
    gone = Folder.read(services, less)
    os.rename(tmp_path / "away", services)

    back = Folder.read(services, gone)

    assert (set(whole.texts), set(whole.words)) == ({"a.txt", "b.txt"}, {"a.docx"})
    assert (set(less.texts), set(less.words)) == ({"a.txt"}, set())
    assert gone.gone is not None
    assert back == less


def test_one_link_in_a_circle_hides_no_other_file(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{}", encoding="utf-8")
    for name in ("b.json", "folder"):
        (tmp_path / name).symlink_to(name)

    read = Folder.read(tmp_path)

    assert (list(read.texts), read.gone, read.folders) == (["a.json"], None, {})
    assert [str(problem) for problem in read.unreadable.values()] == [
        "b.json: cannot be read: Too many levels of symbolic links"
    ]


@pytest.mark.parametrize("ending", [".json", ".txt", ".render.md", ".docx"])
def test_a_name_that_is_no_utf_8_is_a_problem_and_hides_no_other_file(tmp_path: Path, ending: str) -> None:
    (tmp_path / "a.json").write_text("{}", encoding="utf-8")
    (tmp_path / os.fsdecode(b"r\xe9union" + ending.encode())).write_text("{}", encoding="utf-8")

    read = Folder.read(tmp_path)

    assert list(read.texts) == ["a.json"]
    told = f"r\ufffdunion{ending}: is not read: rename it, since its name is not in UTF-8"
    assert [str(problem) for problem in read.unreadable.values()] == [told]
    assert read.digest


def test_folders_and_endings_are_told_by_names_that_a_log_can_hold(tmp_path: Path) -> None:
    folder = os.fsdecode(b"r\xe9union")
    (tmp_path / folder).mkdir()
    (tmp_path / folder / f"{folder}.json").write_text('{"flavor": []}', encoding="utf-8")
    (tmp_path / f"{folder}.JSON").write_text("{}", encoding="utf-8")

    for problem in (*unread(tmp_path, Folder.read(tmp_path).folders), *misnamed(tmp_path)):
        str(problem).encode()
