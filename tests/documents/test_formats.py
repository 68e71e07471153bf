from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from app.documents.building import Wishes, document_of
from app.documents.document import spanned
from app.documents.formats import FORMATS
from app.documents.sources import source_of
from app.documents.wording import WORDS, guessed, languages
from app.errors import JobConflict
from app.jobs import Status
from app.kinds.languages import PACKS
from app.transcript import Turn
from tests.documents.made import NASTY, exported, item, job, minutes, summary, turns

NASTY_ITEMS = tuple(item(n, text, "action", owner=text, due=text, unsupported=[text]) for n, text in enumerate(NASTY))


class Tags(HTMLParser):
    """What tags and attributes a page has."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_markdown_has_the_title_the_sections_and_footnotes_to_turns_and_times() -> None:
    text = exported("md", minutes()).decode()

    assert text.startswith("# Board\n")
    assert "2026-03-05" in text
    assert "Participants: Ann Berg, Bob Low" in text
    assert re.findall("^## (.*)$", text, re.MULTILINE) == [
        *("Summary", "Decisions", "Actions", "Open questions", "Discussion", "About this document"),
    ]
    assert "- Point 0.[^2]" in text
    assert "[^2]: Turns 0–1 · 00:00:00 · Ann Berg: “We keep the budget at 1,850 euros.”" in text
    assert "Turns of the transcript: 6" in text


def test_without_evidence_there_are_no_footnotes() -> None:
    document = document_of(minutes(), Wishes(footnotes=False))

    assert document.notes == ()
    assert "[^" not in exported("md", minutes(), Wishes(footnotes=False)).decode()


@pytest.mark.parametrize("form", ["md", "html", "json"])
def test_the_transcript_is_appended_if_it_is_wanted(form: str) -> None:
    with_it, without = (
        exported(form, minutes(said=turns(words=["Unheard of."])), Wishes(footnotes=False, appendix=each))
        for each in (True, False)
    )

    assert with_it.count(b"Unheard of") == 6
    assert b"Unheard of" not in without


def test_a_section_without_items_is_left_out() -> None:
    document = document_of(minutes(item(0, "Only this.")), Wishes())

    assert [section.heading for section in document.sections] == ["Summary", "Decisions"]


def test_minutes_without_anything_say_so() -> None:
    document = document_of(minutes(item(0, "x", "unknown"), summary=[]), Wishes())

    assert [block.text for section in document.sections for block in section.blocks] == ["None."]
    assert [section.heading for section in document.sections] == ["Discussion"]


def test_quoted_items_name_their_speaker_and_owners_stand_first() -> None:
    quoted = document_of(minutes(item(0, "I go.", "topic"), mode="extractive", summary=[]), Wishes())
    owned = document_of(
        minutes(item(0, "Go.", "action", owner="Bob", due="Friday", due_date="2026-03-06"), summary=[]), Wishes()
    )

    assert quoted.sections[0].blocks[0].text == "Ann Berg: I go."
    assert owned.sections[0].blocks[0].text == "Bob: Go. (due: Friday, \u200e2026-03-06)"


def test_what_turns_do_not_say_is_marked() -> None:
    document = document_of(minutes(item(0, "In 2027.", unsupported=["2027"]), summary=[]), Wishes())

    assert document.sections[0].blocks[0].text == "In 2027. (not in the transcript: 2027)"


@pytest.mark.parametrize(("code", "joined"), [("en", "2027, May"), ("fa", "2027، May")])
def test_what_is_listed_has_the_comma_of_the_language(code: str, joined: str) -> None:
    document = document_of(minutes(item(0, "In May 2027.", unsupported=["2027", "May"]), summary=[]), Wishes(lang=code))

    assert f": {joined})" in document.sections[0].blocks[0].text


def test_a_summary_keeps_its_structure_and_its_title() -> None:
    document = document_of(summary("# Weekly\n\nAnn Berg : one\n- two\n\n## Budget\n\n- three"), Wishes())

    assert document.title == "Weekly"
    assert [(section.heading, section.level, len(section.blocks)) for section in document.sections] == [
        ("", 1, 2),
        ("Budget", 1, 1),
    ]


def test_lines_of_the_same_turns_share_one_footnote_behind_the_last() -> None:
    document = document_of(summary("a\nb\nc\nd"), Wishes())

    notes = [[span.note for span in block.spans if span.note] for block in document.sections[0].blocks]
    assert notes == [[], [1], [], [2]]
    assert [note.text for note in document.notes] == ["Turns 0–2 · 00:00:00", "Turns 3–5 · 00:00:31"]


def test_an_edited_summary_has_no_footnotes_to_the_old_lines() -> None:
    of = summary("a\nb")
    edited = source_of(job("summary", "something else", dict(of.job.coverage)), of.order)

    assert document_of(edited, Wishes()).notes == ()


@pytest.mark.parametrize("code", languages())
def test_every_language_has_all_words(code: str) -> None:
    assert WORDS[code].keys() == WORDS["en"].keys()
    assert code in PACKS
    document = document_of(minutes(), Wishes(lang=code))
    assert document.sections[1].heading == PACKS[code].headings["decision"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("We have the plan and it is for the board.", "en"),
        ("Nous avons le plan et il est pour le conseil.", "fr"),
        ("Wir haben den Plan und er ist für das Team.", "de"),
        ("El plan es para los socios y para el consejo.", "es"),
        ("این برنامه برای هیئت مدیره است و پرسش دیگری نیست", "fa"),
        ("", ""),
    ],
)
def test_the_language_of_a_summary_is_guessed(text: str, code: str) -> None:
    assert guessed(text) == code


def test_persian_minutes_run_from_right_to_left() -> None:
    page = exported("html", minutes(language="fa", title="صورت‌جلسه")).decode()

    assert '<html lang="fa" dir="rtl">' in page


def test_hostile_texts_make_no_markup_in_html() -> None:
    plain = Tags(exported("html", minutes(said=turns(words=["plain"])), Wishes(appendix=True)).decode())
    hostile = Tags(
        exported("html", minutes(*NASTY_ITEMS, title=NASTY[0], said=turns(words=NASTY)), Wishes(appendix=True)).decode()
    )

    assert hostile.tags - plain.tags <= {"em", "strong"}
    assert hostile.attributes <= plain.attributes
    assert "<script>alert(1)</script>" in hostile.text


def test_hostile_texts_make_no_markup_in_markdown() -> None:
    text = exported("md", minutes(*NASTY_ITEMS, said=turns(words=NASTY)), Wishes(appendix=True)).decode()

    assert "<script" not in text.replace("\\<script", "")
    assert "[link](" not in text.replace("\\[link\\](", "")


def test_hostile_texts_make_no_formula_in_csv() -> None:
    text = exported("csv", minutes(*NASTY_ITEMS)).decode("utf-8-sig")

    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == len(NASTY)
    assert not [cell for row in rows for cell in row.values() if cell and cell.lstrip()[:1] in "=+-@\t\r"]
    assert rows[0]["text"] == "'" + NASTY[0]


def test_csv_has_a_row_for_each_item() -> None:
    text = exported("csv", minutes(item(0, "Go.", "action", owner="Bob", due="Friday", due_date="2026-03-06"))).decode(
        "utf-8-sig"
    )

    (row,) = csv.DictReader(io.StringIO(text))
    assert row == {
        "id": "0",
        "kind": "action",
        "section": "Actions",
        "text": "Go.",
        "owner": "Bob",
        "due": "Friday",
        "due_date": "2026-03-06",
        "turns": "0–1",
        "time": "00:00:00",
        "speakers": "Ann Berg",
        "unsupported": "",
        "stale": "",
    }


def test_json_has_the_minutes_as_they_are_and_a_summary_as_lines() -> None:
    of_minutes = json.loads(exported("json", minutes()))
    of_summary = json.loads(exported("json", summary("a\nb"), Wishes(appendix=True)))

    assert of_minutes["minutes"]["items"][0]["text"] == "Point 0."
    assert of_summary["lines"] == [{"line": "a", "turns": [0, 2], "start": None}, {"line": "b", "turns": [3, 5], "start": None}]
    assert of_summary["transcript"][1]["speaker"] == "Bob Low"


def test_srt_has_the_turns_with_their_times_and_speakers() -> None:
    text = exported("srt", minutes(said=turns(2))).decode()

    assert text == (
        "1\n00:00:00,000 --> 00:00:08,000\nAnn Berg: We keep the budget at 1,850 euros.\n\n"
        "2\n00:00:10,500 --> 00:00:18,500\nBob Low: We keep the budget at 1,850 euros.\n\n"
    )


def test_vtt_names_speakers_and_escapes_texts() -> None:
    text = exported("vtt", minutes(said=(Turn("A <b>", "1 < 2 --> 3", 0, start=1.0),))).decode()

    assert text == "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\n<v A &lt;b&gt;>1 &lt; 2 → 3\n"


def test_a_long_turn_is_cut_where_the_recogniser_gave_times() -> None:
    said = (Turn("Ann", "One two. Three four.", 0, start=0.0, end=9.0, marks=((9, 5.0),)),)

    text = exported("srt", minutes(said=said)).decode()

    assert "00:00:00,000 --> 00:00:05,000\nAnn: One two.\n" in text
    assert "00:00:05,000 --> 00:00:09,000\nAnn: Three four.\n" in text


def test_a_turn_without_a_time_stands_between_its_neighbours() -> None:
    said = (Turn("Ann", "a", 0, start=1.0, end=2.0), Turn("Bob", "b", 1), Turn("Ann", "c", 2, start=0.5))

    times = re.findall(r"(\S+) --> (\S+)", exported("vtt", minutes(said=said)).decode())

    starts = [start for start, _ in times]
    assert len(times) == 3
    assert starts == sorted(starts)
    assert all(start < end for start, end in times)


@pytest.mark.parametrize("form", ["srt", "vtt"])
def test_a_transcript_without_times_gives_no_subtitles(form: str) -> None:
    with pytest.raises(JobConflict, match="has no times"):
        exported(form, minutes(said=turns(timed=False)))


def test_ics_has_an_event_for_each_action_with_a_day() -> None:
    made = minutes(
        item(0, "Send it.\nBEGIN:VALARM", "action", owner="Bob", due="Friday", due_date="2026-03-06"),
        item(1, "Some day.", "action"),
        item(2, "Nonsense.", "action", due_date="soon"),
    )

    calendar = Calendar.from_ical(exported("ics", made))

    (event,) = calendar.walk("VEVENT")
    assert event["summary"] == "Bob: Send it. BEGIN:VALARM"
    assert event.decoded("dtstart").isoformat() == "2026-03-06"
    assert event.decoded("dtend").isoformat() == "2026-03-07"
    assert event["uid"] == "a1-0@llm-gateway"
    assert not calendar.walk("VALARM")


def test_ics_needs_an_action_with_a_day() -> None:
    with pytest.raises(JobConflict, match="no action of a1 has a due date"):
        exported("ics", minutes())


@pytest.mark.parametrize("form", [each for each in FORMATS if each not in ("docx", "pdf", "ics")])
def test_hostile_texts_never_break_a_format(form: str) -> None:
    for of in (minutes(*NASTY_ITEMS, said=turns(words=NASTY)), summary("\n".join(NASTY), turns(words=NASTY))):
        made = exported(form, of, Wishes(appendix=True))

        assert made.decode()


@given(st.lists(st.text(max_size=40), max_size=4), st.text(max_size=40))
def test_no_text_breaks_a_document(texts: list[str], title: str) -> None:
    items = [item(n, text, "action", owner=text, due=text, unsupported=[text]) for n, text in enumerate(texts)]
    said = turns(words=[text for text in texts if text.strip()] or ["x"])
    for of in (minutes(*items, title=title, said=said), summary("\n".join(texts), said)):
        for form in ("md", "html", "json", "srt", "vtt", "csv"):
            assert exported(form, of, Wishes(appendix=True)).decode()


def test_other_kinds_and_unfinished_jobs_have_no_documents() -> None:
    order = minutes().order

    with pytest.raises(JobConflict, match="of the kind chat"):
        source_of(job("chat"), order)
    with pytest.raises(JobConflict, match="a1 is processing"):
        source_of(job("minutes", status=Status.PROCESSING), order)


@pytest.mark.parametrize(
    ("numbers", "told"), [([3], "3"), ([19, 3, 17, 18, 18], "3, 17–19"), ([], ""), (range(4, 9), "4–8"), (range(4, 5), "4")]
)
def test_turns_are_told_in_spans(numbers: list[int], told: str) -> None:
    assert spanned(numbers) == told
