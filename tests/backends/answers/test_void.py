"""Answers that say nothing, in the languages that our services ship, and answers that only look so."""

from __future__ import annotations

import pytest

from app.backends.answers.void import Void, void

NOTHING = [
    "",
    " \n",
    "null",
    "None",
    "N/A",
    "None.",
    "(none)",
    "**N/A**",
    "...",
    "—",
    "[]",
    '"null"',
    "Rien.",
    "Keine.",
    "هیچ",
    "Summary: N/A",
    "Here is the summary:",
    "Sure! Here's a summary of the meeting:\n",
    "Voici le compte rendu :",
    "Hier ist die Zusammenfassung:",
    "¡Claro! Aquí tienes el resumen:",
    "حتماً! خلاصه جلسه به شرح زیر است:",
    "Résumé : aucun",
    "The transcript appears to be empty.",
    "No transcript was provided.",
    "Sorry, no text was included in your message.",
    "The user did not provide a transcript, so there is nothing to summarize.",
    "No summary available.",
    "Il semble qu'aucun texte n'ait été fourni.",
    "Aucune information à résumer.",
    "No se ha proporcionado ningún texto.",
    "No hay nada que resumir.",
    "Es wurde kein Text bereitgestellt.",
    "Keine Zusammenfassung möglich.",
    "متنی ارائه نشده است.",
]
REFUSALS = [
    "I cannot present the members of this council that way, and I can't help with that request.",
    "I’m sorry, but I can’t assist with that.",
    "Sorry, I cannot provide a summary of this conversation.",
    "As an AI language model, I cannot generate this content.",
    "I am unable to summarize this text.",
    "**I'm sorry**, but as an AI language model, I cannot provide this content.",
    "Thank you for sharing the whole transcript. Unfortunately, I can't process this request.",
    "I don't have enough information to summarize this.",
    "Unfortunately, I won't be able to help you with that.",
    "Je suis désolée, mais je ne peux pas vous aider avec cette demande.",
    "Je ne suis pas en mesure de fournir un résumé.",
    "Lo siento, pero no puedo ayudarte con eso.",
    "No puedo generar ese contenido.",
    "Es tut mir leid, aber ich kann dabei nicht helfen.",
    "Ich kann leider keine Zusammenfassung erstellen.",
    "متأسفم، نمی‌توانم در این مورد کمک کنم.",
]
QUESTIONS = [
    "Could you please provide the transcript that I should summarize?",
    "Sure! Please paste the text.",
    "Hello! How can I assist you today?",
    "It seems that there is no transcript here.",
    "Pourriez-vous me fournir la transcription ?",
    "Comment puis-je vous aider ?",
    "¿Podría proporcionar la transcripción, por favor?",
    "Könnten Sie mir bitte das Transkript zur Verfügung stellen?",
    "لطفاً متن جلسه را ارسال کنید.",
    "Could you please provide more context?",
    "I need the transcript in order to write the minutes.",
]
ANSWERS = [
    "Ann : I cannot help with that text.",
    "I can't come on Friday.",
    "I cannot agree with the budget.",
    "Ann: none",
    "- The quay opens at nine.",
    "No decision was taken.",
    "None of the members agreed.",
    "Nora could not provide the text.",
    "No text was found in the annex of the contract.",
    "I need the figures before I edit the text.",
    "The content of the report is complete.",
    "Es wurde keine Entscheidung getroffen.",
    "No hay acuerdo sobre el presupuesto.",
    "Aucune décision n'a été prise.",
    "Please send the figures by Friday.",
    "Thanks, everyone. The budget is agreed.",
    "Je ne peux pas venir vendredi.",
    "Bonjour à tous. Le budget est voté.",
    "No puedo venir el viernes.",
    "Ich kann am Freitag nicht kommen.",
    "لطفا پنجره را باز کنید",
    "I cannot help with that. " + "But this is what they said about the quay. " * 20,
]


@pytest.mark.parametrize(
    ("texts", "kind"), [(NOTHING, Void.EMPTY), (REFUSALS, Void.REFUSED), (QUESTIONS, Void.ASKED), (ANSWERS, None)]
)
def test_an_answer_that_is_none_is_told_from_one(texts: list[str], kind: Void | None) -> None:
    assert [text for text in texts if void(text) is not kind] == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("En tant que modèle de langage, je ne suis pas en mesure de résumer cette conversation.", Void.REFUSED),
        ("Je regrette, il m'est impossible de traiter cette demande.", Void.REFUSED),
        ("Je n'ai pas assez d'informations pour rédiger un résumé.", Void.REFUSED),
        ("Il n'y a pas de transcription à résumer.", Void.EMPTY),
        ("Als KI-Sprachmodell bin ich nicht in der Lage, dieses Gespräch zusammenzufassen.", Void.REFUSED),
        ("Ich habe nicht genügend Informationen, um eine Zusammenfassung zu schreiben.", Void.REFUSED),
        ("Ich bin nicht berechtigt, diese Anfrage zu bearbeiten.", Void.REFUSED),
        ("Es gibt kein Transkript zum Zusammenfassen.", Void.EMPTY),
        ("Keine Angaben.", Void.EMPTY),
        ("Como modelo de lenguaje, no soy capaz de resumir esta conversación.", Void.REFUSED),
        ("No tengo suficiente información para escribir un resumen.", Void.REFUSED),
        ("اطلاعات کافی برای نوشتن خلاصه ندارم.", Void.REFUSED),
        ("Il m'est impossible de venir lundi.", None),
        ("Je n'ai pas assez d'informations sur le budget de la fête.", None),
        ("Ich bin nicht berechtigt, den Vertrag zu unterschreiben.", None),
        ("Ich habe keine Informationen zum Kessel.", None),
        ("Es gibt kein Gespräch mit dem Vorstand.", None),
        ("No tengo suficiente información para pagar la caldera.", None),
        ("Il n'y a pas de texte sur la porte.", None),
        ("اطلاعات کافی درباره بودجه ندارم.", None),
    ],
)
def test_refusals_in_other_words_are_told_from_what_people_say(text: str, kind: Void | None) -> None:
    assert void(text) is kind
