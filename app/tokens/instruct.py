"""Mistral's instruct formats: which texts and how many special tokens the messages of a chat become."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import TypeAlias

from app.tokens.base import Messages

Layout: TypeAlias = Callable[[Messages], tuple[int, list[str]]]  # special tokens, and the texts between them

JOINT = "\n\n"


def v1(messages: Messages) -> tuple[int, list[str]]:
    """`<s>[INST] … [/INST]answer</s>`: the markers are plain text, system text goes before the first user message."""
    chat, system = _chat(messages), _system(messages)
    specials, texts = 1, []
    for number, (role, content) in enumerate(chat):
        if role == "user":
            texts.append(f"[INST] {_joined(system, content) if number == 0 else content} [/INST]")
        else:
            texts.append(content)
            specials += 1
    return specials, texts


def v3(messages: Messages) -> tuple[int, list[str]]:
    """The markers are special tokens, system text goes before the last user message; so do v2 and the first Tekkens."""
    chat, system = _chat(messages), _system(messages)
    last = max(number for number, (role, _) in enumerate(chat) if role == "user")
    chat[last] = ("user", _joined(system, chat[last][1]))
    return _marked(chat)


def v7(messages: Messages) -> tuple[int, list[str]]:
    """As v3, with every system message between markers of its own, at its place; so do all later Tekkens."""
    return _marked(_merged(messages))


def _marked(chat: list[tuple[str, str]]) -> tuple[int, list[str]]:
    specials = 1 + sum(1 if role == "assistant" else 2 for role, _ in chat)
    return specials, [content.rstrip(" ") if role == "assistant" else content for role, content in chat]


def _merged(messages: Messages) -> list[tuple[str, str]]:
    """Neighbours of one role as one message."""
    groups = groupby(messages, key=lambda message: message["role"])
    return [(role, JOINT.join(message["content"] for message in group if message["content"])) for role, group in groups]


def _chat(messages: Messages) -> list[tuple[str, str]]:
    """The messages without the system's; the first one is the user's."""
    chat = _merged([message for message in messages if message["role"] != "system"])
    return chat if chat and chat[0][0] == "user" else [("user", ""), *chat]


def _system(messages: Messages) -> str:
    return JOINT.join(message["content"] for message in messages if message["role"] == "system" and message["content"])


def _joined(system: str, content: str) -> str:
    return f"{system}{JOINT}{content}" if system else content
