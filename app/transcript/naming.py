"""Names of speakers that replace their labels: in transcripts, in minutes, and in what a model wrote of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from app.transcript.turn import UNKNOWN_SPEAKER, Turn

_PARTS = re.compile(r"^(?P<head>[^:]{1,60}:[ \t]+)(?P<names>\S.*)$")
_COMMAS = (", ", "\u060c ")  # between names; the second is that of Persian and Arabic
OF_PEOPLE = ("owner",)  # keys of an item of minutes that hold one name


def named(turn: Turn, names: Mapping[str, str]) -> str:
    """Who says *turn*, as people call that speaker."""
    return names.get(turn.speaker, turn.speaker)


def renamed(names: Mapping[str, str], labels: Iterable[str], changes: Mapping[str, str]) -> dict[str, str]:
    """*names* (by label) after *changes*, which go from present names to new ones, all at the same time."""
    present = {label: names.get(label, label) for label in (*labels, *names)}
    after = {label: changes.get(name, name) for label, name in present.items()}
    return {label: name for label, name in after.items() if name != label}


class Renaming:
    """Replaces names by others, all at the same time.

    A name is replaced wherever it stands as whole words, unless the *turns* show that it is an ordinary word (`Will`,
    `Speaker`) or it is a single letter: such a name is replaced only where it is clear that a person is meant."""

    def __init__(self, changes: Mapping[str, str], turns: Iterable[Turn]) -> None:
        self._changes = {old: new for old, new in changes.items() if old and old not in (new, UNKNOWN_SPEAKER)}
        ordinary = _ordinary(self._changes, turns)
        anywhere = [old for old in self._changes if old not in ordinary]
        kept = [new for new in self._changes.values() if new not in self._changes]  # "Ann Berg" stays if Ann becomes Ann Berg
        self._words = _alternatives({*anywhere, *kept}, r"(?<!\w)", r"(?!\w)")
        self._labels = _alternatives(ordinary, r"(?:(?<=^)|(?<=^- )|(?<=^\*\*)|(?<=^- \*\*))", r"(?=(?:\*\*)? ?:)")

    def __bool__(self) -> bool:
        return bool(self._changes)

    def name(self, name: str) -> str:
        return self._changes.get(name, name)

    def text(self, text: str, people: Iterable[str] = ()) -> str:
        """*text* with the new names. A list of *people* and nothing else, such as that of the participants, is known as one,
        and whoever are one now stand in it once."""
        known = frozenset(people)
        return "\n".join(self._line_of_text(line, known) for line in text.split("\n"))

    def _line_of_text(self, line: str, known: frozenset[str]) -> str:
        if known and (found := _PARTS.match(line)):
            comma = next((each for each in _COMMAS if each in found["names"]), _COMMAS[0])
            named = found["names"].split(comma)
            if all(each in known for each in named):
                return found["head"] + comma.join(dict.fromkeys(map(self.name, named)))
        return self._words.sub(self._found, self._labels.sub(self._found, line))

    def _found(self, found: re.Match[str]) -> str:
        return self._changes.get(found[0], found[0])

    def minutes(self, record: Mapping[str, Any]) -> dict[str, Any]:
        """The JSON of minutes with the new names; people who are now one are counted together."""
        counts: Counter[str] = Counter()
        for each in record["participants"]:
            counts[self.name(each["name"])] += each["turns"]
        return {
            **record,
            "title": self.text(record["title"]),
            "participants": [{"name": name, "turns": turns} for name, turns in counts.items()],
            "summary": [self._entry(each) for each in record["summary"]],
            "items": [self._entry(each) for each in record["items"]],
        }

    def _entry(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        made = {**entry, "text": self.text(entry["text"]), "unsupported": [self.text(each) for each in entry["unsupported"]]}
        if "speakers" in entry:
            made["speakers"] = list(dict.fromkeys(self.name(each) for each in entry["speakers"]))
        made.update({key: self.name(entry[key]) for key in OF_PEOPLE if entry.get(key)})
        return made

    def _line(self, line: Mapping[str, Any]) -> dict[str, Any]:
        made = {**line, "line": self.text(line["line"])} if "line" in line else dict(line)
        return {**made, "speaker": self.name(made["speaker"])} if "speaker" in made else made

    def coverage(self, coverage: Mapping[str, Any]) -> dict[str, Any]:
        """The coverage report of a job with the new names."""
        made = dict(coverage)
        if "minutes" in made:
            made["minutes"] = self.minutes(made["minutes"])
        if "lines" in made:
            made["lines"] = [self._line(each) for each in made["lines"]]
        if "warnings" in made:
            made["warnings"] = [self.text(each) for each in made["warnings"]]
        if isinstance(made.get("transcript"), Mapping):
            made["transcript"] = self.coverage(made["transcript"])
        if isinstance(made.get("speakers"), Mapping):
            counts: Counter[str] = Counter()
            for name, turns in made["speakers"].items():
                counts[self.name(name)] += turns
            made["speakers"] = dict(counts)
        return made


def _ordinary(names: Iterable[str], turns: Iterable[Turn]) -> list[str]:
    """Those of *names* that are ordinary words of the *turns*: they stand there in small letters."""
    words = {word for turn in turns for word in re.findall(r"\w+", turn.text)} if names else set()
    return [name for name in names if (len(name) == 1 and name.isalpha()) or name.lower() in words]


def _alternatives(names: Iterable[str], before: str, behind: str) -> re.Pattern[str]:
    """Any of *names*, the longest first; nothing if there is none."""
    ranked = sorted(names, key=len, reverse=True)
    return re.compile(f"{before}(?:{'|'.join(map(re.escape, ranked))}){behind}" if ranked else r"(?!)")
