"""XML that records who said what in debates and interviews: the Bundestag's, Akoma Ntoso, TEI, Transcriber, and shapes of
their own whose names tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from app.transcript.formats import xml_rows
from app.transcript.formats.base import Reading, seconds, spoken, without_speech
from app.transcript.formats.xml_tree import Element, attributes, local, remarks_in, walk, written
from app.transcript.turn import Utterance

NAMES = frozenset(
    ["dbtplenarprotokoll", "akomantoso", "tei", "teicorpus", "trans", "hansard", "debates", "publicwhip", "compterendu"]
)
_NAMING = frozenset(["speaker", "from", "redner", "name", "orateur", "personspeaking"])  # elements before what somebody says
_SPEAKERS = "orateurs"  # an element that holds those who speak, if somebody does
_STARTS = ("starttime", "start", "stime", "begin")
_ENDS = ("endtime", "end", "etime")
_TIMES = frozenset([*_STARTS, *_ENDS])
_SPEAKING = ("who", "by", "speaker", "speakername", "spkid")  # attributes of elements that hold what somebody says
SPEAKING = frozenset(_SPEAKING)
_SAID = frozenset(["p", "seg", "u", "turn", "ab", "l", "quote", "texte", "para", "paratext"])
_PARAGRAPHS = frozenset(["p", "para", "paratext", "texte"])  # say all that they hold, if they have words of their own
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


def of_names(root: Element) -> Reading | None:
    """A record of a shape of its own, if it says by names that we know who speaks; else None."""
    if (rows := xml_rows.read(root)) is not None:
        return rows
    said, left_out = _said(root, _SAID_SOMEWHERE)
    named = any(each.speaker and each.text.strip() for each in said)
    return Reading("xml", spoken(said), left_out=left_out) if named else None


def read(root: Element, saying: AbstractSet[str] = frozenset()) -> Reading:
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
    bearing = {_SPEAKERS}  # names of elements that say who speaks: one that does not is nobody's
    naming = _with_names_inside(root)
    left: list[tuple[Element, tuple[float | None, float | None]]] = [(root, (None, None))]
    while left:
        element, times = left.pop()
        name = local(element.name)
        given = attributes(element)
        times = _bounds(given, times)
        owner = _owner(given, people)
        speaker = owner or ("" if name in bearing else _name_inside(element) if name in naming else speaker)
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
        elif name in holding and (_says_all(element, name) or not any(local(each.name) in holding for each in inner)):
            said += _voiced(element, owner, speaker, times, left_out)
        else:
            if holding != _SAID and _is_worded(element) and name not in _TIMES:
                left_out[f"<{name}>"] += 1
            left += [(each, times) for each in reversed(inner)]
    return said, dict(left_out)


def _is_worded(element: Element) -> bool:
    """Whether *element* has words that no element in it holds."""
    return any(isinstance(each, str) and each.strip() for each in element.inside)


def _says_all(element: Element, name: str) -> bool:
    return name in _PARAGRAPHS and _is_worded(element)


def _with_names_inside(root: Element) -> set[str]:
    """What elements are called that hold one element each with the name of who speaks in them, before their words or behind.

    A paragraph that is a label itself names who speaks in those below it."""
    times: dict[str, list[int]] = {}
    for element in walk(root):
        name = local(element.name)
        names = sum(1 for each in element.elements if local(each.name) in _NAMING)
        times.setdefault(name, []).append(0 if name == "p" and _named(element, name) else names)
    return {name for name, found in times.items() if max(found) == 1 and sum(found) > 1}


def _name_inside(element: Element) -> str:
    return next((name for each in element.elements if (name := _named(each, local(each.name)))), "")


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
    if name not in _NAMING:
        return ""
    named = next((each for each in element.elements if local(each.name) == "nom"), element)  # beside an office and a number
    return " ".join(named.text().split()).rstrip(":： ")


def _people(root: Element) -> dict[str, str]:
    """The names of the people whom a record lists, by their id."""
    found: dict[str, str] = {}
    for element in walk(root):
        given = attributes(element)
        name = given.get("name") or given.get("showas") or ""
        if not name and local(element.name) == "person":
            name = next((_apart(each) for each in element.elements if "name" in each.name.lower()), "")
        identity = given.get("id") or given.get("eid")
        if identity and name.strip() and local(element.name) in ("speaker", "person", "tlcperson"):
            found.setdefault(identity, " ".join(name.split()))
    return found


def _apart(element: Element) -> str:
    """The texts in an element with blanks between them: given name and surname."""
    return " ".join(each if isinstance(each, str) else each.text() for each in element.inside)
