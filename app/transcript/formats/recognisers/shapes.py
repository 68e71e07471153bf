"""The ways in which one JSON can be read as a transcript, and the choice between them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from app.transcript.formats.recognisers import recorders, tracks
from app.transcript.formats.recognisers.chats import graph_messages
from app.transcript.formats.recognisers.columns import in_english
from app.transcript.formats.recognisers.keys import (
    ALTERNATIVES,
    ERRORS,
    LISTS,
    WHOLE,
    WORD_LISTS,
    Object,
    first_text,
    is_derived,
)
from app.transcript.formats.recognisers.segments import (
    FULL,
    are_words,
    best_of,
    is_interim,
    joined_words,
    text_of,
    utterances_of,
)
from app.transcript.formats.recognisers.services import READERS, azure_events
from app.transcript.formats.recognisers.speakers import (
    apart_by_channel,
    apart_by_person,
    by_channel,
    names_by_id,
    person_name,
)
from app.transcript.turn import Utterance

DEEPEST_LIST = 8  # objects around a list of segments
_WORD = re.compile(r"\w+")
_LABEL = re.compile(r"^[^:\n]{1,40}:(?= )", re.MULTILINE)
_WRAPPING = ("transcript", "response")  # keys of objects that hold a segment and nothing else
_WRAPPED = 3  # more keys than an object has that holds a segment
_ENVELOPES = ("message",)  # an object around a report, which elsewhere says what went wrong
_TALKING = frozenset(["user", "assistant", "bot", "agent", "ai", "human", "model", "customer"])  # roles
_NOTICES = ("_join", "_leave", "_topic", "_purpose", "_archive")  # kinds of messages that a chat writes itself
_UNSPOKEN = frozenset(
    ["system", "developer", "tool", "function", "tool_calls", "tool_call", "tool_response", "tool_result"]
) | {
    "tool_call_result",
    "tool_call_invocation",
}


@dataclass(frozen=True)
class Shape:
    """One way to read a document: *said* in its order; *words* if it came word by word, *whole* if it is one text."""

    said: Sequence[Utterance]
    rank: int
    words: bool = False
    whole: bool = False
    interim: int = 0
    unspoken: int = 0
    recogniser: str = ""

    @property
    def named(self) -> bool:
        return any(each.speaker for each in self.said)

    @property
    def size(self) -> int:
        return sum(len("".join(each.text.split())) for each in self.said)


def plainly_said(given: Any) -> Shape | None:
    """Lists of texts, of pairs of a name and a text, or of objects with one name and what it says; alone or below one key."""
    if isinstance(given, dict):
        lists = [value for value in given.values() if isinstance(value, list)]
        return plainly_said(lists[0]) if len(lists) == 1 else None
    if not isinstance(given, list) or not given:
        return None
    if all(isinstance(each, str) for each in given):
        return Shape([Utterance("", "\n".join(given))], 0, whole=True)
    pairs = [next(iter(each.items())) if isinstance(each, dict) and len(each) == 1 else each for each in given]
    if len(pairs) < 2 or not all(
        isinstance(each, list | tuple) and len(each) == 2 and all(isinstance(value, str) for value in each) for each in pairs
    ):
        return None
    said = [Utterance(who, what) for who, what in pairs if what.strip()]
    return Shape(said, 0) if said and len({each.speaker for each in said}) < len(said) else None


def chosen_of(shapes: Sequence[Shape]) -> Shape | None:
    """The shape that holds all words, names speakers if any does, and keeps sentences together if any does."""
    parted = [shape for shape in shapes if not shape.whole]
    most = max((shape.size for shape in parted), default=0)
    full = [shape for shape in parted if shape.size >= FULL * most]
    if not any(shape.named or shape.rank < len(LISTS) for shape in full):
        full += _said_by_name(parted, full)
    best = min(full, key=lambda shape: (not shape.named, shape.words, shape.rank), default=None)
    whole = max((shape for shape in shapes if shape.whole), key=lambda shape: shape.size, default=None)
    if whole is not None and (best is None or _lacks_words(best, whole)):
        return whole
    if best is not None and whole is not None and best.words and len(best.said) == 1 and not best.named:
        return _punctuated(best, whole.said[0].text)
    return best


def _said_by_name(shapes: Sequence[Shape], fuller: Sequence[Shape]) -> list[Shape]:
    """Lists that are called as transcripts are, name speakers, and say something else than *fuller* ones, which do neither:
    those are what was seen on slides, or made from the transcript."""
    told = {word for shape in fuller for word in _words_in(shape)}
    named = [shape for shape in shapes if shape.named and shape.rank < len(LISTS)]
    return [shape for shape in named if 2 * sum(word in told for word in _words_in(shape)) < len(_words_in(shape))]


def _words_in(shape: Shape) -> list[str]:
    return [word for each in shape.said for word in _WORD.findall(each.text.casefold())]


def _punctuated(shape: Shape, text: str) -> Shape:
    """The *shape* of words that nobody is named for, with the *text* that has punctuation as well, if both say the same."""
    (said,) = shape.said
    same = _WORD.findall(said.text.casefold()) == _WORD.findall(text.casefold())
    return replace(shape, said=[replace(said, text=text)]) if same else shape


def _lacks_words(shape: Shape, whole: Shape) -> bool:
    """Whether the whole text says much that *shape* does not; labels in it are nothing that is said."""
    said = Counter(word for each in shape.said for word in _WORD.findall(each.text.casefold()))
    names = {word for each in shape.said for word in _WORD.findall(each.speaker.casefold())}
    text = whole.said[0].text
    text = _LABEL.sub("", text) if len(_LABEL.findall(text)) == text.strip().count("\n") + 1 else text
    words = [word for word in _WORD.findall(text.casefold()) if word not in names and not word.isdigit()]
    return sum((Counter(words) - said).values()) > (1 - FULL) * len(words) + 1


def shapes_of(found: Any, documents: Sequence[Object]) -> Iterator[Shape]:
    for name, said in _read_as_known(found, documents):
        if said is not None:
            yield Shape([each for each in said if each.text.strip()], 0, recogniser=name)
            return
    called = names_by_id([*documents, *_wrapped_in(found)])
    listed = list(_listed(found, called, made=False))
    yield from listed if any(shape.said for shape in listed) else _listed(found, called)
    if isinstance(found, dict) and any(
        key.startswith("speaker") and person_name(value, called) for key, value in found.items()
    ):
        yield _shape_of("", [found], called)  # one segment alone
    for document in documents:
        whole = first_text(document, WHOLE)
        if whole:
            yield Shape([Utterance("", whole)], len(LISTS), whole=True)


def _read_as_known(found: Any, documents: Sequence[Object]) -> Iterator[tuple[str, list[Utterance] | None]]:
    """What each reader of one recogniser's JSON makes of the documents."""
    yield "Azure Speech", azure_events(found)
    yield "Microsoft Teams", graph_messages(found)
    for document in documents:
        for value in document.values():
            yield "Azure Speech", azure_events(value)
        for name, reader in (*READERS, *recorders.READERS):
            yield name, reader(document)


def _listed(
    found: Any, called: Mapping[str, str], depth: int = DEEPEST_LIST, key: str = "", *, made: bool = True
) -> Iterator[Shape]:
    """A shape for each list of segments or words in *found*; of those *made* from a transcript only if this is wanted."""
    if isinstance(found, list):
        objects = in_english(_rows_as_objects(_with_replies([_unwrapped(each) for each in found if each is not None])))
        if objects and all(isinstance(each, dict) for each in objects):
            yield _shape_of(key, [best_of(objects)] if key in ALTERNATIVES else objects, called)
            if len(objects) == 1:
                yield from _listed(objects[0], called, depth, key, made=made)
        return
    if isinstance(found, dict) and len(found) > 1 and all(isinstance(each, dict) and text_of(each) for each in found.values()):
        yield _shape_of(key, list(found.values()), called)
    if isinstance(found, dict) and depth:
        for name, value in found.items():
            if isinstance(value, dict | list) and (name not in ERRORS or name in _ENVELOPES) and (made or not is_derived(name)):
                yield from _listed(value, called, depth - 1, name, made=made)


def _unwrapped(item: Any) -> Any:
    """The segment in an object of its own, as Contact Lens gives them out (`{"transcript": {…}}`), or beside its kind
    (`{"type": "cue", "data": {…}}`, `{"type": "post", "post": {…}}`); else *item* itself."""
    if not isinstance(item, dict) or not 0 < len(item) < _WRAPPED:
        return item
    kind = item.get("type")
    key = next((key for key in _WRAPPING if item.keys() == {key}), "")
    if not key and item.keys() - {"type"} in ({"data"}, {kind}) and kind is not None:
        key = next(iter(item.keys() - {"type"}))
    held = item.get(key)
    return held if isinstance(held, dict) else item


def _wrapped_in(found: Any) -> list[Object]:
    """The objects in a list that stand in objects of their own: each may tell who speaks in it."""
    return [held for each in found if (held := _unwrapped(each)) is not each] if isinstance(found, list) else []


def _with_replies(items: Sequence[Any]) -> Sequence[Any]:
    """The *items*, each followed by the replies in it that say something."""
    if not any(isinstance(each, dict) and isinstance(each.get("replies"), list) for each in items):
        return items
    made: list[Any] = []
    for each in items:
        replies = each.get("replies") if isinstance(each, dict) else None
        made += [each, *(one for one in replies or () if isinstance(one, dict) and text_of(one))]
    return made


def _rows_as_objects(rows: Sequence[Any]) -> list[Any]:
    """The *rows* as segments. Of two texts in each, that is the speaker's name which fewer differ in."""
    objects = [_row_as_object(each) for each in rows]
    if not rows or not isinstance(rows[0], list):
        return objects
    made = [each for each, row in zip(objects, rows, strict=True) if isinstance(row, list) and isinstance(each, dict)]
    if len(made) != len(rows) or not all("speaker" in each for each in made):
        return objects
    first, second = ({each[key] for each in made} for key in ("text", "speaker"))
    if len(first) < len(second):
        return [{**each, "text": each["speaker"], "speaker": each["text"]} for each in made]
    return objects


def _row_as_object(row: Any) -> Any:
    """A segment that was written as a list: `[7, 2100, 0.0, 3.2, " Good morning", …]`, `[0.0, 3.2, "Good morning"]`."""
    if not isinstance(row, list):
        return row
    numbers = [each for each in row if isinstance(each, int | float) and not isinstance(each, bool)]
    texts = [each for each in row if isinstance(each, str)]
    if not texts or len(numbers) < 2 or not isinstance(row[0], int | float):
        return row
    before = row.index(texts[0])
    start, end = (row[before - 2], row[before - 1]) if before >= 2 else (None, None)
    return {"start": start, "end": end, "text": texts[0], **({"speaker": texts[1]} if len(texts) == 2 else {})}


def _last_of_each(objects: Sequence[Object]) -> Sequence[Object]:
    """Partial results of which none is final, without those that the next one goes on from."""
    texts = ["".join(text_of(each).split()).casefold() for each in objects]
    goes_on = [behind.startswith(before) for before, behind in pairwise(texts)]
    return [each for each, grew in zip(objects, [*goes_on, False], strict=True) if not grew]


def _original(objects: Sequence[Object]) -> Sequence[Object]:
    """The *objects* without the words of translations that stand among what was said."""
    if not any("translationstatus" in each for each in objects):
        return objects
    return [each for each in objects if each.get("translationstatus") != "translation"] or objects


def _spoken(objects: Sequence[Object]) -> Sequence[Object]:
    """The *objects* without what nobody says: what a system is told and what tools answer, in the messages of a call or a
    chat with a model; that somebody joins a channel; what a recorder writes between the lines of a transcript."""
    roles = [str(each.get("role")).casefold().removeprefix("message_role_") for each in objects]
    if not _UNSPOKEN.isdisjoint(roles) and not _TALKING.isdisjoint(roles):
        return [each for each, role in zip(objects, roles, strict=True) if role not in _UNSPOKEN]
    if any("subtype" in each for each in objects):
        return [each for each in objects if not str(each.get("subtype")).endswith(_NOTICES)]
    if any(each.get("type") == "transcript" for each in objects):
        return [each for each in objects if each.get("type", "transcript") == "transcript"]
    return objects


def _shape_of(key: str, objects: Sequence[Object], called: Mapping[str, str]) -> Shape:
    final = [each for each in objects if not is_interim(each)]
    heard = final or _last_of_each(objects)
    spoken = _spoken(heard)
    kept = _original(spoken)
    unspoken = len(heard) - len(spoken)
    rank = LISTS.index(key) if key in LISTS else len(LISTS) + 1
    of_words = key in WORD_LISTS and are_words(kept) and not any("alternatives" in each and "words" in each for each in kept)
    words = of_words or all("word" in each for each in kept)
    on_tracks = tracks.said_on(key, kept, called) if key in tracks.KEYS else None
    if on_tracks is not None:
        return Shape([each for each in on_tracks if each.text.strip()], rank, unspoken=unspoken)
    said = joined_words(kept, called) if words else [each for item in kept for each in utterances_of(item, called)]
    if not any(each.speaker for each in said):
        said = by_channel(kept, said) if not words and len(said) == len(kept) else said
    elif not words and len(said) == len(kept):
        said = apart_by_channel(kept, apart_by_person(kept, said, called))
    said = [each for each in said if each.text.strip()]
    return Shape(said, rank, words=words, interim=len(objects) - len(kept) - unspoken, unspoken=unspoken)
