"""Text as a turn holds it: composed, on one line, and nothing in it that a model takes for its own markers."""

from __future__ import annotations

import re
import unicodedata

# What str.split() does not take for white space and is none the less no part of a text: control characters, a byte order mark.
_HYPHENS = re.compile("[\x1e\x1f\xad]")
_HYPHEN = {"\x1e": "-"}  # Word's hyphen that does not break; hyphens seen only at the end of a line
_INVISIBLE = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ufeff]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")

# Markers of chat templates and tokenizers. Whatever stands between angle brackets and reads as one word is taken for one
# (<s>, </s>, <start_of_turn>, <<SYS>>, <0x0A>); of the square ones only those that models use, for people write [APPLAUSE].
_BARRED = re.compile(r"<(?=[|｜])|[|｜](?=>)")
_ANGLED = re.compile(r"<(?=/?[\w.\-▁]+>)")
_SQUARED = re.compile(
    r"\[(?=/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS|TOOL_CONTENT|CALL_ID|ARGS|THINK|MODEL_SETTINGS|"
    r"IMG|IMG_BREAK|IMG_END|AUDIO|BEGIN_AUDIO|OUTPUT_AUDIO|TRANSCRIBE|REFERENCE_DOC_\d+|REF|PREFIX|MIDDLE|SUFFIX|"
    r"BOS|EOS|CLS|SEP|MASK|gMASK|sMASK|PAD|UNK|unused\d+|control_\d+)\])"
)


def plain(text: str) -> str:
    """*text* composed (NFC), with one space for every run of white space, and with harmless markers.

    A marker (`<|im_end|>`, `</s>`, `[INST]`) gets a space inside, so that every visible character is still there and no
    tokenizer knows it again. Doing it twice changes nothing. Half a surrogate pair, which no encoding has, becomes U+FFFD."""
    if not text.isprintable():  # printable text has no control character, no half of a pair, no white space but the space
        text = _SURROGATE.sub("\ufffd", _INVISIBLE.sub(" ", _HYPHENS.sub(lambda found: _HYPHEN.get(found[0], ""), text)))
    text = unicodedata.normalize("NFC", text).strip()
    return _harmless(text if text.isprintable() and "  " not in text else " ".join(text.split()))


def _harmless(text: str) -> str:
    if "<" in text or ">" in text:
        text = _BARRED.sub(r"\g<0> ", text)
        text = _ANGLED.sub("< ", text)
    if "[" in text:
        text = _SQUARED.sub("[ ", text)
    return text
