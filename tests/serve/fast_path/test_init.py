"""Whether the fast path is used."""

from __future__ import annotations

import logging

import gunicorn
import pytest

from app.serve import fast_path
from app.serve.web import _gunicorn
from app.settings import Settings


def test_it_is_on_for_the_version_that_is_installed() -> None:
    assert fast_path.TESTED[0] <= gunicorn.version_info[:2] < fast_path.TESTED[1]
    assert fast_path.is_on("on")


def test_it_can_be_switched_off(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    assert not fast_path.is_on("off")
    assert "FAST_PATH=off" in caplog.text


@pytest.mark.parametrize("version", [(26, 9, 9), (27, 1, 0), (28, 0, 0)])
def test_it_is_off_with_a_log_line_for_a_version_that_it_was_not_tested_with(
    version: tuple[int, ...], caplog: pytest.LogCaptureFixture
) -> None:
    assert not fast_path.is_on("on", version)
    assert f"not tested with gunicorn {'.'.join(map(str, version))}" in caplog.text


def test_without_it_a_worker_without_short_requests_serves() -> None:
    fast, plain = (_gunicorn(Settings(), fast=fast)["worker_class"] for fast in (True, False))

    assert fast.__module__ == "app.serve.fast_path.keepalive"
    assert plain.__module__ == "app.serve.connections"
