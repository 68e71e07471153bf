"""Decisions of few words stand with what was proposed before them."""

from __future__ import annotations

import pytest

from app.kinds.minutes.cueing import cued
from tests.kinds.minutes.test_minutes import carried_out, order
from tests.kinds.minutes.test_noted import undecided
from tests.kinds.minutes.test_sentences import a_meeting


def noted(language: str, talk: str, kind: str = "decision") -> list[dict[str, object]]:
    asked = order(talk, mode="extractive", language=language, totalContextLength=4096)
    return [item for item in carried_out(asked, undecided)[0].coverage["minutes"]["items"] if item["kind"] == kind]


@pytest.mark.parametrize(
    ("language", "talk", "proposed", "settled"),
    [
        (
            "en",
            "Ann : I propose that we rent the red barn.\nBob : Fine by me.\nAnn : Then it's accepted.",
            "red barn",
            "accepted",
        ),
        (
            "en",
            "Ann : Shall we go with the red barn?\nBob : I could live with that.\nAnn : No objections? Good.",
            "red barn",
            "Good",
        ),
        ("en", "Ann : I propose that we rent the red barn. Five in favour. Against? Two. Carried.", "red barn", "Carried"),
        (
            "de",
            "Ann : Ich schlage vor, dass wir die rote Scheune mieten. Wer ist dafür? Fünf. Drei dagegen, damit angenommen.",
            "Scheune",
            "angenommen",
        ),
        (
            "fr",
            "Ann : Je propose qu'on loue la grange rouge.\nBob : Pourquoi pas.\nAnn : Pas d'objection ? Bien.",
            "grange",
            "Bien",
        ),
        (
            "es",
            "Ann : Propongo alquilar el granero rojo.\nBob : Por mí, bien.\nAnn : Queda aprobado.",
            "granero",
            "Queda aprobado",
        ),
        ("fa", "آنا : پیشنهاد می‌کنم انبار قرمز رو اجاره کنیم.\nباب : خوبه.\nآنا : تصویب شد.", "انبار", "تصویب شد"),
    ],
)
def test_what_was_proposed_stands_with_what_settles_it(language: str, talk: str, proposed: str, settled: str) -> None:
    found = [str(item["text"]) for item in noted(language, talk)]

    assert len(found) == 1
    assert proposed in found[0]
    assert settled in found[0]


def test_nothing_is_decided_by_a_call_for_objections_to_which_somebody_objects() -> None:
    talk = "Ann : Shall we rent the red barn? Any objections?\nBob : Yes, the roof leaks and the road is mud.\nAnn : Good."

    assert not noted("en", talk)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "We won't buy the red barn, okay?"),
        ("fr", "On n'achète pas la grange rouge, d'accord ?"),
        ("de", "Die rote Scheune kaufen wir nicht, okay?"),
        ("es", "No compramos el granero rojo, ¿vale?"),
        ("fa", "انبار قرمز رو نمی‌خریم، باشه؟"),
    ],
)
def test_who_asks_for_no_more_than_a_nod_decides(language: str, said: str) -> None:
    assert cued(a_meeting(language), said)[0] == "decision"
    assert cued(a_meeting(language), said)[1] > 0


def test_a_proposal_and_its_vote_are_printed_once() -> None:
    talk = (
        "Ann : Dann stelle ich den Antrag, dass wir die rote Scheune mieten. Wer ist dafür? Acht. Dagegen? Drei. "
        "Damit angenommen.\nBob : Schade."
    )
    asked = order(talk, mode="extractive", language="de", totalContextLength=4096)
    texts = " ".join(item["text"] for item in carried_out(asked, undecided)[0].coverage["minutes"]["items"])

    assert texts.count("rote Scheune") == 1


@pytest.mark.parametrize(
    ("language", "talk"),
    [
        ("en", "Ann : Shall I call the roofer then?\nBob : Yes please."),
        ("de", "Ann : Soll ich den Dachdecker anrufen?\nBob : Ja, bitte."),
        ("fr", "Ann : Vous voulez que j'appelle le couvreur ?\nBob : Oui, s'il te plaît."),
        ("es", "Ann : ¿Quieres que llame al techador?\nBob : Sí, por favor."),
        ("fa", "آنا : می‌خواین من به بنا زنگ بزنم؟\nباب : بله لطفاً."),
    ],
)
def test_who_offers_to_do_something_has_the_task_if_somebody_says_yes(language: str, talk: str) -> None:
    assert [item["owner"] for item in noted(language, talk, "action")] == [talk.partition(" ")[0]]


def test_a_request_of_nobody_stands_with_who_is_asked_for_it() -> None:
    found = noted(
        "es", "Ann : Habría que reclamar por escrito. Bob, ¿puedes hacerlo tú?\nBob : Sí, mañana les escribo.", "action"
    )

    assert [item["owner"] for item in found] == ["Bob"]
    assert "reclamar" in str(found[0]["text"])


def test_nobody_has_the_task_of_an_offer_that_is_declined() -> None:
    assert not noted("en", "Ann : Shall I call the roofer then?\nBob : No, leave it.", "action")
