"""Reaching people at Salesforce: a task on the record a page names, for a person or a queue."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from doorstep.integrations.salesforce import words
from doorstep.integrations.salesforce.client import Salesforce, literal, segment, select
from doorstep.integrations.salesforce.described import describe
from doorstep.integrations.salesforce.files import attach
from doorstep.integrations.salesforce.places import record_id
from doorstep.plugin_api import Delivered, DeliveryFailed, Letter, Session
from doorstep.plugin_api.exchange import Trouble, delivering

WITHDRAWN = "Withdrawn: "
"""What the subject of a task we took back starts with, so that its being closed is no answer."""


class SalesforceChannel:
    """A way to reach people at Salesforce.

    An ask has the id of its task as external id; what is said on the same task later has that id, a
    ``#`` and its own key.  What stands before the ``#`` is the record that is then observed.
    """

    name = "salesforce"
    idempotent = True  # a task carries the letter's key as an external id

    def deliver(self, session: Session, letter: Letter) -> Delivered:
        """Make a task, or say more on the one there is, once.  Raises DeliveryFailed and ConnectionPaused."""
        with delivering():
            salesforce = Salesforce(session)
            if letter.purpose == "status":
                return _mirror(salesforce, letter)
            task = next((found for one in letter.earlier if (found := _task_id(one))), "")
            made = _more(salesforce, letter, task) if task else _task(salesforce, letter)
            _bring(salesforce, letter, _task_id(made.external_id))
            return made

    def withdraw(self, session: Session, letter: Letter, external_id: str) -> None:
        """Close the task and say in it that nothing is wanted any more.  One somebody closed is left alone."""
        task = _task_id(external_id)
        if not task or "#" in external_id:
            return
        with delivering():
            salesforce = Salesforce(session)
            row = _row(salesforce, task)
            if row is None or row["IsClosed"]:
                return
            values = {
                "Subject": WITHDRAWN + str(row["Subject"] or "")[: 250 - len(WITHDRAWN)],
                "Description": _above(words.text(letter), row["Description"]),
                "Status": salesforce.settings.withdrawn_status,
            }
            salesforce.patch(f"/sobjects/Task/{task}", values)


def _task(salesforce: Salesforce, letter: Letter) -> Delivered:
    """Find the task of this letter, or make it.  It is not made anew when somebody has worked on it since."""
    field = salesforce.settings.key_field
    found = list(salesforce.query(select("Id", "Task", f"WHERE {field} = {literal(letter.key)} LIMIT 1")))
    number = str(found[0]["Id"]) if found else _upserted(salesforce, letter.key, _values(salesforce, letter))
    return Delivered(number, datetime.now(UTC), salesforce.page("Task", number))


def _upserted(salesforce: Salesforce, key: str, values: Mapping[str, object]) -> str:
    """Create the task with this key, or update it: two at once make one task."""
    made = salesforce.patch(f"/sobjects/Task/{salesforce.settings.key_field}/{segment(key)}", values)
    return str(made["id"])


def _values(salesforce: Salesforce, letter: Letter) -> dict[str, object]:
    values: dict[str, object] = {
        "Subject": words.subject(letter),
        "Description": words.text(letter),
        "OwnerId": _owner(salesforce, letter),
        "Status": "Not Started",
        "Priority": "Normal",
    }
    return values | ({"WhatId": what} if (what := record_id(letter.record)) else {})


def _owner(salesforce: Salesforce, letter: Letter) -> str:
    return owner_of(salesforce, letter.to or letter.route.get("queue", ""), name=letter.to_name)


def owner_of(salesforce: Salesforce, to: str, *, name: str = "") -> str:
    """Return whose task it is: a user by id or address, a queue by id or name.  Trouble when there is none."""
    if record_id(to):
        return to
    said = literal(to)
    if "@" in to:
        who = select("Id", "User", f"WHERE IsActive = true AND (Email = {said} OR Username = {said}) LIMIT 1")
    else:
        who = select("Id", "Group", f"WHERE Type = 'Queue' AND (Name = {said} OR DeveloperName = {said}) LIMIT 1")
    found = list(salesforce.query(who)) if to else []
    if not found:
        raise Trouble(
            f'Expected a user or a queue of Salesforce for {name or "the task"}, but found none called "{to}". '
            "Enter their account under People, or a queue in the connection's routes.",
            permanent=True,
        )
    return str(found[0]["Id"])


def _more(salesforce: Salesforce, letter: Letter, task: str) -> Delivered:
    """Say something on the task there is: on top of what it says, once; a reminder makes it high.

    A task that was completed is opened again for a question or a change, or nobody would see it.  A
    reminder is not worth that: it crossed with the answer.
    """
    row, said = _row(salesforce, task), words.text(letter)
    if row is None:
        return _task(salesforce, letter)
    values: dict[str, object] = {}
    if said not in str(row["Description"] or "").replace("\r\n", "\n"):
        values["Description"] = _above(said, row["Description"])
    if letter.purpose == "reminder" and row["Priority"] != "High":
        values["Priority"] = "High"
    if values and row["IsClosed"] and letter.purpose in {"clarify", "change"}:
        values["Status"] = "Not Started"
    if values and (not row["IsClosed"] or "Status" in values):
        salesforce.patch(f"/sobjects/Task/{task}", values)
    return Delivered(f"{task}#{letter.key}", datetime.now(UTC), salesforce.page("Task", task))


def _bring(salesforce: Salesforce, letter: Letter, task: str) -> None:
    """Publish a letter's files on its task, and say there which Salesforce does not take."""
    refused = attach(salesforce, task, letter.attachments)
    row = _row(salesforce, task) if refused else None
    if row is not None and refused not in str(row["Description"] or ""):
        salesforce.patch(f"/sobjects/Task/{task}", {"Description": _above(refused, row["Description"])})


def _above(said: str, before: object) -> str:
    return f"{said}\n\n----------\n\n{before or ''}"[:32_000]


def _row(salesforce: Salesforce, task: str) -> dict[str, Any] | None:
    try:
        return salesforce.get(f"/sobjects/Task/{task}", fields="Subject,Description,Status,Priority,IsClosed")  # type: ignore[no-any-return]
    except Trouble as trouble:
        if trouble.status == 404:  # somebody deleted it
            return None
        raise


def _task_id(external_id: str) -> str:
    number = record_id(external_id)
    return number if number.startswith("00T") else ""


def _mirror(salesforce: Salesforce, letter: Letter) -> Delivered:
    """Show the status line: in the record's own field where one is set, else as the subject of one task."""
    record, line = record_id(letter.record), letter.headline or letter.subject
    if not record:
        raise DeliveryFailed("Expected a record to show the status line in, but got none.", permanent=True)
    if not salesforce.settings.status_field:
        about = {"Subject": line[:250], "Description": words.text(letter), "WhatId": record, "Status": "In Progress"}
        task = _upserted(salesforce, f"status {letter.thread or record}", about)
        return Delivered(f"{task}#status", datetime.now(UTC), salesforce.page("Task", task))
    kind = kind_of(salesforce, record)
    field = describe(salesforce, kind).field(salesforce.settings.status_field)
    there = salesforce.get(f"/sobjects/{kind}/{record}", fields=field.name)[field.name]
    if there != line[: field.length or None]:
        salesforce.patch(f"/sobjects/{kind}/{record}", {field.name: line[: field.length or None]})
    return Delivered(f"{record}#status", datetime.now(UTC), salesforce.page(kind, record))


def kind_of(salesforce: Salesforce, number: str) -> str:
    """Return what a record is, by the first three characters of its id."""
    kinds = {one["keyPrefix"]: one["name"] for one in salesforce.get("/sobjects")["sobjects"] if one.get("keyPrefix")}
    if number[:3] not in kinds:
        raise Trouble(
            f"Expected the id of a record, but got {number!r}: no object starts with {number[:3]}.", permanent=True
        )
    return str(kinds[number[:3]])
