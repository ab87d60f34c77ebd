"""``doorstep serve``: web, worker and listeners together."""

from __future__ import annotations

import signal
import subprocess
import sys

import click

from doorstep.cli.installation import leave_database
from doorstep.cli.places import PORT, require_free


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", type=PORT, default=8000, show_default=True, help="The port to listen on.")
def serve(host: str, port: int) -> None:
    """Run everything one installation needs; Ctrl-C stops it."""
    require_free(host, port)
    command = (sys.executable, "-m", "doorstep.cli.main")
    parts = [
        subprocess.Popen([*command, "web", "--host", host, "--port", str(port)]),  # noqa: S603
        subprocess.Popen([*command, "worker"]),  # noqa: S603
    ]
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        ended = _wait_for_first(parts)
    except KeyboardInterrupt:
        ended = 0
    finally:
        stop(parts)
    leave_database()
    sys.exit(ended)


def stop(parts: list[subprocess.Popen[bytes]]) -> None:
    """Ask each to stop, and wait until it has."""
    for part in parts:
        if part.poll() is None:
            part.send_signal(signal.SIGINT)
    for part in parts:
        try:
            part.wait(timeout=15)
        except subprocess.TimeoutExpired:
            part.kill()


def _wait_for_first(parts: list[subprocess.Popen[bytes]]) -> int:
    """Return the exit status of the part that ends first: the others are of no use without it."""
    while True:
        for part in parts:
            try:
                return part.wait(timeout=0.5)
            except subprocess.TimeoutExpired:
                continue
