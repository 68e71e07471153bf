"""The database, prepared before a process serves."""

from __future__ import annotations

import os
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection

from app.engines.launch import die_with_parent
from app.errors import StoreError
from app.gateway import prepare_database
from app.settings import SettingError, Settings


def prepare_apart(settings: Settings, meanwhile: Callable[[], object] = lambda: None) -> None:
    """Prepares the database in a process of its own, and does *meanwhile*: what migrations import would stay for good, here and
    in all processes that are forked from this one. Raises SettingError, StoreError.

    The two share a pipe and no semaphore: those need a /dev/shm that this user may write."""
    fork = get_context("fork")
    result, told = fork.Pipe(duplex=False)
    apart = fork.Process(target=_prepare, args=(settings, os.getpid(), told), name="prepare")
    apart.start()
    told.close()
    try:
        meanwhile()
        error = result.recv()
    except EOFError:
        apart.join()
        error = StoreError(f"the process that prepares the database ended (exit status {apart.exitcode})")
    finally:
        apart.join()
        result.close()
    if error is not None:
        raise error


def _prepare(settings: Settings, parent: int, told: Connection) -> None:
    die_with_parent(parent)  # a signal may end it meanwhile
    try:
        prepare_database(settings)
    except (SettingError, StoreError) as error:
        told.send(error)
    else:
        told.send(None)
