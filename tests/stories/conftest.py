"""The demo as a process of its own, and people in browsers."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pytest
from playwright.sync_api import Browser, Page

STARTS_WITHIN = 120.0
SOON = 30.0


@dataclass(frozen=True)
class Demo:
    """A running demo: one address, and those of the sandbox systems."""

    url: str
    jira: str
    salesforce: str
    mail: str
    folder: Path


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Start ``doorstep demo`` as a newcomer does, and stop it with Ctrl-C."""
    folder = tmp_path_factory.mktemp("demo") / "stage"
    log = (folder.parent / "log").open("wb+")
    quiet = {name: value for name, value in os.environ.items() if not name.startswith("DOORSTEP_")}
    command = [sys.executable, "-m", "doorstep.cli.main", "demo", "--data", str(folder)]
    process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=quiet)
    try:
        url = _address(process, log)
        settings = (folder / "doorstep.toml").read_text(encoding="utf-8")
        places = {name: _setting(settings, name) for name in ("jira", "salesforce", "mail")}
        yield Demo(url=url, folder=folder, **places)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)
        log.close()


def _address(process: subprocess.Popen[bytes], log: IO[bytes]) -> str:
    """Return the address the demo prints."""
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until:
        said = Path(log.name).read_text(encoding="utf-8", errors="replace")
        if found := re.search(r"Open\s+(http://\S+)", said):
            return found[1]
        assert process.poll() is None, said
        time.sleep(0.2)
    raise AssertionError(f"The demo did not start within {STARTS_WITHIN:.0f} seconds:\n{said}")


def _setting(text: str, name: str) -> str:
    found = re.search(rf'^{name} = "(.+)"$', text, re.MULTILINE)
    assert found, f"{name} is missing in doorstep.toml"
    return found[1]


@pytest.fixture
def somebody(browser: Browser) -> Iterator[Callable[[], Page]]:
    """Make a person: a browser of their own, whose pages complain about nothing."""
    complaints: list[str] = []

    def made() -> Page:
        page = browser.new_context(viewport={"width": 1180, "height": 900}).new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        return page

    yield made
    assert complaints == []


def eventually(looks: Callable[[], object], *, within: float = SOON) -> None:
    """Look again until it is so.  Raises AssertionError with what was looked for."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        if looks():
            return
        time.sleep(0.25)
    raise AssertionError(f"It did not become so within {within:.0f} seconds: {looks.__qualname__}")
