"""The calls of minutes: how one is made, asked, and counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import TypeVar

from app import prompts
from app.backends.base import Answer, Call, Message
from app.backends.form_refusals import cause
from app.backends.forms import IN_WORDS_ALONE
from app.errors import BackendRefused
from app.kinds import parallel
from app.kinds.base import Phase, Progress, Work, as_it_is, call_with, messages_with
from app.kinds.meeting import Meeting
from app.kinds.minutes.flavor import Flavor
from app.kinds.tally import Tally
from app.orders import Json, Order

OTHER_LANGUAGE = "an answer is in another language than it should be"
T = TypeVar("T")
R = TypeVar("R")


def _nothing_so_far(finished: Sequence[object]) -> Mapping[str, Json]:  # noqa: ARG001
    """Reports no part of the result before its end."""
    return {}


@dataclass(frozen=True)
class Asking:
    """Asks the model of one order, and counts."""

    work: Work
    flavor: Flavor
    meeting: Meeting
    tally: Tally = field(default_factory=Tally)

    @property
    def limit(self) -> int:
        """The most tokens a prompt may have, so that the answer still fits the context."""
        return self.flavor.total_context_length - self.flavor.max_generation_length

    def template(self, suffix: str, default: str) -> prompts.Template:
        """The service's own template with *suffix* if its folder has one, or else *default*."""
        return template_of(self.work.order, suffix, default)

    def messages(self, template: prompts.Template, **values: Json) -> tuple[Message, ...]:
        meeting = self.meeting
        text = template.render(
            participants=list(meeting.participants),
            glossary=list(meeting.glossary),
            agenda=list(meeting.agenda),
            date=meeting.date.isoformat() if meeting.date else "",
            language=meeting.language,
            service=self.work.order.service,
            flavor=self.flavor.name,
            **values,
        )
        return messages_with(self.flavor, text)

    def call(self, messages: tuple[Message, ...], name: str, schema: Mapping[str, Json]) -> Call:
        """A call whose answer is held to *schema*."""
        wanted = {"type": "json_schema", "json_schema": {"name": name, "schema": schema, "strict": True}}
        return replace(self.plain(messages, self.flavor.max_generation_length), response_format=wanted, loosely=True)

    def plain(self, messages: tuple[Message, ...], max_tokens: int) -> Call:
        return call_with(self.flavor, messages, max_tokens, stop_loops=True)

    def ask(self, step: str, call: Call, keep: Callable[[Answer], Answer] = as_it_is) -> Answer:
        """The answer to *call*, of which *keep* makes what is remembered. A server that refuses a form of the answer, or
        logprobs, is asked for it in words alone; one that refuses another thing would refuse that too."""
        try:
            answer = self.work.ask(step, call, keep)
        except BackendRefused as refused:
            if call.logprobs is None and (call.response_format is None or cause(refused) is None):
                raise
            if call.response_format is not None:
                self.tally.at_fault(step, [IN_WORDS_ALONE])
            answer = self.work.ask(step, replace(call, response_format=None, logprobs=None, top_logprobs=None))
        self.tally.answered(step, answer)
        return answer

    def repair(self, step: str, call: Call, answer: Answer, faults: Sequence[str]) -> Answer | None:
        """What the model answers when it is told what was wrong; None if there is no room to tell it."""
        told = "That is not right: " + "; ".join(faults[:20]) + ". Answer with the whole corrected JSON object only."
        messages = (*call.messages, Message("assistant", answer.text or "{}"), Message("user", told))
        if self.work.measure(messages) > self.limit:
            return None
        self.tally.add("repairs")
        return self.ask(f"{step}/repair", replace(call, messages=messages))

    def side_by_side(
        self,
        phase: Phase,
        plan: Sequence[T],
        make: Callable[[int, T], R],
        so_far: Callable[[Sequence[R]], Mapping[str, Json]] = _nothing_so_far,
    ) -> list[R]:
        """What *make* makes of every entry of *plan*, in its order; the first failure ends it and is raised.

        *so_far* makes the report of what is finished, in the plan's order, each time that an entry is."""
        finished: dict[int, R] = {}
        lock = Lock()

        def one(number: int, entry: T) -> R:
            made = make(number, entry)
            with lock:
                finished[number] = made
                coverage = so_far([finished[each] for each in sorted(finished)])
                self.work.report(Progress(phase, len(finished), len(plan), coverage=coverage))
            return made

        return parallel.side_by_side(plan, one, "minutes")


def in_language(meeting: Meeting) -> str:
    """What a model is told that has written in another language."""
    return f"the texts must be in {meeting.pack.name} ({meeting.language})"


def template_of(order: Order, suffix: str, default: str) -> prompts.Template:
    """The template of the service of *order* with *suffix* if its folder has one, or else *default*."""
    name = f"{order.template}{suffix}"
    return prompts.compile(name, order.templates if name in order.templates else {name: default})


def object_of(**properties: Json) -> dict[str, Json]:
    """A JSON Schema of an object that has all of *properties* and no others."""
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def list_of(items: Mapping[str, Json], **limits: int) -> dict[str, Json]:
    return {"type": "array", "items": dict(items), **limits}
