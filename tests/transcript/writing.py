"""Talks of random people, and how each format writes them."""

from __future__ import annotations

import csv
import html
import io
import json
import zipfile
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any, TypeAlias
from xml.sax.saxutils import escape, quoteattr

from hypothesis import strategies as st

from app.transcript import Turn, plain

Talk: TypeAlias = Sequence[tuple[str, str]]  # who, what

TRICKY = [
    "Note:",
    "for example: this",
    "it is 12:30",
    "00:01",
    "https://example.com/a?b=c",
    "bob@example.com",
    "x < y and z > w",
    "“quoted”",
    "it's",
    "1.",
    "- dash",
    "a, b; c",
    "[noise]",
    "(laughs)",
    "{sic}",
    "AT&T",
    "100 %",
    "#5",
    "*",
    "Ann: hm",
    "-->",
    "…",
]
SIGNS = "\"'“”()[]{},;.-–/&#@+*0123456789\u200f\u200e"


def _kept(text: str) -> str:
    """*text* as a turn has it: `plain` changes nothing any more."""
    return plain(text).strip(":： ")


letters = st.characters(categories=["L", "M", "N"]) | st.sampled_from(SIGNS) | st.just(" ")
names = st.text(letters, min_size=1, max_size=24).map(_kept).filter(lambda name: any(map(str.isalpha, name)))
speech = (
    st.lists(
        st.sampled_from(TRICKY) | st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=9),
        min_size=1,
        max_size=7,
    )
    .map(" ".join)
    .map(plain)
    .filter(lambda text: any(map(str.isalnum, text)))
)
talks = st.lists(names, min_size=1, max_size=4, unique=True).flatmap(
    lambda people: st.lists(st.tuples(st.sampled_from(people), speech), min_size=1, max_size=8)
)


def as_turns(talk: Talk) -> list[tuple[str, str]]:
    """What is to be read of *talk*: what one says before another does, together."""
    return [(who, " ".join(said for _, said in run)) for who, run in groupby(talk, key=lambda each: each[0])]


def timed_turns(turns: Sequence[Turn]) -> list[tuple[str, str, float | None]]:
    """Who says what from when."""
    return [(turn.speaker, turn.text, turn.start) for turn in turns]


def clock(seconds: float, mark: str = ".") -> str:
    whole = int(seconds)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}{mark}{round((seconds - whole) * 1000):03}"


def voice_tags(talk: Talk) -> str:
    cues = (
        f"{clock(2 * n)} --> {clock(2 * n + 1.5)}\n<v {html.escape(who, quote=False)}>{html.escape(said, quote=False)}</v>\n"
        for n, (who, said) in enumerate(talk)
    )
    return "WEBVTT\n\n" + "\n".join(cues)


def comma_table(talk: Talk, delimiter: str = ",") -> str:
    held = io.StringIO()
    writer = csv.writer(held, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(["Start", "End", "Speaker", "Text"])
    writer.writerows([clock(2 * n), clock(2 * n + 1.5), who, said] for n, (who, said) in enumerate(talk))
    return held.getvalue()


def tab_table(talk: Talk) -> str:
    return comma_table(talk, "\t")


def semicolon_table(talk: Talk) -> str:
    return comma_table(talk, ";")


def segments(talk: Talk) -> str:
    listed = [{"start": 2 * n, "end": 2 * n + 1.5, "speaker": who, "text": said} for n, (who, said) in enumerate(talk)]
    return json.dumps({"language": "xx", "segments": listed}, ensure_ascii=False)


def json_lines(talk: Talk) -> str:
    return "\n".join(json.dumps({"speakerName": who, "content": said}) for who, said in talk)


def words(talk: Talk) -> str:
    spoken: list[dict[str, Any]] = []
    for n, (who, said) in enumerate(talk):
        for number, word in enumerate(said.split(" ")):
            space = {"text": " ", "type": "spacing", "speaker_id": who}
            spoken += [space] * bool(spoken)
            spoken.append({"text": word, "start": 2 * n + number / 100, "end": 2 * n + 1.5, "type": "word", "speaker_id": who})
    return json.dumps({"language_code": "xx", "text": " ".join(said for _, said in talk), "words": spoken})


def ttml(talk: Talk) -> str:
    people = list(dict.fromkeys(who for who, _ in talk))
    agents = "".join(
        f'<ttm:agent xml:id="p{n}" type="person"><ttm:name type="full">{escape(who)}</ttm:name></ttm:agent>'
        for n, who in enumerate(people)
    )
    said = "".join(
        f'<p begin="{clock(2 * n)}" end="{clock(2 * n + 1.5)}" ttm:agent="p{people.index(who)}">{escape(text)}</p>'
        for n, (who, text) in enumerate(talk)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<tt xmlns="http://www.w3.org/ns/ttml" '
        f'xmlns:ttm="http://www.w3.org/ns/ttml#metadata"><head><metadata>{agents}</metadata></head><body><div>{said}</div></body></tt>'
    )


def page(talk: Talk) -> str:
    said = "".join(f'<div class="turn" data-speaker={quoteattr(who)}><p>{html.escape(text)}</p></div>\n' for who, text in talk)
    return f"<!DOCTYPE html>\n<html><head><title>A talk</title></head><body>{said}</body></html>"


def page_table(talk: Talk) -> str:
    rows = "".join(f"<tr><td>{html.escape(who)}</td><td>{html.escape(text)}</td></tr>" for who, text in talk)
    return f"<html><body><table><tr><th>Speaker</th><th>Text</th></tr>{rows}</table></body></html>"


def word_table(talk: Talk) -> bytes:
    cells = [("Speaker", "Text"), *talk]
    rows = "".join(
        "<w:tr>" + "".join(f"<w:tc><w:p><w:r><w:t>{escape(cell)}</w:t></w:r></w:p></w:tc>" for cell in row) + "</w:tr>"
        for row in cells
    )
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "word/document.xml",
            '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:tbl>'
            f"{rows}</w:tbl></w:body></w:document>",
        )
    return held.getvalue()


WRITERS: dict[str, Callable[[Talk], bytes | str]] = {
    each.__name__: each
    for each in (
        voice_tags,
        comma_table,
        tab_table,
        semicolon_table,
        segments,
        json_lines,
        words,
        ttml,
        page,
        page_table,
        word_table,
    )
}
TIMED = ("voice_tags", "comma_table", "tab_table", "semicolon_table", "segments", "ttml")
