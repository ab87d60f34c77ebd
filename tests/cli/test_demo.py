"""The whole demo as a newcomer starts and stops it: nothing of it is left behind, and it goes on where it was."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

pytestmark = pytest.mark.browser

STARTS_WITHIN, STOPS_WITHIN = 120.0, 15.0


@dataclass
class Demo:
    """A running ``doorstep demo`` over a folder."""

    process: subprocess.Popen[str]
    folder: Path
    url: str

    @property
    def addresses(self) -> tuple[str, ...]:
        """Return where the web and the three sandboxes answer."""
        told = tomllib.loads((self.folder / "doorstep.toml").read_text(encoding="utf-8"))
        return (told["base_url"], *told["demo"].values())

    def stop(self, sign: signal.Signals) -> float:
        """Send the parent alone a signal; return how many seconds it took to end."""
        begun = time.monotonic()
        self.process.send_signal(sign)
        self.process.communicate(timeout=60)
        return time.monotonic() - begun


def started(folder: Path, *options: str) -> Demo:
    command = [sys.executable, "-m", "doorstep.cli.main", "demo", "--data", str(folder), *options]
    plain = {name: value for name, value in os.environ.items() if not name.startswith("DOORSTEP_")}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=plain)
    assert process.stdout is not None
    said = []
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until and (line := process.stdout.readline()):
        said.append(line)
        if found := re.search(r"Open  (http://\S+)", line):
            return Demo(process, folder, found.group(1))
    process.kill()
    raise AssertionError("".join(said))


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "demo"
    left = tmp_path / "demo" / "postgres" / "postmaster.pid"
    if left.exists():  # only after a failure
        os.kill(int(left.read_text().splitlines()[0]), signal.SIGINT)


def answers(address: str) -> bool:
    try:
        httpx.get(address, timeout=10)
    except httpx.TransportError:
        return False
    return True


def test_a_demo_leaves_nothing_behind_and_goes_on_where_it_was(folder: Path) -> None:
    first = started(folder)
    assert [answers(one) for one in first.addresses] == [True] * 4
    assert httpx.get(f"{first.url}/a/nothing", timeout=10).status_code == 404  # its process now uses the database
    clock = (folder / "clock").read_text()
    assert first.stop(signal.SIGTERM) < STOPS_WITHIN
    assert first.process.returncode == 0
    assert_nothing_left(first)

    second = started(folder)
    assert httpx.get(f"{second.url}/a/nothing", timeout=10).status_code == 404
    assert (folder / "clock").read_text() == clock
    assert second.stop(signal.SIGINT) < STOPS_WITHIN
    assert_nothing_left(second)


def assert_nothing_left(demo: Demo) -> None:
    assert [answers(one) for one in demo.addresses] == [False] * 4
    assert not (demo.folder / "postgres" / "postmaster.pid").exists()
