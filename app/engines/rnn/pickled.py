"""Reads what `torch.save` wrote, without PyTorch and without running anything that stands in the file.

A `.pt` file is a ZIP archive: `data.pkl` says what is in it, by a pickle that could call any function; `data/<key>` holds the
numbers. Here the pickle may name a handful of things, which are made with numpy; anything else is refused."""

from __future__ import annotations

import io
import pickle
import zipfile
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.errors import EngineError

LARGEST_PICKLE = 64 * 2**20  # bytes; a description of tensors is far smaller
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
        found = next((name for name in archive.namelist() if name.endswith("data.pkl") and name.count("/") <= 1), None)
        if found is None:
            raise EngineError(f"{path} is a ZIP archive, but none that torch.save wrote")
        self._root = found.removesuffix("data.pkl")

    def object(self) -> Any:
        if f"{self._root}byteorder" in self._archive.namelist() and self._bytes("byteorder") != b"little":
            raise EngineError(f"{self._path} was written on a big-endian machine")
        try:
            return _Unpickler(self._bytes("data.pkl", LARGEST_PICKLE), self._storage, self._path).load()
        except EngineError:
            raise
        except Exception as exc:  # a damaged pickle raises nearly anything (IndexError, UnicodeDecodeError, …)
            raise EngineError(f"{self._path} is damaged: {type(exc).__name__}") from exc

    def _bytes(self, name: str, most: int | None = None) -> bytes:
        try:
            info = self._archive.getinfo(self._root + name)
        except KeyError as exc:
            raise EngineError(f"{self._path} lacks {name}: it was not written whole") from exc
        if info.compress_type != zipfile.ZIP_STORED or (most is not None and info.file_size > most):
            raise EngineError(f"{self._path}: {name} is compressed or too large, as torch.save does not write it")
        return self._archive.read(info)

    def _storage(self, kind: str, key: str) -> NDArray[Any]:
        numbers = np.frombuffer(self._bytes(f"data/{key}"), dtype=_NUMBERS[kind])
        if kind == "BFloat16Storage":
            return (numbers.astype(np.uint32) << 16).view(np.float32)
        return numbers.astype(bool) if kind == "BoolStorage" else numbers


class _Unpickler(pickle.Unpickler):
    """Knows the few names that a checkpoint of numbers, texts, lists and objects needs."""

    def __init__(self, raw: bytes, storage: Any, path: Path) -> None:
        super().__init__(io.BytesIO(raw), encoding="utf-8")
        self._storage = storage
        self._path = path

    def find_class(self, module: str, name: str) -> Any:
        if module in ("torch", "torch.storage") and name in _NUMBERS:
            return name
        known = _KNOWN.get((module, name))
        if known is None:
            raise EngineError(
                f"{self._path} holds {module}.{name}, which we do not load: a checkpoint is"
                " {config, state_dict, tokenizer} of plain values and tensors"
            )
        return known

    def persistent_load(self, pid: Any) -> Any:
        """A storage: `("storage", kind, key, device, how many numbers)`."""
        return self._storage(pid[1], str(pid[2]))


def _tensor(storage: NDArray[Any], offset: int, size: tuple[int, ...], stride: tuple[int, ...], *_: Any) -> NDArray[Any]:
    """A tensor's own numbers, in a new array: its strides may not lead out of the storage."""
    last = offset + sum((length - 1) * step for length, step in zip(size, stride, strict=True))
    if min((offset, *size, *stride), default=0) < 0 or (0 not in size and last >= len(storage)):
        raise EngineError("a tensor of the checkpoint reaches beyond its numbers: the file is damaged")
    if 0 in size:
        return np.empty(size, storage.dtype)
    step = storage.itemsize
    view = np.lib.stride_tricks.as_strided(storage[offset:], size, tuple(step * each for each in stride), writeable=False)
    return view.copy()


def _parameter(tensor: NDArray[Any], *_: Any) -> NDArray[Any]:
    return tensor


_KNOWN: Mapping[tuple[str, str], Any] = {
    ("collections", "OrderedDict"): OrderedDict,
    ("torch._utils", "_rebuild_tensor_v2"): _tensor,
    ("torch._utils", "_rebuild_parameter"): _parameter,
    ("argparse", "Namespace"): SimpleNamespace,
}
