"""How stored things look in Jira's answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from doorstep.demo import company
from doorstep.demo.jira_sandbox import data
from doorstep.demo.state import Json


class Shapes:
    """Answers for one base address: every thing in them links to itself."""

    def __init__(self, base: str, users: Iterable[Json]) -> None:
        self.base = base
        self._users = {user["accountId"]: user for user in users}

    def _self(self, path: str) -> str:
        return f"{self.base}/rest/api/3/{path}"

    def user(self, account: str | None) -> Json | None:
        """Return a user; None for nobody."""
        if not account:
            return None
        known = self._users[account]
        return {
            "self": self._self(f"user?accountId={account}"),
            "accountId": account,
            "accountType": "app" if account == data.ROBOT else "atlassian",
            "emailAddress": known["email"],
            "displayName": known["name"],
            "active": True,
            "timeZone": company.ZONE,
        }

    def status(self, number: str) -> Json:
        """Return a status with its category."""
        name, category = data.STATUSES[number]
        shaped = {**data.CATEGORIES[category], "self": self._self(f"statuscategory/{data.CATEGORIES[category]['id']}")}
        return {"self": self._self(f"status/{number}"), "id": number, "name": name, "statusCategory": shaped}

    def project(self, key: str) -> Json:
        """Return a project in short."""
        return {"self": self._self("project/10010"), "id": "10010", "key": key, "name": company.JIRA_PROJECT_NAME}

    def _named(self, where: str, number: str | None, names: dict[str, str]) -> Json | None:
        return {"self": self._self(f"{where}/{number}"), "id": number, "name": names[number]} if number else None

    def value(self, name: str, stored: Any, issue: Json) -> Any:
        """Return a field's value."""
        match name:
            case "assignee" | "reporter" | "creator":
                return self.user(stored)
            case "status":
                return self.status(stored)
            case "resolution":
                return self._named("resolution", stored, data.RESOLUTIONS)
            case "priority":
                return self._named("priority", stored, data.PRIORITIES)
            case "issuetype":
                return {**(self._named("issuetype", stored, data.ISSUE_TYPES) or {}), "subtask": False}
            case "project":
                return self.project(issue["project"])
            case name if name in data.OPTIONS and stored:
                return {"self": self._self(f"option/{stored}"), "id": stored, "value": data.OPTIONS[name][stored]}
        return stored

    def issue(self, issue: Json, *, fields: Iterable[str], expand: str = "", properties: Iterable[str] = ()) -> Json:
        """Return an issue with the fields and the extras asked for."""
        asked = list(fields)
        names = [name for name in asked if name in data.FIELDS]
        shaped: Json = {"id": issue["id"], "key": issue["key"], "self": self._self(f"issue/{issue['id']}")}
        if names:
            shaped["fields"] = {name: self.value(name, issue["fields"].get(name), issue) for name in names}
        if "attachment" in asked:
            files = [self.attachment(one) for one in issue.get("attachments", [])]
            shaped["fields"] = {**shaped.get("fields", {}), "attachment": files}
        known = {name: issue["properties"][name] for name in properties if name in issue["properties"]}
        if known:
            shaped["properties"] = known
        if "names" in expand:
            shaped["names"] = {name: data.FIELDS[name][0] for name in names}
        if "schema" in expand:
            shaped["schema"] = {name: data.FIELDS[name][1] for name in names}
        if "changelog" in expand:
            shaped["changelog"] = self.histories(issue)
        return shaped

    def histories(self, issue: Json) -> Json:
        """Return the latest hundred histories, newest first, as `expand=changelog` gives them."""
        newest = [self.history(history) for history in reversed(issue["histories"])]
        return {"startAt": 0, "maxResults": len(newest), "total": len(newest), "histories": newest[:100]}

    def history(self, history: Json) -> Json:
        """Return one history with its author."""
        return {**history, "author": self.user(history["author"])}

    def comment(self, issue: Json, comment: Json) -> Json:
        """Return a comment.  Its properties have resources of their own."""
        shown = {name: comment[name] for name in ("id", "body", "created", "updated")}
        people = {role: self.user(comment[role]) for role in ("author", "updateAuthor")}
        return {
            "self": self._self(f"issue/{issue['id']}/comment/{comment['id']}"),
            **shown,
            **people,
            "jsdPublic": True,
        }

    def attachment(self, file: Json) -> Json:
        """Return what is known of a file; its content has a resource of its own."""
        shown = {name: file[name] for name in ("id", "filename", "created", "size", "mimeType")}
        where = {
            "self": self._self(f"attachment/{file['id']}"),
            "content": self._self(f"attachment/content/{file['id']}"),
        }
        return {**where, **shown, "author": self.user(file["author"])}

    def transition(self, number: str) -> Json:
        """Return a transition, with its screen."""
        name, status, sets = data.TRANSITIONS[number]
        screen = {"resolution": self.meta("resolution", required=True)} if sets == "choose" else {}
        flags = {"hasScreen": bool(screen), "isGlobal": False, "isInitial": False, "isConditional": False}
        return {"id": number, "name": name, "to": self.status(status), **flags, "isAvailable": True, "fields": screen}

    def meta(self, name: str, *, required: bool = False) -> Json:
        """Return what may be put into a field."""
        label, schema = data.FIELDS[name]
        shaped: Json = {"required": required, "schema": schema, "name": label, "key": name, "operations": ["set"]}
        allowed = {"resolution": data.RESOLUTIONS, "priority": data.PRIORITIES, **data.OPTIONS}.get(name)
        if allowed:
            word = "value" if name in data.OPTIONS else "name"
            shaped["allowedValues"] = [{"id": number, word: text} for number, text in allowed.items()]
        return shaped

    def field(self, name: str) -> Json:
        """Return a field as the list of fields has it."""
        label, schema = data.FIELDS[name]
        custom = name.startswith("customfield_")
        flags = {"custom": custom, "orderable": True, "navigable": True, "searchable": True}
        clause = f"cf[{schema['customId']}]" if custom else name
        return {"id": name, "key": name, "name": label, **flags, "clauseNames": [clause], "schema": schema}
