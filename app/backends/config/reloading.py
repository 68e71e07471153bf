"""Keeps the backends as backends.json says, while we run."""

from __future__ import annotations

import hashlib
import logging
import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from app.backends.config.apis import APIS, Api
from app.backends.config.backends_file import FILE, BackendDefaults, Configuration, parse
from app.backends.registry import Backends
from app.errors import ManifestError, Problem
from app.text_files import NotText, decoded

INTERVAL = 0.3  # seconds between two looks
LARGEST = 2**20  # bytes

log = logging.getLogger(__name__)


def read(folder: Path) -> str | None:
    """What the file holds; None if there is none. Raises ManifestError if it cannot be read."""
    try:
        with (folder / FILE).open("rb") as opened:
            raw = opened.read(LARGEST + 1)
        if len(raw) > LARGEST:
            raise ManifestError([Problem(FILE, "", f"is larger than {LARGEST} bytes")])
        return decoded(raw)
    except FileNotFoundError:
        return None
    except OSError as exc:
        raise ManifestError([Problem(FILE, "", f"cannot be read: {exc.strerror}")]) from exc
    except NotText as exc:
        raise ManifestError([Problem(FILE, "", str(exc), exc.line)]) from exc


def _digest(folder: Path) -> str:
    return hashlib.sha256(str(folder.absolute()).encode()).hexdigest()[:12]


def configuration(
    folder: Path, usual: BackendDefaults, variables: Mapping[str, str], apis: Mapping[str, Api] = APIS
) -> Configuration:
    """What the file in *folder* says now; nothing if there is none. Raises ManifestError."""
    text = read(folder)
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
        self._usual = usual
        self._variables = variables
        self._changed = changed
        self._apis = apis
        self._seen: str | tuple[Problem, ...] | None = None
        self._missed = False
        self._good = False  # whether a good file was seen yet
        self._kept = state / f"last_good-backends-{_digest(folder)}.json" if state else None
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self.look()

    def start(self) -> None:
        """Begins to follow. A second start does nothing."""
        if self._thread is None:
            self._stopped.clear()
            self._thread = threading.Thread(target=self._follow, name="backends", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Ends the thread."""
        if self._thread is not None:
            self._stopped.set()
            self._thread.join()
            self._thread = None

    def look(self) -> bool:
        """Reads the file; True if it has changed."""
        try:
            text = read(self._folder)
        except ManifestError as exc:
            self._seen = exc.problems
            return self._complain(exc.problems)
        if text == self._seen or self._between_two_writes(text):
            return False
        self._seen = text
        try:
            now = Configuration() if text is None else parse(text, self._usual, self._variables, self._apis)
        except ManifestError as exc:
            return self._complain(exc.problems)
        self._backends.replace(now.setups, now.problems)
        self._good = True
        self._keep(text)
        log.info("%s: %d backends configured", FILE, len(now.setups))
        self._say(now.problems)
        return True

    def _between_two_writes(self, text: str | None) -> bool:
        """True if the file has only just gone: some editors remove it before they write it again."""
        missed, self._missed = self._missed, text is None
        return text is None and not missed

    def _complain(self, problems: tuple[Problem, ...]) -> bool:
        if not self._good:
            self._good = True
            self._recall()
        if self._backends.problems != problems:
            self._backends.complain(problems)
            self._say(problems)
        return False

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

    def _recall(self) -> None:
        """The last good version that any process saw."""
        try:
            text = self._kept.read_text(encoding="utf-8") if self._kept else ""
            self._backends.replace(parse(text, self._usual, self._variables, self._apis).setups)
        except (OSError, UnicodeDecodeError, ManifestError):  # there is none, or only another release can read it
            return

    def _say(self, problems: tuple[Problem, ...]) -> None:
        for problem in problems:
            log.error("%s", problem)

    def _follow(self) -> None:
        while not self._stopped.wait(INTERVAL):
            try:
                if self.look() and self._changed:
                    self._changed()
            except Exception:  # a bug or a database that is away must not end the thread: the next change is read again
                log.exception("%s could not be followed", FILE)
