"""URLs: what of one may be read in a log or an answer, and whether it leads to this machine."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, unquote, urlsplit

HIDDEN = "…"
LOOPBACK = ("localhost", "127.0.0.1", "::1")  # hosts that are always this machine
LEAST_SECRET = 4  # characters; a shorter value would be found in any message
_END_OF_AUTHORITY = re.compile(r"[/?#]")


def origin(url: str) -> str:
    """Scheme, host and port of *url*."""
    scheme, authority, _ = _parts(url)
    return f"{scheme}://{authority}"


def without_secrets(url: str) -> str:
    """*url* without its user, password, query and fragment."""
    scheme, authority, path = _parts(url)
    return f"{scheme}://{authority}{path}"


def secrets(url: str) -> tuple[str, ...]:
    """What of *url* must not be in a message, as it is written and as it is meant: its password and its query's values."""
    try:
        parts = urlsplit(url)
        found = [parts.password or "", *(value for _, value in parse_qsl(parts.query))]
    except ValueError:
        return (url,)
    both = {each for value in found for each in (value, unquote(value))}
    return tuple(sorted((each for each in both if len(each) >= LEAST_SECRET), key=len, reverse=True))


def on_this_machine(url: str) -> bool:
    """Whether *url* leads to this machine, to which no proxy can stand in between."""
    return urlsplit(url).hostname in LOOPBACK


def _parts(url: str) -> tuple[str, str, str]:
    """Scheme, host with port, and path. An `@` behind the host may belong to a password that is not quoted, so that nobody
    knows where the password ends: then nothing but the scheme is shown."""
    scheme, separator, rest = url.partition("://")
    authority = _END_OF_AUTHORITY.split(rest, maxsplit=1)[0]
    behind = rest[len(authority) :]
    if not separator or "@" in behind:
        return scheme if separator else HIDDEN, HIDDEN, ""
    return scheme, authority.rpartition("@")[2], re.split(r"[?#]", behind, maxsplit=1)[0]
