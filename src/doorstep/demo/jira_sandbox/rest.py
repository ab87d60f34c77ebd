"""Jira Cloud's REST API v3, as far as a last mile needs it, and its OAuth tokens."""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from doorstep.demo import company
from doorstep.demo.jira_sandbox import adf, data, jql
from doorstep.demo.jira_sandbox.shapes import Shapes
from doorstep.demo.jira_sandbox.tracker import Refused, Tracker
from doorstep.demo.serving import Answer, Request, Route, as_json, dispatch
from doorstep.demo.state import Json

NOTHING = Answer(204)
PREFIX = "/rest/api/3"


@dataclass(frozen=True, slots=True)
class Rest:
    """The API over one tracker.  ``base`` is asked for late: the port is known after the start."""

    tracker: Tracker
    base: Callable[[], str]

    def answer(self, request: Request) -> Answer:
        """Answer one request of the API, refusals included."""
        try:
            self._signed_in(request)
            return dispatch(self._routes(), request) or as_json({"errorMessages": ["No such resource."]}, 404)
        except Refused as refused:
            return as_json(refused.body, refused.status)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            return as_json({"errorMessages": [f"The request is not understood: {error!r}"], "errors": {}}, 400)

    def _routes(self) -> Sequence[Route]:
        issue = PREFIX + "/issue/{}"
        return (
            Route("GET", PREFIX + "/myself", self._myself),
            Route("GET", PREFIX + "/serverInfo", self._server_info),
            Route("GET", PREFIX + "/field", self._fields),
            Route("GET", PREFIX + "/user", self._user),
            Route("GET", PREFIX + "/user/search", self._user_search),
            Route("GET", PREFIX + "/users/search", self._all_users),
            Route("GET", PREFIX + "/issue/createmeta/{}/issuetypes", self._issue_types),
            Route("POST", PREFIX + "/issue", self._create),
            Route("GET", PREFIX + "/search/jql", self._search_by_query),
            Route("POST", PREFIX + "/search/jql", self._search_by_body),
            Route("GET", issue, self._get),
            Route("PUT", issue, self._edit),
            Route("GET", issue + "/editmeta", self._editmeta),
            Route("GET", issue + "/changelog", self._changelog),
            Route("GET", issue + "/transitions", self._transitions),
            Route("POST", issue + "/transitions", self._transition),
            Route("GET", issue + "/comment", self._comments),
            Route("POST", issue + "/comment", self._comment),
            Route("GET", issue + "/comment/{}", self._one_comment),
            Route("PUT", issue + "/comment/{}", self._change_comment),
            Route("DELETE", issue + "/comment/{}", self._delete_comment),
            Route("POST", issue + "/attachments", self._attach),
            Route("GET", PREFIX + "/attachment/content/{}", self._attachment),
            Route("GET", issue + "/properties/{}", self._property),
            Route("PUT", issue + "/properties/{}", self._set_property),
            Route("GET", PREFIX + "/comment/{}/properties/{}", self._comment_property),
            Route("PUT", PREFIX + "/comment/{}/properties/{}", self._set_comment_property),
        )

    def _signed_in(self, request: Request) -> str:
        kind, _, value = request.headers.get("authorization", "").partition(" ")
        with self.tracker.state.reading() as document:
            if kind.lower() == "bearer":
                account = document["access_tokens"].get(value)
            else:
                email, _, token = _decoded(value).partition(":")
                account = document["tokens"].get(token)
                account = account if account and document["users"][account]["email"] == email else None
        if not account:
            raise Refused(401, "Client must be authenticated to access this resource.")
        return str(account)

    @property
    def _shapes(self) -> Shapes:
        return Shapes(self.base(), self.tracker.users())

    # -- people, fields, server ------------------------------------------------------------------

    def _myself(self, request: Request) -> Answer:
        return as_json(self._shapes.user(self._signed_in(request)))

    def _user(self, request: Request) -> Answer:
        account = request.query.get("accountId", "")
        self.tracker.user(account)
        return as_json(self._shapes.user(account))

    def _user_search(self, request: Request) -> Answer:
        query = request.query.get("query", "").lower()
        found = [user for user in self.tracker.users() if query in user["email"].lower() + " " + user["name"].lower()]
        return as_json([self._shapes.user(user["accountId"]) for user in found])

    def _all_users(self, _: Request) -> Answer:
        return as_json([self._shapes.user(user["accountId"]) for user in self.tracker.users()])

    def _server_info(self, _: Request) -> Answer:
        known = {"baseUrl": self.base(), "deploymentType": "Cloud", "version": "1001.0.0-SNAPSHOT"}
        return as_json({**known, "serverTime": self.tracker.stamp(), "serverTitle": "Jira (sandbox)"})

    def _fields(self, _: Request) -> Answer:
        return as_json([self._shapes.field(name) for name in data.FIELDS])

    def _issue_types(self, _: Request, project: str) -> Answer:
        if project not in {company.JIRA_PROJECT, "10010"}:
            raise Refused(404, "No project could be found with that key.")
        types = [{"id": number, "name": name, "subtask": False} for number, name in data.ISSUE_TYPES.items()]
        return as_json({"startAt": 0, "maxResults": 50, "total": len(types), "issueTypes": types})

    # -- issues ----------------------------------------------------------------------------------

    def _create(self, request: Request) -> Answer:
        body = request.json()
        wanted = dict(body.get("fields", {}))
        project = wanted.pop("project", {}).get("key", "")
        if not wanted.get("summary"):
            raise Refused(400, summary="You must specify a summary of the issue.")
        if "issuetype" not in wanted:
            raise Refused(400, issuetype="Specify an issue type")
        properties = {entry["key"]: entry["value"] for entry in body.get("properties", [])}
        fields = {name: self._stored(name, value) for name, value in wanted.items()}
        issue = self.tracker.create(project, fields, properties, by=self._signed_in(request))
        made = {"id": issue["id"], "key": issue["key"], "self": f"{self.base()}{PREFIX}/issue/{issue['id']}"}
        return as_json(made, 201)

    def _get(self, request: Request, key: str) -> Answer:
        issue = self.tracker.issue(key)
        names = _wanted(request.query.get("fields", "*all"))
        properties = _split(request.query.get("properties", ""))
        expand = request.query.get("expand", "")
        return as_json(self._shapes.issue(issue, fields=names, expand=expand, properties=properties))

    def _edit(self, request: Request, key: str) -> Answer:
        fields = request.json().get("fields", {})
        unknown = {name: _NOT_ON_SCREEN.format(name) for name in fields if name not in data.EDITABLE}
        if unknown:
            raise Refused(400, **unknown)
        stored = {name: self._stored(name, value) for name, value in fields.items()}
        self.tracker.edit(key, stored, by=self._signed_in(request))
        return NOTHING

    def _editmeta(self, _: Request, key: str) -> Answer:
        self.tracker.issue(key)
        return as_json({"fields": {name: self._shapes.meta(name) for name in data.EDITABLE}})

    def _changelog(self, request: Request, key: str) -> Answer:
        histories = [self._shapes.history(history) for history in self.tracker.issue(key)["histories"]]
        start, size = int(request.query.get("startAt", 0)), int(request.query.get("maxResults", 100))
        part = histories[start : start + size]
        page = {"startAt": start, "maxResults": size, "total": len(histories), "values": part}
        return as_json({**page, "isLast": start + len(part) >= len(histories)})

    def _transitions(self, request: Request, key: str) -> Answer:
        allowed = data.ALLOWED[self.tracker.issue(key)["fields"]["status"]]
        shaped = [self._shapes.transition(number) for number in allowed]
        if "transitions.fields" not in request.query.get("expand", ""):
            shaped = [{name: value for name, value in one.items() if name != "fields"} for one in shaped]
        return as_json({"expand": "transitions", "transitions": shaped})

    def _transition(self, request: Request, key: str) -> Answer:
        body = request.json()
        given = body.get("fields", {}).get("resolution")
        resolution = self._stored("resolution", given) if given else None
        if data.TRANSITIONS.get(body["transition"]["id"], ("", "", None))[2] == "choose" and not resolution:
            raise Refused(400, resolution="Resolution is required.")
        self.tracker.move(key, body["transition"]["id"], resolution, by=self._signed_in(request))
        return NOTHING

    def _stored(self, name: str, value: Any) -> Any:
        """Return what is kept of a value that came in.  Refused when the field cannot hold it."""
        if name not in data.FIELDS or name == "status":
            raise Refused(400, **{name: _NOT_ON_SCREEN.format(name)})
        if value is None:
            return None
        names = {
            "priority": data.PRIORITIES,
            "resolution": data.RESOLUTIONS,
            "issuetype": data.ISSUE_TYPES,
            **data.OPTIONS,
        }.get(name)
        if names is not None:
            return _chosen(name, value, names)
        return self._checked(name, value)

    def _checked(self, name: str, value: Any) -> Any:
        match data.FIELDS[name][1]["type"], name:
            case "user", _:
                self.tracker.user(value.get("accountId") or value.get("id"))
                return value.get("accountId") or value.get("id")
            case _, "description" if why := adf.fault(value):
                raise Refused(400, description=f"Operation value must be an Atlassian Document ({why})")
            case "date", _ if not re.fullmatch(r"\d{4}-\d\d-\d\d", str(value)):
                raise Refused(400, **{name: "Error parsing date string: expected yyyy-MM-dd"})
            case "number", _ if not isinstance(value, (int, float)):
                raise Refused(400, **{name: "Operation value must be a number"})
            case "string", field if field != "description" and not isinstance(value, str):
                raise Refused(400, **{name: "Operation value must be a string"})
        return value

    # -- search ----------------------------------------------------------------------------------

    def _search_by_query(self, request: Request) -> Answer:
        query = dict(request.query)
        asked: Json = {name: query[name] for name in ("jql", "expand", "nextPageToken") if name in query}
        asked |= {name: _split(query[name]) for name in ("fields", "properties", "reconcileIssues") if name in query}
        return self._search(request, asked | {"maxResults": int(query.get("maxResults", 50))})

    def _search_by_body(self, request: Request) -> Answer:
        return self._search(request, request.json())

    def _search(self, request: Request, asked: Json) -> Answer:
        asker = jql.Asker(self._signed_in(request), self.tracker.now(), company.ZONE)
        fresh = frozenset(str(number) for number in asked.get("reconcileIssues", []))
        found = jql.search(self.tracker.indexed(fresh), asked.get("jql", ""), asker)
        start, size = int(asked.get("nextPageToken") or 0), min(int(asked.get("maxResults", 50)), 100)
        names = _wanted(",".join(asked.get("fields", ["id"])))
        part = [
            self._shapes.issue(
                issue, fields=names, expand=asked.get("expand", ""), properties=asked.get("properties", [])
            )
            for issue in found[start : start + size]
        ]
        last = start + size >= len(found)
        return as_json({"isLast": last, "issues": part} | ({} if last else {"nextPageToken": str(start + size)}))

    # -- comments and properties -----------------------------------------------------------------

    def _comments(self, request: Request, key: str) -> Answer:
        issue = self.tracker.issue(key)
        comments = issue["comments"][::-1] if request.query.get("orderBy") == "-created" else issue["comments"]
        start, size = int(request.query.get("startAt", 0)), min(int(request.query.get("maxResults", 100)), 100)
        part = [self._shapes.comment(issue, comment) for comment in comments[start : start + size]]
        return as_json({"startAt": start, "maxResults": size, "total": len(comments), "comments": part})

    def _comment(self, request: Request, key: str) -> Answer:
        body = request.json()
        properties = {entry["key"]: entry["value"] for entry in body.get("properties", [])}
        comment = self.tracker.comment(key, body.get("body"), properties, by=self._signed_in(request))
        return as_json(self._shapes.comment(self.tracker.issue(key), comment), 201)

    # -- files -----------------------------------------------------------------------------------

    def _attach(self, request: Request, key: str) -> Answer:
        if request.headers.get("x-atlassian-token") not in {"no-check", "nocheck"}:
            return Answer(403, b"XSRF check failed", "text/plain")
        made = [self.tracker.attach(key, file, by=self._signed_in(request)) for file in request.uploads("file")]
        return as_json([self._shapes.attachment(one) for one in made])

    def _attachment(self, request: Request, number: str) -> Answer:
        if request.query.get("redirect") != "false":
            raise Refused(400, "The sandbox gives files without a redirect only.")
        file = self.tracker.attachment(number)
        return Answer(200, base64.b64decode(file["content"]), file["mimeType"])

    # -- single comments -------------------------------------------------------------------------

    def _one_comment(self, _: Request, key: str, number: str) -> Answer:
        issue = self.tracker.issue(key)
        found = [comment for comment in issue["comments"] if comment["id"] == number]
        if not found:
            raise Refused(404, f"Can not find a comment for the id: {number}.")
        return as_json(self._shapes.comment(issue, found[0]))

    def _change_comment(self, request: Request, key: str, number: str) -> Answer:
        comment = self.tracker.change_comment(key, number, request.json().get("body"), by=self._signed_in(request))
        return as_json(self._shapes.comment(self.tracker.issue(key), comment))

    def _delete_comment(self, request: Request, key: str, number: str) -> Answer:
        self.tracker.delete_comment(key, number, by=self._signed_in(request))
        return NOTHING

    def _property(self, _: Request, key: str, name: str) -> Answer:
        properties = self.tracker.issue(key)["properties"]
        if name not in properties:
            raise Refused(404, f"The property {name} does not exist.")
        return as_json({"key": name, "value": properties[name]})

    def _set_property(self, request: Request, key: str, name: str) -> Answer:
        return as_json({}, 201 if self.tracker.set_property(key, name, request.json()) else 200)

    def _comment_property(self, _: Request, number: str, name: str) -> Answer:
        return as_json({"key": name, "value": self.tracker.comment_property(number, name)})

    def _set_comment_property(self, request: Request, number: str, name: str) -> Answer:
        return as_json({}, 201 if self.tracker.set_comment_property(number, name, request.json()) else 200)


_NOT_ON_SCREEN = "Field '{}' cannot be set. It is not on the appropriate screen, or unknown."


def _chosen(name: str, value: Any, names: dict[str, str]) -> str:
    word = value.get("id") or value.get("name") or value.get("value")
    for number, text in names.items():
        if str(word).lower() in {number, text.lower()}:
            return number
    raise Refused(400, **{name: f"Option '{word}' is not valid; expected one of {', '.join(names.values())}"})


def _wanted(fields: str) -> list[str]:
    names = _split(fields)
    return list(data.FIELDS) if {"*all", "*navigable"} & set(names) else names


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _decoded(value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode()
    except ValueError:
        return ""


def token(tracker: Tracker, request: Request) -> Answer:
    """Give an access token for a refresh token (a new one each time) or for client credentials."""
    given = request.json() if "json" in request.headers.get("content-type", "") else request.form()
    if (given.get("client_id"), given.get("client_secret")) != (data.CLIENT_ID, data.CLIENT_SECRET):
        return as_json({"error": "access_denied", "error_description": "Unauthorized"}, 401)
    with tracker.state.changing() as document:
        match given.get("grant_type"):
            case "refresh_token" if given.get("refresh_token") == document["refresh_token"]:
                document["refresh_token"] = "jira-sandbox-refresh-" + secrets.token_hex(8)
                extra = {"refresh_token": document["refresh_token"]}
            case "client_credentials":
                extra = {}
            case _:
                why = "Unknown or invalid refresh token."
                return as_json({"error": "unauthorized_client", "error_description": why}, 403)
        access = secrets.token_urlsafe(24)
        document["access_tokens"][access] = data.ROBOT
    return as_json({"access_token": access, "token_type": "Bearer", "expires_in": 3600, **extra})
