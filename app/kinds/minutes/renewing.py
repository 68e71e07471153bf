"""Minutes that are there already: their document made anew, and what their coverage counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.kinds.meeting import Meeting
from app.kinds.minutes.items import DOUBTFUL_ITEMS, DOUBTFUL_SENTENCES, KINDS, Item, ItemKind, Minutes, Sentence
from app.kinds.minutes.rendering import rendered
from app.kinds.transcripts import as_named, heard
from app.orders import Json, Order


def document(order: Order, coverage: Mapping[str, Json], sections: Sequence[ItemKind]) -> str:
    """The document of the minutes in *coverage*, whose speakers have the names that people gave them. The minutes may cite
    turns that were struck since."""
    minutes = recalled(coverage["minutes"])
    meeting = with_struck(Meeting.of(as_named(order), minutes.language), order)
    shown = [kind for kind in KINDS if kind in sections or any(item.kind == kind for item in minutes.items)]
    return rendered(order, meeting, minutes, shown, quoted=coverage.get("mode") == "extractive")


def with_struck(meeting: Meeting, order: Order) -> Meeting:
    """*meeting* with the turns that were struck, which minutes of before may cite."""
    struck = {turn.source: turn for turn in heard(as_named(order)).struck}
    return replace(meeting, turns={**struck, **meeting.turns})


def counted(coverage: Mapping[str, Json]) -> Mapping[str, Json]:
    """*coverage* with the counts and warnings of its minutes; warnings about the run stay."""
    if "minutes" not in coverage:
        return coverage
    minutes = recalled(coverage["minutes"])
    told = {**coverage, **minutes.counts()}
    of_the_run = [each for each in told.pop("warnings", ()) if not each.endswith((DOUBTFUL_ITEMS, DOUBTFUL_SENTENCES))]
    warnings = [*of_the_run, *minutes.warnings()]
    return {**told, "warnings": warnings} if warnings else told


def recalled(record: Mapping[str, Any]) -> Minutes:
    """The minutes of which `Minutes.record` made *record*."""
    return Minutes(
        record["title"],
        record["language"],
        tuple((each["name"], each["turns"]) for each in record["participants"]),
        tuple(map(_item, record["items"])),
        tuple(map(_sentence, record.get("summary", ()))),
        record.get("date"),
    )


def _item(record: Mapping[str, Any]) -> Item:
    return Item(
        record["kind"],
        record["text"],
        tuple(record["turns"]),
        record.get("owner"),
        record.get("due"),
        record.get("due_date"),
        tuple(record["unsupported"]),
        tuple(record.get("speakers", ())),
        _seconds(record.get("time")),
        record["id"],
    )


def _sentence(record: Mapping[str, Any]) -> Sentence:
    return Sentence(record["text"], tuple(record["items"]), tuple(record["turns"]), tuple(record["unsupported"]))


def _seconds(time: str | None) -> float | None:
    """`00:12:04` in seconds."""
    if time is None:
        return None
    hours, minutes, seconds = map(int, time.split(":"))
    return float(hours * 3600 + minutes * 60 + seconds)
