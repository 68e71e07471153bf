"""One meeting in the studio: what its page shows and what its forms change, as a browser without script sees it."""

from __future__ import annotations

from typing import Any

from tests.meetings.conftest import Desk, desk

__all__ = ["desk"]  # fixtures of others

HTML = {"Accept": "text/html"}
JSON = {"Accept": "application/json"}


def shown(desk: Desk, job_id: str) -> dict[str, Any]:
    """The meeting as the page's script is told of it."""
    return dict(desk.client.get(f"/studio/meetings/{job_id}", headers=JSON).get_json())


def items_of(meeting: dict[str, Any]) -> list[str]:
    return [item["text"] for section in meeting["sections"] for item in section["items"]]


def test_items_of_finished_batches_are_shown_while_the_job_runs(desk: Desk) -> None:
    job_id = desk.upload()
    claim = desk.jobs.claim(job_id)
    assert claim is not None
    item = {"id": 0, "kind": "decision", "text": "The heating is bought.", "turns": [2], "unsupported": []}

    claim.progress("extract", 1, 3, "", 30.0, coverage={"minutes": {"title": "Minutes", "summary": [], "items": [item]}})

    page = desk.client.get(f"/studio/meetings/{job_id}", headers=HTML).text
    assert items_of(shown(desk, job_id)) == ["The heating is bought."]
    assert "The heating is bought." in page
    assert 'href="#t2"' in page
