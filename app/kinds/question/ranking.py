"""Which turns a question is about: by the words that both have, the rare ones counting most."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from app.kinds.evidence import figures, figures_said
from app.kinds.languages import pack_of
from app.kinds.question.speakers import speaker_asked
from app.kinds.question.stances import STANCES, asks_for_a_stance, asks_who_votes, stance_of, votes_on
from app.kinds.question.takers import names_nobody, taken_behind
from app.kinds.question.wanted import SEPARABLE, Wanted, has_verb, wanted_by
from app.kinds.stemming import stems, weak_words
from app.transcript import Turn, sentence_ends

LEAST = 0.5  # of the weight of a question's words: a turn that is quoted as its answer has more
LEAST_OF_ONE = 0.35  # the same, of a turn of the one speaker whose words are asked for
NEAR_BEST = 0.8  # of the best score, from which another turn is quoted beside it
MOST_QUOTED = 3
LONG, SENTENCES = 80, 3  # words of a turn of which only so many sentences are looked at together, and quoted
WANTED = 0.2  # added to the score of a turn that has the number or the reason that is asked for
WEAK = 0.5  # weight of a word that is said everywhere, such as "next", against one that tells what is asked for
ENDS_ASKING = ("?", "\u061f")
COMPOUND = 5  # letters of a German word that may begin another
SHORT = 3  # letters up to which such a word does not count at all
# Verbs that ask for a price: "it costs" is no answer, and one without a number is none either.
_COSTING = "cost costs coûte coûtent coûtera coûterait kostet kosten cuesta cuestan costará"
# Words that ask, in the languages of minutes; they say nothing of what is asked for.
_ASKING = (
    "what when where which whom whose does have been this that with about will would could should they them there were from"
    " tell said says anyone somebody someone much many quand quel quelle quels quelles combien comment pourquoi avez avons dans"
    " pour avec cuando donde quien cuanto cuantos como porque sobre wann warum welche welcher welches wieviel viel viele haben"
    " wurde werden dass چند چقدر کدام کجا چرا"
    " چه کسی چیست کی است درباره راجع ی چیه چی"
)


@dataclass(frozen=True)
class Reply:
    """An answer, None if it was not said, and the *turns* that say it. *quoted* says that it is in the speakers' words."""

    question: str
    answer: str | None
    turns: tuple[int, ...] = ()
    unsupported: tuple[str, ...] = ()
    quoted: bool = False
    considered: int = 0


@dataclass(frozen=True)
class Ranking:
    """The turns of a meeting by number, their *language*, and the share (0 to 1) of the question's weight that each has."""

    question: str
    turns: Mapping[int, Turn]
    scores: Mapping[int, float]
    language: str = "en"
    passages: Mapping[int, str] = field(default_factory=dict)  # of long turns: the sentences that are most about the question
    speaker: str | None = None  # whose words are asked for, if not anybody's
    about: Mapping[int, float] = field(default_factory=dict)  # of every turn, whoever speaks: how much it is about the thing

    def naming(self) -> list[int]:
        """The turns that name the thing that is asked about, the best first."""
        top = max(self.about.values(), default=0.0)
        found = [number for number, score in self.about.items() if score >= max(LEAST, NEAR_BEST * top)]
        return sorted(found, key=lambda number: (-self.about[number], number))

    def passage(self, number: int) -> str:
        return self.passages.get(number, self.turns[number].text)

    @classmethod
    def of(cls, turns: Iterable[Turn], question: str, language: str) -> Ranking:
        """*language* is that of the turns."""
        by_number = {turn.source: turn for turn in turns}
        speaker = speaker_asked(question, dict.fromkeys(turn.speaker for turn in by_number.values()), language)
        said = {number: frozenset(stems(f"{turn.speaker} {turn.text}", language)) for number, turn in by_number.items()}
        if numbers := figures(question):
            said = {each: words | (numbers & figures_said(by_number[each].text, language)) for each, words in said.items()}
        if language == "de":
            said = {number: words | _begun(question, words, language) for number, words in said.items()}
        often = Counter(word for words in said.values() for word in words)
        named = frozenset(stems(speaker, language)) if speaker else frozenset()  # who speaks tells nothing of what is asked for
        asked = {
            word: worth * math.log(1 + len(said) / max(often[word], 1))
            for word, worth in _asked(question, language).items()
            if word not in named
        }
        whole = max(sum(asked.values()), math.log(1 + len(said)))  # a question of weak words alone asks for something else too
        scores = {number: sum(asked[word] for word in words & asked.keys()) / whole for number, words in said.items()}
        about = _about(question, asked, said, language)
        if speaker is not None:
            scores = _of_speaker(scores, by_number, speaker)
        passages: dict[int, str] = {}
        for number, score in scores.items():
            if score > 0 and len(by_number[number].text.split()) > LONG:
                passages[number], share = _passage(by_number[number], asked, language)
                scores[number] = share / whole
        return cls(question, by_number, scores, language, passages, speaker, about)

    def best(self) -> list[int]:
        """The turns that have something of the question, the best first."""
        found = [number for number, score in self.scores.items() if score > 0]
        return sorted(found, key=lambda number: (-self.scores[number], number))

    def around(self) -> Sequence[int]:
        """All turns, the best first, each with its neighbours; then the others, evenly spread."""
        near = [number + step for number in self.best() for step in (0, 1, -1) if number + step in self.turns]
        rest = sorted(self.turns, key=lambda number: (number % 7, number))
        return list(dict.fromkeys((*near, *rest)))


def _begun(question: str, words: frozenset[str], language: str) -> set[str]:
    """The longer words of the question with which one of *words* begins: "Öffnung" is in "Öffnungszeiten"; and its verb if one
    of *words* has both parts of it: "ruft … an" is "anrufen"."""
    said = stems(question, language)
    asked = {word for word in said if len(word) >= COMPOUND}
    apart = {word for word in said[:-1] if said[-1] in SEPARABLE and has_verb(f"{said[-1]}{word}", words)}
    return {word for word in asked if any(each.startswith(word) for each in words)} | apart


def _about(question: str, asked: Mapping[str, float], said: Mapping[int, frozenset[str]], language: str) -> dict[int, float]:
    """The share of the weight of the *asked* words, without those that only ask for a stance, that each turn has."""
    stance = {word for found in STANCES.findall(question) for word in stems(found, language)}
    thing = {word: worth for word, worth in asked.items() if word not in stance and word not in weak_words(language)}
    whole = sum(thing.values())
    return (
        {number: sum(thing[word] for word in words & thing.keys()) / whole for number, words in said.items()} if whole else {}
    )


def _of_speaker(scores: Mapping[int, float], turns: Mapping[int, Turn], speaker: str) -> dict[int, float]:
    """The scores of the turns of one *speaker*; an answer to a question of somebody else is about what that is about."""
    asked = {number + 1: score for number, score in scores.items() if _is_question(turns[number])}
    return {number: max(score, asked.get(number, 0.0)) for number, score in scores.items() if turns[number].speaker == speaker}


def _passage(turn: Turn, asked: Mapping[str, float], language: str) -> tuple[str, float]:
    """The SENTENCES of a long turn, one after the other, that are most about what is asked for, and how much they are.

    In a long speech, words that have nothing to do with one another make no answer."""
    bounds = list(pairwise([0, *sentence_ends(turn.text)]))
    name = frozenset(stems(turn.speaker, language)) & asked.keys()
    said = [
        asked.keys() & (set(stems(turn.text[begin:end], language)) | figures(turn.text[begin:end])) for begin, end in bounds
    ]
    windows = [frozenset(name).union(*said[at : at + SENTENCES]) for at in range(max(len(bounds) - SENTENCES + 1, 1))]
    shares = [sum(asked[word] for word in words) for words in windows]
    at = shares.index(max(shares))
    begin, end = bounds[at][0], bounds[min(at + SENTENCES, len(bounds)) - 1][1]
    before, behind = ("\u2026 " if at else ""), (" \u2026" if end < len(turn.text.rstrip()) else "")
    return f"{before}{turn.text[begin:end].strip()}{behind}", shares[at]


def _asked(question: str, language: str) -> dict[str, float]:
    """The words that tell what is asked for, and how much each of them does."""
    asking, weak = frozenset(stems(_ASKING, language)), weak_words(language)
    told = [word for word in stems(question, language) if word not in asking]
    strong = {word: 1.0 for word in told if word not in weak}
    strong |= dict.fromkeys(strong.keys() & set(stems(_COSTING, language)), WEAK)
    return strong | {word: WEAK for word in told if word in weak and len(word) > SHORT}


def _asks_for_a_price(ranking: Ranking) -> bool:
    asked = set(stems(ranking.question, ranking.language))
    return not asked.isdisjoint(stems(_COSTING, ranking.language))


def quoted(ranking: Ranking) -> Reply:
    """The turns that are most about the question, in their own words, with what follows a turn that asks the same. A turn
    without a number is no answer to "how many", and one without a reason none to "why"."""
    found = _candidates(ranking)
    if _asks_for_a_price(ranking):
        found = {number: each for number, each in found.items() if _has_figures(ranking, each.turns)}
    top = max((each.score for each in found.values()), default=0.0)
    taken = _stance(ranking)
    if taken is not None and (asks_who_votes(ranking.question) or top <= LEAST_OF_ONE):
        return _reply(ranking, taken)
    if top <= (LEAST if ranking.speaker is None else LEAST_OF_ONE):
        return Reply(ranking.question, None, quoted=True, considered=len(ranking.turns))
    best = sorted(found, key=lambda number: (-found[number].score, number))
    chosen = [number for number in best if found[number].score >= max(min(LEAST, top), NEAR_BEST * top)][:MOST_QUOTED]
    return _reply(ranking, sorted({each for number in chosen for each in _corrected(ranking, found[number].turns)}))


def _stance(ranking: Ranking) -> Sequence[int] | None:
    """The turns that tell what one person thinks of a thing, or who is for or against it, if the question asks for that; none
    if nobody says so."""
    if asks_who_votes(ranking.question):
        return votes_on(ranking.turns, ranking.naming())
    if ranking.speaker is None or not asks_for_a_stance(ranking.question):
        return None
    return stance_of(ranking.speaker, ranking.turns, ranking.naming(), ranking.question, ranking.language)


def _reply(ranking: Ranking, turns: Sequence[int]) -> Reply:
    """The words of *turns*; that it was not said, without any."""
    if not turns:
        return Reply(ranking.question, None, quoted=True, considered=len(ranking.turns))
    text = "\n".join(str(replace(ranking.turns[number], text=ranking.passage(number))) for number in turns)
    return Reply(ranking.question, text, tuple(turns), quoted=True, considered=len(ranking.turns))


def _has_figures(ranking: Ranking, turns: Sequence[int]) -> bool:
    return any(figures_said(ranking.turns[number].text, ranking.language) for number in turns)


def _corrected(ranking: Ranking, turns: tuple[int, ...]) -> tuple[int, ...]:
    """The *turns*, with the next one if it puts another figure in the place of theirs: "No, 5.3"."""
    last, behind = ranking.turns[turns[-1]], ranking.turns.get(turns[-1] + 1)
    figures_before = figures_said(last.text, ranking.language)
    if behind is None or not figures_before or len(behind.text.split()) > LONG or behind.text.rstrip().endswith(ENDS_ASKING):
        return turns
    corrects = re.search(pack_of(ranking.language).correcting, behind.text, re.IGNORECASE)
    is_other = figures_said(behind.text, ranking.language) - figures_before
    return (*turns, behind.source) if corrects and is_other else turns


@dataclass(frozen=True)
class _Candidate:
    """The *turns* that may answer a question, and how much they are about it."""

    score: float
    turns: tuple[int, ...]


def _candidates(ranking: Ranking) -> Mapping[int, _Candidate]:
    """The turns that are about the question and tell what it wants to know, or are followed by one that does."""
    wanted = wanted_by(ranking.question, ranking.language)
    found: dict[int, _Candidate] = {}
    for number in ranking.best():
        score, asks = ranking.scores[number], _is_question(ranking.turns[number])
        behind = [
            each for each in range(number + 1, number + 1 + max(wanted.later if wanted else 0, asks)) if each in ranking.turns
        ]
        if wanted is None or wanted.told(ranking.passage(number)):
            if (turns := _with_the_answer(ranking, wanted, number, behind[:1] if asks else [])) is not None:
                bonus = WANTED if wanted is not None and wanted.telling else 0.0
                found[number] = _Candidate(score + bonus, (*_question_before(ranking, number), *turns))
        elif ranking.speaker is None:
            told = next((each for each in behind if _is_told(ranking, wanted, number, each)), None)
            if wanted.person:
                found |= _of_two(ranking, wanted, number, told)
            elif told is not None:
                found[number] = _Candidate(score, tuple(range(number, told + 1)))
    return found


def _of_two(ranking: Ranking, wanted: Wanted, number: int, later: int | None) -> Mapping[int, _Candidate]:
    """A turn that names the thing, and the *later* one in which somebody is to do something with it, or does."""
    turns = None if later is None else _with_the_answer(ranking, wanted, later, ())
    if later is None or turns is None:
        return {}
    return {number: _Candidate(min(1.0, ranking.scores[number] + ranking.scores[later]), (number, *turns))}


def _with_the_answer(ranking: Ranking, wanted: Wanted | None, number: int, behind: Sequence[int]) -> tuple[int, ...] | None:
    """The turn *number* with the one *behind* that answers it. If a person is wanted and the turn only asks for somebody, up to
    the turn of who takes it on; None if nobody does."""
    if wanted is None or not wanted.person or not names_nobody(ranking.turns[number]):
        return (number, *behind)
    taken = taken_behind(ranking.turns, number, ranking.language)
    return None if taken is None else tuple(each for each in range(number, taken + 1) if each in ranking.turns)


def _question_before(ranking: Ranking, number: int) -> tuple[int, ...]:
    """The question that the turn *number* answers, if one person's words are asked for: alone they may say little."""
    before = ranking.turns.get(number - 1)
    is_asked = ranking.speaker is not None and before is not None and before.speaker != ranking.speaker
    return (number - 1,) if is_asked and before is not None and _is_question(before) else ()


def _is_told(ranking: Ranking, wanted: Wanted, number: int, later: int) -> bool:
    """Whether the turn *later* tells what is wanted of the turn *number*, or answers a turn between that asks for it."""
    told = wanted.told(ranking.turns[later].text)
    if wanted.person:
        return told and wanted.of_it is not None and wanted.of_it.search(ranking.turns[later].text) is not None
    if wanted.asking is None:
        return told
    asks = [bool(wanted.asking.search(ranking.turns[each].text)) for each in range(number, later) if each in ranking.turns]
    is_of_it = wanted.of_it is not None and bool(wanted.of_it.match(ranking.turns[later].text))
    is_asked = bool(wanted.asking.search(ranking.turns[later].text))
    return asks[-1:] == [True] or (told and (any(asks) or (is_of_it and is_asked)))


def _is_question(turn: Turn) -> bool:
    return turn.text.endswith(ENDS_ASKING)
