"""Holds a model to a JSON Schema: which tokens may come next, which must, and how to come to an end in time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engines.decoding.bounds import finite, way_out
from app.engines.decoding.vocabulary import Vocabulary
from app.engines.sampling import Logits
from app.errors import BadParameter
from app.orders import Json

# No blanks but one after a comma and a colon: endless whitespace is how constrained models fail, and every token that is
# no choice need not be computed.
_FORM = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}
_QUOTE, _BACKSLASH = ord('"'), ord("\\")


class Constraint:
    """One answer on its way through a JSON Schema, which must be whole after at most *most* tokens.

    By induction it always can be: there is a way out of it that fits in what is left, and a token is only taken if there is
    one afterwards too. Where even the shortest answer does not fit, it is cut, as the schema asks for more than there is."""

    def __init__(self, vocabulary: Vocabulary, schema: Json, most: int) -> None:
        limited = finite(schema)
        self._vocabulary = vocabulary
        self._matcher = _matcher(vocabulary, limited)
        self._left = most
        self._risky = way_out(limited)  # with so many tokens left, the end must be in sight; None: always
        self._quoted = _Quoted()
        self._exit: list[int] | None = []

    @property
    def whole(self) -> bool:
        """Whether the answer may end here."""
        return bool(self._matcher.is_accepting())

    @property
    def done(self) -> bool:
        """Whether the answer is whole and nothing can follow."""
        return bool(self._matcher.is_stopped())

    def forced(self) -> list[int]:
        """The tokens that must come next, as far as nothing else is possible."""
        tokens: list[int] = self._matcher.compute_ff_tokens()
        return tokens

    def mask(self, logits: Logits) -> Logits:
        """*logits* with all that may not come next at minus infinity."""
        return np.where(self._allowed(self._matcher), logits[: len(self._vocabulary)], np.float32(-np.inf))

    def agree(self, token: int) -> int:
        """*token*, or another one if after it there would be no way out in time; the usual end where the answer is whole."""
        known = self._way_out()
        if known is None or token in self._vocabulary.ends:
            return token
        ahead = self._matcher.deep_copy()
        ahead.consume_token(token)
        if len(known) < self._left and _leads_out(ahead, known):
            return token
        further = self._exit_from(ahead, self._quoted.after(self._vocabulary.bytes_of(token)))
        if further is None or len(further) >= self._left:
            return known[0] if known else self._vocabulary.ends[0]
        return token

    def take(self, token: int) -> None:
        """*token* has come."""
        self._matcher.consume_token(token)
        self._quoted = self._quoted.after(self._vocabulary.bytes_of(token))
        self._left -= 1
        if self._exit and self._exit[0] == token:
            self._exit = self._exit[1:]

    def _way_out(self) -> list[int] | None:
        """The way out from here, once so little is left that each token is tried; None before, and if there is none."""
        if self._risky is not None and self._left > self._risky + 1:
            return None
        if self._exit is None or len(self._exit) > self._left or not _leads_out(self._matcher, self._exit):
            self._exit = self._exit_from(self._matcher, self._quoted)
        return self._exit

    def _exit_from(self, matcher: Any, quoted: _Quoted) -> list[int] | None:
        """The tokens that lead from there to a whole answer the short way; None if there is no room for them."""
        ahead, tokens = matcher.deep_copy(), list[int]()
        while not ahead.is_accepting():
            if len(tokens) == self._left:
                return None
            outside, inside = self._vocabulary.nearness
            ranks = np.where(self._allowed(ahead), inside if quoted.open else outside, np.float32(-np.inf))
            token = int(ranks.argmax())
            if not ahead.consume_token(token):
                return None
            tokens.append(token)
            quoted = quoted.after(self._vocabulary.bytes_of(token))
        return tokens

    def _allowed(self, matcher: Any) -> NDArray[np.bool_]:
        bits = np.frombuffer(matcher.compute_bitmask(), np.uint8)
        return np.unpackbits(bits, count=len(self._vocabulary), bitorder="little").view(np.bool_)


def _matcher(vocabulary: Vocabulary, schema: Json) -> Any:
    guided = vocabulary.guided
    from llguidance import LLMatcher

    try:
        grammar = LLMatcher.grammar_from_json_schema(json.dumps(schema), overrides=_FORM)
    except ValueError as exc:
        raise BadParameter("response_format", f"its schema cannot be used: {exc}") from exc
    matcher = LLMatcher(guided, grammar, log_level=0)
    if matcher.is_error():
        raise BadParameter("response_format", f"its schema cannot be used: {matcher.get_error()}")
    return matcher


def _leads_out(matcher: Any, tokens: Sequence[int]) -> bool:
    """Whether *tokens* make the answer whole."""
    ahead = matcher.deep_copy()
    return (not tokens or ahead.consume_tokens(list(tokens))) and bool(ahead.is_accepting())


class _Quoted:
    """Whether a JSON text stops within a text value."""

    def __init__(self, *, open: bool = False, escaped: bool = False) -> None:
        self.open = open
        self._escaped = escaped

    def after(self, text: bytes) -> _Quoted:
        """The same after *text* more."""
        inside, escaped = self.open, self._escaped
        for byte in text:
            if escaped:
                escaped = False
            elif inside and byte == _BACKSLASH:
                escaped = True
            elif byte == _QUOTE:
                inside = not inside
        return _Quoted(open=inside, escaped=escaped)
