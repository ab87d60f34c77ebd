"""A connection that loses its credentials: its work waits, and whoever can mend it hears of it once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from tests.cases.company import FRIDAY, Company
from tests.cases.post import Post, Tracker, work

from doorstep.cases.models import Action, Case
from doorstep.cases.resting import warn_of_ends
from doorstep.cases.start_case import start_case
from doorstep.connections.by_file import take_over
from doorstep.connections.errors import NotUsable
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


# -- What ends soon --------------------------------------------------------------------------------------


def ending(company: Company, on: str) -> None:
    """Let Vera own a connection whose token ends on a day."""
    Connection.objects.filter(name="tracker").update(config={"expires": on}, owner=company.vera)


def told(post: Post) -> list[str]:
    return [one.headline for one in post.sent if one.to == "vera@northwind.example"]


def test_thirty_days_before_a_sign_in_ends_its_owner_is_told_once(
    company: Company, post: Post, tracker: Tracker
) -> None:
    ending(company, "2026-04-05")
    assert (warn_of_ends(FRIDAY - timedelta(days=1)), told(post)) == (0, [])
    assert [warn_of_ends(FRIDAY + timedelta(days=day)) for day in range(5)] == [1, 0, 0, 0, 0]
    assert told(post) == ["What the connection tracker signs in with ends on 5 April 2026."]
    assert post.sent[-1].subject == "tracker needs a new sign-in by 5 April"


def test_a_new_day_is_told_of_anew(company: Company, post: Post, tracker: Tracker) -> None:
    ending(company, "2026-03-10")
    warn_of_ends(FRIDAY)
    ending(company, "2027-03-10")
    assert warn_of_ends(FRIDAY) == 0
    assert warn_of_ends(FRIDAY + timedelta(days=345)) == 1
    assert len(told(post)) == 2


def test_without_a_day_nothing_is_told(company: Company, post: Post, tracker: Tracker) -> None:
    Connection.objects.filter(name="tracker").update(owner=company.vera)
    assert (warn_of_ends(FRIDAY), post.sent) == (0, [])


def test_what_is_no_day_is_refused_with_a_sentence() -> None:
    settings = {"kind": "jira", "site": "https://x.example", "expires": "next year"}
    with pytest.raises(NotUsable, match=r"Expected the day its sign-in ends, such as 2027-03-12, but got “next year”"):
        take_over({"connections": {"Jira": settings}})


def test_a_day_in_the_file_may_be_written_as_toml_has_it() -> None:
    settings = {"kind": "jira", "site": "https://x.example", "expires": date(2027, 3, 12)}
    (row,) = take_over({"connections": {"Jira": settings}})
    assert row.config["expires"] == "2027-03-12"
