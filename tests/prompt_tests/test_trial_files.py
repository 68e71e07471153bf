"""Files for a replay: what is sent of an edited template or manifest, and by which names."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.prompt_tests.trial_files import Unusable, fields

MANIFEST = '{"name": "cra", "functions": "f.json", "flavor": [{"reduce_prompt": "shorter"}]}'


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("cra.txt", "cra.txt"),
        ("cra.short.txt", "cra.short.txt"),
        ("draft.txt", "cra.draft.txt"),
        ("my draft.v2.txt", "cra.my-draft-v2.txt"),
        ("cra.a.b.txt", "cra.a-b.txt"),
        ("résumé", "cra.r-sum.txt"),
        ("…", "cra.draft.txt"),
    ],
)
def test_a_template_is_the_services_own_or_a_variant_of_it(tmp_path: Path, name: str, sent: str) -> None:
    (tmp_path / name).write_text("{{ turns }}", encoding="utf-8")

    assert fields(tmp_path / name, "cra", "cra.json") == {"variant": sent, "files": {sent: "{{ turns }}"}}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A manifest that is a copy of `cra.json`, with all that it uses, and files that it does not."""
    texts = {
        "new.json": MANIFEST,
        "new.txt": "{% include 'part' %}",
        "new.short.txt": "short",
        "part.txt": "part",
        "f.json": "[]",
        "shorter.txt": "shorter",
    }
    others = {"other.txt": "", "new.tests.json": "{}", ".new.txt": "", "other.json": "{}"}
    for name, text in {**texts, **others}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_a_manifest_of_another_service_brings_what_it_uses(folder: Path) -> None:
    found = fields(folder / "new.json", "cred", "cred.json")

    assert found["service"] == "cra"
    assert set(found["files"]) == {"new.json", "new.txt", "new.short.txt", "part.txt", "f.json", "shorter.txt"}


def test_a_manifest_of_the_same_service_takes_its_place(folder: Path) -> None:
    found = fields(folder / "new.json", "cra", "own.json")

    assert found["service"] == "cra"
    assert set(found["files"]) == {"own.json", "own.txt", "own.short.txt", "part.txt", "f.json", "shorter.txt"}


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.json", b"{", "a.json:1: "),
        ("a.json", b"{}", 'the manifest has no "name"'),
        ("a.json", b"[]", "a.json"),
        ("a.txt", b"\xff", "is not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(content)

    with pytest.raises(Unusable, match=message):
        fields(tmp_path / name, "cra", "cra.json")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="No such file"):
        fields(tmp_path / "none.json", "cra", "cra.json")
