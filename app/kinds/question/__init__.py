"""The kind behind `POST /jobs/{id}/ask`: a question about one transcript, answered with the turns that say it.

No manifest names it: its orders are made of those of meetings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from app.backends.base import Piece
from app.errors import BadParameter, Problem
from app.kinds.base import Form, Payload, Result, Work
from app.kinds.base import remember_nothing as remember
from app.kinds.growing import grown
from app.kinds.meeting import Meeting
from app.kinds.minutes.asking import Asking
from app.kinds.minutes.flavor import Flavor
from app.kinds.question.answering import answered
from app.kinds.question.ranking import Ranking, Reply, quoted
from app.manifests import Service
from app.orders import Order

__all__ = ["CONVERSES", "GROWS", "INTERACTIVE", "OPTIONAL_TEMPLATES"]
__all__ += ["Flavor", "accept", "check", "remember", "run", "settle", "stream"]

INTERACTIVE = True
CONVERSES = False
GROWS = False
OPTIONAL_TEMPLATES: tuple[str, ...] = ()
KIND = "question"
QUESTION = "question"  # the option that holds it


def check(service: Service, template: str, templates: Mapping[str, str]) -> Iterable[Problem]:  # noqa: ARG001 - Kind has it
    """No service is of this kind."""
    return ()


def accept(form: Form) -> Payload:
    """Refused: the orders of this kind are not made of forms."""
    raise BadParameter("type", f"there are no services of the kind {KIND} ({len(form.fields)} fields)")


def settle(order: Order) -> Order:
    return order


def stream(work: Work) -> Iterator[Piece]:
    yield from grown(run, work)


def run(work: Work) -> Result:
    """The answer and the turns that say it; a small model is not asked, the turns answer in their own words."""
    flavor = Flavor.model_validate(Flavor.known(work.order.flavor), strict=False)
    asking = Asking(work, flavor, Meeting.of(work.order, "auto"))
    ranking = Ranking.of(asking.meeting.turns.values(), str(work.order.options[QUESTION]), asking.meeting.spoken)
    reply = quoted(ranking) if _is_too_small(work.order) else answered(asking, ranking)
    numbers = asking.tally.numbers
    body = {
        **_record(reply, asking.meeting),
        "total": len(asking.meeting.turns),
        "tokens": {"prompt": numbers["tokens_in"], "completion": numbers["tokens_out"]},
    }
    return Result(reply.answer or "", {"tokens_in": numbers["tokens_in"], "tokens_out": numbers["tokens_out"]}, body)


def _is_too_small(order: Order) -> bool:
    """Whether jobs of the flavor do not trust its model's words either: minutes that quote, summaries with `check: quote`."""
    return order.flavor.get("mode") == "extractive" or order.flavor.get("check") == "quote"


def _record(reply: Reply, meeting: Meeting) -> dict[str, object]:
    turns = meeting.evidence(reply.turns)
    return {
        "question": reply.question,
        "said": reply.answer is not None,
        "answer": reply.answer,
        "turns": [{"number": turn.source, "speaker": turn.speaker, "text": turn.text, "start": turn.start} for turn in turns],
        "unsupported": list(reply.unsupported),
        "mode": "extractive" if reply.quoted else "generative",
        "considered": reply.considered,
    }
