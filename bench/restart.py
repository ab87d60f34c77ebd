"""Restart with 10,000 cases waiting: from the start of a process to its first handoff."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from time import perf_counter

from bench import _written as written
from bench import database

CASES = 10_000
TARGET = 2.0  # seconds

COPY = """
INSERT INTO {table} ({columns})
SELECT {chosen} FROM {table}, generate_series(1, %s) AS n WHERE {which}
"""
FIRST = """
from bench import database
database.joined()
from doorstep.cases.answer_ask import answer_ask
from doorstep.cases.models import Ask
ask = Ask.objects.get(id="{ask}")
answer_ask(ask_id=ask.id, outcome="done", by=ask.person, proof="link")
print("done")
"""


def main() -> None:
    """Print one JSON line: seconds until the first handoff is committed."""
    database.prepared()
    mine = written.Mine(*written.published(), cases=2)
    _copy("cases_case", ("id",), CASES // 2)
    _copy("cases_ask", ("id", "case_id"), CASES // 2)
    _copy("cases_timer", ("id", "case_id"), CASES // 4)
    from doorstep.cases.models import Ask, Case

    assert Case.objects.count() >= CASES
    first, other = [Ask.objects.filter(case_id=one, state="open").latest("asked_at").id for one in mine.cases]
    _seconds(FIRST.format(ask=first))  # modules are compiled once, as on any machine that may write its bytecode
    bare = _seconds("pass")
    value = _seconds(FIRST.format(ask=other))
    result = {
        "name": f"restart with {CASES:,} cases waiting, first handoff",
        "value": round(value, 2),
        "unit": "s",
        "against": round(bare, 2),
        "ratio": round(value / bare, 1),
        "target": TARGET,
        "holds": value <= TARGET,
    }
    print(json.dumps(result))


def _copy(table: str, fresh: tuple[str, ...], count: int) -> None:
    """Copy a table's rows so often under new identities."""
    from django.db import connection

    with connection.cursor() as cursor:
        names = [column.name for column in connection.introspection.get_table_description(cursor, table)]
        columns = ", ".join(f'"{name}"' for name in names)
        chosen = ", ".join("gen_random_uuid()" if name in fresh else f'"{name}"' for name in names)
        cursor.execute(COPY.format(table=table, columns=columns, chosen=chosen, which="true"), [count])


def _seconds(text: str) -> float:
    """Return the wall time of a process that connects as to a server of one's own."""
    from django.db import connection

    place = connection.settings_dict
    url = f"postgresql://{place['USER']}@/{place['NAME']}?host={place['HOST']}"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment |= {
        "DOORSTEP_DATABASE_URL": url,
        "PYTHONPYCACHEPREFIX": os.environ["DOORSTEP_BENCH_DATA"] + "/bytecode",
    }
    began = perf_counter()
    subprocess.run((sys.executable, "-c", text), check=True, capture_output=True, env=environment)
    return perf_counter() - began


if __name__ == "__main__":
    main()
