"""What a short decision is about: the proposal before it, the question that somebody says yes to, or the call for objections
that nobody makes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from app.kinds.languages import Pack
from app.kinds.meeting import Meeting
from app.kinds.minutes.choosing import LEAST_CUED_TERMS, Part
from app.kinds.minutes.cueing import ASKING, CUES, cued, decides, unasked, without_tag
from app.kinds.minutes.sentences import cleaned, is_filler
from app.kinds.minutes.telling import LONGEST_ANSWER, beginning, is_refused, joined, last_sentence, sentences_before, told
from app.kinds.words import flat, sentences_in
from app.transcript import Turn

BEFORE = 6  # turns before a decision in which it was proposed
ANSWERS = 4  # turns in which people may object
SHORT_ANSWER = 6  # words of an answer to a call for objections that makes none


def with_proposal(meeting: Meeting, part: Part) -> Part | None:
    """A decision that says little ("Then it's accepted."), behind what was proposed; None if that is not found."""
    mine, accepts = told(meeting, part.text), bool(re.search(meeting.heard.accepting, part.text, re.IGNORECASE))
    if part.kind != "decision" or part.void or len(part.turns) > 1 or (len(mine) >= LEAST_CUED_TERMS and not accepts):
        return None
    if accepts and is_refused(meeting, part):
        return _undecided(part)
    if accepts:
        return _taken_up(meeting, part) or _with_what_was_asked(meeting, part)
    for number, said, is_last in _sentences_behind(meeting, part):
        if not said.endswith(ASKING) and _is_decided(meeting, said):
            return None  # another decision
        if not _proposes(meeting, said, mine):
            continue
        return _behind(part, number, said, is_last)
    return None


def is_proposed(meeting: Meeting, part: Part) -> bool:
    """Whether somebody proposed before *part* what it has a word of."""
    mine = told(meeting, part.text)
    return any(
        mine & told(meeting, said) and (said.endswith(ASKING) or re.search(meeting.heard.suggesting, said, re.IGNORECASE))
        for _, said, _ in _sentences_behind(meeting, part)
    )


def _behind(part: Part, number: int, said: str, is_last: bool) -> Part:
    """*part* behind what the turn *number* has *said*, with its last sentence or an earlier one."""
    if number == part.turn.source:
        return replace(part, text=f"{said} {part.text}" if is_last else f"{said} \u2026 {part.text}", sure=True)
    text = joined(said, part.text, is_next=is_last and number == part.turn.source - 1)
    return replace(part, text=text, turns=(number, *part.turns), sure=True)


def _taken_up(meeting: Meeting, part: Part) -> Part | None:
    """*part*, which only accepts something ("Let's do that"), behind what somebody else proposed; undecided if somebody refused
    that, or if it is of the meeting itself."""
    pack = meeting.heard
    for number, said, is_last in _sentences_behind(meeting, part):
        is_asked = is_last and number == part.turn.source - 1 and said.endswith(ASKING)
        is_suggested = is_asked or re.search(pack.suggesting, said, re.IGNORECASE)
        if (
            not is_suggested
            or not told(meeting, said)
            or len(said.split()) > LONGEST_ANSWER
            or re.match(pack.poll, said, re.IGNORECASE)
        ):
            continue
        if re.search(pack.convening, said, re.IGNORECASE):
            return _undecided(part)  # "Shall we take a break?" \u2014 "Let's do that."
        speaker = meeting.turns[number].speaker
        answers = [meeting.turns.get(each) for each in range(number + 1, part.turn.source)]
        if any(each and each.speaker != speaker and _opposes(each.text, pack) for each in answers):
            return _undecided(part)
        return None if speaker == part.turn.speaker else _behind(part, number, said, is_last)
    return None


def _opposes(answer: str, pack: Pack) -> bool:
    """Whether an *answer* says no, or why not ("That would cost us the licence"): what is accepted behind it nobody knows."""
    said = beginning(answer)
    return bool(re.match(pack.refusing, said, re.IGNORECASE) or re.search(pack.opposing, said, re.IGNORECASE))


def _undecided(part: Part) -> Part:
    return replace(part, kind="topic", cue=0.0)


def _with_what_was_asked(meeting: Meeting, part: Part) -> Part | None:
    """*part*, which only accepts something, behind the question that the turn before answers: it tells what it is about."""
    answer, asking = meeting.turns.get(part.turn.source - 1), meeting.turns.get(part.turn.source - 2)
    said = beginning(cleaned(answer.text, meeting.heard)) if answer else ""
    asked = last_sentence(cleaned(asking.text, meeting.heard)) if asking else ""
    is_told = answer is not None and asked.endswith(ASKING) and not said.endswith(ASKING) and told(meeting, asked)
    if answer is None or not is_told or not told(meeting, said) or answer.speaker == part.turn.speaker:
        return None
    pack = meeting.heard
    if max(len(asked.split()), len(said.split())) > LONGEST_ANSWER or re.match(pack.refusing, said, re.IGNORECASE):
        return None
    if re.match(pack.instructing, asked, re.IGNORECASE) and not re.search(rf"\b{pack.ours}", said, re.IGNORECASE):
        return _undecided(part)  # "How do we open it?" \u2014 "Press the button." \u2014 "Okay, do it."
    is_whole = said == cleaned(answer.text, meeting.heard)
    text = joined(joined(asked, said, is_next=True), part.text, is_next=is_whole)
    return replace(part, text=text, turns=(part.turn.source - 2, part.turn.source - 1, *part.turns), sure=True)


def _sentences_behind(meeting: Meeting, part: Part) -> Iterator[tuple[int, str, bool]]:
    """The sentences before *part*, the nearest first, each with the number of its turn and whether it is the last of it."""
    own = sentences_before(meeting, part)
    yield from ((part.turn.source, each, not at) for at, each in enumerate(reversed(own)))
    for number in range(part.turn.source - 1, part.turn.source - 1 - BEFORE, -1):
        turn = meeting.turns.get(number)
        said = sentences_in(cleaned(turn.text, meeting.heard)) if turn else []
        yield from ((number, each, not at) for at, each in enumerate(reversed(said)))


def _proposes(meeting: Meeting, said: str, mine: frozenset[str]) -> bool:
    """Whether a sentence proposes something, or has a word of the decision (*mine*) that tells something."""
    pack, words = meeting.heard, told(meeting, said)
    if not words or len(said.split()) > LONGEST_ANSWER or re.match(pack.poll, said, re.IGNORECASE):
        return False
    if mine & words and len(words) >= LEAST_CUED_TERMS:
        return True
    asked = said.endswith(ASKING) and decides(unasked(said), pack)
    return asked or bool(re.search(pack.suggesting, said, re.IGNORECASE))


def confirmed(meeting: Meeting, part: Part) -> Part | None:
    """A question that says what is decided ("So we wait?", "We won't buy it, right?"), as a decision if somebody else says that
    it is so; None if it is none."""
    pack, follower = meeting.heard, meeting.turns.get(part.turn.source + 1)
    if part.kind != "question" or part.cue or follower is None or follower.speaker == part.turn.speaker:
        return None
    bare = without_tag(part.text, pack)
    said = beginning(cleaned(follower.text, pack))
    is_put = bare != unasked(part.text) or re.match(pack.concluding, part.text, re.IGNORECASE)
    if not is_put or not decides(bare, pack) or len(said.split()) > LONGEST_ANSWER or said.endswith(ASKING):
        return None
    if re.search(pack.unsettled, bare, re.IGNORECASE):  # "We decide when we have the quote, right?"
        return None
    is_against = bool(re.search(pack.denial, bare, re.IGNORECASE))
    refuses = bool(re.match(pack.refusing, said, re.IGNORECASE))
    agrees = not refuses and (re.match(pack.agreement, said, re.IGNORECASE) or decides(said, pack))
    if not agrees and not (refuses and is_against):
        return None
    text = f"{part.text} \u2014 {said}"
    return replace(part, kind="decision", cue=CUES["decision"], text=text, turns=(part.turn.source, follower.source), sure=True)


def unopposed(meeting: Meeting, turn: Turn, sentences: list[str]) -> tuple[str, tuple[int, ...]] | None:
    """What a turn with these *sentences* decides because nobody objects ("No objections? Good."): its words, and the turns that
    say so; None if it calls for no objections, somebody objects, or somebody says what is decided."""
    at = next((at for at, each in enumerate(sentences) if _calls_for_objections(meeting, each)), None)
    if at is None or any(_is_decided(meeting, each) for each in sentences[at + 1 :]):
        return None
    behind = sentences[at + 1 :]
    end = next((end for end, each in enumerate(behind) if _closes(meeting, each)), len(behind))
    if any(told(meeting, each) for each in behind[:end]):
        return None
    if end < len(behind):
        return f"{sentences[at]} {behind[end]}", (turn.source,)
    return _closed_later(meeting, turn, sentences[at])


def _closed_later(meeting: Meeting, turn: Turn, poll: str) -> tuple[str, tuple[int, ...]] | None:
    """The call for objections of a turn with the word that closes the matter, if all say no in between."""
    turns: list[int] = [turn.source]
    for number in range(turn.source + 1, turn.source + 1 + ANSWERS):
        answer = meeting.turns.get(number)
        said = sentences_in(cleaned(answer.text, meeting.heard)) if answer else []
        if answer is None or any(_is_decided(meeting, each) for each in said):
            break
        if answer.speaker == turn.speaker:
            is_closed = bool(said) and _closes(meeting, said[0]) and len(turns) > 1
            return (f"{poll} \u2026 \u2014 {said[0]}", (*turns, number)) if is_closed else None
        if not (is_filler(answer.text, meeting.heard) or _does_not_object(meeting, said)):
            break
        turns.append(number)
    return None


def _calls_for_objections(meeting: Meeting, sentence: str) -> bool:
    found = re.match(meeting.heard.objections, sentence, re.IGNORECASE) if sentence.endswith(ASKING) else None
    return found is not None and not told(meeting, sentence[found.end() :])


def _is_decided(meeting: Meeting, sentence: str) -> bool:
    kind, cue = cued(meeting, sentence)
    return kind == "decision" and cue > 0


def _closes(meeting: Meeting, sentence: str) -> bool:
    """Whether a sentence only says that all is well: "Good.", "Then that's settled"."""
    is_short = len(sentence.split()) <= SHORT_ANSWER and not sentence.endswith(ASKING)
    return is_short and bool(re.match(meeting.heard.closing, sentence, re.IGNORECASE)) and not told(meeting, sentence)


def _does_not_object(meeting: Meeting, said: list[str]) -> bool:
    words = flat(" ".join(said)).split()
    pack = meeting.heard
    return len(words) <= SHORT_ANSWER and bool(
        re.match(f"{pack.refusing}|{pack.agreement}", said[0] if said else "", re.IGNORECASE)
    )
