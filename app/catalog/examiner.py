"""The process that examines services (`python3 -m app.catalog.examiner`): it may be killed, as it serves nobody.

It reads lines of JSON from its standard input, `{"sources": {…}}` and then cases, and answers each case with lines: every
template that is looked for (`{"looked": name}`) before anything is done with it, and the outcome in the end."""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import FrameType
from typing import Any

from jinja2.exceptions import SecurityError

from app.catalog.examining import Case, Outcome, examine, parts
from app.errors import Problem
from app.kinds import KINDS
from app.sandbox import SECONDS

INTERRUPTED = SECONDS + 0.5  # seconds of processor time of a case: a render that takes long was refused by its own budget
AGAIN = 0.5  # seconds after which a case is interrupted again that has outlasted an interruption
KILLED = 5  # seconds of processor time of a case, at least, after which the kernel ends this process
LONGEST = 20.0  # seconds of processor time after which this process ends itself, as the kernel's limit drifts from our clock
MEMORY = 256 * 2**20  # bytes that all cases may take beyond what this process has at its start
TOO_LONG = f"takes more than {SECONDS:g} s"


class Watched(Mapping[str, str]):
    """Sources that tell which of them are looked for."""

    def __init__(self, sources: Mapping[str, str], looked: Callable[[str], None]) -> None:
        self._sources = sources
        self._looked = looked

    def __getitem__(self, name: str) -> str:
        self._looked(name)
        return self._sources[name]

    def __contains__(self, name: object) -> bool:
        self._looked(str(name))
        return name in self._sources

    def __iter__(self) -> Iterator[str]:
        return iter(self._sources)

    def __len__(self) -> int:
        return len(self._sources)


def main() -> None:
    """Examines cases until the standard input ends."""
    _limit_memory()
    signal.signal(signal.SIGPROF, _interrupt)
    sources: dict[str, str] = {}
    for line in sys.stdin:
        asked = json.loads(line)
        if "sources" in asked:
            sources = asked["sources"]
        else:
            _tell(_record(_examined(asked, sources)))
            if _used() > LONGEST:
                return


def _examined(asked: Mapping[str, Any], sources: Mapping[str, str]) -> Outcome:
    looked: set[str] = set()

    def look(name: str) -> None:
        if name not in looked:
            looked.add(name)
            _tell({"looked": name})

    case = Case(sources=Watched(sources, look), **asked)
    if case.is_word:
        import app.documents.word  # noqa: F401 - loading it is no time of the template's
    _limit_time()
    signal.setitimer(signal.ITIMER_PROF, INTERRUPTED, AGAIN)
    try:
        try:
            return examine(case, KINDS)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    except SecurityError:  # interrupted outside of any template, or just now, before the clock was stopped
        signal.setitimer(signal.ITIMER_PROF, 0)
        return Outcome(problems=(Problem(case.tried, "", TOO_LONG),))


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """Raises what a template raises that is too slow, so that the line is known."""
    raise SecurityError(TOO_LONG)


def _limit_time() -> None:
    """Has the kernel end this process if the interruption does not reach what takes so long.

    For this limit Linux counts the ticks of its clock that met the process since it began, which are up to a tenth more or
    less than the time that `getrusage` gives."""
    _limit(resource.RLIMIT_CPU, int(_used()) + 1 + KILLED)


def _used() -> float:
    """The seconds of processor time that this process has taken."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _limit_memory() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:  # not Linux
        return
    _limit(resource.RLIMIT_AS, pages * resource.getpagesize() + MEMORY)


def _limit(what: int, most: int) -> None:
    """Bounds *what*; a lower bound that the system has set stays."""
    hard = resource.getrlimit(what)[1]
    resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _record(outcome: Outcome) -> dict[str, Any]:
    return {"reached": outcome.reached, "problems": parts(outcome.problems), "warnings": parts(outcome.warnings)}


def _tell(said: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
    os._exit(0)  # at once: whoever kills our parent wants nobody left
