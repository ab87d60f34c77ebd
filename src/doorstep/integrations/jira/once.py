"""Saying and making things once: each carries a mark of ours, and is looked for before it is made again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from doorstep.integrations.jira.adf import Node
from doorstep.integrations.jira.client import Jira
from doorstep.plugin_api import Session
from doorstep.plugin_api.exchange import Trouble

PROPERTY = "doorstep"
"""The property our comments and issues carry; its value is the mark."""

RECENT = "recent issues"
LOOKED_AT = 30
"""How many of our own latest comments on an issue are looked through."""

Mark = Mapping[str, str]


def say(jira: Jira, issue: str, body: Node, mark: Mark) -> dict[str, Any]:
    """Return the comment with this mark; it is made when there is none."""
    known = next(said(jira, issue, mark), None)
    properties = [{"key": PROPERTY, "value": dict(mark)}]
    return known or jira.post(f"/issue/{issue}/comment", {"body": body, "properties": properties})


def said(jira: Jira, issue: str, mark: Mark) -> Iterator[dict[str, Any]]:
    """Yield our comments that carry a mark.  Properties have to be asked for one by one."""
    me = jira.myself()["accountId"]
    ours = [comment for comment in jira.comments(issue) if comment.get("author", {}).get("accountId") == me]
    for comment in ours[:LOOKED_AT]:
        value = _property(jira, comment["id"])
        if all(value.get(name) == wanted for name, wanted in mark.items()):
            yield comment


def _property(jira: Jira, comment: str) -> dict[str, Any]:
    try:
        value = jira.get(f"/comment/{comment}/properties/{PROPERTY}")["value"]
    except Trouble as trouble:
        if trouble.status == 404:
            return {}
        raise
    return value if isinstance(value, dict) else {}


@dataclass(frozen=True, slots=True)
class NewIssue:
    """An issue to make."""

    project: str
    type: str
    summary: str
    description: Node
    assignee: str = ""  # an account id


def issue(session: Session, jira: Jira, new: NewIssue, mark: Mark) -> str:
    """Return the key of the issue with this mark; it is made when there is none."""
    return _made_before(session, jira, new.project, mark) or _make(session, jira, new, mark)


def _made_before(session: Session, jira: Jira, project: str, mark: Mark) -> str:
    """Return the issue an earlier try made.

    The search may not know it yet, so the issues we know to be young are looked up as they are; a try
    of which nothing is known is repeated after a minute only (see ``exchange.delivering``).
    """
    asked = {
        "jql": f'project = "{project}" AND creator = currentUser() AND created >= -2d ORDER BY created DESC',
        "fields": ["created"],
        "properties": [PROPERTY],
        "reconcileIssues": _recent(session),
        "maxResults": 100,
    }
    for found in jira.found(asked):
        value = found.get("properties", {}).get(PROPERTY, {})
        if all(value.get(name) == wanted for name, wanted in mark.items()):
            return str(found["key"])
    return ""


def _make(session: Session, jira: Jira, new: NewIssue, mark: Mark) -> str:
    fields: dict[str, object] = {
        "project": {"key": new.project},
        "issuetype": {"name": new.type},
        "summary": " ".join(new.summary.split())[:255],
        "description": new.description,
    }
    body = {"properties": [{"key": PROPERTY, "value": dict(mark)}]}
    assigned: dict[str, object] = {"assignee": {"accountId": new.assignee}} if new.assignee else {}
    try:
        made = jira.post("/issue", {**body, "fields": fields | assigned})
    except Trouble as trouble:
        if "assignee" not in trouble.codes:
            raise
        made = jira.post("/issue", {**body, "fields": fields})  # some projects do not let us assign
    if not isinstance(made, dict) or "key" not in made:
        raise Trouble("Jira said it made an issue, but not which.", unknown=True)
    recent = json.dumps([*_recent(session)[-49:], int(made["id"])])
    session.tokens.set(RECENT, recent, expires_at=datetime.now(UTC) + timedelta(hours=1))
    return str(made["key"])


def _recent(session: Session) -> list[int]:
    return [int(number) for number in json.loads(session.tokens.get(RECENT) or "[]")]
