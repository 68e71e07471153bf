"""The memory of a large request is given back after it."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from app.storage import words
from app.web.middleware import memory


def client(given_back: threading.Event, read: Callable[[], str] = lambda: "read") -> FlaskClient:
    app = Flask("tried")
    memory.register(app, given_back.set, pause=0)
    app.add_url_rule("/", view_func=read, methods=["POST"])
    return app.test_client()


def test_memory_is_given_back_after_a_large_request() -> None:
    given_back = threading.Event()

    client(given_back).post("/", data=b"x" * memory.LARGE)

    assert given_back.wait(30)


def test_words_of_a_long_text_are_not_kept_after_it() -> None:
    words.words("dépôt")
    assert words._remembered.cache_info().currsize

    memory.give_back()

    assert not words._remembered.cache_info().currsize


def test_a_small_request_costs_no_look_at_the_memory() -> None:
    given_back, before = threading.Event(), set(threading.enumerate())

    client(given_back).post("/", data=b"x")

    assert not [each for each in set(threading.enumerate()) - before if each.name == "memory"]
    assert not given_back.is_set()


def test_a_length_of_more_digits_than_python_reads_is_no_error() -> None:
    answer = client(threading.Event()).post("/", environ_overrides={"CONTENT_LENGTH": "9" * 5_000})

    assert answer.status_code == 200


def test_all_objects_are_not_looked_through_while_a_large_body_is_read() -> None:
    usual, seen, given_back = gc.get_threshold(), [], threading.Event()

    def read() -> str:
        seen.append(gc.get_threshold())
        return "read"

    client(given_back, read).post("/", data=b"x" * memory.LARGE)

    assert given_back.wait(30)
    assert seen == [(*usual[:2], memory.NEVER)]
    assert gc.get_threshold() == usual


def test_the_last_of_several_large_bodies_ends_it() -> None:
    usual, collections = gc.get_threshold(), memory.Collections()
    collections.put_off()
    collections.put_off()

    assert [collections.resume(), gc.get_threshold()[2]] == [False, memory.NEVER]
    assert [collections.resume(), gc.get_threshold()] == [True, usual]
