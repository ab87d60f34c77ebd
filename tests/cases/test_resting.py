"""A connection that loses its credentials: its work waits, and whoever can mend it hears of it once."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.cases.company import FRIDAY, Company
from tests.cases.post import Post, Tracker, work

from doorstep.cases.models import Action, Case
from doorstep.cases.start_case import start_case
from doorstep.connections.models import Connection
from doorstep.connections.resume import resume
from doorstep.people.models import Account
from doorstep.plugin_api import ConnectionPaused

pytestmark = pytest.mark.database

SET = """\
# Close it

- Owner: vera@northwind.example

| Fact | Kind | From |
|---|---|---|
| release | Jira issue | whoever starts |

## Close the release

- Set: release.Phase = "Live"
"""
WHY = "Jira no longer accepts our sign-in. Give the connection a new token."


@pytest.fixture
def jira(company: Company, post: Post, tracker: Tracker) -> Connection:
    """The tracker's connection, owned by Eve, once its credentials have gone and two writes have met that."""
    row = Connection.objects.get(name="tracker")
    row.owner = company.people["eve"]
    row.save()
    version = company.publish(SET)
    for key in ("DEP-1", "DEP-2"):
        tracker.put(key, Phase="Built")
        start_case(version_id=version, facts={"release": key}, by=company.ana, at=FRIDAY)
    tracker.fails = [ConnectionPaused(WHY) for _ in range(9)]
    work()
    return row


def test_its_owner_is_written_to_once(post: Post, jira: Connection) -> None:
    told = [one for one in post.sent if one.to == "eve@northwind.example"]
    assert [one.headline for one in told] == [f"The connection tracker is paused: {WHY}"]
    assert told[0].paragraphs[1].startswith("To mend it, open Connections")


def test_without_an_owner_the_administrators_are(company: Company, post: Post, jira: Connection) -> None:
    from doorstep.cases.deliver import paused

    resume(connection=jira.id)
    Connection.objects.filter(id=jira.id).update(owner=None)
    company.people["bob"].administrator = True
    company.people["bob"].save()
    jira.refresh_from_db()
    paused(jira, WHY)
    assert post.last("bob").subject == "tracker is paused"


def test_its_work_waits_and_goes_on_by_itself(tracker: Tracker, jira: Connection) -> None:
    assert not Case.objects.filter(status="done").exists()
    tracker.fails.clear()
    resume(connection=jira.id)
    Action.objects.update(not_before=FRIDAY)
    work()
    assert sorted(Case.objects.values_list("status", flat=True)) == ["done", "done"]
    assert sorted(key for key, _, _ in tracker.written) == ["DEP-1", "DEP-2"]


def test_where_no_mail_goes_home_says_it(company: Company, post: Post, jira: Connection) -> None:
    from doorstep.cases.deliver import paused

    eve = company.people["eve"]
    eve.administrator = True
    eve.account = Account.objects.create(email=eve.email)
    eve.save()
    mail = Connection.objects.get(name="mail")
    paused(mail, "The mail server refused the password.")  # with no other way to write, nothing falls over
    client = Client()
    client.force_login(eve.account)
    said = client.get("/").content.decode()
    assert "Mend the connection tracker" in said
    assert WHY in said
    assert "Mend the connection mail" in said  # it has no owner, so it is every administrator's
