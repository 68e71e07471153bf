"""The file of keys: read strictly, written as a whole."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator

from app import json_bounds, text_files
from app.errors import AuthorError, Problem, nearest
from app.keys.key import ALL, Key, Rate, tokens_a_day
from app.text_files import NotText

LARGEST = 2**22  # bytes
MOST_PROBLEMS = 50  # that are told at once
KEYS = json_bounds.Bounds(depth=10, values=400_000)  # 20,000 keys, with all that each can say
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$")]
Pattern = Annotated[str, StringConstraints(pattern=r"^[^\s/]{1,100}$")]


_REASONS = {
    "missing": "is missing: `python3 -m app key add` writes entries that are whole",
    "model_type": "must be an object { … }",
    "list_type": "must be a list [ … ]",
    "string_type": "must be a text in quotes",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
    "too_short": "must not be empty",
    "string_pattern_mismatch": "has not the form of its kind: `python3 -m app key add` writes entries that are whole",
}


class KeysError(AuthorError):
    """The file of keys cannot be used; the message names the file, the key and the reason."""


class _Entry(BaseModel):
    """One key as the file spells it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Name
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    services: Annotated[list[Pattern], Field(min_length=1)] = [ALL]
    rate: str | None = None
    tokens: str | None = None
    priority: Annotated[int, Field(ge=0, le=9)] = 0
    admin: bool = False
    expires: Annotated[AwareDatetime | None, Field(strict=False)] = None
    created: str = ""
    id: Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{8,64})?$")] = ""

    @field_validator("rate")
    @classmethod
    def _rate(cls, given: str | None) -> str | None:
        if given is not None:
            Rate.parse(given)
        return given

    @field_validator("tokens")
    @classmethod
    def _tokens(cls, given: str | None) -> str | None:
        if given is not None:
            tokens_a_day(given)
        return given

    def key(self) -> Key:
        return Key(
            name=self.name,
            sha256=self.sha256,
            services=tuple(self.services),
            rate=None if self.rate is None else Rate.parse(self.rate),
            tokens=None if self.tokens is None else tokens_a_day(self.tokens),
            priority=self.priority,
            admin=self.admin,
            expires=self.expires,
            id=self.id,
        )


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    keys: list[_Entry]


def read(file: Path) -> tuple[Key, ...]:
    """Its keys. Raises KeysError, with everything that is wrong at once; nothing of a hash is in it."""
    return tuple(entry.key() for entry in _read(file).keys)


def _read(file: Path) -> _File:
    try:
        text = text_files.read(file, LARGEST)
        json_bounds.check(text, KEYS)
        found = _File.model_validate(json.loads(text, object_pairs_hook=_once))
    except _Twice as exc:
        raise KeysError(str(Problem(str(file), str(exc), "is given twice: keep one of them"))) from exc
    except OSError as exc:
        raise KeysError(str(Problem(str(file), "", f"cannot be read: {exc.strerror}"))) from exc
    except NotText as exc:
        raise KeysError(str(Problem(str(file), "", str(exc), exc.line))) from exc
    except json_bounds.OutOfBounds as exc:
        raise KeysError(str(Problem(str(file), "", str(exc)))) from exc
    except ValidationError as exc:
        told = [str(Problem(str(file), *_what(error))) for error in exc.errors()[:MOST_PROBLEMS]]
        more = exc.error_count() - len(told)
        raise KeysError("; ".join([*told, *([f"and {more} problems more"] if more else [])])) from exc
    except json.JSONDecodeError as exc:
        raise KeysError(str(Problem(str(file), "", _no_json(text), exc.lineno))) from exc
    except (ValueError, RecursionError) as exc:
        raise KeysError(str(Problem(str(file), "", "is not JSON"))) from exc
    _refuse_twins(file, found.keys)
    return found


class _Twice(Exception):
    """A name that an object gives twice, of which JSON keeps the last in silence."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _Twice(name if name in (*_Entry.model_fields, *_File.model_fields) else "a name")
        found[name] = value
    return found


def _no_json(text: str) -> str:
    return "is not JSON" if text.strip() else "the file is empty: `python3 -m app key add` makes one"


def _what(error: Any) -> tuple[str, str]:
    """Key and reason of one of pydantic's errors."""
    where = ".".join(map(str, error["loc"]))
    if error["type"] == "extra_forbidden":
        known = _Entry.model_fields if len(error["loc"]) > 1 else _File.model_fields
        return where, f"unknown key{nearest(str(error['loc'][-1]), known)}"
    return where, _REASONS.get(error["type"], str(error["msg"]).removeprefix("Value error, "))


def _refuse_twins(file: Path, entries: Iterable[_Entry]) -> None:
    seen: set[str] = set()
    for entry in entries:
        for mark in (f"name {entry.name}", entry.sha256):
            if mark in seen:
                raise KeysError(str(Problem(str(file), entry.name, "is there twice")))
            seen.add(mark)


def add(file: Path, key: Key, rate: str | None = None, tokens: str | None = None) -> None:
    """Puts *key* into the file, which is made where there is none; *rate* and *tokens* as the file spells them.

    Raises KeysError: the name is taken, or the file cannot be used."""
    known = _read(file).keys if file.exists() else []
    if any(each.name == key.name for each in known):
        raise KeysError(str(Problem(str(file), key.name, "is there already: remove it first, or choose another name")))
    try:
        entry = _Entry(
            name=key.name,
            sha256=key.sha256,
            services=list(key.services),
            rate=rate,
            tokens=tokens,
            priority=key.priority,
            admin=key.admin,
            expires=key.expires,
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            id=key.id,
        )
    except ValidationError as exc:
        raise KeysError("; ".join(": ".join(_what(error)) for error in exc.errors())) from exc
    _write(file, [*known, entry])


def remove(file: Path, name: str) -> None:
    """Takes the key of that name out. Raises KeysError where there is none."""
    known = _read(file).keys
    left = [each for each in known if each.name != name]
    if len(left) == len(known):
        raise KeysError(str(Problem(str(file), "", f"has no key {name!r}{nearest(name, (each.name for each in known))}")))
    _write(file, left)


def copy(file: Path, to: Path) -> None:
    """Writes the keys of *file* to another one. Raises KeysError."""
    _write(to, _read(file).keys)


def _write(file: Path, entries: list[_Entry]) -> None:
    """All at once, by a rename: a gateway that reads it meanwhile sees the old or the new. Rights and owner stay."""
    text = json.dumps({"keys": [each.model_dump(mode="json", exclude_defaults=True) for each in entries]}, indent=2) + "\n"
    try:
        text_files.replace(file, text, file.stat().st_mode & 0o777 if file.exists() else 0o600)
    except OSError as exc:
        raise KeysError(str(Problem(str(file), "", f"cannot be written: {exc.strerror}"))) from exc
