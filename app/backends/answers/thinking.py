"""How models mark what they think before they speak: the spellings, all of which count at the very start of an answer only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Marks:
    """The two marks around a thought; each of *also* closes it, too. Those in *others* close thoughts of another spelling,
    which models mix up: one of them closes it if nothing better comes.

    With *closed_only* the opening counts only if its end comes too: it may be plain text."""

    opening: str
    closing: str
    closed_only: bool = False
    also: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def closings(self) -> tuple[str, ...]:
        return (self.closing, *self.also)

    @cached_property
    def within(self) -> re.Pattern[str]:
        """Whatever in a thought may end it, or begin another one in it."""
        marks = (*self.closings, *self.others, self.opening)
        return re.compile("|".join(map(re.escape, marks)), re.IGNORECASE)


_TAGS = (
    *("think", "thinking", "reasoning", "thought", "thoughts", "scratchpad", "inner_thoughts", "seed:think"),
    *("mm:think", "longcat_think", "think:opensource", "reason"),
    *("reflection", "antthinking", "thinking_process", "inner_monologue", "internal_monologue", "chain_of_thought"),
)
_MIXED_UP = ("think", "thinking", "thought", "reasoning")


def _tags(name: str) -> Marks:
    others = tuple(f"</{each}>" for each in _MIXED_UP if each != name)
    return Marks(f"<{name}>", f"</{name}>", also=(f"</ {name}>", f"</{name} >"), others=others if name in _MIXED_UP else ())


SPELLINGS = (
    *map(_tags, _TAGS),
    *(Marks(f"<|{name}|>", f"<|/{name}|>", also=("<|end|>",)) for name in ("think", "thinking")),
    *(Marks(f"[{name}]", f"[/{name}]") for name in ("think", "thinking", "reasoning", "thought")),
    Marks("◁think▷", "◁/think▷"),
    Marks("<｜begin▁of▁thinking｜>", "<｜end▁of▁thinking｜>"),
    Marks("<|begin_of_thought|>", "<|end_of_thought|>"),
    Marks("<|start_thinking|>", "<|end_thinking|>"),
    Marks("<|thought_start|>", "<|thought_end|>"),
    Marks("<|channel>thought", "<channel|>"),
    Marks("<unused94>thought", "<unused95>"),
    Marks("<|inner_prefix|>", "<|inner_suffix|>"),
    Marks('<details type="reasoning">', "</details>"),
    Marks("here are my reasoning steps:", "[begin final response]", closed_only=True),
    Marks("here is my thought process:", "here is my response:", closed_only=True),
    # harmony whose special tokens the server has left out
    Marks("analysis", "assistantfinal", closed_only=True),
)
# `<think time="3s">`, whole or what has come of it: what stands between the name and the end of the tag says nothing.
ATTRIBUTES = re.compile(rf"(<(?:{'|'.join(_TAGS)}|details type=\"reasoning\"))\s[^<>]{{0,200}}(>?)", re.IGNORECASE)
EMPTY = tuple(f"<{name}/>" for name in _TAGS)  # a thought that holds nothing
# Around the answer, directly behind a thought; those that are no words of a language, anywhere at its start. The closing one
# ends the answer.
WRAPPERS = {
    "<answer>": "</answer>",
    "<response>": "</response>",
    "<|begin_of_solution|>": "<|end_of_solution|>",
    "<|start_response|>": "<|end_response|>",
    "<|start_text|>": "<|end_text|>",
    "<|begin_of_box|>": "<|end_of_box|>",
}
_CLOSING = "|".join(re.escape(marks.closing) for marks in SPELLINGS if not marks.closed_only)
_ALONE = re.compile(rf"^[ \t]*(?P<closing>{_CLOSING})[ \t\r]*$", re.MULTILINE | re.IGNORECASE)


def opened_in_the_prompt(raw: str) -> tuple[str, str]:
    """The thought that the chat template opened, and what comes after it: it ends at a closing mark on a line of its own.

    If there is no such line: no thought, and all of *raw*. A closing mark within a line is something that is spoken of."""
    found = _ALONE.search(raw)
    return (raw[: found.start()], raw[found.end() :]) if found else ("", raw)
