from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from doorstep.demo import company, salesforce_sandbox
from doorstep.demo.salesforce_sandbox import data
from doorstep.demo.salesforce_sandbox.objects import KINDS

API = "/services/data/v62.0"
OPPORTUNITY = company.OPPORTUNITY_ID
PRIYA = company.BY_KEY["priya"].salesforce
FRIDAY = datetime(2026, 3, 6, 21, 0, tzinfo=UTC)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[salesforce_sandbox.Server]:
    server = salesforce_sandbox.start(state_dir=tmp_path, now=lambda: FRIDAY)
    yield server
    server.stop()


@pytest.fixture
def web(server: salesforce_sandbox.Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, follow_redirects=True, verify=False) as http:
        yield http


def granted(http: httpx.Client, **form: str) -> httpx.Response:
    known = {"grant_type": "client_credentials", "client_id": data.CLIENT_ID, "client_secret": data.CLIENT_SECRET}
    return http.post("/services/oauth2/token", data={**known, **form})


@pytest.fixture
def crm(server: salesforce_sandbox.Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, verify=False) as http:
        http.headers["Authorization"] = "Bearer " + granted(http).json()["access_token"]
        http.base_url = server.url + API
        yield http


def refused(answer: httpx.Response) -> tuple[int, str, str]:
    (error,) = answer.json()
    return answer.status_code, error["errorCode"], error["message"]


# -- tokens ----------------------------------------------------------------------------------------


def test_a_token_says_where_it_is_good(server: salesforce_sandbox.Server, web: httpx.Client) -> None:
    given = granted(web).json()
    assert (given["instance_url"], given["token_type"]) == (server.url, "Bearer")
    assert set(given) == {"access_token", "instance_url", "id", "token_type", "scope", "issued_at"}


def test_a_client_may_sign_in_by_a_header(web: httpx.Client) -> None:
    answer = web.post(
        "/services/oauth2/token", data={"grant_type": "client_credentials"}, auth=(data.CLIENT_ID, data.CLIENT_SECRET)
    )
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"client_secret": "x"}, "invalid_client"),
        ({"client_id": "x"}, "invalid_client_id"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
def test_a_wrong_client_gets_no_token(web: httpx.Client, form: dict[str, str], error: str) -> None:
    answer = granted(web, **form)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_without_a_session_nothing_is_told(server: salesforce_sandbox.Server, crm: httpx.Client) -> None:
    assert crm.get("/limits").status_code == 200
    httpx.post(server.url + "/sandbox/expire", verify=False)
    assert refused(crm.get("/limits")) == (401, "INVALID_SESSION_ID", "Session expired or invalid")


def test_versions_are_told_to_anybody(web: httpx.Client) -> None:
    assert web.get("/services/data").json()[0]["version"] == "62.0"


# -- records ---------------------------------------------------------------------------------------


def test_objects_are_known_by_the_first_letters_of_an_id(crm: httpx.Client) -> None:
    known = {one["keyPrefix"]: one["name"] for one in crm.get("/sobjects").json()["sobjects"]}
    files = {"068": "ContentVersion", "06A": "ContentDocumentLink", None: "TaskFeed"}
    assert known == {"005": "User", "00G": "Group", "001": "Account", "006": "Opportunity", "00T": "Task", **files}


def test_a_describe_has_labels_types_and_references(crm: httpx.Client) -> None:
    fields = {field["name"]: field for field in crm.get("/sobjects/Opportunity/describe").json()["fields"]}
    assert (fields["Go_live_date__c"]["label"], fields["Go_live_date__c"]["type"]) == ("Go-live date", "date")
    assert (fields["AccountId"]["relationshipName"], fields["AccountId"]["referenceTo"]) == ("Account", ["Account"])
    assert fields["IsClosed"]["updateable"] is False


def test_a_record_is_read_whole_or_in_part_by_either_id(crm: httpx.Client) -> None:
    assert crm.get(f"/sobjects/Opportunity/{OPPORTUNITY}").json()["Amount"] == 84000.0
    part = crm.get(f"/sobjects/Opportunity/{OPPORTUNITY[:15]}", params={"fields": "Name,Release__c"}).json()
    assert {name: value for name, value in part.items() if name != "attributes"} == {
        "Id": OPPORTUNITY,
        "Name": company.OPPORTUNITY_NAME,
        "Release__c": "DEP-412",
    }


def test_a_task_is_made_completed_and_stamped(crm: httpx.Client) -> None:
    made = crm.post("/sobjects/Task", json={"Subject": "Call", "WhatId": OPPORTUNITY, "OwnerId": PRIYA})
    number = made.json()["id"]
    assert (made.status_code, made.json()["success"]) == (201, True)
    assert crm.patch(f"/sobjects/Task/{number}", json={"Status": "Completed"}).status_code == 204
    task = crm.get(f"/sobjects/Task/{number}").json()
    assert (task["IsClosed"], task["CompletedDateTime"], task["LastModifiedById"]) == (
        True,
        "2026-03-06T21:00:00.000+0000",
        data.ROBOT,
    )


def test_an_upsert_creates_once(crm: httpx.Client) -> None:
    place = "/sobjects/Task/Doorstep_key__c/k%2F1"
    first, again = (crm.patch(place, json={"Subject": text}) for text in ("One", "Two"))
    assert (first.status_code, first.json()["created"]) == (201, True)
    assert (again.status_code, again.json()["created"], again.json()["id"]) == (200, False, first.json()["id"])
    assert crm.get(place).json()["Subject"] == "Two"


@pytest.mark.parametrize(
    ("place", "values", "status", "code"),
    [
        ("Opportunity/006000000000001", {"Amount": 1}, 404, "NOT_FOUND"),
        ("Nothing/006000000000001", {"Amount": 1}, 404, "NOT_FOUND"),
        ("Task/Subject/x", {"Priority": "High"}, 404, "NOT_FOUND"),
        ("Opportunity/ID", {"Colour__c": 1}, 400, "INVALID_FIELD"),
        ("Opportunity/ID", {"IsClosed": True}, 400, "INVALID_FIELD_FOR_INSERT_UPDATE"),
        ("Opportunity/ID", {"StageName": "Odd"}, 400, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        ("Opportunity/ID", {"Delivery_contact__c": "Lena"}, 400, "INVALID_EMAIL_ADDRESS"),
        ("Opportunity/ID", {"Go_live_date__c": "12 March"}, 400, "JSON_PARSER_ERROR"),
        ("Opportunity/ID", {"Amount": "much"}, 400, "JSON_PARSER_ERROR"),
        ("Opportunity/ID", {"OwnerId": "005000000000001"}, 400, "INVALID_CROSS_REFERENCE_KEY"),
        ("Opportunity/ID", {"Name": "x" * 121}, 400, "STRING_TOO_LONG"),
        ("Opportunity/ID", ["no", "object"], 400, "JSON_PARSER_ERROR"),
    ],
)
def test_what_does_not_fit_is_refused_in_salesforces_words(
    crm: httpx.Client, place: str, values: Any, *, status: int, code: str
) -> None:
    before = crm.get(f"/sobjects/Opportunity/{OPPORTUNITY}").json()
    answer = crm.patch("/sobjects/" + place.replace("ID", OPPORTUNITY), json=values)
    assert refused(answer)[:2] == (status, code)
    assert crm.get(f"/sobjects/Opportunity/{OPPORTUNITY}").json() == before


def test_what_a_record_must_have_is_asked_for(crm: httpx.Client) -> None:
    answer = crm.post("/sobjects/Opportunity", json={"Name": "x"})
    assert refused(answer) == (400, "REQUIRED_FIELD_MISSING", "Required fields are missing: [StageName, CloseDate]")


# -- queries ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("soql", "found"),
    [
        ("SELECT Name FROM User WHERE Email = 'sam@northwind.example'", [{"Name": "Sam Ortiz"}]),
        ("select name from user where name like 'M%' order by name", [{"Name": "Mira Holt"}]),
        (
            "SELECT Name FROM User WHERE Name LIKE '%a%' AND NOT (Name LIKE 'S%' OR Name = 'Nora Vance') ORDER BY Name DESC LIMIT 2",
            [{"Name": "Priya Nair"}, {"Name": "Mira Holt"}],
        ),
        ("SELECT Id FROM Opportunity WHERE Amount > 84000", []),
        (
            "SELECT Account.Name FROM Opportunity WHERE Amount >= 84000.0 AND Account.Name != null",
            [{"Account": {"Name": "Halden Foods"}}],
        ),
        (
            "SELECT Name FROM Opportunity WHERE SystemModstamp >= 2026-03-06T16:00:00-05:00",
            [{"Name": company.OPPORTUNITY_NAME}],
        ),
        ("SELECT Name FROM Opportunity WHERE SystemModstamp > 2026-03-06T21:00:00.000Z", []),
        (
            "SELECT Name FROM Opportunity WHERE CloseDate < 2026-04-01 AND Go_live_date__c = null",
            [{"Name": company.OPPORTUNITY_NAME}],
        ),
        (
            "SELECT Name FROM Group WHERE Type IN ('Queue', 'X') AND Name NOT IN ('Other')",
            [{"Name": "Customer Success"}],
        ),
        ("SELECT Name FROM User WHERE Name = 'O\\'Hara'", []),
        ("SELECT Subject FROM Task", []),
    ],
)
def test_a_query_finds_what_fits(crm: httpx.Client, soql: str, found: list[dict[str, Any]]) -> None:
    records = crm.get("/query", params={"q": soql}).json()["records"]
    assert [_bare(record) for record in records] == found


def _bare(record: dict[str, Any]) -> dict[str, Any]:
    return {name: _bare(one) if isinstance(one, dict) else one for name, one in record.items() if name != "attributes"}


@pytest.mark.parametrize(
    ("soql", "code"),
    [
        ("", "MALFORMED_QUERY"),
        ("SELECT Id FROM", "MALFORMED_QUERY"),
        ("SELECT Id FROM User WHERE", "MALFORMED_QUERY"),
        ("SELECT Id FROM User WHERE Name ~ 'x'", "MALFORMED_QUERY"),
        ("SELECT Id FROM User WHERE (Name = 'x'", "MALFORMED_QUERY"),
        ("SELECT Id FROM User WHERE Name = x", "MALFORMED_QUERY"),
        ("SELECT Id FROM User GROUP BY Name", "MALFORMED_QUERY"),
        ("SELECT Id FROM Nothing", "INVALID_TYPE"),
        ("SELECT Colour FROM User", "INVALID_FIELD"),
        ("SELECT Id FROM User WHERE Boss.Name = 'x'", "INVALID_FIELD"),
    ],
)
def test_a_query_that_is_not_understood_is_refused(crm: httpx.Client, soql: str, code: str) -> None:
    crm.post("/sobjects/Task", json={"Subject": "x"})
    assert refused(crm.get("/query", params={"q": soql}))[:2] == (400, code)


def test_a_long_answer_comes_in_pages(server: salesforce_sandbox.Server, crm: httpx.Client) -> None:
    for number in range(201):
        server.crm.create(KINDS["Task"], {"Subject": str(number)}, by=PRIYA)
    first = crm.get("/query", params={"q": "SELECT Id FROM Task"}).json()
    second = crm.get(server.url + first["nextRecordsUrl"]).json()
    assert (first["done"], len(first["records"]), second["done"], len(second["records"])) == (False, 200, True, 1)


def test_what_happened_is_remembered_over_a_restart(server: salesforce_sandbox.Server, tmp_path: Path) -> None:
    server.crm.update(KINDS["Opportunity"], OPPORTUNITY, {"Amount": 1.5}, by=PRIYA)
    again = salesforce_sandbox.start(state_dir=tmp_path)
    try:
        assert again.crm.record(KINDS["Opportunity"], OPPORTUNITY)["Amount"] == 1.5
    finally:
        again.stop()


# -- the pages -------------------------------------------------------------------------------------


def test_a_person_edits_the_opportunity(server: salesforce_sandbox.Server, web: httpx.Client) -> None:
    form = {
        "Go_live_date__c": "2026-03-12",
        "Delivery_contact__c": "lena@halden.example",
        "Amount": "84500",
        "Release__c": "",
    }
    page = web.post(f"/lightning/r/Opportunity/{OPPORTUNITY}/edit", data=form).text
    record = server.crm.record(KINDS["Opportunity"], OPPORTUNITY)
    assert 'value="2026-03-12"' in page
    assert (record["Amount"], record["Release__c"], record["LastModifiedById"]) == (84500.0, None, PRIYA)


def test_what_cannot_be_saved_is_a_page_that_says_why(web: httpx.Client) -> None:
    answer = web.post(f"/lightning/r/Opportunity/{OPPORTUNITY}/edit", data={"Delivery_contact__c": "Lena"})
    assert answer.status_code == 400
    assert "Delivery contact: invalid email address: Lena" in answer.text


def test_a_person_completes_and_reopens_a_task(server: salesforce_sandbox.Server, web: httpx.Client) -> None:
    values = {"Subject": "Confirm <logistics>", "WhatId": OPPORTUNITY, "OwnerId": PRIYA}
    number = server.crm.create(KINDS["Task"], values, by=data.ROBOT)
    assert "Confirm &lt;logistics&gt;" in web.get("/").text
    assert "Mark complete" in web.get(f"/lightning/r/Opportunity/{OPPORTUNITY}/view").text
    assert "Reopen" in web.post(f"/lightning/r/Task/{number}/complete").text
    assert "No open tasks." in web.get("/").text
    assert "Mark complete" in web.post(f"/lightning/r/Task/{number}/complete").text


def test_an_administrators_button_leads_on_with_the_records_id(
    server: salesforce_sandbox.Server, web: httpx.Client
) -> None:
    link = {"label": "Close this project", "url": "http://127.0.0.1:8000/start/close?opportunity={id}"}
    for _ in range(2):
        web.post("/sandbox/links", json=link)
    page = web.get(f"/lightning/r/Opportunity/{OPPORTUNITY}/view").text
    assert page.count(f'href="http://127.0.0.1:8000/start/close?opportunity={OPPORTUNITY}"') == 1


def test_what_does_not_exist_is_a_page_that_says_so(web: httpx.Client) -> None:
    assert web.get("/lightning/r/Opportunity/006000000000001/view").status_code == 404
    assert web.get("/nowhere").status_code == 404
