"""Why there is no transcript in a JSON: the transcription failed, nobody says anything, or its shape is not known."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from app.transcript.formats.base import quoted, refusal, without_speech
from app.transcript.formats.recognisers.keys import ERRORS, FAILED, LISTS, UNFINISHED, WHOLE, Object, first_text

MOST_KEYS_NAMED = 12  # in a refusal


def nothing_in(found: Any, documents: Sequence[Object], recogniser: str) -> Exception:
    """The error for JSON without a transcript: it failed, nobody says anything, or its shape is not known."""
    failure = next((why for each in documents if (why := _failure(each))), "") or _failed_status(documents)
    name = f"the JSON of {recogniser}" if recogniser else "the JSON of a transcription"
    if failure:
        return refusal(f"this is {name}, but the transcription failed: {quoted(failure)}")
    known = (
        recogniser
        or any(key in each for each in documents for key in LISTS)
        or any(key in each for each in documents for key in WHOLE)
    )
    status = next((each["status"] for each in documents if isinstance(each.get("status"), str)), "")
    if known or found == [] or status.casefold() in UNFINISHED:
        return without_speech(name, f"its status is {quoted(status)}" if status else "")
    kind = "an object with the keys" if isinstance(found, dict) else "a list of objects with the keys"
    keys = _keys_of(found)
    seen = f"{kind} {keys}" if keys else ("an empty object" if found == {} else "a list or value without objects")
    return refusal(
        f'this is JSON of a shape that we do not know, {seen}: send {{"segments": [{{"speaker": "Ann", "text": "…"}}]}}'
    )


def _keys_of(found: Any) -> str:
    objects = (
        [found]
        if isinstance(found, dict)
        else [each for each in found if isinstance(each, dict)]
        if isinstance(found, list)
        else []
    )
    keys = list(dict.fromkeys(key for each in objects[:10] for key in each))
    return quoted(", ".join(keys[:MOST_KEYS_NAMED]) + (", …" if len(keys) > MOST_KEYS_NAMED else ""))


def _failure(document: Object) -> str:
    """What a document says went wrong; empty if it does not say that anything did."""
    failed = _failed_status([document])
    for key in ERRORS:
        told = document.get(key)
        if isinstance(told, list) and told:
            told = told[0]
        if isinstance(told, dict):
            told = first_text(told, ("message", "reason", "description", "code", "detail")) or json.dumps(told)
        if isinstance(told, str) and told.strip() and (failed or key.startswith(("err", "fail", "exc"))):
            return told
    return ""


def _failed_status(documents: Iterable[Object]) -> str:
    told = (value for each in documents for key, value in each.items() if key.endswith("status") and isinstance(value, str))
    return next((f"its status is {status}" for status in told if status.casefold() in FAILED), "")
