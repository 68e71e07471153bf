"""What belongs together over the turns: a request and its answer, a question and its reply, a motion and the vote on it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from app.kinds.languages import Pack
from app.kinds.meeting import Meeting
from app.kinds.minutes.choosing import Part
from app.kinds.minutes.cueing import (
    ASKING,
    CUES,
    SHORT,
    agrees,
    asks,
    asks_to_speak,
    is_of_all,
    leaves_open,
    promises_a_day,
)
from app.kinds.minutes.sentences import cleaned, is_filler, without_lead
from app.transcript import UNKNOWN_SPEAKER, Turn, sentence_ends

LONGEST_ANSWER, SHORT_QUESTION = 20, 12  # words: of a promise, and of a question that says little
NEAR_VOTE = 12  # turns between what is moved and the vote on it


def paired(meeting: Meeting, parts: Sequence[Part]) -> list[Part]:
    """The parts, each request as one with the promise of the next turn."""
    kept: list[Part] = []
    used: set[int] = set()
    for part in parts:
        is_answer = part.turn.source in used and bool(kept)
        if is_answer and (part.kind == "question" or agrees(part.text, meeting.heard)) and part.kind != "decision":
            continue
        with_answer = _with_answer(meeting, part) if part.kind in ("action", "decision") else _with_reply(meeting, part)
        used |= set(with_answer.turns[1:])
        kept.append(with_answer)
    return _with_motions(kept, meeting.heard)


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


def _with_reply(meeting: Meeting, part: Part) -> Part:
    """A question with the next turn, if that says that nobody knows, or by what day its speaker will do it."""
    pack, follower = meeting.heard, meeting.turns.get(part.turn.source + 1)
    asks_last = part.kind == "question" and not part.cue and _ends_its_turn(part)
    if not asks_last or follower is None or follower.speaker == part.turn.speaker:
        return part
    said = _beginning(cleaned(follower.text, pack))
    if len(said.split()) > LONGEST_ANSWER:
        return part
    both = replace(part, text=f"{part.text} \u2014 {said}", turns=(part.turn.source, follower.source))
    if leaves_open(said, pack):
        return replace(both, cue=CUES["question"])
    if promises_a_day(said, pack):
        owner = None if follower.speaker == UNKNOWN_SPEAKER or is_of_all(said, pack) else follower.speaker
        return replace(both, kind="action", cue=CUES["action"], owner=owner)
    return part


def _with_answer(meeting: Meeting, part: Part) -> Part:
    """*part* with who is to do it, and with the next turn if that person agrees there."""
    pack, speaker = meeting.heard, part.turn.speaker
    asked = asks(meeting, part.text)
    owner = named(meeting, part) if asked else None if is_of_all(part.text, pack) else speaker
    follower = meeting.turns.get(part.turn.source + 1)
    expects_answer = part.text.endswith(ASKING) or not meeting.has_full_stops
    answer = _beginning(cleaned(follower.text, pack)) if follower else ""
    takes = bool(re.search(pack.taking, answer, re.IGNORECASE))
    addressed = {owner} if owner else {follower.speaker} if follower and (expects_answer or takes) else set()
    answers = asked and follower is not None and follower.speaker != speaker and follower.speaker in addressed
    if follower is not None and answers and agrees(follower.text, pack):
        said = _promised(answer, pack)
        text = f"{part.text} \u2014 {said}" if len(said.split()) <= LONGEST_ANSWER else part.text
        part = replace(part, text=text, turns=(part.turn.source, follower.source))
        owner = follower.speaker
    return replace(part, owner=owner if part.kind == "action" and owner != UNKNOWN_SPEAKER else None)


def _beginning(answer: str) -> str:
    """The sentences with which an answer begins, as many as are quoted with a question."""
    ends = [end for end in sentence_ends(answer) if len(answer[:end].split()) <= LONGEST_ANSWER]
    return answer[: ends[-1]] if ends else answer


def _promised(answer: str, pack: Pack) -> str:
    """The sentences of an answer up to the last that promises something; all if none does."""
    cues = rf"{pack.promise}|{pack.taking}"
    found = [end for begin, end in pairwise([0, *sentence_ends(answer)]) if re.search(cues, answer[begin:end], re.IGNORECASE)]
    return answer[: found[-1]].strip() if found else answer


def _ends_its_turn(part: Part) -> bool:
    """Whether a question is the last that a turn says."""
    said = part.turn.text.rstrip()
    return said.endswith(ASKING) and said.endswith(part.text[-SHORT:])


def hands_over(meeting: Meeting, part: Part) -> bool:
    """Whether a short question is put to a participant who speaks next, or another one says yes, no or "I" to it: it is
    answered, and not left open."""
    follower = meeting.turns.get(part.turn.source + 1)
    if part.kind != "question" or part.cue or part.words >= SHORT_QUESTION or follower is None:
        return False
    other = follower.speaker != part.turn.speaker
    is_told = other and asks_to_speak(part.text, meeting.heard)
    return is_told or follower.speaker == named(meeting, part) or _replies(meeting, part, follower)


def answered(meeting: Meeting, part: Part) -> Part:
    """*part*, as a fact if it is a long question that somebody says yes or no to: it may tell more than it asks."""
    follower = meeting.turns.get(part.turn.source + 1)
    is_question = part.kind == "question" and not part.cue and follower is not None
    return replace(part, kind="topic") if is_question and follower and _replies(meeting, part, follower) else part


def is_answered(meeting: Meeting, part: Part) -> bool:
    """Whether somebody else says something to a question that no words call open: it tells what was talked about."""
    follower = meeting.turns.get(part.turn.source + 1)
    if part.kind != "question" or part.cue or follower is None or follower.speaker == part.turn.speaker:
        return False
    pack, said = meeting.heard, follower.text.rstrip()
    is_answer = not said.endswith(ASKING) and not is_filler(said, pack) and not leaves_open(said, pack)
    return _ends_its_turn(part) and is_answer


def _replies(meeting: Meeting, part: Part, follower: Turn) -> bool:
    """Whether *follower* answers the question with which a turn ends."""
    pack = meeting.heard
    is_answer = bool(re.match(pack.replying, follower.text, re.IGNORECASE)) and follower.speaker != part.turn.speaker
    says_more = leaves_open(follower.text, pack) or promises_a_day(follower.text, pack)
    return _ends_its_turn(part) and is_answer and not says_more


def named(meeting: Meeting, part: Part) -> str | None:
    """The one participant whom a part speaks to, other than who speaks; in a decision, whom it names."""
    people, pack = meeting.people, meeting.heard
    text = without_lead(part.text, pack)  # "And Tom, please …"
    found = people.named(text) if part.kind == "decision" else people.addressed(text, pack.request, pack.state)
    others = [name for name in found if name != part.turn.speaker]
    return others[0] if len(others) == 1 else None
