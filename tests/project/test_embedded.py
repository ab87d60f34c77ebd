"""The embedded server ends with the last living process that uses it, however the others ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.database


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "postgres"
    if runs(tmp_path / "postgres"):  # only after a failure
        os.kill(int((tmp_path / "postgres" / "postmaster.pid").read_text().splitlines()[0]), signal.SIGINT)


def process(folder: Path, *lines: str) -> None:
    """Run some lines in a process of their own, to its end."""
    program = "\n".join(("import os", "from pathlib import Path", "from doorstep.project import embedded", *lines))
    subprocess.run([sys.executable, "-c", program, str(folder)], check=True, timeout=120)


def runs(folder: Path) -> bool:
    return (folder / "postmaster.pid").exists()


def test_the_server_stops_with_the_process_that_started_it(folder: Path) -> None:
    process(folder, "import sys", "embedded.start(Path(sys.argv[1]))")
    assert (folder / "PG_VERSION").exists()
    assert not runs(folder)


def test_a_process_that_ended_without_a_word_does_not_keep_it(folder: Path) -> None:
    process(folder, "import sys", "embedded.start(Path(sys.argv[1]))", "os._exit(0)")
    assert runs(folder)
    process(folder, "import sys", "embedded.leave(Path(sys.argv[1]))")
    assert not runs(folder)


def test_it_goes_on_while_another_process_lives(folder: Path) -> None:
    waits = "import sys\nfrom pathlib import Path\nfrom doorstep.project import embedded\n"
    waits += "embedded.start(Path(sys.argv[1]))\nprint('ready', flush=True)\nsys.stdin.read()"
    other = subprocess.Popen(
        [sys.executable, "-c", waits, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "ready\n"
    process(folder, "import sys", "embedded.start(Path(sys.argv[1]))")
    assert runs(folder)
    other.communicate("", timeout=60)
    assert not runs(folder)


def test_leaving_what_does_not_run_starts_nothing(folder: Path) -> None:
    process(folder, "import sys", "embedded.leave(Path(sys.argv[1]))")
    assert not folder.exists()
