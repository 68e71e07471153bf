"""Mails: mailboxes, archives of lists, and threads in which older mails are quoted."""

from __future__ import annotations

import mailbox
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.transcript import UNKNOWN_SPEAKER, parse
from tests.transcript.writing import as_turns

NOBODY = UNKNOWN_SPEAKER
words = st.lists(st.sampled_from(["ice", "Note: none", "10:30?", "https://example.org/a", "größer", "x < y", "—"]), min_size=1)
texts = words.map(" ".join)

INTRODUCTIONS = [
    "On Mon, Mar 4, 2024 at 10:02 AM Ida Moor <ida@example.org> wrote:",
    "On Mar 4, 2024, at 10:02, Ida Moor <ida@example.org> wrote:",
    "On Mon, Mar 4, 2024 at 10:02 AM Ida Moor <ida@example.org>\nwrote:",
    "On 2024-03-04 10:02, Ida Moor wrote:",
    "Le lun. 4 mars 2024 à 10:02, Ida Moor <ida@example.org> a écrit :",
    "Am 04.03.24 um 10:02 schrieb Ida Moor:",
    "El lun, 4 mar 2024 a las 10:02, Ida Moor (<ida@example.org>) escribió:",
    "Il giorno lun 4 mar 2024 alle ore 10:02 Ida Moor <ida@example.org> ha scritto:",
    "Op ma 4 mrt. 2024 om 10:02 schreef Ida Moor <ida@example.org>:",
    "пн, 4 мар. 2024 г. в 10:02, Ida Moor <ida@example.org> пишет:",
    "Ida Moor <ida@example.org> wrote:",
]


def turns(text: str) -> list[tuple[str, str]]:
    return [(turn.speaker, turn.text) for turn in parse(text).turns]


@pytest.mark.parametrize("introduction", INTRODUCTIONS)
def test_what_is_quoted_is_said_by_whom_the_line_above_names(introduction: str) -> None:
    text = f"Yes: Friday.\n\n{introduction}\n> Shall we\n> sail?\n\nAt 10:30.\n\n> With ice?\n\nNo.\n"

    transcript = parse(text)

    assert transcript.report.format == "messages"
    assert transcript.report.left_out["lines that say who is quoted"] >= 1
    assert turns(text) == [
        (NOBODY, "Yes: Friday."),
        ("Ida Moor", "Shall we sail?"),
        (NOBODY, "At 10:30."),
        ("Ida Moor", "With ice?"),
        (NOBODY, "No."),
    ]
    assert transcript.turns[1].start == (None if "10:02" not in introduction else 36120)


def test_quotations_within_quotations() -> None:
    text = (
        "On Mon, Mar 4, 2024 at 10:02 AM Ida Moor <ida@example.org> wrote:\n> Yes.\n>\n"
        "> On Sun, Mar 3, 2024 at 9:00 PM Bo Vale <bo@example.org> wrote:\n>\n>> Shall we?\n> Ida\n"
    )

    assert turns(text) == [("Ida Moor", "Yes."), ("Bo Vale", "Shall we?"), ("Ida Moor", "Ida")]


def test_a_quotation_of_nobody_is_nobodys() -> None:
    text = "On Mon, Mar 4, 2024 at 10:02 AM Ida Moor <ida@example.org> wrote:\n> Yes.\n>> Shall we?\n"

    assert turns(text) == [("Ida Moor", "Yes."), (NOBODY, "Shall we?")]


def test_a_transcript_in_which_somebody_quotes_a_mail_keeps_its_labels() -> None:
    assert turns("Ida: He wrote:\n> I go\nBo: Oh.\nIda: Yes.") == [("Ida", "He wrote: > I go"), ("Bo", "Oh."), ("Ida", "Yes.")]


def test_an_archive_of_a_list() -> None:
    text = (
        "From ida at example.org  Mon Mar  4 10:02:00 2024\nFrom: ida at example.org (Ida Moor)\n"
        "Date: Mon, 4 Mar 2024 10:02:00 +0000\nSubject: [sea] Ice\nReferences: <a@b>\n <c@d>\nMessage-ID: <e@f>\n\n"
        "Shall we sail?\n\nFrom bo at example.org  Mon Mar  4 11:15:00 2024\nFrom: bo at example.org (Bo Vale)\n"
        "Date: Mon, 4 Mar 2024 11:15:00 +0000\nSubject: [sea] Ice\n\n"
        "On Mon, Mar 4, 2024 at 10:02 AM Ida Moor <ida at example.org> wrote:\n> Shall we sail?\n\n"
        "Yes: from Leeds.\nFrom there\n"
    )

    transcript = parse(text)

    assert turns(text) == [("Ida Moor", "Shall we sail?"), ("Bo Vale", "Yes: from Leeds. From there")]
    assert [turn.start for turn in transcript.turns] == [36120, 40500]
    assert transcript.report.left_out["quoted lines of mails that are read already"] == 1
    assert transcript.report.left_out["headers of mails"] == 8


@given(st.lists(st.tuples(st.sampled_from(["Ida Moor", "René Vale", "花子"]), texts), min_size=1, max_size=4), st.booleans())
@settings(max_examples=20)
def test_what_a_mailbox_of_the_standard_library_holds_comes_back(
    tmp_path_factory: pytest.TempPathFactory, talk: list[tuple[str, str]], html: bool
) -> None:
    path: Path = tmp_path_factory.mktemp("mails") / "box"
    box = mailbox.mbox(path)
    for who, said in talk:
        message = EmailMessage()
        message["From"] = f'"{who}" <someone@example.org>'
        message["Date"] = "Mon, 4 Mar 2024 10:02:00 +0000"
        message.set_content(said)
        if html:
            message.add_alternative("<p>never read</p>", subtype="html")
            message.add_attachment(b"\x00", maintype="image", subtype="png")
        box.add(message)
    box.close()

    transcript = parse(path.read_bytes())

    assert [(turn.speaker, turn.text) for turn in transcript.turns] == as_turns(talk)
    assert transcript.report.left_out.get("attachments", 0) == html * len(talk)
