from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from app.backends.base import Answer
from app.jobs import Claim
from app.kinds.base import Finished
from app.worker.journal import ClaimJournal


def test_an_answer_is_recorded_whole_and_its_logprobs_are_not_copied() -> None:
    """A call of minutes comes with hundreds of them: to copy each cost more than the call."""
    recorded: list[Mapping[str, Any]] = []

    class Recording:
        def recall(self) -> dict[str, Any]:
            return {}

        def record(self, _step: str, answer: Mapping[str, Any], _fingerprint: str) -> None:
            recorded.append(answer)

    answer = Answer("yes", logprobs={"content": [{"token": "yes", "logprob": -0.1}]}, warnings=("short",))

    ClaimJournal(cast(Claim, Recording()))["vote"] = Finished(answer, "")

    assert recorded[0]["logprobs"] is answer.logprobs
    assert Answer(**recorded[0]) == answer
