"""Throwing away what a test committed."""

from __future__ import annotations

from django.core.management import call_command
from django.db import connection

_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_JOBS = "TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE"


def end_others() -> None:
    """End every other connection: a browser that was left open holds its thread's.

    Ours is opened anew: while Playwright's loop runs in this thread Django has another one for it than
    before and after, and each ends the other.
    """
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute(_OTHERS)


def drop_jobs() -> None:
    """Throw away the jobs: they are in tables of procrastinate's own, which Django does not empty."""
    with connection.cursor() as cursor:
        cursor.execute(_JOBS)


def empty() -> None:
    """Throw away everything that was committed."""
    end_others()
    call_command("flush", interactive=False, verbosity=0)
    drop_jobs()
