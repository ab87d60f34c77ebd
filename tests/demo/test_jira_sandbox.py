from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.demo.openapi import CheckedTransport

from doorstep.demo import company, jira_sandbox
from doorstep.demo.jira_sandbox import adf, data

API = "/rest/api/3"
SAM = company.BY_KEY["sam"].jira
FRIDAY = datetime(2026, 3, 6, 21, 0, tzinfo=UTC)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[jira_sandbox.Server]:
    server = jira_sandbox.start(state_dir=tmp_path, now=lambda: FRIDAY)
    yield server
    server.stop()


@pytest.fixture
def jira(server: jira_sandbox.Server) -> Iterator[httpx.Client]:
    with httpx.Client(
        transport=CheckedTransport(), base_url=server.url + API, auth=(data.ROBOT_EMAIL, data.TOKEN)
    ) as http:
        yield http


@pytest.fixture
def web(server: jira_sandbox.Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, follow_redirects=True, verify=False) as http:
        yield http


def refused(answer: httpx.Response) -> tuple[int, object]:
    body = answer.json()
    return answer.status_code, body["errorMessages"] or body["errors"]


# -- the API ---------------------------------------------------------------------------------------


def test_who_we_are_and_who_there_is(jira: httpx.Client) -> None:
    assert jira.get("/myself").json()["displayName"] == "Doorstep"
    assert jira.get("/user", params={"accountId": SAM}).json()["emailAddress"] == "sam@northwind.example"
    assert [user["accountId"] for user in jira.get("/user/search", params={"query": "sam"}).json()] == [SAM]
    assert (
        len(jira.get("/users/search").json()) == sum(bool(person.jira) for person in company.PEOPLE) + 1
    )  # and the robot


def test_the_server_tells_its_time(jira: httpx.Client) -> None:
    assert jira.get("/serverInfo").json()["serverTime"] == "2026-03-06T21:00:00.000+0000"


def test_fields_have_labels_and_kinds(jira: httpx.Client) -> None:
    fields = {field["id"]: field for field in jira.get("/field").json()}
    assert fields["customfield_10050"]["name"] == "Release tag"
    assert fields["status"]["schema"] == {"type": "status", "system": "status"}


def test_types_of_issues_are_those_of_the_project(jira: httpx.Client) -> None:
    assert [one["name"] for one in jira.get("/issue/createmeta/DEP/issuetypes").json()["issueTypes"]] == ["Task", "Bug"]


def test_an_issue_goes_through_its_workflow_and_leaves_a_history(jira: httpx.Client) -> None:
    transitions = jira.get("/issue/DEP-412/transitions").json()["transitions"]
    assert [(one["id"], one["to"]["name"]) for one in transitions] == [
        ("31", "Done"),
        ("41", "Won't do"),
        ("11", "To Do"),
    ]
    moved = jira.post(
        "/issue/DEP-412/transitions", json={"transition": {"id": "31"}, "fields": {"resolution": {"name": "Done"}}}
    )
    history = jira.get("/issue/DEP-412/changelog").json()["values"][0]
    assert moved.status_code == 204
    assert history["author"]["accountId"] == data.ROBOT
    assert [(item["field"], item.get("fromString"), item.get("toString")) for item in history["items"]] == [
        ("status", "In Progress", "Done"),
        ("resolution", None, "Done"),
        ("resolutiondate", None, "2026-03-06T21:00:00.000+0000"),
    ]


def test_a_transition_the_workflow_does_not_offer_is_refused(jira: httpx.Client) -> None:
    answer = jira.post("/issue/DEP-412/transitions", json={"transition": {"id": "21"}})
    assert refused(answer) == (400, ["It isn't possible to move DEP-412 with the transition 21 from here."])


def test_a_transition_whose_screen_wants_a_resolution_is_refused_without(jira: httpx.Client) -> None:
    answer = jira.post("/issue/DEP-412/transitions", json={"transition": {"id": "31"}})
    assert refused(answer) == (400, {"resolution": "Resolution is required."})


def test_reopening_takes_the_resolution_away(jira: httpx.Client) -> None:
    for number in ("41", "11"):
        jira.post("/issue/DEP-412/transitions", json={"transition": {"id": number}})
    fields = jira.get("/issue/DEP-412").json()["fields"]
    assert (fields["status"]["name"], fields["resolution"]) == ("To Do", None)


def test_comments_are_made_changed_and_deleted(jira: httpx.Client) -> None:
    made = jira.post(
        "/issue/DEP-412/comment", json={"body": adf.document("One"), "properties": [{"key": "k", "value": 1}]}
    )
    number = made.json()["id"]
    assert jira.put(f"/issue/DEP-412/comment/{number}", json={"body": adf.document("Two")}).status_code == 200
    assert jira.get(f"/comment/{number}/properties/k").json() == {"key": "k", "value": 1}
    assert adf.plain(jira.get(f"/issue/DEP-412/comment/{number}").json()["body"]) == "Two"
    assert jira.delete(f"/issue/DEP-412/comment/{number}").status_code == 204
    assert jira.get(f"/issue/DEP-412/comment/{number}").status_code == 404
    assert jira.get("/issue/DEP-412/comment").json()["total"] == 0


def test_properties_are_new_once(jira: httpx.Client) -> None:
    jira.post("/issue/DEP-412/comment", json={"body": adf.document("One")})
    for place in ("/issue/DEP-412/properties/doorstep", "/comment/10001/properties/doorstep"):
        assert [jira.put(place, json={"a": 1}).status_code for _ in range(2)] == [201, 200]
        assert jira.get(place).json() == {"key": "doorstep", "value": {"a": 1}}
        assert jira.get(place + "x").status_code == 404


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("just text", "a document has type doc and version 1"),
        ({"type": "doc", "version": 1, "content": [{"type": "listItem"}]}, "listItem may not stand in doc"),
        (
            {
                "type": "doc",
                "version": 1,
                "content": [{"type": "paragraph", "content": [{"type": "text", "text": ""}]}],
            },
            "a text is not empty",
        ),
        (
            {"type": "doc", "version": 1, "content": [{"type": "taskList", "attrs": {}, "content": []}]},
            "a taskList has a localId",
        ),
        (
            {
                "type": "doc",
                "version": 1,
                "content": [{"type": "paragraph", "content": [{"type": "mention", "attrs": {}}]}],
            },
            "a mention has an id",
        ),
    ],
)
def test_a_comment_that_is_no_document_is_refused(jira: httpx.Client, body: object, why: str) -> None:
    answer = jira.post("/issue/DEP-412/comment", json={"body": body})
    assert refused(answer) == (400, {"comment": f"Comment body is not valid! ({why})"})


def test_a_comment_that_is_too_long_is_refused(jira: httpx.Client) -> None:
    answer = jira.post("/issue/DEP-412/comment", json={"body": adf.document("x" * 32_768)})
    assert "exceeds the limit of 32767" in str(refused(answer)[1])


def test_an_issue_is_made_with_its_properties(jira: httpx.Client) -> None:
    fields = {"project": {"key": "DEP"}, "issuetype": {"name": "Bug"}, "summary": "x", "assignee": {"accountId": SAM}}
    made = jira.post("/issue", json={"fields": fields, "properties": [{"key": "doorstep", "value": {"key": "k"}}]})
    assert (made.status_code, made.json()["key"]) == (201, "DEP-413")
    issue = jira.get("/issue/DEP-413", params={"properties": "doorstep", "fields": "assignee,creator"}).json()
    assert issue["properties"] == {"doorstep": {"key": "k"}}
    assert (issue["fields"]["assignee"]["accountId"], issue["fields"]["creator"]["accountId"]) == (SAM, data.ROBOT)


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"issuetype": {"name": "Task"}}, {"summary": "You must specify a summary of the issue."}),
        ({"summary": "x"}, {"issuetype": "Specify an issue type"}),
        (
            {"summary": "x", "issuetype": {"name": "Epic"}},
            {"issuetype": "Option 'Epic' is not valid; expected one of Task, Bug"},
        ),
        (
            {"summary": "x", "issuetype": {"name": "Task"}, "status": "Done"},
            {"status": "Field 'status' cannot be set. It is not on the appropriate screen, or unknown."},
        ),
        (
            {"summary": "x", "issuetype": {"name": "Task"}, "duedate": "tomorrow"},
            {"duedate": "Error parsing date string: expected yyyy-MM-dd"},
        ),
        (
            {"summary": "x", "issuetype": {"name": "Task"}, "customfield_10052": "3"},
            {"customfield_10052": "Operation value must be a number"},
        ),
        (
            {"summary": "x", "issuetype": {"name": "Task"}, "description": "text"},
            {"description": "Operation value must be an Atlassian Document (a document has type doc and version 1)"},
        ),
    ],
)
def test_an_issue_that_does_not_fit_is_refused_by_field(
    jira: httpx.Client, fields: dict[str, Any], errors: object
) -> None:
    assert refused(jira.post("/issue", json={"fields": {"project": {"key": "DEP"}, **fields}})) == (400, errors)


def test_editing_says_which_fields_there_are_and_keeps_what_is_the_same(jira: httpx.Client) -> None:
    assert jira.get("/issue/DEP-412/editmeta").json()["fields"]["customfield_10053"]["allowedValues"] == [
        {"id": "10100", "value": "Production"},
        {"id": "10101", "value": "Staging"},
    ]
    for _ in range(2):
        assert (
            jira.put("/issue/DEP-412", json={"fields": {"customfield_10053": {"value": "Staging"}}}).status_code == 204
        )
    assert jira.get("/issue/DEP-412/changelog").json()["total"] == 1


@pytest.mark.parametrize(
    ("jql", "keys"),
    [
        ("project = DEP", ["DEP-412", "DEP-413"]),
        ("project = dep AND status = 'In Progress'", ["DEP-412"]),
        ("project = DEP AND creator = currentUser()", ["DEP-413"]),
        ("statusCategory != Done ORDER BY created DESC, key ASC", ["DEP-412", "DEP-413"]),
        ("key in (DEP-413, DEP-999)", ["DEP-413"]),
        ("key not in (DEP-413)", ["DEP-412"]),
        ('updated >= "2026/03/06 16:00"', ["DEP-412", "DEP-413"]),
        ('updated >= "2026-03-06 16:01"', []),
        ("updated > -5m AND labels = shop", ["DEP-413"]),
        ("created <= -1h", []),
        ("id < 10413", ["DEP-412"]),
    ],
)
def test_a_search_finds_what_fits(jira: httpx.Client, jql: str, keys: list[str]) -> None:
    fields = {"project": {"key": "DEP"}, "issuetype": {"name": "Task"}, "summary": "x", "labels": ["shop"]}
    jira.post("/issue", json={"fields": fields})
    for answer in (jira.post("/search/jql", json={"jql": jql}), jira.get("/search/jql", params={"jql": jql})):
        assert [issue["key"] for issue in answer.json()["issues"]] == keys


@pytest.mark.parametrize(
    ("jql", "why"),
    [
        ("", "Unbounded JQL queries are not allowed here"),
        ("order by key", "Unbounded JQL queries are not allowed here"),
        ("colour = red", "Field 'colour' does not exist"),
        ("updated >= yesterday", "Date value 'yesterday' for field is invalid"),
        ("project = DEP OR project = X", "expecting AND before"),
        ("project", "does not understand 'project'"),
    ],
)
def test_a_search_that_is_not_understood_is_refused(jira: httpx.Client, jql: str, why: str) -> None:
    status, messages = refused(jira.post("/search/jql", json={"jql": jql}))
    assert status == 400
    assert why in str(messages)


def test_the_search_is_behind_until_it_is_reconciled(server: jira_sandbox.Server, jira: httpx.Client) -> None:
    httpx.post(server.url + "/sandbox/index", json={"frozen": True}, verify=False)
    jira.post("/issue", json={"fields": {"project": {"key": "DEP"}, "issuetype": {"name": "Task"}, "summary": "x"}})
    query = {"jql": "project = DEP"}
    behind = jira.post("/search/jql", json=query).json()["issues"]
    fresh = jira.post("/search/jql", json={**query, "reconcileIssues": [10413]}).json()["issues"]
    assert (len(behind), len(fresh)) == (1, 2)


def test_a_stranger_is_not_let_in(server: jira_sandbox.Server) -> None:
    with httpx.Client(transport=CheckedTransport(), base_url=server.url + API) as http:
        for auth in (None, (data.ROBOT_EMAIL, "wrong"), ("sam@northwind.example", data.TOKEN)):
            assert http.get("/myself", auth=auth).status_code == 401
        assert http.get("/myself", headers={"Authorization": "Basic ?"}).status_code == 401


def test_what_is_not_json_is_refused(jira: httpx.Client) -> None:
    answer = httpx.post(f"{jira.base_url}issue", content=b"{", auth=(data.ROBOT_EMAIL, data.TOKEN), verify=False)
    assert answer.status_code == 400


def test_what_happened_is_remembered_over_a_restart(server: jira_sandbox.Server, tmp_path: Path) -> None:
    server.tracker.move("DEP-412", "31", None, by=SAM)
    again = jira_sandbox.start(state_dir=tmp_path)
    try:
        assert again.tracker.issue("DEP-412")["fields"]["status"] == "10002"
    finally:
        again.stop()


# -- the pages -------------------------------------------------------------------------------------


def test_a_person_moves_the_issue_by_its_buttons(server: jira_sandbox.Server, web: httpx.Client) -> None:
    page = web.post("/browse/DEP-412/transition/41").text
    assert "Won&#x27;t do" in page
    assert "Resolution: Won't Do" in page
    assert server.tracker.issue("DEP-412")["histories"][-1]["author"] == SAM


def test_a_person_comments_and_is_who_they_chose_to_be(server: jira_sandbox.Server, web: httpx.Client) -> None:
    web.post("/as", data={"person": "nora", "back": "/browse/DEP-412"})
    page = web.post("/browse/DEP-412/comment", data={"text": "Where is the <tag>?"}).text
    assert "Where is the &lt;tag&gt;?" in page
    assert server.tracker.issue("DEP-412")["comments"][0]["author"] == company.BY_KEY["nora"].jira


def test_a_person_ticks_a_task_and_unticks_it(server: jira_sandbox.Server, web: httpx.Client) -> None:
    task = {
        "type": "taskItem",
        "attrs": {"localId": "t1", "state": "TODO"},
        "content": [{"type": "text", "text": "Look"}],
    }
    body = {
        "type": "doc",
        "version": 1,
        "content": [{"type": "taskList", "attrs": {"localId": "l"}, "content": [task]}],
    }
    server.tracker.comment("DEP-412", body, {}, by=data.ROBOT)
    pages = [web.post("/browse/DEP-412/tick", data={"tick": "10001/t1"}).text for _ in range(2)]
    assert ['aria-pressed="true"' in page for page in pages] == [True, False]


def test_what_does_not_exist_is_a_page_that_says_so(web: httpx.Client) -> None:
    assert web.get("/browse/DEP-9").status_code == 404
    assert web.get("/nowhere").status_code == 404
    assert web.post("/browse/DEP-412/transition/21").status_code == 400


def test_after_choosing_a_person_nobody_is_sent_elsewhere(web: httpx.Client) -> None:
    answer = web.post("/as", data={"person": "sam", "back": "//evil.example"}, follow_redirects=False)
    assert answer.headers["location"] == "/"


def test_a_link_in_a_comment_cannot_run_anything() -> None:
    link = {"type": "text", "text": "x", "marks": [{"type": "link", "attrs": {"href": "javascript:alert(1)"}}]}
    body = {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [link]}]}
    assert adf.html(body) == '<p><a href="#" rel="noopener">x</a></p>'
