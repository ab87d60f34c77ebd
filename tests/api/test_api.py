"""The API as a program uses it: by token or session, with its person's rights, in pages, with sentences for errors."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.cases.company import FRIDAY
from tests.web.office import CLOSE, POLICY, Office, ask_of

from doorstep.cases.beside import said_beside
from doorstep.cases.directory import forget
from doorstep.cases.models import Ask, Case
from doorstep.library.models import Process
from doorstep.library.publish import publish
from doorstep.people.models import Person, PersonalToken
from doorstep.people.personal_tokens import make_token, withdraw_token
from doorstep.stewardship.models import Acknowledgement, Proposal
from doorstep.stewardship.propose import propose
from doorstep.stewardship.submit import submit

pytestmark = pytest.mark.database

JSON = "application/json"
PLAIN = """\
# Order a badge

- Owner: vera@northwind.example

| Fact | Kind | From |
|---|---|---|
| colour | text | whoever starts |
| pieces | number | whoever starts |

## Hand it over

- Who: bob@northwind.example
"""


class Api:
    """A program that calls for somebody by token."""

    def __init__(self, office: Office, who: str, *, writes: bool = True) -> None:
        person = office.people[who].id
        self.shown = make_token(person=person, name="Test", writes=writes, by=person)
        self.client = Client(
            raise_request_exception=False,
            headers={"Authorization": f"Bearer {self.shown.token}"},
            enforce_csrf_checks=True,
        )

    def get(self, path: str, **more: Any) -> Any:
        return self.client.get(f"/api{path}", **more)

    def post(self, path: str, body: object, **more: Any) -> Any:
        return self.client.post(f"/api{path}", body, content_type=JSON, **more)


def pages(api: Api, path: str, limit: int) -> Iterator[list[Any]]:
    """Yield the pages of a list."""
    cursor = ""
    while cursor is not None:
        found = api.get(f"{path}?limit={limit}&cursor={cursor}").json()
        yield found["items"]
        cursor = found["next"]


# -- Who calls ---------------------------------------------------------------------------------------


def test_nobody_is_told_what_to_bring(office: Office) -> None:
    answer = Client().get("/api/processes")
    assert (answer.status_code, answer.headers["Content-Type"]) == (401, "application/problem+json")
    assert answer.json() == {
        "type": "about:blank",
        "title": "Unauthorized",
        "status": 401,
        "detail": "Expected a personal token or a signed-in browser, but got neither. Make a token under your account.",
    }
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_that_only_reads_changes_nothing(office: Office) -> None:
    api = Api(office, "ana", writes=False)
    assert api.get("/processes").status_code == 200
    answer = api.post("/processes", {"text": PLAIN})
    assert (answer.status_code, "may only read" in answer.json()["detail"]) == (403, True)
    assert Process.objects.count() == 1


@pytest.mark.parametrize("end", ["withdrawn", "expired", "left", "another"])
def test_a_token_that_ended_is_nobodys(office: Office, end: str) -> None:
    api = Api(office, "ana")
    match end:
        case "withdrawn":
            withdraw_token(token=api.shown.id, by=office.ana)
        case "expired":
            PersonalToken.objects.update(expires_at=FRIDAY - timedelta(days=900))
        case "left":
            office.people["ana"].left_on = (FRIDAY - timedelta(days=900)).date()
            office.people["ana"].save()
        case _:
            api.client = Client(headers={"Authorization": "Bearer doorstep_another"})
    assert api.get("/processes").status_code == 401


def test_a_browser_needs_the_csrf_token_to_change_something(office: Office) -> None:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    account = office.people["ana"].account
    assert account is not None
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/api/processes").status_code == 200
    refused = client.post("/api/processes", {"text": PLAIN}, content_type=JSON)
    assert (refused.status_code, refused.headers["Content-Type"]) == (403, "application/problem+json")
    token = (
        client.get("/library/publish/").content.decode().split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    )
    done = client.post("/api/processes", {"text": PLAIN}, content_type=JSON, headers={"X-CSRFToken": token})
    assert done.status_code == 201


# -- Tokens on screen ----------------------------------------------------------------------------------


def test_a_token_is_shown_once_kept_hashed_and_withdrawn(office: Office) -> None:
    ana = office.client("ana")
    html = ana.post("/tokens/", {"do": "make", "name": "Nightly report", "may": "write"}).content.decode()
    token = html.split("<pre>")[1].split("</pre>")[0]
    row = PersonalToken.objects.get()
    assert (row.name, row.writes, token in row.hash, token in ana.get("/tokens/").content.decode()) == (
        "Nightly report",
        True,
        False,
        False,
    )
    client = Client(headers={"Authorization": f"Bearer {token}"})
    assert client.get("/api/asks").status_code == 200
    office.client("bob").post("/tokens/", {"do": str(row.id)})
    assert client.get("/api/asks").status_code == 200
    ana.post("/tokens/", {"do": str(row.id)})
    assert client.get("/api/asks").status_code == 401


@pytest.mark.parametrize("name", ["", " ", "x" * 101])
def test_a_token_says_what_it_is_for(office: Office, name: str) -> None:
    answer = office.client("ana").post("/tokens/", {"do": "make", "name": name})
    assert (answer.status_code, PersonalToken.objects.count()) == (422, 0)


def test_nobody_makes_tokens_without_end(office: Office) -> None:
    for number in range(20):
        make_token(person=office.ana, name=f"{number}", writes=False, by=office.ana)
    answer = office.client("ana").post("/tokens/", {"do": "make", "name": "one more"})
    assert "Withdraw one first" in answer.content.decode()


# -- Processes and versions ------------------------------------------------------------------------------


def test_processes_come_in_pages_by_key(office: Office) -> None:
    for number in range(4):
        office.published(POLICY.replace("Travel", f"Travel {number}"))
    api = Api(office, "ana")
    found = [[one["key"] for one in page] for page in pages(api, "/processes", 2)]
    assert found == [
        ["close-a-client-project", "travel-0-policy"],
        ["travel-1-policy", "travel-2-policy"],
        ["travel-3-policy"],
    ]
    assert [one["key"] for one in api.get("/processes?q=close vera").json()["items"]] == ["close-a-client-project"]


def test_a_process_is_read_with_its_steps_and_its_tag(office: Office) -> None:
    api = Api(office, "mira")
    answer = api.get("/processes/close-a-client-project")
    shown = answer.json()
    assert (shown["owner"], shown["version"], shown["may_start"], shown["why"]) == (
        "Vera Lind",
        1,
        True,
        "You see this because everybody may.",
    )
    assert [step["name"] for step in shown["steps"]][:2] == ["Three confirmations", "Confirm the deployment"]
    Person.objects.filter(id=office.vera).update(left_on=FRIDAY.date())
    gone = api.get("/processes/close-a-client-project").json()
    assert (gone["owner"], gone["custodian"]) == ("", "")
    Person.objects.filter(id=office.vera).update(left_on=None)
    again = api.get("/processes/close-a-client-project", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_what_one_may_not_meet_is_not_there(office: Office) -> None:
    case = office.start()
    Process.objects.update(restricted=True)
    bob = Api(office, "bob")
    ask = ask_of(case, "Sign off the contract")
    key = "close-a-client-project"
    paths: tuple[str, ...] = (
        f"/processes/{key}",
        f"/processes/{key}/versions",
        f"/processes/{key}/versions/1",
        f"/cases/{case.id}",
    )
    paths += (f"/processes/{key}/versions/1/differences", f"/asks/{ask.id}", f"/proposals?process={key}")
    assert [bob.get(path).status_code for path in paths] == [404] * len(paths)
    sent = [
        bob.post("/cases", {"process": key, "facts": {}}),
        bob.post("/proposals", {"process": key, "sentence": "x"}),
        bob.post(f"/asks/{ask.id}/answer", {"outcome": "approved", "seen": ask.covered_hash}),
    ]
    assert [one.status_code for one in sent] == [404] * 3
    lists = [bob.get(path).json()["items"] for path in ("/processes", "/cases", "/asks", "/proposals")]
    assert lists == [[], [], [], []]
    assert Api(office, "mira").get(f"/processes/{key}").status_code == 200


def test_a_page_is_published_and_compared(office: Office) -> None:
    api = Api(office, "vera")
    assert api.post("/processes", {"text": PLAIN}).json()["number"] == 1
    longer = PLAIN.replace("- Who: bob@northwind.example", "- Who: bob@northwind.example\n- Due: 2 days")
    assert api.post("/processes", {"text": longer, "process": "order-a-badge"}).json() == {
        "key": "order-a-badge",
        "number": 2,
        "state": "effective",
        "new": True,
        "faults": [],
    }
    versions = api.get("/processes/order-a-badge/versions").json()["items"]
    assert [(one["number"], one["state"]) for one in versions] == [(2, "effective"), (1, "superseded")]
    assert api.get("/processes/order-a-badge/versions/1").json()["text"] == PLAIN
    found = api.get("/processes/order-a-badge/versions/2/differences").json()
    assert (found["since"], [one["step"] for one in found["steps"]]) == (1, ["Hand it over"])
    assert "2 days" in str(found["steps"][0]["words"])


def test_a_page_with_faults_is_refused_with_them(office: Office) -> None:
    answer = Api(office, "vera").post(
        "/processes",
        {"text": PLAIN.replace("Who: bob@northwind.example", "Who: bob@northwind.example\n- Due: soonish")},
    )
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json")
    assert any("soonish" in fault for fault in answer.json()["faults"])


def test_a_version_that_is_to_come_is_for_those_who_may_amend(office: Office) -> None:
    publish(text=f"{CLOSE}\nMore.\n", by=None, effective_from=FRIDAY + timedelta(days=9), at=FRIDAY)
    path = "/processes/close-a-client-project/versions"
    seen = {who: [one["number"] for one in Api(office, who).get(path).json()["items"]] for who in ("vera", "bob")}
    assert seen == {"vera": [2, 1], "bob": [1]}


# -- Runs --------------------------------------------------------------------------------------------------


def test_a_run_is_started_once_and_read(office: Office) -> None:
    office.published(PLAIN)
    api = Api(office, "ana")
    body = {"process": "order-a-badge", "facts": {"colour": "green", "pieces": 2}}
    first = api.post("/cases", body, headers={"Idempotency-Key": "one"})
    second = api.post("/cases", body, headers={"Idempotency-Key": "one"})
    assert (first.status_code, second.json()["repeated"], Case.objects.count()) == (201, True, 1)
    shown = api.get(f"/cases/{first.json()['id']}").json()
    assert (shown["process"], shown["status"], shown["starter"]) == ("order-a-badge", "open", "Ana Marsh")
    assert [(one["name"], one["status"]) for one in shown["steps"]] == [("Hand it over", "open")]
    assert shown["facts"] == [{"name": "colour", "text": "green"}, {"name": "pieces", "text": "2"}]


def test_facts_that_do_not_fit_are_said(office: Office) -> None:
    office.published(PLAIN)
    answer = Api(office, "ana").post("/cases", {"process": "order-a-badge", "facts": {"pieces": "many"}})
    assert (answer.status_code, "Expected" in answer.json()["detail"], Case.objects.count()) == (422, True, 0)


def test_runs_come_in_pages_the_latest_first(office: Office) -> None:
    for name in ("One", "Two", "Three"):
        office.start(name)
    found = [[one["title"] for one in page] for page in pages(Api(office, "ana"), "/cases", 2)]
    assert found == [["Three: Web shop relaunch", "Two: Web shop relaunch"], ["One: Web shop relaunch"]]
    assert Api(office, "ana").get("/cases?status=done").json()["items"] == []
    assert Api(office, "bob").get("/cases").json()["items"] == []


# -- Asks --------------------------------------------------------------------------------------------------


def test_an_ask_is_read_and_answered(office: Office) -> None:
    case = office.start()
    api = Api(office, "sam")
    (row,) = api.get("/asks").json()["items"]
    assert (row["name"], row["verb"]) == ("Confirm the deployment", "confirm")
    shown = api.get(f"/asks/{row['id']}").json()
    assert [item["must"] for item in shown["checklist"]] == [False, True]
    answer = {"outcome": "done", "seen": shown["seen"]}
    missing = api.post(f"/asks/{row['id']}/answer", answer)
    assert (missing.status_code, "must be ticked" in missing.json()["detail"]) == (422, True)
    ticked = {**answer, "ticked": [item["text"] for item in shown["checklist"]]}
    done = [api.post(f"/asks/{row['id']}/answer", ticked, headers={"Idempotency-Key": "a"}) for _ in range(2)]
    assert [(one.status_code, one.json()["repeated"]) for one in done] == [(200, False), (200, True)]
    assert ask_of(case, "Confirm the deployment").answered_by == office.sam
    late = api.post(f"/asks/{row['id']}/answer", ticked)
    assert (late.status_code, "was settled" in late.json()["detail"]) == (409, True)


def test_a_token_proves_as_little_as_a_link(office: Office) -> None:
    ask = ask_of(office.start(), "Sign off the contract")
    answer = {"outcome": "approved", "seen": ask.covered_hash}
    refused = Api(office, "mira").post(f"/asks/{ask.id}/answer", answer)
    assert (refused.status_code, refused.json()["needed"]) == (403, "mail")
    signed_in = office.client("mira").post(f"/api/asks/{ask.id}/answer", answer, content_type=JSON)
    assert (signed_in.status_code, signed_in.json()["outcome"]) == (200, "approved")


def test_what_changed_since_it_was_read_is_not_answered(office: Office) -> None:
    ask = ask_of(office.start(), "Confirm the deployment")
    answer = Api(office, "sam").post(f"/asks/{ask.id}/answer", {"outcome": "done", "seen": "something else"})
    assert (answer.status_code, "Look at it once more" in answer.json()["detail"]) == (409, True)


def test_an_ask_of_others_is_refused_and_says_whose_it_is_only_to_those_who_see_the_run(office: Office) -> None:
    ask = ask_of(office.start(), "Confirm the deployment")
    body = {"outcome": "done", "seen": ask.covered_hash}
    seen = {who: Api(office, who).post(f"/asks/{ask.id}/answer", body) for who in ("ana", "bob")}
    assert {who: one.status_code for who, one in seen.items()} == {"ana": 403, "bob": 404}
    assert "Delivery" not in seen["bob"].json()["detail"]


# -- Proposals, acknowledgements ---------------------------------------------------------------------------


def test_a_wish_is_proposed_listed_and_withdrawn(office: Office) -> None:
    api = Api(office, "sam")
    wish = {"process": "close-a-client-project", "step": "Confirm the deployment", "sentence": "Two hours, please."}
    made = api.post("/proposals", wish)
    assert (made.status_code, made.json()["state"], made.json()["step"]) == (201, "open", "Confirm the deployment")
    assert [one["sentence"] for one in api.get("/proposals").json()["items"]] == ["Two hours, please."]
    assert api.post(f"/proposals/{made.json()['id']}/withdraw", {"why": "Solved."}).json()["state"] == "withdrawn"
    assert Proposal.objects.count() == 1


def test_a_change_is_opened_and_then_acknowledged(office: Office) -> None:
    process = Process.objects.get()
    publish(text=CLOSE.replace("- Due: 1 hour", "- Due: 2 hours"), by=None, at=FRIDAY)
    old, new = (process.versions.get(number=number) for number in (1, 2))
    row, _ = Acknowledgement.objects.get_or_create(
        version=new,
        person=office.people["sam"],
        defaults={"process": process, "since": old, "asked_at": FRIDAY, "due_at": FRIDAY + timedelta(days=7)},
    )
    api = Api(office, "sam")
    assert [one["id"] for one in api.get("/acknowledgements").json()["items"]] == [str(row.id)]
    early = api.post(f"/acknowledgements/{row.id}/done", {})
    assert (early.status_code, "Open it first" in early.json()["detail"]) == (422, True)
    shown = api.post(f"/acknowledgements/{row.id}/open", {}).json()
    assert (shown["since"], shown["version"], [one["step"] for one in shown["changes"]]) == (
        1,
        2,
        ["Confirm the deployment"],
    )
    assert [api.post(f"/acknowledgements/{row.id}/done", {}).json()["state"] for _ in range(2)] == ["done", "done"]
    assert api.get("/acknowledgements").json()["items"] == []
    assert Api(office, "bob").post(f"/acknowledgements/{row.id}/open", {}).status_code == 404


def test_nothing_to_acknowledge_is_an_empty_page(office: Office) -> None:
    assert Api(office, "sam").get("/acknowledgements").json() == {"items": [], "next": None}


# -- What is said of bad calls, and what lists cost ----------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/processes?limit=0", 422),
        ("/processes?limit=many", 422),
        ("/processes?cursor=%21", 422),
        ("/cases?cursor=bm90LWEtbnVtYmVy", 422),
        ("/asks?cursor=bm90LWFuLWlk", 422),
        ("/cases?status=lost", 422),
        ("/cases/not-an-id", 422),
        ("/nothing", 404),
    ],
)
def test_a_bad_call_is_answered_with_a_sentence(office: Office, path: str, status: int) -> None:
    answer = Api(office, "ana").get(path)
    assert answer.status_code == status
    if path != "/nothing":
        assert answer.json()["detail"].startswith("Expected")


@pytest.mark.parametrize("body", ["", "[]", "{", '{"outcome": 7}', '"x"'])
def test_a_body_that_is_none_is_said(office: Office, body: str) -> None:
    ask = ask_of(office.start(), "Confirm the deployment")
    answer = Api(office, "sam").post(f"/asks/{ask.id}/answer", body)
    assert (answer.status_code in (400, 422), answer.headers["Content-Type"]) == (True, "application/problem+json")


@pytest.mark.parametrize("path", ["/processes", "/cases", "/asks", "/proposals", "/acknowledgements"])
def test_three_rows_cost_as_many_queries_as_one(office: Office, path: str) -> None:
    api = Api(office, "vera" if path == "/cases" else "sam")
    counts = []
    for names in (("One",), ("Two", "Three")):
        for name in names:
            office.start(name)
            office.published(POLICY.replace("Travel", name))
        forget()
        api.get(path)
        with CaptureQueriesContext(connection) as seen:
            assert api.get(path).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_an_approval_of_a_change_says_how_much_it_changes(office: Office) -> None:
    process = Process.objects.get(key="close-a-client-project")
    text = CLOSE.replace("- Due: 1 hour\n", "- Due: 2 hours\n")
    proposal = propose(process=process.id, step="", sentence="Longer", text=text, by=office.sam, at=FRIDAY)
    case = submit(proposal=proposal.id, by=office.sam, materiality="material", at=FRIDAY).case_id
    ask = Ask.objects.get(case_id=case, person=office.eve)
    eve = office.client("eve")
    shown = eve.get(f"/api/asks/{ask.id}").json()
    assert shown["beside"] == [{"name": "materiality", "text": "material"}, {"name": "reason", "text": ""}]
    answer = {"outcome": "approved", "seen": shown["seen"], "beside": {"materiality": "editorial"}}
    refused = eve.post(f"/api/asks/{ask.id}/answer", answer, content_type=JSON)
    assert (refused.status_code, "Say why it is only editorial" in refused.json()["detail"]) == (422, True)
    answer["beside"] = {"materiality": "critical"}
    assert eve.post(f"/api/asks/{ask.id}/answer", answer, content_type=JSON).status_code == 200
    assert said_beside(case)[0].said == {"materiality": "critical"}
