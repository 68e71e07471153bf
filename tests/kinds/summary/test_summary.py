"""The kind `summary`: every turn is sent once, nothing is over the context, and what goes wrong is mended or reported."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.backends.base import Answer, Call
from app.errors import BackendUnavailable, BadContent, BadParameter, EmptyAnswer, MissingParameter, NoRoom
from app.kinds import summary
from app.kinds.base import Finished, Form, Progress, Result, Work
from app.kinds.transcripts import heard
from app.orders import Order
from app.transcript import Transcript
from tests.fakes.model import Model, Words

ROLLING = "Write minutes.\nSo far:\n{{ previous }}\nNew:\n{{ turns }}"
SINGLE = "Write minutes.\nNew:\n{{ turns }}"
REDUCE = "Shorten.\n{{ turns }}"
FLAVOR: dict[str, Any] = {
    "name": "small",
    "modelName": "model",
    "totalContextLength": 400,
    "maxGenerationLength": 100,
    "createNewTurnAfter": 40,
    "summaryTurns": 2,
    "maxNewTurns": 3,
    "check": "off",  # tests/kinds/summary/test_checking.py has it on
}
TRANSCRIPT = "\n".join(f"{'Ann' if number % 2 else 'Bob'} : w{number} said {{this}} today." for number in range(10))


def order(content: str = TRANSCRIPT, fields: int = 2, template: str = "", **flavor: Any) -> Order:
    return Order(
        service="cra",
        kind="summary",
        backend="model",
        flavor={**FLAVOR, **flavor},
        settings={"fields": fields},
        template="cra",
        templates={"cra": template or (ROLLING if fields == 2 else SINGLE), "reduce": REDUCE},
        text=content,
        options={"speakers": [], "language": "fr"},
    )


def new_part(call: Call) -> str:
    return call.messages[-1].content.split("New:\n")[-1]


def seen_before(call: Call) -> list[str]:
    return call.messages[-1].content.split("So far:\n")[-1].split("\nNew:\n")[0].split("\n")


def words_of(text: str) -> list[str]:
    return re.findall(r"\bw\d+\b", text)


def minutes(call: Call) -> str:
    """One line for a batch, naming the words that it was made from."""
    return f"Clerk : heard {' '.join(words_of(new_part(call)))}."


def carried_out(asked: Order, say: Callable[[Call], Answer | str] = minutes, **parts: Any) -> tuple[Result, Model]:
    model = Model(say)
    return summary.run(Work(asked, model, Words(), **parts)), model


# -- every turn once, in order ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("fields", [1, 2])
def test_every_turn_is_sent_once_and_the_minutes_keep_its_place(fields: int) -> None:
    result, model = carried_out(order(fields=fields))

    assert sorted(word for call in model.heard for word in words_of(new_part(call))) == sorted(f"w{n}" for n in range(10))
    assert words_of(result.text) == [f"w{n}" for n in range(10)]
    assert result.coverage["turns_sent"] == result.coverage["turns"] == 10


def test_at_most_max_new_turns_go_into_one_call() -> None:
    _, model = carried_out(order(maxNewTurns=4))

    assert [len(new_part(call).split("\n")) for call in model.heard] == [4, 4, 2]


@pytest.mark.parametrize(("shown", "expected"), [(0, [""]), (1, ["Clerk : heard w6 w7 w8."]), (5, None)])
def test_a_rolling_call_is_shown_the_last_summary_turns(shown: int, expected: list[str] | None) -> None:
    _, model = carried_out(order(summaryTurns=shown))

    last = seen_before(model.heard[-1])
    assert last == (expected or ["Clerk : heard w0 w1 w2.", "Clerk : heard w3 w4 w5.", "Clerk : heard w6 w7 w8."])


def test_single_batches_run_side_by_side_and_are_joined_in_order() -> None:
    together = threading.Barrier(4, timeout=20)

    def say(call: Call) -> str:
        together.wait()  # breaks unless all four calls are in flight at once
        return minutes(call)

    result, model = carried_out(order(fields=1), say)

    assert model.most_in_flight == 4
    assert words_of(result.text) == [f"w{n}" for n in range(10)]


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=60), min_size=1, max_size=12))
def test_whatever_a_transcript_holds_it_is_sent_as_it_is(texts: list[str]) -> None:
    lines = [f"Ann : {{{{ w{n} }}}} {{% raw %}} {text}" for n, text in enumerate(texts)]

    _, model = carried_out(order("\n".join(lines), fields=1))

    parts = [re.findall(r"\{\{ w(\d+) \}\} \{% raw %\}", new_part(call)) for call in model.heard]
    in_order = sorted([int(number) for number in part] for part in parts if part)  # independent calls run side by side
    assert [number for part in in_order for number in part] == list(range(len(texts)))


# -- never over the context ------------------------------------------------------------------------------------------


@given(
    context=st.integers(150, 600),
    generated=st.integers(20, 60),
    lengths=st.lists(st.integers(1, 200), min_size=1, max_size=25),
    wordy=st.integers(1, 60),
    fields=st.sampled_from([1, 2]),
)
def test_prompt_and_answer_never_exceed_the_context(
    context: int, generated: int, lengths: list[int], wordy: int, fields: int
) -> None:
    content = "\n".join(f"Ann : {' '.join(f'w{n}x{i}.' for i in range(length))}" for n, length in enumerate(lengths))
    asked = order(content, fields, totalContextLength=context, maxGenerationLength=generated, maxNewTurns=50)

    _, model = carried_out(asked, lambda call: "Clerk : " + "bla " * wordy)

    assert max(Words().measure([m.wire() for m in call.messages]) for call in model.heard) + generated <= context
    sent = [word for call in model.heard for word in re.findall(r"w\d+x\d+", new_part(call))]
    assert sent == [f"w{n}x{i}" for n, length in enumerate(lengths) for i in range(length)] or fields == 1
    assert len(sent) == sum(lengths)


def test_a_template_without_room_is_refused_with_the_numbers_before_the_first_call() -> None:
    model = Model(minutes)
    asked = order(template="word " * 280 + "\n{{ previous }}\n{{ turns }}")

    with pytest.raises(NoRoom, match=r"cra\.txt .* totalContextLength 400 - maxGenerationLength 100 - template 29\d"):
        summary.run(Work(asked, model, Words()))
    assert not model.heard


# -- answers that are not whole --------------------------------------------------------------------------------------


def cut(call: Call) -> Answer:
    return Answer(minutes(call), finish_reason="length")


@pytest.mark.parametrize("fields", [1, 2])
def test_an_answer_cut_at_its_limit_makes_its_turns_be_asked_in_halves(fields: int) -> None:
    def say(call: Call) -> Answer | str:
        return cut(call) if len(words_of(new_part(call))) > 1 else minutes(call)

    result, _ = carried_out(order(fields=fields), say)

    assert words_of(result.text) == [f"w{n}" for n in range(10)]
    assert result.coverage["turns_sent"] == 10
    assert result.coverage["halved"] == 6
    assert result.coverage["cut"] == []


def test_an_answer_cut_on_a_single_turn_is_gone_on_with() -> None:
    def say(call: Call) -> Answer | str:
        return "sion and the end." if len(call.messages) > 1 else Answer("Ann : a long deci", finish_reason="length")

    result, model = carried_out(order("Ann : one turn"), say)

    assert result.text == "Ann : a long sion and the end."
    assert model.heard[-1].messages[-2].content == "Ann : a long"
    assert (result.coverage["continued"], result.coverage["cut"]) == (1, [])


def test_an_answer_that_never_ends_is_kept_and_reported_as_cut() -> None:
    result, _ = carried_out(order("Ann : one turn"), lambda call: Answer("Ann : and so on", finish_reason="length"))

    assert result.coverage["cut"] == ["batch/0"]
    assert result.text.startswith("Ann : and so")


def test_an_answer_in_circles_makes_its_turns_be_asked_in_halves_and_is_kept_once_on_a_single_turn() -> None:
    def say(call: Call) -> Answer | str:
        if "w3" in new_part(call):
            return Answer("Clerk : heard w3." + " And so on." * 20, finish_reason="repetition")
        return minutes(call)

    result, model = carried_out(order(), say)

    assert words_of(result.text) == [f"w{n}" for n in range(10)]
    assert "heard w3. And so on.\n" in result.text
    assert (result.coverage["halved"], result.coverage["cut"]) == (1, ["batch/1/a"])
    assert all(call.stop_loops for call in model.heard)


def test_an_empty_answer_is_asked_for_again() -> None:
    tries = iter(["", "", "Ann : at last."])

    result, model = carried_out(order("Ann : one turn"), lambda call: next(tries))

    assert result.text == "Ann : at last."
    assert result.coverage["retries"] == 2
    assert [call.temperature for call in model.heard] == [None, 0.4, 0.8]


def test_a_batch_that_stays_empty_is_reported_and_the_others_are_kept() -> None:
    result, _ = carried_out(order(), lambda call: "" if "w3" in new_part(call) else minutes(call))

    assert result.coverage["empty"] == ["batch/1"]
    assert words_of(result.text) == ["w0", "w1", "w2", "w6", "w7", "w8", "w9"]


def test_a_model_that_says_nothing_at_all_is_an_error() -> None:
    with pytest.raises(EmptyAnswer, match="no minutes after 12 calls to model: the model answered nothing"):
        carried_out(order(), lambda call: "")


@pytest.mark.parametrize("fields", [1, 2])
def test_a_call_that_fails_ends_the_job_with_its_cause(fields: int) -> None:
    def say(call: Call) -> str:
        if "w3" in new_part(call):
            raise BackendUnavailable("vLLM: connection refused")
        return minutes(call)

    with pytest.raises(BackendUnavailable, match="connection refused"):
        carried_out(order(fields=fields), say)


# -- a crash ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fields", [1, 2])
def test_after_a_crash_only_what_was_not_answered_is_asked_and_the_text_is_the_same(fields: int) -> None:
    undisturbed, _ = carried_out(order(fields=fields))
    journal: dict[str, Finished] = {}

    def dies(call: Call) -> str:
        if "w6" in new_part(call):
            raise BackendUnavailable("killed")
        return minutes(call)

    with pytest.raises(BackendUnavailable):
        carried_out(order(fields=fields), dies, journal=journal)
    finished = set(journal)
    result, model = carried_out(order(fields=fields), journal=journal)

    assert result.text == undisturbed.text
    assert len(model.heard) == 4 - len(finished)
    assert result.coverage == undisturbed.coverage


# -- the end: consolidate, reduce ------------------------------------------------------------------------------------


def test_consecutive_lines_of_one_speaker_are_merged() -> None:
    result, _ = carried_out(order(consolidateSummary=True))

    assert result.text == "Clerk : heard w0 w1 w2. heard w3 w4 w5. heard w6 w7 w8. heard w9."
    assert result.coverage["lines"] == [{"line": result.text, "turns": [0, 9], "step": "batch/0"}]


@pytest.mark.parametrize("flavor", [{"reduce_prompt": "reduce"}, {"reduceSummary": True}])
def test_the_summary_is_reduced_in_one_call_where_it_fits(flavor: Mapping[str, Any]) -> None:
    def say(call: Call) -> str:
        return "The end." if "Clerk" in call.messages[-1].content.split("New:\n")[-1] else minutes(call)

    result, model = carried_out(order(**flavor), say)

    assert result.text == "The end."
    assert words_of(model.heard[-1].messages[-1].content) == [f"w{n}" for n in range(10)]
    assert result.coverage["lines"] == [{"line": "The end.", "turns": [0, 9], "step": "reduce/0/0"}]


def test_a_long_summary_is_reduced_in_levels() -> None:
    content = "\n".join(f"Ann : w{n} {'talk ' * 30}" for n in range(30))

    def say(call: Call) -> str:
        text = call.messages[-1].content
        return (
            f"Part {' '.join(words_of(text)[:8])}" if text.startswith("Shorten.") else f"Clerk : {minutes(call)} {'bla ' * 40}"
        )

    result, model = carried_out(order(content, reduce_prompt="reduce"), say)

    reduces = [call for call in model.heard if call.messages[-1].content.startswith("Shorten.")]
    assert len(reduces) > 2
    assert result.text.startswith("Part w0")
    assert result.coverage["unreduced"] == 0
    assert result.coverage["lines"][0]["turns"] == [0, 29]


def test_a_summary_that_does_not_get_shorter_is_given_back_whole() -> None:
    content = "\n".join(f"Ann : w{n} {'talk ' * 30}" for n in range(30))

    def say(call: Call) -> str:
        return call.messages[-1].content.split("New:\n")[-1].removeprefix("Shorten.\n") + " and more"

    result, _ = carried_out(order(content, fields=1, reduce_prompt="reduce"), say)

    assert result.coverage["unreduced"] == 1
    assert words_of(result.text) == [f"w{n}" for n in range(30)]


def test_empty_lines_of_markdown_minutes_are_kept() -> None:
    result, _ = carried_out(order("Ann : one turn"), lambda call: "# Minutes\n\n- Ann : a\n  - b\n\n\nThe end.")

    assert result.text == "# Minutes\n\n- Ann : a\n  - b\n\nThe end."


# -- progress and coverage -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fields", [1, 2])
def test_progress_only_grows_and_ends_with_everything(fields: int) -> None:
    heard: list[Progress] = []

    carried_out(order(fields=fields, reduceSummary=True), report=heard.append)

    percents = [progress.percent for progress in heard]
    assert percents == sorted(percents)
    assert percents[-1] == 100.0
    assert max(progress.percent for progress in heard if progress.phase.name == "summary") == 90.0


def test_the_report_counts_calls_and_tokens_and_says_how_they_were_counted() -> None:
    result, model = carried_out(order())

    coverage = result.coverage
    assert (coverage["calls"], coverage["tokenizer"], coverage["exact_counts"]) == (4, "words", True)
    assert coverage["tokens_in"] == sum(Words().measure([m.wire() for m in call.messages]) for call in model.heard)
    assert coverage["lines"][1] == {"line": "Clerk : heard w3 w4 w5.", "turns": [3, 5], "step": "batch/1"}


def test_sampling_and_the_system_message_come_from_the_flavor() -> None:
    _, model = carried_out(order("Ann : hi", system="Be brief.", temperature=0.1, top_p=0.8, seed=7, stop=["END"]))

    call = model.heard[0]
    assert [message.role for message in call.messages] == ["system", "user"]
    assert (call.temperature, call.top_p, call.seed, call.stop, call.max_tokens) == (0.1, 0.8, 7, ("END",), 100)


VTT = """WEBVTT

00:01.000 --> 00:02.500
<v Ann>w0 was said.

00:03.000 --> 00:04.000
<v Bob>w1 was said.

NOTE not this

00:05.000 --> 00:06.000
w2 was said.
"""


def test_the_coverage_tells_what_the_transcript_was_and_who_speaks_when() -> None:
    payload = summary.accept(Form({}, VTT))

    result, _ = carried_out(order(payload.content, fields=1, maxNewTurns=2))

    told = {name: result.coverage[name] for name in ("format", "speakers", "left_out", "warnings")}
    assert told == {
        "format": "vtt",
        "speakers": {"Ann": 1, "Bob": 1},
        "left_out": {"notes": 1},
        "warnings": ["1 of 3 turns name no speaker"],
    }
    assert [(line["turns"], line["start"], line["end"]) for line in result.coverage["lines"]] == [
        ([0, 1], 1.0, 4.0),
        ([2, 2], 5.0, 6.0),
    ]


def test_lines_that_are_merged_cover_the_times_of_both() -> None:
    payload = summary.accept(Form({}, VTT))

    result, _ = carried_out(order(payload.content, fields=1, maxNewTurns=1, consolidateSummary=True))

    assert result.coverage["lines"] == [{**result.coverage["lines"][0], "turns": [0, 2], "start": 1.0, "end": 6.0}]


@pytest.mark.parametrize(
    "added",
    [
        b"WEBVTT\n\n00:07.000 --> 00:08.000\n<v Zoe>w3 was said.",
        '[{"speaker": "Zoe", "text": "w3 was said.", "start": 7, "end": 8}]',
        "start,end,speaker,text\n7,8,Zoe,w3 was said.\n".encode("utf-16"),
    ],
)
def test_turns_may_be_added_in_any_format(added: bytes | str) -> None:
    first = order(summary.accept(Form({}, VTT)).content)

    grown = replace(first, text=f"{first.content}\n{summary.accept(Form({}, added, so_far=first.content)).content}")

    last = heard(grown).turns[-1]
    assert (last.speaker, last.text, last.source, last.start, last.end) == ("Zoe", "w3 was said.", 3, 7.0, 8.0)


def test_a_speaker_of_the_turns_so_far_is_known_in_those_that_are_added() -> None:
    first = order(summary.accept(Form({"speakers": "r2d2"}, "r2d2 : beep\nAnn : yes")).content)

    grown = replace(
        first, text=f"{first.content}\n{summary.accept(Form({'content': 'r2d2 : boop'}, so_far=first.content)).content}"
    )

    assert [str(turn) for turn in heard(grown).turns] == ["r2d2 : beep", "Ann : yes", "r2d2 : boop"]


def test_what_the_model_is_shown_is_what_was_accepted_though_it_looks_otherwise() -> None:
    said = 'note: "Bob : no"'
    payload = summary.accept(Form({}, f'[{{"speaker": "Dr. : who, the 3rd", "text": {json.dumps(said)}}}]'))

    _, model = carried_out(order(payload.content, fields=1))

    assert new_part(model.heard[0]) == f"Dr. : who, the 3rd : {said}"


# -- the form --------------------------------------------------------------------------------------------------------


def test_a_form_gives_the_transcript_its_language_and_declared_speakers() -> None:
    payload = summary.accept(Form({"speakers": "r2d2, c-3po", "language": "fr"}, "Zoé : été".encode("cp1252")))

    assert [str(turn) for turn in Transcript.restored(payload.content).turns] == ["Zoé : été"]
    assert payload.options == {"speakers": ["r2d2", "c-3po"], "language": "fr"}


@pytest.mark.parametrize(
    ("form", "error"),
    [
        (Form({}, None), MissingParameter),
        (Form({}, b""), MissingParameter),
        (Form({"content": "  \n "}), MissingParameter),
        (Form({}, b"Ann :\nBob :\n"), BadContent),
        (Form({"content": 12}), BadParameter),
        (Form({}, b"\x89PNG\r\n\x1a\n\x00\x00"), BadContent),
        (Form({"speakers": [1]}, b"Ann : hi"), BadParameter),
        (Form({"language": 1}, b"Ann : hi"), BadParameter),
    ],
)
def test_a_form_that_cannot_be_used_is_refused(form: Form, error: type[Exception]) -> None:
    with pytest.raises(error):
        summary.accept(form)
