"""Submission: turns an order into a job, with the request's options beside the service's own fields."""

from __future__ import annotations

import hashlib
import json
import logging
import re

from flask import g

from app.errors import BadParameter
from app.jobs import Job
from app.kinds.base import Form
from app.orders import Order
from app.web.interfaces import GatewayView

log = logging.getLogger(__name__)

KEY = "Idempotency-Key"
A_KEY = re.compile(r"[!-~]([ -~]{0,253}[!-~])?")
LONGEST_URL = 2000  # characters


def submit(view: GatewayView, order: Order, form: Form, key: str | None = None) -> Job:
    """The job that *order* is, or was when the same request came under the same *key* (header `Idempotency-Key`) before.

    Raises BadParameter, IdempotencyConflict, QueueFull, StoreError."""
    fingerprint = _fingerprint(order.service, form) if checked(key) else None
    job = view.jobs.submit(order, key=key, fingerprint=fingerprint, callback=_callback(form))
    joined(job)
    view.metrics.accepted(service=order.service, flavor=order.flavor_name, backend=order.backend)
    return job


def joined(job: Job) -> Job:
    """*job*, which the present request made, or made run again: a line of the log joins their ids."""
    request_id = g.get("request_id", "")
    log.info("request %s: job %s, service %s, flavor %s, backend %s", request_id, job.id, job.service, job.flavor, job.backend)
    return job


def checked(key: str | None) -> str | None:
    """*key*, if it is a valid one. Raises BadParameter."""
    if key is not None and not A_KEY.fullmatch(key):
        raise BadParameter(KEY, "must be 1 to 255 printable ASCII characters, such as a UUID")
    return key


def _callback(form: Form) -> str | None:
    """The callback URL; `jobs` decides whether its target is allowed."""
    url = form.fields.get("callback_url")
    if url is None or url == "":
        return None
    if not isinstance(url, str) or len(url) > LONGEST_URL:
        raise BadParameter("callback_url", f"must be an address of at most {LONGEST_URL} characters")
    return url


def _fingerprint(service: str, form: Form) -> str:
    """The same for the same request, however its fields are ordered and whatever a hot reload has changed since."""
    content = form.content.encode("utf-8", "surrogatepass") if isinstance(form.content, str) else form.content or b""
    said = json.dumps([service, dict(form.fields)], sort_keys=True).encode()
    return hashlib.sha256(hashlib.sha256(content).digest() + said).hexdigest()
