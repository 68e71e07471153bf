"""What a model's letter makes nothing of, however sure it is: what is supposed, past, reported or declined, and what says
nothing of the kind in a language whose cue phrases are known."""

from __future__ import annotations

import pytest

from tests.kinds.minutes.test_minutes import carried_out, order


def kinds(talk: str, language: str, letter: str) -> list[str]:
    asked = order(talk, mode="extractive", language=language, totalContextLength=4096)
    return [item["kind"] for item in carried_out(asked, lambda _call: letter)[0].coverage["minutes"]["items"]]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "I think, maybe, we could decide to rent the big tent."),
        ("en", "They decided to close the road to the harbour."),
        ("en", "If the price of the van drops, we'll decide to buy it."),
        ("fr", "Peut-être qu'on pourrait décider de vendre le camion."),
        ("fr", "Ils ont décidé de fermer la route du port."),
        ("fr", "L'an dernier on avait décidé de vendre le four."),
        ("de", "Letztes Jahr haben wir beschlossen, das Klavier zu verkaufen."),
        ("de", "Vielleicht könnten wir beschließen, einen Ofen zu kaufen."),
        ("es", "El año pasado decidimos no pagar la calefacción."),
        ("es", "Quizás podríamos decidir comprar un horno nuevo."),
    ],
)
def test_what_is_supposed_or_past_is_no_decision(language: str, said: str) -> None:
    assert "decision" not in kinds(f"Ann : {said}\nBob : Hm.", language, "D")


@pytest.mark.parametrize(
    ("language", "asked", "refused"),
    [
        ("en", "Bob, can you book the gym by Monday?", "Sorry, I'm in Spain until the 20th. Ann could do it."),
        ("en", "Bob, can you phone the bank on Tuesday?", "I'm in hospital on Tuesday."),
        ("fr", "Bob, tu peux appeler la banque mardi ?", "Désolé, je suis en Espagne jusqu'au 20."),
        ("de", "Bob, kannst du am Montag die Bank anrufen?", "Tut mir leid, ich bin bis zum 20. in Spanien."),
        ("es", "Bob, ¿puedes llamar al banco el martes?", "Lo siento, estoy de viaje hasta el 20."),
    ],
)
def test_who_is_away_takes_no_task_on(language: str, asked: str, refused: str) -> None:
    assert "action" not in kinds(f"Ann : {asked}\nBob : {refused}\nAnn : Hm.", language, "A")


@pytest.mark.parametrize("letter", "DAQ")
@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "My personal opinion on the new boiler has not changed."),
        ("fr", "La chaudière de la salle date de mille neuf cent soixante."),
        ("de", "Die Heizung im großen Saal ist schon sehr alt."),
        ("es", "Ese mismo año estudié ciencias de la computación."),
        ("fa", "سیستم گرمایش سالن بزرگ خیلی قدیمی است."),
    ],
)
def test_a_letter_alone_makes_nothing_of_a_fact(language: str, said: str, letter: str) -> None:
    assert kinds(f"Ann : {said}\nBob : Hm.", language, letter) == ["topic"]


def test_a_letter_is_believed_in_a_language_without_cue_phrases() -> None:
    talk = "Anna : Il consiglio compra il forno nuovo per la cucina della scuola.\nBruno : Hm."

    assert kinds(talk, "it", "D") == ["decision"]
