"""The Swagger page in a real browser: what a person would do, and what the browser asks for meanwhile."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from werkzeug.serving import make_server

from app.web import create_app
from tests.fixtures.contents import as_text
from tests.web.browser import CHROMIUM, chromium
from tests.web.conftest import TRANSCRIPT, Gateway

pytestmark = [pytest.mark.acceptance, pytest.mark.skipif(CHROMIUM is None, reason="no chromium on the PATH")]


@pytest.fixture
def address(gateway: Gateway) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, create_app(gateway), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_transcript_is_uploaded_on_the_page_and_nobody_outside_is_asked(
    gateway: Gateway, address: str, tmp_path: Path
) -> None:
    transcript = tmp_path / "réunion.txt"
    transcript.write_text(TRANSCRIPT, encoding="utf-8")

    with chromium(tmp_path / "profile") as page:
        page.send("Page.navigate", url=f"{address}/docs")
        page.click("[id$='generate_cra'] .opblock-summary-control")
        page.choose("[id$='generate_cra'] input[type=file]", transcript)
        page.click("[id$='generate_cra'] button.execute")
        answer = page.wait("document.querySelector(\"[id$='generate_cra'] .live-responses-table\")?.innerText")

    [job_id] = re.findall(r'"jobId": "([0-9a-f-]{36})"', answer)
    assert as_text(gateway.jobs.order(job_id).content) == TRANSCRIPT
    assert "temperature" not in gateway.jobs.order(job_id).flavor
    asked = {urlsplit(request).netloc for request in page.requests if not request.startswith(("data:", "blob:", "about:"))}
    assert asked == {urlsplit(address).netloc}
