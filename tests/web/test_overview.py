"""What is derived from a page: who does what, its systems, where it is used, its controls, its picture as a file."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.web.office import Office, text_of

from doorstep.library.models import Process, Use
from doorstep.library.publish import publish
from doorstep.stewardship.propose import propose

pytestmark = pytest.mark.database
KEY = "close-a-client-project"
AUDIT = """\
# Audit a {name}

- Owner: vera@northwind.example
- Group: Money
- Control: SOX-{name}

| Fact | Kind | From |
|---|---|---|
| issue | Jira issue | whoever starts |

## Look

- Who: Legal counsel
- Control: SOX-14

Read [how a project is closed](/library/close-a-client-project/) first.
"""


def audit(office: Office, name: str = "7") -> Process:
    office.published(AUDIT.format(name=name))
    return Process.objects.get(key=f"audit-a-{name}")


def test_a_page_says_who_does_what_and_where_it_is_used(office: Office) -> None:
    audit(office)
    bob = office.client("bob")
    assert f"/library/{KEY}/overview" in bob.get(f"/library/{KEY}/").content.decode()
    html = text_of(bob.get(f"/library/{KEY}/overview").content)
    assert "Step Delivery engineer vera@northwind.example Legal counsel" in html
    assert "Sign off the contract RA" in html.replace("  ", " ")
    assert "Systems it uses None but Doorstep and mail." in html
    assert "Where it is used Audit a 7" in html
    of_it = text_of(bob.get("/library/audit-a-7/overview").content)
    assert "Systems it uses Jira · what else uses it" in of_it
    assert "Controls SOX-7 · the whole page SOX-14 · Look" in of_it
    assert text_of(bob.get("/library/?system=Jira").content).count("Audit a 7") == 1
    assert "Close a client project" not in text_of(bob.get("/library/?system=Jira").content)


def test_a_page_nobody_may_meet_is_used_nowhere(office: Office) -> None:
    process = audit(office)
    Process.objects.filter(id=process.id).update(restricted=True)
    bob = office.client("bob")
    assert "Audit a 7" not in text_of(bob.get(f"/library/{KEY}/overview").content)
    assert "Audit a 7" not in text_of(bob.get("/controls/").content)
    assert (
        bob.get("/library/audit-a-7/overview").status_code,
        bob.get("/library/audit-a-7/1/flow.svg").status_code,
    ) == (
        404,
        404,
    )


def test_the_register_of_controls_is_found_and_taken_along(office: Office) -> None:
    office.published("# =Odd\n\n- Owner: vera@northwind.example\n- Control: =1+1\n\nText.\n")
    audit(office)
    bob = office.client("bob")
    html = text_of(bob.get("/controls/").content)
    assert "SOX-14 Audit a 7, “Look” · Vera Lind · Money" in html
    assert "SOX-7 Audit a 7 · Vera Lind · Money" in html
    assert "No page in force has a control like “ISO”." in text_of(bob.get("/controls/?q=ISO").content)
    file = bob.get("/controls.csv?q=sox").content.decode()
    assert list(csv.reader(StringIO(file))) == [
        ["Control", "Page", "Step", "Group", "Answers for it", "Address"],
        ["SOX-14", "Audit a 7", "Look", "Money", "Vera Lind", "/library/audit-a-7/"],
        ["SOX-7", "Audit a 7", "", "Money", "Vera Lind", "/library/audit-a-7/"],
    ]
    odd = bob.get("/controls.csv?q==1").content.decode()
    assert "'=1+1,'=Odd" in odd


def test_what_a_newer_version_no_longer_uses_is_forgotten(office: Office) -> None:
    process = audit(office)
    text = (
        AUDIT.format(name="7").replace("- Control: SOX-14\n", "").replace("| issue | Jira issue |", "| issue | text |")
    )
    publish(text=text, by=office.vera)
    assert list(Use.objects.filter(process=process).values_list("what", "name")) == [
        ("control", "SOX-7"),
        ("page", KEY),
    ]


@pytest.mark.parametrize("path", ["/controls/", f"/library/{KEY}/overview", "/library/?system=Jira"])
def test_three_pages_cost_as_many_queries_as_one(office: Office, path: str) -> None:
    audit(office)
    first = queries(office, path)
    audit(office, "8")
    audit(office, "9")
    assert queries(office, path) == first


def queries(office: Office, path: str) -> int:
    client = office.client("bob")
    client.get(path)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


def test_the_flow_is_a_file_that_stands_alone_and_can_do_nothing(office: Office) -> None:
    bob = office.client("bob")
    answer = bob.get(f"/library/{KEY}/1/flow.svg")
    assert (answer.headers["Content-Type"], answer.content[:5]) == ("image/svg+xml; charset=utf-8", b"<svg ")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["Content-Disposition"] == f'inline; filename="{KEY}-1.svg"'
    office.published("# Words\n\n- Owner: vera@northwind.example\n\nText.\n")
    assert bob.get("/library/words/1/flow.svg").status_code == 404
    empty = text_of(bob.get("/library/words/overview").content)
    assert "This page has no steps, so nobody does anything in it." in empty


def test_the_flow_of_a_draft_is_its_writers_alone(office: Office) -> None:
    process = Process.objects.get(key=KEY)
    draft = propose(process=process.id, step="", sentence="", by=office.sam)
    path = f"/proposal/{draft.id}/flow.svg"
    assert office.client("sam").get(path).content[:5] == b"<svg "
    assert office.client("mira").get(path).status_code == 404
    assert path in office.client("sam").get(f"/proposal/{draft.id}/edit").content.decode()
