"""Lists in pages: what is not on the first is on the second, and three rows cost as many queries as one."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cases.company import FRIDAY
from tests.web.office import CLOSE, POLICY, Office, text_of

from doorstep.cases.directory import forget
from doorstep.cases.models import Case
from doorstep.cases.start_case import start_case
from doorstep.library.give_right import grant
from doorstep.library.models import Group, Process, Right
from doorstep.people.models import Membership, Person, Role
from doorstep.stewardship.own.accept import accept
from doorstep.stewardship.own.turn import turn
from doorstep.stewardship.propose import propose
from doorstep.web.views import groups, history, home, orphans, owning, people, proposals, running, sharing, stuck

pytestmark = pytest.mark.database
NAMES = ("Alpha", "Beta", "Gamma")
STUCK = "# Order {}\n\n- Owner: vera@northwind.example\n\n## Agree to it\n\n- Who: manager of whoever started this\n"

Made = Callable[[Office, str], object]
"""Makes one row, by its name."""


def page(office: Office, title: str, owner: str = "vera@northwind.example", group: str = "Money") -> Process:
    office.published(f"# {title}\n\n- Owner: {owner}\n- Group: {group}\n\nText.\n")
    turn(FRIDAY)
    return Process.objects.get(title=title)


def owned(office: Office, name: str) -> None:
    accept(processes=[page(office, name).id], by=office.vera, at=FRIDAY)


def nobodys(office: Office, name: str) -> None:
    page(office, name, "nobody@northwind.example")


def changed(office: Office, name: str) -> None:
    office.published(POLICY.replace("Book trains", f"{name}: book trains").replace("London", f"{name} London"))


def proposed(office: Office, name: str) -> None:
    process = Process.objects.get(key="close-a-client-project")
    propose(process=process.id, step="", sentence=f"Make {name} plainer.", text="", by=office.mira, at=FRIDAY)


def given(office: Office, name: str) -> None:
    person = Person.objects.create(name=name, email=f"{name}@northwind.example")
    process = Process.objects.get(key="close-a-client-project")
    grant(right=Right.SEE, to=person, on=process, by=office.vera, at=FRIDAY)


def started(office: Office, name: str) -> None:
    office.start(name)


def ended(office: Office, name: str) -> None:
    Case.objects.filter(id=office.start(name).id).update(status="cancelled", closed_at=FRIDAY)


def stuck_run(office: Office, name: str) -> None:
    start_case(version_id=office.published(STUCK.format(name)), facts={}, by=office.mira, at=FRIDAY, zone="UTC")


def held(office: Office, name: str) -> None:
    Membership.objects.create(role=Role.objects.create(name=name), person_id=office.vera)


def known(office: Office, name: str) -> None:
    Person.objects.create(name=name, email=f"{name}@northwind.example")


def in_group(office: Office, name: str) -> None:
    page(office, f"Page of {name}", group=f"Group {name}")


CASES = [
    ("vera", "/owning/", owning, page),
    ("vera", "/hand-over/", owning, owned),
    ("vera", "/orphans/", orphans, nobodys),
    ("vera", "/groups/", groups, in_group),
    ("vera", "group", groups, page),
    ("vera", "/library/close-a-client-project/proposals", proposals, proposed),
    ("mira", "/proposals/", proposals, proposed),
    ("vera", "/library/close-a-client-project/who", sharing, given),
    ("ana", "/running/", running, started),
    ("ana", "/running/?show=ended", running, ended),
    ("vera", "/stuck/", stuck, stuck_run),
    ("mira", "/pile/approve", home, started),
    ("vera", "/as/", home, held),
    ("vera", "/people/?q=northwind", people, known),
]


def where(path: str) -> str:
    return f"/groups/{Group.objects.get(name='Money').id}/" if path == "group" else path


@pytest.fixture
def plain(office: Office) -> Office:
    """Nothing is owned beside what a test makes."""
    turn(FRIDAY)
    accept(processes=list(Process.objects.values_list("id", flat=True)), by=office.vera, at=FRIDAY)
    return office


@pytest.mark.parametrize(("who", "path", "view", "make"), CASES, ids=[path for _, path, _, _ in CASES])
def test_every_row_is_on_one_page(
    plain: Office, monkeypatch: pytest.MonkeyPatch, who: str, path: str, view: object, make: Made
) -> None:
    for name in NAMES:
        make(plain, name)
    monkeypatch.setattr(view, "SHOWN", 2)
    client, address = plain.client(who), where(path)
    met: list[list[str]] = []
    while len(met) < 9:
        html = client.get(f"{address}{'&' if '?' in address else '?'}page={len(met) + 1}").content.decode()
        main = html[html.index("<main") : html.index("</main>")]
        rows = re.findall(r'<li class="row">.*?(?=<li class="row">|</ul>)', main, re.DOTALL)
        met.append([name for name in NAMES if any(name in row for row in rows)])
        if 'rel="next"' not in main:
            break
    assert len(met) > 1
    assert sorted(name for names in met for name in names) == sorted(NAMES)


@pytest.mark.parametrize(("who", "path", "view", "make"), CASES, ids=[path for _, path, _, _ in CASES])
def test_three_rows_cost_as_many_queries_as_one(plain: Office, who: str, path: str, view: object, make: Made) -> None:
    counts = []
    for names in (NAMES[:1], NAMES[1:]):
        for name in names:
            make(plain, name)
        forget()
        client, address = plain.client(who), where(path)
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_a_long_history_goes_on(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    for hours in ("1 hour", "2 hours", "3 hours"):
        office.published(CLOSE.replace("- Due: 1 hour", f"- Due: {hours}"))
    monkeypatch.setattr(history, "SHOWN", 2)
    bob = office.client("bob")
    path = "/library/close-a-client-project/history"
    first, second = (bob.get(f"{path}?page={number}").content.decode() for number in (1, 2))
    assert ("Version 3" in first, "Version 2" in first, "Version 1<" in first) == (True, True, False)
    assert "from=1&amp;to=2" in first  # what the last row of a page changed is known from the next
    assert ("Version 1<" in second, "Version 2<" in second) == (True, False)


def test_all_is_handed_over_from_any_page(plain: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        owned(plain, name)
    monkeypatch.setattr(owning, "SHOWN", 2)
    vera, mine = plain.client("vera"), Process.objects.filter(owner=plain.vera)
    html = vera.get("/hand-over/").content.decode()
    shown = re.findall(r'name="shown" value="([^"]*)"', html)
    assert len(shown) == 2
    form = {"on": (FRIDAY + timedelta(days=7)).date(), "to": "Eve Moss", "shown": shown, "process": shown[:1]}
    assert "You offered one process." in text_of(vera.post("/hand-over/", form, follow=True).content)
    done = vera.post("/hand-over/", {**form, "process": [], "others": "1"}, follow=True)
    assert f"You offered {mine.count() - 2} processes." in text_of(done.content)
