"""Items that say the same become one. No model writes here: it may only say which ids belong together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.backends.base import Message
from app.kinds.base import messages_with
from app.kinds.evidence import facts, turns_of, unsupported
from app.kinds.languages import PACKS
from app.kinds.meeting import Meeting
from app.kinds.minutes.answers import numbers_in, value_in
from app.kinds.minutes.asking import Asking, list_of, object_of
from app.kinds.minutes.items import Item, dressed
from app.kinds.words import similar

NEAR_EQUAL = 0.6  # share of common words from which two texts say the same, without a model
RELATED = 0.25  # share below which a model is not believed that they do, unless they cite a common turn
NEAR = 3  # turns within which two items are neighbours
MANY = 30  # items from which a model is asked
_ASKED = (
    "Below are items of the minutes of one meeting; each has a number. Which of them say the same? Answer with JSON: "
    '{"groups": [[numbers that say the same], …]}. Leave out items that stand alone.\n\nItems:\n'
)


def merged(asking: Asking, items: Sequence[Item], *, ask: bool = True) -> list[Item]:
    """The items in the order of their turns, with new ids; small meetings are merged without a model."""
    kept = _near_equal(asking, items)
    if ask and len(kept) > MANY:
        kept = _grouped(asking, kept)
    kept.sort(key=lambda item: (item.turns, item.kind))
    return [replace(item, id=number) for number, item in enumerate(kept)]


def _near_equal(asking: Asking, items: Sequence[Item]) -> list[Item]:
    kept: list[Item] = []
    for item in items:
        twin = next((at for at in range(len(kept) - 1, -1, -1) if _same(asking.meeting, kept[at], item)), None)
        if twin is None:
            kept.append(item)
        else:
            kept[twin] = joined(asking, kept[twin], item)
    return kept


def _same(meeting: Meeting, one: Item, other: Item) -> bool:
    near = one.turns[0] - NEAR <= other.turns[-1] and other.turns[0] - NEAR <= one.turns[-1]
    return near and similar(one.text, other.text) >= NEAR_EQUAL and _compatible(meeting, one, other)


def _compatible(meeting: Meeting, one: Item, other: Item) -> bool:
    """Of one kind, not the tasks of two people, and without figures, days or people that only one has and others that only the
    other has."""
    owners = {owner for owner in (one.owner, other.owner) if owner}
    if one.kind != other.kind or len(owners) > 1 or _denies(meeting, one) != _denies(meeting, other):
        return False
    left, right = facts(one.text, meeting), facts(other.text, meeting)
    return left <= right or right <= left


def _denies(meeting: Meeting, item: Item) -> bool:
    """ "We take it" and "we do not take it" share all longer words, and say the opposite."""
    return any(re.search(pack.denial, item.text, re.IGNORECASE) for pack in meeting.packs or PACKS.values())


def joined(asking: Asking, one: Item, other: Item) -> Item:
    """One of the two texts, with the turns of both; without those of an item that they do not support, if the other's do."""
    best, rest = sorted(
        (one, other), key=lambda item: (len(item.unsupported), -len(facts(item.text, asking.meeting)), -len(item.text))
    )
    if rest.unsupported and not best.unsupported:
        return best
    turns = turns_of((one.turns, other.turns))
    missing = set(unsupported(best.text, asking.meeting.evidence(turns), asking.meeting))
    kept = tuple(each for each in best.unsupported if each in missing or each not in best.text)
    due = best if best.due else rest
    made = replace(best, turns=turns, owner=best.owner or rest.owner, due=due.due, due_date=due.due_date, unsupported=kept)
    return dressed(made, asking.meeting)


def _grouped(asking: Asking, items: list[Item]) -> list[Item]:
    """What is left when the groups that a model names are joined, kind by kind and part by part."""
    kept: list[Item] = []
    for kind in dict.fromkeys(item.kind for item in items):
        same = [item for item in items if item.kind == kind]
        for number, part in enumerate(_parts(asking, same)):
            kept += _joined_groups(asking, part, _groups(asking, f"merge/{kind}/{number}", part))
    return kept


def _parts(asking: Asking, items: Sequence[Item]) -> Iterator[list[Item]]:
    """The items in parts that fit a prompt."""
    part: list[Item] = []
    for item in items:
        if part and asking.work.measure(_messages(asking, [*part, item])) > asking.limit:
            yield part
            part = []
        part.append(item)
    if part:
        yield part


def _messages(asking: Asking, items: Sequence[Item]) -> tuple[Message, ...]:
    listed = "\n".join(f"[{number}] {item.text}" for number, item in enumerate(items))
    return messages_with(asking.flavor, _ASKED + listed)


def _groups(asking: Asking, step: str, items: Sequence[Item]) -> list[tuple[int, ...]]:
    messages = _messages(asking, items)
    if len(items) < 2 or asking.work.measure(messages) > asking.limit:
        return []
    ids = list_of({"type": "integer", "enum": list(range(len(items)))}, minItems=2)
    value = value_in(asking.ask(step, asking.call(messages, "groups", object_of(groups=list_of(ids)))).text)
    groups = value.get("groups") if isinstance(value, dict) else value
    return [numbers_in(group, frozenset(range(len(items)))) for group in groups] if isinstance(groups, list) else []


def _joined_groups(asking: Asking, items: Sequence[Item], groups: Sequence[tuple[int, ...]]) -> list[Item]:
    """A group is believed as far as its items have to do with its first one; an item belongs to one group."""
    kept: dict[int, Item] = dict(enumerate(items))
    used: set[int] = set()
    for group in groups:
        free = [number for number in group if number not in used]
        for number in free[1:]:
            first = kept[free[0]]
            related = set(first.turns) & set(items[number].turns) or similar(first.text, items[number].text) >= RELATED
            if related and _compatible(asking.meeting, first, items[number]):
                kept[free[0]] = joined(asking, first, kept.pop(number))
                used |= {free[0], number}
    return [kept[number] for number in sorted(kept)]
