"""The extractive pass: a small model gives each turn one letter, and the minutes quote the turns that matter most."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.backends.base import Answer, Call, Message
from app.kinds.base import Phase
from app.kinds.minutes.asking import Asking, object_of
from app.kinds.minutes.evidence import due_date
from app.kinds.minutes.items import Item, ItemKind
from app.kinds.minutes.languages import Pack
from app.kinds.minutes.meeting import ENDS
from app.transcript import UNKNOWN_SPEAKER, Turn

LETTERS: Mapping[str, ItemKind] = {"D": "decision", "A": "action", "Q": "question", "F": "topic"}
SKIP = "S"
SHARE = 0.2  # of the transcript's words that the minutes may have
LEAST_WORDS, LEAST_ITEMS = 200, 14  # that even a short meeting may have
AN_HOUR = 40  # items of an hour of meeting
PACE = 150  # words a minute, if the transcript has no times
LONGEST = 45  # words of a quotation; of a longer turn only the sentences that matter are quoted
LEAST_SCORE = 0.45  # below it a turn is not worth quoting
SURE = 0.6  # probability from which the letters D and A are believed without a cue
SHORTEST, LONGEST_ANSWER, SHORT_QUESTION = 3, 20, 12  # words: of a fact, of a promise, of a question that says little
UNFINISHED = 0.6  # taken off the score of a sentence without an end: it breaks off
LEAST_CUED = 0.5  # a sentence that decides or promises counts, whatever the letter of its turn is
SHORT = 5  # words of a sentence that says little
TOP = 10  # likeliest tokens that are asked for
_NUMBER = re.compile(r"\d")
_MONEY = re.compile(r"[€$£%]|\b(?:euros?|pounds?|dollars?)\b", re.IGNORECASE)
_SOUND = re.compile(r"[{\[(<][^{}\[\]()<>]{0,40}[}\])>]")
_SENTENCE = re.compile(r"(?<=[.!?\u061f\u2026])\s+")


@dataclass(frozen=True)
class Part:
    """Some sentences of a turn with the same label; *score* says how much they matter, 0 to 2."""

    turn: Turn
    text: str
    kind: ItemKind
    score: float
    owner: str | None = None
    turns: tuple[int, ...] = ()

    @property
    def words(self) -> int:
        return len(self.text.split())


def selected(asking: Asking, phase: Phase, kinds: Sequence[ItemKind]) -> list[Item]:
    """The quoted items of the whole meeting, in its order."""
    spoken = worth_a_call(asking)
    asking.tally.add("fillers", len(asking.meeting.turns) - len(spoken))
    labels = asking.side_by_side(phase, spoken, lambda _number, turn: labelled(asking, turn))
    asking.tally.add("turns_sent", len(spoken))
    parts = [part for turn, label in zip(spoken, labels, strict=True) for part in parts_of(asking, turn, label)]
    found = [part for part in _paired(asking, parts) if part.kind in kinds and part.score >= LEAST_SCORE]
    return [_item(asking, part) for part in _fitting(asking, found)]


def worth_a_call(asking: Asking) -> list[Turn]:
    """The turns that say something."""
    return [turn for turn in asking.meeting.turns.values() if not is_filler(turn.text, asking.meeting.heard)]


def is_filler(text: str, pack: Pack) -> bool:
    """Whether a turn says nothing: sounds, a greeting, a single yes."""
    bare = _SOUND.sub(" ", text)
    return not re.search(r"\w", bare) or bool(re.match(pack.greeting, bare.strip(), re.IGNORECASE))


def cleaned(text: str, pack: Pack) -> str:
    """The words of a turn without sounds and fillers; a word said twice in a row is said once."""
    bare = re.sub(pack.filler, "", _SOUND.sub(" ", text), flags=re.IGNORECASE)
    bare = re.sub(r"\b(\w+)(?:,?\s+\1\b)+", r"\1", bare, flags=re.IGNORECASE)
    bare = re.sub(r"\s+([,.])", r"\1", " ".join(bare.split())).strip(" ,;-\u2013")
    return bare[:1].upper() + bare[1:]


# -- labels ------------------------------------------------------------------------------------------------------------------


def labelled(asking: Asking, turn: Turn) -> Mapping[str, float]:
    """How likely each letter is for a turn. A server without logprobs gives one letter, which counts as likely."""
    answer = asking.ask(step_of(turn), label_call(asking, turn))
    found = _likely(answer)
    if found:
        return found
    schema = object_of(label={"type": "string", "enum": [*LETTERS, SKIP]})
    asked = replace(asking.call(_messages(asking, turn), "label", schema), max_tokens=16)
    said = re.search(rf"\b([{''.join(LETTERS)}{SKIP}])\b", answer.text)
    letter = said or re.search(rf'"([{"".join(LETTERS)}{SKIP}])"', asking.ask(f"turn/{turn.source}/label", asked).text)
    return {letter[1]: 0.8, SKIP: 0.2} if letter and letter[1] != SKIP else {SKIP: 1.0}


def step_of(turn: Turn) -> str:
    return f"turn/{turn.source}"


def label_call(asking: Asking, turn: Turn) -> Call:
    """The call that asks for one letter, and how likely each letter was."""
    call = asking.plain(_messages(asking, turn), 1)
    return replace(call, temperature=0.0, logprobs=True, top_logprobs=TOP, stop=())


def _messages(asking: Asking, turn: Turn) -> tuple[Message, ...]:
    pack = asking.meeting.heard
    shown = [part for said, letter in pack.examples for part in (Message("user", said), Message("assistant", letter))]
    words = " ".join(turn.text.split()[:120])
    return (Message("system", asking.flavor.system or pack.label), *shown, Message("user", f"{turn.speaker} : {words}"))


def _likely(answer: Answer) -> dict[str, float]:
    """The probability of each letter among the likeliest first tokens."""
    content = answer.logprobs.get("content") if isinstance(answer.logprobs, Mapping) else None
    first = content[0] if isinstance(content, list) and content and isinstance(content[0], Mapping) else {}
    found: dict[str, float] = {}
    for each in first.get("top_logprobs") or ():
        token, chance = each.get("token"), each.get("logprob")
        if isinstance(token, str) and isinstance(chance, int | float) and token.strip() in (*LETTERS, SKIP):
            found[token.strip()] = found.get(token.strip(), 0.0) + math.exp(min(chance, 0.0))
    whole = sum(found.values())
    return {letter: share / whole for letter, share in found.items()} if whole > 0 else {}


# -- parts of a turn ---------------------------------------------------------------------------------------------------------


def parts_of(asking: Asking, turn: Turn, label: Mapping[str, float]) -> list[Part]:
    """The parts of a turn that may be quoted: neighbouring sentences of one label together, and a decision with the facts that
    follow it."""
    pack = asking.meeting.heard
    parts: list[Part] = []
    for sentence in _SENTENCE.split(turn.text):
        text = cleaned(sentence, pack)
        kind, score = _judged(asking, text, label)
        score -= 0.0 if text.endswith(ENDS) or not asking.meeting.has_full_stops else UNFINISHED
        if is_filler(text, pack) or (kind == "topic" and len(text.split()) < SHORTEST):
            continue
        last = parts[-1] if parts else None
        follows = last is not None and (last.kind == kind or (last.kind == "decision" and kind == "topic"))
        if last is not None and follows and kind != "action" and last.words + len(text.split()) <= LONGEST:
            parts[-1] = replace(last, text=f"{last.text} {text}", score=max(last.score, score))
        else:
            parts.append(Part(turn, text, kind, score, turns=(turn.source,)))
    return parts


def _judged(asking: Asking, text: str, label: Mapping[str, float]) -> tuple[ItemKind, float]:
    """What a sentence is and how much it matters: the letter of its turn, put right by cues that cost nothing."""
    pack, said = asking.meeting.heard, {letter: label.get(letter, 0.0) for letter in LETTERS}
    letter = max(said, key=lambda each: said[each])
    score = 1.0 - label.get(SKIP, 0.0)
    if re.search(pack.decision, text, re.IGNORECASE):
        return "decision", max(score, LEAST_CUED) + 0.6
    is_question = text.rstrip().endswith(("?", "\u061f"))
    if _asks(asking, text) or (re.search(pack.promise, text, re.IGNORECASE) and not is_question):
        return "action", max(score, LEAST_CUED) + 0.5
    if is_question:
        return "question", score - (0.6 if len(text.split()) < SHORT_QUESTION else 0.2)
    kind: ItemKind = "topic" if letter in ("D", "A") and said[letter] < SURE else LETTERS[letter]
    cues = (0.2 if _NUMBER.search(text) else 0.0) + (0.1 if _MONEY.search(text) else 0.0)
    return kind, score - 0.25 + cues - (0.3 if len(text.split()) < SHORT else 0.0)


def _asks(asking: Asking, text: str) -> bool:
    """Whether a sentence gives somebody a task: it asks, or begins with a participant's name and says what that person does."""
    if re.search(asking.meeting.heard.request, text, re.IGNORECASE):
        return True
    firsts = {name.split()[0].casefold() for name in asking.meeting.participants if name.split()}
    words = re.findall(r"\w+", text.casefold())
    is_question = text.rstrip().endswith(("?", "\u061f"))
    return len(words) >= SHORT and not is_question and words[0] in firsts and text[len(words[0]) :].startswith(" ")


def _paired(asking: Asking, parts: Sequence[Part]) -> list[Part]:
    """The parts, each request as one with the promise of the next turn."""
    kept: list[Part] = []
    used: set[int] = set()
    for part in parts:
        is_answer = part.turn.source in used and part.kind in ("action", "topic") and bool(kept)
        if is_answer and _agrees(part.text, asking.meeting.heard):
            continue
        with_answer = _with_answer(asking, part) if part.kind in ("action", "decision") else part
        used |= set(with_answer.turns[1:])
        kept.append(with_answer)
    return kept


def _with_answer(asking: Asking, part: Part) -> Part:
    """*part* with who is to do it, and with the next turn if that person agrees there."""
    pack, speaker = asking.meeting.heard, part.turn.speaker
    asked = _asks(asking, part.text)
    named = _named(asking, part.text, speaker) if asked else speaker
    follower = asking.meeting.turns.get(part.turn.source + 1)
    addressed = {named} if named else {follower.speaker} if follower and part.text.endswith(("?", "\u061f")) else set()
    answers = asked and follower is not None and follower.speaker != speaker and follower.speaker in addressed
    if follower is not None and answers and _agrees(follower.text, pack):
        said = cleaned(follower.text, pack)
        text = f"{part.text} \u2014 {said}" if len(said.split()) <= LONGEST_ANSWER else part.text
        part = replace(part, text=text, turns=(part.turn.source, follower.source))
        named = follower.speaker
    return replace(part, owner=named if part.kind == "action" and named != UNKNOWN_SPEAKER else None)


def _agrees(text: str, pack: Pack) -> bool:
    return bool(re.match(pack.agreement, text, re.IGNORECASE) or re.search(pack.promise, text, re.IGNORECASE))


def _named(asking: Asking, text: str, speaker: str) -> str | None:
    """The one participant whom a text calls by name, other than who speaks."""
    words = {word.casefold() for word in re.findall(r"\w+", text)}
    called = [
        name
        for name in asking.meeting.participants
        if name != speaker and any(part.casefold() in words for part in name.split() if len(part) > 2)
    ]
    return called[0] if len(called) == 1 else None


# -- length ------------------------------------------------------------------------------------------------------------------


def _fitting(asking: Asking, parts: Sequence[Part]) -> list[Part]:
    """The parts that matter most, as many as the minutes may have, in the meeting's order."""
    turns = asking.meeting.turns.values()
    words = sum(len(turn.text.split()) for turn in turns)
    ends = [turn.end for turn in turns if turn.end is not None]
    hours = max(ends) / 3600 if ends else words / PACE / 60
    most_words, most = max(SHARE * words, LEAST_WORDS), max(int(AN_HOUR * hours), LEAST_ITEMS)
    kept: list[Part] = []
    for part in sorted(parts, key=lambda each: -each.score):
        if len(kept) < most and part.words <= most_words:
            kept.append(part)
            most_words -= part.words
    return sorted(kept, key=lambda each: (each.turn.source, parts.index(each)))


def _item(asking: Asking, part: Part) -> Item:
    due = _due(part.text, asking.meeting.heard) if part.kind == "action" else None
    day = due_date(due, asking.meeting.date) if due else None
    return asking.meeting.dressed(
        Item(part.kind, part.text, part.turns, part.owner if part.kind == "action" else None, due, day)
    )


def _due(text: str, pack: Pack) -> str | None:
    """The words of a text that name one day, None if it names none or several."""
    days = [*pack.weekdays, *sorted(pack.days, key=len, reverse=True)]
    found = re.findall(rf"\b(?:{'|'.join(map(re.escape, days))})\b", text, re.IGNORECASE) if days else []
    return found[0] if len(found) == 1 else None
