"""Italian, Dutch, Portuguese and Polish: what is decided and taken on by their cues, and what only looks like it."""

from __future__ import annotations

import re

import pytest

from app.kinds.languages import CUED, PACKS, pack_of
from app.kinds.languages.base import CUES
from tests.kinds.minutes.test_acceptances import noted

DECISIONS = [
    ("it", "Allora teniamo il capannone rosso."),
    ("it", "È stato deciso che i cani restano fuori."),
    ("it", "Deciso: il mercato apre alle nove."),
    ("nl", "Dan kiezen we de rode schuur."),
    ("nl", "Er is besloten dat de honden voortaan buiten het gebouw blijven."),
    ("nl", "Afgesproken, de markt gaat om negen uur open."),
    ("pt", "Então ficamos com o barracão vermelho."),
    ("pt", "Foi decidido que os cães ficam fora."),
    ("pt", "Decidido: o mercado abre às nove."),
    ("pl", "W takim razie wybieramy czerwoną stodołę."),
    ("pl", "Postanowiono, że psy zostają na zewnątrz."),
    ("pl", "Ustalone, targ otwiera się o dziewiątej."),
]
TASKS = [
    ("it", "Anna : Le sedie mancano.\nBruno : Ordinerò le sedie entro martedì.", "Bruno", "martedì"),
    ("it", "Anna : Bruno, puoi chiamare il fabbro?\nBruno : Sì, ci penso io.", "Bruno", None),
    ("it", "Anna : Marta preparerà il contratto entro venerdì.\nBruno : Bene.", "Marta", "venerdì"),
    ("nl", "Anna : De stoelen ontbreken.\nBruno : Ik zal de stoelen voor dinsdag bestellen.", "Bruno", "dinsdag"),
    ("nl", "Anna : Bruno, kun je de smid bellen?\nBruno : Ja, dat doe ik.", "Bruno", None),
    ("nl", "Anna : Marta regelt het contract voor vrijdag.\nBruno : Goed.", "Marta", "vrijdag"),
    ("pt", "Ana : Faltam as cadeiras.\nBruno : Vou encomendar as cadeiras até terça-feira.", "Bruno", "terça-feira"),
    ("pt", "Ana : Bruno, podes contactar o serralheiro?\nBruno : Sim, eu trato disso.", "Bruno", None),
    ("pt", "Ana : A Marta vai preparar o contrato até sexta-feira.\nBruno : Bem.", "Marta", "sexta-feira"),
    ("pl", "Anna : Brakuje krzeseł.\nBruno : Zamówię krzesła do wtorku.", "Bruno", "wtorku"),
    ("pl", "Anna : Bruno, możesz zadzwonić do ślusarza?\nBruno : Tak, zajmę się tym.", "Bruno", None),
    ("pl", "Anna : Marta przygotuje umowę do piątku.\nBruno : Dobrze.", "Marta", "piątku"),
]
NEITHER = [
    ("it", "Non posso mandare niente oggi."),
    ("it", "Quando finisco la scuola, cerco lavoro."),
    ("it", "Hanno deciso di chiudere la scuola."),
    ("it", "Netflix pubblicherà la serie venerdì."),
    ("it", "Allora prendiamo per esempio la Svezia."),
    ("it", "Quindi prendiamo atto che nulla è cambiato."),
    ("it", "Sì, teniamo molto a questo progetto."),
    ("it", "Sì, compriamo spesso lì il pane."),
    ("it", "E compriamo un sacco di pane."),
    ("it", "Posso chiedere una cosa, quanto costa."),
    ("it", "Cercherò di essere breve."),
    ("it", "Ha detto che manderà i soldi entro venerdì."),
    ("it", "Bruno, dimmi, per favore."),
    ("it", "Sicuramente manderà il verbale entro venerdì."),
    ("it", "Qualcuno manderà il verbale entro venerdì."),
    ("nl", "Ik kan vandaag niets sturen."),
    ("nl", "Als ik klaar ben, bel ik mijn moeder."),
    ("nl", "Ze hebben besloten de school te sluiten."),
    ("nl", "Netflix print vrijdag de posters."),
    ("nl", "Dan nemen we bijvoorbeeld Zweden."),
    ("nl", "Ja, we houden van kaas."),
    ("nl", "Goed, we houden het kort."),
    ("nl", "Hij zei: 'ik stuur het geld voor maandag'."),
    ("nl", "Dan nemen we de trein, dacht ik, maar hij reed niet."),
    ("nl", "Een koffie alsjeblieft."),
    ("nl", "Morgen belt de smid voor vrijdag."),
    ("nl", "Straks belt hij voor vrijdag."),
    ("nl", "Vermoedelijk stuurt de bank het voor vrijdag."),
    ("pt", "Não posso mandar nada hoje."),
    ("pt", "Quando acabar, vou ligar à minha mãe."),
    ("pt", "Decidiram fechar a escola."),
    ("pt", "A Netflix vai publicar a série na sexta-feira."),
    ("pt", "Então compramos por exemplo a Suécia."),
    ("pt", "E ficamos com fome."),
    ("pt", "Bem, ficamos com a sensação de que falta algo."),
    ("pt", "Sim, mantemos contacto."),
    ("pt", "Vou fazer uma pergunta."),
    ("pt", "Ele disse que vou enviar o dinheiro até sexta-feira."),
    ("pt", "Silêncio, por favor."),
    ("pt", "Alguém vai enviar a ata até sexta-feira."),
    ("pt", "Certamente vai enviar a ata até sexta-feira."),
    ("pl", "Nie mogę dziś nic wysłać."),
    ("pl", "Jak skończę, zadzwonię do mamy."),
    ("pl", "Postanowili zamknąć szkołę."),
    ("pl", "Netflix wyśle wiadomość w piątek."),
    ("pl", "To bierzemy na przykład Szwecję."),
    ("pl", "To kupujemy codziennie chleb tam."),
    ("pl", "Tak, bierzemy to pod uwagę."),
    ("pl", "Zrobię sobie przerwę."),
    ("pl", "Zapytam inaczej."),
    ("pl", "Zaraz skończę."),
    ("pl", "Powiedział: wyślę pieniądze do piątku."),
    ("pl", "Pewnie wyśle protokół do piątku."),
    ("pl", "Potem zadzwoni do ciebie do piątku."),
]


TALKS = [
    ("it", "Anna : Puoi ripetere, per favore?\nBruno : Sì, dicevo che fa caldo."),
    ("it", "Anna : Può parlare più forte?\nBruno : Sì, certo."),
    ("it", "Anna : Com'è andato il weekend?\nBruno : Abbiamo deciso di andare al mare."),
    ("nl", "Anna : Hoe was het weekend?\nBram : We hebben besloten om naar zee te gaan."),
    ("pt", "Ana : Podes repetir, por favor?\nBruno : Sim, disse que está calor."),
    ("pt", "Ana : Como foi a viagem?\nBruno : Decidimos que ficamos mais dois dias."),
    ("pl", "Anna : Jak minął weekend?\nBartek : Zdecydowaliśmy, że zostajemy dwa dni dłużej."),
]
WORK = [
    ("it", "Anna : Com'è andata la riunione?\nBruno : Abbiamo deciso di chiudere l'ufficio."),
    ("nl", "Anna : Hoe was de vergadering?\nBram : We hebben besloten om het kantoor te sluiten."),
    ("pt", "Ana : Como foi a reunião?\nBruno : Decidimos que o escritório fecha."),
    ("pl", "Anna : Jak było na spotkaniu?\nBartek : Zdecydowaliśmy, że biuro zostaje zamknięte."),
    ("pt", "Ana : Então ficamos com o barracão.\nBruno : Hm."),
    ("nl", "Anna : Dan houden we de rode schuur.\nBram : Hm."),
]


def test_a_language_has_cues_alone_or_all_its_words() -> None:
    assert not CUED.keys() & PACKS.keys()
    assert pack_of("it") is CUED["it"]
    assert pack_of("sv") is PACKS["en"]


@pytest.mark.parametrize("code", sorted(CUED))
def test_the_cues_are_regular_expressions_for_fields_of_cues(code: str) -> None:
    for field in CUES:
        re.compile(getattr(CUED[code], field))
    assert CUED[code].headings == PACKS["en"].headings


@pytest.mark.parametrize(("language", "said"), DECISIONS)
def test_what_is_decided_is_noted(language: str, said: str) -> None:
    found = noted(language, f"Anna : {said}\nBruno : Hm.")

    assert [each[0] for each in found] == ["decision"]


@pytest.mark.parametrize(("language", "talk", "owner", "due"), TASKS)
def test_a_task_is_of_who_takes_it_on(language: str, talk: str, owner: str, due: str | None) -> None:
    ((kind, found, _, text),) = noted(language, talk)

    assert (kind, found) == ("action", owner)
    assert due is None or due in text


@pytest.mark.parametrize(("language", "said"), NEITHER)
def test_what_only_looks_like_it_is_neither(language: str, said: str) -> None:
    assert not [each for each in noted(language, f"Anna : {said}\nBruno : Hm.") if each[0] in ("decision", "action")]


@pytest.mark.parametrize(("language", "talk"), TALKS)
def test_who_is_asked_to_speak_has_no_task_and_tells_no_decision(language: str, talk: str) -> None:
    assert not [each for each in noted(language, talk) if each[0] in ("decision", "action")]


@pytest.mark.parametrize(("language", "talk"), WORK)
def test_what_is_told_of_work_is_decided(language: str, talk: str) -> None:
    assert [each[0] for each in noted(language, talk)] == ["decision"]
