"""What belongs together over the turns: a request and its answer, a question and its reply, a motion and the vote on it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from app.kinds.evidence import figures_said
from app.kinds.languages import Pack
from app.kinds.meeting import ENDS, Meeting
from app.kinds.minutes.choosing import LEAST_CUED_TERMS, Part
from app.kinds.minutes.cueing import (
    ASKING,
    CUES,
    SHORT,
    agrees,
    asks,
    asks_to_speak,
    dates_in,
    days_in,
    declines,
    has_time,
    is_of_all,
    leaves_open,
    promises_a_day,
    takes_on,
)
from app.kinds.minutes.sentences import cleaned, is_filler, sentences_in, without_lead
from app.kinds.words import terms
from app.transcript import UNKNOWN_SPEAKER, Turn, sentence_ends

LONGEST_ANSWER, SHORT_QUESTION = 20, 12  # words: of a promise, and of a question that says little
LATER = 3  # turns behind a refusal in which somebody else may take the task on
OWN = 3  # sentences of its own turn that are looked through for what a task is about
TELLING = 20  # characters by which a sentence is found in its turn
NEAR_VOTE = 12  # turns between what is moved and the vote on it


def paired(meeting: Meeting, parts: Sequence[Part]) -> list[Part]:
    """The parts, each with what others say to it: a request with the promise of the next turn, a figure with its correction."""
    kept: list[Part] = []
    used: set[int] = set()
    for part in parts:
        if (part.turn.source in used and kept and _is_told(meeting, part, kept[-1])) or _is_a_joke(meeting, part):
            continue
        whole = _with_others(meeting, part)
        if kept and not kept[-1].cue and kept[-1].turns == whole.turns[:1] and whole.text.startswith(kept[-1].text):
            kept.pop()
        used.update(number for number in whole.turns if number > part.turn.source)
        kept.append(whole)
    return _with_motions(kept, meeting.heard)


def _is_told(meeting: Meeting, part: Part, last: Part) -> bool:
    """Whether a part of an answer is told with the request or the question before it, *last*, or says nothing beside it."""
    if part.kind == "question" or (part.kind == "topic" and last.text.endswith(part.text)):
        return True
    return part.kind != "decision" and agrees(part.text, meeting.heard)


def _with_others(meeting: Meeting, part: Part) -> Part:
    whole = _with_answer(meeting, part) if part.kind in ("action", "decision") else _with_reply(meeting, part)
    if _says_too_little(meeting, whole):
        whole = _with_lead_up(meeting, whole)
    return _with_correction(meeting, whole) if whole.turns == part.turns else whole


def _is_a_joke(meeting: Meeting, part: Part) -> bool:
    """Whether somebody else takes what is decided or promised for a joke: "very funny"."""
    if not part.cue or part.kind == "question":
        return False
    follower = meeting.turns.get(part.turn.source + 1)
    other = follower is not None and follower.speaker != part.turn.speaker
    return other and bool(re.match(meeting.heard.joking, follower.text if follower else "", re.IGNORECASE))


def _says_too_little(meeting: Meeting, part: Part) -> bool:
    """Whether a task does not tell what is to be done ("I'll do it by Friday"), or a decision what is decided ("Approved.")."""
    if part.kind == "decision":
        return _decides_too_little(meeting, part)
    pack, is_answered = meeting.heard, len(part.turns) > 1
    if part.kind != "action" or not part.cue:
        return False
    if not (is_answered or has_time(part.text, pack) or re.search(pack.taking, part.text, re.IGNORECASE)):
        return False
    return len(_told(meeting, part.text)) < (1 if is_answered else LEAST_CUED_TERMS)


def _decides_too_little(meeting: Meeting, part: Part) -> bool:
    """Whether a decision that is settled, or that answers a question, does not tell what is decided. A vote stands with what
    was moved."""
    pack, before = meeting.heard, meeting.turns.get(part.turn.source - 1)
    if len(part.turns) > 1 or re.search(pack.voted, part.text, re.IGNORECASE):
        return False
    is_whole = part.text.endswith(ENDS) or not meeting.has_full_stops
    replies = before is not None and before.text.rstrip().endswith(ASKING) and not part.number and is_whole
    told = _told(meeting, re.sub(f"{pack.decision}|{pack.voted}", " ", part.text, flags=re.IGNORECASE))
    return len(told) < LEAST_CUED_TERMS if replies else not told and bool(re.search(pack.settled, part.text, re.IGNORECASE))


def _told(meeting: Meeting, text: str) -> frozenset[str]:
    """The content words of *text* that are neither a participant nor a day."""
    days = [*days_in(text, meeting.heard), *dates_in(text, meeting.heard)]
    people = " ".join(meeting.participants)
    return terms(text, meeting.spoken) - terms(" ".join((people, *days)), meeting.spoken)


def _with_lead_up(meeting: Meeting, part: Part) -> Part:
    """*part* behind the last sentence of the turn before, which tells what it is about; if that says nothing or declines, of
    the one before that."""
    pack = meeting.heard
    whole = cleaned(part.turn.text, pack)
    own = sentences_in(whole[: max(whole.find(part.text[:TELLING]), 0)])
    for back, each in enumerate(reversed(own[-OWN:])):
        if _told(meeting, each) and len(each.split()) <= LONGEST_ANSWER:
            return replace(part, text=f"{each} {part.text}" if not back else f"{each} \u2026 {part.text}", sure=True)
    for number in (part.turn.source - 1, part.turn.source - 2)[: 1 if part.kind == "decision" else 2]:
        before = meeting.turns.get(number)
        last = _last_sentence(cleaned(before.text, pack)) if before else ""
        if before is None or len(last.split()) > LONGEST_ANSWER:
            break
        if _told(meeting, last) and not declines(last, pack):
            joint = " \u2014 " if number == part.turn.source - 1 else " \u2026 \u2014 "
            return replace(part, text=f"{last}{joint}{part.text}", turns=(number, *part.turns), sure=True)
    return part


def _with_correction(meeting: Meeting, part: Part) -> Part:
    """*part* with the turn that puts another figure in the place of one of it ("No, forty thousand")."""
    figures = figures_said(part.text, meeting.spoken) if part.kind != "question" else frozenset()
    for number in (part.turn.source + 1, part.turn.source + 2):
        turn = meeting.turns.get(number)
        if not figures or turn is None or turn.text.rstrip().endswith(ASKING):
            break
        said = _beginning(cleaned(turn.text, meeting.heard))
        others = figures_said(said, meeting.spoken) - figures
        if others and len(said.split()) <= LONGEST_ANSWER and re.search(meeting.heard.correcting, said, re.IGNORECASE):
            joint = "\u2014" if number == part.turn.source + 1 else "\u2026 \u2014"
            return replace(part, text=f"{part.text} {joint} {said}", turns=(*part.turns, number))
        if not others:  # only a dispute about a figure goes on
            break
    return part


def _last_sentence(text: str) -> str:
    return next(reversed(sentences_in(text)), "")


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
    if any(promises_a_day(each, pack) and not asks(meeting, each) for each in sentences_in(said)):
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
    if follower is not None and answers and declines(answer, pack):
        return _declined(meeting, part, follower, answer)
    if follower is not None and answers and agrees(follower.text, pack):
        said = _promised(answer, pack)
        text = f"{part.text} \u2014 {said}" if len(said.split()) <= LONGEST_ANSWER else part.text
        part = replace(part, text=text, turns=(part.turn.source, follower.source), sure=takes_on(answer, pack))
        owner = follower.speaker
    return replace(part, owner=owner if part.kind == "action" and owner != UNKNOWN_SPEAKER else None)


def _declined(meeting: Meeting, part: Part, refusing: Turn, refusal: str) -> Part:
    """A request that is not taken on: a task of who takes it on a little later, else a fact that tells both."""
    pack, turns = meeting.heard, (part.turn.source, refusing.source)
    for number in range(refusing.source + 1, refusing.source + 1 + LATER):
        turn = meeting.turns.get(number)
        if turn is None or asks(meeting, turn.text):
            break
        said = _beginning(cleaned(turn.text, pack))
        called = turn.speaker in meeting.people.named(refusing.text)
        if takes_on(said, pack) or (called and agrees(said, pack)):
            told = f"{part.text} \u2026 \u2014 {_promised(said, pack)}"
            owner = None if turn.speaker == UNKNOWN_SPEAKER else turn.speaker
            return replace(part, text=told, turns=(*turns, number), owner=owner, sure=takes_on(said, pack))
    return replace(part, kind="topic", cue=0.0, owner=None, text=f"{part.text} \u2014 {refusal}", turns=turns, void=True)


def _beginning(answer: str) -> str:
    """The sentences with which an answer begins, as many as are quoted with a question."""
    ends = [end for end in sentence_ends(answer) if len(answer[:end].split()) <= LONGEST_ANSWER]
    return answer[: ends[-1]] if ends else answer


def _promised(answer: str, pack: Pack) -> str:
    """The sentences of an answer up to the last that promises something; all if none does."""
    found = [end for begin, end in pairwise([0, *sentence_ends(answer)]) if takes_on(answer[begin:end], pack)]
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
