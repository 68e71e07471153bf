"""The JSON of speech recognisers and recorders: who said what and when, whatever its keys are called."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import Any

from app.errors import BadContent
from app.transcript import mojibake
from app.transcript.formats import base64_files, captions, json_values
from app.transcript.formats.base import Reading, spoken
from app.transcript.formats.recognisers import intervals
from app.transcript.formats.recognisers.chats import without_markup, without_tokens
from app.transcript.formats.recognisers.columns import as_rows
from app.transcript.formats.recognisers.keys import documents_in, signed_by, with_plain_keys
from app.transcript.formats.recognisers.order import in_order
from app.transcript.formats.recognisers.refusals import nothing_in
from app.transcript.formats.recognisers.shapes import chosen_of, plainly_said, shapes_of
from app.transcript.formats.recognisers.speakers import of_one_spelling
from app.transcript.formats.recognisers.streams import put_together
from app.transcript.formats.recognisers.tracks import as_segments
from app.transcript.formats.units import in_seconds
from app.transcript.turn import Utterance

NO_JSON = "lines that are no JSON"
UNSPOKEN = "messages that nobody says"
_TOKENS = "tokens of a model"
_UNREAD = "objects without speech"
_MOST_DOCUMENTS = 1000  # in a list

_NUMBER = r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?"
_NAME = r"[A-Za-z_]\w{0,30}"
_OPENS = re.compile(
    rf"\s*(?:\"(?:\\+\")*\s*[\[{{]\s*(?:\\[nrt]\s*)*[\[{{]?\s*\\+\""
    rf"|\{{\s*(?:[\"}}]|'[^'\n]{{1,64}}'\s*:|$)"
    rf"|\[\s*(?:[\[{{\"\]]|$|{_NUMBER}\s*(?:,\s*(?!\d{{1,2}}:\d\d)|\]\s*$)|(?:true|false|null)\s*[,\]])"
    rf"|\{{\s*{_NAME}\s*:\s*(?:[\[{{]|(?:\"[^\"\n]*\"|'[^'\n]*'),\s*{_NAME}\s*:)"  # JavaScript
    r"|[\[{]\s*(?://[^\n]*|/\*[^*]{0,200}\*/)\s*[\[{\"]|\[\s*\((?:\"[^\"\n]{0,200}\"|'[^'\n]{0,200}')\s*,"
    r"|\[?\s*[A-Z]\w{1,40}\([a-z]\w{0,30}=)"  # Python
)


def looks_like_json(head: str) -> bool:
    """Whether a text that begins with *head* is meant to be JSON: as `{"` and `[1, 2]` are, `[Ann]` and `{noise}` are not."""
    event = json_values.EVENT.match(head)
    return _OPENS.match(head, event.end() if event else json_values.opening(head)) is not None


def read(text: str) -> Reading:
    """The transcript in a JSON text, or in one JSON object a line. Raises BadContent: for JSON that is broken, with line and
    column; for a shape that is not known, with its keys; for one without speech; for a transcription that failed."""
    text, read_wrong = mojibake.escapes_read_again(text.lstrip("\ufeff \n"))
    given, skipped = json_values.parsed(text)
    if isinstance(given, str) and looks_like_json(given):  # JSON in a text of JSON
        return read(given)
    reading = _one_or_several(given, skipped)
    if not read_wrong:
        return reading
    return replace(reading, warnings=(f"repaired: {read_wrong} {mojibake.READ_WRONG}", *reading.warnings))


def _one_or_several(given: Any, skipped: int) -> Reading:
    try:
        return _reading(given, skipped)
    except BadContent:
        documents = _documents_of(given) if isinstance(given, list) and 1 < len(given) <= _MOST_DOCUMENTS else None
        if documents is None:
            raise
        return documents


def _documents_of(given: list[Any]) -> Reading | None:
    """Several documents in a list, one behind the other; None if none of them is read."""
    read: list[Reading] = []
    for each in given:
        try:
            read.append(_reading(each, 0))
        except BadContent:
            continue
    if not read or any(reading.text is not None or reading.files for reading in read):
        return None
    left_out = sum((Counter(reading.left_out) for reading in read), Counter({_UNREAD: len(given) - len(read)}))
    recogniser = next((reading.recogniser for reading in read if reading.recogniser), "")
    passages = tuple(passage for reading in read for passage in reading.passages)
    warnings = tuple(dict.fromkeys(warning for reading in read for warning in reading.warnings))
    return Reading("json", passages, None, dict(+left_out), warnings, recogniser, all(reading.rolls for reading in read))


def _reading(given: Any, skipped: int) -> Reading:
    """The transcript in the value *given* of a JSON text, of which some lines were *skipped*. Raises BadContent."""
    given = json_values.opened(given)
    stream = put_together(with_plain_keys(as_segments(as_rows(given))))
    found = stream.found
    documents = list(documents_in(found))
    intervals.attribute(found, documents)
    shapes = list(shapes_of(found, documents))
    recogniser = (
        next((shape.recogniser for shape in shapes if shape.recogniser), "") or stream.recogniser or signed_by(documents)
    )
    chosen = chosen_of([shape for shape in shapes if shape.said])
    if chosen is None and (files := base64_files.files_in(given)):
        return Reading("json", recogniser=recogniser, files=tuple(files))
    chosen = chosen or plainly_said(given)
    if chosen is None:
        raise nothing_in(given, documents, recogniser)
    said, tokens = without_tokens(chosen.said)
    chosen = replace(chosen, said=said)
    interim = chosen.interim + stream.interim
    counted = (("interim results", interim), (NO_JSON, skipped), (UNSPOKEN, chosen.unspoken), (_TOKENS, tokens))
    left_out = {what: number for what, number in counted if number}
    first = chosen.said[0]
    if chosen.whole or (len(chosen.said) == 1 and not first.speaker and first.start is None):
        file = base64_files.file_of(first.text)
        of_a_text = _of_a_text(first.text, recogniser)
        return of_a_text if file is None else replace(of_a_text, files=(file,))
    said, warnings = (chosen.said, ()) if chosen.words or chosen.recogniser else in_order(chosen.said)
    passages = spoken(without_markup(in_seconds(of_one_spelling(said))))
    return Reading("json", passages, left_out=left_out, warnings=warnings, recogniser=recogniser, rolls=not chosen.words)


def _of_a_text(text: str, recogniser: str) -> Reading:
    """A text that stands in JSON: captions, or lines that may have labels."""
    lines = text.replace("\r\n", "\n").lstrip("\ufeff\n ").split("\n")
    first = [line for line in lines[:50] if line.strip()]
    if captions.looks_like_vtt(first):
        return replace(captions.vtt(lines), recogniser=recogniser)
    if captions.looks_like_srt(first):
        return replace(captions.srt(lines), recogniser=recogniser)
    return Reading("json", text=without_markup([Utterance("", text)])[0].text, recogniser=recogniser)
