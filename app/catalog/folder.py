"""The services folder on its disk: which of its files count, what they hold, and by which marks a change is seen.

Names that begin with a dot or with `~$` (Word's own), and names that do not end in `.json`, `.txt`, `.render.md` or `.docx`
(backups such as `cra.json~`), do not count, nor do `backends.json` and `….tests.json`, which are no manifests; a `.json`
file that holds a list, or that a manifest names as its `functions`, is no manifest either. A file may be a symbolic link to
anywhere: whoever may make links in the folder may write manifests anyway, and ConfigMaps consist of links
(`cra.json` → `..data/cra.json`, `..data` → `..2026_…`)."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from app import text_files
from app.errors import Problem
from app.manifests.source import holds_list
from app.mounts import LOST, MISSING, REPLACED, Mark, is_lost, place
from app.text_files import NotText

MANIFEST = ".json"
TEMPLATE = ".txt"
TESTS = ".tests.json"  # what a service's answers must be like: no manifest
DOCUMENT = ".render.md"  # the template of a document, which an editor shows as Markdown
WORD = ".docx"  # the Word template of a service's documents
LARGEST = 2**20  # bytes of one file
LARGEST_WORD = 4 * 2**20  # bytes of a Word template that are read to see a change
UNSURE = 2.5  # seconds after a change in which a second one may leave size and times as they are: file systems count coarsely
MOST_UNREAD = 50  # files of a folder in it that are looked at
MOST_TOLD = 3  # of their names
MOST_LOOKS = 20  # before a folder is taken as it was found, although it changed meanwhile
NO_MANIFESTS = frozenset({"backends.json"})
# Seen in the text, since it must be known of a manifest, or of a list, that is half written too.
_NAMED = re.compile(r'"functions"\s*:\s*"([^"\\\n]+)"')
_FLAVOR = re.compile(r'"flavor"\s*:\s*\[')  # what names a manifest by mistake does not take it out of service


@dataclass(frozen=True)
class _File:
    """A file as it was read at the time *read* of the monotonic clock. Its *mark* was first seen at *since*.

    *held* is its text, the digest of a Word template, or why it cannot be read; None if there is no such file."""

    mark: Mark
    held: str | Problem | None
    since: float = field(compare=False)
    read: float = field(compare=False)

    @classmethod
    def look(cls, folder: Path, name: str, mark: Mark, before: _File | None, now: float) -> _File:
        """The file with its present *mark*; *before* itself if the file cannot have changed since."""
        unmoved = before is not None and before.mark == mark
        if before is not None and unmoved and before.is_sure:
            return before
        held = _unnamed(name) or (_content(folder / name) if name.endswith(WORD) else _text(folder / name))
        since = before.since if before is not None and unmoved and before.held == held else now
        return cls(mark, held, since, now)

    @property
    def is_sure(self) -> bool:
        """Whether each later change leaves a mark: the file was read late enough after its last change, without a problem."""
        return self.read >= self.since + UNSURE and not isinstance(self.held, Problem)


@dataclass(frozen=True)
class Folder:
    """The files that count as they were at one moment: the text of each by name, or why it cannot be read.

    *gone* says why the folder as a whole cannot be read, and None if it can. *words* holds a digest of each Word template.
    *place* is the mark of the folder itself."""

    texts: Mapping[str, str] = field(default_factory=dict)
    unreadable: Mapping[str, Problem] = field(default_factory=dict)
    gone: Problem | None = None
    words: Mapping[str, str] = field(default_factory=dict)
    folders: Mapping[str, int] = field(default_factory=dict)  # within it, which are not read: when each has changed (ns)
    place: Mark | None = field(default=None, compare=False)
    _files: Mapping[str, _File] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def read(
        cls, path: Path, before: Folder | None = None, clock: Callable[[], float] = time.monotonic, *, kept: bool = False
    ) -> Folder:
        """What is there at one moment: a manifest of now never comes with a template of just before.

        Only files that may have changed since *before* are read. Of a folder that does not stand still for so long, what was
        there at several moments. *kept* says that an earlier process has kept what it held, of which an empty folder is no
        end."""
        files = known = before._files if before is not None else {}
        held = LOST if before is None and kept else before.place if before is not None and (known or before.gone) else None
        try:
            for _ in range(MOST_LOOKS):
                looked = _marks(path)
                files = {name: _File.look(path, name, mark, files.get(name), clock()) for name, mark in looked.items()}
                if files == known or _marks(path) == looked:
                    break
            folders, now = _folders(path), place(path)
        except OSError as exc:
            stays = "" if held is None else MISSING
            return cls(
                gone=Problem(f"{path.name}/", "", f"the folder cannot be read: {exc.strerror}{stays}"), place=held and LOST
            )
        if not files and is_lost(path, held):
            return cls(gone=Problem(f"{path.name}/", "", f"the folder {REPLACED}"), place=held)
        return cls._of(files, folders, now)

    @classmethod
    def _of(cls, files: Mapping[str, _File], folders: Mapping[str, int], place: Mark) -> Folder:
        held = {name: file.held for name, file in files.items()}
        return cls(
            {name: text for name, text in held.items() if isinstance(text, str) and not name.endswith(WORD)},
            {name: problem for name, problem in held.items() if isinstance(problem, Problem)},
            words={name: text for name, text in held.items() if isinstance(text, str) and name.endswith(WORD)},
            folders=folders,
            place=place,
            _files=files,
        )

    @cached_property
    def manifests(self) -> list[str]:
        """The names of the manifests, readable or not, in order."""
        names = (name for name in (*self.texts, *self.unreadable) if name.endswith(MANIFEST))
        return sorted(name for name in names if name not in self.named and name not in self.lists)

    @cached_property
    def named(self) -> frozenset[str]:
        """The files of functions that manifests name, there or not."""
        texts = [text for file, text in self.texts.items() if file.endswith(MANIFEST)]
        names = (name for text in texts for name in _NAMED.findall(text))
        return frozenset(name for name in names if not _FLAVOR.search(self.texts.get(name, "")))

    @cached_property
    def lists(self) -> frozenset[str]:
        """The readable `.json` files that hold a list."""
        return frozenset(name for name, text in self.texts.items() if name.endswith(MANIFEST) and holds_list(text))

    @cached_property
    def templates(self) -> dict[str, str]:
        """The sources of the readable templates by name without extension."""
        found = ((name, text) for name, text in sorted(self.texts.items()) if name.endswith((TEMPLATE, DOCUMENT)))
        return {name.removesuffix(TEMPLATE).removesuffix(".md"): text for name, text in found}

    @property
    def digest(self) -> str:
        problems = (*self.unreadable.values(), *([self.gone] if self.gone else []))
        words = (part for pair in sorted(self.words.items()) for part in pair)
        return digest([*(part for pair in sorted(self.texts.items()) for part in pair), *map(str, problems), *words])


def counts(name: str) -> bool:
    """Whether a file of this name can be part of a catalog."""
    return (
        name.endswith((MANIFEST, TEMPLATE, DOCUMENT, WORD))
        and not name.startswith((".", "~$"))
        and name not in NO_MANIFESTS
        and not name.endswith(TESTS)
    )


def _unnamed(name: str) -> Problem | None:
    """The problem of a file whose name is no text in this system's encoding: nothing could be said of it, or kept."""
    shown = _shown(name)
    return None if shown == name else Problem(shown, "", "is not read: rename it, since its name is not in UTF-8")


def _shown(name: str) -> str:
    """*name* as a log can hold it: what is not UTF-8 is U+FFFD."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def misnamed(path: Path) -> Iterator[Problem]:
    """The files of a folder that would count if their names were in small letters. None of them without a folder."""
    names = sorted(os.listdir(path)) if path.is_dir() else []
    for name in names:
        stem, dot, ending = name.partition(".")
        meant = f"{stem}{dot}{ending.lower()}"
        if counts(meant) and not counts(name) and name not in NO_MANIFESTS and not name.endswith(TESTS):
            yield Problem(_shown(name), "", f"is not read: endings of names are in small letters, so call it {_shown(meant)}")


def unread(path: Path, folders: Iterable[str]) -> Iterator[Problem]:
    """The *folders* in *path* that hold manifests: nothing in them is read."""
    for name in sorted(folders):
        try:
            found = [file for file in sorted(os.listdir(path / name)) if counts(file) and file.endswith(MANIFEST)][:MOST_UNREAD]
        except OSError:  # none of ours
            continue
        texts = ((file, _text(path / name / file)) for file in found)
        if held := [file for file, text in texts if isinstance(text, str) and _FLAVOR.search(text)]:
            told = ", ".join(held[:MOST_TOLD]) + (", …" if len(held) > MOST_TOLD else "")
            reason = f"holds {told}, and folders in the services folder are not read: move the files up"
            yield Problem(_shown(f"{name}/"), "", f"{_shown(reason)}, or let the folder's name begin with a dot")


def digest(texts: Iterable[str]) -> str:
    """One short name for a sequence of texts."""
    made = hashlib.sha256()
    for text in texts:
        raw = text.encode()
        made.update(len(raw).to_bytes(8))
        made.update(raw)
    return made.hexdigest()[:12]


def _folders(path: Path) -> dict[str, int]:
    """The visible folders in *path*, and when each has changed (ns). Raises OSError without *path*."""
    folders = {}
    with os.scandir(path) as found:
        for each in found:
            with suppress(OSError):  # a link in a circle, or to a place that we may not enter, is none
                if not each.name.startswith(".") and each.is_dir():
                    folders[each.name] = each.stat().st_mtime_ns
    return folders


def _marks(path: Path) -> dict[str, Mark]:
    """The mark of each file that counts, by name. Raises OSError without a folder.

    Each file is opened for it: network file systems ask their server then, and answer a bare `stat` from memory."""
    return {name: _mark(os.path.join(path, name)) for name in sorted(filter(counts, os.listdir(path)))}


def _mark(file: str) -> Mark:
    try:
        handle = os.open(file, os.O_RDONLY | os.O_NONBLOCK)
    except OSError as exc:
        return (exc.errno or 0,)
    try:
        seen = os.fstat(handle)
    finally:
        os.close(handle)
    return (seen.st_dev, seen.st_ino, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns)


def _text(file: Path) -> str | Problem | None:
    """What *file* holds, or why that cannot be said; None if there is no such file (any more)."""
    try:
        mode = file.stat().st_mode
        if stat.S_ISDIR(mode):
            return Problem(file.name, "", "is a folder, and must be a file")  # Docker makes one if it mounts what is not there
        return text_files.read(file, LARGEST) if stat.S_ISREG(mode) else None
    except FileNotFoundError:
        return Problem(file.name, "", "is a link that leads nowhere") if file.is_symlink() else None
    except OSError as exc:
        return Problem(file.name, "", f"cannot be read: {exc.strerror}")
    except NotText as exc:
        return Problem(file.name, "", str(exc), exc.line)


def _content(file: Path) -> str | None:
    """A digest of what *file* holds; that of nothing if it cannot be read, which is told when the template is tried.

    None if there is no such file."""
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            return None
        with file.open("rb") as opened:
            return hashlib.sha256(opened.read(LARGEST_WORD + 1)).hexdigest()
    except FileNotFoundError:
        return None
    except OSError:
        return hashlib.sha256().hexdigest()
