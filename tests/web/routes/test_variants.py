"""A request names a variant of the service's template."""

from __future__ import annotations

from flask.testing import FlaskClient

from tests.web.conftest import Gateway

SHORT = "Short.\n{{ previous }}\n{{ turns }}"
BODY = {"flavor": "mixtral", "content": "Ann : One."}


def test_a_request_for_a_variant_is_a_job_with_its_template(client: FlaskClient, gateway: Gateway) -> None:
    (gateway.folder / "cra.short.txt").write_text(SHORT, encoding="utf-8")
    gateway.current.reload()

    job = client.post("/services/cra/generate", json={**BODY, "variant": "short"}).json["jobId"]

    told = client.get(f"/jobs/{job}?texts=true").json
    assert (told["order"]["template"], told["versions"]["templates"]["texts"]) == ("cra.short", {"cra.short": SHORT})


def test_an_unknown_variant_is_refused(client: FlaskClient) -> None:
    refused = client.post("/services/cra/generate", data={**BODY, "variant": "short"})

    assert refused.status_code == 400
    assert "there is no variant" in refused.text
