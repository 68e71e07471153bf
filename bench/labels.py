"""How the labels of transcripts are read: the form that was elected, the speakers, and how many are right.

    python -m bench.labels transcripts/*.txt
    python -m bench.labels transcripts/*.txt --references truth/

A reference is `truth/<name of the file>.json`: a list of `[speaker, text]`, made from a source that has the speakers apart from
the words. A label is right if it stands before the same character and names the same speaker. Without a reference the last
columns are empty, and `--names` prints every speaker for reading through. *suspicious* is the share of characters in turns of
speakers that are seen once and do not look like a name."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.transcript import decode, plain
from app.transcript.names import Likeness, likeness
from app.transcript.text import LabelledText, read_text

Said = tuple[str, str]  # speaker and words


@dataclass(frozen=True)
class Row:
    """What is printed of one file."""

    file: str
    form: str
    labels: int
    speakers: int
    once: int
    suspicious: float
    right: float | None = None
    false: float | None = None

    def __str__(self) -> str:
        right = "" if self.right is None else f"{self.right:.2%}"
        false = "" if self.false is None else f"{self.false:.2%}"
        return (
            f"| {self.file} | {self.form or 'none'} | {self.labels} | {self.speakers} | {self.once} "
            f"| {self.suspicious:.2%} | {right} | {false} |"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--references", type=Path, help="a folder with <name>.json: a list of [speaker, text]")
    parser.add_argument("--names", action="store_true", help="print the speakers of each file, and the warnings")
    given = parser.parse_args()
    print("| file | form | labels | speakers | seen once | suspicious | labels right | characters of another |")
    print("|---|---|---|---|---|---|---|---|")
    for file in given.files:
        read = read_text(decode(file.read_bytes()))
        print(row(file.name, read, reference(given.references, file)), flush=True)
        if given.names:
            print(*Counter(each.speaker for each in read.utterances).most_common(), *read.warnings, sep="\n    ")


def reference(folder: Path | None, file: Path) -> list[Said] | None:
    """What is known of a file, or None."""
    found = folder / f"{file.stem}.json" if folder else None
    if found is None or not found.exists():
        return None
    return [(plain(speaker), text) for speaker, text in json.loads(found.read_text(encoding="utf-8"))]


def row(name: str, read: LabelledText, truth: list[Said] | None) -> Row:
    said = [(each.speaker, each.text) for each in read.utterances]
    seen = Counter(speaker for speaker, _ in said if speaker)
    odd = {speaker for speaker, times in seen.items() if times == 1 and likeness(speaker) < Likeness.NAME}
    suspicious = sum(len(text) for speaker, text in said if speaker in odd) / max(1, sum(len(text) for _, text in said))
    once = sum(times == 1 for times in seen.values())
    if truth is None:
        return Row(name, read.form, sum(seen.values()), len(seen), once, suspicious)
    return Row(name, read.form, sum(seen.values()), len(seen), once, suspicious, *compared(said, truth))


def compared(said: Sequence[Said], truth: Sequence[Said]) -> tuple[float, float]:
    """The share of the true labels that were found, and the share of the characters that were given to another speaker."""
    found, true = set(places(said)), list(places(truth))
    right = sum(place in found for place in true) / max(1, len(true))
    pairs = list(zip(each_character(said), each_character(truth), strict=False))
    false = sum(one != other for one, other in pairs) + abs(length(said) - length(truth))
    return right, false / max(1, length(truth))


def places(said: Sequence[Said]) -> Iterator[tuple[int, str]]:
    """Before which character, white space aside, each speaker begins."""
    at = 0
    for speaker, text in said:
        if bare(text):
            yield at, speaker
        at += len(bare(text))


def each_character(said: Sequence[Said]) -> Iterator[str]:
    """The speaker of each character, white space aside."""
    return (speaker for speaker, text in said for _ in bare(text))


def length(said: Sequence[Said]) -> int:
    return sum(len(bare(text)) for _, text in said)


def bare(text: str) -> str:
    return "".join(plain(text).split())


if __name__ == "__main__":
    main()
