"""Messages in blocks of fields, and what is no such message."""

from __future__ import annotations

import pytest

from app.transcript import UNKNOWN_SPEAKER, parse

Said = list[tuple[str, str, float | None]]

BLOCKS: dict[str, tuple[str, Said]] = {
    "signal-cli": (
        "Envelope from: “Ida Moor” +491701111111 (device: 1) to +491700000000\n"
        "Timestamp: 1709546523000 (2024-03-04T10:02:03.000Z)\n"
        "Server timestamps: received: 1709546523100 (2024-03-04T10:02:03.100Z)\n"
        "Sent by unidentified/sealed sender\nMessage timestamp: 1709546523000 (2024-03-04T10:02:03.000Z)\n"
        "Body: Ice: none.\nand more\nWith profile key\n\n"
        "Envelope from: “Bo Vale” +491702222222 (device: 2) to +491700000000\n"
        "Timestamp: 1709546583000 (2024-03-04T10:03:03.000Z)\n"
        "Server timestamps: received: 1709546583100 (2024-03-04T10:03:03.100Z)\n"
        "Sent by unidentified/sealed sender\nMessage timestamp: 1709546583000 (2024-03-04T10:03:03.000Z)\n"
        "Body: At 10:30?\nGroup info:\n  Id: abcd=\n  Name: Pier\n  Revision: 3\n  Type: DELIVER\n"
        "With profile key\n\n"
        "Envelope from: “Ida Moor” +491701111111 (device: 1) to +491700000000\n"
        "Timestamp: 1709546643000 (2024-03-04T10:04:03.000Z)\nReceived a receipt message\n"
        "  When: 1709546643000 (2024-03-04T10:04:03.000Z)\n  Is read receipt\n  Timestamps:\n"
        "  - 1709546583000 (2024-03-04T10:03:03.000Z)",
        [
            ("Ida Moor", "Ice: none. and more", 36123.0),
            ("Bo Vale", "At 10:30?", 36183.0),
        ],
    ),
    "sigtop": (
        "Conversation: Pier group\n\nFrom: You\nType: outgoing\nSent: Mon, 04 Mar 2024 10:02:03 +0100\n\n"
        "Ice: none.\n\nFrom: Ida Moor (+491701111111)\nType: incoming\n"
        "Sent: Mon, 04 Mar 2024 10:03:03 +0100\nReceived: Mon, 04 Mar 2024 10:03:04 +0100\n"
        "Attachment: pier.jpg (image/jpeg, 1234 bytes)\n\nAt 10:30?\n\nsecond part\n\nFrom: You\n"
        "Type: outgoing\nSent: Mon, 04 Mar 2024 10:05:03 +0100\n\nYes.",
        [
            (UNKNOWN_SPEAKER, "Conversation: Pier group", None),
            ("You", "Ice: none.", 36123.0),
            ("Ida Moor (+491701111111)", "At 10:30? second part", 36183.0),
            ("You", "Yes.", 36303.0),
        ],
    ),
    "a text in a field": (
        "From: Ida Moor\nTimestamp: 2024-03-04 10:02:03\nBody: Ice: none.\n\nFrom: Bo Vale\n"
        "Timestamp: 2024-03-04 10:03:03\nBody: At 10:30?\nand so on\n\nFrom: Ida Moor\n"
        "Timestamp: 2024-03-04 10:04:03\nBody: Yes.",
        [
            ("Ida Moor", "Ice: none.", 36123.0),
            ("Bo Vale", "At 10:30? and so on", 36183.0),
            ("Ida Moor", "Yes.", 36243.0),
        ],
    ),
    "rules between": (
        "Author: ida_m\nDate: 04/03/2024 10:02\nMessage: Ice: none.\n---\nAuthor: bo\n"
        "Date: 04/03/2024 10:03\nMessage: At 10:30?\n---\nAuthor: ida_m\nDate: 04/03/2024 10:04\n"
        "Message: Yes.\n---",
        [
            ("ida_m", "Ice: none.", 36120.0),
            ("bo", "At 10:30?", 36180.0),
            ("ida_m", "Yes.", 36240.0),
        ],
    ),
    "speakers with times": (
        "Speaker: 1\nStart: 00:00:01\nEnd: 00:00:04\nText: Ice: none.\n\nSpeaker: 2\nStart: 00:00:05\n"
        "End: 00:00:08\nText: At 10:30?\n\nSpeaker: 1\nStart: 00:00:09\nEnd: 00:00:12\nText: Yes.",
        [
            ("1", "Ice: none.", 1.0),
            ("2", "At 10:30?", 5.0),
            ("1", "Yes.", 9.0),
        ],
    ),
    "mails quoted": (
        "From: Ida Moor <ida@example.org>\nSent: Monday, March 4, 2024 10:05 AM\n"
        "To: Bo Vale <bo@example.org>\nSubject: RE: Ice\n\nYes: agreed.\n\nIda\n\n"
        "From: Bo Vale <bo@example.org>\nSent: Monday, March 4, 2024 10:02 AM\n"
        "To: Ida Moor <ida@example.org>\nCc: Una Hook\nSubject: Ice\n\nIs there ice?\nNote: salt.",
        [
            ("Ida Moor", "Yes: agreed. Ida", 36300.0),
            ("Bo Vale", "Is there ice? Note: salt.", 36120.0),
        ],
    ),
    "mails quoted, in German": (
        "Von: Ida Moor <ida@example.org>\nGesendet: Montag, 4. März 2024 10:05\nAn: Bo Vale\n"
        "Betreff: AW: Eis\n\nJa: gut.\n\nVon: Bo Vale <bo@example.org>\n"
        "Gesendet: Montag, 4. März 2024 10:02\nAn: Ida Moor\nBetreff: Eis\n\nGibt es Eis?",
        [
            ("Ida Moor", "Ja: gut.", 36300.0),
            ("Bo Vale", "Gibt es Eis?", 36120.0),
        ],
    ),
    "a mail handed on": (
        "FYI\n\n---------- Forwarded message ---------\nFrom: Ida Moor <ida@example.org>\n"
        "Date: Mon, Mar 4, 2024 at 10:02 AM\nSubject: Ice\nTo: Bo <bo@example.org>\n\n"
        "Is there ice? Note: yes.",
        [
            (UNKNOWN_SPEAKER, "FYI", None),
            ("Ida Moor", "Is there ice? Note: yes.", 36120.0),
        ],
    ),
    "a mailbox": (
        "From ida@example.org Mon Mar  4 10:02:03 2024\nFrom: Ida Moor <ida@example.org>\n"
        "Date: Mon, 4 Mar 2024 10:02:03 +0100\nSubject: [pier] Ice\nMessage-ID: <a@example.org>\n\n"
        "Is there ice?\n\nFrom bo@example.org Mon Mar  4 10:03:03 2024\nFrom: Bo Vale <bo@example.org>\n"
        "Date: Mon, 4 Mar 2024 10:03:03 +0100\nSubject: Re: [pier] Ice\n\nNo: snow.",
        [
            ("Ida Moor", "Is there ice?", 36123.0),
            ("Bo Vale", "No: snow.", 36183.0),
        ],
    ),
    "YAML": (
        '- speaker: Ida Moor\n  start: 00:00:03\n  text: "Ice: none."\n- speaker: Bo Vale\n'
        '  start: 00:01:05\n  text: "At 10:30?"\n- speaker: Ida Moor\n  start: 00:02:00\n  text: Yes.',
        [
            ("Ida Moor", "Ice: none.", 3.0),
            ("Bo Vale", "At 10:30?", 65.0),
            ("Ida Moor", "Yes.", 120.0),
        ],
    ),
    "a mail with a dialogue": (
        "From: Ida Moor <ida@example.org>\nDate: Mon, 4 Mar 2024 10:02:03 +0100\nTo: Bo\n"
        "Subject: Transcript\n\nIda: Ice.\nBo: No: snow.\nIda: Yes.\nBo: Oh.\nIda: Well.",
        [
            ("Ida", "Ice.", None),
            ("Bo", "No: snow.", None),
            ("Ida", "Yes.", None),
            ("Bo", "Oh.", None),
            ("Ida", "Well.", None),
        ],
    ),
}


@pytest.mark.parametrize("record", BLOCKS)
def test_a_message_is_given_to_its_sender(record: str) -> None:
    text, expected = BLOCKS[record]

    transcript = parse(text)

    assert [(turn.speaker, turn.text, turn.start) for turn in transcript.turns] == expected


def test_what_is_left_out_of_blocks_is_counted() -> None:
    text, _ = BLOCKS["signal-cli"]

    report = parse(text).report

    assert report.format == "messages"
    assert dict(report.left_out) == {"fields of messages": 24, "messages without text": 1}


@pytest.mark.parametrize(
    "text",
    [
        "Author: Ida Moor\nDate: 2024-03-04\n\nIda: Ice.\nBo: No.\nIda: Yes.",
        "From: the beginning, we said no.\nIda: Ice.\nBo: No.\nIda: Yes.",
        "User: What time is it?\n\nBot: It is late.\n\nUser: Date: when?\n\nBot: Now.",
    ],
)
def test_a_dialogue_is_no_block_of_fields(text: str) -> None:
    assert parse(text).report.format == "text"
