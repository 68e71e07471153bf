"""The kind `summary`: a long transcript becomes minutes, batch after batch.

`fields: 2` rolls: batches in order, each shown the end of the summary so far. `fields: 1` maps: every batch on its own,
side by side. Then the lines are consolidated and reduced where the flavor says so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from app import prompts
from app.backends.base import Piece
from app.errors import BadParameter, EmptyAnswer, Problem
from app.kinds.base import Form, Payload, Phase, Progress, Result, Work
from app.kinds.base import remember_nothing as remember
from app.kinds.growing import grown, shown_when_last
from app.kinds.summary.asking import Asking
from app.kinds.summary.checking import Checker
from app.kinds.summary.flavor import Flavor
from app.kinds.summary.lines import Line, consolidated, text_of
from app.kinds.summary.planning import Start, plan
from app.kinds.summary.prompt import Prompt
from app.kinds.summary.reducing import reduced
from app.kinds.summary.strategies import mapped, rolled
from app.kinds.tally import Tally
from app.kinds.transcripts import accepted, file_title
from app.manifests import Service, Source
from app.orders import FILE_TITLE, Json, Order
from app.transcript import StoredTranscript

__all__ = ["CONVERSES", "GROWS", "INTERACTIVE", "OPTIONAL_TEMPLATES"]
__all__ += ["Flavor", "accept", "check", "oddities", "plan", "remember", "run", "settle", "stream"]

INTERACTIVE = False
CONVERSES = False
GROWS = True
OPTIONAL_TEMPLATES: tuple[str, ...] = ()
REDUCE = Phase("reduce", 90.0, 100.0)


def check(service: Service, template: str, templates: Mapping[str, str]) -> Iterable[Problem]:
    """`fields` agrees with the template; reduce templates take the turns alone."""
    if service.fields is None:
        return  # reported already when the manifest was read
    yield from prompts.disagreements(prompts.compile(template, templates), service.fields)
    for name in sorted({name for flavor in service.flavor for name in flavor.prompts()}):
        yield from prompts.disagreements(prompts.compile(name, templates), 1)


def oddities(
    service: Service,
    source: Source,
    template: str,  # noqa: ARG001 - Advising has them
    templates: Mapping[str, str],  # noqa: ARG001
) -> Iterable[Problem]:
    """Keys that do nothing in batches that stand on their own."""
    for number, flavor in enumerate(source.raw["flavor"]):
        if service.fields == 1 and "summaryTurns" in flavor:
            reason = 'does nothing with "fields": 1: no batch is shown the summary so far'
            yield source.problem(("flavor", number, "summaryTurns"), reason)


def accept(form: Form) -> Payload:
    """The transcript, read; `language` and `speakers` (names that are speakers even if they do not look like it).

    Where turns are added to a job, its speakers so far are known."""
    speakers = _speakers(form.fields.get("speakers"))
    language = form.fields.get("language")
    if language is not None and not isinstance(language, str):
        raise BadParameter("language", "must be a text such as fr")
    options: dict[str, Json] = {"speakers": speakers, "language": language or ""}
    if called := file_title(form.file):
        options[FILE_TITLE] = called
    return Payload(accepted(form, speakers), options)


def _speakers(given: Json) -> list[str]:
    if given in (None, ""):
        return []
    names = given.split(",") if isinstance(given, str) else given
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise BadParameter("speakers", "must be names with commas between them, or a JSON array of names")
    return [name.strip() for name in names if name.strip()]


def settle(order: Order) -> Order:
    """The order as it is: the transcript was read already."""
    return order


def stream(work: Work) -> Iterator[Piece]:
    """The summary as it grows, batch by batch; what is reduced or consolidated in the end comes at once."""
    flavor = Flavor.model_validate(work.order.flavor, strict=False)

    def shown(progress: Progress) -> str:
        return "" if flavor.consolidate_summary or flavor.reduces else shown_when_last(progress)

    return grown(run, work, shown)


def run(work: Work) -> Result:
    """Reads, splits, asks batch by batch, consolidates, reduces; the report says what happened to every turn."""
    start = Start.of(work)
    flavor, turns, transcript = start.flavor, start.turns, start.transcript
    asking = Asking(start.prompt, start.room, Tally(), _checker(work, flavor, transcript))
    phase = Phase("summary", 0.0, REDUCE.begin if flavor.reduces else REDUCE.end)
    lines = (rolled if start.prompt.rolling else mapped)(asking, phase, turns)
    if turns.read and not lines:
        calls = asking.tally.numbers["calls"]
        raise EmptyAnswer(f"there are no minutes after {calls} calls to {flavor.model_name}: {asking.tally.why_empty()}")
    lines = _finished(asking, lines)
    return Result(
        text_of(lines),
        {
            "transcript_turns": transcript.number,
            "turns": turns.read,
            "fillers": start.fillers,
            **_joined(transcript.record(), asking.tally.record()),
            "tokenizer": work.tokenizer.name,
            "exact_counts": work.tokenizer.exact,
            "lines": [line.record() for line in lines],
        },
    )


def _joined(transcript: Mapping[str, Json], calls: Mapping[str, Json]) -> dict[str, Json]:
    """The reports on the transcript and on the calls as one; both may warn."""
    return {**transcript, **calls, "warnings": [*transcript["warnings"], *calls.get("warnings", ())]}


def _checker(work: Work, flavor: Flavor, transcript: StoredTranscript) -> Checker | None:
    if flavor.check == "off":
        return None
    templates = dict.fromkeys((work.order.template, *flavor.prompts()))
    return Checker.of(work.order, transcript, flavor.language or "", tuple(templates))


def _finished(asking: Asking, lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """The lines consolidated and reduced, if the flavor says so."""
    prompt, flavor, work = asking.prompt, asking.prompt.flavor, asking.prompt.work
    if flavor.consolidate_summary:
        lines = tuple(consolidated(lines))
    if flavor.reduces and lines:
        template = flavor.reduce_prompt or work.order.template
        shortening = replace(Prompt.of(work, flavor, template, rolling=False), learned=prompt.learned)
        lines = reduced(replace(asking, prompt=shortening), REDUCE, lines)
    return lines
