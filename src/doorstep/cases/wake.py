"""Wake the workers after a commit, so that what was queued leaves at once.

The workers of this process are told at once.  Those of others by NOTIFY, one for many commits: the first at
once after the commit, those of a burst together by a thread on a connection of its own, twenty a second at
most, for each is a transaction with a commit on disk.  A NOTIFY inside the handoff's transaction would cost a
sixth of the speed.  A wake that is lost costs only the worker's own interval.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import psycopg
from django.db import connection, transaction

from doorstep.cases.statements import Named, run

CHANNEL = "doorstep_outbox"
QUIET = 0.05
"""Seconds without a commit after which a NOTIFY is sent at once on Django's own connection; in a burst, from one to the next."""

IDLE = 0.5
"""Seconds of silence after which the waker's connection is closed; the next burst opens another in a few milliseconds."""

_NOTIFY = Named(f"NOTIFY {CHANNEL}".encode())
_log = logging.getLogger(__name__)
_last = float("-inf")
_near: list[Callable[[], None]] = []
"""What wakes the workers of this process."""


def after_commit() -> None:
    """Ask that the workers be woken once the present transaction has committed."""
    transaction.on_commit(_wake)


def _wake() -> None:
    """Wake who is near, send the first NOTIFY after a quiet moment at once, and leave a burst of them to the thread."""
    global _last
    now = time.monotonic()
    quiet, _last = now - _last >= QUIET, now
    for wake in _near:
        wake()
    if quiet and not _near:
        run(_NOTIFY)
    else:
        _waker.ask()


def near(wake: Callable[[], None]) -> None:
    """Let a worker of this process be woken without the way through the database."""
    _near.append(wake)


def far(wake: Callable[[], None]) -> None:
    """Wake a worker no more; it has ended."""
    if wake in _near:
        _near.remove(wake)


class Waker:
    """A thread that turns any number of asks into one NOTIFY."""

    def __init__(self) -> None:
        self._asked = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._raw: psycopg.Connection[Any] | None = None

    def ask(self) -> None:
        """Ask for a NOTIFY; returns at once."""
        if self._asked.is_set():
            return
        self._asked.set()
        with self._lock:
            if self._thread is None:
                parameters = connection.get_connection_params()
                self._thread = threading.Thread(target=self._run, args=(parameters,), name="waker", daemon=True)
                self._thread.start()

    def _run(self, parameters: dict[str, Any]) -> None:
        """Send a NOTIFY for each burst of asks; after half a second of silence let the connection go."""
        while self._asked.wait(timeout=IDLE):
            self._asked.clear()
            try:
                self._notify(parameters)
            except psycopg.Error as error:  # the workers look by themselves, too
                _log.warning("The workers could not be woken: %s They look by themselves within a second.", error)
                self._close()
            time.sleep(QUIET)
        self._close()
        with self._lock:
            self._thread = None
            if self._asked.is_set():  # somebody asked while this thread was ending
                self._thread = threading.Thread(target=self._run, args=(parameters,), name="waker", daemon=True)
                self._thread.start()

    def _notify(self, parameters: dict[str, Any]) -> None:
        if self._raw is None or self._raw.closed:
            self._raw = connect(parameters)
            self._raw.execute("SET synchronous_commit = off")  # a wake that is lost costs no more than the interval
        self._raw.execute(_NOTIFY.text)

    def _close(self) -> None:
        if self._raw is not None:
            with suppress(psycopg.Error):
                self._raw.close()
            self._raw = None


def connect(parameters: dict[str, Any]) -> psycopg.Connection[Any]:
    """Open a connection of its own beside Django's, in autocommit."""
    plain = {name: value for name, value in parameters.items() if name not in ("context", "cursor_factory")}
    return psycopg.connect(**plain, autocommit=True)


def listen(raw: psycopg.Connection[Any], *, timeout: float) -> bool:
    """Wait until somebody wakes us or the time is over; return whether we were woken."""
    raw.execute(f"LISTEN {CHANNEL}".encode())
    woken: Iterator[psycopg.Notify] = raw.notifies(timeout=timeout, stop_after=1)
    return any(True for _ in woken)


_waker = Waker()
