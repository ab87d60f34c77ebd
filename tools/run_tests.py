"""Runs every test: once on the embedded server, and the database tests again on an external PostgreSQL.

An external PostgreSQL is named by DOORSTEP_TEST_DATABASE_URL; without it 127.0.0.1:5432 is tried.
Fails when a browser or database test could not run.
"""

from __future__ import annotations

import os
import subprocess
import sys

import psycopg

LOCAL = "postgresql://postgres@127.0.0.1:5432/postgres"
OLDEST = 150000


def external() -> str | None:
    """Return the URL of an external PostgreSQL (15 or newer) that answers, or None."""
    named = os.environ.get("DOORSTEP_TEST_DATABASE_URL")
    try:
        with psycopg.connect(named or LOCAL, connect_timeout=3) as connection:
            return (named or LOCAL) if connection.info.server_version >= OLDEST else None
    except psycopg.OperationalError:
        if named:
            raise
        return None


def pytest(*arguments: str, **environment: str) -> int:
    """Run pytest in a process of its own; return its exit status."""
    command = [sys.executable, "-m", "pytest", "-q", "--maxfail=20", *arguments]
    return subprocess.run(command, env={**os.environ, **environment}, check=False).returncode  # noqa: S603


def main() -> int:
    """Return the exit status: 0 when everything passed."""
    whole = () if sys.argv[1:] else ("--cov",)  # part of the tests cannot cover the pure floors
    failed = pytest("--must-run", "-n", "auto", *whole, "-m", "not browser", "tests", *sys.argv[1:])
    print("The tests in a browser and from the wheel:", flush=True)
    # A process of their own: a browser's event loop would stand in the way of Django's database.
    failed |= pytest("--must-run", "-m", "browser", "tests", *sys.argv[1:])
    url = external()
    if url is None:
        print("No external PostgreSQL (15 or newer) answers; the database tests ran on the embedded server alone.")
        return failed
    print("The database tests again, on an external PostgreSQL:", flush=True)
    again = pytest(
        "--must-run", "-n", "auto", "-m", "database and not browser", "tests", DOORSTEP_TEST_DATABASE_URL=url
    )
    return failed or again


if __name__ == "__main__":
    sys.exit(main())
