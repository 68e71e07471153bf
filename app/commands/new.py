"""`new`: writes a service that works, to begin with: manifest, template and a test."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from app.commands import flags
from app.commands.scaffolds import LANGUAGES, SCAFFOLDS, Scaffold, Wanted, scaffold
from app.settings import APP_FOLDER, Settings

SUMMARY = "write a new service: manifest, template and a test"
EXAMPLES = ("new minutes-de --type minutes --lang de",)
STATUSES = {0: "the files are written", 1: "a file is there already, or the name cannot be one"}


def options(parser: argparse.ArgumentParser, settings: Settings) -> None:
    del settings
    parser.add_argument("name", help="name of the service, and of its files: minutes-de")
    parser.add_argument("--type", choices=tuple(SCAFFOLDS), default="summary", help="what it does (%(default)s)")
    parser.add_argument("--lang", choices=tuple(LANGUAGES), default="en", help="language of its answers (%(default)s)")
    flags.add(parser)


def run(given: argparse.Namespace) -> int:
    """Writes the files and says what to do next. Raises BadParameter, SettingError; nothing is ever overwritten."""
    from app.kinds.languages import pack_of

    folder = flags.services_folder(given.settings)
    _refuse_taken(folder, given.name)
    document = os.path.relpath(APP_FOLDER.parent / "document", folder)
    made = scaffold(given.type, Wanted(given.name, given.lang, Path(document).as_posix(), pack_of(given.lang).extract))
    for file in _written(folder, given.name, made):
        sys.stdout.write(f"{file}\n")
    sys.stderr.write(
        f"next: python3 -m app check {folder / given.name}.json; python3 -m app test {given.name}; "
        "a running gateway serves it already\n"
    )
    return 0


def _refuse_taken(folder: Path, name: str) -> None:
    """Raises BadParameter for a name that cannot be one, or that a service has."""
    from app.catalog import load
    from app.errors import BadParameter
    from app.gateway import EXAMINER, proofs
    from app.kinds import KINDS
    from app.manifests.model import NAME

    if not re.match(NAME, name) or name.endswith(".tests") or name == "backends":
        raise BadParameter("name", f"{name!r} cannot be one: letters, digits, . _ - only, beginning with a letter or digit")
    try:
        taken = [entry for entry in load(folder, KINDS, prove=proofs(KINDS)).services.values() if name in entry.routes]
    finally:
        EXAMINER.close()
    if taken:
        raise BadParameter("name", f"{name} is the service of {folder / taken[0].file} already")


def _written(folder: Path, name: str, made: Scaffold) -> list[Path]:
    """The files, the manifest last: a gateway that watches the folder never sees it without its template.

    Raises BadParameter if one of them is there, and leaves none behind then."""
    from app.errors import BadParameter

    texts: Mapping[Path, str] = {
        folder / f"{name}.tests.json": made.tests,
        folder / f"{name}.txt": made.template,
        folder / f"{name}.json": made.manifest,
    }
    for file in texts:
        if file.exists() or file.is_symlink():
            raise BadParameter("name", f"{file} is there already, and is not overwritten")
    written: list[Path] = []
    try:
        for file, text in texts.items():
            with file.open("x", encoding="utf-8") as opened:
                written.append(file)
                opened.write(text)
    except OSError as exc:
        for file in written:
            file.unlink(missing_ok=True)
        raise BadParameter("name", f"{exc.filename} cannot be written: {exc.strerror}") from exc
    return written
