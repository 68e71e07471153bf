"""Reads a transcript, whatever it is written in: recognises the format, reads it, and finds out who says what."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby, islice

from app.errors import BadContent
from app.transcript import docx, entities, repetitions
from app.transcript.encoding import Decoded, decoded
from app.transcript.formats import (
    captions,
    corpora,
    field_blocks,
    key_values,
    line_chats,
    mails,
    markup,
    old_captions,
    pages,
    player_captions,
    recognisers,
    several,
    speaker_columns,
    substation,
    tables,
    unheaded,
)
from app.transcript.formats.base import Reading, quoted, refusal
from app.transcript.formats.base64_files import File
from app.transcript.labels import NO_SPEAKERS
from app.transcript.passages import attributed
from app.transcript.people import of_one_case, same_people, warnings_of
from app.transcript.pieces import lines_of, with_line_feeds
from app.transcript.text import LabelledText, read_text
from app.transcript.transcript import Report, Transcript, turn_of
from app.transcript.turn import UNKNOWN_SPEAKER, Utterance

LOOKED_AT = 50  # lines by which a format is recognised

_SILENT = "the transcript names speakers but nobody says anything: send lines such as `Ann : Good morning.`"
_OTHER_FILES = "other files in base64"
_REPEATED = "repetitions of one line"
_FENCED = re.compile(r"\s*```\w*[ \t]*\n(?P<inside>[^`].*)\n```\s*", re.DOTALL)  # as Markdown marks what is no text of its own
_BASE64 = re.compile(r"(?:data:[\w/+.;=-]{1,100},)?[A-Za-z0-9+/_-]{120}")
_MOST_LOGGED = 20  # lines that a program wrote before a JSON text
_OPENING = frozenset("{[STW")  # what such a text begins with; a class of segments, words or transcripts
_CUE_ID = re.compile(r"(?:\d{1,6}|[\da-fA-F-]{36}\S{0,12})$")
_TRANSCRIPT_KEY = re.compile(r"[\"'](?:text|transcripts?|words|segments|utterances|speaker)[\"']\s*:")


def parse(given: bytes | str, speakers: Iterable[str] = ()) -> Transcript:
    """The transcript that an uploaded file or a text holds, in any format that is read (`READ`).

    *speakers* are names that are speakers whatever they look like. Raises BadContent: for what is no text, for a text that
    begins as a format and does not go on as such (with line and column), and for one in which nobody speaks."""
    names = tuple(speakers)
    if isinstance(given, bytes) and docx.is_docx(given):
        return _transcript(_as_captions(docx.read(given)), Decoded(""), names)
    text = decoded(given)
    return _transcript(reading_of(text.text), text, names)


def reading_of(text: str) -> Reading:
    """*text* as the format that its first lines show. Raises BadContent where it is not."""
    text = with_line_feeds(text).lstrip("\ufeff").replace("\n\ufeff", "\n")
    documents = several.parts_of(text)
    readings = [_reading_of_one(each) for each in documents]
    return several.joined(readings) if len(readings) > 1 else readings[0]


def _reading_of_one(text: str) -> Reading:
    fenced = _FENCED.fullmatch(text) if text.lstrip()[:3] == "```" else None
    if fenced is not None and (inside := reading_of(fenced["inside"])).format != "text":
        return inside
    head = text[:100_000].lstrip()
    if recognisers.looks_like_json(head):
        return _unwrapped(recognisers.read(text))
    first = _first_lines(text)
    if (logged := _behind_a_log(text, first)) is not None:
        return logged
    if (quoted := _in_quotes(text)) is not None:
        return reading_of(quoted)
    if _BASE64.match(head) and len(text.split(None, 1)[0]) == len(text.strip()):
        raise refusal("this is text in base64: send what it stands for")
    if corpora.looks_like_text_grid(head):
        return corpora.text_grid(text)
    if old_captions.looks_like_scc(first):
        raise refusal("this is SCC, whose captions are codes for a television set: export them as SRT or WebVTT")
    return _by_lines(text, head, first)


def _behind_a_log(text: str, first: Sequence[str]) -> Reading | None:
    """The JSON that a program wrote behind some lines of a log, or that stands below the head of an HTTP answer."""
    for number, line in enumerate(first[: _MOST_LOGGED + 1]):
        if number and line.lstrip()[:1] in _OPENING and recognisers.looks_like_json(line):
            rest = text[text.find(f"\n{line}") + 1 :]
            if 2 * len(rest) < len(text) and not first[0].startswith("HTTP/"):
                return None
            try:
                reading = recognisers.read(rest.removesuffix("\n").removesuffix("```"))
            except BadContent:
                if _TRANSCRIPT_KEY.search(rest[:2000]):
                    raise
                return None
            skipped = Counter({**reading.left_out}) + Counter({recognisers.NO_JSON: number})
            return replace(reading, left_out=skipped)
    return None


def _in_quotes(text: str) -> str | None:
    """The text that *text* is as a JSON text on one line; None if it is none."""
    whole = text.strip()
    if whole[:1] != '"' or whole[-1:] != '"' or "\\n" not in whole or "\n" in whole:
        return None
    try:
        inside = json.loads(whole)
    except ValueError:
        return None
    return inside if isinstance(inside, str) and inside.strip() else None


def _unwrapped(reading: Reading) -> Reading:
    """The *reading* of a JSON that holds a file, or one text, which may be a format of its own: JSON in a fence, captions."""
    if reading.files:
        return _of_files(reading)
    text = (reading.text or "").strip()
    if not text.startswith(("```", "{", "[", "WEBVTT")):
        return reading
    inside = reading_of(text)
    return reading if inside.format == "text" else replace(inside, recogniser=reading.recogniser)


def _as_captions(reading: Reading) -> Reading:
    """The *reading* of a Word document as captions if its text is a whole file of them, which somebody opened in Word.

    The blank lines are gone with which other cue identifiers than numbers are told from speech."""
    lines = (reading.text or "").split("\n")
    first = _first_lines(reading.text or "")
    recognised = any("<v" in line for line in first) if captions.looks_like_vtt(first) else captions.looks_like_srt(first)
    if not recognised:
        return reading
    said = (line for line, after in zip(lines, [*lines[1:], ""], strict=True) if "-->" not in after or not _CUE_ID.match(line))
    try:
        inside = reading_of("\n".join(said))
    except BadContent:
        return reading
    return replace(inside, format=reading.format, left_out=dict(Counter({**reading.left_out}) + Counter({**inside.left_out})))


def _of_files(reading: Reading) -> Reading:
    """The first of the files that a *reading* holds in base64 which is a transcript. Raises BadContent if none is."""
    refused: BadContent | None = None
    for file in reading.files:
        try:
            inside = _of_file(file)
        except BadContent as exc:
            refused = refused or exc
            continue
        others = {_OTHER_FILES: len(reading.files) - 1} if len(reading.files) > 1 else {}
        warnings = (
            f"the transcript was in base64{f' under {quoted(file.key)}' if file.key else ''}: it is decoded",
            *inside.warnings,
        )
        return replace(inside, warnings=warnings, left_out=dict(Counter({**inside.left_out}) + Counter(others)))
    raise refusal(f"the JSON holds a file in base64 that is no transcript: {refused}") from refused


def _of_file(file: File) -> Reading:
    if docx.is_docx(file.raw):
        return _as_captions(docx.read(file.raw))
    text = decoded(file.raw)
    reading = reading_of(text.text)
    return replace(reading, warnings=(*text.warnings, *reading.warnings))


def _by_lines(text: str, head: str, first: Sequence[str]) -> Reading:
    recognised: Iterator[tuple[bool, Callable[[], Reading]]] = iter(
        (
            (corpora.looks_like_rttm(first), lambda: corpora.rttm(text.split("\n"))),
            (captions.looks_like_vtt(first), lambda: captions.vtt(_from_the_first(text.split("\n")))),
            (old_captions.looks_like_real_text(head), lambda: old_captions.real_text(text)),
            (pages.looks_like_xhtml(head), lambda: pages.read(text)),
            (markup.looks_like_xml(head), lambda: markup.read(text)),
            (old_captions.looks_like_sami(head), lambda: old_captions.sami(text)),
            (pages.looks_like_html(head), lambda: pages.read(text)),
            (substation.looks_like_ass(first), lambda: substation.ass(text.split("\n"))),
            (captions.looks_like_srt(first), lambda: captions.srt(text.split("\n"))),
            (old_captions.looks_like_frames(first), lambda: old_captions.frames(text.split("\n"))),
            (old_captions.looks_like_tmplayer(first), lambda: old_captions.tmplayer(text.split("\n"))),
            (old_captions.looks_like_time_codes(first), lambda: old_captions.time_codes(text.split("\n"))),
            (player_captions.looks_like_mpsub(first), lambda: player_captions.mpsub(text.split("\n"))),
            (player_captions.looks_like_script(first), lambda: player_captions.script(text.split("\n"))),
            (captions.looks_like_sbv(first), lambda: captions.sbv(text.split("\n"))),
            (captions.looks_like_lrc(first), lambda: captions.lrc(text.split("\n"))),
            (line_chats.looks_like_line(first), lambda: line_chats.read(text.split("\n"))),
            (line_chats.looks_like_weechat(first), lambda: line_chats.read_weechat(text.split("\n"))),
            (mails.looks_like_mailbox(first), lambda: mails.mailbox(_from_the_first(text.split("\n")))),
            (field_blocks.looks_like_blocks(head), lambda: field_blocks.read(text.split("\n"))),
            (corpora.looks_like_chat(first), lambda: corpora.chat(text.split("\n"))),
            (corpora.looks_like_ctm(first), lambda: corpora.ctm(text.split("\n"))),
            (corpora.looks_like_stm(first), lambda: corpora.stm(text.split("\n"))),
            (corpora.looks_like_kaldi(first), lambda: corpora.kaldi(text.split("\n"))),
            (corpora.looks_like_trn(first), lambda: corpora.trn(text.split("\n"))),
            (tables.looks_like_labels(first), lambda: tables.labels(text)),
            (key_values.looks_like_pairs(first), lambda: key_values.read(text.split("\n"))),
            (mails.looks_like_thread(first), lambda: mails.thread(text)),
        )
    )
    read = next((reader for looks, reader in recognised if looks), None)
    return read() if read is not None else _unrecognised(text, first)


def _unrecognised(text: str, first: Sequence[str]) -> Reading:
    """XML of a name that nobody knows, a table, or a text."""
    if (undeclared := markup.undeclared(text)) is not None:
        return undeclared
    unescaped, escaped = entities.read(text)
    if not escaped:
        return _by_columns(text, first)
    reading = _by_columns(unescaped, _first_lines(unescaped))
    return replace(
        reading, warnings=(f"{escaped} entities of HTML are read as the signs that they stand for", *reading.warnings)
    )


def _first_lines(text: str) -> list[str]:
    return list(islice((line for line in lines_of(text) if line.strip()), LOOKED_AT))


def _by_columns(text: str, first: Sequence[str]) -> Reading:
    if line_chats.looks_like_angles(first):
        return Reading("text", text=text)
    header = tables.header_of(first)
    if header is not None:
        delimiter, place = header
        return tables.table(text, delimiter, text.split("\n").index(first[place]) if place else 0)
    if (parted := speaker_columns.recognised(first)) is not None:
        return speaker_columns.read(text, parted)
    found = unheaded.recognised(first)
    if found is not None:
        return unheaded.read(text, found)
    columns = tables.unheaded(first)
    return Reading("text", text=text) if columns is None else tables.rows_of(text.split("\n"), columns)


def _from_the_first(lines: Sequence[str]) -> Sequence[str]:
    return lines[next((number for number, line in enumerate(lines) if line.strip()), 0) :]


# From what was read to turns


def _transcript(reading: Reading, text: Decoded, names: tuple[str, ...]) -> Transcript:
    left_out = Counter(reading.left_out)
    if reading.text is not None:
        found = _of_text(reading.text, names)
        left_out.update(found.left_out)
    else:
        passages, loops = repetitions.unlooped(reading.passages)
        left_out[_REPEATED] += loops
        if reading.rolls:
            passages, again = repetitions.unrolled(passages)
            left_out["words of rolling captions"] += again
        found = attributed(passages, names)
    said, looped = repetitions.said_once(found.utterances)
    left_out[_REPEATED] += looped
    said = [each for each in said if each.text]
    labels = dict.fromkeys(each.speaker for each in said if each.speaker not in names)
    one_case = of_one_case(labels) if found.form else {}
    stands_for, alike = same_people(label for label in labels if label not in one_case)
    stands_for = {**stands_for, **{label: stands_for.get(shown, shown) for label, shown in one_case.items()}}
    said = [replace(each, speaker=stands_for.get(each.speaker, each.speaker)) for each in said] if stands_for else said
    if not said:
        raise refusal(_SILENT)
    runs = _runs(said) if reading.text is None else ([each] for each in said)
    transcript = Transcript(tuple(turn_of(run, number) for number, run in enumerate(runs)))
    report = Report(
        format=reading.format,
        left_out={what: number for what, number in left_out.items() if number},
        labels=found.form,
        encoding=text.encoding,
        recogniser=reading.recogniser,
    )
    told = (
        *text.warnings,
        *reading.warnings,
        *found.warnings,
        *warnings_of(alike),
        *_warnings(transcript, left_out[_REPEATED]),
    )
    return replace(transcript, report=replace(report, warnings=tuple(dict.fromkeys(told))))


def _of_text(text: str, names: tuple[str, ...]) -> LabelledText:
    if all(line.endswith((":", "：")) and ": " not in line for each in lines_of(text) if (line := each.strip())):
        raise refusal(_SILENT)
    return read_text(text, names)


def _runs(said: Iterable[Utterance]) -> list[list[Utterance]]:
    """What one speaker says before another does, together."""
    return [list(run) for _, run in groupby(said, key=lambda each: each.speaker)]


def _warnings(transcript: Transcript, looped: int) -> Iterator[str]:
    nameless = sum(1 for turn in transcript.turns if turn.speaker == UNKNOWN_SPEAKER)
    if not transcript.speakers:
        yield NO_SPEAKERS
    elif nameless:
        yield f"{nameless} of {len(transcript.turns)} turns name no speaker"
    if looped:
        yield f"a line was repeated again and again, as recognisers do: {looped} repetitions are left out"
