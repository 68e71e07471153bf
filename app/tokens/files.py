"""What the key `tokenizer` of a flavor names: a path, or a resource of an installed package."""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import sha256
from importlib import resources
from pathlib import Path

from app.tokens.base import unusable

_RESOURCE = re.compile(r"(?P<package>[A-Za-z_]\w*(?:\.\w+)*):(?P<inside>.+)")
_IN_A_FOLDER = ("tokenizer.json", "tokenizer.model", "tekken.json")  # looked for in this order


def locate(given: str) -> Path:
    """The tokenizer file that *given* names: a file, a folder that holds one, or the same inside a package (`package:path`).

    A relative path counts from the working directory. Raises a ManifestError for the key `tokenizer`."""
    resource = _RESOURCE.fullmatch(given)
    path = Path(given).expanduser()
    if resource and not path.exists():
        path = _inside(resource["package"], resource["inside"])
    if path.is_dir():
        return _in_folder(path)
    if not path.is_file():
        raise unusable(f"{given!r} does not exist (looked for {path.absolute()}); give an existing path or `package:path`")
    return path


def _inside(package: str, inside: str) -> Path:
    try:
        return Path(str(resources.files(package))) / inside
    except ModuleNotFoundError as exc:
        raise unusable(f"the package {package!r} is not installed; install it, or give an existing path") from exc


def _in_folder(folder: Path) -> Path:
    for name in _IN_A_FOLDER:
        if (folder / name).is_file():
            return folder / name
    raise unusable(f"the folder {str(folder)!r} holds no tokenizer; it needs one of {', '.join(_IN_A_FOLDER)}")


def fingerprint(file: Path) -> str:
    """Twelve digits that change when the tokenizer changes: of the file and of what the folder says about its template."""
    beside = (file.parent / "tokenizer_config.json", file.parent / "chat_template.jinja")
    parts = [_digest(each, *_state(each)) for each in (file, *beside) if each.is_file()]
    return sha256("".join(parts).encode()).hexdigest()[:12]


def _state(file: Path) -> tuple[int, int]:
    state = file.stat()
    return state.st_mtime_ns, state.st_size


@lru_cache(maxsize=64)
def _digest(file: Path, _written: int, _size: int) -> str:
    """Read again only when the file was written."""
    return sha256(file.read_bytes()).hexdigest()
