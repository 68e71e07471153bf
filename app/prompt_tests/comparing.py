"""A result beside the stored one: what changed in length, coverage, language, facts, tokens and time."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import regex

from app.kinds.evidence import figures, figures_said
from app.kinds.languages import detected
from app.kinds.words import flat
from app.orders import Json
from app.prompt_tests.assertions import share_covered

_NAME = regex.compile(r"\p{Lu}[\p{L}'\u2019-]+")
_NAME_INSIDE = regex.compile(rf"(?<=[\p{{L}},;]\s){_NAME.pattern}")


@dataclass(frozen=True)
class SourceText:
    """What was said: the whole *text* of a transcript, and who speaks. Empty without a transcript."""

    text: str = ""
    speakers: Sequence[str] = ()
    language: str = "en"


@dataclass(frozen=True)
class Outcome:
    """A job's result and what it took; *seconds* is None if that is not known."""

    job: str
    text: str
    coverage: Mapping[str, Json]
    tokens: int
    seconds: float | None


@dataclass(frozen=True)
class Measured:
    """One result in numbers: *coverage* is the share of the transcript's turns, *retention* the share of the names and numbers
    of the stored result that are there, *unsupported* the numbers that the transcript does not say. None: there is nothing
    to measure."""

    characters: int
    coverage: float | None
    language: str
    retention: float | None
    unsupported: tuple[str, ...] | None
    tokens: int
    seconds: float | None


@dataclass(frozen=True)
class Compared:
    """A stored result and that of its replay."""

    stored: Outcome
    replayed: Outcome
    before: Measured
    after: Measured

    def diff(self) -> Iterator[str]:
        """A unified diff of the texts."""
        texts = (self.stored.text.splitlines(), self.replayed.text.splitlines())
        return difflib.unified_diff(*texts, f"stored {self.stored.job}", f"replay {self.replayed.job}", lineterm="")

    def record(self) -> dict[str, Any]:
        """The comparison as JSON."""
        return {
            "stored": {"jobId": self.stored.job, "text": self.stored.text, **asdict(self.before)},
            "replay": {"jobId": self.replayed.job, "text": self.replayed.text, **asdict(self.after)},
            "diff": "\n".join(self.diff()),
        }


def compared(stored: Outcome, replayed: Outcome, source: SourceText) -> Compared:
    facts = facts_of(stored.text, source)
    return Compared(stored, replayed, _measured(stored, facts, source), _measured(replayed, facts, source))


def facts_of(text: str, source: SourceText) -> frozenset[str]:
    """The numbers of *text*, and its names: words of the speakers' names, and those that the transcript has with a capital
    inside a sentence, and never without one."""
    names = {flat(word) for name in source.speakers for word in name.split()}
    small = set(regex.findall(r"\b\p{Ll}+\b", source.text))
    capital = set(_NAME_INSIDE.findall(source.text))
    for word in _NAME.findall(text):
        if word in capital and word.lower() not in small:
            names.add(flat(word))
    said = set(flat(text).split())
    return figures(text) | {name for name in names if name in said and len(name) > 1}


def _measured(outcome: Outcome, facts: frozenset[str], source: SourceText) -> Measured:
    held = figures(outcome.text) | set(flat(outcome.text).split())
    supported = figures_said(source.text, source.language)
    return Measured(
        characters=len(outcome.text),
        coverage=share_covered(outcome.coverage),
        language=detected(outcome.text),
        retention=len(facts & held) / len(facts) if facts else None,
        unsupported=tuple(sorted(figures(outcome.text) - supported)) if source.text else None,
        tokens=outcome.tokens,
        seconds=outcome.seconds,
    )
