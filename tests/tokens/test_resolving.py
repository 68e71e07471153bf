"""Which tokenizer a flavor gets, and that a job that goes on gets the same one."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from app.errors import BackendRefused, BackendUnavailable, ManifestError
from app.tokens import Spec, Tokenizer, Tokenizers, calibrated
from app.tokens.known import KNOWN
from app.tokens.resolving import PROBE, load_named
from tests.tokens.test_served import Server

UNKNOWN = Spec(None, None, "some-model")
MIXTRAL = Spec(None, "LlamaTokenizer", "mixtral")
HELLO = [{"role": "user", "content": "the meeting"}]
NO_ROUTE = BackendRefused("no route", status=404)


def test_its_own_tokenizer_comes_first(tokenizers: Tokenizers, trained: Path) -> None:
    tokenizer = tokenizers.of(Spec(str(trained), "LlamaTokenizer", "mixtral"), Server())

    assert tokenizer.name.startswith(f"file:{trained}#")


class Twin(Server):
    """Counts as Mistral's first tokenizer does, but for what *otherwise* makes of a text's number."""

    def __init__(self, tokenizers: Tokenizers, otherwise: Callable[[str, int], int] = lambda _, tokens: tokens) -> None:
        super().__init__()
        self._counts, self._otherwise = tokenizers.of(MIXTRAL), otherwise

    def tokenize(self, model: str, texts: Sequence[str]) -> list[int]:
        self.asked.append(list(texts))
        return [self._otherwise(text, tokens) for text, tokens in zip(texts, self._counts.count(texts), strict=True)]


def test_then_one_that_a_package_carries(tokenizers: Tokenizers) -> None:
    assert tokenizers.of(MIXTRAL).name == "package:mistral-v1"


def test_the_server_is_asked_once_whether_it_counts_as_the_package_does(tokenizers: Tokenizers) -> None:
    server = Twin(tokenizers)

    names = [tokenizers.of(MIXTRAL, server).name for _ in range(3)]

    assert (names, len(server.asked)) == (["package:mistral-v1"] * 3, 1)


@pytest.mark.parametrize("text", PROBE)
def test_a_server_that_counts_one_text_otherwise_is_believed(tokenizers: Tokenizers, text: str) -> None:
    """A model may be called like another one, and a class of tokenizers is that of many."""
    server = Twin(tokenizers, lambda given, tokens: tokens + (given == text))

    tokenizer = tokenizers.of(MIXTRAL, server)

    assert tokenizer.name == "backend:/tokenize"
    assert tokenizer.count([text]) == server.tokenize("mixtral", [text])


def test_a_server_without_a_route_for_it_is_asked_once_and_the_package_counts(tokenizers: Tokenizers) -> None:
    server = Server(tokenize=NO_ROUTE)

    assert [tokenizers.of(MIXTRAL, server).name for _ in range(2)] == ["package:mistral-v1"] * 2


def test_the_probe_tells_the_tokenizers_that_packages_carry_apart(carried: Callable[[str], Tokenizer]) -> None:
    counts = {name: tuple(carried(name).count(PROBE)) for name in KNOWN}

    assert counts["mistral-v1"] != counts["mistral-tekken-v3"]
    assert len(set(counts.values())) >= 2


def test_then_the_server_s(tokenizers: Tokenizers) -> None:
    assert tokenizers.of(UNKNOWN, Server()).name == "backend:/tokenize"


def test_then_the_estimate_where_the_server_has_no_route_for_it(tokenizers: Tokenizers) -> None:
    assert tokenizers.of(UNKNOWN, Server(tokenize=NO_ROUTE)).name == "estimate"


def test_and_where_there_is_no_server(tokenizers: Tokenizers) -> None:
    assert tokenizers.of(UNKNOWN).name == "estimate"


def test_a_server_that_is_down_is_an_error_and_no_estimate(tokenizers: Tokenizers) -> None:
    with pytest.raises(BackendUnavailable):
        tokenizers.of(UNKNOWN, Server(tokenize=BackendUnavailable("down")))


def test_a_server_that_is_down_does_not_matter_where_it_is_not_needed(tokenizers: Tokenizers) -> None:
    down = Server(tokenize=BackendUnavailable("down"), measure=BackendUnavailable("down"))

    assert tokenizers.of(MIXTRAL, down).measure(HELLO) == 10


@pytest.mark.parametrize("spec", [UNKNOWN, MIXTRAL, Spec("mistral_common:data/tokenizer.model.v1", None, "m")], ids=str)
def test_a_tokenizer_is_had_again_by_its_name(tokenizers: Tokenizers, spec: Spec) -> None:
    server = Server()
    before = tokenizers.of(spec, server)

    again = Tokenizers().of(spec, server, source=before.name)

    assert (again.name, again.measure(HELLO)) == (before.name, before.measure(HELLO))


def test_an_estimate_stays_an_estimate_though_the_server_has_learned_to_count(tokenizers: Tokenizers) -> None:
    assert tokenizers.of(UNKNOWN, Server(), source="estimate").name == "estimate"


def test_a_server_stays_the_one_that_counts_though_it_has_unlearned_it(tokenizers: Tokenizers) -> None:
    tokenizer = tokenizers.of(UNKNOWN, Server(tokenize=NO_ROUTE), source="backend:/tokenize")

    with pytest.raises(BackendRefused):
        tokenizer.count(["a"])


def test_a_file_that_has_changed_since_is_not_taken_for_the_same(tokenizers: Tokenizers, trained: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(trained, tmp_path / "mine"))
    spec = Spec(str(folder), None, "m")
    before = tokenizers.of(spec).name

    (folder / "tokenizer_config.json").write_text('{"chat_template": "{{ messages }}"}', "utf-8")

    with pytest.raises(ManifestError, match="has changed since the work began"):
        Tokenizers().of(spec, source=before)


def test_a_file_that_has_changed_is_read_again_for_new_work(tokenizers: Tokenizers, trained: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(trained, tmp_path / "mine"))
    spec = Spec(str(folder), None, "m")
    before = tokenizers.of(spec).measure(HELLO)

    (folder / "tokenizer_config.json").write_text('{"chat_template": "{{ messages[0].content }}"}', "utf-8")

    assert tokenizers.of(spec).measure(HELLO) < before


@pytest.mark.parametrize("source", ["package:mistral-v99", "abacus", "backend:/tokenize"])
def test_a_tokenizer_that_cannot_be_had_again_is_an_error_and_never_another(tokenizers: Tokenizers, source: str) -> None:
    with pytest.raises(ManifestError, match="tokenizer"):
        tokenizers.of(UNKNOWN, source=source)


def test_each_is_loaded_once_however_many_ask(tokenizers: Tokenizers) -> None:
    with ThreadPoolExecutor(4) as threads:
        had = list(threads.map(lambda _: tokenizers.of(MIXTRAL), range(8)))

    assert len(set(map(id, had))) == 1


def test_while_one_is_loaded_another_can_be_had(trained: Path) -> None:
    loading, go_on = Event(), Event()

    def slow(name: str) -> Tokenizer:
        if name.startswith("package:"):
            loading.set()
            go_on.wait(30)
        return load_named(name)

    tokenizers = Tokenizers(slow)

    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(tokenizers.of, MIXTRAL)
        loading.wait(30)
        other = tokenizers.of(Spec(str(trained), None, "m"))
        still_loading = not waiting.done()
        go_on.set()

    assert (other.exact, still_loading) == (True, True)


def test_counts_of_a_server_are_remembered_from_one_job_to_the_next(tokenizers: Tokenizers) -> None:
    server = Server()
    tokenizers.of(UNKNOWN, server).count(["a line that comes again"])

    tokenizers.of(UNKNOWN, server).count(["a line that comes again"])

    assert server.asked.count(["a line that comes again"]) == 1


def test_servers_are_forgotten_when_there_are_too_many() -> None:
    tokenizers, servers = Tokenizers(most_served=2), [Server() for _ in range(3)]
    first = tokenizers.of(UNKNOWN, servers[0])

    for server in servers[1:]:
        tokenizers.of(UNKNOWN, server)

    assert tokenizers.of(UNKNOWN, servers[0]) is not first


class Chatty(Server):
    """Its chat template brings a system message of 40 tokens."""

    def measure(self, model: str, messages: object) -> int:
        return 50


def test_a_longer_template_of_the_server_makes_every_prompt_longer(tokenizers: Tokenizers) -> None:
    tokenizer = tokenizers.of(MIXTRAL)

    wider = calibrated(tokenizer, "mixtral", Chatty())

    assert (wider.name, wider.measure(HELLO)) == ("package:mistral-v1+41", tokenizer.measure(HELLO) + 41)


def test_a_shorter_template_of_the_server_changes_nothing(tokenizers: Tokenizers) -> None:
    tokenizer = tokenizers.of(MIXTRAL)

    assert calibrated(tokenizer, "mixtral", Server()) is tokenizer


def test_a_wider_tokenizer_is_had_again_by_its_name_without_the_server(tokenizers: Tokenizers) -> None:
    wider = calibrated(tokenizers.of(MIXTRAL), "mixtral", Chatty())

    again = Tokenizers().of(MIXTRAL, source=wider.name)

    assert (again.name, again.measure(HELLO)) == (wider.name, wider.measure(HELLO))
