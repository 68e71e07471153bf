"""From what a model said to the items in it: nothing that it says is trusted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.kinds.evidence import assigns, due_date, is_said, unsupported, words_of
from app.kinds.meeting import Meeting, spelled
from app.kinds.minutes.items import KINDS, Item, ItemKind, dressed
from app.kinds.minutes.refusing import refuses
from app.kinds.words import flat
from app.orders import Json
from app.transcript import TITLES, TITLES_IN_FULL, plain

LONGEST = 600  # characters of an item; a longer one copies the transcript
MOST_ENTRIES = 200  # of one answer
NO_JSON = 'the answer is no JSON object {"items": […]}'
MOST_DEEP = 3  # lists in lists that are read
MOST_IN_A_RANGE = 20  # turns that "3-5" may stand for
TURNS_KEYS = ("turns", "turn", "turn_ids", "ids")  # as small models spell the key
_DECODER = json.JSONDecoder()
_RANGE = re.compile(r"\D{0,8}(\d{1,6})(?:\s*(?:-|\u2013|to)\s*\D{0,5}(\d{1,6}))?\W*")  # "3", "T3", "turn 3", "[3]", "3-5"
_CITED = re.compile(r"\s*\[(?:turns? )?T?\d+(?:[\s,-]+T?\d+)*\]")
_MARKED = re.compile(r"^(?:[-*\u2022]\s+)?(?:\[(?:action|decision|question|topic)(?: item)?\]:?\s*)?", re.IGNORECASE)
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")  # turn the direction of all that follows in a document
_BOLD = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_OTHER_KINDS: Mapping[str, ItemKind] = {"task": "action", "to-do": "action", "todo": "action", "fact": "topic", "info": "topic"}
# What models write where there is nobody and no day.
_VOID = frozenset(
    (
        *("unknown", "unassigned", "unspecified", "not specified", "not mentioned", "not stated", "not given", "tbd", "tba"),
        *("nobody", "no one", "nicht genannt", "unbekannt", "niemand", "inconnu", "non précisé", "non spécifié", "personne"),
        *("no especificado", "desconocido", "nadie", "نامشخص"),
    )
)


@dataclass(frozen=True)
class Read:
    """What one answer came to: good *items*, how many entries were *dropped*, and what is to be put right, in English."""

    items: tuple[Item, ...] = ()
    dropped: int = 0
    faults: tuple[str, ...] = ()


def value_in(text: str) -> Json:
    """The first JSON object or list of objects or lists in *text*, else the first list; None if there is none. "As [2] says"
    has no answer before the answer."""
    first: Json = None
    for found in list(re.finditer(r"[\[{]", text))[:20]:
        try:
            value: Json = _DECODER.raw_decode(text, found.start())[0]
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict) or (isinstance(value, list) and any(isinstance(each, dict | list) for each in value)):
            return value
        first = value if first is None else first
    return first


def entries_of(text: str, key: str) -> list[Json] | None:
    """The entries of the list *key*; those that are whole if the answer was cut. None if there is no such list."""
    value = value_in(text)
    if isinstance(value, dict) and isinstance(value.get(key), list):  # small models write one such object behind the other
        lists = [each[key] for each in _objects(text) if isinstance(each.get(key), list)]
        return [entry for entries in lists or [value[key]] for entry in entries][:MOST_ENTRIES]
    if isinstance(value, dict) and (grouped := _by_kind(value)):
        return grouped[:MOST_ENTRIES]
    if isinstance(value, list):
        return value[:MOST_ENTRIES]
    whole = [each for each in _objects(text) if "text" in each]
    return whole[:MOST_ENTRIES] or None


def _by_kind(value: Mapping[str, Json]) -> list[Json]:
    """The entries of an object that has a list for each kind, or one list of entries under another name."""
    lists = {key: [each for each in given if isinstance(each, dict)] for key, given in value.items() if isinstance(given, list)}
    found = {key: entries for key, entries in lists.items() if entries}
    told: list[Json] = [{"kind": kind_of(key), **each} for key, entries in found.items() if kind_of(key) for each in entries]
    return told or (list(next(iter(found.values()))) if len(found) == 1 else [])


def kind_of(given: Json, kinds: Sequence[ItemKind] = KINDS) -> ItemKind | None:
    """The one kind that a model names: "Action item" and "actions" are an action, "decision or action" is none."""
    said = given.casefold() if isinstance(given, str) else ""
    named = {each for each in KINDS if each in said} | {kind for word, kind in _OTHER_KINDS.items() if word in said}
    found = named.pop() if len(named) == 1 else None
    return found if found in kinds else None


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
    text = spelled(unmarked(line_of(entry.get("text"))), meeting.glossary)
    kind = kind_of(entry.get("kind"), kinds)
    turns = next((found for key in TURNS_KEYS if (found := numbers_in(entry.get(key), batch))), ())
    if not text or not turns or kind is None:
        return None
    return checked(Item(kind, text, turns), meeting, owner=entry.get("owner"), due=entry.get("due"))


def checked(item: Item, meeting: Meeting, *, owner: Json = None, due: Json = None) -> Item:
    """*item* with an owner, who has not refused, and a due time that its turns say, and with all that they do not say."""
    turns = meeting.evidence(item.turns)
    missing = list(unsupported(item.text, turns, meeting))
    kept_owner = kept_due = None
    if item.kind == "action":
        wanted, until = line_of(_as_text(owner)), line_of(_as_text(due))
        known = _participant(wanted, meeting)
        is_given = bool(known) and assigns(known, turns, meeting) and not refuses(known, item.turns, meeting)
        kept_owner = known if is_given else None
        kept_due = until if is_said(until, turns) else words_of(until, turns, meeting)
        told = ((wanted, kept_owner), (until, kept_due))
        missing += [said for said, kept in told if said and not kept and said.casefold().strip(" .") not in _VOID]
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


def _as_text(given: Json, depth: int = 0) -> Json:
    """What a model gives as a list, an object or a number in the place of a text, as a text: none of it is lost in silence."""
    if isinstance(given, list | Mapping):
        parts = list(given.values() if isinstance(given, Mapping) else given)[:MOST_IN_A_RANGE] if depth < MOST_DEEP else []
        return ", ".join(each for each in (_as_text(part, depth + 1) for part in parts) if isinstance(each, str))
    return str(given) if isinstance(given, int | float) and not isinstance(given, bool) else given


def _participant(wanted: str, meeting: Meeting) -> str:
    """The participant whom a model names in whole, or by a part that no other has; empty if that is none or several."""
    known = next((name for name in meeting.participants if name.casefold() == wanted.casefold()), "")
    meant = meeting.people.speaks_as(wanted) if wanted and not known else []
    alone = len(meant) == 1 and set(flat(wanted).split()) <= {*flat(meant[0]).split(), *TITLES, *TITLES_IN_FULL}
    return known or (meant[0] if alone else "")


def unmarked(text: str) -> str:
    """*text* without the Markdown and the numbers of turns that a model puts into it."""
    return _MARKED.sub("", _CITED.sub("", _BOLD.sub(r"\2", text))).strip()


def line_of(given: Json) -> str:
    """A text on one line; empty for anything else, and for one without a letter or digit. Void words count as none."""
    if not isinstance(given, str):
        return ""
    line = plain(_TURNING.sub("", given.encode("utf-8", "ignore").decode()))[:LONGEST]
    return line if re.search(r"\w", line) and line.casefold() not in ("null", "none", "n/a") else ""


def numbers_in(given: Json, allowed: frozenset[int]) -> tuple[int, ...]:
    """The whole numbers that are given and *allowed*, in order and once: in a list or alone, and as models write them ("T3",
    "[3]", "3-5")."""
    return tuple(sorted(allowed.intersection(_numbers(given))))


def _numbers(given: Json, depth: int = 0) -> Iterator[int]:
    if isinstance(given, bool) or depth >= MOST_DEEP:
        return
    if isinstance(given, int):
        yield given
    elif isinstance(given, float) and given.is_integer():
        yield int(given)
    elif isinstance(given, str) and (found := _RANGE.fullmatch(given.strip())):
        first, last = int(found[1]), int(found[2] or found[1])
        yield from range(first, last + 1 if last - first < MOST_IN_A_RANGE else first + 1)
    elif isinstance(given, str) and "," in given:
        yield from (number for each in given.split(",") for number in _numbers(each, depth + 1))
    elif isinstance(given, list):
        yield from (number for each in given[:MOST_ENTRIES] for number in _numbers(each, depth + 1))
    elif isinstance(given, dict):
        yield from _numbers(next((given[key] for key in ("id", "turn", "number") if key in given), None), depth + 1)
