"""Doing something long later, in the worker: a fan-out, moving many cases, a pull.

What waits for a date is a row with a due time, never a job; what is on the path of an answer is the outbox.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.types import JSONValue

QUEUE = "long"
RETRY = RetryStrategy(max_attempts=6, exponential_wait=4)
"""Tried again after 4, 16, 64 … seconds; what fails six times stays as failed and is in the log."""

Job = Callable[..., None]


def job(function: Job) -> Job:
    """Let a function be done later, under its own name.  It lives in `stewardship.jobs`; its arguments are JSON.

    A worker that is killed leaves a job that is done again: a job does a part, commits, and asks for the rest.
    """
    app.task(name=function.__name__, queue=QUEUE, retry=RETRY)(function)
    return function


def later(name: str, *, once: str = "", **arguments: JSONValue) -> None:
    """Ask for a job of `stewardship.jobs` by name: it starts once this transaction commits, if it does.

    ``once`` names the occasion: while a job of that name waits, asking again does nothing.
    """
    wanted = app.configure_task(name, queue=QUEUE, queueing_lock=once or None, lock=once or None)
    try:
        with transaction.atomic():
            wanted.defer(**arguments)
    except AlreadyEnqueued:
        return
