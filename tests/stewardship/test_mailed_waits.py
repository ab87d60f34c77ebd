"""Lines that wait for their sender's go: they stand on Home, are reminded of once, and lapse in so many words."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from pytest_django import DjangoAssertNumQueries
from tests.cases.company import FRIDAY, Company
from tests.cases.post import Post, work
from tests.stewardship.conftest import Clock
from tests.stewardship.mailed import LINES, SHOWN, answered, sent, with_contract, written

from doorstep.cases.models import Case
from doorstep.connections.models import Connection
from doorstep.people.models import Absence, Person
from doorstep.stewardship.mailed_waits import attend_mailed, lines_waiting
from doorstep.stewardship.models import MailedLines
from doorstep.stewardship.waiting import waiting_for

pytestmark = pytest.mark.database

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def chase(company: Company, post: Post, clock: Clock) -> None:
    Connection.objects.update(config={"address": "doorstep@northwind.example", "chase": "chase@northwind.example"})
    clock.is_at(FRIDAY)


def later(clock: Clock, at: datetime) -> int:
    """Let time pass, and the worker do what is due."""
    done = attend_mailed(clock.is_at(at))
    work()
    return done


def waits(person: UUID) -> list[tuple[str, str]]:
    return [(one.kind, one.name) for one in waiting_for(person, at=FRIDAY)]


def test_what_waits_for_a_go_stands_on_home_until_it_is_said(company: Company, post: Post) -> None:
    sent(written("Sam checks the site"))
    made = MailedLines.objects.get()
    (row,) = lines_waiting(company.ana, FRIDAY)
    assert (row.kind, row.name, row.path) == ("lines", "Start “Halden launch”?", f"/lines/?mailed={made.id}")
    assert (row.since - FRIDAY < HOUR, row.due_at) == (True, made.lapses_at)
    assert waits(company.sam) == []
    answered(post.last("ana", "lines"), "go")
    assert waits(company.ana) == []


def test_what_is_not_clear_waits_to_be_said_more_clearly(company: Company, post: Post) -> None:
    sent(written("Miro approves the discount"))
    assert waits(company.ana) == [("lines", "Say what “Halden launch” means")]
    answered(post.last("ana", "lines"), "Mira approves the discount")
    assert waits(company.ana) == [("lines", "Start “Halden launch”?")]


@pytest.mark.parametrize("number", [1, 3])
def test_any_number_of_them_costs_one_query(
    company: Company, post: Post, number: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for one in range(number):
        sent(written(f"Sam checks the site {one}"))
    with django_assert_num_queries(1):
        assert len(lines_waiting(company.ana, FRIDAY)) == number


def test_said_no_it_waits_no_longer(company: Company, post: Post, clock: Clock) -> None:
    sent(written("Sam checks the site"))
    answered(post.last("ana", "lines"), "no")
    assert (waits(company.ana), later(clock, FRIDAY + 30 * DAY), len(post.sent)) == ([], 0, 1)


def test_it_is_reminded_of_once_on_the_next_working_day(company: Company, post: Post, clock: Clock) -> None:
    sent(written("Sam checks the site"))
    assert later(clock, FRIDAY + 2 * DAY) == 0  # Sunday
    assert later(clock, FRIDAY + 3 * DAY + HOUR) == 1
    letter = post.last("ana", "lines")
    assert letter.headline == "You have not said yet: shall I start it?"
    assert letter.paragraphs == ("Sam Ortiz checks the site.",)
    assert letter.closing.endswith("Nobody has been asked. It waits for you until Friday 16:00.")
    assert [later(clock, FRIDAY + 3 * DAY + n * HOUR) for n in range(2, 30)] == [0] * 28
    assert answered(letter, "go") == "started"


def test_what_is_needed_today_is_reminded_of_half_way_there(company: Company, post: Post, clock: Clock) -> None:
    sent(with_contract(written(LINES)))
    assert post.last("ana", "lines").closing.endswith("It waits for you until 18:00.")
    assert later(clock, FRIDAY + timedelta(minutes=50)) == 0
    assert later(clock, FRIDAY + timedelta(minutes=65)) == 1
    assert post.last("ana", "lines").headline == "You have not said yet: shall I start it?"
    assert later(clock, FRIDAY + timedelta(minutes=121)) == 1
    letter = post.last("ana", "lines")
    assert letter.headline == "Nothing was started, for you did not say go."
    assert letter.paragraphs[0] == "It waited for you until 18:00. Nobody has been asked."
    assert (waits(company.ana), Case.objects.count()) == ([], 0)


def test_what_is_needed_in_a_few_minutes_is_not_reminded_of(company: Company, post: Post, clock: Clock) -> None:
    clock.is_at(FRIDAY + timedelta(minutes=95))
    sent(written("Sam checks the site, all by 18:00"))
    assert later(clock, FRIDAY + timedelta(minutes=119)) == 0
    assert later(clock, FRIDAY + timedelta(minutes=121)) == 1
    assert [letter.headline for letter in post.sent][1:] == ["Nothing was started, for you did not say go."]


def test_after_a_week_it_lapses_and_says_so_once(company: Company, post: Post, clock: Clock) -> None:
    sent(written("Sam checks the site"))
    later(clock, FRIDAY + 3 * DAY + HOUR)
    assert later(clock, FRIDAY + 7 * DAY + HOUR) == 1
    letter = post.last("ana", "lines")
    assert (letter.headline, letter.paragraphs) == (
        "Nothing was started, for you did not say go.",
        ("It waited for you until 16:00. Nobody has been asked.", "Sam Ortiz checks the site."),
    )
    assert (later(clock, FRIDAY + 60 * DAY), len(post.sent), waits(company.ana)) == (0, 3, [])


def test_go_to_what_lapsed_shows_it_once_more_before_anybody_is_asked(
    company: Company, post: Post, clock: Clock
) -> None:
    sent(written("Sam checks the site"))
    later(clock, FRIDAY + 4 * DAY)
    later(clock, FRIDAY + 8 * DAY)
    assert answered(post.last("ana", "lines"), "go") == SHOWN
    assert (Case.objects.count(), waits(company.ana)) == (0, [("lines", "Start “Halden launch”?")])
    letter = post.last("ana", "lines")
    assert letter.headline == "This is what I understood. Shall I start it?"
    assert letter.paragraphs[0].startswith("It had lapsed")
    assert answered(letter, "go") == "started"


def test_what_was_not_clear_lapses_without_another_letter(company: Company, post: Post, clock: Clock) -> None:
    sent(written("Miro approves the discount"))
    assert later(clock, FRIDAY + 3 * DAY + HOUR) == 0
    assert later(clock, FRIDAY + 8 * DAY) == 1
    assert (len(post.sent), waits(company.ana)) == (1, [])


def test_whoever_left_is_not_written_to(company: Company, post: Post, clock: Clock) -> None:
    sent(written("Sam checks the site"))
    Person.objects.filter(id=company.ana).update(left_on=(FRIDAY + DAY).date())
    later(clock, FRIDAY + 4 * DAY)
    later(clock, FRIDAY + 8 * DAY)
    assert (len(post.sent), MailedLines.objects.get().state) == (1, "lapsed")


def test_whoever_is_away_is_reminded_when_they_are_back(company: Company, post: Post, clock: Clock) -> None:
    monday = (FRIDAY + 3 * DAY).date()
    Absence.objects.create(person=company.people["ana"], first=monday, last=monday)
    sent(written("Sam checks the site"))
    assert later(clock, FRIDAY + 3 * DAY + HOUR) == 0
    assert later(clock, FRIDAY + 4 * DAY + HOUR) == 1


def test_whoever_is_away_for_years_is_not_reminded_and_hears_that_it_lapsed(
    company: Company, post: Post, clock: Clock
) -> None:
    last = (FRIDAY + 1900 * DAY).date()
    Absence.objects.create(person=company.people["ana"], first=FRIDAY.date() + DAY, last=last)
    assert sent(written("Sam checks the site")) == SHOWN
    assert later(clock, FRIDAY + 6 * DAY) == 0
    assert later(clock, FRIDAY + 8 * DAY) == 1
    assert post.last("ana", "lines").headline == "Nothing was started, for you did not say go."
