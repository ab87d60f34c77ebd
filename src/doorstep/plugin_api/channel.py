"""The port to reach people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from doorstep.plugin_api.reply import Attachment
from doorstep.plugin_api.session import Session


@dataclass(frozen=True, slots=True)
class Shown:
    """A labelled value an ask shows: covered by an approval, or for information."""

    label: str
    value: str
    file: Attachment | None = None
    link: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One step that changed, as a digest shows it side by side; what is new has no ``before``, what is gone no ``now``."""

    step: str
    before: str = ""
    now: str = ""


@dataclass(frozen=True, slots=True)
class News:
    """One thing a digest tells: a line, where there is more, and what changed.  ``heading`` stands above its like."""

    text: str
    heading: str = ""
    link: str = ""
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to one addressee, whole: a channel only puts it into its own form.

    ``purpose`` is ask, reminder, change, withdrawn, clarify, receipt, assistant, tell, code, status, digest or lines.
    ``key`` is the delivery's id: the idempotency key and the seed of the Message-ID.
    """

    key: str
    purpose: str
    to: str  # the channel's address: e-mail address, accountId, user id, queue
    to_name: str
    lane: str  # asks, reminders, receipts, notes
    organisation: str
    starter: str
    subject: str
    headline: str  # "Please approve the contract for Halden Foods by 17:20 today."
    as_role: str = ""
    paragraphs: tuple[str, ...] = ()  # guidance as plain text
    covered: tuple[Shown, ...] = ()
    shown: tuple[Shown, ...] = ()
    checklist: tuple[tuple[str, bool], ...] = ()  # (text, killer)
    verb: str = ""
    outcomes: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()  # (label, kind) to fill in
    options: tuple[str, ...] = ()
    beside: tuple[tuple[str, str], ...] = ()  # (label, value): lines that go with an approval, as they hold now
    quotation: str = ""  # what is said, for purpose tell
    news: tuple[News, ...] = ()  # what a digest tells
    closing: str = ""  # what happens if they do nothing
    footer: str = ""  # "Close a client project, version 7, “Sign off the contract”"
    reference: str = ""  # the opaque reference
    reply_to: str = ""  # signed reply address
    page_url: str = ""  # the answer page, only when it works from outside
    thread: str = ""  # ask id: messages of one ask are one thread
    earlier: tuple[str, ...] = ()  # external ids already sent in the thread, oldest first
    attachments: tuple[Attachment, ...] = ()
    record: str = ""  # the record to act in: an issue key, an opportunity id
    route: Mapping[str, str] = field(default_factory=dict)  # project, queue, issue type
    language: str = "en"
    unsubscribe: bool = False  # a reply that says so ends letters of this kind


@dataclass(frozen=True, slots=True)
class Delivered:
    """The next server took it: its own id, and when."""

    external_id: str
    at: datetime
    link: str = ""


class Channel(Protocol):
    """A way to reach people.  One instance serves one connection."""

    name: str  # e-mail, jira, salesforce, page
    idempotent: bool  # the other side refuses a second message with the same key

    def deliver(self, session: Session, letter: Letter) -> Delivered:
        """Hand the letter over.  Raises DeliveryFailed (permanent or not) and ConnectionPaused."""

    def withdraw(self, session: Session, letter: Letter, external_id: str) -> None:
        """Take a delivered letter back as far as the system can.  Raises as deliver."""
