"""``doorstep worker``: deliveries, actions, due times, mail in, polls, long jobs."""

from __future__ import annotations

import signal
import threading

import click

from doorstep.cli.installation import installation


@click.command()
@click.option(
    "--claimers", type=click.IntRange(1), default=2, show_default=True, help="Threads that carry out what is queued."
)
def worker(claimers: int) -> None:
    """Do what is due; Ctrl-C stops it when what it is doing is done."""
    stopped = threading.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, lambda _sign, _frame: stopped.set())
    with installation():
        from django.conf import settings

        from doorstep.cases.worker import Worker
        from doorstep.cli.listeners import listening
        from doorstep.connections.by_file import take_over
        from doorstep.stewardship.attend import attend
        from doorstep.stewardship.job_worker import JobWorker

        take_over(settings.DOORSTEP.tables)
        parts = (Worker(claimers=claimers, also=[attend]), JobWorker())
        with listening():
            for part in parts:
                part.start()
            stopped.wait()
        for part in parts:
            part.stop()
        for part in parts:
            part.join()
