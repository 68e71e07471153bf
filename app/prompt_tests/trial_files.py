"""Files for a replay alone: an edited template or manifest from anywhere, by the names that it has in a services folder."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from app import text_files
from app.catalog.folder import DOCUMENT, LARGEST, MANIFEST, TEMPLATE
from app.errors import ManifestError
from app.manifests import Source
from app.text_files import NotText

_BESIDE = (TEMPLATE, DOCUMENT, MANIFEST)


class Unusable(Exception):
    """A file that a replay cannot use; the message says which and why."""


def fields(file: Path, service: str, manifest: str) -> dict[str, Any]:
    """The fields of a replay with *file*, a template or a manifest, of a job of *service*. *manifest* is the name of that
    service's file at the gateway. Raises Unusable."""
    stem = manifest.removesuffix(MANIFEST)
    if file.suffix == MANIFEST:
        return _of_manifest(file, service, stem)
    name = _variant_name(file, stem)
    return {"variant": name, "files": {name: _read(file)}}


def _variant_name(file: Path, stem: str) -> str:
    """*file* as the service's own template, or as a variant of it."""
    if file.name == f"{stem}{TEMPLATE}":
        return file.name
    bare = file.name.removesuffix(TEMPLATE).removeprefix(f"{stem}.")
    return f"{stem}.{re.sub(r'[^A-Za-z0-9_-]+', '-', bare).strip('-_') or 'draft'}{TEMPLATE}"


def _of_manifest(file: Path, service: str, stem: str) -> dict[str, Any]:
    """The manifest and what it may use beside it. One of the same service takes the place of that service's files."""
    try:
        name = Source.read(file.name, _read(file)).raw.get("name")
    except ManifestError as error:
        raise Unusable(f"{file.parent / ''}{error}") from error
    if not isinstance(name, str) or not name:
        raise Unusable(f'{file}: the manifest has no "name"')
    files = _with_neighbours(file)
    if name == service:
        files = {_renamed(each, file.stem, stem): text for each, text in files.items()}
    return {"service": name, "files": files}


def _renamed(name: str, old: str, new: str) -> str:
    return f"{new}{name.removeprefix(old)}" if name.startswith(f"{old}.") else name


def _with_neighbours(file: Path) -> dict[str, str]:
    """*file* and the files beside it that it names, or that those name: by their names, by their stems, or as its own."""
    beside = {each.name: each for each in sorted(file.parent.iterdir()) if each.is_file() and _may_be_used(each, file)}
    found = {file.name: _read(file)}
    open_names = [file.name]
    while open_names:
        text = found[open_names.pop()]
        for name in [each for each in beside if each not in found and _is_named(each, text, file.stem)]:
            found[name] = _read(beside[name])
            open_names.append(name)
    return found


def _may_be_used(each: Path, manifest: Path) -> bool:
    is_tests = each.name.endswith(f".tests{MANIFEST}")
    return each != manifest and each.name.endswith(_BESIDE) and not each.name.startswith(".") and not is_tests


def _is_named(name: str, text: str, stem: str) -> bool:
    bare = name.removesuffix(TEMPLATE).removesuffix(".md")
    own = not name.endswith(MANIFEST) and (bare == stem or bare.startswith(f"{stem}."))
    return own or any(f"{mark}{each}{mark}" in text for each in (name, bare) for mark in "\"'")


def _read(file: Path) -> str:
    try:
        return text_files.read(file, LARGEST)
    except OSError as error:
        raise Unusable(f"{file}: {error.strerror}") from error
    except NotText as error:
        raise Unusable(f"{file}: {error}") from error
