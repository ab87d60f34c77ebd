"""``doorstep demo``: Friday, 4 p.m., with everybody's system on this machine."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import click

from doorstep.cli.installation import installation
from doorstep.cli.places import make_folder
from doorstep.cli.serve import stop

STARTS_WITHIN = 60.0
"""Seconds the web may take to answer for the first time."""


@click.command()
@click.option("--reset", is_flag=True, help="Start anew: forget what was played.")
@click.option("--data", type=click.Path(path_type=Path), help="The demo's folder.  [default: var/demo]")
def demo(*, reset: bool, data: Path | None) -> None:
    """Run the main job with an example company; Ctrl-C stops everything, running it again continues."""
    folder = (data or Path(os.environ.get("DOORSTEP_DATA", "var")) / "demo").absolute()
    if reset and folder.is_dir():
        shutil.rmtree(folder)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        play(folder)
    except KeyboardInterrupt:
        click.echo("\nStopped. `make demo` goes on from here; `doorstep demo --reset` starts anew.")


def play(folder: Path) -> None:
    """Set everything up, say where it is, and wait to be stopped."""
    from doorstep.demo import stage as stages

    make_folder(folder, what="the demo's folder")
    click.echo("Setting the stage …")
    stage = stages.build(folder)
    os.environ.update(stage.environment)
    parts: list[subprocess.Popen[bytes]] = []
    try:
        furnished(stages.pages())
        parts += [_part("web", "--port", str(stage.ports["web"])), _part("worker")]
        _wait_for(stage.url, parts)
        stages.listen(stage)
        stages.link(stage)
        click.echo(f"\n  It is Friday, 4 p.m.  Open  {stage.url}\n\nCtrl-C stops everything.")
        while all(part.poll() is None for part in parts):
            time.sleep(0.5)
        sys.exit("A part of the demo has ended; the lines above say why.")
    finally:
        stop(parts)
        stage.stop()


def furnished(pages: Path) -> None:
    """Bring the database up and put the example company into it."""
    subprocess.run([sys.executable, "-m", "doorstep.cli.main", "migrate"], check=True, stdout=subprocess.DEVNULL)
    with installation():
        from django.conf import settings

        from doorstep.connections.by_file import take_over
        from doorstep.demo.furnish import furnish, people

        people()
        take_over(settings.DOORSTEP.tables)
        furnish(pages)


def _part(*arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "doorstep.cli.main", *arguments], start_new_session=True)  # noqa: S603


def _wait_for(url: str, parts: list[subprocess.Popen[bytes]]) -> None:
    """Wait until the web answers; exit when a part has ended or it takes too long."""
    import httpx

    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until and all(part.poll() is None for part in parts):
        try:
            httpx.get(url, timeout=5)
        except httpx.TransportError:
            time.sleep(0.2)
        else:
            return
    sys.exit(f"Expected {url} to answer within {STARTS_WITHIN:.0f} seconds, but it did not. The lines above say why.")
