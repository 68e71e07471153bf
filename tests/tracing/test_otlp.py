"""Spans as a collector sees them: which is part of which, whatever thread or process it is in."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.tracing import Kind, spanning
from app.tracing.otlp import Otlp
from tests.fakes.collector import Collector

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
CARRIER = {"traceparent": f"00-{TRACE}-{PARENT}-01", "tracestate": "vendor=1"}
NOWHERE = "http://127.0.0.1:9"  # the port of `discard`, where nobody is


def test_a_span_comes_with_its_name_kind_and_attributes(collector: Collector, tracing: Otlp) -> None:
    span = tracing.begin("GET /x", Kind.SERVER, attributes={"http.route": "/x"})
    span.note({"http.response.status_code": 200})
    span.end()
    tracing.close()

    seen = collector.named("GET /x")
    assert (seen.kind, seen.parent, seen.failed) == (2, "", False)
    assert seen.attributes == {"http.route": "/x", "http.response.status_code": 200}
    assert (seen.resource["service.name"], seen.resource["gateway.part"]) == ("minutes", "web")


def test_what_begins_while_a_span_is_present_is_part_of_it(collector: Collector, tracing: Otlp) -> None:
    with spanning(tracing, "outer"), spanning(tracing, "inner"):
        pass
    tracing.close()

    assert collector.named("inner").parent == collector.named("outer").id
    assert collector.named("inner").trace == collector.named("outer").trace


def test_a_trace_from_elsewhere_is_gone_on_with_and_handed_on(collector: Collector, tracing: Otlp) -> None:
    with spanning(tracing, "ours", carrier=CARRIER):
        handed_on = tracing.carrier()
    tracing.close()

    ours = collector.named("ours")
    assert (ours.trace, ours.parent) == (TRACE, PARENT)
    assert handed_on == {"traceparent": f"00-{TRACE}-{ours.id}-01", "tracestate": "vendor=1"}


@pytest.mark.parametrize("carrier", ["", "00-0-0-00", "nonsense\r\nX: 1", f"00-{'0' * 32}-{PARENT}-01", "é" * 55])
def test_a_trace_that_is_none_is_not_gone_on_with(collector: Collector, tracing: Otlp, carrier: str) -> None:
    with spanning(tracing, "ours", carrier={"traceparent": carrier}):
        pass
    tracing.close()

    assert collector.named("ours").parent == ""


def test_steps_are_part_of_what_was_present_whichever_thread_takes_them(collector: Collector, tracing: Otlp) -> None:
    with spanning(tracing, "job"):
        around = tracing.steps()

    def take(name: str) -> None:
        with around(name), spanning(tracing, f"call of {name}"):
            pass

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(take, ("batch/1", "batch/2")))
    tracing.close()

    job = collector.named("job")
    for name in ("batch/1", "batch/2"):
        assert collector.named(name).parent == job.id
        assert collector.named(f"call of {name}").parent == collector.named(name).id


def test_a_deed_is_part_of_what_was_present_in_another_thread_too(collector: Collector, tracing: Otlp) -> None:
    carriers: list[str] = []
    with spanning(tracing, "request") as request:
        deed = tracing.bound(lambda: carriers.append(tracing.carrier()["traceparent"]))
        there = request.carrier["traceparent"]

    thread = threading.Thread(target=deed)
    thread.start()
    thread.join()

    assert carriers == [there]


def test_what_fails_says_how_and_never_in_its_own_words(collector: Collector, tracing: Otlp) -> None:
    def fail() -> None:
        with spanning(tracing, "work"), tracing.steps()("batch/1"):
            raise ValueError("Alice said: sell everything")

    with pytest.raises(ValueError, match="sell"):
        fail()
    tracing.close()

    for name in ("work", "batch/1"):
        assert collector.named(name).failed
        assert collector.named(name).attributes["error.type"] == "ValueError"
    assert not [body for body in collector.bodies if b"sell everything" in body]


def test_a_collector_that_is_away_keeps_nobody_from_ending() -> None:
    """In a process of its own: the thread of the library goes on trying, in the process of a test beside later tests."""
    program = f"from app.tracing.otlp import Otlp\ntracing = Otlp({NOWHERE!r}, 'minutes', 'web')\ntracing.begin('lost').end()\n"
    an_hour = {"OTEL_EXPORTER_OTLP_TIMEOUT": "3600"}

    subprocess.run([sys.executable, "-c", program + "tracing.close()"], env=an_hour, check=True, timeout=60)


def test_operators_name_the_service_as_opentelemetry_has_it(collector: Collector) -> None:
    program = (
        "from app.tracing.otlp import Otlp\n"
        f"tracing = Otlp({collector.endpoint!r}, 'minutes', 'web')\ntracing.begin('span').end()\ntracing.close()"
    )
    environment = {"OTEL_SERVICE_NAME": "theirs", "OTEL_RESOURCE_ATTRIBUTES": "deployment.environment=test"}

    subprocess.run([sys.executable, "-c", program], env=environment, check=True, timeout=60)

    resource = collector.named("span").resource
    assert (resource["service.name"], resource["deployment.environment"]) == ("theirs", "test")


def test_the_library_is_not_imported_where_nobody_looks() -> None:
    program = (
        "import sys; from app.gateway import assemble, tracing; from app.settings import Settings\n"
        "assert not tracing(Settings(), 'web').on\n"
        "print([name for name in sys.modules if name.startswith('opentelemetry')])"
    )

    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60).stdout

    assert said == "[]\n"


def test_a_library_that_is_not_installed_is_named_with_the_remedy(tmp_path: Path) -> None:
    arguments = ["worker", "--otlp_endpoint", "http://collector:4318", "--db_path", str(tmp_path / "results.sqlite")]
    program = f"import sys; sys.modules['opentelemetry.sdk'] = None\nfrom app.cli import main; sys.exit(main({arguments!r}))"

    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)

    assert ended.returncode == 78
    assert "pip install -r requirements-otel.txt" in ended.stderr
