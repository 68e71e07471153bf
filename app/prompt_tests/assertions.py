"""What a test may assert of an answer: one entry of ASSERTIONS each, with promptfoo's name where it has one.

A check returns None if the answer is as it must be, and else what was expected and what came instead."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias

import regex
from pydantic import Field, StrictBool, StrictStr, TypeAdapter

from app.errors import counted
from app.kinds.languages import detected, may_be
from app.orders import Json

REGEX_SECONDS = 2.0
LONGEST_SHOWN = 300  # characters of an answer that a failure repeats


@dataclass(frozen=True)
class Observed:
    """One answer and what it took: *tokens* of prompts and answers together, *answer_tokens* of the answer's text. *speakers*
    are those of the transcript, empty without one. *judge* says whether the answer meets a rubric, and why."""

    text: str
    seconds: float
    tokens: int
    answer_tokens: int
    coverage: Mapping[str, Json]
    speakers: Sequence[str]
    judge: Callable[[str, str], tuple[bool, str]]


@dataclass(frozen=True)
class Mismatch:
    """What was *expected*, and what was *got*, in words."""

    expected: str
    got: str


Check: TypeAlias = Callable[[Observed, Any], "Mismatch | None"]


@dataclass(frozen=True)
class Assertion:
    """A kind of assertion: its *check*, what its *value* may be, and a line for the documentation. *negated* says that there is
    a `not-` form; *optional* that the value may be missing."""

    check: Check
    value: TypeAdapter[Any]
    meaning: str
    negated: bool = False
    optional: bool = False


def shown(text: str) -> str:
    """*text* on one line, cut."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_SHOWN else line[: LONGEST_SHOWN - 1] + "…"


def _unless(passed: bool, expected: str, got: str) -> Mismatch | None:
    return None if passed else Mismatch(expected, got)


def _contains(observed: Observed, value: str) -> Mismatch | None:
    return _unless(value in observed.text, f"contains {value!r}", shown(observed.text))


def _icontains(observed: Observed, value: str) -> Mismatch | None:
    found = value.casefold() in observed.text.casefold()
    return _unless(found, f"contains {value!r}, in capitals or not", shown(observed.text))


def _contains_all(observed: Observed, value: Sequence[str]) -> Mismatch | None:
    missing = [each for each in value if each not in observed.text]
    return _unless(not missing, f"contains all of {list(value)}", f"without {missing}: {shown(observed.text)}")


def _contains_any(observed: Observed, value: Sequence[str]) -> Mismatch | None:
    found = any(each in observed.text for each in value)
    return _unless(found, f"contains one of {list(value)}", shown(observed.text))


def _equals(observed: Observed, value: str) -> Mismatch | None:
    return _unless(observed.text.strip() == value.strip(), f"is {value!r}", shown(observed.text))


def _starts_with(observed: Observed, value: str) -> Mismatch | None:
    return _unless(observed.text.startswith(value), f"starts with {value!r}", shown(observed.text))


def _regex(observed: Observed, value: str) -> Mismatch | None:
    expected = f"matches {value!r}"
    try:
        found = regex.search(value, observed.text, timeout=REGEX_SECONDS)
    except TimeoutError:
        return Mismatch(expected, f"the expression takes more than {REGEX_SECONDS:g} s on this answer: make it simpler")
    return _unless(found is not None, expected, shown(observed.text))


def _is_json(observed: Observed, value: Json) -> Mismatch | None:
    from jsonschema import Draft202012Validator
    from referencing import Registry

    try:
        held = json.loads(observed.text)
    except (ValueError, RecursionError) as exc:
        return Mismatch("is JSON", f"{exc}: {shown(observed.text)}")
    if value is None:
        return None
    empty: Registry[Any] = Registry()  # a `$ref` leads nowhere outside
    error = next(iter(Draft202012Validator(value, registry=empty).iter_errors(held)), None)
    return error and Mismatch("is JSON as the schema says", f"{error.json_path}: {shown(error.message)}")


def _latency(observed: Observed, value: float) -> Mismatch | None:
    took = observed.seconds * 1000
    return _unless(took <= value, f"at most {value:g} ms", f"{took:.0f} ms")


def _cost(observed: Observed, value: float) -> Mismatch | None:
    expected = f"at most {value:g} tokens of prompts and answers"
    return _unless(observed.tokens <= value, expected, counted(observed.tokens, "token"))


def _max_tokens(observed: Observed, value: int) -> Mismatch | None:
    expected = f"an answer of at most {counted(value, 'token')}"
    return _unless(observed.answer_tokens <= value, expected, counted(observed.answer_tokens, "token"))


def _rubric(observed: Observed, value: tuple[str, str]) -> Mismatch | None:
    rubric, flavor = value
    passed, reason = observed.judge(rubric, flavor)
    return _unless(passed, f"is judged by {flavor} to meet: {shown(rubric)}", shown(reason))


def _coverage(observed: Observed, value: float) -> Mismatch | None:
    turns = observed.coverage.get("transcript_turns") or 0
    share = share_covered(observed.coverage) or 0.0
    return _unless(share >= value, f"at least {value:.0%} of the turns", f"{share:.0%} of {counted(turns, 'turn')}")


def share_covered(coverage: Mapping[str, Json]) -> float | None:
    """The share of the transcript's turns that a result was made from, 0 to 1; None without a transcript."""
    turns = coverage.get("transcript_turns") or 0
    return min(1.0, len(_covered(coverage)) / turns) if turns else None


def _covered(coverage: Mapping[str, Json]) -> set[int]:
    """The turns of the transcript that some line of a summary was made from; of minutes, as many as the model was asked about
    and as say nothing."""
    lines = coverage.get("lines")
    if lines is not None:
        return {turn for line in lines for turn in range(line["turns"][0], line["turns"][1] + 1)}
    return set(range(coverage.get("turns_sent", 0) + coverage.get("fillers", 0)))


def _cites(observed: Observed, value: Sequence[int]) -> Mismatch | None:
    items = observed.coverage.get("minutes", {}).get("items", ())
    cited = sorted({turn for item in items for turn in item["turns"]})
    missing = [turn for turn in value if turn not in cited]
    return _unless(not missing, f"items that cite the turns {list(value)}", f"not {missing}; cited are {cited}")


def _language(observed: Observed, value: str) -> Mismatch | None:
    is_in = may_be(observed.text, value)
    return _unless(is_in, f"is in {value}", f"is in {detected(observed.text)}: {shown(observed.text)}")


def _speakers(observed: Observed, value: Sequence[str] | bool) -> Mismatch | None:
    wanted = list(observed.speakers) if isinstance(value, bool) else value
    missing = [name for name in wanted if name.casefold() not in observed.text.casefold()]
    return _unless(not missing, f"names {', '.join(wanted)}", f"without {', '.join(missing)}: {shown(observed.text)}")


def _keeps(observed: Observed, value: Sequence[str]) -> Mismatch | None:
    text = _plain(observed.text)
    missing = [each for each in value if not regex.search(rf"(?<!\w){regex.escape(_plain(each))}(?!\w)", text)]
    return _unless(not missing, f"keeps {list(value)}", f"without {missing}: {shown(observed.text)}")


def _plain(text: str) -> str:
    """*text* without capitals, and with numbers written in one way: `1,200`, `1 200`, `1200` and `۱۲۰۰` are the same."""
    digits = regex.sub(r"[^\D0-9]", lambda found: str(unicodedata.digit(found[0])), " ".join(text.split()).casefold())
    return regex.sub(r"(?<=\d)[\s,.'\u2019\u202f\u00a0\u066c](?=\d{3}(?!\d))", "", digits)


_TEXT: TypeAdapter[Any] = TypeAdapter(Annotated[StrictStr, Field(min_length=1)])
_TEXTS: TypeAdapter[Any] = TypeAdapter(Annotated[list[Annotated[StrictStr, Field(min_length=1)]], Field(min_length=1)])
_ABOVE_0: TypeAdapter[Any] = TypeAdapter(Annotated[float, Field(gt=0)])

ASSERTIONS: Mapping[str, Assertion] = {
    "equals": Assertion(_equals, _TEXT, "the answer is this text", negated=True),
    "contains": Assertion(_contains, _TEXT, "the answer contains this text", negated=True),
    "icontains": Assertion(_icontains, _TEXT, "the same, in capitals or not", negated=True),
    "contains-any": Assertion(_contains_any, _TEXTS, "the answer contains one of these texts", negated=True),
    "contains-all": Assertion(_contains_all, _TEXTS, "the answer contains all of these texts", negated=True),
    "starts-with": Assertion(_starts_with, _TEXT, "the answer begins with this text", negated=True),
    "regex": Assertion(_regex, _TEXT, "this regular expression matches somewhere in the answer, within 2 s", negated=True),
    "is-json": Assertion(
        _is_json,
        TypeAdapter(dict[str, Any] | None),
        "the answer is JSON, and valid by this JSON Schema if there is one",
        negated=True,
        optional=True,
    ),
    "latency": Assertion(_latency, _ABOVE_0, "the answer took at most so many milliseconds"),
    "cost": Assertion(_cost, _ABOVE_0, "prompts and answers of the case came to at most so many tokens"),
    "llm-rubric": Assertion(
        _rubric,
        _TEXT,
        "the model of `flavor` (`service/flavor`, beside `value`) says that the answer meets this rubric",
    ),
    "coverage": Assertion(
        _coverage,
        TypeAdapter(Annotated[float, Field(gt=0, le=1)]),
        "share of the transcript's turns, 0 to 1, from which a line of a summary was made, or of which minutes asked the model",
    ),
    "cites": Assertion(
        _cites,
        TypeAdapter(Annotated[list[Annotated[int, Field(ge=0)]], Field(min_length=1)]),
        "some item of the minutes cites each of these turns, counted from 0",
    ),
    "language": Assertion(
        _language,
        TypeAdapter(Annotated[StrictStr, Field(pattern=r"^[a-z]{2}$")]),
        "the answer is in this language, such as `fr`: no other is more than twice as likely",
    ),
    "speakers": Assertion(
        _speakers,
        TypeAdapter(StrictBool | Annotated[list[StrictStr], Field(min_length=1)]),
        "the answer names these speakers; `true`: all of the transcript",
    ),
    "max-tokens": Assertion(
        _max_tokens, TypeAdapter(Annotated[int, Field(ge=1)]), "the text of the answer has at most so many tokens"
    ),
    "keeps": Assertion(
        _keeps, _TEXTS, "the answer has these names and numbers as whole words; `1,200`, `1 200` and `1200` are the same"
    ),
}

NOT = "not-"
RUBRIC, MAX_TOKENS = "llm-rubric", "max-tokens"


def named(kind: str) -> Assertion | None:
    """The assertion of that name, in its `not-` form too; None if there is none."""
    plain = kind.removeprefix(NOT)
    found = ASSERTIONS.get(plain)
    return found if found is not None and (plain == kind or found.negated) else None


def names() -> list[str]:
    """Every name that an assertion may have."""
    return [*ASSERTIONS, *(f"{NOT}{name}" for name, each in ASSERTIONS.items() if each.negated)]


def mismatch(kind: str, observed: Observed, value: Json, flavor: str | None = None) -> Mismatch | None:
    """What is wrong with an answer of which *kind* is asserted; None if nothing is. *flavor* is the judge of a rubric."""
    assertion = ASSERTIONS[kind.removeprefix(NOT)]
    found = assertion.check(observed, (value, flavor) if kind == RUBRIC else value)
    if not kind.startswith(NOT):
        return found
    said = "" if value is None else f": {json.dumps(value, ensure_ascii=False)}"
    return None if found is not None else Mismatch(f"{kind}{said}", shown(observed.text))
