"""Reads what `torch.save` wrote, without PyTorch and without running anything that stands in the file.

A `.pt` file is a ZIP archive: `data.pkl` says what is in it, by a pickle that could call any function; `data/<key>` holds the
numbers. Here the pickle may name a handful of things, which are made with numpy; anything else is refused."""

from __future__ import annotations

import io
import math
import pickle
import zipfile
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from pathlib import Path
from types import NoneType, SimpleNamespace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from app.errors import EngineError

LARGEST_PICKLE = 16 * 2**20  # bytes; a description of tensors is far smaller, a vocabulary of 100,000 tokens has 4 MiB
MOST_STEPS = 2_000_000  # of a pickle, each of which may make an object; that vocabulary has 600,000
MOST_VALUES = 2_000_000  # that the object holds, each as often as it is in there
DEEPEST = 100  # levels of dictionaries and lists in each other
MOST_COPIES = 4  # times the size of its file that all tensors may take: weights may be tied
LEAST_ROOM = 2**20  # bytes that they may take in any case
_NUMBERS = {
    "DoubleStorage": "<f8",
    "FloatStorage": "<f4",
    "HalfStorage": "<f2",
    "BFloat16Storage": "<u2",  # widened below: numpy has no bfloat16
    "LongStorage": "<i8",
    "IntStorage": "<i4",
    "ShortStorage": "<i2",
    "CharStorage": "<i1",
    "ByteStorage": "<u1",
    "BoolStorage": "<u1",
}


def read(path: Path) -> Any:
    """The object in a `.pt` file, its tensors as arrays. Raises EngineError."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _Reading(path, archive).object()
    except zipfile.BadZipFile as exc:
        raise EngineError(
            f"{path} is no checkpoint that we read: save it with torch.save of PyTorch 1.6 or newer, or as .safetensors"
        ) from exc
    except OSError as exc:
        raise EngineError(f"{path} cannot be read: {exc.strerror or exc}") from exc


class _Reading:
    """One archive being read."""

    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self._path = path
        self._archive = archive
        self._storages: dict[tuple[str, str], NDArray[Any]] = {}
        self._room = MOST_COPIES * path.stat().st_size + LEAST_ROOM  # bytes that storages and tensors may still take
        found = next((name for name in archive.namelist() if name.endswith("data.pkl") and name.count("/") <= 1), None)
        if found is None:
            raise EngineError(f"{path} is a ZIP archive, but none that torch.save wrote")
        self._root = found.removesuffix("data.pkl")

    def object(self) -> Any:
        """What the archive holds. Raises EngineError."""
        if f"{self._root}byteorder" in self._archive.namelist() and self._bytes("byteorder") != b"little":
            raise EngineError(f"{self._path} was written on a big-endian machine")
        try:
            made = _Unpickler(self._bytes("data.pkl", LARGEST_PICKLE), self._path, self._storage, self._tensor).load()
            refuse_endless(made)
        except EngineError:
            raise
        except Exception as exc:  # a damaged pickle raises nearly anything (IndexError, UnicodeDecodeError, …)
            raise EngineError(f"{self._path} is damaged: {type(exc).__name__}") from exc
        return made

    def _bytes(self, name: str, most: int | None = None) -> bytes:
        try:
            info = self._archive.getinfo(self._root + name)
        except KeyError as exc:
            raise EngineError(f"{self._path} lacks {name}: it was not written whole") from exc
        if info.compress_type != zipfile.ZIP_STORED or (most is not None and info.file_size > most):
            raise EngineError(f"{self._path}: {name} is compressed or too large, as torch.save does not write it")
        self._take(info.file_size)
        return self._archive.read(info)

    def _storage(self, kind: str, key: str) -> NDArray[Any]:
        """The numbers of one file of the archive; those of a file that several tensors share are read once."""
        if (kind, key) not in self._storages:
            numbers = np.frombuffer(self._bytes(f"data/{key}"), dtype=_NUMBERS[kind])
            if kind == "BFloat16Storage":
                numbers = (numbers.astype(np.uint32) << 16).view(np.float32)
            self._storages[kind, key] = numbers.astype(bool) if kind == "BoolStorage" else numbers
        return self._storages[kind, key]

    def _tensor(
        self, storage: NDArray[Any], offset: int, size: tuple[int, ...], stride: tuple[int, ...], *_: Any
    ) -> NDArray[Any]:
        """A tensor's own numbers, in a new array: its strides may not lead out of the storage."""
        last = offset + sum((length - 1) * step for length, step in zip(size, stride, strict=True))
        if min((offset, *size, *stride), default=0) < 0 or (0 not in size and last >= len(storage)):
            raise EngineError("a tensor of the checkpoint reaches beyond its numbers: the file is damaged")
        if 0 in size:
            return np.empty(size, storage.dtype)
        step = storage.itemsize
        self._take(math.prod(size) * step)
        view = np.lib.stride_tricks.as_strided(storage[offset:], size, tuple(step * each for each in stride), writeable=False)
        return view.copy()

    def _take(self, size: int) -> None:
        self._room -= size
        if self._room < 0:
            raise EngineError(f"{self._path} describes far more numbers than it holds: the file is damaged")


class _Unpickler(pickle._Unpickler):  # the one in C makes room for two thousand million entries if a pickle says so
    """Knows the few names and steps that a checkpoint of numbers, texts, lists and objects needs."""

    dispatch: ClassVar[dict[int, Callable[[Any], None]]] = {}

    def __init__(self, raw: bytes, path: Path, storage: Callable[[str, str], Any], tensor: Callable[..., Any]) -> None:
        super().__init__(io.BytesIO(raw), encoding="utf-8")
        self._path = path
        self._storage = storage
        self._steps = MOST_STEPS
        self._known: dict[tuple[str, str], Any] = {
            ("collections", "OrderedDict"): _dictionary,
            ("torch._utils", "_rebuild_tensor_v2"): tensor,
            ("torch._utils", "_rebuild_parameter"): _parameter,
            ("argparse", "Namespace"): SimpleNamespace,
        }

    def step(self) -> None:
        """Counts a step of the pickle. Raises EngineError if there are too many."""
        self._steps -= 1
        if self._steps < 0:
            raise EngineError(f"{self._path} describes more than {MOST_STEPS} values")

    def find_class(self, module: str, name: str) -> Any:
        if module in ("torch", "torch.storage") and name in _NUMBERS:
            return name
        known = self._known.get((module, name))
        if known is None:
            raise EngineError(
                f"{self._path} holds {module}.{name}, which we do not load: a checkpoint is"
                " {config, state_dict, tokenizer} of plain values and tensors"
            )
        return known

    def persistent_load(self, pid: Any) -> Any:
        """A storage: `("storage", kind, key, device, how many numbers)`."""
        return self._storage(pid[1], str(pid[2]))


def _dictionary() -> OrderedDict[Any, Any]:
    """An empty one: what is in it comes in steps of its own."""
    return OrderedDict()


def _parameter(tensor: NDArray[Any], *_: Any) -> NDArray[Any]:
    return tensor


# What torch.save writes, in any protocol. Left out is what only other programs write: old text forms, sets, extensions.
_STEPS = (
    "PROTO FRAME STOP MARK NONE NEWTRUE NEWFALSE BININT BININT1 BININT2 LONG1 BINFLOAT BINUNICODE SHORT_BINUNICODE "
    "BINUNICODE8 BINBYTES SHORT_BINBYTES BINPUT LONG_BINPUT MEMOIZE BINGET LONG_BINGET GLOBAL STACK_GLOBAL REDUCE NEWOBJ "
    "BUILD BINPERSID EMPTY_TUPLE TUPLE TUPLE1 TUPLE2 TUPLE3 EMPTY_LIST APPEND APPENDS EMPTY_DICT SETITEM SETITEMS"
)
_OF_PYTHON = pickle._Unpickler.dispatch
_KEYS = (str, int, float, bytes, NoneType)  # of a dictionary: a tuple may be nested so deeply that it has no hash


def _counted(carry_out: Callable[[Any], None]) -> Callable[[Any], None]:
    def counted(unpickler: _Unpickler) -> None:
        unpickler.step()
        carry_out(unpickler)

    return counted


def _set_item(unpickler: Any) -> None:
    _check_keys(unpickler.stack[-2:-1])
    _OF_PYTHON[pickle.SETITEM[0]](unpickler)


def _set_items(unpickler: Any) -> None:
    _check_keys(unpickler.stack[::2])
    _OF_PYTHON[pickle.SETITEMS[0]](unpickler)


def _build(unpickler: Any) -> None:
    if not isinstance(unpickler.stack[-2], OrderedDict | SimpleNamespace):
        raise EngineError("the checkpoint changes what is not its own")
    _OF_PYTHON[pickle.BUILD[0]](unpickler)


def _check_keys(keys: Iterable[Any]) -> None:
    if not all(isinstance(key, _KEYS) for key in keys):
        raise EngineError("a dictionary of the checkpoint has keys that are neither texts nor numbers")


_CHECKED: Mapping[str, Callable[[Any], None]] = {"SETITEM": _set_item, "SETITEMS": _set_items, "BUILD": _build}
for _step in _STEPS.split():
    _code = getattr(pickle, _step)[0]
    _Unpickler.dispatch[_code] = _counted(_CHECKED.get(_step, _OF_PYTHON[_code]))


def refuse_endless(made: Any) -> None:
    """Raises EngineError for what is nested too deeply, or holds too much: one list may be in there many times over."""
    level, seen = [made], 0
    for _ in range(DEEPEST):
        inside = (inner for each in level for inner in _inside(each))
        level = list(islice(inside, MOST_VALUES - seen + 1))
        seen += len(level)
        if not level:
            return
        if seen > MOST_VALUES:
            raise EngineError(f"the checkpoint holds more than {MOST_VALUES} values")
    raise EngineError(f"the checkpoint is nested more than {DEEPEST} levels deep")


def _inside(value: Any) -> Iterable[Any]:
    match value:
        case SimpleNamespace():
            return vars(value).values()
        case dict():
            return value.values()
        case list() | tuple():
            return value
        case _:
            return ()
