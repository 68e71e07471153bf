"""Checkpoints are read without PyTorch and without running anything in them; what is damaged or foreign is refused in words."""

from __future__ import annotations

import pickle
import shutil
import tempfile
import tracemalloc
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
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


def doubled(times: int) -> list[Any]:
    """A list that holds one list twice, and so on."""
    made: list[Any] = []
    for _ in range(times):
        made = [made, made]
    return made


def nested(levels: int) -> bytes:
    """A pickle of lists in each other."""
    return b"\x80\x02" + b"]" * levels + b"a" * (levels - 1) + b"."


FLOATS = (
    b"\x80\x02ctorch._utils\n_rebuild_tensor_v2\n((X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\x000X\x03\0\0\0cpuK\x01tQ"
)


@pytest.mark.parametrize(
    ("description", "reason"),
    [
        (b"\x80\x02}r\xff\xff\xff\x7f.", "holds no recurrent layer"),
        (b"\x80\x02]" + b"r\xff\xff\xff\x7f" * 40 + b".", "holds no {config"),
        (FLOATS + b"K\0J\0\0\0\x40\x85K\0\x85tR.", "describes far more numbers than it holds"),
        (b"\x80\x02\x96\0\0\0\0\x02\0\0\0.", "is damaged"),
        (pickle.dumps(doubled(60)), "holds more than 2000000 values"),
        (nested(5_000), "nested more than 100 levels deep"),
        (b"\x80\x02" + b"]" * 2_000_001, "describes more than 2000000 values"),
        (pickle.dumps({("a", "b"): 1}), "keys that are neither texts nor numbers"),
        (b"\x80\x02ctorch._utils\n_rebuild_parameter\n}X\x01\0\0\0aK\x01sb.", "changes what is not its own"),
        (b"\x80\x02c" + b"a" * 1_000_000 + b"\nb\n.", "which we do not load"),
    ],
    ids=["memo", "memos", "expanded", "bytearray", "doubled", "deep", "many", "keys", "build", "name"],
)
def test_a_small_description_of_much_is_refused_in_little_memory(description: bytes, reason: str, tmp_path: Path) -> None:
    tracemalloc.start()
    try:
        said = refusal(zipped(tmp_path / "m.pt", description, data__0=b"\0" * 4))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert reason in said
    assert peak < 400 * 2**20


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_a_damaged_checkpoint_is_refused_or_read_and_nothing_else(data: st.DataObject) -> None:
    with zipfile.ZipFile(REFERENCE / "gru-char.pt") as archive:
        description = next(archive.read(name) for name in archive.namelist() if name.endswith("data.pkl"))
    at = data.draw(st.integers(0, len(description) - 1))
    changed = description[:at] + data.draw(st.binary(max_size=6)) + description[at + data.draw(st.integers(0, 6)) :]

    with tempfile.TemporaryDirectory() as folder, suppress(EngineError):
        checkpoint.read(zipped(Path(folder, "m.pt"), changed, **{f"data__{key}": b"\0" * 4096 for key in range(20)}))


@pytest.mark.parametrize("text", ["[" * 100_000, "[],[]," * 900_000, "[]," * 4_000_001], ids=["deep", "no json", "many"])
def test_metadata_of_safetensors_is_bounded(text: str, tmp_path: Path) -> None:
    save_file(tensors(), tmp_path / "m.safetensors", metadata={"config": text})

    assert "no checkpoint that we read" in refusal(tmp_path / "m.safetensors")


@pytest.mark.parametrize("shape", [(16,), (16, 0), (0, 4), (4, 4, 4), ()], ids=str)
def test_a_recurrent_weight_that_is_no_matrix_is_refused(shape: tuple[int, ...], tmp_path: Path) -> None:
    assert "must be a matrix" in refusal(saved(tmp_path, tensors(rnn__weight_hh_l0=np.ones(shape, np.float32))))


def test_a_layer_of_a_number_beyond_all_use_is_none(tmp_path: Path) -> None:
    weights = tensors(**{f"rnn__weight_ih_l{'9' * 5000}": np.ones((2, 2), np.float32)})

    assert "besides these it holds" in refusal(saved(tmp_path, weights))
