"""XML: TTML captions, and the captions that video sites give out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from app.transcript.formats import annotated
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
from app.transcript.formats.xml_tree import Element, Tree, in_seconds, local, remarks_in, written
from app.transcript.turn import Utterance

_RECORDS = frozenset(["dbtplenarprotokoll", "akomantoso", "tei", "teicorpus", "trans", "hansard", "debates", "publicwhip"])
_START = re.compile(
    rf"\s*(?:<\?xml[\s?]|<(?:\w{{1,20}}:)?(?:tt|timedtext|transcript|{'|'.join(_RECORDS)}|annotation_document|basic-transcription|folker-transcription)(?=[\s>]))"
    r"|\s*<(?P<part>speaker|turn|utterance|segment|speech) [\w:]+\s*=[^<>]*>.*?</(?P=part)>",
    re.IGNORECASE | re.DOTALL,
)
_BOM = "\ufeff"
_NAMING = frozenset(["speaker", "from", "redner", "name"])  # elements before what somebody says
_STARTS = ("starttime", "start", "stime", "begin")
_ENDS = ("endtime", "end", "etime")
_TIMES = frozenset([*_STARTS, *_ENDS])
_SPEAKING = ("who", "by", "speaker", "speakername", "spkid")  # attributes of elements that hold what somebody says
_SAID = frozenset(["p", "seg", "u", "turn", "ab", "l", "quote"])
_SAID_SOMEWHERE = _SAID | {
    "text",
    "content",
    "utterance",
    "sentence",
    "segment",
    "speech",
    "message",
    "words",
    "line",
    "body",
    "speechsegment",
}
_NOT_SAID = frozenset(
    ["metadata", "meta", "teiheader", "vorspann", "anlagen", "rednerliste", "head", "note", "kommentar", "scene", "narrative"]
)
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
        **dict.fromkeys(_RECORDS, _record),
    }
    if root not in shapes:
        record = _record_of_names(tree)
        if record is not None:
            return record
        inner = ", ".join(dict.fromkeys(f"<{each.name}>" for each in tree.elements))
        raise refusal(
            f"this is XML of a shape that we do not know: <{quoted(tree.name)}> with {quoted(inner) or 'nothing in it'}"
        )
    return shapes[root](tree)


# TTML


@dataclass(frozen=True)
class _Clock:
    """How a TTML document counts time."""

    ticks: float
    frames: float

    @classmethod
    def of(cls, tt: Element) -> _Clock:
        given = {local(name): value for name, value in tt.given.items()}
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
        given = {local(key): value for key, value in element.given.items()}
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
        given = {local(key): value for key, value in each.given.items()} if isinstance(each, Element) else {}
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
        unit = isinstance(each, Element) and {local(key): value for key, value in each.given.items()}.get("unit")
        made += [" ", replace(each, inside=_spaced(each.inside))] if unit and isinstance(each, Element) else [each]
    return made


def _speaker(given: Mapping[str, str], agents: Mapping[str, str]) -> str:
    who = given.get("agent", "").split()
    return " / ".join(agents.get(each.removeprefix("#"), each) for each in who)


def _agents(tt: Element) -> dict[str, str]:
    """The names of the people whom a TTML document lists, by their id."""
    named: dict[str, str] = {}
    left: list[Element] = [tt]
    while left:
        element = left.pop()
        inner = element.elements
        if local(element.name) == "agent" and inner:
            identity = next((value for key, value in element.given.items() if local(key) == "id"), "")
            name = next((each.text() for each in inner if local(each.name) == "name" and each.text().strip()), "")
            if identity and name:
                named[identity] = " ".join(name.split())
        left += inner
    return named


# Records of debates and of interviews


def _record_of_names(root: Element) -> Reading | None:
    """A record of a shape of its own, if it says by names that we know who speaks; else None."""
    said, left_out = _said(root, _SAID_SOMEWHERE)
    named = any(each.speaker and each.text.strip() for each in said)
    return Reading("xml", spoken(said), left_out=left_out) if named else None


def _record(root: Element, saying: AbstractSet[str] = frozenset()) -> Reading:
    """A record that names speakers by elements before their words (the Bundestag, Akoma Ntoso) or by attributes of the elements
    that hold them (TEI, Transcriber). Elements whose names are in *saying* hold what somebody says as well."""
    said, left_out = _said(root, _SAID | saying)
    if not any(each.text.strip() for each in said):
        raise without_speech(f"the XML of a record, <{root.name}>")
    return Reading("xml", spoken(said), left_out=left_out)


def _said(root: Element, holding: frozenset[str]) -> tuple[list[Utterance], dict[str, int]]:
    """What is said in elements that are called one of *holding*, and how many others are left out, by their names."""
    people = _people(root)
    said: list[Utterance] = []
    left_out: Counter[str] = Counter()
    speaker = ""
    bearing: set[str] = set()  # names of elements that say who speaks: one that does not is nobody's
    left: list[tuple[Element, tuple[float | None, float | None]]] = [(root, (None, None))]
    while left:
        element, times = left.pop()
        name = local(element.name)
        given = {local(key): value for key, value in element.given.items()}
        times = _bounds(given, times)
        owner = _owner(given, people)
        speaker = owner or ("" if name in bearing else speaker)
        bearing |= {name} if owner else set()
        if name in _NOT_SAID:
            left_out[f"<{name}>"] += 1
            continue
        inner = element.elements
        times = _within(inner) if inner and times[0] is None else times
        own = name in _NAMING and (given.get("name") or given.get("label"))
        named = "" if own else _named(element, name)
        if named:
            speaker = named
        elif own and element.text().strip():  # `<speaker name="Ann"><p>…`
            speaker = own
            if any(local(each.name) in holding for each in inner):
                left += [(each, times) for each in reversed(inner)]
            else:
                said.append(Utterance(speaker, " ".join(element.text().split()), *times))
        elif name in holding and not any(local(each.name) in holding for each in inner):
            said += _voiced(element, owner, speaker, times, left_out)
        else:
            worded = any(isinstance(each, str) and each.strip() for each in element.inside)
            if holding != _SAID and worded and name not in _TIMES:
                left_out[f"<{name}>"] += 1
            left += [(each, times) for each in reversed(inner)]
    return said, dict(left_out)


def _voiced(
    element: Element, owner: str, speaker: str, times: tuple[float | None, float | None], left_out: Counter[str]
) -> Iterator[Utterance]:
    """What *element* says, in the voices of those who own it; remarks in it are left out."""
    if element.elements:
        left_out.update(f"<{local(each.name)}>" for each in remarks_in(element))
    for voice, words in _voices(element, owner.split(" / ")) or [(speaker, written(element))]:
        yield Utterance(voice, " ".join(words.split()), *times)


def _owner(given: Mapping[str, str], people: Mapping[str, str]) -> str:
    """Who speaks by the attributes *given* of an element, with the names of *people*; empty if they say nothing of that."""
    who = next((given[key] for key in _SPEAKING if given.get(key)), "")
    several = [each.lstrip("#") for each in who.split()]
    known = "#" in who or all(each in people for each in several)
    return " / ".join(people.get(each, each) for each in several) if known else who


def _bounds(given: Mapping[str, str], around: tuple[float | None, float | None]) -> tuple[float | None, float | None]:
    if not given or _TIMES.isdisjoint(given):
        return around
    get = given.get
    start = seconds(get("starttime") or get("start") or get("stime") or get("begin") or "")
    return (start, seconds(get("endtime") or get("end") or get("etime") or "")) if start is not None else around


def _within(inner: Sequence[Element]) -> tuple[float | None, float | None]:
    """The times of a segment that stand in elements of their own: `<start>1.0</start>`."""
    told = {local(each.name): seconds(each.text()) for each in inner if local(each.name) in _TIMES and not each.elements}
    start, end = (next((told[key] for key in keys if key in told), None) for keys in (_STARTS, _ENDS))
    return start, end if start is not None else None


def _voices(turn: Element, people: Sequence[str]) -> list[tuple[str, str]]:
    """What each of several *people* says in a turn of Transcriber, which marks with `<Who nb="2"/>` who goes on."""
    said: list[tuple[str, str]] = []
    for each in turn.inside:
        if isinstance(each, Element) and local(each.name) == "who":
            number = int(given) if (given := each.given.get("nb", "")).isdecimal() and len(given) < 4 else 0
            said.append((people[number - 1] if 0 < number <= len(people) else " / ".join(people), ""))
        elif said:
            voice, words = said[-1]
            said[-1] = voice, f"{words} {each if isinstance(each, str) else each.text()}"
    return said


def _named(element: Element, name: str) -> str:
    """The speaker that an element names; a paragraph with a speaker in it has the label behind that."""
    if name == "p":
        inner = [each for each in element.elements if local(each.name) == "redner"]
        label = "".join(each for each in element.inside if isinstance(each, str))
        return " ".join(label.split()).rstrip(":： ") if inner else ""
    return " ".join(element.text().split()).rstrip(":： ") if name in _NAMING else ""


def _people(root: Element) -> dict[str, str]:
    """The names of the people whom a record lists, by their id."""
    found: dict[str, str] = {}
    left = [root]
    while left:
        element = left.pop()
        given = {local(key): value for key, value in element.given.items()}
        name = given.get("name") or given.get("showas") or ""
        if not name and local(element.name) == "person":
            name = next((_apart(each) for each in element.elements if "name" in each.name.lower()), "")
        identity = given.get("id") or given.get("eid")
        if identity and name.strip() and local(element.name) in ("speaker", "person", "tlcperson"):
            found[identity] = " ".join(name.split())
        left += element.elements
    return found


def _apart(element: Element) -> str:
    """The texts in an element with blanks between them: given name and surname."""
    return " ".join(each if isinstance(each, str) else each.text() for each in element.inside)


# Video sites


def _transcript(root: Element) -> Reading:
    """The captions of a video site, or turns that name their speakers."""
    left, names = [root], set()
    while left:
        element = left.pop()
        if local(element.name) == "speaker" and (element.text().strip() or element.given.keys() & {"name", "label"}):
            return _record_of_names(root) or _timed_text(root)
        names |= {local(element.name)} if any(local(key) in _SPEAKING for key in element.given) else set()
        left += element.elements
    return _record(root, names) if names - {"p", "text"} else _timed_text(root)


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
