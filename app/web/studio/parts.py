"""The parts of a result that a form edits (its title, an item, a sentence, its text), and how two versions differ."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from difflib import SequenceMatcher
from typing import Any

from app.errors import BadParameter
from app.jobs import Job
from app.orders import Json
from app.web.bodies.job_json import MINUTES

KINDS = ("decision", "action", "question", "topic")
FIELDS = ("text", "kind", "owner", "due", "due_date", "turns")
TITLE, TEXT, NEW = "title", "text", "new"  # parts that are no line of the page
UNPLACED = (TITLE, TEXT, NEW)
MOST_LINES = 5_000  # of two texts that are compared line by line
MOST_WORDS = 2_000  # of two lines that are compared word by word
NEAR = 20  # lines among which the later form of a changed line is looked for
_PLACE = re.compile(r"([is])(\d{1,6})")

Part = tuple[str, str]  # `same`, `gone` or `new`, and the words


def part_of(job: Job, name: str) -> dict[str, str] | None:
    """What the form of the part *name* holds: an item (`i4`), a sentence of the summary (`s0`), `title`, `new` or `text`.
    None if the result of *job* has no such part."""
    minutes = job.coverage.get(MINUTES)
    if minutes is None:
        return {"text": job.result or ""} if name == TEXT else None
    if name == TITLE:
        return {"text": minutes["title"]}
    if name == NEW:
        return {**dict.fromkeys(FIELDS, ""), "kind": KINDS[0]}
    entry = _entry(minutes, name)
    if entry is None:
        return None
    shown = {each: str(entry.get(each) or "") for each in FIELDS if each != "turns"}
    return {**shown, "turns": ", ".join(map(str, entry["turns"]))}


def typed(fields: Mapping[str, Any]) -> dict[str, str]:
    """What a form says, so that a refusal loses nothing of it."""
    return {name: str(fields[name] or "") for name in FIELDS if name in fields}


def changed(job: Job, name: str, fields: Mapping[str, Any]) -> Json:
    """The minutes of *job* with the part *name* as *fields* say, or its whole text if that is what it has.

    Raises BadParameter, which names the field."""
    text = " ".join(str(fields.get("text") or "").split())
    if name == TEXT:
        return str(fields.get("text") or "")
    minutes: Json = deepcopy(job.coverage.get(MINUTES))
    if minutes is None:
        raise BadParameter(TEXT, "this result must be edited as a text")
    if name == TITLE:
        return {**minutes, "title": text}
    if name == NEW:
        number = max((item["id"] for item in minutes["items"]), default=-1) + 1
        minutes["items"].append({"id": number, **_item(fields, text)})
        return minutes
    entry = _entry(minutes, name)
    if entry is None:
        raise BadParameter(TEXT, "this line was deleted meanwhile: load the page again")
    if fields.get("deleted"):
        return _without(minutes, entry)
    if name.startswith("s"):
        entry["text"] = text
    else:
        entry |= _item(fields, text)
    return minutes


def field_of(name: str) -> str:
    """The field of the form that a refusal of the part *name* (`items.3.due_date`) is about; empty if there is none."""
    last = name.rpartition(".")[2] if not name.rpartition(".")[2].isdigit() else name.split(".")[-2]
    last = TEXT if last == TITLE else last
    return last if last in (*FIELDS, "speaker") else ""


def _entry(minutes: Json, name: str) -> Json | None:
    found = _PLACE.fullmatch(name)
    if found is None:
        return None
    number = int(found[2])
    if found[1] == "s":
        sentences = minutes["summary"]
        return sentences[number] if number < len(sentences) else None
    return next((item for item in minutes["items"] if item["id"] == number), None)


def _item(fields: Mapping[str, Any], text: str) -> dict[str, Json]:
    numbers = str(fields.get("turns") or "")
    if not re.fullmatch(r"[\s,;]*\d{1,9}(?:[\s,;]+\d{1,9})*[\s,;]*", numbers):
        raise BadParameter("turns", "must be numbers of turns, such as 17, 18")
    told = {name: str(fields.get(name) or "").strip() or None for name in ("owner", "due", "due_date")}
    return {
        "kind": str(fields.get("kind") or ""),
        "text": text,
        "turns": [int(each) for each in re.findall(r"\d+", numbers)],
        **told,
    }


def _without(minutes: Json, entry: Json) -> Json:
    """The minutes without one of their lines; a sentence that rested on a deleted item rests on its others, or goes too."""
    if not any(item is entry for item in minutes["items"]):
        return {**minutes, "summary": [each for each in minutes["summary"] if each is not entry]}
    kept = []
    for sentence in minutes["summary"]:
        items = [number for number in sentence["items"] if number != entry["id"]]
        if items == sentence["items"]:
            kept.append(sentence)
        elif items:
            kept.append({**sentence, "items": items, "turns": []})
    return {**minutes, "summary": kept, "items": [item for item in minutes["items"] if item is not entry]}


def differences(before: str, after: str) -> list[list[Part]] | None:
    """The lines of two versions in their order, each as parts that are the same, gone or new. None if they are too long."""
    old, new = before.strip().split("\n"), after.strip().split("\n")
    if max(len(old), len(new)) > MOST_LINES:
        return None
    return list(_lines(old, new))


def _lines(old: list[str], new: list[str]) -> Iterator[list[Part]]:
    for kind, begin, end, first, last in SequenceMatcher(None, old, new).get_opcodes():
        if kind == "equal":
            yield from ([("same", line)] for line in old[begin:end])
            continue
        yield from _aligned(old[begin:end], new[first:last])


def _aligned(gone: list[str], came: list[str]) -> Iterator[list[Part]]:
    """The lines of a stretch that changed; a line beside one with most of its words is told as that one changed."""
    at = 0
    for line in gone:
        near = range(at, min(at + NEAR, len(came)))
        like = next((place for place in near if _is_like(line, came[place])), None)
        if like is None:
            yield [("gone", line)]
            continue
        yield from ([("new", each)] for each in came[at:like])
        yield _words(line, came[like])
        at = like + 1
    yield from ([("new", each)] for each in came[at:])


def _is_like(before: str, after: str) -> bool:
    old, new = before.split(), after.split()
    longest = max(len(old), len(new))
    return 0 < longest <= MOST_WORDS and len(set(old) & set(new)) * 2 >= len(set(old) | set(new))


def _words(before: str, after: str) -> list[Part]:
    """How one line became the other, word by word."""
    old, new = re.findall(r"\s*\S+\s*$|\s*\S+", before), re.findall(r"\s*\S+\s*$|\s*\S+", after)
    found: list[Part] = []
    for kind, begin, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(("same", "".join(old[begin:end])))
            continue
        found += [("gone", "".join(old[begin:end])), ("new", "".join(new[first:last]))]
    return [part for part in found if part[1]]
