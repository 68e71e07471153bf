"""The kind `minutes`: a transcript becomes decisions, actions, questions and topics, each with the turns that it comes from.

A model of some size writes items, which are checked against their turns (`generative`); a small one only labels turns, and
the minutes quote them (`extractive`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from app import prompts
from app.backends.base import Piece
from app.errors import EmptyAnswer, Problem
from app.kinds.base import Form, Payload, Phase, Progress, Result, Work
from app.kinds.base import remember_nothing as remember
from app.kinds.growing import grown
from app.kinds.languages import is_other
from app.kinds.meeting import Meeting
from app.kinds.minutes import planning, renewing, request
from app.kinds.minutes import templates as own_templates
from app.kinds.minutes.asking import OTHER_LANGUAGE, Asking
from app.kinds.minutes.extraction import extracted
from app.kinds.minutes.flavor import Flavor
from app.kinds.minutes.items import Item, ItemKind, Minutes, so_far
from app.kinds.minutes.merging import merged
from app.kinds.minutes.rendering import rendered
from app.kinds.minutes.selecting import selected
from app.kinds.minutes.writing import written
from app.kinds.plan import Plan
from app.manifests import Service, Source
from app.orders import Json, Order

__all__ = ["CONVERSES", "GROWS", "INTERACTIVE", "OPTIONAL_TEMPLATES"]
__all__ += ["Flavor", "accept", "check", "document", "oddities", "plan", "remember", "run", "settle", "stream"]

INTERACTIVE = False
CONVERSES = False
GROWS = True
OPTIONAL_TEMPLATES = ("", own_templates.WRITE, own_templates.RENDER)
SECTIONS: Mapping[str, ItemKind] = {"topics": "topic", "decisions": "decision", "actions": "action", "questions": "question"}
EXTRACT, WRITE = Phase("extract", 0.0, 90.0), Phase("write", 90.0, 100.0)


def check(service: Service, template: str, templates: Mapping[str, str]) -> Iterable[Problem]:  # noqa: ARG001 - Kind has it
    """Each of the service's own templates shows what it must, uses nothing that there is not, and can be filled."""
    return own_templates.faults(template, templates)


def oddities(service: Service, source: Source, template: str, templates: Mapping[str, str]) -> Iterable[Problem]:
    """A template that is never used, or that leaves turns out."""
    if template not in templates:
        return
    own = prompts.compile(template, templates)
    flavors = [each for each in service.flavor if isinstance(each, Flavor)]
    if all(flavor.mode == "extractive" for flavor in flavors):
        yield Problem(own.file, "", f"is not used: every flavor of {source.file} is extractive, which has a prompt of its own")
    elif not planning.prints_every_turn(own):
        yield prompts.naming(own, "turns", "does not print every turn: print {{ turns }}, or the .text of each in a loop")


def accept(form: Form) -> Payload:
    """The transcript, read, and what the request says of the meeting."""
    return request.accepted(form)


def settle(order: Order) -> Order:
    """The order as it is: the transcript was read already."""
    return order


def stream(work: Work) -> Iterator[Piece]:
    """The whole document at once, when it is checked."""
    yield from grown(run, work)


def run(work: Work) -> Result:
    """Finds items, checks and merges them, writes the summary, and renders the document; the report says what came of it."""
    flavor = Flavor.model_validate(work.order.flavor, strict=False)
    asking = Asking(work, flavor, Meeting.of(work.order, flavor.language))
    kinds = sections_of(work.order)
    quoted = flavor.mode == "extractive"
    found = (selected if quoted else extracted)(asking, EXTRACT, kinds)
    items = merged(asking, found, ask=not quoted)
    _refuse_nothing_read(asking, items)
    work.report(Progress(WRITE, 0, 1, coverage=so_far(asking.meeting, items)))
    minutes = _minutes(asking, items, quoted=quoted)
    text = rendered(work.order, asking.meeting, minutes, kinds, quoted=quoted)
    if not quoted:
        _tell_other_language(asking, minutes)
    return Result(text, {**_coverage(asking, minutes), "mode": flavor.mode, "minutes": minutes.record()})


def document(order: Order, coverage: Mapping[str, Json]) -> str:
    """The document of the minutes that *coverage* holds, made anew."""
    return renewing.document(order, coverage, sections_of(order))


def plan(work: Work) -> Plan:
    """The calls that read the transcript."""
    return planning.plan(work, tuple(sections_of(work.order)))


def sections_of(order: Order) -> list[ItemKind]:
    """The kinds of items that the service wants."""
    return [SECTIONS[name] for name in order.settings.get("sections") or SECTIONS]


def _refuse_nothing_read(asking: Asking, items: list[Item]) -> None:
    """Raises EmptyAnswer if no answer at all could be read: a meeting without a point is something else."""
    numbers, model = asking.tally.numbers, asking.flavor.model_name
    if not items and numbers["unread"] and not numbers["read"]:
        why = asking.tally.why_empty() if asking.tally.reasons else "no answer was the JSON asked for"
        raise EmptyAnswer(f"the model {model} gave no minutes in {numbers['calls']} calls: {why}")


def _minutes(asking: Asking, items: list[Item], *, quoted: bool) -> Minutes:
    meeting = asking.meeting
    title, summary = ("", ()) if quoted or not items else written(asking, items)
    return Minutes(
        meeting.title or title or meeting.heading,
        meeting.language,
        tuple(meeting.participants.items()),
        tuple(items),
        summary,
        meeting.date.isoformat() if meeting.date else None,
    )


def _tell_other_language(asking: Asking, minutes: Minutes) -> None:
    """Batches of few words do not tell their language; all of them together do."""
    whole = " ".join([*(item.text for item in minutes.items), *(sentence.text for sentence in minutes.summary)])
    if OTHER_LANGUAGE not in asking.tally.faults and is_other(whole, minutes.language):
        asking.tally.at_fault("minutes", [OTHER_LANGUAGE])


def _coverage(asking: Asking, minutes: Minutes) -> dict[str, Json]:
    numbers, meeting = asking.tally.numbers, asking.meeting
    record = asking.tally.record()
    warnings = [*record.pop("warnings", []), *minutes.warnings(), *meeting.warnings(), *_lost(asking, minutes)]
    return {
        "transcript_turns": len(meeting.turns),
        **record,
        **minutes.counts(),
        "repairs": numbers["repairs"],
        "dropped": numbers["dropped"],
        "unread": numbers["unread"],
        "fillers": numbers["fillers"],
        "language": meeting.language,
        "transcript_language": meeting.spoken,
        "tokenizer": asking.work.tokenizer.name,
        "exact_counts": asking.work.tokenizer.exact,
        "transcript": meeting.transcript.record(),
        **({"warnings": warnings} if warnings else {}),
    }


def _lost(asking: Asking, minutes: Minutes) -> Iterator[str]:
    """What of the model's answers is not in the minutes, as far as the tally does not tell."""
    numbers = asking.tally.numbers
    if numbers["dropped"]:
        yield f"{numbers['dropped']} items without a valid turn, kind or text were left out"
    if unread := numbers["unread"] - len(asking.tally.empty):
        yield f"{unread} answers could not be read; their part of the transcript is not in the minutes"
    if numbers["read"] and not minutes.items and not numbers["dropped"] and not numbers["unread"]:
        yield "the model found nothing in the whole transcript that belongs in minutes"
