"""CurrentCatalog and Watcher: the current catalog, and the thread that replaces it when the services folder changes.

The watcher looks at the folder several times a second, in either mode: that finds everything (symlink swaps, a link's
target edited in place, the folder itself replaced, network file systems). In the mode `inotify` the kernel wakes it up
too, so that a change is live within a tenth of a second instead of half a second."""

from __future__ import annotations

import logging
import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event

from watchdog.events import (
    FileAttribEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from app.catalog import Catalog
from app.catalog.folder import Folder
from app.followed import Followed
from app.periodic import Periodic

INTERVAL = 0.3  # seconds between two looks
QUIET = 0.05  # seconds without a further change after which a burst of writes is over
LONGEST_BURST = 0.3  # seconds after which a burst is read even though it goes on

log = logging.getLogger(__name__)

_HEARD = [FileCreatedEvent, FileModifiedEvent, FileMovedEvent, FileDeletedEvent, FileClosedEvent, FileAttribEvent]
_NETWORK = re.compile(
    r"nfs|cifs|smb|fuse|9p|ceph|gluster|lustre|afs|virtiofs|vboxsf|prl_fs|gpfs|ocfs|beegfs|fakeowner|grpcfuse"
)


class CurrentCatalog:
    """Holds the current catalog. A request reads `catalog` once and keeps that generation."""

    def __init__(self, load: Callable[[Catalog | None], Catalog]) -> None:
        self._followed = Followed("services", load, changed=_tell, problems=lambda catalog: catalog.problems)

    @property
    def catalog(self) -> Catalog:
        return self._followed.value

    def reload(self) -> None:
        """Replaces the catalog if the folder has changed."""
        self._followed.reread()


def _tell(now: Catalog) -> None:
    log.info("catalog %s: %d services, %d problems", now.generation, len(now.services), len(now.problems))


class Watcher:
    """Keeps the current catalog up to date with a folder, in a thread of its own.

    *mode* is `inotify`, `poll`, or `auto`: inotify if the folder is on a disk of this machine. Started after the fork, in each
    process: threads do not survive one. *record* gets the current catalog at every look."""

    def __init__(
        self,
        current: CurrentCatalog,
        folder: Path,
        mode: str = "auto",
        record: Callable[[Catalog], None] = lambda _catalog: None,
    ) -> None:
        self._current = current
        self._folder = folder
        self._mode = mode
        self._record = record
        self._snapshot: _FolderSnapshot | None = None
        self._noticed = Event()  # there is a change that the snapshot need not show
        self._listener: _InotifyListener | None = None
        self._periodic = Periodic("watcher", INTERVAL, self._look)

    @property
    def mode(self) -> str:
        """How changes are noticed now: `inotify` or `poll`."""
        return "inotify" if self._listener is not None else "poll"

    def start(self) -> None:
        """Begins to watch, with a look at what changed since the catalog was loaded. A second start does nothing."""
        if self._snapshot is not None:
            return
        self._snapshot = _FolderSnapshot(self._folder)
        if self._mode == "inotify" or (self._mode == "auto" and not on_network(self._folder, _mounts())):
            self._listener = _InotifyListener(self._folder, self._notice)
        self._periodic.start()
        self._notice()

    def stop(self) -> None:
        """Ends the thread, at the latest after the reload that it is in."""
        self._periodic.stop()
        self._snapshot = None
        self._close_listener()

    def _notice(self) -> None:
        self._noticed.set()
        self._periodic.wake()

    def _look(self) -> None:
        self._listen()
        if self._snapshot is not None and (self._noticed.is_set() or self._snapshot.changed()):
            self._settle(self._snapshot)
            self._current.reload()
        self._record(self._current.catalog)

    def _listen(self) -> None:
        """Lets the kernel wake the thread up, as long as it can."""
        if self._listener is None:
            return
        try:
            self._listener.follow()
        except OSError as exc:
            log.warning("inotify cannot be used (%s): polling every %g s instead", exc.strerror, INTERVAL)
            self._close_listener()

    def _close_listener(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener = None

    def _settle(self, snapshot: _FolderSnapshot) -> None:
        """Waits until the folder is quiet, or no longer: a burst of writes is one reload of its last state."""
        deadline = time.monotonic() + LONGEST_BURST
        quiet = False
        while not quiet and time.monotonic() < deadline:
            self._noticed.clear()
            snapshot.changed()
            quiet = not self._noticed.wait(QUIET) and not snapshot.changed()
        self._noticed.clear()


class _FolderSnapshot:
    """Remembers what the folder held at the last look."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen = Folder.read(folder)

    def changed(self) -> bool:
        """Whether the folder holds something else than at the last look."""
        before, self._seen = self._seen, Folder.read(self._folder, self._seen)
        return self._seen != before


class _InotifyListener(FileSystemEventHandler):
    """Calls *notice* on every event in a folder; follows the folder when it is replaced."""

    def __init__(self, folder: Path, notice: Callable[[], None]) -> None:
        self._folder = folder
        self._notice = notice
        self._observer: BaseObserver | None = None
        self._followed: tuple[int, int] | None = None

    def follow(self) -> None:
        """Listens to the folder that is there now. Raises OSError if the kernel allows no more watches."""
        try:
            there = os.stat(self._folder)
        except OSError:  # no folder at present: it may come back
            return
        if (there.st_dev, there.st_ino) == self._followed and self._hears():
            return
        self.close()
        observer = Observer()
        observer.schedule(self, str(self._folder), event_filter=_HEARD)
        try:
            observer.start()
        except FileNotFoundError:  # it was removed in between
            return
        self._observer, self._followed = observer, (there.st_dev, there.st_ino)
        self._notice()

    def _hears(self) -> bool:
        """False once the folder was deleted, even if a new one got the same number."""
        return self._observer is not None and all(emitter.is_alive() for emitter in self._observer.emitters)

    def on_any_event(self, event: FileSystemEvent) -> None:  # noqa: ARG002 - the watcher looks for itself
        self._notice()

    def close(self) -> None:
        if self._observer is not None:
            self._observer.stop()
            self._observer.join()
            self._observer = None
        self._followed = None


def on_network(folder: Path, mounts: str) -> bool:
    """Whether *folder* is on a file system whose changes the kernel does not see; *mounts* is the text of /proc/mounts."""
    place = folder.resolve()
    best, kind = -1, ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        mounted = Path(re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), fields[1]))
        if place.is_relative_to(mounted) and len(mounted.parts) >= best:
            best, kind = len(mounted.parts), fields[2]
    return bool(_NETWORK.match(kind))


def _mounts() -> str:
    try:
        return Path("/proc/mounts").read_text(encoding="utf-8", errors="replace")
    except OSError:  # not Linux
        return ""
