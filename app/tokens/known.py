"""Which models' tokenizers an installed package carries, and how a flavor's words are matched to them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.errors import nearest
from app.tokens import instruct
from app.tokens.base import Spec
from app.tokens.instruct import Layout


@dataclass(frozen=True)
class Known:
    """A tokenizer that an installed package carries: where it lies, and the chat format of its models."""

    resource: str
    layout: Layout


KNOWN = {
    "mistral-v1": Known("mistral_common:data/tokenizer.model.v1", instruct.v1),
    "mistral-v3": Known("mistral_common:data/mistral_instruct_tokenizer_240323.model.v3", instruct.v3),
    "mistral-v7": Known("mistral_common:data/mistral_instruct_tokenizer_241114.model.v7", instruct.v7),
    "mistral-tekken-v3": Known("mistral_common:data/tekken_240718.json", instruct.v3),
    "mistral-tekken-v7": Known("mistral_common:data/tekken_240911.json", instruct.v7),
}

# Read in this order over the model's name in lower case. Where releases of one name differ and the name does not say
# which one it is (mistral-small-2409, mistral-large-latest), nothing is claimed and the model's server is asked.
_BY_NAME = (
    (re.compile(r"nemo(?!tron)|ministral-8b|pixtral-12b"), "mistral-tekken-v3"),
    (re.compile(r"(mistral|devstral|magistral)-small-(3|24b|25\d\d)"), "mistral-tekken-v7"),
    (re.compile(r"mistral-large-(instruct-)?2411|pixtral-large"), "mistral-v7"),
    (re.compile(r"mistral-large-(instruct-)?2407"), "mistral-v3"),
    (re.compile(r"8x22b|mathstral|codestral-(22b|mamba|2405)|mistral-7b[\w.-]*-v0\.3"), "mistral-v3"),
    (re.compile(r"mixtral[\w.-]*8x7b|8x7b[\w.-]*mixtral|mistral-7b|vigostral"), "mistral-v1"),
)
# Tokenizers of their own, whatever a manifest's tokenizerClass says: Llama 2's and Yi's are a LlamaTokenizer, too. The last
# line is Mistral's releases that are not above.
_OTHERS = re.compile(
    r"llama|alpaca|vicuna|qwen|qwq|gemma|gemini|deepseek|falcon|chatglm|internlm|granite|smollm|nemotron|minimax|exaone|stablelm|"
    r"starcoder|baichuan|croissant|eurollm|apertus|salamandra|teuken|occiglot|bielik|claude|hunyuan|ernie|bloom|"
    r"(?<![a-z])(gpt|phi|yi|opt|mpt|glm|aya|olmo|kimi|solar|lucie|t5|rwkv|mamba|jamba|dbrx|arctic|command|seed|step)(?![a-z])|"
    r"ministral|magistral|devstral|codestral|pixtral|voxtral|mistral-(small|medium|large|saba)"
)
# The class says how a tokenizer works, not which one it is: these are what Mistral's models have been published with.
_SENTENCEPIECE_CLASSES = ("LlamaTokenizer", "LlamaTokenizerFast")
_CLASSES = (
    *_SENTENCEPIECE_CLASSES,
    "PreTrainedTokenizerFast",
    "TokenizersBackend",
    "MistralCommonTokenizer",
    "MistralCommonBackend",
)

# The classes of tokenizers that models are published with; the suffix Fast is left out. Models may bring others of their own.
_PUBLISHED = (
    "Albert Apertus Auto Baichuan Bamba Bart Bert BigBird Bloom ByT5 CLIP Camembert Canine ChatGLM "
    "ChatGLM4 CodeGen CodeLlama Cohere Cohere2 Deberta DebertaV2 DeepseekV2 Electra Ernie Exaone FNet Falcon GLM4 GPT2 GPTJ "
    "GPTNeoX GPTNeoXJapanese GPTSw3 Gemma Granite HunYuan InternLM InternLM2 InternLM3 Jais Jamba Kimi LED Llama Llama4 "
    "Longformer M2M100 MBart MBart50 MPNet MPT MT5 Marian MiniCPM MiniMax MistralCommon MobileBert Nemotron Nllb OLMo OPT "
    "OpenAIGPT Orion Pegasus Persimmon Phi PhiMoE PreTrained QWen Qwen2 Qwen2Moe Qwen3 Reformer Roberta Rwkv Rwkv5 SeedOss "
    "SmolLM Solar Splinter StableLm T5 TikToken UMT5 Whisper XGLM XLMRoberta XLNet Xverse Yi"
)
_CLASS = re.compile(r"(?P<model>.+)Tokenizer(?:Fast)?")


def unknown_class(name: str) -> str:
    """Why *name* is probably no class of a tokenizer, with the one that is meant; nothing for one that models are published
    with."""
    published, found = _PUBLISHED.split(), _CLASS.fullmatch(name)
    if name in _CLASSES or (found and found["model"] in published):
        return ""
    classes = (*_CLASSES, *(f"{each}Tokenizer" for each in published))
    return f'"{name}" is no class of a tokenizer that we know{nearest(name, classes)}'


def known(spec: Spec) -> str | None:
    """The name in `KNOWN` of the tokenizer that *spec* asks for, or None if no package carries it.

    `LlamaTokenizer` means Mistral's v1, unless the model's name tells otherwise."""
    if spec.tokenizer_class is not None and spec.tokenizer_class not in _CLASSES:
        return None
    model = spec.model_name.lower().replace("_", "-")
    for pattern, name in _BY_NAME:
        if pattern.search(model):
            return name
    if spec.tokenizer_class in _SENTENCEPIECE_CLASSES and not _OTHERS.search(model):
        return "mistral-v1"
    return None
