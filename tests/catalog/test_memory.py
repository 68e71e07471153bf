"""The last good versions on disk: whole or not at all, for each services folder, and never in the way."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from app.catalog.memory import LastGood, LastGoodVersion
from app.errors import StoreError

RECORD: dict[str, LastGoodVersion] = {"a.json": {"manifest": "{}", "templates": {"a": "é {{ turns }}"}}}


def test_another_process_finds_what_was_saved(tmp_path: Path) -> None:
    LastGood(tmp_path / "state").save(tmp_path, RECORD)

    assert LastGood(tmp_path / "state").load(tmp_path) == RECORD


def test_every_services_folder_has_its_own(tmp_path: Path) -> None:
    memory = LastGood(tmp_path / "state")

    memory.save(tmp_path / "one", RECORD)

    assert memory.load(tmp_path / "two") == {}


def test_nothing_else_is_left_in_the_folder(tmp_path: Path) -> None:
    memory = LastGood(tmp_path / "state")

    memory.save(tmp_path, RECORD)
    memory.save(tmp_path, {})

    assert len(list((tmp_path / "state").iterdir())) == 1


@pytest.mark.parametrize("text", ["", "{", "[]", '{"a": 3}', '{"a": {"manifest": "{}"}}', '{"a": {"manifest": 1}}'])
def test_a_file_that_is_not_ours_is_as_good_as_none(tmp_path: Path, text: str) -> None:
    memory = LastGood(tmp_path / "state")
    memory.save(tmp_path, RECORD)
    (file,) = (tmp_path / "state").iterdir()

    file.write_text(text)

    assert memory.load(tmp_path) == {}


def test_what_cannot_be_written_is_remembered_by_this_process(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file in the place of the folder")
    memory = LastGood(tmp_path / "state")

    with pytest.raises(StoreError, match="cannot be written"):
        memory.save(tmp_path, RECORD)

    assert memory.load(tmp_path) == RECORD


def test_what_another_process_has_saved_is_not_written_again(tmp_path: Path) -> None:
    LastGood(tmp_path / "state").save(tmp_path, RECORD)
    (file,) = (tmp_path / "state").iterdir()
    before = file.stat()

    LastGood(tmp_path / "state").save(tmp_path, dict(RECORD))

    assert file.stat() == before


def test_many_that_save_at_the_same_time_leave_one_whole_version(tmp_path: Path) -> None:
    records = [{**RECORD, f"{number}.json": RECORD["a.json"]} for number in range(8)]
    saving = [threading.Thread(target=LastGood(tmp_path / "state").save, args=(tmp_path, record)) for record in records]

    for each in saving:
        each.start()
    for each in saving:
        each.join()

    assert LastGood(tmp_path / "state").load(tmp_path) in records
    assert len(list((tmp_path / "state").iterdir())) == 1


def test_a_process_sees_what_another_saves_later(tmp_path: Path) -> None:
    memory, other = LastGood(tmp_path / "state"), LastGood(tmp_path / "state")
    memory.save(tmp_path, RECORD)
    seen = memory.load(tmp_path)

    other.save(tmp_path, {})

    assert (seen, memory.load(tmp_path)) == (RECORD, {})
