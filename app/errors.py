"""What can go wrong, sorted by who can put it right.

GatewayError
├── RequestError             the caller: change the request
│   ├── MissingParameter     a required field is absent or empty
│   ├── BadParameter         a field holds something that cannot be used
│   ├── BadContent           the bytes are no text that can be read
│   ├── PromptTooLong        the prompt leaves no room for an answer in the model's context
│   ├── NoValidCall          the model made no valid function call of the question
│   ├── ServiceNotFound
│   ├── FlavorNotFound
│   ├── FlavorUnfit          its backend is absent, or has not its model or context
│   ├── JobNotFound
│   ├── ModelNotFound        no service and no backend's model has that name
│   ├── ConversationNotFound it never existed, was deleted, or was idle for too long
│   ├── ConversationBusy     earlier messages of it are still being answered
│   ├── TooManyPrompts       more than one request may hold
│   ├── JobConflict          the job is not in a state for that
│   ├── VersionNotFound      a result has no such version
│   ├── ActionNotFound       minutes have no such action
│   ├── VersionConflict      somebody else has changed it since it was read: read it again
│   ├── VersionMissing       a change must say which version it is of
│   ├── DocumentTooLarge     a document that cannot be made within bounds of time and memory
│   ├── IdempotencyConflict  the key was used for another request
│   ├── QueueFull            too many jobs wait already: come back later
│   ├── Unauthenticated      the gateway wants a key, and this is none
│   ├── Forbidden            the key does not open that
│   ├── RateLimited          more requests than the key allows: come back later
│   ├── TokensSpent          the key's tokens of the day are spent
│   └── Cancelled            the job was cancelled, or the client has disconnected
├── AuthorError              the prompt author: change a file of the services folder
│   ├── ManifestError        one or several problems of one manifest
│   ├── TemplateError        a template that cannot be compiled or rendered
│   ├── NoRoom               the template leaves no room for a turn
│   └── BackendNotFound      a manifest names a backend that does not exist
├── BackendError             the operator of the model server
│   ├── BackendUnavailable   refused, reset, timed out, 408/429/5xx: worth another try
│   ├── BackendRefused       any other 4xx: another try would be refused again
│   ├── ContextExceeded      the server says that the prompt is too long
│   └── EmptyAnswer          the model answered nothing, however often it was asked
├── StoreError               the operator of the database or of the disk
├── EngineError              the operator of this machine: a model server that the gateway starts, or its weights
├── Busy                     the caller: come back later; or the operator: add web workers
├── Stopping                 the caller: send the request again
├── Superseded               no one: another worker has the job now, stop quietly
└── ContentChanged           no one: the job's content has grown, begin again with the calls that are finished
"""

from __future__ import annotations

import difflib
import re
import traceback
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

LONGEST_WORD = 100  # characters
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")  # what ends a line, or commands a terminal
MOST_FRAMES = 8  # of a traceback that a log names
MOST_KNOWN = 500  # words that one is compared with


class GatewayError(Exception):
    """The root of everything that the gateway raises on purpose. *remedy* says how to mend it, if the message does not."""

    remedy = "the operator finds the cause in the log of the gateway"

    @property
    def advice(self) -> str:
        """The message, and how to mend it."""
        return "; ".join(filter(None, (str(self), self.remedy)))


class RequestError(GatewayError):
    """The caller can put it right."""

    remedy = ""  # the message says it


class MissingParameter(RequestError):
    """A required field is absent or empty."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Missing request parameter: {name}")
        self.name = name


class BadParameter(RequestError):
    """A field holds something that cannot be used; says which field and what to do."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"{name}: {reason}")
        self.name = name
        self.reason = reason


class BadContent(RequestError):
    """The bytes of the transcript are no text that can be read."""


class PromptTooLong(RequestError):
    """The prompt leaves no room for an answer; all numbers are tokens."""

    def __init__(self, prompt: int, context: int, least: int = 1) -> None:
        super().__init__(
            f"the prompt has {prompt} tokens and the model's context {context}: at least {least} must be left for the answer, "
            f"so shorten the prompt by {prompt + least - context} tokens"
        )
        self.prompt = prompt
        self.context = context
        self.least = least


class NoValidCall(RequestError):
    """The model made no valid function call of the question; says which *stage* failed and why, and nothing of the answer."""

    remedy = "say the question in other words"

    def __init__(self, stage: str, reason: str) -> None:
        super().__init__(f"no valid function call: {stage}: {reason}")
        self.stage = stage
        self.reason = reason


class ServiceNotFound(RequestError):
    def __init__(self, name: str, known: Iterable[str] = ()) -> None:
        """*known* are names and routes that may be told to whoever asked."""
        super().__init__("Service not found")
        self.name = name
        self.known = tuple(known)


class FlavorNotFound(RequestError):
    def __init__(self, service: str, flavor: str, known: Iterable[str]) -> None:
        super().__init__("Flavor not found")
        self.service = service
        self.flavor = flavor
        self.known = tuple(known)


class FlavorUnfit(RequestError):
    """The flavor cannot run here: its backend is absent, or has not its model or context. *fits* names the flavors that can,
    *silent* those whose backend does not answer now."""

    def __init__(self, service: str, flavor: str, reason: str, fits: Iterable[str], silent: Iterable[str] = ()) -> None:
        self.fits = tuple(fits)
        later = " or ".join(silent)
        usable = " or ".join(self.fits) or (f"{later}, though its backend does not answer at the moment" if later else "")
        remedy = f"use {usable}" if usable else f"no flavor of {service} can run here"
        super().__init__(f"flavor: {flavor} of {service} cannot run here: {reason}; {remedy}")


class JobNotFound(RequestError):
    remedy = "GET /jobs lists the jobs that are kept; send the transcript again if it was deleted"

    def __init__(self, job_id: str) -> None:
        super().__init__(f"{job_id} does not exist")
        self.job_id = job_id


class ModelNotFound(RequestError):
    """No service, and no model of a backend, has that name."""

    remedy = "GET /v1/models lists the models that there are"

    def __init__(self, name: str, known: Iterable[str] = ()) -> None:
        """*known* are names that may be told to whoever asked."""
        super().__init__(f"The model {name!r} does not exist")
        self.name = name
        self.known = tuple(known)


class ConversationNotFound(RequestError):
    """The conversation never existed, was deleted, or was idle for too long."""

    def __init__(self, conversation_id: str) -> None:
        super().__init__("Conversation not found")
        self.conversation_id = conversation_id


class ConversationBusy(RequestError):
    """Earlier messages of the conversation are still being answered."""

    remedy = "wait for their answer, then send this one again"

    def __init__(self) -> None:
        super().__init__("Earlier messages of this conversation are still being answered")


class TooManyPrompts(RequestError):
    """A batch holds more prompts than one request may."""

    def __init__(self, given: int, most: int) -> None:
        super().__init__(f"prompts: {given} are more than the {most} of one request; send several requests")


class JobConflict(RequestError):
    """The job is not in a state for what was asked; the message says which and what to do."""


class VersionNotFound(RequestError):
    """The result of the job has no version of that number."""

    remedy = "GET /results/{jobId}/versions lists them"

    def __init__(self, job_id: str, number: int) -> None:
        super().__init__(f"the result of {job_id} has no version {number}")


class ActionNotFound(RequestError):
    """The minutes of the job have no action of that number."""

    remedy = "GET /results/{jobId}/minutes lists them"

    def __init__(self, job_id: str, item: int) -> None:
        super().__init__(f"the minutes of {job_id} have no action {item}")


class VersionConflict(RequestError):
    """What is to be changed has another version by now; *current* is its number."""

    def __init__(self, current: int) -> None:
        super().__init__(f'this is at version {current} by now: read it again, and send the change with If-Match: "{current}"')
        self.current = current


class VersionMissing(RequestError):
    """A change that would overwrite what somebody else may have changed must say which version it is of."""

    def __init__(self) -> None:
        super().__init__("send the version that you have read: the answer's ETag, in the header If-Match")


class DocumentTooLarge(RequestError):
    """A document that cannot be made in the format *form* within bounds of time and memory."""

    def __init__(self, form: str, reason: str) -> None:
        super().__init__(f"the document {reason}: ask for it without the transcript, or as md or html instead of {form}")


class IdempotencyConflict(RequestError):
    """The key was sent before with another request."""

    def __init__(self, key: str) -> None:
        super().__init__(f"Idempotency-Key {key!r} was used for another request: send another key, or the same request")
        self.key = key


class QueueFull(RequestError):
    """So many jobs wait that no more are accepted; *retry_after* is an estimate of when there is room, in seconds."""

    def __init__(self, waiting: int, retry_after: int) -> None:
        super().__init__(f"{waiting} jobs wait already: try again in {retry_after} s")
        self.waiting = waiting
        self.retry_after = retry_after


class Unauthenticated(RequestError):
    """The request shows no key, or one that is not valid (any more)."""

    def __init__(self) -> None:
        super().__init__("send a key that is good, as `Authorization: Bearer …` or `X-API-Key: …`")


class Forbidden(RequestError):
    """The key does not open that."""


class RateLimited(RequestError):
    """More requests than the key allows; *retry_after* is in seconds."""

    remedy = "try again after the seconds in Retry-After"

    def __init__(self, most: int, seconds: int, retry_after: float) -> None:
        super().__init__(f"this key allows {most} requests in {seconds} s")
        self.retry_after = retry_after


class TokensSpent(RequestError):
    """The key's tokens of the day are spent, or *reserved* for requests in flight; *retry_after* is in seconds."""

    remedy = "try again after the seconds in Retry-After"

    def __init__(self, most: int, retry_after: float, reserved: int = 0) -> None:
        held = f"{reserved} of them are set aside for requests in flight; try again when those have ended"
        super().__init__(f"this key allows {most} tokens a day, and {held if reserved else 'they are spent'}")
        self.retry_after = retry_after


class Cancelled(RequestError):
    """The job was cancelled, or the client has disconnected."""

    remedy = "send the request again, or POST /jobs/{jobId}/retry for a job"


class AuthorError(GatewayError):
    """The prompt author can put it right, in a file of the services folder."""

    remedy = "change that in the services folder; `python3 -m app check` shows it"


class Place(NamedTuple):
    """Where something stands in a text, from 1."""

    line: int
    column: int

    @classmethod
    def at(cls, text: str, index: int) -> Place:
        return cls(text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index))


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong with one file: `cra.json: flavor.0.temprature: unknown key …`. *line* and *column* are from 1, None if
    they are not known; the column is no part of what the problem is."""

    file: str
    key: str
    reason: str
    line: int | None = None
    column: int | None = field(default=None, compare=False)

    def __str__(self) -> str:
        """One line: what a file puts between quotes can neither end it nor command a terminal."""
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        told = ": ".join(part for part in (where, self.key, self.reason) if part)
        return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), told)


def raised_at(error: BaseException) -> str:
    """Where *error* was raised, innermost frame first. A log names a bug by its type and this place, never by its message:
    that may quote a transcript."""
    frames = traceback.extract_tb(error.__traceback__)[: -MOST_FRAMES - 1 : -1]
    return " < ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames)


def counted(number: int, noun: str) -> str:
    """`1 job`, `2 jobs`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str:
    """`; did you mean "…"?` with the one of *known* that *word* is probably meant to be; else nothing. *cutoff* is the least
    likeness, from 0 to 1. An ending that names of files have in common does not make them alike.

    Only words that a person could have typed, and not too many, are compared: it takes the square of their length."""
    if len(word) > LONGEST_WORD:
        return ""
    ending = word[word.rfind(".") :] if "." in word else ""
    spelled = {_bare(each.removesuffix(ending)): each for each in islice(known, MOST_KNOWN) if len(each) <= LONGEST_WORD}
    found = difflib.get_close_matches(_bare(word.removesuffix(ending)), spelled, n=1, cutoff=cutoff)
    return f'; did you mean "{spelled[found[0]]}"?' if found else ""


def _bare(word: str) -> str:
    return word.replace("_", "").replace("-", "").lower()


class ManifestError(AuthorError):
    """Everything that is wrong with one manifest, at once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(map(str, self.problems)))


class TemplateError(AuthorError):
    """A template that cannot be compiled or rendered; holds the one problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class NoRoom(AuthorError):
    """The template leaves no room for a turn; the message holds the numbers."""


class BackendNotFound(AuthorError):
    """A manifest names a backend that does not exist."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        self.name = name
        self.known = tuple(known)
        super().__init__(f"no backend {name!r}; known: {', '.join(self.known)}")


class BackendError(GatewayError):
    """The operator of the model server can put it right."""

    remedy = "GET /health shows how the backend is; try again later, or with another model or flavor"


class BackendUnavailable(BackendError):
    """Refused, reset, timed out, 408, 429 or 5xx: worth another try.

    *retry_after* is what the server asked for, in seconds, if it did; *status* its HTTP status, if it answered."""

    def __init__(self, message: str, *, retry_after: float | None = None, status: int | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.status = status


class BackendRefused(BackendError):
    """A 4xx that another attempt would get again; *status* is the server's, *param* the field that it names and *code* its
    name for the error, if there are any."""

    remedy = "change what the server names, or use another flavor"

    def __init__(self, message: str, *, status: int, param: str = "", code: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.param = param
        self.code = code


class ContextExceeded(BackendError):
    """The server counted more tokens than it has room for; *limit* is its context in tokens, 0 where it does not say."""

    remedy = "shorten the text, or use a flavor with a longer context"

    def __init__(self, message: str, *, limit: int = 0) -> None:
        super().__init__(message)
        self.limit = limit


class EmptyAnswer(BackendError):
    """The model answered nothing, however often it was asked."""

    remedy = "try again, or use another flavor"


class StoreError(GatewayError):
    """The database or its disk cannot store what is to be kept.

    Its text goes to clients, so it names no host, user or file. *located* is for the log: it says where, and what the driver
    said."""

    remedy = "send the request again after the seconds in Retry-After; the log names the place for the operator"

    def __init__(self, message: str, *, place: str = "", said: str = "") -> None:
        super().__init__(message)
        self.located = ": ".join(each for each in (place, message) if each) + (f" ({said})" if said else "")

    def __reduce__(self) -> tuple[type[StoreError], tuple[str], dict[str, str]]:
        return type(self), (str(self),), {"located": self.located}  # it crosses the border of a process


class EngineError(GatewayError):
    """A model server that the gateway starts cannot run as it is configured; the message says what to change."""

    remedy = "the operator must change that; GET /health shows the state of the engine"


class Busy(GatewayError):
    """This process serves as many long requests of a kind as it has threads for."""

    remedy = ""

    def __init__(self, what: str, most: int) -> None:
        super().__init__(f"{most} {what} are served by this process already: try again in some seconds")


class Stopping(GatewayError):
    """This process ends, and the request was not done in time."""

    remedy = ""

    def __init__(self) -> None:
        super().__init__("the gateway is being stopped or restarted: send the request again")


class Superseded(GatewayError):
    """Another worker has the job now: stop, and write nothing."""

    remedy = "nothing is to be done: GET /jobs/{jobId} shows the job"


class ContentChanged(GatewayError):
    """The job's content has grown since it was claimed: claim it again; finished calls stay."""

    remedy = "nothing is to be done: GET /jobs/{jobId} shows the job"
