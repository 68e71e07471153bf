"""JSON as scripts, servers and programs write it: with something before it, between its lines, or in its texts."""

from __future__ import annotations

import json

import pytest

from app.errors import BadContent
from app.transcript import parse

DATA = json.dumps(
    {
        "segments": [
            {"speaker": "Ann", "start": 0.5, "end": 2, "text": "Good morning."},
            {"speaker": "Bo", "start": 2.5, "end": 4, "text": "Hello (there); yes"},
        ]
    }
)
SAID = [("Ann", "Good morning.", 0.5), ("Bo", "Hello (there); yes", 2.5)]

SCRIPTS = [
    f"var transcript = {DATA};",
    f"const data={DATA}\n",
    f"window.__DATA__ = {DATA};\n",
    f'window["the-data"] = {DATA};',
    f"export default {DATA};",
    f"module.exports = {DATA};",
    f"callback({DATA});",
    f"cb.of_42( {DATA} )",
    f")]}}'\n{DATA}",
    f")]}}',\n{DATA}",
    f"while(1);{DATA}",
    f"for (;;);{DATA}",
    f"// made by a recorder\n# twice\n{DATA}",
    f"/* made by\n a recorder */ let x = {DATA};",
]


@pytest.mark.parametrize("text", SCRIPTS)
def test_data_of_a_script_are_read(text: str) -> None:
    transcript = parse(text)

    assert [(turn.speaker, turn.text, turn.start) for turn in transcript.turns] == SAID
    assert transcript.report.format == "json"


@pytest.mark.parametrize(
    "text",
    [
        "Ann: callback( it.\nBo: {no} = [x].\nAnn: y",
        "x = [1]\nAnn: so\nBo: no\nAnn: yes",
        "Ann (Chair): [a] so\nBo: b\nAnn (Chair): c",
    ],
)
def test_what_only_resembles_a_script_is_text(text: str) -> None:
    assert parse(text).report.format == "text"


def test_a_script_whose_data_are_broken_says_where() -> None:
    with pytest.raises(BadContent, match="line 2, column 3"):
        parse('var x = {"segments": [\n  nothing]};')


def test_lines_between_values_that_are_none_are_left_out_and_counted() -> None:
    lines = [
        '{"speaker": "Ann", "text": "Hi."}',
        "# a comment",
        '{"speaker": "Bo", "text": "Yes."},',
        "INFO done",
        '{"speaker": "Ann", "text": "Ok."}',
    ]

    transcript = parse("\n".join(lines))

    assert [(turn.speaker, turn.text) for turn in transcript.turns] == [("Ann", "Hi."), ("Bo", "Yes."), ("Ann", "Ok.")]
    assert transcript.report.left_out == {"lines that are no JSON": 2}


def test_a_line_that_is_cut_is_refused_with_its_number() -> None:
    with pytest.raises(BadContent, match="line 2, column"):
        parse('{"speaker": "Ann", "text": "Hi."}\n{"speaker": "Bo", "te')


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Tom &amp; Bo don&#39;t<br>wait.", "Tom & Bo don't wait."),
        ("<p>Good <b>ice</b>.</p><p>Yes.</p>", "Good ice. Yes."),
        ("5 < 6 and 7 > 4 &amp; so on", "5 < 6 and 7 > 4 & so on"),
        ("a <div> and a List<String>", "a < div> and a List< String>"),
        ("AT&T and R&D; yes", "AT&T and R&D; yes"),
    ],
)
def test_texts_that_a_program_wrote_as_html_are_read_as_such(written: str, said: str) -> None:
    segments = [{"speaker": "R&amp;D", "text": written}, {"speaker": "Bo", "text": "Is it?"}]

    turns = parse(json.dumps({"segments": segments})).turns

    assert turns[0].text == said
    assert turns[1].text == "Is it?"
