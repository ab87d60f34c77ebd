"""Jobs done at once, in the test's own transaction."""

from __future__ import annotations

from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob


def do_jobs(*, limit: int = 1000) -> int:
    """Do what was asked for later, and what that asks for; return how many jobs it was."""
    from django.db import connection

    for done in range(limit):
        job = ProcrastinateJob.objects.filter(status="todo").order_by("id").first()
        if job is None:
            return done
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job.id])
        app.tasks[job.task_name].func(**job.args)
    raise AssertionError(f"There is no end of jobs: {limit} were done.")
