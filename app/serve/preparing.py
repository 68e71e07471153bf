"""The database, prepared before a process serves."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

from app.engines.launch import die_with_parent
from app.gateway import prepare_database
from app.settings import Settings


def prepare_apart(settings: Settings, meanwhile: Callable[[], object] = lambda: None) -> None:
    """Prepares the database in a process of its own, and does *meanwhile*: what migrations import would stay for good, here and
    in all processes that are forked from this one. Raises SettingError, StoreError."""
    ends_with_us = partial(die_with_parent, os.getpid())  # a signal may end us meanwhile
    with ProcessPoolExecutor(1, mp_context=get_context("fork"), initializer=ends_with_us) as apart:
        prepared = apart.submit(prepare_database, settings)
        meanwhile()
        prepared.result()
