"""What the kinds that work on a transcript have in common: how it is accepted, and how its job reads it again."""

from __future__ import annotations

from collections.abc import Sequence

from app.errors import BadParameter, MissingParameter
from app.kinds.base import Form
from app.orders import Order
from app.transcript import Transcript, parse


def accepted(form: Form, speakers: Sequence[str], others: Sequence[str] = ()) -> str:
    """The transcript of a request, read, in the form in which a job stores it. *speakers* and *others* are names of speakers
    even if they do not look like it; of turns that are added to a job, its speakers so far are known too.

    Raises MissingParameter, BadParameter, BadContent."""
    known = Transcript.restored(form.so_far, speakers).speakers if form.so_far else ()
    return parse(_content(form), [*speakers, *others, *known]).stored()


def heard(order: Order) -> Transcript:
    """The transcript of *order* as it was accepted, with what was added to it since."""
    return Transcript.restored(order.content, order.options.get("speakers", ()))


def _content(form: Form) -> bytes | str:
    given = form.content if form.content is not None else form.fields.get("content")
    if given is not None and not isinstance(given, bytes | str):
        raise BadParameter("content", "must be the text of a transcript")
    if not given or not given.strip():
        raise MissingParameter("content")
    return given
