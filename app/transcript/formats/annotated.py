"""Annotations of recordings in XML: the tiers of ELAN and EXMARaLDA, the contributions of FOLKER."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from app.transcript.formats.base import Reading, spoken, without_speech
from app.transcript.formats.xml_tree import Element, in_seconds, local, walk, written
from app.transcript.turn import Utterance

MADE = "tiers made from what is said"


@dataclass
class _Timeline:
    """The points of a recording by their names, in the order of the file; not each of them has a time."""

    times: dict[str, float | None] = field(default_factory=dict)
    reached: dict[str, tuple[float, int]] = field(default_factory=dict)  # the latest time up to each point, and its number
    _last: float = 0.0

    def add(self, name: str, time: float | None) -> None:
        self._last = self._last if time is None else time
        self.times[name], self.reached[name] = time, (self._last, len(self.reached))

    def ordered(self, said: Iterable[tuple[str, Utterance]]) -> list[Utterance]:
        """What is *said*, each from a point on, in their order; what has none stays behind what stands before it."""
        placed: list[tuple[tuple[float, int], Utterance]] = []
        for name, each in said:
            placed.append((self.reached.get(name, placed[-1][0] if placed else (0.0, 0)), each))
        return [each for _, each in sorted(placed, key=lambda pair: pair[0])]


def exmaralda(root: Element) -> Reading:
    """The tiers of EXMARaLDA that hold what is said (`type="t"`), in the order of time; the others are made from them."""
    line = _Timeline()
    called: dict[str, str] = {}
    said: list[tuple[str, Utterance]] = []
    left_out: Counter[str] = Counter()
    left: list[tuple[Element, str]] = [(root, "")]
    while left:
        element, speaker = left.pop()
        given = element.given
        if element.name == "tli":
            line.add(given.get("id", ""), in_seconds(given.get("time"), 1.0))
        elif element.name == "speaker":
            called[given.get("id", "")] = next((name for each in element.elements if (name := each.text().strip())), "")
        elif element.name == "event":
            start, end = given.get("start", ""), given.get("end", "")
            said.append((start, Utterance(speaker, element.text(), line.times.get(start), line.times.get(end))))
            continue
        elif element.name == "tier" and given.get("type", "t") != "t":
            left_out[MADE] += 1
            continue
        speaker = called.get(given.get("speaker", "")) or given.get("speaker") or speaker
        left += [(each, speaker) for each in reversed(element.elements)]
    return _reading("an EXMARaLDA file", line.ordered(said), left_out)


def folker(root: Element) -> Reading:
    """The contributions of FOLKER, whose times and speakers are listed before them."""
    line = _Timeline()
    called: dict[str, str] = {}
    said: list[tuple[str, Utterance]] = []
    for element in walk(root):
        given, name = element.given, local(element.name)
        if name == "timepoint":
            line.add(given.get("timepoint-id", ""), in_seconds(given.get("absolute-time"), 1.0))
        elif name == "speaker" and (full := " ".join(element.text().split())):
            called[given.get("speaker-id", "")] = full
        elif name == "contribution":
            who = given.get("speaker-reference", "")
            start, end = given.get("start-reference", ""), given.get("end-reference", "")
            text = " ".join(written(element).split())
            said.append((start, Utterance(called.get(who, who), text, line.times.get(start), line.times.get(end))))
    return _reading("a FOLKER file", line.ordered(said), Counter())


@dataclass
class _Tier:
    """A tier of ELAN: whose it is, the tier it is made from, and its annotations, each with the point that it begins at."""

    speaker: str
    parent: str
    annotations: list[tuple[str, Utterance]] = field(default_factory=list)

    @property
    def says(self) -> bool:
        """True if its annotations are words, and not empty or numbers of what a tier below them says."""
        texts = [text for _, each in self.annotations if (text := each.text.strip())]
        return any(" " in text or not any(map(str.isdigit, text)) for text in texts)


def elan(root: Element) -> Reading:
    """The tiers of an ELAN file, one a speaker, in the order of time. Tiers below one that holds words are made from these; of
    those below one without words the first is read."""
    line = _Timeline()
    points: dict[str, tuple[str, float | None, float | None]] = {}  # of each annotation
    tiers: dict[str, _Tier] = {}
    for element in walk(root):
        given = {key.casefold(): value for key, value in element.given.items()}
        if element.name == "TIME_SLOT":
            line.add(given.get("time_slot_id", ""), in_seconds(given.get("time_value"), 0.001))
        elif element.name == "TIER":
            parent = given.get("parent_ref", "")
            above = tiers[parent].speaker if parent in tiers else ""
            name = given.get("tier_id", "")
            tiers[name] = _Tier(given.get("participant") or above or name, parent)
            for each in walk(element):
                _add(each, tiers[name], line, points)
    read = set(_read_of(tiers))
    said = [annotation for name, tier in tiers.items() if name in read for annotation in tier.annotations]
    left_out = Counter({MADE: sum(1 for name, tier in tiers.items() if tier.annotations and name not in read)})
    return _reading("an ELAN file", line.ordered(said), left_out)


def _add(element: Element, tier: _Tier, line: _Timeline, points: dict[str, tuple[str, float | None, float | None]]) -> None:
    """Adds an annotation to its *tier*; one without times of its own has those of the annotation that it refers to."""
    given = {key.casefold(): value for key, value in element.given.items()}
    if element.name == "ALIGNABLE_ANNOTATION":
        first, last = given.get("time_slot_ref1", ""), given.get("time_slot_ref2", "")
        place = (first, line.times.get(first), line.times.get(last))
    elif element.name == "REF_ANNOTATION":
        place = points.get(given.get("annotation_ref", ""), ("", None, None))
    else:
        return
    points[given.get("annotation_id", "")] = place
    tier.annotations.append((place[0], Utterance(tier.speaker, element.text(), *place[1:])))


def _read_of(tiers: dict[str, _Tier]) -> Iterator[str]:
    """The names of the *tiers* that hold what was said: one of each family, the others being made from it."""
    below: dict[str, list[str]] = {}
    for name, tier in tiers.items():
        below.setdefault(tier.parent if tier.parent in tiers and tier.parent != name else "", []).append(name)
    for name in below.get("", ()):
        family = [name]
        while family and not any(tiers[each].says for each in family):
            family = [each for parent in family for each in below.get(parent, ()) if each]
        yield next((each for each in family if tiers[each].says), name)


def _reading(name: str, said: list[Utterance], left_out: Counter[str]) -> Reading:
    if not any(each.text.strip() for each in said):
        raise without_speech(name)
    return Reading("xml", spoken(said), left_out=dict(+left_out))
