"""Home, Running, Library, a run: what they say, and that no row costs a query of its own."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cases.company import FRIDAY
from tests.web.office import POLICY, Office, ask_of, text_of

from doorstep.cases.ask_question import ask_question
from doorstep.cases.directory import forget
from doorstep.cases.models import Case
from doorstep.cases.start_case import start_case
from doorstep.people.models import Absence

pytestmark = pytest.mark.database


def queries(office: Office, who: str, url: str) -> int:
    client = office.client(who)
    client.get(url)  # what is remembered for a while is remembered
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


@pytest.mark.parametrize(("who", "url"), [("ana", "/"), ("mira", "/"), ("ana", "/running/"), ("mira", "/running/")])
def test_three_runs_cost_as_many_queries_as_one(office: Office, who: str, url: str) -> None:
    office.start()
    one = queries(office, who, url)
    office.start("Norrland Rail")
    office.start("Bluefin Bank")
    forget()
    assert queries(office, who, url) == one


STUCK = """\
# Order a badge

- Owner: vera@northwind.example

## Agree to the badge

- Who: manager of whoever started this
"""


def test_three_stuck_runs_cost_as_many_queries_as_one(office: Office) -> None:
    version = office.published(STUCK)
    counts = []
    for number in (1, 3):
        for _ in range(number - Case.objects.count()):
            start_case(version_id=version, facts={}, by=office.mira, at=FRIDAY, zone="UTC")
        forget()
        html = office.client("vera").get("/stuck/").content.decode()
        assert html.count("What shall happen?") == number
        counts.append(queries(office, "vera", "/stuck/"))
    assert counts[0] == counts[1]


def test_what_is_stuck_is_mended_where_it_is_listed(office: Office) -> None:
    started = start_case(version_id=office.published(STUCK), facts={}, by=office.mira, at=FRIDAY, zone="UTC")
    vera = office.client("vera")
    assert "No manager of Mira Holt is on record." in text_of(vera.get("/stuck/").content)
    assert "Say what shall happen" in text_of(vera.get(f"/run/{started.case_id}/").content)
    key = re.search(r'name="step" value="([^"]*)"', vera.get("/stuck/").content.decode())
    assert key is not None
    posted = {"do": "override", "step": key[1], "instance": "", "reason": "Agreed by phone.", "back": "stuck"}
    said = text_of(vera.post(f"/run/{started.case_id}/change", posted, follow=True).content)
    assert "It is taken as done." in said
    assert "Nothing is stuck." in said


def test_three_pages_cost_as_many_queries_as_one(office: Office) -> None:
    one = queries(office, "ana", "/library/")
    office.published(POLICY)
    office.published(POLICY.replace("Travel", "Meal"))
    assert queries(office, "ana", "/library/") == one


def test_people_cost_as_many_queries_whoever_they_are(office: Office) -> None:
    assert queries(office, "vera", "/people/?q=mira") == queries(office, "vera", "/people/?q=northwind")


def test_home_says_what_waits_for_whom(office: Office) -> None:
    office.start()
    mira = text_of(office.client("mira").get("/").content)
    assert "Good afternoon, Mira One thing waits for you." in mira
    assert "Sign off the contract Halden Foods: Web shop relaunch · asked by Ana Marsh, 16:00" in mira
    ana = text_of(office.client("ana").get("/").content)
    assert "Nothing waits for you. The rest is being chased." in ana
    assert "Halden Foods: Web shop relaunch Waiting for" in ana
    assert "makes 18:00 if" in ana


def test_a_question_waits_for_whoever_started_it(office: Office) -> None:
    case = office.start()
    ask_question(ask_id=ask_of(case, "Confirm logistics").id, text="Which warehouse?", by=office.priya, at=FRIDAY)
    ana = text_of(office.client("ana").get("/").content)
    assert "One thing waits for you." in ana
    assert "Answer Priya Nair: “Which warehouse?”" in ana


def test_what_one_started_is_among_ones_processes(office: Office) -> None:
    empty = text_of(office.client("ana").get("/").content)
    assert "No page names a role of yours yet." in empty
    office.start()
    assert "My processes 1 ▤ Close a client project" in text_of(office.client("ana").get("/").content)


def test_an_empty_home_is_honest(office: Office) -> None:
    bob = text_of(office.client("bob").get("/").content)
    for said in (
        "Nothing waits for you.",
        "You wait for nobody.",
        "Nothing has changed for you",
        "No page names a role",
    ):
        assert said in bob


def test_a_stand_in_sees_what_waits_for_whoever_is_away(office: Office) -> None:
    Absence.objects.create(
        person=office.people["mira"], stand_in=office.people["bob"], first=date(2026, 3, 6), last=date(2026, 3, 9)
    )
    office.start()
    assert "Sign off the contract" in text_of(office.client("bob").get("/").content)


def test_the_library_is_found_by_words(office: Office) -> None:
    office.published(POLICY)
    found = text_of(office.client("bob").get("/library/?q=travel").content)
    assert ("Travel policy" in found, "Close a client project" in found) == (True, False)
    assert "Nothing here is about “zeppelin”." in text_of(office.client("bob").get("/library/?q=zeppelin").content)


def test_a_page_of_text_has_no_steps_and_no_start(office: Office) -> None:
    office.published(POLICY)
    html = office.client("bob").get("/library/travel-policy/").content.decode()
    assert ("Start" in text_of(html), "The flow" in text_of(html)) == (False, False)
    assert "<td>London</td>" in html


def test_a_page_that_runs_says_its_steps_in_sentences(office: Office) -> None:
    said = text_of(office.client("mira").get("/library/close-a-client-project/").content)
    assert "Legal counsel approves the contract and its value, within one working day; not whoever started it." in said
    assert "You come in at Sign off the contract" in said
    assert "Owner Vera Lind" in said
    assert "| Fact |" not in said
