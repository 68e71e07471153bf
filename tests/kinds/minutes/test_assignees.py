"""Tasks of people who are only spoken of: "Marta will send the contract by Friday", said by somebody else."""

from __future__ import annotations

import pytest

from tests.kinds.minutes.test_acceptances import noted

TASKS = [
    ("en", "The landlord waits.", "Marta will send the contract by Friday.", "Marta"),
    ("en", "The figures are late.", "Mr. Hughes will send the figures next week.", "Mr. Hughes"),
    ("en", "What did they say?", "Maria from the office will ring the insurance tomorrow.", "Maria"),
    ("en", "Who does the balance?", "Accounting takes care of the balance sheet.", "Accounting"),
    ("en", "And the invoices?", "The finance team will check the invoices by Thursday.", "finance team"),
    ("en", "Somebody has to feed the cats.", "It's Nadia who looks after the cats in August.", "Nadia"),
    ("en", "And the buses?", "Cleo is going to ring the bus company.", "Cleo"),
    ("en", "And the stand?", "Marta and Paul will prepare the stand by Friday.", None),
    ("fr", "Et le bilan ?", "Le bilan, c'est Paul qui s'en charge.", "Paul"),
    ("fr", "La notice est trop longue.", "La notice, c'est Paul qui la reprend pour lundi.", "Paul"),
    ("fr", "Les badges ?", "Le secrétariat enverra les badges lundi.", "secrétariat"),
    ("fr", "Le contrat traîne.", "Marta va envoyer le contrat d'ici vendredi.", "Marta"),
    ("fr", "Et les clés ?", "Cleo s'occupe des clés.", "Cleo"),
    ("de", "Die Rechnungen liegen herum.", "Das übernimmt die Buchhaltung.", "Buchhaltung"),
    ("de", "Und der Saal?", "Um den Saal kümmert sich Nadja.", "Nadja"),
    ("de", "Die Plakate fehlen noch.", "Die Plakate druckt Paul am Montag.", "Paul"),
    ("de", "Der Vertrag fehlt noch.", "Marta schickt den Vertrag bis Freitag.", "Marta"),
    ("de", "Wer prüft das?", "Die Verträge prüft Jean-Marc am Montag.", "Jean-Marc"),
    ("de", "Und der Schlüssel?", "Den Schlüssel holt Nadja am Montag.", "Nadja"),
    ("es", "¿Y el balance?", "Del balance se encarga Paula.", "Paula"),
    ("es", "Falta el contrato.", "Marta enviará el contrato antes del viernes.", "Marta"),
    ("es", "¿Y las facturas?", "La secretaría enviará las facturas el lunes.", "secretaría"),
    ("fa", "بررسی صورت‌حساب‌ها چه شد؟", "حسابداری تا پنجشنبه صورت‌حساب‌ها را بررسی می‌کند.", "حسابداری"),
]
NO_TASKS = [
    ("en", "Marta will be in Spain until Friday."),
    ("en", "Marta would send the contract on Friday if she had a printer."),
    ("en", "Marta might send the contract on Friday."),
    ("en", "Marta won't send the contract on Friday."),
    ("en", "Marta sent the contract on Friday."),
    ("en", "Will Marta send the contract on Friday?"),
    ("en", "My neighbour says Marta will send the contract on Friday."),
    ("en", "Trump will sign the order on Monday."),
    ("en", "Germany will send the tanks by Friday."),
    ("en", "NATO will send the tanks by Friday."),
    ("en", "The team will start the season on Saturday."),
    ("en", "The IT department handles a thousand tickets a day."),
    ("en", "Paul handles stress well."),
    ("en", "The results will arrive on Friday."),
    ("en", "It will rain on Saturday."),
    ("en", "Monday will bring the rain."),
    ("en", "Customers will send the forms by Friday."),
    ("en", "The national team will send a second squad on Tuesday."),
    ("en", "The lawyer will send a letter on Friday, says the radio."),
    ("en", "The plumber will send the bill on Friday, they always do."),
    ("en", "In the story, Nadia will write a letter on Monday."),
    ("fr", "L'équipe de France va chercher la coupe dimanche."),
    ("fr", "Le plombier enverra la facture lundi, comme toujours."),
    ("fr", "L'architecte va envoyer un plan lundi, dit le journal."),
    ("fr", "Dans le film, Amélie va envoyer le nain demain."),
    ("de", "Die Verwaltung schickt mir ständig Briefe."),
    ("de", "Das Nationalteam schickt am Montag eine zweite Mannschaft."),
    ("de", "Die Verwaltung schickt am Montag einen Brief, meldet das Radio."),
    ("es", "El lunes traerá la lluvia."),
    ("es", "La secretaría enviará las facturas el lunes, anuncia un cartel."),
    ("es", "En la novela Sancho va a buscar agua mañana."),
    ("fa", "تیم ملی فردا جام را می‌گیرد."),
    ("fa", "وکیل توی فیلم فردا پول را می‌گیرد."),
    ("fr", "Macron va présenter la réforme lundi."),
    ("fr", "C'est Paul qui a écrit cette chanson."),
    ("fr", "C'est Paul qui chante le mieux."),
    ("fr", "C'est Paul qui le dit lundi."),
    ("fr", "Paul ne s'en occupe plus."),
    ("fr", "Le service clientèle s'occupe de mille appels par jour."),
    ("fr", "La mairie va ouvrir une piscine l'an prochain."),
    ("de", "Das macht Sinn bis Freitag."),
    ("de", "Das übernimmt Paul nicht mehr."),
    ("de", "Um meine Mutter kümmert sich meine Schwester."),
    ("de", "Die Regierung erhöht im Januar die Steuer."),
    ("es", "Paula ya no se encarga de eso."),
    ("es", "La empresa va a abrir una tienda en Madrid."),
    ("es", "El gobierno va a subir el impuesto en enero."),
    ("de", "Der Chef schickt Anna bis Freitag den Vertrag."),
    ("de", "Der Verein schickt Briefe bis Freitag."),
    ("de", "Die Bank schickt Formulare bis Freitag."),
    ("de", "Die Firma schickt Paul bis Freitag den Vertrag."),
    ("de", "Ein Kollege schickt Paul bis Freitag den Vertrag."),
    ("de", "Irgendwer schickt den Vertrag bis Freitag."),
    ("fr", "Celui-ci va envoyer le contrat vendredi."),
    ("es", "Alguien va a enviar el contrato el viernes."),
    ("fa", "شرکت سال آینده یک مغازه باز می‌کند."),
]


@pytest.mark.parametrize(("language", "before", "said", "owner"), TASKS)
def test_a_task_of_somebody_spoken_of_is_noted_with_who_is_named(
    language: str, before: str, said: str, owner: str | None
) -> None:
    (task,) = [found for found in noted(language, f"Ann : {before}\nBob : {said}\nCleo : Hm.") if found[0] == "action"]

    assert task[1] == owner
    assert said.removesuffix(".") in task[3]


@pytest.mark.parametrize(("language", "said"), NO_TASKS)
def test_what_is_told_of_others_is_no_task(language: str, said: str) -> None:
    talk = f"Ann : {said}\nBob : Hm.\nCleo : Well."

    assert not [found for found in noted(language, talk) if found[0] == "action"]


def test_a_word_that_is_also_written_small_is_no_name() -> None:
    talk = "Ann : Lodgers will pay the rent by Friday.\nBob : Which lodgers do we have?"

    assert not [found for found in noted("en", talk) if found[0] == "action"]


@pytest.mark.parametrize("talk", ["Ann : {0}\nBob : No, I can't, I'm away.", "Ann : {0}\nCleo : No, he is on holiday."])
@pytest.mark.parametrize("who", ["Bob", "Paul"])
def test_a_task_of_somebody_else_that_is_refused_is_none(talk: str, who: str) -> None:
    said = f"{who} will call the office tomorrow."

    assert not [found for found in noted("en", talk.format(said) + "\nDan : Hm.") if found[0] == "action"]


DONE = [
    ("en", "Bob, please send the contract.", "I've sent it already."),
    ("en", "Bob will send the contract.", "I sent it yesterday."),
    ("fr", "Bob, envoie le contrat, s'il te plaît.", "C'est fait."),
    ("fr", "Bob va envoyer le contrat.", "Je l'ai envoyé hier."),
    ("de", "Bob, schick bitte den Vertrag.", "Den habe ich schon geschickt."),
    ("de", "Bob schickt den Vertrag bis Freitag.", "Ist schon passiert."),
    ("es", "Bob, envía el contrato, por favor.", "Lo envié ayer."),
]


@pytest.mark.parametrize(("language", "asked", "answer"), DONE)
def test_what_is_said_to_be_done_is_no_task(language: str, asked: str, answer: str) -> None:
    assert not [found for found in noted(language, f"Ann : {asked}\nBob : {answer}\nCleo : Hm.") if found[0] == "action"]
