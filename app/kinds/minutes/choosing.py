"""Which quotations the minutes keep: those that decide or promise, and those that together cover what the meeting was about."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import heapify, heappop, heappush

from app.kinds.meeting import Meeting
from app.kinds.minutes.items import ItemKind
from app.kinds.minutes.sentences import CUT
from app.kinds.words import STEM, flat, terms
from app.transcript import Turn

SHARE = 0.08  # of the transcript's words that the minutes may have, the names of who speaks included
LEAST_WORDS, LEAST_ITEMS, LEAST_FACTS = 160, 14, 10  # that even a short meeting may have; a fact decides or asks nothing
SPARE = 30  # words that those of a short meeting may have beside, for what is definite
NO_DAY = ""
AN_HOUR = 40  # items of an hour of meeting
PACE = 150  # words a minute, if the transcript has no times
LONGEST_QUOTED = 60  # words of a quotation that is made of several sentences of a turn
COVERING = 15.0  # what telling as much of the meeting's words as the best quotations adds to a score
DEFINITE = 1.0  # a cue above it is of what is definitely decided, asked or left open
FIRST = 30.0  # added to what is definite in a short meeting: it comes before all facts
LEAST_WORTH = 1.0  # below it a quotation is not worth reading
SHORTLIST = 1.5  # words and items that are looked at for each one that the minutes may have
LEAST_TERMS, LEAST_CUED_TERMS = 3, 2  # content words and numbers of a fact, and of what decides, asks or promises
REPEATED = 0.2  # share of new words up to which a quotation says nothing new
# Words that a quotation costs beside its own: a new one names its speaker; something is left out; a sentence is cut.
NEW, GAP, EDGE = 4, 2, 3
NEAR = 8  # pieces of a turn on either side of a taken one that cost less now
# The odds that people repeat a word in minutes, which a regression on meetings found (document/benchmarks.md): a word of
# *n* letters that is said once has exp(n * A_LETTER) / UNLIKELY, and one that is said k times k ** AGAIN times as much.
A_LETTER, AGAIN, UNLIKELY = 0.07, 1.2, 17.0
MOST_LETTERS, LETTERS_OF_NUMBER = 12, 6  # a longer word counts as one of so many letters, a number as a word of so many


@dataclass(frozen=True)
class Part:
    """Some sentences of a turn, up to the *number*-th; *score* says how much they matter by their label, 0 to 1, and *cue* what
    words that decide, ask or promise add to it. *void* says that what it asks or promises does not hold: it is read out, or was
    declined; no letter of a model makes a task or a decision of it. *sure* says that somebody takes a task on, or
    that votes were counted: few words are enough. *due* are the words that say until when, if they are not the only ones, or
    NO_DAY if those of the text are about somebody else's task."""

    turn: Turn
    text: str
    kind: ItemKind
    score: float = 0.0
    cue: float = 0.0
    owner: str | None = None
    turns: tuple[int, ...] = ()
    number: int = 0
    void: bool = False
    sure: bool = False
    due: str | None = None

    @property
    def words(self) -> int:
        return len(self.text.replace(CUT, " ").split())


def chosen(parts: Sequence[Part], meeting: Meeting) -> list[Part]:
    """The parts that are worth most, as many as the minutes may have, in the meeting's order; those of one turn as one."""
    room = _Room.of(meeting)
    return without_shortest(_joined(_Choice(parts, meeting, room).made()), int(room.items))


def shortlisted(parts: Sequence[Part], meeting: Meeting) -> list[Part]:
    """The parts that may come to be chosen once their labels are known."""
    return _Choice(parts, meeting, _Room.of(meeting).times(SHORTLIST)).made()


def without_shortest(parts: Sequence[Part], most: int) -> list[Part]:
    """At most so many *parts*: facts that were to be told with others of their turn may stand alone, as more items than they
    were counted for."""
    facts = sorted((part for part in parts if part.kind == "topic"), key=lambda part: part.words)
    shortest = {id(part) for part in facts[: max(len(parts) - most, 0)]}
    return [part for part in parts if id(part) not in shortest]


@dataclass(frozen=True)
class _Room:
    """The most words, items, and facts among these, that minutes may have; those of a short meeting have the least bound."""

    words: float
    items: float
    facts: float
    of_short_meeting: bool

    @classmethod
    def of(cls, meeting: Meeting) -> _Room:
        turns = meeting.turns.values()
        words = meeting.words
        ends = [turn.end for turn in turns if turn.end is not None]
        an_hour = AN_HOUR * (max(ends) / 3600 if ends else words / PACE / 60)
        return cls(max(SHARE * words, LEAST_WORDS), max(an_hour, LEAST_ITEMS), max(an_hour, LEAST_FACTS), is_short(meeting))

    def times(self, factor: float) -> _Room:
        return replace(self, words=self.words * factor, items=self.items * factor, facts=self.facts * factor)

    def without(self, words: int, items: int, facts: int) -> _Room:
        return replace(self, words=self.words - words, items=self.items - items, facts=self.facts - facts)

    def is_overdrawn(self, part: Part) -> bool:
        """Whether *part*, which was taken last, has no room."""
        spare = SPARE if self.of_short_meeting and part.cue > DEFINITE else 0
        return min(self.words + spare, self.items, self.facts) < 0


class _Choice:
    """Takes, one after the other, the part that adds most: its score, and the weight of the meeting's words that no taken part
    has, by what it costs to read.

    Each word counts once, so the minutes do not repeat themselves. The speaker's name counts as one of the words, so
    somebody who is not quoted yet comes first. A part costs less beside one of the same turn that is taken: the speaker
    is named already, and no sentence is cut between the two."""

    def __init__(self, parts: Sequence[Part], meeting: Meeting, room: _Room) -> None:
        self._parts, self._room, self._outcome = parts, room, meeting.heard.outcome
        self._terms = [terms(part.text, meeting.spoken) for part in parts]
        self._told = [each | terms(part.turn.speaker, meeting.spoken) for each, part in zip(self._terms, parts, strict=True)]
        self._left = weights(meeting)
        self._places = {(part.turns, part.number): at for at, part in enumerate(parts)}
        self._taken: set[int] = set()
        self._said: set[str] = set()  # what the taken parts say
        self._quoted: dict[tuple[int, ...], int] = {}  # words of the last quotation of each turn
        most = int(room.items)
        best = sorted((self._density(at) for at in range(len(parts))), reverse=True)[:most]
        self._usual = sum(best) / len(best) if sum(best) else 1.0
        cued = sum(part.cue > 0 for part in parts)
        self._trust = min(1.0, most / cued) if cued else 1.0  # in a debate, half of all sentences ask for something
        # A short meeting is held to settle things, and has room for little else.
        self._first = FIRST if room.of_short_meeting else 0.0

    def made(self) -> list[Part]:
        """The taken parts, in the meeting's order, when no other is worth reading or has room."""
        heap = [(-self._worth(at), at) for at in range(len(self._parts)) if self._says_enough(at)]
        heapify(heap)
        while heap:
            _, at = heappop(heap)
            worth = self._worth(at)  # what was taken since may have covered its words
            if at in self._taken or worth < LEAST_WORTH:
                continue
            if heap and worth < -heap[0][0]:
                heappush(heap, (-worth, at))
            elif not self._rest(at).is_overdrawn(self._parts[at]) and not self._is_repeated(at):
                self._take(at)
                for near in self._near(at):
                    heappush(heap, (-self._worth(near), near))
        return [self._parts[at] for at in sorted(self._taken)]

    def _worth(self, at: int) -> float:
        part = self._parts[at]
        first = self._first if part.cue > DEFINITE else self._first / 2 if part.kind == "decision" and part.cue else 0.0
        return part.score + self._trust * (part.cue + first) + COVERING * self._density(at) / self._usual

    def _density(self, at: int) -> float:
        return sum(self._left[term] for term in self._told[at]) / self._cost(at)

    def _cost(self, at: int) -> int:
        """The words of a part, and those that it would take beside them."""
        part, (before, behind) = self._parts[at], self._beside(at)
        cost = part.words
        for is_cut, is_taken in ((part.text.startswith(CUT), before), (part.text.endswith(CUT), behind)):
            cost += EDGE * (-1 if is_taken else 1) if is_cut else 0
        if not self._joins(at):
            return cost + NEW
        return max(cost + (0 if before or behind else GAP), 2)

    def _beside(self, at: int) -> tuple[bool, bool]:
        """Whether the pieces before and behind a part are taken."""
        part = self._parts[at]
        before, behind = (self._places.get((part.turns, part.number + step)) for step in (-1, 1))
        return before in self._taken, behind in self._taken

    def _joins(self, at: int) -> bool:
        """Whether a part would be told with another one of its turn."""
        part = self._parts[at]
        words = self._quoted.get(part.turns, 0)
        return bool(words) and part.kind == "topic" and words + part.words <= LONGEST_QUOTED

    def _rest(self, at: int) -> _Room:
        """The room that is left if a part is taken."""
        part = self._parts[at]
        if self._joins(at):
            return self._room.without(part.words, 0, 0)
        return self._room.without(part.words + len(part.turn.speaker.split()) + 1, 1, 0 if part.cue else 1)

    def _take(self, at: int) -> None:
        part = self._parts[at]
        self._room = self._rest(at)
        self._quoted[part.turns] = part.words + (self._quoted[part.turns] if self._joins(at) else 0)
        self._taken.add(at)
        self._said.add(part.text)
        for term in self._told[at]:
            self._left[term] = 0.0

    def _near(self, at: int) -> Iterator[int]:
        part = self._parts[at]
        for number in range(part.number - NEAR, part.number + NEAR + 1):
            near = self._places.get((part.turns, number))
            if near is not None and near not in self._taken and self._says_enough(near):
                yield near

    def _is_repeated(self, at: int) -> bool:
        """Whether taken parts say nearly all of it. A short part may be another thing in the same words, a new figure is news,
        and a decision repeats the proposal."""
        if self._parts[at].cue:
            return self._parts[at].text in self._said
        fresh = [term for term in self._terms[at] if self._left[term]]
        few = len(self._terms[at]) > LEAST_TERMS and len(fresh) <= REPEATED * len(self._terms[at])
        return few and not any(term[0].isdigit() for term in fresh)

    def _says_enough(self, at: int) -> bool:
        part = self._parts[at]
        if part.kind == "question" and part.cue:
            return bool(self._terms[at])  # "nobody knows when the ambulance comes"
        if part.kind == "action" and part.sure:
            return True  # "Please call them." \u2014 "I'll do that."
        if part.kind == "decision" and part.sure and len(part.turns) > 1:
            return bool(self._terms[at])  # "What if we got a lock?" \u2014 "Let's do that."
        if part.kind == "decision" and part.cue and re.search(self._outcome, part.text, re.IGNORECASE):
            return bool(self._terms[at])  # "We are going with the blue one."
        return len(self._terms[at]) >= (LEAST_CUED_TERMS if part.cue or part.kind in ("decision", "action") else LEAST_TERMS)


def is_short(meeting: Meeting) -> bool:
    """Whether a meeting is so short that its minutes may have more than their SHARE of its words."""
    return SHARE * meeting.words < LEAST_WORDS


def weights(meeting: Meeting) -> defaultdict[str, float]:
    """How likely people's minutes repeat each term, by how often the whole *meeting* says it and by its letters. Each
    speaker's name counts as said once, for that person is quoted anyway."""
    often: Counter[str] = Counter()
    letters: Counter[str] = Counter()
    speakers = dict.fromkeys(turn.speaker for turn in meeting.turns.values())
    for text in (*speakers, *(turn.text for turn in meeting.turns.values())):
        for word in flat(text).split():
            often[word[:STEM]] += 1
            letters[word[:STEM]] += LETTERS_OF_NUMBER if word[0].isdigit() else min(len(word), MOST_LETTERS)
    odds = {term: math.exp(A_LETTER * letters[term] / count) * count**AGAIN / UNLIKELY for term, count in often.items()}
    return defaultdict(float, {term: each / (1 + each) for term, each in odds.items()})


def _joined(parts: Sequence[Part]) -> list[Part]:
    """The sentences of one turn that belong together as one quotation; "…" stands for what was said between two of them."""
    kept: list[Part] = []
    for part in parts:
        if kept and follows(kept[-1], part, LONGEST_QUOTED):
            kept[-1] = together(kept[-1], part)
        elif kept and _is_of_same_turn(kept[-1], part):
            kept[-1] = together(kept[-1], replace(part, text=f"{CUT} {part.text}"))
        else:
            kept.append(part)
    return kept


def _is_of_same_turn(last: Part, part: Part) -> bool:
    """Whether both tell facts of one turn, in at most LONGEST_QUOTED words."""
    topics = last.kind == part.kind == "topic"
    return topics and last.turns == part.turns and last.words + part.words <= LONGEST_QUOTED


def follows(last: Part, part: Part, longest: int) -> bool:
    """Whether *part* stands right behind *last*, in *longest* words, and is of its kind or tells the facts of a decision."""
    next_to = last.turns == part.turns and part.number == last.number + 1
    of_a_kind = last.kind == part.kind or (last.kind == "decision" and part.kind == "topic")
    return next_to and of_a_kind and part.kind != "action" and last.words + part.words <= longest


def together(last: Part, part: Part) -> Part:
    score, cue = max(last.score, part.score), max(last.cue, part.cue)
    whole = part.number == last.number + 1  # then two cuts that meet are none: both are pieces of one sentence
    text = re.sub(rf"{CUT}(?: {CUT})+ ", "" if whole else f"{CUT} ", f"{last.text} {part.text}")
    return replace(last, text=text, score=score, cue=cue, number=part.number)
