"""The worker: takes one job at a time by its id, runs it, and completes or fails it."""

from app.worker.reports import REPORT_SECONDS, Reports
from app.worker.worker import Worker

__all__ = ["REPORT_SECONDS", "Reports", "Worker"]
