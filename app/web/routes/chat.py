"""Conversations over HTTP: each message is answered with those before it as context."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Blueprint, Response, jsonify, request

from app.cancellation import CancelToken
from app.conversations import PendingMessage
from app.errors import BadParameter, ConversationNotFound
from app.kinds import exchange, options
from app.kinds.base import Conversation, Form
from app.orders import Order
from app.web.bodies import forms
from app.web.bodies.flavors import Flavors
from app.web.interfaces import GatewayView
from app.web.middleware.paths import AN_ID
from app.web.streaming import formats
from app.web.streaming.responder import Responder, truth

CHAT = "chat"  # the service behind the routes that name none
HEADER = "X-Conversation-Id"


def blueprint(view: GatewayView, responder: Responder, flavors: Flavors) -> Blueprint:
    chat = Blueprint("chat", __name__)
    session = ChatSession(view, responder)

    @chat.post("/chat")
    def say() -> Response:
        return _answered(CHAT)

    @chat.post("/services/<path:route>/chat")
    def say_to_service(route: str) -> Response:
        return _answered(route)

    def _answered(route: str) -> Response:
        form = forms.read(request)
        streamed = truth(form, "stream")
        formats.negotiate(request, form)  # refuses a format that there is not, streamed or not
        with session.turn(flavors.order(view.current.catalog, route, form), form) as (turn, order):
            return session.stream(turn, order, form) if streamed else session.run(turn, order)

    @chat.get("/chat/<conversation_id>")
    def messages(conversation_id: str) -> Response:
        said = view.conversations.messages(_id(conversation_id))
        told = [{"role": each.role, "content": each.content, "created": each.created.isoformat()} for each in said]
        return jsonify({"conversation_id": conversation_id, "messages": told})

    @chat.delete("/chat/<conversation_id>")
    def delete(conversation_id: str) -> Response:
        view.conversations.delete(_id(conversation_id))
        return Response(status=204)

    return chat


class ChatSession:
    """Passes messages to their conversations, and returns the answers."""

    def __init__(self, view: GatewayView, responder: Responder) -> None:
        self._view = view
        self._attending = responder

    @contextmanager
    def turn(self, order: Order, form: Form) -> Iterator[tuple[PendingMessage, Order]]:
        """The turn for *order*, and the order with the earlier messages. A failure inside withdraws the message."""
        if not self._view.kinds[order.kind].CONVERSES:
            raise BadParameter(
                "service", f"{order.service} cannot be talked with: its type is {order.kind}; name a service of the type chat"
            )
        turn = self._entered(order, form)
        try:
            yield turn, self._remembered(turn, order)
        except BaseException:
            turn.drop()
            raise

    def run(self, turn: PendingMessage, order: Order) -> Response:
        result, duration = self._attending.run(order)
        turn.answer(result.text)
        told = exchange.told(result.answered())
        return jsonify(
            {"response": result.text, "conversation_id": turn.conversation_id, **told, "duration": duration},
        )

    def stream(self, turn: PendingMessage, order: Order, form: Form) -> Response:
        return self._attending.stream(
            order,
            formats.negotiate(request, form, {"conversation_id": turn.conversation_id}),
            keep=lambda answer: turn.answer(answer.text),
            drop=turn.drop,
            headers={HEADER: turn.conversation_id},
        )

    def _entered(self, order: Order, form: Form) -> PendingMessage:
        given = options.text(form.fields, "conversation_id")
        conversation_id = _id(given) if given else self._view.conversations.start(order.service)
        cancel = CancelToken()
        with self._attending.disconnects.watch(request.environ, cancel):
            return self._view.conversations.post(
                conversation_id,
                order.service,
                order.content,
                patience=self._view.settings.timeout,
                system=options.text(form.fields, "system"),
                left=lambda: cancel.cancelled,
            )

    def _remembered(self, message: PendingMessage, order: Order) -> Order:
        earlier = message.earlier(self._view.settings.chat_context_messages)
        said = tuple({"role": each.role, "content": each.content} for each in earlier)
        return self._view.kinds[order.kind].remember(order, Conversation(message.conversation_id, said, message.system or ""))


def _id(given: str) -> str:
    """*given*, if it can be the id of a conversation."""
    if not AN_ID.fullmatch(given):
        raise ConversationNotFound(given)
    return given
