"""What belongs together over the turns: a request and its answer, a question and its reply, a motion and the vote on it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from app.kinds.evidence import figures_said
from app.kinds.meeting import ENDS, Meeting
from app.kinds.minutes.choosing import LEAST_CUED_TERMS, Part
from app.kinds.minutes.cueing import (
    ASKING,
    CUES,
    SHORT,
    agrees,
    asks,
    asks_to_speak,
    assigned_to,
    declines,
    has_time,
    is_of_all,
    leaves_open,
    promises_a_day,
    takes_on,
)
from app.kinds.minutes.motions import ends_a_vote, with_motions
from app.kinds.minutes.proposals import confirmed, with_proposal
from app.kinds.minutes.requests import named, with_answer, with_grant, with_offer, with_taker, with_volunteer, with_welcome
from app.kinds.minutes.sentences import CUT, cleaned, is_filler
from app.kinds.minutes.telling import (
    LONGEST_ANSWER,
    beginning,
    joined,
    says_little,
    sentences_behind,
    told,
    with_lead,
    with_question,
)
from app.kinds.words import sentences_in
from app.transcript import UNKNOWN_SPEAKER, Turn

SHORT_QUESTION = 12  # words of a question that says little
LATER_ANSWERS = 4  # turns behind a question in which somebody may say that nobody knows
SAID_TOO = 6  # parts before one that leaves a question open, or decides what was proposed, of which one may say so too
OPEN_FOR = 2  # turns behind an open question in which somebody puts it off, or takes it up
SAID_AGAIN = 2  # content words of a proposal that who agrees to it says again


def paired(meeting: Meeting, parts: Sequence[Part]) -> list[Part]:
    """The parts, each with what others say to it: a request with the promise of the next turn, a figure with its correction."""
    kept: list[Part] = []
    used: set[int] = set()
    for part in parts:
        is_told = part.turn.source in used and kept and _is_told(meeting, part, _holder(kept, part))
        if is_told or _is_a_joke(meeting, part):
            continue
        if kept and kept[-1].turn is part.turn and kept[-1].text.endswith(part.text):
            continue  # "I'll send it on Monday. No wait, on Tuesday."
        whole = _with_others(meeting, part)
        if kept and _answers_what_was_asked(kept[-1], part, whole):
            whole = part
        if kept and (_answers_again(meeting, whole, part, kept[-1]) or _is_said_too(meeting, whole, kept)):
            continue
        if kept and _gives_to_somebody(meeting, kept[-1], part, whole):
            whole = replace(whole, text=f"{kept[-1].text} {whole.text}")
        kept = [each for each in kept if not _is_told_in(each, whole)]
        if kept and (joined := _joined_to_what_is_open(meeting, kept[-1], whole)) is not None:
            if whole.kind == "question":
                kept.pop()
            whole = joined
        used.update(number for number in whole.turns if number > part.turn.source)
        kept.append(whole)
    return with_motions(kept, meeting)


def _holder(kept: Sequence[Part], part: Part) -> Part:
    """The one of *kept* that the turn of *part* answers, or else the last one."""
    return next((each for each in reversed(kept) if part.turn.source in each.turns[1:]), kept[-1])


def _answers_again(meeting: Meeting, whole: Part, part: Part, last: Part) -> bool:
    """Whether *whole* has the answer of *last* for a second sentence of that turn, which says little ("We have to ask this
    week. Who does?")."""
    is_again = whole.turns == last.turns and len(whole.turns) > 1 and part.turn.source == whole.turns[0]
    return is_again and part.kind in ("question", "action") and says_little(meeting, part.text)


def _is_said_too(meeting: Meeting, whole: Part, kept: Sequence[Part]) -> bool:
    """Whether one of the last parts, *kept*, leaves the question of *whole* open too, or decides the same."""
    return any(_says_so_too(meeting, whole, each) for each in kept[-SAID_TOO:])


def _answers_what_was_asked(last: Part, part: Part, whole: Part) -> bool:
    """Whether the answer in *whole* is told with the question of *last*, before *part* in one turn: a promise that answers a
    question is not given once more for what is said behind it ("Who directs? I need a break.")."""
    (asked, _, answer), (_, _, again) = (each.text.partition(" \u2014 ") for each in (last, whole))
    is_asked = asked.endswith(ASKING) and last.kind == whole.kind == "action" and last.turn is part.turn
    return is_asked and not part.text.endswith(ASKING) and last.turns == whole.turns and bool(answer) and answer == again


def _says_so_too(meeting: Meeting, whole: Part, before: Part) -> bool:
    """Whether *whole* leaves the question open that *before* leaves open, or only says yes to what *before* decides: who said
    so first stands with it."""
    is_same_turn = (
        whole.kind == before.kind and whole.turns[0] == before.turns[0] and min(len(whole.turns), len(before.turns)) > 1
    )
    (asked, _, said), (was_asked, _, _) = (each.text.partition(" \u2014 ") for each in (whole, before))
    asked, was_asked = asked.removesuffix(" \u2026"), was_asked.removesuffix(" \u2026")
    is_piece = was_asked.startswith(CUT) and asked.endswith(was_asked.lstrip(f"{CUT} "))
    is_same = is_same_turn and (asked == was_asked or (is_piece and whole.kind == "question"))
    return is_same and (whole.kind == "question" or (whole.kind == "decision" and says_little(meeting, said)))


def _gives_to_somebody(meeting: Meeting, last: Part, part: Part, whole: Part) -> bool:
    """Whether *part* only says who is to do what *last* asks of nobody: "We have to write to them. Pia, can you?" """
    is_next = last.turn is part.turn and last.number == part.number - 1 and last.turns == part.turns
    is_of_nobody = last.kind == whole.kind == "action" and last.owner is None and whole.owner is not None
    is_told_yet = whole.text.startswith(last.text)
    return is_next and is_of_nobody and not is_told_yet and says_little(meeting, part.text) and not last.text.endswith(ASKING)


def _joined_to_what_is_open(meeting: Meeting, last: Part, part: Part) -> Part | None:
    """*part* behind the question that was left open right before it: it puts that off ("So we come back to it in December"), or
    takes it up ("I'll ask the head"); None if it tells of something else."""
    is_near = 0 < part.turn.source - max(last.turns) <= OPEN_FOR and len(part.turns) == 1
    if last.kind != "question" or not last.cue or not is_near or part.text.endswith(ASKING):
        return None
    if part.kind == "question" and part.cue and len(told(meeting, part.text)) <= LEAST_CUED_TERMS:
        return replace(last, text=f"{last.text} \u2026 \u2014 {part.text}", turns=(*last.turns, part.turn.source))
    if part.kind == "action" and part.owner and part.cue and says_little(meeting, part.text):
        asked = last.text.partition(" \u2014 ")[0]
        return replace(part, text=f"{asked} \u2026 \u2014 {part.text}", turns=(*last.turns, part.turn.source), sure=True)
    return None


def _is_told_in(part: Part, whole: Part) -> bool:
    """Whether *whole* tells all of *part*, which comes before it and has no other owner."""
    is_same = not part.cue or (part.kind == whole.kind and part.owner in (None, whole.owner))
    is_same = is_same or (part.kind == "question" and whole.kind == "action")
    if part.kind == whole.kind == "question" and part.turns == whole.turns:  # "We don't know who pays. That stays open."
        return is_same and whole.text.startswith(part.text)
    return is_same and len(whole.turns) > len(part.turns) and set(part.turns) <= set(whole.turns) and part.text in whole.text


def _is_told(meeting: Meeting, part: Part, last: Part) -> bool:
    """Whether a part of an answer is told with the request or the question before it, *last*, or says nothing beside it."""
    if part.kind == "question" and (part.cue or part.text in last.text or says_little(meeting, part.text)):
        return True
    if part.kind == "topic" and last.text.endswith(part.text):
        return True
    if part.kind == last.kind == "decision" and part.turn.source == max(last.turns):
        return True  # "So we wait?" \u2014 "Yes, we wait."
    if part.kind == "action" and says_little(meeting, part.text) and part.turn.source != max(last.turns):
        return True  # "Ines, could you?" between a request and who takes it on
    if part.kind == "action" and part.cue and last.kind == "question" and part.text not in last.text:
        return False  # "What does it cost?" — "I couldn't tell you. I'll get three prices."
    takes = agrees(part.text, meeting.heard) and not asks(meeting, part.text)
    return part.kind != "decision" and takes


def _with_others(meeting: Meeting, part: Part) -> Part:
    granted = with_grant(meeting, part)
    if granted is not None:
        whole = granted
    elif part.kind in ("action", "decision"):
        whole = with_offer(meeting, part) or with_welcome(meeting, part) or with_answer(meeting, part)
    else:
        whole = _taken_up(meeting, part) or _with_reply(meeting, part)
    if whole.turns == part.turns:
        whole = _agreed(meeting, whole)
    if _leaves_open_too_little(meeting, whole):
        whole = with_question(meeting, whole)
    elif not ends_a_vote(whole, meeting.heard) and (proposed := with_proposal(meeting, whole)) is not None:
        whole = proposed
    elif _says_too_little(meeting, whole):
        whole = with_lead(meeting, whole)
    return _with_correction(meeting, whole) if whole.turns == part.turns else whole


def _taken_up(meeting: Meeting, part: Part) -> Part | None:
    """*part* as the task or the decision that others make of it; None if they make none of it."""
    return with_taker(meeting, part) or with_volunteer(meeting, part) or with_welcome(meeting, part) or confirmed(meeting, part)


def _agreed(meeting: Meeting, part: Part) -> Part:
    """What somebody proposes as a decision, if somebody else agrees and says it again: "Agreed, ten vans in Leeds first"."""
    pack, follower = meeting.heard, meeting.turns.get(part.turn.source + 1)
    if part.kind == "action" or part.void or follower is None or follower.speaker == part.turn.speaker or len(part.turns) > 1:
        return part
    ends = cleaned(part.turn.text, pack).endswith(part.text[-SHORT:])
    if not ends or not re.search(pack.proposing, part.text, re.IGNORECASE):
        return part
    said = beginning(cleaned(follower.text, pack))
    agrees_to_it = re.match(pack.agreement, said, re.IGNORECASE) and not said.endswith(ASKING) and not declines(said, pack)
    again = told(meeting, said) & told(meeting, part.text)
    again |= figures_said(said, meeting.spoken) & figures_said(part.text, meeting.spoken)
    if (
        not agrees_to_it
        or len(again) < SAID_AGAIN
        or len(said.split()) > LONGEST_ANSWER
        or re.search(pack.denial, said, re.IGNORECASE)
    ):
        return part
    text = f"{part.text} \u2014 {said}"
    return replace(part, kind="decision", cue=CUES["decision"], text=text, turns=(part.turn.source, follower.source))


def _is_a_joke(meeting: Meeting, part: Part) -> bool:
    """Whether somebody else takes what is decided or promised for a joke: "very funny"; or it is what calls it one."""
    if not part.cue or part.kind == "question":
        return False
    if re.match(meeting.heard.joking, part.text, re.IGNORECASE):
        return True
    follower = meeting.turns.get(part.turn.source + 1)
    other = follower is not None and follower.speaker != part.turn.speaker
    return other and bool(re.match(meeting.heard.joking, follower.text if follower else "", re.IGNORECASE))


def _leaves_open_too_little(meeting: Meeting, part: Part) -> bool:
    """Whether a part says that something is open, and not what ("That's still open.")."""
    is_statement = part.kind == "question" and part.cue > 0 and not part.text.endswith(ASKING)
    if not is_statement or len(part.turns) > 1:
        return False
    return not _told_beside(meeting, part.text, meeting.heard.unsettled)


def _says_too_little(meeting: Meeting, part: Part) -> bool:
    """Whether a task does not tell what is to be done ("I'll do it by Friday"), or a decision what is decided ("Approved.")."""
    if part.kind == "decision":
        return _decides_too_little(meeting, part)
    pack, is_answered = meeting.heard, len(part.turns) > 1
    if part.kind != "action" or not part.cue:
        return False
    if assigned_to(meeting, part.text) is not None and not is_answered:
        return not _told_beside(meeting, part.text, f"{pack.doer}|{pack.term}")
    if not (is_answered or has_time(part.text, pack) or re.search(f"{pack.taking}|{pack.deed}", part.text, re.IGNORECASE)):
        return False
    return len(told(meeting, part.text)) < (1 if is_answered else LEAST_CUED_TERMS)


def _decides_too_little(meeting: Meeting, part: Part) -> bool:
    """Whether a decision that is settled, or that answers a question, does not tell what is decided. A vote stands with what
    was moved."""
    pack, before = meeting.heard, meeting.turns.get(part.turn.source - 1)
    if len(part.turns) > 1 or re.search(pack.voted, part.text, re.IGNORECASE):
        return False
    if re.search(pack.accepting, part.text, re.IGNORECASE):
        return True
    is_whole = part.text.endswith(ENDS) or not meeting.has_full_stops
    replies = before is not None and before.text.rstrip().endswith(ASKING) and not part.number and is_whole
    left = _told_beside(meeting, part.text, f"{pack.decision}|{pack.voted}")
    if replies:
        return len(left) < LEAST_CUED_TERMS
    return not left and not has_time(part.text, pack) and bool(re.search(pack.settled, part.text, re.IGNORECASE))


def _told_beside(meeting: Meeting, text: str, cue: str) -> frozenset[str]:
    """What *text* tells beside the words of a *cue*."""
    return told(meeting, re.sub(cue, " ", text, flags=re.IGNORECASE))


def _with_correction(meeting: Meeting, part: Part) -> Part:
    """*part* with the turn that puts another figure in the place of one of it ("No, forty thousand")."""
    figures = figures_said(part.text, meeting.spoken) if part.kind != "question" else frozenset()
    for number in (part.turn.source + 1, part.turn.source + 2):
        turn = meeting.turns.get(number)
        if not figures or turn is None or turn.text.rstrip().endswith(ASKING):
            break
        said = beginning(cleaned(turn.text, meeting.heard))
        others = figures_said(said, meeting.spoken) - figures
        if others and len(said.split()) <= LONGEST_ANSWER and re.search(meeting.heard.correcting, said, re.IGNORECASE):
            text = joined(part.text, said, is_next=number == part.turn.source + 1)
            return replace(part, text=text, turns=(*part.turns, number))
        if not others:  # only a dispute about a figure goes on
            break
    return part


def _with_reply(meeting: Meeting, part: Part) -> Part:
    """A question with the next turn, if that says that nobody knows, or by what day its speaker will do it; with a later one
    that says so, if only remarks stand between."""
    pack, follower = meeting.heard, meeting.turns.get(part.turn.source + 1)
    asks_last = part.kind == "question" and not part.cue and _ends_its_turn(part)
    if not asks_last or follower is None or follower.speaker == part.turn.speaker:
        return part
    whole = beginning(cleaned(follower.text, pack))
    if not leaves_open(whole, pack) and (open_later := _left_open_later(meeting, part)):
        return open_later
    said = _without_questions(whole)
    if not said or len(said.split()) > LONGEST_ANSWER:
        return part
    both = replace(part, text=f"{part.text} \u2014 {said}", turns=(part.turn.source, follower.source))
    if leaves_open(said, pack):
        text = f"{part.text} \u2014 {_without_promises(meeting, said)}"
        return replace(both, text=text, cue=CUES["question"])
    if any(promises_a_day(each, pack) and not asks(meeting, each) for each in sentences_in(said)):
        owner = None if follower.speaker == UNKNOWN_SPEAKER or is_of_all(said, pack) else follower.speaker
        return replace(both, kind="action", cue=CUES["action"], owner=owner)
    return part


def _left_open_later(meeting: Meeting, part: Part) -> Part | None:
    """A question with the turn in which somebody says that nobody knows, a few turns behind it; None if there is none, or if
    one between them asks something else or tells more than a remark."""
    pack = meeting.heard
    for number in range(part.turn.source + 1, part.turn.source + LATER_ANSWERS + 1):
        turn = meeting.turns.get(number)
        whole = cleaned(turn.text, pack) if turn else ""
        said = _without_questions(beginning(whole))
        tells = _told_beside(meeting, said, f"{pack.unsettled}|{pack.unknown}")
        if said and number > part.turn.source + 1 and leaves_open(said, pack) and len(tells) <= LEAST_CUED_TERMS:
            text = f"{part.text} \u2026 \u2014 {said}"
            return replace(part, text=text, turns=(part.turn.source, number), cue=CUES["question"])
        if turn is None or ASKING[0] in whole or ASKING[1] in whole or len(whole.split()) > LONGEST_ANSWER:
            return None
    return None


def _without_questions(answer: str) -> str:
    """The sentences of an *answer* up to the first question: that is put to somebody else."""
    return _before(answer, lambda each, _is_behind: each.endswith(ASKING))


def _without_promises(meeting: Meeting, answer: str) -> str:
    """The sentences of an *answer* up to a promise behind the first one that tells what is promised: that is a task."""
    pack = meeting.heard
    return _before(answer, lambda each, is_behind: is_behind and takes_on(each, pack) and not says_little(meeting, each))


def _before(answer: str, is_another: Callable[[str, bool], bool]) -> str:
    """The sentences of an *answer* before the first that is about something else; *is_another* hears of each whether one stands
    before it."""
    sentences = sentences_in(answer)
    end = next((at for at, each in enumerate(sentences) if is_another(each, at > 0)), None)
    return answer if end is None else " ".join(sentences[:end])


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
    if _taken_up(meeting, part):
        return False
    other = follower.speaker != part.turn.speaker
    is_told = other and asks_to_speak(part.text, meeting.heard)
    return is_told or follower.speaker == named(meeting, part) or _replies(meeting, part, follower)


def answered(meeting: Meeting, part: Part) -> Part:
    """*part*, as a fact if it is a long question that somebody says yes or no to: it may tell more than it asks."""
    follower = meeting.turns.get(part.turn.source + 1)
    is_question = part.kind == "question" and not part.cue and follower is not None
    if not is_question or not follower or not _replies(meeting, part, follower) or _taken_up(meeting, part):
        return part
    return replace(part, kind="topic")


def is_answered(meeting: Meeting, part: Part) -> bool:
    """Whether somebody else says something to a question that no words call open: it tells what was talked about."""
    follower = meeting.turns.get(part.turn.source + 1)
    if part.kind != "question" or part.cue or follower is None or follower.speaker == part.turn.speaker:
        return False
    pack, said = meeting.heard, follower.text.rstrip()
    is_answer = not said.endswith(ASKING) and not is_filler(said, pack) and not leaves_open(said, pack)
    is_last = _ends_its_turn(part) or sum(len(each.split()) for each in sentences_behind(meeting, part)) <= SHORT_QUESTION
    return is_last and is_answer


def _replies(meeting: Meeting, part: Part, follower: Turn) -> bool:
    """Whether *follower* answers the question with which a turn ends."""
    pack = meeting.heard
    is_answer = bool(re.match(pack.replying, follower.text, re.IGNORECASE)) and follower.speaker != part.turn.speaker
    says_more = leaves_open(follower.text, pack) or promises_a_day(follower.text, pack)
    return _ends_its_turn(part) and is_answer and not says_more
