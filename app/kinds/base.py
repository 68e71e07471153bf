"""What a kind of service is, and the little it may know of the world: Form, Work, Result, Kind."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass, field, replace
from typing import Protocol, runtime_checkable

from app.backends.base import Answer, Backend, Call, Message, Piece
from app.errors import BadParameter, Problem
from app.kinds.counting import checked
from app.kinds.plan import Plan
from app.manifests import Flavor, Service, Source
from app.orders import Json, Order
from app.tokens import Tokenizer
from app.transcript import Turn, split


@dataclass(frozen=True)
class Form:
    """A request as the web decoded it: its text fields, and the uploaded content if there is one. *so_far* is the content of
    the job that it adds to, *file* the name of the file that was uploaded."""

    fields: Mapping[str, Json]
    content: bytes | str | None = None
    so_far: str = ""
    file: str = ""


@dataclass(frozen=True)
class Payload:
    """What a kind accepted of a form: the text to work on, small options, and what the request sets instead of the flavor
    (*overrides*, by wire name)."""

    content: str
    options: Mapping[str, Json] = field(default_factory=dict)
    overrides: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True)
class Conversation:
    """What was said before a message: *earlier* messages (`role`, `content`), oldest first, and the *system* message that holds
    for the whole, empty if there is none. *id* keeps its calls with one replica."""

    id: str
    earlier: tuple[Mapping[str, Json], ...] = ()
    system: str = ""


@dataclass(frozen=True)
class Phase:
    """A part of a piece of work, and the percents of the whole that it stands for."""

    name: str
    begin: float = 0.0
    end: float = 100.0


@dataclass(frozen=True)
class Progress:
    """How far a piece of work has come: *done* of *total* units in *phase*, and the text so far.

    *written* is that text or makes it: most reports of a long text are never read, as they are written a few times a second.
    *coverage* holds the parts of the result's report that are known already; an empty one says nothing new."""

    phase: Phase
    done: int
    total: int
    written: str | Callable[[], str] = ""
    coverage: Mapping[str, Json] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return self.written if isinstance(self.written, str) else self.written()

    @property
    def percent(self) -> float:
        """Of the whole work, 0 to 100."""
        share = self.done / self.total if self.total else 0.0
        return self.phase.begin + (self.phase.end - self.phase.begin) * share


@dataclass(frozen=True)
class Result:
    """What a kind made: the text, and a JSON report of how it came about.

    *body* is the answer to a client that waits for it; *answer* is the model's, if one answer is all of it."""

    text: str
    coverage: Mapping[str, Json] = field(default_factory=dict)
    body: Mapping[str, Json] = field(default_factory=dict)
    answer: Answer | None = None

    def answered(self) -> Answer:
        """The result as one answer of a model; what many calls cost is summed in it."""
        return self.answer or Answer(
            text=self.text,
            prompt_tokens=self.coverage.get("tokens_in", 0),
            completion_tokens=self.coverage.get("tokens_out", 0),
            cached_tokens=self.coverage.get("tokens_cached", 0),
            estimated=self.coverage.get("estimated", False),
        )


@dataclass(frozen=True)
class Finished:
    """A step that was asked and answered. *fingerprint* is that of the call; an empty one fits every call."""

    answer: Answer
    fingerprint: str = ""

    def answers(self, fingerprint: str) -> bool:
        return self.fingerprint in ("", fingerprint)


class Journal(Protocol):
    """Remembers each finished step. A dict will do."""

    def get(self, step: str, /) -> Finished | None: ...

    def __setitem__(self, step: str, finished: Finished, /) -> None: ...


def _empty_journal() -> Journal:
    journal: dict[str, Finished] = {}
    return journal


def fingerprint(call: Call) -> str:
    """Tells calls apart by who is asked what."""
    asked = [call.model, *(message.wire() for message in call.messages)]
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def messages_with(flavor: Flavor, text: str) -> tuple[Message, ...]:
    """The user's message *text*, after the flavor's system message if it has one."""
    asked = Message("user", text)
    return (Message("system", flavor.system), asked) if flavor.system else (asked,)


def call_with(flavor: Flavor, messages: tuple[Message, ...], max_tokens: int, *, stop_loops: bool = False) -> Call:
    """A call of the flavor's model with the sampling that every flavor may set. A kind adds the rest with `replace`."""
    return Call(
        model=flavor.model_name,
        messages=messages,
        max_tokens=max_tokens,
        temperature=flavor.temperature,
        top_p=flavor.top_p,
        stop=flavor.stop,
        seed=flavor.seed,
        frequency_penalty=flavor.frequency_penalty,
        presence_penalty=flavor.presence_penalty,
        stop_loops=stop_loops,
    )


def _unheard(progress: Progress) -> None:
    """Ignores progress."""


def _unseen(step: str) -> AbstractContextManager[object]:  # noqa: ARG001
    """A step without tracing."""
    return nullcontext()


def as_it_is(answer: Answer) -> Answer:
    return answer


@dataclass(frozen=True)
class Work:
    """One order being carried out: all that a kind may do to the world. *around* is entered for each step that is asked."""

    order: Order
    backend: Backend
    tokenizer: Tokenizer
    journal: Journal = field(default_factory=_empty_journal)
    report: Callable[[Progress], None] = _unheard
    around: Callable[[str], AbstractContextManager[object]] = _unseen

    def ask(self, step: str, call: Call, keep: Callable[[Answer], Answer] = as_it_is) -> Answer:
        """The model's answer to *call*: asked once per *step*, and remembered across a crash; *keep* makes of it what is
        remembered and returned.

        A step that comes to ask something else, because the content has grown or another model stands in, is asked again.
        Safe to call from several threads at once."""
        known, asked = self.journal.get(step), fingerprint(call)
        if known is not None and known.answers(asked):
            return known.answer
        with self.around(step):
            answer = keep(checked(self.backend.complete(self._signed(call)), call, self.tokenizer))
            self.journal[step] = Finished(answer, asked)
        return answer

    def stream(self, call: Call) -> Generator[Piece, None, None]:
        """The model's answer to *call* as it comes; it is not remembered."""
        with closing(self.backend.stream(self._signed(call))) as stream:
            for piece in stream:
                yield piece if piece.answer is None else replace(piece, answer=checked(piece.answer, call, self.tokenizer))

    def _signed(self, call: Call) -> Call:
        """The call with its service and flavor, for the metrics."""
        return replace(call, service=call.service or self.order.service, flavor=call.flavor or self.order.flavor_name)

    def count(self, texts: Sequence[str]) -> list[int]:
        """The tokens of each text on its own, without special tokens."""
        return self.tokenizer.count(texts)

    def split(self, turns: Iterable[Turn], limit: int) -> Iterator[Turn]:
        """The turns, those longer than *limit* tokens cut into pieces that are not."""
        return split(turns, limit, self.count, self.tokenizer.adds_up)

    def measure(self, messages: Sequence[Message]) -> int:
        """The tokens of the whole prompt, chat template and special tokens included."""
        return self.tokenizer.measure([message.wire() for message in messages])


class Kind(Protocol):
    """A kind of service is a module with these names."""

    @property
    def Flavor(self) -> type[Flavor]:
        """What the flavors of its manifests may say."""

    @property
    def INTERACTIVE(self) -> bool:
        """Whether a client waits for the result, unless it asks for a job. Its request need not name a flavor."""

    @property
    def GROWS(self) -> bool:
        """Whether turns can be added to its jobs while they run and after: then `accept` reads what is added, too."""

    @property
    def OPTIONAL_TEMPLATES(self) -> tuple[str, ...]:
        """What the names of templates end with that its services may have and need not: the kind has its own. An empty text
        stands for the service's own template."""

    @property
    def CONVERSES(self) -> bool:
        """Whether a conversation can be held with its services: then `remember` adds what was said before."""

    def remember(self, order: Order, conversation: Conversation) -> Order:
        """The order in the light of *conversation*; never called if the kind does not converse."""

    def check(self, service: Service, template: str, templates: Mapping[str, str]) -> Iterable[Problem]:
        """What a manifest and its templates say that does not go together.

        *templates* holds the sources by name without extension, *template* is the service's own among them."""

    def accept(self, form: Form) -> Payload:
        """What it needs of a form; raises a RequestError that names the field."""

    def settle(self, order: Order) -> Order:
        """The order with what only its whole shows (defaults of its service, …); raises a RequestError that names the field."""

    def run(self, work: Work) -> Result:
        """Carries the order out."""

    def stream(self, work: Work) -> Iterator[Piece]:
        """Carries the order out, and gives the text as it comes; the last piece carries the Answer.

        An empty piece says that there is nothing new yet."""


@runtime_checkable
class Planning(Protocol):
    """A kind that can tell its calls before it makes them; one from outside need not."""

    def plan(self, work: Work) -> Plan:
        """What `run` would ask, as far as it is known before. Asks the tokenizer of *work*, and never its backend."""


@runtime_checkable
class Advising(Protocol):
    """A kind that knows what is odd in a service that works; one from outside need not."""

    def oddities(self, service: Service, source: Source, template: str, templates: Mapping[str, str]) -> Iterable[Problem]:
        """What is allowed and yet is probably not meant. The arguments are those of `Kind.check`, *source* is the manifest."""


@runtime_checkable
class Rendering(Protocol):
    """A kind whose text is made of what its coverage holds."""

    def document(self, order: Order, coverage: Mapping[str, Json]) -> str:
        """The text, made anew of *coverage*, in which speakers have the names that people gave them."""


def remember_nothing(order: Order, conversation: Conversation) -> Order:
    """`Kind.remember` of kinds that do not converse."""
    raise BadParameter(
        "conversation_id", f"{order.service} cannot be talked with ({conversation.id}): its type is {order.kind}; leave it out"
    )
