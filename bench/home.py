"""Home in the database with 100,000 open asks over 10,000 people; the 99th percentile over many people."""

from __future__ import annotations

import json
import random
from time import perf_counter
from typing import Any
from uuid import UUID

from bench import database

ASKS = 100_000
PEOPLE = 10_000
LOOKS = 1_000
TARGET = 10.0  # milliseconds
ROLES = 50

FILL = """
INSERT INTO cases_home (ask_id, addressee, case_id, process_id, title, name, verb, asked_at, due_at)
SELECT gen_random_uuid(),
    CASE WHEN n %% 10 = 0 THEN 'r:' || (%(roles)s::text[])[1 + n %% %(count)s]
         ELSE 'p:' || (%(people)s::text[])[1 + n %% %(many)s] END,
    gen_random_uuid(), gen_random_uuid(), 'Halden Foods: Web shop ' || n, 'Sign off the contract', 'approve',
    now(), now() + n * interval '1 second'
FROM generate_series(1, %(asks)s) AS n
"""


def main() -> None:
    """Print one JSON line: milliseconds at the 99th percentile."""
    database.prepared()
    people, roles = [_uuid(at) for at in range(PEOPLE)], [_uuid(PEOPLE + at) for at in range(ROLES)]
    _fill(people, roles)
    keys = [[f"p:{random.choice(people)}", *(f"r:{role}" for role in random.sample(roles, 3))] for _ in range(LOOKS)]
    times = sorted(_look(one) for one in keys)
    value = times[int(LOOKS * 0.99)]
    result = {
        "name": f"Home with {ASKS:,} open asks, p99",
        "value": round(value, 2),
        "unit": "ms",
        "against": round(times[LOOKS // 2], 2),
        "ratio": round(value / times[LOOKS // 2], 1),
        "target": TARGET,
        "holds": value <= TARGET,
    }
    print(json.dumps(result))


def _uuid(number: int) -> str:
    return str(UUID(int=number))


def _fill(people: list[str], roles: list[str]) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        numbers: dict[str, Any] = {"people": people, "roles": roles, "many": PEOPLE, "count": ROLES, "asks": ASKS}
        cursor.execute(FILL, numbers)
        cursor.execute("ANALYZE cases_home")


def _look(keys: list[str]) -> float:
    from doorstep.cases.statements import named, run

    began = perf_counter()
    run(named("home"), {"keys": keys, "limit": 200})
    return (perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
