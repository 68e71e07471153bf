"""The journal: the answers that a job already has."""

from __future__ import annotations

from collections.abc import Mapping

from app.backends.base import Answer
from app.jobs import Claim
from app.kinds.base import Finished
from app.orders import Json


class ClaimJournal:
    """The journal of a job: returns answers recorded before a crash, and records each new one."""

    def __init__(self, claim: Claim) -> None:
        self._claim = claim
        recalled = claim.recall().items()
        self._finished = {step: Finished(_answer(kept.answer), kept.fingerprint) for step, kept in recalled}

    def get(self, step: str, /) -> Finished | None:
        return self._finished.get(step)

    def __setitem__(self, step: str, finished: Finished, /) -> None:
        self._finished[step] = finished
        self._claim.record(step, vars(finished.answer), finished.fingerprint)  # `asdict` would copy every logprob


def _answer(record: Mapping[str, Json]) -> Answer:
    """The recorded answer; a key that another version wrote is ignored."""
    return Answer(**{name: value for name, value in record.items() if name in Answer.__dataclass_fields__})
