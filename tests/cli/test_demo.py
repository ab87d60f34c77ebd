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
from click.testing import CliRunner, Result

from doorstep.cli import demo as command
from doorstep.cli.main import main

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


@pytest.mark.browser
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


# -- The command -------------------------------------------------------------------------------------


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Path]]:
    """What the command would set up; it is stopped at once."""
    folders: list[Path] = []

    def play(folder: Path) -> None:
        folders.append(folder)
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "play", play)
    before = signal.getsignal(signal.SIGTERM)
    yield folders
    signal.signal(signal.SIGTERM, before)


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["demo", *words])


def test_without_reset_what_was_played_is_kept(played: list[Path], tmp_path: Path) -> None:
    (tmp_path / "clock").write_text("3600.0")
    result = run("--data", str(tmp_path))
    assert (played, result.exit_code) == ([tmp_path], 0)
    assert (tmp_path / "clock").read_text() == "3600.0"
    assert result.stdout == "\nStopped. `make demo` goes on from here; `doorstep demo --reset` starts anew.\n"


def test_reset_forgets_what_was_played(played: list[Path], tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    folder.mkdir()
    (folder / "clock").write_text("3600.0")
    assert run("--data", str(folder), "--reset").exit_code == 0
    assert not folder.exists()
    assert run("--data", str(folder), "--reset").exit_code == 0  # nothing to forget is no fault
    assert played == [folder, folder]


def test_the_folder_is_beside_the_installations_data(
    played: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOORSTEP_DATA", str(tmp_path))
    run()
    assert played == [tmp_path / "demo"]
