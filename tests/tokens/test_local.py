"""Tokenizers on this machine count as their own libraries do."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mistral_common.tokens.tokenizers.tekken import Tekkenizer
from sentencepiece import SentencePieceProcessor
from tokenizers import Tokenizer as FastTokenizer

from app.errors import ManifestError, TemplateError
from app.tokens import Spec, Tokenizer, Tokenizers
from tests.tokens.conftest import AWKWARD

DATA = files("mistral_common") / "data"
V1 = Path(str(DATA / "tokenizer.model.v1"))
PIECES = {"mistral-v1": V1.name, "mistral-v3": "mistral_instruct_tokenizer_240323.model.v3"}


def of(tokenizers: Tokenizers, tokenizer: str | Path) -> Tokenizer:
    return tokenizers.of(Spec(str(tokenizer), None, "any"))


@pytest.mark.parametrize("name", PIECES)
def test_counts_are_sentencepiece_s_on_every_line_of_eight_transcripts(
    carried: Callable[[str], Tokenizer], transcripts: list[str], name: str
) -> None:
    reference = SentencePieceProcessor(model_file=str(DATA / PIECES[name]))

    counts = carried(name).count(transcripts)

    assert counts == [len(pieces) for pieces in reference.encode(transcripts)]


@pytest.mark.parametrize("name", PIECES)
def test_counts_are_sentencepiece_s_on_whole_transcripts(
    carried: Callable[[str], Tokenizer], whole_transcripts: list[str], name: str
) -> None:
    reference = SentencePieceProcessor(model_file=str(DATA / PIECES[name]))

    counts = carried(name).count(whole_transcripts)

    assert counts == [len(pieces) for pieces in reference.encode(whole_transcripts)]


@pytest.mark.parametrize("name", PIECES)
@pytest.mark.parametrize("text", AWKWARD)
def test_counts_are_sentencepiece_s_on_awkward_text(carried: Callable[[str], Tokenizer], name: str, text: str) -> None:
    reference = SentencePieceProcessor(model_file=str(DATA / PIECES[name]))

    counts = carried(name).count([text])

    assert counts == [len(reference.encode(text))]


V1_REFERENCE = SentencePieceProcessor(model_file=str(V1))


@given(st.lists(st.text(alphabet="ab eé\n\t  ▁<s>[INST]/{}'.,0你😀", max_size=60), max_size=4))
def test_counts_are_sentencepiece_s_on_any_text(carried: Callable[[str], Tokenizer], texts: list[str]) -> None:
    counts = carried("mistral-v1").count(texts)

    assert counts == [len(pieces) for pieces in V1_REFERENCE.encode(texts)]


@pytest.mark.parametrize("name", PIECES)
@given(text=st.text(st.one_of(st.characters(), st.sampled_from("ab é\n\t 😀")), max_size=60))
def test_counts_that_add_up_are_at_most_one_for_each_byte_and_one_more(
    carried: Callable[[str], Tokenizer], name: str, text: str
) -> None:
    tokenizer = carried(name)

    counts = tokenizer.count([text])

    assert not tokenizer.adds_up(text) or counts[0] <= len(text.encode()) + 1


def test_counts_are_tekken_s_own(carried: Callable[[str], Tokenizer], transcripts: list[str]) -> None:
    reference = Tekkenizer.from_file(str(DATA / "tekken_240718.json"))
    texts = [*transcripts[::10], *AWKWARD]

    counts = carried("mistral-tekken-v3").count(texts)

    assert counts == [len(reference.encode(text, False, False)) for text in texts]


def test_a_tokenizer_json_counts_as_the_tokenizers_library_does(tokenizers: Tokenizers, trained: Path) -> None:
    reference = FastTokenizer.from_file(str(trained / "tokenizer.json"))

    counts = of(tokenizers, trained).count(AWKWARD)

    assert counts == [len(reference.encode(text, add_special_tokens=False).ids) for text in AWKWARD]


def test_a_folder_s_own_chat_template_is_rendered_and_its_markers_are_single_tokens(
    tokenizers: Tokenizers, trained: Path
) -> None:
    reference = FastTokenizer.from_file(str(trained / "tokenizer.json"))
    rendered = "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\n{x} hi<|im_end|>\n<|im_start|>assistant\n"

    measured = of(tokenizers, trained).measure(
        [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "{x} hi"}]
    )

    assert measured == len(reference.encode(rendered, add_special_tokens=False).ids)


def test_a_file_alone_has_no_template_and_says_that_it_is_not_exact(
    tokenizers: Tokenizers, trained: Path, tmp_path: Path
) -> None:
    shutil.copy(trained / "tokenizer.json", tmp_path / "mine.json")

    tokenizer = of(tokenizers, tmp_path / "mine.json")

    assert not tokenizer.exact


def test_without_a_template_a_prompt_measures_more_than_with_the_usual_one(
    tokenizers: Tokenizers, trained: Path, tmp_path: Path
) -> None:
    shutil.copy(trained / "tokenizer.json", tmp_path)
    prompt = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "hi"}]

    bound = of(tokenizers, tmp_path).measure(prompt)

    assert bound >= of(tokenizers, trained).measure(prompt)


def test_a_folder_with_a_sentencepiece_model_knows_its_template_and_added_tokens(
    tokenizers: Tokenizers, tmp_path: Path
) -> None:
    shutil.copy(V1, tmp_path / "tokenizer.model")
    added = {"32000": {"content": "<|im_end|>", "special": True}, "32001": {"content": "<|im_start|>", "special": True}}
    template = "{% for m in messages %}<|im_start|>{{ m['content'] }}<|im_end|>{% endfor %}"
    config = {"chat_template": template, "added_tokens_decoder": added, "bos_token": {"content": "<s>"}}
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(config), "utf-8")

    measured = of(tokenizers, tmp_path).measure([{"role": "user", "content": "hello there"}])

    assert measured == 2 + len(V1_REFERENCE.encode("hello there"))


def test_a_file_with_mistral_s_version_in_its_name_has_mistral_s_format(
    tokenizers: Tokenizers, carried: Callable[[str], Tokenizer]
) -> None:
    prompt = [{"role": "user", "content": "hello there"}]

    measured = of(tokenizers, "mistral_common:data/tokenizer.model.v1").measure(prompt)

    assert measured == carried("mistral-v1").measure(prompt)


def test_a_template_that_refuses_the_messages_is_the_author_s_to_put_right(
    tokenizers: Tokenizers, trained: Path, tmp_path: Path
) -> None:
    shutil.copy(trained / "tokenizer.json", tmp_path)
    config = {"chat_template": "{{ raise_exception('no system role') }}"}
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(config), "utf-8")
    tokenizer = of(tokenizers, tmp_path)

    with pytest.raises(TemplateError, match="refuses these messages: no system role"):
        tokenizer.measure([{"role": "user", "content": "hi"}])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("tokenizer.json", "{}"),
        ("tokenizer.json", '{"model": {"type": "no such type"}}'),
        ("tokenizer.json", "not JSON"),
        ("tokenizer.model", "not a model"),
        ("tokenizer.model", ""),
        ("tekken.json", "{}"),
        ("tekken.json", "[1"),
    ],
)
def test_a_bad_file_is_an_error_that_names_the_key_and_the_remedy(
    tokenizers: Tokenizers, tmp_path: Path, name: str, content: str
) -> None:
    (tmp_path / name).write_text(content, "utf-8")

    with pytest.raises(ManifestError, match=rf"tokenizer: .*{name} is not a tokenizer we can read; give a folder"):
        of(tokenizers, tmp_path)
