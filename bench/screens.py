"""How long a screen takes: by the clock, by processor time, and with how many queries; one JSON line a screen."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

LOOKS = 60
TARGET = 100.0
"""Milliseconds by the clock at the 95th percentile."""

Where = Callable[[], str | tuple[str, dict[str, str]]]
"""The next address to look at; with what is posted to it, where it is posted to."""


def measured(client: Any, name: str, where: Where, *, target: float = TARGET) -> None:
    """Print how long a screen takes; ``against`` is the processor time of a look: this process and the database's backend."""

    def look() -> None:
        place = where()
        answer = client.get(place) if isinstance(place, str) else client.post(*place)
        assert answer.status_code == 200, place

    timed(look, name, target=target)


def timed(look: Callable[[], object], name: str, *, target: float = TARGET) -> None:
    """Print how long something takes that is done many times, its slowest twentieth left out."""
    for _ in range(3):
        look()
    times = []
    used = _processor_time()
    for _ in range(LOOKS):
        began = perf_counter()
        look()
        times.append((perf_counter() - began) * 1000)
    used = (_processor_time() - used) / LOOKS
    value = sorted(times)[int(LOOKS * 0.95)]
    result = {
        "name": f"{name} ({_queries(look)} queries), p95",
        "value": round(value, 1),
        "unit": "ms",
        "against": round(used, 1),
        "ratio": round(value / max(used, 0.1), 1),
        "target": target,
        "holds": value <= target,
    }
    print(json.dumps(result), flush=True)


def _queries(look: Callable[[], object]) -> str:
    """Return how many queries a look makes; several numbers where it depends on what is looked at."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = set()
    for _ in range(4):
        with CaptureQueriesContext(connection) as seen:
            look()
        counts.add(len(seen))
    return "/".join(map(str, sorted(counts)))


def _processor_time() -> float:
    """Return the milliseconds of processor time that this process and its database backend have used."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    ticks = int(fields[11]) + int(fields[12])
    return process_time() * 1000 + ticks * 1000 / os.sysconf("SC_CLK_TCK")
