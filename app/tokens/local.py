"""Tokenizers that are files on this machine: SentencePiece models, Hugging Face folders, Mistral's Tekken."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.allocator import give_back
from app.errors import Problem, TemplateError
from app.tokens import instruct
from app.tokens.base import Messages, overhead, unusable
from app.tokens.counting import SPACE, Count, Remembered, Words, words_stand_alone
from app.tokens.instruct import Layout
from app.tokens.quiet import transformers

# What LlamaTokenizer must cut as SentencePiece itself does before it is believed.
_PROOF = (
    "Bonjour : ça va ?",
    " two  spaces \n\n\tand  more",
    "سلام، 你好 👍🏽",
    "x" * 40,
    "<s>[INST] {0} [/INST]</s>",
    "3,14 ▁ a▁b",
    "",
)
_LAYOUTS: Mapping[str, Layout] = {
    "v1": instruct.v1,
    "v2": instruct.v3,
    "v3": instruct.v3,
    "v7": instruct.v7,
    "v7m1": instruct.v7,
}


@dataclass(frozen=True)
class Local:
    """A tokenizer on this machine. Without a chat template *prompt* is an upper bound, and *exact* is False."""

    name: str
    counts: Count
    prompt: Callable[[Messages], int]
    exact: bool = True

    def adds_up(self, text: str) -> bool:
        return isinstance(self.counts, Words) and SPACE not in text

    def count(self, texts: Sequence[str]) -> list[int]:
        return self.counts(texts)

    def measure(self, messages: Messages) -> int:
        return self.prompt(messages)


def load(name: str, file: Path, layout: Layout | None = None) -> Local:
    """The tokenizer in *file*; its chat format is *layout*, or what its own folder says, or else a stated overhead.

    Raises a ManifestError for the key `tokenizer` if *file* does not hold one."""
    try:
        return _loaded(name, file, layout)
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as exc:
        raise _unreadable(file) from exc
    finally:
        give_back()  # 12 to 17 MB of what its files were read into


def _loaded(name: str, file: Path, layout: Layout | None) -> Local:
    if file.suffix == ".json":
        return _tekken(name, file, layout) if _is_tekken(file) else _fast(name, file)
    return _sentencepiece(name, file, layout)


def _unreadable(file: Path) -> Exception:
    return unusable(f"{file} is not a tokenizer we can read; give a folder with the model's tokenizer.json or tokenizer.model")


def _laid_out(name: str, counts: Count, layout: Layout) -> Local:
    def prompt(messages: Messages) -> int:
        specials, texts = layout(messages)
        return specials + sum(counts(texts))

    return Local(name, counts, prompt)


def _bounded(name: str, counts: Count) -> Local:
    def prompt(messages: Messages) -> int:
        return overhead(messages) + sum(counts([message["content"] for message in messages]))

    return Local(name, counts, prompt, exact=False)


def _templated(name: str, counts: Count, tokenizer: Any) -> Local:
    """Renders the tokenizer's own chat template, and counts the text as a server does: its markers are special tokens."""
    import jinja2

    def prompt(messages: Messages) -> int:
        try:
            text = tokenizer.apply_chat_template([dict(each) for each in messages], tokenize=False, add_generation_prompt=True)
        except jinja2.TemplateError as exc:
            reason = f"the chat template of {name} refuses these messages: {exc}; most often it knows no system message"
            raise TemplateError(Problem(file="", key="tokenizer", reason=reason)) from exc
        return len(tokenizer.backend_tokenizer.encode(text, add_special_tokens=False).ids)

    return Local(name, counts, prompt)


def _with_template(name: str, counts: Count, tokenizer: Any) -> Local:
    return _templated(name, counts, tokenizer) if tokenizer.chat_template else _bounded(name, counts)


def _fast(name: str, file: Path) -> Local:
    """A `tokenizer.json`, with the template and special tokens of the folder around it."""
    try:
        tokenizer = transformers().PreTrainedTokenizerFast.from_pretrained(
            file.parent, tokenizer_file=str(file), local_files_only=True
        )
    except Exception as exc:  # tokenizers raises bare Exception for a file it cannot read
        raise _unreadable(file) from exc
    backend = tokenizer.backend_tokenizer
    if not backend.get_vocab_size():
        raise _unreadable(file)

    def ask(texts: Sequence[str]) -> list[int]:
        # one by one: the library's own threads for batches do not survive a fork
        return [len(backend.encode(text, add_special_tokens=False).ids) for text in texts]

    return _with_template(name, Remembered(ask), tokenizer)


def _is_tekken(file: Path) -> bool:
    return "tekken" in file.name


def _tekken(name: str, file: Path, layout: Layout | None) -> Local:
    from mistral_common.tokens.tokenizers.tekken import Tekkenizer

    tekken = Tekkenizer.from_file(file)

    def ask(texts: Sequence[str]) -> list[int]:
        return [len(tekken.encode(text, bos=False, eos=False)) for text in texts]

    return _laid_out(name, Remembered(ask), layout or _LAYOUTS.get(tekken.version.value, instruct.v7))


def _sentencepiece(name: str, file: Path, layout: Layout | None) -> Local:
    """A SentencePiece model through `transformers.LlamaTokenizer`, with the template and tokens of the folder around it."""
    settings = _settings(file.parent)
    tokenizer, counts = _llama(file, settings)
    layout = layout or _LAYOUTS.get(file.suffix.removeprefix("."))
    return _laid_out(name, counts, layout) if layout else _with_template(name, counts, tokenizer)


def _settings(folder: Path) -> dict[str, Any]:
    """What `tokenizer_config.json` and `chat_template.jinja` beside a model file say, if they exist."""
    config, template = folder / "tokenizer_config.json", folder / "chat_template.jinja"
    settings: dict[str, Any] = json.loads(config.read_text(encoding="utf-8")) if config.is_file() else {}
    if template.is_file():
        settings["chat_template"] = template.read_text(encoding="utf-8")
    return settings


def _llama(file: Path, settings: Mapping[str, Any]) -> tuple[Any, Count]:
    """`LlamaTokenizer` over *file*, and a Count that takes every text as it stands, markers included."""
    from sentencepiece import SentencePieceProcessor

    model = SentencePieceProcessor(model_file=str(file))

    def reference(texts: Sequence[str]) -> list[int]:
        return [len(pieces) for pieces in model.encode(list(texts))]

    vocabulary, markers, scores = _vocabulary(model)
    tokenizer = _llama_of(vocabulary, markers, scores, settings)
    backend = tokenizer.backend_tokenizer
    words = Words(lambda word: len(backend.model.tokenize(word)))
    counts = words if SPACE in scores and words_stand_alone(scores) else Remembered(reference)
    if backend.get_vocab_size(with_added_tokens=False) != model.vocab_size() or words(_PROOF) != reference(_PROOF):
        raise unusable(f"{file} is no model for a LlamaTokenizer; give the model's tokenizer.json instead")
    _add_tokens(backend, settings)
    return tokenizer, counts


def _vocabulary(model: Any) -> tuple[dict[str, int], list[str], dict[str, float]]:
    """The numbers of all pieces, the markers among them, and the scores of those that are made by merging others."""
    numbers = range(model.vocab_size())
    markers = {number for number in numbers if model.IsControl(number) or model.IsUnknown(number)}
    merged = [number for number in numbers if number not in markers and not model.IsByte(number)]
    return (
        {model.id_to_piece(number): number for number in numbers},
        [model.id_to_piece(number) for number in markers],
        {model.id_to_piece(number): model.get_score(number) for number in merged},
    )


def _llama_of(vocabulary: dict[str, int], markers: list[str], scores: dict[str, float], settings: Mapping[str, Any]) -> Any:
    """A `LlamaTokenizer` that cuts as SentencePiece does.

    It gets the merges in the order of their scores: what transformers 5.23 itself reads out of a `tokenizer.model` ignores
    the scores, and cuts runs of spaces otherwise than SentencePiece, and so the servers, do."""
    made = transformers()
    from tokenizers import normalizers
    from transformers.convert_slow_tokenizer import generate_merges

    tokenizer = made.LlamaTokenizer(
        vocab=vocabulary,
        merges=generate_merges(vocabulary, scores, skip_tokens=markers),
        chat_template=settings.get("chat_template"),
        **{key: _content(settings[key]) for key in ("bos_token", "eos_token", "unk_token") if settings.get(key)},
    )
    backend = tokenizer.backend_tokenizer
    backend.normalizer = normalizers.Sequence([normalizers.Prepend(SPACE), normalizers.Replace(" ", SPACE)])
    backend.pre_tokenizer = None
    return tokenizer


def _content(token: Any) -> str:
    """A token of `tokenizer_config.json`: text, or an object that holds it."""
    return str(token["content"]) if isinstance(token, dict) else str(token)


def _add_tokens(backend: Any, settings: Mapping[str, Any]) -> None:
    """The markers that a finetuned model has beside its vocabulary, so that a chat template's are one token each."""
    from tokenizers import AddedToken

    added = settings.get("added_tokens_decoder", {}).values()
    backend.add_tokens([AddedToken(each["content"], normalized=False, special=bool(each.get("special"))) for each in added])
