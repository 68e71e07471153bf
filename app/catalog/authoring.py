"""Changes a service in place: what a person typed is checked as the whole folder would be, and written only if it serves."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.catalog.catalog import Catalog
from app.catalog.examining import Examine
from app.catalog.folder import DOCUMENT, LARGEST, MANIFEST, NO_MANIFESTS, TEMPLATE, Folder
from app.catalog.loading import load
from app.catalog.pointing import Excerpt, excerpt
from app.catalog.restoring import write
from app.errors import BadParameter, Problem, ServiceNotFound
from app.kinds.base import Kind

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")


@dataclass(frozen=True)
class Checked:
    """What came of a check: the *catalog* that the folder would make, the problems that *files* have there, each with its
    place, and whether the service and all others would be *served*."""

    catalog: Catalog
    problems: tuple[tuple[Problem, Excerpt], ...]
    served: bool


class Authoring:
    """Edits manifests and templates of one folder. *examine* tries them, in a process that may be killed."""

    def __init__(self, folder: Path, kinds: Mapping[str, Kind], examine: Examine) -> None:
        self._folder = folder
        self._kinds = kinds
        self._examine = examine

    def files(self, stem: str) -> dict[str, str]:
        """The manifest and, if there is one, the template of the files that are called *stem*. Raises ServiceNotFound."""
        read = Folder.read(self._folder)
        manifest, template = f"{stem}{MANIFEST}", f"{stem}{TEMPLATE}"
        if manifest not in read.manifests or manifest not in read.texts:
            raise ServiceNotFound(stem)
        return {name: read.texts[name] for name in (manifest, template) if name in read.texts}

    def check(self, stem: str, changed: Mapping[str, str]) -> Checked:
        """What the folder would be with the texts *changed*; nothing is written to it. Raises BadParameter, ServiceNotFound."""
        held = self.files(stem)
        for name, text in changed.items():
            if name not in held or len(text.encode()) > LARGEST:
                raise BadParameter(name, f"must be a file of the service {stem}, of at most {LARGEST} bytes")
        now, then = self._catalog({}), self._catalog(changed)
        with tempfile.TemporaryDirectory() as made:
            _write_all(Path(made), {**held, **changed})
            known = {each for each in now.problems if each.file not in held}
            found = [each for each in then.problems if each not in known]
            problems = tuple((each, excerpt(Path(made), each)) for each in found)
        files = {entry.file for entry in then.services.values()}
        lost = {entry.file for entry in now.services.values()} - files
        return Checked(then, problems, f"{stem}{MANIFEST}" in files and not lost)

    def holds(self, files: Mapping[str, str]) -> bool:
        """True if the folder has all of *files* as they are."""
        texts = Folder.read(self._folder).texts
        return all(texts.get(name) == text for name, text in files.items())

    def trial(self, files: Mapping[str, str]) -> Catalog:
        """What the folder would be with *files*, which are not written to it. Raises BadParameter if they do not work there."""
        for name, text in files.items():
            if not _NAME.fullmatch(name) or not name.endswith((MANIFEST, TEMPLATE, DOCUMENT)) or name in NO_MANIFESTS:
                raise BadParameter("files", f"{name[:100]!r} is no name of a manifest or a template")
            if len(text.encode()) > LARGEST:
                raise BadParameter("files", f"{name} has more than {LARGEST} bytes")
        now, then = self._catalog({}), self._catalog(files)
        if found := [str(each) for each in then.problems if each not in now.problems]:
            raise BadParameter("files", "; ".join(found))
        return then

    def save(self, stem: str, changed: Mapping[str, str], held: Mapping[str, str]) -> Checked:
        """Writes the texts *changed* if they serve, each file as a whole, and if the files are still what was *held*.

        Raises as `check` does, and StoreError; then nothing is changed."""
        checked = self.check(stem, changed)
        if checked.served:
            different = {name: text for name, text in changed.items() if held.get(name) != text}
            write(self._folder, different, held)
        return checked

    def _catalog(self, changed: Mapping[str, str]) -> Catalog:
        """What a copy of the folder with the texts *changed* makes, without any last good version."""
        with tempfile.TemporaryDirectory() as made:
            _write_all(Path(made), {**Folder.read(self._folder).texts, **changed})
            return load(Path(made), self._kinds, prove=self._examine)


def _write_all(folder: Path, texts: Mapping[str, str]) -> None:
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
