from __future__ import annotations

from app.kinds.minutes.choosing import Part, without_shortest
from app.kinds.minutes.items import ItemKind
from app.transcript import Turn


def part(kind: ItemKind, words: int) -> Part:
    return Part(Turn("Ann", "Hm."), " ".join(["word"] * words), kind)


def test_where_there_are_too_many_items_the_shortest_facts_go_and_no_task() -> None:
    parts = [part("topic", 9), part("action", 2), part("topic", 4), part("topic", 12), part("decision", 1), part("topic", 5)]

    kept = without_shortest(parts, 4)

    assert [(each.kind, each.words) for each in kept] == [("topic", 9), ("action", 2), ("topic", 12), ("decision", 1)]
    assert without_shortest(parts, 6) == parts
    assert [each.kind for each in without_shortest(parts, 0)] == ["action", "decision"]
