"""What can happen to an issue: whoever does it, by REST or by hand, it is done here and leaves a history."""

from __future__ import annotations

import base64
import copy
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from doorstep.demo.jira_sandbox import adf, data
from doorstep.demo.serving import Upload
from doorstep.demo.state import Json, State

COMMENT_LIMIT = 32_767


class Refused(Exception):
    """What Jira answers when it will not: a status, messages, and errors by field."""

    def __init__(self, status: int, /, *messages: str, **errors: str) -> None:
        super().__init__(*messages, *errors.values())
        self.status = status
        self.body = {"errorMessages": list(messages), "errors": errors}


Listener = Callable[[str, Json, Json, str], None]
"""Called with the event's name, the issue, what the event adds (changelog or comment), and who did it."""


class Tracker:
    """The issues, and what everybody may do to them."""

    def __init__(self, *, file: Path | None, now: Callable[[], datetime]) -> None:
        self._now = now
        self.state = State(file, lambda: data.first(self.stamp()))
        self.listeners: list[Listener] = []
        self._index: dict[str, Json] | None = None  # what search still believes while its index is behind

    def stamp(self) -> str:
        """Return the time as Jira writes it."""
        return self._now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000"

    def now(self) -> datetime:
        """Return the sandbox's time."""
        return self._now()

    # -- looking ---------------------------------------------------------------------------------

    def issue(self, key: str) -> Json:
        """Return a copy of an issue, by key or id."""
        with self.state.reading() as document:
            return copy.deepcopy(_find(document, key))

    def indexed(self, fresh: frozenset[str] = frozenset()) -> list[Json]:
        """Return the issues as search knows them; those whose id is in ``fresh`` as they are."""
        with self.state.reading() as document:
            issues = document["issues"]
            known = issues if self._index is None else {**self._index, **{i: issues[i] for i in fresh if i in issues}}
            return copy.deepcopy(list(known.values()))

    def freeze_index(self, *, frozen: bool) -> None:
        """Let search fall behind, as Jira's does for some seconds, or catch up."""
        with self.state.reading() as document:
            self._index = copy.deepcopy(document["issues"]) if frozen else None

    def user(self, account: str) -> Json:
        """Return somebody's name and address."""
        with self.state.reading() as document:
            if account not in document["users"]:
                raise Refused(404, f"The user with the account id '{account}' does not exist")
            return {"accountId": account, **document["users"][account]}

    def users(self) -> list[Json]:
        """Return everybody."""
        with self.state.reading() as document:
            return [{"accountId": account, **user} for account, user in document["users"].items()]

    # -- changing --------------------------------------------------------------------------------

    @contextmanager
    def _changing(self, key: str) -> Iterator[tuple[Json, Json]]:
        with self.state.changing() as document:
            yield document, _find(document, key)

    def create(self, project: str, fields: Json, properties: Json, *, by: str) -> Json:
        """Create an issue and return it."""
        with self.state.changing() as document:
            if project not in document["projects"]:
                raise Refused(400, project="valid project is required")
            number, key = str(_next(document, "issue")), f"{project}-{_next(document, project)}"
            issue = data.new_issue(number, key, project, data.blank_fields(self.stamp(), creator=by) | fields)
            issue["properties"] = dict(properties)
            document["issues"][number] = issue
        self._tell("jira:issue_created", key, {}, by)
        return issue

    def edit(self, key: str, fields: Mapping[str, object], *, by: str) -> None:
        """Change fields; what is the same already leaves no trace."""
        with self._changing(key) as (document, issue):
            history = self._record(document, issue, fields, by)
        if history:
            self._tell("jira:issue_updated", key, {"changelog": history}, by)

    def move(self, key: str, transition: str, resolution: str | None, *, by: str) -> None:
        """Take an issue through a transition of its workflow."""
        with self._changing(key) as (document, issue):
            if transition not in data.ALLOWED[issue["fields"]["status"]]:
                raise Refused(400, f"It isn't possible to move {key} with the transition {transition} from here.")
            _, status, sets = data.TRANSITIONS[transition]
            chosen = (resolution or "10000") if sets == "choose" else sets
            resolved = self.stamp() if chosen else None
            changes = {"status": status, "resolution": chosen, "resolutiondate": resolved}
            history = self._record(document, issue, changes, by)
        self._tell("jira:issue_updated", key, {"changelog": history}, by)

    def comment(self, key: str, body: Json, properties: Json, *, by: str) -> Json:
        """Add a comment and return it."""
        _check(body)
        with self._changing(key) as (document, issue):
            stamp = self.stamp()
            comment: Json = {"id": str(_next(document, "comment")), "author": by, "updateAuthor": by, "body": body}
            comment |= {"created": stamp, "updated": stamp, "properties": dict(properties)}
            issue["comments"].append(comment)
            issue["fields"]["updated"] = stamp
        self._tell("comment_created", key, {"comment": comment}, by)
        return comment

    def change_comment(self, key: str, number: str, body: Json, *, by: str) -> Json:
        """Replace what a comment says and return it."""
        _check(body)
        with self._changing(key) as (_, issue):
            comment = _comment(issue, number)
            comment |= {"body": body, "updated": self.stamp(), "updateAuthor": by}
            issue["fields"]["updated"] = self.stamp()
        self._tell("comment_updated", key, {"comment": comment}, by)
        return comment

    def delete_comment(self, key: str, number: str, *, by: str) -> None:
        """Take a comment away."""
        with self._changing(key) as (_, issue):
            comment = _comment(issue, number)
            issue["comments"].remove(comment)
            issue["fields"]["updated"] = self.stamp()
        self._tell("comment_deleted", key, {"comment": comment}, by)

    def attach(self, key: str, file: Upload, *, by: str) -> Json:
        """Add a file to an issue and return it."""
        with self._changing(key) as (document, issue):
            kept: Json = {"id": str(_next(document, "attachment")), "filename": file.name, "author": by}
            kept |= {"created": self.stamp(), "size": len(file.content), "mimeType": file.media_type}
            kept |= {"content": base64.b64encode(file.content).decode()}
            issue.setdefault("attachments", []).append(kept)
            issue["fields"]["updated"] = self.stamp()
        return kept

    def attachment(self, number: str) -> Json:
        """Return a file of any issue."""
        with self.state.reading() as document:
            for issue in document["issues"].values():
                for file in issue.get("attachments", []):
                    if file["id"] == number:
                        return copy.deepcopy(file)
        raise Refused(404, f"The attachment with id '{number}' does not exist")

    def tick(self, key: str, number: str, item: str, *, by: str) -> None:
        """Turn a task item over, in a comment or (number ``description``) in the description."""
        issue = self.issue(key)
        body = issue["fields"]["description"] if number == "description" else _comment(issue, number)["body"]
        for task in adf.nodes(body or {}, "taskItem"):
            if task["attrs"]["localId"] == item:
                task["attrs"]["state"] = "TODO" if task["attrs"]["state"] == "DONE" else "DONE"
        if number == "description":
            self.edit(key, {"description": body}, by=by)
        else:
            self.change_comment(key, number, body, by=by)

    def set_property(self, key: str, name: str, value: object) -> bool:
        """Set an issue property; return whether it is new."""
        with self._changing(key) as (_, issue):
            new = name not in issue["properties"]
            issue["properties"][name] = value
            return new

    def set_comment_property(self, number: str, name: str, value: object) -> bool:
        """Set a comment's property; return whether it is new."""
        with self.state.changing() as document:
            comment = _any_comment(document, number)
            new = name not in comment["properties"]
            comment["properties"][name] = value
            return new

    def comment_property(self, number: str, name: str) -> object:
        """Return a comment's property."""
        with self.state.reading() as document:
            properties = _any_comment(document, number)["properties"]
        if name not in properties:
            raise Refused(404, f"The property {name} does not exist.")
        return properties[name]

    def _record(self, document: Json, issue: Json, changes: Mapping[str, object], by: str) -> Json | None:
        items = [_item(document, issue["fields"], name, new) for name, new in changes.items()]
        items = [item for item in items if item]
        if not items:
            return None
        stamp = self.stamp()
        issue["fields"] |= dict(changes) | {"updated": stamp}
        history = {"id": str(_next(document, "history")), "author": by, "created": stamp, "items": items}
        issue["histories"].append(history)
        return history

    def _tell(self, event: str, key: str, added: Json, by: str) -> None:
        for listener in self.listeners:
            listener(event, self.issue(key), copy.deepcopy(added), by)


def _find(document: Json, key: str) -> Json:
    for issue in document["issues"].values():
        if key.upper() == issue["key"] or key == issue["id"]:
            return issue  # type: ignore[no-any-return]
    raise Refused(404, "Issue does not exist or you do not have permission to see it.")


def _comment(issue: Json, number: str) -> Json:
    for comment in issue["comments"]:
        if comment["id"] == number:
            return comment  # type: ignore[no-any-return]
    raise Refused(404, f"Can not find a comment for the id: {number}.")


def _any_comment(document: Json, number: str) -> Json:
    for issue in document["issues"].values():
        for comment in issue["comments"]:
            if comment["id"] == number:
                return comment  # type: ignore[no-any-return]
    raise Refused(404, f"Can not find a comment for the id: {number}.")


def _check(body: Json) -> None:
    if why := adf.fault(body):
        raise Refused(400, comment=f"Comment body is not valid! ({why})")
    if len(adf.plain(body)) > COMMENT_LIMIT:
        raise Refused(400, comment=f"The entered text is too long. It exceeds the limit of {COMMENT_LIMIT} characters.")


def _next(document: Json, name: str) -> int:
    number: int = document["next"].setdefault(name, 1)
    document["next"][name] = number + 1
    return number


def _item(document: Json, fields: Json, name: str, new: object) -> Json | None:
    """Return one line of a history: ids where there are any, and what a person reads.  None for no change."""
    old = fields.get(name)
    if old == new:
        return None
    kind = "custom" if name.startswith("customfield_") else "jira"
    label = data.FIELDS[name][0] if kind == "custom" else name
    item: Json = {"field": label, "fieldtype": kind, "fieldId": name}
    for side, value in (("from", old), ("to", new)):
        if value is not None:
            item |= {side: str(value), f"{side}String" if side == "from" else "toString": words(document, name, value)}
    return item


def words(document: Json, name: str, value: object) -> str:
    """Return how a stored value reads: names for ids."""
    match name:
        case "status":
            return data.STATUSES[str(value)][0]
        case "resolution":
            return data.RESOLUTIONS[str(value)]
        case "priority":
            return data.PRIORITIES[str(value)]
        case "assignee" | "reporter" | "creator":
            return str(document["users"][str(value)]["name"])
        case "description":
            return adf.plain(value if isinstance(value, dict) else None)
        case "labels":
            return " ".join(value if isinstance(value, list) else [])
        case name if name in data.OPTIONS:
            return data.OPTIONS[name][str(value)]
    return str(value)
