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


@pytest.mark.parametrize(
    ("language", "talk"),
    [
        ("en", "Ann : Should we cancel the summer party?\nBob : Certainly not.\nCleo : Okay, let's go with that."),
        ("fr", "Ann : Pourquoi ne pas louer la grange rouge ?\nBob : Surtout pas.\nCleo : D'accord, on fait comme ça."),
        ("de", "Ann : Wollen wir die rote Scheune mieten?\nBob : Auf keinen Fall.\nCleo : Gut, so machen wir das."),
        ("es", "Ann : ¿Podríamos alquilar el granero rojo?\nBob : De ninguna manera.\nCleo : Vale, quedamos así."),
        ("fa", "آنا : بهتره انبار قرمز رو اجاره کنیم.\nباب : به هیچ وجه.\nکلئو : باشه، همین کار رو بکنیم."),
        ("en", "Ann : What if we rented the red barn?\nBob : Do it.\nAnn : No, wait, we have no money."),
        ("en", "Ann : What if we rented the red barn?\nBob : Okay, let's do that.\nCleo : No, I am against it."),
        ("es", "Ann : Propongo un tejado nuevo.\nBob : Vale, lo hacemos.\nCleo : No, espera, no hay dinero."),
        ("en", "Ann : Should we start?\nBob : Yes, let's do it."),
        ("en", "Ann : Should we take a short break?\nBob : Okay, let's do that."),
        ("de", "Ann : Wollen wir anfangen?\nBob : Ja, machen wir."),
        ("de", "Ann : Warum nicht einfach eine Pause machen?\nBob : Machen wir."),
        ("en", "Ann : The bus was late again this morning.\nBob : All right, let's do this."),
        ("en", "Ann : I'm tired.\nBob : Then it's Monday again and nobody slept."),
        ("en", "Ann : The sky is grey.\nBob : Okay, so no rain this week I hope."),
    ],
)
def test_what_is_refused_or_of_the_meeting_itself_is_not_decided(language: str, talk: str) -> None:
    assert not [found for found in noted(language, talk) if found[0] == "decision"]


@pytest.mark.parametrize(
    "answer",
    ["Cleo : No problem, I know the owner.", "Cleo : No, fine.", "Ann : Great.", "Bob : No, not the blue one, that one."],
)
def test_what_is_accepted_stays_decided_if_nobody_refuses_it(answer: str) -> None:
    talk = f"Ann : What if we rented the red barn?\nBob : Okay, let's do that.\n{answer}"

    assert [found[:3] for found in noted("en", talk) if found[0] == "decision"] == [("decision", None, [0, 1])]


@pytest.mark.parametrize(
    "talk",
    [
        "Ann : I love the new song.\nBob : I'll play it at home.",
        "Ann : I'd love a new roof.\nBob : I will never pay for it.",
        "Ann : I need a graph of the search times.\nBob : I'll have a beer, it is late.",
    ],
)
def test_what_nobody_wishes_or_promises_is_no_task_of_two(talk: str) -> None:
    assert not [found for found in noted("en", talk) if found[2] == [0, 1]]


@pytest.mark.parametrize(
    ("language", "talk"),
    [
        ("en", "Ann : I could never ask the students at the college.\nBob : Brilliant."),
        ("en", "Ann : I could have cried when the barn burnt down.\nBob : Brilliant."),
        ("en", "Ann : I could ask the college for chairs.\nBob : That would be great, but Cleo already does that."),
        ("de", "Ann : Ich könnte Stühle in der Hochschule holen.\nBob : Das wäre gut, aber wir haben genug."),
    ],
)
def test_an_offer_that_is_none_or_is_declined_is_no_task_of_two(language: str, talk: str) -> None:
    assert not [found for found in noted(language, talk) if found[2] == [0, 1]]


@pytest.mark.parametrize(
    ("language", "talk"),
    [
        ("en", "Ann : We could sell the archive.\nBob : That would cost us the licence.\nAnn : Okay, let's do that."),
        ("en", "Ann : What if we rented the barn?\nBob : We can't, it belongs to the town.\nCleo : Fine, let's do that."),
        ("fr", "Ann : On pourrait vendre le bus.\nBob : Mais on n'aurait plus de voiture.\nCleo : D'accord, on fait comme ça."),
        ("de", "Ann : Wir könnten den Bus verkaufen.\nBob : Das wäre zu teuer für uns.\nCleo : Gut, so machen wir das."),
        ("es", "Ann : Podríamos vender el bus.\nBob : Pero nos quedaríamos sin coche.\nCleo : Vale, lo hacemos así."),
        ("fa", "آنا : بهتره انبار قرمز رو اجاره کنیم.\nباب : ولی خیلی گرونه.\nکلئو : باشه، همین کار رو بکنیم."),
        ("en", "Ann : How do we open the gate?\nBob : Press the button.\nAnn : Okay, do it."),
        ("fr", "Ann : Comment on ouvre le portail ?\nBob : Appuie sur le bouton.\nAnn : D'accord, faisons ça."),
        ("de", "Ann : Wie öffnen wir das Tor?\nBob : Drück den Knopf.\nAnn : Gut, machen wir das."),
        ("es", "Ann : ¿Cómo abrimos la puerta?\nBob : Pulsa el botón.\nAnn : Vale, hagamos eso."),
    ],
)
def test_what_somebody_objects_to_or_only_explains_is_not_decided(language: str, talk: str) -> None:
    assert not [found for found in noted(language, talk) if found[0] == "decision"]


PROPOSED = {
    "en": ("What if we rented the red barn?", "Okay, let's do that then."),
    "fr": ("Et si on louait la grange rouge ?", "Ah oui, très bonne idée, faisons ça."),
    "de": ("Wie wär's, wenn wir die rote Scheune mieten?", "Dann machen wir das so."),
    "es": ("¿Y si alquilamos el granero rojo?", "Pues lo hacemos así."),
}
AGAINST = [
    ("en", "It won't work."),
    ("en", "That'll never be allowed."),
    ("en", "We can't afford it."),
    ("en", "We can't do that."),
    ("en", "I don't think it's wise."),
    ("en", "That would leave us without a hall."),
    ("fr", "Ça ne marche pas."),
    ("fr", "On ne peut pas, elle est louée."),
    ("fr", "Je ne suis pas d'accord."),
    ("de", "Das geht nicht."),
    ("de", "Wir dürfen da nicht rein."),
    ("de", "Ich glaube nicht, dass das reicht."),
    ("es", "Eso no funciona."),
    ("es", "Pero es muy caro."),
]
IN_FAVOUR = [
    ("en", "That won't cost much."),
    ("en", "That would mean less work for all of us."),
    ("en", "But of course!"),
    ("en", "That'll never go out of fashion."),
    ("en", "I don't think anybody minds."),
    ("en", "We can't lose."),
    ("en", "We cannot stay in the tent anyway."),
    ("en", "I don't like the old hall anyway."),
    ("fr", "Mais oui !"),
    ("fr", "Ça ne serait pas cher."),
    ("fr", "On ne peut pas rester dans la tente."),
    ("fr", "Je suis pas contre."),
    ("de", "Aber klar!"),
    ("de", "Das kostet nicht viel."),
    ("de", "Das wäre nicht schlecht."),
    ("de", "Ich glaube nicht, dass jemand etwas dagegen hat."),
    ("es", "¡Pero claro!"),
    ("es", "Eso no cuesta mucho."),
]


@pytest.mark.parametrize(
    ("language", "answer", "kinds"),
    [*((*each, []) for each in AGAINST), *((*each, ["decision"]) for each in IN_FAVOUR)],
)
def test_a_proposal_is_decided_unless_the_answer_between_is_against_it(language: str, answer: str, kinds: list[str]) -> None:
    asked, accepted = PROPOSED[language]
    talk = f"Ann : {asked}\nBob : {answer}\nCleo : {accepted}"

    assert [found[0] for found in noted(language, talk) if found[0] == "decision"] == kinds


def test_how_a_thing_is_to_be_done_is_decided_if_somebody_proposes_it() -> None:
    talk = "Ann : How do we pay for it?\nBob : We could take it from the reserve.\nAnn : Okay, let's do that."

    assert [found[0] for found in noted("en", talk)] == ["decision"]


@pytest.mark.parametrize(
    ("language", "talk"),
    [
        ("en", "Ann : I could ask the college, but I don't want to.\nBob : Great."),
        ("en", "Ann : I could bake a cake, but I really don't feel like it.\nBob : That would be lovely."),
        ("en", "Ann : I can drive the van. But I don't have a licence.\nBob : Brilliant."),
        ("fr", "Ann : Je pourrais demander au lycée, mais je n'en ai pas envie.\nBob : Ce serait super."),
        ("de", "Ann : Ich könnte die Hochschule fragen, aber ich will nicht.\nBob : Das wäre super."),
        ("es", "Ann : Podría preguntar al instituto, pero no quiero.\nBob : Sería genial."),
    ],
)
def test_an_offer_that_is_taken_back_is_no_task(language: str, talk: str) -> None:
    assert not [found for found in noted(language, talk) if found[0] == "action"]


@pytest.mark.parametrize(
    ("language", "talk"),
    [
        ("en", "Ann : I could bake a cake, but not before Saturday.\nBob : That would be lovely."),
        ("en", "Ann : I can send the contract, but I can't do it today.\nBob : Great, thanks."),
        ("en", "Ann : I could send the contract, but I won't manage it before Friday.\nBob : That would be great."),
        ("en", "Ann : I could bake the cake, but I don't need any help.\nBob : That would be lovely."),
        ("fr", "Ann : Je peux envoyer le contrat, mais je ne suis pas là avant lundi.\nBob : Ce serait super."),
        ("de", "Ann : Ich kann den Vertrag schicken, aber ich schaffe es nicht vor Montag.\nBob : Das wäre super."),
        ("es", "Ann : Puedo enviar el contrato, pero no puedo hasta el lunes.\nBob : Sería genial."),
    ],
)
def test_an_offer_for_a_later_day_stays_one(language: str, talk: str) -> None:
    assert [found[:2] for found in noted(language, talk)] == [("action", "Ann")]
