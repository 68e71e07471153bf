"""Tasks of extractive minutes: who takes one on, who does not, and what is no task at all, in every language."""

from __future__ import annotations

from typing import Any

import pytest

from app.kinds.languages import pack_of
from app.kinds.minutes.sentences import cleaned, own_words
from tests.kinds.minutes.test_minutes import carried_out, labelling, order


def items_of(talk: str, language: str, kind: str = "action") -> list[dict[str, Any]]:
    asked = order(talk, {"date": "2026-03-17"}, mode="extractive", language=language, totalContextLength=4096)
    result, _ = carried_out(asked, labelling)
    return [item for item in result.coverage["minutes"]["items"] if item["kind"] == kind]


DECLINED = [
    ("en", "Ann : Bob, can you ask the builders for a new plan?\nBob : No, that's not my job.\nAnn : We see then."),
    ("en", "Ann : Bob, please send me the table of the other sites.\nBob : I've already sent it twice.\nAnn : We see then."),
    (
        "fr",
        "Anne : Paul, tu peux m'envoyer le tableau des autres sites ?\nPaul : Je vous l'ai déjà envoyé.\nAnne : Il manque.",
    ),
    (
        "de",
        "Anna : Paul, könntest du mit dem Pächter sprechen?\nPaul : Nein, mit dem rede ich nicht.\nAnna : Schade.",
    ),
    ("es", "Ana : Pablo, ¿puedes reclamar otra vez al técnico?\nPablo : Ya reclamé ayer.\nAna : El técnico tarda."),
    ("fa", "مینا : حسن، می\u200cتوانی گزارش مالی را بفرستی؟\nحسن : قبلا فرستادم.\nمینا : گزارش مالی نرسیده است."),
]


@pytest.mark.parametrize(("language", "talk"), DECLINED)
def test_a_task_that_is_declined_or_done_is_nobodys(language: str, talk: str) -> None:
    assert items_of(talk, language) == []


TAKEN = [
    (
        "en",
        "Ann : Bob, can you correct the sheet?\nBob : I can't, I have no access.\nCleo : Fine, I'll do it by Thursday.",
        "Cleo",
        "Thursday",
    ),
    (
        "de",
        "Anna : Paul, könntest du den Pächter anrufen?\nPaul : Nein, das will ich nicht.\nEva : Gut, das mache ich morgen.",
        "Eva",
        "morgen",
    ),
    (
        "fr",
        "Anne : Paul, tu peux appeler la mairie ?\nPaul : Non, je ne peux pas.\nEve : Bon, je l'appelle lundi.",
        "Eve",
        "lundi",
    ),
    (
        "es",
        "Ana : Pablo, ¿puedes llamar a la Diputación?\nPablo : No puedo, estoy de viaje.\nEva : Entonces llamo yo el lunes.",
        "Eva",
        "lunes",
    ),
    (
        "fa",
        "مینا : حسن، می\u200cتوانی دیسک بزرگ\u200cتر سفارش بدهی؟\n"
        "حسن : نه، این کار من نیست.\n"
        "رضا : باشه، فردا سفارش می\u200cدهم.",
        "رضا",
        "فردا",
    ),
]


@pytest.mark.parametrize(("language", "talk", "owner", "due"), TAKEN)
def test_a_task_that_somebody_else_takes_on_is_theirs(language: str, talk: str, owner: str, due: str) -> None:
    (task,) = items_of(talk, language)

    assert (task["owner"], task["due"], task["turns"]) == (owner, due, [0, 1, 2])


SHORT = [
    ("en", "Ann : The landlord wants more rent.\nBob : All right, I'll call him on Monday.", "Bob", "Monday"),
    ("fr", "Anne : La caméra coûte 1 200 euros.\nPaul : Bon, je la commande lundi.", "Paul", "lundi"),
    ("de", "Anna : Der Vermieter will mehr Miete.\nPaul : Gut, den rufe ich am Montag an.", "Paul", "Montag"),
    ("es", "Ana : La Diputación pide el presupuesto.\nPablo : Yo hablo con ellos el lunes.", "Pablo", "lunes"),
    ("fa", "مینا : بانک هنوز وام نداده است.\nحسن : من شنبه با بانک صحبت می\u200cکنم.", "حسن", "شنبه"),
]


@pytest.mark.parametrize(("language", "talk", "owner", "due"), SHORT)
def test_a_short_promise_with_a_day_is_a_task(language: str, talk: str, owner: str, due: str) -> None:
    (task,) = items_of(talk, language)

    assert (task["owner"], task["due"]) == (owner, due)


def test_a_promise_that_says_too_little_stands_behind_what_it_is_about() -> None:
    (task,) = items_of("Ann : The landlord wants more rent.\nBob : All right, I'll call him on Monday.", "en")

    assert (task["text"], task["turns"]) == ("The landlord wants more rent. \u2014 All right, I'll call him on Monday.", [0, 1])


@pytest.mark.parametrize(
    ("language", "talk"),
    [
        ("en", 'Ann : I read the letter: "I will pay for the swings. Please answer me by Friday." It came in May.'),
        ("de", "Anna : Ich lese vor: \u201eIch bitte Sie, den Weg bis Freitag zu bauen. Ich schicke morgen den Plan.\u201c"),
        ("fr", "Anne : La lettre est courte : «\u00a0Je vous enverrai le plan vendredi. Il faut payer lundi.\u00a0»"),
        ("en", "Ann : The mayor was short. He said I'll come to the opening on Friday with the minister."),
        ("de", "Anna : Er hat gesagt, ich schicke morgen den ganzen Plan an die Stadt."),
        ("en", "Ann Berg : Hello.\nBob Stone : Ann and I thought about the old cottage in Wales."),
    ],
)
def test_what_somebody_else_wrote_or_said_is_no_promise(language: str, talk: str) -> None:
    assert items_of(talk, language) == []


@pytest.mark.parametrize(
    ("language", "told", "joke"),
    [
        ("en", "Then let's work from the car park with 30 people.", "Very funny."),
        ("fr", "On prend la péniche pour les 30 membres.", "Très drôle."),
        ("de", "Dann nehmen wir den Grill vom Chef für 30 Leute.", "Sehr witzig."),
        ("es", "De acuerdo, contratamos 30 orquestas.", "Muy gracioso."),
        ("fa", "پس ۳۰ نفر را زیر چادر مهمان می\u200cکنیم.", "شوخی نکن."),
    ],
)
def test_what_is_taken_for_a_joke_is_not_decided(language: str, told: str, joke: str) -> None:
    names = ("مینا", "حسن") if language == "fa" else ("Ann", "Bob")

    assert items_of(f"{names[0]} : {told}\n{names[1]} : {joke}", language, "decision") == []
    assert items_of(f"{names[0]} : {told}\n{names[1]} : {told}", language, "decision") != []


@pytest.mark.parametrize(
    ("language", "said", "owner"),
    [
        ("fr", "Paul, tu le fais réparer avant mercredi.", "Paul"),
        ("fr", "Paul, vous les arrêtez aujourd'hui.", "Paul"),
        ("fr", "Paul, vous avez dit la même chose mercredi.", None),
        ("de", "Paul, du schreibst den Bericht bis Freitag.", "Paul"),
        ("en", "Paul, you'll send the report to Legal by Friday.", "Paul"),
        ("en", "Paul, you said the same thing about Friday.", None),
    ],
)
def test_who_is_told_to_do_something_by_a_day_has_a_task(language: str, said: str, owner: str | None) -> None:
    found = items_of(f"Eva : {said}\nPaul : Das Wetter ist schlecht.", language)

    assert [item["owner"] for item in found] == ([owner] if owner else [])


@pytest.mark.parametrize(
    ("language", "said", "kept"),
    [
        ("en", "It is the, the road", "It is the road"),
        ("en", "Call five five seven", "Call five five seven"),
        ("fr", "Elle a trente-neuf neuf de fièvre", "Elle a trente-neuf neuf de fièvre"),
        ("fa", "شمارهٔ پنج پنج هفت", "شمارهٔ پنج پنج هفت"),
        ("de", "Das sind 7 7 Punkte", "Das sind 7 7 Punkte"),
    ],
)
def test_a_number_that_is_said_twice_stays(language: str, said: str, kept: str) -> None:
    assert cleaned(said, pack_of(language)) == kept


def test_words_in_quotation_marks_are_not_the_speakers_own() -> None:
    assert own_words(['She wrote: "I come.', 'I pay."', "We wait."]) == ["She wrote: ", "", "We wait."]
    assert own_words(['A 24" screen.', "We wait."]) == ['A 24" screen.', "We wait."]


CORRECTED = [
    ("en", "Ann : The roof costs four hundred pounds.\nBob : No, forty thousand pounds.", "40"),
    ("fr", "Anne : Nous avons encaissé 11 900 euros.\nPaul : Pardon, c'est 11 500.", "11 500"),
    ("de", "Anna : Das Essen in der Kantine kostet 6,80 Euro.\nPaul : Nein, 7,20, seit Montag.", "7,20"),
    ("es", "Ana : La reparación cuesta 1.300 euros.\nEva : Me dijeron 1.500.\nAna : Son 1.500, sí, perdón.", "1.500"),
    ("fa", "مینا : هزینهٔ ساختمان چهارصد میلیون تومان است.\nحسن : نه، پانصد میلیون.", "پانصد"),
]


@pytest.mark.parametrize(("language", "talk", "right"), CORRECTED)
def test_a_figure_stands_with_the_one_that_replaces_it(language: str, talk: str, right: str) -> None:
    asked = order(talk, mode="extractive", language=language, totalContextLength=4096)

    first, *_ = carried_out(asked, lambda _call: "F")[0].coverage["minutes"]["items"]

    assert right in first["text"] or "forty" in first["text"]
    assert len(first["turns"]) == 2


@pytest.mark.parametrize(
    ("language", "talk", "text"),
    [
        (
            "en",
            "Ann : I suggest that we paint the hall.\nBob : Hm.\nAnn : I withdraw my proposal.",
            "I suggest that we paint the hall. \u2014 I withdraw my proposal.",
        ),
        (
            "fr",
            "Anne : Je propose d'attendre le budget.\nPaul : On vote. Rejetée.",
            "Je propose d'attendre le budget. \u2014 Rejetée.",
        ),
        (
            "es",
            "Ana : ¿Lo pagamos del fondo? Bien. Queda aprobado.",
            "¿Lo pagamos del fondo? \u2026 Queda aprobado.",
        ),
    ],
)
def test_what_was_voted_on_stands_before_how_it_ended(language: str, talk: str, text: str) -> None:
    asked = order(talk, mode="extractive", language=language, totalContextLength=4096)

    assert text in [item["text"] for item in carried_out(asked, lambda _call: "F")[0].coverage["minutes"]["items"]]


def test_what_else_a_turn_says_is_not_lost_behind_its_task() -> None:
    talk = "Ann : The landlord wants more rent.\nBob : I'll call him on Monday. Nobody knows who has the padlock."

    assert [item["turns"] for item in items_of(talk, "en", "question")] == [[1]]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("fr", "Je dépasse aujourd'hui les partis politiques et leurs couloirs."),
        ("fr", "Allez demander à Belfort ce qui se passe aujourd'hui avec les usines."),
        ("de", "Ich vertrete heute die Bürger dieser Stadt und ihre Kinder."),
        ("es", "Hablo hoy en nombre de los vecinos del barrio."),
    ],
)
def test_what_is_said_of_today_is_no_task(language: str, said: str) -> None:
    assert items_of(f"Eva : {said}\nMax : Okay.", language) == []


@pytest.mark.parametrize(
    ("language", "talk", "owner"),
    [
        ("en", "Ann : Bob, can you send the plan to Carl?\nBob : No problem, I'll send it tomorrow.", "Bob"),
        ("fr", "Anne : Paul, peux-tu envoyer le plan ?\nPaul : Non, pas de souci, je l'envoie demain.", "Paul"),
        ("de", "Anna : Paul, kannst du den Plan an die Stadt schicken?\nPaul : Nein, kein Problem, mach ich morgen.", "Paul"),
        ("es", "Ana : Pablo, ¿puedes mandar el plano?\nPablo : No hay problema, lo mando mañana.", "Pablo"),
    ],
)
def test_no_problem_is_no_refusal(language: str, talk: str, owner: str) -> None:
    (task,) = items_of(talk, language)

    assert (task["owner"], task["turns"]) == (owner, [0, 1])
