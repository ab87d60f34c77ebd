"""The first state of the sandbox: one project, one issue, the people of the example."""

from __future__ import annotations

from doorstep.demo import company
from doorstep.demo.jira_sandbox import adf
from doorstep.demo.state import Json

ROBOT = "712020:doorstep-robot"
ROBOT_EMAIL = f"doorstep@{company.DOMAIN}"
TOKEN = "jira-sandbox-token"  # noqa: S105 - opens a sandbox
CLIENT_ID = "jira-sandbox-client"
CLIENT_SECRET = "jira-sandbox-secret"  # noqa: S105
REFRESH_TOKEN = "jira-sandbox-refresh-1"  # noqa: S105
CLOUD_ID = "11223344-a1b2-3b33-c444-def123456789"

CATEGORIES = {
    "new": {"id": 2, "key": "new", "colorName": "blue-gray", "name": "To Do"},
    "indeterminate": {"id": 4, "key": "indeterminate", "colorName": "yellow", "name": "In Progress"},
    "done": {"id": 3, "key": "done", "colorName": "green", "name": "Done"},
}
STATUSES = {
    "10000": ("To Do", "new"),
    "10001": ("In Progress", "indeterminate"),
    "10002": ("Done", "done"),
    "10003": ("Won't do", "done"),
}
RESOLUTIONS = {"10000": "Done", "10001": "Won't Do", "10002": "Duplicate", "10003": "Cannot Reproduce"}
PRIORITIES = {"2": "High", "3": "Medium", "4": "Low"}
ISSUE_TYPES = {"10001": "Task", "10002": "Bug"}

TRANSITIONS = {
    # id: (name, to, what it sets the resolution to: a choice, a fixed one, or none)
    "11": ("Back to do", "10000", None),
    "21": ("Start work", "10001", None),
    "31": ("Done", "10002", "choose"),
    "41": ("Won't do", "10003", "10001"),
}
ALLOWED = {"10000": ("31", "41", "21"), "10001": ("31", "41", "11"), "10002": ("11",), "10003": ("11",)}

FIELDS: dict[str, tuple[str, Json]] = {
    "summary": ("Summary", {"type": "string", "system": "summary"}),
    "description": ("Description", {"type": "string", "system": "description"}),
    "status": ("Status", {"type": "status", "system": "status"}),
    "resolution": ("Resolution", {"type": "resolution", "system": "resolution"}),
    "resolutiondate": ("Resolved", {"type": "datetime", "system": "resolutiondate"}),
    "assignee": ("Assignee", {"type": "user", "system": "assignee"}),
    "reporter": ("Reporter", {"type": "user", "system": "reporter"}),
    "creator": ("Creator", {"type": "user", "system": "creator"}),
    "priority": ("Priority", {"type": "priority", "system": "priority"}),
    "issuetype": ("Issue Type", {"type": "issuetype", "system": "issuetype"}),
    "project": ("Project", {"type": "project", "system": "project"}),
    "labels": ("Labels", {"type": "array", "items": "string", "system": "labels"}),
    "duedate": ("Due date", {"type": "date", "system": "duedate"}),
    "created": ("Created", {"type": "datetime", "system": "created"}),
    "updated": ("Updated", {"type": "datetime", "system": "updated"}),
    "customfield_10050": (
        "Release tag",
        {
            "type": "string",
            "custom": "com.atlassian.jira.plugin.system.customfieldtypes:textfield",
            "customId": 10050,
        },
    ),
    "customfield_10051": (
        "Go-live date",
        {"type": "date", "custom": "com.atlassian.jira.plugin.system.customfieldtypes:datepicker", "customId": 10051},
    ),
    "customfield_10052": (
        "Effort",
        {"type": "number", "custom": "com.atlassian.jira.plugin.system.customfieldtypes:float", "customId": 10052},
    ),
    "customfield_10053": (
        "Environment",
        {"type": "option", "custom": "com.atlassian.jira.plugin.system.customfieldtypes:select", "customId": 10053},
    ),
}
OPTIONS = {"customfield_10053": {"10100": "Production", "10101": "Staging"}}
EDITABLE = (
    "summary",
    "description",
    "assignee",
    "priority",
    "labels",
    "duedate",
    "customfield_10050",
    "customfield_10051",
    "customfield_10052",
    "customfield_10053",
)


def first(stamp: str) -> Json:
    """Return the document a new sandbox starts from."""
    users = {
        person.jira: {"name": person.name, "email": person.email, "key": person.key}
        for person in company.PEOPLE
        if person.jira
    }
    users[ROBOT] = {"name": "Doorstep", "email": ROBOT_EMAIL, "key": "doorstep"}
    return {
        "users": users,
        "tokens": {TOKEN: ROBOT},
        "access_tokens": {},
        "refresh_token": REFRESH_TOKEN,
        "projects": {company.JIRA_PROJECT: {"id": "10010", "name": company.JIRA_PROJECT_NAME}},
        "issues": {"10412": _issue(stamp)},
        "next": {"issue": 10413, "comment": 10001, "history": 20001, company.JIRA_PROJECT: 413},
        "webhooks": [],
    }


def _issue(stamp: str) -> Json:
    sam, nora = company.BY_KEY["sam"].jira, company.BY_KEY["nora"].jira
    fields = blank_fields(stamp, creator=nora) | {
        "summary": company.JIRA_SUMMARY,
        "description": adf.document(company.JIRA_DESCRIPTION),
        "status": "10001",
        "assignee": sam,
        "customfield_10050": "v4.2.0",
        "customfield_10053": "10100",
    }
    return new_issue("10412", company.JIRA_ISSUE, company.JIRA_PROJECT, fields)


def blank_fields(stamp: str, *, creator: str) -> Json:
    """Return the fields of an issue nobody has filled in."""
    known: Json = {name: None for name in FIELDS if name != "project"}
    known |= {"status": "10000", "priority": "3", "issuetype": "10001", "labels": [], "summary": ""}
    return known | {"created": stamp, "updated": stamp, "creator": creator, "reporter": creator}


def new_issue(number: str, key: str, project: str, fields: Json) -> Json:
    """Return an issue as it is stored."""
    return {
        "id": number,
        "key": key,
        "project": project,
        "fields": fields,
        "comments": [],
        "properties": {},
        "histories": [],
    }
