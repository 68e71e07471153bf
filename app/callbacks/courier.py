"""Sends signed requests (standardwebhooks.com) to the `callback_url` of a job that has ended."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http.client import HTTPException

from urllib3.exceptions import HTTPError

from app import __version__
from app.callbacks.posting import post
from app.callbacks.targets import Targets
from app.errors import BadParameter, JobNotFound
from app.jobs import Job, Jobs, Status
from app.jobs.outbox import Callback, Callbacks
from app.periodic import Periodic

LOOK_SECONDS = 0.5
AT_ONCE = 4  # messages in flight

log = logging.getLogger(__name__)


class Courier:
    """Delivers due messages, and retries until each is received or given up; starts and stops with a worker."""

    def __init__(self, jobs: Jobs, targets: Targets, secret: str) -> None:
        self._jobs = jobs
        self._targets = targets
        self._key = _key(secret)
        self._callbacks = Callbacks(jobs.database)
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="courier")
        self._ticking = Periodic("courier", LOOK_SECONDS, self.deliver)

    def start(self) -> None:
        self._ticking.start()

    def stop(self) -> None:
        self._ticking.stop()
        self._threads.shutdown(wait=True)

    def deliver(self) -> None:
        """Tries every due message once. Raises StoreError."""
        while due := self._callbacks.take(AT_ONCE):
            list(self._threads.map(self._try, due))

    def _try(self, callback: Callback) -> None:
        try:
            status = self._post(callback)
        except JobNotFound:
            return  # deleted, and the message with it
        except BadParameter as error:
            self._failed(callback, str(error))
            return
        except (HTTPError, HTTPException, OSError) as error:
            self._failed(callback, type(error).__name__)
            self._callbacks.postpone(callback)
            return
        if 200 <= status < 300:
            self._callbacks.delivered(callback)
            log.info("job %s: told of its end", callback.job_id)
        else:
            self._failed(callback, f"answered {status}")

    def _failed(self, callback: Callback, reason: str) -> None:
        log.warning("job %s: nobody could be told of its end, try %d: %s", callback.job_id, callback.attempts + 1, reason)
        self._callbacks.failed(callback, reason)

    def _post(self, callback: Callback) -> int:
        """The HTTP status that the target answers."""
        target = self._targets.target(callback.url)
        body = json.dumps(_message(callback, self._jobs.find(callback.job_id)), ensure_ascii=False).encode()
        return post(target, body, {"Content-Type": "application/json", **self._signed(callback, body)})

    def _signed(self, callback: Callback, body: bytes) -> dict[str, str]:
        moment = str(int(datetime.now(UTC).timestamp()))
        said = b".".join([callback.id.encode(), moment.encode(), body])
        signature = base64.b64encode(hmac.digest(self._key, said, hashlib.sha256)).decode()
        return {
            "webhook-id": callback.id,
            "webhook-timestamp": moment,
            "webhook-signature": f"v1,{signature}",
            "User-Agent": f"llm-gateway/{__version__}",
        }


def _key(secret: str) -> bytes:
    """The bytes of a secret: base64 after `whsec_`, else the secret itself."""
    if secret.startswith("whsec_"):
        try:
            return base64.b64decode(secret.removeprefix("whsec_"), validate=True)
        except binascii.Error:  # it only looks like base64
            return secret.encode()
    return secret.encode()


def _message(callback: Callback, job: Job) -> dict[str, object]:
    """The payload: which job ended how, and what a reader must know, without the text, which the receiver fetches."""
    warnings = list(job.coverage.get("warnings") or ())
    reasons = {Status.COMPLETE.value: "success", Status.CANCELLED.value: "cancelled"}
    return {
        "type": f"job.{callback.status}",
        "timestamp": callback.created.isoformat(),
        "data": {
            "jobId": job.id,
            "service": job.service,
            "flavor": job.flavor,
            "status": callback.status,
            "message": reasons.get(callback.status, job.error or ""),
            **({"warnings": warnings} if callback.status == Status.COMPLETE.value and warnings else {}),
        },
    }
