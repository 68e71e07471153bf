"""How a recurrent model writes: bytes (the default), characters (old checkpoints), or pairs of bytes (BPE).

Which of them it is, is seen in the checkpoint. Text comes out of a `Writer` token by token and never holds a part of a
character: what has only begun waits for its other bytes."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from app.errors import EngineError

BYTES = 256
LONGEST_REASON = 300  # characters of an error that repeats what is in the file
_HF = ("added_tokens", "pre_tokenizer", "decoder")  # what tells a whole tokenizer.json from a bare vocabulary


class Writer(Protocol):
    """Turns one text's tokens into characters."""

    def feed(self, token: int) -> str:
        """What there is to say now."""

    def end(self) -> str:
        """What is left: of a character that never became whole, the replacement character."""


class Tokenizer(Protocol):
    @property
    def end(self) -> int | None:
        """The token after which the text is over, if there is one."""

    def encode(self, text: str) -> list[int]:
        """The tokens of *text*; what the model has no token for is left out."""

    def writer(self) -> Writer: ...

    def record(self) -> dict[str, Any]:
        """The tokenizer as a checkpoint keeps it."""


class Bytes:
    """The bytes of UTF-8; tokens from 256 on are nothing that is written."""

    end: int | None = None

    def encode(self, text: str) -> list[int]:
        return list(text.encode("utf-8", "ignore"))

    def writer(self) -> Writer:
        return _OfBytes({number: bytes([number]) for number in range(BYTES)})

    def record(self) -> dict[str, Any]:
        return {"type": "byte"}


class Characters:
    """One token a character."""

    end: int | None = None

    def __init__(self, tokens: Mapping[str, int]) -> None:
        self._tokens = dict(tokens)
        self._characters = {token: character for character, token in tokens.items()}

    @classmethod
    def of(cls, text: str) -> Characters:
        """Those that occur in *text*, in order."""
        return cls({character: at for at, character in enumerate(sorted(set(text)))})

    def encode(self, text: str) -> list[int]:
        return [self._tokens[character] for character in text if character in self._tokens]

    def writer(self) -> Writer:
        return _OfCharacters(self._characters)

    def record(self) -> dict[str, Any]:
        return {"type": "char", "stoi": self._tokens}


class Pairs:
    """BPE by the `tokenizers` package. One on bytes (GPT-2's alphabet) may cut a character in two; others do not."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        names = ("<|endoftext|>", "</s>", "<eos>", "<|end|>")
        ends = (tokenizer.token_to_id(name) for name in names)
        self.end: int | None = next((token for token in ends if token is not None), None)

    @classmethod
    def read(cls, given: str | Mapping[str, Any]) -> Pairs:
        """From a whole `tokenizer.json`, or from `vocab` and `merges` alone."""
        import tokenizers

        try:
            if isinstance(given, str):
                return cls(tokenizers.Tokenizer.from_str(given))
            if any(key in given for key in _HF):
                return cls(tokenizers.Tokenizer.from_str(json.dumps(given)))
            return cls(_of_vocabulary(given["vocab"], given["merges"]))
        except Exception as exc:  # tokenizers raises bare Exception for what it cannot read
            raise EngineError(f"its BPE tokenizer cannot be read: {str(exc)[:LONGEST_REASON]}") from exc

    @classmethod
    def of(cls, texts: Iterable[str], size: int) -> Pairs:
        """Trained on *texts*, of at most *size* tokens."""
        from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

        tokenizer = Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.decoder = decoders.ByteLevel()
        alphabet = pre_tokenizers.ByteLevel.alphabet()
        trainer = trainers.BpeTrainer(vocab_size=size, initial_alphabet=alphabet, show_progress=False)
        tokenizer.train_from_iterator(texts, trainer)
        return cls(tokenizer)

    def encode(self, text: str) -> list[int]:
        tokens: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return tokens

    def writer(self) -> Writer:
        vocabulary: dict[str, int] = self._tokenizer.get_vocab()
        special = {token for token, added in self._tokenizer.get_added_tokens_decoder().items() if added.special}
        pieces = {token: piece for piece, token in vocabulary.items() if token not in special}
        if _on_bytes(vocabulary):
            return _OfBytes({token: bytes(_FROM_GPT2[letter] for letter in piece) for token, piece in pieces.items()})
        return _OfCharacters({token: piece.replace("▁", " ").replace("</w>", " ") for token, piece in pieces.items()})

    def record(self) -> dict[str, Any]:
        return {"type": "bpe", "json": self._tokenizer.to_str()}


def detect(given: Any, vocabulary: int) -> Tokenizer:
    """The tokenizer that a checkpoint holds, which has *vocabulary* tokens. Raises EngineError."""
    if given is None or given in ("byte", "bytes"):
        return _bytes(vocabulary)
    if isinstance(given, str):
        return Pairs.read(given) if given.lstrip().startswith("{") else _characters(given, vocabulary)
    if isinstance(given, Sequence):
        return _characters(given, vocabulary)
    if not isinstance(given, Mapping):
        raise EngineError("its tokenizer is of no kind that we know: byte, char or bpe")
    return _of_mapping(given, vocabulary)


def _of_mapping(given: Mapping[Any, Any], vocabulary: int) -> Tokenizer:
    kind = str(given.get("type") or given.get("kind") or given.get("mode") or "").lower()
    if kind.startswith("byte") and "merges" not in given:
        return _bytes(vocabulary)
    if kind == "bpe" or "merges" in given or any(key in given for key in _HF):
        return Pairs.read(next((given[key] for key in ("json", "tokenizer") if key in given), given))
    for key in ("stoi", "itos", "chars", "vocab"):
        if given.get(key) is not None:
            return _characters(given[key], vocabulary)
    return _characters(given, vocabulary)


def _characters(given: Any, vocabulary: int) -> Characters:
    numbered = _numbered(given)
    if any(not 0 <= token < vocabulary for token in numbered.values()):
        raise EngineError(f"its tokenizer has tokens that are not among the {vocabulary} of the model")
    return Characters(numbered)


def _numbered(given: Any) -> dict[str, int]:
    """Characters by text, list, or either direction of a dictionary; each with its token."""
    if not isinstance(given, Mapping):
        return {str(character): at for at, character in enumerate(given)}
    pairs = (
        (value, key) if isinstance(value, str) else (key, value)
        for key, value in given.items()
        if key not in ("type", "kind", "mode")
    )
    try:
        return {str(character): int(token) for character, token in pairs}
    except (TypeError, ValueError, OverflowError) as exc:
        raise EngineError("its tokenizer is of no kind that we know: byte, char or bpe") from exc


def _bytes(vocabulary: int) -> Bytes:
    if vocabulary < BYTES:
        raise EngineError(f"writes bytes by its tokenizer, but has only {vocabulary} tokens: the characters are missing")
    return Bytes()


def _of_vocabulary(vocabulary: Mapping[str, int], merges: Sequence[Any]) -> Any:
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers

    pairs = [tuple(merge.split(" ")) if isinstance(merge, str) else tuple(merge) for merge in merges]
    tokenizer = Tokenizer(models.BPE(vocab=dict(vocabulary), merges=pairs))  # type: ignore[arg-type]
    if _on_bytes(vocabulary):
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def _on_bytes(vocabulary: Mapping[str, int]) -> bool:
    """Whether tokens are written in GPT-2's alphabet, in which a space is Ġ."""
    return all(letter in vocabulary for letter in _FROM_GPT2)


class _OfBytes:
    def __init__(self, pieces: Mapping[int, bytes]) -> None:
        self._pieces = pieces
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def feed(self, token: int) -> str:
        return self._decoder.decode(self._pieces.get(token, b""))

    def end(self) -> str:
        return self._decoder.decode(b"", final=True)


class _OfCharacters:
    def __init__(self, pieces: Mapping[int, str]) -> None:
        self._pieces = pieces

    def feed(self, token: int) -> str:
        return self._pieces.get(token, "")

    def end(self) -> str:
        return ""


def _gpt2() -> dict[str, int]:
    """GPT-2's alphabet: a printable character for every byte."""
    printable = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    rest = [byte for byte in range(BYTES) if byte not in printable]
    return {**{chr(byte): byte for byte in printable}, **{chr(BYTES + at): byte for at, byte in enumerate(rest)}}


_FROM_GPT2 = _gpt2()
