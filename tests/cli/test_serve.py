"""``doorstep serve``: web and worker together, and nothing left of them when it is stopped."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

pytestmark = pytest.mark.browser


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def answered(url: str, *, within: float) -> int:
    """Return the status of the first answer."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        try:
            return httpx.get(url, timeout=10).status_code
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError(f"{url} did not answer")


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_stopping_it_stops_web_worker_and_database(tmp_path: Path, sign: signal.Signals) -> None:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("DOORSTEP_")}
    environment = plain | {"DOORSTEP_DATA": str(tmp_path)}
    doorstep = [sys.executable, "-m", "doorstep.cli.main"]
    subprocess.run([*doorstep, "migrate"], check=True, env=environment, stdout=subprocess.DEVNULL, timeout=120)
    port = free_port()
    serving = subprocess.Popen([*doorstep, "serve", "--port", str(port)], env=environment)
    assert answered(f"http://127.0.0.1:{port}/a/nothing", within=60) == 404  # read from the database
    assert (tmp_path / "postgres" / "postmaster.pid").exists()
    begun = time.monotonic()
    serving.send_signal(sign)
    assert serving.wait(timeout=60) == 0
    assert time.monotonic() - begun < 15
    assert not (tmp_path / "postgres" / "postmaster.pid").exists()
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{port}/", timeout=5)
