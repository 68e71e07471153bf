"""A service's own templates of minutes: what each may use, and whether it can be filled.

The extraction (`<file>.txt`) is shown turns, title and summary (`<file>.write.txt`) are written from items, and the document
(`<file>.render.md`) prints what the minutes say. All are tried with a meeting that has everything, so that a name that is
misspelt is told before a job fails at its end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from app import prompts
from app.errors import Problem, TemplateError
from app.kinds.meeting import Meeting
from app.kinds.minutes.extraction import Numbered
from app.kinds.minutes.items import KINDS, Item, Minutes, Sentence, dressed
from app.kinds.minutes.rendering import values_of
from app.transcript import Transcript, Turn

WRITE, RENDER = ".write", ".render"  # behind the name of the service's own template
_OF_A_MEETING = ("participants", "glossary", "agenda", "date", "language", "service", "flavor")
EXTRACTION = ("turns", *_OF_A_MEETING)
WRITING = ("items", *_OF_A_MEETING)
_NAMES = {"service": "service", "flavor": "flavor"}
_TURNS = {number: Turn("Ann", f"Turn {number}.", number, start=60.0 * number) for number in range(len(KINDS))}
_MEETING = Meeting(
    Transcript(tuple(_TURNS.values())), _TURNS, {"Ann": len(KINDS)}, "en", "en", date(2026, 1, 30), "Title", ("Point",), {}
)
_ITEMS = tuple(
    dressed(Item(kind, "Text.", (number,), "Ann", "Friday", "2026-01-30", ("Friday",), id=number), _MEETING)
    for number, kind in enumerate(KINDS)
)
_MINUTES = Minutes("Title", "en", (("Ann", len(KINDS)),), _ITEMS, (Sentence("Text.", (0,), (0,), ("Friday",)),), "2026-01-30")


def faults(template: str, templates: Mapping[str, str]) -> Iterator[Problem]:
    """What is wrong with those of the three that are there; *template* is the name of the first."""
    asked: dict[str, Any] = {
        "participants": ["Ann"],
        "glossary": ["Ann"],
        "agenda": ["Point"],
        "date": "2026-01-30",
        "language": "en",
        **_NAMES,
    }
    listed = "\n".join(f"[{item.id}] {item.kind}: {item.text}" for item in _ITEMS)
    document = {**values_of(_MEETING, _MINUTES, KINDS, quoted=False), **_NAMES}
    yield from _of_a_prompt(
        template, templates, EXTRACTION, {**asked, "turns": prompts.Lines(tuple(map(Numbered, _TURNS.values())))}
    )
    yield from _of_a_prompt(f"{template}{WRITE}", templates, WRITING, {**asked, "items": listed})
    yield from _of(f"{template}{RENDER}", templates, tuple(document), "sections", document)


def _of_a_prompt(
    name: str, templates: Mapping[str, str], known: tuple[str, ...], values: Mapping[str, Any]
) -> Iterator[Problem]:
    """What is wrong with a prompt, which must show the first of *known* to the model."""
    shown = known[0]
    found = list(_of(name, templates, known, shown, values))
    yield from found
    if name in templates and not found and shown not in prompts.compile(name, templates).variables:
        yield Problem(prompts.file_of(name), "", f"does not use {{{{ {shown} }}}}, so the model would not see them")


def _of(
    name: str, templates: Mapping[str, str], known: tuple[str, ...], shown: str, values: Mapping[str, Any]
) -> Iterator[Problem]:
    if name not in templates:
        return  # ours is used
    try:
        own = prompts.compile(name, templates)
        if own.legacy:
            yield Problem(own.file, "", f"must be a Jinja template: use {{{{ {shown} }}}} in it")
            return
        missing = list(prompts.unknown(own, known))
        yield from missing
        if not missing:
            own.render(**values)
    except TemplateError as exc:
        yield exc.problem
