"""Jobs: accepted orders, kept in a database and carried out by workers. The only room that knows SQLAlchemy and DBOS."""

from app.jobs.claim import Claim, Kept
from app.jobs.database import sqlite_url
from app.jobs.job import CallRecord, Job, Page, Status
from app.jobs.places import Places
from app.jobs.schema import prepare
from app.jobs.store import Jobs

__all__ = ["CallRecord", "Claim", "Job", "Jobs", "Kept", "Page", "Places", "Status", "prepare", "sqlite_url"]
