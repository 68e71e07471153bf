"""Sessions of browsers: a signed cookie stands for a key, which it does not contain, for some hours."""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from flask import Request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from app import text_files
from app.errors import Forbidden, StoreError
from app.keys import Key, Keyring, hashed
from app.settings import Settings

COOKIE = "gateway_session"
CSRF_HEADER, CSRF_FIELD = "X-CSRF-Token", "csrf"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
SECRET_FILE = "session.secret"  # noqa: S105  # nosec B105  the name of a file
LEAST = 32  # characters of a stored secret


class Sessions:
    """Begins sessions, and finds the key that a request's session stands for.

    A session is over *seconds* after it began, and as soon as its key is removed, replaced or expired. *secret* gives what
    signs the cookies; it is called once, when somebody first signs in or shows a cookie."""

    def __init__(self, keyring: Keyring, secret: Callable[[], str], seconds: int) -> None:
        self._keyring = keyring
        self._make_secret = secret
        self._seconds = seconds

    def begin(self, key: Key, request: Request, response: Response) -> None:
        """Sets the cookie of a new session of *key* on *response*."""
        value = self._signer.dumps([key.holder, _mark(key)])
        response.set_cookie(
            COOKIE,
            value if isinstance(value, str) else value.decode(),
            max_age=self._seconds,
            httponly=True,
            samesite="Strict",
            secure=is_over_tls(request),
        )

    def key_of(self, request: Request) -> Key | None:
        """The key that the session of *request* stands for; None without a session that is good now.

        Raises Forbidden for a request that changes something and does not show the session's CSRF token."""
        shown = request.cookies.get(COOKIE, "")
        if not shown:
            return None
        try:
            holder, mark = self._signer.loads(shown, max_age=self._seconds)
        except (BadSignature, ValueError, TypeError):
            return None
        key = self._keyring.held_by(str(holder))
        if key is None or self._keyring.is_expired(key) or not hmac.compare_digest(_mark(key), str(mark)):
            return None
        if request.method not in SAFE and not self._is_meant(request):
            raise Forbidden("the page is out of date: load it again, and repeat what you did")
        return key

    def token(self, request: Request) -> str:
        """The CSRF token of the session of *request*; empty without one."""
        shown = request.cookies.get(COOKIE, "")
        return hashed(f"csrf {self._secret} {shown}") if shown else ""

    def _is_meant(self, request: Request) -> bool:
        given = request.headers.get(CSRF_HEADER) or request.args.get(CSRF_FIELD, "")
        return is_from_here(request) and hmac.compare_digest(given.encode(), self.token(request).encode())

    @cached_property
    def _secret(self) -> str:
        return self._make_secret()

    @cached_property
    def _signer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self._secret, salt="studio session")


def is_over_tls(request: Request) -> bool:
    """Whether the browser speaks TLS, with us or with the proxy before us."""
    return request.is_secure or request.headers.get("X-Forwarded-Proto", "").lower() == "https"


def is_from_here(request: Request) -> bool:
    """False for a request that a page of another origin makes a browser send."""
    return request.headers.get("Sec-Fetch-Site", "none") in ("same-origin", "none")


def signing_secret(settings: Settings) -> str:
    """The setting SESSION_SECRET, else what a file beside the database holds: the first process that needs it makes it.

    Raises StoreError if there is no such file and none can be made."""
    if settings.session_secret:
        return settings.session_secret
    file = settings.state_folder / SECRET_FILE
    try:
        if not file.exists():
            _make(file)
        found = text_files.secret(str(file))
    except (OSError, ValueError) as exc:
        raise StoreError(f"cannot keep the secret that signs sessions ({exc}): set SESSION_SECRET", place=str(file)) from exc
    if len(found) < LEAST:
        raise StoreError("holds no secret that could sign sessions: delete it, or set SESSION_SECRET", place=str(file))
    return found


def _make(file: Path) -> None:
    """Makes *file* with a new secret, unless another process is faster; nobody ever sees half of it."""
    name = text_files.draft(file, secrets.token_urlsafe(48))  # readable for its owner alone
    try:
        with suppress(FileExistsError):
            os.link(name, file)
    finally:
        os.unlink(name)


def _mark(key: Key) -> str:
    """Changes when the key of a holder is replaced; tells nothing of the key."""
    return hashed(f"session {key.sha256}")[:32]
