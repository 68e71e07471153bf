"""One segment or list of words in the JSON of a recogniser, as utterances."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.transcript.formats.recognisers.keys import ALTERNATIVES, IN_LINES, PUNCTUATION, TEXT, WORDS, Object, first_text
from app.transcript.formats.recognisers.speakers import speaker_of
from app.transcript.formats.recognisers.times import times_of
from app.transcript.turn import Utterance

_OF_A_SEGMENT = frozenset(("speaker", "start", "end", "starttime", "datastart", "value", "confidence", "alternatives"))
_HOLDING = ("transcription", "src")  # objects in a segment that hold its text
FULL = 0.85  # of the letters of all that is there; words come without punctuation
_CLOSING = re.compile(r"[.,;:!?…%)\]}»”’。，、！？；：）」』،؛؟।]+")
_OPENING = frozenset("([{¿¡«„‚“‘「『（【")  # between which and the next word no space stands
_LONGEST_UNSPACED = 6  # characters of a word in a script without spaces
_NO_SPACES = re.compile(r"[\u0e00-\u0e7f\u0e80-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


def is_interim(item: Object) -> bool:
    return (
        item.get("isfinal") is False
        or item.get("final") is False
        or item.get("ispartial") is True
        or item.get("endofturn") is False
        or item.keys() == {"partial"}
    )


def utterances_of(item: Object, called: Mapping[str, str], depth: int = 3) -> list[Utterance]:
    """What one segment says: as a text, by its best alternative, or by its words or smaller segments."""
    speaker, (start, end) = speaker_of(item, called), times_of(item)
    text = text_of(item)
    untimed = start is None and end is None
    if text and speaker and not untimed:
        return _by_words(item, text, called) or [Utterance(speaker, text, start, end)]
    inner = inner_items(item) if depth else []
    if text and untimed and inner:
        start, end = _times_within(inner)
    if text and speaker:
        return [Utterance(speaker, text, start, end)]
    if not inner:
        return [Utterance(speaker, text, start, end)] if text else []
    said = (
        joined_words(inner, called)
        if are_words(inner)
        else [each for one in inner for each in utterances_of(one, called, depth - 1)]
    )
    if text and not same_words(text, said):
        return [Utterance(speaker, text, start, end)]
    if text and len({each.speaker for each in said}) == 1:
        said = [Utterance(said[0].speaker, text, said[0].start, said[-1].end)]
    filled = [replace(each, speaker=each.speaker or speaker) for each in said]
    if len(filled) == 1:
        return [
            replace(filled[0], start=filled[0].start if start is None else start, end=filled[0].end if end is None else end)
        ]
    return filled


def _times_within(inner: Sequence[Object]) -> tuple[float | None, float | None]:
    """When the first of a segment's words begins, and the last ends; they may stand in its best alternative."""
    start, end = times_of(inner[0])[0], times_of(inner[-1])[1]
    words = inner_items(inner[0]) if start is None and len(inner) == 1 else []
    return (times_of(words[0])[0], times_of(words[-1])[1]) if words else (start, end)


def inner_items(item: Object) -> list[Object]:
    for key in WORDS:
        inner = item.get(key)
        if isinstance(inner, list) and inner and all(isinstance(each, dict) for each in inner):
            return [best_of(inner)] if key in ALTERNATIVES else inner
    return next(
        (
            list(inner_items(value))
            for key, value in item.items()
            if key in ("transcript", "transcription", "channel") and isinstance(value, dict)
        ),
        [],
    )


def _by_words(item: Object, text: str, called: Mapping[str, str]) -> list[Utterance]:
    """What a segment says by its words, if these name several speakers and are all of its *text*; else nothing."""
    words = item.get("words")
    if not isinstance(words, list) or len({each.get("speaker") for each in words if isinstance(each, dict)} - {None, ""}) < 2:
        return []
    said = joined_words([each for each in words if isinstance(each, dict)], called)
    return said if same_words(text, said) else []


def are_words(inner: Sequence[Object]) -> bool:
    """Whether texts that stand in a segment are single words: they are called so, or hardly any has a blank inside."""
    if any("word" in each or each.get("type") in ("text", "word", *PUNCTUATION) for each in inner):
        return True
    texts = [text for each in inner if (text := text_of(each).strip())]
    return len(texts) > 1 and sum(map(_is_several_words, texts)) * 10 <= len(texts)


def _is_several_words(text: str) -> bool:
    return " " in text or (len(text) > _LONGEST_UNSPACED and _NO_SPACES.match(text) is not None)


def same_words(text: str, said: Sequence[Utterance]) -> bool:
    return "".join(text.split()) == "".join("".join(each.text.split()) for each in said)


def text_of(item: Object) -> str:
    text = first_text(item, TEXT) or next((text for key in TEXT if (text := _of_parts(item.get(key), key))), "")
    if text:
        return text
    for key in ALTERNATIVES:
        best = item.get(key)
        if isinstance(best, list) and best and isinstance(best[0], dict):
            return first_text(best_of(best), ("display", *TEXT))
    return first_text(item, [key for key in item if key.endswith(("text", "transcript"))])


def _of_parts(value: Any, key: str) -> str:
    """A text that stands in parts, as chats write what has links or bold type in it, or in an object of its own."""
    if isinstance(value, dict):
        if key in _HOLDING:
            return first_text(value, ("transcript", "text"))
        return first_text(value, ("body", "text")) if value.keys() & {"msgtype", "type"} else ""
    if not isinstance(value, list) or not all(
        isinstance(each, str)
        or (isinstance(each, dict) and ("type" in each or each.keys() == {"text"}) and not each.keys() & _OF_A_SEGMENT)
        for each in value
    ):
        return ""
    parts = [each if isinstance(each, str) else first_text(each, ("text",)) for each in value]
    apart = len(parts) > 1 and all(isinstance(each, str) and each == each.strip() for each in value)
    return ("\n" if key in IN_LINES else " " if apart else "").join(parts)


@dataclass
class _Run:
    """Words of one speaker, one behind the other."""

    speaker: str
    start: float | None
    end: float | None
    parts: list[str]

    def utterance(self) -> Utterance:
        return Utterance(self.speaker, "".join(self.parts), self.start, self.end)


def joined_words(words: Sequence[Object], called: Mapping[str, str]) -> list[Utterance]:
    """Words as utterances, a new one where the speaker changes. Punctuation, and a word without a speaker, goes with the word
    before it."""
    texts = [token_of(word) for word in words]
    glued = any(text != text.strip() for text in texts) or any(word.get("type") == "spacing" for word in words)
    runs: list[_Run] = []
    for word, text in zip(words, texts, strict=True):
        if not text:
            continue
        attached = word.get("type") in PUNCTUATION or word.get("attachesto") == "previous"
        speaker = "" if (attached and runs) or not text.strip() else _word_speaker(word, called)
        start, end = (None, None) if attached or not text.strip() else times_of(word)
        if not runs or (speaker and runs[-1].speaker != speaker):
            runs.append(_Run(speaker, start, end, [text]))
            continue
        run = runs[-1]
        event = str(word.get("type", "")).endswith("event") and run.parts[-1][-1:].strip() != ""
        close = (glued and not event) or attached or _CLOSING.fullmatch(text) is not None or run.parts[-1].strip() in _OPENING
        run.parts.append(text if close or _unspaced(run.parts[-1], text) else f" {text}")
        run.start, run.end = start if run.start is None else run.start, run.end if end is None else end
    return [run.utterance() for run in runs]


def token_of(word: Object) -> str:
    for key in ("punctuatedword", "word", "text", "content", "value", "utf8", "term", "display"):
        if isinstance(word.get(key), str):
            return str(word[key])
    return text_of(word)


def _word_speaker(word: Object, called: Mapping[str, str]) -> str:
    speaker = speaker_of(word, called)
    best = word.get("alternatives")
    if not speaker and isinstance(best, list) and best and isinstance(best[0], dict):
        return speaker_of(best[0], called)
    return speaker


def _unspaced(before: str, behind: str) -> bool:
    """Whether the scripts of both words do without spaces between them."""
    return bool(_NO_SPACES.match(before[-1:]) and _NO_SPACES.match(behind[:1]))


def letters_in(said: Iterable[Utterance]) -> int:
    return sum(len("".join(each.text.split())) for each in said)


def best_alternative(item: Object) -> Object:
    listed = item.get("alternatives")
    return best_of(listed) if isinstance(listed, list) and listed and isinstance(listed[0], dict) else {}


def best_of(alternatives: Sequence[Any]) -> Object:
    """The first of several *alternatives* that says something."""
    objects = [each for each in alternatives if isinstance(each, dict)]
    return next((each for each in objects if first_text(each, ("display", *TEXT)) or each.get("words")), objects[0])
