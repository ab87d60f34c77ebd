"""What a screen reads several times is read once, and nothing is kept beyond it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test.utils import CaptureQueriesContext

from doorstep.library.models import Process
from doorstep.library.seen import seen_by
from doorstep.people.models import Person
from doorstep.people.once import once, reading
from doorstep.web.middleware import ReadOnce


def test_outside_a_screen_everything_is_read_anew() -> None:
    numbers = iter((1, 2))
    assert [once("key", lambda: next(numbers)) for _ in range(2)] == [1, 2]


def test_within_a_screen_it_is_read_once_and_nothing_is_kept_beyond() -> None:
    numbers = iter((1, 2, 3))
    with reading():
        assert [once("key", lambda: next(numbers)) for _ in range(2)] == [1, 1]
        assert once("another key", lambda: next(numbers)) == 2
    with reading():
        assert once("key", lambda: next(numbers)) == 3


def test_nothing_is_one_of_the_things_that_are_kept() -> None:
    found = iter((None, "something"))
    with reading():
        assert [once("key", lambda: next(found)) for _ in range(2)] == [None, None]


@pytest.mark.parametrize(("method", "numbers"), [("GET", [1, 1]), ("HEAD", [1, 1]), ("POST", [1, 2])])
def test_only_what_acts_on_nothing_reads_once(method: str, numbers: list[int]) -> None:
    left = iter((1, 2))
    said: list[int] = []

    def view(_request: HttpRequest) -> HttpResponse:
        said.extend(once("key", lambda: next(left)) for _ in range(2))
        return HttpResponse()

    request = HttpRequest()
    request.method = method
    ReadOnce(view)(request)
    assert said == numbers


@pytest.mark.database
def test_what_somebody_may_meet_is_asked_once_a_screen(db: None) -> None:
    ana = Person.objects.create(name="Ana Marsh", email="ana@x.example")
    with reading(), CaptureQueriesContext(connection) as queries:
        assert [seen_by(ana.id) == seen_by(ana.id), Process.objects.filter(seen_by(ana.id)).exists()] == [True, False]
    assert len(queries) == 2
    Person.objects.filter(id=ana.id).update(administrator=True)
    with reading():
        assert not seen_by(ana.id)
