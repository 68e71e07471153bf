"""Keeps the backends as backends.json says, while we run."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path

from app import text_files
from app.backends.config.apis import APIS, Api
from app.backends.config.backends_file import FILE, BackendDefaults, Configuration, parse
from app.backends.registry import Backends
from app.errors import ManifestError, Problem
from app.followed import Followed
from app.mounts import LOST, Mark, is_lost, place
from app.periodic import Periodic
from app.text_files import NotText

INTERVAL = 0.3  # seconds between two looks
LARGEST = 2**20  # bytes

log = logging.getLogger(__name__)


def read(folder: Path) -> str | None:
    """What the file holds; None if there is none. Raises ManifestError if it cannot be read."""
    try:
        if (folder / FILE).is_fifo():  # reading one waits for somebody who writes
            raise ManifestError([Problem(FILE, "", "is a pipe, and must be a file")])
        return text_files.read(folder / FILE, LARGEST)
    except FileNotFoundError:
        return None
    except OSError as exc:
        raise ManifestError([Problem(FILE, "", f"cannot be read: {exc.strerror}")]) from exc
    except NotText as exc:
        raise ManifestError([Problem(FILE, "", str(exc), exc.line)]) from exc


def _digest(folder: Path) -> str:
    return hashlib.sha256(str(folder.absolute()).encode()).hexdigest()[:12]


def _kept_in(state: Path, folder: Path) -> Path:
    return state / f"last_good-backends-{_digest(folder)}.json"


def _recalled(kept: Path | None) -> str | None:
    """The last good text, which the file *kept* holds; None if there is none that can be read."""
    try:
        return None if kept is None else kept.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def configuration(
    folder: Path,
    usual: BackendDefaults,
    variables: Mapping[str, str],
    apis: Mapping[str, Api] = APIS,
    *,
    state: Path | None = None,
) -> Configuration:
    """What the file in *folder* says now; nothing if there is none. Raises ManifestError.

    If *folder* is missing or empty, what the last good file said that is kept in *state*."""
    text = read(folder)
    if text is None and state is not None and is_lost(folder, LOST):
        text = _recalled(_kept_in(state, folder))
    return Configuration() if text is None else parse(text, usual, variables, apis)


class BackendsReloader:
    """Keeps *backends* as the file in *folder* says, in a thread of its own that reads the text several times a second: that
    notices every way of changing a small file, on every file system. A broken file leaves the backends as they are.

    *state* is a folder that keeps the last good text, for a process that starts while the file is broken. *changed* is called
    after every change. Started after a fork, in each process: threads do not survive one."""

    def __init__(
        self,
        backends: Backends,
        folder: Path,
        usual: BackendDefaults,
        variables: Mapping[str, str],
        *,
        state: Path | None = None,
        changed: Callable[[], None] | None = None,
        apis: Mapping[str, Api] = APIS,
    ) -> None:
        self._backends = backends
        self._folder = folder
        self._changed = changed
        self._parsed = partial(parse, usual=usual, variables=variables, apis=apis)
        self._text: str | None = None  # as it was read last
        self._gone = False
        self._kept = _kept_in(state, folder) if state else None
        is_kept = self._kept is not None and self._kept.exists()
        self._place: Mark | None = LOST if is_kept else None  # where it was read last
        self._good: str | None = "" if is_kept else None  # the last text that could be used; "": another process knows it
        self._followed = Followed(
            "backends", self._read, mark=self._mark, changed=self._take, problems=_problems, fallback=self._recall
        )
        self._periodic = Periodic("backends", INTERVAL, self._follow)
        self._complain()

    def start(self) -> None:
        """Begins to follow the file. A second start does nothing."""
        self._periodic.start()

    def stop(self) -> None:
        """Ends the thread."""
        self._periodic.stop()

    def look(self) -> bool:
        """Reads the file; True if it has changed and can be used."""
        changed = self._followed.look()
        self._complain()
        return changed

    def _follow(self) -> None:
        if self.look() and self._changed:
            self._changed()

    def _mark(self) -> str | None:
        """The text. The first time that there is no file, it is still the text before: some editors remove a file before they
        write it again. Raises ManifestError if the folder is missing, or another empty one is in its place."""
        text = read(self._folder)
        if text is None and is_lost(self._folder, self._place):
            raise ManifestError([Problem(FILE, "", "is missing with all else of its folder: the backends stay as they were")])
        if text is not None:
            with suppress(OSError):
                self._place = place(self._folder)
        elif self._text is None:
            self._place = None
        gone, self._gone = self._gone, text is None
        if text is not None or gone:
            self._text = text
        return self._text

    def _read(self, _before: Configuration | None) -> Configuration:
        return Configuration() if self._text is None else self._parsed(self._text)

    def _take(self, now: Configuration) -> None:
        self._backends.replace(now.setups, now.problems)
        if self._text != self._good:
            self._good = self._text
            self._keep(self._text)
            log.info("%s: %d backends configured", FILE, len(now.setups))

    def _complain(self) -> None:
        error = self._followed.error
        if isinstance(error, ManifestError) and error.problems != self._backends.problems:
            self._backends.complain(error.problems)

    def _keep(self, text: str | None) -> None:
        """Keeps the last good text. Several processes may do so at once: each writes its own file, and the last move wins."""
        if self._kept is None:
            return
        try:
            if text is None:
                self._kept.unlink(missing_ok=True)
                return
            self._kept.parent.mkdir(parents=True, exist_ok=True)
            fresh = self._kept.with_suffix(f".{os.getpid()}")
            fresh.write_text(text, encoding="utf-8")
            fresh.replace(self._kept)
        except OSError as exc:
            log.warning("the last good %s is not kept: %s", FILE, exc.strerror)

    def _recall(self) -> Configuration:
        """The last good version that any process saw; no backends if there is none, or if only another release can read it."""
        text = _recalled(self._kept)
        if text is None:
            return Configuration()
        try:
            recalled = self._parsed(text)
        except ManifestError:
            return Configuration()
        self._good = text
        self._backends.replace(recalled.setups)
        return recalled


def _problems(now: Configuration) -> tuple[Problem, ...]:
    return now.problems
