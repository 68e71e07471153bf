"""What a server's failure is to us: a broken connection or an HTTP status, said in our errors and in words for its operator."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from app.backends.http.redaction import quoted
from app.errors import BackendError, BackendRefused, BackendUnavailable, ContextExceeded, GatewayError

if TYPE_CHECKING:
    from app.backends.http.upstream import Upstream

WORTH_ANOTHER_TRY = frozenset({408, 409, 425, 429})
NO_SUCH_METHOD = 501  # the one 5xx that stays so
_TOO_LONG = re.compile(
    r"maximum (?:context|model) length|context_length_exceeded|exceed_context_size|available context size|context window"
    r"|maximum number of tokens allowed",
    re.IGNORECASE,
)


LEAST_SECRET = 8  # characters; a shorter header's value is none, and would be found in any message


def secrets_of(key: str, headers: Mapping[str, str]) -> tuple[str, ...]:
    """What of a backend's configuration must not be in a message: its key, and whatever its further headers say."""
    return (key, *(value for value in headers.values() if len(value) >= LEAST_SECRET))


@dataclass(frozen=True)
class ErrorMapper:
    """Whose failure it is: the backend's *name*, *address* for messages, and the *secrets* that must not be in them."""

    name: str
    address: str
    secrets: tuple[str, ...] = ()

    def broken(self, cause: BaseException | None, waited: float) -> BackendUnavailable:
        """The connection could not be made, or broke; *waited* is how long (s) we were ready to wait for it."""
        import httpx2

        match cause:
            case httpx2.ConnectTimeout() | httpx2.PoolTimeout():
                why = f"no connection to {self.address} within {waited:g} s"
            case httpx2.TimeoutException():
                why = f"{self.address} was silent for {waited:g} s"
            case httpx2.ConnectError():
                why = f"cannot connect to {self.address}: {self._clean(str(cause))}"
            case _:
                why = f"the connection to {self.address} broke: {self._clean(str(cause or 'no reason given'))}"
        return BackendUnavailable(f"{self.name}: {why}")

    def unavailable(self, why: str) -> BackendUnavailable:
        """The server's answer is no whole answer."""
        return BackendUnavailable(f"{self.name}: {why}")

    def interrupted(self, upstream: Upstream) -> GatewayError | None:
        """Why the gateway itself ended the request, whatever that looked like to the reader; None if it did not."""
        if upstream.cancel.cancelled:
            return upstream.cancel.reason
        if upstream.timed_out_after:
            return self.unavailable(f"{self.address} was silent for {upstream.timed_out_after:g} s")
        return None

    def missing_finish_reason(self) -> BackendUnavailable:
        """The server's answer ended, and did not say why."""
        return self.unavailable("the answer ended without a finish_reason, so a part of it is missing")

    def malformed_event(self) -> BackendUnavailable:
        """An event of the server's stream cannot be read."""
        return self.unavailable("an event of the answer is no whole JSON")

    def refused(self, status: int, body: Any, headers: Mapping[str, str], request: Iterable[str] = ()) -> BackendError:
        """The server answered with an error; nothing of *request* comes into the message."""
        words = said(body)
        message = f"{self.name}: {status} {self._clean(words, request)}".rstrip()
        if 400 <= status < 500 and _TOO_LONG.search(words):
            return ContextExceeded(message)
        if status in WORTH_ANOTHER_TRY or (status >= 500 and status != NO_SUCH_METHOD):
            return BackendUnavailable(message, retry_after=retry_after(headers), status=status)
        return BackendRefused(message, status=status)

    def failed_midway(self, body: Any, request: Iterable[str] = ()) -> BackendError:
        """The server sent an error where more of the answer should have come."""
        words = said(body)
        message = f"{self.name}: failed while answering: {self._clean(words, request)}".rstrip(": ")
        return ContextExceeded(message) if _TOO_LONG.search(words) else BackendUnavailable(message)

    def _clean(self, words: str, request: Iterable[str] = ()) -> str:
        return quoted(words, secrets=self.secrets, request=request)


def said(body: Any) -> str:
    """The words in an error's *body*, of the shapes that servers use; a page of HTML says nothing."""
    match body:
        case {"error": dict() | str() as error}:
            return said(error)
        case {"message": str(message), **rest}:
            kind = rest.get("type")
            return f"{message} ({kind})" if isinstance(kind, str) and kind else message
        case {"detail": detail} | {"error_description": detail}:
            return detail if isinstance(detail, str) else "the request is not as the server wants it"
        case str() if not body.lstrip().startswith("<"):
            return body
        case _:
            return ""


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds that a Retry-After header (a number or a date) asks for; None where there is none to be read."""
    requested = headers.get("retry-after", "")
    try:
        return max(0.0, float(requested))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(requested).timestamp() - time.time())
    except ValueError:
        return None
