"""What a run says of the messages about its asks, however many hold the role that is asked."""

from __future__ import annotations

from uuid import UUID

import pytest
from tests.cases.company import FRIDAY, Company
from tests.cases.post import Post
from tests.cases.test_chase import ONE, started

from doorstep.cases.gathered import Sent, gather
from doorstep.cases.models import Ask, Case, Delivery
from doorstep.cases.status import status_of
from doorstep.chase.run import Down
from doorstep.connections.models import Connection, State
from doorstep.people.models import Membership, Role

pytestmark = pytest.mark.database


@pytest.fixture
def run(company: Company, post: Post) -> UUID:
    """A run that asks a role of three."""
    role = Role.objects.get(name="Legal counsel")
    Membership.objects.bulk_create(Membership(person=company.people[one], role=role) for one in ("bob", "eve"))
    company.publish(ONE)
    return started(company)


def said_by(run: UUID) -> tuple[str, str]:
    """Return by which channel the ask of a run went, and how far the message is."""
    (waits,) = status_of(Case.objects.get(id=run), at=FRIDAY).run.waiting
    return waits.channel, waits.state


def test_of_the_messages_to_a_role_one_is_read(run: UUID) -> None:
    ask = Ask.objects.get(case_id=run)
    assert Delivery.objects.filter(about=str(ask.id)).count() == 3
    assert gather([Case.objects.get(id=run)], at=FRIDAY).first == {ask.id: Sent("e-mail", "handed over", None)}


def test_it_is_the_first_that_was_not_taken_back(run: UUID) -> None:
    assert said_by(run) == ("e-mail", "handed over")
    first, second, _ = Delivery.objects.filter(case_id=run, purpose="ask").order_by("position", "id")
    Delivery.objects.filter(id=first.id).update(seen_at=FRIDAY)
    assert said_by(run) == ("e-mail", "seen")
    Delivery.objects.filter(id=first.id).update(state="withdrawn")
    assert said_by(run) == ("e-mail", "handed over")
    Delivery.objects.filter(id=second.id).update(seen_at=FRIDAY)
    assert said_by(run) == ("e-mail", "seen")


def test_without_a_message_nothing_is_said_of_one(run: UUID) -> None:
    Delivery.objects.filter(case_id=run).update(state="withdrawn")
    assert said_by(run) == ("", "")


def test_what_waits_for_a_connection_that_is_down_says_so(run: UUID) -> None:
    Connection.objects.filter(name="mail").update(state=State.PAUSED, paused_at=FRIDAY)
    Delivery.objects.filter(case_id=run).update(state="queued")
    case = Case.objects.get(id=run)
    assert status_of(case, at=FRIDAY).run.down == (Down("mail", FRIDAY),)
    Delivery.objects.filter(case_id=run).update(state="handed over")
    assert status_of(case, at=FRIDAY).run.down == ()


def test_what_goes_another_way_does_not_wait_for_it(run: UUID) -> None:
    Connection.objects.create(name="tracker", kind="jira", state=State.PAUSED, paused_at=FRIDAY)
    Delivery.objects.filter(case_id=run).update(state="queued")
    assert status_of(Case.objects.get(id=run), at=FRIDAY).run.down == ()
