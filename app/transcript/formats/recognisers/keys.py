"""What recognisers and recorders call things in their JSON, and what tells whose JSON it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, TypeAlias

Object: TypeAlias = Mapping[str, Any]  # a JSON object, its keys as `plain_key` makes them
# Keys as `plain_key` makes them: in small letters, without `_` and `-`.
TEXT = [
    "predtext",  # beside it, NeMo's `text` is what ought to have been recognised
    "decoratedtext",  # of Genesys: `text` with its punctuation
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
    "finalsentence",
    "transcription",
    "word",
    "rawtext",
    "lexical",
    "utf8",
    "line",
    "quote",
    "said",
    "snippet",
    "speech",
    "phrase",
    "onebest",
    "original",
    "originaltext",
    "words",
    "lines",
    "res",
    "sentences",
    "payload",
    "msg",
    "utt",
    "txt",
    "src",
]
IN_LINES = frozenset(["lines", "res", "sentences"])  # texts in a list of lines
SPEAKER = [
    "speakerdisplayname",
    "userprofile",
    "speakerinfo",
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
    "personname",
    "attendee",
    "creator",
    "senderfullname",
    "displayname",
    "from",
    "name",
    "who",
    "role",
    "sender",
    "sendername",
    "authorname",
    "fromname",
    "nickname",
    "users",
    "speakers",
    "actor",
    "sid",
    "participantidentity",
    "participantid",
    "personid",
    "participantdetails",
    "segmentparticipant",
    "userid",
    "participantpurpose",
    "phonenumber",
    "identifier",
    "participanttype",
    "voice",
    "fromid",
    "personemail",
    "email",
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
    "diarizationlabel",
    "id",
    "speakerid",
    "identifier",
    "source",
    "participantrole",
    "role",
    "value",
    "index",
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
    "timeoffset",
    "offset",
    "time",
    "timestamp",
    "t",
    "timecode",
    "timebegin",
    "snippettime",
    "originalarrivaltime",
    "createat",
    "datastart",
    "startdatetime",
    "createddatetime",
    "date",
    "timeincallsecs",
    "beginaudiotime",
    "audiowindowstart",
    "startat",
    "createdat",
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
    "dataend",
    "enddatetime",
    "endaudiotime",
    "audiowindowend",
    "endat",
]
LENGTH = ["duration", "dur", "length", "durationinseconds", "d"]
START_MS = [
    "startms",
    "timestampms",
    "starttimems",
    "startmilliseconds",
    "startmillis",
    "beginoffsetmillis",
    "offsetmilliseconds",
    "offsetmillisecond",
    "tstartms",
    "startoffsetms",
    "offsetms",
    "frommillis",
    "originserverts",
    "offsetinms",
    "bg",
]
END_MS = ["endms", "endtimems", "endmilliseconds", "endmillis", "endoffsetmillis", "endoffsetms", "ed"]
LENGTH_MS = ["durationms", "durationmilliseconds", "durationmillisecond", "ddurationms", "durationinms"]
START_US = ["starttimestampusec", "startusec", "startus", "starttimeus", "startmicros"]
END_US = ["endtimestampusec", "endusec", "endus", "endtimeus", "endmicros"]
START_NS = ["startns", "starttimens", "startnanos"]
END_NS = ["endns", "endtimens", "endnanos"]
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
    "hypotheses",
    "events",
    "results",
    "result",
    "children",
    "phrases",
]
ALTERNATIVES = frozenset(["nbest", "alternatives", "hypotheses"])  # lists of which one entry is what was said
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
    "rawcontent",
    "metadatacontent",
    "vtt",
    "webvtt",
    "srt",
    "captions",
    "subtitles",
]
# What is made from a transcript and is none.
DERIVED = frozenset(
    [
        "translation",
        "translations",
        "summary",
        "summaries",
        "summarization",
        "actionitems",
        "chapters",
        "highlights",
        "autohighlightsresult",
        "additionalformats",
        "entities",
        "sentimentanalysisresults",
        "keyquestions",
        "topics",
        "ocr",
        "labels",
        "brands",
        "faces",
        "emotions",
        "sentiments",
        "keywords",
    ]
)
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
PUNCTUATION = frozenset(["punctuation", "punct"])
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


def signed_by(documents: Iterable[Object]) -> str:
    """The recogniser whose keys an object has; empty if none is known."""
    return next((name for name, keys in SIGNATURES if any(keys <= each.keys() for each in documents)), "")


@lru_cache(4096)
def plain_key(name: str) -> str:
    return name.replace("_", "").replace("-", "").replace(" ", "").casefold()


def with_plain_keys(found: Any) -> Any:
    """*found* with each key as `plain_key` makes it; a key that is there twice keeps its first value that says something."""
    if isinstance(found, list):
        return [with_plain_keys(each) for each in found]
    if not isinstance(found, dict):
        return found
    made: dict[str, Any] = {}
    for name, value in found.items():
        if made.get(plain_key(name)) in (None, ""):
            made[plain_key(name)] = with_plain_keys(value)
    return made


def documents_in(found: Any, depth: int = 2) -> Iterator[Object]:
    """The object that *found* is, and those that wrap the transcript: one within another, or alone in a list."""
    if isinstance(found, list) and len(found) == 1:
        found = found[0]
    if not isinstance(found, dict):
        return
    yield found
    if depth:
        for name, value in found.items():
            if not is_derived(name):
                yield from documents_in(value, depth - 1)


def is_derived(key: str) -> bool:
    """Whether what stands under *key* is made from a transcript: `translated_segments`, `summary`."""
    return key in DERIVED or key.startswith("translated")


def first_text(holder: Object, keys: Iterable[str]) -> str:
    return next((value for key in keys if isinstance(value := holder.get(key), str) and value.strip()), "")
