"""Decisions of extractive minutes that take several steps: given up, voted on, counted, or agreed to in other words."""

from __future__ import annotations

import pytest

from tests.kinds.minutes.test_acceptances import noted
from tests.kinds.minutes.test_tasks import items_of

GIVEN_UP = [
    (
        "en",
        "Ann : Let's take the red label.\nBob : The blue one is cheaper.\n"
        "Ann : Let's forget the red label after all, we take the blue one.",
    ),
    (
        "fr",
        "Anne : On prend l'étiquette rouge.\nPaul : La bleue coûte moins.\n"
        "Anne : Alors oublions l'étiquette rouge, finalement on prend la bleue.",
    ),
    (
        "de",
        "Anna : Wir nehmen das rote Etikett.\nPaul : Das blaue kostet weniger.\n"
        "Anna : Dann vergessen wir das rote Etikett, wir nehmen doch das blaue.",
    ),
    (
        "es",
        "Ana : Elegimos la etiqueta roja.\nPablo : La azul cuesta menos.\nAna : Olvidemos la etiqueta roja, cogemos la azul.",
    ),
    (
        "fa",
        "مینا : برچسب قرمز را انتخاب می\u200cکنیم.\nحسن : آبی ارزان\u200cتر است.\n"
        "مینا : پس برچسب قرمز را فراموش کنیم، آبی را انتخاب می\u200cکنیم.",
    ),
]


@pytest.mark.parametrize(("language", "talk"), GIVEN_UP)
def test_a_decision_that_is_given_up_stands_with_what_takes_its_place(language: str, talk: str) -> None:
    (decision,) = items_of(talk, language, "decision")

    first, _, last = (line.split(" : ", 1)[1] for line in talk.splitlines())
    assert (decision["turns"], decision["text"].startswith(first)) == ([0, 2], True)
    assert decision["text"].endswith(f" \u2014 {last.removeprefix('Alors ').removeprefix('پس ')}") or last in decision["text"]


def test_what_is_decided_behind_what_is_given_up_stands_with_it() -> None:
    talk = "Ann : Let's take the red label.\nBob : It is dear.\nAnn : Let's forget the red label. Then we take the blue one."

    (decision,) = items_of(talk, "en", "decision")

    assert decision["text"] == (
        "Let's take the red label. \u2026 \u2014 Let's forget the red label. Then we take the blue one."
    )


def test_giving_up_something_else_leaves_a_decision_alone() -> None:
    talk = "Ann : Let's take the red label for 30 bottles.\nBob : Fine.\nAnn : Let's forget the raffle this year, 30 is enough."

    assert items_of(talk, "en", "decision")[0]["turns"] == [0]


VOTED = [
    ("en", "Ann : I put it to the vote: we close the slide tomorrow.\nBob : I would wait.\nAnn : Five for it. So decided."),
    (
        "fr",
        "Anne : Je mets aux voix : on ferme le toboggan demain.\nPaul : J'attendrais.\nAnne : Cinq pour. C'est donc adopté.",
    ),
    (
        "de",
        "Anna : Ich lasse abstimmen: Wir sperren die Rutsche ab morgen.\nPaul : Ich würde warten.\n"
        "Anna : Fünf dafür. Damit ist es beschlossen.",
    ),
    ("es", "Ana : Propongo cerrar el tobogán mañana.\nPablo : Yo esperaría.\nAna : Cinco a favor. Se aprueba."),
    (
        "fa",
        "مینا : رأی می\u200cگیریم: سرسره از فردا بسته شود.\nحسن : بهتر است صبر کنیم.\nمینا : موافق پنج نفر. تصویب شد.",
    ),
]


@pytest.mark.parametrize(("language", "talk"), VOTED)
def test_a_vote_is_on_what_was_moved_and_not_on_what_was_said_last(language: str, talk: str) -> None:
    (decision,) = items_of(talk, language, "decision")

    assert decision["turns"] == [0, 2]
    assert items_of(talk, language) == []


COUNTED = [
    ("en", "Ann : Who is for it? Nineteen. Against? Two. Then the ban starts after the holidays."),
    ("fr", "Anne : Qui est pour ? Dix-neuf. Contre ? Deux. L'interdiction commencera donc après les vacances."),
    ("de", "Anna : Wer ist dafür? Neunzehn. Dagegen? Zwei. Dann gilt das Verbot ab den Ferien."),
    ("es", "Ana : ¿Quién está a favor? Diecinueve. ¿En contra? Dos. Entonces la prohibición empieza tras las vacaciones."),
    ("fa", "مینا : موافقان؟ نوزده نفر. مخالفان؟ دو نفر. پس ممنوعیت بعد از تعطیلات شروع می\u200cشود."),
]


@pytest.mark.parametrize(("language", "talk"), COUNTED)
def test_what_counted_votes_decide_is_a_decision(language: str, talk: str) -> None:
    other = {"fa": "حسن : خوب است."}.get(language, "Bob : Hm.")

    assert len(items_of(f"{talk}\n{other}", language, "decision")) == 1


AGREED = [
    ("fr", "Anne : Alors commençons par les dix bus de Lyon.\nPaul : C'est d'accord, d'abord les dix bus de Lyon."),
    ("de", "Anna : Dann fangen wir mit den zehn Bussen in Leipzig an.\nPaul : Einverstanden, zuerst die zehn in Leipzig."),
    ("es", "Ana : Entonces empezamos con las diez de Lérida.\nPablo : De acuerdo, primero las diez de Lérida."),
    ("fa", "مینا : پس با ده ون اصفهان شروع می\u200cکنیم.\nحسن : موافقم، اول ده ون اصفهان."),
]


@pytest.mark.parametrize(("language", "talk"), AGREED)
def test_a_proposal_that_somebody_agrees_to_in_its_own_words_is_decided(language: str, talk: str) -> None:
    (decision,) = items_of(talk, language, "decision")

    assert decision["turns"] == [0, 1]


def test_a_fact_that_is_said_again_is_no_decision() -> None:
    assert (
        items_of("Ann : The ten vans of Leeds are old.\nBob : Yes, the ten vans of Leeds are from 1998.", "en", "decision")
        == []
    )


OUTCOMES = [
    ("en", "We looked at both.", "We are going with the blue one."),
    ("en", "The printer is broken.", "So the launch moves to May."),
    ("en", "We had a long talk about it.", "It was agreed that dogs stay outside."),
    ("en", "I asked around.", "In the end we settled on the green tiles."),
    ("en", "No money is left.", "So the trip to Rome is cancelled."),
    ("en", "They sat for hours.", "The committee has chosen the second design."),
    ("fr", "On a comparé les deux.", "On part donc sur la version B."),
    ("fr", "Personne n'est contre.", "Il a été décidé que la fête aura lieu en juin."),
    ("fr", "La salle est prise.", "Du coup le lancement passe en mai."),
    ("fr", "Tout le monde a parlé.", "On a opté pour le carrelage vert."),
    ("de", "Wir haben beide gesehen.", "Wir gehen mit der blauen Variante."),
    ("de", "Lange haben wir geredet.", "Es wurde vereinbart, dass Hunde draußen bleiben."),
    ("de", "Der Drucker ist kaputt.", "Der Start verschiebt sich also auf Mai."),
    ("de", "Der Saal ist zu klein.", "Damit verschiebt sich das Fest auf den 14. Juni."),
    ("es", "Vimos los dos.", "Nos quedamos con la versión azul."),
    ("es", "Todos han hablado.", "Se ha decidido pintar la cocina en marzo."),
    ("es", "La sala está ocupada.", "Así que el lanzamiento pasa a mayo."),
]
NO_OUTCOMES = [
    ("en", "My sister is going with the blue one."),
    ("en", "We're going for a walk after this."),
    ("en", "We are going with my parents to Spain."),
    ("en", "It was agreed last year that dogs stay outside."),
    ("en", "So the refunds are out, it went out yesterday."),
    ("en", "If it was agreed that dogs stay outside, I missed it."),
    ("en", "So the moon moves to the west."),
    ("en", "We're going with the kids to the fair."),
    ("en", "We are sticking with the second point for now."),
    ("en", "The council has chosen a new bridge, I read in the paper."),
    ("en", "The festival will now take place in June, says the radio."),
    ("en", "The decision was to the left of what we had hoped."),
    ("fr", "On part sur la plage chaque été."),
    ("fr", "On part avec les enfants en Bretagne."),
    ("fr", "On part sur le premier point."),
    ("de", "Wir gehen mit den Kindern in den Zoo."),
    ("de", "Wir gehen mit dem zweiten Punkt weiter."),
    ("de", "Wir bleiben bei dem Thema."),
    ("es", "Vamos con el primer punto."),
    ("es", "Seguimos con el siguiente tema."),
    ("es", "Vamos con los niños a la playa."),
    ("es", "Hace dos años hemos acordado cerrar la escuela."),
    ("es", "Hemos acordado cerrar la escuela, hace un mes."),
    ("fr", "Il avait été décidé de fermer l'école à l'époque."),
    ("de", "Damals wurde beschlossen, die Schule zu schließen."),
    ("de", "Wir gehen mit den Kindern in den Zoo?"),
    ("es", "Entonces se acordó cerrar la escuela, hace veinte años."),
]


@pytest.mark.parametrize(("language", "before", "said"), OUTCOMES)
def test_a_decision_that_is_told_as_a_fact_is_noted(language: str, before: str, said: str) -> None:
    found = noted(language, f"Ann : {before}\nBob : {said}\nCleo : Hm.")

    assert [kind for kind, *_ in found] == ["decision"]
    assert said.split(" ", 3)[3] in found[0][3]


@pytest.mark.parametrize(("language", "said"), NO_OUTCOMES)
def test_what_is_told_of_others_or_of_long_ago_is_not_decided(language: str, said: str) -> None:
    assert not [found for found in noted(language, f"Ann : {said}\nBob : Hm.\nCleo : Well.") if found[0] == "decision"]
