"""Which quotations the minutes keep: those that decide or promise, and those that together cover what the meeting was about."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from heapq import heapify, heappop, heappush

from app.kinds.evidence import STEM, flat
from app.kinds.languages import PACKS
from app.kinds.meeting import Meeting
from app.kinds.minutes.items import ItemKind
from app.transcript import Turn

SHARE = 0.08  # of the transcript's words that the minutes may have
LEAST_WORDS, LEAST_ITEMS = 160, 14  # that even a short meeting may have
AN_HOUR = 40  # items of an hour of meeting
PACE = 150  # words a minute, if the transcript has no times
LONGEST = 30  # words of a piece of a sentence
LONGEST_QUOTED = 60  # words of a quotation that is made of several sentences of a turn
COVERING = 10.0  # what telling as much of the meeting's words as the best quotations adds to a score
OFTEN = 8  # times that a word is said; from about twice as many on, more of them do not make the word weigh more
MOST_LETTERS, LETTERS_OF_NUMBER = 10, 6  # a longer word weighs as one of so many letters, a number as a word of so many
LEAST_WORTH = 1.0  # below it a quotation is not worth reading
SHORTLIST = 2  # parts that are looked at for each item of the minutes
SHORTEST = 3  # letters of a content word
LEAST_TERMS = 3  # content words and numbers of a fact or a question
REPEATED = 0.2  # share of new words up to which a quotation says nothing new
CUT = "\u2026"  # stands where a sentence was cut
EACH = 6  # words that a quotation costs beside its own: who said it, and the eye that moves on


@dataclass(frozen=True)
class Part:
    """Some sentences of a turn, up to the *number*-th; *score* says how much they matter by their label, 0 to 1, and *cue* what
    words that decide, ask or promise add to it."""

    turn: Turn
    text: str
    kind: ItemKind
    score: float = 0.0
    cue: float = 0.0
    owner: str | None = None
    turns: tuple[int, ...] = ()
    number: int = 0

    @property
    def words(self) -> int:
        return len(self.text.split())


def chosen(parts: Sequence[Part], meeting: Meeting) -> list[Part]:
    """The parts that are worth most, as many as the minutes may have, in the meeting's order; neighbours of a kind as one."""
    words, most = _room(meeting)
    covering = _Covering(parts, meeting, most)
    taken: list[int] = []
    for at in covering.best_first():
        if len(taken) < most and parts[at].words <= words:
            words -= parts[at].words
            taken.append(at)
            covering.take(at)
    return _joined([parts[at] for at in sorted(taken)])


def shortlisted(parts: Sequence[Part], meeting: Meeting) -> list[Part]:
    """The parts that may come to be chosen once their labels are known: several for each item of the minutes."""
    _, most = _room(meeting)
    covering = _Covering(parts, meeting, most)
    taken: list[int] = []
    for at in covering.best_first():
        if len(taken) == most * SHORTLIST:
            break
        taken.append(at)
        covering.take(at)
    return [parts[at] for at in sorted(taken)]


def _room(meeting: Meeting) -> tuple[float, int]:
    """The most words and items that the minutes may have."""
    turns = meeting.turns.values()
    words = sum(len(turn.text.split()) for turn in turns)
    ends = [turn.end for turn in turns if turn.end is not None]
    hours = max(ends) / 3600 if ends else words / PACE / 60
    return max(SHARE * words, LEAST_WORDS), max(int(AN_HOUR * hours), LEAST_ITEMS)


class _Covering:
    """What each part would add: its score, and the weight of the meeting's words that no taken part has, by its length.

    Each word counts once, so the minutes do not repeat themselves. The speaker's name counts as one of the words, so
    somebody who is not quoted yet comes first."""

    def __init__(self, parts: Sequence[Part], meeting: Meeting, most: int) -> None:
        self._parts = parts
        self._taken: set[str] = set()
        self._terms = [terms(part.text, meeting.spoken) for part in parts]
        self._told = [each | terms(part.turn.speaker, meeting.spoken) for each, part in zip(self._terms, parts, strict=True)]
        self._left = weights(meeting)
        best = sorted((self._density(at, each) for at, each in enumerate(self._terms)), reverse=True)[:most]
        self._usual = sum(best) / len(best) if sum(best) else 1.0
        cued = sum(part.cue > 0 for part in parts)
        self._trust = min(1.0, most / cued) if cued else 1.0  # in a debate, half of all sentences ask for something

    def best_first(self) -> Iterator[int]:
        """The places of the parts, the one worth most now first, until none is worth reading."""
        heap = [(-self.worth(at), at) for at in range(len(self._parts)) if self._says_enough(at)]
        heapify(heap)
        while heap:
            _, at = heappop(heap)
            worth = self.worth(at)  # what was taken since may have covered its words
            if heap and worth < -heap[0][0]:
                heappush(heap, (-worth, at))
            elif worth >= LEAST_WORTH and not self._is_repeated(at):
                yield at

    def _is_repeated(self, at: int) -> bool:
        """Whether taken parts say nearly all of it. A short part may be another thing in the same words, a new figure is news,
        and a decision repeats the proposal."""
        if self._parts[at].cue:
            return self._parts[at].text in self._taken
        fresh = [term for term in self._terms[at] if self._left[term]]
        few = len(self._terms[at]) > LEAST_TERMS and len(fresh) <= REPEATED * len(self._terms[at])
        return few and not any(term[0].isdigit() for term in fresh)

    def _says_enough(self, at: int) -> bool:
        """What decides, asks or leaves open may be short; another sentence with a word or two tells a reader nothing."""
        part = self._parts[at]
        return part.cue > 0 or part.kind in ("decision", "action") or len(self._terms[at]) >= LEAST_TERMS

    def worth(self, at: int) -> float:
        part = self._parts[at]
        return part.score + self._trust * part.cue + COVERING * self._density(at, self._told[at]) / self._usual

    def take(self, at: int) -> None:
        self._taken.add(self._parts[at].text)
        for term in self._told[at]:
            self._left[term] = 0.0

    def _density(self, at: int, told: frozenset[str]) -> float:
        return sum(self._left[term] for term in told) / (self._parts[at].words + EACH)


def weights(meeting: Meeting) -> defaultdict[str, float]:
    """How much each term weighs, by how often it is said in the whole *meeting*; a speaker's name is said with each turn.

    The share of terms that people's minutes of a meeting repeat grows with that number as 1 - exp(-number / OFTEN) does.
    Among terms that are as frequent, people repeat the longer words more often (document/benchmarks.md)."""
    often: Counter[str] = Counter()
    letters: Counter[str] = Counter()
    for turn in meeting.turns.values():
        for word in flat(f"{turn.speaker} {turn.text}").split():
            often[word[:STEM]] += 1
            letters[word[:STEM]] += LETTERS_OF_NUMBER if word[0].isdigit() else min(len(word), MOST_LETTERS)
    return defaultdict(float, {term: letters[term] / count * -math.expm1(-count / OFTEN) for term, count in often.items()})


@cache
def stop_words(language: str) -> frozenset[str]:
    """Words that carry no content in *language*, and words that are said in every meeting; none for an unknown language."""
    import stopwordsiso

    known = stopwordsiso.stopwords(language) if stopwordsiso.has_lang(language) else set()
    spoken = PACKS[language].spoken.split() if language in PACKS else []
    return frozenset(part for word in (*known, *spoken) for part in flat(word).split())


def terms(text: str, language: str) -> frozenset[str]:
    """The content words of *text* by their beginnings, and its numbers."""
    stop = stop_words(language)
    return frozenset(
        word[:STEM] for word in flat(text).split() if word not in stop and (len(word) >= SHORTEST or word[0].isdigit())
    )


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
