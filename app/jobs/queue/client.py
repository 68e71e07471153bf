"""The job queue as seen from outside: one DBOS queue per backend, and how a job enters and leaves it."""

from __future__ import annotations

import json
import os
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

import sqlalchemy as sa
from dbos import DBOSClient, Serializer

from app.jobs.job import workflow_id
from app.storage.database import Database, mapped_errors, sqlite_file

APPLICATION = "llm-gateway"
VERSION = "1"  # of the workflow's shape; a job in the line outlives releases, so it changes only with `carry`
WORKFLOW = "carry"  # a name in every waiting row: a worker that does not know it would leave the job and its slot for ever
POLL_SECONDS = 0.02  # between two looks into a queue, at least: `Looks` says whether it is looked at all
_PREFIX = "backend/"


class JsonSerializer(Serializer):
    """What DBOS stores, as JSON: its own default is pickle, which runs code when read."""

    def serialize(self, data: Any) -> str:
        return json.dumps(data, default=_named)

    def deserialize(cls, serialized_data: str) -> Any:  # noqa: N805  (the library's own signature)
        return json.loads(serialized_data)

    def name(self) -> str:
        return "gateway_json"


def _named(thing: object) -> str:
    """A value that JSON cannot hold, by its type alone: an exception's message may contain a transcript."""
    return f"<{type(thing).__name__}>"


def queue_of(backend: str) -> str:
    """The name of the queue in which jobs for *backend* wait."""
    return _PREFIX + backend


def is_ours(queue: str) -> bool:
    """Whether jobs wait in *queue*, and no work of the engine's own."""
    return queue.startswith(_PREFIX)


def question(database: Database) -> sa.TextClause:
    """Whether a job waits in a *queue*. SQLite takes the engine's index only if a statement has the condition of the index."""
    table = "dbos.workflow_status" if sqlite_file(database.url) is None else "workflow_status"
    condition = "status = 'ENQUEUED' AND status IN ('ENQUEUED', 'PENDING')"
    return sa.text(f"SELECT 1 FROM {table} WHERE queue_name = :queue AND {condition} LIMIT 1")  # noqa: S608  # nosec B608  names of ours


class JobQueue:
    """Adds jobs to the queue and removes them, from any process."""

    def __init__(self, database: Database, *, slots: Callable[[str], int]) -> None:
        self._database = database
        self._slots = slots
        self._lock = threading.Lock()
        self._known: set[str] = set()
        self._clients: dict[int, DBOSClient] = {}  # by process: after a fork the child makes its own

    @property
    def _client(self) -> DBOSClient:
        with self._lock:
            made = self._clients.get(os.getpid())
            if made is None:
                made = self._clients[os.getpid()] = DBOSClient(
                    system_database_engine=self._database.engine,
                    serializer=JsonSerializer(),
                    application_name=APPLICATION,
                    lazy=True,
                    retry_connection_errors=False,
                )
            return made

    def open(self, backend: str) -> None:
        """Makes sure that *backend* has a queue: workers that did not know it listen to it within about a second."""
        if backend not in self._known:
            self._register(backend, self._slots(backend), "never_update")

    def limit(self, backend: str, limit: int) -> None:
        """From now on at most *limit* jobs of *backend* run at once."""
        self._register(backend, limit, "always_update")

    def backends(self) -> frozenset[str]:
        """The backends that have a queue."""
        with mapped_errors(self._database.url):
            queues = self._client.list_queues(application_name=APPLICATION)
        return frozenset(queue.name.removeprefix(_PREFIX) for queue in queues if queue.name.startswith(_PREFIX))

    def _register(self, backend: str, limit: int, on_conflict: Literal["never_update", "always_update"]) -> None:
        with self._database.writing(), mapped_errors(self._database.url):
            self._client.register_queue(
                queue_of(backend),
                global_concurrency=limit,
                worker_concurrency=limit,
                polling_interval_sec=POLL_SECONDS,
                on_conflict=on_conflict,
                application_name=APPLICATION,
            )
        self._known.add(backend)

    def enqueue(self, connection: sa.Connection, job_id: str, backend: str, priority: int, number: int = 0) -> None:
        """Enqueues the job's workflow *number* as part of the caller's transaction. Its backend's queue must be open."""
        self._client.enqueue_in_transaction(
            connection,
            {
                "workflow_name": WORKFLOW,
                "queue_name": queue_of(backend),
                "workflow_id": workflow_id(job_id, number),
                "priority": priority + 1,  # the engine counts from 1, and takes "none" for the very first
                "app_version": VERSION,
            },
            job_id,
        )

    def has_waiting(self, backend: str) -> bool:
        """Whether a job waits for *backend*. Raises StoreError."""
        with self._database.reading() as connection:
            return connection.execute(question(self._database), {"queue": queue_of(backend)}).first() is not None

    def drop(self, turn: str) -> None:
        """Removes a workflow from the queue, or ends it."""
        with self._database.writing(), mapped_errors(self._database.url):
            self._client.cancel_workflow(turn)

    def forget(self, turns: Iterable[str]) -> None:
        """Deletes the rows of workflows that are over."""
        with self._database.writing(), mapped_errors(self._database.url):
            self._client.delete_workflows(list(turns))

    def taken_by(self, worker: str) -> dict[str, str]:
        """The workflows that are *worker*'s, as far as the engine knows, each with its backend."""
        with mapped_errors(self._database.url):
            found = self._client.list_workflows(status="PENDING", executor_id=worker, load_input=False, load_output=False)
        taken = {each.workflow_id: each.queue_name or "" for each in found}
        return {turn: queue.removeprefix(_PREFIX) for turn, queue in taken.items() if queue.startswith(_PREFIX)}

    def resume(self, turns: Mapping[str, str]) -> None:
        """Enqueues interrupted workflows again, each for its backend."""
        by_backend = defaultdict(list)
        for turn, backend in turns.items():
            by_backend[backend].append(turn)
        for backend, interrupted in by_backend.items():
            with self._database.writing(), mapped_errors(self._database.url):
                self._client.resume_workflows(interrupted, queue_name=queue_of(backend))
