"""Monday at 8: Home by mail for those who do not sign in, if there is something to say, and if they want it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from tests.cases.company import Company
from tests.cases.post import Post, came, mail, work
from tests.cases.test_worker import FACTS
from tests.stewardship.conftest import Clock

from doorstep.cases.models import Delivery
from doorstep.cases.start_case import start_case
from doorstep.people.errors import NotAllowed
from doorstep.people.models import Absence, Account, Person
from doorstep.plugin_api import Letter
from doorstep.stewardship.digest import gather_digests
from doorstep.stewardship.models import Note, NoteKind
from doorstep.stewardship.monday_mail import set_mondays, wants_mondays, write_mondays

pytestmark = pytest.mark.database
EIGHT = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)
"""Monday 8 a.m. in New York, where the clocks went forward the day before."""

WEEK = timedelta(days=7)


def monday(at: datetime, clock: Clock) -> None:
    clock.is_at(at)
    write_mondays(at)
    gather_digests(at)
    work()


def letters(post: Post) -> dict[str, Letter]:
    return {one.to_name: one for one in post.sent if one.purpose == "digest"}


@pytest.fixture
def running(company: Company, post: Post) -> UUID:
    """Ana started something on Friday that waits for Sam and others."""
    at = EIGHT - timedelta(days=2, hours=15)
    case = start_case(version_id=company.publish(), facts=FACTS, by=company.ana, at=at).case_id
    work()
    post.sent.clear()
    Delivery.objects.update(handed_at=at)
    return case


def test_it_is_home_for_whom_there_is_something_to_say(
    company: Company, post: Post, running: UUID, clock: Clock
) -> None:
    monday(EIGHT, clock)
    found = letters(post)
    assert "Bob Stone" not in found
    assert [(one.heading, one.text) for one in found["Sam Ortiz"].news] == [
        ("Waits for you", "Confirm the deployment — Halden Foods: Web shop, late")
    ]
    assert [one.heading for one in found["Ana Marsh"].news] == ["You wait for"]
    assert (found["Sam Ortiz"].subject, found["Sam Ortiz"].unsubscribe) == ("Your week", True)
    post.sent.clear()
    monday(EIGHT + timedelta(hours=1), clock)
    assert letters(post) == {}


@pytest.mark.parametrize("at", [EIGHT - timedelta(minutes=1), EIGHT + timedelta(days=1), EIGHT - timedelta(days=1)])
def test_before_eight_and_on_other_days_nothing_is_written(
    company: Company, post: Post, running: UUID, clock: Clock, at: datetime
) -> None:
    monday(at, clock)
    assert letters(post) == {}


def test_it_is_eight_where_they_are(company: Company, post: Post, running: UUID, clock: Clock) -> None:
    Person.objects.filter(id=company.sam).update(zone="Europe/Berlin")
    berlin = EIGHT.replace(hour=7)
    monday(berlin, clock)
    assert set(letters(post)) == {"Sam Ortiz"}


def test_who_signed_in_lately_has_seen_home(company: Company, post: Post, running: UUID, clock: Clock) -> None:
    account = Account.objects.create(email="sam@northwind.example", last_login=EIGHT - timedelta(days=2))
    Person.objects.filter(id=company.sam).update(account=account)
    monday(EIGHT, clock)
    assert "Sam Ortiz" not in letters(post)


def test_who_is_away_gets_it_when_they_are_back(company: Company, post: Post, running: UUID, clock: Clock) -> None:
    Absence.objects.create(person_id=company.sam, first=EIGHT.date(), last=EIGHT.date())
    monday(EIGHT, clock)
    assert "Sam Ortiz" not in letters(post)
    later = clock.is_at(EIGHT + timedelta(days=1, hours=1))
    gather_digests(later)
    work()
    assert "Sam Ortiz" in letters(post)


def test_a_reply_ends_it_and_asks_come_all_the_same(company: Company, post: Post, running: UUID, clock: Clock) -> None:
    monday(EIGHT, clock)
    assert came(mail(letters(post)["Sam Ortiz"], "Unsubscribe")) == "unsubscribed: no more Monday mails"
    assert not wants_mondays(company.sam)
    post.sent.clear()
    monday(EIGHT + WEEK, clock)
    assert "Sam Ortiz" not in letters(post)
    assert "Mira Holt" in letters(post)


def test_only_oneself_or_an_administrator_says_so(company: Company) -> None:
    with pytest.raises(NotAllowed):
        set_mondays(person=company.sam, wanted=False, by=company.bob, at=EIGHT)
    set_mondays(person=company.sam, wanted=False, by=company.sam, at=EIGHT)
    assert not Note.objects.filter(kind=NoteKind.MONDAY).exists()
