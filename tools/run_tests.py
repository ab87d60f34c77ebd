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
PURE = ("tests/kernel", "tests/reading", "tests/chase", "tests/rehearsal")


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
    if chosen := sys.argv[1:]:
        return pytest("--must-run", *chosen)
    print("The tests of the pure floors, which cover them whole:", flush=True)
    failed = pytest("--cov", "-n", "auto", *PURE)
    print("The other tests:", flush=True)
    others = [f"--ignore={folder}" for folder in PURE]
    failed |= pytest("--must-run", "-n", "auto", "-m", "not browser", "tests", *others)
    print("The tests in a browser and from the wheel:", flush=True)
    # Processes of their own: a browser's event loop would stand in the way of Django's database.
    failed |= pytest("--must-run", "-n", "2", "--dist", "loadfile", "-m", "browser", "tests")
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
