"""What a sentence is by its words alone: whether it decides, asks or promises something, or leaves something open."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from app.kinds.languages import Pack
from app.kinds.languages.ordinals import ORDINALS
from app.kinds.meeting import Meeting
from app.kinds.minutes.assignees import Assignee, assignee
from app.kinds.minutes.items import ItemKind
from app.kinds.minutes.sentences import without_lead
from app.kinds.words import flat, sentences_in, stop_words
from app.transcript import TITLES, TITLES_IN_FULL

# What words that decide, that ask or promise, or that leave a question open add to a score.
CUES: Mapping[ItemKind, float] = {"decision": 0.3, "action": 0.2, "question": 0.2}
ASKING = ("?", "\u061f")  # what a question ends with
SHORT = 5  # words of a sentence that says little
NAMING = 2  # words at most of a name that is called
_RANGE = r"\b(?:from|vom|von|du|del|desde)\b(?: \w+)? \d{1,2}[^,;]{0,20} "  # "from the 3rd until the 21st of August"


def cued(meeting: Meeting, text: str) -> tuple[ItemKind, float]:
    """What a sentence is by its words alone, and what these add to its score."""
    pack = meeting.heard
    is_question = text.rstrip().endswith(ASKING)
    if is_question and _decides_with_tag(text, pack):
        return "decision", CUES["decision"]
    accepts = not is_question and decides(text, pack) and re.search(pack.accepting, text, re.IGNORECASE)
    if re.search(pack.idle, text, re.IGNORECASE) and not accepts:
        return ("question" if is_question else "topic"), 0.0
    if not is_question and re.search(pack.unsettled, text, re.IGNORECASE):
        return "question", CUES["question"]
    if decides(text, pack) and not re.search(pack.delegating, text, re.IGNORECASE):
        return "decision", CUES["decision"]
    is_moved = bool(re.search(pack.motion, text, re.IGNORECASE))  # a vote decides, and nobody promises
    if asks(meeting, text) or (_promises(text, pack) and not is_question and not is_moved):
        return "action", CUES["action"]
    return ("question" if is_question else "topic"), 0.0


def _decides_with_tag(text: str, pack: Pack) -> bool:
    """Whether *text* says what is decided, and asks for no more than that others say yes ("We won't buy it, okay?")."""
    return bool(re.search(pack.final_tag, text, re.IGNORECASE)) and decides(without_tag(text, pack), pack)


def without_tag(text: str, pack: Pack) -> str:
    """A question as it would be said: without "right?" and whatever else only asks that others say yes."""
    return unasked(re.sub(pack.tag, "", text, flags=re.IGNORECASE))


def unasked(text: str) -> str:
    """*text* without its question mark."""
    return text.rstrip(f"{ASKING[0]}{ASKING[1]} ")


def asks(meeting: Meeting, text: str) -> bool:
    """Whether a sentence gives somebody a task: it asks, but not to speak, or begins with a participant's name and says what
    that person does."""
    pack = meeting.heard
    asked = re.search(f"{pack.request}|{pack.asking}", text, re.IGNORECASE)
    if asked or assigns_back(text, pack) or _is_told_to(meeting, text):
        return not asks_to_speak(text, pack)
    if _is_assigned(meeting, text) or assigned_to(meeting, text) is not None:
        return True
    bare = [[word for word in name.split() if flat(word) not in TITLES] for name in meeting.participants]
    weak = stop_words(pack.code)  # "Le devis" does not speak to "M. le maire"
    lasts = {name[0].casefold(): name[1:] for name in bare if name and flat(name[0]) not in weak}
    words = re.findall(r"\w+", text.casefold())
    if len(words) < SHORT or words[0] not in lasts or text.rstrip().endswith(ASKING):
        return False
    full = [part.casefold() for part in lasts[words[0]]][:1] == words[1:2]  # a whole name is spoken of, not to
    rest = text[len(words[0]) :]
    return rest.startswith(" ") and not full and not re.match(pack.state, rest.strip(), re.IGNORECASE)


def _promises(text: str, pack: Pack) -> bool:
    """Whether the speaker promises something; "we will" and the present tense are said of anything, and need a time."""
    if re.search(rf"(?:{pack.reporting}).*(?:{pack.promise}|{pack.pledge})", text, re.IGNORECASE):
        return False
    if re.search(pack.promise, text, re.IGNORECASE):
        return not is_of_all(text, pack) or has_time(text, pack)
    return _has_later_time(text, pack) and bool(re.search(pack.pledge, text, re.IGNORECASE))


def has_time(text: str, pack: Pack) -> bool:
    """Whether *text* names a day, or a time such as "next week", until which something is to be done."""
    return bool(days_in(text, pack) or dates_in(text, pack) or re.search(pack.term, text, re.IGNORECASE))


def _has_later_time(text: str, pack: Pack) -> bool:
    """Whether *text* names a time that is not now: "today" is said of all that is."""
    return has_time(re.sub(pack.now, " ", text, flags=re.IGNORECASE), pack)


def _has_deadline(text: str, pack: Pack) -> bool:
    """Whether *text* names a time until which something is to be done ("by Friday"), and not when it will be ("on Friday")."""
    times = [*days_in(text, pack), *(found[0] for found in re.finditer(pack.term, text, re.IGNORECASE))]
    until = rf"\b(?:{pack.until}|{pack.limit})"
    return bool(dates_in(text, pack)) or any(
        re.match(until, each, re.IGNORECASE) or re.search(rf"{until} (?:\w+ )?{re.escape(each)}", text, re.IGNORECASE)
        for each in times
    )


def decides(text: str, pack: Pack) -> bool:
    """Whether *text* says that something is decided here, and not that it may be, or was long ago; it is no question."""
    return not text.rstrip().endswith(ASKING) and bool(
        re.search(pack.decision, text, re.IGNORECASE)
        and not re.search(pack.tentative, text, re.IGNORECASE)
        and (re.search(pack.settled, text, re.IGNORECASE) or not re.search(pack.supposed, text, re.IGNORECASE))
    )


def _is_told_to(meeting: Meeting, text: str) -> bool:
    """Whether a participant is called and told what to do ("Dan, check the lock."), or by when ("The plan by Friday, Dan."); or
    somebody is told to do something until a day ("Then check the lock by Friday")."""
    if text.rstrip().endswith(ASKING):
        return False
    pack, people = meeting.heard, meeting.people
    if _has_later_time(text, pack) and re.match(pack.imperative, without_lead(text, pack), re.IGNORECASE):
        return True
    if _is_given_to(meeting, without_lead(text, pack)):
        return True
    called, comma, rest = text.partition(",")
    told = rf"{pack.imperative}|{pack.ordering}" if has_time(rest, pack) else pack.imperative
    if comma and re.match(told, rest.strip(), re.IGNORECASE) and people.speaks_as(called):
        return True
    before, comma, called = text.rstrip(" .!").rpartition(",")
    return bool(
        comma and len(called.split()) <= NAMING and people.speaks_as(called) and re.search(pack.request, before, re.IGNORECASE)
    )


def _is_given_to(meeting: Meeting, text: str) -> bool:
    """Whether a participant is said to do something until a day: "Ann Berg makes the plans by the 30th of April"."""
    pack = meeting.heard
    name = next((each for each in meeting.participants if text.casefold().startswith(f"{each.casefold()} ")), None)
    if name is None or re.match(pack.state, text[len(name) :].strip(), re.IGNORECASE):
        return False
    return bool(
        dates_in(text, pack)
        or re.search(rf"\b{pack.until} (?:{'|'.join(map(_written, pack.weekdays))})\b", text, re.IGNORECASE)
    )


def assigned_to(meeting: Meeting, text: str) -> Assignee | None:
    """Who of those that *text* only speaks of is to do what it says; None if it gives nobody a task that way."""
    if text.rstrip().endswith(ASKING):
        return None
    pack = meeting.heard
    return assignee(meeting, text, has_later_time=_has_later_time(text, pack), has_deadline=_has_deadline(text, pack))


def _is_assigned(meeting: Meeting, text: str) -> bool:
    """Whether a sentence begins with a participant and says that this person is going to do something."""
    if text.rstrip().endswith(ASKING):
        return False
    weak = stop_words(meeting.heard.code)
    for name in meeting.participants:
        words = [word for word in name.split() if flat(word) not in TITLES]
        for called in {name, *words[:1], *words[-1:]}:
            behind = text[len(called) :]
            begins = text[: len(called)].casefold() == called.casefold() and behind[:1] in (" ", "'", "\u2019")
            if (
                begins
                and (called == name or flat(called) not in weak)
                and re.match(meeting.heard.assigned, behind.strip(), re.IGNORECASE)
            ):
                return True
    return False


def asks_to_speak(text: str, pack: Pack) -> bool:
    """Whether *text* asks for an answer and not for a deed: "can you tell me", but not "can you tell the caretaker"."""
    return bool(re.search(rf"(?:{pack.request})(?:\W+\w+){{0,3}}?\W+(?:{pack.telling})", text, re.IGNORECASE))


def gives_the_floor(meeting: Meeting, text: str) -> bool:
    """Whether nothing is asked for but that a participant speaks: "Mr. Hall, please"."""
    rest = f" {flat(re.sub(meeting.heard.request, ' ', text, flags=re.IGNORECASE))} "
    called = {word for name in meeting.participants for word in flat(name).split()} | TITLES | TITLES_IN_FULL
    return len(text.split()) < SHORT and called.issuperset(rest.split())


def is_of_all(text: str, pack: Pack) -> bool:
    """Whether a promise is not the speaker's alone: "we will send it"."""
    found = re.search(pack.promise, text, re.IGNORECASE)
    return found is not None and bool(re.match(pack.ours, found[0], re.IGNORECASE))


def promises_a_day(text: str, pack: Pack) -> bool:
    return _promises(text, pack) and due_in(text, pack) is not None


def leaves_open(answer: str, pack: Pack) -> bool:
    return bool(re.search(pack.unsettled, answer, re.IGNORECASE) or re.search(pack.unknown, answer, re.IGNORECASE))


def takes_on(text: str, pack: Pack) -> bool:
    """Whether *text* takes a task on: it promises, or says "will do"."""
    return _promises(text, pack) or bool(re.search(f"{pack.promise}|{pack.taking}", text, re.IGNORECASE))


def takes_back(sentences: Sequence[str], pack: Pack) -> bool:
    """Whether one of the *sentences* behind the first takes back what was promised, and promises nothing else."""
    return any(
        re.match(pack.retracting, each, re.IGNORECASE) and not takes_on(each, pack) and not has_time(each, pack)
        for each in sentences[1:]
    )


def assigns_back(text: str, pack: Pack) -> bool:
    """Whether *text* gives a task to who is spoken to without a name: "You do it"."""
    return not text.rstrip().endswith(ASKING) and any(
        re.match(pack.assigning, each, re.IGNORECASE) for each in sentences_in(text)
    )


def declines(answer: str, pack: Pack) -> bool:
    """Whether an *answer* to a request does not take the task on, or says that it is done."""
    sentences = sentences_in(answer) or [answer]
    refuses = bool(re.match(pack.declining, sentences[0], re.IGNORECASE)) and not takes_on(sentences[0], pack)
    return refuses or takes_back(sentences, pack)


def agrees(text: str, pack: Pack) -> bool:
    return bool(re.match(pack.agreement, text, re.IGNORECASE)) or takes_on(text, pack)


def due_in(text: str, pack: Pack) -> str | None:
    """The words of a text that name one day, None if it names none or several."""
    found = days_in(text, pack) or dates_in(text, pack)
    return found[0] if len(found) == 1 else None


def term_in(text: str, pack: Pack) -> str | None:
    """The words of a text that name one time such as "next week", if no day is named."""
    if days_in(text, pack) or dates_in(text, pack):
        return None
    found = {each[0] for each in re.finditer(pack.term, text, re.IGNORECASE)}
    return found.pop() if len(found) == 1 else None


def days_in(text: str, pack: Pack) -> list[str]:
    """Days of the week with "next" and the like, and words such as "tomorrow", if they can say until when."""
    days = [*pack.weekdays, *sorted(pack.days, key=len, reverse=True)]
    names = "|".join(_written(each) for each in days)
    named = rf"\b(?:{pack.nearing})?(?:{names})(?:{pack.nearing})?(?!\w)"
    return re.findall(named, re.sub(pack.undue, " ", text, flags=re.IGNORECASE), re.IGNORECASE) if days else []


@cache
def _written(day: str) -> str:
    """How a *day* may be written: a Persian day of the week as one word, as two, or with a mark between them."""
    return re.sub("(?<=[^\u200c])\u200c?(?=شنبه$)", "[\u200c ]?", re.escape(day))


def dates_in(text: str, pack: Pack) -> list[str]:
    """Days of a month until which something is to be done: "by December 15th", "by June the first"."""
    month = "|".join(pack.months)
    number = rf"(?:\d{{1,2}}(?:st|nd|rd|th|er|\.)?|{_spoken_days(pack.code)})"
    day = rf"{number}(?: of| de)? (?:{month})|(?:{month}) (?:the )?{number}"
    if not month or re.search(rf"{_RANGE}{pack.until} ", text, re.IGNORECASE):
        return []
    return re.findall(rf"(?<!not )(?<!nicht )(?<!pas )(?<!no )\b{pack.until} ({day})(?!\w)", text, re.IGNORECASE)


@cache
def _spoken_days(language: str) -> str:
    return "|".join(map(re.escape, sorted(ORDINALS.get(language, {}), key=len, reverse=True))) or r"(?!)"
