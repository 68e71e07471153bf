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


TAKEN_BACK = [
    (
        "en",
        "Ann : Could you send me the list of the plates?\nBob : I'll send it tomorrow. Actually no, Cleo has the list.\n"
        "Cleo : I'll send it, no problem.",
        "Cleo",
    ),
    (
        "fr",
        "Anne : Vous pourriez m'envoyer la liste des plaques ?\nPaul : Je l'envoie demain. Ah non, c'est Eve qui l'a.\n"
        "Eve : Je l'envoie, pas de problème.",
        "Eve",
    ),
    (
        "de",
        "Anna : Könnten Sie mir die Liste schicken?\nPaul : Die schicke ich morgen. Ach nein, die hat Eva.\n"
        "Eva : Ich schicke sie, kein Problem.",
        "Eva",
    ),
    (
        "es",
        "Ana : ¿Puede usted enviar la lista?\nPablo : La envío mañana. Ah no, Eva la tiene.\nEva : Yo la envío, sin problema.",
        "Eva",
    ),
    (
        "fa",
        "مینا : می\u200cتوانید فهرست پلاک\u200cها را بفرستید؟\nحسن : فردا می\u200cفرستم. نه، فهرست دست رضا است.\n"
        "رضا : من می\u200cفرستم، مشکلی نیست.",
        "رضا",
    ),
]


@pytest.mark.parametrize(("language", "talk", "owner"), TAKEN_BACK)
def test_a_promise_that_is_taken_back_is_nobodys_until_somebody_else_takes_it_on(language: str, talk: str, owner: str) -> None:
    (task,) = items_of(talk, language)

    assert (task["owner"], task.get("due"), task["turns"]) == (owner, None, [0, 1, 2])


def test_a_promise_with_another_day_behind_it_is_kept() -> None:
    (task,) = items_of("Ann : I'll send the plan on Monday. No wait, I'll send it on Tuesday.\nBob : Fine.", "en")

    assert (task["owner"], task["due"]) == ("Ann", "Tuesday")


PASSED_ON = [
    (
        "en",
        "Ann : Lena, can you tell the town?\nLena : I'm off tomorrow. Ines, could you?\nInes : Sure, I'll write to them today.",
    ),
    (
        "fr",
        "Anne : Lena, tu peux prévenir l'hôpital ?\nLena : Je suis en congé demain. Ines, tu peux ?\n"
        "Ines : Oui, je les appelle aujourd'hui.",
    ),
    (
        "de",
        "Anna : Lena, kannst du das Krankenhaus anrufen?\nLena : Ich bin morgen nicht da. Ines, kannst du das?\n"
        "Ines : Klar, ich schreibe ihnen heute noch.",
    ),
    (
        "es",
        "Ana : Lena, ¿puedes avisar al hospital?\nLena : Mañana no estoy. Ines, ¿puedes tú?\nInes : Claro, les escribo hoy.",
    ),
    (
        "fa",
        "مینا : لنا، می\u200cتوانی به بیمارستان خبر بدهی؟\nلنا : من فردا نیستم. اینس، تو می\u200cتوانی؟\n"
        "اینس : حتما، امروز برایشان می\u200cنویسم.",
    ),
]


@pytest.mark.parametrize(("language", "talk"), PASSED_ON)
def test_a_request_that_is_passed_on_is_the_task_of_who_takes_it_on(language: str, talk: str) -> None:
    (task,) = items_of(talk, language)

    assert (task["owner"], task["turns"]) == ({"fa": "اینس"}.get(language, "Ines"), [0, 1, 2])
    assert task["due"] == {"en": "today", "fr": "aujourd'hui", "de": "heute", "es": "hoy", "fa": "امروز"}[language]


ASKED_FOR = [
    (
        "en",
        "Ann : Who collects the money?\nBob : Not me, I did it last year.\nCleo : All right, I'll collect it by Friday.",
        "Friday",
    ),
    ("fr", "Anne : Qui prévient les adhérents ?\nPaul : Pas moi.\nEve : Bon, je les appelle lundi.", "lundi"),
    ("de", "Anna : Wer sammelt das Geld ein?\nPaul : Ich nicht.\nEva : Gut, ich mache das bis Freitag.", "Freitag"),
    ("es", "Ana : ¿Quién llama al pintor?\nPablo : Yo no, la última vez discutí.\nEva : Lo llamo yo el lunes.", "lunes"),
    ("fa", "مینا : چه کسی به اعضا خبر می\u200cدهد؟\nحسن : من نه.\nرضا : دوشنبه زنگ می\u200cزنم.", "دوشنبه"),
]


@pytest.mark.parametrize(("language", "talk", "due"), ASKED_FOR)
def test_who_takes_on_what_nobody_was_named_for_has_the_task(language: str, talk: str, due: str) -> None:
    (task,) = items_of(talk, language)

    assert task["owner"] == talk.splitlines()[2].split(" : ")[0]
    assert (task["turns"], task["due"]) == ([0, 2], due)
    assert task["text"].startswith(talk.splitlines()[0].split(" : ")[1])


OFFERED = [
    ("en", "Ann : I could ask my cousin about the piano.\nBob : Yes, please do that.\nAnn : Okay."),
    ("fr", "Anne : Je pourrais demander à ma cousine pour le piano.\nPaul : Oui, faites ça.\nAnne : Bon."),
    ("de", "Anna : Ich könnte meine Cousine nach dem Klavier fragen.\nPaul : Ja, machen Sie das bitte.\nAnna : Gut."),
    ("es", "Ana : Podría preguntar a mi prima por el piano.\nPablo : Sí, hágalo, por favor.\nAna : De acuerdo."),
    ("fa", "مینا : می\u200cتوانم از دخترعمویم دربارهٔ پیانو بپرسم.\nحسن : بله، لطفا بپرسید.\nمینا : چشم."),
]


@pytest.mark.parametrize(("language", "talk"), OFFERED)
def test_an_offer_that_is_taken_up_is_the_task_of_who_made_it(language: str, talk: str) -> None:
    (task,) = items_of(talk, language)

    assert (task["owner"], task["turns"]) == (talk.split(" : ", maxsplit=1)[0], [0, 1])


def test_a_task_has_the_day_that_its_owner_agrees_to_instead() -> None:
    talk = "Anne : Paul, corrige la page.\nPaul : Je le fais d'ici au premier avril.\nAnne : Vendredi ?\nPaul : Vendredi."

    (task,) = items_of(talk, "fr")

    assert (task["owner"], task["due"], task["due_date"]) == ("Paul", "Vendredi", "2026-03-20")


@pytest.mark.parametrize(
    ("language", "talk", "tasks"),
    [
        (
            "es",
            "Julia : Marta, rehaz la tabla 2.\nMarta : No, que no tengo los datos. Tú haz la 2.\nJulia : De acuerdo.",
            [("Julia", "Tú haz la 2. \u2014 De acuerdo.")],
        ),
        (
            "en",
            "Tom : Ines builds the index on Sunday. Lena, can you add the index to the dashboard?\n"
            "Lena : I will add it to the dashboard next week.\nInes : Fine.",
            [
                ("Ines", "Ines builds the index on Sunday."),
                (
                    "Lena",
                    "Lena, can you add the index to the dashboard? \u2014 I will add it to the dashboard next week.",
                ),
            ],
        ),
        (
            "en",
            "Tom : Ines, please build the index on Sunday. And who adds it to the dashboard?\n"
            "Ines : I will add it to the dashboard next week.\nLena : Fine.",
            [
                ("Ines", "Ines, please build the index on Sunday."),
                ("Ines", "Who adds it to the dashboard? \u2014 I will add it to the dashboard next week."),
            ],
        ),
        ("es", "Marta : Pedro López hace los planos para el 30 de abril.\nPedro López : Eso.", [("Pedro López", "")]),
        ("en", "Ann : We vote. Please be serious, all of you.\nBob : We were, the whole evening.", []),
        ("es", "Ana : Julio, por favor, hablemos en serio.\nJulio : Estaba hablando de la piscina.", []),
    ],
)
def test_each_task_goes_to_who_is_told_to_do_it(language: str, talk: str, tasks: list[tuple[str, str]]) -> None:
    found = [(each["owner"], each["text"]) for each in items_of(talk, language)]

    assert [owner for owner, _ in found] == [owner for owner, _ in tasks]
    assert all(text.endswith(wanted) for (_, text), (_, wanted) in zip(found, tasks, strict=True))


@pytest.mark.parametrize(
    ("language", "said", "due", "day"),
    [
        ("en", "I'll repair the gate by June the first.", "June the first", "2026-06-01"),
        ("en", "I'll repair the gate by the twenty-third of June.", "twenty-third of June", "2026-06-23"),
        ("fr", "Je corrigerai la page d'ici au premier avril.", "premier avril", "2026-04-01"),
        ("fr", "Je corrigerai la page avant le vingt et un avril.", "vingt et un avril", "2026-04-21"),
        ("de", "Ich mache die Seite bis zum ersten Juni fertig.", "ersten Juni", "2026-06-01"),
        ("de", "Ich mache die Seite bis spätestens einunddreißigsten Mai.", "einunddreißigsten Mai", "2026-05-31"),
        ("es", "Lo haré antes del primero de junio.", "primero de junio", "2026-06-01"),
        ("es", "Lo haré para el treinta y uno de mayo.", "treinta y uno de mayo", "2026-05-31"),
        ("fa", "گزارش را تا اول خرداد می\u200cفرستم.", "اول خرداد", "2026-05-22"),
        ("fa", "گزارش را تا بیست و یکم خرداد می\u200cفرستم.", "بیست و یکم خرداد", "2026-06-11"),
        ("fa", "گزارش را پنج\u200cشنبه می\u200cفرستم.", "پنج\u200cشنبه", "2026-03-19"),
        ("fa", "گزارش را سه شنبه می\u200cفرستم.", "سه شنبه", "2026-03-24"),
        ("fa", "گزارش را پس\u200cفردا می\u200cفرستم.", "پس\u200cفردا", "2026-03-19"),
        ("en", "I'll write the letter by the end of June.", "by the end of June", None),
        ("es", "Yo puedo hacer los planos, pero no antes del 30 de abril.", None, None),
    ],
)
def test_a_day_that_is_said_in_words_is_a_day(language: str, said: str, due: str | None, day: str | None) -> None:
    asked = f"{'رضا' if language == 'fa' else 'Bob'} : {said}\n{'مینا : گزارش' if language == 'fa' else 'Ann : The page'} !"

    found = [(each.get("due"), each.get("due_date")) for each in items_of(asked, language)]

    assert found == [(due, day)] or (due is None and all(each == (None, None) for each in found))
