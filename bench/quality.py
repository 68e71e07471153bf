"""How good minutes are, on meetings of which people have written down what mattered; beside texts of the same length that cost
no thought.

    python -m bench.quality --data ../shared/data
    python -m bench.quality --data ../shared/data --url http://gateway:8000 --service minutes-{language} --flavor mixtral
    python -m bench.quality --data ../shared/data --meetings ES2005a TS3010a --lines lines-{language}:local --keep /tmp/answers

Without --url a gateway is started here, with the embedded model and the services of `services/` and `bench/services/`.
The key of a running one is taken from GATEWAY_API_KEY. --also SERVICE:FLAVOR measures further services side by side, of the
type `minutes` or `summary`; `{language}` becomes that of the meeting. --keep stores every answer, and asks for none that is
there.

*kept* is the share of the content words of what people wrote that the minutes have too, *facts* that of its numbers, names,
days and months; `x random` is over random turns with as many words (20 draws), `x longest` over the longest turns, `x lines`
over the lines of --lines thinned evenly. *evidence* is the share of items whose turns have their names and numbers and a third
of their words, *invented* how many names, numbers and dates no cited turn has and no mark tells. *spans* is the share of the
passages that answers rest on of which a turn is cited. ROUGE and chrF are for sanity only: they cannot tell good minutes from
others."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.client import Gateway, GatewayError
from app.kinds.languages import detected
from bench import baselines, measures
from bench.gateways import ROOT, Failed, embedded
from bench.measures import Claim, Content
from bench.meetings import Meeting, meetings

SERVICES = (ROOT / "services", Path(__file__).parent / "services")


@dataclass(frozen=True)
class Minutes:
    """What a gateway made of a meeting: its *claims* with the numbers of their *turns*, and what it cost."""

    text: str
    claims: tuple[Claim, ...]
    turns: tuple[tuple[int, ...], ...]
    speakers_right: float | None
    coverage: Mapping[str, Any]
    seconds: float

    @property
    def words(self) -> int:
        return len(self.text.split())


@dataclass(frozen=True)
class Row:
    """The figures of one service on one meeting; None is a figure that there is not."""

    meeting: str
    way: str
    items: int
    an_hour: float
    words: int
    share: float
    kept: float | None
    over_random: float | None
    over_longest: float | None
    over_lines: float | None
    facts: float | None
    facts_over_random: float | None
    evidence: float | None
    spans: float | None
    spans_random: float | None
    invented: int
    marked: int
    speakers: float | None
    language: bool
    rouge: tuple[float, float] | None
    chrf: float | None
    calls: int
    tokens: tuple[int, int]
    seconds: float
    hours: float


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _read(arguments)
    found = meetings(asked.data, asked.meetings)
    if not found:
        print(f"no meeting with a reference in {asked.data}", file=sys.stderr)
        return 1
    ways = [f"{asked.service}:{asked.flavor}", *asked.also]
    rows: list[Row] = []
    with _gateway(asked) as gateway:
        answers = Answers(gateway, asked.keep)
        for meeting in found:
            lines = lines_of(answers.of(meeting, asked.lines)) if asked.lines else ()
            for way in ways:
                rows.append(row(meeting, way, read(answers.of(meeting, way), meeting), lines))
                print(f"{meeting.name} {way}: {rows[-1].seconds:.0f} s", file=sys.stderr, flush=True)
    print("\n".join(tables(rows)))
    return 0


def _read(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.quality", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data", help="transcripts/ and references/")
    parser.add_argument("--meetings", nargs="*", default=(), metavar="PART", help="only those with a PART in their name")
    parser.add_argument("--url", help="a gateway that runs; without it one is started")
    parser.add_argument("--service", default="minutes-{language}", help="(%(default)s)")
    parser.add_argument("--flavor", default="local", help="(%(default)s)")
    parser.add_argument("--also", nargs="*", default=(), metavar="SERVICE:FLAVOR", help="measured beside it")
    parser.add_argument("--lines", metavar="SERVICE:FLAVOR", help="a summary whose lines, thinned evenly, are a baseline")
    parser.add_argument("--keep", type=Path, help="a folder for the answers")
    return parser.parse_args(arguments)


def _gateway(asked: argparse.Namespace) -> AbstractContextManager[Gateway]:
    return Gateway(asked.url, api_key=os.environ.get("GATEWAY_API_KEY", "")) if asked.url else embedded(SERVICES)


@dataclass(frozen=True)
class Answers:
    """The records of jobs, asked for once and kept in *folder* if there is one."""

    gateway: Gateway
    folder: Path | None

    def of(self, meeting: Meeting, way: str) -> dict[str, Any]:
        """The record of the job of *meeting*. Raises GatewayError."""
        service, _, flavor = way.format(language=meeting.language).partition(":")
        file = self.folder / f"{meeting.name}.{service}.{flavor}.json" if self.folder else None
        if file is not None and file.exists():
            return dict(json.loads(file.read_text(encoding="utf-8")))
        record = self._made(service, flavor, meeting.content)
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")
        return record

    def _made(self, service: str, flavor: str, content: str) -> dict[str, Any]:
        began = time.monotonic()
        result = self.gateway.run(service, content, flavor=flavor)
        made = {"text": result.text, "coverage": result.coverage, "seconds": time.monotonic() - began}
        return made if result.minutes is None else {**made, "minutes": result.minutes}


# -- what was made -----------------------------------------------------------------------------------------------------------


def lines_of(record: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(line for line in record["text"].splitlines() if line.strip())


def read(record: Mapping[str, Any], meeting: Meeting) -> Minutes:
    """The minutes in a record: its items, or the lines of a summary with the turns that they were made from."""
    if "minutes" in record:
        return _of_items(record, meeting)
    lines = record["coverage"].get("lines", ())
    turns = tuple(tuple(range(first, last + 1)) for first, last in (line["turns"] for line in lines))
    texts = [line["text"] for line in lines]
    claims = tuple(Claim(text, _said(meeting, cited)) for text, cited in zip(texts, turns, strict=True))
    named = [(line["speaker"], cited) for line, cited in zip(lines, turns, strict=True) if line.get("speaker")]
    right = [speaker in {meeting.turns[number].speaker for number in cited} for speaker, cited in named]
    return Minutes(record["text"], claims, turns, _share(right), record["coverage"], record["seconds"])


def _of_items(record: Mapping[str, Any], meeting: Meeting) -> Minutes:
    items = record["minutes"]["items"]
    told = [*items, *record["minutes"]["summary"]]
    turns = tuple(tuple(each["turns"]) for each in told)
    claims = tuple(
        Claim(_claimed(each), _said(meeting, cited), tuple(each["unsupported"]))
        for each, cited in zip(told, turns, strict=True)
    )
    text = "\n".join(f"{item.get('owner') or ', '.join(item['speakers'])} : {item['text']}" for item in items)
    summary = [sentence["text"] for sentence in record["minutes"]["summary"]]
    right = [_names_the_right_people(item, meeting) for item in items]
    return Minutes("\n".join([*summary, text]), claims, turns, _share(right), record["coverage"], record["seconds"])


def _claimed(entry: Mapping[str, Any]) -> str:
    """What an entry says: its text, and until when."""
    return " ".join(part for part in (entry["text"], entry.get("due")) if part)


def _said(meeting: Meeting, turns: Iterable[int]) -> str:
    return "\n".join(str(meeting.turns[number]) for number in turns)


def _names_the_right_people(item: Mapping[str, Any], meeting: Meeting) -> bool:
    """The speakers are those of the turns, and an owner speaks in these or is named there."""
    speakers = {meeting.turns[number].speaker for number in item["turns"]}
    said = measures.flat(_said(meeting, item["turns"]))
    owner = item.get("owner")
    is_there = owner is None or any(part in said for part in measures.flat(owner).split())
    return set(item["speakers"]) == speakers and is_there


def _share(right: Sequence[bool]) -> float | None:
    return sum(right) / len(right) if right else None


# -- figures -----------------------------------------------------------------------------------------------------------------


def words_of(content: Content) -> frozenset[str]:
    return content.words


def facts_of(content: Content) -> frozenset[str]:
    return content.facts


def row(meeting: Meeting, way: str, made: Minutes, lines: Sequence[str] = ()) -> Row:
    """The figures of *made*, beside texts with as many words."""
    language, references, size = meeting.language, meeting.references, made.words
    kept = measures.kept(made.text, references, language, words_of)
    facts = measures.kept(made.text, references, language, facts_of)
    drawn = [baselines.random_turns(meeting.turns, size, baselines.SEED + draw) for draw in range(baselines.DRAWS)]
    longest = measures.kept(baselines.longest_turns(meeting.turns, size), references, language, words_of)
    thinned = measures.kept(baselines.thinned(lines, size), references, language, words_of) if lines else None
    cited = {number for turns in made.turns for number in turns}
    lost = [(measures.missing(claim, language), measures.missing(claim, language, marked=True)) for claim in made.claims]
    told = made.coverage
    return Row(
        meeting.name,
        way.format(language=language),
        len(made.claims),
        len(made.claims) / meeting.hours,
        size,
        size / meeting.words,
        kept,
        _over(kept, _mean(measures.kept(each, references, language, words_of) for each in drawn)),
        _over(kept, longest),
        _over(kept, thinned),
        facts,
        _over(facts, _mean(measures.kept(each, references, language, facts_of) for each in drawn)),
        measures.precision(made.claims, language),
        measures.spans_hit(cited, meeting.spans),
        _mean(_random_spans(meeting, len(cited))),
        sum(len(unmarked) for unmarked, _ in lost),
        sum(len(every - unmarked) for unmarked, every in lost),
        made.speakers_right,
        detected(made.text) == language if made.text.strip() else False,
        _rouge(made.text, references),
        _chrf(made.text, references),
        told.get("calls", 0),
        (told.get("tokens_in", 0), told.get("tokens_out", 0)),
        made.seconds,
        meeting.hours,
    )


def _random_spans(meeting: Meeting, cited: int) -> Iterator[float | None]:
    """The spans that as many turns hit if they are drawn by chance."""
    for draw in range(baselines.DRAWS):
        yield measures.spans_hit(baselines.drawn(len(meeting.turns), baselines.SEED + draw)[:cited], meeting.spans)


def _over(one: float | None, other: float | None) -> float | None:
    return one / other if one is not None and other else None


def _mean(figures: Iterable[float | None]) -> float | None:
    known = [each for each in figures if each is not None]
    return statistics.fmean(known) if known else None


def _rouge(text: str, references: Sequence[str]) -> tuple[float, float] | None:
    try:
        return measures.rouge(text, references)
    except ImportError:  # requirements-bench.txt is not installed
        return None


def _chrf(text: str, references: Sequence[str]) -> float | None:
    try:
        return measures.chrf(text, references)
    except ImportError:
        return None


# -- tables ------------------------------------------------------------------------------------------------------------------

KEPT = (
    "| meeting | way | hours | items | an hour | words | of all | kept | x random | x longest | x lines | facts | x random |",
    "|---|---|---|---|---|---|---|---|---|---|---|---|---|",
)
TRUSTED = (
    "| meeting | way | evidence | invented | marked | speakers | language | spans | by chance | R-1 | R-2 | chrF | calls"
    " | tokens in | out | seconds |",
    "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|",
)


def tables(rows: Sequence[Row]) -> Iterator[str]:
    """Two tables as Markdown: what is kept, and how far it can be trusted and what it costs."""
    yield from KEPT
    for each in rows:
        sizes = (f"{each.hours:.2f}", each.items, f"{each.an_hour:.0f}", each.words, f"{each.share:.0%}")
        ratios = (each.kept, each.over_random, each.over_longest, each.over_lines, each.facts, each.facts_over_random)
        yield _line(each.meeting, each.way, *sizes, *map(_figure, ratios))
    for way in dict.fromkeys(_bare(each.way) for each in rows):
        yield _middle([each for each in rows if _bare(each.way) == way], way)
    yield ""
    yield from TRUSTED
    for each in rows:
        trusted = (_figure(each.evidence), each.invented, each.marked, _figure(each.speakers), "yes" if each.language else "no")
        rouge = each.rouge or (None, None)
        sanity = (_figure(each.spans), _figure(each.spans_random), *map(_figure, rouge), _figure(each.chrf))
        yield _line(each.meeting, each.way, *trusted, *sanity, each.calls, *each.tokens, f"{each.seconds:.0f}")


def _middle(rows: Sequence[Row], way: str) -> str:
    """The means of a way over all meetings."""
    ratios = ("kept", "over_random", "over_longest", "over_lines", "facts", "facts_over_random")
    means = [_figure(_mean(getattr(each, name) for each in rows)) for name in ratios]
    return _line("**mean**", way, f"{sum(each.hours for each in rows):.2f}", "", "", "", "", *means)


def _bare(way: str) -> str:
    """A way without the language of its service."""
    service, _, flavor = way.partition(":")
    head, mark, tail = service.rpartition("-")
    return f"{head if mark and len(tail) == 2 else service}:{flavor}"


def _figure(figure: float | None) -> str:
    return "" if figure is None else f"{figure:.2f}"


def _line(*cells: object) -> str:
    return f"| {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (Failed, GatewayError) as exc:
        print(exc, file=sys.stderr)
        sys.exit(1)
