"""``doorstep web``: the screens."""

from __future__ import annotations

import os

import click

from doorstep.cli.installation import leave_database
from doorstep.cli.places import PORT, require_free


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=PORT, default=8000, show_default=True, help="The port to listen on.")
@click.option(
    "--workers", type=click.IntRange(1), default=1, show_default=True, help="Processes; each has its own threads."
)
@click.option("--threads", type=click.IntRange(1), default=8, show_default=True, help="Threads a process.")
def web(host: str, port: int, workers: int, threads: int) -> None:
    """Serve the screens and the addresses that systems of record call."""
    require_free(host, port)
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "doorstep.project.settings")
    Granian(
        "doorstep.project.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        log_level=LogLevels.error,
        log_access=False,  # addresses hold tokens
        websockets=False,
    ).serve()
    leave_database()  # its processes end without a word
