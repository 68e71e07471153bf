"""Tokenizers: how many tokens a text is to a flavor's model, and which tokenizer a flavor gets."""

from __future__ import annotations

from app.tokens.base import Remote, Spec, Tokenizer
from app.tokens.estimate import Estimate
from app.tokens.files import locate
from app.tokens.lines import LineCosts
from app.tokens.measures import MeasuresOnce
from app.tokens.resolving import Tokenizers, calibrated

__all__ = ["Estimate", "LineCosts", "MeasuresOnce", "Remote", "Spec", "Tokenizer", "Tokenizers", "calibrated", "locate"]
