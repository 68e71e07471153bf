"""The messages of the studio: one catalogue a language, `messages/<code>.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from flask import Request

MESSAGES = Path(__file__).parent / "messages"
DEFAULT = "en"
COOKIE = "studio_language"


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """The codes of the languages that there is a catalogue for, English first."""
    found = sorted(file.stem for file in MESSAGES.glob("*.json"))
    return (DEFAULT, *(code for code in found if code != DEFAULT))


@lru_cache(maxsize=16)
def words(code: str) -> Mapping[str, str]:
    """The messages in the language *code*; English ones for what its catalogue lacks."""
    english: dict[str, str] = json.loads((MESSAGES / f"{DEFAULT}.json").read_text(encoding="utf-8"))
    own: dict[str, str] = json.loads((MESSAGES / f"{code}.json").read_text(encoding="utf-8"))
    return {**english, **own}


def language_of(request: Request) -> str:
    """The language of the page that *request* asks for: the one chosen before (`?lang=`, cookie), else the browser's."""
    for chosen in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if chosen in languages():
            return chosen
    return request.accept_languages.best_match(languages()) or DEFAULT
