"""What only tells what happened elsewhere: the answer to "How was the holiday?", and "So the flight is cancelled" behind the
storm that is the reason."""

from __future__ import annotations

import re
from dataclasses import replace

from app.kinds.meeting import Meeting
from app.kinds.minutes.choosing import Part
from app.kinds.minutes.cueing import ASKING, assigned_to, takes_on
from app.kinds.minutes.proposals import is_proposed
from app.kinds.minutes.sentences import cleaned
from app.kinds.minutes.telling import last_sentence, sentences_before, told


def without_news(meeting: Meeting, part: Part) -> Part:
    """*part*, as a fact that nobody decides or takes on if it is news."""
    if not part.cue or part.sure or not _is_news(meeting, part):
        return part
    return replace(part, kind="topic", cue=0.0, owner=None, void=True)


def _is_news(meeting: Meeting, part: Part) -> bool:
    pack = meeting.heard
    if part.kind == "decision" and re.search(pack.befalling, part.text, re.IGNORECASE):
        return not _is_decided_here(meeting, part)
    if not _answers_for_news(meeting, part):
        return False
    if part.kind == "decision":
        return bool(re.search(f"{pack.outcome}|{pack.settled}", part.text, re.IGNORECASE))
    assignee = assigned_to(meeting, part.text) if part.kind == "action" else None
    return assignee is not None and assignee.name not in meeting.participants


def _answers_for_news(meeting: Meeting, part: Part) -> bool:
    """Whether the turn of *part* answers somebody who wants to have something told ("Anything in the paper?")."""
    before = meeting.turns.get(part.turn.source - 1)
    if before is None or before.speaker == part.turn.speaker:
        return False
    asked = last_sentence(cleaned(before.text, meeting.heard))
    return asked.endswith(ASKING) and bool(re.match(meeting.heard.recounting, asked, re.IGNORECASE))


def _is_decided_here(meeting: Meeting, part: Part) -> bool:
    """Whether what nobody is said to decide ("So the trip is cancelled") is decided here: somebody else says yes to it or takes
    on what follows from it, or it was proposed, or it follows from what somebody else has just said. What follows from its
    speaker's own story is news."""
    pack = meeting.heard
    before, follower = (meeting.turns.get(part.turn.source + step) for step in (-1, 1))
    others = follower is not None and follower.speaker != part.turn.speaker
    is_elsewhere = bool(re.search(pack.elsewhere, part.text, re.IGNORECASE))
    if follower and others and re.match(f"{pack.agreement}|{pack.closing}", follower.text, re.IGNORECASE):
        return True
    if follower and others and not is_elsewhere and takes_on(follower.text, pack):
        return True
    if is_proposed(meeting, part):
        return True
    is_own = any(told(meeting, each) for each in sentences_before(meeting, part))
    is_reply = before is not None and before.speaker != part.turn.speaker and not before.text.rstrip().endswith(ASKING)
    return is_reply and not is_own and not is_elsewhere
