"""Fields, entries and paragraphs of documents whose heads come again name nobody; people who are called like them speak."""

from __future__ import annotations

from itertools import cycle

import pytest

from app.transcript import parse
from app.transcript.turn import UNKNOWN_SPEAKER

TERMS = ("Anchor", "Bow", "Deck", "Hull", "Keel", "Mast", "Oar", "Rudder", "Sail")
PROSE = "The quay is closed and the ships wait outside."


def entries(*heads: str, times: int = 6, pattern: str = "{}: " + PROSE, between: str = "") -> str:
    entry = "\n".join(pattern.format(head) for head in heads)
    return f"\n{between}\n".join([entry] * times)


DOCUMENTS = {
    "in the same order": entries("Buyer", "Seller", "Price", "Delivery"),
    "in the same order, without blank lines": "\n".join([entries("United", "Rovers", "Attendance", "Scorers", times=1)] * 5),
    "weather": entries("North", "South", "Outlook", between=PROSE),
    "minutes": entries("Discussion", "Beschluss", "Aufgabe"),
    "Russian": entries("Цель", "Задача", "Решение"),
    "Chinese": entries("用途", "方法", "材料", pattern="{}：船在外面等待。"),
    "French": entries("Arguments pour", "Arguments contre", "Bilan", between=PROSE),
    "brackets": entries("Note", "Menu", "Warning", pattern="[{}] " + PROSE, between=PROSE),
    "keys": entries("F1", "F2", "OK", pattern="[{}] " + PROSE),
    "days": "\n".join(f"Day {n}: {PROSE}\nLunch: {PROSE}" for n in range(8)),
    "hypotheses": "\n".join(f"{PROSE}\nHypothesis {n}: {PROSE}\nLimitations: {PROSE}" for n in range(8)),
    "a quiz": "\n\n".join(f"{n}. Where is it?\nAnswer: C\nExplanation: {PROSE}" for n in range(9)),
    "a numbered quiz": "\n".join(f"Frage {n}: Wo ist es?\na: hier\nb: dort\nRichtig: b" for n in range(9)),
    "news": "\n\n".join(f"{place}: {PROSE}\n{PROSE}" for place in ("LONDON", "New Delhi", "PARIS", "LONDON", "New Delhi")),
    "agencies": "\n\n".join(f"{place} - {PROSE}" for place in ("LYON (AFP)", "BREST", "GENÈVE", "LYON (AFP)", "BREST")),
    "news behind full stops": "\n\n".join(f"{place}. {PROSE}" for place in ("МОСКВА", "КИЕВ", "МОСКВА", "МИНСК", "КИЕВ")),
    "terms": "\n".join(f"{term}: A part of a ship. {PROSE}" for term in TERMS),
    "a dictionary": "\n".join(f"{word} [x] noun: {PROSE}" for word in ("quay", "ship", "quay", "rope", "ship") * 3),
    "a chorus": f"{PROSE}\n{PROSE}\n\nCoro:\n{PROSE}\n\n" * 6,
    "programs of a machine": "\n".join(
        f"Jan  2 10:00:{n:02d} host1 {name}: link is up"
        for n, name in enumerate(["kernel", "systemd", "dbus-daemon", "kernel"] * 5)
    ),
    "levels of a thread": "\n".join(f"[10:00:{n:02d}] [Server thread/INFO]: Preparing" for n in range(20)),
    "parts of a server": "\n".join(
        f"2026-01-02 10:00:{n:02d} INFO {name}: link is up" for n, name in enumerate(["Server", "Worker", "Server"] * 5)
    ),
    "a programme": "\n".join(f"{17 + n // 4}:{n % 4}5 {what}: {PROSE}" for n, what in enumerate(["News", "Quiz", "News"] * 4)),
    "keys of JSON": entries("Output", "Status", "Name", pattern='"{}": "the quay",'),
    "keys of a program": entries("GroupScope", "SAMAccountName", "flowLogId", pattern="{}: global"),
    "heads of mails": entries("Content-Type", "MIME-Version", "X-Loop", "Sender", pattern="{}: text/plain"),
    "numbers of issues": "\n".join(f"- Issue #{27000 + n % 9}: {PROSE}" for n in range(20)),
    "links in brackets": "\n".join(f"{PROSE}\n(`#{n % 3} <https://quay.example/{n % 3}>`_)" for n in range(9)),
    "code in brackets": "\n".join(f"{PROSE}\n['first', 'second']" for _ in range(9)),
    "tags": "\n".join(f'<a href="quay">{PROSE}\n<img src="x"> {PROSE}' for _ in range(9)),
    "years": "\n".join(f"<{2000 + n % 5}> Ann Lee, of the quay" for n in range(12)),
    "rights": "\n".join(f"(C) {2000 + n} Ann Lee\n{PROSE}" for n in range(9)),
    "versions": "\n".join(f"(Spec 1.{n % 3}) {PROSE}" for n in range(9)),
    "a full name among heads": entries("Discussion", "Decision", "Outcome", "Action") + f"\nToday's Topics: {PROSE}",
    "verses": "\n".join(f"{book} {3 - n % 3}:16 {PROSE}" for n, book in enumerate(["John", "Luke"] * 6)),
}


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_the_heads_of_a_document_name_nobody(kind: str) -> None:
    assert parse(DOCUMENTS[kind]).speakers == {}


def test_what_stands_in_brackets_between_lines_of_a_film_is_no_speaker() -> None:
    text = f"ANNA\n{PROSE}\n\n(quietly)\n{PROSE}\n\nBORIS\n{PROSE}\n\n(a beat)\n{PROSE}\n\n" * 8

    assert parse(text).speakers == {"ANNA": 8, "BORIS": 8}


TALK = ("I think we wait.", "Who has the key?", "Thanks, I do.", "The quay is closed.", "We open in May.")
PEOPLE = {
    "called like fields": ("North", "Price", "Gold"),
    "at places": ("London", "Paris", "Austin"),
    "one by one": ("Ann", "Bo", "Cy", "Discussion"),
    "in the order of the alphabet": ("Alice", "Bob", "Carol", "Dan", "Eve", "Frank", "Grace", "Heidi", "Ivan", "Judy"),
    "of teams": ("Marketing", "Sales", "Budget"),
}


@pytest.mark.parametrize("names", PEOPLE.values(), ids=PEOPLE)
@pytest.mark.parametrize("pattern", ["{}: {}", "[{}] {}", "**{}:** {}"])
def test_who_says_i_and_asks_is_a_speaker(names: tuple[str, ...], pattern: str) -> None:
    said = list(zip(names * 3, cycle(TALK), strict=False))

    turns = parse("\n".join(pattern.format(name, text) for name, text in said)).turns

    assert [(turn.speaker, turn.text) for turn in turns] == said


def test_a_full_name_speaks_beside_fields_in_the_same_order() -> None:
    text = f"Nora Vale: {PROSE}\nTunde Okoye: {PROSE}\nAction: the ropes.\nDeadline: Friday\n" * 4

    assert parse(text).speakers["Nora Vale"] == parse(text).speakers["Tunde Okoye"] == 4


@pytest.mark.parametrize("names", [("ann", "bo"), ("ann", "bo_77"), ("анна", "вера"), ("léa", "mo")])
@pytest.mark.parametrize("pattern", ["{}: {}", "- {}: {}", "[10:00:0{n}] {}: {}"])
def test_names_in_small_letters_that_come_again_are_speakers(names: tuple[str, str], pattern: str) -> None:
    said = list(zip(names * 3, ("hello", "the quay is closed", "since when?", "since may"), strict=False))

    turns = parse("\n".join(pattern.format(name, text, n=n) for n, (name, text) in enumerate(said))).turns

    assert [(turn.speaker, turn.text) for turn in turns] == said


def test_a_name_in_small_letters_is_a_speaker_though_it_comes_once_among_labels_alone() -> None:
    said = [("ann", "hello"), ("bo", "hi"), ("ann", "the quay is closed"), ("cy", "since when?")]

    turns = parse("\n".join(f"{name}: {text}" for name, text in said)).turns

    assert [(turn.speaker, turn.text) for turn in turns] == said


def test_words_in_small_letters_that_come_once_name_nobody() -> None:
    assert parse("width: full\nheight: half\nshade: deep").speakers == {}


NEUTRAL = ("The quay is closed.", "It opens in May.")  # nobody says "I"


def turns_of(names: tuple[str, ...], pattern: str = "{}: {}", talk: tuple[str, ...] = NEUTRAL) -> list[tuple[str, str]]:
    """Who says what, as it is read, of people who speak twice in turn."""
    said = zip(names * 2, cycle(talk), strict=False)
    turns = parse("\n".join(pattern.format(name, text) for name, text in said)).turns
    return [(turn.speaker, turn.text) for turn in turns]


@pytest.mark.parametrize(
    "names",
    [
        ("speaker 1", "speaker 2"),
        ("agent ann", "agent bo"),
        ("lee ann", "lee bo"),
    ],
)
@pytest.mark.parametrize("pattern", ["[2024-03-04 10:00:00] {}: {}", "04/03/2024, 10:00 - {}: {}"])
def test_names_in_small_letters_with_the_same_first_word_are_no_programs(names: tuple[str, ...], pattern: str) -> None:
    assert [name for name, _ in turns_of(names, pattern)] == [*names, *names]


HEADS = {
    "English": "Title: Weekly\nDate: 4 March 2024\nTime: 10:00\nLocation: Room 4\nDuration: 20 minutes\nLanguage: English\n"
    "Subject: Release\nStatus: final",
    "German": "Titel: Woche\nDatum: 4. März\nUhrzeit: 10:00\nOrt: Raum 4\nDauer: 20 Minuten\nSprache: Deutsch\n"
    "Thema: Ausgabe\nStatus: fertig\nBeschluss: keiner\nZiel: Mai\nFrist: Mai",
}


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_a_head_of_fields_takes_nothing_from_those_who_speak_below(head: str) -> None:
    talk = "Ann: The quay is closed.\nBo: It is nearly done.\nAnn: It opens in May.\nBo: On Friday."

    assert parse(f"{head}\n\n{talk}").speakers == {"Ann": 2, "Bo": 2}


def test_a_foot_of_fields_takes_nothing_from_those_who_spoke_above() -> None:
    foot = "\n".join(f"Decision: the quay closes at {n}." for n in range(8))

    speakers = parse(f"Ann: It is closed.\nBo: It opens in May.\nAnn: Good.\nBo: On Friday.\n\n{foot}").speakers

    assert speakers["Ann"] == speakers["Bo"] == 2


def test_numbered_tables_speak_behind_times() -> None:
    names = ("Table 1", "Table 2", "Table 3")

    assert [name for name, _ in turns_of(names, "[10:00:00] {}: {}")] == [*names, *names]


def test_a_moderator_speaks_beside_numbered_tables() -> None:
    tables = "\n".join(f"Table {n}: {PROSE}" for n in range(1, 4))

    assert parse(f"Moderator: {PROSE}\n{tables}\nModerator: {PROSE}\n{tables}").speakers == {"Moderator": 2}


@pytest.mark.parametrize(
    "names",
    [
        ("Unit 12", "Dispatch", "Unit 7"),
        ("Unit 12", "Unit 7"),
        ("Director", "Camera 1", "Camera 2"),
        ("Judge", "Model A", "Model B"),
        ("Interviewer", "Worker 1", "Worker 2"),
        ("Server 1", "Server 2"),
        ("user-ann", "user-bo"),
        ("x-ray99", "access-control"),
        ("Mr Lee (PAP)", "Ms Tan (WP)", "Mr Low (PAP)"),
        ("Ann Lee (AP)", "Bo Ray (Reuters)", "Cy Fox (dpa)"),
        ("LEE (PAP)", "TAN (WP)", "LOW (PAP)"),
        ("Smith (AP)", "Jones (Reuters)", "Brown (AFP)"),
        ("BERLIN", "HAMBURG", "KÖLN"),
        ("North", "South", "North", "Ann"),
        ("Ann/INFO", "Bo/SALES", "Cy/HR"),
    ],
    ids=", ".join,
)
def test_people_with_such_names_speak(names: tuple[str, ...]) -> None:
    assert [name for name, _ in turns_of(names)] == [*names, *names]


@pytest.mark.parametrize(
    "said",
    [
        *("J'ai fini.", "Jag är klar.", "Jeg er færdig.", "Raporu bitirdim.", "Sayfayı açıyorum.", "Skończyłem raport."),
        *("Já jsem hotov.", "من گزارش را تمام کردم."),
    ],
)
def test_people_who_are_called_like_fields_speak_of_themselves(said: str) -> None:
    assert [name for name, _ in turns_of(("Gold", "North"), talk=(said, "1 2 3."))] == ["Gold", "North"] * 2


def test_first_names_in_the_order_of_the_alphabet_speak() -> None:
    people = ("Adam", "Bea", "Carl", "Dora", "Eve", "Finn", "Gus", "Hal")

    assert parse("\n".join(f"{name}: The page is done." for name in people)).speakers == dict.fromkeys(people, 1)


@pytest.mark.parametrize("text", ["A developer from Leeds.", "Aye."])
def test_people_in_the_order_of_the_alphabet_speak(text: str) -> None:
    people = ("Adam Smith", "Bea Cole", "Carl Moor", "Dora Vale", "Eve Hill", "Finn Ray", "Gus Low", "Hal Fox")

    assert parse("\n".join(f"{name}: {text}" for name in people)).speakers == dict.fromkeys(people, 1)


def test_people_in_brackets_with_small_letters_speak() -> None:
    said = ["(ann)\nhello there", "(bob)\nhi ann", "(ann)\nthe quay is closed", "(bob)\nsince when"]

    assert parse("\n\n".join(said)).speakers == {"ann": 2, "bob": 2}


def test_who_is_called_by_the_letter_of_rights_speaks() -> None:
    assert parse("(C) 3 ropes are there.\n(A) Good.\n(C) 4 ships too.\n(C) 20 men.").speakers == {"C": 3, "A": 1}


def test_what_stands_once_in_brackets_below_a_name_is_no_name() -> None:
    assert parse("ANN\n(quietly)\nHello.\n\nBO\nHi.\n\nANN\nGo.\n\nBO\nOk.\n").speakers == {"ANN": 2, "BO": 2}


@pytest.mark.parametrize(
    "names", [("North", "East", "South", "West"), ("Gold", "Silver"), ("Nord", "Süd", "Ost")], ids=", ".join
)
@pytest.mark.parametrize("pattern", ["{}: {}", "{}: {}\n", "[{}] {}"])
def test_people_who_are_all_called_like_fields_speak_in_turn(names: tuple[str, ...], pattern: str) -> None:
    assert [name for name, _ in turns_of(names, pattern, ("Pass.", "One club."))] == [*names, *names]


NOTED = {
    "colon": "{}: {}",
    "brackets": "[{}] {}",
    "bold": "**{}:** {}",
    "alone": "{}:\n{}\n",
    "times": "[10:0{n}:00] {}: {}",
    "time alone": "{}  0:0{n}\n{}\n",
}


@pytest.mark.parametrize("note", ["Decision", "Beschluss", "Åtgärd", "決定"])
@pytest.mark.parametrize("pattern", NOTED.values(), ids=NOTED)
def test_what_is_noted_between_those_who_speak_is_nobodys(pattern: str, note: str) -> None:
    said = [("Ann", "The quay is closed."), ("Bo", "Since May."), (note, "It stays closed."), ("Ann", "And now the ropes.")]
    said += [("Bo", "They are old."), (note, "New ropes are bought."), ("Ann", "That was all.")]

    transcript = parse("\n".join(pattern.format(name, text, n=n) for n, (name, text) in enumerate(said)))

    assert transcript.speakers == {"Ann": 3, "Bo": 2}
    assert [turn.speaker for turn in transcript.turns][2] == UNKNOWN_SPEAKER
    assert note in transcript.turns[2].text
    assert transcript.turns[2].text.endswith("It stays closed.")
    assert f"1 label is taken for notes between what is said: {note}" in transcript.record()["warnings"]


def test_who_is_given_as_a_speaker_is_no_note() -> None:
    text = "Ann: It is closed.\nTask: Since May.\nBo: Good.\n" * 2

    assert parse(text, speakers=["Task"]).speakers == {"Ann": 2, "Task": 2, "Bo": 2}
