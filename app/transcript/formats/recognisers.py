"""The JSON of speech recognisers and recorders: who said what and when, whatever its keys are called."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, TypeAlias

from app.transcript.formats import captions, json_values
from app.transcript.formats.base import Reading, finite, quoted, refusal, seconds, spoken, without_speech
from app.transcript.turn import Utterance

Object: TypeAlias = Mapping[str, Any]  # a JSON object, its keys as `_key` makes them

DEEPEST_LIST = 4  # objects around a list of segments
MOST_KEYS_NAMED = 12  # in a refusal

# Keys as `_key` makes them: in small letters, without `_` and `-`.
TEXT = [
    "text",
    "body",
    "segment",
    "rawsegment",
    "utterance",
    "transcript",
    "sentence",
    "displaytext",
    "display",
    "punctuatedword",
    "content",
    "message",
    "value",
    "caption",
    "normalizedtext",
    "transcription",
    "word",
    "rawtext",
    "lexical",
    "utf8",
    "line",
    "quote",
    "said",
    "snippet",
]
SPEAKER = [
    "speakerdisplayname",
    "userprofile",
    "speaker",
    "speakername",
    "speakerlabel",
    "speakerid",
    "spkid",
    "spk",
    "speakertag",
    "participant",
    "participantname",
    "participantrole",
    "user",
    "username",
    "author",
    "person",
    "from",
    "name",
    "who",
    "role",
    "sender",
    "displayname",
    "users",
    "speakers",
    "actor",
    "sid",
]
NAME = [
    "displayname",
    "realname",
    "name",
    "fullname",
    "username",
    "speakername",
    "label",
    "title",
    "firstname",
    "email",
    "id",
    "speakerid",
    "identifier",
]
START = [
    "start",
    "starttime",
    "begin",
    "startoffset",
    "starttimestamp",
    "from",
    "stime",
    "ts",
    "starttimesec",
    "startsec",
    "startseconds",
    "timestart",
    "startsecs",
    "begintime",
    "offsetinseconds",
    "offset",
    "time",
    "timestamp",
    "t",
    "timecode",
    "timebegin",
]
END = [
    "end",
    "endtime",
    "stop",
    "endoffset",
    "endtimestamp",
    "to",
    "etime",
    "endts",
    "endtimesec",
    "endsec",
    "endseconds",
    "timeend",
    "endsecs",
    "finish",
    "stoptime",
]
LENGTH = ["duration", "dur", "length", "durationinseconds", "d"]
START_MS = [
    "startms",
    "starttimems",
    "startmilliseconds",
    "startmillis",
    "beginoffsetmillis",
    "offsetmilliseconds",
    "tstartms",
    "startoffsetms",
    "offsetms",
    "frommillis",
]
END_MS = ["endms", "endtimems", "endmilliseconds", "endmillis", "endoffsetmillis", "endoffsetms"]
LENGTH_MS = ["durationms", "durationmilliseconds", "ddurationms"]
WORDS = [
    "words",
    "elements",
    "items",
    "terms",
    "tokens",
    "segs",
    "sentences",
    "segments",
    "paragraphs",
    "utterances",
    "nbest",
    "alternatives",
]
LISTS = [
    "utterances",
    "segments",
    "turns",
    "monologues",
    "recognizedphrases",
    "phrases",
    "sentences",
    "transcript",
    "transcription",
    "text",
    "speakers",
    "results",
    "chunks",
    "messages",
    "dialogue",
    "conversation",
    "captions",
    "cues",
    "subtitles",
    "entries",
    "lines",
    "paragraphs",
    "events",
    "data",
    "items",
    "words",
    "tokens",
    "wordsegments",
]
WORD_LISTS = frozenset(["words", "tokens", "wordsegments", "items", "terms", "elements"])
WHOLE = [
    "text",
    "transcript",
    "transcription",
    "transcriptionresult",
    "displaytext",
    "content",
    "fulltranscript",
    "rawtranscription",
    "result",
    "vtt",
    "webvtt",
    "srt",
    "captions",
    "subtitles",
]
FAILED = frozenset(["failed", "error", "failure", "canceled", "cancelled", "expired"])
UNFINISHED = frozenset(
    [
        "queued",
        "submitted",
        "pending",
        "processing",
        "running",
        "inprogress",
        "in_progress",
        "notstarted",
        "started",
        "transcribing",
    ]
)
ERRORS = [
    "error",
    "errors",
    "errmsg",
    "errormessage",
    "failurereason",
    "failuremessage",
    "errordetails",
    "exception",
    "reason",
    "detail",
    "message",
]
_OF_A_SEGMENT = frozenset(("speaker", "start", "end", "starttime", "datastart", "value", "confidence", "alternatives"))
_NESTED = ("data", "attrs", "attributes", "metadata", "meta")  # objects in a segment that say who and when
_NUMBERED_SPEAKER = re.compile(r"(?:speaker|spk|spkr|person|channel)[ _-]?\d{1,4}", re.IGNORECASE)
_NO_NAME = ("count", "confidence", "score", "time", "change", "start", "end", "model", "embedding")
PUNCTUATION = frozenset(["punctuation", "punct"])
_TICK = 1e-7  # seconds
_TOLERANCE = 0.01  # in whatever unit the times are: a word may begin as much before its speaker
_LATEST = 1e15  # no time of a recording, in whichever unit, is later
_FULL = 0.85  # of the letters of all that is there; words come without punctuation

_WORD = re.compile(r"\w+")

_CLOSING = re.compile(r"[.,;:!?…%)\]}»”’。，、！？；：）」』،؛؟।]+")
_NO_SPACES = re.compile(r"[\u0e00-\u0e7f\u0e80-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_NUMBER = r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?"
_OPENS = re.compile(
    rf"\s*(?:\{{\s*(?:[\"}}]|'[^'\n]{{1,64}}'\s*:|$)|\[\s*(?:[\[{{\"\]]|$|{_NUMBER}\s*(?:,\s*(?!\d{{1,2}}:\d\d)|\]\s*$)|(?:true|false|null)\s*[,\]]))"
)

# What tells one recogniser's JSON from another's: keys of its outermost object, or of the one within.
SIGNATURES: tuple[tuple[str, frozenset[str]], ...] = tuple(
    (name, frozenset(keys.split()))
    for name, keys in (
        ("AWS Transcribe", "jobstatus transcript"),
        ("AWS Transcribe", "jobname results"),
        ("Azure Speech", "combinedphrases phrases"),
        ("AssemblyAI", "audiourl utterances"),
        ("AssemblyAI", "audiourl words"),
        ("Amberscript", "segments speakers recordid"),
        ("whisper.cpp", "transcription result model"),
        ("whisper.cpp", "transcription systeminfo"),
        ("LinTO", "transcriptionresult segments"),
        ("WhisperX", "segments wordsegments"),
        ("Whisper", "segments language text"),
        ("Hugging Face", "chunks text"),
        ("Soniox", "tokens text"),
        ("ElevenLabs", "languagecode words text"),
        ("Fireflies", "sentences title"),
        ("podcast namespace", "version segments"),
    )
)


def looks_like_json(head: str) -> bool:
    """Whether a text that begins with *head* is meant to be JSON: as `{"` and `[1, 2]` are, `[Ann]` and `{noise}` are not."""
    return _OPENS.match(head.removeprefix("data:")) is not None


def read(text: str) -> Reading:
    """The transcript in a JSON text, or in one JSON object a line. Raises BadContent: for JSON that is broken, with line and
    column; for a shape that is not known, with its keys; for one without speech; for a transcription that failed."""
    given = json_values.parsed(text.lstrip("\ufeff"))
    found = _with_plain_keys(given)
    documents = list(_documents(found))
    _attribute(found, documents)
    shapes = list(_shapes(found, documents))
    recogniser = next((shape.recogniser for shape in shapes if shape.recogniser), "") or _signed(documents)
    chosen = _chosen([shape for shape in shapes if shape.said]) or _plainly_said(given)
    if chosen is None:
        raise _nothing_in(given, documents, recogniser)
    left_out = {"interim results": chosen.interim} if chosen.interim else {}
    if chosen.whole:
        return _of_a_text(chosen.said[0].text, recogniser)
    passages = spoken(_in_seconds(chosen.said))
    return Reading("json", passages, left_out=left_out, recogniser=recogniser, rolls=not chosen.words)


def _of_a_text(text: str, recogniser: str) -> Reading:
    """A text that stands in JSON: captions, or lines that may have labels."""
    lines = text.replace("\r\n", "\n").lstrip("\ufeff\n ").split("\n")
    first = [line for line in lines[:50] if line.strip()]
    if captions.looks_like_vtt(first):
        return replace(captions.vtt(lines), recogniser=recogniser)
    if captions.looks_like_srt(first):
        return replace(captions.srt(lines), recogniser=recogniser)
    return Reading("json", text=text, recogniser=recogniser)


def _plainly_said(given: Any) -> _Shape | None:
    """Lists of texts, of pairs of a name and a text, or of objects with one name and what it says; alone or below one key."""
    if isinstance(given, dict):
        lists = [value for value in given.values() if isinstance(value, list)]
        return _plainly_said(lists[0]) if len(lists) == 1 else None
    if not isinstance(given, list) or not given:
        return None
    if all(isinstance(each, str) for each in given):
        return _Shape([Utterance("", "\n".join(given))], 0, whole=True)
    pairs = [next(iter(each.items())) if isinstance(each, dict) and len(each) == 1 else each for each in given]
    if len(pairs) < 2 or not all(
        isinstance(each, list | tuple) and len(each) == 2 and all(isinstance(value, str) for value in each) for each in pairs
    ):
        return None
    said = [Utterance(who, what) for who, what in pairs if what.strip()]
    return _Shape(said, 0) if said and len({each.speaker for each in said}) < len(said) else None


def _signed(documents: Iterable[Object]) -> str:
    """The recogniser whose keys an object has; empty if none is known."""
    return next((name for name, keys in SIGNATURES if any(keys <= each.keys() for each in documents)), "")


# JSON


@lru_cache(4096)
def _key(name: str) -> str:
    return name.replace("_", "").replace("-", "").replace(" ", "").casefold()


def _with_plain_keys(found: Any) -> Any:
    """*found* with each key as `_key` makes it; a key that is there twice keeps its first value that says something."""
    if isinstance(found, list):
        return [_with_plain_keys(each) for each in found]
    if not isinstance(found, dict):
        return found
    made: dict[str, Any] = {}
    for name, value in found.items():
        if made.get(_key(name)) in (None, ""):
            made[_key(name)] = _with_plain_keys(value)
    return made


def _documents(found: Any, depth: int = 2) -> Iterator[Object]:
    """The object that *found* is, and those that wrap the transcript: one within another, or alone in a list."""
    if isinstance(found, list) and len(found) == 1:
        found = found[0]
    if not isinstance(found, dict):
        return
    yield found
    if depth:
        for value in found.values():
            yield from _documents(value, depth - 1)


def _attribute(found: Any, documents: Sequence[Object]) -> None:
    """Gives words that name no speaker the one whose interval they lie in, where a list of intervals stands beside them."""
    intervals = sorted(_intervals(found), key=lambda each: each[0])
    if len({speaker for _, speaker in intervals}) < 2:
        return
    begins = [start for start, _ in intervals]
    for document in documents:
        words = document.get("words")
        if not isinstance(words, list) or any(not isinstance(each, dict) or _speaker(each, {}) for each in words):
            continue
        for word in words:
            start = _times(word)[0]
            if start is not None:
                word["speaker"] = intervals[max(0, bisect_right(begins, start + _TOLERANCE) - 1)][1]


def _intervals(found: Any, depth: int = DEEPEST_LIST) -> Iterator[tuple[float, str]]:
    """When somebody begins to speak, from lists of objects with a speaker and a time, and no text."""
    if isinstance(found, list) and found and all(isinstance(each, dict) for each in found):
        for each in found:
            start, speaker = _times(each)[0], "" if _text(each) or _inner(each) else _speaker(each, {})
            if speaker and start is not None:
                yield start, speaker
    elif isinstance(found, dict) and depth:
        for name, value in found.items():
            if name != "words":
                yield from _intervals(value, depth - 1)


# Shapes


@dataclass(frozen=True)
class _Shape:
    """One way to read a document: *said* in its order; *words* if it came word by word, *whole* if it is one text."""

    said: Sequence[Utterance]
    rank: int
    words: bool = False
    whole: bool = False
    interim: int = 0
    recogniser: str = ""

    @property
    def named(self) -> bool:
        return any(each.speaker for each in self.said)

    @property
    def size(self) -> int:
        return sum(len("".join(each.text.split())) for each in self.said)


def _chosen(shapes: Sequence[_Shape]) -> _Shape | None:
    """The shape that holds all words, names speakers if any does, and keeps sentences together if any does."""
    parted = [shape for shape in shapes if not shape.whole]
    most = max((shape.size for shape in parted), default=0)
    full = [shape for shape in parted if shape.size >= _FULL * most]
    best = min(full, key=lambda shape: (not shape.named, shape.words, shape.rank), default=None)
    whole = max((shape for shape in shapes if shape.whole), key=lambda shape: shape.size, default=None)
    if whole is not None and (best is None or _lacks_words(best, whole)):
        return whole
    if best is not None and whole is not None and best.words and len(best.said) == 1 and not best.named:
        return _punctuated(best, whole.said[0].text)
    return best


def _punctuated(shape: _Shape, text: str) -> _Shape:
    """The *shape* of words that nobody is named for, with the *text* that has punctuation as well, if both say the same."""
    (said,) = shape.said
    same = _WORD.findall(said.text.casefold()) == _WORD.findall(text.casefold())
    return replace(shape, said=[replace(said, text=text)]) if same else shape


def _lacks_words(shape: _Shape, whole: _Shape) -> bool:
    """Whether the whole text says much that *shape* does not; labels in it are nothing that is said."""
    said = Counter(word for each in shape.said for word in _WORD.findall(each.text.casefold()))
    names = {word for each in shape.said for word in _WORD.findall(each.speaker.casefold())}
    words = [word for word in _WORD.findall(whole.said[0].text.casefold()) if word not in names and not word.isdigit()]
    return sum((Counter(words) - said).values()) > (1 - _FULL) * len(words) + 1


def _shapes(found: Any, documents: Sequence[Object]) -> Iterator[_Shape]:
    for name, said in _read_as_known(found, documents):
        if said is not None:
            yield _Shape([each for each in said if each.text.strip()], 0, recogniser=name)
            return
    called = _called(documents)
    yield from _listed(found, called)
    if isinstance(found, dict) and any(key.startswith("speaker") and _person(value, called) for key, value in found.items()):
        yield _shape_of("", [found], called)  # one segment alone
    for document in documents:
        whole = _first_text(document, WHOLE)
        if whole:
            yield _Shape([Utterance("", whole)], len(LISTS), whole=True)


def _read_as_known(found: Any, documents: Sequence[Object]) -> Iterator[tuple[str, list[Utterance] | None]]:
    """What each reader of one recogniser's JSON makes of the documents."""
    yield "Azure Speech", _azure_events(found)
    for document in documents:
        for value in document.values():
            yield "Azure Speech", _azure_events(value)
        for name, reader in READERS:
            yield name, reader(document)


def _listed(found: Any, called: Mapping[str, str], depth: int = DEEPEST_LIST, key: str = "") -> Iterator[_Shape]:
    """A shape for each list of segments or words in *found*."""
    if isinstance(found, list):
        objects = [_row_as_object(each) for each in found]
        if objects and all(isinstance(each, dict) for each in objects):
            yield _shape_of(key, objects, called)
            if len(objects) == 1:
                yield from _listed(objects[0], called, depth, key)
        return
    if isinstance(found, dict) and len(found) > 1 and all(isinstance(each, dict) and _text(each) for each in found.values()):
        yield _shape_of(key, list(found.values()), called)
    if isinstance(found, dict) and depth:
        for name, value in found.items():
            if isinstance(value, dict | list) and name not in ERRORS:
                yield from _listed(value, called, depth - 1, name)


def _row_as_object(row: Any) -> Any:
    """A segment that was written as a list: `[7, 2100, 0.0, 3.2, " Good morning", …]`, `[0.0, 3.2, "Good morning"]`."""
    if not isinstance(row, list):
        return row
    numbers = [each for each in row if isinstance(each, int | float) and not isinstance(each, bool)]
    texts = [each for each in row if isinstance(each, str)]
    if not texts or len(numbers) < 2 or not isinstance(row[0], int | float):
        return row
    before = row.index(texts[0])
    start, end = (row[before - 2], row[before - 1]) if before >= 2 else (None, None)
    return {"start": start, "end": end, "text": texts[0], **({"speaker": texts[1]} if len(texts) == 2 else {})}


def _shape_of(key: str, objects: Sequence[Object], called: Mapping[str, str]) -> _Shape:
    final = [each for each in objects if not _is_interim(each)]
    kept = final or objects
    rank = LISTS.index(key) if key in LISTS else len(LISTS) + 1
    words = (key in WORD_LISTS and not any("alternatives" in each and "words" in each for each in kept)) or all(
        "word" in each for each in kept
    )
    said = _joined(kept, called) if words else [each for item in kept for each in _utterances(item, called)]
    if not any(each.speaker for each in said):
        said = _by_channel(kept, said) if not words and len(said) == len(kept) else said
    said = [each for each in said if each.text.strip()]
    return _Shape(said, rank, words=words, interim=len(objects) - len(kept))


def _is_interim(item: Object) -> bool:
    return (
        item.get("isfinal") is False
        or item.get("final") is False
        or item.get("ispartial") is True
        or item.keys() == {"partial"}
    )


def _by_channel(items: Sequence[Object], said: Sequence[Utterance]) -> list[Utterance]:
    """*said* with the channels as speakers, if there are several."""
    channels = [_channel(each) for each in items]
    if len(set(channels)) < 2 or None in channels:
        return list(said)
    return [replace(each, speaker=f"Channel {channel:g}") for each, channel in zip(said, channels, strict=True)]


def _channel(item: Object) -> float | None:
    value = next(
        (item[key] for key in ("channel", "channeltag", "mediachannel", "channelid", "channelindex") if key in item), None
    )
    return _number(value[0] if isinstance(value, list) and value else value)


def _utterances(item: Object, called: Mapping[str, str], depth: int = 3) -> list[Utterance]:
    """What one segment says: as a text, by its best alternative, or by its words or smaller segments."""
    speaker, (start, end) = _speaker(item, called), _times(item)
    text = _text(item)
    if text and speaker:
        return [Utterance(speaker, text, start, end)]
    inner = _inner(item) if depth else []
    if not inner:
        return [Utterance(speaker, text, start, end)] if text else []
    word_by_word = any("word" in each or each.get("type") in ("text", "word", *PUNCTUATION) for each in inner)
    said = (
        _joined(inner, called)
        if word_by_word or _are_words(inner)
        else [each for one in inner for each in _utterances(one, called, depth - 1)]
    )
    if text and not _same_words(text, said):
        return [Utterance(speaker, text, start, end)]
    if text and len({each.speaker for each in said}) == 1:
        said = [Utterance(said[0].speaker, text, said[0].start, said[-1].end)]
    filled = [replace(each, speaker=each.speaker or speaker) for each in said]
    if len(filled) == 1:
        return [
            replace(filled[0], start=filled[0].start if start is None else start, end=filled[0].end if end is None else end)
        ]
    return filled


def _inner(item: Object) -> list[Object]:
    for key in WORDS:
        inner = item.get(key)
        if isinstance(inner, list) and inner and all(isinstance(each, dict) for each in inner):
            return list(inner[:1]) if key in ("nbest", "alternatives") else inner
    return next(
        (list(_inner(value)) for key, value in item.items() if key in ("transcript", "channel") and isinstance(value, dict)), []
    )


def _are_words(inner: Sequence[Object]) -> bool:
    """Whether texts that stand in a segment are single words: hardly any has a blank inside."""
    texts = [text for each in inner if (text := _text(each))]
    return len(texts) > 1 and sum(1 for text in texts if " " in text.strip()) * 10 <= len(texts)


def _same_words(text: str, said: Sequence[Utterance]) -> bool:
    return "".join(text.split()) == "".join("".join(each.text.split()) for each in said)


def _text(item: Object) -> str:
    text = _first_text(item, TEXT) or next((text for key in TEXT if (text := _of_parts(item.get(key)))), "")
    if text:
        return text
    for key in ("nbest", "alternatives"):
        best = item.get(key)
        if isinstance(best, list) and best and isinstance(best[0], dict):
            return _first_text(best[0], ("display", *TEXT))
    return _first_text(item, [key for key in item if key.endswith(("text", "transcript"))])


def _of_parts(value: Any) -> str:
    """A text that stands in parts, as chats write what has links or bold type in it, or in an object of its own."""
    if isinstance(value, dict):
        return _first_text(value, ("body", "text")) if value.keys() & {"msgtype", "type"} else ""
    if not isinstance(value, list) or not all(
        isinstance(each, str) or (isinstance(each, dict) and "type" in each and not each.keys() & _OF_A_SEGMENT)
        for each in value
    ):
        return ""
    return "".join(each if isinstance(each, str) else _first_text(each, ("text",)) for each in value)


def _first_text(holder: Object, keys: Iterable[str]) -> str:
    return next((value for key in keys if isinstance(value := holder.get(key), str) and value.strip()), "")


# Words


@dataclass
class _Run:
    """Words of one speaker, one behind the other."""

    speaker: str
    start: float | None
    end: float | None
    parts: list[str]

    def utterance(self) -> Utterance:
        return Utterance(self.speaker, "".join(self.parts), self.start, self.end)


def _joined(words: Sequence[Object], called: Mapping[str, str]) -> list[Utterance]:
    """Words as utterances, a new one where the speaker changes. Punctuation, and a word without a speaker, goes with the word
    before it."""
    texts = [_token(word) for word in words]
    glued = any(text != text.strip() for text in texts) or any(word.get("type") == "spacing" for word in words)
    runs: list[_Run] = []
    for word, text in zip(words, texts, strict=True):
        if not text:
            continue
        attached = word.get("type") in PUNCTUATION or word.get("attachesto") == "previous"
        speaker = "" if (attached and runs) or not text.strip() else _word_speaker(word, called)
        start, end = (None, None) if attached else _times(word)
        if not runs or (speaker and runs[-1].speaker != speaker):
            runs.append(_Run(speaker, start, end, [text]))
            continue
        run = runs[-1]
        event = str(word.get("type", "")).endswith("event") and run.parts[-1][-1:].strip() != ""
        close = (glued and not event) or attached or _CLOSING.fullmatch(text) is not None
        run.parts.append(text if close or _unspaced(run.parts[-1], text) else f" {text}")
        run.start, run.end = start if run.start is None else run.start, run.end if end is None else end
    return [run.utterance() for run in runs]


def _token(word: Object) -> str:
    for key in ("punctuatedword", "word", "text", "content", "value", "utf8", "term", "display"):
        if isinstance(word.get(key), str):
            return str(word[key])
    return _text(word)


def _word_speaker(word: Object, called: Mapping[str, str]) -> str:
    speaker = _speaker(word, called)
    best = word.get("alternatives")
    if not speaker and isinstance(best, list) and best and isinstance(best[0], dict):
        return _speaker(best[0], called)
    return speaker


def _unspaced(before: str, behind: str) -> bool:
    """Whether the scripts of both words do without spaces between them."""
    return bool(_NO_SPACES.match(before[-1:]) and _NO_SPACES.match(behind[:1]))


# Speakers


def _called(documents: Iterable[Object]) -> dict[str, str]:
    """The names behind identifiers, where a document lists or maps its speakers."""
    called: dict[str, str] = {}
    for document in documents:
        for key in ("speakers", "participants", "speakernames", "speakermap", "speakermapping"):
            listed = document.get(key)
            if isinstance(listed, dict):
                called.update({name: value for name, value in listed.items() if isinstance(value, str) and value.strip()})
            for each in listed if isinstance(listed, list) else ():
                if isinstance(each, dict):
                    called.update(_identified(each))
    return called


def _identified(person: Object) -> dict[str, str]:
    identity = next(
        (person[key] for key in ("speakerid", "spkid", "id", "speaker", "label", "index") if person.get(key) is not None), None
    )
    name = _first_text(person, NAME)
    return {str(identity): name} if isinstance(identity, str | int) and name and name != str(identity) else {}


def _speaker(item: Object, called: Mapping[str, str]) -> str:
    for key in SPEAKER:
        name = _person(item.get(key), called) if key in item else ""
        if name and (key != "from" or seconds(name) is None):
            return name
    return _nested_speaker(item, called)


def _nested_speaker(item: Object, called: Mapping[str, str]) -> str:
    """The speaker under a key that no list above has, or in an object within the segment."""
    for key, value in item.items():
        if "speaker" in key and not key.endswith(_NO_NAME) and (name := _person(value, called)):
            return name
        if key in _NESTED and isinstance(value, dict) and (name := _speaker(value, called)):
            return name
    label = item.get("label")
    return label if isinstance(label, str) and _NUMBERED_SPEAKER.fullmatch(label) else ""


def _person(who: Any, called: Mapping[str, str]) -> str:
    """A name, whatever stands for it: a text, a number, an object, a list with one of these."""
    if isinstance(who, list) and len(who) == 1:
        who = who[0]
    if isinstance(who, dict):
        names = (_person(who.get(key), called) for key in NAME)
        first = next((name for name in names if name), "")
        given = [who[key].strip() for key in ("firstname", "lastname") if isinstance(who.get(key), str)]
        return first or " ".join(filter(None, given))
    if isinstance(who, bool) or not isinstance(who, str | int | float):
        return ""
    text = f"{who:g}" if isinstance(who, float) else str(who).strip()
    name = called.get(text) or called.get(_key(text))
    if name:
        return name
    return text if isinstance(who, str) else f"Speaker {text}"


# Times


def _times(item: Object) -> tuple[float | None, float | None]:
    """Start and end of an item in seconds, as far as it gives any."""
    pair = next(
        (item[key] for key in ("timestamp", "timestamps", "time", "offsets") if isinstance(item.get(key), list | dict)), None
    )
    if isinstance(pair, list) and len(pair) == 2:
        return _number(pair[0]), _number(pair[1])
    if isinstance(pair, dict) and ("from" in pair or "start" in pair):
        return _number(pair.get("from", pair.get("start"))), _number(pair.get("to", pair.get("end")))
    within = item.get("instances")
    if isinstance(within, list) and within and isinstance(within[0], dict):
        return _times(within[0])
    start = _first(item, START, 1.0, _first(item, START_MS, 0.001, _first(item, ("offsetinticks", "startticks"), _TICK)))
    end = _first(item, END, 1.0, _first(item, END_MS, 0.001))
    length = _first(item, LENGTH, 1.0, _first(item, LENGTH_MS, 0.001, _first(item, ("durationinticks",), _TICK)))
    if end is None and start is not None and length is not None:
        end = round(start + length, 3)
    return start, end


def _first(item: Object, keys: Iterable[str], unit: float, otherwise: float | None = None) -> float | None:
    for key in keys:
        number = _number(item.get(key))
        if number is not None:
            return finite(number * unit)
    return otherwise


def _number(value: Any) -> float | None:
    """The seconds, or whatever unit it is, that a number, a text or an object says; None if it is no time."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return finite(value) if value < _LATEST else None
    if isinstance(value, str):
        return seconds(value) if len(value) < 40 else None
    if isinstance(value, dict):
        if "nanos" in value or "seconds" in value:
            return (_number(value.get("seconds")) or 0.0) + (_number(value.get("nanos")) or 0.0) / 1e9
        return _number(value.get("relative"))
    return None


def _in_seconds(said: Sequence[Utterance]) -> Sequence[Utterance]:
    """*said* with its times in seconds: they are milliseconds if they are whole and nobody speaks that slowly."""
    timed = [(each.start, each.end, len(each.text)) for each in said if each.start is not None and each.end is not None]
    spent = sum(end - start for start, end, _ in timed)
    whole = all(time == int(time) for start, end, _ in timed for time in (start, end))
    if not timed or not whole or spent < 100 * len(timed) or sum(length for _, _, length in timed) > spent / 2:
        return said
    return [replace(each, start=_thousandth(each.start), end=_thousandth(each.end)) for each in said]


def _thousandth(time: float | None) -> float | None:
    return None if time is None else round(time / 1000, 3)


# Recognisers whose words cannot be read from a plain list


def _deepgram(document: Object) -> list[Utterance] | None:
    results = document.get("results")
    if not isinstance(results, dict) or not isinstance(results.get("channels"), list):
        return None
    channels = [each for each in results["channels"] if isinstance(each, dict)]
    tracks = [_deepgram_track(channel) for channel in channels]
    whole = [utterance for track in tracks for utterance in track]
    listed = results.get("utterances")
    if isinstance(listed, list):
        said = [each for item in listed if isinstance(item, dict) for each in _utterances(item, {})]
        if len(channels) > 1 and not any(each.speaker for each in said):
            said = _by_channel([item for item in listed if isinstance(item, dict)], said)
        if _letters(said) >= _FULL * _letters(whole):
            return said
    if len(channels) < 2:
        return whole
    named = [
        replace(each, speaker=f"Channel {number}" + (f", {each.speaker}" if each.speaker else ""))
        for number, track in enumerate(tracks)
        for each in track
    ]
    return sorted(named, key=lambda each: each.start or 0.0)


def _deepgram_track(channel: Object) -> list[Utterance]:
    """One channel: its paragraphs, its words, or its text, the first of these that holds everything."""
    best = _best(channel)
    text = _first_text(best, ("transcript",))
    outer = best.get("paragraphs")
    listed = outer.get("paragraphs") if isinstance(outer, dict) else None
    said = (
        [each for item in listed if isinstance(item, dict) for each in _utterances(item, {})]
        if isinstance(listed, list)
        else []
    )
    if said and _letters(said) >= _FULL * len("".join(text.split())):
        return said
    words = best.get("words")
    said = _joined([each for each in words if isinstance(each, dict)], {}) if isinstance(words, list) else []
    if said and _letters(said) >= _FULL * len("".join(text.split())):
        return said
    return [Utterance("", text)] if text else []


def _letters(said: Iterable[Utterance]) -> int:
    return sum(len("".join(each.text.split())) for each in said)


def _best(item: Object) -> Object:
    listed = item.get("alternatives")
    return listed[0] if isinstance(listed, list) and listed and isinstance(listed[0], dict) else {}


def _aws(document: Object) -> list[Utterance] | None:
    results = document.get("results")
    results = results if isinstance(results, dict) else document
    items = results.get("items")
    if not isinstance(items, list) or not isinstance(results.get("transcripts"), list):
        return None
    labels = results.get("speakerlabels")
    segments = labels.get("segments") if isinstance(labels, dict) else None
    who = {
        (item.get("starttime"), item.get("endtime")): item.get("speakerlabel")
        for segment in segments or ()
        if isinstance(segment, dict)
        for item in segment.get("items") or ()
        if isinstance(item, dict)
    }
    words = [
        {"speakerlabel": who.get((item.get("starttime"), item.get("endtime"))), **item}
        for item in items
        if isinstance(item, dict)
    ]
    said = _joined(words, {})
    channels = results.get("channellabels")
    if not any(each.speaker for each in said) and isinstance(channels, dict):
        said = _aws_channels(channels) or said
    text = " ".join(_first_text(each, ("transcript",)) for each in results["transcripts"] if isinstance(each, dict))
    return said if said or not text else [Utterance("", text)]


def _aws_channels(channels: Object) -> list[Utterance]:
    """The channels in the order of time, a channel a speaker, cut where another channel begins to speak."""
    words: list[Object] = []
    for channel in channels.get("channels") or ():
        label, last = str(channel.get("channellabel", "")), 0.0
        for item in channel.get("items") or ():
            start = _times(item)[0]
            last = last if start is None else start
            words.append({"speakerlabel": label, **item, "at": last})
    return _joined(sorted(words, key=lambda word: float(word["at"])), {})


def _google(document: Object) -> list[Utterance] | None:
    results = document.get("results")
    if (
        not isinstance(results, list)
        or not all(isinstance(each, dict) and "alternatives" in each for each in results)
        or not results
    ):
        return None
    if any("type" in each or "speakerlabels" in document or "speaker" in each for each in results):
        return None  # Speechmatics, Watson, and what names the speaker of each result
    results = [each for each in results if not _is_interim(each)] or results
    tagged = [_google_words(each) for each in results]
    last = _best(results[-1])
    texts = [_first_text(_best(each), ("transcript",)) for each in results]
    everything = "".join("".join(text.split()) for text in texts[:-1])
    if (
        any(each.speaker for each in tagged[-1])
        and _letters(tagged[-1]) >= _FULL * max(len(everything), 1)
        and not texts[-1].strip()
    ):
        return tagged[-1]  # with diarisation the last result says everything again, with speakers
    if (
        len(results) > 1
        and any(each.speaker for each in tagged[-1])
        and _same_words(everything + _first_text(last, ("transcript",)), tagged[-1])
    ):
        return tagged[-1]
    said: list[Utterance] = []
    for result, words, text in zip(results, tagged, texts, strict=True):
        channel = result.get("channeltag")
        if any(each.speaker for each in words) or not text:
            said += words
        else:
            start, end = (words[0].start, words[-1].end) if words else (None, _number(result.get("resultendtime")))
            said.append(
                Utterance(f"Channel {channel}" if channel and _several(results, "channeltag") else "", text, start, end)
            )
    return said


def _several(items: Sequence[Object], key: str) -> bool:
    return len({str(each.get(key)) for each in items}) > 1


def _google_words(result: Object) -> list[Utterance]:
    words = _best(result).get("words")
    listed = [each for each in words if isinstance(each, dict)] if isinstance(words, list) else []
    tags = [{**each, "speaker": each.get("speakertag") or _digit_name(each.get("speakerlabel"))} for each in listed]
    return _joined(tags, {})


def _digit_name(label: Any) -> Any:
    return int(label) if isinstance(label, str) and label.isascii() and label.isdigit() and len(label) < 6 else label


def _speechmatics(document: Object) -> list[Utterance] | None:
    results = document.get("results")
    if not isinstance(results, list) or not results or not all(isinstance(each, dict) for each in results):
        return None
    if not any(each.get("type") in ("word", "punctuation", "entity") and "alternatives" in each for each in results):
        return None
    said = _joined([each for each in results if each.get("type") != "speaker_change"], {})
    if not any(each.speaker for each in said) and _several(results, "channel"):
        return _joined([{"speaker": each.get("channel"), **each} for each in results], {})
    return said


def _azure(document: Object) -> list[Utterance] | None:
    phrases = document.get("recognizedphrases")
    if phrases is None and isinstance(document.get("audiofileresults"), list):
        phrases = [
            each for one in document["audiofileresults"] if isinstance(one, dict) for each in one.get("segmentresults") or ()
        ]
    if phrases is None and "recognitionstatus" in document:
        phrases = [document]
    if not isinstance(phrases, list):
        return None
    kept = [each for each in phrases if isinstance(each, dict)]
    said = [Utterance(_speaker(each, {}), _text(each), *_azure_times(each)) for each in kept]
    named = said if any(each.speaker for each in said) else _by_channel(kept, said)
    return sorted(named, key=lambda each: each.start or 0.0)


def _azure_events(found: Any) -> list[Utterance] | None:
    """The events of a recognition as it goes on, each an object of its own."""
    if (
        not isinstance(found, list)
        or not found
        or not all(isinstance(each, dict) and "recognitionstatus" in each for each in found)
    ):
        return None
    return _azure({"recognizedphrases": found})


def _azure_times(phrase: Object) -> tuple[float | None, float | None]:
    if isinstance(phrase.get("offset"), int | float) and "recognitionstatus" in phrase and "offsetinticks" not in phrase:
        start = _first(phrase, ("offset",), _TICK)
        length = _first(phrase, ("duration",), _TICK)
        return start, round(start + length, 3) if start is not None and length is not None else None
    return _times(phrase)


def _rev(document: Object) -> list[Utterance] | None:
    monologues = document.get("monologues")
    if not isinstance(monologues, list):
        return None
    called = _called([document])
    said = []
    for each in monologues:
        elements = (
            [element for element in each.get("elements") or () if isinstance(element, dict)] if isinstance(each, dict) else []
        )
        text = "".join(_token(element) for element in elements)
        times = [_rev_time(element) for element in elements]
        starts, ends = [start for start, _ in times if start is not None], [end for _, end in times if end is not None]
        said.append(
            Utterance(_person(each.get("speaker"), called), text, starts[0] if starts else None, ends[-1] if ends else None)
        )
    return said


def _rev_time(element: Object) -> tuple[float | None, float | None]:
    return _number(element.get("ts", element.get("timestamp"))), _number(element.get("endts", element.get("endtimestamp")))


def _watson(document: Object) -> list[Utterance] | None:
    """Words as lists of word, start and end; who spoke them stands apart."""
    results = document.get("results")
    if not isinstance(results, list) or not any("timestamps" in _best(each) for each in results if isinstance(each, dict)):
        return None
    labels = document.get("speakerlabels")
    who = {each.get("from"): each.get("speaker") for each in labels or () if isinstance(each, dict)}
    said: list[Utterance] = []
    for each in results:
        best = _best(each) if isinstance(each, dict) else {}
        stamps = best.get("timestamps")
        words = [
            {"word": row[0], "start": row[1], "end": row[2], "speaker": who.get(row[1])}
            for row in stamps or ()
            if isinstance(row, list) and len(row) >= 3
        ]
        runs = _joined(words, {})
        text = _first_text(best, ("transcript",))
        said += (
            runs
            if any(run.speaker for run in runs) or not text
            else [Utterance("", text, runs[0].start if runs else None, runs[-1].end if runs else None)]
        )
    return said


def _youtube(document: Object) -> list[Utterance] | None:
    events = document.get("events")
    if not isinstance(events, list) or not any(isinstance(each, dict) and "segs" in each for each in events):
        return None
    said = []
    for each in events:
        if not isinstance(each, dict) or each.get("aappend"):
            continue
        text = "".join(_token(part) for part in each.get("segs") or () if isinstance(part, dict))
        start, end = _times({key: value for key, value in each.items() if key in ("tstartms", "ddurationms")})
        said.append(Utterance("", text, start, end))
    return said


READERS: tuple[tuple[str, Callable[[Object], list[Utterance] | None]], ...] = (
    ("Deepgram", _deepgram),
    ("AWS Transcribe", _aws),
    ("Watson", _watson),
    ("Google Speech-to-Text", _google),
    ("Speechmatics", _speechmatics),
    ("Azure Speech", _azure),
    ("Rev", _rev),
    ("YouTube", _youtube),
)


# Refusals


def _nothing_in(found: Any, documents: Sequence[Object], recogniser: str) -> Exception:
    """The error for JSON without a transcript: it failed, nobody says anything, or its shape is not known."""
    failure = next((why for each in documents if (why := _failure(each))), "") or _failed_status(documents)
    name = f"the JSON of {recogniser}" if recogniser else "the JSON of a transcription"
    if failure:
        return refusal(f"this is {name}, but the transcription failed: {quoted(failure)}")
    known = (
        recogniser
        or any(key in each for each in documents for key in LISTS)
        or any(key in each for each in documents for key in WHOLE)
    )
    status = next((each["status"] for each in documents if isinstance(each.get("status"), str)), "")
    if known or found == [] or status.casefold() in UNFINISHED:
        return without_speech(name, f"its status is {quoted(status)}" if status else "")
    kind = "an object with the keys" if isinstance(found, dict) else "a list of objects with the keys"
    keys = _keys_of(found)
    seen = f"{kind} {keys}" if keys else ("an empty object" if found == {} else "a list or value without objects")
    return refusal(
        f'this is JSON of a shape that we do not know, {seen}: send {{"segments": [{{"speaker": "Ann", "text": "…"}}]}}'
    )


def _keys_of(found: Any) -> str:
    objects = (
        [found]
        if isinstance(found, dict)
        else [each for each in found if isinstance(each, dict)]
        if isinstance(found, list)
        else []
    )
    keys = list(dict.fromkeys(key for each in objects[:10] for key in each))
    return quoted(", ".join(keys[:MOST_KEYS_NAMED]) + (", …" if len(keys) > MOST_KEYS_NAMED else ""))


def _failure(document: Object) -> str:
    """What a document says went wrong; empty if it does not say that anything did."""
    failed = _failed_status([document])
    for key in ERRORS:
        told = document.get(key)
        if isinstance(told, list) and told:
            told = told[0]
        if isinstance(told, dict):
            told = _first_text(told, ("message", "reason", "description", "code", "detail")) or json.dumps(told)
        if isinstance(told, str) and told.strip() and (failed or key.startswith(("err", "fail", "exc"))):
            return told
    return ""


def _failed_status(documents: Iterable[Object]) -> str:
    told = (value for each in documents for key, value in each.items() if key.endswith("status") and isinstance(value, str))
    return next((f"its status is {status}" for status in told if status.casefold() in FAILED), "")
