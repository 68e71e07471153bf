"""Minutes and calls of functions with a server that holds no JSON Schema."""

from __future__ import annotations

import json

from app.backends.adapters.openai import OpenAIBackend
from app.backends.forms import AN_OBJECT, warned
from app.kinds import function_call, minutes
from app.kinds.base import Work
from tests.fakes.model import Words
from tests.fakes.openai_server import FakeOpenAI, Reply
from tests.kinds.function_call.test_function_call import ADD
from tests.kinds.function_call.test_function_call import order as question
from tests.kinds.minutes.test_minutes import entry, order


def test_minutes_of_a_server_that_holds_objects_only_say_so_and_ask_once(fake_openai: FakeOpenAI) -> None:
    fake_openai.forms = frozenset({"json_object"})
    fake_openai.answer = lambda _messages: json.dumps({"items": [entry("The heating costs 480 pounds.", 1)], "summary": []})
    backend = OpenAIBackend("DeepSeek", fake_openai.base_url, "")

    result = minutes.run(Work(order(maxNewTurns=3), backend, Words()))

    assert [item["text"] for item in result.coverage["minutes"]["items"]] == ["The heating costs 480 pounds."]
    assert warned(AN_OBJECT)[0] in " ".join(result.coverage["warnings"])
    forms = [seen.body["response_format"]["type"] for seen in fake_openai.calls]
    assert forms.count("json_schema") <= 2  # the batches that were under way side by side
    assert forms[-1] == "json_object"


def test_one_answer_that_was_no_json_takes_the_schema_from_no_other_part(fake_openai: FakeOpenAI) -> None:
    fake_openai.answer = lambda _messages: json.dumps({"items": [entry("The heating costs 480 pounds.", 1)], "summary": []})
    fake_openai.script(Reply(status=400, message="Failed to generate JSON. Please adjust your prompt."))
    backend = OpenAIBackend("Groq", fake_openai.base_url, "")

    result = minutes.run(Work(order(maxNewTurns=3), backend, Words()))

    assert [item["text"] for item in result.coverage["minutes"]["items"]] == ["The heating costs 480 pounds."]
    forms = [seen.body["response_format"]["type"] for seen in fake_openai.calls]
    assert len(forms) > 3
    assert forms.count("json_object") == 1


def test_a_call_of_a_function_is_made_of_what_such_a_server_says(fake_openai: FakeOpenAI) -> None:
    fake_openai.forms = frozenset()
    fake_openai.answer = lambda _messages: json.dumps(ADD)
    backend = OpenAIBackend("old", fake_openai.base_url, "")

    result = function_call.run(Work(question(), backend, Words()))

    assert json.loads(result.text)["fn_name"] == "fn_add"
    assert "response_format" not in fake_openai.calls[-1].body
