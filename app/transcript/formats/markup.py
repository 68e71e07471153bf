"""XML: TTML captions, and the captions that video sites give out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from app.errors import BadContent
from app.transcript.formats import annotated, records, xml_lines, xml_rows
from app.transcript.formats.base import (
    TRANSLATIONS,
    Reading,
    other_languages,
    quoted,
    refusal,
    seconds,
    spoken,
    unescaped,
    without_speech,
)
from app.transcript.formats.xml_tree import Element, Tree, attributes, in_seconds, local, walk
from app.transcript.turn import Utterance

_START = re.compile(
    rf"\s*(?:<\?xml[\s?]|<(?:\w{{1,20}}:)?(?:tt|timedtext|transcript|{'|'.join(records.NAMES)}|annotation_document|basic-transcription|folker-transcription)(?=[\s>]))"
    r"|\s*<(?P<part>speaker|turn|utterance|segment|speech) [\w:]+\s*=[^<>]*>.*?</(?P=part)>",
    re.IGNORECASE | re.DOTALL,
)
_ROOT = re.compile(r"\s*(?:<!--(?:(?!-->).){0,2000}-->\s*)?<(?P<name>[A-Za-z_][\w.:-]{0,60})(?:\s[^<>]{0,2000})?>", re.DOTALL)
_BOM = "\ufeff"
_TICKS = re.compile(r"(\d{1,15}(?:\.\d{1,9})?)([tf])")
_FRAMES = re.compile(r"(\d{1,9}:\d{2}:\d{2}):(\d{1,4}(?:\.\d{1,4})?)")


def looks_like_xml(head: str) -> bool:
    return _START.match(head) is not None


def read(text: str) -> Reading:
    """TTML, or the captions of a video site. Raises BadContent, with line and column where the XML is broken."""
    begun = _START.match(text[:100_000])
    if begun is not None and begun["part"]:  # elements without one around them
        text = f"<transcript>{text.strip(_BOM)}</transcript>"
    tree = Tree().read(text)
    root = local(tree.name)
    shapes: Mapping[str, Callable[[Element], Reading]] = {
        "tt": _ttml,
        "timedtext": _timed_text,
        "transcript": _transcript,
        "annotation_document": annotated.elan,
        "basic-transcription": annotated.exmaralda,
        "folker-transcription": annotated.folker,
        **dict.fromkeys(records.NAMES, records.read),
    }
    if root not in shapes:
        record = _nameless_shape(tree)
        if record is not None:
            return record
        inner = ", ".join(dict.fromkeys(f"<{each.name}>" for each in tree.elements))
        raise refusal(
            f"this is XML of a shape that we do not know: <{quoted(tree.name)}> with {quoted(inner) or 'nothing in it'}"
        )
    return shapes[root](tree)


def undeclared(text: str) -> Reading | None:
    """XML without a declaration, of a shape that nobody named, if it has one element around everything and its elements tell
    what is said; else None: people write such marks around a text as well."""
    root = _ROOT.match(text[:5000].lstrip(_BOM))
    if root is None or not text.rstrip().endswith(f"</{root['name']}>"):
        return None
    try:
        tree = Tree().read(text)
    except BadContent:
        return None
    return _nameless_shape(tree) if tree.elements else None


def _nameless_shape(tree: Element) -> Reading | None:
    return records.of_names(tree) or xml_lines.read(tree)


# TTML


@dataclass(frozen=True)
class _Clock:
    """How a TTML document counts time."""

    ticks: float
    frames: float

    @classmethod
    def of(cls, tt: Element) -> _Clock:
        given = attributes(tt)
        frames = _number(given.get("framerate"), 30.0)
        return cls(_number(given.get("tickrate"), frames), frames)

    def seconds(self, time: str | None) -> float | None:
        if not time:
            return None
        counted = _TICKS.fullmatch(time.strip())
        if counted:
            return round(float(counted[1]) / (self.ticks if counted[2] == "t" else self.frames), 3)
        framed = _FRAMES.fullmatch(time.strip())
        if framed:
            return round((seconds(framed[1]) or 0.0) + float(framed[2]) / self.frames, 3)
        return seconds(time)


def _number(given: str | None, otherwise: float) -> float:
    try:
        number = float(given or otherwise)
    except ValueError:
        return otherwise
    return number if 0 < number < 1e12 else otherwise


@dataclass(frozen=True)
class _Scope:
    """What an element of a TTML document takes over from those around it.

    Times are counted from the beginning of the element around, by the standard; where they do not come before it, a writer has
    counted them from the beginning of the recording."""

    begin: float = 0.0
    speaker: str = ""
    language: str = ""

    def time(self, counted: float | None) -> float | None:
        if counted is None:
            return None
        return round(counted if counted >= self.begin else self.begin + counted, 3)


def _ttml(tt: Element) -> Reading:
    clock = _Clock.of(tt)
    agents = _agents(tt)
    shown: list[tuple[str, Utterance]] = []
    left_out: Counter[str] = Counter()
    left: list[tuple[Element, _Scope]] = [(tt, _Scope())]
    while left:
        element, around = left.pop()
        name = local(element.name)
        given = attributes(element)
        begin, end = around.time(clock.seconds(given.get("begin"))), around.time(clock.seconds(given.get("end")))
        scope = _Scope(
            around.begin if begin is None else begin,
            _speaker(given, agents) or around.speaker,
            given.get("lang") or around.language,
        )
        if name == "head":
            continue
        if name == "metadata":
            left_out["metadata"] += 1
        elif name == "p":
            length = clock.seconds(given.get("dur"))
            if end is None and begin is not None and length is not None:
                end = round(begin + length, 3)
            shown += ((scope.language, each) for each in _paragraph(element, scope, (begin, end), agents, clock))
        else:
            left += [(each, scope) for each in reversed(element.elements)]
    if not any(each.text.strip() for _, each in shown):
        raise without_speech("a TTML file")
    others, warning = other_languages((language, each.start) for language, each in shown)
    said = [each for language, each in shown if language not in others]
    left_out[TRANSLATIONS] += len(shown) - len(said)
    return Reading("ttml", spoken(said), left_out=+left_out, warnings=tuple(filter(None, [warning])), rolls=True)


def _paragraph(
    element: Element, scope: _Scope, times: tuple[float | None, float | None], agents: Mapping[str, str], clock: _Clock
) -> list[Utterance]:
    """What a paragraph says, cut where a span of it is another speaker's or has times of its own that the paragraph lacks."""
    said: list[Utterance] = []
    start, stop = times
    for each in _spaced(element.inside):
        given = attributes(each) if isinstance(each, Element) else {}
        text = each if isinstance(each, str) else Element("p", {}, [each]).text()
        speaker = _speaker(given, agents) or scope.speaker
        begin = clock.seconds(given.get("begin")) if start is None else None
        if said and said[-1].speaker == speaker and begin is None:
            said[-1] = Utterance(speaker, said[-1].text + text, said[-1].start, said[-1].end)
        elif begin is None:
            said.append(Utterance(speaker, text, start, stop))
        else:
            said.append(Utterance(speaker, text, scope.time(begin), scope.time(clock.seconds(given.get("end")))))
    return said


def _spaced(inside: list[Element | str]) -> list[Element | str]:
    """What stands in a paragraph, with the blanks between elements that are said to be words or sentences."""
    made: list[Element | str] = []
    for each in inside:
        unit = isinstance(each, Element) and attributes(each).get("unit")
        made += [" ", replace(each, inside=_spaced(each.inside))] if unit and isinstance(each, Element) else [each]
    return made


def _speaker(given: Mapping[str, str], agents: Mapping[str, str]) -> str:
    who = given.get("agent", "").split()
    return " / ".join(agents.get(each.removeprefix("#"), each) for each in who)


def _agents(tt: Element) -> dict[str, str]:
    """The names of the people whom a TTML document lists, by their id."""
    named: dict[str, str] = {}
    for element in walk(tt):
        if local(element.name) == "agent":
            identity = attributes(element).get("id", "")
            names = (each.text().split() for each in element.elements if local(each.name) == "name")
            if identity and (name := " ".join(next(filter(None, names), ()))):
                named.setdefault(identity, name)
    return named


# Video sites


def _transcript(root: Element) -> Reading:
    """The captions of a video site, or turns that name their speakers."""
    if (rows := xml_rows.read(root)) is not None:
        return rows
    names: set[str] = set()
    for element in walk(root):
        if local(element.name) == "speaker" and (element.text().strip() or element.given.keys() & {"name", "label"}):
            return records.of_names(root) or _timed_text(root)
        names |= {local(element.name)} if not records.SPEAKING.isdisjoint(attributes(element)) else set()
    return records.read(root, names) if names - {"p", "text"} else _timed_text(root)


def _timed_text(root: Element) -> Reading:
    """The two shapes of `timedtext`: `<text start dur>` in seconds, `<p t d>` in milliseconds."""
    said: list[Utterance] = []
    left: list[Element] = [root]
    while left:
        element = left.pop()
        name = local(element.name)
        if name == "text":
            said.append(_caption(element, "start", "dur", 1.0))
        elif name == "p":
            said.append(_caption(element, "t", "d", 0.001))
        else:
            left += reversed(element.elements)
    if not any(each.text.strip() for each in said):
        raise without_speech("an XML file of captions")
    return Reading("xml", spoken(said), rolls=True)


def _caption(element: Element, begin: str, length: str, unit: float) -> Utterance:
    start = in_seconds(element.given.get(begin), unit)
    lasts = in_seconds(element.given.get(length), unit)
    text = unescaped(element.text())  # they are escaped twice
    speaker = element.given.get("speaker", "")
    return Utterance(speaker, text, start, start + lasts if start is not None and lasts is not None else None)
