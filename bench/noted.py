"""What a secretary would note of meetings, and how much of it minutes have: decisions, tasks with their owners, open questions.

    python -m bench.noted [FOLDER] [--url http://gateway:8000] [--service minutes-{language}] [--flavor local]

FOLDER (`bench/talk/meetings`; `tests/kinds/minutes/noted` has others) holds a file for each meeting, named by its language
(`en_1.txt`): the turns, a blank line, and a line for each thing to note, behind its letter: `D|words of it`,
`A|owner|words of it`, `Q|words of it`. Without --url a gateway with the embedded model is started here. Prints a table: of each
kind how many are found, out of how many, and how many items beside them are of that kind."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.client import Gateway
from bench.gateways import ROOT, embedded

FOLDER = Path(__file__).parent / "talk" / "meetings"
KINDS = {"D": "decision", "A": "action", "Q": "question"}
LEADS = ("so ", "and ", "then ", "well ")  # at the beginning of a quotation, where minutes leave them out


@dataclass(frozen=True)
class Note:
    letter: str
    words: str
    owner: str | None = None

    def is_in(self, item: Mapping[str, Any]) -> bool:
        """Whether *item* is of its kind and has its words, or the most of them that one sentence has."""
        noted, told = self.words.casefold(), str(item["text"]).casefold()
        return item["kind"] == KINDS[self.letter] and (_bare(noted) in told or told.strip(" .…") in noted)


@dataclass(frozen=True)
class Found:
    """Of one letter: how many notes are found, out of how many, items beside them, and owners that are not the noted ones."""

    notes: int
    of: int
    others: int
    owners: int

    def __str__(self) -> str:
        return f"{self.notes} / {self.of} + {self.others}"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.noted", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", default=FOLDER)
    parser.add_argument("--url", help="a gateway that runs; its key is taken from GATEWAY_API_KEY")
    parser.add_argument("--service", default="minutes-{language}")
    parser.add_argument("--flavor", default="local")
    asked = parser.parse_args(arguments)
    print("| meeting | decisions | tasks | owners wrong | open questions |\n|---|---|---|---|---|")
    whole: list[dict[str, Found]] = []
    with _gateway(asked.url) as gateway:
        for file in sorted(asked.folder.glob("*.txt")):
            talk, notes = read(file.read_text("utf-8"))
            made = gateway.run(asked.service.format(language=file.name[:2]), talk, flavor=asked.flavor)
            whole.append(compared(notes, (made.minutes or {}).get("items", ())))
            print(_line(file.stem, whole[-1]), flush=True)
    print(_line("**all**", {letter: _sum(each[letter] for each in whole) for letter in KINDS}))


def read(text: str) -> tuple[str, tuple[Note, ...]]:
    """The turns of a meeting, and what is to be noted."""
    talk, _, noted = text.partition("\n\n")
    notes = []
    for line in filter(None, noted.splitlines()):
        letter, *owner, words = line.split("|")
        notes.append(Note(letter, words.strip(), owner[0].strip() if owner else None))
    return talk, tuple(notes)


def compared(notes: Sequence[Note], items: Sequence[Mapping[str, Any]]) -> dict[str, Found]:
    """By letter, what of *notes* is among *items*."""
    found = {}
    for letter, kind in KINDS.items():
        mine = [item for item in items if item["kind"] == kind]
        there = {note: [item for item in mine if note.is_in(item)] for note in notes if note.letter == letter}
        used = [item for hits in there.values() for item in hits]
        wrong = sum(bool(hits) and letter == "A" and hits[0].get("owner") != note.owner for note, hits in there.items())
        found[letter] = Found(sum(map(bool, there.values())), len(there), sum(item not in used for item in mine), wrong)
    return found


def _bare(words: str) -> str:
    return next((words[len(each) :] for each in LEADS if words.startswith(each)), words)


def _gateway(url: str | None) -> AbstractContextManager[Gateway]:
    return Gateway(url, api_key=os.environ.get("GATEWAY_API_KEY", "")) if url else embedded((ROOT / "services",))


def _sum(found: Iterable[Found]) -> Found:
    return Found(*(sum(each) for each in zip(*((one.notes, one.of, one.others, one.owners) for one in found), strict=True)))


def _line(name: str, found: Mapping[str, Found]) -> str:
    return f"| {name} | {found['D']} | {found['A']} | {found['A'].owners} | {found['Q']} |"


if __name__ == "__main__":
    main()
