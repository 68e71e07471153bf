"""Maps a server's failure, a broken connection or an HTTP status, to an error with words for its operator."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from app.backends.answers import other_apis, too_long
from app.backends.answers.characters import mended
from app.backends.http.redaction import field_of, quoted
from app.backends.requests import RolesRefused, is_about_roles
from app.errors import BackendError, BackendRefused, BackendUnavailable, ContextExceeded, GatewayError
from app.urls import secrets

if TYPE_CHECKING:
    from app.backends.http.upstream import Upstream

WORTH_ANOTHER_TRY = frozenset({408, 409, 425, 429})
NO_SUCH_METHOD = 501  # the one 5xx that stays so
TOO_LARGE = 413
NO_SUCH_BODY = "the server, or a proxy before it, takes no body of this size: raise its limit (nginx: client_max_body_size)"
_NAME = re.compile("[a-z][a-z_]{2,39}")  # of an error, such as `content_filter`
REDIRECTIONS = range(300, 400)
REDIRECTED = "the server sends us to another address: set apiBase to it, or see whether a proxy asks for a login"
NO_KEY = 401
KEY_REFUSED = "the server does not take the gateway's key: see the key of this backend (its setting, or apiKeyEnv)"
NO_ROUTE = (404, 405)
EVERYWHERE = ("/chat/completions", "/models")  # routes that every server of the API has
NO_SUCH_ROUTE = "the server has no such route there: see apiBase, which ends in /v1 for most servers"
# What servers say of a path, and not of a model.
_OF_A_PATH = re.compile(
    r"(?i)(?:404:? )?(?:(?:file|page|resource|route|path|endpoint)? ?not found|method not allowed|cannot (?:post|get) /.*|"
    r"invalid url.*|unexpected endpoint.*|no static resource.*|no (?:matching )?route.*|"
    r"the requested (?:url|resource|path) .*not found.*)\.?(?: \(\w+\))?"
)
LONGEST_REASON = 60  # characters of a server's finish_reason that a message repeats

DEEPEST_LIST = 3  # lists within one another that an error may be in
LEAST_SECRET = 8  # characters; a shorter header's value is none, and would be found in any message


def secrets_of(key: str, headers: Mapping[str, str], api_base: str = "") -> tuple[str, ...]:
    """What of a backend's configuration must not be in a message: its key, whatever its further headers say, each word of them
    (`Bearer abc` is quoted as `abc`), and what is secret in its address."""
    words = [word for value in headers.values() for word in (value, *value.split())]
    return (key, *(word for word in words if len(word) >= LEAST_SECRET), *secrets(api_base))


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
                return self.unconnected(cause)
            case _:
                why = f"the connection to {self.address} broke: {self._clean(str(cause or 'no reason given'))}"
        return BackendUnavailable(f"{self.name}: {why}")

    def unconnected(self, cause: BaseException) -> BackendUnavailable:
        """No connection came about, TLS included."""
        words = self._clean(str(cause))
        return self.unavailable(f"cannot connect to {self.address}: {words}{_about_tls(words)}")

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

    def no_model_server(self, came: bytes, request: Iterable[str] = ()) -> BackendUnavailable:
        """What answers at the address speaks another language: *came* is its answer, a proxy's page most often."""
        what = self._clean(other_apis.described(came), request)
        return self.unavailable(f"{self.address} answers, but not as a model server does{what and f': this is {what}'}")

    def malformed_event(self) -> BackendUnavailable:
        """An event of the server's stream cannot be read."""
        return self.unavailable("an event of the answer is no whole JSON")

    def gave_up(self, reason: str) -> BackendUnavailable:
        """The server ended the answer before the model had."""
        return self.unavailable(f"the server gave the answer up ({self._clean(reason[:LONGEST_REASON])})")

    def refused(
        self, status: int, body: Any, headers: Mapping[str, str], request: Iterable[str] = (), *, route: str = ""
    ) -> BackendError:
        """The server answered with an error; nothing of *request* comes into the message. *route* is the path that was asked
        for, below the API."""
        hint = f"; {KEY_REFUSED}" if status == NO_KEY else ""
        if route and status in NO_ROUTE and is_about_a_path(body):
            hint = f"; {NO_SUCH_ROUTE}" if route in EVERYWHERE else f"; the server has no route {route}"
        return self._failure(body, status, str(status), retry_after(headers), list(request), hint=hint)

    def failed_midway(self, body: Any, request: Iterable[str] = ()) -> BackendError:
        """The server sent an error where an answer, or more of it, should have come: its status was good."""
        return self._failure(body, _status_in(unwrapped(body)), "failed while answering:", None, list(request))

    def _failure(
        self, body: Any, status: int | None, how: str, requested: float | None, request: list[str], *, hint: str = ""
    ) -> BackendError:
        body = unwrapped(body)
        if requested is None:
            requested = _delay(body)
        words = said(body)
        is_too_large = status == TOO_LARGE and not isinstance(body, Mapping)
        if is_too_large:  # a proxy's page
            words = f"{words}; {NO_SUCH_BODY}".lstrip("; ")
        elif status in REDIRECTIONS and not words:
            words = REDIRECTED
        signs = f"{words} {_code(body)}"
        shown = words or (other_apis.page(body) if isinstance(body, str) and other_apis.is_page(body) else "")
        message = f"{self.name}: {how} {self._clean(shown, request)}".rstrip(": ") + hint
        if any(map(too_long.is_too_long, request)):  # the request speaks of such errors, and its echo must not count as one
            signs = self._clean(signs, request)
        if is_too_large or too_long.is_too_long(signs):
            return ContextExceeded(message, limit=too_long.limit(signs, body))
        if status != 401 and is_about_roles(self._clean(words, request) if request else words):
            return RolesRefused(message)
        if status is None or status in WORTH_ANOTHER_TRY or (status >= 500 and status != NO_SUCH_METHOD):
            return BackendUnavailable(message, retry_after=requested, status=status)
        code = _code(body)
        return BackendRefused(message, status=status, param=_param(body), code=code if _NAME.fullmatch(code) else "")

    def _clean(self, words: str, request: Iterable[str] = ()) -> str:
        return quoted(words, secrets=self.secrets, request=request)


def unwrapped(body: Any) -> Any:
    """The error in *body*, of which Gemini makes a list, and Cloudflare and others the first of several `errors`."""
    for _ in range(DEEPEST_LIST):
        match body:
            case [first, *_]:
                body = first
            case {"errors": [first, *_]} if not body.get("error"):
                body = {"error": first}
            case {"choices": [{"error": error}, *_]} if not body.get("error"):
                body = {"error": error}
            case {"error": [first, *_]}:
                body = {**body, "error": first}
            case _:
                break
    return body


def said(body: Any) -> str:
    """The words in an error's *body*, of the shapes that servers use; a page of HTML says nothing."""
    match body:
        case {"error": dict() | str() as inner} | {"message": dict() as inner} if inner:  # the latter is Mistral's
            return said(inner)
        case {"message": str(message), **rest}:
            kind = rest.get("type")
            return mended(f"{message} ({kind})" if isinstance(kind, str) and kind else message)
        case {"detail": detail} | {"error_description": detail}:
            inner = detail[0] if isinstance(detail, list) and detail else detail
            return said(inner) or "the request is not as the server wants it"
        case {"msg": str(message), "loc": list(path)}:  # FastAPI's
            field = field_of(".".join(map(str, path)))
            return mended(f"{field}: {message}" if field else message)
        case {"msg": message} | {"error_message": message} | {"errorMessage": message} | {"Message": message}:
            return mended(message) if isinstance(message, str) else ""
        case _:
            return mended(body) if isinstance(body, str) and not other_apis.is_page(body) else ""


_UNTRUSTED = "; to trust its certificate, set SSL_CERT_FILE to a file with that of its authority"
_OF_CERTIFICATES = {  # by OpenSSL's words
    "has expired": "; renew the server's certificate, or mend the clock of this machine",
    "not yet valid": "; mend the clock of this machine, or of that which made the certificate",
    "mismatch": "; apiBase must name the server as its certificate does",
}


def _about_tls(words: str) -> str:
    """What to do about a handshake that failed; empty for all else."""
    if "CERTIFICATE_VERIFY_FAILED" in words:
        return next((remedy for sign, remedy in _OF_CERTIFICATES.items() if sign in words), _UNTRUSTED)
    return "; does the server speak http:// only? see apiBase" if "SSL" in words else ""


def is_about_a_path(body: Any) -> bool:
    """True for a 404 or 405 that says nothing of a model: a server's words for a path that it does not have, or a page."""
    words = said(unwrapped(body)).strip()
    return not words or _OF_A_PATH.fullmatch(words) is not None


def _code(body: Any) -> str:
    """The error's name for programs, such as `context_length_exceeded`."""
    error = body.get("error") if isinstance(body, Mapping) else None
    code = next((each.get("code") for each in (error, body) if isinstance(each, Mapping) and each.get("code")), "")
    return code if isinstance(code, str) else ""


def _param(body: Any) -> str:
    """The field of the request that an error names."""
    error = body.get("error") if isinstance(body, Mapping) else None
    found = (field_of(each.get("param")) for each in (error, body) if isinstance(each, Mapping))
    return next(filter(None, found), "")


def _status_in(body: Any) -> int | None:
    """The HTTP status that an error names which came with a good one; None if it names none."""
    error = body.get("error") if isinstance(body, Mapping) else None
    for each in (error, body):
        code = each.get("code") if isinstance(each, Mapping) else None
        if isinstance(code, int | str) and str(code).isascii() and str(code).isdigit() and 400 <= int(code) < 600:
            return int(code)
    return None


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds that a Retry-After header (a number or a date) asks for, or `retry-after-ms`; None if there is none to be
    read."""
    milliseconds = _seconds(headers.get("retry-after-ms", ""))
    if milliseconds is not None:
        return milliseconds / 1000
    requested = headers.get("retry-after", "")
    seconds = _seconds(requested)
    if seconds is not None:
        return seconds
    try:
        return max(0.0, parsedate_to_datetime(requested).timestamp() - _now_of(headers))
    except (ValueError, OverflowError):
        return None


def _now_of(headers: Mapping[str, str]) -> float:
    """The server's time, by which it counts its dates; ours if it does not say."""
    try:
        return parsedate_to_datetime(headers.get("date", "")).timestamp()
    except (ValueError, OverflowError):
        return time.time()


def _seconds(written: str) -> float | None:
    """A number of seconds, with their unit or without (`7`, `7.5s`), but never less than none."""
    try:
        number = float(written.strip().removesuffix("s"))
    except ValueError:
        return None
    return max(0.0, number) if math.isfinite(number) else None


def _delay(body: Any) -> float | None:
    """The seconds that the details of an error of Google's ask for (`{"retryDelay": "11s"}`)."""
    error = body.get("error") if isinstance(body, Mapping) else None
    details = error.get("details") if isinstance(error, Mapping) else None
    for each in details if isinstance(details, list) else ():
        if isinstance(each, Mapping) and isinstance(delay := each.get("retryDelay"), str):
            return _seconds(delay)
    return None
