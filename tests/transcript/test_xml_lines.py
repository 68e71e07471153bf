"""XML that names nobody by its elements: captions of players and cinemas, paragraphs, pages, and what is no talk."""

from __future__ import annotations

import pytest

from app.errors import BadContent
from app.transcript import parse

SAID = [("Good morning.", 1.0, 2.5), ("The pier is closed.", 3.0, 4.0)]
CAPTIONS = {
    "attributes": ("<popcorn>", '<timeline start="{start}" end="{end}">{said}</timeline>', "</popcorn>"),
    "length": ("<cc>", '<line begin="{start}s" dur="{length}s">{said}</line>', "</cc>"),
    "around": ("<Subtitles><Font>", '<Sub TimeIn="{start}" TimeOut="{end}"><Text>{said}</Text></Sub>', "</Font></Subtitles>"),
    "beside": ("<subs>", "<sub><id>7</id><start>{start}</start><end>{end}</end><content>{said}</content></sub>", "</subs>"),
}


def _captions(shape: str) -> str:
    before, each, behind = CAPTIONS[shape]
    told = (each.format(said=said, start=start, end=end, length=end - start) for said, start, end in SAID)
    return f"{before}<title>Harbour</title>{''.join(told)}{behind}"


@pytest.mark.parametrize("declaration", ['<?xml version="1.0" encoding="UTF-8"?>\n', ""])
@pytest.mark.parametrize("shape", CAPTIONS)
def test_captions_of_any_names_are_read_with_their_times(shape: str, declaration: str) -> None:
    transcript = parse(declaration + _captions(shape))

    (turn,) = transcript.turns
    assert (turn.speaker, turn.text) == ("(?)", "Good morning. The pier is closed.")
    assert (turn.start, turn.end, transcript.report.format) == (1.0, 4.0, "xml")
    assert turn.marks == ((14, 3.0),)


@pytest.mark.parametrize(
    "text",
    [
        '<?xml version="1.0"?><doc><line>Ann: Good <b>morning</b>.</line><line>Bob: Hello.</line><line>Ann: Fine.</line></doc>',
        "<notes>\n<p>Ann: Good morning.</p>\n<p>Bob: Hello.</p>\n<p>Ann: Fine.</p>\n</notes>",
        "<file><num>1</num><text>Ann: Good morning.\nBob: Hello.\nAnn: Fine.</text></file>",
        '<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "xhtml1-strict.dtd">\n'
        '<html xmlns="x"><body>'
        "<p>Ann: Good morning.</p><p>Bob: Hello.</p><p>Ann: Fine.</p></body></html>",
    ],
)
def test_paragraphs_may_begin_with_labels(text: str) -> None:
    turns = parse(text).turns

    assert [(turn.speaker, turn.text) for turn in turns] == [("Ann", "Good morning."), ("Bob", "Hello."), ("Ann", "Fine.")]


def test_words_beside_the_lines_are_counted() -> None:
    text = '<?xml version="1.0"?><doc><line>Good morning.</line><line>We begin.</line><licence>Free</licence></doc>'

    assert parse(text).report.left_out == {"<licence>": 1}


@pytest.mark.parametrize(
    "text",
    [
        '<?xml version="1.0"?><svg><text>Ann</text><text>Bob</text></svg>',
        '<?xml version="1.0"?><rss><item><title>Harbour</title><description>It is closed.</description></item></rss>',
        '<?xml version="1.0"?><doc><line>Hm.</line><line>Yes.</line><licence>Free for all of you.</licence></doc>',
    ],
)
def test_xml_that_is_no_talk_is_refused_by_its_elements(text: str) -> None:
    with pytest.raises(BadContent, match="XML of a shape that we do not know"):
        parse(text)


@pytest.mark.parametrize("inside", ["Ann: R&D is late.\nBob: Why?\nAnn: Ask.", "Ann: Good.\nBob: Why?\nAnn: Ask."])
def test_a_mark_around_a_text_leaves_it_a_text(inside: str) -> None:
    assert parse(f"<meeting>\n{inside}\n</meeting>").report.format == "text"


def test_tags_of_a_markup_are_no_names() -> None:
    text = "<!DOCTYPE node>\n" + "<para> The pier is closed.\n</para>\n<item> Ask for the key.\n</item>\n" * 3

    assert not parse(text).speakers
