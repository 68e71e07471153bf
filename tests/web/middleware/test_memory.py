"""The memory of a large request is given back after it."""

from __future__ import annotations

import threading

from flask import Flask
from flask.testing import FlaskClient

from app.web.middleware import memory


def client(given_back: threading.Event) -> FlaskClient:
    app = Flask("tried")
    memory.register(app, given_back.set, pause=0)
    app.add_url_rule("/", view_func=lambda: "read", methods=["POST"])
    return app.test_client()


def test_memory_is_given_back_after_a_large_request() -> None:
    given_back = threading.Event()

    client(given_back).post("/", data=b"x" * memory.LARGE)

    assert given_back.wait(30)


def test_a_small_request_costs_no_look_at_the_memory() -> None:
    given_back, before = threading.Event(), set(threading.enumerate())

    client(given_back).post("/", data=b"x")

    assert not [each for each in set(threading.enumerate()) - before if each.name == "memory"]
    assert not given_back.is_set()
