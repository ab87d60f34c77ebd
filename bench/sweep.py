"""A sweep with nothing due, beside 100,000 due times to come."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from statistics import median
from time import perf_counter

from bench import database

TIMERS = 100_000
RUNS = 200
TARGET = 1.0  # milliseconds

FILL = """
INSERT INTO cases_timer (id, case_id, step, instance, round, purpose, spec, due_at, state)
SELECT gen_random_uuid(), gen_random_uuid(), 'sign', '', 1, 'due', '', now() + interval '1 day' + n * interval '1 second', 'open'
FROM generate_series(1, %s) AS n
"""


def main() -> None:
    """Print one JSON line: the median in milliseconds."""
    database.prepared()
    from django.db import connection

    from doorstep.cases.sweep import sweep

    with connection.cursor() as cursor:
        cursor.execute(FILL, [TIMERS])
        cursor.execute("ANALYZE cases_timer")
    now = datetime.now(UTC)
    times = []
    for _ in range(RUNS):
        began = perf_counter()
        assert sweep(at=now) == 0
        times.append((perf_counter() - began) * 1000)
    value = median(times)
    result = {
        "name": "a sweep with nothing due",
        "value": round(value, 2),
        "unit": "ms",
        "against": f"{TIMERS} due times to come",
        "ratio": round(value / TARGET, 2),
        "target": TARGET,
        "holds": value <= TARGET,
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
