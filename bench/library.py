"""The library and a process page with 5,000 processes and 100,000 people: server time of a request, 95th percentile."""

from __future__ import annotations

import json
import os
import random
import sys
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from bench import database, library_data

LOOKS = 60
TARGET = 100.0  # milliseconds


def main() -> None:
    """Print one JSON line a screen: milliseconds at the 95th percentile, against the processor time a request takes.

    Processor time is that of this process and of the database's backend, so it says what a quiet core would need.
    """
    database.prepared()
    began = perf_counter()
    company = library_data.made()
    print(f"{len(company.people):,} people and {len(company.processes):,} processes in {perf_counter() - began:.0f} s", file=sys.stderr)  # fmt: skip
    client = library_data.signed_in(company.reader)
    chance = random.Random(1)
    keys = [
        row.key for row in company.processes if not row.restricted and int(row.key.rpartition("-")[2]) % 50 % 10 != 9
    ]
    groups = [group.id for group in company.groups if not group.restricted]
    for name, path in (
        ("library page", lambda: f"/library/?page={chance.randrange(1, 90)}"),
        ("library, one group", lambda: f"/library/?group={chance.choice(groups)}"),
        ("library, mine", lambda: "/library/?show=mine"),
        ("library, needs attention", lambda: "/library/?show=attention"),
        ("library, searched by one word", lambda: f"/library/?q={chance.choice(library_data.PLACES)}"),
        ("library, searched by a word of every page", lambda: "/library/?q=signature"),
        ("library, searched by three words", lambda: f"/library/?q=approve+contract+{chance.randrange(5_000):04}"),
        ("process page", lambda: f"/library/{chance.choice(keys)}/"),
        ("history", lambda: f"/library/{chance.choice(keys)}/history"),
        ("compare", lambda: f"/library/{chance.choice(keys)}/compare"),
    ):
        measured(client, name, path)


def measured(client: Any, name: str, path: Any) -> None:
    """Print how long a screen takes."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for _ in range(3):
        client.get(path())
    times, counts = [], set()
    used = _processor_time()
    for _ in range(LOOKS):
        began = perf_counter()
        answer = client.get(path())
        times.append((perf_counter() - began) * 1000)
        assert answer.status_code == 200, path()
    used = (_processor_time() - used) / LOOKS
    for _ in range(3):
        with CaptureQueriesContext(connection) as seen:
            client.get(path())
        counts.add(len(seen))
    times.sort()
    value = times[int(LOOKS * 0.95)]
    result = {
        "name": f"{name} ({'/'.join(map(str, sorted(counts)))} queries), p95",
        "value": round(value, 1),
        "unit": "ms",
        "against": round(used, 1),
        "ratio": round(value / used, 1),
        "target": TARGET,
        "holds": value <= TARGET,
    }
    print(json.dumps(result), flush=True)


def _processor_time() -> float:
    """Return the milliseconds of processor time that this process and its database backend have used."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    ticks = int(fields[11]) + int(fields[12])
    return process_time() * 1000 + ticks * 1000 / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
