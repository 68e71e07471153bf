"""What metrics cost: the same requests to the same gateway, with and without them, in turns in one run.

    python -m bench.metrics            # against a fake model server on loopback

Prints the processor time of one `POST /generate` in the process itself (no sockets of gunicorn's between), both ways, what the
thread that counts takes besides, and the ratio of both together; and how long a scrape takes."""

from __future__ import annotations

import statistics
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from flask.testing import FlaskClient

from app.gateway import assemble
from app.metrics.meter import Meter
from app.settings import Settings
from app.storage.schema import prepare
from app.web import create_app
from tests.fakes.openai_server import MODEL, FakeOpenAI

WARM, REQUESTS = 50, 1500
MANIFEST = (
    '{"type": "generate", "name": "generate", "flavor": [{"name": "f", "modelName": "%s", "totalContextLength": 4096, '
    '"maxGenerationLength": 64}]}'
)


def client(folder: Path, fake: FakeOpenAI, meter: Meter | None) -> FlaskClient:
    services = folder / "services"
    services.mkdir(exist_ok=True)
    (services / "generate.json").write_text(MANIFEST % MODEL, encoding="utf-8")
    (services / "generate.txt").write_text("{{ prompt }}", encoding="utf-8")
    settings = Settings(api_base=fake.base_url, services=str(services), db_path=str(folder / "results.sqlite"))
    prepare(settings.database)
    return create_app(assemble(settings, meter)).test_client()


def cost(asked: FlaskClient) -> float:
    """The seconds of processor time that one request takes in our thread: what a busy machine does meanwhile is not in it."""
    began = time.thread_time()
    answer = asked.post("/generate", json={"prompt": "Say hello."})
    took = time.thread_time() - began
    assert answer.status_code == 200, answer.text
    return took


class Timed(Meter):
    """A meter that knows how long it counted."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "web")
        self.took = 0.0
        count = self._background._run

        def do(most: int) -> None:
            began = time.thread_time()
            count(most)
            self.took += time.thread_time() - began

        self._background._run = do  # type: ignore[method-assign]  # what is measured is in there


def main() -> None:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        fake = stack.enter_context(FakeOpenAI())
        counted = folder / "metrics"
        counted.mkdir()
        meter = Timed(counted)
        without, with_metrics = client(folder, fake, None), client(folder, fake, meter)
        pairs = [(cost(without), cost(with_metrics)) for _ in range(WARM + REQUESTS)][WARM:]
        counting = meter.took / (WARM + REQUESTS)
        bare = statistics.median(pair[0] for pair in pairs)
        metered = statistics.median(pair[1] for pair in pairs)
        began = time.perf_counter()
        size = len(with_metrics.get("/metrics").data)
        scrape = time.perf_counter() - began
    print(f"POST /generate without metrics  {1e3 * bare:7.3f} ms of processor time, median of {REQUESTS}")
    print(f"POST /generate with metrics     {1e3 * metered:7.3f} ms")
    print(f"the thread that counts, each    {1e3 * counting:7.3f} ms")
    print(f"ratio                           {(metered + counting) / bare:7.3f}")
    print(f"a scrape: {1e3 * scrape:.1f} ms, {size} bytes")


if __name__ == "__main__":
    main()
