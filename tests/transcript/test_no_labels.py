"""What has colons, times and names and is no talk: lists, forms, letters, logs, prose. Nobody says it, and nothing is lost."""

from __future__ import annotations

import pytest

from app.transcript import UNKNOWN_SPEAKER, parse

NOBODY = UNKNOWN_SPEAKER
TEXTS = {
    "recipe": "Cakes\nServes: 4\nFlour: 200 g\nMilk: 300 ml\nEggs: 2\nSalt: a pinch\nMix, and fry in butter.\nTip: keep warm.",
    "scores": "Fifth round\nKiel: 12 points\nBern: 9 points\nOslo: 7 points\nRome: 4 points\nSunday at 15:30.",
    "letter": "12 High Street\n\nTo: Ms. Ann Lee\nFrom: Tom Reed\nRe: Your order\nPhone: 555\n\nDear Ms. Lee,\n\nWe send it.",
    "addresses": "Name: Ann Lee\nStreet: 12 High Street\nCity: York\n\nName: Tom Reed\nStreet: 4 Low Road\nCity: Leeds",
    "glossary": "API: a set of calls.\nTCP: a protocol.\nXML: a format of text.\nYAML: another one.",
    "list": "To do:\n- Buy: milk, bread\n- Call: the plumber\n- Buy: stamps\n- Read: chapter 3",
    "timetable": "Train 7:15 Kiel\nTrain 8:15 Hamburg\nBus 9:05 Bern\nTrain 10:15 Kiel\nBus 11:05 Bern",
    "log": "ERROR: disk is full\nWARNING: slow answer\nERROR: no route\nINFO: started\nWARNING: slow answer",
    "numbers of processes": "2026-01-05T10:00:01Z kai sshd[11]: key of ann\n2026-01-05T10:00:02Z kai init[1]: session 12\n"
    "2026-01-05T10:00:03Z kai sshd[14]: no password\n"
    "2026-01-05T10:00:04Z kai kernel: eth0: up\n2026-01-05T10:00:06Z kai init[1]: ended",
    "levels": "2026-01-05 10:00:01,123 INFO app.main: ready\n2026-01-05 10:00:02,123 WARNING app.db: slow query\n"
    "2026-01-05 10:00:03,123 INFO app.main: ready\n2026-01-05 10:00:04,123 INFO app.db: slow again",
    "addresses of machines": '10.0.0.1 - - [05/Jan/2026:10:00:01 +0000] "GET / HTTP/1.1" 200\n'
    '10.0.0.2 - - [05/Jan/2026:10:00:02 +0000] "GET /a HTTP/1.1" 404\n'
    '10.0.0.1 - - [05/Jan/2026:10:00:03 +0000] "GET /b HTTP/1.1" 200',
    "causes": "Error: the gate failed\nCaused by: the lock\n at Gate(12)\nCaused by: the key\n at Key(3)\nCaused by: rust",
    "prose": "It was late.\nShe left at 10:30.\n" * 6 + "Volume Two: the end of it.\n" + "It was late.\nHe came.\n" * 6,
    "agenda": "Question 1: the budget.\nIt was read.\nQuestion 2: the quay.\nIt was read.\nQuestion 3: ice.\nNone came.",
}


@pytest.mark.parametrize("kind", TEXTS)
def test_what_is_no_talk_names_nobody(kind: str) -> None:
    transcript = parse(TEXTS[kind])

    assert [(turn.speaker, turn.text) for turn in transcript.turns] == [(NOBODY, " ".join(TEXTS[kind].split()))]
    assert transcript.report.warnings == ("no speakers found",)


@pytest.mark.parametrize(
    "words", [("Question", "Answer"), ("Frage", "Antwort"), ("Pregunta", "Respuesta"), ("Вопрос", "Ответ")]
)
@pytest.mark.parametrize("pattern", ["{}: {}", "**{}:** {}\n", "[00:0{2}] {0}: {1}"])
def test_numbered_questions_between_answers_are_asked(words: tuple[str, str], pattern: str) -> None:
    asked, answered = words
    said = [
        (f"{asked} 1", "When did it come?"),
        (answered, "At ten."),
        (f"{asked} 2", "And the salt?"),
        (answered, "None came."),
        (f"{asked} 3", "Why?"),
        (answered, "I do not know."),
    ]
    text = "\n".join(pattern.format(name, words, place) for place, (name, words) in enumerate(said))

    assert [(turn.speaker, turn.text) for turn in parse(text).turns] == said


@pytest.mark.parametrize("sign", [".", ":"])
def test_numbers_of_questions_and_answers_are_no_part_of_who_speaks(sign: str) -> None:
    text = f"Q11{sign} Where were you?\nA11{sign} At home.\nQ12{sign} When?\nA12{sign} At nine."

    assert [(turn.speaker, turn.text) for turn in parse(text).turns] == [
        ("Q", "Where were you?"),
        ("A", "At home."),
        ("Q", "When?"),
        ("A", "At nine."),
    ]


def test_counts_are_said_by_who_says_much_besides() -> None:
    said = [("Ann", "How many came?"), ("Bob", "12 ships"), ("Ann", "And went?"), ("Bob", "9"), ("Ann", "Good, thanks.")]

    assert [(turn.speaker, turn.text) for turn in parse("\n".join(f"{who}: {text}" for who, text in said)).turns] == said


def test_a_second_one_who_asks_is_another() -> None:
    said = [("Q", "When?"), ("A", "At ten."), ("Q2", "And the salt?"), ("A", "None."), ("Q2", "Why?"), ("A", "Ask Bo.")]

    assert [(turn.speaker, turn.text) for turn in parse("\n".join(f"{who}: {text}" for who, text in said)).turns] == said
