"""Who takes a task on: whom a request names, what that person answers, and to whom it goes if not to them."""

from __future__ import annotations

import re
from dataclasses import replace

from app.kinds.languages import Pack
from app.kinds.meeting import Meeting
from app.kinds.minutes.choosing import Part
from app.kinds.minutes.cueing import (
    ASKING,
    CUES,
    agrees,
    asks,
    assigned_to,
    assigns_back,
    dates_in,
    days_in,
    declines,
    due_in,
    has_time,
    is_of_all,
    takes_back,
    takes_on,
)
from app.kinds.minutes.sentences import CUT, cleaned, without_lead
from app.kinds.minutes.telling import (
    LONGEST_ANSWER,
    addressed,
    asks_later,
    beginning,
    is_refused,
    last_sentence,
    says_little,
    sentences_behind,
    speaks_to,
    told,
)
from app.kinds.words import flat, sentences_in
from app.transcript import UNKNOWN_SPEAKER, Turn

LATER = 3  # turns behind a refusal in which somebody else may take the task on
PASSING = 6  # words at most of a sentence that passes a request on: "Ines, could you?"


def named(meeting: Meeting, part: Part) -> str | None:
    """The one participant whom a part speaks to, other than who speaks; in a decision, whom it names."""
    is_decided = part.kind == "decision"
    found = meeting.people.named(without_lead(part.text, meeting.heard)) if is_decided else addressed(meeting, part.text)
    others = [name for name in found if name != part.turn.speaker]
    return others[0] if len(others) == 1 else None


def with_answer(meeting: Meeting, part: Part) -> Part:
    """*part* with who is to do it, and with the next turn if that person agrees there."""
    pack, speaker = meeting.heard, part.turn.speaker
    asked = asks(meeting, part.text)
    if not asked and part.kind == "action" and (changed := _changed(meeting, part)) is not None:
        return changed
    if not asked and re.search(pack.offering, part.text, re.IGNORECASE) and _takes_offer_back(meeting, part):
        return replace(part, kind="topic", cue=0.0, owner=None, void=True)
    owner = _asked(meeting, part) if asked else None if is_of_all(part.text, pack) else speaker
    follower = meeting.turns.get(part.turn.source + 1)
    expects_answer = part.text.endswith(ASKING) or not meeting.has_full_stops
    whole = cleaned(follower.text, pack) if follower else ""
    answer = beginning(whole)
    takes = bool(re.search(pack.taking, answer, re.IGNORECASE)) or _agrees_by(meeting, answer)
    expected = {owner} if owner else {follower.speaker} if follower and (expects_answer or takes) else set()
    answers = asked and follower is not None and follower.speaker != speaker and follower.speaker in expected
    answers = answers and not (follower and _is_about_another(meeting, part, answer, follower.speaker))
    if asked and is_refused(meeting, part) and assigned_to(meeting, part.text) is not None:
        return replace(part, kind="topic", cue=0.0, owner=None, void=True)  # "Paul will do it." \u2014 "No, he can't."
    if follower is not None and answers and (declines(answer, pack) or _passes_on(meeting, follower)):
        return _declined(meeting, part, follower, answer)
    if follower is not None and answers and agrees(follower.text, pack):
        said = _promised(answer, pack)
        text = f"{part.text} \u2014 {said}" if len(said.split()) <= LONGEST_ANSWER else part.text
        part = replace(part, text=text, turns=(part.turn.source, follower.source), due=due_in(said, pack))
        part = replace(part, sure=takes_on(answer, pack) or bool(told(meeting, part.text)))
        owner = follower.speaker
    made = replace(part, owner=owner if part.kind == "action" and owner != UNKNOWN_SPEAKER else None)
    return _with_other_day(meeting, made)


def _agrees_by(meeting: Meeting, answer: str) -> bool:
    """Whether an *answer* only says yes and by when: "Okay, first thing tomorrow"."""
    agrees_to_it = re.match(meeting.heard.agreement, answer, re.IGNORECASE) and has_time(answer, meeting.heard)
    return bool(agrees_to_it) and says_little(meeting, answer) and not answer.endswith(ASKING)


def _changed(meeting: Meeting, part: Part) -> Part | None:
    """A promise with the next sentence, if that takes it back ("Actually no, Ann has it") or names another time for it."""
    pack, behind = meeting.heard, sentences_behind(meeting, part)[:1]
    if not behind or not re.match(pack.retracting, behind[0], re.IGNORECASE):
        return None
    whole = replace(part, text=f"{part.text} {behind[0]}", owner=None if is_of_all(part.text, pack) else part.turn.speaker)
    if takes_back([part.text, *behind], pack):
        return replace(whole, kind="topic", cue=0.0, owner=None, void=True)
    return replace(whole, due=due_in(behind[0], pack))


def _asked(meeting: Meeting, part: Part) -> str | None:
    """Whom *part* asks: who is named, or who has just asked its speaker, if it gives the task back ("You do it")."""
    given = assigned_to(meeting, part.text)
    if given is not None:
        return given.name
    owner = named(meeting, part)
    before = meeting.turns.get(part.turn.source - 1)
    if owner is None and before is not None and assigns_back(part.text, meeting.heard):
        is_asked_back = before.speaker not in (part.turn.speaker, UNKNOWN_SPEAKER) and asks(meeting, last_sentence(before.text))
        return before.speaker if is_asked_back else None
    return owner


def _is_about_another(meeting: Meeting, part: Part, answer: str, who: str) -> bool:
    """Whether an *answer* of *who* shares no word with *part*, and belongs to something else that its turn says later: it has
    words of that, or that is asked for, and not of somebody else by name."""
    words = told(meeting, answer)
    if told(meeting, part.text) & words:
        return False
    if any(told(meeting, each) & words for each in sentences_behind(meeting, part)):
        return True
    return any(speaks_to(meeting, each) in (None, who) for each in asks_later(meeting, part))


def _passes_on(meeting: Meeting, answering: Turn) -> bool:
    """Whether a turn ends in passing on what it was asked: "I'm off tomorrow. Ines, could you?" """
    last = last_sentence(cleaned(answering.text, meeting.heard))
    others = [name for name in meeting.people.named(last) if name != answering.speaker]
    return bool(others) and last.endswith(ASKING) and len(last.split()) <= PASSING and asks(meeting, last)


def _declined(meeting: Meeting, part: Part, refusing: Turn, refusal: str) -> Part:
    """A request that is not taken on: a task of who takes it on a little later, else a fact that tells both."""
    pack, turns = meeting.heard, (part.turn.source, refusing.source)
    for number in range(refusing.source + 1, refusing.source + 1 + LATER):
        turn = meeting.turns.get(number)
        if turn is None or asks(meeting, turn.text):
            break
        said = beginning(cleaned(turn.text, pack))
        called = turn.speaker in meeting.people.named(refusing.text)
        if takes_on(said, pack) or (called and agrees(said, pack)):
            taken = _promised(said, pack)
            joint = f"\u2014 {refusal} \u2014" if called and not takes_on(said, pack) else "\u2026 \u2014"
            text = f"{part.text} {joint} {taken}"
            part = replace(part, due=due_in(taken, pack))
            owner = None if turn.speaker == UNKNOWN_SPEAKER else turn.speaker
            return replace(part, text=text, turns=(*turns, number), owner=owner, sure=takes_on(said, pack))
    return replace(part, kind="topic", cue=0.0, owner=None, text=f"{part.text} \u2014 {refusal}", turns=turns, void=True)


def _promised(answer: str, pack: Pack) -> str:
    """The sentences of an answer up to the last that promises something; all if none does."""
    sentences = sentences_in(answer)
    found = [number for number, each in enumerate(sentences) if takes_on(each, pack)]
    return " ".join(sentences[: found[-1] + 1]) if found else answer


def _with_other_day(meeting: Meeting, part: Part) -> Part:
    """A task until a day, with the day that is agreed to instead ("Can you do it this week?" \u2014 "Thursday, then")."""
    pack, last = meeting.heard, max(part.turns)
    asking, reply = meeting.turns.get(last + 1), meeting.turns.get(last + 2)
    if part.kind != "action" or not part.owner or asking is None or reply is None or not has_time(part.text, pack):
        return part
    asked, said = last_sentence(cleaned(asking.text, pack)), beginning(cleaned(reply.text, pack))
    days = [*days_in(said, pack), *dates_in(said, pack)]
    is_about_days = asking.speaker != part.owner and asked.endswith(ASKING) and has_time(asked, pack)
    is_short = says_little(meeting, asked) and says_little(meeting, said) and not said.endswith(ASKING)
    if not (is_about_days and is_short and len(days) == 1 and reply.speaker == part.owner) or declines(said, pack):
        return part
    text = f"{part.text} \u2026 \u2014 {asked} \u2014 {said}"
    return replace(part, text=text, turns=(*part.turns, asking.source, reply.source), due=days[0])


def with_taker(meeting: Meeting, part: Part) -> Part | None:
    """A question for who does something ("Who tells the members?"), as the task of who takes it on; None if nobody does."""
    pack = meeting.heard
    if part.kind != "question" or part.text.startswith(CUT) or not re.match(pack.whose, part.text, re.IGNORECASE):
        return None
    first = part.turn.source + 1
    for number in range(first, first + LATER):
        turn = meeting.turns.get(number)
        if turn is None or turn.text.rstrip().endswith(ASKING) or asks(meeting, turn.text):
            break
        said = beginning(cleaned(turn.text, pack))
        takes = takes_on(said, pack) and not declines(said, pack) and not is_of_all(said, pack)
        if takes and not takes_back(sentences_in(said), pack) and turn.speaker not in (part.turn.speaker, UNKNOWN_SPEAKER):
            joint = "\u2014" if number == first else "\u2026 \u2014"
            taken = _promised(said, pack)
            made = replace(part, kind="action", cue=CUES["action"], text=f"{part.text} {joint} {taken}", owner=turn.speaker)
            return replace(made, turns=(part.turn.source, number), sure=True, due=due_in(taken, pack))
    return None


def with_volunteer(meeting: Meeting, part: Part) -> Part | None:
    """A question that offers to do something ("Shall I call her?"), as a task of who asks it if somebody else says yes; None if
    nobody does."""
    pack, follower = meeting.heard, meeting.turns.get(part.turn.source + 1)
    if part.kind != "question" or part.text.startswith(CUT) or not re.search(pack.volunteering, part.text, re.IGNORECASE):
        return None
    if follower is None or follower.speaker == part.turn.speaker:
        return None
    said = beginning(cleaned(follower.text, pack))
    if not agrees(said, pack) or declines(said, pack) or said.endswith(ASKING) or len(said.split()) > LONGEST_ANSWER:
        return None
    owner = None if part.turn.speaker == UNKNOWN_SPEAKER else part.turn.speaker
    made = replace(part, kind="action", cue=CUES["action"], text=f"{part.text} \u2014 {said}", owner=owner, sure=True)
    return replace(made, turns=(part.turn.source, follower.source), due=due_in(said, pack) or due_in(part.text, pack))


def with_offer(meeting: Meeting, part: Part) -> Part | None:
    """A request that only takes an offer up ("Yes, please do that"), behind the offer and as the task of who made it; None
    if it is none."""
    pack, before = meeting.heard, meeting.turns.get(part.turn.source - 1)
    if part.kind != "action" or before is None or before.speaker == part.turn.speaker or not asks(meeting, part.text):
        return None
    last = beginning(cleaned(before.text, pack))
    is_offer = re.search(pack.offering, last, re.IGNORECASE) and not last.endswith(ASKING) and not declines(last, pack)
    bare = re.sub(pack.request, " ", part.text, flags=re.IGNORECASE)
    takes_up = is_offer and says_little(meeting, bare) and not part.text.endswith(ASKING)
    if not takes_up or len(last.split()) > LONGEST_ANSWER or not told(meeting, last):
        return None
    if named(meeting, part) not in (None, before.speaker):
        return None
    owner = None if before.speaker == UNKNOWN_SPEAKER else before.speaker
    turns = (before.source, part.turn.source)
    return replace(part, text=f"{last} \u2014 {part.text}", turns=turns, owner=owner, sure=True, due=due_in(last, pack))


def with_grant(meeting: Meeting, part: Part) -> Part | None:
    """What somebody asks of nobody by name, or wishes for ("I want a graph of it"), as the task of who promises it next; None
    if nobody does."""
    pack = meeting.heard
    if part.kind not in ("topic", "action") or part.void or part.text.endswith(ASKING):
        return None
    wishes = bool(re.search(pack.wishing, part.text, re.IGNORECASE)) and bool(told(meeting, part.text))
    if not wishes or named(meeting, part) is not None:
        return None
    follower = meeting.turns.get(part.turn.source + 1)
    if follower is None or follower.speaker in (part.turn.speaker, UNKNOWN_SPEAKER):
        return None
    said = beginning(cleaned(follower.text, pack))
    if not takes_on(said, pack) or declines(said, pack) or is_of_all(said, pack) or said.endswith(ASKING):
        return None
    promised = _promised(said, pack)
    is_of_it = told(meeting, part.text) & told(meeting, promised) or re.search(pack.referring, promised, re.IGNORECASE)
    grants = bool(is_of_it) and not re.search(pack.idle, promised, re.IGNORECASE)  # not "I'll never pay for it"
    if not grants or len(promised.split()) > LONGEST_ANSWER or _is_about_another(meeting, part, promised, follower.speaker):
        return None
    made = replace(part, kind="action", cue=CUES["action"], text=f"{part.text} \u2014 {promised}", owner=follower.speaker)
    return replace(made, turns=(part.turn.source, follower.source), sure=True, due=due_in(promised, pack))


def with_welcome(meeting: Meeting, part: Part) -> Part | None:
    """An offer ("I could ask at the college"), as a task of who makes it if somebody else is glad of it; None if nobody is."""
    pack, follower = meeting.heard, meeting.turns.get(part.turn.source + 1)
    offers = (
        part.kind in ("topic", "action")
        and not part.void
        and not asks(meeting, part.text)
        and re.search(pack.offering, part.text, re.IGNORECASE)
        and not _takes_offer_back(meeting, part)
    )
    if not offers or follower is None or follower.speaker == part.turn.speaker or not told(meeting, part.text):
        return None
    said = next(iter(sentences_in(cleaned(follower.text, pack))), "")
    if not re.match(pack.welcoming, said, re.IGNORECASE) or len(said.split()) > LONGEST_ANSWER or said.endswith(ASKING):
        return None
    owner = None if part.turn.speaker == UNKNOWN_SPEAKER else part.turn.speaker
    made = replace(part, kind="action", cue=CUES["action"], text=f"{part.text} \u2014 {said}", owner=owner, sure=True)
    return replace(made, turns=(part.turn.source, follower.source), due=due_in(part.text, pack))


def _takes_offer_back(meeting: Meeting, part: Part) -> bool:
    """Whether an offer, or the sentence behind it, says that its speaker won't ("I could ask, but I don't want to"), and not
    only when ("but I can't before Monday")."""
    pack = meeting.heard
    own = " ".join((part.text, *sentences_behind(meeting, part)[:1]))
    found = re.search(pack.contrasting, own, re.IGNORECASE)
    behind = own[found.start() :] if found else ""
    is_of_a_day = has_time(behind, pack) or re.search(pack.now, behind, re.IGNORECASE) or _names_a_weekday(behind, pack)
    return bool(behind) and not is_of_a_day


def _names_a_weekday(text: str, pack: Pack) -> bool:
    return not set(map(flat, pack.weekdays)).isdisjoint(flat(text).split())
