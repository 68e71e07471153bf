"""Minutes that a person has edited: read, checked against the transcript, and rendered again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.errors import BadParameter
from app.kinds.evidence import assigns, is_said, turns_of, unsupported
from app.kinds.meeting import Meeting
from app.kinds.minutes.items import Item, ItemKind, Minutes, Sentence, dressed
from app.kinds.minutes.renewing import counted, document, with_struck
from app.kinds.minutes.request import day
from app.kinds.minutes.writing import marks_of
from app.kinds.transcripts import as_named
from app.orders import Json, Order

LONGEST = 20_000  # characters of one text
MOST = 2_000  # items, sentences, participants
Text = Annotated[str, Field(min_length=1, max_length=LONGEST, pattern=r"\S")]
Number = Annotated[int, Field(ge=0, lt=2**31)]  # as databases hold it


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Participant(_Part):
    name: Text
    turns: Number = 0


class _Sentence(_Part):
    text: Text
    items: Annotated[list[Number], Field(min_length=1)]
    turns: list[Number] = []
    unsupported: list[str] = []


class _Item(_Part):
    id: Number
    kind: ItemKind
    text: Text
    turns: Annotated[list[Number], Field(min_length=1)]
    owner: Text | None = None
    due: Text | None = None
    due_date: str | None = None
    time: str | None = None
    speakers: list[str] = []
    unsupported: list[str] = []


class _Minutes(_Part):
    version: Literal[1] = 1
    title: Text
    date: str | None = None
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
    participants: Annotated[list[_Participant], Field(max_length=MOST)]
    summary: Annotated[list[_Sentence], Field(max_length=MOST)] = []
    items: Annotated[list[_Item], Field(max_length=MOST)]


def edited(
    order: Order, coverage: Mapping[str, Json], given: Json, sections: Sequence[ItemKind]
) -> tuple[str, dict[str, Json]]:
    """The document and the coverage of minutes that were edited to *given*. What an edited item says and its turns do not is
    marked, as in those of a model; an item that has not changed keeps its marks.

    Raises BadParameter, which names the place."""
    read = _read(given)
    named = as_named(order)
    meeting = Meeting.of(named, str(coverage.get("language") or read.language))
    present, meeting = frozenset(meeting.turns), with_struck(meeting, order)
    before = {_key(each): each.get("unsupported", []) for each in coverage["minutes"]["items"]}
    cited = {(each["text"], tuple(each["turns"])) for each in coverage["minutes"].get("summary", ())}
    items = tuple(_item(f"items.{place}", each, meeting, present, before) for place, each in enumerate(read.items))
    _refuse_twins(items)
    minutes = Minutes(
        read.title.strip(),
        read.language,
        tuple((each.name, each.turns) for each in read.participants),
        items,
        tuple(
            _sentence(f"summary.{place}", each, items, meeting, present=present, before=cited)
            for place, each in enumerate(read.summary)
        ),
        _day("date", read.date),
    )
    told = counted({**coverage, "minutes": minutes.record()})
    return document(order, told, sections), dict(told)


def _read(given: Json) -> _Minutes:
    try:
        return _Minutes.model_validate(given)
    except ValidationError as exc:
        error = exc.errors(include_url=False, include_input=False)[0]
        raise BadParameter(".".join(map(str, error["loc"])) or "minutes", str(error["msg"])) from exc


def _key(item: Mapping[str, Json]) -> tuple[Any, ...]:
    return (item["text"], tuple(item["turns"]), item.get("owner"), item.get("due"))


def _item(
    where: str,
    given: _Item,
    meeting: Meeting,
    present: frozenset[int],
    before: Mapping[tuple[Any, ...], Sequence[str]],
) -> Item:
    turns = tuple(sorted(set(given.turns)))
    known = before.get((given.text, turns, given.owner, given.due))
    if known is None:
        _refuse_unknown(f"{where}.turns", turns, present)
    marks = tuple(known) if known is not None else _marks(given, turns, meeting)
    due_date = _day(f"{where}.due_date", given.due_date)
    item = Item(given.kind, given.text, turns, given.owner, given.due, due_date, marks, id=given.id)
    return dressed(item, meeting)


def _marks(given: _Item, turns: tuple[int, ...], meeting: Meeting) -> tuple[str, ...]:
    said = meeting.evidence(turns)
    missing = list(unsupported(given.text, said, meeting))
    if given.owner and not assigns(given.owner, said, meeting):
        missing.append(given.owner)
    if given.due and not is_said(given.due, said):
        missing.append(given.due)
    return tuple(dict.fromkeys(missing))


def _sentence(
    where: str,
    given: _Sentence,
    items: Sequence[Item],
    meeting: Meeting,
    *,
    present: frozenset[int],
    before: Container[tuple[str, tuple[int, ...]]],
) -> Sentence:
    known = {item.id: item for item in items}
    for number in given.items:
        if number not in known:
            raise BadParameter(f"{where}.items", f"there is no item {number}; name one of `items` by its id")
    cited = [known[number] for number in given.items]
    turns = tuple(sorted(set(given.turns))) or turns_of(item.turns for item in cited)
    if given.turns and (given.text, turns) not in before:
        _refuse_unknown(f"{where}.turns", turns, present)
    return Sentence(given.text, tuple(given.items), turns, marks_of(given.text, cited, turns, meeting))


def _refuse_unknown(where: str, turns: Sequence[int], present: frozenset[int]) -> None:
    """Raises BadParameter for a turn that there is not. An item or sentence that nobody changes may go on citing one that was
    struck: it is stale, which the job says."""
    for number in turns:
        if number not in present:
            raise BadParameter(
                where,
                f"the transcript has no turn {number}, or it is struck; give numbers that GET /jobs/{{jobId}}/transcript shows",
            )


def _refuse_twins(items: Sequence[Item]) -> None:
    counted = Counter(item.id for item in items)
    twin = next((number for number, times in counted.items() if times > 1), None)
    if twin is not None:
        raise BadParameter("items", f"two items have the id {twin}: give each its own")


def _day(where: str, given: str | None) -> str | None:
    return None if given is None else day(given, where)
