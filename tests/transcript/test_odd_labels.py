"""Labels with signs of their own: roles in brackets before names, entities, full stops, words that were cut short."""

from __future__ import annotations

import pytest

from app.transcript import UNKNOWN_SPEAKER, parse

NOBODY = UNKNOWN_SPEAKER
WITHIN = "Ann: Ice is in.\nBob: Good.\n{line}\nBob: Go on.\nAnn: Fine."


def turns(text: str) -> list[tuple[str, str]]:
    return [(turn.speaker, turn.text) for turn in parse(text).turns]


@pytest.mark.parametrize(
    ("line", "first", "second"),
    [
        ("Ann: So— [crosstalk] Bob: wait.", "So— [crosstalk]", "wait."),
        ("Ann: So (laughter) Bob: me too.", "So (laughter)", "me too."),
        ("Ann: What I wanted was— Bob: Wait.", "What I wanted was—", "Wait."),
        ("Ann: What I wanted was-- Bob: Wait.", "What I wanted was--", "Wait."),
    ],
)
def test_a_speaker_who_cuts_in_speaks(line: str, first: str, second: str) -> None:
    assert turns(WITHIN.format(line=line))[2:4] == [("Ann", first), ("Bob", second)]


@pytest.mark.parametrize(
    "said",
    [
        "I asked [looks at him] and then Bob: silence.",
        "I asked [as I said] Bob: silence.",
        "My brother — Bob: no.",
        "He wrote to Jean-Bob: No.",
    ],
)
def test_a_name_that_is_said_within_a_line_speaks_not(said: str) -> None:
    assert turns(WITHIN.format(line=f"Ann: {said}"))[2] == ("Ann", said)


@pytest.mark.parametrize(
    "pattern",
    [
        "{name}: {said}",
        "{name}:\n{said}\n",
        "[00:00:0{second}] {name}: {said}",
        "00:00:0{second} {name}\n{said}\n",
        "{name}\n{said}\n",
        "00:00:0{second}\n{name}\n{said}\n",
    ],
)
@pytest.mark.parametrize(
    "names",
    [
        ("(Chair) Ida Moor", "(Finance) Bo Vale", "(Legal) Una Reed"),
        ("Ida Moor, Acme Inc.", "Bo Vale, Quay LLC", "Una Reed, Salt Co."),
        ("I. M.", "B. V.", "U. R."),
    ],
)
def test_a_role_before_and_a_full_stop_behind_are_of_the_name(names: tuple[str, ...], pattern: str) -> None:
    texts = (
        "Ice is in.",
        "When did it come?",
        "At 10:30, by ship.",
        "And the salt: none?",
        "None.",
        "Good.",
        "Then go.",
        "I go.",
    )
    said = [(names[place], text) for place, text in zip((0, 1, 0, 2, 1, 0, 2, 1), texts, strict=True)]

    lines = (pattern.format(name=name, said=text, second=second) for second, (name, text) in enumerate(said))

    assert turns("\n".join(lines)) == said


def test_brackets_before_a_remark_name_the_speaker() -> None:
    said = [("花子", "Note: ice."), ("太郎", "Note: ice."), ("花子", "Note: ice."), ("太郎", "Note: ice.")]

    assert turns("\n".join(f"[{name}] {text}" for name, text in said)) == said


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("[{}] Ice is in.", ("Speaker:0", "Speaker:1")),
        ("[{}] Ice is in.", ("Speaker: 0", "Speaker: 1")),
        ("［{}］ 氷が来た。", ("田中", "鈴木")),
        ("〔{}〕氷が来た。", ("田中", "鈴木")),
    ],
)
def test_a_colon_within_brackets_and_wide_ones_are_of_a_label(pattern: str, names: tuple[str, str]) -> None:
    text = "\n".join(pattern.format(name) for name in (*names, names[0]))

    assert [name for name, _ in turns(text)] == [*names, names[0]]


def test_entities_in_labels_are_read_and_in_speech_about_them_kept() -> None:
    text = "M&uuml;ller: You write &amp; for R&D.\nA &amp; B: Yes.\nM&uuml;ller: And &lt;?\nA &amp; B: Yes."

    assert turns(text) == [
        ("Müller", "You write &amp; for R&D."),
        ("A & B", "Yes."),
        ("Müller", "And &lt;?"),
        ("A & B", "Yes."),
    ]


def test_marks_of_direction_within_a_date_hide_no_time() -> None:
    text = "\n".join(
        f"12\u200f/3\u200f/2024, 10:0{minute} ص - {words}"
        for minute, words in enumerate(("Ann Lee: Hi.", "Bob: Yo.", "Ann Lee: Ok\nsecond line: here", "Bob: Bye."))
    )

    assert turns(text) == [("Ann Lee", "Hi."), ("Bob", "Yo."), ("Ann Lee", "Ok second line: here"), ("Bob", "Bye.")]


@pytest.mark.parametrize("words", [("開始", "宛先", "全員"), ("시작", "수신자", "모두"), ("来自", "到", "所有人")])
def test_chats_of_calls_in_east_asia_have_a_sender(words: tuple[str, str, str]) -> None:
    sent, to, everyone = words
    text = "\n".join(
        f"10:02:1{place} {sent} {name} {to} {everyone} : Ice." for place, name in enumerate(("Ann Lee", "Bo", "Ann Lee"))
    )

    assert [name for name, _ in turns(text)] == ["Ann Lee", "Bo", "Ann Lee"]


def test_entities_of_a_text_that_was_escaped_are_read_and_counted() -> None:
    transcript = parse("O&#39;Neil: I&#39;m in R&amp;D.\nRen&eacute;e: &quot;Ice&quot;, it&nbsp;is.\nO&#39;Neil: Yes.")

    assert [(turn.speaker, turn.text) for turn in transcript.turns] == [
        ("O'Neil", "I'm in R&D."),
        ("Renée", '"Ice", it is.'),
        ("O'Neil", "Yes."),
    ]
    assert "8 entities of HTML are read as the signs that they stand for" in transcript.report.warnings


def test_who_speaks_of_entities_is_told_as_it_was_said() -> None:
    said = [("Ann", "Write &amp; for it."), ("Bob", "And &lt; for less."), ("Ann", "Yes."), ("Bob", "Good.")]

    assert turns("\n".join(f"{who}: {text}" for who, text in said)) == said


TALK = ("When did it come?", "At 10:30, by ship.", "And the salt: none?", "None.", "Good.", "As the chair said: we go.")
FORMS = [
    "{name}: {said}",
    "{name} : {said}",
    "{name}:\n{said}",
    "**{name}:** {said}\n",
    "**{name}**\n\n{said}\n",
    "### {name}\n{said}\n",
    "[{name}]: {said}",
    "[00:00:0{second}] {name}: {said}",
    "12.03.24, 10:0{second} - {name}: {said}",
    "{name} (00:00:0{second}):\n{said}\n",
]


@pytest.mark.parametrize("pattern", FORMS)
@pytest.mark.parametrize(
    "names",
    [
        ("IT", "Bo Vale"),
        ("You", "Bo Vale"),
        ("Ich", "Er"),
        ("Q", "Bo Vale"),
        ("Dr. Ida [Acme]", "Mr. Bo | Quay"),
        ("Mr. Ida C. van der Berg 2", "Rev. Bo (Ext.)"),
        ("Ida | Acme", "Bo | Quay"),
        ("Ida, CEO", "Bo, CFO"),
    ],
)
def test_names_with_signs_of_other_forms_come_back(names: tuple[str, str], pattern: str) -> None:
    said = [(names[place % 2], text) for place, text in enumerate(TALK)]

    assert (
        turns("\n".join(pattern.format(name=name, said=text, second=place) for place, (name, text) in enumerate(said))) == said
    )


@pytest.mark.parametrize("word", ["That", "When", "Wenn", "Quand", "It"])
def test_words_that_open_clauses_name_nobody(word: str) -> None:
    text = f"Ann: Ice.\n{word}: no ice.\nBob: Go.\n{word}: salt.\nAnn: Good.\nBob: Yes."

    assert {speaker for speaker, _ in turns(text)} == {"Ann", "Bob"}


def test_what_stands_below_q_alone_is_said_whatever_colons_it_holds() -> None:
    said = [("Q", "First: yes."), ("Bo Vale", "A & B, 5 < 6."), ("Q", "First: no."), ("Bo Vale", "A & C.")]

    assert turns("\n".join(f"{name}:\n{text}" for name, text in said)) == said


def test_letters_of_georgian_are_no_small_ones() -> None:
    assert turns("Ida: Ice. Bo: კარგი.\nBo: Yes.\nIda: Go.")[:2] == [("Ida", "Ice."), ("Bo", "კარგი.")]


@pytest.mark.parametrize("names", [("Ida Moor", "Bo Vale"), ("Ida | Quay", "Bo | Quay"), ("Ida Moor", "Bo | Quay")])
def test_a_clause_below_a_name_alone_is_no_part_of_it(names: tuple[str, str]) -> None:
    texts = ("Ice is in.", "note: it is late.", "Good.", "Go on.", "I told Bob: no way.", "so note: none.")
    said = [(names[place % 2], text) for place, text in enumerate(texts)]

    assert turns("\n".join(f"{name}\n{text}\n" for name, text in said)) == said


@pytest.mark.parametrize("name", ["Vecino 2º B", "Vecina 3.ª A", "Inquilino 1º"])
def test_the_door_of_a_flat_is_part_of_a_name(name: str) -> None:
    said = [("Inés", "El ascensor no va."), (name, "Falta la factura."), ("Inés", "Se añade."), ("Luis", "Bien.")]

    turns = parse("\n".join(f"{who}: {text}" for who, text in said)).turns

    assert [(turn.speaker, turn.text) for turn in turns] == said
