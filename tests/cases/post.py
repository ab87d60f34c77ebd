"""A post office and a tracker that live in memory: channels and connectors as small as they can be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.message import EmailMessage

from doorstep.cases.receive import receive
from doorstep.connections.models import Connection
from doorstep.plugin_api import (
    Delivered,
    DeliveryFailed,
    IncomingReply,
    Letter,
    Observation,
    RecordRead,
    Session,
    WriteResult,
)
from doorstep.plugin_api.registry import Integration, integrations


@dataclass
class Post:
    """Keeps every letter; ``refuses`` maps an address to the refusal it answers with."""

    sent: list[Letter] = field(default_factory=list)
    withdrawn: list[tuple[Letter, str]] = field(default_factory=list)
    refuses: dict[str, Exception] = field(default_factory=dict)
    name: str = "e-mail"
    idempotent: bool = False

    def deliver(self, session: Session, letter: Letter) -> Delivered:
        if letter.to in self.refuses:
            raise self.refuses[letter.to]
        self.sent.append(letter)
        return Delivered(f"<{letter.key}@doorstep.example>", datetime.now(UTC))

    def withdraw(self, session: Session, letter: Letter, external_id: str) -> None:
        self.withdrawn.append((letter, external_id))

    def last(self, to: str, purpose: str = "") -> Letter:
        """Return the last letter to somebody."""
        return [one for one in self.sent if one.to == f"{to}@northwind.example" and purpose in ("", one.purpose)][-1]


@contextmanager
def posted() -> Iterator[Post]:
    """Connect mail to a post office in memory."""
    made, before = Post(), integrations()["email"]
    integrations()["email"] = Integration(kind="email", system="e-mail", channel=lambda: made)
    try:
        Connection.objects.create(name="mail", kind="email", config={"address": "doorstep@northwind.example"})
        yield made
    finally:
        integrations()["email"] = before


@dataclass
class Tracker:
    """Records by key, and what was done to them."""

    records: dict[str, RecordRead] = field(default_factory=dict)
    written: list[tuple[str, dict[str, object], str]] = field(default_factory=list)
    fails: list[Exception] = field(default_factory=list)
    system: str = "Jira"
    name: str = "jira"
    idempotent: bool = True
    sent: list[Letter] = field(default_factory=list)
    withdrawn: list[tuple[Letter, str]] = field(default_factory=list)

    def _fail(self) -> None:
        if self.fails:
            raise self.fails.pop(0)

    def read(self, session: Session, record_type: str, key: str) -> RecordRead:
        self._fail()
        return self.records[key]

    def write(
        self, session: Session, record_type: str, key: str, values: Mapping[str, object], *, idempotency_key: str
    ) -> WriteResult:
        self._fail()
        before = self.records[key]
        old = {name: before.fields.get(name) for name in values}
        self.written.append((key, dict(values), idempotency_key))
        self.records[key] = replace(before, fields={**before.fields, **values})
        return WriteResult(changed=old != dict(values), old=old, new=dict(values))

    def call(
        self, session: Session, action: str, arguments: Mapping[str, object], *, idempotency_key: str
    ) -> WriteResult:
        self._fail()
        self.written.append((action, dict(arguments), idempotency_key))
        return WriteResult(changed=True, facts={"number": "INV-1"})

    def poll(self, session: Session) -> Iterable[Observation]:
        return [Observation("Jira", key) for key in self.records]

    def put(self, key: str, *, outcome: str = "", by: str = "", **fields: object) -> None:
        """Let a record be so."""
        self.records[key] = RecordRead(
            key=key, title=key, link=f"https://jira.example/{key}", fields=fields, outcome=outcome, changed_by=by
        )

    def deliver(self, session: Session, letter: Letter) -> Delivered:
        self._fail()
        self.sent.append(letter)
        return Delivered(f"{letter.record}#{len(self.sent)}", datetime.now(UTC))

    def withdraw(self, session: Session, letter: Letter, external_id: str) -> None:
        self.withdrawn.append((letter, external_id))


def mail(letter: Letter, text: str, *, sender: str = "", proof: str = "mail", **headers: str) -> IncomingReply:
    """Return a reply to a letter, as the mail connection hands it over."""
    message = EmailMessage()
    message["From"] = sender or letter.to
    message["To"] = headers.pop("to", letter.reply_to)
    message["Subject"] = f"Re: {letter.subject}"
    message["Message-ID"] = headers.pop("message_id", f"<{datetime.now(UTC).timestamp()}@northwind.example>")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return incoming(message, proof=proof)


def incoming(message: EmailMessage, *, proof: str = "mail") -> IncomingReply:
    """Return a message as the mail connection hands it over."""
    identity = str(message["Message-ID"])
    return IncomingReply("e-mail", identity, datetime.now(UTC), message.as_bytes(), {"proof": proof})


def came(reply: IncomingReply) -> str:
    """Receive and understand a reply; return what became of it."""
    from doorstep.cases.models import Inbox
    from doorstep.cases.understand import understand_some

    assert receive(reply) is not None
    understand_some()
    return Inbox.objects.order_by("received_at", "id").last().became  # type: ignore[union-attr]


def failing(why: str, *, permanent: bool) -> DeliveryFailed:
    return DeliveryFailed(why, permanent=permanent)


def worked() -> Iterator[int]:
    """Carry out until nothing is left to do now."""
    from doorstep.cases.carry_out import carry_out

    while done := carry_out():
        yield done


def work() -> int:
    """Carry out until nothing is left to do now; return how much it was."""
    return sum(worked())
