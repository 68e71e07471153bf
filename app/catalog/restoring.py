"""Puts a kept version of a service back into the services folder, and loses nothing that is not kept."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from app import text_files
from app.catalog.catalog import Entry
from app.catalog.folder import MANIFEST, Folder
from app.catalog.history import History
from app.errors import StoreError
from app.storage.service_versions import ServiceVersion


@dataclass(frozen=True)
class Restored:
    """What came of it: the digest under which the *replaced* files are kept, which files were *written*, and which of the
    service's files the version does not have, and which *stay*."""

    replaced: str
    written: tuple[str, ...]
    stay: tuple[str, ...]


def restore(
    folder: Path,
    history: History,
    version: ServiceVersion,
    present: Entry | None,
    *,
    replace: Callable[[str, Path], None] = os.replace,
) -> Restored:
    """Writes the files of *version* into *folder*, after the files of now are kept in *history*. *replace* moves a file.

    *present* is the service as it is served, None if a file of it is broken. Raises StoreError; then nothing is changed."""
    read = Folder.read(folder)
    _refuse_unreadable(read, version)
    held = {file: read.texts[file] for file in version.files if file in read.texts}
    ours = dict(present.files) if present is not None else _named_alike(read, version)
    now = {**ours, **held}
    replaced = history.keep(version.service, version.manifest, now) if now else ""
    changed = {file: text for file, text in version.files.items() if held.get(file) != text}
    write(folder, changed, held, replace)
    history.keep(version.service, version.manifest, version.files)
    return Restored(replaced, tuple(sorted(changed)), tuple(sorted(ours.keys() - version.files.keys())))


def _refuse_unreadable(read: Folder, version: ServiceVersion) -> None:
    if read.gone:
        raise StoreError(str(read.gone))
    for file in version.files:
        if file in read.unreadable:
            raise StoreError(f"{read.unreadable[file]}: move the file away first, since it cannot be kept")


def _named_alike(read: Folder, version: ServiceVersion) -> dict[str, str]:
    stem = version.manifest.removesuffix(MANIFEST)
    return {file: text for file, text in read.texts.items() if file.startswith(f"{stem}.")}


def write(
    folder: Path,
    files: Mapping[str, str],
    held: Mapping[str, str],
    replace: Callable[[str, Path], None] = os.replace,
) -> None:
    """Replaces *files*, each as a whole, templates before manifests. If one cannot be written, or is no longer what was *held*,
    those before it are as they were.

    Raises StoreError."""
    done: list[str] = []
    drafts: dict[str, str] = {}
    try:
        drafts.update((file, _draft(folder / file, text)) for file, text in files.items())
        for file in sorted(files, key=lambda each: (each.endswith(MANIFEST), each)):
            _refuse_changed(folder / file, held.get(file))
            replace(drafts[file], (folder / file).resolve())
            done.append(file)
    except OSError as exc:
        _undo(folder, done, held)
        raise StoreError(f"{folder}: the version cannot be written: {exc.strerror}") from exc
    except StoreError:
        _undo(folder, done, held)
        raise
    finally:
        for draft in drafts.values():
            Path(draft).unlink(missing_ok=True)


def _draft(file: Path, text: str) -> str:
    """A new file beside *file*, with its mode; its name begins with a dot, so that it does not count."""
    target = file.resolve()
    return text_files.draft(target, text, target.stat().st_mode & 0o777 if target.exists() else 0o644)


def _refuse_changed(file: Path, held: str | None) -> None:
    now = Folder.read(file.parent).texts.get(file.name)
    if now != held:
        raise StoreError(f"{file}: was changed meanwhile; try again")


def _undo(folder: Path, done: list[str], held: Mapping[str, str]) -> None:
    for file in done:
        with suppress(OSError):
            if file in held:
                os.replace(_draft(folder / file, held[file]), (folder / file).resolve())
            else:
                (folder / file).unlink()
