"""What to do about a body that is nearly JSON."""

from __future__ import annotations

import json

NEAR = 40  # characters around the place that are looked at
_OTHER_LANGUAGES = ("True", "False", "None", "undefined", "Infinity")  # their words for values
_A_VALUE = "Expecting value"  # how the parser begins where it looks for one
_COMMENTS = ("//", "/*", "#")
_CLOSED = ("}", "]")


def how_to_mend(broken: json.JSONDecodeError) -> str:
    """What to do about it, by what stands where the JSON is *broken*."""
    there = broken.doc[broken.pos : broken.pos + NEAR].lstrip()
    before = broken.doc[max(0, broken.pos - NEAR) : broken.pos].rstrip()
    in_a_text = "control character" in broken.msg or "\\" in broken.msg  # what stands there is the text's own
    advice = {
        "write a line end in a text as \\n, and a tab as \\t": "control character" in broken.msg,
        "write a backslash in a text as \\\\": in_a_text,
        "the end is missing: was all of it sent?": not there or broken.msg.startswith("Unterminated string"),
        "JSON knows true, false and null, in small letters": broken.msg.startswith(_A_VALUE)
        and there.startswith(_OTHER_LANGUAGES),
        "leave out the last comma": _is_last_comma(before, there),
        "JSON has no comments": there.startswith(_COMMENTS),
        "send one object, and nothing behind it": broken.msg.startswith("Extra data"),
    }
    return next((told for told, fits in advice.items() if fits), "send keys and texts in double quotes")


def _is_last_comma(before: str, there: str) -> bool:
    """Whether a comma stands before the end of an object or a list, wherever the parser stopped."""
    around = before[-1:] + there[:1] + there[1:].lstrip()[:1]
    return around[:2] in {f",{end}" for end in _CLOSED} or around[1:] in {f",{end}" for end in _CLOSED}
