"""Jobs: accepted orders, kept in a database and carried out by workers. The only room that knows SQLAlchemy and DBOS."""

from app.jobs.claim import Claim
from app.jobs.database import sqlite_url
from app.jobs.job import Job, Status
from app.jobs.schema import prepare
from app.jobs.store import Jobs

__all__ = ["Claim", "Job", "Jobs", "Status", "prepare", "sqlite_url"]
