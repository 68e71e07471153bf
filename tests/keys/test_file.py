from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.keys import Key, KeysError, Rate, add, hashed, new_secret, read, remove

HASH = hashed("secret")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "keys.json"


def write(file: Path, *keys: dict[str, Any]) -> None:
    file.write_text(json.dumps({"keys": list(keys)}), encoding="utf-8")


def test_a_key_that_was_added_is_read_back(file: Path) -> None:
    expires = datetime(2027, 1, 1, tzinfo=UTC)
    key = Key("alice", HASH, ("cra", "minutes-*"), priority=3, expires=expires)

    add(file, key, rate="60/min", tokens="2M/day")

    assert read(file) == (
        Key("alice", HASH, ("cra", "minutes-*"), Rate(60, 60), 2_000_000, priority=3, admin=False, expires=expires),
    )


def test_a_new_file_is_for_its_owner_only(file: Path) -> None:
    add(file, Key("alice", HASH))

    assert file.stat().st_mode & 0o777 == 0o600


def test_the_rights_of_a_file_that_is_there_stay(file: Path) -> None:
    write(file)
    file.chmod(0o640)

    add(file, Key("alice", HASH))

    assert file.stat().st_mode & 0o777 == 0o640


def test_no_secret_is_in_the_file(file: Path) -> None:
    secret = new_secret()

    add(file, Key("alice", hashed(secret)))

    assert secret not in file.read_text(encoding="utf-8")


def test_a_name_is_taken_once(file: Path) -> None:
    add(file, Key("alice", HASH))

    with pytest.raises(KeysError, match="alice: is there already"):
        add(file, Key("alice", hashed("other")))


def test_a_key_that_is_removed_is_gone(file: Path) -> None:
    add(file, Key("alice", HASH))
    add(file, Key("bob", hashed("bob's")))

    remove(file, "alice")

    assert [key.name for key in read(file)] == ["bob"]


def test_a_name_that_is_not_there_is_not_removed_and_the_nearest_is_named(file: Path) -> None:
    add(file, Key("alice", HASH))

    with pytest.raises(KeysError, match=r'has no key .alcie.; did you mean "alice"'):
        remove(file, "alcie")


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"name": "a b", "sha256": HASH}, "keys.0.name"),
        ({"name": "a", "sha256": "secret"}, "keys.0.sha256"),
        ({"name": "a", "sha256": HASH, "service": ["cra"]}, 'keys.0.service: unknown key; did you mean "services"'),
        ({"name": "a", "sha256": HASH, "services": []}, "keys.0.services"),
        ({"name": "a", "sha256": HASH, "rate": "fast"}, "'fast' is no rate: give it as in 60/min"),
        ({"name": "a", "sha256": HASH, "rate": "0/min"}, "'0/min' is no rate"),
        ({"name": "a", "sha256": HASH, "tokens": "many"}, "'many' is no number of tokens"),
        ({"name": "a", "sha256": HASH, "priority": 10}, "keys.0.priority"),
        ({"name": "a", "sha256": HASH, "admin": "yes"}, "keys.0.admin"),
        ({"name": "a", "sha256": HASH, "expires": "2027-01-01T00:00:00"}, "keys.0.expires"),
        ({"name": "a"}, "keys.0.sha256"),
    ],
)
def test_what_is_wrong_is_named_by_file_key_and_reason(file: Path, entry: dict[str, Any], said: str) -> None:
    write(file, entry)

    with pytest.raises(KeysError) as caught:
        read(file)

    assert str(caught.value).startswith(str(file))
    assert said in str(caught.value)
    assert HASH not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('{"keys": [], "keys": []}', "keys"),
        ('{"keys": [{"name": "a", "name": "b"}]}', "name"),
        ('{"planted-secret": 1, "planted-secret": 2}', "a name"),
    ],
)
def test_a_name_that_is_given_twice_is_refused(file: Path, text: str, name: str) -> None:
    file.write_text(text, encoding="utf-8")

    with pytest.raises(KeysError, match=f": {name}: is given twice"):
        read(file)


@pytest.mark.parametrize("second", [{"name": "a", "sha256": hashed("b")}, {"name": "b", "sha256": HASH}])
def test_no_two_keys_share_a_name_or_a_hash(file: Path, second: dict[str, str]) -> None:
    write(file, {"name": "a", "sha256": HASH}, second)

    with pytest.raises(KeysError, match="is there twice"):
        read(file)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[1]", "must be an object { … }"),
        ('{"keys": {"a": "b"}}', "keys: must be a list [ … ]"),
        ('{"keys": [{"name": "a"}]}', "keys.0.sha256: is missing"),
        ('{"keys": [{"name": 1}]}', "keys.0.name: must be a text in quotes"),
    ],
)
def test_a_file_of_another_shape_is_told_what_it_must_be(file: Path, text: str, said: str) -> None:
    file.write_text(text, encoding="utf-8")

    with pytest.raises(KeysError) as caught:
        read(file)

    assert f"{file}: {said}" in str(caught.value)


@pytest.mark.parametrize("text", ["", "{", "[]", "\ufeff", '{"keys": 1}', "[" * 100_000])
def test_what_is_no_file_of_keys_is_refused(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")

    with pytest.raises(KeysError):
        read(file)


def test_a_file_that_is_not_there_is_refused(file: Path) -> None:
    with pytest.raises(KeysError, match="cannot be read: No such file"):
        read(file)


@pytest.mark.parametrize(
    ("pattern", "service", "opens"),
    [
        ("*", "cra", True),
        ("cra", "cra", True),
        ("cra", "cred", False),
        ("minutes-*", "minutes-fr", True),
        ("minutes-*", "minutes", False),
    ],
)
def test_a_key_opens_the_services_that_its_patterns_name(pattern: str, service: str, *, opens: bool) -> None:
    assert Key("a", HASH, (pattern,)).opens(service) is opens


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{}", ": keys: is missing"),
        ("", ": the file is empty"),
        ('{"keys": [],\n oops}', ":2: is not JSON"),
    ],
)
def test_a_file_that_holds_no_keys_says_where_it_goes_wrong(file: Path, text: str, told: str) -> None:
    file.write_text(text, encoding="utf-8")

    with pytest.raises(KeysError) as refusal:
        read(file)

    assert told in str(refusal.value)


def test_a_file_may_hold_a_list_without_a_key(file: Path) -> None:
    file.write_text('{"keys": []}', encoding="utf-8")

    assert read(file) == ()
