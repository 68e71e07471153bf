"""Every error that people read says how to mend it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, abort
from werkzeug import exceptions
from werkzeug.exceptions import default_exceptions

from app import errors
from app.errors import GatewayError, Place, Problem
from app.web import problems
from app.web.middleware import access_log
from app.web.streaming.completions import told
from tests.web.test_problems import every_error

# A verb that tells the reader to do something, what a value must be, or the names there are to choose from.
INSTRUCTION = re.compile(
    r"\b(send|give|use|choose|name|try|ask|read|shorten|add|leave|set|see|save|take|wait|say|revoke|remove|raise|change|load|"
    r"delete|edit|repeat|strike|PUT|GET|POST|must|may|did you mean|there are|it has|lists them|nothing is to be done|"
    r"begin|install|lower|finds the cause|cancel)\b"
)
APP = Path(problems.__file__).parents[1]
ROOMS = ("web", "jobs", "limits", "keys", "transcript", "meetings", "kinds", "catalog", "conversations.py", "interactive.py")
OF_FLASK = {each.__name__ for each in default_exceptions.values()}
# Read by the authors of the services folder, in reports that show file, line and key, or by nobody outside a room.
OF_OTHERS = {"Problem", "ManifestError", "TemplateError", "KeysError", "NoJson", "Superseded", "ContentChanged"}


def ours(name: str) -> type[GatewayError] | None:
    found = getattr(errors, name, None)
    return found if isinstance(found, type) and issubclass(found, GatewayError) and name not in OF_OTHERS else None


def words(node: ast.expr) -> str:
    """The literal text of an expression, `{}` in the place of values."""
    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(words(part) for part in parts)
        case ast.FormattedValue(value=ast.Name(id=name)) if name.isupper():
            return "must"  # a constant with a sentence of its own
        case ast.FormattedValue():
            return "{}"
        case ast.BinOp(left=left, right=right):
            return words(left) + words(right)
    return ""


def sayings() -> Iterator[tuple[str, str]]:
    """The place and the words of every error of these rooms that is made with words of its own."""
    for room in ROOMS:
        files = sorted((APP / room).rglob("*.py")) if (APP / room).is_dir() else [APP / room]
        for file in files:
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or not node.args:
                    continue
                kind = ours(node.func.id)
                is_enough = kind is not None and kind.remedy and kind is not GatewayError
                if is_enough or (kind is None and node.func.id not in OF_FLASK):
                    continue
                said = words(node.args[-1])
                if " " in said:
                    yield f"{file.relative_to(APP)}:{node.lineno}", said


def test_every_error_with_words_of_its_own_says_what_to_do() -> None:
    found = dict(sayings())

    silent = {place: said for place, said in found.items() if not INSTRUCTION.search(said)}

    assert len(found) > 100
    assert silent == {}


PLACE = Problem("cra.json", "flavor.0.temprature", 'unknown key; did you mean "temperature"?', *Place(3, 5))
EXAMPLES: dict[type[GatewayError], GatewayError] = {
    type(each): each
    for each in (
        errors.MissingParameter("flavor"),
        errors.BadParameter("top_k", "must be a whole number"),
        errors.BadContent("this is a PDF, not text; send plain text, saved as UTF-8"),
        errors.PromptTooLong(900, 800),
        errors.NoValidCall("parse", "the answer holds no JSON"),
        errors.ServiceNotFound("x"),
        errors.FlavorNotFound("cra", "x", ["small"]),
        errors.FlavorUnfit("cra", "small", "vLLM has not its model", ["large"]),
        errors.JobNotFound("x"),
        errors.ModelNotFound("x"),
        errors.ConversationNotFound("x"),
        errors.ConversationBusy(),
        errors.TooManyPrompts(11, 10),
        errors.JobConflict("x is complete: delete it, or send another"),
        errors.VersionNotFound("x", 3),
        errors.ActionNotFound("x", 3),
        errors.VersionConflict(3),
        errors.VersionMissing(),
        errors.DocumentTooLarge("pdf", "would have 9,000 pages"),
        errors.IdempotencyConflict("k"),
        errors.QueueFull(1000, 30),
        errors.Unauthenticated(),
        errors.Forbidden("this key does not open the service cra: use one that does"),
        errors.RateLimited(2, 60, 30.0),
        errors.TokensSpent(2000, 30.0),
        errors.Cancelled("cancelled"),
        errors.ManifestError([PLACE]),
        errors.TemplateError(PLACE),
        errors.NoRoom("the template cra.txt leaves no room for a turn: 12 tokens"),
        errors.BackendNotFound("vlm", ["vLLM"]),
        errors.BackendUnavailable("vLLM: cannot connect to localhost:8000"),
        errors.BackendRefused("vLLM: 404 there is no model x", status=404),
        errors.ContextExceeded("vLLM: 4,000 tokens are too many"),
        errors.EmptyAnswer("vLLM: answered nothing"),
        errors.StoreError("the disk is full"),
        errors.EngineError("port 8100 is taken: set LOCAL_PORT to another"),
        errors.Busy("requests", 384),
        errors.Stopping(),
        errors.Superseded("another worker has the job"),
        errors.ContentChanged("it has grown"),
    )
}
ROOTS = {GatewayError, errors.RequestError, errors.AuthorError, errors.BackendError}


@pytest.fixture
def app() -> Flask:
    app = access_log.QuietFlask("tests.web.remedies")
    problems.register(app)
    access_log.register(app)
    return app


def test_there_is_an_example_of_every_error() -> None:
    kinds = {each for each in every_error() if each.__module__ == "app.errors"}

    assert kinds - ROOTS == set(EXAMPLES)


@pytest.mark.parametrize("error", EXAMPLES.values(), ids=lambda error: type(error).__name__)
def test_the_detail_of_every_error_says_what_to_do(app: Flask, error: GatewayError) -> None:
    with app.test_request_context("/"):
        body = problems.handle_gateway_error(error).get_json()

    assert INSTRUCTION.search(body["error"]["detail"]), body


@pytest.mark.parametrize("error", EXAMPLES.values(), ids=lambda error: type(error).__name__)
def test_below_v1_the_message_says_what_to_do_unless_it_is_the_servers_own(error: GatewayError) -> None:
    message = str(told(error, 400)["message"])

    if isinstance(error, errors.ContextExceeded):
        assert message.startswith(str(error))
        assert "this model's maximum context length" in message  # which clients look for
    elif isinstance(error, errors.BackendRefused):
        assert message == str(error)
    else:
        assert INSTRUCTION.search(message), message


@pytest.mark.parametrize("error", EXAMPLES.values(), ids=lambda error: type(error).__name__)
def test_a_job_that_fails_says_what_to_do_in_a_sentence(error: GatewayError) -> None:
    assert error.advice.startswith(str(error))
    assert error.advice.count(error.remedy) == 1 if error.remedy else True


@pytest.mark.parametrize("code", [400, 404, 405, 406, 408, 411, 413, 415, 500])
def test_the_detail_of_flasks_own_errors_says_what_to_do(app: Flask, code: int) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 1000

    @app.post("/")
    def view() -> str:
        if code == 405:
            raise exceptions.MethodNotAllowed(["GET"])
        abort(code)

    body = app.test_client().post("/").get_json()

    assert INSTRUCTION.search(body["error"]["detail"]), body
