"""What one person thinks of a thing, and who is for or against it: said beside what names the thing, often without its name."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from app.kinds.languages import pack_of
from app.kinds.minutes.sentences import is_filler
from app.kinds.words import sentences_in
from app.transcript import Turn

BEHIND = 2  # turns behind one that names a thing in which somebody says what to think of it
VOTING = 4  # turns behind one that names a thing in which people vote on it
_AGAINST = r"\b(?:against|opposed|contre|gegen|dagegen|en contra)\b|مخالف"
STANCES = re.compile(
    r"\b(?:think|thinks|thought|opinion|view|feels?|against|opposed|in favou?r|for (?:or against )?(?:it|that|this)|"
    r"pense|pensait|avis|trouve|contre|favorable|hält|denkt|meint|meinung|gegen|dagegen|dafür|"
    r"piensa|opina|opinión|parece|en contra|a favor|نظر|مخالف|موافق)(?!\w)",
    re.IGNORECASE,
)
_WHO = r"^\W*(?:who|qui|wer|qui[eé]n(?:es)?|چه کسی|کی)(?!\w).{0,20}?"
_VOTING = re.compile(
    rf"{_WHO}(?:\b(?:(?:is|are|was|were|voted?) (?:for|in favou?r)|(?:est|sont|était|vote) pour|"
    rf"(?:ist|sind|war|stimmt) (?:\w+ )?(?:für|dafür)|a favor)(?!\w)|موافق|{_AGAINST})",
    re.IGNORECASE,
)
_VOTES = re.compile(
    r"\b(?:in favou?r|against|opposed|objections?|all agreed|pour|contre|dafür|dagegen|für|einverstanden|a favor|"
    r"en contra|de acuerdo|d['\u2019]accord)\b|موافق|مخالف",
    re.IGNORECASE,
)


def asks_for_a_stance(question: str) -> bool:
    return bool(STANCES.search(question))


def asks_who_votes(question: str) -> bool:
    return bool(_VOTING.search(question))


def stance_of(speaker: str, turns: Mapping[int, Turn], named: Sequence[int], question: str, language: str) -> tuple[int, ...]:
    """The turns in which *speaker* says something right behind one of the turns in which the thing is *named*, that one first;
    none if that is a question, a promise, or no more than a yes to what is asked for as a no."""
    pack = pack_of(language)
    is_against = bool(re.search(_AGAINST, question, re.IGNORECASE))
    for number in named:
        for behind in range(number + 1, number + 1 + BEHIND):
            turn = turns.get(behind)
            if turn is None or re.match(pack.moving_on, turn.text, re.IGNORECASE):
                break
            if turn.speaker != speaker:
                continue
            asks = all(each.endswith(("?", "\u061f")) for each in sentences_in(turn.text))
            if asks or re.search(f"{pack.promise}|{pack.taking}", turn.text, re.IGNORECASE):
                break
            if is_against and re.match(pack.agreement, turn.text, re.IGNORECASE):
                break
            if is_filler(turn.text, pack):
                break
            return number, behind
    return ()


def votes_on(turns: Mapping[int, Turn], named: Sequence[int]) -> tuple[int, ...]:
    """The turn in which people vote on what is *named* right before it, or there; the turn that names it first."""
    for number in named:
        for behind in range(number, number + 1 + VOTING):
            turn = turns.get(behind)
            if turn is not None and _VOTES.search(turn.text):
                return tuple(dict.fromkeys((number, behind)))
    return ()
