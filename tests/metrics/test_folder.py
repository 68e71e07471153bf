from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from app.metrics.folder import LAST_GOOD, OWNER, PREFIX, claim, owner_of, shared_folder, sweep


@pytest.fixture
def dead() -> int:
    """The number of a process that has ended."""
    return int(subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], check=True, capture_output=True).stdout)


def test_without_a_folder_a_new_one_is_made_and_removed() -> None:
    with shared_folder("") as folder:
        assert folder.is_dir()
        assert owner_of(folder) == os.getpid()

    assert not folder.exists()


def test_what_an_earlier_gateway_counted_is_removed(tmp_path: Path, dead: int) -> None:
    (tmp_path / "counter_1.db").write_bytes(b"")
    (tmp_path / f"{LAST_GOOD}keys.json").write_bytes(b"")
    (tmp_path / OWNER).write_text(str(dead))

    with shared_folder(str(tmp_path)):
        assert [file.name for file in tmp_path.iterdir()] == [OWNER]


def test_the_folder_of_a_living_owner_is_shared_as_it_is(tmp_path: Path) -> None:
    with shared_folder(str(tmp_path)):
        (tmp_path / "counter_1.db").write_bytes(b"")

        with shared_folder(str(tmp_path)) as shared:
            pass

        assert shared == tmp_path
        assert (tmp_path / "counter_1.db").exists()
        assert owner_of(tmp_path) == os.getpid()


@pytest.mark.parametrize("since", ["", " 1"])
def test_another_process_of_the_owners_number_is_not_the_owner(tmp_path: Path, since: str) -> None:
    """A container that is killed and started again has the same numbers."""
    (tmp_path / OWNER).write_text(f"{os.getpid()}{since}")
    (tmp_path / "counter_1.db").write_bytes(b"")

    with shared_folder(str(tmp_path)):
        assert owner_of(tmp_path) == os.getpid()
        assert not list(tmp_path.glob("*.db"))


def test_what_was_kept_for_a_gateway_goes_with_it(tmp_path: Path) -> None:
    """Hashes of keys are among it."""
    with shared_folder(str(tmp_path)) as folder:
        (folder / f"{LAST_GOOD}keys.json").write_bytes(b"")
        with shared_folder(str(tmp_path)):
            pass
        assert (folder / f"{LAST_GOOD}keys.json").exists()

    assert list(tmp_path.iterdir()) == []


def test_a_given_folder_stays_but_is_nobodys_any_more(tmp_path: Path) -> None:
    with shared_folder(str(tmp_path)):
        pass

    assert tmp_path.is_dir()
    assert owner_of(tmp_path) is None


@pytest.mark.parametrize("release", ["this one", "an earlier one, which noted the number alone"])
def test_the_folder_of_a_living_process_is_not_swept_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, release: str
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    living = tmp_path / "llm-gateway-run-living"
    living.mkdir()
    claim(living)
    if release != "this one":
        (living / OWNER).write_text(str(os.getpid()))

    sweep("llm-gateway-run-")

    assert living.is_dir()


def test_what_a_killed_gateway_left_is_swept_away(tmp_path: Path, dead: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left = tmp_path / f"{PREFIX}left"
    left.mkdir()
    (left / OWNER).write_text(str(dead))

    with shared_folder(""):
        pass

    assert not left.exists()
