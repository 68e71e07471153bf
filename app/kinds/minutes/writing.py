"""The title and the short summary: sentences that cite items, checked against the turns of these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.backends.base import Call, Message
from app.kinds.evidence import turns_of, unsupported
from app.kinds.languages import is_other
from app.kinds.meeting import Meeting
from app.kinds.minutes.answers import line_of, numbers_in, unmarked, value_in
from app.kinds.minutes.asking import OTHER_LANGUAGE, Asking, in_language, list_of, object_of
from app.kinds.minutes.items import Item, Sentence
from app.orders import Json

MOST_SENTENCES = 3
LONGEST_TITLE = 120  # characters
_WEIGHT = {"decision": 0, "action": 1, "question": 2, "topic": 3}

Written = tuple[str, tuple[Sentence, ...]]


def written(asking: Asking, items: Sequence[Item]) -> Written:
    """Title and sentences; a sentence without an item is dropped, what the turns do not say is marked, a title that they do not
    say is given up. Asked once more if something is wrong."""
    shown = _shown(asking, items)
    if not shown:
        return "", ()
    call = _call(asking, shown)
    answer = asking.ask("write", call)
    title, sentences, faults = _read(asking, answer.text, shown)
    if faults:
        repaired = asking.repair("write", call, answer, faults)
        again = _read(asking, repaired.text, shown) if repaired is not None else ("", (), faults)
        if again[1] and len(again[2]) <= len(faults):
            title, sentences, faults = again
    if in_language(asking.meeting) in faults:
        asking.tally.at_fault("write", [OTHER_LANGUAGE])
    return title, sentences


def _shown(asking: Asking, items: Sequence[Item]) -> list[Item]:
    """The items that a prompt holds, decisions and actions before the others; those with doubts are not shown."""
    ranked = sorted((item for item in items if not item.unsupported), key=lambda item: (_WEIGHT[item.kind], item.id))
    while ranked and asking.work.measure(_messages(asking, ranked)) > asking.limit:
        ranked = ranked[: len(ranked) * 3 // 4]
    return sorted(ranked, key=lambda item: item.id)


def _messages(asking: Asking, items: Sequence[Item]) -> tuple[Message, ...]:
    listed = "\n".join(f"[{item.id}] {item.kind}: {item.text}" for item in items)
    return asking.messages(asking.template(".write", asking.meeting.pack.write), items=listed)


def _call(asking: Asking, items: Sequence[Item]) -> Call:
    ids = list_of({"type": "integer", "enum": [item.id for item in items]}, minItems=1)
    sentence = object_of(text={"type": "string"}, items=ids)
    schema = object_of(title={"type": "string"}, summary=list_of(sentence, maxItems=MOST_SENTENCES))
    return asking.call(_messages(asking, items), "summary", schema)


def _read(asking: Asking, text: str, items: Sequence[Item]) -> tuple[str, tuple[Sentence, ...], list[str]]:
    value = value_in(text)
    if not isinstance(value, Mapping):
        return "", (), ['the answer is no JSON object {"title": "…", "summary": […]}']
    entries = value.get("summary")
    read = [_sentence(asking, entry, items) for entry in (entries if isinstance(entries, list) else [])[:MOST_SENTENCES]]
    sentences = tuple(each for each in read if each is not None)
    faults = ["every sentence must name the items that it rests on"] if None in read else []
    faults += [f"the items do not say {list(each.unsupported)}" for each in sentences if each.unsupported]
    if is_other(" ".join(each.text for each in sentences), asking.meeting.language):
        faults.append(in_language(asking.meeting))
    return _title(asking, value.get("title"), items), sentences, faults


def _title(asking: Asking, given: Json, items: Sequence[Item]) -> str:
    title = unmarked(line_of(given)).lstrip("# ")[:LONGEST_TITLE]
    turns = asking.meeting.evidence(turns_of(item.turns for item in items))
    return title if title and not unsupported(title, turns, asking.meeting) else ""


def _sentence(asking: Asking, entry: Json, items: Sequence[Item]) -> Sentence | None:
    if not isinstance(entry, Mapping):
        return None
    known = {item.id: item for item in items}
    text, ids = unmarked(line_of(entry.get("text"))), numbers_in(entry.get("items"), frozenset(known))
    if not text or not ids:
        return None
    cited = [known[each] for each in ids]
    turns = turns_of(item.turns for item in cited)
    return Sentence(text, ids, turns, marks_of(text, cited, turns, asking.meeting))


def marks_of(text: str, items: Sequence[Item], turns: Sequence[int], meeting: Meeting) -> tuple[str, ...]:
    """What a sentence says that its *turns* do not; it may name the owners of the *items* that it rests on."""
    owners = {part for item in items for part in (item.owner or "").split()}
    return tuple(each for each in unsupported(text, meeting.evidence(turns), meeting) if each not in owners)
