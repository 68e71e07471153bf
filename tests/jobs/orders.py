"""Orders as the catalog would make them."""

from __future__ import annotations

from typing import Any

from app.orders import Order


def an_order(**changes: Any) -> Order:
    plain: dict[str, Any] = {
        "service": "cra",
        "kind": "lines",
        "backend": "vLLM",
        "flavor": {"name": "mixtral", "modelName": "m", "totalContextLength": 4096, "maxGenerationLength": 512},
        "settings": {"fields": 2},
        "template": "cra",
        "templates": {"cra": "{{ turns }}"},
        "text": "Ada : bonjour\nBob : salut",
        "options": {"language": "fr"},
        "generation": "abc",
    }
    return Order(**{**plain, **changes})
