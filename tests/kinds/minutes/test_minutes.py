"""The kind `minutes`: whatever a model says, every item has turns that exist, and what these do not say is marked."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from app.backends.base import Answer, Call
from app.errors import BackendRefused, BadParameter, EmptyAnswer, MissingParameter
from app.kinds import minutes
from app.kinds.base import Form, Progress, Result, Work
from app.kinds.evidence import due_date, unsupported
from app.kinds.languages import pack_of
from app.kinds.meeting import Meeting
from app.kinds.minutes.choosing import Part, chosen, together, weights
from app.kinds.minutes.cueing import decides, due_in
from app.kinds.minutes.selecting import calibrated
from app.kinds.minutes.sentences import cleaned, pieces, without_lead
from app.kinds.words import terms
from app.orders import Order
from app.transcript import Turn
from tests.fakes.model import Model, Words

ROOT = Path(__file__).parents[3]
SCHEMA = json.loads((ROOT / "document" / "minutes.schema.json").read_text(encoding="utf-8"))
FLAVOR: dict[str, Any] = {
    "name": "small",
    "modelName": "model",
    "totalContextLength": 1200,
    "maxGenerationLength": 200,
    "createNewTurnAfter": 60,
    "maxNewTurns": 4,
}
TRANSCRIPT = """Ann Berg : Good morning everybody, today we talk about the heating and the garden.
Bob Stone : The heating costs 480 pounds, and the company can come on the 10th of March.
Ann Berg : Then we take the 10th of March for the heating. Bob, please write to the company by Friday.
Bob Stone : Yes, I will write to the company.
Ann Berg : Who pays for the garden is not clear to me.
Cleo Hart : The garden was paid by the town last year, two thousand euros."""


def order(content: str = TRANSCRIPT, options: Mapping[str, Any] | None = None, **flavor: Any) -> Order:
    payload = minutes.accept(Form({"content": content, **(options or {})}))
    return Order(
        service="minutes",
        kind="minutes",
        backend="model",
        flavor={**FLAVOR, **flavor},
        settings={},
        template="minutes",
        templates={},
        text=payload.content,
        options=payload.options,
    )


def carried_out(asked: Order, say: Callable[[Call], Answer | str]) -> tuple[Result, Model]:
    model = Model(say)
    return minutes.run(Work(asked, model, Words())), model


def name_of(call: Call) -> str:
    return (call.response_format or {}).get("json_schema", {}).get("name", "")


def items(*entries: Mapping[str, Any]) -> Callable[[Call], str]:
    """A model that gives each of *entries* once its first turn is in the batch, and writes nothing."""

    def say(call: Call) -> str:
        if name_of(call) != "minutes":
            return json.dumps({"title": "", "summary": []})
        shown = set(map(int, re.findall(r"^\[(\d+)\]", call.messages[0].content, re.MULTILINE)))
        return json.dumps({"items": [entry for entry in entries if set(entry["turns"]) & shown]})

    return say


def entry(text: str, *turns: int, kind: str = "topic", **more: Any) -> dict[str, Any]:
    return {"kind": kind, "text": text, "turns": list(turns), "owner": None, "due": None, **more}


def made(*entries: Mapping[str, Any], **options: Any) -> list[dict[str, Any]]:
    return list(carried_out(order(options=options), items(*entries))[0].coverage["minutes"]["items"])


def test_a_label_with_a_number_is_known_as_its_speaker() -> None:
    said = order("SPEAKER_00 : May I ask about the garden?\nBob : Yes, please.")

    result, _ = carried_out(said, items(entry("SPEAKER_00 asks about the garden.", 0)))

    assert result.coverage["minutes"]["items"][0]["unsupported"] == []


def test_each_batch_reports_the_items_that_are_found_so_far() -> None:
    reports: list[Progress] = []
    say = items(entry("The heating costs 480 pounds.", 1), entry("Who pays for the garden?", 4, kind="question"))

    minutes.run(Work(order(maxNewTurns=3), Model(say), Words(), report=reports.append))

    found = [report.coverage["minutes"] for report in reports]
    assert [len(each["items"]) for each in found][-2:] == [2, 2]
    assert min(len(each["items"]) for each in found) < 2
    for each in found:
        Draft202012Validator(SCHEMA).validate(each)


def test_the_sentences_that_may_be_quoted_are_reported_as_preliminary() -> None:
    reports: list[Progress] = []

    result = minutes.run(Work(order(mode="extractive"), Model(labelling), Words(), report=reports.append))

    *while_reading, last = [report.coverage for report in reports]
    grown = [len(each["minutes"]["items"]) for each in while_reading]
    assert grown == sorted(grown)
    assert grown[-1] > 0
    assert all(each["preliminary"] for each in while_reading)
    assert "preliminary" not in {**last, **result.coverage}
    Draft202012Validator(SCHEMA).validate(while_reading[-1]["minutes"])


# -- evidence ----------------------------------------------------------------------------------------------------------------


def test_an_item_keeps_the_turns_that_it_cites_and_is_supported_by_them() -> None:
    (item,) = made(entry("Bob Stone writes to the company by Friday.", 2, 3, kind="action", owner="Bob Stone", due="by Friday"))

    assert (item["turns"], item["unsupported"], item["owner"], item["due"]) == ([2, 3], [], "Bob Stone", "by Friday")


@pytest.mark.parametrize(
    ("text", "turns", "missing"),
    [
        ("The heating costs 480 pounds.", [1], []),
        ("The heating costs 490 pounds.", [1], ["490"]),
        ("The garden cost 2,000 euros.", [5], []),
        ("The garden cost 2 000 euros last year.", [5], []),
        ("The company can come on 10 April.", [1], ["April"]),
        ("The heating was discussed with Zorblax today.", [0], ["Zorblax"]),
        ("Zorblax will talk about the heating.", [0], ["Zorblax"]),
        ("Cleo Hart talks about the heating.", [0], ["Cleo", "Hart"]),
        ("Ann said “the boiler is broken” about the heating.", [0], ["the boiler is broken"]),
        ("Marketing essentials require careful branding.", [0], ["Marketing essentials require careful branding."]),
    ],
)
def test_what_the_turns_do_not_say_is_named(text: str, turns: list[int], missing: list[str]) -> None:
    (item,) = made(entry(text, *turns))

    assert item["unsupported"] == missing


UNITS = "Ann : It costs four hundred and eighty pounds.\nBob : We need ten minutes, or 25 percent, and the L C D display."


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("We need ten minutes for the display and 480 pounds.", []),
        ("We need 10 minutes, or 25 %, and it costs \u00a3480.", []),
        ("We need the LCD display in ten minutes.", []),
        ("We need ten pounds.", ["10 pounds"]),
        ("We need 10 hours.", ["10 hours"]),
        ("It costs \u20ac480.", ["\u20ac480"]),
        ("We need half an hour, it costs four hundred and eighty.", ["half an hour"]),
        ("Zorblax thinks it costs 480 pounds.", ["Zorblax"]),
    ],
)
def test_a_number_with_another_unit_than_was_said_is_marked(text: str, missing: list[str]) -> None:
    meeting = Meeting.of(order(UNITS), "en")

    assert list(unsupported(text, list(meeting.turns.values()), meeting)) == missing


@pytest.mark.parametrize(
    ("language", "said", "text", "missing"),
    [
        ("fr", "Anne : Il faut dix minutes pour la salle.", "Il faut dix euros pour la salle.", ["10 euros"]),
        ("es", "Ana : Faltan diez minutos para la sala.", "Faltan diez euros para la sala.", ["10 euros"]),
        ("de", "Anne : Der Saal braucht zehn Minuten Zeit.", "Der Saal braucht zehn Euro Zeit.", ["10 Euro"]),
        ("fa", "آنا : سالن چهارصد و هشتاد تومان است.", "سالن ۴۸۰ تومان است.", []),
        ("fa", "آنا : سالن چهارصد و هشتاد تومان است.", "سالن چهارصد و نود تومان است.", ["490"]),
        ("fa", "آنا : سالن ۲۵ دقیقه و ۱۰۰ تومان است.", "سالن ۲۵ تومان است.", ["25 تومان"]),
    ],
)
def test_numbers_in_words_and_units_are_read_in_every_language(language: str, said: str, text: str, missing: list[str]) -> None:
    meeting = Meeting.of(order(said, {"language": language}), language)
    told = replace(meeting, spoken=language)

    assert list(unsupported(text, list(told.turns.values()), told)) == missing


def test_an_owner_whom_the_turns_do_not_name_and_a_time_that_nobody_said_are_marked() -> None:
    (item,) = made(entry("The heating company comes.", 1, kind="action", owner="Cleo Hart", due="on Monday"))

    assert "owner" not in item
    assert "due" not in item
    assert item["unsupported"] == ["Cleo Hart", "on Monday"]


@pytest.mark.parametrize(
    ("said", "owner", "kept"),
    [
        ("SPEAKER_00 : Hello.\nSPEAKER_01 : I will write to the company.", "SPEAKER_01", True),
        ("SPEAKER_00 : Hello.\nSPEAKER_01 : I will write to the company.", "SPEAKER_00", False),
        ("Speaker 1 : Hello.\nSpeaker 2 : I write to company 1.", "Speaker 1", False),
        ("Will Smith : Hello.\nAnn : We will write to the company.", "Will Smith", False),
        ("Will Smith : Hello.\nAnn : Please, Will, write to the company.", "Will Smith", True),
        ("Will : hello\nAnn : please will write to the company", "Will", True),
        ("Jan van Dijk : Hello.\nAnn : The van of the company comes.", "Jan van Dijk", False),
        ("Ann Berg : Hello.\nTom Berg : I write to the company.", "Ann Berg", False),
        ("Ann Berg : Hello.\nTom Berg : Ann writes to the company.", "Ann Berg", True),
        ("Ann Berg : Hello.\nTom Berg : ann berg writes to the company.", "Ann Berg", True),
        ("Zoé Roy : Bonjour.\nLuc : Zoe écrit à la société.", "Zoé Roy", True),
    ],
)
def test_an_owner_is_named_as_a_whole_or_by_what_no_other_participant_is_called(said: str, owner: str, kept: bool) -> None:
    told = items(entry("The company gets a letter.", 1, kind="action", owner=owner))

    (item,) = carried_out(order(said), told)[0].coverage["minutes"]["items"]

    assert ("owner" in item, owner in item["unsupported"]) == (kept, not kept)


def test_a_model_brings_no_character_into_the_minutes_that_is_no_text() -> None:
    (item,) = made(entry("The heating \0costs\x1b[1m\ud800 480\n pounds.", 1))

    assert item["text"] == "The heating costs [1m 480 pounds."


def test_a_day_that_was_said_gets_its_date_if_the_date_of_the_meeting_is_known() -> None:
    (item,) = made(entry("Bob writes to the company.", 2, kind="action", due="Friday"), date="2026-03-04")

    assert (item["due"], item["due_date"]) == ("Friday", "2026-03-06")


def test_a_turn_of_another_batch_is_no_evidence() -> None:
    result, _ = carried_out(order(), lambda call: json.dumps({"items": [entry("The heating.", 999, -1, True)]}))

    assert result.coverage["minutes"]["items"] == []
    assert result.coverage["dropped"] == 2


def test_the_schema_of_a_call_names_the_turns_of_its_batch_and_the_participants_only() -> None:
    _, model = carried_out(order(options={"participants": ["Dan Fox"]}), items())
    schema = model.heard[0].response_format["json_schema"]["schema"]["properties"]["items"]["items"]["properties"]  # type: ignore[index]

    assert schema["turns"]["items"]["enum"] == [0, 1, 2, 3]
    assert schema["owner"]["enum"] == ["Dan Fox", "Ann Berg", "Bob Stone", "Cleo Hart", None]


# -- repair, merge, write ----------------------------------------------------------------------------------------------------


def test_a_model_is_told_once_what_the_turns_do_not_say() -> None:
    def say(call: Call) -> str:
        wrong = "490" if len(call.messages) == 1 else "480"
        return items(entry(f"The heating costs {wrong} pounds.", 1))(call)

    result, _ = carried_out(order(), say)

    assert [item["text"] for item in result.coverage["minutes"]["items"]] == ["The heating costs 480 pounds."]
    assert (result.coverage["repairs"], result.coverage["unsupported"]) == (1, 0)


def test_two_items_that_say_the_same_become_one_with_the_turns_of_both() -> None:
    (item,) = made(entry("The 10th of March is taken for heating.", 1), entry("The 10th of March is taken for the heating.", 2))

    assert item["turns"] == [1, 2]


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("The heating of the old school costs 480 pounds.", "The heating of the old school costs 950 pounds.", False),
        (
            "The heating of the school costs 480 pounds this winter.",
            "The heating of the school costs pounds this winter.",
            True,
        ),
        ("The heating company comes to the school on Monday.", "The heating company comes to the school on Tuesday.", False),
        ("Ann pays the heating company of the school.", "Bob pays the heating company of the school.", False),
        ("They take the offer for the heating.", "They do not take the offer for the heating.", False),
    ],
)
def test_items_with_different_figures_days_or_people_stay_apart(one: str, other: str, together: bool) -> None:
    said = f"Ann : {one}\nBob : {other}"

    result, _ = carried_out(order(said), items(entry(one, 0), entry(other, 1)))

    kept = result.coverage["minutes"]["items"]
    assert [item["turns"] for item in kept] == ([[0, 1]] if together else [[0], [1]])
    assert kept[0]["text"] == one


@pytest.mark.parametrize(
    ("code", "one", "other"),
    [
        ("en", "The company can bring the heating of the school.", "The company can't bring the heating of the school."),
        ("fr", "La société vient réparer le chauffage.", "La société ne vient plus réparer le chauffage."),
        ("de", "Die Firma repariert diese Heizung der Schule.", "Die Firma repariert keinerlei Heizung der Schule."),
        ("es", "La empresa arregla la calefacción de la escuela.", "La empresa tampoco arregla la calefacción de la escuela."),
        ("fa", "شرکت گرمایش مدرسه را تعمیر می\u200cکند", "شرکت گرمایش مدرسه را تعمیر نمی\u200cکند"),
        ("fa", "ما پیشنهاد شرکت گرمایش را قبول داریم", "ما پیشنهاد شرکت گرمایش را قبول نداریم"),
    ],
)
def test_an_item_that_denies_is_not_one_with_an_item_that_does_not(code: str, one: str, other: str) -> None:
    said = order(f"Ann : {one}\nBob : {other}")
    spoken = replace(said, flavor={**said.flavor, "language": code})

    result, _ = carried_out(spoken, items(entry(one, 0), entry(other, 1)))

    assert [item["turns"] for item in result.coverage["minutes"]["items"]] == [[0], [1]]


def test_an_item_that_is_said_once_cites_no_turns_where_a_model_only_claims_it() -> None:
    (item,) = made(entry("The heating costs 480 pounds.", 1), entry("The heating costs 480 pounds.", 3, 4))

    assert (item["turns"], item["unsupported"]) == ([1], [])


def test_a_sentence_of_the_summary_cites_items_and_their_turns() -> None:
    def say(call: Call) -> str:
        if name_of(call) != "summary":
            return items(entry("The heating costs 480 pounds.", 1))(call)
        return json.dumps({"title": "Heating", "summary": [{"text": "The heating costs 480 pounds.", "items": [0]}]})

    result, _ = carried_out(order(), say)
    told = result.coverage["minutes"]

    assert told["title"] == "Heating"
    assert [(each["items"], each["turns"], each["unsupported"]) for each in told["summary"]] == [([0], [1], [])]
    assert "The heating costs 480 pounds. [1]" in result.text


def test_a_server_that_refuses_schemas_is_asked_in_words() -> None:
    def say(call: Call) -> str:
        if call.response_format is not None:
            raise BackendRefused("response_format is not supported", status=400)
        return "Sure! ```json\n" + json.dumps({"items": [entry("The heating costs 480 pounds.", 1)]}) + "\n```"

    result, _ = carried_out(order(), say)

    assert result.coverage["items"]["topic"] == 1
    assert "the server holds answers to no form" in " ".join(result.coverage["warnings"])


def test_a_refusal_of_another_thing_than_the_form_is_not_asked_for_again_in_words() -> None:
    heard: list[Call] = []

    def say(call: Call) -> str:
        heard.append(call)
        raise BackendRefused("temperature must be at most 1", status=400, param="temperature")

    with pytest.raises(BackendRefused):
        carried_out(order(), say)

    assert all(call.response_format is not None for call in heard)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (
            Answer("", "length", thinking="hm", reasoning_tokens=200),
            r"spent its whole answer on thoughts: \d+ tokens of reasoning",
        ),
        (Answer("I'm sorry, but I can't assist with that."), "the model refused"),
        (Answer("", "content_filter"), "the server's filter let no answer pass"),
        (Answer("Could you please provide the transcript?"), "asked a question"),
        (Answer("- Ann : the heating."), "no answer was the JSON asked for"),
    ],
    ids=["thoughts", "refusal", "filter", "question", "prose"],
)
def test_minutes_that_came_to_nothing_say_why(said: Answer, why: str) -> None:
    with pytest.raises(EmptyAnswer, match=why):
        carried_out(order(), lambda _call: said)


def test_a_part_that_the_model_refuses_is_told_with_the_reason() -> None:
    def say(call: Call) -> str:
        if "[0]" in call.messages[0].content and name_of(call) == "minutes":
            return "I'm sorry, but I can't assist with that."
        return items(entry("The garden was paid by the town.", 5))(call)

    result, _ = carried_out(order(), say)

    assert result.coverage["empty"] == ["batch/0"]
    assert result.coverage["warnings"] == ["a part of the transcript is not in the minutes: the model refused (batch/0)"]


def test_minutes_without_an_item_say_so() -> None:
    result, _ = carried_out(order(), lambda _call: '{"items": []}')

    assert result.coverage["warnings"] == ["the model found nothing in the whole transcript that belongs in minutes"]


def test_a_part_that_cannot_be_read_leaves_open_what_the_whole_transcript_has() -> None:
    def say(call: Call) -> str:
        return "the heating" if "[0]" in call.messages[0].content else '{"items": []}'

    result, _ = carried_out(order(), say)

    assert result.coverage["unread"] == 1
    assert not [warning for warning in result.coverage["warnings"] if "whole transcript" in warning]


def test_a_cut_answer_makes_its_turns_be_asked_in_halves() -> None:
    def say(call: Call) -> Answer | str:
        shown = re.findall(r"^\[(\d+)\]", call.messages[0].content, re.MULTILINE)
        return Answer('{"items": [', finish_reason="length") if len(shown) > 1 else items(entry("The heating.", 0))(call)

    result, _ = carried_out(order(), say)

    assert result.coverage["halved"] > 0
    assert result.coverage["turns_sent"] == 6


def test_no_answer_that_can_be_read_is_no_success() -> None:
    with pytest.raises(EmptyAnswer):
        carried_out(order(), lambda _call: "I cannot help with that.")


def test_a_meeting_of_which_nothing_is_to_be_said_has_empty_sections() -> None:
    result, _ = carried_out(order(), items())

    assert result.text.count("None.") == 4


def test_nothing_is_asked_again_after_a_crash() -> None:
    asked, journal = order(), {}  # type: ignore[var-annotated]
    say = items(entry("The heating costs 480 pounds.", 1))
    first = minutes.run(Work(asked, Model(say), Words(), journal=journal))
    model = Model(say)

    second = minutes.run(Work(asked, model, Words(), journal=journal))

    assert (model.heard, second.text) == ([], first.text)


# -- the hostile model -------------------------------------------------------------------------------------------------------

TEXTS = st.sampled_from(
    [
        "The heating costs 480 pounds.",
        "Zorblax will pay 999 euros on 31 December.",
        "the boiler and the keys",
        "As an AI language model I cannot do that.",
        "",
        "null",
        "«jamais de la vie»",
        "Macron sold the heating to the company for a dozen pounds.",
        "The company said 'the boiler is a wreck' at noon.",
        "Write to bob@zorblax.com about the heating, or call 555 010 7788.",
        "Macron and the Heating",
        "\ud800",
        "{{ 7 * 7 }}",
    ]
) | st.text(max_size=40)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 2000) | TEXTS | st.floats(allow_nan=False),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["items", "text", "turns", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)
ENTRY = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["topic", "decision", "action", "question", "party"]) | JSON,
        "text": TEXTS | JSON,
        "turns": st.lists(st.integers(-3, 60), max_size=4) | JSON,
    },
    optional={"owner": st.sampled_from(["Bob Stone", "Cleo Hart", "Zorblax"]) | JSON, "due": TEXTS | JSON},
)
INVENTED = ("Zorblax", "Macron", "dozen", "boiler is a wreck", "noon", "zorblax.com", "555 010 7788", "999", "December")
REFUSED = """
Ann Berg : Cleo, can you please write to the company about the heating and the garden?
Cleo Hart : I'm in Spain until the 20th. Bob could do it."""
WORDS = ("boiler", "parquet", "because", "lantern,", "and", "ambulance", "17", "supermarket", "we", "the", "orchard", "valve;")
ANSWER = st.builds(
    lambda value, cut: json.dumps(value)[:cut],
    st.fixed_dictionaries(
        {
            "items": st.lists(ENTRY, max_size=5),
            "summary": st.lists(st.fixed_dictionaries({"text": TEXTS | JSON, "items": st.lists(st.integers(-2, 40)) | JSON})),
            "title": TEXTS | JSON,
            "groups": st.lists(st.lists(st.integers(-2, 80), max_size=90), max_size=4) | JSON,
        }
    )
    | JSON,
    st.none() | st.integers(0, 300),
) | st.sampled_from(["null", "[]", "{}", "I'm sorry, I can't.", "- a list\n- of lines", "{" * 50])


def hostile(text: str) -> str:
    """An answer in the right form, to any call, that says *text* of all turns and gives the task to who refused it."""
    told = [entry(text, number) for number in range(8)] + [entry("The heating costs 480 pounds.", 1)]
    refused = entry("Write to the company about the heating and the garden.", 6, 7, kind="action", owner="Cleo Hart")
    return json.dumps({"items": [*told, refused], "title": text, "summary": [{"text": text, "items": [0]}]})


@example([hostile("Macron sold the heating to the company for a dozen pounds.")], "stop")
@example([hostile("The company said 'the boiler is a wreck' about the heating.")], "stop")
@example([hostile("The company can come for the heating at noon.")], "stop")
@example([hostile("Write to bob@zorblax.com about the heating, or call 555 010 7788.")], "stop")
@example([hostile("Macron and the Heating")], "stop")
@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ANSWER, min_size=1, max_size=8), st.sampled_from(["stop", "length"]))
def test_whatever_a_model_says_every_item_is_supported_or_marked(answers: list[str], reason: str) -> None:
    said = iter(answers * 200)
    asked = order(TRANSCRIPT + REFUSED)
    meeting = Meeting.of(asked, "auto")
    try:
        result, _ = carried_out(asked, lambda _call: Answer(next(said), finish_reason=reason))
    except EmptyAnswer:
        return
    told = result.coverage["minutes"]

    Draft202012Validator(SCHEMA).validate(told)
    ids = {item["id"] for item in told["items"]}
    for item in told["items"]:
        turns = meeting.evidence(item["turns"])  # raises for a turn that there is not
        assert set(unsupported(item["text"], turns, meeting)) <= set(item["unsupported"])
        assert item.get("owner") in {None, *meeting.participants}
        assert item.get("owner") != "Cleo Hart" or not {6, 7} & set(item["turns"])
        assert all(_is_marked(each, item) for each in INVENTED)
    for sentence in told["summary"]:
        assert sentence["items"]
        assert set(sentence["items"]) <= ids
        assert meeting.evidence(sentence["turns"])
        assert all(_is_marked(each, sentence) for each in INVENTED)
    assert not any(each in told["title"] for each in INVENTED)
    json.dumps(told, ensure_ascii=False).encode()


def _is_marked(words: str, entry: Mapping[str, Any]) -> bool:
    """Whether *words*, which nobody has said, stand in no text of *entry*, or are marked there."""
    return words not in entry["text"] or any(words in mark or mark in (words, entry["text"]) for mark in entry["unsupported"])


REFUSALS = {
    "en": (
        "Tom, can you please write to the company?",
        "I'm in Spain until the 20th. Lena could do it.",
        "Okay, then I will write to it.",
    ),
    "fr": ("Tom, tu peux écrire à la société ?", "Non, je ne peux pas, demandez à Lena.", "Bon, d'accord, je m'en charge."),
    "de": ("Tom, kannst du bitte der Firma schreiben?", "Nein, ich kann das nicht, fragt Lena.", "Na gut, ich übernehme das."),
    "es": ("Tom, ¿puedes escribir a la empresa?", "No, no puedo, que lo haga Lena.", "Vale, yo me encargo."),
}


@pytest.mark.parametrize("code", sorted(REFUSALS))
@pytest.mark.parametrize("cited", [[1], [0, 1], [0]])
@pytest.mark.parametrize("later", [False, True])
def test_who_refuses_a_task_is_not_its_owner_unless_later_taking_it_on(code: str, cited: list[int], later: bool) -> None:
    asked, refusal, taking = REFUSALS[code]
    said = order(
        f"Ann : {asked}\nTom : {refusal}\nAnn : {asked}\n{'Tom' if later else 'Lena'} : {taking}",
        {"language": code},
        maxNewTurns=8,
    )

    result, _ = carried_out(said, items(entry(asked, *cited, kind="action", owner="Tom")))
    (item,) = result.coverage["minutes"]["items"]

    assert (item.get("owner"), "Tom" in item["unsupported"]) == (("Tom", False) if later else (None, True))


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        ("Heating and garden", True),
        ("The Heating And The Garden", True),
        ("Meeting with Macron about the heating", False),
        ("Macron and the heating", False),
        ("The heating for 999 pounds", False),
        ("A dozen pounds for the heating", False),
        ("The heating \u2018is a wreck\u2019", False),
    ],
)
def test_a_title_says_no_more_than_the_turns(title: str, kept: bool) -> None:
    def say(call: Call) -> str:
        if name_of(call) == "summary":
            return json.dumps({"title": title, "summary": [{"text": "The heating costs 480 pounds.", "items": [0]}]})
        return items(entry("The heating costs 480 pounds, the garden is discussed.", 0, 1))(call)

    told = carried_out(order(), say)[0].coverage["minutes"]

    assert told["title"] == (title if kept else "Minutes of the meeting")


GERMAN = "Die Heizung der alten Schule kostet vierhundertachtzig Pfund und die Firma kommt noch im nächsten Monat vorbei."


def test_minutes_that_stay_in_another_language_say_so() -> None:
    result, model = carried_out(order(), items(entry(GERMAN, 1)))

    assert result.coverage["repairs"] == 1
    assert len([call for call in model.heard if name_of(call) == "minutes"]) > 1
    assert any("in another language than it should be" in each for each in result.coverage["warnings"])


def test_items_too_short_to_tell_their_language_tell_it_together() -> None:
    short = [entry(part, number) for number, part in enumerate(re.findall(r".{1,40}(?:\s|$)", GERMAN))]

    result, _ = carried_out(order(maxNewTurns=1), items(*short))

    assert any("in another language than it should be (minutes)" in each for each in result.coverage["warnings"])


# -- the extractive mode -----------------------------------------------------------------------------------------------------


def labelling(call: Call) -> Answer:
    """A model that finds actions likely where somebody promises or asks, and all else worth nothing."""
    chance = -0.1 if re.search("please|I will", call.messages[-1].content) else -4.0
    tops = [{"token": "A", "logprob": chance}, {"token": "S", "logprob": -0.1 - 4.0 - chance}]
    return Answer("A", logprobs={"content": [{"token": "A", "top_logprobs": tops}]})


def test_an_extract_quotes_the_turns_and_names_who_promised() -> None:
    result, model = carried_out(order(mode="extractive"), labelling)
    actions = [item for item in result.coverage["minutes"]["items"] if item["kind"] == "action"]

    assert {call.max_tokens for call in model.heard} == {1}
    assert [(item["text"], item["owner"], item["turns"]) for item in actions] == [
        (
            "Bob, please write to the company by Friday. \u2014 Yes, I will write to the company.",
            "Bob Stone",
            [2, 3],
        )
    ]


def test_a_task_that_nobody_is_given_has_no_owner() -> None:
    asked = order(
        "Ann : Somebody please rent the tables, we need to.\nBob : Fine, and the music is too loud.", mode="extractive"
    )

    result, _ = carried_out(asked, labelling)

    assert [item.get("owner") for item in result.coverage["minutes"]["items"] if item["kind"] == "action"] == [None]


def test_turns_that_say_nothing_cost_no_call() -> None:
    result, model = carried_out(order("Ann : Mm.\nBob : {vocalsound}\nAnn : Thank you.", mode="extractive"), labelling)

    assert (len(model.heard), result.coverage["fillers"]) == (0, 3)


def test_the_model_is_asked_about_sentences_that_may_be_quoted_and_no_others() -> None:
    names = [("".join(letters) + "borough").title() for letters in product("bdfgk", "aeiou", "lmn")]
    talk = "\n".join(f"Ann : {name} wants {number} new lanterns." for number, name in enumerate(names))
    asked = order(talk, mode="extractive")

    result, model = carried_out(asked, labelling)

    assert 14 <= len(model.heard) <= 28
    assert {call.messages[-1].content for call in model.heard} <= set(talk.split("\n"))
    assert 0 < len(result.coverage["minutes"]["items"]) <= 14


def test_quotations_tell_what_the_meeting_was_about_and_do_not_repeat_it() -> None:
    said = "The parking in Lilac Street blocks the ambulance."
    talk = [
        *[f"Ann : {said}"] * 5,
        "Bob : Mister Weather forecasts sunny skies.",
        "Ann : The parking blocks the supermarket too.",
    ]
    asked = order("\n".join(talk), mode="extractive")

    result, _ = carried_out(asked, labelling)

    assert [item["text"] for item in result.coverage["minutes"]["items"]].count(said) == 1


def test_a_long_sentence_is_quoted_in_pieces_that_say_where_they_were_cut() -> None:
    clauses = [f"part {number} of the plan names street {number} and house {number}" for number in range(12)]
    found = pieces(", ".join(clauses) + ".", pack_of("en"))

    assert all(len(piece.split()) <= 17 for piece in found)
    assert [piece.endswith("\u2026") for piece in found] == [True] * (len(found) - 1) + [False]
    assert " ".join(piece.strip("\u2026 ") for piece in found) == ", ".join(clauses) + "."


def test_a_long_sentence_is_cut_before_words_that_join_its_clauses_and_nowhere_else() -> None:
    first, second = "we will print the programme of the summer festival on green paper", "because the white paper ran out"
    whole = "the caretaker of the old school behind the station showed us the key of the cellar with the boxes of the choir"

    assert pieces(f"{first} {second}.", pack_of("en")) == [f"{first} \u2026", f"\u2026 {second}."]
    assert pieces(f"{whole}.", pack_of("en")) == [f"{whole}."]


@pytest.mark.parametrize(
    ("language", "said", "quoted"),
    [
        ("en", "Yeah, so we need a door.", "We need a door."),
        ("en", "So many doors are broken.", "So many doors are broken."),
        ("en", "Right hand doors are broken.", "Right hand doors are broken."),
        ("fr", "Et donc, la porte est cassée.", "La porte est cassée."),
        ("fr", "Alors que la porte est cassée, il pleut.", "Alors que la porte est cassée, il pleut."),
        ("es", "Pues bueno, la puerta está rota.", "La puerta está rota."),
        ("de", "Und na ja, die Tür ist kaputt.", "Die Tür ist kaputt."),
        ("de", "Also nehmen wir die Tür.", "Also nehmen wir die Tür."),
        ("fa", "خب، در شکسته است.", "در شکسته است."),
        ("en", "And", "And"),
    ],
)
def test_words_that_only_lead_to_a_sentence_are_not_quoted(language: str, said: str, quoted: str) -> None:
    assert without_lead(said, pack_of(language)) == quoted


def test_a_short_decision_is_quoted_with_the_sentence_that_tells_what_it_is_about() -> None:
    talk = "Ann : Then we wait. The brass valve comes on Thursday.\nBob : The boiler leaks on the parquet."

    result, _ = carried_out(order(talk, mode="extractive"), labelling)
    decisions = [item["text"] for item in result.coverage["minutes"]["items"] if item["kind"] == "decision"]

    assert decisions == ["Then we wait. The brass valve comes on Thursday."]


def test_a_promise_that_does_not_say_what_is_promised_is_not_quoted() -> None:
    talk = "Ann : The boiler leaks on the parquet.\nBob : I will start now.\nCleo : I will order a brass valve on Friday."

    result, _ = carried_out(order(talk, mode="extractive"), labelling)

    assert {tuple(item["turns"]) for item in result.coverage["minutes"]["items"]} == {(0,), (2,)}


def test_a_short_meeting_has_fewer_facts_than_it_may_have_tasks() -> None:
    names = ["".join(letters).capitalize() for letters in product("bdfgk", "aeiou", "lmn", "aeo", "p")]
    meeting = Meeting.of(order("\n".join(f"P{at} : {' '.join(names[at * 5 : at * 5 + 5])}." for at in range(30))), "en")
    facts = [Part(turn, turn.text, "topic", 2.0, turns=(turn.source,)) for turn in meeting.turns.values()]
    tasks = [replace(part, kind="action", cue=5.0) for part in facts]

    assert (len(chosen(facts, meeting)), len(chosen(tasks, meeting))) == (10, 14)


def test_a_sentence_is_rather_quoted_whole_than_cut() -> None:
    names = ["".join(letters) for letters in product("bdfgk", "aeiou", "lmn", "aeo", "p")]
    said = [" ".join(names[at * 12 : at * 12 + 12]) for at in range(18)]
    meeting = Meeting.of(order("\n".join(f"Ann : {each}." for each in said)), "en")
    turns = list(meeting.turns.values())
    halves = [f"{said[0]}, \u2026", f"\u2026 {said[1]}."]
    parts = [Part(turns[0], text, "topic", turns=(0,), number=at) for at, text in enumerate(halves)]
    parts += [Part(turn, turn.text, "topic", turns=(turn.source,)) for turn in turns[2:]]
    worthier = [replace(parts[0], score=3.0), *parts[1:]]

    quoted = chosen(worthier, meeting)

    assert len(quoted) < len(parts) - 1
    assert quoted[0].text == f"{said[0]}, {said[1]}."


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(["Ann", "Bob Lee"]), st.lists(st.sampled_from(WORDS), min_size=1, max_size=40))))
def test_the_minutes_have_at_most_the_words_that_they_may_have(said: list[tuple[str, list[str]]]) -> None:
    talk = "\n".join(f"{speaker} : {' '.join(words)}." for speaker, words in (*said, ("Ann", ["parquet"])))
    meeting = Meeting.of(order(talk), "en")
    parts = [
        Part(turn, text, "topic", 2.0, turns=(turn.source,), number=number)
        for turn in meeting.turns.values()
        for number, text in enumerate(pieces(turn.text, meeting.heard))
    ]

    quoted = chosen(parts, meeting)

    words = sum(len(turn.text.split()) for turn in meeting.turns.values())
    assert sum(part.words + len(part.turn.speaker.split()) + 1 for part in quoted) <= max(0.08 * words, 160)


def test_sentences_of_one_turn_are_one_quotation_that_says_where_something_is_left_out() -> None:
    meeting = Meeting.of(order("Ann : The boiler leaks on the parquet. How are you? The company wants a brass valve."), "en")
    turn = meeting.turns[0]
    first, last = (
        Part(turn, text, "topic", 0.7, turns=(0,), number=at)
        for at, text in ((0, "The boiler leaks on the parquet."), (2, "The company wants a brass valve."))
    )

    quoted = chosen([first, last], meeting)

    assert [part.text for part in quoted] == ["The boiler leaks on the parquet. \u2026 The company wants a brass valve."]


def test_a_word_that_many_sentences_have_weighs_more_than_words_that_are_said_once() -> None:
    names = ["".join(letters) for letters in product("bdfgk", "aeiou", "lmn", "aeo", "p")]
    once = [f"{' '.join(names[at : at + 5]).capitalize()}." for at in range(0, 150, 5)]
    often = [f"{names[at].capitalize()} and then it was the barrier again." for at in range(150, 170)]
    meeting = Meeting.of(order("\n".join(f"Ann : {said}" for said in (*once, *often))), "en")
    parts = [Part(turn, turn.text, "decision", turns=(turn.source,)) for turn in meeting.turns.values()]

    quoted = chosen(parts, meeting)

    assert any("barrier" in part.text for part in quoted)
    assert len(quoted) < len(parts)


def test_a_word_weighs_by_how_often_the_whole_meeting_says_it() -> None:
    said = ["Ann : The barrier.", "Bob : Mm, barrier, barrier.", "Ann : The orchard closes."]
    found = weights(Meeting.of(order("\n".join(said)), "en"))

    assert found["barri"] > found["orcha"] > 0
    assert found["other"] == 0


def test_somebody_who_has_not_been_quoted_yet_comes_before_somebody_who_has() -> None:
    names = ["".join(letters) for letters in product("bdfgk", "aeiou", "lmn", "aeo", "p")]
    said = [f"{' '.join(names[at : at + 10]).capitalize()}." for at in range(0, 220, 10)]
    meeting = Meeting.of(order("\n".join([*(f"Annette : {each}" for each in said[:-1]), f"Robert : {said[-1]}"])), "en")
    parts = [Part(turn, turn.text, "topic", 0.5, turns=(turn.source,)) for turn in meeting.turns.values()]

    quoted = chosen(parts, meeting)

    assert len(quoted) < len(parts)
    assert "Robert" in {part.turn.speaker for part in quoted}


@pytest.mark.parametrize(
    ("language", "said", "is_open"),
    [
        ("en", "We still do not know who pays for the new door.", True),
        ("en", "Who pays for the garden is not clear to me.", True),
        ("en", "The colour has not been decided yet.", True),
        ("en", "We know who pays, and we decided on blue.", False),
        ("en", "I don't know, it opens at nine.", False),
        ("fr", "On ne sait toujours pas qui paie la nouvelle porte.", True),
        ("fr", "Le budget n'est pas encore décidé.", True),
        ("fr", "On sait que la mairie paie, c'est clair.", False),
        ("es", "Todavía no sabemos quién paga la puerta nueva.", True),
        ("es", "Sabemos que paga el ayuntamiento.", False),
        ("de", "Wir wissen noch nicht, wer die neue Tür bezahlt.", True),
        ("de", "Wir wissen, dass das Tor offen steht.", False),
        ("fa", "هنوز نمی\u200cدانیم پول در را چه کسی می\u200cدهد.", True),
        ("fa", "می\u200cدانیم که شهرداری پول می\u200cدهد.", False),
    ],
)
def test_what_is_left_open_is_a_question_though_it_is_said_as_a_statement(language: str, said: str, is_open: bool) -> None:
    assert bool(re.search(pack_of(language).unsettled, said, re.IGNORECASE)) == is_open


def test_two_pieces_of_one_sentence_are_quoted_without_a_mark_between_them() -> None:
    turn = Turn("Ann", "one, two, three", 0)
    first, second, third = (
        Part(turn, text, "topic", turns=(0,), number=at)
        for at, text in enumerate(["one, \u2026", "\u2026 two, \u2026", "\u2026 three"])
    )

    assert together(together(first, second), third).text == "one, two, three"
    assert together(first, third).text == "one, \u2026 three"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Yeah, I guess we are gonna talk about stuff, I think."),
        ("fr", "Monsieur, écoutez, vous savez bien que je veux vous dire quelque chose."),
        ("es", "Mire, señora, yo creo que entiendo, y quiero decir una cosa."),
        ("de", "Meine Damen und Herren, ich glaube, Sie wissen, dass ich eine Sache sagen möchte."),
        ("fa", "ببینید آقا، من می\u200cخواهم بگویم، خب، واقعا."),
    ],
)
def test_what_people_say_in_every_meeting_does_not_tell_what_this_one_is_about(language: str, said: str) -> None:
    assert terms(said, language) == frozenset()


def test_a_short_question_that_the_person_asked_answers_next_is_not_left_open() -> None:
    talk = (
        "Ann : Bob, shall we begin with the summer excursion?\nBob : The coach costs 640 pounds on Saturday.\n"
        "Ann : Cleo, who pays for the broken heating of the gymnasium?\nBob : Nobody has told me anything about it."
    )

    result, _ = carried_out(order(talk, mode="extractive"), lambda _call: "Q")
    cited = {number for item in result.coverage["minutes"]["items"] for number in item["turns"]}

    assert 0 not in cited
    assert 2 in cited


@pytest.mark.parametrize(
    ("language", "said", "quoted"),
    [
        ("en", "Um, you know, the case is, uh, plastic.", "The case is plastic."),
        ("en", "What kind of plastic do you know?", "What kind of plastic do you know?"),
        ("fr", "Du coup, euh, la facture est payée.", "La facture est payée."),
        ("fr", "Ce que vous voyez coûte cher du coup.", "Ce que vous voyez coûte cher du coup."),
        ("es", "Bueno, este, la empresa pide un precio bueno.", "La empresa pide un precio bueno."),
        ("es", "Viene este viernes, pues llueve.", "Viene este viernes, pues llueve."),
        ("de", "Ähm, das ist quasi fertig.", "Das ist fertig."),
    ],
)
def test_fillers_are_cut_and_words_that_mean_something_are_not(language: str, said: str, quoted: str) -> None:
    assert cleaned(said, pack_of(language)) == quoted


def test_phrases_that_ask_for_nothing_definite_are_facts_if_the_model_sees_no_task_in_them() -> None:
    asked = order(
        "Ann : In those days people need to shout, you should know that.\nBob : Cleo, please write to us.", mode="extractive"
    )

    result, _ = carried_out(asked, labelling)
    kinds = {item["turns"][0]: item["kind"] for item in result.coverage["minutes"]["items"]}

    assert kinds == {0: "topic", 1: "action"}


@pytest.mark.parametrize(
    ("said", "owner"),
    [
        ("Project, please write to the company.", "Project Manager"),
        ("Somebody please write about the whole project to the company.", None),
        ("please project write to the company on friday", "Project Manager"),
        ("And Project, please write to the company.", "Project Manager"),
    ],
)
def test_a_participant_is_called_by_name_and_not_by_a_word_that_the_name_has_too(said: str, owner: str | None) -> None:
    asked = order(f"Ann : {said}\nProject Manager : the heating is too warm", mode="extractive")

    result, _ = carried_out(asked, labelling)

    assert [item.get("owner") for item in result.coverage["minutes"]["items"] if item["kind"] == "action"] == [owner]


def test_probabilities_are_read_against_what_the_model_usually_says() -> None:
    usual = {"A": 0.6, "F": 0.2, "S": 0.2}
    found = calibrated([*[usual] * 9, {"A": 0.6, "F": 0.4, "S": 0.0}])

    assert max(found[-1], key=lambda letter: found[-1][letter]) == "F"
    assert calibrated([usual]) == [usual]


@settings(deadline=None, max_examples=60)
@given(st.sampled_from("DAQFS") | ANSWER)
def test_an_extract_is_made_of_words_of_its_turns_whatever_the_model_says(said: str) -> None:
    asked = order(mode="extractive")
    meeting = Meeting.of(asked, "auto")

    result, _ = carried_out(asked, lambda _call: said)

    for item in result.coverage["minutes"]["items"]:
        heard = " ".join(turn.text for turn in meeting.evidence(item["turns"])).casefold()
        assert all(word in heard for word in re.findall(r"\w+", item["text"].casefold()))


def extract(talk: str, **options: Any) -> list[dict[str, Any]]:
    """The items of an extract if the model says the same about every sentence, so that the words alone decide."""
    result, _ = carried_out(order(talk, options, mode="extractive"), lambda _call: "F")
    return list(result.coverage["minutes"]["items"])


def texts(talk: str, kind: str, **options: Any) -> list[str]:
    return [item["text"] for item in extract(talk, **options) if item["kind"] == kind]


@pytest.mark.parametrize(
    ("language", "said", "is_decided"),
    [
        ("en", "We decided to buy the brass valve.", True),
        ("en", "Then we take the brass valve.", True),
        ("en", "If we decide to buy the valve, then we have to tell the town.", False),
        ("en", "Then we have the results of the valve test.", False),
        ("en", "We decided last year to buy the valve.", False),
        ("en", "Last time we agreed on the brass valve.", False),
        ("en", "Maybe we could decide on the valve.", False),
        ("en", "Have we agreed on the valve?", False),
        ("en", "Let's see what the valve costs.", False),
        ("en", "We take the valve if the town pays.", True),
        ("en", "The motion passes four to one.", True),
        ("fr", "On décide d'acheter la pompe.", True),
        ("fr", "La pompe est adoptée.", True),
        ("fr", "Est-ce que c'est décidé pour la pompe ?", False),
        ("fr", "Si on décide d'acheter la pompe, la mairie paie.", False),
        ("fr", "On pourrait dire qu'on prend la pompe.", False),
        ("de", "Wir beschließen: Die Pumpe wird gekauft, wenn die Stadt zahlt.", True),
        ("de", "Der Antrag ist abgelehnt.", True),
        ("de", "Wenn wir beschließen, die Pumpe zu kaufen, zahlt die Stadt.", False),
        ("de", "Wir haben letztes Jahr beschlossen, die Pumpe zu kaufen.", False),
        ("de", "Noch haben wir nichts beschlossen.", False),
        ("de", "Vielleicht sollten wir den Kauf der Pumpe beschließen.", False),
        ("es", "Queda aprobada la compra de la bomba.", True),
        ("es", "Si decidimos comprar la bomba, paga el ayuntamiento.", False),
        ("es", "El año pasado decidimos comprar la bomba.", False),
        ("fa", "قرار شد پمپ را بخریم.", True),
        ("fa", "پیشنهاد تصویب شد.", True),
        ("fa", "اگر تصمیم گرفتیم پمپ را بخریم، شهرداری پول می\u200cدهد.", False),
    ],
)
def test_a_decision_is_one_that_was_made_here_and_no_condition_proposal_or_memory(
    language: str, said: str, is_decided: bool
) -> None:
    assert decides(said, pack_of(language)) == is_decided


@pytest.mark.parametrize(
    ("language", "said", "due"),
    [
        ("en", "I will write to the company by Friday.", "Friday"),
        ("en", "I will write to the company next Friday.", "next Friday"),
        ("en", "I will find out why it has leaked since last Friday.", None),
        ("en", "I will send the statements by December 15th.", "December 15th"),
        ("en", "I will order valves every Monday.", None),
        ("fr", "Je m'occupe du portail vendredi prochain.", "vendredi prochain"),
        ("fr", "Je vais réparer le portail qui est cassé depuis lundi.", None),
        ("fr", "Je vais écrire avant le 15 décembre.", "15 décembre"),
        ("de", "Ich schreibe der Firma bis nächsten Freitag.", "nächsten Freitag"),
        ("de", "Ich prüfe, warum es seit letztem Montag leckt.", None),
        ("de", "Ich habe heute Morgen telefoniert.", None),
        ("de", "Ich rufe morgen an.", "morgen"),
        ("de", "Ich schicke es bis zum 10. Dezember.", "10. Dezember"),
        ("de", "Frag sie bitte, ob sie vom 3. bis zum 21. August kommen kann.", None),
        ("en", "Please ask them to come from the 3rd until the 21st of August.", None),
        ("es", "Lo hago mañana por la mañana.", "mañana"),
        ("es", "Ingresó ayer por la mañana.", None),
        ("es", "Avise a la farmacia esta mañana.", "esta mañana"),
        ("es", "Les escribo antes del 15 de diciembre.", "15 de diciembre"),
        ("fa", "فردا انجام می\u200cدهم.", "فردا"),
        ("fa", "از شنبه سقف چکه می\u200cکند.", None),
    ],
)
def test_a_day_is_due_only_if_something_may_be_done_until_then(language: str, said: str, due: str | None) -> None:
    assert due_in(said, pack_of(language)) == due


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("Friday", "2026-12-04"),
        ("this Friday", "2026-12-04"),
        ("next Friday", None),
        ("last Friday", None),
        ("Friday in two weeks", None),
        ("vendredi", "2026-12-04"),
        ("vendredi prochain", None),
        ("bis Freitag", "2026-12-04"),
        ("nächsten Freitag", None),
        ("el viernes", "2026-12-04"),
        ("el viernes que viene", None),
        ("December 15th", "2026-12-15"),
        ("esta mañana", "2026-11-30"),
    ],
)
def test_a_day_that_may_be_one_of_two_has_no_date(words: str, day: str | None) -> None:
    assert due_date(words, date(2026, 11, 30)) == day


@pytest.mark.parametrize(
    ("question", "answer", "is_open"),
    [
        ("Ann : Is the gymnasium cold?", "Bob : Yes, since the boiler broke in January.", False),
        ("Ann : Is the gymnasium cold?", "Bob : It is undecided who pays for the boiler.", True),
        ("Ann : Who brings the lanterns?", "Bob : Me, my cellar is full of lanterns.", False),
        ("Ann : La sortie au musée, on la garde ?", "Bob : Oui, le musée est gratuit pour les enfants.", False),
        ("Ann : Wer bringt den Schlüssel zum Hausmeister?", "Bob : Ich, der Hausmeister wohnt nebenan.", False),
        ("Ann : ¿Quién trae las linternas de la fiesta?", "Bob : Yo, tengo linternas en el sótano.", False),
        ("Ann : Can you tell me about the leaking boiler?", "Bob : The boiler has leaked on the parquet.", False),
    ],
)
def test_a_short_question_that_is_answered_at_once_is_not_left_open(question: str, answer: str, is_open: bool) -> None:
    asked = [item for item in extract(f"{question}\n{answer}") if item["turns"][0] == 0]

    assert bool(asked) == is_open


@pytest.mark.parametrize(
    ("talk", "text"),
    [
        (
            "Ann : Who teaches the tutorial?\nBob : That has not been decided.",
            "Who teaches the tutorial? \u2014 That has not been decided.",
        ),
        ("Ann : Wer bezahlt die Heizung?\nBob : Das ist noch offen.", "Wer bezahlt die Heizung? \u2014 Das ist noch offen."),
        ("مدیر : چه کسی هزینهٔ بیمه را می\u200cدهد؟\nرضا : مشخص نیست.", "چه کسی هزینهٔ بیمه را می\u200cدهد؟ \u2014 مشخص نیست."),
    ],
)
def test_a_question_stands_with_the_answer_that_leaves_it_open(talk: str, text: str) -> None:
    assert [(item["text"], item["turns"]) for item in extract(talk) if item["kind"] == "question"] == [(text, [0, 1])]


def test_who_promises_a_day_for_what_was_asked_has_that_task() -> None:
    found = extract("Ann : Who owns the flaky test?\nBob : That's mine, I will fix it by Friday.")

    assert [(item["kind"], item["owner"], item["due"], item["turns"]) for item in found] == [
        ("action", "Bob", "Friday", [0, 1])
    ]


def test_a_request_to_speak_is_no_task() -> None:
    talk = (
        "Ann : Could you describe the boiler?\nBob : The boiler leaks on the parquet.\nAnn : Bob, please write to the plumber."
    )

    assert texts(talk, "action") == ["Bob, please write to the plumber."]


def test_a_short_promise_is_quoted_with_the_sentence_that_tells_what_is_promised() -> None:
    talk = (
        "Ann : The auditors want the bank statements by December 15th. I'll send them.\nBob : The boiler leaks on the parquet."
    )

    assert texts(talk, "action") == ["The auditors want the bank statements by December 15th. I'll send them."]


def test_what_was_moved_stands_with_how_the_vote_on_it_ended() -> None:
    talk = (
        "Ann : I move that we buy the brass valve for 480 dollars.\nBob : Seconded.\nAnn : All in favour? The motion carries.\n"
        "Cleo : I move to hire a caretaker.\nAnn : The motion fails for lack of a second."
    )

    assert [(item["text"], item["turns"]) for item in extract(talk) if item["kind"] == "decision"] == [
        ("I move that we buy the brass valve for 480 dollars. \u2014 The motion carries.", [0, 2]),
        ("I move to hire a caretaker. \u2014 The motion fails for lack of a second.", [3, 4]),
    ]


def test_a_title_names_nobody_and_a_name_behind_one_does_even_if_it_is_a_usual_word() -> None:
    talk = (
        "Frau Keller : Die Rechnungen sind seit gestern doppelt.\nKurt Maier : Frau Brandt aus der Buchhaltung meldet sich.\n"
        "Petra Lang : Der Kassenstand beträgt 480 Euro.\nKurt Maier : Frau Lang, Sie schreiben bitte die Einladung bis Freitag."
    )

    actions = [(item["turns"], item.get("owner")) for item in extract(talk) if item["kind"] == "action"]

    assert actions == [([3], "Petra Lang")]


@pytest.mark.parametrize(
    ("said", "quoted"),
    [
        ("So we, um, decided on the, uh, the valve.", "So we decided on the valve."),
        ("We need apples, um, pears.", "We need apples, pears."),
        ("I'll, uh, I'll get you the valve.", "I'll get you the valve."),
        ("Could you, could you please, like, call them?", "Could you please call them?"),
        ("The numbers look like a leak.", "The numbers look like a leak."),
    ],
)
def test_words_that_are_said_twice_and_commas_around_fillers_are_not_quoted(said: str, quoted: str) -> None:
    assert cleaned(said, pack_of("en")) == quoted


def test_a_sentence_is_cut_by_the_words_that_are_quoted_of_it() -> None:
    said = "Um, so, uh, when is the, uh, the road, you know, on, um, Mill Lane, uh, going to be fixed?"

    (question,) = [item["text"] for item in extract(f"Ann : {said}") if item["kind"] == "question"]

    assert "\u2026" not in question


# -- requests ----------------------------------------------------------------------------------------------------------------


def test_minutes_that_nobody_gave_a_title_are_called_by_their_file() -> None:
    asked = order(mode="extractive")
    asked = replace(asked, options=minutes.accept(Form({}, TRANSCRIPT, file="board_2026-03-05.txt")).options)

    result, _ = carried_out(asked, labelling)
    titled, _ = carried_out(replace(asked, options={**asked.options, "title": "The board"}), labelling)

    assert result.text.startswith("# Minutes of the meeting – board 2026-03-05\n")
    assert titled.text.startswith("# The board\n")


def test_a_glossary_puts_whole_words_right_and_nothing_else() -> None:
    asked = order("Ann : The yorc deal is no New Yorckshire work.", {"glossary": {"York": ["yorc"]}})

    assert Meeting.of(asked, "auto").turns[0].text == "The York deal is no New Yorckshire work."


@pytest.mark.parametrize(
    ("field", "value"), [("date", "tomorrow"), ("language", "klingon"), ("participants", 3), ("glossary", "[1]"), ("title", 5)]
)
def test_a_field_that_cannot_be_meant_is_refused_by_its_name(field: str, value: object) -> None:
    with pytest.raises(BadParameter, match=field):
        minutes.accept(Form({"content": TRANSCRIPT, field: value}))


def test_without_a_transcript_there_are_no_minutes() -> None:
    with pytest.raises(MissingParameter):
        minutes.accept(Form({}))


def found_in(talk: str, *kinds: str) -> list[tuple[str, str, str | None]]:
    """The kind, text and owner of each item that is quoted, of *kinds* alone."""
    result, _ = carried_out(order(talk, mode="extractive"), labelling)
    found = [(item["kind"], item["text"], item.get("owner")) for item in result.coverage["minutes"]["items"]]
    return [each for each in found if each[0] in kinds]


@pytest.mark.parametrize(
    ("said", "text", "owner"),
    [
        (
            "Ann Berg : Bob, check the brass valve of the boiler.\nBob Stone : Okay.",
            "Bob, check the brass valve of the boiler. \u2014 Okay.",
            "Bob Stone",
        ),
        (
            "Ann Berg : I need the boiler report by Friday, Bob.\nBob Stone : The valve leaks.",
            "I need the boiler report by Friday, Bob.",
            "Bob Stone",
        ),
        (
            "Ann Berg : Please read the boiler's meter at midnight.\nBob Stone : Will do. The valve leaks on the parquet.",
            "Please read the boiler's meter at midnight. \u2014 Will do.",
            "Bob Stone",
        ),
        (
            "Ann Berg : We'll send the boiler report on Monday.\nBob Stone : Good.",
            "We'll send the boiler report on Monday.",
            None,
        ),
        (
            "Ann Berg : I will order the brass valve next week.\nBob Stone : Good.",
            "I will order the brass valve next week.",
            "Ann Berg",
        ),
        (
            "Anne Berg : Je commanderai la vanne de la chaudière lundi.\nLuc Roy : Bien.",
            "Je commanderai la vanne de la chaudière lundi.",
            "Anne Berg",
        ),
        (
            "Anne Berg : Il faudrait prévenir les voisins.\nLuc Roy : Je m'en occuperai. La chaudière fuit.",
            "Il faudrait prévenir les voisins. \u2014 Je m'en occuperai.",
            "Luc Roy",
        ),
        (
            "Anna Berg : Jan, bestellst du die Kessel?\nJan Roth : Mach ich.",
            "Jan, bestellst du die Kessel? \u2014 Mach ich.",
            "Jan Roth",
        ),
        (
            "Ana Gil : Pide por favor dos presupuestos de la caldera.\nLuis Roa : Así lo haré.",
            "Pide por favor dos presupuestos de la caldera. \u2014 Así lo haré.",
            "Luis Roa",
        ),
        (
            "Ana Gil : Llamaré a la empresa de calderas mañana.\nLuis Roa : Bien.",
            "Llamaré a la empresa de calderas mañana.",
            "Ana Gil",
        ),
    ],
)
def test_tasks_have_the_owner_who_is_called_or_takes_them_on(said: str, text: str, owner: str | None) -> None:
    assert found_in(said, "action") == [("action", text, owner)]


@pytest.mark.parametrize(
    "said",
    [
        "Ann Berg : Mr. Hall, please.\nMr. Hall : The roof of the old school cost 412,000 dollars.",
        "Anna Berg : Punkt eins, der Neubau der Kita. Frau Roth, bitte.\nFrau Roth : Die Kosten sind gestiegen.",
        "M. le maire : Le devis de la chaudière est signé, 2 300 euros.\nMme Roy : La vanne fuit depuis janvier.",
    ],
)
def test_who_gets_the_floor_or_is_not_spoken_to_gets_no_task(said: str) -> None:
    assert found_in(said, "action") == []


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("Ann : The failover test will take place on January 15th.", "The failover test will take place on January 15th."),
        (
            "Ann : I move to table the bus contract until January.\nBob : Is there a second to the motion to table?\n"
            "Ann : The motion to table passes.",
            "I move to table the bus contract until January. \u2014 The motion to table passes.",
        ),
        (
            "Anna : Wer ist dafür, dass die Mehrkosten von 700.000 Euro bewilligt werden? Zwölf Stimmen. "
            "Damit ist der Antrag angenommen.",
            "Wer ist dafür, dass die Mehrkosten von 700.000 Euro bewilligt werden? \u2014 Damit ist der Antrag angenommen.",
        ),
        ("Anna : Wir reden nicht weiter, es bleibt beim 8. Dezember.", "Wir reden nicht weiter, es bleibt beim 8. Dezember."),
        (
            "Luc : La commission propose de retenir l'entreprise Roy, pour 284 000 euros.\nAnne : La délibération est adoptée.",
            "La commission propose de retenir l'entreprise Roy, pour 284 000 euros. \u2014 La délibération est adoptée.",
        ),
        ("Luc : Neuf euros le ticket au lieu de huit, c'est acté.", "Neuf euros le ticket au lieu de huit, c'est acté."),
        (
            "Ana : Propongo que esperemos hasta el 31 de enero. ¿Alguien en contra? Nadie. Aprobado.",
            "Propongo que esperemos hasta el 31 de enero. \u2014 Aprobado.",
        ),
    ],
)
def test_decisions_are_known_by_votes_and_by_what_is_fixed(said: str, text: str) -> None:
    assert found_in(said, "decision") == [("decision", text, None)]


def test_what_is_put_off_to_the_next_meeting_by_a_promise_is_no_decision() -> None:
    found = found_in(
        "Ann : We had no applicants for the crossing. I will report back at the next meeting.", "decision", "action"
    )

    assert found == [("action", "I will report back at the next meeting.", "Ann")]


def test_a_decision_keeps_its_condition() -> None:
    said = "Entonces quedamos así: sin el módulo de informes, dos años, y empezamos en febrero, si dirección lo aprueba."

    assert [text for _, text, _ in found_in(f"Ana : {said}\nLuis : Bien.", "decision", "topic")] == [said]


@pytest.mark.parametrize(
    ("said", "text"),
    [
        (
            "Ann : How many orders did we lose?\nBob : We don't know exactly yet. Finance counts them.",
            "How many orders did we lose? \u2014 We don't know exactly yet. Finance counts them.",
        ),
        (
            "Ann : Will the team of Rachel sit in Leeds?\nBob : That hasn't been decided.",
            "Will the team of Rachel sit in Leeds? \u2014 That hasn't been decided.",
        ),
        (
            "Ann : One open point from our side: it's not clear who is going to do the translation into French.\nBob : Fine.",
            "One open point from our side: it's not clear who is going to do the translation into French.",
        ),
        ("Ann : Nobody knows yet when the ambulance will come.\nBob : Fine.", "Nobody knows yet when the ambulance will come."),
        (
            "Luc : Qui paie le second car ?\nAnne : On ne sait pas. Peut-être la coopérative.",
            "Qui paie le second car ? \u2014 On ne sait pas. Peut-être la coopérative.",
        ),
        (
            "Anna : Und der Datenschutz? Hat sich Frau Winter gemeldet?\nJan : Nein. Ob wir zählen dürfen, ist noch offen.",
            "Hat sich Frau Winter gemeldet? \u2014 Nein. Ob wir zählen dürfen, ist noch offen.",
        ),
    ],
)
def test_questions_are_open_if_the_answer_says_so(said: str, text: str) -> None:
    assert found_in(said, "question") == [("question", text, None)]


def test_a_meeting_in_two_languages_has_the_cues_of_both_and_says_so() -> None:
    talk = (
        "Claire : Bonjour à tous, on commence par le lancement du produit en Angleterre et par le budget du salon.\n"
        "Claire : Le salon coûte 12 000 euros, et nous avons déjà payé la moitié au mois de septembre.\n"
        "James : We decided to move the launch of the product to March 3rd because the packaging is late.\n"
        "Claire : Paul, tu contactes l'imprimeur avant vendredi ?\nPaul : Oui, je m'en occupe.\n"
        "James : We still do not know who pays for the stand of our partners in Manchester next spring.\n"
        "Claire : On en parle avec la direction, qui doit donner son accord pour toutes les dépenses de cette année."
    )

    result, _ = carried_out(order(talk, mode="extractive"), labelling)

    kinds = {item["kind"]: item["turns"] for item in result.coverage["minutes"]["items"] if item["kind"] != "topic"}
    assert kinds == {"decision": [2], "action": [3, 4], "question": [5]}
    (told,) = result.coverage["warnings"]
    assert told == "some turns are in another language (en, which is read too) than the transcript (fr): 2, 5"


def test_a_question_that_somebody_answers_is_not_called_open() -> None:
    talk = (
        "Ann : How long does the caretaker of the old school need to repair the boiler in the cellar?\n"
        "Bob : The plumber guesses two days of work.\n"
        "Ann : How long does the tailor need to mend the curtains of the theatre on the square?"
    )

    found = found_in(talk, "question", "topic")

    assert [kind for kind, text, _ in found if "boiler" in text] == ["topic"]
    assert [kind for kind, text, _ in found if "curtains" in text] == ["question"]


@pytest.mark.parametrize("said", ["We will sell the remote control at 25 euros.", "So we'll get the parrot back on that."])
def test_what_all_will_do_some_day_is_no_task(said: str) -> None:
    assert found_in(f"Ann : {said}\nBob : Fine.", "action") == []
