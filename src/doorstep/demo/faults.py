"""Faults of a sandbox, switched on over the wire: down, slow, silent, throttled, locked out, answering garbage."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace

KINDS = ("status", "garbage", "slow", "silent")


@dataclass(frozen=True, slots=True)
class Fault:
    """``slow`` and ``silent`` do what was asked and then answer late or never; the others do nothing."""

    kind: str
    status: int = 503
    match: str = ""  # a regular expression on "METHOD /path"; empty matches everything
    times: int = 1
    seconds: float = 0.0
    retry_after: str = ""
    body: str = ""

    def answer(self) -> tuple[int, bytes, str, Mapping[str, str]]:
        """Return status, body, media type and headers of the wrong answer."""
        headers = {"X-Sandbox-Fault": self.kind}
        if self.retry_after:
            headers["Retry-After"] = self.retry_after
        if self.kind == "garbage":
            return 200, self.body.encode() or b"<html>Gateway says hello", "text/html", headers
        return self.status, self.body.encode(), "application/json" if self.body else "text/plain", headers


class Faults:
    """The faults still to come, oldest first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Let the next matching requests go wrong."""
        if fault.kind not in KINDS:
            raise ValueError(f"Expected a fault of one of {', '.join(KINDS)}, but got {fault.kind!r}.")
        with self._lock:
            self._waiting.append(fault)

    def clear(self) -> None:
        """Let everything go right again."""
        with self._lock:
            self._waiting.clear()

    def take(self, method: str, path: str) -> Fault | None:
        """Return the fault this request meets, and count it."""
        with self._lock:
            for place, fault in enumerate(self._waiting):
                if re.search(fault.match, f"{method} {path}"):
                    rest = [replace(fault, times=fault.times - 1)] if fault.times > 1 else []
                    self._waiting[place : place + 1] = rest
                    return fault
        return None
