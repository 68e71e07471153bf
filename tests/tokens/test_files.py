"""What the key `tokenizer` may name."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import ManifestError
from app.tokens.files import fingerprint, locate


def test_a_folder_stands_for_the_tokenizer_in_it(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.model").write_bytes(b"x")

    assert locate(str(tmp_path)) == tmp_path / "tokenizer.model"


def test_a_tokenizer_json_goes_before_a_tokenizer_model(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.model").write_bytes(b"x")
    (tmp_path / "tokenizer.json").write_bytes(b"x")

    assert locate(str(tmp_path)) == tmp_path / "tokenizer.json"


def test_a_relative_path_counts_from_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine.json").write_bytes(b"x")
    monkeypatch.chdir(tmp_path)

    assert locate("mine.json") == Path("mine.json")


def test_a_resource_of_an_installed_package_is_a_file() -> None:
    assert locate("mistral_common:data/tokenizer.model.v1").is_file()


def test_a_path_may_hold_a_colon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a:b").write_bytes(b"x")
    monkeypatch.chdir(tmp_path)

    assert locate("a:b") == Path("a:b")


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("models/none", "does not exist"),
        ("mistral_common:data/none", "does not exist"),
        ("no_such_package:tokenizer.json", "'no_such_package' is not installed; install it"),
        (".", "holds no tokenizer; it needs one of tokenizer.json"),
    ],
)
def test_what_is_not_there_is_an_error_that_names_the_key_and_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str, reason: str
) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(ManifestError, match=f"tokenizer: .*{reason}"):
        locate(given)


@pytest.mark.parametrize("changed", ["tokenizer.json", "tokenizer_config.json", "chat_template.jinja"])
def test_a_fingerprint_changes_with_the_tokenizer_and_with_its_template(tmp_path: Path, changed: str) -> None:
    (tmp_path / "tokenizer.json").write_text("{}", "utf-8")
    before = fingerprint(tmp_path / "tokenizer.json")

    (tmp_path / changed).write_text("{ }", "utf-8")

    assert fingerprint(tmp_path / "tokenizer.json") != before
