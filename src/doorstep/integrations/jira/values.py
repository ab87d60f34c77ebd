"""Field values between Jira and Doorstep: by label and typed on our side, by id and shaped on Jira's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from doorstep.integrations.jira import adf
from doorstep.plugin_api.exchange import Trouble

UNTOLD = frozenset({"progress", "votes", "watches", "timetracking", "comments-page", "any", "securitylevel"})
"""Kinds of fields that say nothing on a page."""


def told(value: Any, schema: Mapping[str, Any]) -> object:
    """Return a value of Jira as a fact's value, None when there is none or it says nothing."""
    kind = schema.get("type", "string")
    if value is None or kind in UNTOLD:
        return None
    if kind == "array" and isinstance(value, list):
        return [told(one, {"type": schema.get("items", "string")}) for one in value] or None
    if isinstance(value, dict):
        return _of_object(value)
    match kind:
        case "number":
            return Decimal(str(value))
        case "date":
            return date.fromisoformat(str(value))
        case "datetime":
            return datetime.fromisoformat(str(value))
    return value


def _of_object(value: Mapping[str, Any]) -> object:
    """Return people and linked issues as something with fields, everything else by its name."""
    if value.get("type") == "doc":
        return adf.plain(value)
    if "accountId" in value:
        known = {"Name": value.get("displayName"), "Email": value.get("emailAddress"), "Account": value["accountId"]}
        return {label: text for label, text in known.items() if text}
    if "key" in value and "fields" in value:
        return {"Key": value["key"], "Summary": value["fields"].get("summary", "")}
    return value.get("value") or value.get("name")


def by_label(issue: Mapping[str, Any]) -> dict[str, object]:
    """Return an issue's fields by label.  Of two with one label the one Jira ships wins."""
    names, schemas = issue.get("names", {}), issue.get("schema", {})
    known: dict[str, object] = {}
    for name in sorted(issue.get("fields", {}), key=lambda field: field.startswith("customfield_")):
        value = told(issue["fields"][name], schemas.get(name, {}))
        if value is not None:
            known.setdefault(names.get(name, name), value)
    category = (issue["fields"].get("status") or {}).get("statusCategory", {}).get("name")
    return known | ({"Status category": category} if category else {})


def shaped(value: object, meta: Mapping[str, Any]) -> object:
    """Return a fact's value as Jira takes it for a field.  Trouble when the field cannot hold it."""
    schema = meta["schema"]
    if value is None or value == "":
        return None
    if schema["type"] == "array":
        items = value if isinstance(value, (list, tuple)) else [value]
        return [shaped(one, {**meta, "schema": {"type": schema.get("items", "string")}}) for one in items]
    match schema["type"]:
        case "number":
            return _number(value, meta["name"])
        case "date" if isinstance(value, date):
            return f"{value:%Y-%m-%d}"
        case "datetime" if isinstance(value, datetime):
            return value.strftime("%Y-%m-%dT%H:%M:%S.000%z")
        case "user":
            return {"accountId": _account(value)}
        case "option":
            return {"value": str(value)}
        case "priority" | "resolution" | "version" | "component" | "issuetype":
            return {"name": str(value)}
    return adf.document(adf.lines(str(value))) if _is_document(schema) else str(value)


def _is_document(schema: Mapping[str, Any]) -> bool:
    return schema.get("system") in {"description", "environment"} or str(schema.get("custom", "")).endswith(":textarea")


def _account(value: object) -> str:
    return str(value.get("Account", "")) if isinstance(value, Mapping) else str(value)


def _number(value: object, label: str) -> float | int:
    """Return a number as JSON has it.  An amount of money gives its amount."""
    try:
        number = Decimal(str(_amount(value)))
    except InvalidOperation as error:
        raise Trouble(f'Expected a number for "{label}", but got {value!r}.', permanent=True) from error
    return int(number) if number == number.to_integral_value() else float(number)


def _amount(value: object) -> object:
    return value.get("amount") if isinstance(value, Mapping) else getattr(value, "amount", value)


def same(there: object, wanted: object) -> bool:
    """Whether a field says already what is wanted, whatever form the value has."""
    if isinstance(there, Mapping):
        return str(wanted) in {str(part) for part in there.values()} or there == wanted
    if isinstance(there, list):
        other = list(wanted) if isinstance(wanted, (list, tuple)) else [wanted]
        return sorted(map(str, there)) == sorted(map(str, other))
    if isinstance(there, Decimal):
        return _equal(there, wanted)
    return _plain(there) == _plain(wanted)


def _equal(there: Decimal, wanted: object) -> bool:
    try:
        return there == Decimal(str(_amount(wanted)))
    except InvalidOperation:
        return False


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return str(value.timestamp())
    return "" if value is None else str(value).strip()
