"""Labels, times and heads that are written as few programs write them: they are read, or nobody's, and never another's."""

from __future__ import annotations

import pytest

from app.transcript import UNKNOWN_SPEAKER, parse

Said = list[tuple[str, str, float | None]]

NORA, TUNDE = "Nora Vale", "Tunde"
TALK = ((NORA, "Ice is in."), (TUNDE, "At 10:30: why?"), (NORA, "So be it."))

SIGNS = {
    "{{{name}}} {text}": "brackets",
    "{name} = {text}": "arrow or bar",
    "{name} ~ {text}": "arrow or bar",
    "{name} / {text}": "arrow or bar",
    "{name} // {text}": "arrow or bar",
    "{name} :: {text}": "colon",
    "{name}:- {text}": "colon",
    "{name}:— {text}": "colon",
    "{name}:—{text}": "colon",
    "_{name}_: {text}": "colon",
    "*{name}*: {text}": "colon",
    "~ {name}: {text}": "colon",
    "Mr. {name}.—{text}": "full stop and dash",
}


@pytest.mark.parametrize("pattern", SIGNS)
def test_a_sign_between_name_and_words_marks_a_label(pattern: str) -> None:
    title = "Mr. " if pattern.startswith("Mr.") else ""

    transcript = parse("\n".join(pattern.format(name=name, text=text) for name, text in TALK))

    assert [(turn.speaker, turn.text) for turn in transcript.turns] == [(title + name, text) for name, text in TALK]
    assert transcript.report.labels == SIGNS[pattern]


TIMES: dict[str, float] = {
    "10:0{minute} <nora> {text}": 36120,
    "[10:0{minute}] <nora> {text}": 36120,
    "23:0{minute} <@nora> {text}": 82920,
    "00:0{minute} <+nora> {text}": 120,
    "00:0{minute} <nora> {text}": 2,  # minutes and seconds of a recording
    "25:0{minute} <nora> {text}": 1502,
    "Mar 04 10:0{minute}:00 <nora> {text}": 36120,
    "[10:0{minute} Uhr] nora: {text}": 36120,
    "10h0{minute} nora : {text}": 36120,
    "[10 h 0{minute}] nora : {text}": 36120,
    "nora | 00:0{minute}\n{text}": 2,
    "{minute}.5s nora: {text}": 2.5,
    "00:00:0{minute}:12 nora: {text}": 2,
    "10:0{minute}:00\tFrom nora : {text}": 36120,
    "10:0{minute}:00\tFrom nora to Everyone : {text}": 36120,
    "nora\nMar 4, 2024, 10:0{minute} AM\n{text}": 36120,
}


@pytest.mark.parametrize("pattern", TIMES)
@pytest.mark.parametrize("names", [("nora", "tunde"), ("Nora Vale", "Tunde Okoye")])
def test_the_time_beside_a_label_is_that_of_its_words(pattern: str, names: tuple[str, str]) -> None:
    if "<" in pattern and " " in names[0]:
        names = (names[0].replace(" ", ""), names[1].replace(" ", ""))
    if pattern.startswith("nora\n") and names[0].islower():
        names = ("Nora", "Tunde")
    said = [(names[number % 2], number + 2, f"ice {number}, snow.") for number in range(5)]
    lines = [pattern.replace("nora", name).format(minute=minute, text=text) for name, minute, text in said]

    transcript = parse("\n".join(lines))

    assert [(turn.speaker, turn.text) for turn in transcript.turns] == [(name, text) for name, _, text in said]
    assert transcript.turns[0].start == TIMES[pattern]


RECORDS: dict[str, tuple[str, Said]] = {
    "what programs say in a log": (
        "10:02 <ida> hi\n10:03 -!- bo [~bo@x] has joined #ice\n10:04 <bo> oh\n10:05  * ida waves\n10:06 <ida> ok",
        [
            *(("ida", "hi", 36120.0), (UNKNOWN_SPEAKER, "-!- bo [~bo@x] has joined #ice", 36180.0), ("bo", "oh", 36240.0)),
            *((UNKNOWN_SPEAKER, "* ida waves", 36300.0), ("ida", "ok", 36360.0)),
        ],
    ),
    "an edited message": (
        "Ida Moor, 10:02 AM\nIce.\nBo Vale, 10:03 AM, Edited\nOh.\nIda Moor, 10:04 AM\nYes (edited).",
        [("Ida Moor", "Ice.", 36120.0), ("Bo Vale", "Oh.", 36180.0), ("Ida Moor", "Yes (edited).", 36240.0)],
    ),
    "who is in nobody's contacts": (
        "[04/03/2024, 10:02:11] ~ Bo: Ice.\n[04/03/2024, 10:02:12] Ida: Oh.\n[04/03/2024, 10:02:13] Bo: Yes.",
        [("Bo", "Ice.", 36131.0), ("Ida", "Oh.", 36132.0), ("Bo", "Yes.", 36133.0)],
    ),
    "questions on paper": (
        "M. Vale (Leeds):\nBonjour.\nQuestion no 36- Mme Moor:\nCombien?\nQuestion no 37--M. Okoye:\nQuand?\n"
        "M. Vale (Leeds):\nOui.",
        [
            *(("M. Vale (Leeds)", "Bonjour.", None), ("Mme Moor", "Combien?", None)),
            *(("M. Okoye", "Quand?", None), ("M. Vale (Leeds)", "Oui.", None)),
        ],
    ),
    "a reply in Sweden": (
        "Anf. 1 TALMANNEN:\nJa.\nAnf. 2 BO RAK (M):\nIs.\nAnf. 3 TALMANNEN:\nTack.\nAnf. 4 BO RAK (M) replik:\nNej.",
        [
            ("TALMANNEN", "Ja.", None),
            ("BO RAK (M)", "Is.", None),
            ("TALMANNEN", "Tack.", None),
            ("BO RAK (M)", "replik: Nej.", None),
        ],
    ),
    "a crowd in France": (
        "M. le président. La séance est ouverte.\nMme Ida Moor. Oui.\n"
        "Plusieurs députés du groupe SOC. Non !\nM. le président. Merci.",
        [
            *(("M. le président", "La séance est ouverte.", None), ("Mme Ida Moor", "Oui.", None)),
            *(("Plusieurs députés du groupe SOC", "Non !", None), ("M. le président", "Merci.", None)),
        ],
    ),
    "a call in the Knesset": (
        'היו"ר רות לב:\nשלום.\nיוסי בר:\nתודה.\nקריאה:\nבושה!\nהיו"ר רות לב:\nבבקשה.',
        [
            ('היו"ר רות לב', "שלום.", None),
            ("יוסי בר", "תודה.", None),
            ("קריאה", "בושה!", None),
            ('היו"ר רות לב', "בבקשה.", None),
        ],
    ),
    "offices behind dashes, one of them seen once": (
        "Operator\nGood day.\nIda Moor -- Quay Bank -- Analyst\nHi.\nBo Vale -- Chief Executive Officer\nOh.\n"
        "Ida Moor -- Quay Bank -- Analyst\nYes.\nOperator\nBye.",
        [
            *(("Operator", "Good day.", None), ("Ida Moor -- Quay Bank -- Analyst", "Hi.", None)),
            *(("Bo Vale -- Chief Executive Officer", "Oh.", None), ("Ida Moor -- Quay Bank -- Analyst", "Yes.", None)),
            ("Operator", "Bye.", None),
        ],
    ),
    "a conference on the net": (
        "Transcript, started at 10:02:11:\n\n<10:02:15> Ida: Ice.\n<10:02:19> Bo: Oh.\n<10:02:25> Ida: Yes.",
        [
            (UNKNOWN_SPEAKER, "Transcript, started at 10:02:11:", None),
            *(("Ida", "Ice.", 36135.0), ("Bo", "Oh.", 36139.0), ("Ida", "Yes.", 36145.0)),
        ],
    ),
    "what a chat tells of its subject": (
        '04/03/2024, 10:02 - Ida changed the subject from "a: b" to "c"\n04/03/2024, 10:03 - Ida: Hi\n'
        "04/03/2024, 10:04 - Bo: a: b\n04/03/2024, 10:05 - Ida: Oh",
        [
            (UNKNOWN_SPEAKER, 'Ida changed the subject from "a: b" to "c"', 36120.0),
            *(("Ida", "Hi", 36180.0), ("Bo", "a: b", 36240.0), ("Ida", "Oh", 36300.0)),
        ],
    ),
    "dates without a year": (
        "张三 3月4日 10:02\n早\n李四 3月4日 10:03\n好\n张三 3月4日 10:04\n是",
        [("张三", "早", 36120.0), ("李四", "好", 36180.0), ("张三", "是", 36240.0)],
    ),
    "dates without a year, in figures": (
        "张三  3/4 10:02:11\n早\n李四  3/4 10:03:11\n好\n张三  3/4 10:04:11\n是",
        [("张三", "早", 36131.0), ("李四", "好", 36191.0), ("张三", "是", 36251.0)],
    ),
    "an Arabic comma": (
        "علی، [۰۴/۰۳/۲۰۲۴ ۱۰:۰۲]\nسلام\nرضا، [۰۴/۰۳/۲۰۲۴ ۱۰:۰۳]\nبله\nعلی، [۰۴/۰۳/۲۰۲۴ ۱۰:۰۴]\nنه",
        [("علی", "سلام", 36120.0), ("رضا", "بله", 36180.0), ("علی", "نه", 36240.0)],
    ),
    "names that are links": (
        "[Ida](https://example.org/ida): Ice.\n[Bo](https://example.org/bo): Oh.\n[Ida](https://example.org/ida): Yes.",
        [("Ida", "Ice.", None), ("Bo", "Oh.", None), ("Ida", "Yes.", None)],
    ),
    "times below labels with colons": (
        "Ida: Ice\n10:02 AM\nMe: Oh: yes\nno\n10:03 AM\nIda: So\n10:04 AM",
        [("Ida", "Ice", 36120.0), ("Me", "Oh: yes no", 36180.0), ("Ida", "So", 36240.0)],
    ),
    "who joins a chat": (
        "(10:02:11) Ida: Ice\n(10:03:12) Bo: Oh\n(10:03:20) *** Nora joined the chat ***\n(10:04:13) Ida: So",
        [
            *(("Ida", "Ice", 36131.0), ("Bo", "Oh", 36192.0)),
            *((UNKNOWN_SPEAKER, "*** Nora joined the chat ***", 36200.0), ("Ida", "So", 36253.0)),
        ],
    ),
    "Armenian, whose full stop looks like a colon": (
        "Աննա: Բարի լույս:\nԴավիթ: Ո՞վ է:\nԱննա: Ես:",
        [("Աննա", "Բարի լույս:", None), ("Դավիթ", "Ո՞վ է:", None), ("Աննա", "Ես:", None)],
    ),
    "a code of a corpus without its head": (
        "*IDA: ice .\n*BOV: oh .\n*IDA: yes .",
        [("IDA", "ice .", None), ("BOV", "oh .", None), ("IDA", "yes .", None)],
    ),
    "a head above the talk": (
        "Meeting: Weekly sync\nClient: Quay Bank\nDate: 4 March\nParticipants: Ida, Bo\n\nIda: Ice.\nBo: Oh.\nIda: Yes.",
        [
            (UNKNOWN_SPEAKER, "Meeting: Weekly sync Client: Quay Bank Date: 4 March Participants: Ida, Bo", None),
            *(("Ida", "Ice.", None), ("Bo", "Oh.", None), ("Ida", "Yes.", None)),
        ],
    ),
    "a head right above the talk": (
        "Réunion : budget\nDate : 4 mars\nParticipants : Ida, Bo\nIda : Oui.\nBo : Non.\nIda : Si.",
        [
            (UNKNOWN_SPEAKER, "Réunion : budget Date : 4 mars Participants : Ida, Bo", None),
            *(("Ida", "Oui.", None), ("Bo", "Non.", None), ("Ida", "Si.", None)),
        ],
    ),
    "what a mail quotes without saying whom": (
        "From: Ida Moor <ida@example.org>\nSent: Monday, March 4, 2024 10:02 AM\nTo: Bo Vale <bo@example.org>\nSubject: Ice\n\n"
        "Yes.\n> Is it in?\nIt is.\n\nFrom: Bo Vale <bo@example.org>\nSent: Monday, March 4, 2024 9:40 AM\n"
        "To: Ida Moor <ida@example.org>\nSubject: Ice\n\nOn Mon, Mar 4, 2024 at 9:00 AM Nora Moor <nora@example.org> wrote:\n"
        "> Ice?\nPlease tell.",
        [
            *(("Ida Moor", "Yes.", 36120.0), (UNKNOWN_SPEAKER, "Is it in?", None), ("Ida Moor", "It is.", 36120.0)),
            *(("Nora Moor", "Ice?", 32400.0), ("Bo Vale", "Please tell.", 34800.0)),
        ],
    ),
}


@pytest.mark.parametrize("record", RECORDS)
def test_a_record_with_rare_labels_is_read(record: str) -> None:
    text, said = RECORDS[record]

    turns = parse(text).turns

    assert [(turn.speaker, turn.text, turn.start) for turn in turns] == said


@pytest.mark.parametrize(
    "capitals", ["GOOD DAY ALL.\nWE KNOW IT.\nTHE ICE IS IN.", "GOOD DAY. ALL.\nWE KNOW. IT IS.\nICE IS IN. OH."]
)
def test_sentences_in_capitals_name_nobody(capitals: str) -> None:
    transcript = parse(capitals)

    assert not transcript.speakers
    assert " ".join(turn.text for turn in transcript.turns) == capitals.replace("\n", " ")


HANDLES = (
    "Ida Moor",
    "icefan",
    "Ida Moor",
    "bo (quay)",
    "icefan",
    "nix",
    "Ida Moor",
    "bo (quay)",
    "Bo Vale",
    "Ida Moor",
    "icefan",
)
EVERYWHERE = [
    "{name}:{text}",
    "{name}:\n{text}",
    "{name} (00:0{minute}):\n{text}\n",
    "{name} [00:0{minute}] {text}",
    "{name}\n00:0{minute}\n{text}\n",
    "00:0{minute}\n{name}\n{text}\n",
    "**{name}** {text}",
    "### {name}\n{text}",
    "{name} — {text}",
    "{name} > {text}",
    "{name} = {text}",
    "{name}\n{text}\n",
    "{name} says: {text}",
    "{name}\n{text}\n10:0{minute} AM",
    "00:00:0{minute},000 --> 00:00:0{minute},900\n{name}\n{text}\n",
]


@pytest.mark.parametrize("pattern", EVERYWHERE)
def test_where_every_line_or_every_other_has_a_label_names_in_small_letters_are_names(pattern: str) -> None:
    said = [(name, f"ice is in, {chr(97 + number)}.") for number, name in enumerate(HANDLES)]
    lines = [pattern.format(name=name, text=text, minute=number % 10) for number, (name, text) in enumerate(said[:10])]

    turns = parse("\n".join(lines)).turns

    assert [(turn.speaker, turn.text) for turn in turns] == said[:10]


@pytest.mark.parametrize(
    ("pattern", "form"),
    [
        ("{name}\n{text}\n", "name alone"),
        ("{name}\n00:0{minute}\n{text}\n", "name and time"),
        ("00:0{minute}\n{name}\n{text}\n", "time and name"),
        ("00:00:0{minute},000 --> 00:00:0{minute},900\n{name}\n{text}\n", "name alone"),
    ],
)
def test_a_name_that_somebody_says_is_not_lost(pattern: str, form: str) -> None:
    said = [
        ("Ida Moor", "We begin."),
        ("Bo Vale", "Ida Moor"),
        ("Ida Moor", "Yes."),
        ("Bo Vale", "Nora, Ida"),
        ("Ida Moor", "Bo"),
    ]
    lines = [pattern.format(name=name, text=text, minute=number) for number, (name, text) in enumerate(said)]

    transcript = parse("\n".join(lines))

    assert [(turn.speaker, turn.text) for turn in transcript.turns] == said
    assert transcript.report.labels == form


@pytest.mark.parametrize("pattern", ["<{name}> {text}", "{name} > {text}", "{name}:{text}", "10:02:03 From {name} : {text}"])
def test_a_label_may_be_as_long_as_an_office(pattern: str) -> None:
    office = "Dr. Ida Moor, Bundesministerin für Ernährung, Landwirtschaft und Verbraucherschutz (Leeds)"
    said = [("Bo Vale", "Ice."), (office, "Snow, then."), ("Bo Vale", "Yes."), ("Bo Vale", "No.")]

    turns = parse("\n".join(pattern.format(name=name, text=text) for name, text in said)).turns

    assert [(turn.speaker, turn.text) for turn in turns] == said


def test_a_name_and_a_time_behind_a_dash_are_no_name_and_words() -> None:
    said = [("Grad B", "OK - then."), ("PhD F", "True - so."), ("Grad B", "ice - snow")] * 3
    lines = [f"{name} — Today at 10:0{number} AM\n{text}" for number, (name, text) in enumerate(said)]

    turns = parse("\n".join(lines)).turns

    assert [(turn.speaker, turn.text) for turn in turns] == said


def test_a_name_may_end_as_a_word_for_to_and_a_number_may_stand_behind_a_glued_colon() -> None:
    chat = "10:02:03 From PhD A to Everyone:\n\tIce.\n10:02:05 From PhD F to Everyone:\n\tSnow."
    glued = "P1:700 of them.\nP2:Oh, really?\nP1:80 then."

    assert [(turn.speaker, turn.text) for turn in parse(chat).turns] == [("PhD A", "Ice."), ("PhD F", "Snow.")]
    assert [turn.speaker for turn in parse(glued).turns] == ["P1", "P2", "P1"]


def test_a_link_within_words_is_kept() -> None:
    lines = [
        "[00:03] Ida: See [this](https://example.org/x).",
        "[00:05] Bo: [That](https://example.org/y)?",
        "[00:08] Ida: Yes.",
    ]

    assert [turn.text for turn in parse("\n".join(lines)).turns][:2] == [
        "See [this](https://example.org/x).",
        "[That](https://example.org/y)?",
    ]


@pytest.mark.parametrize("before", ["[00:00:0{number}] ", "0:0{number} ", "- ", ""])
def test_sounds_that_come_again_are_nobodys_names(before: str) -> None:
    said = [
        "Mm - hmm .",
        "I would move the lamp .",
        "Mm - hmm .",
        "Uh - huh .",
        "Yeah .",
        "We can try .",
        "Uh - huh .",
        "Mm - hmm .",
    ]

    transcript = parse("\n".join(before.format(number=number) + text for number, text in enumerate(said)))

    assert {turn.speaker for turn in transcript.turns} == {UNKNOWN_SPEAKER}


def test_a_dash_before_names_with_a_dash_is_no_part_of_them() -> None:
    transcript = parse("\n".join(f"- {name} - {text}" for name, text in TALK))

    assert [(turn.speaker, turn.text) for turn in transcript.turns] == list(TALK)
