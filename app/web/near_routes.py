"""Which of the gateway's routes a path that is none is probably meant to be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import quote

from werkzeug.routing import Map

from app.errors import nearest

LEAST_ALIKE = 0.8  # of one segment
MAIN = "/generate"  # what a service is asked for, where a path ends before that is said
LONGEST_PATH = 100  # characters of a path that is looked at, and repeated


def near_route(asked: str, method: str, routes: Map) -> str:
    """The path of the one of *routes* for *method* from which *asked* differs in a segment, or that goes on with a word where
    *asked* ends; empty if there is none, or if several are as likely."""
    given = _segments(asked)
    if not given or len(asked) > LONGEST_PATH:
        return ""
    rules = [rule for rule in routes.iter_rules() if method in (rule.methods or ()) and not rule.websocket]
    found = {path: differences for rule in rules for path, differences in _meant(given, _segments(rule.rule))}
    found.pop("/" + "/".join(given), None)  # of a route whose number it does not have
    surest = min(found.values(), default=0)
    likely = sorted(path for path in found if found[path] == surest)
    main = [path for path in likely if path.endswith(MAIN)]
    return quote((main or likely)[0]) if main or len(likely) == 1 else ""


def _segments(path: str) -> list[str]:
    return [each for each in path.split("/") if each]


def _meant(given: Sequence[str], rule: Sequence[str]) -> Iterator[tuple[str, int]]:
    """The path of *rule* that is meant by *given*, and how little that is certain."""
    is_begun = len(rule) == len(given) + 1 and not _is_any(rule[-1])
    if not is_begun and len(rule) != len(given):
        return
    slips = [mine for mine, theirs in zip(given, rule, strict=False) if not _is_any(theirs) and mine != theirs]
    alike = [
        mine if _is_any(theirs) or nearest(mine.lower(), [theirs], LEAST_ALIKE) else ""
        for mine, theirs in zip(given, rule, strict=False)
    ]
    if len(slips) > 1 or (is_begun and slips) or not all(alike) or all(map(_is_any, rule)):
        return
    named = [mine if _is_any(theirs) else theirs for mine, theirs in zip(given, rule, strict=False)]
    yield "/" + "/".join([*named, *rule[len(given) :]]), len(slips)


def _is_any(segment: str) -> bool:
    return segment.startswith("<")
