"""Lines of a summary against their turns: what a hostile model says is put right, asked for again once, or told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.backends.base import Call
from app.errors import EmptyAnswer
from app.kinds.base import Result
from app.kinds.summary.checking import is_about_nothing
from app.kinds.summary.lines import lines_of
from app.orders import Order
from app.transcript import Turn
from tests.fakes.model import Model
from tests.kinds.summary.test_summary import carried_out, order

MEETING = """Ann Berg : The boiler was repaired yesterday and the engineer wants 480 euros for the pump.
Tom Barker : I would rather wait for the second offer, because the pump is still under warranty until March.
Ann Berg : Then please call the manufacturer about the warranty before Friday.
Tom Barker : Yes, I will call the manufacturer tomorrow morning and report to everybody."""
TURNS = MEETING.splitlines()
PROMPT = (
    "Summarise each turn in a line.\nExample:\nLuc Moreau : the caretaker gets new keys for the cellar door.\n\n{{ turns }}"
)


def about(language: str = "", **flavor: Any) -> Order:
    """An order of the meeting's summary; *language* is the request's."""
    asked = order(MEETING, fields=1, template=PROMPT, **{"totalContextLength": 2000, "createNewTurnAfter": 200, **flavor})
    return replace(asked, options={"speakers": [], "language": language})


def summarised(*answers: str, **flavor: Any) -> tuple[Result, Model]:
    """The summary when the calls are answered so, the last one again and again; all turns go into one call."""
    said = list(answers)
    usual = {"check": "repair", "maxNewTurns": 4}

    def say(_call: Call) -> str:
        return said.pop(0) if len(said) > 1 else said[0]

    asked = about(**{**usual, **flavor})
    return carried_out(asked, say)


def of_one_speaker(said: str) -> tuple[Result, Model]:
    """The summary when a turn goes into a call, and each is answered with *said* in the words of the turn."""
    asked = about(maxNewTurns=1, check="repair")
    return carried_out(asked, lambda call: said + call.messages[-1].content.split("\n\n")[-1].partition(" : ")[2])


def test_what_the_turns_say_is_taken_as_it_is() -> None:
    result, model = summarised(MEETING)

    assert (result.text, result.coverage["warnings"], len(model.heard)) == (MEETING, [], 1)


@pytest.mark.parametrize("name", ["Ann Berg", "Tom Barker"])
def test_the_name_of_a_line_is_that_of_its_turn(name: str) -> None:
    result, model = of_one_speaker(f"{name} : ")

    assert result.text == MEETING
    assert len(model.heard) == 4
    assert result.coverage["speakers_corrected"] == 2
    assert result.coverage["warnings"] == ["2 lines named another speaker than their turns; the name was put right"]


def test_what_another_speaker_of_the_batch_said_gets_that_name() -> None:
    swapped = MEETING.replace("Ann Berg", "?").replace("Tom Barker", "Ann Berg").replace("?", "Tom Barker")

    result, _ = summarised(swapped)

    assert result.text == MEETING


WRONG = [
    ("Luc Moreau : the caretaker gets new keys for the cellar door.", "the prompt's own words"),
    ("Zoe Quist : The boiler was repaired yesterday and the engineer wants 480 euros.", "a speaker who does not say that"),
    ("Ann Berg : The boiler was repaired yesterday and the engineer wants 940 euros.", "a number, a name or a quotation"),
    (
        "Ann Berg : The boiler was repaired yesterday and Miriam wants 480 euros for the pump.",
        "a number, a name or a quotation",
    ),
    ("Ann Berg : Marketing means building lasting relations with customers.", "hardly a word"),
    ("# Marketing\n# Customers", "hardly a word"),
]


@pytest.mark.parametrize(("said", "warning"), WRONG)
def test_what_no_turn_says_is_asked_for_once_more_and_then_told(said: str, warning: str) -> None:
    result, model = summarised(said)

    assert [warning in each for each in result.coverage["warnings"]].count(True) == 1
    assert (len(model.heard), result.coverage["calls"], result.coverage["repairs"]) == (2, 2, 1)


@pytest.mark.parametrize(("said", "warning"), WRONG)
def test_a_model_that_puts_it_right_leaves_no_warning(said: str, warning: str) -> None:
    del warning

    result, model = summarised(said, MEETING)

    assert (result.text, result.coverage["warnings"]) == (MEETING, [])
    told = [message.content for message in model.heard[1].messages][-2:]
    assert told[0] == said
    assert told[1].startswith("That is not right: ")


@pytest.mark.parametrize(("check", "calls", "warned"), [("off", 1, False), ("warn", 1, True), ("repair", 2, True)])
def test_the_manifest_says_how_much_is_checked(check: str, calls: int, warned: bool) -> None:
    result, model = summarised(WRONG[0][0], check=check)

    assert (len(model.heard), bool(result.coverage["warnings"])) == (calls, warned)


@pytest.mark.parametrize(
    "around",
    [
        "```\n{}\n```",
        "```text\n{}\n```",
        "Here is the summary:\n\n{}",
        "Voici le compte rendu :\n{}",
        "Here are the minutes:\n```\n{}\n```",
        "Claro, aquí tienes el acta:\n{}",
        "Based on the transcript, here are the minutes:\n{}",
        "Ecco il riassunto:\n{}",
        "حتماً! خلاصه جلسه به شرح زیر است:\n{}",
        "{}\n\nLet me know if you need anything else!",
        "{}\n\nN’hésitez pas si vous avez besoin d'autre chose.\n",
        "Hier ist die Zusammenfassung:\n\n{}\n\nIch hoffe, das hilft Ihnen weiter!",
        "Selbstverständlich. Hier das Protokoll:\n\n{}",
        "Gerne! Im Folgenden die Zusammenfassung der Besprechung:\n{}",
        "Por supuesto. A continuación, el resumen de la reunión:\n{}",
        "Este es el acta de las intervenciones:\n\n{}",
        "بفرمایید، این هم خلاصه:\n\n{}",
        "Here you go:\n\n{}",
        "{}\n\nWould you like me to add more detail?",
        "{}\n\nJe reste à votre disposition.",
        "{}\n\nMöchten Sie, dass ich mehr Details hinzufüge?",
        "{}\n\n¡Avísame si necesitas algo más!",
        "{}\n\nخوشحال می\u200cشوم کمک کنم.",
    ],
)
def test_what_stands_around_an_answer_is_left_out_and_told(around: str) -> None:
    result, _ = summarised(around.format(MEETING))

    assert result.text == MEETING
    assert any("left out" in warning for warning in result.coverage["warnings"])


@pytest.mark.parametrize("last", ["Ann Berg : Let me know if the pump fails.", "\n- If you need the key, ask Ann Berg."])
def test_a_line_that_only_sounds_like_an_offer_is_kept(last: str) -> None:
    assert summarised(f"{MEETING}\n{last}")[0].text.endswith(last.strip())


@pytest.mark.parametrize(
    "first", ["Report of the caretaker:", "The pump and its price:", "Decisions taken:\nWe wait:", "Minutes:"]
)
def test_a_heading_that_is_asked_for_or_about_the_turns_is_kept(first: str) -> None:
    """The prompt here speaks of a report and a caretaker."""
    said = f"{first}\n{MEETING}"

    assert summarised(said, system="Begin with: report of the caretaker.")[0].text == said


def test_a_language_that_the_manifest_names_is_checked() -> None:
    french = "Ann Berg : La chaudière a été réparée hier et le technicien demande 480 euros pour la pompe."
    unnamed, named = (
        carried_out(about(language, maxNewTurns=4, check="warn"), lambda _call: french)[0] for language in ("", "en")
    )

    assert unnamed.coverage["warnings"] == []
    assert any("another language" in warning for warning in named.coverage["warnings"])


@pytest.mark.parametrize(("system", "calls"), [("Answer with JSON.", 1), ("Answer with the object of the example.", 2)])
def test_json_is_not_checked_if_the_prompt_asks_for_it(system: str, calls: int) -> None:
    result, model = summarised('{"marketing": ["Zoe", 2027]}', system=system)

    assert (bool(result.coverage["warnings"]), len(model.heard)) == (calls == 2, calls)


PROSE = st.lists(
    st.sampled_from(
        ["marketing", "customers", "essence", "strategy", "lasting", "relation", "Miriam", "2027", "Zoe Quist :", "keys"]
    ),
    min_size=3,
    max_size=12,
).map(" ".join)
REFUSALS = st.sampled_from(["I cannot create content of that kind.", "null", "Please provide the transcript.", "N/A"])
HOSTILE = st.one_of(PROSE, REFUSALS, PROSE.map("```\n{}\n```".format), PROSE.map("Here is the summary:\n{}".format))


@given(st.lists(HOSTILE, min_size=1, max_size=8))
def test_a_hostile_model_is_never_a_success_without_a_word(answers: list[str]) -> None:
    try:
        result, model = summarised(*answers)
    except EmptyAnswer:
        return  # the job fails, and says why

    assert result.coverage["warnings"]
    assert len(model.heard) <= 4


FRENCH = """Ann Berg : La chaudière a été réparée hier et le technicien veut 480 euros pour la pompe.
Tom Barker : Je préfère attendre la deuxième offre, parce que la pompe est encore sous garantie jusqu'en mars."""


@pytest.mark.parametrize("language", ["fr", "de", "es", "fa", "it"])
@pytest.mark.parametrize("before", ["", "Ann Berg : ", "Oui. "])
def test_a_model_that_repeats_what_it_was_told_does_not_get_that_into_the_summary(language: str, before: str) -> None:
    first = MEETING.splitlines()[0]

    result, model = carried_out(
        about(language, check="repair", maxNewTurns=4),
        lambda call: before + call.messages[-1].content if len(call.messages) > 1 else first,
    )

    assert (result.text, result.coverage["repairs"], len(model.heard)) == (first, 1, 2)
    assert result.coverage["warnings"] == ["an answer is in another language than it should be (batch/0)"]


def test_a_model_that_wrote_in_another_language_is_asked_again_in_the_right_one() -> None:
    asked = replace(about("fr", check="repair", maxNewTurns=4), text=FRENCH)
    english = "Ann Berg : The boiler was repaired yesterday and the engineer wants 480 euros for the pump."

    result, model = carried_out(asked, lambda call: FRENCH if len(call.messages) > 1 else english)

    assert (result.text, any("language" in each for each in result.coverage["warnings"])) == (FRENCH, False)
    assert model.heard[1].messages[-1].content.startswith("Réécris ces lignes en français")


@pytest.mark.parametrize(
    "said", ["The boiler costs 940 euros.", "Marketing means lasting relations.", "Ann Berg : # Miriam pays it."]
)
def test_a_turn_that_a_model_says_wrong_twice_stands_as_it_was_said(said: str) -> None:
    result, model = carried_out(about(check="quote", maxNewTurns=1), lambda _call: said)

    assert result.text == MEETING
    assert (len(model.heard), result.coverage["repairs"]) == (8, 4)
    (warning,) = result.coverage["warnings"]
    assert warning.startswith("a turn stands as it was said")


def test_several_turns_in_one_call_are_not_quoted() -> None:
    wrong = "Ann Berg : The boiler costs 940 euros and the engineer repaired the pump."

    result, _ = carried_out(about(check="quote", maxNewTurns=4), lambda _call: wrong)

    assert result.text == wrong
    assert "a number, a name or a quotation" in result.coverage["warnings"][0]


def test_a_label_before_the_speaker_is_left_out() -> None:
    result, model = summarised("\n".join(f"Résumé : {line}" for line in TURNS))

    assert (result.text, result.coverage["warnings"], len(model.heard)) == (MEETING, [], 1)


IN_ENGLISH = "Luc Moreau : The boiler was repaired yesterday, and the engineer wants 480 euros for the new pump of the house."
IN_FRENCH = "Luc Moreau : La chaudière a été réparée hier, et le technicien demande 480 euros pour la nouvelle pompe."


def of_lines_in(content: str, said: str, language: str) -> Result:
    asked = order(content, fields=1, template="{{ turns }}", totalContextLength=2000, check="quote", maxNewTurns=1)
    asked = replace(asked, options={"speakers": [], "language": language})
    return carried_out(asked, lambda _call: said)[0]


def test_a_line_in_the_wrong_language_gives_way_to_its_turn_if_that_is_in_the_right_one() -> None:
    result = of_lines_in(IN_FRENCH, IN_ENGLISH, "fr")

    assert result.text == IN_FRENCH
    (warning,) = result.coverage["warnings"]
    assert warning.startswith("a turn stands as it was said, because the model wrote in another language")


def test_a_line_in_the_language_of_its_turn_stays_if_both_are_in_the_wrong_one() -> None:
    said = "Luc Moreau : The engineer wants 480 euros for the new pump, and the boiler was repaired yesterday."

    result = of_lines_in(IN_ENGLISH, said, "fr")

    assert result.text == said
    (warning,) = result.coverage["warnings"]
    assert warning.startswith("an answer is in another language")


NAMED = 'Write a line a turn, in the form "Name : what was said".\n\n{{ turns }}'


def obeyed(said: str, again: str, template: str) -> tuple[Result, Model]:
    """The summary of all turns in a call that is answered with *said*, and when it is asked again with *again*."""
    asked = about(check="repair", maxNewTurns=4)
    asked = replace(asked, templates={**asked.templates, "cra": template})
    return carried_out(asked, lambda call: again if len(call.messages) > 1 else said)


def test_a_word_that_a_turn_tells_the_model_to_write_is_no_summary() -> None:
    result, model = obeyed("warranty", MEETING, NAMED)

    assert (result.text, len(model.heard), result.coverage["warnings"]) == (MEETING, 2, [])


def test_a_word_that_stays_all_there_is_is_told() -> None:
    result, _ = obeyed("warranty", "warranty", NAMED)

    assert result.coverage["warnings"] == ["an answer says next to nothing of its turns (batch/0)"]


@pytest.mark.parametrize(
    ("said", "template"),
    [("warranty", "Name the topic in one word.\n\n{{ turns }}"), ("Ann Berg : warranty.", NAMED)],
    ids=["asked for a word", "with a name"],
)
def test_a_short_answer_may_be_what_was_asked_for(said: str, template: str) -> None:
    result, model = obeyed(said, "?", template)

    assert (result.text, len(model.heard), result.coverage["warnings"]) == (said, 1, [])


def reduced(answer: str) -> Result:
    """The summary whose reduce is answered so, when each turn has its own line before."""
    asked = about(check="repair", maxNewTurns=1, reduceSummary=True)

    def say(call: Call) -> str:
        shown = call.messages[0].content.split("\n\n")[-1]
        return answer if shown.count("\n") or len(call.messages) > 1 else shown

    return carried_out(asked, say)[0]


@pytest.mark.parametrize(
    "said",
    [
        "Ann Berg : Macron repaired the boiler and wants 480 euros for the pump.",
        "Ann Berg : The boiler was repaired and the engineer wants a dozen euros for the pump at midnight.",
        "Ann Berg : The engineer said \u2018the boiler is a wreck\u2019 and wants 480 euros for the pump.",
        "Tom Barker : The manufacturer is miriam@zorblax.com, call about the warranty of the pump.",
    ],
)
def test_what_a_reduce_invents_is_told(said: str) -> None:
    result = reduced(said)

    assert result.text == said
    assert [each.partition(" (")[0] for each in result.coverage["warnings"]] == [
        "a line holds a number, a name or a quotation that its turns do not say"
    ]


@pytest.mark.parametrize(
    "said",
    ["", "null", "# Summary", "Minutes of the meeting:", "---\n***", "```\n```", "I cannot help with that.", "Done.", "Sure!"],
)
def test_a_reduce_that_says_nothing_keeps_the_notes(said: str) -> None:
    result = reduced(said)

    assert result.text == MEETING
    assert any("the notes are given as they are" in each for each in result.coverage["warnings"])


@pytest.mark.parametrize("check", ["off", "warn", "repair"])
@pytest.mark.parametrize(("name", "speaker"), [("Macron", None), ("Ann Berg", "Ann Berg"), ("ann berg", None)])
def test_the_report_names_as_speaker_of_a_line_only_who_speaks_in_its_turns(check: str, name: str, speaker: str | None) -> None:
    result, _ = summarised(f"{name} : The boiler was repaired yesterday.", check=check)

    (line,) = result.coverage["lines"]
    assert (line["line"], line.get("speaker")) == (f"{name} : The boiler was repaired yesterday.", speaker)


@pytest.mark.parametrize(
    "prompt",
    ["Sum up (note: be short).", "Each line has its time (10:30).", "The user's note: x", "Answer as in «see below: list»."],
)
def test_not_every_colon_in_a_prompt_asks_for_names(prompt: str) -> None:
    result, model = obeyed("warranty", "warranty", f"{prompt}\n\n{{{{ turns }}}}")

    assert (len(model.heard), result.coverage["warnings"]) == (1, [])


@pytest.mark.parametrize(
    ("said", "notes", "is_void"),
    [
        ("会议决定下周发布新版本，预算增加百分之十。", "Ann : 下周发布新版本。", False),
        ("来週の公開が決まった。", "Ann : 来週に公開する。", False),
        ("Done.", "Ann : The vendor contract is terminated.", True),
        ("Supplier fired.", "Ann : The vendor contract is terminated.", False),
    ],
)
def test_only_a_word_or_two_are_about_nothing(said: str, notes: str, is_void: bool) -> None:
    turns = [Turn("Ann", notes, 0)]

    assert is_about_nothing(lines_of(said, turns, "reduce/0"), lines_of(notes, turns, "batch/0")) is is_void
