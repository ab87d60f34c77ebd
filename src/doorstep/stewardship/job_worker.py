"""The part of the worker that does jobs: procrastinate's asyncio worker in a thread of its own."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from typing import Any

from django.db import connection
from procrastinate import App, JobContext
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.psycopg_connector import PsycopgConnector
from procrastinate.worker import Worker

from doorstep.stewardship.later import QUEUE

_log = logging.getLogger(__name__)

AGAIN_AFTER = 2.0
"""Seconds until we try again when the database is away."""

LOOK_FOR_LEFT = 30.0
"""Seconds between two looks for jobs a killed worker left; one that is silent for that long counts as killed."""


class JobWorker:
    """One thread.  `start`, then `stop` and `join`: the job being done is finished first."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._end: asyncio.Event | None = None
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end."""
        self._stopping.set()
        if self._loop is not None and self._end is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._end.set)

    def join(self, timeout: float = 10.0) -> None:
        """Wait until it has ended."""
        self._thread.join(timeout=timeout)

    def is_alive(self) -> bool:
        """Say whether the thread runs."""
        return self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                asyncio.run(self._work())
            except Exception as error:  # noqa: BLE001  (a thread that dies would be silent)
                _log.warning("Jobs rest for a moment: %s We try again in %.0f seconds.", error, AGAIN_AFTER)
            self._stopping.wait(AGAIN_AFTER)

    async def _work(self) -> None:
        """Do jobs until told to stop, or until the database goes away."""
        self._loop, self._end = asyncio.get_running_loop(), asyncio.Event()
        if self._stopping.is_set():
            return
        async with _connected().open_async() as jobs:
            await _take_up(jobs)
            worker = Worker(
                jobs,
                queues=[QUEUE],
                name="doorstep",
                delete_jobs="successful",
                install_signal_handlers=False,
                task_middleware=[_with_own_connection],
            )
            sides = [asyncio.ensure_future(self._until_stopped(worker)), asyncio.ensure_future(_look_for_left(jobs))]
            try:
                await worker.run()
            finally:
                for side in sides:
                    side.cancel()
                await asyncio.gather(*sides, return_exceptions=True)

    async def _until_stopped(self, worker: Worker) -> None:
        assert self._end is not None, "set before the worker runs"
        await self._end.wait()
        worker.stop()


def _connected() -> App:
    """Return the jobs over connections of their own: those of Django belong to one thread each."""
    jobs = app.with_connector(PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=3))
    jobs.perform_import_paths()
    return jobs


async def _look_for_left(jobs: App) -> None:
    while True:
        await asyncio.sleep(LOOK_FOR_LEFT)
        await _take_up(jobs)


async def _take_up(jobs: App) -> None:
    """Do again what a killed worker left in the middle: procrastinate keeps such a job as "doing" for ever."""
    for left in await jobs.job_manager.get_stalled_jobs(seconds_since_heartbeat=LOOK_FOR_LEFT):
        _log.warning("A worker ended in the middle of %s; it is done again.", left.call_string)
        await jobs.job_manager.retry_job(left)


def _with_own_connection(do: Callable[[], Any], _context: JobContext, _worker: Worker) -> Any:
    """Close the thread's connection when its job is done: jobs are rare, connections are not free."""
    try:
        return do()
    finally:
        connection.close()
