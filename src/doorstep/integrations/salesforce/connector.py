"""Salesforce as a system of record: records read, written, watched."""

from __future__ import annotations

import json
import time
from collections.abc import Generator, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from doorstep.integrations.salesforce.channel import WITHDRAWN, kind_of, owner_of
from doorstep.integrations.salesforce.client import Salesforce, segment, select
from doorstep.integrations.salesforce.described import Described, Field, describe, same, shaped
from doorstep.integrations.salesforce.feed import changed, posts_on
from doorstep.integrations.salesforce.places import record_id
from doorstep.integrations.salesforce.settings import Settings
from doorstep.plugin_api import Observation, ReadFailed, RecordRead, Session, WriteFailed, WriteResult
from doorstep.plugin_api.exchange import Trouble, reading, writing

OVERLAP = timedelta(minutes=5)
"""How far each poll looks back: a transaction shows at its end, with the stamp of its beginning."""

FEED = "TaskFeed"

KEPT = 600.0
"""Seconds a describe is believed; it is asked for again when a label is not found in it."""

_known: dict[tuple[str, str], tuple[float, Described]] = {}
"""What objects were made of when we last asked, by site and name.  Connectors come and go; this stays."""

Wanted = tuple[str, Field, object]
"""The label a page uses, the field it means, and the value as Salesforce takes it."""


class SalesforceConnector:
    """Records by the names of their objects: a page calls them ``Salesforce Opportunity``."""

    system = "Salesforce"

    def read(self, session: Session, record_type: str, key: str) -> RecordRead:
        """Return a record as it is now.  Raises ReadFailed and ConnectionPaused."""
        with reading():
            salesforce, number = Salesforce(session), _named(key)
            kind = record_type if record_type and not number.startswith("00T") else kind_of(salesforce, number)
            described = _described(salesforce, kind)
            row = salesforce.get(f"/sobjects/{described.kind}/{number}")
            fields = described.told(row) | dict(_related(salesforce, described, row))
            return RecordRead(
                key=row["Id"],
                title=described.title(row),
                link=salesforce.page(described.kind, row["Id"]),
                fields=fields,
                stamp=str(row.get("SystemModstamp", "")),
                changed_by=str(row.get("LastModifiedById") or ""),
                changed_at=datetime.fromisoformat(row["LastModifiedDate"]) if row.get("LastModifiedDate") else None,
                outcome=outcome(row, salesforce.settings) if described.kind == "Task" else "",
                remarks=posts_on(salesforce, row["Id"]) if described.kind == "Task" else (),
            )

    def write(
        self, session: Session, record_type: str, key: str, values: Mapping[str, object], *, idempotency_key: str
    ) -> WriteResult:
        """Set fields by label.  What is so already is not written; what was written is read back.

        Raises WriteFailed, WriteUnknown and ConnectionPaused.
        """
        with writing():
            salesforce, number = Salesforce(session), _named(key)
            kind = record_type or kind_of(salesforce, number)
            wanted = _shaped(salesforce, kind, values)
            place, fields = f"/sobjects/{kind}/{number}", ",".join(field.name for _, field, _ in wanted)
            before = salesforce.get(place, fields=fields)
            changes = {field.name: one for _, field, one in wanted if not same(before[field.name], one, field)}
            if changes:
                salesforce.patch(place, changes)
            after = salesforce.get(place, fields=fields) if changes else before
            _verify(number, after, wanted)
            old, new = ({label: row[field.name] for label, field, _ in wanted} for row in (before, after))
            return WriteResult(changed=bool(changes), old=old, new=new, link=salesforce.page(kind, number))

    def call(
        self, session: Session, action: str, arguments: Mapping[str, object], *, idempotency_key: str
    ) -> WriteResult:
        """Do ``create task`` (subject, on, for, text), once for each idempotency key.  Raises as write."""
        with writing():
            if action.lower().replace("_", " ").replace("-", " ") != "create task":
                raise Trouble(f"Expected the action create task, but got {action!r}.", permanent=True)
            given = {name.lower(): _said(one) for name, one in arguments.items() if one is not None}
            return _create_task(Salesforce(session), given, idempotency_key)

    def poll(self, session: Session) -> Iterable[Observation]:
        """Yield the records changed since the cursor, which moves once they were all taken.

        The first poll only finds where to start.  Raises ReadFailed and ConnectionPaused.
        """
        with reading():
            salesforce, cursor = Salesforce(session), _cursor(session)
            key = f" AND {salesforce.settings.key_field} != null"
            for kind, only in [*((one, "") for one in salesforce.settings.objects), ("Task", key)]:
                seen = cursor.get(kind)
                if seen is None:
                    cursor[kind] = _start(salesforce, kind, only)
                else:
                    cursor[kind] = yield from _changed(salesforce, kind, only, seen)
            cursor[FEED] = yield from changed(salesforce, cursor.get(FEED), overlap=OVERLAP)
            session.cursor.set(json.dumps(cursor))


# -- what objects are made of ----------------------------------------------------------------------


def _described(salesforce: Salesforce, kind: str, *, fresh: bool = False) -> Described:
    place = (salesforce.settings.site, kind)
    at, known = _known.get(place, (0.0, None))
    if known is None or fresh or time.monotonic() - at > KEPT:
        known = describe(salesforce, kind)
        _known[place] = (time.monotonic(), known)
    return known


def _related(
    salesforce: Salesforce, described: Described, row: Mapping[str, Any]
) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield the records a record refers to, by the name of the relationship."""
    for field in described.fields:
        number = row.get(field.name)
        if field.through not in salesforce.settings.relations or not number:
            continue
        kind = {"005": "User", "00G": "Group"}.get(number[:3], field.refers_to[0])
        try:
            other = salesforce.get(f"/sobjects/{kind}/{number}")
            yield field.through, _described(salesforce, kind).told(other)
        except Trouble as trouble:
            if trouble.status not in {403, 404}:  # what the account may not see is not there for us
                raise


def _shaped(salesforce: Salesforce, kind: str, values: Mapping[str, object]) -> list[Wanted]:
    """Return what is to be written."""
    described = _described(salesforce, kind)
    shaped_values = []
    for label, value in values.items():
        try:
            field = described.field(label)
        except Trouble:
            field = _described(salesforce, kind, fresh=True).field(label)
        if not field.updateable:
            raise Trouble(
                f'"{field.label}" of {kind} cannot be changed by the account we sign in with.', permanent=True
            )
        shaped_values.append((label, field, shaped(value, field)))
    return shaped_values


def outcome(row: Mapping[str, Any], settings: Settings) -> str:
    """Return what a task's state says to the ask it carries: closed is done, unless its status is a no or it was us."""
    if not row.get("IsClosed") or str(row.get("Subject") or "").startswith(WITHDRAWN):
        return ""
    return "rejected" if str(row.get("Status", "")).casefold() in settings.no else "done"


def _verify(number: str, row: Mapping[str, Any], wanted: Iterable[Wanted]) -> None:
    wrong = [f"{label} = {row[field.name]!r}" for label, field, one in wanted if not same(row[field.name], one, field)]
    if wrong:
        why = f"Salesforce took the change of {number}, but then showed {', '.join(wrong)}."
        raise WriteFailed(why, permanent=True)


def _named(key: str) -> str:
    number = record_id(key)
    if not number:
        raise Trouble(f"Expected the id of a record, with 15 or 18 characters, but got {key!r}.", permanent=True)
    return number


def _said(value: object) -> str:
    """Return an argument as text: a linked record by its id."""
    return str(value.get("key") or value) if isinstance(value, Mapping) else str(value)


def _create_task(salesforce: Salesforce, arguments: Mapping[str, str], key: str) -> WriteResult:
    if not arguments.get("subject"):
        raise Trouble('Expected an argument "subject" for create task.', permanent=True)
    values: dict[str, object] = {"Subject": arguments["subject"][:250], "Description": arguments.get("text", "")}
    values |= {"WhatId": what} if (what := record_id(arguments.get("on", ""))) else {}
    values |= {"OwnerId": owner_of(salesforce, arguments["for"])} if arguments.get("for") else {}
    made = salesforce.patch(f"/sobjects/Task/{salesforce.settings.key_field}/{segment(key)}", values)
    facts = {"key": made["id"], "link": salesforce.page("Task", made["id"])}
    return WriteResult(changed=True, new=facts, facts=facts, link=facts["link"])


# -- polling ---------------------------------------------------------------------------------------

Seen = dict[str, Any]
"""Where reading an object stopped: ``at``, the latest stamp, and ``seen``, the stamps of records near it."""


def _start(salesforce: Salesforce, kind: str, only: str) -> Seen:
    latest = list(salesforce.query(select("SystemModstamp", kind, "ORDER BY SystemModstamp DESC LIMIT 1")))
    at = latest[0]["SystemModstamp"] if latest else "2000-01-01T00:00:00.000+0000"
    return {"at": at, "seen": dict(_stamps(salesforce, kind, only, datetime.fromisoformat(at)))}


def _changed(salesforce: Salesforce, kind: str, only: str, before: Seen) -> Generator[Observation, None, Seen]:
    latest, seen = datetime.fromisoformat(before["at"]), dict(before["seen"])
    for number, stamp in _stamps(salesforce, kind, only, latest):
        if seen.get(number) != stamp:
            yield Observation("Salesforce", number, cursor=stamp, external_id=f"{number}@{stamp}")
        seen[number] = stamp
        latest = max(latest, datetime.fromisoformat(stamp))
    young = {number: at for number, at in seen.items() if datetime.fromisoformat(at) >= latest - OVERLAP}
    return {"at": latest.isoformat(), "seen": young}


def _stamps(salesforce: Salesforce, kind: str, only: str, latest: datetime) -> Iterator[tuple[str, str]]:
    """Yield the records changed since a little before the latest stamp, oldest first."""
    since = (latest - OVERLAP).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    rest = f"WHERE SystemModstamp >= {since}{only} ORDER BY SystemModstamp, Id"
    yield from (
        (row["Id"], row["SystemModstamp"]) for row in salesforce.query(select("Id, SystemModstamp", kind, rest))
    )


def _cursor(session: Session) -> dict[str, Seen]:
    try:
        value = json.loads(session.cursor.get() or "{}")
    except ValueError as error:
        raise ReadFailed(
            f"The cursor of {session.name} is damaged: clear it to start from now.", permanent=True
        ) from error
    return value if isinstance(value, dict) else {}
