"""What sentences tell beside who says them and when, and the sentences around them that tell what they are about."""

from __future__ import annotations

import re
from dataclasses import replace

from app.kinds.meeting import Meeting
from app.kinds.minutes.choosing import LEAST_CUED_TERMS, NO_DAY, Part
from app.kinds.minutes.cueing import ASKING, asks, assigned_to, dates_in, days_in, declines, due_in, leaves_open
from app.kinds.minutes.sentences import CUT, cleaned, without_lead
from app.kinds.words import sentences_in, terms
from app.transcript import sentence_ends

LONGEST_ANSWER = 20  # words of a promise
ASKED_BEFORE = 4  # turns in which the question was put that somebody leaves open
SHORTEST_LEAD = 2  # words of a sentence that tells what another is about
OWN = 3  # sentences of its own turn that are looked through for what a task is about
NO_MORE = ",.!;:\u060c"  # signs behind a word that refuses: "No problem" does not
TELLING = 20  # characters by which a sentence is found in its turn


def told(meeting: Meeting, text: str) -> frozenset[str]:
    """The content words of *text* that are neither a participant nor a day."""
    days = [*days_in(text, meeting.heard), *dates_in(text, meeting.heard)]
    people = " ".join(meeting.participants)
    return terms(text, meeting.spoken) - terms(" ".join((people, *days)), meeting.spoken)


def says_little(meeting: Meeting, text: str) -> bool:
    return len(told(meeting, text)) < LEAST_CUED_TERMS


def with_lead(meeting: Meeting, part: Part) -> Part:
    """*part* behind the last sentence of the turn before, which tells what it is about; if that says nothing or declines, of
    the one before that."""
    found = own_lead(meeting, part)
    if found is not None:
        return found
    pack = meeting.heard
    for number in (part.turn.source - 1, part.turn.source - 2)[: 1 if part.kind == "decision" else 2]:
        before = meeting.turns.get(number)
        last = _last_telling(meeting, cleaned(before.text, pack)) if before else ""
        if before is None or len(last.split()) > LONGEST_ANSWER:
            break
        is_far = number != part.turn.source - 1  # a question that was put before is answered in between
        if is_far and last.endswith(ASKING) and not asks(meeting, last):
            break
        if speaks_to(meeting, last) not in (None, part.turn.speaker):
            break  # somebody else is asked to do that
        if told(meeting, last) and len(last.split()) >= SHORTEST_LEAD and not declines(last, pack):
            text = joined(last, part.text, is_next=number == part.turn.source - 1)
            is_another = told(meeting, part.text) and _is_given_to_another(meeting, last, part.turn.speaker)
            due = due_in(part.text, pack) or NO_DAY if is_another else part.due
            return replace(part, text=text, turns=(number, *part.turns), sure=True, due=due)
    return part


def addressed(meeting: Meeting, text: str) -> list[str]:
    """The participants whom *text* speaks to, or tells what to do ("And Tom, please …")."""
    pack = meeting.heard
    return meeting.people.addressed(without_lead(text, pack), pack.request, pack.state)


def speaks_to(meeting: Meeting, text: str) -> str | None:
    """The one participant whom *text* speaks to, or tells what to do."""
    found = addressed(meeting, text)
    return found[0] if len(found) == 1 else None


def joined(before: str, behind: str, *, is_next: bool) -> str:
    """The words of two turns as one quotation: with a dash, and "…" before it if something was said between them."""
    return f"{before} \u2014 {behind}" if is_next else f"{before} {CUT} \u2014 {behind}"


def _is_given_to_another(meeting: Meeting, text: str, speaker: str) -> bool:
    """Whether *text* says that somebody else than *speaker* does something ("Marketing will update the slides by Friday")."""
    given = assigned_to(meeting, text)
    return given is not None and given.name != speaker


def with_question(meeting: Meeting, part: Part) -> Part:
    """*part*, which leaves something open, behind what it is about: what its own turn says before it, or else a question of the
    ASKED_BEFORE turns before that nobody could answer, or the turn before."""
    found = own_lead(meeting, part)
    if found is not None:
        return found
    pack = meeting.heard
    for number in range(part.turn.source - 1, part.turn.source - 1 - ASKED_BEFORE, -1):
        turn, follower = meeting.turns.get(number), meeting.turns.get(number + 1)
        said = sentences_in(cleaned(turn.text, pack)) if turn else []
        asked = next((each for each in reversed(said) if each.endswith(ASKING)), "")
        is_near = number == part.turn.source - 1
        if not asked or not told(meeting, asked) or len(asked.split()) > LONGEST_ANSWER:
            continue
        if is_near or (follower and leaves_open(beginning(cleaned(follower.text, pack)), pack)):
            text = joined(asked, part.text, is_next=is_near and asked == said[-1])
            return replace(part, text=text, turns=(number, *part.turns), sure=True)
    return with_lead(meeting, part)


def own_lead(meeting: Meeting, part: Part) -> Part | None:
    """*part* behind what its own turn says before it; None if that says nothing, *part* itself if it asks somebody else."""
    for back, each in enumerate(reversed(sentences_before(meeting, part)[-OWN:])):
        if speaks_to(meeting, each) not in (None, speaks_to(meeting, part.text)):
            return part  # somebody else is asked to do that
        if told(meeting, each) and len(each.split()) <= LONGEST_ANSWER:
            return replace(part, text=f"{each} {part.text}" if not back else f"{each} \u2026 {part.text}", sure=True)
    return None


def sentences_before(meeting: Meeting, part: Part) -> list[str]:
    whole = cleaned(part.turn.text, meeting.heard)
    return sentences_in(whole[: max(whole.find(part.text[:TELLING]), 0)])


def sentences_behind(meeting: Meeting, part: Part) -> list[str]:
    """What the turn of *part* says behind it; nothing if it is not found there."""
    whole = cleaned(part.turn.text, meeting.heard)
    at = whole.find(part.text[-TELLING:])
    return [] if at < 0 else [each for each in sentences_in(whole[at + len(part.text[-TELLING:]) :]) if each]


def asks_later(meeting: Meeting, part: Part) -> list[str]:
    """The sentences behind *part* in its turn that ask for something themselves: who answers next answers these."""
    return [
        each
        for each in sentences_behind(meeting, part)
        if asks(meeting, each) or (each.endswith(ASKING) and not says_little(meeting, each))
    ]


def _last_telling(meeting: Meeting, text: str) -> str:
    """The last sentence of *text* that is no vote ("Those against? None. Carried.")."""
    pack = meeting.heard
    said = sentences_in(text)
    votes = f"{pack.voted}|{pack.poll}|{pack.tally}"
    while len(said) > 1 and (re.search(votes, said[-1], re.IGNORECASE) or not told(meeting, said[-1])):
        said.pop()
    return said[-1] if said else ""


def last_sentence(text: str) -> str:
    return next(reversed(sentences_in(text)), "")


def beginning(answer: str) -> str:
    """The sentences with which an answer begins, as many as are quoted with a question."""
    ends = [end for end in sentence_ends(answer) if len(answer[:end].split()) <= LONGEST_ANSWER]
    return answer[: ends[-1]] if ends else answer


def is_refused(meeting: Meeting, part: Part) -> bool:
    """Whether the next one says no to what *part* accepts or gives somebody ("No, wait"), and not to a question behind it
    ("Anyone against?")."""
    pack, follower = meeting.heard, meeting.turns.get(part.turn.source + 1)
    if follower is None or follower.speaker == part.turn.speaker or part.turn.text.rstrip().endswith(ASKING):
        return False
    said = cleaned(follower.text, pack)
    found = re.match(pack.refusing, said, re.IGNORECASE)
    behind = said[found.end() :] if found else ""
    is_no = found is not None and (not behind or behind[0] in NO_MORE)
    return is_no and not re.match(f"{pack.closing}|{pack.agreement}", behind.strip(f"{NO_MORE} "), re.IGNORECASE)
