"""The port to systems of record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from doorstep.plugin_api.reply import Observation
from doorstep.plugin_api.session import Session


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody wrote on a record: the other system's id of it, and the account and address of who wrote it.

    ``text`` is their own words, without quotes and mentions.  Apps, machines and ourselves write no remarks.
    """

    id: str
    author: str
    at: datetime
    text: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class RecordRead:
    """A record as it is now: fields by label, nested for related records, values typed."""

    key: str  # "DEP-412", "006…"
    title: str
    link: str
    fields: Mapping[str, object]
    stamp: str = ""  # the other system's version of it
    changed_by: str = ""  # account id of who made the last relevant change
    changed_at: datetime | None = None
    ticked: Mapping[str, bool] = field(default_factory=dict)  # checklist items read back
    # What the state of the record says to an ask put on it: done, rejected, unclear, or "" while it is open.
    outcome: str = ""
    remarks: tuple[Remark, ...] = ()  # what people wrote on it lately, oldest first


@dataclass(frozen=True, slots=True)
class WriteResult:
    """What a write found and did.  ``changed`` is false when it was so already."""

    changed: bool
    old: Mapping[str, object] = field(default_factory=dict)
    new: Mapping[str, object] = field(default_factory=dict)
    facts: Mapping[str, object] = field(default_factory=dict)
    link: str = ""


class Connector(Protocol):
    """A system to read and write.  ``system`` is the name pages use: Jira, Salesforce."""

    system: str

    def read(self, session: Session, record_type: str, key: str) -> RecordRead:
        """Read one record afresh.  Raises ReadFailed, ConnectionPaused."""

    def write(
        self, session: Session, record_type: str, key: str, values: Mapping[str, object], *, idempotency_key: str
    ) -> WriteResult:
        """Compare, then write.  Raises WriteFailed, WriteUnknown, ConnectionPaused."""

    def call(
        self, session: Session, action: str, arguments: Mapping[str, object], *, idempotency_key: str
    ) -> WriteResult:
        """Do a named action.  Raises as write."""

    def poll(self, session: Session) -> Iterable[Observation]:
        """Yield what changed since the cursor; the caller stores them before the cursor moves."""


class BuiltIn(Protocol):
    """A system in the box: Doorstep itself.  It is called like a connector, but needs no connection and no session."""

    system: str

    def call(self, action: str, arguments: Mapping[str, object], *, idempotency_key: str) -> WriteResult:
        """Do a named action, once for a key.  Raises WriteFailed."""
