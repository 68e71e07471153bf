"""What minutes must not make of ordinary remarks: farewells, courtesies, times of the day, and one answer for two sentences."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kinds.minutes.test_minutes import carried_out, order
from tests.kinds.minutes.test_noted import undecided


def _items(language: str, talk: str) -> list[dict[str, Any]]:
    asked = order(talk, {"date": "2026-03-17"}, mode="extractive", language=language, totalContextLength=4096)
    return list(carried_out(asked, undecided)[0].coverage["minutes"]["items"])


def _decided_or_tasks(language: str, talk: str) -> list[dict[str, Any]]:
    return [each for each in _items(language, talk) if each["kind"] in ("decision", "action")]


@pytest.mark.parametrize(
    ("language", "talk"),
    [
        ("fr", "Anne : Bon, on se voit le mois prochain.\nPaul : La salle est fermée à clé."),
        ("de", "Anna : Gut, wir sehen uns nächsten Monat.\nPaul : Der Saal ist abgeschlossen."),
        ("es", "Ana : Bueno, nos vemos el mes que viene.\nPablo : La sala está cerrada con llave."),
    ],
)
def test_a_farewell_without_a_day_is_no_decision(language: str, talk: str) -> None:
    assert _decided_or_tasks(language, talk) == []


@pytest.mark.parametrize(
    ("language", "talk"),
    [
        ("fr", "Anne : Bon, on se voit le mardi 4 mars.\nPaul : La salle est fermée à clé."),
        ("de", "Anna : Gut, wir treffen uns am Dienstag im Vereinsheim.\nPaul : Der Saal ist abgeschlossen."),
        ("es", "Ana : Bueno, nos vemos el martes en el local.\nPablo : La sala está cerrada con llave."),
    ],
)
def test_a_farewell_until_a_day_fixes_the_next_meeting(language: str, talk: str) -> None:
    assert [each["kind"] for each in _decided_or_tasks(language, talk)] == ["decision"]


@pytest.mark.parametrize("remark", ["چای سرد شد، بفرمایید.", "هوا خیلی سرد شد.", "برگ درخت‌ها زرد شد."])
def test_a_word_that_ends_like_rejected_decides_nothing(remark: str) -> None:
    assert _decided_or_tasks("fa", f"مینا : {remark}\nبهروز : پنجره باز مانده.") == []


def test_what_is_rejected_is_still_decided() -> None:
    found = _decided_or_tasks("fa", "مینا : پیشنهاد خرید وانت رد شد.\nبهروز : پنجره باز مانده.")

    assert [each["kind"] for each in found] == ["decision"]


@pytest.mark.parametrize("hour", ["cuatro", "cinco", "ocho"])
def test_an_hour_is_no_promise(hour: str) -> None:
    assert _decided_or_tasks("es", f"Ana : La tienda abre el sábado hasta las {hour}.\nPablo : La calle está en obras.") == []


def test_a_promise_in_the_present_tense_is_its_speakers() -> None:
    found = _decided_or_tasks("fr", "Anne : La vitrine est vide.\nPaul : Oui, je fais ça lundi.")

    assert ("Paul", "lundi") in [(each.get("owner"), each.get("due")) for each in found]


def test_what_somebody_still_has_to_do_is_theirs() -> None:
    talk = "Ann : Fees are five pounds now.\nBob : I still have to call the Baker brothers.\nAnn : Please do, before Saturday."

    assert [(each.get("owner"), each.get("due")) for each in _decided_or_tasks("en", talk)] == [("Bob", "Saturday")]


def test_and_before_a_name_with_i_does_not_hide_who_is_asked() -> None:
    talk = "Ana : E Iker, mándame las notas antes del viernes, por favor.\nIker : Sí, claro."

    assert [each.get("owner") for each in _decided_or_tasks("es", talk)] == ["Iker"]


def test_a_date_is_put_off_by_a_decision() -> None:
    talk = "Anna : Der Beton kommt am Donnerstag, soll ich verschieben?\nPaul : Also verschieben wir auf Montag."

    assert [each["kind"] for each in _items("de", talk)] == ["decision"]


def test_a_topic_is_put_off_and_stays_open() -> None:
    talk = "Anna : Wer bezahlt den Beton?\nPaul : Das verschieben wir auf das nächste Mal."

    assert "decision" not in [each["kind"] for each in _items("de", talk)]


def test_what_is_asked_for_is_said_once_before_who_is_asked() -> None:
    talk = "Anne : Par contre il me faut l'inventaire. Paul, tu peux le finir avant vendredi ?\nPaul : Vendredi, c'est court."

    assert "".join(each["text"] for each in _items("fr", talk)).count("il me faut l'inventaire") == 1


def test_one_answer_is_not_told_with_what_is_said_behind_the_question() -> None:
    talk = (
        "Lea : Wer führt denn Regie? Ich hab's letztes Mal gemacht, ich brauche eine Pause.\n"
        "Rita : Ich könnte Frau Kern fragen, die ist jetzt in Rente."
    )

    assert "".join(each["text"] for each in _items("de", talk)).count("Frau Kern") == 1


def test_a_question_in_pieces_is_left_open_once() -> None:
    talk = (
        "Anna : Milan, die Steckdosen im zweiten Stock, sind die jetzt nach dem neuen Plan oder nach dem alten?\n"
        "Milan : Keine Ahnung, auf meinem Plan steht gar kein Datum.\n"
        "Rita : Das muss der Architekt beantworten, ich habe ihn gestern nicht erreicht.\n"
        "Anna : Dann bleibt das erst mal offen."
    )

    assert [each["kind"] for each in _items("de", talk)].count("question") == 1
