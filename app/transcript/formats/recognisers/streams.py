"""Recognisers that answer in a stream, an event for each result: what is final, and what nothing final came behind."""

from __future__ import annotations

import json
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from app.transcript.formats.recognisers.keys import Object, first_text, with_plain_keys
from app.transcript.formats.recognisers.segments import best_alternative, inner_items, text_of

_ENVELOPES = ("message", "data", "utterance", "utteranceevent", "transcriptevent")  # objects around a result
_SIGNS = frozenset(  # keys of which the events of each recogniser have one
    [
        *_ENVELOPES,
        "channel",
        "elements",
        "event",
        "isfinal",
        "messagetype",
        "msgtype",
        "partial",
        "result",
        "results",
        "segments",
        "tokens",
        "transcript",
        "transcriptiondata",
        "transcripttype",
        "turnorder",
        "type",
        "username",
        "utteranceid",
    ]
)
_ZOOM_SAYS = ("17", "18", "TRANSCRIPT", "MEDIA_DATA_TRANSCRIPT", "MEDIA_DATA_CHAT")  # kinds of Zoom's messages
_MARKERS = frozenset(["<end>", "<fin>"])  # of Soniox, in place of a word


class Event(NamedTuple):
    """A result as it comes: what it says, whether more of it may come, and which earlier results it stands for. *result* is
    the name of the result, *track* what it is a part of where results have no names; *adds* says that it goes on from the
    one before instead of taking its place."""

    segment: Object
    final: bool = True
    result: str = ""
    track: str = ""
    adds: bool = False


@dataclass(frozen=True)
class Stream:
    """The results of a stream as one document, with how many of them gave way to others."""

    found: Any
    recogniser: str = ""
    interim: int = 0


Answers: TypeAlias = Sequence[Object]
Read: TypeAlias = list[Event] | None  # None for an object that is no event of a recogniser


def put_together(found: Any) -> Stream:
    """The document that the events in *found* make; *found* itself if these are no events."""
    found = _of_a_batch(found)
    held = [value for value in found.values() if isinstance(value, list)] if isinstance(found, dict) else []
    answers = (found if isinstance(found, list) else [found], *held)
    return next((stream for each in answers if (stream := _of_answers(each)) is not None), Stream(found))


def _of_answers(answers: Sequence[Any]) -> Stream | None:
    if not answers or not all(isinstance(each, dict) for each in answers) or _SIGNS.isdisjoint(set().union(*answers)):
        return None
    opened = [_opened(each) for each in answers]
    for name, reader, document in _READERS:
        read = reader(opened)
        if any(read):
            events = [event for one, each in zip(read, opened, strict=True) for event in (_other(each) if one is None else one)]
            segments, interim = _standing(events)
            return Stream(document(segments, opened), name, interim)
    return None


def _of_a_batch(found: Any) -> Any:
    """The results of Google's batches, which stand below the name of each file, as those of one answer; else *found* itself."""
    answer = found.get("response", found) if isinstance(found, dict) else None
    files = answer.get("results") if isinstance(answer, dict) else None
    if not isinstance(files, dict) or not files or not all(isinstance(each, dict) for each in files.values()):
        return found
    held = [each.get("inlineresult", each) for each in files.values()]
    transcripts = [each["transcript"] for each in held if isinstance(each, dict) and isinstance(each.get("transcript"), dict)]
    if len(transcripts) < len(files) or not all(isinstance(each.get("results"), list) for each in transcripts):
        return found
    return {"results": [result for each in transcripts for result in each["results"]]}


def _opened(answer: Object) -> Object:
    """*answer* with what stands in its envelopes among its own keys."""
    while (key := next((key for key in _ENVELOPES if isinstance(answer.get(key), dict)), None)) is not None:
        answer = {**{name: value for name, value in answer.items() if name != key}, **answer[key]}
    return answer


def _other(answer: Object) -> list[Event]:
    """An object that is no event of the stream, if it says more than what it is."""
    said = {key: value for key, value in answer.items() if key != "message"}
    return [Event(said)] if text_of(said) or inner_items(said) else []


def _standing(events: Sequence[Event]) -> tuple[list[Object], int]:
    """What the events say without those that others stand for, in order, and how many these are."""
    kept: dict[int, Object] = {}
    waiting: dict[tuple[str, str], int] = {}
    settled: dict[str, int] = {}
    interim = 0
    for place, (segment, final, result, track, adds) in enumerate(events):
        if result in settled and not final:
            interim += 1
            continue
        before = waiting.pop((result, track), settled.get(result))
        replaced = None if before is None else kept.pop(before)
        if replaced is not None and adds:
            segment = {**segment, "text": f"{replaced.get('text', '')}{segment.get('text', '')}"}  # noqa: PLW2901
        interim += replaced is not None and not adds
        kept[place] = segment
        if not final:
            waiting[result, track] = place
        elif result:
            settled[result] = place
    return list(kept.values()), interim


def _each(read: Callable[[Object], Read]) -> Callable[[Answers], list[Read]]:
    return lambda answers: [read(each) for each in answers]


def _result_objects(answer: Object) -> list[Object]:
    results = answer.get("results")
    return [each for each in results if isinstance(each, dict)] if isinstance(results, list) else []


def _as_segments(segments: list[Object], _answers: Answers) -> Any:
    return segments


# Events with several results


def _aws(answer: Object) -> Read:
    """Amazon's transcription and call analytics: results have names, and parts until they are whole."""
    if "utteranceid" in answer and "transcript" in answer:
        return [Event(answer, answer.get("ispartial") is not True, str(answer["utteranceid"]))]
    transcript = answer.get("transcript")
    if not isinstance(transcript, dict) or not isinstance(transcript.get("results"), list):
        return None
    results = _result_objects(transcript)
    if not all("ispartial" in each or "resultid" in each for each in results):
        return None
    return [Event(_aws_result(each), each.get("ispartial") is not True, str(each.get("resultid", ""))) for each in results]


def _aws_result(result: Object) -> Object:
    """The best alternative of a result, with the channel for its speaker if there are channels."""
    channel = {"speakerlabel": result["channelid"]} if result.get("channelid") else {}
    times = {key: result.get(key) for key in ("starttime", "endtime")}
    return {**times, **channel, "alternatives": [best_alternative(result)]}


def _google(answers: Answers) -> list[Read]:
    """Google, Riva and Watson: lists of results, of which those are final that say so, if any does."""
    streamed = len(answers) > 1
    found = [_result_objects(each) if isinstance(each.get("results"), list) else None for each in answers]
    results = [each for listed in found for each in listed or ()]
    if not streamed or not results or not all("alternatives" in each and "type" not in each for each in results):
        return []
    told = any(_is_final(each) for each in results)
    return [
        None
        if listed is None
        else [Event(each, _is_final(each) or not told, track=str(each.get("channeltag", ""))) for each in listed]
        for listed in found
    ]


def _is_final(result: Object) -> bool:
    return result.get("isfinal", result.get("final")) is True


def _google_document(segments: list[Object], answers: Answers) -> Any:
    labels = [
        label for each in answers if isinstance(each.get("speakerlabels"), list) for label in each["speakerlabels"] if label
    ]
    return {"results": segments, **({"speakerlabels": labels} if labels else {})}


def _speechmatics(answer: Object) -> Read:
    if answer.get("message") not in ("AddTranscript", "AddPartialTranscript"):
        return None
    return [Event({"results": _result_objects(answer)}, answer["message"] == "AddTranscript")]


def _speechmatics_document(segments: list[Object], _answers: Answers) -> Any:
    return {"results": [result for each in segments for result in each.get("results", ())]}


def _soniox(answer: Object) -> Read:
    """Soniox: tokens, of which those that are not final come again."""
    tokens = answer.get("tokens")
    if not isinstance(tokens, list) or not (
        "finalaudioprocms" in answer or any(isinstance(each, dict) and "isfinal" in each for each in tokens)
    ):
        return None
    words = [each for each in tokens if isinstance(each, dict) and each.get("text") not in _MARKERS]
    final, open_ = ([each for each in words if (each.get("isfinal") is not False) is done] for done in (True, False))
    return [Event({"tokens": final}), *([Event({"tokens": open_}, final=False)] if open_ else ())]


def _soniox_document(segments: list[Object], _answers: Answers) -> Any:
    return {"tokens": [token for each in segments for token in each["tokens"]]}


# Events with one result


def _deepgram(answer: Object) -> Read:
    if answer.get("type") != "Results" or "channel" not in answer:
        return None
    channel = answer.get("channelindex")
    return [
        Event(answer, answer.get("isfinal") is True, track=str(channel[0] if isinstance(channel, list) and channel else ""))
    ]


def _assembly(answer: Object) -> Read:
    """AssemblyAI: turns, which come again with punctuation; before that, transcripts."""
    if answer.get("type") == "Turn" and "turnorder" in answer:
        return [Event(answer, answer.get("endofturn") is True, str(answer["turnorder"]))]
    kind = answer.get("messagetype")
    return [Event(answer, kind == "FinalTranscript")] if kind in ("PartialTranscript", "FinalTranscript") else None


def _eleven(answers: Answers) -> list[Read]:
    """ElevenLabs: what is committed comes a second time if its times were asked for."""
    timed = {each.get("text") for each in answers if each.get("messagetype") == "committed_transcript_with_timestamps"}
    return [_eleven_event(each, timed) for each in answers]


def _eleven_event(answer: Object, timed: Container[Any]) -> Read:
    kind = answer.get("messagetype")
    if kind == "committed_transcript" and answer.get("text") in timed:
        return []
    final = kind in ("committed_transcript", "committed_transcript_with_timestamps")
    return [Event(answer, final)] if final or kind == "partial_transcript" else None


def _openai(answers: Answers) -> list[Read]:
    """OpenAI: what is said in pieces comes whole at the end, as segments if it has speakers."""
    kinds = [each["type"] if isinstance(each.get("type"), str) else "" for each in answers]
    parted = "transcript.text.segment" in kinds
    if not any(kind.endswith((".delta", ".done", ".completed")) for kind in kinds):
        return []
    return [_openai_event(kind, each, parted=parted) for kind, each in zip(kinds, answers, strict=True)]


def _openai_event(kind: str, answer: Object, *, parted: bool) -> Read:
    if not kind.startswith(("transcript.text.", "conversation.item.input", "response.")) or "transcript" not in kind:
        return None
    name = str(answer.get("segmentid") or answer.get("itemid") or (answer.get("id", "") if kind.endswith("segment") else ""))
    if kind.endswith(".delta"):
        return [Event({"text": str(answer.get("delta", ""))}, final=False, result=name, adds=True)]
    if not first_text(answer, ("text", "transcript")) or (parted and kind.endswith("text.done")):
        return []
    return [Event(answer, result=name)]


def _rev(answer: Object) -> Read:
    if answer.get("type") not in ("partial", "final") or not isinstance(answer.get("elements"), list):
        return None
    return [Event(answer, answer["type"] == "final")]


def _gladia(answer: Object) -> Read:
    if answer.get("type") != "transcript" or "isfinal" not in answer or "text" not in answer:
        return None
    return [Event(answer, answer["isfinal"] is True, str(answer.get("id", "")), str(answer.get("channel", "")))]


def _recall(answer: Object) -> Read:
    kind = answer.get("event")
    if kind not in ("transcript.data", "transcript.partial_data"):
        return None
    who = answer.get("participant")
    said = {key: answer[key] for key in ("words", "participant") if key in answer}
    return [Event(said, kind == "transcript.data", track=str(who.get("id", "")) if isinstance(who, dict) else "")]


def _yandex(answers: Answers) -> list[Read]:
    """Yandex: partial results, final ones, and these once more with their punctuation."""
    results = [each["result"] if isinstance(each.get("result"), dict) else {} for each in answers]
    refined = any("finalrefinement" in each for each in results)
    return [_yandex_event(each, refined=refined) if "audiocursors" in each else None for each in results]


def _yandex_event(result: Object, *, refined: bool) -> Read:
    track = str(result.get("channeltag", ""))
    for key in ("finalrefinement", "final", "partial"):
        told = result.get(key)
        if isinstance(told, dict) and not (refined and key == "final"):
            said = told.get("normalizedtext", told)
            best = best_alternative(said) if isinstance(said, dict) else {}
            return [Event({**best, "channeltag": track}, key != "partial", track=track)]
    return []


def _flux(answer: Object) -> Read:
    """Deepgram's Flux: a turn comes again until it ends."""
    if answer.get("type") != "TurnInfo" or "turnindex" not in answer:
        return None
    said = {key: value for key, value in answer.items() if key != "words"}
    return [Event(said, answer.get("event") == "EndOfTurn", str(answer["turnindex"]))]


def _vapi(answer: Object) -> Read:
    if answer.get("transcripttype") not in ("partial", "final"):
        return None
    return [Event(answer, answer["transcripttype"] == "final", track=str(answer.get("role", "")))]


def _twilio(answer: Object) -> Read:
    """Twilio: each result is JSON in a text, on the track of one of two people."""
    held = answer.get("transcriptiondata")
    if not isinstance(held, str):
        return None
    try:
        data = with_plain_keys(json.loads(held))
    except (ValueError, RecursionError):
        return None
    track = str(answer.get("track", ""))
    said = {"speaker": track, "text": first_text(data, ("transcript",)) if isinstance(data, dict) else ""}
    return [Event(said, str(answer.get("final", "true")).casefold() == "true", track=track)]


def _zoom(answers: Answers) -> list[Read]:
    """Zoom's RTMS: what a participant says is the data of a message, beside messages about the connection."""
    return [_zoom_event(each) for each in answers]


def _zoom_event(answer: Object) -> Read:
    held = answer.get("content", answer) if "msgtype" in answer else answer
    if str(answer.get("msgtype", _ZOOM_SAYS[0])) not in _ZOOM_SAYS:  # audio, video, or what keeps the connection
        return []
    if isinstance(held, dict) and "username" in held and isinstance(held.get("data"), str) and "text" not in held:
        return [Event({**{key: value for key, value in held.items() if key != "data"}, "text": held["data"]})]
    return [] if "msgtype" in answer else None


def _whisper_live(answers: Answers) -> list[Read]:
    """WhisperLive: the last segments come again with each answer, until they are completed and for a while after that."""
    lists = [each.get("segments") for each in answers]
    if not any(isinstance(each, list) and any(isinstance(one, dict) and "completed" in one for one in each) for each in lists):
        return []
    return [
        [Event(one, one.get("completed") is True, str(one.get("start", ""))) for one in each if isinstance(one, dict)]
        if isinstance(each, list)
        else None
        for each in lists
    ]


def _vosk(answers: Answers) -> list[Read]:
    if not any(each.keys() == {"partial"} for each in answers):
        return []
    return [_vosk_event(each) for each in answers]


def _vosk_event(answer: Object) -> Read:
    if answer.keys() == {"partial"}:
        return [Event({"text": answer["partial"]}, final=False)]
    return [Event(answer)] if "text" in answer else None


_READERS: tuple[tuple[str, Callable[[Answers], list[Read]], Callable[[list[Object], Answers], Any]], ...] = (
    ("AWS Transcribe", _each(_aws), _as_segments),
    ("Speechmatics", _each(_speechmatics), _speechmatics_document),
    ("Soniox", _each(_soniox), _soniox_document),
    ("Deepgram", _each(_deepgram), _as_segments),
    ("Deepgram", _each(_flux), _as_segments),
    ("Yandex SpeechKit", _yandex, _as_segments),
    ("AssemblyAI", _each(_assembly), _as_segments),
    ("ElevenLabs", _eleven, _as_segments),
    ("OpenAI", _openai, _as_segments),
    ("Rev", _each(_rev), _as_segments),
    ("Gladia", _each(_gladia), _as_segments),
    ("Recall.ai", _each(_recall), _as_segments),
    ("Vapi", _each(_vapi), _as_segments),
    ("Twilio", _each(_twilio), _as_segments),
    ("WhisperLive", _whisper_live, _as_segments),
    ("Vosk", _vosk, _as_segments),
    ("Zoom", _zoom, _as_segments),
    ("", _google, _google_document),
)
