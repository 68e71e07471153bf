"""A model's answer to a question: it cites turns that it was shown, and is checked against them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.backends.base import Call, Message
from app.errors import NoRoom
from app.kinds.base import messages_with
from app.kinds.evidence import unsupported
from app.kinds.minutes.answers import numbers_in, value_in
from app.kinds.minutes.asking import Asking, list_of, object_of
from app.kinds.minutes.extraction import Numbered
from app.kinds.question.ranking import Ranking, Reply, quoted
from app.orders import Json
from app.transcript import split

MOST_TOKENS = 500  # of an answer
LONGEST = 4000  # characters of an answer
SHOWN_OF_A_TURN = 400  # tokens; of a longer turn the first part is shown
LINE = 8  # tokens that the number, the name and the line end of a turn may cost
_ASKED = """Below are turns of a meeting, each with its number. Answer the question with what these turns say, and nothing else.
Answer in the language of the question, in one to three sentences. Answer with JSON:
{{"said": true, "answer": "…", "turns": [numbers of the turns that say it]}}
If the turns do not say it: {{"said": false, "answer": null, "turns": []}}

Turns:
{turns}

Question: {question}"""


def answered(asking: Asking, ranking: Ranking) -> Reply:
    """The model's answer. One without a turn, or that says what its turns do not, is asked for once more; what then rests on no
    turn is replaced by the turns themselves."""
    if not ranking.turns:
        return quoted(ranking)
    shown = _shown(asking, ranking)
    call = _call(asking, ranking, shown)
    answer = asking.ask("ask", call)
    reply, faults = _read(asking, ranking, answer.text, shown)
    if faults:
        repaired = asking.repair("ask", call, answer, faults)
        if repaired is not None:
            again, _ = _read(asking, ranking, repaired.text, shown)
            reply = again or reply
    if reply is None or reply.answer in reply.unsupported:
        return quoted(ranking)
    return reply


def _shown(asking: Asking, ranking: Ranking) -> list[int]:
    """The turns that a prompt holds: all, or those that are most about the question. Raises NoRoom."""
    limit = asking.flavor.total_context_length - _most(asking)
    room = limit - asking.work.measure(_messages(asking, ranking, ()))
    numbers = ranking.around()
    costs = asking.work.count([str(Numbered(ranking.turns[number])) for number in numbers])
    shown: list[int] = []
    for number, cost in zip(numbers, costs, strict=True):
        needed = min(cost, SHOWN_OF_A_TURN) + LINE
        if needed <= room:
            shown.append(number)
            room -= needed
    while shown and asking.work.measure(_messages(asking, ranking, shown)) > limit:
        shown = shown[: len(shown) * 3 // 4]
    if not shown:
        raise NoRoom(f"totalContextLength {asking.flavor.total_context_length} leaves no room for a turn beside the question")
    return sorted(shown)


def _most(asking: Asking) -> int:
    return min(asking.flavor.max_generation_length, MOST_TOKENS)


def _messages(asking: Asking, ranking: Ranking, shown: Sequence[int]) -> tuple[Message, ...]:
    pieces = split([ranking.turns[number] for number in shown], SHOWN_OF_A_TURN, asking.work.count)
    listed = "\n".join(str(Numbered(piece)) for piece in pieces if piece.part == 0)
    return messages_with(asking.flavor, _ASKED.format(turns=listed, question=ranking.question))


def _call(asking: Asking, ranking: Ranking, shown: Sequence[int]) -> Call:
    schema = object_of(
        said={"type": "boolean"},
        answer={"type": ["string", "null"]},
        turns=list_of({"type": "integer", "enum": list(shown)}),
    )
    return replace(asking.call(_messages(asking, ranking, shown), "answer", schema), max_tokens=_most(asking))


def _read(asking: Asking, ranking: Ranking, text: str, shown: Sequence[int]) -> tuple[Reply | None, list[str]]:
    """The reply in what a model said, None if there is none that rests on a turn; and what is to be put right."""
    value = value_in(text)
    if not isinstance(value, Mapping):
        return None, ['the answer is no JSON object {"said": …, "answer": …, "turns": […]}']
    answer = _line(value.get("answer"))
    if value.get("said") is False or not answer:
        return Reply(ranking.question, None, considered=len(shown)), []
    turns = numbers_in(value.get("turns"), frozenset(shown))
    if not turns:
        return None, ["name the numbers of the turns that say it"]
    if ranking.speaker is not None and all(ranking.turns[number].speaker != ranking.speaker for number in turns):
        return None, [f"name the turns of {ranking.speaker} that say it, or say that it was not said"]
    evidence, known = asking.meeting.evidence(turns), set(ranking.question.split())
    marks = tuple(mark for mark in unsupported(answer, evidence, asking.meeting) if mark not in known)
    faults = [f"the turns {list(turns)} do not say {list(marks)}"] if marks else []
    return Reply(ranking.question, answer, turns, marks, considered=len(shown)), faults


def _line(given: Json) -> str:
    return " ".join(given.encode("utf-8", "ignore").decode().split())[:LONGEST] if isinstance(given, str) else ""
