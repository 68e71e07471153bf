"""Notices an answer that comes to nothing any more, so that it is ended before it has cost its whole limit.

Local models under a JSON schema run into endless blanks about once in three calls, and any model may fall into a loop."""

from __future__ import annotations

from app.backends.base import Call

WHITESPACE, REPETITION = "whitespace", "repetition"

BLANKS = 100  # characters; between two tokens of JSON nobody needs more
LOOP = 200  # characters that a loop fills before we call it one: at most as many tokens
LONGEST = 400  # characters of what is said again and again
LONG = 150  # from so many characters on
SEVERAL, FEW = 4, 3  # times that a shorter and a longer text must have been said in a row
_NEEDLE = 24  # characters at the end by which the time before is found


class RepetitionDetector:
    """Hears an answer piece by piece. *reason* is empty until it comes to nothing, and then `whitespace` or `repetition`.

    At most about 200 tokens are wasted by then: blanks and loops of short texts are seen by their characters, of which a
    token has one or more, and a long text is said three times at most."""

    def __init__(self, *, json: bool, loops: bool) -> None:
        self.reason = ""
        self._json = json
        self._loops = loops
        self._tail = ""

    @classmethod
    def of(cls, call: Call) -> RepetitionDetector:
        """Structured answers are watched, others where the call says so."""
        return cls(json=call.response_format is not None, loops=call.response_format is not None or call.stop_loops)

    def feed(self, said: str) -> str:
        """The reason to end the answer now, if there is one."""
        if not self._loops or self.reason or not said:
            return self.reason
        self._tail = (self._tail + said)[-LONGEST * FEW :]
        if self._json and _blanks_at_end(self._tail) > BLANKS:
            self.reason = WHITESPACE
        elif _loops(self._tail):
            self.reason = REPETITION
        return self.reason


def _blanks_at_end(text: str) -> int:
    return len(text) - len(text.rstrip())


def _loops(text: str) -> bool:
    """Whether *text* ends in one piece of text said again and again."""
    needle = text[-_NEEDLE:]
    before = text.rfind(needle, 0, len(text) - 1)
    if len(text) < LOOP or before < 0 or needle.isspace():
        return False
    period = len(text) - len(needle) - before
    times = SEVERAL if period <= LONG else FEW
    filled = max(LOOP, times * period)
    if period > LONGEST or filled > len(text):
        return False
    loop = text[-filled:]
    return loop[period:] == loop[:-period]
