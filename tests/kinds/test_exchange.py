"""What is told to a model once, and answered."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.kinds import exchange
from app.kinds.base import Work
from app.large_texts import PackedText, encoded
from app.orders import Order
from app.tokens import Estimate
from tests.fakes.model import Model


def test_a_packed_text_is_unpacked_once_for_its_prompt(monkeypatch: pytest.MonkeyPatch) -> None:
    unpack, unpacked = PackedText.pieces, list[str]()

    def noted(text: PackedText) -> Iterator[str]:
        unpacked.append("a text")
        return unpack(text)

    monkeypatch.setattr(PackedText, "pieces", noted)
    order = Order(
        service="write",
        kind="generate",
        backend="model",
        flavor={"name": "small", "modelName": "model", "totalContextLength": 1000, "maxGenerationLength": 50},
        settings={},
        template="t",
        templates={"t": "{{ prompt }}"},
        text=PackedText(encoded("Say hello.")),
        options={"variables": {}, "system": "", "before": [], "after": [], "max_tokens": None, "call": {}},
    )

    call = exchange.call(Work(order, Model(lambda _call: ""), Estimate()))

    assert (call.messages[-1].content, unpacked) == ("Say hello.", ["a text"])
