"""From a question to a call of a function, stage by stage:

    prompt → tokens → generation (held to the functions' schema) → parse → validation → FunctionCallResult

Each stage is timed; a stage that fails says so, and the model is told why and asked once more."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from pydantic import ValidationError

from app.backends.answers.length import fit
from app.backends.answers.written_calls import NoJson, call_in, parse
from app.backends.base import Answer, Call, Message
from app.errors import ContextExceeded, NoValidCall, PromptTooLong
from app.kinds.base import Work, call_with, messages_with
from app.kinds.function_call import calls
from app.kinds.function_call.calls import FunctionCallResult, Named
from app.kinds.function_call.flavor import Flavor
from app.kinds.function_call.prompt import rendered
from app.manifests.functions import Function
from app.orders import Json

log = logging.getLogger(__name__)

_REPAIR = "That is no valid call: {reason}. Answer with the corrected JSON object only."


@dataclass
class Stages:
    """How long each stage took, in the order in which they ended."""

    service: str
    times: list[tuple[str, float]] = field(default_factory=list)  # seconds
    answers: list[Answer] = field(default_factory=list)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        outcome = "failed after"
        try:
            yield
            outcome = "took"
        finally:
            seconds = time.perf_counter() - began
            self.times.append((name, seconds))
            log.info("function call of %s: %s %s %.1f ms", self.service, name, outcome, 1000 * seconds)

    def record(self) -> dict[str, Json]:
        """What the calls came to, as a job's coverage has it."""
        return {
            "stages": [{"stage": name, "seconds": round(seconds, 6)} for name, seconds in self.times],
            "calls": len(self.answers),
            "tokens_in": sum(answer.prompt_tokens for answer in self.answers),
            "tokens_out": sum(answer.completion_tokens for answer in self.answers),
            "tokens_cached": sum(answer.cached_tokens for answer in self.answers),
        }


@dataclass(frozen=True)
class Pipeline:
    """One question on its way."""

    work: Work
    flavor: Flavor
    functions: Sequence[Function]
    stages: Stages

    def run(self, question: str) -> FunctionCallResult:
        """The call that answers *question*. Raises NoValidCall with the stage that failed, PromptTooLong."""
        call = self.call(question)
        for attempt in range(self.flavor.repairs + 1):
            answer = self._answered("answer" if attempt == 0 else f"repair{attempt}", call)
            try:
                return self._result(question, answer)
            except NoValidCall as exc:
                if attempt == self.flavor.repairs:
                    raise
                call = self._repaired(call, answer, exc)
        raise AssertionError("the last attempt returns or raises")

    def call(self, question: str) -> Call:
        """The first call about *question*. Raises PromptTooLong."""
        with self.stages.stage("prompt"):
            messages = self._messages(question)
        with self.stages.stage("tokens"):
            return self._call(messages)

    def _messages(self, question: str) -> tuple[Message, ...]:
        return messages_with(self.flavor, rendered(self.work.order, self.functions, question))

    def _call(self, messages: tuple[Message, ...]) -> Call:
        flavor = self.flavor
        used = self._measured(messages)
        room = flavor.total_context_length - used
        if room < 1:
            raise PromptTooLong(used, flavor.total_context_length)
        return self._constrained(call_with(flavor, messages, min(room, flavor.max_generation_length)))

    def _measured(self, messages: tuple[Message, ...]) -> int:
        """The tokens of the prompt, with the tools that the model's chat template prints into it: about their JSON."""
        tools = calls.tools(self.functions) if self.flavor.constraint == "tools" else ()
        return self.work.measure(messages) + sum(self.work.count([json.dumps(each, ensure_ascii=False) for each in tools]))

    def _constrained(self, call: Call) -> Call:
        if self.flavor.constraint == "tools":
            return replace(call, tools=calls.tools(self.functions), tool_choice="required")
        form = {"name": "function_call", "schema": calls.schema(self.functions), "strict": True}
        return replace(call, response_format={"type": "json_schema", "json_schema": form}, loosely=True)

    def _answered(self, step: str, call: Call) -> Answer:
        """The answer to *call*, within the context that its server names if it refuses a longer one. Raises PromptTooLong."""
        try:
            return self._generated(step, call)
        except ContextExceeded as refused:
            shorter = fit(call, refused.limit, self._measured(call.messages))
            if shorter == call:
                raise
        return self._generated(f"{step}/shorter", shorter)

    def _generated(self, step: str, call: Call) -> Answer:
        with self.stages.stage("generation"):
            answer = self.work.ask(step, call)
        self.stages.answers.append(answer)
        return answer

    def _result(self, question: str, answer: Answer) -> FunctionCallResult:
        with self.stages.stage("parse"):
            named = _named(answer, {function.name: function.parameters.schema_() for function in self.functions})
        with self.stages.stage("validation"):
            return self._validated(question, named)

    def _validated(self, question: str, named: Named) -> FunctionCallResult:
        function = next((each for each in self.functions if each.name == named.name), None)
        if function is None:
            known = ", ".join(each.name for each in self.functions)
            raise NoValidCall("validation", f"there is no function of that name; known are {known}")
        try:
            return FunctionCallResult(prompt=question, fn_name=function.name, args=calls.validated(function, named.parameters))
        except ValidationError as exc:
            raise NoValidCall("validation", f"{function.name}: {calls.reasons(exc)}") from None  # its cause quotes the values

    def _repaired(self, call: Call, answer: Answer, failed: NoValidCall) -> Call:
        """The same call, told what was wrong; without that where it would not fit."""
        said = _said(answer)
        told = (*call.messages, Message("assistant", said), Message("user", _REPAIR.format(reason=failed.reason)))
        room = self.flavor.total_context_length - self._measured(told)
        seed = None if call.seed is None else call.seed + 1
        if not said or room < call.max_tokens:
            return replace(call, temperature=min((call.temperature or 0.0) + 0.3, 1.5), seed=seed)
        return replace(call, messages=told, seed=seed)


def _named(answer: Answer, known: Mapping[str, Json]) -> Named:
    """The call in an answer: as a tool's, or as its text writes it."""
    if answer.finish_reason == "length" and not answer.tool_calls:
        raise NoValidCall("generation", _cut(answer))
    try:
        if answer.tool_calls:
            function = answer.tool_calls[0].get("function") or {}
            given = function.get("arguments")
            parameters = parse(given) if isinstance(given, str) else given
            return Named.of({"name": function.get("name"), "parameters": parameters})
        return Named.of(call_in(answer.text, known))
    except NoJson as exc:
        raise NoValidCall("parse", str(exc)) from None
    except ValidationError as exc:
        raise NoValidCall("parse", calls.reasons(exc)) from None


def _cut(answer: Answer) -> str:
    """Why there is no call in an answer that was cut at its limit."""
    if answer.thinking and not answer.text:
        return f"the model spent all of its {answer.completion_tokens} tokens on thoughts: raise maxGenerationLength"
    return "the answer was cut at maxGenerationLength before its JSON was whole"


def _said(answer: Answer) -> str:
    if answer.tool_calls:
        return json.dumps(answer.tool_calls[0].get("function"), ensure_ascii=False)
    return answer.text
