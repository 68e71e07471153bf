"""The value of one setting: what it may be, and what a text that was given for it stands for."""

from __future__ import annotations

import math
import re
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from app.text_files import unfit_for_a_header


class SettingError(ValueError):
    """A flag or variable whose value cannot be used; the message names it."""


class Setting(NamedTuple):
    """One field of `Settings`: what it is for, how it is spelled in the environment, and its bounds.

    *above* says that *least* itself is too little; *empty* that an empty value is one of its own, None, and not the default."""

    name: str
    default: Any
    help: str
    env: str
    least: float | None
    most: float | None
    above: bool
    choices: tuple[str, ...]
    secret: bool
    empty: bool

    @property
    def flag(self) -> str:
        return f"--{self.name}"

    @property
    def allowed(self) -> str:
        """Which values it takes, in words; empty for a text that may be anything."""
        if self.choices:
            return ", ".join(self.choices)
        return self.range if self.least is not None else ""

    @property
    def range(self) -> str:
        """Which numbers it takes, in words."""
        least = f"{0 if self.least is None else self.least:,}"
        if self.most is None:
            return f"{least} or more"
        return f"more than {least}, at most {self.most:,}" if self.above else f"{least} to {self.most:,}"


_TRUTHS = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
IN_HEADERS = ("OPENAI_API_TOKEN", "OPENAI_API_KEY", "DEEPSEEK_API_KEY", "GEMINI_API_KEY")
_DATABASE = re.compile(r"(postgresql(\+psycopg)?://.|sqlite:///.)")
_ORIGIN = re.compile(r"\*|[a-z][a-z0-9+.-]*://[^\s/?#@,*]+", re.IGNORECASE)
_HOST = re.compile(r"[\w.:%-]{1,253}")
_PORTS = re.compile(r"\s*(\d{1,5}\s*(,\s*\d{1,5}\s*)*)?")


def value_of(each: Setting, given: Any, spelled: str) -> Any:
    """*given* as the type of the setting's default; *spelled* is the flag or variable that an error names."""
    if each.empty and given == "":
        return None
    if each.choices and given not in each.choices:
        raise SettingError(f"{spelled}: {given!r} is not one of {', '.join(each.choices)}")
    if isinstance(each.default, bool):
        if isinstance(given, bool):
            return given
        if str(given).lower() not in _TRUTHS:
            raise SettingError(f"{spelled}: {given!r} is neither true nor false")
        return _TRUTHS[str(given).lower()]
    if isinstance(each.least, float):
        return _number(each, given, spelled)
    if isinstance(each.default, int) or each.least is not None:
        return _whole(each, given, spelled)
    return _text(each, given, spelled)


def _text(each: Setting, given: Any, spelled: str) -> str:
    if each.name == "callback_ports" and not _are_ports(given):
        raise SettingError(f"{spelled}: {given!r} is no list of ports: give it as in 8080,9443")
    if each.name == "cors_origins" and (wrong := _wrong_origin(given)):
        raise SettingError(f"{spelled}: {wrong!r} is no origin: give scheme, host and port alone, as in https://app.example")
    if each.name == "database_url" and not (_DATABASE.match(given) and _is_readable(given)):
        raise SettingError(f"{spelled}: give postgresql://user:password@host/name or sqlite:///file")  # its value is a secret
    if each.env in IN_HEADERS and (reason := unfit_for_a_header(given)):
        raise SettingError(f"{spelled}: the key {reason}")
    if each.name == "api_base" and (reason := _wrong_address(given)):
        raise SettingError(f"{spelled}: {reason}")
    if each.name == "otlp_endpoint" and given and (reason := _no_web_address(given, "http://collector:4318")):
        raise SettingError(f"{spelled}: {reason}")
    return str(given)


def _are_ports(given: str) -> bool:
    numbers = [int(each) for each in given.split(",") if each.strip()] if _PORTS.fullmatch(given) else [0]
    return all(1 <= each <= 65535 for each in numbers)


def _wrong_origin(origins: str) -> str:
    """The first of *origins* that is none; nothing if all are."""
    named = (each.strip() for each in origins.split(","))
    return next((each for each in named if each and not (_ORIGIN.fullmatch(each) and each.isascii())), "")


def route_in(url: str) -> str:
    """The route of the OpenAI API that *url* ends in, as clients and documents show it; empty for the address of the API."""
    path = urlsplit(url).path.rstrip("/")
    return next(
        (each for each in ("/chat/completions", "/completions", "/responses", "/embeddings") if path.endswith(each)), ""
    )


def is_host(name: str | None) -> bool:
    """Whether *name* can be that of a host at all, or an address."""
    return name is not None and _HOST.fullmatch(name) is not None


def _wrong_address(address: str) -> str:
    """What is wrong with the URL, which is not repeated, as it may hold a password; nothing if nothing is."""
    if reason := _no_web_address(address, "http://gpu1:8000/v1"):
        return reason
    route = route_in(address)
    return f"leave out {route}: the URL ends where the API begins, as in http://gpu1:8000/v1" if route else ""


def _no_web_address(address: str, example: str) -> str:
    """Why *address* is no URL of HTTP that names a host; nothing if it is one."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return "this is no URL"
    named = parts.scheme in ("http", "https") and is_host(parts.hostname)
    return "" if named else f"give a URL that begins with http:// or https://, such as {example}"


def _is_readable(database_url: str) -> bool:
    """Whether the URL can be taken apart: the errors of those who try it later quote its password."""
    from sqlalchemy import exc, make_url

    try:
        make_url(database_url)
    except (ValueError, exc.ArgumentError):
        return False
    return True


def _whole(each: Setting, given: Any, spelled: str) -> int:
    try:
        number = int(given)
    except ValueError as exc:
        raise SettingError(f"{spelled}: {given!r} is not a whole number") from exc
    _refuse_beyond(each, number, spelled)
    return number


def _number(each: Setting, given: Any, spelled: str) -> float:
    try:
        number = float(given)
    except ValueError as exc:
        raise SettingError(f"{spelled}: {given!r} is not a number") from exc
    _refuse_beyond(each, number, spelled)
    return number


def _refuse_beyond(each: Setting, number: float, spelled: str) -> None:
    """Raises SettingError for a number outside of the bounds."""
    if each.least is not None and number < each.least:
        raise SettingError(f"{spelled}: {number} is less than {each.least}")
    if each.most is not None and number > each.most:
        raise SettingError(f"{spelled}: {number} is more than {each.most}")
    if math.isnan(number) or (each.above and number == each.least):
        raise SettingError(f"{spelled}: {number} cannot be used: give {each.range}")
