"""From what a model said to the items in it: nothing that it says is trusted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.kinds.evidence import assigns, due_date, is_said, unsupported
from app.kinds.meeting import Meeting, spelled
from app.kinds.minutes.items import KINDS, Item, ItemKind, dressed
from app.orders import Json
from app.transcript import plain

LONGEST = 600  # characters of an item; a longer one copies the transcript
MOST_ENTRIES = 200  # of one answer
NO_JSON = 'the answer is no JSON object {"items": […]}'
_DECODER = json.JSONDecoder()


@dataclass(frozen=True)
class Read:
    """What one answer came to: good *items*, how many entries were *dropped*, and what is to be put right, in English."""

    items: tuple[Item, ...] = ()
    dropped: int = 0
    faults: tuple[str, ...] = ()


def value_in(text: str) -> Json:
    """The first JSON object or list in *text*, None if there is none."""
    for found in list(re.finditer(r"[\[{]", text))[:20]:
        try:
            return _DECODER.raw_decode(text, found.start())[0]
        except (ValueError, RecursionError):
            continue
    return None


def entries_of(text: str, key: str) -> list[Json] | None:
    """The entries of the list *key*; those that are whole if the answer was cut. None if there is no such list."""
    value = value_in(text)
    if isinstance(value, dict) and isinstance(value.get(key), list):
        return list(value[key])[:MOST_ENTRIES]
    if isinstance(value, list):
        return value[:MOST_ENTRIES]
    whole = [each for each in _objects(text) if "text" in each]
    return whole[:MOST_ENTRIES] or None


def _objects(text: str) -> Iterator[dict[str, Json]]:
    at, tries = text.find("{"), 0
    while at >= 0 and tries < MOST_ENTRIES:
        tries += 1
        try:
            value, end = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            at = text.find("{", at + 1)
            continue
        if isinstance(value, dict):
            yield value
        at = text.find("{", end)


def items_in(text: str, batch: Sequence[int], meeting: Meeting, kinds: Sequence[ItemKind] = KINDS) -> Read:
    """The items of an answer about the turns of *batch*. An entry without a kind, a text or a turn of the batch is dropped."""
    entries = entries_of(text, "items")
    if entries is None:
        return Read(faults=(NO_JSON,))
    items: list[Item] = []
    faults: list[str] = []
    for number, entry in enumerate(entries):
        item = _item(entry, frozenset(batch), meeting, kinds)
        if item is None:
            faults.append(f"item {number} must have one of the kinds {', '.join(kinds)}, a text, and turns of this part only")
            continue
        if item.unsupported:
            missing = json.dumps(item.unsupported, ensure_ascii=False)
            faults.append(f"item {number}: the turns {list(item.turns)} do not say {missing}")
        items.append(item)
    return Read(tuple(items), len(entries) - len(items), tuple(faults))


def _item(entry: Json, batch: frozenset[int], meeting: Meeting, kinds: Sequence[ItemKind]) -> Item | None:
    if not isinstance(entry, Mapping):
        return None
    text = spelled(line_of(entry.get("text")), meeting.glossary)
    kind = next((each for each in kinds if each == entry.get("kind")), None)
    turns = numbers_in(entry.get("turns"), batch)
    if not text or not turns or kind is None:
        return None
    return checked(Item(kind, text, turns), meeting, owner=entry.get("owner"), due=entry.get("due"))


def checked(item: Item, meeting: Meeting, *, owner: Json = None, due: Json = None) -> Item:
    """*item* with an owner and a due time that its turns say, and with the names of all that they do not say."""
    turns = meeting.evidence(item.turns)
    missing = list(unsupported(item.text, turns, meeting))
    kept_owner = kept_due = None
    if item.kind == "action":
        wanted, until = line_of(owner), line_of(due)
        known = next((name for name in meeting.participants if name.casefold() == wanted.casefold()), "")
        kept_owner = known if known and assigns(known, turns, meeting) else None
        kept_due = until if is_said(until, turns) else None
        missing += [said for said, kept in ((wanted, kept_owner), (until, kept_due)) if said and not kept]
    made = Item(
        item.kind,
        item.text,
        item.turns,
        kept_owner,
        kept_due,
        due_date(kept_due, meeting.date) if kept_due else None,
        tuple(dict.fromkeys(missing)),
    )
    return dressed(made, meeting)


def line_of(given: Json) -> str:
    """A text on one line; empty for anything else, and for one without a letter or digit. Void words count as none."""
    if not isinstance(given, str):
        return ""
    line = plain(given.encode("utf-8", "ignore").decode())[:LONGEST]
    return line if re.search(r"\w", line) and line.casefold() not in ("null", "none", "n/a") else ""


def numbers_in(given: Json, allowed: frozenset[int]) -> tuple[int, ...]:
    """The whole numbers of a list that are *allowed*, in order and once."""
    found = given if isinstance(given, list) else []
    return tuple(sorted({each for each in found if isinstance(each, int) and not isinstance(each, bool) and each in allowed}))
