"""What can happen to a record: whoever does it, by REST or by hand, it is checked and stamped here."""

from __future__ import annotations

import base64
import copy
import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from doorstep.demo import company
from doorstep.demo.salesforce_sandbox import data
from doorstep.demo.salesforce_sandbox.objects import KINDS, Field, Kind, kind_of
from doorstep.demo.state import Json, State

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class Refused(Exception):
    """What Salesforce answers when it will not: a status and a list of errors."""

    def __init__(self, status: int, code: str, message: str, *fields: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.body = [{"message": message, "errorCode": code, **({"fields": list(fields)} if fields else {})}]


class Crm:
    """The records, and what everybody may do to them."""

    def __init__(self, *, file: Path | None, now: Callable[[], datetime]) -> None:
        self.now = now
        self.state = State(file, lambda: data.first(self.stamp()))

    def stamp(self) -> str:
        """Return the time as Salesforce writes it."""
        return self.now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000"

    # -- looking ---------------------------------------------------------------------------------

    def record(self, kind: Kind, number: str) -> Json:
        """Return a copy of a record with every field, derived ones included."""
        with self.state.reading() as document:
            stored = _of(document, kind).get(_long(document, kind, number))
            if stored is None:
                raise Refused(404, "NOT_FOUND", "The requested resource does not exist")
            return whole(kind, copy.deepcopy(stored))

    def records(self, kind: Kind) -> list[Json]:
        """Return copies of all records of a kind."""
        with self.state.reading() as document:
            return [whole(kind, copy.deepcopy(stored)) for stored in _of(document, kind).values()]

    def name(self, number: str | None) -> str:
        """Return what a record is called, nothing for nobody."""
        kind = kind_of(number or "")
        return str(self.record(kind, number or "")["Name"]) if kind and kind.field("Name") else ""

    # -- changing --------------------------------------------------------------------------------

    def create(self, kind: Kind, values: Mapping[str, object], *, by: str) -> str:
        """Create a record; return its id."""
        usual = {"Status": "Not Started", "Priority": "Normal", "OwnerId": by} if kind.name == "Task" else {}
        with self.state.changing() as document:
            checked = self._checked(document, kind, {**usual, **values})
            missing = [field.name for field in kind.fields if field.required and not checked.get(field.name)]
            if missing:
                message = f"Required fields are missing: [{', '.join(missing)}]"
                raise Refused(400, "REQUIRED_FIELD_MISSING", message, *missing)
            number = company.salesforce_id(kind.prefix, 9000 + document["next"])
            document["next"] += 1
            record: Json = {"Id": number, "IsDeleted": False, "CreatedDate": self.stamp(), "CreatedById": by}
            _of(document, kind)[number] = self._stamped(kind, record | checked, by)
            if kind.name == "ContentVersion":
                self._published(document, number, by)
        return number

    def post(self, task: str, text: str, *, by: str) -> str:
        """Post on the feed of a task; return the id of the post."""
        values = {"ParentId": task, "Body": text, "Type": "TextPost"}
        with self.state.changing() as document:
            return self._put(document, KINDS["TaskFeed"], values, by)

    def files(self, task: str) -> list[Json]:
        """Return the files published on a task."""
        return [one for one in self.records(KINDS["ContentVersion"]) if one["FirstPublishLocationId"] == task]

    def _put(self, document: Json, kind: Kind, values: Json, by: str) -> str:
        """Keep a record that Salesforce makes itself; return its id."""
        number = company.salesforce_id(kind.prefix, 9000 + document["next"])
        document["next"] += 1
        record: Json = {"Id": number, "IsDeleted": False, "CreatedDate": self.stamp(), "CreatedById": by}
        _of(document, kind)[number] = self._stamped(kind, record | values, by)
        return number

    def _published(self, document: Json, number: str, by: str) -> None:
        """Give a new file its document, its checksum and its link to where it was first published."""
        version = _of(document, KINDS["ContentVersion"])[number]
        content = base64.b64decode(str(version["VersionData"]))
        paper = company.salesforce_id("069", 9000 + document["next"])
        sums = {"Checksum": hashlib.md5(content, usedforsecurity=False).hexdigest(), "ContentSize": len(content)}
        version |= {"ContentDocumentId": paper, **sums}
        if place := version.get("FirstPublishLocationId"):
            link = {"LinkedEntityId": place, "ContentDocumentId": paper, "ShareType": "V"}
            self._put(document, KINDS["ContentDocumentLink"], link, by)

    def update(self, kind: Kind, number: str, values: Mapping[str, object], *, by: str) -> None:
        """Change fields of a record.  The stamp moves even when nothing differs, as Salesforce's does."""
        with self.state.changing() as document:
            number = _long(document, kind, number)
            stored = _of(document, kind).get(number)
            if stored is None:
                raise Refused(404, "NOT_FOUND", "The requested resource does not exist")
            changed = stored | self._checked(document, kind, values)
            _of(document, kind)[number] = self._stamped(kind, changed, by)

    def upsert(self, kind: Kind, key: tuple[str, str], values: Mapping[str, object], *, by: str) -> tuple[str, bool]:
        """Update the record with an external id, or create it; return its id and whether it is new."""
        field = kind.field(key[0])
        if field is None or not field.external_id:
            raise Refused(404, "NOT_FOUND", f"Provided external ID field does not exist or is not accessible: {key[0]}")
        found = [record["Id"] for record in self.records(kind) if record.get(field.name) == key[1]]
        if found:
            self.update(kind, found[0], values, by=by)
            return found[0], False
        return self.create(kind, {**values, field.name: key[1]}, by=by), True

    def _stamped(self, kind: Kind, record: Json, by: str) -> Json:
        record |= {"LastModifiedDate": self.stamp(), "SystemModstamp": self.stamp(), "LastModifiedById": by}
        if kind.name == "Task":
            closed = record["Status"] == "Completed"
            record["CompletedDateTime"] = (record.get("CompletedDateTime") or self.stamp()) if closed else None
        return record

    def _checked(self, document: Json, kind: Kind, values: Mapping[str, object]) -> Json:
        checked: Json = {}
        for name, value in values.items():
            field = kind.field(name)
            if field is None:
                message = f"No such column '{name}' on sobject of type {kind.name}"
                raise Refused(400, "INVALID_FIELD", message)
            if not field.writable:
                message = f"Unable to create/update fields: {name}. Please check the security settings of this field."
                raise Refused(400, "INVALID_FIELD_FOR_INSERT_UPDATE", message, name)
            _check(document, field, value)
            checked[field.name] = None if value == "" else value
        return checked


def _of(document: Json, kind: Kind) -> Json:
    """Return the records of a kind; an older document may not have heard of it."""
    return document["records"].setdefault(kind.name, {})  # type: ignore[no-any-return]


def whole(kind: Kind, stored: Json) -> Json:
    """Return a record with an entry for every field; some follow from others."""
    record = {field.name: stored.get(field.name) for field in kind.fields}
    if kind.name == "Task":
        record["IsClosed"] = stored["Status"] == "Completed"
    if kind.name == "Opportunity":
        record |= {"IsClosed": stored["StageName"].startswith("Closed"), "IsWon": stored["StageName"] == "Closed Won"}
    return record


def _long(document: Json, kind: Kind, number: str) -> str:
    """Return the 18-character id of a record given by either form of it."""
    known = _of(document, kind)
    return number if len(number) != 15 else next((one for one in known if one.startswith(number)), number)


def _check(document: Json, field: Field, value: object) -> None:
    """Refuse a value its field cannot hold, in Salesforce's words."""
    if value in {None, ""}:
        return
    match field.type:
        case "picklist" if value not in field.picklist:
            message = f"{field.label}: bad value for restricted picklist field: {value}"
            raise Refused(400, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", message, field.name)
        case "email" if not _EMAIL.fullmatch(str(value)):
            message = f"{field.label}: invalid email address: {value}"
            raise Refused(400, "INVALID_EMAIL_ADDRESS", message, field.name)
        case "date" if not _is_date(value):
            message = f"Cannot deserialize instance of date from VALUE_STRING value {value}"
            raise Refused(400, "JSON_PARSER_ERROR", message)
        case "currency" if isinstance(value, (str, bool)):
            message = f"Cannot deserialize instance of currency from VALUE_STRING value {value}"
            raise Refused(400, "JSON_PARSER_ERROR", message)
        case "reference" if not any(value in records for records in document["records"].values()):
            raise Refused(
                400, "INVALID_CROSS_REFERENCE_KEY", f"{field.label}: id value of incorrect type: {value}", field.name
            )
        case "string" | "textarea" if len(str(value)) > field.length:
            message = f"{field.label}: data value too large (max length={field.length})"
            raise Refused(400, "STRING_TOO_LONG", message, field.name)


def _is_date(value: object) -> bool:
    try:
        return bool(date.fromisoformat(str(value)))
    except ValueError:
        return False
