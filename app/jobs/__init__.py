"""Jobs: accepted orders, kept in a database and carried out by workers. The only room that knows SQLAlchemy and DBOS."""

from app.jobs.claim import Claim, RecordedAnswer
from app.jobs.job import CallRecord, Job, Page, Status
from app.jobs.store import Jobs

__all__ = ["CallRecord", "Claim", "Job", "Jobs", "Page", "RecordedAnswer", "Status"]
