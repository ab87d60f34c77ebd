"""The wheel: built, installed into an empty environment, and started there."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import venv
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[2]
STARTS_WITHIN = 120.0

pytestmark = pytest.mark.browser  # not for its browser: it takes minutes and needs the registry


@pytest.fixture(scope="module")
def doorstep(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, install it with the locked versions into an empty environment, return its command."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT))
    (wheel,) = folder.glob("doorstep-*.whl")
    venv.create(folder / "venv", with_pip=True)
    locked = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins = folder / "constraints.txt"
    pins.write_text("\n".join(re.findall(r"(?m)^[\w.\[\]-]+==[^ ;\\]+", locked)), encoding="utf-8")
    run(str(folder / "venv/bin/pip"), "install", "--quiet", "--constraint", str(pins), str(wheel))
    return folder / "venv/bin/doorstep"


def own_environment() -> dict[str, str]:
    """Return the environment without what these tests are told."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("DOORSTEP_", "PYTHON", "DJANGO"))}


def run(*command: str, folder: Path = ROOT) -> None:
    """Run a command; what it prints is the message when it fails."""
    environment = own_environment()
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def started(command: list[str], folder: Path, *, until: str) -> tuple[subprocess.Popen[bytes], str]:
    """Start a command in a folder of its own and return it with the address it prints or is given."""
    log = folder / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=folder, env=own_environment(), stdout=out, stderr=subprocess.STDOUT)
    end = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < end and process.poll() is None:
        said = log.read_text(encoding="utf-8", errors="replace")
        found = re.search(until, said)
        if found or answers(until):
            return process, found[1] if found else until
        time.sleep(0.3)
    process.kill()
    raise AssertionError(log.read_text(encoding="utf-8", errors="replace"))


def answers(address: str) -> bool:
    """Say whether something answers at an address."""
    if not address.startswith("http://"):
        return False
    try:
        return httpx.get(address, timeout=5, follow_redirects=True).status_code == 200
    except httpx.TransportError:
        return False


def stopped(process: subprocess.Popen[bytes]) -> None:
    """Ask it to stop and wait until it has."""
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=60)


def test_the_demo_starts_from_the_wheel(doorstep: Path, tmp_path: Path) -> None:
    process, address = started([str(doorstep), "demo"], tmp_path, until=r"Open\s+(http://\S+)")
    try:
        page = httpx.get(address, timeout=30)
        assert page.status_code == 200
        assert "It is Friday, 4 p.m." in page.text
        assert httpx.get(f"{address}/static/doorstep/app.css", timeout=30).status_code == 200
    finally:
        stopped(process)


def test_it_serves_from_the_wheel(doorstep: Path, tmp_path: Path) -> None:
    run(str(doorstep), "migrate", folder=tmp_path)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}/account/login/"
    process, _ = started([str(doorstep), "serve", "--port", str(port)], tmp_path, until=address)
    try:
        assert "Sign in" in httpx.get(address, timeout=30).text
    finally:
        stopped(process)
    assert process.returncode == 0
