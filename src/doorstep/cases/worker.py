"""The worker: threads that carry out, sweep, receive and poll, until told to stop.

Any number of workers may run; leases and row locks keep them apart.  A NOTIFY wakes them at once, and
without one they look by themselves every second.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import DatabaseError, connection
from psycopg import Error as PsycopgError

from doorstep.cases import carry_out, poll, wake
from doorstep.cases.daily_head import daily_head
from doorstep.cases.resting import warn_of_ends
from doorstep.cases.sweep import BATCH, sweep
from doorstep.connections.queries import working
from doorstep.library.take_effect import take_effect
from doorstep.people.clock import business_now

_log = logging.getLogger(__name__)

LOOK_EVERY = 1.0
"""Seconds between two looks when nobody wakes us."""

NEXT_AFTER = 0.03
"""Seconds by which a woken claimer lets the one before it look first: one thing to do is not worth all of them at once."""

SWEEP_AFTER = 0.1
"""Seconds by which the sweeper lets the claimers go first: what was answered leaves before plans are made anew."""

POLL_EVERY = 60.0
"""Seconds between two polls of a connected system: webhooks are hints, polls are certain."""


class Worker:
    """Threads of one process.  `start`, then `stop` and `join`.

    ``also`` are turns of the floors above: each is called every few seconds with business time.
    """

    def __init__(self, *, claimers: int = 2, also: Sequence[Callable[[datetime], int]] = ()) -> None:
        self._also = also
        self.stopping = threading.Event()
        self.woken = [threading.Event() for _ in range(claimers + 1)]
        names = [f"claimer {number + 1}" for number in range(claimers)]
        self._threads = [
            *(
                self._thread(name, self._claim, event, number * NEXT_AFTER)
                for number, (name, event) in enumerate(zip(names, self.woken, strict=False))
            ),
            self._thread("sweeper", self._sweep, self.woken[-1], SWEEP_AFTER),
            threading.Thread(target=self._listen, name="listener", daemon=True),
            threading.Thread(target=self._connections, name="connections", daemon=True),
        ]
        self._watched: dict[UUID, threading.Thread] = {}
        self._headed: date | None = None

    def start(self) -> None:
        """Start every thread."""
        wake.near(self._wake)
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Ask every thread to end; what is being done is finished first."""
        self.stopping.set()
        wake.far(self._wake)
        self._wake()

    def join(self, timeout: float = 10.0) -> None:
        """Wait until they have ended; who waits on another system is left to its own time limit."""
        for thread in (*self._threads, *self._watched.values()):
            thread.join(timeout=timeout)

    def _thread(self, name: str, turn: Callable[[], int], woken: threading.Event, after: float) -> threading.Thread:
        return threading.Thread(target=self._turns, args=(turn, woken, after), name=name, daemon=True)

    def _turns(self, turn: Callable[[], int], woken: threading.Event, after: float) -> None:
        """Take turns while there is something to do, then wait to be woken, and ``after`` that for who goes first."""
        while not self.stopping.is_set():
            woken.clear()
            if not self._turn(turn) and woken.wait(timeout=LOOK_EVERY):
                self.stopping.wait(after)
        connection.close()

    def _turn(self, turn: Callable[[], int]) -> int:
        """Take one turn; a database that is away is tried again a second later."""
        try:
            return turn()
        except (DatabaseError, PsycopgError) as error:
            _log.warning("The database does not answer: %s We try again in a second.", error)
            connection.close()
        except Exception:  # noqa: BLE001  (a thread that dies would be silent)
            _log.exception("A turn of the worker failed; it goes on.")
        return 0

    def _claim(self) -> int:
        return carry_out.carry_out()

    def _sweep(self) -> int:
        return sweep() // BATCH  # go on at once only when there may be more

    # -- Listening and polling ------------------------------------------------------------------------

    def _listen(self) -> None:
        """Wake the others whenever somebody committed something for them."""
        while not self.stopping.is_set():
            try:
                with wake.connect(connection.get_connection_params()) as raw:
                    while not self.stopping.is_set():
                        if wake.listen(raw, timeout=LOOK_EVERY):
                            self._wake()
            except PsycopgError as error:
                _log.warning("The database does not answer: %s We try again in a second.", error)
                self.stopping.wait(LOOK_EVERY)

    def _wake(self) -> None:
        for event in self.woken:
            event.set()

    def _connections(self) -> None:
        """Keep a thread for each working connection that is read, and let versions take effect on their date."""
        while not self.stopping.is_set():
            self._turn(self._attend)
            self.stopping.wait(5.0)
        connection.close()

    def _attend(self) -> int:
        now = business_now()
        take_effect(at=now)
        for turn in self._also:
            self._turn(lambda turn=turn: turn(now))  # type: ignore[misc]  # bound now
        if self._headed != now.date():
            daily_head(at=now)
            warn_of_ends(now)
            self._headed = now.date()
        for row in working():
            known = self._watched.get(row.id)
            if known is None or not known.is_alive():
                args = (row.id, self.stopping, float(row.config.get("poll_every") or POLL_EVERY))
                thread = threading.Thread(target=poll.attend, args=args, name=f"reads {row.name}", daemon=True)
                self._watched[row.id] = thread
                thread.start()
        return 0
