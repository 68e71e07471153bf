"""Prometheus and Grafana: their files are right, and every query names a metric that there is."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from app.backends.base import Health
from app.catalog import load
from app.jobs import Status
from app.jobs.stats import JobStats, Standing
from app.kinds import KINDS
from app.metrics.folder import shared_folder
from app.metrics.meter import Meter
from app.settings import Settings
from app.watcher import CurrentCatalog
from app.web.probes import Probes
from app.web.routes.metrics import Exposition

SWARM = Path(__file__).parents[2] / "swarm"
SERVICES = SWARM.parent / "services"
WORDS = re.compile(r"\b(?:model|gateway|chat|gpu|up)(?:_\w+)?\b(?!\s*=)")
FROM_PROMETHEUS = {"up"}
GPU = {"gpu_utilization"}  # absent where there is none


class Parts:
    """A gateway in which everything has happened once."""

    def __init__(self, meter: Meter, folder: Path) -> None:
        self.settings = Settings(metrics_folder=str(folder), db_path=str(folder / "results.sqlite"))
        self.current = CurrentCatalog(partial(load, SERVICES, KINDS))
        self.metrics = meter
        self.started = time.time()
        self.jobs: Any = None
        self.backends = self

    def stats(self) -> JobStats:
        return JobStats((Standing("cra", "mixtral", "vLLM", Status.QUEUED, 1, 5.0),), {Status.QUEUED: 1}, 2, 1)

    def names(self) -> tuple[str, ...]:
        return ("vLLM",)

    def of(self, name: str) -> Parts:
        return self

    def probe(self) -> Health:
        return Health(ok=True)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[set[str]]:
    """The names of all series that a scraper can get."""
    folder = tmp_path_factory.mktemp("metrics")
    with shared_folder(str(folder)):
        meter = Meter(folder, "web")
        meter.called(backend="b", model="m", seconds=1, first_token=0.1, prompt_tokens=1, completion_tokens=1, cached_tokens=1)
        meter.called(backend="b", model="m", seconds=1, error="BackendUnavailable")
        meter.calling("b", 1)
        meter.retried("b", "BackendUnavailable")
        meter.failed_over("b", "BackendUnavailable")
        meter.reloaded("services", 0.1)
        meter.accepted(service="cra", flavor="mixtral", backend="vLLM")
        meter.finished(service="cra", flavor="mixtral", status="complete", waited=1, ran=1)
        meter.answered(route="/generate", method="POST", status=200, seconds=1, upstream=0.9)
        parts = Parts(meter, folder)
        text = Exposition(parts, Probes(parts)).render().decode()
    yield {sample.name for family in text_string_to_metric_families(text) for sample in family.samples} | FROM_PROMETHEUS | GPU
    meter.close()


def dashboard_queries() -> list[str]:
    board = json.loads((SWARM / "grafana/dashboards/llm-gateway.json").read_text(encoding="utf-8"))
    queries = [target["expr"] for panel in board["panels"] for target in panel.get("targets", ())]
    return queries + [variable["query"]["query"] for variable in board["templating"]["list"]]


def alert_queries() -> list[str]:
    rules = yaml.safe_load((SWARM / "alerts.yml").read_text(encoding="utf-8"))
    return [rule["expr"] for group in rules["groups"] for rule in group["rules"]]


def named(query: str) -> set[str]:
    """The metrics that a query names: strings and what stands behind `by` and `on` are labels."""
    bare = re.sub(r'"[^"]*"', "", query)
    bare = re.sub(r"\b(?:by|on|without)\s*\([^)]*\)", "", bare)
    bare = re.sub(r"label_values\((\w+)\{[^}]*\},\s*\w+\)", r"\1", bare)
    return set(WORDS.findall(re.sub(r"\{[^}]*\}", "", bare)))


@pytest.mark.parametrize("query", [*dashboard_queries(), *alert_queries()])
def test_every_query_names_metrics_that_there_are(query: str, told: set[str]) -> None:
    assert named(query)
    assert named(query) <= told


def promtool(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    if shutil.which("promtool") is None:
        pytest.skip("promtool is not installed (Debian's package prometheus has it)")
    return subprocess.run(
        ["promtool", *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False, cwd=SWARM
    )


@pytest.mark.parametrize("arguments", ["check config prometheus.yml", "check rules alerts.yml", "test rules alerts.test.yml"])
def test_what_prometheus_reads_is_right(arguments: str) -> None:
    checked = promtool(*arguments.split())

    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_queries_of_the_dashboard_are_promql(tmp_path: Path) -> None:
    queries = [query.replace("$__rate_interval", "5m") for query in dashboard_queries() if "label_values" not in query]
    rules = [{"record": f"panel:{number}", "expr": query} for number, query in enumerate(queries)]
    (tmp_path / "rules.yml").write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}), encoding="utf-8")

    checked = promtool("check", "rules", tmp_path / "rules.yml")

    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_every_alert_has_a_test() -> None:
    rules = yaml.safe_load((SWARM / "alerts.yml").read_text(encoding="utf-8"))
    tests = yaml.safe_load((SWARM / "alerts.test.yml").read_text(encoding="utf-8"))

    fired = {case["alertname"] for test in tests["tests"] for case in test["alert_rule_test"] if case.get("exp_alerts")}
    assert {rule["alert"] for group in rules["groups"] for rule in group["rules"]} == fired


def test_the_service_and_its_health_are_scraped_as_often_as_was_asked_for() -> None:
    config = yaml.safe_load((SWARM / "prometheus.yml").read_text(encoding="utf-8"))

    jobs = {job["job_name"]: (job["scrape_interval"], job["scrape_timeout"]) for job in config["scrape_configs"]}
    assert jobs == {"llm-service": ("60s", "30s"), "llm-health": ("120s", "45s")}
