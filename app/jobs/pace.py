"""How fast past jobs were: what an estimate of a new one rests on."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

import sqlalchemy as sa

from app.jobs.job import Status
from app.storage.tables import jobs

LATEST = 20  # complete jobs that an estimate looks at


@dataclass(frozen=True)
class Pace:
    """What the latest complete jobs of a flavor took: *seconds_per_token* of their prompts, the median of *jobs* jobs."""

    seconds_per_token: float
    jobs: int


def pace(connection: sa.Connection, service: str, flavor: str) -> Pace | None:
    """None if there is no complete job of that service and flavor; one that another flavor stood in for does not count."""
    asked = (
        sa.select(jobs.c.started, jobs.c.finished, jobs.c.prompt_tokens)
        .where(jobs.c.service == service, jobs.c.flavor == flavor, jobs.c.status == Status.COMPLETE.value)
        .where(jobs.c.original_flavor.is_(None), jobs.c.prompt_tokens > 0, jobs.c.started.is_not(None))
        .order_by(jobs.c.finished.desc())
        .limit(LATEST)
    )
    rates = [
        (row.finished - row.started).total_seconds() / row.prompt_tokens
        for row in connection.execute(asked)
        if row.finished >= row.started
    ]
    return Pace(median(rates), len(rates)) if rates else None
