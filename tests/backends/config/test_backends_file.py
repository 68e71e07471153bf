"""What backends.json may say, and how wrong entries are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.backends.config.backends_file import BackendDefaults, BackendEntry, parse
from app.backends.http.timeouts import Timeouts
from app.errors import ManifestError

USUAL = BackendDefaults(timeout=60, limit=8, tries=5, model="some/model")
KEYS = {"GPU_KEY": " planted-key \n", "EMPTY_KEY": ""}

FULL = """// our GPU servers
{"backends": [
  {
    "name": "gpu",           // what manifests say
    "kind": "openai",
    "apiBase": ["http://gpu1:8000/v1", "http://gpu2:8000/v1"],
    "apiKeyEnv": "GPU_KEY",
    "maxConcurrency": 24, "timeout": 90, "maxRetries": 2,
    "headers": {"X-Team": "minutes"},
    "model": "mixtral",
  },
]}
"""


def problems(text: str) -> list[str]:
    with pytest.raises(ManifestError) as caught:
        parse(text, USUAL, KEYS)
    return [str(problem) for problem in caught.value.problems]


def entry(keys: str) -> str:
    return f'{{"backends": [{{"name": "gpu", "apiBase": "http://gpu1:8000/v1", {keys}}}]}}'


def engine(keys: str) -> str:
    return f'{{"backends": [{{"name": "big", "kind": "engine", "engine": "vllm", {keys}}}]}}'


@pytest.mark.parametrize(
    "args",
    ['"--served-model-name", "minutes"', '"--served-model-name=minutes"', '"--seed", "7", "--served-model-name", "minutes"'],
)
def test_an_engine_is_asked_for_its_model_by_the_name_that_its_arguments_give(args: str) -> None:
    configuration = parse(engine(f'"model": "/models/m", "args": [{args}]'), USUAL, KEYS)

    assert configuration.setups[0].model == "minutes"
    assert configuration.engines[0].model == "/models/m"


def test_a_key_may_be_in_a_file_that_a_variable_names(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("planted-key\n")

    (setup,) = parse(entry('"apiKeyEnv": "OTHER_KEY"'), USUAL, {"OTHER_KEY_FILE": str(tmp_path / "key")}).setups

    assert setup.key == "planted-key"


def test_an_entry_says_all_that_a_backend_is_made_of() -> None:
    (setup,) = parse(FULL, USUAL, KEYS).setups

    assert (setup.name, setup.api, setup.key, setup.model) == ("gpu", "openai", "planted-key", "mixtral")
    assert setup.addresses == ("http://gpu1:8000/v1", "http://gpu2:8000/v1")
    assert (setup.limit, setup.tries, setup.headers) == (24, 3, (("X-Team", "minutes"),))
    assert setup.timeouts == Timeouts(connect=10, first_token=90, between_tokens=90)


def test_what_an_entry_leaves_open_is_as_usual() -> None:
    (setup,) = parse('{"backends": [{"name": "gpu", "apiBase": "http://gpu1:8000/v1"}]}', USUAL, KEYS).setups

    assert (setup.api, setup.key, setup.model, setup.limit, setup.tries) == ("openai", "", "", 8, 5)
    assert setup.timeouts == Timeouts(connect=10, first_token=60, between_tokens=60)


def test_no_retries_is_one_try() -> None:
    (setup,) = parse(entry('"maxRetries": 0'), USUAL, KEYS).setups

    assert setup.tries == 1


def test_a_list_alone_will_do() -> None:
    text = '// ours\n[\n  {"name": "gpu", "apiBase": "http://gpu1:8000/v1", "modle": "m"}\n]'

    assert problems(text) == ['backends.json:3: backends.0.modle: unknown key; did you mean "model"?']


LIST = '[{"name": "b", "apiBase": "http://127.0.0.1:1/v1"}]'


@pytest.mark.parametrize("end", range(1, len(LIST)))
def test_a_list_that_is_written_to_its_half_is_told_as_an_object_is(end: int) -> None:
    told = [problem.partition(": ")[2] for problem in problems(LIST[:end])]

    assert told == [problem.partition(": ")[2] for problem in problems(f'{{"backends": {LIST}}}'[: end + len('{"backends": ')])]


def test_an_engine_is_on_this_machine() -> None:
    configuration = parse('{"backends": [{"name": "big", "kind": "engine", "engine": "vllm", "port": 9100}]}', USUAL, KEYS)

    (setup,) = configuration.setups
    assert (setup.api, setup.addresses, setup.model) == ("engine", ("http://127.0.0.1:9100/v1",), "some/model")
    assert setup.timeouts == Timeouts(connect=10, first_token=600, between_tokens=60)
    assert [each.name for each in configuration.engines] == ["big"]


def test_gemini_needs_no_address() -> None:
    (setup,) = parse('{"backends": [{"name": "g", "kind": "gemini", "apiKeyEnv": "GPU_KEY"}]}', USUAL, KEYS).setups

    assert (setup.api, setup.addresses, setup.key) == ("gemini", (), "planted-key")


@pytest.mark.parametrize("variable", ["EMPTY_KEY", "NO_SUCH_KEY"])
def test_a_key_that_is_not_there_is_a_problem_and_the_backend_stays(variable: str) -> None:
    configuration = parse(entry(f'"apiKeyEnv": "{variable}"'), USUAL, KEYS)

    assert [setup.name for setup in configuration.setups] == ["gpu"]
    assert [str(problem) for problem in configuration.problems] == [
        f"backends.json:1: backends.0.apiKeyEnv: the environment variable {variable} is not set"
    ]


def test_no_key_is_in_any_repr() -> None:
    configuration = parse(FULL, USUAL, KEYS)

    assert "planted-key" not in repr(configuration)
    assert "minutes" not in repr(configuration)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "the file is empty"),
        ('{"backends": [}', "a value is missing here"),
        ('{"backends": [], "backend": []}', 'unknown key; did you mean "backends"?'),
        (entry('"apiKey": "sk-4711"'), 'backends.0.apiKey: unknown key; did you mean "apiKeyEnv"?'),
        (entry('"max_concurrency": 3'), 'unknown key; did you mean "maxConcurrency"?'),
        (entry('"kind": "llama"'), "backends.0.kind: must be one of openai, gemini, engine"),
        (entry('"timeout": "60"'), "backends.0.timeout: must be a number, not the text"),
        (entry('"timeout": 0'), "backends.0.timeout: must be more than 0"),
        (entry('"maxConcurrency": 0'), "backends.0.maxConcurrency: must be at least 1"),
        (entry('"apiKeyEnv": "sk-1234-5678"'), "must be the name of the environment variable"),
        (entry('"apiKeyEnv": "DATABASE_URL"'), "must be the name of the environment variable"),
        (entry('"headers": {"Authorization": "Bearer x"}'), "backends.0.headers.Authorization: is set by the gateway"),
        (entry('"headers": {"X-Bad\\n": "x"}'), "is no HTTP header"),
        (entry('"headers": {"X-Bad": "x\\ny"}'), "is no HTTP header"),
        (entry('"port": 9100'), "backends.0.port: is for the kind engine only"),
        (entry('"args": ["--seed", "7"]'), "backends.0.args: is for the kind engine only"),
        (engine('"args": ["--port=80"]'), "backends.0.args: must not hold --port: say `port`"),
        (engine('"args": ["--api-key", "secret"]'), "backends.0.args: must not hold --api-key: it would show in `ps`"),
        (engine('"args": "--seed 7"'), "backends.0.args: "),
        (entry('"kind": "engine", "engine": "vllm"'), "backends.0.apiBase: is not for engines"),
        ('{"backends": [{"name": "a"}]}', "backends.0.apiBase: is missing"),
        ('{"backends": [{"apiBase": "http://a/v1"}]}', "backends.0.name: is missing"),
        ('{"backends": [{"name": "a", "kind": "engine"}]}', "backends.0.engine: is missing"),
        ('{"backends": [{"name": "a", "apiBase": "gpu1:8000"}]}', "must be a URL that begins with http://"),
        ('{"backends": [{"name": "a", "apiBase": "http://gpu 1:8000/v1"}]}', "must be a URL that begins with http://"),
        (
            engine('"model": "a"}, {"name": "b", "kind": "engine", "engine": "vllm", "port": 9001'),
            "9001 is the port of backends.0",
        ),
        ('{"backends": [{"name": "a", "apiBase": "http://u:p@gpu1/v1"}]}', "must not hold a name, a password"),
        ('{"backends": [{"name": "a", "apiBase": "http://gpu1/v1/chat/completions/"}]}', "leave out /chat/completions"),
        ('{"backends": [{"name": "a", "apiBase": 5}]}', "backends.0.apiBase: must be"),
        ('{"backends": [{"name": "a", "kind": "gemini", "apiBase": ["http://a", "http://b"]}]}', "must be one URL"),
        (
            '{"backends": [{"name": "a", "apiBase": "http://a/v1"}, {"name": "a", "apiBase": "http://b/v1"}]}',
            'backends.1.name: "a" is the name of backends.0 already',
        ),
    ],
)
def test_what_is_wrong_is_told_by_key(text: str, told: str) -> None:
    found = problems(text)

    assert len(found) == 1
    assert told in found[0]
    assert found[0].startswith("backends.json")


def test_a_password_in_an_address_is_not_repeated() -> None:
    assert "s3cret" not in "".join(problems('{"backends": [{"name": "a", "apiBase": "http://u:s3cret@gpu1/v1"}]}'))


def test_everything_is_told_at_once() -> None:
    text = '{"backends": [\n{"name": "a b", "apiBase": "x"},\n{"name": "c", "timeout": -1, "apiBase": "http://c/v1"}\n]}'

    assert len(problems(text)) >= 2


def test_the_documentation_tells_every_key_and_its_example_holds() -> None:
    told = (Path(__file__).parents[3] / "document" / "backends.md").read_text(encoding="utf-8")
    example = told.split("```json\n")[1].split("```")[0]

    configuration = parse(example, USUAL, {"GPU_KEY": "a", "GEMINI_API_KEY": "b"})

    assert [setup.name for setup in configuration.setups] == ["gpu", "far", "big"]
    assert configuration.problems == ()
    for name, info in BackendEntry.model_fields.items():
        assert f"| `{info.alias or name}` |" in told


@pytest.mark.parametrize(
    ("raw", "key", "problem"),
    [
        (b"\xef\xbb\xbfs3cret\r\n", "s3cret", ""),
        (b"two\nlines", "", "holds a line end (character 4) that no HTTP header can hold"),
        ("s3cret".encode("utf-16"), "", "is UTF-16: save it as UTF-8"),
        (b"", "", "is empty"),
        (None, "", "cannot be read: No such file or directory"),
    ],
)
def test_a_key_in_a_file_is_read_as_people_save_it_or_its_file_is_named(
    tmp_path: Path, raw: bytes | None, key: str, problem: str
) -> None:
    file = tmp_path / "key"
    if raw is not None:
        file.write_bytes(raw)
    text = '[{"name": "b", "apiBase": "http://h/v1", "apiKeyEnv": "B_KEY"}]'

    found = parse(text, BackendDefaults(), {"B_KEY_FILE": str(file)})

    told = f"backends.json:1: backends.0.apiKeyEnv: the file {file} of B_KEY_FILE {problem}"
    assert (found.setups[0].key, [str(each) for each in found.problems]) == (key, [told] if problem else [])
