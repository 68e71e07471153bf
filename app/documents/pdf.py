"""Documents as PDF, set by Typst; made in a process of its own (`making`).

PDF/A-2b is tried first: an archive's format, which refuses characters that no font shows. A document with such characters is
set as a usual PDF, and says which they are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import typst

_LAYOUT = Path(__file__).with_name("layout.typ")
_CHARACTERS = Path(__file__).with_name("characters.typ")
_MISSING = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
LONGEST_WORD = 40  # characters that stand on one line
_LONG = re.compile(rf"\S{{{LONGEST_WORD}}}(?=\S)")
MOST_NAMED = 40  # characters that a document says it cannot show
ARCHIVE: Literal["a-2b"] = "a-2b"


def made(document: Mapping[str, Any], fonts: Sequence[str] = ()) -> bytes:
    """The PDF; *fonts* are folders with fonts beside those of the system and those that Typst brings."""
    document = _breakable(document)
    folders = [Path(folder) for folder in fonts]
    missing = _missing(document, folders)
    if not missing:
        try:
            return _set({**document, "unshown": ""}, folders, ARCHIVE)
        except typst.TypstError as exc:  # a bold font, say, may have fewer characters than the usual one
            missing = _named(exc)
    named = ", ".join(f"U+{ord(each):04X}" for each in missing[:MOST_NAMED])
    more = f" (+{len(missing) - MOST_NAMED})" if len(missing) > MOST_NAMED else ""
    return _set({**document, "unshown": named + more}, folders, None)


def _missing(document: Mapping[str, Any], fonts: list[Path]) -> list[str]:
    """The characters of *document* that no font shows: they are tried alone, as each place in a document is an error."""
    used = sorted({each for text in _texts(document) for each in text if not each.isascii() and each.isprintable()})
    try:
        _compiled(_CHARACTERS, {"characters": " ".join(used)}, fonts, ARCHIVE)
    except typst.TypstError as exc:
        return _named(exc)
    return []


def _named(error: typst.TypstError) -> list[str]:
    said = "\n".join([str(error), str(getattr(error, "diagnostic", ""))])
    return list(dict.fromkeys("".join(_MISSING.findall(said))))


def _texts(value: Any) -> Iterator[str]:
    """All texts in *value*."""
    match value:
        case str():
            yield value
        case Mapping():
            for each in value.values():
                yield from _texts(each)
        case list():
            for each in value:
                yield from _texts(each)


def _breakable(value: Any) -> Any:
    """*value* with places in its long words at which a line may end: they would run off the page."""
    match value:
        case str():
            return _LONG.sub("\\g<0>\u200b", value) if len(value) > LONGEST_WORD else value
        case Mapping():
            return {name: _breakable(each) for name, each in value.items()}
        case list():
            return [_breakable(each) for each in value]
    return value


def _set(document: Mapping[str, Any], fonts: list[Path], standard: Literal["a-2b"] | None) -> bytes:
    return _compiled(_LAYOUT, {"document": json.dumps(document, ensure_ascii=False)}, fonts, standard)


def _compiled(layout: Path, inputs: dict[str, str], fonts: list[Path], standard: Literal["a-2b"] | None) -> bytes:
    return typst.compile(layout, sys_inputs=inputs, font_paths=fonts, format="pdf", pdf_standards=standard)
