"""What a small model takes a sentence for: how likely each of five letters is."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.backends.base import Answer, Call, Message
from app.kinds.minutes import acts
from app.kinds.minutes.asking import Asking, object_of
from app.kinds.minutes.choosing import Part
from app.kinds.minutes.items import ItemKind

LETTERS: Mapping[str, ItemKind] = {"D": "decision", "A": "action", "Q": "question", "F": "topic"}
SKIP = "S"
UNKNOWN: Mapping[str, float] = {"D": 0.1, "A": 0.2, "Q": 0.1, "F": 0.3, "S": 0.3}  # of a sentence that no model has read
FEWEST = 8  # sentences that make an average
TOP = 10  # likeliest tokens that are asked for
Label = Mapping[str, float]


def labelled(asking: Asking, part: Part) -> tuple[Label, str]:
    """How likely each letter is for a part, and the name of the model that says so."""
    answer = asking.ask(step_of(part), label_call(asking, part))
    return _likely(answer) or _named(asking, part, answer), answer.model


def _named(asking: Asking, part: Part, answer: Answer) -> Label:
    """The letter of an answer without logprobs, as likely; asked for once more if there is none."""
    schema = object_of(label={"type": "string", "enum": [*LETTERS, SKIP]})
    asked = replace(asking.call(_messages(asking, part), "label", schema), max_tokens=16)
    said = re.search(rf"\b([{''.join(LETTERS)}{SKIP}])\b", answer.text)
    letter = said or re.search(rf'"([{"".join(LETTERS)}{SKIP}])"', asking.ask(f"{step_of(part)}/label", asked).text)
    return {letter[1]: 0.8, SKIP: 0.2} if letter and letter[1] != SKIP else {SKIP: 1.0}


def calibrated(labels: Sequence[Label]) -> list[Label]:
    """The probabilities against those that the model gives in this meeting on average: a small model has its favourite letter,
    whatever it reads. Too few sentences have no average."""
    if len(labels) < FEWEST:
        return list(labels)
    mean = {letter: sum(each.get(letter, 0.0) for each in labels) / len(labels) for letter in (*LETTERS, SKIP)}
    found: list[Label] = []
    for each in labels:
        ratios = {letter: UNKNOWN[letter] * each.get(letter, 0.0) / share for letter, share in mean.items() if share > 0}
        whole = sum(ratios.values()) or 1.0
        found.append({letter: ratio / whole for letter, ratio in ratios.items()})
    return found


def step_of(part: Part) -> str:
    return f"turn/{part.turn.source}/{part.number}"


def label_call(asking: Asking, part: Part) -> Call:
    """The call that asks for one letter, and how likely each letter was."""
    return only_token(asking, _messages(asking, part), TOP)


def only_token(asking: Asking, messages: tuple[Message, ...], top: int) -> Call:
    """A call whose answer is one token, with the *top* likeliest in its place."""
    return replace(asking.plain(messages, 1), temperature=0.0, logprobs=True, top_logprobs=top, stop=())


def _messages(asking: Asking, part: Part) -> tuple[Message, ...]:
    pack = asking.meeting.heard
    shown = [part for said, letter in pack.examples for part in (Message("user", said), Message("assistant", letter))]
    said = Message("user", f"{part.turn.speaker} : {part.text}")
    return (Message("system", asking.flavor.system or pack.label), *shown, said)


def _likely(answer: Answer) -> dict[str, float]:
    """The probability of each letter among the likeliest first tokens."""
    found: dict[str, float] = {}
    for token, chance in acts.tops_of(answer).items():
        if token.strip() in (*LETTERS, SKIP):
            found[token.strip()] = found.get(token.strip(), 0.0) + math.exp(min(chance, 0.0))
    whole = sum(found.values())
    return {letter: share / whole for letter, share in found.items()} if whole > 0 else {}
