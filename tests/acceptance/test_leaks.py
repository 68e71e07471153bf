"""Nothing of a transcript, a prompt, an answer or a key is in any log, whatever goes wrong, and with --debug neither."""

from __future__ import annotations

from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.acceptance.processes import Fake, Gateway, House, eventually, free_port, write_service

pytestmark = pytest.mark.acceptance

KEY = "sk-planted-key-0123456789"
SPOKEN = "the zanzibar merger is off"
PROMPTED = "you are a quokka"
SAID = "answer of the axolotl"
NAMED = "Mme Dupont"
PLANTED = (KEY, NAMED, SPOKEN, PROMPTED, SAID, "zanzibar", "quokka", "axolotl")
TURNS = f"Ann : Listen, {SPOKEN}.\nBob : Since when?\nAnn : As of now, {SPOKEN}."
TEMPLATE = f"First of all, {PROMPTED}.\n{{{{ previous }}}}\n{{{{ turns }}}}\n"
QUOTES = "{% for turn in turns %}{{ turn }}{% if 'merger' in turn.text %}{{ {}[turn.text] ~ '' }}{% endif %}{% endfor %}"

# How the model server may answer, each for one job. Real servers quote what they were sent.
ANSWERS = (
    {"text": SAID},
    {"text": "", "thinking": SAID},
    {"text": f"{SAID} " * 40, "finish_reason": "length"},
    {"status": 400, "message": f"cannot parse: {PROMPTED} {SPOKEN} {KEY}"},
    {"status": 401, "message": f"Incorrect API key provided: {KEY}"},
    {"status": 500, "message": f"traceback: {SPOKEN}"},
    {"fault": "reset_midway", "text": f"{SAID} " * 20},
    {"fault": "error_midway", "text": SAID},
    {"fault": "half_json"},
    {"fault": "context"},
    {"fault": "not_json"},
)


@pytest.fixture(scope="module", params=[(), ("--debug",)], ids=["plain", "debug"])
def logs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Everything that all processes of a gateway wrote while all sorts of things went well and wrong."""
    with House(tmp_path_factory.mktemp("house")) as house:
        fake = house.fake()
        folder = house.folder / "services"
        write_service(folder, "x", TEMPLATE, system=PROMPTED)
        write_service(folder, "quotes", f"{PROMPTED} {QUOTES}", fields=1)
        flags = ("--backend_retries", "1", "--job_deadline", "0", *request.param)
        gateway = house.gateway(folder, *flags, fake=fake, OPENAI_API_TOKEN=KEY)
        gateway.start()
        go_through_all_sorts(gateway, fake)
        break_the_services(gateway, folder)
        gateway.stop()
        return gateway.process.said


def go_through_all_sorts(gateway: Gateway, fake: Fake) -> None:
    for answer in ANSWERS:
        fake.script(default=answer)
        gateway.end_of(gateway.submit("x", TURNS))
    assert SPOKEN in gateway.end_of(gateway.submit("quotes", TURNS))["message"]  # who sent it may read it there
    for body in ({"content": TURNS, "flavor": "zanzibar"}, {"content": TURNS, "flavor": "f", "temperature": SPOKEN}, [TURNS]):
        assert gateway.ask("POST", "/services/x/generate", body).status >= 400
    gateway.ask("GET", "/health")
    raw(gateway, b'{"content": "the zanzibar merger', "application/json")
    fake.script(default={"status": 400, "message": f"extra inputs are not permitted: {NAMED}"})
    relayed = {"model": "fake-model", "messages": [{"role": "user", "content": "Hello"}], NAMED: "who is that?"}
    assert gateway.ask("POST", "/v1/chat/completions", relayed).status == 400
    raw(
        gateway,
        f"--b\r\nContent-Disposition: form-data; name=file; filename={KEY}\r\n\r\n{SPOKEN}".encode(),
        "multipart/form-data; boundary=b",
    )


def raw(gateway: Gateway, body: bytes, kind: str) -> None:
    connection = HTTPConnection("127.0.0.1", gateway.port, timeout=20)
    connection.request(
        "POST", "/services/x/generate?note=zanzibar", body, {"Content-Type": kind, "Authorization": f"Bearer {KEY}"}
    )
    assert connection.getresponse().status >= 400
    connection.close()


def break_the_services(gateway: Gateway, folder: Path) -> None:
    """A template that is broken within its prompt."""
    (folder / "x.txt").write_text(f"{PROMPTED} {{{{ turns", encoding="utf-8")
    eventually(lambda: gateway.ask("GET", "/health").body["catalog"]["problems"], what="the broken template is noticed")


@pytest.mark.parametrize("planted", PLANTED)
def test_nothing_of_it_is_in_a_log(logs: str, planted: str) -> None:
    assert [line[:300] for line in logs.splitlines() if planted in line] == []


def test_the_logs_tell_what_happened(logs: str) -> None:
    for told in ("complete after", "failed after", "services: x.txt", "POST /services/x/generate 400"):
        assert told in logs


DATABASE_SECRETS = ("planted-user", "planted-password", "planted-query", "planted-ssl")
DATABASE = "postgresql://{}:{}@127.0.0.1:{port}/gateway?password={}&sslpassword={}"


@pytest.mark.parametrize("in_file", [False, True], ids=["variable", "file"])
def test_nothing_of_the_database_url_is_in_a_log_while_the_server_is_away(tmp_path: Path, in_file: bool) -> None:
    url = DATABASE.format(*DATABASE_SECRETS, port=free_port())
    file = tmp_path / "url"
    file.write_text(url, encoding="utf-8")
    with House(tmp_path) as house:
        write_service(house.folder / "services", "x", TEMPLATE)
        given = {"DATABASE_URL_FILE": str(file)} if in_file else {"DATABASE_URL": url}
        gateway = house.gateway(house.folder / "services", **given)
        gateway.process.begin()
        eventually(lambda: gateway.process.said.count("does not answer") >= 2, 60, what="web and worker say what is wrong")
        said = gateway.process.said

    assert [line for line in said.splitlines() if any(secret in line for secret in DATABASE_SECRETS)] == []


def test_a_database_url_that_cannot_be_read_is_refused_without_being_quoted(tmp_path: Path) -> None:
    with House(tmp_path) as house:
        gateway = house.gateway(house.folder, DATABASE_URL="postgresql://planted-user:planted[password@db:x/gateway")
        gateway.process.begin()
        status = gateway.process.wait(60)

    assert status == 78
    assert "DATABASE_URL" in gateway.process.said
    assert "planted" not in gateway.process.said
