"""Jobs: asked for in a transaction, done by the worker, taken up again, and how far they have come."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import connection, transaction
from tests.cases.test_worker import soon
from tests.stewardship.at_once import do_jobs

from doorstep.identifiers import uuid7
from doorstep.stewardship.job_worker import JobWorker
from doorstep.stewardship.later import job, later
from doorstep.stewardship.models import Progress, ProgressKind
from doorstep.stewardship.progress import advance, begin, end, progress_of

NOON = datetime(2026, 3, 6, 12, tzinfo=UTC)
DONE: list[int] = []


@job
def count_for_a_test(*, number: int, until: int = 0) -> None:
    """Do a part and ask for the rest."""
    DONE.append(number)
    if number < until:
        later("count_for_a_test", number=number + 1, until=until)


@job
def stumble_for_a_test() -> None:
    raise ValueError("This job never works.")


@pytest.fixture
def counted() -> list[int]:
    DONE.clear()
    return DONE


@pytest.fixture
def worker(counted: list[int]) -> Iterator[JobWorker]:
    made = JobWorker()
    yield made
    made.stop()
    made.join()
    assert not made.is_alive()


def states() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, status::text FROM procrastinate_jobs ORDER BY id")
        return [(row[0], row[1]) for row in cursor.fetchall()]


@pytest.mark.database
def test_what_is_asked_for_is_there_once_the_transaction_commits(counted: list[int]) -> None:
    with transaction.atomic():
        later("count_for_a_test", number=1)
        transaction.set_rollback(True)
    assert states() == []
    later("count_for_a_test", number=1, until=3)
    assert do_jobs() == 3
    assert counted == [1, 2, 3]


@pytest.mark.database
def test_an_occasion_waits_once(counted: list[int]) -> None:
    later("count_for_a_test", once="these people", number=1)
    later("count_for_a_test", once="these people", number=2)
    later("count_for_a_test", once="those people", number=3)
    do_jobs()
    assert counted == [1, 3]


@pytest.mark.database(transaction=True)
def test_the_worker_does_jobs_as_they_come_and_stops(worker: JobWorker, counted: list[int]) -> None:
    later("count_for_a_test", number=1, until=3)
    worker.start()
    assert soon(lambda: counted == [1, 2, 3])
    later("count_for_a_test", number=7)
    assert soon(lambda: counted == [1, 2, 3, 7])
    assert soon(lambda: states() == [])
    worker.stop()
    worker.join()
    assert not [thread for thread in threading.enumerate() if thread.name == "jobs"]


@pytest.mark.database(transaction=True)
def test_a_job_that_a_killed_worker_left_is_done_again(worker: JobWorker, counted: list[int]) -> None:
    later("count_for_a_test", number=1)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour') RETURNING id"
        )
        killed = cursor.fetchone()
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s", killed)
    worker.start()
    assert soon(lambda: counted == [1])


@pytest.mark.database(transaction=True)
def test_a_job_that_fails_is_tried_again_and_stops_no_other(worker: JobWorker, counted: list[int]) -> None:
    later("stumble_for_a_test")
    later("count_for_a_test", number=1)
    worker.start()
    assert soon(lambda: counted == [1] and states() == [("stumble_for_a_test", "todo")])


@pytest.mark.database
class TestProgress:
    def about(self) -> UUID:
        return uuid7()

    def test_it_is_said_in_words(self) -> None:
        about = self.about()
        begin(kind=ProgressKind.TELLING, about=about, total=10_000, at=NOON)
        advance(kind=ProgressKind.TELLING, about=about, by=4_200, at=NOON)
        assert str(progress_of(about, kind=ProgressKind.TELLING)) == "4,200 of 10,000 told"
        assert progress_of(about, kind=ProgressKind.MOVING) is None

    def test_the_last_of_it_ends_it(self) -> None:
        about = self.about()
        begin(kind=ProgressKind.MOVING, about=about, total=3, at=NOON)
        advance(kind=ProgressKind.MOVING, about=about, by=2, at=NOON)
        assert Progress.objects.get(about=about).ended_at is None
        advance(kind=ProgressKind.MOVING, about=about, by=2, at=NOON)
        row = Progress.objects.get(about=about)
        assert (row.done, row.ended_at) == (3, NOON)

    def test_nothing_to_do_has_ended_and_what_shrank_ends_early(self) -> None:
        nothing = begin(kind=ProgressKind.PULLING, about=self.about(), total=0, at=NOON)
        assert nothing.ended_at == NOON
        about = self.about()
        begin(kind=ProgressKind.PULLING, about=about, total=5, at=NOON)
        advance(kind=ProgressKind.PULLING, about=about, by=4, at=NOON)
        end(kind=ProgressKind.PULLING, about=about, at=NOON)
        assert str(progress_of(about, kind=ProgressKind.PULLING)) == "4 of 4 read"
