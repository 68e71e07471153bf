"""Fields, entries and paragraphs of documents whose heads come again name nobody; people who are called like them speak."""

from __future__ import annotations

from itertools import cycle

import pytest

from app.transcript import parse

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
