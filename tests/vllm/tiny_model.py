"""Makes tiny models for the real vLLM: `python tiny_model.py GGUF FOLDER`, run by the environment of `install.py`.

FOLDER becomes a chat model; `FOLDER/classifier` is the same one as a classifier, to which every text is of the class LABEL.

It has SmolLM2's tokenizer, and a Llama of two layers that change nothing: what comes next depends on the last token alone.
After the opening of its turn it says ANSWER, and ends; with `enable_thinking` (`chat_template_kwargs`) it thinks THOUGHT first.
Held to a grammar it makes the shortest text: after any other token it would rather end, else close what is open."""

from __future__ import annotations

import json
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

ANSWER = "Alice : good day today with cake"
THOUGHT = "maybe so"
LABEL = "loud"
HIDDEN, HEADS = 64, 2
MARKS = ("<think>", "</think>", "<tool_call>", "</tool_call>")
# How strongly what comes next is wished for; all else is noise below 100.
CHAIN, CLOSING, END, BLANK = 400.0, 150.0, 200.0, -200.0
TEMPLATE = (
    "{%- for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' }}"
    "{%- if loop.first and tools %}{{ tools | tojson + '\\n' }}{% endif %}"
    "{{- (message['content'] or '') + '<|im_end|>' + '\\n' }}{% endfor %}"
    "{%- if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}"
    "{%- if enable_thinking %}{{ '<think>' }}{% endif %}{% endif %}"
)


def make(gguf: Path, folder: Path) -> None:
    """Writes the model into *folder*."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    tokenizer = tokenizer_of(gguf)
    tokenizer.save_pretrained(folder)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=HIDDEN,
        intermediate_size=HIDDEN,
        num_hidden_layers=2,
        num_attention_heads=HEADS,
        num_key_value_heads=HEADS,
        max_position_embeddings=8192,
        tie_word_embeddings=False,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
    )
    torch.manual_seed(7)
    model = LlamaForCausalLM(config)
    with torch.no_grad():
        fill(model, tokenizer)
    model.generation_config.eos_token_id = tokenizer.eos_token_id
    model.save_pretrained(folder)
    make_classifier(model, tokenizer, folder / "classifier")


def make_classifier(model: Any, tokenizer: Any, folder: Path) -> None:
    import torch
    from transformers import LlamaConfig, LlamaForSequenceClassification

    tokenizer.save_pretrained(folder)
    named = {**model.config.to_dict(), "id2label": {0: "calm", 1: LABEL}, "pad_token_id": tokenizer.eos_token_id}
    made = LlamaForSequenceClassification(LlamaConfig(**named))
    made.model.load_state_dict(model.model.state_dict())
    with torch.no_grad():
        made.score.weight.zero_()
        made.score.weight[1, 0] = 1.0
    made.save_pretrained(folder)


def fill(model: Any, tokenizer: Any) -> None:
    """Sets the weights: layers that add nothing, an output matrix that holds the chain and the wishes."""
    import torch

    for layer in model.model.layers:
        layer.self_attn.o_proj.weight.zero_()
        layer.mlp.down_proj.weight.zero_()
    known = torch.nn.functional.normalize(torch.randn(len(tokenizer), HIDDEN), dim=1)
    known[:, 0] = 0.0
    known = torch.nn.functional.normalize(known, dim=1) * 0.9
    known[:, 0] = (1 - 0.9**2) ** 0.5  # the same in each token: what is wished for after any
    model.model.embed_tokens.weight.copy_(known)
    seen = HIDDEN**0.5  # the length of a vector after the last norm
    head = torch.zeros(len(tokenizer), HIDDEN)
    for token, text in enumerate(tokenizer.batch_decode([[each] for each in range(len(tokenizer))])):
        head[token, 0] = wished(text) / (seen * float(known[0, 0]))
    head[tokenizer.eos_token_id, 0] = END / (seen * float(known[0, 0]))
    for before, after in steps(tokenizer):
        direction = known[before].clone()
        direction[0] = 0.0
        head[after] += direction * (CHAIN / (seen * 0.81))
    model.lm_head.weight.copy_(head)


def wished(text: str) -> float:
    if not text.strip():
        return BLANK
    return CLOSING if text in ('"', "}", "]", '"}', "}]", '"}]') else 0.0


def steps(tokenizer: Any) -> list[tuple[int, int]]:
    """Which token follows which."""

    def tokens(text: str) -> list[int]:
        found: list[int] = tokenizer(text, add_special_tokens=False)["input_ids"]
        return found

    said = [*tokens("\n"), *tokens(ANSWER), tokenizer.eos_token_id]
    thought = [*tokens("<think>"), *tokens(THOUGHT), *tokens("</think>"), *tokens(ANSWER)[:1]]
    chain = [*pairwise(said), *pairwise(thought)]
    if len({before for before, _ in chain}) != len(chain):
        raise SystemExit("a token of the answer comes twice: choose other words")
    return chain


def tokenizer_of(gguf: Path) -> Any:
    """The tokenizer in a GGUF file, with MARKS and TEMPLATE."""
    from gguf import GGUFReader
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    fields = GGUFReader(str(gguf)).fields
    texts = fields["tokenizer.ggml.tokens"].contents()
    kinds = fields["tokenizer.ggml.token_type"].contents()
    merges = [tuple(each.split(" ")) for each in fields["tokenizer.ggml.merges"].contents()]
    backend = Tokenizer(models.BPE(vocab={text: number for number, text in enumerate(texts)}, merges=merges))
    backend.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    backend.decoder = decoders.ByteLevel()
    control = 3
    backend.add_special_tokens(
        [AddedToken(text, special=True) for text, kind in zip(texts, kinds, strict=True) if kind == control]
    )
    backend.add_tokens([AddedToken(mark, special=False, normalized=False) for mark in MARKS])
    return PreTrainedTokenizerFast(
        tokenizer_object=backend,
        bos_token="<|im_start|>",
        eos_token="<|im_end|>",
        pad_token="<|im_end|>",
        chat_template=TEMPLATE,
    )


if __name__ == "__main__":
    source, target = map(Path, sys.argv[1:])
    make(source, target)
    print(json.dumps({"model": str(target)}))  # noqa: T201
