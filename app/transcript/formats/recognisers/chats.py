"""Messages of Microsoft Teams, as Microsoft Graph gives them out, and the HTML in which messages are written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from app.transcript.formats.base import unescaped
from app.transcript.formats.recognisers.keys import Object, first_text
from app.transcript.formats.recognisers.speakers import person_name
from app.transcript.formats.recognisers.times import first_time
from app.transcript.turn import Utterance

_BREAK = re.compile(r"<br\s*/?>|</(?:p|div|li|h\d|tr|blockquote|pre)>", re.IGNORECASE)
_EMOJI = re.compile(r"<(?:emoji|img)\b[^<>]*?\balt=\"([^\"<>]{1,40})\"[^<>]*>", re.IGNORECASE)
_WRITTEN_TAG = re.compile(  # of a text that a program wrote as HTML
    r"<br\s*/?>|<(?P<tag>p|b|i|em|strong|u|span|div|font|a)(?:\s[^<>]*)?>[^<>]*</(?P=tag)>", re.IGNORECASE
)
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,6}|#[xX][0-9a-fA-F]{1,5});")
_TOKEN = re.compile(r"<\|(?:\d{1,6}(?:\.\d{1,3})?|[A-Za-z_]{1,24})\|>")
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


def without_markup(said: Sequence[Utterance]) -> Sequence[Utterance]:
    """*said* without the tags and entities of HTML, if a program wrote it so; a tag that is only spoken of has no end."""
    tagged = any("<" in each.text and _WRITTEN_TAG.search(each.text) for each in said)
    if not tagged and not any(_ENTITY.search(text) for each in said for text in (each.text, each.speaker) if "&" in text):
        return said
    return [
        replace(each, text=_text_of_html(each.text) if tagged else unescaped(each.text), speaker=unescaped(each.speaker))
        for each in said
    ]


def without_tokens(said: Sequence[Utterance]) -> tuple[Sequence[Utterance], int]:
    """*said* without the tokens (`<|en|>`, `<|2.00|>`) that a model wrote before the words of each segment, and how many."""
    held = [each for each in said if "<|" in each.text]
    if not held or not all(_TOKEN.match(each.text.lstrip()) for each in held) or 2 * len(held) < len(said):
        return said, 0
    number = sum(len(_TOKEN.findall(each.text)) for each in held)
    return [replace(each, text=_TOKEN.sub(" ", each.text)) for each in said], number


def _text_of_html(content: str) -> str:
    """The words of a message in HTML, with its line ends."""
    return unescaped(_TAG.sub("", _EMOJI.sub(r"\1", _BREAK.sub("\n", content)))).strip()
