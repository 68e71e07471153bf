"""A classifier of the real vLLM behind a gateway, which starts it: `/v1/classify` is at the root of its server."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.processes import Gateway, House, eventually, free_port
from tests.vllm.conftest import CONTEXT, ON_A_CPU, STARTING
from tests.vllm.test_routes import OWN, sent
from tests.vllm.tiny_model import LABEL

pytestmark = [pytest.mark.vllm, pytest.mark.timeout(900)]

CLASSES = "classes"
ASKED = {"model": CLASSES, "input": ["Hello", "out there"]}
ARGS = (
    *("--served-model-name", CLASSES, "--max-model-len", str(CONTEXT), "--enforce-eager", "--max-num-seqs", "8"),
    *("--runner", "pooling"),
)


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def gateway(environment: Path, model: Path, port: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    with House(tmp_path_factory.mktemp("classifier")) as house:
        services = house.folder / "services"
        services.mkdir()
        engine = {"name": "one", "kind": "engine", "engine": "vllm", "model": str(model / "classifier"), "port": port}
        (services / "backends.json").write_text(json.dumps({"backends": [{**engine, "args": ARGS}]}), encoding="utf-8")
        path = f"{environment / 'bin'}{os.pathsep}{os.environ['PATH']}"
        made = house.gateway(services, "--workers", "1", "--timeout", "60", PATH=path, LOCAL_MAX_MODEL_LEN="", **ON_A_CPU)
        made.start()
        eventually(lambda: CLASSES in json.dumps(made.ask("GET", "/v1/models").body), STARTING, 0.5, "the model is known")
        yield made
        made.stop()


def test_texts_are_classified_as_the_server_does_it(gateway: Gateway, port: int) -> None:
    status, ours = sent(gateway.port, "/v1/classify", ASKED)

    assert (status, [each["label"] for each in json.loads(ours)["data"]]) == (200, [LABEL, LABEL]), ours
    assert OWN.sub(b"", ours) == OWN.sub(b"", sent(port, "/classify", ASKED)[1])


def test_a_classifier_does_not_chat(gateway: Gateway) -> None:
    status, said = sent(gateway.port, "/v1/responses", ASKED)

    assert (status, "it has POST /v1/" in json.loads(said)["error"]["message"]) == (404, True), said
