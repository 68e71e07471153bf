"""Checkpoints are read without PyTorch and without running anything in them; what is damaged or foreign is refused in words."""

from __future__ import annotations

import pickle
import shutil
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from app.engines.rnn import checkpoint
from app.errors import EngineError
from tests.engines.rnn.make_reference import REFERENCE

HIDDEN, EMBEDDING, VOCABULARY = 4, 3, 300


def tensors(gates: int = 4, layers: int = 1, **changed: Any) -> dict[str, Any]:
    """The weights of a network; *changed* replaces some, and removes those that are None."""
    shapes: dict[str, tuple[int, ...]] = {"embedding.weight": (VOCABULARY, EMBEDDING)}
    for layer in range(layers):
        shapes |= {
            f"rnn.weight_ih_l{layer}": (gates * HIDDEN, HIDDEN if layer else EMBEDDING),
            f"rnn.weight_hh_l{layer}": (gates * HIDDEN, HIDDEN),
            f"rnn.bias_ih_l{layer}": (gates * HIDDEN,),
            f"rnn.bias_hh_l{layer}": (gates * HIDDEN,),
        }
    shapes |= {"linear.weight": (VOCABULARY, HIDDEN), "linear.bias": (VOCABULARY,)}
    made = {name: np.ones(shape, np.float32) for name, shape in shapes.items()}
    renamed = {name.replace("__", "."): value for name, value in changed.items()}
    return {name: value for name, value in {**made, **renamed}.items() if value is not None}


def saved(folder: Path, weights: dict[str, Any]) -> Path:
    path = folder / "m.safetensors"
    save_file(weights, path)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(EngineError) as refused:
        checkpoint.read(path)
    return str(refused.value)


@pytest.mark.parametrize(
    ("name", "gates", "layers", "vocabulary"), [("lstm-byte.pt", 4, 1, 256), ("gru-char.pt", 3, 2, None)], ids=str
)
def test_what_torch_saved_is_read(name: str, gates: int, layers: int, vocabulary: int | None) -> None:
    read = checkpoint.read(REFERENCE / name)

    assert (read.gates, len(read.layers), read.hidden) == (gates, layers, 16)
    assert read.config["vocab_size"] == read.vocabulary == (vocabulary or read.vocabulary)


def test_safetensors_are_read_with_their_metadata() -> None:
    read = checkpoint.read(REFERENCE / "lstm-bpe.safetensors")

    assert (read.gates, read.config["cell"], read.tokenizer["type"]) == (4, "lstm", "bpe")


def test_names_and_wrappers_do_not_matter(tmp_path: Path) -> None:
    plain = tensors()
    renames = {"embedding": "module.emb", "rnn": "module.lstm", "linear": "module.fc"}
    wrapped = {f"{renames[name.split('.')[0]]}.{name.split('.')[1]}": value for name, value in plain.items()}

    read = checkpoint.read(saved(tmp_path, wrapped))

    assert (read.gates, read.vocabulary, read.embedding is None) == (4, VOCABULARY, False)


def test_biases_may_be_missing_and_weights_tied(tmp_path: Path) -> None:
    tied = {
        "rnn__bias_ih_l0": None,
        "rnn__bias_hh_l0": None,
        "linear__weight": None,
        "linear__bias": None,
        "embedding__weight": np.ones((VOCABULARY, HIDDEN), np.float32),
        "rnn__weight_ih_l0": np.ones((4 * HIDDEN, HIDDEN), np.float32),
    }

    read = checkpoint.read(saved(tmp_path, tensors(**tied)))

    assert not read.layers[0].bias_ih.any()
    assert read.head.shape == (VOCABULARY, HIDDEN)


def test_a_one_hot_input_needs_no_embedding(tmp_path: Path) -> None:
    one_hot = {"embedding__weight": None, "rnn__weight_ih_l0": np.ones((4 * HIDDEN, VOCABULARY), np.float32)}

    assert checkpoint.read(saved(tmp_path, tensors(**one_hot))).embedding is None


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"rnn__weight_hh_l0": None}, "lacks weight_hh_l0"),
        ({"linear__weight": np.ones((VOCABULARY, 7), np.float32)}, "the linear layer is of the shape (300, 7), where (300, 4)"),
        ({"rnn__bias_ih_l0": np.ones(7, np.float32)}, "bias_ih_l0 is of the shape (7,)"),
        ({"linear__bias": np.full(VOCABULARY, np.nan, np.float32)}, "not finite"),
        ({"norm__weight": np.ones(HIDDEN, np.float32)}, "besides these it holds"),
        ({"conv__weight": np.ones((2, 2, 2), np.float32)}, "besides these it holds"),
    ],
    ids=str,
)
def test_a_network_of_another_shape_is_refused(changed: dict[str, Any], reason: str, tmp_path: Path) -> None:
    assert reason in refusal(saved(tmp_path, tensors(**changed)))


def test_another_kind_of_model_is_refused(tmp_path: Path) -> None:
    assert "holds no recurrent layer" in refusal(saved(tmp_path, {"wte.weight": np.ones((2, 2), np.float32)}))


class Bomb:
    def __reduce__(self) -> Any:
        return (shutil.rmtree, ("/nowhere",))


def zipped(path: Path, pickled: bytes, **files: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("m/data.pkl", pickled)
        for name, raw in files.items():
            archive.writestr(f"m/{name.replace('__', '/')}", raw)
    return path


def test_nothing_in_a_checkpoint_is_run(tmp_path: Path) -> None:
    path = zipped(tmp_path / "m.pt", pickle.dumps({"config": Bomb()}))

    assert "holds shutil.rmtree, which we do not load" in refusal(path)


def test_a_tensor_may_not_reach_beyond_its_numbers(tmp_path: Path) -> None:
    raw = zipfile.ZipFile(REFERENCE / "lstm-byte.pt")
    path = tmp_path / "m.pt"
    with raw, zipfile.ZipFile(path, "w") as archive:
        for name in raw.namelist():
            data = raw.read(name)
            archive.writestr(name, data[: len(data) // 2] if "/data/" in name else data)

    assert "reaches beyond its numbers" in refusal(path)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [(b"", "no checkpoint that we read"), (b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.", "PyTorch 1.6 or newer")],
    ids=["empty", "legacy"],
)
def test_what_torch_did_not_write_is_refused(raw: bytes, reason: str, tmp_path: Path) -> None:
    (tmp_path / "m.pt").write_bytes(raw)

    assert reason in refusal(tmp_path / "m.pt")


@pytest.mark.parametrize(
    "pickled", [b"", b"garbage", pickle.dumps([1]), pickle.dumps({})], ids=["empty", "garbage", "list", "dict"]
)
def test_a_damaged_description_is_refused(pickled: bytes, tmp_path: Path) -> None:
    assert str(tmp_path) in refusal(zipped(tmp_path / "m.pt", pickled))


def test_a_compressed_archive_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "m.pt", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("m/data.pkl", b"\0" * 10**6)

    assert "compressed or too large" in refusal(tmp_path / "m.pt")


def test_a_cut_file_is_refused(tmp_path: Path) -> None:
    whole = (REFERENCE / "lstm-byte.pt").read_bytes()
    (tmp_path / "m.pt").write_bytes(whole[: len(whole) // 2])

    assert "no checkpoint that we read" in refusal(tmp_path / "m.pt")


@pytest.mark.parametrize("name", ["m.pt", "m.safetensors"])
def test_a_missing_file_is_named(name: str, tmp_path: Path) -> None:
    assert name in refusal(tmp_path / name)


def test_damaged_safetensors_are_refused(tmp_path: Path) -> None:
    (tmp_path / "m.safetensors").write_bytes(b"\x10\0\0\0\0\0\0\0{}")

    assert "no checkpoint that we read" in refusal(tmp_path / "m.safetensors")
