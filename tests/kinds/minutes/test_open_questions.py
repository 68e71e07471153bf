"""What is left open, with what it is about; votes, and items of the agenda."""

from __future__ import annotations

import pytest

from tests.kinds.minutes.test_tasks import items_of


def texts(talk: str, language: str, kind: str) -> list[str]:
    return [item["text"] for item in items_of(talk, language, kind)]


@pytest.mark.parametrize(
    ("language", "talk", "text"),
    [
        (
            "en",
            "Tom : What about the customers on the old API? There are forty.\nDana : I honestly don't know. Ask Yusuf.\n"
            "Tom : So that's open.",
            "What about the customers on the old API? \u2026 \u2014 So that's open.",
        ),
        (
            "fr",
            "Luc : Sa fille demande quand elle sort de l'hôpital.\nAnne : On ne peut pas encore le dire.",
            "Sa fille demande quand elle sort de l'hôpital. \u2014 On ne peut pas encore le dire.",
        ),
        (
            "de",
            "Jan : Wer bezahlt eigentlich das neue Tor?\nAnna : Das ist noch offen.",
            "Wer bezahlt eigentlich das neue Tor? \u2014 Das ist noch offen.",
        ),
        ("en", "Ann : The roof leaks.\nBob : Nobody knows who has the padlock.", "Nobody knows who has the padlock."),
    ],
)
def test_what_is_left_open_is_told_with_what_it_is_about(language: str, talk: str, text: str) -> None:
    assert text in texts(talk, language, "question")


def test_a_question_that_was_answered_is_not_what_is_open() -> None:
    talk = "Ann : Can we paint the fence on Sunday?\nBob : Yes, we can.\nAnn : The boiler is broken.\nBob : That's still open."

    assert texts(talk, "en", "question") == ["The boiler is broken. \u2014 That's still open."]


def test_who_calls_for_a_vote_leaves_nothing_open() -> None:
    talk = (
        "Ann : I move that we buy the red van.\nCleo : Seconded.\n"
        "Bob : Good. All those in favour of Councillor Baines's motion? Against? That's seven to two, carried."
    )

    assert texts(talk, "en", "question") == []
    assert texts(talk, "en", "decision") == ["I move that we buy the red van. \u2014 That's seven to two, carried."]


def test_the_next_item_is_no_part_of_a_decision() -> None:
    talk = "Ann : The bench stays where it is.\nBob : Then that's decided. Item five, the library roof. It leaks."

    assert all("Item five" not in text for text in texts(talk, "en", "decision"))


def test_one_answer_to_two_sentences_is_one_task() -> None:
    talk = "Ana : Entonces hay que pedir el permiso esta semana. ¿Quién lo pide?\nIván : Lo pido yo mañana."

    assert texts(talk, "es", "action") == ["Entonces hay que pedir el permiso esta semana. \u2014 Lo pido yo mañana."]


def test_an_answer_goes_to_what_its_speaker_was_asked_or_speaks_of() -> None:
    talk = (
        "Claire : Sophie, tu contactes le directeur ? Et Karim, tu trouves deux bénévoles.\nSophie : Je l'appelle demain.\n"
        "Karim : Bien."
    )
    other = (
        "Nadia : Tom, tell the desk please. Ines builds the index on Sunday. And I want a graph on the dashboard.\n"
        "Ines : I will add it to the dashboard next week.\nTom : Fine."
    )

    found = {item["text"]: item.get("owner") for item in items_of(talk, "fr")}
    others = {item["text"]: item.get("owner") for item in items_of(other, "en")}

    assert found == {
        "Sophie, tu contactes le directeur ? \u2014 Je l'appelle demain.": "Sophie",
        "Karim, tu trouves deux bénévoles.": "Karim",
    }
    wished = "I want a graph on the dashboard. \u2014 I will add it to the dashboard next week."
    assert others["Ines builds the index on Sunday."] == others[wished] == "Ines"


def test_the_day_of_the_next_meeting_is_enough_for_a_decision() -> None:
    talk = "Ann : Can you send it today?\nBob : I'll send it.\nAnn : Next meeting on Tuesday at ten."

    assert texts(talk, "en", "decision") == ["Next meeting on Tuesday at ten."]


@pytest.mark.parametrize(
    ("language", "talk", "text"),
    [
        (
            "en",
            "Ann : Does the boat really float?\nBob : I have never tried.\nCem : Hm. I honestly couldn't tell you.",
            "Does the boat really float? \u2026 \u2014 Hm. I honestly couldn't tell you.",
        ),
        (
            "fr",
            "Luc : Et s'il pleut, on met où les trois cents chaises ?\nAnne : Ah.\nPaul : La grange est pleine.\n"
            "Anne : Aucune idée.",
            "S'il pleut, on met où les trois cents chaises ? \u2026 \u2014 Aucune idée.",
        ),
        (
            "de",
            "Jan : Wem gehört das Bild im Flur?\nAnna : Dem Pferd.\nUwe : Tja, da bin ich überfragt.",
            "Wem gehört das Bild im Flur? \u2026 \u2014 Tja, da bin ich überfragt.",
        ),
        (
            "es",
            "Eva : ¿Qué hacemos con la parcela de Anselmo?\nRosa : Qué pena.\nEva : Lo dejo en el aire.",
            "¿Qué hacemos con la parcela de Anselmo? \u2026 \u2014 Lo dejo en el aire.",
        ),
    ],
)
def test_a_question_is_open_if_nobody_knows_a_few_remarks_later(language: str, talk: str, text: str) -> None:
    assert texts(talk, language, "question") == [text]


@pytest.mark.parametrize(
    "between",
    [
        "Bob : And who brings the cake to the party?",
        "Bob : It floats, we had it on the lake for a whole week last summer with all the children, and it came back dry.",
    ],
)
def test_a_question_is_not_open_if_another_one_or_an_answer_stands_between(between: str) -> None:
    found = texts(f"Ann : Does the boat really float?\n{between}\nCem : Hm. I honestly couldn't tell you.", "en", "question")

    assert not [text for text in found if "boat" in text]


def test_who_does_not_know_may_take_a_task_on() -> None:
    task = "I'll get three prices for the gutter by Friday."
    talk = f"Ann : What does a gutter cost?\nBob : I couldn't tell you. It was ten pounds. {task}"

    assert texts(talk, "en", "action") == [task]
    assert texts(talk, "en", "question") == ["What does a gutter cost? \u2014 I couldn't tell you. It was ten pounds."]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", "On ne sait pas encore qui paie la lumière. Ça reste ouvert."),
        ("de", "Wir wissen noch nicht, wer den Strom zahlt. Das bleibt offen."),
        ("es", "No sabemos todavía quién paga la luz. Queda abierto."),
        ("it", "Non sappiamo ancora chi paga la luce. Resta aperto."),
        ("nl", "We weten nog niet wie het licht betaalt. Dat blijft open."),
        ("pt", "Ainda não sabemos quem paga a luz. Fica em aberto."),
        ("pl", "Jeszcze nie wiemy, kto płaci za prąd. To pozostaje otwarte."),
    ],
)
def test_what_one_turn_says_twice_to_be_open_is_told_once(language: str, said: str) -> None:
    assert texts(f"Ann : {said}\nBob : Hm.", language, "question") == [said]
