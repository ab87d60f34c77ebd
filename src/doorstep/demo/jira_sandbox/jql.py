"""A subset of JQL: comparisons joined by AND, and an order.  Anything else is refused in Jira's words."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from doorstep.demo.jira_sandbox import data
from doorstep.demo.jira_sandbox.tracker import Refused
from doorstep.demo.state import Json

_CLAUSE = re.compile(
    r"""(?P<field>[\w.\[\]]+|"[^"]+")\s*(?P<op>>=|<=|!=|=|>|<|not\s+in\b|in\b)\s*"""
    r"""(?P<value>\([^)]*\)|"[^"]*"|'[^']*'|[^\s"']+)""",
    re.IGNORECASE,
)
_ORDER = re.compile(r"\border\s+by\b(.*)$", re.IGNORECASE | re.DOTALL)
_RELATIVE = re.compile(r"-(\d+)([mhdw])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_FORMATS = ("%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M", "%Y/%m/%d", "%Y-%m-%d")
_DATES = frozenset({"created", "updated", "resolutiondate"})


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, when, and in which zone their dates are meant."""

    account: str
    now: datetime
    zone: str


def search(issues: list[Json], jql: str, asker: Asker) -> list[Json]:
    """Return the issues a query finds, in its order."""
    order = _ORDER.search(jql)
    where = jql[: order.start()] if order else jql
    tests = [_test(match, asker) for match in _clauses(where)]
    found = [issue for issue in issues if all(test(issue) for test in tests)]
    for name, downward in reversed(_order(order.group(1) if order else "")):
        found.sort(key=lambda issue: str(_value(issue, name)), reverse=downward)
    return found


def _clauses(where: str) -> list[re.Match[str]]:
    found, place = [], 0
    while where[place:].strip():
        match = _CLAUSE.match(where, place + len(where[place:]) - len(where[place:].lstrip()))
        if not match:
            raise Refused(400, f"Error in the JQL Query: this sandbox does not understand {where[place:].strip()!r}.")
        found.append(match)
        place = match.end()
        joint = re.match(r"\s+and\s+|\s*$", where[place:], re.IGNORECASE)
        if not joint:
            raise Refused(400, f"Error in the JQL Query: expecting AND before {where[place:].strip()!r}.")
        place += joint.end()
    if not found:
        raise Refused(400, "Unbounded JQL queries are not allowed here. Please add a search restriction to your query.")
    return found


def _order(text: str) -> list[tuple[str, bool]]:
    terms = [term.split() for term in text.split(",") if term.strip()]
    return [(term[0].lower(), len(term) > 1 and term[1].lower() == "desc") for term in terms]


def _test(clause: re.Match[str], asker: Asker) -> Callable[[Json], bool]:
    name, op = clause["field"].strip('"').lower(), re.sub(r"\s+", " ", clause["op"].lower())
    raw = clause["value"].strip("()") if "in" in op else clause["value"]
    wanted = [_literal(part, name, asker) for part in (raw.split(",") if "in" in op else [raw])]
    _value({"fields": {}, "key": "", "id": "", "project": ""}, name)
    return lambda issue: _compare(_value(issue, name), op, wanted)


def _compare(value: str, op: str, wanted: list[str]) -> bool:
    match op:
        case "=" | "in":
            return value in wanted
        case "!=" | "not in":
            return value not in wanted
        case ">":
            return value > wanted[0]
        case ">=":
            return value >= wanted[0]
        case "<":
            return value < wanted[0]
    return value <= wanted[0]


def _literal(text: str, name: str, asker: Asker) -> str:
    text = text.strip().strip("\"'")
    if text.lower() == "currentuser()":
        return asker.account
    return _date(text, asker) if name in _DATES else text.lower()


def _date(text: str, asker: Asker) -> str:
    """Return a date as stamps are stored: dates are meant in the asker's zone, to the minute."""
    relative = _RELATIVE.fullmatch(text)
    if relative:
        return _stored(asker.now - timedelta(**{_UNITS[relative[2]]: int(relative[1])}))
    for form in _FORMATS:
        try:
            return _stored(datetime.strptime(text, form).replace(tzinfo=ZoneInfo(asker.zone)))
        except ValueError:
            continue
    raise Refused(400, f"Date value '{text}' for field is invalid. Valid formats include: 'yyyy/MM/dd HH:mm'.")


def _stored(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def _value(issue: Json, name: str) -> str:
    fields = issue["fields"]
    match name:
        case "project":
            return str(issue["project"]).lower()
        case "key" | "issuekey" | "issue":
            return str(issue["key"]).lower()
        case "id":
            return str(issue["id"])
        case "status":
            return data.STATUSES.get(fields.get("status", ""), ("", ""))[0].lower()
        case "statuscategory":
            return str(data.CATEGORIES[data.STATUSES[fields["status"]][1]]["name"]).lower() if fields else ""
        case "assignee" | "reporter" | "creator" | "created" | "updated" | "resolutiondate":
            return str(fields.get(name) or "")
        case "labels":
            return " ".join(fields.get("labels") or []).lower()
    raise Refused(400, f"Field '{name}' does not exist or you do not have permission to view it.")
