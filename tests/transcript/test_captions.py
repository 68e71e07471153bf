"""Captions as people and programs write them, by the book or not."""

from __future__ import annotations

import pytest

from app.errors import BadContent
from app.transcript import UNKNOWN_SPEAKER, parse

NOBODY = UNKNOWN_SPEAKER
TIME = "00:00:01,000 --> 00:00:02,000"


def turns(given: str) -> list[tuple[str, str]]:
    return [(turn.speaker, turn.text) for turn in parse(given).turns]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (f"1\n{TIME}\nTwo lines\n\nand another\n\n2\n00:00:03,000 --> 00:00:04,000\nend", "Two lines and another end"),
        (f"1\n{TIME}\n\n2\n\n00:00:03,000 --> 00:00:04,000\nend", "end"),
        (f"1\n{TIME}\none\n2\n00:00:03,000 --> 00:00:04,000\ntwo", "one two"),
        (f"{TIME}\none\n00:00:03,000 --> 00:00:04,000\ntwo", "one two"),
        (f"{TIME}\none\n\n00:00:03,000 --> 00:00:04,000\ntwo\n", "one two"),
        (f"{TIME}\n12\n00:00:03,000 --> 00:00:04,000\ntwo\n", "12 two"),
        (f"1\n{TIME}\nI have\n\n7\n\n2\n00:00:03,000 --> 00:00:04,000\nof them", "I have 7 of them"),
        (f"Produced by us\n\n1\n{TIME}\none", "Produced by us one"),
        (f"{TIME} said at once\nand more\n\n{TIME}\nend", "said at once and more end"),
        (f"{TIME} X1:100 X2:600 align:start\none", "one"),
        (f"1\n{TIME}\n{{\\an8}}one <i>two</i> <font color='red'>three</font>", "one two three"),
        (f"1\n{TIME}\nAT&amp;T &lt;3 &eacute; &#233; x&nbsp;y", "AT&T <3 &eacute; &#233; x y"),
        (f"1\n{TIME}\nx <y and z> w <bob@example.com> a < b > c", "x <y and z> w <bob@example.com> a < b > c"),
        (f"1\n{TIME}\nso a --> b follows", "so a --> b follows"),
        (f"1\n{TIME}\none\n\n\n\n", "one"),
    ],
)
def test_every_word_of_an_srt_file_is_there(given: str, expected: str) -> None:
    assert turns(given) == [(NOBODY, expected)]


@pytest.mark.parametrize(
    ("timing", "start", "end"),
    [
        ("0:0:4,8 --> 0:0:7,4", 4.8, 7.4),
        ("0:02:36.720 --> 0:02:37.879", 156.72, 157.879),
        ("00:04:40 --> 00:04:41", 280.0, 281.0),
        ("00:04:42.000-->00:04:44.000", 282.0, 284.0),
        ("101:02:03,004 --> 101:02:09,000  X1:100 X2:600 Y1:400 Y2:470", 363723.004, 363729.0),
        ("00:04:44,5000 --> 00:04:47,12", 284.5, 287.12),
        ("04:44.5 -> 04:47.25", 284.5, 287.25),
        ("00:00:01:500 --> 00:00:02:250", 1.5, 2.25),
    ],
)
def test_times_may_be_written_in_many_ways(timing: str, start: float, end: float) -> None:
    for text in (f"1\n{timing}\nAnn: yes", f"WEBVTT\n\n{timing}\nAnn: yes"):
        (turn,) = parse(text).turns

        assert (turn.speaker, turn.text, turn.start, turn.end) == ("Ann", "yes", start, end)


VTT = "00:01.000 --> 00:02.000"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            f"WEBVTT\n\nSpeaker 1\n{VTT}\none\n\nSpeaker 2\n{VTT}\ntwo\n\n7\n{VTT}\nthree",
            [("Speaker 1", "one"), ("Speaker 2", "two"), (NOBODY, "three")],
        ),
        (
            f"WEBVTT\n\nAnn\n{VTT}\none\n\nBob\n{VTT}\ntwo\n\nAnn\n{VTT}\nthree",
            [("Ann", "one"), ("Bob", "two"), ("Ann", "three")],
        ),
        (f"WEBVTT\n\nfirst one\n{VTT}\none\n\nsecond one\n{VTT}\ntwo", [(NOBODY, "one two")]),
        (f"WEBVTT\n\n1\n{VTT}\none\n\n1\n{VTT}\ntwo", [(NOBODY, "one two")]),
        (
            "WEBVTT\n\n"
            + "".join(
                f"4d0a1b2c-1111-2222-3333-444455556666/{n}-0\n{VTT}\n<v {who}>{n}</v>\n\n"
                for n, who in enumerate(("Ann", "Bob"))
            ),
            [("Ann", "0"), ("Bob", "1")],
        ),
        (
            f"WEBVTT\n\n{VTT}\n<v Ann>one</v> <v.loud Bob &amp; Co>two <c.x>three</c>\n\n{VTT}\nfour",
            [("Ann", "one"), ("Bob & Co", "two three"), (NOBODY, "four")],
        ),
        (f"WEBVTT\n{VTT}\nAnn: one\n2\n{VTT}\nBob: two", [("Ann", "one"), ("Bob", "two")]),
        (
            f"WEBVTT\n\nNOTE Bob : is late\nand more\n\nSTYLE\n::cue {{}}\n\nREGION\nid:fred\n\n{VTT}\nAnn: one\n\nNOTE x",
            [("Ann", "one")],
        ),
        (f"WEBVTT\n\n{VTT}\nAnn: one\n\nNotes are taken.\n\n{VTT}\nAnn: two", [("Ann", "one Notes are taken. two")]),
        (f'WEBVTT\n\n1 "Ann" (71)\n{VTT}\none\n\n2 "Bob Ray" (72)\n{VTT}\ntwo', [("Ann", "one"), ("Bob Ray", "two")]),
        (
            f"WEBVTT\n\n1 - Ann\n{VTT}\none\n\n2 - Bob\n{VTT}\ntwo\n\n3 - Ann\n{VTT}\nthree",
            [("Ann", "one"), ("Bob", "two"), ("Ann", "three")],
        ),
        (
            f"WEBVTT\nX-TIMESTAMP-MAP=LOCAL:0\n\n{VTT}\n<v Ann>one\n\nWEBVTT\nX-TIMESTAMP-MAP=LOCAL:0\n\n{VTT}\n<v Bob>two",
            [("Ann", "one"), ("Bob", "two")],
        ),
        (
            f'WEBVTT\n\n{VTT}\n{{"speakerName":"Ann","spokenText":"one"}}\n\n{VTT}\n{{"speakerName":"Bob","spokenText":"two"}}',
            [("Ann", "one"), ("Bob", "two")],
        ),
        (
            f"WEBVTT\n\n{VTT}\n-Ann: one\n-Bob: two\n\n{VTT}\n-Ann: three\n-Bob: four",
            [("Ann", "one"), ("Bob", "two"), ("Ann", "three"), ("Bob", "four")],
        ),
        (f"WEBVTT\n\n{VTT}\nAnn: <i>it</i> &eacute;t&eacute; &amp; <00:01.500><c>so</c>", [("Ann", "it été & so")]),
    ],
)
def test_a_webvtt_file_names_speakers_by_tags_ids_or_labels(given: str, expected: list[tuple[str, str]]) -> None:
    assert turns(given) == expected


def test_what_is_no_speech_is_left_out_and_counted() -> None:
    given = f"WEBVTT\n\nNOTE a\n\nNOTE\nb\n\nSTYLE\n::cue {{}}\n\nc0\n{VTT}\n<v Ann>one"

    assert parse(given).report.left_out == {"notes": 2, "styles and regions": 1, "cue identifiers": 1}


@pytest.mark.parametrize(
    ("given", "form", "expected"),
    [
        (
            "[INFORMATION]\n[TITLE]x\n[END INFORMATION]\n[SUBTITLE]\n[COLF]&HFFFFFF,[STYLE]bd\n"
            "00:00:01.00,00:00:02.00\nANN: Hi[br]all\n\n00:00:03.00,00:00:04.00\nBOB: note: here\n",
            "sbv",
            [("ANN", "Hi all", 1.0, 2.0), ("BOB", "note: here", 3.0, 4.0)],
        ),
        (
            "{0}{0}25\n{25}{50}Ann: Hi|{y:i}all\nof you\n{60}{90}Bob: {c:$ff}so: 10:30",
            "microdvd",
            [("Ann", "Hi all of you", 1.0, 2.0), ("Bob", "so: 10:30", 2.4, 3.6)],
        ),
        (
            "[10][20]Ann: Hi|/all\n[30][40]Bob: so\n[50][]Ann: yes",
            "mpl2",
            [("Ann", "Hi all", 1.0, 2.0), ("Bob", "so", 3.0, 4.0), ("Ann", "yes", 5.0, None)],
        ),
        (
            "<SAMI>\n<HEAD><TITLE>x</TITLE><STYLE><!-- P {a:b} --></STYLE></HEAD>\n<BODY>\n<SYNC Start=1000><P Class=ENCC>"
            "ANN: Hi<br>all &amp; you\n<SYNC Start=2500><P Class=ENCC>&nbsp;\n<SYNC Start='3000'><P>BOB: a <y and z> b\n"
            "</BODY></SAMI>",
            "sami",
            [("ANN", "Hi all & you", 1.0, 2.5), ("BOB", "a <y and z> b", 3.0, None)],
        ),
        (
            "0:00:00.599,0:00:04.160\nANN: Hi\nall\n\n0:00:04.160,0:00:06.770\nBOB: we are[br]here\n",
            "sbv",
            [("ANN", "Hi all", 0.599, 4.16), ("BOB", "we are here", 4.16, 6.77)],
        ),
        (
            "[ti:x]\n[00:12.00]Ann: Hello\n[00:15.30][00:20.00]Bob: Yes\n[00:17.20]Ann: No\n",
            "lrc",
            [("Ann", "Hello", 12.0, None), ("Bob", "Yes", 15.3, None), ("Ann", "No", 17.2, None), ("Bob", "Yes", 20.0, None)],
        ),
        (
            "[Script Info]\nTitle: x\n[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"  # noqa: E501
            "Dialogue: 0,0:00:05.00,0:00:07.00,D,Bob,0,0,0,,Yes, of {\\i1}course{\\i0}.\\Nreally\nComment: 0,0:00:01.00,0:00:02.00,D,,0,0,0,,x\n"  # noqa: E501
            "Dialogue: 0,0:00:01.00,0:00:02.00,D,Ann,0,0,0,,Hello{\\p1}m 0 0 l 10{\\p0}\n",
            "ass",
            [("Ann", "Hello", 1.0, 2.0), ("Bob", "Yes, of course. really", 5.0, 7.0)],
        ),
        (
            '<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttp="x" ttp:frameRate="25" ttp:tickRate="10"><body><div begin="10s"><p begin="1s" dur="2s">Ann: a<br/>b</p>'  # noqa: E501
            '<p begin="00:00:14:05" end="150t">Bob: c</p></div></body></tt>',
            "ttml",
            [("Ann", "a b", 11.0, 13.0), ("Bob", "c", 14.2, 15.0)],
        ),
        ('<transcript><text start="1.2" dur="2.1">it&amp;#39;s me</text></transcript>', "xml", [(NOBODY, "it's me", 1.2, 3.3)]),
        (
            '<timedtext format="3"><body><p t="1200" d="2100">it is <s>me</s></p></body></timedtext>',
            "xml",
            [(NOBODY, "it is me", 1.2, 3.3)],
        ),
        ("start\tend\ttext\n0\t2500\tHello there.\n2500\t4000\tYes.\n", "tsv", [(NOBODY, "Hello there. Yes.", 0.0, 4.0)]),
        ("0.000000\t2.500000\tHello there.\n2.5\t4.0\tYes.\n", "tsv", [(NOBODY, "Hello there. Yes.", 0.0, 4.0)]),
        (
            'Sprecher;Beginn (s);Text\n"Müller; Hans";00:01;"Sagt ""hallo""\nund mehr"\n',
            "csv",
            [("Müller; Hans", 'Sagt "hallo" und mehr', 1.0, None)],
        ),
        ("Intervenant,Début,Texte\nLéa,00:00:01,Bonjour, tous\n", "csv", [("Léa", "Bonjour, tous", 1.0, None)]),
        ("Спикер\tНачало\tТекст\nИван\t1,5\tДа\n", "tsv", [("Иван", "Да", 1.5, None)]),
    ],
)
def test_other_captions_and_tables_are_read_with_times(
    given: str, form: str, expected: list[tuple[str, str, float | None, float | None]]
) -> None:
    transcript = parse(given)

    assert transcript.report.format == form
    assert [(turn.speaker, turn.text, turn.start, turn.end) for turn in transcript.turns] == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            "<!DOCTYPE html><html><head><title>T</title><style>p{}</style></head><body><p><b>Ann</b>: Hi &lt;3 &amp; all</p>\n"
            "<p>Bob: mail <bob@example.com> or x <y and z> w</p><p>Ann: bye<br>now</p><script>if (a<b) {}</script></body></html>",  # noqa: E501
            [("Ann", "Hi <3 & all"), ("Bob", "mail <bob@example.com> or x <y and z> w"), ("Ann", "bye now")],
        ),
        (
            '<div><span class="speaker-name">Ann Vale:</span> <span class="timestamp">00:01</span><p>Hello there</p></div>'
            '<div><time>00:05</time><b class="speaker">Bob</b><p>Yes</p><p>And more</p></div>',
            [("Ann Vale", "Hello there"), ("Bob", "Yes And more")],
        ),
        (
            "<table><tr><td>Ann</td><td>Hello</td></tr><tr><td>Bob</td><td>Yes</td></tr><tr><td>Ann</td><td>Bye</td></tr></table>",
            [("Ann", "Hello"), ("Bob", "Yes"), ("Ann", "Bye")],
        ),
        ('<p class="speaker">Ann: one two</p><p class="speaker">Bob: three</p>', [("Ann", "one two"), ("Bob", "three")]),
    ],
)
def test_a_page_is_read_as_it_is_shown(given: str, expected: list[tuple[str, str]]) -> None:
    assert turns(given) == expected


@pytest.mark.parametrize(
    ("given", "times"),
    [
        ("{0}{0}25\n{25}{50}Ann: Hi\n{60}{90}Bob: so", [(1.0, 2.0), (2.4, 3.6)]),
        ("{25}{50}Ann: Hi\n{60}{90}Bob: so", [(None, None), (None, None)]),
        ("[10][20]Ann: Hi\n[30][40]Bob: so", [(1.0, 2.0), (3.0, 4.0)]),
        ("<SAMI><BODY><SYNC Start=1000><P>Ann: Hi<SYNC Start=2500><P>Bob: so</BODY></SAMI>", [(1.0, 2.5), (2.5, None)]),
    ],
)
def test_captions_of_older_players_keep_their_times(given: str, times: list[tuple[float | None, float | None]]) -> None:
    transcript = parse(given)

    assert [(turn.start, turn.end) for turn in transcript.turns] == times
    assert any("frames" in warning for warning in transcript.report.warnings) == (times[0][0] is None)


@pytest.mark.parametrize("fence", ["```", "```json"])
def test_a_transcript_between_the_fences_of_markdown_is_read_as_its_format(fence: str) -> None:
    inside = '{"segments":[{"speaker":"Ann","text":"Hi"},{"speaker":"Bob","text":"so"}]}'

    transcript = parse(f"{fence}\n{inside}\n```\n")

    assert (transcript.report.format, transcript.speakers) == ("json", {"Ann": 1, "Bob": 1})


def test_references_in_brackets_are_no_frames() -> None:
    assert parse("[1][2] As was shown, roofs leak.\nIt is so.\n[3][4] And so on.").report.format == "text"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            "00:00:01:Ann: Hello|all\n00:00:03:Bob: Hi\n00:00:05:Ann: Yes\n",
            [("Ann", "Hello all"), ("Bob", "Hi"), ("Ann", "Yes")],
        ),
        ("00:00:01,1=Hello\n00:00:03,1=Hi\n", [(NOBODY, "Hello Hi")]),
        (
            "00;00;01;00 - 00;00;02;00\nAnn\nHello all.\n\n00;00;03;00 - 00;00;04;00\nBob\nHi.\n\n"
            "00;00;05;00 - 00;00;06;00\nAnn\nYes.\n",
            [("Ann", "Hello all."), ("Bob", "Hi."), ("Ann", "Yes.")],
        ),
        ("[00:00:01:00 - 00:00:02:00]\nHello all.\n\n[00:00:03:00 - 00:00:04:00]\nHi.\n", [(NOBODY, "Hello all. Hi.")]),
        (
            "//Font\n$FontName = Arial\n00:00:01:00 , 00:00:02:00 , Ann: Hello|all\n00:00:03:00 , 00:00:04:00 , Bob: Hi\n",
            [("Ann", "Hello all"), ("Bob", "Hi")],
        ),
        (
            "@ By Avid\n\n<begin subtitles>\n\n00:00:01:00 00:00:02:00\nAnn: Hello\nall\n\n00:00:03:00 00:00:04:00\nBob: Hi\n\n"
            "<end subtitles>\n",
            [("Ann", "Hello all"), ("Bob", "Hi")],
        ),
    ],
    ids=["tmplayer", "tmplayer with lines", "premiere", "resolve", "spruce", "avid"],
)
def test_captions_of_editing_programs_are_read_with_their_times(given: str, expected: list[tuple[str, str]]) -> None:
    transcript = parse(given)

    assert [(turn.speaker, turn.text) for turn in transcript.turns] == expected
    assert transcript.turns[0].start == 1.0


def test_codes_for_a_television_set_are_refused() -> None:
    with pytest.raises(BadContent, match="SCC"):
        parse("Scenarist_SCC V1.0\n\n00:00:01:00\t9420 9420 94f4 94f4\n")


def test_blanks_within_times_are_no_speech() -> None:
    given = "1\n00: 00: 05,000 --> 00: 00: 06,000\nAnn: One.\n\n2\n00:00:07 ,000 --> 00:00:08, 000\nBob: Two.\n"

    assert [(turn.speaker, turn.text, turn.start) for turn in parse(given).turns] == [
        ("Ann", "One.", 5.0),
        ("Bob", "Two.", 7.0),
    ]


def test_a_caption_does_not_end_before_it_begins() -> None:
    (turn,) = parse("1\n00:00:07,000 --> 00:00\nThe end of a file that was cut\n").turns

    assert (turn.start, turn.end) == (7.0, None)


def test_the_paragraph_of_a_sami_file_that_names_the_source_names_the_speaker() -> None:
    given = (
        "<SAMI><BODY>\n<SYNC Start=1000><P Class=ENCC ID=Source>Ann<P Class=ENCC>Hello\n"
        "<SYNC Start=2000><P Class=ENCC ID=Source>Bob<P Class=ENCC>Yes\n</BODY></SAMI>"
    )

    assert turns(given) == [("Ann", "Hello"), ("Bob", "Yes")]


def test_turns_in_xml_name_their_speakers() -> None:
    given = (
        '<?xml version="1.0"?><Transcript><Turn speaker="Ann" start="0">Hello</Turn><Turn speaker="Bob">Hi</Turn></Transcript>'
    )

    assert turns(given) == [("Ann", "Hello"), ("Bob", "Hi")]


def test_a_table_of_two_columns_behind_a_line_that_names_the_sign_is_a_table() -> None:
    assert turns("sep=;\nspeaker;text\nAnn;Hello\nBob;Hi\n") == [("Ann", "Hello"), ("Bob", "Hi")]


@pytest.mark.parametrize(
    "file",
    [
        "<SAMI><BODY><SYNC Start=1000><P Class=ENCC>Ice<P>below<P Class=FRCC>Glace\n"
        "<SYNC Start=3000><P Class=ENCC>&nbsp;<P Class=FRCC>&nbsp;\n<SYNC Start=4000><P Class=ENCC>Why?"
        "<P Class=FRCC>Quoi ?</SAMI>",
        '<tt xmlns="http://www.w3.org/ns/ttml"><body><div xml:lang="en"><p begin="1s" end="3s">Ice below</p>'
        '<p begin="4s" end="5s">Why?</p></div><div xml:lang="fr"><p begin="1s" end="3s">Glace</p>'
        '<p begin="4s" end="5s">Quoi ?</p></div></body></tt>',
    ],
)
def test_of_captions_in_two_languages_the_first_is_read_and_the_report_says_so(file: str) -> None:
    transcript = parse(file)

    assert [turn.text.replace("Ice below", "Ice") for turn in transcript.turns] == ["Ice Why?"]
    assert transcript.turns[0].start == 1
    assert transcript.report.left_out["captions in other languages"] == 2
    assert any("several languages" in warning for warning in transcript.report.warnings)


def test_who_changes_the_language_is_read_in_both() -> None:
    file = (
        '<tt xmlns="http://www.w3.org/ns/ttml"><body><div><p xml:lang="en" begin="1s" end="3s">Ice</p>'
        '<p xml:lang="fr" begin="4s" end="5s">Glace</p></div></body></tt>'
    )

    assert parse(file).turns[0].text == "Ice Glace"


def test_real_text_has_times_breaks_and_known_tags() -> None:
    file = (
        '<window type="generic" duration="0:10.0">\n<time begin="0:01.0"/><clear/>Ice &amp; x < y.\n'
        '<time begin="1:03.5" end="1:04"/>Why <b>now</b>?<br/>Ask <bob@example.com>.\n</window>'
    )

    transcript = parse(file)

    assert transcript.report.format == "realtext"
    assert transcript.turns[0].text == "Ice & x < y. Why now? Ask <bob@example.com>."
    assert (transcript.turns[0].start, transcript.turns[0].end, transcript.turns[0].marks) == (1, 64, ((13, 63.5),))


CUES = {1: ("00:00:01,000 --> 00:00:02,000", "Ann: Ice"), 2: ("00:00:30,000 --> 00:00:31,000", "Bo: Why?")}
CUES[3] = ("00:01:00,000 --> 00:01:01,000", "Ann: Salt")


@pytest.mark.parametrize("order", [(3, 1, 2), (2, 1, 3), (3, 2, 1), (1, 2, 3)])
def test_captions_are_read_in_the_order_of_their_times_where_their_numbers_say_so(order: tuple[int, ...]) -> None:
    transcript = parse("\n\n".join(f"{number}\n" + "\n".join(CUES[number]) for number in order))

    assert [(turn.speaker, turn.text, turn.start) for turn in transcript.turns] == [
        ("Ann", "Ice", 1),
        ("Bo", "Why?", 30),
        ("Ann", "Salt", 60),
    ]
    assert any("order of their times" in each for each in transcript.report.warnings) == (order != (1, 2, 3))


def test_captions_of_files_behind_each_other_stay_as_they_stand() -> None:
    part = "1\n00:00:01,000 --> 00:00:02,000\n{}\n\n2\n00:00:40,000 --> 00:00:41,000\n{}\n\n"

    transcript = parse(part.format("one", "two") + part.format("three", "four"))

    assert transcript.turns[0].text == "one two three four"
    assert "the times of the captions go back: they are read as they stand" in transcript.report.warnings


def test_a_caption_a_little_late_in_the_file_is_put_in_its_place() -> None:
    cue = "00:00:{:02}.000 --> 00:00:{:02}.000\n<v {}>{}</v>\n\n"
    file = "WEBVTT\n\n" + "".join([cue.format(1, 9, "Ann", "Ice"), cue.format(6, 8, "Ann", "is"), cue.format(3, 4, "Bo", "Hm")])

    assert [(turn.speaker, turn.text) for turn in parse(file).turns] == [("Ann", "Ice"), ("Bo", "Hm"), ("Ann", "is")]


def test_the_name_that_an_editor_writes_for_nobody_is_none() -> None:
    line = "Dialogue: Marked=0,0:00:0{}.00,0:00:0{}.50,*Default,NTP,0000,0000,0000,,{}: {}\n"
    said = [("Ann", "Good morning."), ("Bob", "Hello."), ("Ann", "We begin.")]

    turns = parse("[Events]\n" + "".join(line.format(n, n, *each) for n, each in enumerate(said))).turns

    assert [(turn.speaker, turn.text) for turn in turns] == said
