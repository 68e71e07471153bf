"""What a tokenizer is to us, what a flavor says of its own, and what a model server can tell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from app.errors import ManifestError, Problem

Messages: TypeAlias = Sequence[Mapping[str, Any]]  # as OpenAI's API spells them: `role` and `content` of each, and tools

# If nobody tells us the model's chat template. The markers of the usual templates are 3 to 8 tokens a message; the
# system message that some templates put before a prompt that has none is up to about 100 tokens (Qwen 2.5: 20, Llama
# 3.1: 25, SmolLM2: 20). Known to be longer: Mistral Small from 2501 on (several hundred), which only its server can tell.
PER_MESSAGE = 16
PER_PROMPT = 112


class Tokenizer(Protocol):
    """Counts tokens as one model does. Safe to use from several threads."""

    @property
    def name(self) -> str:
        """Where the counts come from, for the job's record: `package:mistral-v1`, `backend:/tokenize`, `estimate`, …

        `Tokenizers.recall` makes the same tokenizer of it again."""

    @property
    def exact(self) -> bool:
        """Whether all counts are the model's own; False if some are an upper bound (in all usual text)."""

    def adds_up(self, text: str) -> bool:
        """Whether stretches of *text* with one space between them have as many tokens together as each on its own, and all of
        it at most a token for each byte of UTF-8 and one more."""

    def count(self, texts: Sequence[str]) -> list[int]:
        """The tokens of each text on its own, without special tokens."""

    def measure(self, messages: Messages) -> int:
        """The tokens of a whole prompt (`role` and `content` a message): chat template and special tokens included."""


class TokenizerWrapper:
    """A tokenizer around the *inner* one, to which it hands on what it does not do itself."""

    inner: Tokenizer

    @property
    def name(self) -> str:
        return self.inner.name

    @property
    def exact(self) -> bool:
        return self.inner.exact

    def adds_up(self, text: str) -> bool:
        return self.inner.adds_up(text)

    def count(self, texts: Sequence[str]) -> list[int]:
        return self.inner.count(texts)

    def measure(self, messages: Messages) -> int:
        return self.inner.measure(messages)


@dataclass(frozen=True)
class Spec:
    """What a flavor says of its tokenizer: keys `tokenizer`, `tokenizerClass` and `modelName` of the manifest."""

    tokenizer: str | None
    tokenizer_class: str | None
    model_name: str


@dataclass(frozen=True)
class ChatMessage:
    """One turn of a chat. *tool_calls* are the functions an assistant asked for, as OpenAI spells them; a message of the role
    `tool` carries what came of the one named by *tool_call_id*."""

    role: str
    content: str
    tool_calls: tuple[Mapping[str, Any], ...] = ()
    tool_call_id: str = ""

    def wire(self) -> dict[str, Any]:
        """The message as OpenAI's API spells it."""
        said: dict[str, Any] = {"role": self.role, "content": self.content}
        if self.tool_calls:
            said["tool_calls"] = [dict(each) for each in self.tool_calls]
        if self.tool_call_id:
            said["tool_call_id"] = self.tool_call_id
        return said


class Remote(Protocol):
    """A model server that can count; `app.backends.base.Backend` is one. Raises BackendError."""

    def tokenize(self, model: str, texts: Sequence[str]) -> list[int]:
        """The tokens of each text, without special tokens."""

    def measure(self, model: str, messages: Sequence[Any]) -> int:
        """The tokens of the whole prompt; each message is `ChatMessage`."""


def said(messages: Messages) -> tuple[ChatMessage, ...]:
    return tuple(
        ChatMessage(each["role"], each["content"], tuple(each.get("tool_calls", ())), each.get("tool_call_id", ""))
        for each in messages
    )


def overhead(messages: Messages) -> int:
    """What an unknown chat template adds to the contents of *messages*: a stated upper bound."""
    return PER_PROMPT + PER_MESSAGE * len(messages)


def unusable(reason: str) -> ManifestError:
    """The error that tells the prompt author what is wrong with the key `tokenizer`; the caller knows the file."""
    return ManifestError([Problem(file="", key="tokenizer", reason=reason)])
