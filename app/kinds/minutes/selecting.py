"""The extractive pass: a small model gives each turn one letter, and the minutes quote the sentences that matter most."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from app.backends.base import Answer, Call, Message
from app.kinds.base import Phase
from app.kinds.evidence import due_date
from app.kinds.languages import Pack
from app.kinds.meeting import ENDS
from app.kinds.minutes.asking import Asking, object_of
from app.kinds.minutes.choosing import LEAST_CUED_TERMS, Part, chosen, follows, shortlisted, together
from app.kinds.minutes.items import Item, ItemKind, dressed, so_far
from app.kinds.minutes.sentences import cleaned, is_aside, is_filler, pieces, without_lead
from app.kinds.words import flat, stop_words, terms
from app.orders import Json
from app.transcript import TITLES, TITLES_IN_FULL, UNKNOWN_SPEAKER, Turn, sentence_ends

LETTERS: Mapping[str, ItemKind] = {"D": "decision", "A": "action", "Q": "question", "F": "topic"}
SKIP = "S"
UNKNOWN: Mapping[str, float] = {"D": 0.1, "A": 0.2, "Q": 0.1, "F": 0.3, "S": 0.3}  # of a sentence that no model has read
FEWEST = 8  # sentences that make an average
SURE = 0.6  # probability from which the letters D, A and Q are believed without a cue
SHORTEST, LONGEST_ANSWER, SHORT_QUESTION = 3, 20, 12  # words: of a fact, of a promise, of a question that says little
UNFINISHED = 0.6  # taken off the score of a sentence without an end: it breaks off
LEAST_CUED = 0.5  # a sentence that decides or promises counts, whatever its letter is
# What words that decide, that ask or promise, or that leave a question open add to a score.
CUES: Mapping[ItemKind, float] = {"decision": 0.3, "action": 0.2, "question": 0.2}
# What a name, a day or a figure beside them adds. A decision repeats what was proposed, so it tells few new words.
DEFINITE: Mapping[ItemKind, float] = {"decision": 7.5, "action": 7.5, "question": 6.0}
NEAR_VOTE = 12  # turns between what is moved and the vote on it
GROUP = 20  # words of a short decision and of the sentence behind it
ASKING = ("?", "\u061f")  # what a question ends with
SHORT = 5  # words of a sentence that says little
TOP = 10  # likeliest tokens that are asked for
_NUMBER = re.compile(r"\d")
_RANGE = r"\b(?:from|vom|von|du|del|desde)\b(?: \w+)? \d{1,2}[^,;]{0,20} "  # "from the 3rd until the 21st of August"
_MONEY = re.compile(r"[€$£%]|\b(?:euros?|pounds?|dollars?)\b", re.IGNORECASE)


def selected(asking: Asking, phase: Phase, kinds: Sequence[ItemKind]) -> list[Item]:
    """The quoted items of the whole meeting, in its order.

    The model is asked about sentences that may come to be quoted alone, so a long meeting costs few calls."""
    likely = worth_a_call(asking)

    def read(_number: int, part: Part) -> tuple[Mapping[str, float], Item | None]:
        label = labelled(asking, part)
        return label, _candidate(asking, _weighed(asking, part, label), label, kinds)

    def candidates(finished: Sequence[tuple[object, Item | None]]) -> Mapping[str, Json]:
        return {**so_far(asking.meeting, [item for _, item in finished if item]), "preliminary": True}

    labels = calibrated([label for label, _ in asking.side_by_side(phase, likely, read, candidates)])
    asking.tally.add("turns_sent", len({part.turn.source for part in likely}))
    found = [_weighed(asking, part, label) for part, label in zip(likely, labels, strict=True)]
    items = [_item(asking, part) for part in chosen([part for part in found if part.kind in kinds], asking.meeting)]
    return [item for item in items if item.kind in kinds]


def _candidate(asking: Asking, part: Part, label: Mapping[str, float], kinds: Sequence[ItemKind]) -> Item | None:
    """The item that *part* may become: which sentences are quoted is decided when all labels are known."""
    return _item(asking, part) if part.kind in kinds and label.get(SKIP, 0.0) < SURE else None


def worth_a_call(asking: Asking) -> list[Part]:
    """The sentences that may come to be quoted; turns that say nothing are counted as fillers."""
    meeting = asking.meeting
    spoken = [turn for turn in meeting.turns.values() if not is_filler(turn.text, meeting.heard)]
    asking.tally.add("fillers", len(meeting.turns) - len(spoken))
    said = [_answered(asking, part) for turn in spoken for part in parts_of(asking, turn) if not _hands_over(asking, part)]
    parts = [replace(part, text=without_lead(part.text, meeting.heard)) for part in _paired(asking, said)]
    return shortlisted([_weighed(asking, part) for part in parts], meeting)


def calibrated(labels: Sequence[Mapping[str, float]]) -> list[Mapping[str, float]]:
    """The probabilities against those that the model gives in this meeting on average: a small model has its favourite letter,
    whatever it reads. Too few sentences have no average."""
    if len(labels) < FEWEST:
        return list(labels)
    mean = {letter: sum(each.get(letter, 0.0) for each in labels) / len(labels) for letter in (*LETTERS, SKIP)}
    found: list[Mapping[str, float]] = []
    for each in labels:
        ratios = {letter: UNKNOWN[letter] * each.get(letter, 0.0) / share for letter, share in mean.items() if share > 0}
        whole = sum(ratios.values()) or 1.0
        found.append({letter: ratio / whole for letter, ratio in ratios.items()})
    return found


# -- labels ------------------------------------------------------------------------------------------------------------------


def labelled(asking: Asking, part: Part) -> Mapping[str, float]:
    """How likely each letter is for a part. A server without logprobs gives one letter, which counts as likely."""
    answer = asking.ask(step_of(part), label_call(asking, part))
    found = _likely(answer)
    if found:
        return found
    schema = object_of(label={"type": "string", "enum": [*LETTERS, SKIP]})
    asked = replace(asking.call(_messages(asking, part), "label", schema), max_tokens=16)
    said = re.search(rf"\b([{''.join(LETTERS)}{SKIP}])\b", answer.text)
    letter = said or re.search(rf'"([{"".join(LETTERS)}{SKIP}])"', asking.ask(f"{step_of(part)}/label", asked).text)
    return {letter[1]: 0.8, SKIP: 0.2} if letter and letter[1] != SKIP else {SKIP: 1.0}


def step_of(part: Part) -> str:
    return f"turn/{part.turn.source}/{part.number}"


def label_call(asking: Asking, part: Part) -> Call:
    """The call that asks for one letter, and how likely each letter was."""
    call = asking.plain(_messages(asking, part), 1)
    return replace(call, temperature=0.0, logprobs=True, top_logprobs=TOP, stop=())


def _messages(asking: Asking, part: Part) -> tuple[Message, ...]:
    pack = asking.meeting.heard
    shown = [part for said, letter in pack.examples for part in (Message("user", said), Message("assistant", letter))]
    said = Message("user", f"{part.turn.speaker} : {part.text}")
    return (Message("system", asking.flavor.system or pack.label), *shown, said)


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


def parts_of(asking: Asking, turn: Turn) -> list[Part]:
    """The sentences of a turn that may be quoted, a long one in pieces. A short decision, request or question ("Then we wait.")
    takes the next sentence with it, which tells what it is about, and a short promise ("I'll send it.") the one before."""
    pack = asking.meeting.heard
    parts: list[Part] = []
    for number, sentence in enumerate(pieces(turn.text, pack, lambda each: _is_told_whole(asking, cleaned(each, pack)))):
        text = cleaned(sentence, pack)
        kind, cue = _cued(asking, text)
        if is_filler(text, pack) or is_aside(text) or (kind == "topic" and len(text.split()) < SHORTEST):
            continue
        if kind == "action" and _gives_the_floor(asking, text):
            continue
        part = Part(turn, text, kind, cue=cue, turns=(turn.source,), number=number)
        if parts and _is_vague(asking, parts[-1]) and follows(parts[-1], part, GROUP):
            parts[-1] = together(parts[-1], part)
        elif parts and kind == "action" and _is_vague(asking, part) and _leads_to(parts[-1], part):
            parts[-1] = replace(together(parts[-1], part), kind="action")
        else:
            parts.append(part)
    return parts


def _is_told_whole(asking: Asking, text: str) -> bool:
    """Whether a sentence decides, leaves open, or gives a task to somebody or until a day.

    A piece of it may say something else, such as a decision without its condition."""
    kind, cue = _cued(asking, text)
    pack = asking.meeting.heard
    if re.search(pack.decision, text, re.IGNORECASE):
        return True
    return cue > 0 and (
        kind != "action"
        or due_in(text, pack) is not None
        or bool(asking.meeting.people.addressed(text, pack.request, pack.state))
    )


def _gives_the_floor(asking: Asking, text: str) -> bool:
    """Whether nothing is asked for but that a participant speaks: "Mr. Hall, please"."""
    rest = f" {flat(re.sub(asking.meeting.heard.request, ' ', text, flags=re.IGNORECASE))} "
    called = {word for name in asking.meeting.participants for word in flat(name).split()} | TITLES | TITLES_IN_FULL
    return len(text.split()) < SHORT and called.issuperset(rest.split())


def _leads_to(last: Part, part: Part) -> bool:
    """Whether *last* is a fact right before *part*, short enough to be told with it."""
    return last.kind == "topic" and part.number == last.number + 1 and last.words + part.words <= GROUP


def _is_vague(asking: Asking, part: Part) -> bool:
    return part.cue > 0 and len(terms(part.text, asking.meeting.spoken)) < LEAST_CUED_TERMS


def _cued(asking: Asking, text: str) -> tuple[ItemKind, float]:
    """What a sentence is by its words alone, and what these add to its score."""
    pack = asking.meeting.heard
    is_question = text.rstrip().endswith(ASKING)
    if not is_question and re.search(pack.unsettled, text, re.IGNORECASE):
        return "question", CUES["question"]
    if decides(text, pack):
        return "decision", CUES["decision"]
    if _asks(asking, text) or (_promises(text, pack) and not is_question):
        return "action", CUES["action"]
    return ("question" if is_question else "topic"), 0.0


def _promises(text: str, pack: Pack) -> bool:
    """Whether somebody promises something; "we will" is said of anything, and needs a time."""
    if not re.search(pack.promise, text, re.IGNORECASE):
        return False
    return not _is_of_all(text, pack) or due_in(text, pack) is not None or bool(re.search(pack.term, text, re.IGNORECASE))


def decides(text: str, pack: Pack) -> bool:
    """Whether *text* says that something is decided here, and not that it may be, or was long ago; it is no question."""
    return not text.rstrip().endswith(ASKING) and bool(
        re.search(pack.decision, text, re.IGNORECASE) and not re.search(pack.tentative, text, re.IGNORECASE)
    )


def _weighed(asking: Asking, part: Part, label: Mapping[str, float] = UNKNOWN) -> Part:
    """*part* with what it is and how much it matters, by its words and its label.

    "We need to" is said in every meeting: if nothing definite is said with it, and the model does not take it for a task or a
    decision either, it is a fact like others."""
    score = 1.0 - label.get(SKIP, 0.0)
    if not part.text.endswith(ENDS) and asking.meeting.has_full_stops:
        score -= UNFINISHED
    if part.cue and (part.kind == "question" or _is_definite(asking, part)):
        return replace(part, score=max(score, LEAST_CUED), cue=CUES[part.kind] + DEFINITE[part.kind])
    if part.cue and any(label.get(letter, 0.0) >= UNKNOWN[letter] for letter in LETTERS if LETTERS[letter] == part.kind):
        return replace(part, score=max(score, LEAST_CUED))
    if part.kind == "question":
        return replace(part, score=score - (2.0 if part.words < SHORT_QUESTION else 0.4))
    letter = max(LETTERS, key=lambda each: label.get(each, 0.0))
    kind: ItemKind = LETTERS[letter] if label.get(letter, 0.0) >= SURE else "topic"
    score += (0.2 if _NUMBER.search(part.text) else 0.0) + (0.1 if _MONEY.search(part.text) else 0.0) - 0.25
    owner = part.owner if kind == "action" else None
    return replace(part, kind=kind, score=score - (0.3 if part.words < SHORT else 0.0), cue=0.0, owner=owner)


def _asks(asking: Asking, text: str) -> bool:
    """Whether a sentence gives somebody a task: it asks, but not to speak, or begins with a participant's name and says what
    that person does."""
    pack = asking.meeting.heard
    if re.search(pack.request, text, re.IGNORECASE) or _is_told_to(asking, text):
        return not _asks_to_speak(text, pack)
    bare = [[word for word in name.split() if flat(word) not in TITLES] for name in asking.meeting.participants]
    weak = stop_words(pack.code)  # "Le devis" does not speak to "M. le maire"
    lasts = {name[0].casefold(): name[1:] for name in bare if name and flat(name[0]) not in weak}
    words = re.findall(r"\w+", text.casefold())
    if len(words) < SHORT or words[0] not in lasts or text.rstrip().endswith(ASKING):
        return False
    full = [part.casefold() for part in lasts[words[0]]][:1] == words[1:2]  # a whole name is spoken of, not to
    rest = text[len(words[0]) :]
    return rest.startswith(" ") and not full and not re.match(pack.state, rest.strip(), re.IGNORECASE)


def _is_told_to(asking: Asking, text: str) -> bool:
    """Whether a participant is called and told what to do ("Dan, check the lock."), or by when ("The plan by Friday, Dan.")."""
    if text.rstrip().endswith(ASKING):
        return False
    pack, people = asking.meeting.heard, asking.meeting.people
    called, comma, rest = text.partition(",")
    if comma and re.match(pack.imperative, rest.strip(), re.IGNORECASE) and people.speaks_as(called):
        return True
    before, comma, called = text.rstrip(" .!").rpartition(",")
    return bool(
        comma and len(called.split()) < SHORTEST and people.speaks_as(called) and re.search(pack.request, before, re.IGNORECASE)
    )


def _asks_to_speak(text: str, pack: Pack) -> bool:
    """Whether *text* asks for an answer and not for a deed: "can you tell me", but not "can you tell the caretaker"."""
    return bool(re.search(rf"(?:{pack.request})(?:\W+\w+){{0,3}}?\W+(?:{pack.telling})", text, re.IGNORECASE))


def _paired(asking: Asking, parts: Sequence[Part]) -> list[Part]:
    """The parts, each request as one with the promise of the next turn."""
    kept: list[Part] = []
    used: set[int] = set()
    for part in parts:
        is_answer = part.turn.source in used and bool(kept)
        if is_answer and (part.kind == "question" or _agrees(part.text, asking.meeting.heard)) and part.kind != "decision":
            continue
        with_answer = _with_answer(asking, part) if part.kind in ("action", "decision") else _with_reply(asking, part)
        used |= set(with_answer.turns[1:])
        kept.append(with_answer)
    return _with_motions(kept, asking.meeting.heard)


def _with_motions(parts: Sequence[Part], pack: Pack) -> list[Part]:
    """The parts, what was moved as one with how the vote on it ended: "the motion passes" alone says nothing."""
    kept: list[Part] = []
    for part in parts:
        is_vote = len(part.turns) == 1 and bool(re.search(pack.voted, part.text, re.IGNORECASE))
        moved = next((at for at in range(len(kept) - 1, -1, -1) if is_vote and _is_moved(kept[at], part, pack)), None)
        if moved is None:
            kept.append(part)
        else:
            motion = kept.pop(moved)
            turns = tuple(dict.fromkeys((motion.turn.source, part.turn.source)))
            kept.append(replace(part, text=f"{motion.text} \u2014 {part.text}", turns=turns))
    return kept


def _is_moved(motion: Part, vote: Part, pack: Pack) -> bool:
    """Whether *vote* tells how the vote on *motion* ended, a little before it."""
    is_near = vote.turn.source - NEAR_VOTE <= motion.turn.source and len(motion.turns) == 1
    return is_near and bool(re.search(pack.motion, motion.text, re.IGNORECASE))


def _with_reply(asking: Asking, part: Part) -> Part:
    """A question with the next turn, if that says that nobody knows, or by what day its speaker will do it."""
    pack, follower = asking.meeting.heard, asking.meeting.turns.get(part.turn.source + 1)
    asks_last = part.kind == "question" and not part.cue and _ends_its_turn(part)
    if not asks_last or follower is None or follower.speaker == part.turn.speaker:
        return part
    said = _beginning(cleaned(follower.text, pack))
    if len(said.split()) > LONGEST_ANSWER:
        return part
    both = replace(part, text=f"{part.text} \u2014 {said}", turns=(part.turn.source, follower.source))
    if _leaves_open(said, pack):
        return replace(both, cue=CUES["question"])
    if _promises_a_day(said, pack):
        owner = None if follower.speaker == UNKNOWN_SPEAKER or _is_of_all(said, pack) else follower.speaker
        return replace(both, kind="action", cue=CUES["action"], owner=owner)
    return part


def _leaves_open(answer: str, pack: Pack) -> bool:
    return bool(re.search(pack.unsettled, answer, re.IGNORECASE) or re.search(pack.unknown, answer, re.IGNORECASE))


def _ends_its_turn(part: Part) -> bool:
    """Whether a question is the last that a turn says."""
    said = part.turn.text.rstrip()
    return said.endswith(ASKING) and said.endswith(part.text[-SHORT:])


def _beginning(answer: str) -> str:
    """The sentences with which an answer begins, as many as are quoted with a question."""
    ends = [end for end in sentence_ends(answer) if len(answer[:end].split()) <= LONGEST_ANSWER]
    return answer[: ends[-1]] if ends else answer


def _promised(answer: str, pack: Pack) -> str:
    """The sentences of an answer up to the last that promises something; all if none does."""
    cues = rf"{pack.promise}|{pack.taking}"
    found = [end for begin, end in pairwise([0, *sentence_ends(answer)]) if re.search(cues, answer[begin:end], re.IGNORECASE)]
    return answer[: found[-1]].strip() if found else answer


def _is_definite(asking: Asking, part: Part) -> bool:
    """Whether it is said to be settled, somebody is named or has agreed, or a day is named, or a figure of what is decided."""
    pack = asking.meeting.heard
    return (
        len(part.turns) > 1
        or bool(re.search(pack.settled, part.text, re.IGNORECASE))
        or (part.kind != "action" and bool(_NUMBER.search(part.text)))
        or _named(asking, part) is not None
        or bool(_days(part.text, pack))
        or (part.kind == "action" and bool(re.search(pack.term, part.text, re.IGNORECASE)))
        or len(_dates(part.text, pack)) == 1
    )


def _with_answer(asking: Asking, part: Part) -> Part:
    """*part* with who is to do it, and with the next turn if that person agrees there."""
    pack, speaker = asking.meeting.heard, part.turn.speaker
    asked = _asks(asking, part.text)
    named = _named(asking, part) if asked else None if _is_of_all(part.text, pack) else speaker
    follower = asking.meeting.turns.get(part.turn.source + 1)
    expects_answer = part.text.endswith(ASKING) or not asking.meeting.has_full_stops
    answer = _beginning(cleaned(follower.text, pack)) if follower else ""
    takes = bool(re.search(pack.taking, answer, re.IGNORECASE))
    addressed = {named} if named else {follower.speaker} if follower and (expects_answer or takes) else set()
    answers = asked and follower is not None and follower.speaker != speaker and follower.speaker in addressed
    if follower is not None and answers and _agrees(follower.text, pack):
        said = _promised(answer, pack)
        text = f"{part.text} \u2014 {said}" if len(said.split()) <= LONGEST_ANSWER else part.text
        part = replace(part, text=text, turns=(part.turn.source, follower.source))
        named = follower.speaker
    return replace(part, owner=named if part.kind == "action" and named != UNKNOWN_SPEAKER else None)


def _is_of_all(text: str, pack: Pack) -> bool:
    """Whether a promise is not the speaker's alone: "we will send it"."""
    found = re.search(pack.promise, text, re.IGNORECASE)
    return found is not None and bool(re.match(pack.ours, found[0], re.IGNORECASE))


def _hands_over(asking: Asking, part: Part) -> bool:
    """Whether a short question is put to a participant who speaks next, or another one says yes, no or "I" to it: it is
    answered, and not left open."""
    follower = asking.meeting.turns.get(part.turn.source + 1)
    if part.kind != "question" or part.cue or part.words >= SHORT_QUESTION or follower is None:
        return False
    other = follower.speaker != part.turn.speaker
    is_told = other and _asks_to_speak(part.text, asking.meeting.heard)
    return is_told or follower.speaker == _named(asking, part) or _replies(asking, part, follower)


def _answered(asking: Asking, part: Part) -> Part:
    """*part*, as a fact if it is a long question that somebody says yes or no to: it may tell more than it asks."""
    follower = asking.meeting.turns.get(part.turn.source + 1)
    is_question = part.kind == "question" and not part.cue and follower is not None
    return replace(part, kind="topic") if is_question and follower and _replies(asking, part, follower) else part


def _is_answered(asking: Asking, part: Part) -> bool:
    """Whether somebody else says something to a question that no words call open: it tells what was talked about."""
    follower = asking.meeting.turns.get(part.turn.source + 1)
    if part.kind != "question" or part.cue or follower is None or follower.speaker == part.turn.speaker:
        return False
    pack, said = asking.meeting.heard, follower.text.rstrip()
    is_answer = not said.endswith(ASKING) and not is_filler(said, pack) and not _leaves_open(said, pack)
    return _ends_its_turn(part) and is_answer


def _replies(asking: Asking, part: Part, follower: Turn) -> bool:
    """Whether *follower* answers the question with which a turn ends."""
    pack = asking.meeting.heard
    is_answer = bool(re.match(pack.replying, follower.text, re.IGNORECASE)) and follower.speaker != part.turn.speaker
    says_more = _leaves_open(follower.text, pack) or _promises_a_day(follower.text, pack)
    return _ends_its_turn(part) and is_answer and not says_more


def _promises_a_day(text: str, pack: Pack) -> bool:
    return bool(re.search(pack.promise, text, re.IGNORECASE)) and due_in(text, pack) is not None


def _agrees(text: str, pack: Pack) -> bool:
    return bool(re.match(pack.agreement, text, re.IGNORECASE) or re.search(pack.promise, text, re.IGNORECASE))


def _named(asking: Asking, part: Part) -> str | None:
    """The one participant whom a part speaks to, other than who speaks; in a decision, whom it names."""
    people, pack = asking.meeting.people, asking.meeting.heard
    text = without_lead(part.text, pack)  # "And Tom, please …"
    found = people.named(text) if part.kind == "decision" else people.addressed(text, pack.request, pack.state)
    others = [name for name in found if name != part.turn.speaker]
    return others[0] if len(others) == 1 else None


# -- items ------------------------------------------------------------------------------------------------------------------


def _item(asking: Asking, part: Part) -> Item:
    due = due_in(part.text, asking.meeting.heard) if part.kind == "action" else None
    day = due_date(due, asking.meeting.date) if due else None
    kind: ItemKind = "topic" if _is_answered(asking, part) else part.kind
    item = Item(kind, part.text, part.turns, part.owner if part.kind == "action" else None, due, day)
    return dressed(item, asking.meeting)


def due_in(text: str, pack: Pack) -> str | None:
    """The words of a text that name one day, None if it names none or several."""
    found = _days(text, pack) or _dates(text, pack)
    return found[0] if len(found) == 1 else None


def _days(text: str, pack: Pack) -> list[str]:
    """Days of the week with "next" and the like, and words such as "tomorrow", if they can say until when."""
    days = [*pack.weekdays, *sorted(pack.days, key=len, reverse=True)]
    named = rf"\b(?:{pack.nearing})?(?:{'|'.join(map(re.escape, days))})(?:{pack.nearing})?(?!\w)"
    return re.findall(named, re.sub(pack.undue, " ", text, flags=re.IGNORECASE), re.IGNORECASE) if days else []


def _dates(text: str, pack: Pack) -> list[str]:
    """Days of a month until which something is to be done: "by December 15th"."""
    month = "|".join(pack.months)
    day = rf"\d{{1,2}}(?:st|nd|rd|th|er|\.)?(?: of| de)? (?:{month})|(?:{month}) \d{{1,2}}(?:st|nd|rd|th)?"
    if not month or re.search(rf"{_RANGE}{pack.until} ", text, re.IGNORECASE):
        return []
    return re.findall(rf"\b{pack.until} ({day})(?!\w)", text, re.IGNORECASE)
