"""Messages of Microsoft Teams, as Microsoft Graph gives them out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from app.transcript.formats.base import unescaped
from app.transcript.formats.recognisers.keys import Object, first_text
from app.transcript.formats.recognisers.speakers import person_name
from app.transcript.formats.recognisers.times import first_time
from app.transcript.turn import Utterance

_BREAK = re.compile(r"<br\s*/?>|</(?:p|div|li|h\d|tr|blockquote|pre)>", re.IGNORECASE)
_EMOJI = re.compile(r"<(?:emoji|img)\b[^<>]*?\balt=\"([^\"<>]{1,40})\"[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


def graph_messages(found: Any) -> list[Utterance] | None:
    """The chat messages in *found*, in the order of their times, each with its replies; None if these are none."""
    listed = found.get("value") if isinstance(found, dict) and isinstance(found.get("value"), list) else found
    messages: list[Any] = listed if isinstance(listed, list) else [listed]
    if not messages or not all(_is_message(each) for each in messages):
        return None
    return [_said(each) for each in _in_order(messages)]


def _is_message(item: Any) -> bool:
    return isinstance(item, dict) and isinstance(item.get("body"), dict) and "contenttype" in item["body"] and "from" in item


def _in_order(messages: Sequence[Object]) -> Iterator[Object]:
    for each in sorted(messages, key=lambda message: str(message.get("createddatetime") or "")):
        yield each
        replies = each.get("replies")
        if isinstance(replies, list):
            yield from _in_order([reply for reply in replies if _is_message(reply)])


def _said(message: Object) -> Utterance:
    body = message["body"]
    content = first_text(body, ("content",))
    text = _text_of_html(content) if str(body["contenttype"]).casefold() == "html" else content
    subject = first_text(message, ("subject",))
    lines = f"{subject}\n{text}" if subject and subject not in text else text
    return Utterance(person_name(message["from"], {}), lines, first_time(message, ("createddatetime",), 1.0))


def _text_of_html(content: str) -> str:
    """The words of a message in HTML, with its line ends."""
    return unescaped(_TAG.sub("", _EMOJI.sub(r"\1", _BREAK.sub("\n", content)))).strip()
