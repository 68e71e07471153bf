"""CurrentCatalog and Watcher: the current catalog, and the thread that replaces it when the services folder changes.

The watcher looks at the folder several times a second, in either mode: that finds everything (symlink swaps, a link's
target edited in place, the folder itself replaced, network file systems). In the mode `inotify` the kernel wakes it up
too, so that a change is live within a tenth of a second instead of half a second, and tells when a file was closed, so that
no second look has to show that nobody writes to it any more. A service goes half a second after its file: who copies a
folder anew must lose none."""

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
from app.catalog.folder import Folder, counts
from app.catalog.oddities import FIRST_STEP
from app.followed import Followed
from app.periodic import Periodic

INTERVAL = 0.3  # seconds between two looks
QUIET = 0.05  # seconds without a further change after which a burst of writes is over
LONGEST_BURST = 0.3  # seconds after which a burst is read even though it goes on
LONGEST_WRITE = 1.0  # the same while a file is being written: some programs keep one open for good
QUIET_LOSS = 0.5  # the same as QUIET while manifests are missing that are served: a folder may be copied anew, file by file
LONGEST_LOSS = 10.0  # and as LONGEST_BURST

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
    if not now.services and not now.problems:
        log.info(FIRST_STEP)


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
        self._started = False
        self._seen = Folder()  # what the folder held at the last look
        self._heard = Event()  # the kernel has told of a change
        self._listener: _InotifyListener | None = None
        self._periodic = Periodic("watcher", INTERVAL, self._look)

    @property
    def mode(self) -> str:
        """How changes are noticed now: `inotify` or `poll`."""
        return "inotify" if self._listener is not None else "poll"

    def start(self) -> None:
        """Begins to watch, with a look at what changed since the catalog was loaded. A second start does nothing."""
        if self._started:
            return
        self._started = True
        self._seen = self._current.catalog.read
        if self._mode == "inotify" or (self._mode == "auto" and not on_network(self._folder, _mounts())):
            self._listener = _InotifyListener(self._folder, self._hear)
        self._periodic.start()
        self._periodic.wake()

    def stop(self) -> None:
        """Ends the thread, at the latest after the reload that it is in."""
        self._started = False
        self._periodic.stop()
        self._close_listener()

    def _hear(self) -> None:
        self._heard.set()
        self._periodic.wake()

    def _look(self) -> None:
        self._listen()
        if self._heard.is_set() or self._changed():
            self._settle()
            self._current.reload()
            self._seen = self._current.catalog.read
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

    def _changed(self) -> bool:
        """Whether the folder holds something else than at the last look."""
        before, self._seen = self._seen, Folder.read(self._folder, self._seen)
        return self._seen != before

    def _settle(self) -> None:
        """Waits until the folder is quiet, or no longer: a burst of writes is one reload of its last state.

        The kernel tells when files are closed, so nobody needs to look whether they still grow; else two looks must agree."""
        by_kernel = self._heard.is_set()
        began, quiet = time.monotonic(), False
        while self._started and not quiet:
            loses = self._loses()
            longest = LONGEST_LOSS if loses else LONGEST_WRITE if self._is_unclosed() else LONGEST_BURST
            if time.monotonic() >= began + longest:
                break
            self._heard.clear()
            quiet = not self._heard.wait(QUIET_LOSS if loses else QUIET)
            if quiet and loses:
                self._forget_deleted()  # whoever deletes a file and writes it anew has done so
            quiet = quiet and not (self._is_unclosed() if by_kernel else self._changed())
        if self._listener is not None and not quiet:
            self._listener.unclosed.clear()

    def _forget_deleted(self) -> None:
        if self._listener is not None:
            unclosed = tuple(self._listener.unclosed)  # the kernel's thread may add to them meanwhile
            self._listener.unclosed.difference_update([each for each in unclosed if not os.path.exists(each)])

    def _loses(self) -> bool:
        """Whether manifests of services are missing now; not without a folder, which takes no service away."""
        try:
            there = set(os.listdir(self._folder))
        except OSError:
            return False
        return any(entry.file not in there for entry in self._current.catalog.services.values())

    def _is_unclosed(self) -> bool:
        """Whether the kernel has told that a file changed or went, and not yet that it was closed."""
        return self._listener is not None and bool(self._listener.unclosed)


class _InotifyListener(FileSystemEventHandler):
    """Calls *hear* on every event in a folder; follows the folder when it is replaced. *unclosed* are files in writing."""

    def __init__(self, folder: Path, hear: Callable[[], None]) -> None:
        self._folder = folder
        self._hear = hear
        self.unclosed: set[str] = set()
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

    def _hears(self) -> bool:
        """False once the folder was deleted, even if a new one got the same number."""
        return self._observer is not None and all(emitter.is_alive() for emitter in self._observer.emitters)

    def on_any_event(self, event: FileSystemEvent) -> None:
        file = os.fsdecode(event.src_path)
        begun = isinstance(event, FileCreatedEvent) and _is_empty(file)
        begun = begun or isinstance(event, (FileModifiedEvent, FileDeletedEvent))  # some programs delete and write anew
        if begun and counts(os.path.basename(file)):  # editors keep files of their own open for long
            self.unclosed.add(file)
        elif not isinstance(event, FileAttribEvent):
            self.unclosed -= {file, os.fsdecode(event.dest_path)}
        self._hear()

    def close(self) -> None:
        if self._observer is not None:
            self._observer.stop()
            self._observer.join()
            self._observer = None
        self._followed = None
        self.unclosed.clear()


def _is_empty(file: str) -> bool:
    """True for a file that was made a moment ago, and not for one that was moved or linked to this place."""
    try:
        return os.path.getsize(file) == 0
    except OSError:
        return False


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
