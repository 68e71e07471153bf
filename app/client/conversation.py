"""A conversation with a service, whose answers are read as they come."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Generator, Mapping
from typing import Any
from urllib.parse import quote

import httpx2

from app.client.errors import NotReachable
from app.client.events import LONGEST_SILENCE
from app.client.requests import checked, reason, refused

HEADER = "X-Conversation-Id"


class _Messages:
    """What both clients know of a conversation: the request for a message, and how its answer is read."""

    def __init__(self, service: str, fields: Mapping[str, Any]) -> None:
        self._path = f"/services/{quote(service)}/chat"
        self._fields = fields
        self.id = ""  # of the conversation at the gateway, once there is one
        self._event = ""

    def _request(self, message: str) -> dict[str, Any]:
        self._event = ""
        known = {"conversation_id": self.id} if self.id else {}
        body = {**self._fields, **known, "message": message, "stream": True, "stream_format": "sse"}
        return {"method": "POST", "url": self._path, "json": body, "timeout": LONGEST_SILENCE}

    def _opened(self, answer: httpx2.Response) -> None:
        self.id = checked(answer).headers.get(HEADER, self.id)

    def _text(self, line: str) -> str:
        """The text in a line of Server-Sent Events, empty if there is none; what the model thought is left out."""
        field, _, value = line.partition(": ")
        if field == "event":
            self._event = value
        elif not line:
            self._event = ""
        elif field == "data" and self._event == "error":
            raise refused(200, json.loads(value), "the answer broke off")
        elif field == "data" and not self._event:
            return str(json.loads(value)["text"])
        return ""


class Conversation(_Messages):
    """Messages to one service, each answered with those before it as context."""

    def __init__(self, http: httpx2.Client, service: str, fields: Mapping[str, Any]) -> None:
        super().__init__(service, fields)
        self._http = http

    def say(self, message: str) -> Generator[str]:
        """The pieces of the answer to *message*, which is sent once. Closing the generator ends the answer at the gateway.

        Raises Refused, NotReachable."""
        try:
            with self._http.stream(**self._request(message)) as answer:
                if not answer.is_success:
                    answer.read()
                self._opened(answer)
                yield from filter(None, map(self._text, answer.iter_lines()))
        except httpx2.TransportError as error:
            raise NotReachable(reason(error)) from error


class AsyncConversation(_Messages):
    """As `Conversation`, for one event loop."""

    def __init__(self, http: httpx2.AsyncClient, service: str, fields: Mapping[str, Any]) -> None:
        super().__init__(service, fields)
        self._http = http

    async def say(self, message: str) -> AsyncGenerator[str]:
        """As `Conversation.say`."""
        try:
            async with self._http.stream(**self._request(message)) as answer:
                if not answer.is_success:
                    await answer.aread()
                self._opened(answer)
                async for line in answer.aiter_lines():
                    if text := self._text(line):
                        yield text
        except httpx2.TransportError as error:
            raise NotReachable(reason(error)) from error
