"""Plain text in the shapes that recorders, chats and stenographers write; every shape is one form of label."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.transcript import plain, read
from app.transcript.text import read_text
from tests.growth import MOST, growth

Said = list[tuple[str, str]]

NORA, TUNDE = "Nora Vale", "Tunde Okoye"
THREE: Said = [(NORA, "The pier is closed. Note: until May."), (TUNDE, "Why? more: later."), (NORA, "Ice at 10:30.")]

SHAPES: dict[str, tuple[str, str, Said]] = {
    "names seen once, with times": (
        "Nora Vale  0:02\nThe pier is closed. Note: until May.\n\nTunde Okoye  1:02:03\nWhy? more: later.\n",
        "name and time",
        THREE[:2],
    ),
    "marks inside letters": (
        'היו"ר רות לב: שלום.\nיוסי בר: תודה.\nהיו"ר רות לב: בבקשה.',
        "colon",
        [('היו"ר רות לב', "שלום."), ("יוסי בר", "תודה."), ('היו"ר רות לב', "בבקשה.")],
    ),
    "a colon in speech under names on their own lines": (
        "Präsidentin Moor:\nGuten Tag.\nZum Beispiel: der Pier.\nTunde Okoye (SPD):\nDanke.\n"
        "Dennoch: es eilt.\nPräsidentin Moor:\nJa.",
        "colon alone",
        [
            ("Präsidentin Moor", "Guten Tag. Zum Beispiel: der Pier."),
            ("Tunde Okoye (SPD)", "Danke. Dennoch: es eilt."),
            ("Präsidentin Moor", "Ja."),
        ],
    ),
    "items of an agenda": (
        "Präsidentin Moor:\nWir kommen zu Frage 3.\nZu Frage 3:\nText.\nTunde Okoye (SPD):\nDanke.\nPräsidentin Moor:\nJa.",
        "colon alone",
        [
            ("Präsidentin Moor", "Wir kommen zu Frage 3. Zu Frage 3: Text."),
            ("Tunde Okoye (SPD)", "Danke."),
            ("Präsidentin Moor", "Ja."),
        ],
    ),
    "brackets in brackets": (
        "The Chair (Mr. A. B. (North, CPC)): Order.\nMr. C: Yes.\nThe Chair (Mr. A. B. (North, CPC)): Next.",
        "colon",
        [("The Chair (Mr. A. B. (North, CPC))", "Order."), ("Mr. C", "Yes."), ("The Chair (Mr. A. B. (North, CPC))", "Next.")],
    ),
    "whisper's console": (
        "[00:00.000 --> 00:04.000] The pier\n[00:04.000 --> 00:08.000] is closed. Note: ice",
        "",
        [("", "The pier"), ("", "is closed. Note: ice")],
    ),
    "whisper with speakers": (
        "[00:00.0 --> 00:04.0] [S_0] The pier\n[00:04.0 --> 00:08.0] is closed.\n[00:08.0 --> 00:09.0] [S_1] Why?",
        "brackets",
        [("S_0", "The pier is closed."), ("S_1", "Why?")],
    ),
    "WhatsApp": (
        "12/03/2024, 10:15 - Messages are encrypted.\n12/03/2024, 10:15 - Nora: hi\nmore: here\n"
        "12/03/2024, 10:16 - +44 20 7946: see",
        "chat",
        [("", "Messages are encrypted."), ("Nora", "hi more: here"), ("+44 20 7946", "see")],
    ),
    "Zoom's chat beside the recording": (
        "00:06:51\tLumi | Labs:\tgm\n00:06:56\temma (rth):\tgm!\n00:07:28\tLumi | Labs:\tsee\n"
        "Type:\n'/stop'\n00:08:00\tjo:\tok",
        "colon",
        [("Lumi | Labs", "gm"), ("emma (rth)", "gm!"), ("Lumi | Labs", "see Type: '/stop'"), ("jo", "ok")],
    ),
    "IRC": (
        "[10:15] <nora> hi\n[10:16] <@tunde> note: this\n[10:17] * nora waves\n[10:18] <nora> ok",
        "angle brackets",
        [("nora", "hi"), ("tunde", "note: this"), ("", "* nora waves"), ("nora", "ok")],
    ),
    "names below times": (
        "0:0:0.0 --> 0:0:4.2\nNora Vale\nThe pier is closed.\n0:0:5.0 --> 0:0:8.0\nTunde Okoye\n"
        "Why?\n0:0:9.0 --> 0:0:9.9\nNora Vale\nIce",
        "name alone",
        [(NORA, "The pier is closed."), (TUNDE, "Why?"), (NORA, "Ice")],
    ),
    "an earnings call": (
        "Operator\n\nGood day.\n\nNora Vale - Chief Executive Officer\n\nThank you.\n\nOperator\n\nNext.\n\n"
        "Tunde Okoye - Quay Bank - Analyst\n\nHi.\n\nNora Vale - Chief Executive Officer\n\nYes.",
        "name alone",
        [
            ("Operator", "Good day."),
            ("Nora Vale - Chief Executive Officer", "Thank you."),
            ("Operator", "Next."),
            ("Tunde Okoye - Quay Bank - Analyst", "Hi."),
            ("Nora Vale - Chief Executive Officer", "Yes."),
        ],
    ),
    "the Assemblée nationale": (
        "M. le président. La séance est ouverte.\nMme Nora Vale. Merci, M. le président. Je suis contre.\nUne chose : non.\n"
        "M. Tunde Okoye, ministre de la mer. Oui.\nM. le président. Merci.",
        "full stop",
        [
            ("M. le président", "La séance est ouverte."),
            ("Mme Nora Vale", "Merci, M. le président. Je suis contre. Une chose : non."),
            ("M. Tunde Okoye, ministre de la mer", "Oui."),
            ("M. le président", "Merci."),
        ],
    ),
    "the Congress": (
        "  Mr. VALE of Texas. Mr. Speaker, I rise.\n  The CHAIR. The gentleman is\n"
        "recognized. Thanks.\n  Mr. VALE of Texas. I yield.\n",
        "full stop",
        [
            ("Mr. VALE of Texas", "Mr. Speaker, I rise."),
            ("The CHAIR", "The gentleman is recognized. Thanks."),
            ("Mr. VALE of Texas", "I yield."),
        ],
    ),
    "a court": (
        "BY MS. VALE:\nQ. Where were you?\nA. At home.\nQ. When?\nA. At 10:30.\n"
        "THE COURT: Sustained.\nBY MR. OKOYE:\nQ. And then?",
        "stenographic",
        [
            ("", "BY MS. VALE:"),
            ("Q", "Where were you?"),
            ("A", "At home."),
            ("Q", "When?"),
            ("A", "At 10:30."),
            ("THE COURT", "Sustained."),
            ("", "BY MR. OKOYE:"),
            ("Q", "And then?"),
        ],
    ),
    "the Knesset": (
        '<< יור >> היו"ר רות לב: << יור >>\n\nשלום.\n\n<< דובר >> יוסי בר (הים): << דובר >>\n\nתודה. לדוגמה: כן.\n\n'
        '<< יור >> היו"ר רות לב: << יור >>\n\nבבקשה.',
        "colon alone",
        [('היו"ר רות לב', "שלום."), ("יוסי בר (הים)", "תודה. לדוגמה: כן."), ('היו"ר רות לב', "בבקשה.")],
    ),
    "a time before the colon": (
        "Nora 0:02: hi\nTunde 0:05: why?\nNora 0:09: ice",
        "time and colon",
        [("Nora", "hi"), ("Tunde", "why?"), ("Nora", "ice")],
    ),
    "every end of a line": (
        "Nora: a\x0bTunde: b\x0cNora: c\x85Tunde: d\u2028Nora: e\u2029Tunde: f",
        "colon",
        [("Nora", "a"), ("Tunde", "b"), ("Nora", "c"), ("Tunde", "d"), ("Nora", "e"), ("Tunde", "f")],
    ),
    "no speakers": (
        "The pier is closed.\nNote: until May.\nIndeed: ice.\nMy question: why?\nThe end.\nAnd so on.\nMore.\nMore.",
        "",
        [("", "The pier is closed. Note: until May. Indeed: ice. My question: why? The end. And so on. More. More.")],
    ),
    "what is heard is nobody": (
        "[Music] The pier\nis closed.\n[Applause]\nIce\n[Music]",
        "",
        [("", "[Music] The pier is closed. [Applause] Ice [Music]")],
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_text_is_read_by_its_one_form_of_label(shape: str) -> None:
    text, form, said = SHAPES[shape]

    found = read_text(text)

    assert (found.form, [(each.speaker, each.text) for each in found.utterances]) == (form, said)


def test_times_beside_labels_become_seconds() -> None:
    found = read_text("Nora (0:02):\nhi\nTunde (1:02:03.5):\nwhy?\nNora (1:02:09):\nice")
    spans = read_text("[00:01.000 --> 00:04.500] a\n[00:04.500 --> 01:08.000] b")

    assert [each.start for each in found.utterances] == [2.0, 3723.5, 3729.0]
    assert [(each.start, each.end) for each in spans.utterances] == [(1.0, 4.5), (4.5, 68.0)]


def test_turns_keep_the_times() -> None:
    turns = read("Nora Vale  0:02\nhi\nTunde Okoye  0:15\nwhy?")

    assert [(turn.speaker, turn.text, turn.start) for turn in turns] == [(NORA, "hi", 2.0), (TUNDE, "why?", 15.0)]


@pytest.mark.parametrize(
    ("text", "left_out"),
    [
        ("Nora: hi\nTunde: why?\n\nTranscribed by https://recorder.example.ai", {"recorder's note": 1}),
        ("Nora: hi\nPage 1 of 2\nTunde: why?\nPage 2 of 2\nNora: ice", {"page header/footer": 2}),
        ("Nora: hi\n1\nTunde: why?\n- 2 -\nNora: ice\n3\nTunde: oh", {"page header/footer": 3}),
        ("0:02\nhello all\n0:05\nwelcome\n0:09\nto the pier", {"timestamp line": 3}),
        ("\n".join(f"{number} Nora: word" for number in range(1, 26)), {"line number": 25}),
        ("Nora: hi\n10:30\nTunde: 3\nNora: Page 3 of the plan.\nTunde: 4", {}),
        ("Nora: hi\nTunde: it was transcribed by hand, see example.org", {}),
    ],
)
def test_what_is_no_speech_is_left_out_and_counted(text: str, left_out: dict[str, int]) -> None:
    assert read_text(text).left_out == left_out


def test_labels_that_are_doubtful_are_named() -> None:
    once = read_text("Nora: hi\nTunde: why?\nNora: ice")
    speech = read_text("Nora Vale: hi\nTunde Okoye: why?\nKran: x\nand so\nNora Vale: ice\nTunde Okoye: oh")
    nobody = read_text("The pier is closed.\nUntil May.")

    assert once.warnings == ("1 label is seen once: Tunde",)
    assert speech.warnings == ("1 label is seen once and read as speech: Kran",)
    assert nobody.warnings == ("no speakers found",)


@given(st.text(st.sampled_from("aB :\n[]()<>*#-—.:0123456789\"'|QAFromto\t\u200f\x0b")))
def test_no_visible_character_of_a_text_without_labels_and_times_is_lost(text: str) -> None:
    found = read_text(text)

    if not found.form and not found.left_out and all(each.start is None for each in found.utterances):
        assert "".join("".join(each.text.split()) for each in found.utterances) == "".join(plain(text).split())


GROWING: dict[str, Callable[[int], str]] = {
    "one line": lambda size: "word " * (size // 5),
    "colons": lambda size: "a: b: " * (size // 6),
    "lines of colons": lambda size: "aa: b\n" * (size // 6),
    "opening brackets": lambda size: "[(" * (size // 2),
    "lines of brackets": lambda size: "[a] b\n" * (size // 6),
    "stars": lambda size: "**a" * (size // 3),
    "marks": lambda size: "< <a" * (size // 4),
    "clocks": lambda size: "[0:02] " * (size // 7),
    "lines of clocks": lambda size: "0:02\n" * (size // 5),
    "digits": lambda size: "1" * size,
    "dates": lambda size: "12/03/2024, " * (size // 12),
    "dashes": lambda size: "a - b\n" * (size // 6),
    "stops": lambda size: "M. a. " * (size // 6),
    "from to": lambda size: "From a to " * (size // 10) + ": b",
    "new names": lambda size: "".join(f"N{number}: b\n" for number in range(size // 9)),
    "blank lines": lambda size: "\n" * size,
    "invisible": lambda size: "\u200f" * size,
}


@pytest.mark.parametrize("case", GROWING)
def test_reading_takes_time_that_grows_as_the_text_does(case: str) -> None:
    made = GROWING[case]

    assert growth(read_text, made, 10_000 if "\n" in made(100) else 50_000, floor=1e-4) < MOST
