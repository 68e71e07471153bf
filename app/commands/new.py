"""`new`: writes a service that works, to begin with: manifest, template and a test."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path

from app.commands import flags
from app.commands.scaffolds import MEETINGS, SCAFFOLDS, Scaffold, Wanted, scaffold
from app.settings import APP_FOLDER, Settings

SUMMARY = "write a new service: manifest, template and a test"
EXAMPLES = ("new board-de --type minutes --lang de",)
STATUSES = {0: "the files are written", 1: "a file is there already, or the name or the language cannot be used"}
NOTES = f"""\
In {", ".join(MEETINGS)} the prompts of minutes and the meeting of the test are in that language. In any other language of
ISO 639-1 (it, pt, ja, …) they are in English, and the prompts ask for answers in that language."""


def options(parser: argparse.ArgumentParser, settings: Settings) -> None:
    del settings
    parser.epilog = NOTES
    parser.add_argument("name", help="name of the service, and of its files: board-de")
    parser.add_argument("--type", choices=tuple(SCAFFOLDS), default="summary", help="what it does (%(default)s)")
    parser.add_argument(
        "--lang", default="en", help="language of its answers: a code such as fr, or its English name (%(default)s)"
    )
    flags.add(parser)


def run(given: argparse.Namespace) -> int:
    """Writes the files and says what to do next. Raises BadParameter, SettingError; nothing is ever overwritten."""
    from app.kinds.languages import pack_of

    folder = flags.services_folder(given.settings)
    code, spoken = _language(given.lang)
    _refuse_taken(folder, given.name)
    document = os.path.relpath(APP_FOLDER.parent / "document", folder)
    extract = pack_of(code).extract.replace("in English", f"in {spoken}")  # English is what a language without a pack gets
    made = scaffold(given.type, Wanted(given.name, code, spoken, Path(document).as_posix(), extract))
    for file in _written(folder, given.name, made):
        sys.stdout.write(f"{file}\n")
    sys.stderr.write(
        f"next: python3 -m app check {folder / given.name}.json; python3 -m app test {given.name}; "
        "a running gateway serves it already\n"
    )
    return 0


def _language(given: str) -> tuple[str, str]:
    """Code and English name of the language that *given* names: `it`, `pt-BR`, `Italian`. Raises BadParameter."""
    import pycountry

    from app.errors import BadParameter

    try:
        word = given.replace("_", "-").partition("-")[0].lower()
        # the code first: there is a language with the name En
        found = pycountry.languages.get(alpha_2=word) or pycountry.languages.lookup(word)
        return str(found.alpha_2), str(found.name).partition(" (")[0]
    except (LookupError, AttributeError) as exc:  # there is no such language, or it has no code of two letters
        known = f"a code of ISO 639-1 ({', '.join(MEETINGS)}, it, pt, …) or the English name of a language"
        raise BadParameter("lang", f"{given!r} cannot be used: give {known}") from exc


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
