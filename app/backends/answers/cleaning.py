"""What a model said, out of what its server sent: without thoughts, marks of the chat template, and rounds that it made up.

The same reader works on a whole text and on one that arrives in pieces, so that both give the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import lru_cache
from typing import ClassVar

from app.backends.answers.thinking import ATTRIBUTES, EMPTY, SPELLINGS, WRAPPERS, Marks, opened_in_the_prompt

# The first of these ends an answer: what follows is the next round of a conversation that nobody had.
END_MARKS = (
    *("<|im_end|>", "<|im_start|>", "<|eot_id|>", "<|eom_id|>", "<|eot|>", "<|start_header_id|>", "<|end_of_text|>"),
    *("<|endoftext|>", "<|end_of_turn|>", "<|eos|>", "<|end|>", "<|return|>", "<|call|>", "<|start|>", "<|channel|>"),
    *("<|user|>", "<|assistant|>", "<|system|>", "<|end_of_turn_token|>", "<|start_of_turn_token|>", "<|observation|>"),
    *("<end_of_turn>", "<start_of_turn>", "<eos>", "<turn|>", "<|turn>", "[|endofturn|]", "<end_of_utterance>"),
    *("<|endofassistant|>", "<|endofuser|>", "<|endofsystem|>", "<|role_end|>", "<|message_sep|>", "<|separator|>", "<|eod|>"),
    *("<|start_of_role|>", "<|end_of_role|>", "<|im_user|>", "<|im_assistant|>", "<|im_system|>", "<|header_start|>"),
    *("<|user_start|>", "<|user_end|>", "<|assistant_start|>", "<|assistant_end|>", "<|hy_eos|>", "<|hy_user|>"),
    *("<extra_id_0>", "<extra_id_1>", "<special_10>", "<special_11>", "<special_12>", "[e~[", "]~b]", "[end final response]"),
    *("</longcat_s>", "<longcat_user>", "<role>human</role>", "<c_q>", "[unused_token_145]", "[unused_token_146]"),
    *("<pad>", "<|pad|>", "<|padding|>", "<|im_sep|>", "<|end_response|>"),
    *("<｜end▁of▁sentence｜>", "<｜user｜>", "<｜assistant｜>", "[inst]", "[/inst]", "<<sys>>", "<|message|>"),
)
# The same where the server has left the marks out, and the marks of older templates.
_BARE_ROUNDS = ("\nuser\n", "\nassistant\n")  # in small letters only, as templates write them
_OLD_ROUNDS = ("\n### human:", "\n### instruction:", "\n### assistant:")
_CLOSING_S = "</s>"  # ends an answer, unless a `<s>` (struck through) stands before it
# What a chat template may have put before the answer.
OPENINGS = (
    *(
        "<|im_start|>assistant",
        "<|im_start|>assistant<|im_sep|>",
        "<|start_header_id|>assistant<|end_header_id|>",
        "<start_of_turn>model",
        "[/inst]",
    ),
    *("<|begin_of_text|>", "<bos>", "<s>", "<|assistant|>", "<｜assistant｜>", "<｜begin▁of▁sentence｜>"),
    *("\ufeff", "\u200b", "\u2060", "<|begin|>assistant", "<|begin|>assistant<|content|>", "<|content|>"),
    *("<role>assistant</role>", "<longcat_assistant>"),
    *("<|start_of_turn_token|><|chatbot_token|>", "<|header_start|>assistant<|header_end|>", "]~b]ai", "<extra_id_1>assistant"),
    *("<|start_of_role|>assistant<|end_of_role|>", "<|im_assistant|>assistant<|im_middle|>", "<|assistant_start|>"),
    *EMPTY,
)
_HARMONY = ("<|channel|>", "<|start|>assistant", "<|message|>", "to=functions.")
_CALLED = re.compile(r"\bto=functions\.([\w.-]{1,128}?)(?=$|[\s<])")  # in the header of a harmony message, as it was written
_FINAL_LATER = re.compile(r"(?:<\|end\|>)?(?:<\|start\|>assistant)?<\|channel\|>final[^<]*<\|message\|>", re.IGNORECASE)
_OTHER_ROLE = re.compile(r"<\|start\|>(?!assistant)", re.IGNORECASE)
_HEADER_MARK = re.compile(r"<\|[^|]*\|>(?:assistant|analysis|commentary|final)?", re.IGNORECASE)
_HARMONY_ENDS = ("<|end|>", "<|return|>", "<|call|>", "<|start|>", "<|channel|>")
_QUOTES = {"`": "`", '"': '"', "'": "'", "“": "”", "«": "»", "‘": "’", "„": "“"}
LONGEST_HEADER = 200  # characters of a harmony header; a longer one is none


def cleaned(raw: str) -> tuple[str, str]:
    """What the model said in *raw*, and what it thought, both stripped."""
    before, raw = _thought_before(raw)
    speech = Speech()
    text = speech.feed(raw) + speech.end()
    return text, "\n".join(filter(None, [before.strip(), *(thought.strip() for thought in speech.thought)]))


def _thought_before(raw: str) -> tuple[str, str]:
    """A thought whose beginning is not in *raw*, and the rest."""
    start = raw.lstrip().lower()
    if start.startswith((*_HARMONY, *_THOUGHT_OPENINGS)) or ATTRIBUTES.match(start):
        return "", raw
    if later := _FINAL_LATER.search(raw):
        return raw[: later.start()], raw[later.start() :].removeprefix("<|end|>")
    return opened_in_the_prompt(raw)


class _At(Enum):
    """Where in an answer the reader is."""

    START = auto()
    THOUGHT = auto()
    HEADER = auto()  # of a message in harmony
    MESSAGE = auto()  # in harmony, of another channel than the final one
    CALL = auto()  # in harmony, of a function
    SAID = auto()
    OVER = auto()


@dataclass
class Speech:
    """Reads an answer in pieces: `feed` and `end` give, joined, the text that `cleaned` gives.

    The exception is a thought that was opened in the prompt: it is out before its end tells what it was."""

    dropped: int = 0  # characters behind the first end mark
    _held: str = ""
    _at: _At = _At.START
    _marks: Marks = SPELLINGS[0]  # those of the present thought
    _opened: str = ""  # its opening as it was written
    _depth: int = 0  # of the present thought within others
    _doubt: list[str] | None = None  # what follows a mark that may have closed the thought, or a thought in it
    _at_line_start: bool = True  # of the present thought
    _closing: str = ""  # of the wrapper around the answer, if it has one
    _last: str = ""  # the last character that was said
    _struck: bool = False
    _blank: str | None = None  # blanks that only count if more text follows; None before the first text
    _thoughts: list[list[str]] = field(default_factory=list)  # the pieces of each
    _unseen: list[str] = field(default_factory=list)  # pieces that nobody was shown yet
    _calls: list[tuple[str, list[str]]] = field(default_factory=list)  # name, and the pieces of the arguments

    @property
    def over(self) -> bool:
        """True when the model has ended its turn, whatever it may go on to say."""
        return self._at is _At.OVER

    def feed(self, piece: str) -> str:
        """What can be said now. What may be the beginning of a mark is held back, and so are blanks."""
        self._held += piece
        return self._stripped(self._read(last=False))

    def end(self) -> str:
        """What was held back for a mark that did not come."""
        return self._stripped(self._read(last=True))

    def thoughts(self) -> str:
        """What was thought since this was last asked, blanks and all."""
        fresh = "".join(self._unseen)
        self._unseen.clear()
        return fresh

    @property
    def thought(self) -> list[str]:
        """The text of each thought."""
        return ["".join(pieces) for pieces in self._thoughts]

    @property
    def calls(self) -> list[tuple[str, str]]:
        """Name and arguments of each function that a message of harmony calls."""
        return [(name, "".join(pieces).strip()) for name, pieces in self._calls]

    def _begin_thought(self) -> None:
        if self._thoughts:
            self._unseen.append("\n")
        self._thoughts.append([])
        self._depth, self._at_line_start = 1, True

    def _thinks(self, text: str) -> None:
        self._thoughts[-1].append(text)
        self._unseen.append(text)

    def _reflects(self, text: str) -> None:
        """*text* is a thought, or what a mark that is in doubt has ended."""
        if text:
            line = text.rpartition("\n")[2]
            self._at_line_start = not line.strip() and (self._at_line_start or "\n" in text)
        if self._doubt is None:
            self._thinks(text)
        else:
            self._doubt.append(text)

    def _settle(self) -> None:
        """What was in doubt is thought."""
        doubt, self._doubt = self._doubt or (), None
        for text in doubt:
            self._thinks(text)

    def _read(self, *, last: bool) -> str:
        said = ""
        while True:
            before, held = self._at, self._held
            said += self._STEPS[self._at](self, last=last)
            if not self._held or (self._at is before and self._held == held):
                return said

    def _start(self, *, last: bool) -> str:
        """Before the first word: an opening of the template, a thought, harmony, or the text itself."""
        self._held = self._held.lstrip()
        if tag := ATTRIBUTES.match(self._held):
            if not tag[2] and tag.end() == len(self._held) and not last:
                return ""
            opening = "" if tag[0].endswith("/>") else f"{tag[1]}>"
            self._held = f"{opening}{self._held[tag.end() :]}" if tag[2] else self._held
        text = self._held.lower()
        if not text:
            return ""
        if text[0] not in _firsts(_BEGINNINGS):
            self._at = _At.SAID
            return ""
        found = max((each for each in _BEGINNINGS if text.startswith(each)), key=len, default="")
        undecided = any(each.startswith(text) and len(each) > len(found) for each in _BEGINNINGS) or text == found == "analysis"
        if undecided and not last:
            return ""
        if not found or not self._began(found):
            self._at = _At.SAID
        return ""

    def _began(self, found: str) -> bool:
        """Takes what the answer begins with; False if that is text after all."""
        rest = self._held[len(found) :]
        if marks := _THOUGHTS.get(found):
            if found == "analysis" and not re.match("analysis[A-Z]", self._held):
                return False
            self._at, self._marks, self._opened = _At.THOUGHT, marks, self._held[: len(found)]
            self._begin_thought()
        elif found in _HARMONY:
            self._at, rest = _At.HEADER, self._held
        elif found in WRAPPERS:
            if not self._thoughts and not found.startswith("<|"):
                return False
            self._closing = WRAPPERS[found]
        self._held = rest
        return True

    def _think(self, *, last: bool) -> str:
        if self._marks.closed_only:
            return self._suppose(last=last)
        while found := self._marks.within.search(self._held):
            before, self._held = self._held[: found.start()], self._held[found.end() :]
            self._reflects(before)
            self._mark(found[0])
            if self._at is _At.START:
                return ""
        self._think_aloud(0 if last else _begun(self._held, (*self._marks.closings, *self._marks.others, self._marks.opening)))
        if last and self._doubt is not None:
            self._held, self._doubt, self._at = "".join(self._doubt), None, _At.START
        return ""

    def _mark(self, mark: str) -> None:
        """A *mark* in a thought. One within a thought begins another on a line of its own only: elsewhere it is spoken of."""
        if mark.lower() in self._marks.closings:
            self._settle()
            self._depth -= 1
            if self._depth:
                self._doubt = []  # whether the outer thought is closed too is known at the end
            else:
                self._at = _At.START
            return
        if mark.lower() == self._marks.opening:
            self._depth += self._at_line_start
            self._reflects(mark)
        elif self._doubt is None:
            self._doubt = []
        else:
            self._reflects(mark)

    def _suppose(self, *, last: bool) -> str:
        """A thought whose opening may be plain text."""
        before, mark, after = _partition(self._held, self._marks.closing)
        if mark:
            self._thinks(before)
            self._held, self._at = after, _At.START
        elif last:  # what looked like the beginning of a thought was text
            self._thoughts.pop()
            self._at, self._held = _At.SAID, self._opened + self._held
        return ""

    def _think_aloud(self, kept: int) -> None:
        """All that is held but for the last *kept* characters is thought."""
        at = len(self._held) - kept
        self._reflects(self._held[:at])
        self._held = self._held[at:]

    def _head(self, *, last: bool) -> str:
        """The header of a harmony message: `<|start|>assistant<|channel|>final<|message|>`."""
        before, mark, after = _partition(self._held, "<|message|>")
        if not mark:
            if last or len(self._held) > LONGEST_HEADER:
                self._at = _At.OVER if _OTHER_ROLE.search(self._held) else _At.SAID
                self._held = _HEADER_MARK.sub("", self._held).lstrip()
            return ""
        header = before.lower()
        if _OTHER_ROLE.search(header):
            self._at = _At.OVER
        elif called := _CALLED.search(before):
            self._at = _At.CALL
            self._calls.append((called[1], []))
        elif "<|channel|>" not in header or header.partition("<|channel|>")[2].strip().startswith("final"):
            self._at = _At.SAID
        else:
            self._at = _At.MESSAGE
            self._begin_thought()
        self._held = after
        return ""

    def _message(self, *, last: bool) -> str:
        takes = self._calls[-1][1].append if self._at is _At.CALL else self._thinks
        found = _first(self._held, _HARMONY_ENDS)
        if found is None:
            at = len(self._held) - (0 if last else _begun(self._held, _HARMONY_ENDS))
            takes(self._held[:at])
            self._held = self._held[at:]
            return ""
        at, mark = found
        takes(self._held[:at])
        self._held = self._held[at if mark in ("<|start|>", "<|channel|>") else at + len(mark) :]
        self._at = _At.HEADER
        return ""

    def _say(self, *, last: bool) -> str:
        said, at = "", 0
        while found := _ends(self._closing).search(self._held, at):
            mark = found[0]
            before = self._held[found.start() - 1] if found.start() else self._last
            if found.end() == len(self._held) and before in _QUOTES and not last:
                return self._said(found.start())
            if self._is_spoken_of(mark, before, self._held[found.end() : found.end() + 1]):
                at = found.end()
                continue
            said = self._said(found.start())
            self._held, self._at = self._held[len(found[0]) :], _At.OVER
            return said
        return self._said(len(self._held) - (0 if last else _begun(self._held, _MARKS, at)))

    def _is_spoken_of(self, mark: str, before: str, after: str) -> bool:
        """True for a mark in quotes, a word that only looks like a role, and the tags of text that is struck through."""
        if (before in _QUOTES and after == _QUOTES[before]) or (mark.lower() in _BARE_ROUNDS and not mark.islower()):
            return True
        mark = mark.lower()
        if mark == "<s>":
            self._struck = True
            return True
        struck, self._struck = self._struck, False
        return mark == _CLOSING_S and struck

    def _said(self, at: int) -> str:
        said, self._held = self._held[:at], self._held[at:]
        self._last = said[-1:] or self._last
        return said

    def _drop(self, *, last: bool) -> str:
        del last
        self.dropped += len(self._held.strip())
        self._held = ""
        return ""

    def _stripped(self, text: str) -> str:
        if self._blank is None:
            text = text.lstrip()
        if not text:
            return ""
        text = (self._blank or "") + text
        spoken = text.rstrip()
        self._blank = text[len(spoken) :]
        return spoken

    _STEPS: ClassVar[dict[_At, Callable[..., str]]] = {
        _At.START: _start,
        _At.THOUGHT: _think,
        _At.HEADER: _head,
        _At.MESSAGE: _message,
        _At.CALL: _message,
        _At.SAID: _say,
        _At.OVER: _drop,
    }


@lru_cache
def _ends(wrapper: str) -> re.Pattern[str]:
    marks = filter(None, (*END_MARKS, *_BARE_ROUNDS, *_OLD_ROUNDS, _CLOSING_S, "<s>", wrapper))
    return re.compile("|".join(map(re.escape, marks)), re.IGNORECASE)


_MARKS = (*END_MARKS, *_BARE_ROUNDS, *_OLD_ROUNDS, _CLOSING_S, "<s>", *WRAPPERS.values())
_THOUGHTS = {marks.opening: marks for marks in SPELLINGS}
_THOUGHT_OPENINGS = tuple(marks.opening for marks in SPELLINGS if not marks.closed_only)
_BEGINNINGS = (*OPENINGS, *_THOUGHTS, *_HARMONY, *WRAPPERS)
_LONGEST = max(map(len, _MARKS))


def _partition(text: str, mark: str) -> tuple[str, str, str]:
    """`str.partition` that makes no difference between small and capital letters of the mark."""
    at = text.lower().find(mark) if text.isascii() else _find(text, mark)
    return (text, "", "") if at < 0 else (text[:at], mark, text[at + len(mark) :])


def _find(text: str, mark: str) -> int:
    """`lower` may change how long a text is, so it is of no use to find a place in one."""
    found = re.search(re.escape(mark), text, re.IGNORECASE)
    return found.start() if found else -1


def _first(text: str, marks: Iterable[str]) -> tuple[int, str] | None:
    found = [(at, mark) for mark in marks if (at := text.find(mark)) >= 0]
    return min(found) if found else None


def _begun(text: str, marks: Sequence[str], after: int = 0) -> int:
    """How many characters at the end of *text*, from *after* on, may be the beginning of one of *marks*."""
    tail = text[max(after, len(text) - _LONGEST) :].lower()
    firsts = _firsts(tuple(marks))
    if firsts.isdisjoint(tail):
        return 0
    for at, letter in enumerate(tail):
        if letter in firsts and any(mark.startswith(tail[at:]) for mark in marks):
            return len(tail) - at
    return 0


@lru_cache
def _firsts(marks: tuple[str, ...]) -> frozenset[str]:
    """The characters with which *marks* begin."""
    return frozenset(mark[0] for mark in marks)
