"""Proofs: what came of examining each service, kept on disk, so that each version is examined once by all processes."""

from __future__ import annotations

import fcntl
import os
import tempfile
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

import jinja2
from pydantic import BaseModel, ConfigDict, TypeAdapter

from app.catalog.apart import IDLE, Examined, Examiner
from app.catalog.examining import Case, Outcome, Parts, parts
from app.catalog.folder import digest
from app.errors import Problem, StoreError
from app.kinds.base import Kind

FILE = "proofs.json"
MOST = 2_000  # manifests of which outcomes are kept
MOST_VERSIONS = 20  # of the templates of one manifest
HEAD_START = 0.3  # seconds; starting an examiner takes longer than that on a machine that is not busy
PAUSE = 0.01  # seconds between two looks at the file
_APP = Path(__file__).resolve().parent.parent
_RULES = (
    "sandbox.py",
    "prompts.py",
    "kinds",
    "manifests",
    "transcript",
    "tokens",
    "documents",
    "catalog/examining.py",
)  # what an outcome depends on besides the files


class Proof(BaseModel):
    """An outcome as the file keeps it, and the digests of the templates that it depends on (None: there was none)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    looked: dict[str, str | None]
    reached: tuple[str, ...]
    problems: tuple[Parts, ...]
    warnings: tuple[Parts, ...]

    @classmethod
    def of(cls, found: Examined, case: Case) -> Proof:
        looked = {name: _digest(case, name) for name in sorted(found.looked)}
        problems, warnings = parts(found.outcome.problems), parts(found.outcome.warnings)
        return cls(looked=looked, reached=found.outcome.reached, problems=problems, warnings=warnings)

    def holds(self, case: Case) -> bool:
        """True if all that the outcome depends on is in *case* as it was then."""
        return all(_digest(case, name) == seen for name, seen in self.looked.items())

    @property
    def outcome(self) -> Outcome:
        return Outcome.of(self.reached, self.problems, self.warnings)


_KEPT = TypeAdapter(dict[str, list[Proof]])  # by the digest of a manifest, one for each version of its templates


class Proofs:
    """Has services examined by *examiner*, and keeps what came of it in the folder *state* (None: in memory only).

    A process whose examiner does not run gives *head_start* seconds to the one whose examiner does: all processes see an edit
    at the same time, and one examiner is enough for them."""

    def __init__(self, examiner: Examiner, state: Path | None = None, *, head_start: float = HEAD_START) -> None:
        self._examiner = examiner
        self._head_start = head_start
        self._file = state / FILE if state else None
        self._lock = threading.Lock()
        self._held: int | None = None  # the descriptor of the lock that this process has
        self._kept: dict[str, list[Proof]] = {}
        self._read: tuple[int, int, int] | None = None  # the file as it was when it was read

    def __call__(self, case: Case, kinds: Mapping[str, Kind], /) -> Outcome:
        """What came of *case* when it was first examined, by any process. *kinds* are those of this release."""
        del kinds  # the examiner has its own
        key = digest(
            [rules(), case.file, case.text, str(case.whole), *(each for pair in case.functions.items() for each in pair)]
        )
        with self._lock:
            known = self._found(key, case) or self._found_later(key, case)
            if known is None and self._held is None:
                self._hold()
                known = self._found(key, case)
            return self._examined(key, case) if known is None else known

    def rest(self) -> None:
        """Lets other processes examine. Until then they wait, and find most of what they need."""
        with self._lock:
            if self._held is not None:
                os.close(self._held)
                self._held = None

    def _examined(self, key: str, case: Case) -> Outcome:
        try:
            found = self._examiner.examine(case)
        except StoreError as exc:
            return Outcome(problems=(Problem(case.file, "", str(exc)),))
        if found.final:
            others = [each for each in self._kept.pop(key, []) if not each.holds(case)]
            self._kept[key] = [*others, Proof.of(found, case)][-MOST_VERSIONS:]
            while len(self._kept) > MOST:
                self._kept.pop(next(iter(self._kept)))
            self._save()
        return found.outcome

    def _found(self, key: str, case: Case) -> Outcome | None:
        self._load()
        return next((each.outcome for each in self._kept.get(key, ()) if each.holds(case)), None)

    def _found_later(self, key: str, case: Case) -> Outcome | None:
        """What another process finds in its head start, if the examiner of another process may be running, and ours is not."""
        if self._held is not None or self._examiner.pid is not None or not self._was_written_lately():
            return None
        known, until = None, time.monotonic() + self._head_start
        while known is None and time.monotonic() < until:
            time.sleep(PAUSE)
            known = self._found(key, case)
        return known

    def _was_written_lately(self) -> bool:
        try:
            return self._file is not None and abs(time.time() - self._file.stat().st_mtime) < IDLE
        except OSError:
            return False

    def _load(self) -> None:
        """Takes the file as it is now; one that is not there, or not ours, holds nothing."""
        if self._file is None:
            return
        try:
            marks = _marks(self._file.stat())
            if marks != self._read:
                self._read = marks
                self._kept = _KEPT.validate_json(self._file.read_bytes())
        except (OSError, ValueError):
            return

    def _save(self) -> None:
        """Replaces the file; if that cannot be done, this process alone remembers."""
        if self._file is None:
            return
        name = ""
        try:
            handle, name = tempfile.mkstemp(prefix=f".{FILE}-", dir=self._file.parent)
            with os.fdopen(handle, "wb") as opened:
                opened.write(_KEPT.dump_json(self._kept))
                opened.flush()
                self._read = _marks(os.fstat(opened.fileno()))
            os.replace(name, self._file)
        except OSError:
            if name:
                Path(name).unlink(missing_ok=True)

    def _hold(self) -> None:
        """Keeps other processes from examining, unless the folder cannot be written."""
        if self._file is None:
            return
        with suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._held = os.open(self._file.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(self._held, fcntl.LOCK_EX)


def _marks(seen: os.stat_result) -> tuple[int, int, int]:
    return seen.st_ino, seen.st_size, seen.st_mtime_ns


@cache
def rules() -> str:
    """Names the code that decides what is good: another release examines everything anew."""
    slots = [_APP / each for each in _RULES]
    files = sorted(file for place in slots for file in (place.rglob("*.py") if place.is_dir() else [place]))
    return digest([jinja2.__version__, *(file.read_text(encoding="utf-8") for file in files if file.exists())])


def _digest(case: Case, name: str) -> str | None:
    return digest([case.sources[name]]) if name in case.sources else None
