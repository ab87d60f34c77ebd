"""A worker killed before each of its statements in turn, on real connections to a real server."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from time import monotonic, sleep
from typing import Any

import psycopg
import pytest
from django.db import connection, connections
from tests.cases.post import work

from doorstep.cases.clock import real_now
from doorstep.cases.models import Action, Delivery, Inbox


class Killed(BaseException):
    """The process ends here."""


def killed_at(number: int, do: Callable[[], object]) -> int:
    """Do it in a thread that dies before the given statement; return how many statements it came to."""
    count = 0
    whole = psycopg.Connection.wait

    def wait(self: psycopg.Connection[Any], *args: Any, **named: Any) -> Any:
        nonlocal count
        if threading.current_thread() is not victim:
            return whole(self, *args, **named)
        count += 1
        if count >= number:
            self.pgconn.finish()
            raise Killed
        return whole(self, *args, **named)

    def live() -> None:
        with suppress(Killed, Exception):
            do()
        with suppress(Killed, Exception):
            connections.close_all()

    victim = threading.Thread(target=live)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(psycopg.Connection, "wait", wait)
        victim.start()
        victim.join()
    return count


def gone() -> None:
    """Wait until the server has noticed that the killed connection is gone: until then its row locks hold."""
    until = monotonic() + 20
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with connection.cursor() as cursor:
        while monotonic() < until:
            cursor.execute(others + " AND state <> 'idle'")
            if cursor.fetchone() == (0,):
                return
            sleep(0.01)
    raise AssertionError("the killed connection is still there")


def later() -> None:
    """Let every lease run out."""
    past = real_now() - timedelta(minutes=1)
    Delivery.objects.filter(lease_until__isnull=False).update(lease_until=past)
    Action.objects.filter(lease_until__isnull=False).update(lease_until=past, not_before=past)
    Inbox.objects.filter(lease_until__isnull=False).update(lease_until=past)


def everywhere(do: Callable[[], object], before: Callable[[], object], after: Callable[[int], None]) -> int:
    """Kill ``do`` before each of its statements in turn, ``before`` making it anew; return how many there were."""
    for number in range(1, 200):
        before()
        whole = killed_at(number, do) < number
        gone()
        later()
        work()
        after(number)
        if whole:
            return number - 1
    raise AssertionError("it never ended")
