"""What a question wants to know, such as a number or a reason, and whether a turn tells anything of the kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from app.kinds.evidence import figures_said
from app.kinds.languages import PACKS
from app.kinds.question.stemming import stems, weak_words
from app.kinds.words import flat, stop_words
from app.transcript import sentence_ends

LATER = 2  # turns: "may they come?" — "not before the release" — "propose them the 26th"
NEAR = 3  # words between a number and what it counts
_WORD = re.compile(r"[^\W_]+")
# The words of questions and of answers, in the languages of minutes: a question need not be in that of its meeting.
_HOW_MANY = re.compile(r"\b(?:how many|combien d(?:e\b|['\u2019])|wie ?viele?\b|cu[aá]nt[oa]s|چند)\s*(.+)", re.IGNORECASE)
_HOW_MUCH = re.compile(r"\b(?:how much|combien|wie ?viel|cu[aá]nt[oa]|چقدر)\b", re.IGNORECASE)
_WHEN = re.compile(
    r"^\W*(?:(?:since|until|by|desde|hasta|seit|bis|depuis|jusqu['\u2019]à) )?(?:when|what (?:day|date|time)|quand|"
    r"(?:à )?quel(?:le)? (?:jour|date|heure)|wann|cu[aá]ndo|(?:a )?qué (?:día|hora|fecha)|چه (?:روزی|ساعتی))\b|"
    r"\bhow (?:long|often)\b|\bwie (?:lange?|oft)\b",
    re.IGNORECASE,
)
_HOW_OLD = re.compile(r"\bhow old\b|\bquel âge\b|\bwie alt\b|\bqué edad\b", re.IGNORECASE)
_YEARS = "years ans jahre jahren años سال"
_WHY = re.compile(r"\b(?:why|how come|pourquoi|warum|wieso|weshalb|por qué|چرا)(?!\w)", re.IGNORECASE)
_BECAUSE = re.compile(
    r"\b(?:because|due to|owing to|reasons?|that['\u2019]s why|so that|parce qu|car|puisqu|à cause|en raison|raisons?|"
    r"weil|denn|wegen|deshalb|daher|darum|aufgrund|grund|gründe|porque|ya que|por eso|debido a|a causa de|razón|"
    r"چون|زیرا|به دلیل|به خاطر)|,? \bda\b \w+ wir\b",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"\bnames? of\b|\bwhat (?:is|are|was) .*(?:named?|called)\b|\bcomment s['\u2019]appell|"
    r"\bnom d|\bwie hei(?:ß|ss)|\bnamen? (?:de[rs]|von)\b|"
    r"\bse llama|\bnombre de|(?:نام|اسم)\b.*چیست",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"\b(?:named?|called|appell\w*|nom|hei(?:ß|ss)(?:t|en)|namens|name|llam(?:a|an|aba)|nombre|نام|اسم)\b", re.IGNORECASE
)
_WHO = re.compile(r"^\W*(?:who|qui|wer|qui[eé]n(?:es)?)\b(.+)", re.IGNORECASE)
_TIMES = frozenset(
    flat(
        "week weeks month months year years hour hours minute minutes noon midnight evening morning night weekend semaine "
        "mois année années an ans heure heures soir matin midi minuit nuit woche wochen monat monate jahr jahre stunde "
        "stunden abend mittag nacht wochenende semana semanas mes meses año años hora horas tarde noche mediodía "
        "روز هفته ماه سال ساعت فردا امروز"
    ).split()
)


@dataclass(frozen=True)
class Wanted:
    """*told* says whether a text in the meeting's language tells what is wanted. A turn that does is *telling* if few others
    would: it is likelier to be the answer. Days may be named up to *later* turns behind the turn that the question is about."""

    told: Callable[[str], bool]
    telling: bool = False
    later: int = 0


def wanted_by(question: str, language: str) -> Wanted | None:
    """What *question* wants to know of a meeting in *language*; None if any text may tell it."""
    if counted := _HOW_MANY.search(question):
        return Wanted(_counting(_told(counted[1], language)[:1], language), telling=True)
    if who := _WHO.match(question):
        done = _done(who[1], language)
        return Wanted(lambda text: done in stems(text, language)) if done else None
    return next((made(question, language) for asking, made in _MAKING if asking.search(question)), None)


def _an_age(question: str, language: str) -> Wanted:
    return Wanted(_counting([*_told(question, language), *stems(_YEARS, language)], language))


def _a_time(_question: str, language: str) -> Wanted:
    return Wanted(partial(_names_a_time, language=language), later=LATER)


def _a_number(_question: str, language: str) -> Wanted:
    return Wanted(lambda text: bool(figures_said(text, language)))


def _a_reason(_question: str, _language: str) -> Wanted:
    return Wanted(lambda text: _BECAUSE.search(text) is not None, telling=True)


def _a_name(question: str, language: str) -> Wanted:
    asked = frozenset(_told(_CALLED.sub(" ", question), language)) - weak_words(language)
    return Wanted(partial(_names, asked=asked, language=language))


_MAKING = ((_HOW_OLD, _an_age), (_WHEN, _a_time), (_HOW_MUCH, _a_number), (_WHY, _a_reason), (_NAME, _a_name))


def _told(text: str, language: str) -> list[str]:
    """The stems of the words that tell something."""
    return [stem for stem in stems(text, language) if stem not in weak_words(language)]


def _done(text: str, language: str) -> str | None:
    """The stem of the verb of a question for who did it; in German it may be the last word."""
    said, weak = stems(text, language), weak_words(language)
    if language == "de" and said and said[0] in weak:
        said = said[::-1]
    return next((stem for stem in said if stem not in weak), None)


def _counting(counted: Sequence[str], language: str) -> Callable[[str], bool]:
    """Whether a number stands near one of the words *counted*."""

    def counts(text: str) -> bool:
        if not counted:
            return bool(figures_said(text, language))
        words = _WORD.findall(text)
        at = [number for number, word in enumerate(words) if not set(counted).isdisjoint(stems(word, language))]
        near = (" ".join(words[max(each - NEAR, 0) : each + NEAR]) for each in at)
        return any(figures_said(each, language) - {"1"} for each in near)

    return counts


def _names_a_time(text: str, language: str) -> bool:
    if figures_said(text, language):
        return True
    said = f" {flat(text)} "
    calendar = (each for pack in PACKS.values() for each in (*pack.weekdays, *pack.months, *pack.days))
    return not _TIMES.isdisjoint(said.split()) or any(f" {flat(each)} " in said for each in calendar)


def _names(text: str, asked: frozenset[str], language: str) -> bool:
    """Whether a sentence has a word that is *asked* for, and with it a word of naming or a name."""
    sentences = (text[begin:end] for begin, end in pairwise([0, *sentence_ends(text)]))
    return any(
        not asked.isdisjoint(stems(each, language))
        and (_CALLED.search(each) is not None or (language != "de" and _has_a_name_beside(each, asked, language)))
        for each in sentences
    )


def _has_a_name_beside(text: str, asked: frozenset[str], language: str) -> bool:
    return any(
        (_is_asked(left, asked, language) and _is_a_name(right, asked, language))
        or (_is_asked(right, asked, language) and _is_a_name(left, asked, language))
        for left, right in pairwise(_WORD.findall(text))
    )


def _is_asked(word: str, asked: frozenset[str], language: str) -> bool:
    return not asked.isdisjoint(stems(word, language))


def _is_a_name(word: str, asked: frozenset[str], language: str) -> bool:
    return word[0].isupper() and flat(word) not in stop_words(language) and not _is_asked(word, asked, language)
