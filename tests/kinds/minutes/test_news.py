"""What is told of elsewhere is neither a decision of this meeting nor anybody's task: news, products, relatives."""

from __future__ import annotations

import pytest

from app.kinds.minutes.assignees import states
from tests.kinds.minutes.test_acceptances import noted
from tests.kinds.minutes.test_tasks import items_of

NEWS = [
    ("en", "Ann : Where were you?\nBob : There was ice on the road. So the ferry is cancelled.\nCleo : Oh dear."),
    ("en", "Ann : The road is closed.\nBob : So the bus to Leeds is cancelled.\nCleo : Oh dear."),
    ("en", "Ann : How was the weekend?\nBob : We decided to stay at home, because it rained all day.\nCleo : Same here."),
    ("en", "Ann : Anything in the paper?\nBob : The council has decided to sell the town hall.\nCleo : Oh dear."),
    ("en", "Ann : I watched a talk.\nBob : And?\nAnn : The conclusion was that bees can count.\nBob : Nice."),
    ("fr", "Anne : Vous étiez où ?\nPaul : Il y avait du verglas. Du coup le ferry est annulé.\nChloé : Zut."),
    ("fr", "Anne : La route est fermée.\nPaul : Du coup le bus pour Lyon est supprimé.\nChloé : Zut."),
    ("fr", "Anne : C'était comment, le voyage ?\nPaul : On a décidé de rester deux jours de plus.\nChloé : Super."),
    ("de", "Anna : Wo warst du?\nPaul : Es war glatt. Damit ist die Fähre gestrichen.\nCarla : Oh je."),
    ("de", "Anna : Die Straße ist gesperrt.\nPaul : Also fällt der Bus nach Leipzig aus.\nCarla : Oh je."),
    ("de", "Anna : Wie war die Reise?\nPaul : Wir haben beschlossen, noch zwei Tage zu bleiben.\nCarla : Schön."),
    ("es", "Ana : ¿Dónde estabas?\nPablo : Había hielo. Así que el barco queda suspendido.\nClara : Vaya."),
    ("es", "Ana : ¿Qué tal el viaje?\nPablo : Decidimos quedarnos dos días más.\nClara : Qué bien."),
]
DECIDED = [
    ("en", "Ann : So the class moves to Tuesday.\nBob : Works for me."),
    ("en", "Ann : Shall we drop the raffle?\nBob : Nobody has time. So the raffle is dropped.\nCleo : Hm."),
    ("en", "Ann : The hall is flooded.\nBob : So the dinner is cancelled.\nCleo : Hm."),
    ("fr", "Anne : Donc le cours passe au mardi.\nPaul : Ça me va."),
    ("fr", "Anne : La salle est inondée.\nPaul : Du coup le dîner est annulé.\nChloé : Hm."),
    ("de", "Anna : Damit verschiebt sich der Kurs auf Dienstag.\nPaul : Passt mir."),
    ("de", "Anna : Der Saal steht unter Wasser.\nPaul : Also ist das Essen abgesagt.\nCarla : Hm."),
    ("es", "Ana : Así que la clase pasa al martes.\nPablo : Me viene bien."),
    ("es", "Ana : La sala está inundada.\nPablo : Así que la cena queda cancelada.\nClara : Hm."),
    ("en", "Ann : How was the call with the printer?\nBob : Fine. We decided to print on Monday.\nCleo : Hm."),
    ("en", "Ann : Where are you with the hall?\nBob : We've decided on the town hall.\nCleo : Hm."),
    ("en", "Ann : What are you doing about the raffle?\nBob : We decided to drop it.\nCleo : Hm."),
    ("en", "Ann : We lack speakers. So the dinner moves to May.\nBob : I'll tell the cook by Friday."),
    ("fr", "Anne : C'était comment, la réunion ?\nPaul : Il a été décidé de fermer le bureau de Lyon.\nChloé : Hm."),
    ("de", "Anna : Wie war die Sitzung?\nPaul : Es wurde beschlossen, das Büro zu schließen.\nCarla : Hm."),
    ("de", "Anna : Uns fehlen Redner. Also verschiebt sich der Kurs auf Mai.\nPaul : Ich sage dem Koch bis Freitag Bescheid."),
    ("es", "Ana : ¿Cómo fue la reunión?\nPablo : Se decidió cerrar la oficina.\nClara : Hm."),
]
NOBODYS = [
    ("en", "Trello will send a summary on Monday."),
    ("en", "Grandma will bring a cake on Sunday."),
    ("en", "Portugal will send the money by Friday."),
    ("fr", "Trello enverra un résumé lundi."),
    ("fr", "Mamie va apporter un gâteau dimanche."),
    ("fr", "Le Portugal enverra l'argent avant vendredi."),
    ("de", "Trello schickt am Montag eine Übersicht."),
    ("de", "Oma bringt am Sonntag einen Kuchen mit."),
    ("de", "Portugal schickt das Geld bis Freitag."),
    ("es", "Trello enviará un resumen el lunes."),
    ("es", "La abuela traerá un pastel el domingo."),
    ("es", "Trello enviará un aviso el lunes."),
    ("es", "Portugal enviará el dinero antes del viernes."),
]
SOMEBODYS = [
    ("en", "The board is full.", "Hanna will send a summary by Monday.", "Hanna"),
    ("en", "Did you ask Hanna?", "Hanna will send a summary on Monday.", "Hanna"),
    ("en", "Hanna from finance has the figures.", "Hanna will send a summary on Monday.", "Hanna"),
    ("en", "Who writes to the members?", "Hanna will send a summary on Monday.", "Hanna"),
    ("en", "Hanna and I met the printer.", "Hanna will send a summary on Monday.", "Hanna"),
    ("en", "The board is full.", "Georgia will send a summary by Monday.", "Georgia"),
    ("en", "India from finance has the figures.", "India will send a summary by Monday.", "India"),
    ("fr", "Qui écrit aux membres ?", "Hanna enverra un résumé lundi.", "Hanna"),
    ("de", "Wer schreibt den Mitgliedern?", "Hanna schickt am Montag eine Übersicht.", "Hanna"),
    ("es", "¿Quién escribe a los socios?", "Hanna enviará un resumen el lunes.", "Hanna"),
    ("fr", "Le tableau est plein.", "Hanna enverra un résumé avant lundi.", "Hanna"),
    ("fr", "Hanna de la comptabilité a les chiffres.", "Hanna enverra un résumé lundi.", "Hanna"),
    ("fr", "J'ai parlé avec Hanna.", "Hanna enverra un résumé lundi.", "Hanna"),
    ("de", "Die Tafel ist voll.", "Hanna schickt bis Montag eine Übersicht.", "Hanna"),
    ("de", "Hanna aus der Buchhaltung hat die Zahlen.", "Hanna schickt am Montag eine Übersicht.", "Hanna"),
    ("de", "Hanna hat versprochen, zu helfen.", "Hanna schickt am Montag eine Übersicht.", "Hanna"),
    ("es", "El tablero está lleno.", "Hanna enviará un resumen antes del lunes.", "Hanna"),
    ("es", "Hanna de contabilidad tiene las cifras.", "Hanna enviará un resumen el lunes.", "Hanna"),
    ("es", "Hablé con Hanna.", "Hanna enviará un resumen el lunes.", "Hanna"),
]


@pytest.mark.parametrize(("language", "talk"), NEWS)
def test_news_are_not_decided(language: str, talk: str) -> None:
    assert items_of(talk, language, "decision") == []


@pytest.mark.parametrize(("language", "talk"), DECIDED)
def test_what_is_told_as_a_fact_is_decided_if_the_others_take_part_in_it(language: str, talk: str) -> None:
    assert len(items_of(talk, language, "decision")) == 1


@pytest.mark.parametrize(("language", "said"), NOBODYS)
def test_products_states_and_relatives_own_no_task(language: str, said: str) -> None:
    assert items_of(f"Ann : {said}\nBob : Hm.\nCleo : Well.", language) == []


def test_a_name_that_the_meeting_speaks_of_as_of_a_tool_owns_no_task() -> None:
    talk = "Ann : I put it in Hanna.\nBob : Hanna will send a summary by Monday.\nCleo : Hm."

    assert items_of(talk, "en") == []


@pytest.mark.parametrize(("language", "before", "said", "owner"), SOMEBODYS)
def test_a_person_owns_a_task_with_a_deadline_or_if_the_meeting_knows_who_it_is(
    language: str, before: str, said: str, owner: str
) -> None:
    (task,) = items_of(f"Ann : {before}\nBob : {said}\nCleo : Hm.", language)

    assert task["owner"] == owner


@pytest.mark.parametrize(
    ("language", "state"), [("en", "germany"), ("fr", "allemagne"), ("de", "deutschland"), ("es", "alemania")]
)
def test_states_are_known_by_their_names_in_the_language(language: str, state: str) -> None:
    assert state in states(language)


def test_a_promise_behind_somebody_elses_task_has_not_its_day() -> None:
    talk = "Ann : Marketing will update the slides by Friday.\nBob : And I'll check the numbers."

    assert [(each["owner"], each.get("due")) for each in items_of(talk, "en")] == [("Marketing", "Friday"), ("Bob", None)]


def test_who_takes_over_somebody_elses_task_has_its_day() -> None:
    found = noted("en", "Ann : Marta will send the contract by Friday.\nBob : I'll do it.")

    assert ("action", "Bob") in [each[:2] for each in found]
