"""The token numbers of an answer: the one reader of what servers say of them, and when these numbers cannot be right."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

_NUMBER = re.compile(rb'"(prompt|input|completion|output|cached|cache_read_input|total)_tokens":\s*(\d{1,15})')
_TOKENS = ("prompt_tokens", "completion_tokens", "total_tokens")
_COMPLETION = ("completion_tokens", "output_tokens")
_MOST = 2**53  # tokens; a float may be no exact number from here on
_LONGEST_NUMBER = 64  # bytes of a name with its number
# Scripts that put no blank between words: han, kana, hangul, thai, lao, khmer, burmese.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
UNSPACED_TOKENS = 0.4  # tokens that a character of these scripts is at least
READ_AT_LEAST = 0.8  # a server that counts less than this share of the fewest possible tokens has not read all of the prompt


@dataclass(frozen=True)
class Usage:
    """What a server counted; None is what it did not say, or what is no number of tokens."""

    prompt: int | None = None
    completion: int | None = None
    cached: int | None = None
    reasoning: int | None = None

    def updated(self, later: Usage) -> Usage:
        """These numbers, with those of *later* instead if it has some."""
        if later is NOTHING:
            return self
        return Usage(
            later.prompt if later.prompt is not None else self.prompt,
            later.completion if later.completion is not None else self.completion,
            later.cached if later.cached is not None else self.cached,
            later.reasoning if later.reasoning is not None else self.reasoning,
        )


NOTHING = Usage()  # what nearly all events of an answer say


def read(given: Any) -> Usage:
    """The numbers in a server's `usage`, of whatever shape it is."""
    if not given or not isinstance(given, Mapping):
        return NOTHING
    prompt, completion = (_said(given, names) for names in (("prompt_tokens", "input_tokens"), _COMPLETION))
    total = _whole(given.get("total_tokens"))
    if total is not None and prompt and completion is None:
        completion = max(0, total - prompt)
    details = _mapping(given.get("completion_tokens_details") or given.get("output_tokens_details"))
    read_again = _mapping(given.get("prompt_tokens_details") or given.get("input_tokens_details"))
    return Usage(
        prompt or None,  # no prompt is empty
        completion,
        _said({**given, **read_again}, ("cached_tokens", "cache_read_input_tokens", "prompt_cache_hit_tokens")),
        _said({**given, **details}, ("reasoning_tokens",)),
    )


def mended(given: Any) -> dict[str, Any] | None:
    """A `usage` on its way through, with whole numbers under the names of OpenAI's API; None if one is said that is no number,
    and that the two others do not tell."""
    if not given or not isinstance(given, Mapping):
        return None
    numbers = {} if _are_counts([given.get(name) for name in _TOKENS]) else _completed(given)
    if None in numbers.values():
        return None
    odd = [name for name, value in given.items() if name.endswith("_details") and not isinstance(value, Mapping | None)]
    return {**given, **dict.fromkeys(odd), **numbers}


def _are_counts(numbers: Iterable[Any]) -> bool:
    return all(type(each) is int and 0 <= each < _MOST for each in numbers)


def _completed(given: Mapping[str, Any]) -> dict[str, int | None]:
    """The numbers that are said in any way, and the one that two others tell; None is no number."""
    numbers = {name: _whole(_number(given[name])) for name in _TOKENS if name in given}
    prompt, completion, total = map(numbers.get, _TOKENS)
    if prompt is None and completion is not None and total is not None and total >= completion:
        numbers[_TOKENS[0]] = total - completion
    if completion is None and prompt is not None and total is not None and total >= prompt:
        numbers[_TOKENS[1]] = total - prompt
    if total is None and prompt is not None and completion is not None:
        numbers[_TOKENS[2]] = prompt + completion
    return numbers


def _number(given: Any) -> Any:
    """A number that is written as text."""
    return int(given) if isinstance(given, str) and len(given) < _LONGEST_NUMBER and given.isdecimal() else given


def _said(given: Mapping[str, Any], names: Iterable[str]) -> int | None:
    """The first of the numbers under these *names* that is one."""
    return next((number for name in names if (number := _whole(given.get(name))) is not None), None)


class TokenNumbers:
    """The token numbers in the bytes of an answer that is not parsed, under the names of OpenAI's and Anthropic's APIs.

    The last of each counts. A quote in a text of the model is escaped, so no text can be taken for a number."""

    def __init__(self) -> None:
        self._found: dict[bytes, int] = {}
        self._tail = b""

    def feed(self, part: bytes) -> None:
        seen = self._tail + part
        if b'_tokens"' in seen:
            self._found |= {name: int(number) for name, number in _NUMBER.findall(seen)}
        self._tail = seen[-_LONGEST_NUMBER:]

    @property
    def prompt(self) -> int:
        return self._first(b"prompt", b"input") or (0 if self.completion else self._first(b"total"))

    @property
    def completion(self) -> int:
        return self._first(b"completion", b"output")

    @property
    def cached(self) -> int:
        return self._first(b"cached", b"cache_read_input")

    def _first(self, *names: bytes) -> int:
        return next((self._found[name] for name in names if name in self._found), 0)


def _mapping(given: Any) -> Mapping[str, Any]:
    return given if isinstance(given, Mapping) else {}


def _whole(number: Any) -> int | None:
    if isinstance(number, bool) or not isinstance(number, int | float):
        return None
    if isinstance(number, float) and not number.is_integer():
        return None
    return int(number) if 0 <= number < _MOST else None


def fewest(texts: Iterable[str]) -> int:
    """A number of tokens that no usual tokenizer goes below: one for each word, and for scripts without blanks 0.4 a
    character."""
    return sum(_fewest(text) for text in texts)


def _fewest(text: str) -> int:
    unspaced = 0 if text.isascii() else len(_UNSPACED.findall(text))
    return max(len(text.split()), int(UNSPACED_TOKENS * unspaced))


def is_too_few(prompt_tokens: int, texts: Iterable[str]) -> bool:
    """True if a prompt of *texts* cannot be so few tokens: the server has left a part of it out."""
    return prompt_tokens < READ_AT_LEAST * fewest(texts)
