"""What a meeting decides in several steps: a motion and the vote on it, a decision and what takes its place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from app.kinds.languages import Pack
from app.kinds.meeting import Meeting
from app.kinds.minutes.choosing import Part
from app.kinds.minutes.cueing import ASKING, CUES
from app.kinds.minutes.proposals import with_proposal
from app.kinds.minutes.sentences import CUT
from app.kinds.minutes.telling import LONGEST_ANSWER, own_lead, told
from app.kinds.words import terms

NEAR_VOTE = 12  # turns between what is moved, or decided, and the vote on it, or what takes its place
COUNTED = 4  # sentences behind a count of votes in which it is said what they decide
_CLAUSE_END = re.compile(r"[.,;:!?\u060c\u061b\u061f]")


def with_motions(parts: Sequence[Part], meeting: Meeting) -> list[Part]:
    """The parts, what was moved as one with how the vote on it ended, and what was decided as one with what gives it up: "the
    motion passes" alone says nothing, and a decision that was given up is none."""
    pack = meeting.heard
    kept: list[Part] = []
    for part in parts:
        places = range(len(kept) - 1, -1, -1) if ends_a_vote(part, pack) else ()
        moved = next((at for at in places if _is_moved(kept[at], part, pack)), None)
        given_up = _given_up(kept, part, meeting) if moved is None else None
        if moved is not None:
            motion = kept.pop(moved)
            turns = tuple(dict.fromkeys((motion.turn.source, part.turn.source)))
            kept.append(replace(part, text=f"{motion.text} \u2014 {part.text}", turns=turns))
        elif given_up is not None:
            before = kept.pop(given_up)
            turns = tuple(dict.fromkeys((*before.turns, *part.turns)))
            text = f"{before.text} \u2026 \u2014 {part.text}"
            kept.append(replace(part, kind="decision", text=text, turns=turns, cue=CUES["decision"], owner=None))
        elif kept and kept[-1].number == part.number - 1 and _takes_its_place(kept[-1], part, pack):
            kept[-1] = replace(kept[-1], text=f"{kept[-1].text} {part.text}", number=part.number)
        else:
            kept.append(_with_what_was_voted_on(part, meeting))
    return kept


def _takes_its_place(last: Part, part: Part, pack: Pack) -> bool:
    """Whether *part* decides something behind what gives another up: "Forget the red one. We take the blue one"."""
    gives_up = (
        len(last.turns) > 1 and last.turn.source == part.turn.source and re.search(pack.revoking, last.text, re.IGNORECASE)
    )
    return bool(gives_up) and part.kind == "decision" and len(part.turns) == 1


def ends_a_vote(part: Part, pack: Pack) -> bool:
    """Whether *part* tells how a vote ended, without what was voted on."""
    return len(part.turns) == 1 and bool(re.search(pack.voted, part.text, re.IGNORECASE))


def _is_moved(motion: Part, vote: Part, pack: Pack) -> bool:
    """Whether *vote* tells how the vote on *motion* ended, a little before it."""
    is_near = vote.turn.source - NEAR_VOTE <= motion.turn.source and len(motion.turns) == 1
    return is_near and bool(re.search(pack.motion, motion.text, re.IGNORECASE))


def _with_what_was_voted_on(part: Part, meeting: Meeting) -> Part:
    """The end of a vote on what nobody moved in so many words, behind what its own turn says before."""
    alone = (
        part.kind == "decision"
        and ends_a_vote(part, meeting.heard)
        and not told(meeting, re.sub(meeting.heard.voted, " ", part.text, flags=re.IGNORECASE))
    )
    return own_lead(meeting, part) or with_proposal(meeting, part) or part if alone else part


def _given_up(kept: Sequence[Part], part: Part, meeting: Meeting) -> int | None:
    """The place of the last decision that *part* gives up: they name the same thing ("let's forget the red label")."""
    found = re.search(meeting.heard.revoking, part.text, re.IGNORECASE)
    if found is None or part.text.rstrip().endswith(ASKING) or len(part.text.split()) > 2 * LONGEST_ANSWER:
        return None
    behind = part.text[found.end() :]
    end = _CLAUSE_END.search(behind)
    clause = f"{found[0]} {behind[: end.start()] if end else behind}"
    if meeting.spoken == "fa":  # the thing stands before the verb
        clause = f"{part.text[: found.start()]} {found[0]}"
    thing = terms(clause, meeting.spoken) - terms(found[0] if meeting.spoken != "fa" else "", meeting.spoken)
    for at in range(len(kept) - 1, -1, -1):
        before = kept[at]
        if part.turn.source - before.turn.source > NEAR_VOTE:
            break
        if before.kind == "decision" and before.cue and thing & terms(before.text, meeting.spoken):
            return at
    return None


def counted(meeting: Meeting, before: Sequence[str], sentence: str) -> bool:
    """Whether a *sentence* says what votes decide that were counted in the sentences *before* it ("Nineteen. Against? Two. Then
    the ban starts in May")."""
    pack = meeting.heard
    concludes = (
        not sentence.startswith(CUT)
        and re.search(pack.concluding, sentence, re.IGNORECASE)
        and not sentence.rstrip().endswith(ASKING)
    )
    if not concludes:
        return False
    is_asked = any(each.rstrip().endswith(ASKING) and re.match(pack.objections, each, re.IGNORECASE) for each in before[-1:])
    moves_on = re.search(f"{pack.moving_on}|{pack.idle}", sentence, re.IGNORECASE)
    return (is_asked and not moves_on) or any(re.search(pack.tally, each, re.IGNORECASE) for each in before[-COUNTED:])
