"""Silence: reminded, brought to somebody else, told; within manners and the time there is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from tests.cases.company import FRIDAY, Company
from tests.cases.conftest import Clock
from tests.cases.post import Post, work

from doorstep.cases.answer_ask import answer_ask
from doorstep.cases.models import Ask, Case, Home, Timer
from doorstep.cases.move_needed_by import move_needed_by
from doorstep.cases.promise import promise
from doorstep.cases.remind_now import remind_now
from doorstep.cases.resume import resume
from doorstep.cases.start_case import start_case
from doorstep.cases.status import status_of
from doorstep.cases.suspend import suspend
from doorstep.cases.sweep import next_due, sweep
from doorstep.people.models import Absence, Assistant

NEW_YORK = ZoneInfo("America/New_York")
pytestmark = pytest.mark.database

ONE = """\
# Sign something

- Owner: vera@northwind.example
- Called: {client}

| Fact | Kind | From |
|---|---|---|
| client | text | whoever starts |

## Sign off the contract

- Who: Legal counsel
- Approve: {client}
- If rejected: go on

## Tell the client

- Tell: whoever started this

> {client} is done.
"""


def started(company: Company, *, needed_by: datetime | None = None, text: str = ONE) -> UUID:
    version = company.publish(text)
    case_id = start_case(
        version_id=version, facts={"client": "Halden"}, by=company.ana, needed_by=needed_by, zone="America/New_York"
    ).case_id
    go_on()
    return case_id


def go_on() -> None:
    """Let everything happen that is due or queued now."""
    for _ in range(20):
        if not sweep() + work():
            return


def until(clock: Clock, at: datetime) -> None:
    """Let time pass, from one thing due to the next."""
    while (due := next_due()) is not None and due <= at:
        clock.at = max(clock.at, due)
        go_on()
    clock.at = at
    go_on()


def mail_to(post: Post, short: str) -> list[str]:
    return [one.purpose for one in post.sent if one.to == f"{short}@northwind.example"]


def test_an_ask_is_reminded_halfway_and_then_each_working_day(company: Company, post: Post, clock: Clock) -> None:
    started(company)
    assert mail_to(post, "mira") == ["ask"]
    until(clock, FRIDAY + timedelta(days=12))
    assert mail_to(post, "mira") == ["ask", "reminder", "reminder", "reminder", "reminder"]
    assert post.last("mira").headline.startswith("A reminder: please sign off the contract for Halden")
    assert post.last("mira").earlier[0].startswith("<")


def test_reminders_keep_to_working_hours(company: Company, post: Post, clock: Clock) -> None:
    started(company)
    for _ in range(30):
        due = next_due()
        if due is None:
            break
        before = len(post.sent)
        until(clock, due)
        if "reminder" in [one.purpose for one in post.sent[before:]]:
            local = clock.at.astimezone(NEW_YORK)
            assert local.weekday() < 5
            assert 9 <= local.hour < 17


def test_silence_is_chased_backwards_from_needed_by(company: Company, post: Post, clock: Clock) -> None:
    Assistant.objects.create(person=company.people["mira"], assistant=company.people["bob"], kinds=["approve"])
    needed = FRIDAY + timedelta(hours=2)
    case_id = started(company, needed_by=needed)
    closing = post.last("mira").closing
    assert closing == "If we hear nothing we remind you at 17:00 and ask Bob Stone at 17:20."
    said = status_of(Case.objects.get(id=case_id), reader=company.ana).words
    assert said.headline == "With the client by 18:00 if Mira answers by 17:20."
    until(clock, needed)
    assert mail_to(post, "mira")[:2] == ["ask", "reminder"]
    assert mail_to(post, "bob")[0] == "ask"
    assert Home.objects.filter(addressee=f"p:{company.bob}").count() == 1


def test_the_stand_in_answers_without_reassignment(company: Company, post: Post, clock: Clock) -> None:
    day = FRIDAY.date()
    Absence.objects.create(person=company.people["mira"], first=day, last=day, stand_in=company.people["bob"])
    case_id = started(company)
    assert mail_to(post, "bob") == ["ask"]
    ask = Ask.objects.get(case_id=case_id)
    answer_ask(ask_id=ask.id, outcome="approved", by=company.bob, proof="mail")
    go_on()
    assert Case.objects.get(id=case_id).status == "done"
    withdrawn = [letter for letter, _ in post.withdrawn if letter.to == "mira@northwind.example"]
    assert [one.headline for one in withdrawn] == [
        "“Sign off the contract” for Halden is settled: approved by Bob Stone."
    ]


def test_silence_goes_up_the_chain(company: Company, post: Post, clock: Clock) -> None:
    mira = company.people["mira"]
    mira.manager = company.people["bob"]
    mira.save()
    started(company)
    until(clock, FRIDAY + timedelta(days=20))
    assert [one.headline for one in post.sent if one.to == "bob@northwind.example"] == [
        "Halden: “Sign off the contract” waits for an answer."
    ]
    assert [one.headline for one in post.sent if one.to == "vera@northwind.example"] == [
        "Halden: “Sign off the contract” waits for an answer."
    ]


def test_a_promise_rests_the_chase_and_a_late_one_goes_to_the_starter(
    company: Company, post: Post, clock: Clock
) -> None:
    needed = FRIDAY + timedelta(hours=2)
    case_id = started(company, needed_by=needed)
    ask = Ask.objects.get(case_id=case_id)
    promise(ask_id=ask.id, until=FRIDAY + timedelta(days=4), by=company.mira, words="Tuesday")
    go_on()
    assert post.last("ana").headline.endswith("is promised for later than it is needed.")
    until(clock, needed - timedelta(minutes=1))
    assert mail_to(post, "mira") == ["ask"]
    move_needed_by(case_id=case_id, needed_by=FRIDAY + timedelta(days=5), by=company.ana)
    said = status_of(Case.objects.get(id=case_id), reader=company.ana).words
    assert said.headline.startswith("With the client by ")


def test_the_starter_is_warned_once_when_it_will_not_make_it(company: Company, post: Post, clock: Clock) -> None:
    started(company, needed_by=FRIDAY + timedelta(hours=2))
    until(clock, FRIDAY + timedelta(hours=3))
    warnings = [one for one in post.sent if one.headline == "Halden: It may not make it."]
    assert len(warnings) in (1, 2)  # unlikely first, then missed
    assert warnings[-1].paragraphs


def test_a_reminder_by_hand(company: Company, post: Post, clock: Clock) -> None:
    case_id = started(company)
    remind_now(ask_id=Ask.objects.get(case_id=case_id).id, by=company.ana)
    go_on()
    assert mail_to(post, "mira") == ["ask", "reminder"]


def test_a_case_that_rests_is_not_chased_and_its_dues_move_along(company: Company, post: Post, clock: Clock) -> None:
    case_id = started(company)
    due = Ask.objects.get(case_id=case_id).due_at
    suspend(case_id=case_id, by=company.ana, reason="The client is away.")
    until(clock, FRIDAY + timedelta(days=7))
    assert mail_to(post, "mira") == ["ask"]
    resume(case_id=case_id, by=company.ana, reason="Back.")
    ask = Ask.objects.get(case_id=case_id)
    assert due is not None
    assert ask.due_at == due + timedelta(days=7)
    assert Timer.objects.get(case_id=case_id, purpose="due", state="open").due_at == ask.due_at


def test_if_late_asks_somebody_else_as_the_page_says(company: Company, post: Post, clock: Clock) -> None:
    text = ONE.replace(
        "- If rejected: go on", "- If rejected: go on\n- Due: 1 hour\n- If late: also ask bob@northwind.example"
    )
    case_id = started(company, text=text)
    until(clock, FRIDAY + timedelta(days=4))
    asks = Ask.objects.filter(case_id=case_id).order_by("asked_at").values_list("purpose", "display")
    assert list(asks) == [("ask", "Mira Holt"), ("also", "Bob Stone")]


@pytest.mark.parametrize(
    ("day", "hour", "due"),
    [
        (date(2026, 3, 6), 21, datetime(2026, 3, 10, 20, 0, tzinfo=UTC)),  # two working days, over the spring change
        (date(2026, 10, 30), 18, datetime(2026, 11, 3, 19, 0, tzinfo=UTC)),  # and over the autumn one
    ],
)
def test_dues_keep_to_the_wall_clock_over_summer_time(
    company: Company, clock: Clock, day: date, hour: int, due: datetime
) -> None:
    clock.at = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    case_id = started(company)
    assert Ask.objects.get(case_id=case_id).due_at == due
