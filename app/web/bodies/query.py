"""The parameters of a query: an unknown one is refused, not ignored, and a number has its bounds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.errors import BadParameter, nearest
from app.web.problems import echoed

UNKNOWN = "is not known here"  # what is said of a misspelled name, which would be ignored


def refuse_others(given: Iterable[str], known: Sequence[str], reason: str) -> None:
    """Raises BadParameter, with the *reason* and the names that there are, for a name that is not *known*."""
    for name in given:
        if name not in known:
            raise BadParameter(echoed(name), f"{reason}; there are {', '.join(known)}{nearest(name, known)}")


def whole(name: str, given: str | None, usual: int, *, most: int | None) -> int:
    """The whole number from 1 on that is *given*, *usual* if there is none. Raises BadParameter."""
    if not given:
        return usual
    if not (given.isascii() and given.isdigit() and len(given) < 9 and 1 <= int(given) <= (most or int(given))):
        raise BadParameter(name, f"must be a whole number from 1 {f'to {most}' if most else 'on'}")
    return int(given)
