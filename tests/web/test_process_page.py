"""The process page: everything about a page is read there, and whoever looks after it acts there."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.cases.company import FRIDAY
from tests.web.office import CLOSE, POLICY, Office, ask_of, link_to, text_of

from doorstep.cases.answer_ask import answer_ask
from doorstep.cases.models import Ask, Case
from doorstep.library.models import Bulletin, Level, Process, Version
from doorstep.library.publish import publish
from doorstep.stewardship.attend import attend
from doorstep.stewardship.models import FollowUp, Recall
from doorstep.stewardship.propose import propose
from doorstep.stewardship.waiting import waiting_for

pytestmark = pytest.mark.database

PAGE = "/library/close-a-client-project/"
CHANGED = CLOSE.replace("- Due: 1 working day", "- Due: 2 working days").replace("## Tell the client", "## Tell them")
SHOP = "# Open the shop\n\n- Owner: vera@northwind.example\n\n## Lights\n\n- [ ] Front\n- [ ] ! Back\n\n## Till\n\n- [ ] Count\n"


def seen(office: Office, who: str, path: str) -> str:
    answer = office.client(who).get(path)
    assert answer.status_code == 200, path
    return text_of(answer.content)


# -- Trust and levels --------------------------------------------------------------------------------


def test_the_trust_line_says_what_is_known(office: Office) -> None:
    office.start()
    assert "Owner Vera" in seen(office, "ana", PAGE)
    line = re.search(r'<p class="trust">(.*?)</p>', office.client("ana").get(PAGE).content.decode(), re.DOTALL)
    assert line is not None
    said = re.findall(r">([^<>]+)<", line[1])
    assert [one.strip() for one in said if one.strip()] == [
        "Owner Vera Lind, not accepted yet",
        "Expert Eve Moss",
        "not verified yet",
        "1 run this quarter",
        "1 running",
    ]


def test_a_page_says_what_it_can_do_and_what_is_missing_for_more(office: Office) -> None:
    office.published(POLICY)
    said = seen(office, "bob", "/library/travel-policy/")
    assert "A page to read." in said
    assert "It has no steps: put what is to be done in a list" in said
    assert "What is missing" not in seen(office, "bob", PAGE)


def test_a_page_costs_the_same_queries_however_much_ran(office: Office) -> None:
    client = office.client("bob")
    client.get(PAGE)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as found:
            client.get(PAGE)
        counts.append(len(found))
        office.start()
        office.start()
    assert counts[0] == counts[1]


def test_a_followed_page_is_worked_through_as_a_run_of_ones_own(office: Office) -> None:
    office.published(SHOP)
    said = seen(office, "bob", "/library/open-the-shop/")
    assert "Work through it" in said
    assert "whoever started" not in said
    answer = office.client("bob").post("/start/open-the-shop", {"once": "x"})
    case = Case.objects.get()
    assert answer.headers["Location"] == f"/run/{case.id}/"
    (ask,) = Ask.objects.filter(state="open")
    assert (ask.name, ask.person) == ("Lights", office.people["bob"].id)
    answer_ask(
        ask_id=ask.id, outcome="done", by=office.people["bob"].id, proof="login", ticked=["Front", "Back"], at=FRIDAY
    )
    assert Ask.objects.get(state="open").name == "Till"


def test_a_page_to_read_is_not_started(office: Office) -> None:
    office.published(POLICY)
    assert office.client("bob").get("/start/travel-policy").status_code == 404


# -- Still right, obsolete -----------------------------------------------------------------------------


def test_an_owner_says_that_it_is_still_right(office: Office) -> None:
    assert "It is still right" in seen(office, "vera", PAGE)
    assert "It is still right" not in seen(office, "bob", PAGE)
    answer = office.client("eve").post(f"{PAGE}verify", follow=True)
    assert "verified today" in text_of(answer.content)
    assert office.client("bob").post(f"{PAGE}verify").status_code == 403


def test_a_review_that_is_due_waits_for_the_owner(office: Office) -> None:
    Process.objects.update(review_due=FRIDAY.date())
    (waits,) = waiting_for(office.vera, at=FRIDAY)
    assert (waits.kind, waits.name, waits.path) == (
        "review",
        "Is “Close a client project” still right?",
        f"{PAGE}#review",
    )
    assert waiting_for(office.ana, at=FRIDAY) == []
    assert "review due today" in seen(office, "ana", PAGE)
    Process.objects.update(review_due=FRIDAY.date() - timedelta(days=3))
    assert "review overdue since" in seen(office, "ana", PAGE)


def test_what_is_obsolete_says_so_and_what_runs_finishes(office: Office) -> None:
    case = office.start()
    refused = office.client("vera").post(f"{PAGE}obsolete", {"why": " "})
    assert (refused.status_code, "Expected a reason" in text_of(refused.content)) == (422, True)
    office.client("vera").post(f"{PAGE}obsolete", {"why": "Use *Hand over* instead."})
    said = seen(office, "bob", PAGE)
    assert "This is obsolete since" in said
    assert "Use Hand over instead." in said
    assert office.client("bob").get("/start/close-a-client-project").status_code == 404
    ask = ask_of(case, "Confirm the deployment")
    answer_ask(
        ask_id=ask.id,
        outcome="done",
        by=office.sam,
        proof="login",
        ticked=["The rollback was tried this week"],
        at=FRIDAY,
    )
    assert ask_of(case, "Confirm the deployment").state == "answered"


def test_what_is_still_to_come_says_from_when(office: Office) -> None:
    from datetime import date

    publish(text=POLICY, by=None, at=FRIDAY, effective_from=date(2026, 4, 1))
    said = seen(office, "bob", "/library/travel-policy/")
    assert "This is not in force yet. Version 1 takes effect 31 March 20:00" in said


# -- History and differences -----------------------------------------------------------------------------


@pytest.fixture
def changed(office: Office) -> Office:
    same = {"Tell them": "Tell the client"}
    publish(text=CHANGED, by=office.vera, why="Legal asked for time.", identities=same, at=FRIDAY)
    return office


def test_the_history_says_who_when_and_why(changed: Office) -> None:
    said = seen(changed, "bob", f"{PAGE}history")
    assert "Version 2 effective Material change, a page that runs: “Legal asked for time.”" in said
    assert "by Vera Lind" in said
    assert "Version 1 superseded The first version, a page that runs" in said


def test_two_versions_are_compared_by_step_in_words(changed: Office) -> None:
    said = seen(changed, "bob", f"{PAGE}compare?from=1&to=2")
    assert "Sign off the contract changed Due: 2 working days, before 1 working day." in said
    assert "Tell them renamed Renamed from “Tell the client”." in said
    assert "Confirm the deployment" not in said
    html = changed.client("bob").get(f"{PAGE}compare").content.decode()
    assert ("<del>one</del>" in html, "<ins>two</ins>" in html) == (True, True)


def test_two_versions_are_compared_by_text(changed: Office) -> None:
    html = changed.client("bob").get(f"{PAGE}compare?from=1&to=2&by=text").content.decode()
    assert "<ins>2</ins>" in html
    assert "Take a project" not in html


def test_a_version_compared_with_itself_says_the_same(changed: Office) -> None:
    assert "These two versions say the same." in seen(changed, "bob", f"{PAGE}compare?from=2&to=2")


@pytest.mark.parametrize("query", ["from=9", "to=x", "from=-1&to=2"])
def test_versions_that_are_not_there_are_not_compared(changed: Office, query: str) -> None:
    assert changed.client("bob").get(f"{PAGE}compare?{query}").status_code == 404


@pytest.mark.parametrize("path", ["", "history", "compare", "recall", "1/", "1/text", "1/file"])
def test_what_one_may_not_meet_is_not_there(changed: Office, path: str) -> None:
    Process.objects.update(restricted=True)
    assert changed.client("bob").get(f"{PAGE}{path}").status_code == 404


@pytest.mark.parametrize("path", ["verify", "obsolete", "bulletin"])
def test_what_acts_is_not_opened_and_not_pressed_by_those_who_do_not_meet_it(office: Office, path: str) -> None:
    opened = office.client("vera").get(f"{PAGE}{path}")
    assert (opened.status_code, "Opened by itself it does nothing" in text_of(opened.content)) == (405, True)
    assert 'href="./"' in opened.content.decode()  # the page is one level up
    Process.objects.update(restricted=True)
    assert office.client("bob").post(f"{PAGE}{path}", {"do": "issue", "text": "x"}).status_code == 404


# -- Bulletins -------------------------------------------------------------------------------------------


STEP = "Sign off the contract"


def test_a_bulletin_is_shown_wherever_its_step_is(office: Office) -> None:
    case = office.start()
    office.client("eve").post(f"{PAGE}bulletin", {"do": "issue", "step": STEP, "text": "Ask **Jon** this week."})
    told = "Ask Jon this week."
    answer = text_of(office.client("mira").get(f"/ask/{ask_of(case, STEP).id}").content)
    assert [told in seen(office, "bob", PAGE), told in seen(office, "ana", f"/run/{case.id}/"), told in answer] == [
        True
    ] * 3
    assert told in text_of(office.client("mira").get(link_to(ask_of(case, STEP))).content)


def test_a_bulletin_is_renewed_once_and_then_ends(office: Office) -> None:
    client = office.client("vera")
    client.post(f"{PAGE}bulletin", {"do": "issue", "text": "The whole page: ask first."})
    row = Bulletin.objects.get()
    renew = {"do": "renew", "bulletin": row.id}
    assert client.post(f"{PAGE}bulletin", renew).status_code == 302
    again = client.post(f"{PAGE}bulletin", renew)
    assert (again.status_code, "A bulletin is renewed once" in text_of(again.content)) == (422, True)
    row.refresh_from_db()
    assert row.ends_at - row.since == timedelta(days=28)
    attend(row.ends_at)
    row.refresh_from_db()
    (waits,) = [one for one in waiting_for(office.vera, at=row.ends_at) if one.kind == "bulletin"]
    assert (row.state, waits.path) == ("escalated", f"{PAGE}#bulletins")
    assert "ask first" not in seen(office, "bob", PAGE)
    merged = client.post(f"{PAGE}bulletin", {"do": "merged", "bulletin": row.id})
    assert (merged.status_code, "none" in text_of(merged.content)) == (422, True)
    client.post(f"{PAGE}bulletin", {"do": "withdrawn", "bulletin": row.id})
    row.refresh_from_db()
    assert (row.state, row.settled_by_id) == ("withdrawn", office.vera)
    assert [one for one in waiting_for(office.vera, at=row.ends_at) if one.kind == "bulletin"] == []


def test_a_bulletin_is_merged_by_a_later_version(office: Office) -> None:
    client = office.client("vera")
    client.post(f"{PAGE}bulletin", {"do": "issue", "text": "Ask first."})
    publish(text=CHANGED, by=office.vera, at=FRIDAY + timedelta(hours=1))
    row = Bulletin.objects.get()
    assert client.post(f"{PAGE}bulletin", {"do": "merged", "bulletin": row.id}).status_code == 302
    row.refresh_from_db()
    assert row.state == "merged"


@pytest.mark.parametrize(
    ("who", "data", "status"),
    [
        ("bob", {"do": "issue", "text": "x"}, 403),
        ("vera", {"do": "issue", "text": "  "}, 422),
        ("vera", {"do": "issue", "text": "x" * 2001}, 422),
        ("vera", {"do": "issue", "text": "x", "step": "No such step"}, 422),
        ("vera", {"do": "renew", "bulletin": "not an id"}, 404),
        ("vera", {"do": "explode", "bulletin": "00000000-0000-0000-0000-000000000000"}, 404),
        ("vera", {"do": "renew", "bulletin": "00000000-0000-0000-0000-000000000000"}, 422),
    ],
)
def test_what_does_not_fit_is_no_bulletin(office: Office, who: str, data: dict[str, str], status: int) -> None:
    assert office.client(who).post(f"{PAGE}bulletin", data).status_code == status
    assert not Bulletin.objects.exists()


def test_hostile_words_of_a_bulletin_and_a_reason_never_become_html(office: Office) -> None:
    hostile = "<script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=alert(1)>"
    office.client("vera").post(f"{PAGE}bulletin", {"do": "issue", "text": hostile})
    first = office.client("bob").get(PAGE).content.decode()
    office.client("vera").post(f"{PAGE}obsolete", {"why": hostile})
    for html in (first, office.client("bob").get(PAGE).content.decode()):
        assert re.findall(r"(?i)<script>|<img|href=\"javascript", html) == []


# -- Recall ----------------------------------------------------------------------------------------------


def confirmed(office: Office, name: str) -> Case:
    case = office.start(name)
    ask = ask_of(case, "Confirm the deployment")
    answer_ask(
        ask_id=ask.id,
        outcome="done",
        by=office.sam,
        proof="login",
        ticked=["The rollback was tried this week"],
        at=FRIDAY,
    )
    return case


def test_a_recall_finds_the_runs_that_did_the_step_and_asks_their_people(office: Office) -> None:
    done, _ = confirmed(office, "Halden Foods"), office.start("Not yet")
    wrong = {"step": "Confirm the deployment", "first": "1", "last": "1", "why": "It looked at staging."}
    answer = office.client("eve").post(f"{PAGE}recall", wrong)
    made = Recall.objects.get()
    assert answer.headers["Location"] == f"/recall/{made.id}/"
    assert list(FollowUp.objects.values_list("case_id", "person")) == [(done.id, office.ana)]
    (waits,) = [one for one in waiting_for(office.ana, at=FRIDAY + timedelta(days=1)) if one.kind == "recall"]
    assert waits.name == "Look at a run: “Confirm the deployment” was wrong"
    assert "0 of 1 looked at." in seen(office, "ana", waits.path)
    office.client("ana").post(waits.path, {"do": "all", "found": "Nothing wrong."})
    said = seen(office, "eve", waits.path)
    assert ("1 of 1 looked at. Every run was looked at." in said, "Ana Marsh: Nothing wrong." in said) == (True, True)
    made.refresh_from_db()
    assert made.closed_at is not None
    assert [one for one in waiting_for(office.ana, at=FRIDAY + timedelta(days=1)) if one.kind == "recall"] == []


def test_a_recall_is_for_its_people_alone(office: Office) -> None:
    confirmed(office, "Halden Foods")
    wrong = {"step": "Confirm the deployment", "first": "1", "last": "1", "why": "Staging."}
    assert office.client("bob").post(f"{PAGE}recall", wrong).status_code == 403
    office.client("vera").post(f"{PAGE}recall", wrong)
    path = f"/recall/{Recall.objects.get().id}/"
    statuses = {who: office.client(who).get(path).status_code for who in ("ana", "vera", "eve", "bob", "mira")}
    assert statuses == {"ana": 200, "vera": 200, "eve": 200, "bob": 404, "mira": 404}
    assert office.client("bob").post(path, {"do": "all", "found": "x"}).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"first": "2", "last": "1"},
        {"first": "7", "last": "9"},
        {"first": "x", "last": "1"},
        {"step": "No such step"},
        {"why": "  "},
    ],
)
def test_a_recall_that_does_not_fit_says_why(office: Office, wrong: dict[str, str]) -> None:
    given = {"step": "Confirm the deployment", "first": "1", "last": "1", "why": "Staging.", **wrong}
    assert office.client("vera").post(f"{PAGE}recall", given).status_code == 422
    assert not Recall.objects.exists()


def test_a_file_is_kept_with_an_owner_and_shown_safely(office: Office) -> None:
    from doorstep.stewardship.keep_file import keep_file

    done = keep_file(name="travel_policy-v2.pdf", content=b"%PDF-1.4", by=office.ana, group="Money", at=FRIDAY)
    version = Version.objects.get(id=done.version_id)
    assert (done.title, done.level, version.media, str(version.process.owner)) == (
        "Travel policy v2",
        Level.KEPT,
        "application/pdf",
        "Ana Marsh",
    )
    said = seen(office, "bob", f"/library/{done.key}/")
    assert "It is a file: paste its text, or upload it as a page." in said
    answer = office.client("bob").get(f"/library/{done.key}/1/file")
    assert (
        answer.content,
        answer["Content-Security-Policy"].startswith("sandbox"),
        answer["X-Content-Type-Options"],
    ) == (
        b"%PDF-1.4",
        True,
        "nosniff",
    )
    again = keep_file(name="x.html", content=b"<script>", by=office.ana, process=done.key, at=FRIDAY)
    assert (again.number, again.key) == (2, done.key)
    html = office.client("bob").get(f"/library/{done.key}/2/file")
    assert (html["Content-Type"], html["Content-Disposition"].split(";")[0]) == (
        "application/octet-stream",
        "attachment",
    )


def test_it_is_not_said_to_be_right_while_a_change_is_proposed(office: Office) -> None:
    process = Process.objects.get(key="close-a-client-project")
    propose(process=process.id, step="", sentence="More lunch.", by=office.sam, at=FRIDAY)
    answer = office.client("eve").post(f"{PAGE}verify")
    assert (answer.status_code, "and a change is proposed. Answer that first" in text_of(answer.content)) == (422, True)
    process.refresh_from_db()
    assert process.verified_at is None
