"""What the calls of one job came to: numbers, and what the reader of the result should know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from threading import Lock

from app.backends.answers.finish_reasons import FILTERED, LENGTH
from app.backends.answers.void import Void
from app.backends.base import Answer
from app.orders import Json

REDUCE = "reduce/"  # how the steps of a final reduce are called
MOST_LISTED = 5  # steps that a warning names


@dataclass
class Tally:
    """What the calls of one job came to; filled from several threads at once."""

    numbers: Counter[str] = field(default_factory=Counter)
    empty: list[str] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)
    reasons: dict[str, Void] = field(default_factory=dict)  # why each of the empty steps is empty
    voids: dict[str, Void] = field(default_factory=dict)  # what was wrong with answers that were taken for none
    filtered: list[str] = field(default_factory=list)
    doubts: dict[str, str] = field(default_factory=dict)  # what is doubtful of a step's answer
    faults: dict[str, set[str]] = field(default_factory=dict)  # what is still wrong after a repair, with the steps
    estimated: bool = False  # some numbers are the gateway's own count
    batches: list[dict[str, Json]] = field(default_factory=list)  # see `transcripts.record_of`
    _lock: Lock = field(default_factory=Lock)

    def answered(self, step: str, answer: Answer) -> None:
        with self._lock:
            if answer.finish_reason == FILTERED:
                self.filtered.append(step)
            if answer.warnings:
                self.doubts[step] = "; ".join(answer.warnings)
            self.numbers.update(
                calls=1,
                tokens_in=answer.prompt_tokens,
                tokens_out=answer.completion_tokens,
                tokens_cached=answer.cached_tokens,
                tokens_reasoning=answer.reasoning_tokens,
                retries=answer.attempts - 1,
            )
            self.numbers["at_limit"] += answer.finish_reason == LENGTH
            self.estimated = self.estimated or answer.estimated

    def add(self, what: str, number: int = 1) -> None:
        with self._lock:
            self.numbers[what] += number

    def said_nothing(self, step: str, reason: Void) -> None:
        with self._lock:
            self.empty.append(step)
            self.reasons[step] = reason

    def at_fault(self, step: str, faults: Iterable[str]) -> None:
        with self._lock:
            for fault in faults:
                self.faults.setdefault(fault, set()).add(step)

    def left_cut(self, step: str) -> None:
        with self._lock:
            self.cut.append(step)

    def record(self) -> dict[str, Json]:
        keys = (
            "turns_sent",
            "calls",
            "tokens_in",
            "tokens_out",
            "tokens_cached",
            "retries",
            "halved",
            "continued",
            "unreduced",
        )
        warnings = list(self.warnings())
        return {
            **{key: self.numbers[key] for key in keys},
            "empty": sorted(self.empty),
            "cut": sorted(self.cut),
            **{key: self.numbers[key] for key in ("repairs", "speakers_corrected") if self.numbers[key]},
            **({"estimated": True} if self.estimated else {}),
            **({"batches": self.batches} if self.batches else {}),
            **({"warnings": warnings} if warnings else {}),
        }

    def warnings(self) -> Iterator[str]:
        """What the one who reads the minutes should know, in sentences."""
        parts = {reason: [step for step, why in self.reasons.items() if why is reason] for reason in Void}
        for reason, steps in parts.items():
            if lost := [step for step in steps if not step.startswith(REDUCE)]:
                yield f"a part of the transcript is not in the minutes: {reason} ({_listed(lost)})"
            if kept := [step for step in steps if step.startswith(REDUCE)]:
                yield f"the notes are given as they are, and not made shorter: {reason} ({_listed(kept)})"
        if self.cut:
            yield f"an answer was cut at its limit and could not be finished ({_listed(self.cut)})"
        if self.filtered:
            yield f"the model server has filtered an answer ({_listed(self.filtered)})"
        for doubt in sorted(set(self.doubts.values()))[:MOST_LISTED]:
            yield f"{doubt} ({_listed([step for step, said in self.doubts.items() if said == doubt])})"
        for fault, places in sorted(self.faults.items()):
            yield f"{fault} ({_listed(sorted(places))})"
        if self.numbers["speakers_corrected"]:
            yield f"{self.numbers['speakers_corrected']} lines named another speaker than their turns; the name was put right"
        if self.numbers["unreduced"]:
            yield "the notes are given as they are: they did not get shorter"

    def why_empty(self) -> str:
        """Why there is no text at all."""
        reason = Counter(self.reasons.values()).most_common(1)[0][0] if self.reasons else Void.EMPTY
        if reason is Void.THOUGHTS:
            spent = self.numbers["tokens_reasoning"] or self.numbers["tokens_out"]
            cure = "raise maxGenerationLength, or limit its thinking"
            ended = f" (finish_reason {LENGTH})" if self.numbers["at_limit"] else ""
            return f"{reason}: {spent} tokens of reasoning{ended}; {cure}"
        return f"{reason}, however often it was asked"


def _listed(steps: Sequence[str]) -> str:
    shown = sorted(steps)[:MOST_LISTED]
    return ", ".join(shown) + (f", and {len(steps) - len(shown)} more" if len(steps) > len(shown) else "")
