"""What only takes up what somebody else said: a proposal is decided, a wish or an offer is a task, each with both turns."""

from __future__ import annotations

import pytest

from tests.kinds.minutes.test_minutes import carried_out, order
from tests.kinds.minutes.test_noted import undecided

Found = list[tuple[object, object, list[int], str]]


def noted(language: str, talk: str) -> Found:
    asked = order(talk, mode="extractive", language=language, totalContextLength=4096)
    items = carried_out(asked, undecided)[0].coverage["minutes"]["items"]
    return [
        (each["kind"], each.get("owner"), list(each["turns"]), str(each["text"])) for each in items if each["kind"] != "topic"
    ]


@pytest.mark.parametrize(
    ("language", "talk", "told"),
    [
        (
            "en",
            "Ann : What if we rented the red barn?\nBob : I know the owner.\nCleo : Okay, let's do that then.",
            ("barn", "let's do that"),
        ),
        ("en", "Ann : I'd suggest we rent the red barn.\nBob : Yes, do it.", ("barn", "do it")),
        ("fr", "Ann : Et si on louait la grange rouge ?\nBob : Ah oui, très bonne idée, faisons ça.", ("grange", "faisons ça")),
        ("fr", "Ann : On pourrait louer la grange rouge.\nBob : Alors on fait comme ça.", ("grange", "on fait comme ça")),
        (
            "de",
            "Ann : Wie wär's, wenn wir die rote Scheune mieten?\nBob : Unbedingt.\nCleo : Dann machen wir das so.",
            ("Scheune", "machen wir das so"),
        ),
        (
            "es",
            "Ann : ¿Y si alquilamos el granero rojo?\nBob : Me parece bien, pues lo hacemos así.",
            ("granero", "lo hacemos así"),
        ),
        ("fa", "آنا : به نظرم انبار قرمز رو اجاره کنیم.\nباب : قبول، همین کار رو بکنیم.", ("انبار", "همین کار")),
    ],
)
def test_a_proposal_is_decided_by_who_takes_it_up(language: str, talk: str, told: tuple[str, ...]) -> None:
    (found,) = noted(language, talk)

    assert found[:3] == ("decision", None, [0, talk.count("\n")])
    assert all(each in found[3] for each in told)


def test_what_is_accepted_without_a_proposal_stands_with_the_question_about_it() -> None:
    talk = (
        "Bob : What does the index cost?\nCleo : About two gigabytes of disk. We have forty gigabytes free.\n"
        "Ann : Then let us do it. When?\nCleo : On Sunday."
    )

    assert noted("en", talk) == [
        (
            "decision",
            None,
            [0, 1, 2],
            "What does the index cost? \u2014 About two gigabytes of disk. We have forty gigabytes free. "
            "\u2014 Then let us do it.",
        )
    ]


def test_what_somebody_refused_is_not_accepted() -> None:
    talk = "Ann : What if we rented the red barn?\nBob : No, it has no heating at all.\nCleo : Okay, let's do that then."

    assert not any("barn" in text for *_, text in noted("en", talk))


def test_a_proposal_is_decided_once() -> None:
    talk = "Ann : Et si on louait la grange rouge ?\nBob : Oui, faisons ça.\nCleo : Vendu."

    assert [turns for kind, _, turns, _ in noted("fr", talk) if kind == "decision"] == [[0, 1]]


@pytest.mark.parametrize(
    ("language", "talk"),
    [
        ("en", "Ann : I want a graph of the search times.\nBob : I will add it to the dashboard next week."),
        ("fr", "Ann : Je voudrais une courbe des temps de recherche.\nBob : Je te la fais pour mercredi."),
        ("de", "Ann : Ich möchte vorher ein Foto von jedem Regal.\nBob : Die Fotos mache ich morgen."),
        ("es", "Ann : Me gustaría tener su teléfono.\nBob : Te lo paso en cuanto salgamos."),
        ("fa", "آنا : می‌خوام بروشور تا دوشنبه آماده باشه.\nباب : تا یکشنبه می‌رسونمش."),
    ],
)
def test_a_wish_is_the_task_of_who_promises_it(language: str, talk: str) -> None:
    owner = "باب" if language == "fa" else "Bob"

    assert [found[:3] for found in noted(language, talk)] == [("action", owner, [0, 1])]


def test_a_wish_is_not_given_to_who_promises_something_else() -> None:
    talk = "Ann : I want a graph of the search times.\nBob : Next point. I'll bring cake on Friday."

    assert ("action", "Bob", [0, 1]) not in [found[:3] for found in noted("en", talk)]


@pytest.mark.parametrize(
    ("language", "talk"),
    [
        ("en", "Ann : I could ask the students at the college.\nBob : That would be brilliant, thank you."),
        ("fr", "Ann : Je pourrais demander aux étudiants du lycée.\nBob : Ce serait super, merci."),
        ("de", "Ann : Ich könnte die Studenten der Hochschule fragen.\nBob : Das wäre super, danke."),
        ("es", "Ann : Yo podría preguntar a los estudiantes del instituto.\nBob : Sería genial, gracias."),
    ],
)
def test_an_offer_is_a_task_if_somebody_is_glad_of_it(language: str, talk: str) -> None:
    assert [found[:3] for found in noted(language, talk)] == [("action", "Ann", [0, 1])]


def test_a_question_that_two_people_leave_open_stands_once() -> None:
    talk = (
        "Ann : Do students need a certificate for the kitchen?\nBob : We don't know yet.\n"
        "Cleo : Last year nobody asked us.\nAnn : That's still open."
    )

    assert [turns for kind, _, turns, _ in noted("en", talk) if kind == "question"] == [[0, 1]]


def test_a_yes_with_a_time_takes_a_request_on() -> None:
    talk = "Ann : Llámales otra vez, por favor.\nBob : Vale, mañana a primera hora."

    assert [found[:3] for found in noted("es", talk)] == [("action", "Bob", [0, 1])]
