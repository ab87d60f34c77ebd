"""Three typed lines by mail from end to end: real SMTP out and in, real IMAP, and the people's own mailboxes."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import make_msgid

import pytest
from imap_tools import MailBoxUnencrypted, MailMessage
from tests.cases.company import FRIDAY, Company
from tests.cases.post import work
from tests.stewardship.conftest import Clock
from tests.stewardship.mailed import LINES, with_contract

from doorstep.cases.directory import forget
from doorstep.cases.models import Ask, Case, Inbox
from doorstep.cases.poll import read_once
from doorstep.connections.by_file import take_over
from doorstep.connections.models import Connection
from doorstep.demo import company as example
from doorstep.demo import mail_sandbox
from doorstep.demo.mail_sandbox.accounts import Account
from doorstep.stewardship.waiting import waiting_for

pytestmark = [pytest.mark.database, pytest.mark.server]

CHASE = "chase@northwind.example"


@dataclass
class Wire:
    """The mail server, and people who write and read as they do."""

    server: mail_sandbox.Server

    def connect(self) -> None:
        """Connect Doorstep to its mailbox, as an administrator does."""
        robot = Account(example.DOORSTEP_MAILBOX, "Doorstep")
        name, host = robot.address.split("@")
        out = {"smtp_host": self.server.host, "smtp_port": self.server.smtp_port, "smtp_security": "plain"}
        back = {"imap_host": self.server.host, "imap_port": self.server.imap_port, "imap_security": "plain"}
        own = {"kind": "email", "address": robot.address, "user": robot.address, "chase": CHASE, "allow_private": True}
        more = {"reply_address": f"{name}+{{token}}@{host}", "authserv_ids": [example.AUTHSERV_ID]}
        take_over({"connections": {"mail": own | more | out | back | {"secrets": {"password": robot.password}}}})
        forget()

    def send(self, who: str, message: EmailMessage) -> None:
        """Send a message as somebody signed in at their mail server."""
        message["From"] = f"{who}@northwind.example"
        message["Message-ID"] = make_msgid(domain="northwind.example")
        with smtplib.SMTP(self.server.host, self.server.smtp_port, timeout=5) as smtp:
            smtp.login(message["From"], f"{who}-sandbox")
            smtp.send_message(message)
        self.turn()

    def turn(self) -> list[str]:
        """Let the worker read its mailbox, understand and carry out; return what became of what came."""
        read_once(Connection.objects.get())
        work()
        return list(Inbox.objects.order_by("received_at", "id").values_list("became", flat=True))

    def box(self, who: str) -> list[MailMessage]:
        """Return what somebody has in their mailbox, oldest first."""
        address = f"{who}@northwind.example"
        with MailBoxUnencrypted(self.server.host, self.server.imap_port).login(address, f"{who}-sandbox") as box:
            return list(box.fetch(mark_seen=False))

    def reply(self, who: str, text: str, *, to_all: bool = False) -> None:
        """Answer Doorstep's newest letter to somebody, or a colleague's to everybody, as their mail program does it."""
        ours = [one for one in self.box(who) if (one.from_ == example.DOORSTEP_MAILBOX) is not to_all]
        letter = ours[-1]
        message = EmailMessage()
        to = letter.reply_to or (letter.from_,)
        others = [one for one in (*letter.to, *letter.cc) if not one.startswith(who)] if to_all else []
        message["To"] = ", ".join([*to, *(one for one in others if one not in to)])
        message["Subject"] = f"Re: {letter.subject}"
        message["In-Reply-To"] = message["References"] = letter.headers["message-id"][0]
        message.set_content(
            f"{text}\n\nOn Friday somebody wrote:\n" + "".join(f"> {x}\n" for x in letter.text.splitlines())
        )
        self.send(who, message)


@pytest.fixture
def wire(company: Company, clock: Clock, tmp_path: object) -> Iterator[Wire]:
    clock.is_at(FRIDAY)
    made = Wire(mail_sandbox.start(now=lambda: FRIDAY))
    made.connect()
    yield made
    made.server.stop()


def lines(text: str = LINES, *, to: str = CHASE, cc: str = "") -> EmailMessage:
    message = EmailMessage()
    message["To"], message["Subject"] = to, "Halden launch"
    if cc:
        message["Cc"] = cc
    message.set_content(text)
    return with_contract(message)


def states() -> list[tuple[str, str]]:
    return list(Ask.objects.order_by("name").values_list("name", "outcome"))


def test_lines_mailed_to_chase_are_said_back_confirmed_asked_and_answered(company: Company, wire: Wire) -> None:
    wire.send("ana", lines())
    said = wire.box("ana")[-1]
    assert said.subject == "Re: Halden launch"
    assert "This is what I understood. Shall I start it?" in said.text
    assert "Mira Holt approves contract.pdf, by 18:00 today." in " ".join(said.text.split())
    assert Case.objects.count() == 0
    assert [one.name for one in waiting_for(company.ana, at=FRIDAY)] == ["Start “Halden launch”?"]

    wire.reply("ana", "yes")
    assert waiting_for(company.ana, at=FRIDAY) == []
    assert "It has started: Halden launch." in wire.box("ana")[-1].text
    assert [file.filename for file in wire.box("mira")[-1].attachments] == ["contract.pdf"]

    wire.reply("sam", "done")
    wire.reply("mira", "Approved.\n\nMira")
    wire.reply("priya", "go-live date: 12 March 2026")
    assert states() == [
        ("Approve contract.pdf", "approved"),
        ("Confirm the deployment of DEP-412", "done"),
        ("Give the go-live date", "done"),
    ]
    assert Ask.objects.get(outcome="approved").proof == "mail"
    assert Case.objects.get().status == "done"
    assert "Halden launch is done." in wire.box("ana")[-1].text


def test_a_copy_of_the_mail_one_writes_anyway_and_an_approval_to_everybody(company: Company, wire: Wire) -> None:
    to = "sam@northwind.example, mira@northwind.example, priya@northwind.example"
    greeting = "Hi Sam, Mira and Priya,\n\n"
    wire.send("ana", lines(greeting + LINES + "\n\nThank you for staying.\n\nAna", to=to, cc=CHASE))
    assert "Shall I start it?" in wire.box("ana")[-1].text
    wire.reply("mira", "Approved", to_all=True)  # to Ana's own mail, before it was started
    assert Case.objects.count() == 0

    wire.reply("ana", "yes")
    (approved,) = Ask.objects.filter(outcome="approved")
    assert (approved.name, approved.answered_by, approved.proof) == ("Approve contract.pdf", company.mira, "mail")
    assert "approved by you" in wire.box("mira")[-1].text
    wire.reply("mira", "Wait, don't. Page 3 is missing.")
    assert Ask.objects.filter(name="Approve contract.pdf", state="open").count() == 1
    assert Case.objects.count() == 1


def test_nobody_is_asked_by_a_stranger_who_writes_in_anas_name(company: Company, wire: Wire) -> None:
    message = lines()
    message["From"], message["Message-ID"] = "ana@northwind.example", "<forged@evil.example>"
    message["Authentication-Results"] = f"{example.AUTHSERV_ID}; dkim=pass header.d=northwind.example"
    with smtplib.SMTP(wire.server.host, wire.server.smtp_port, timeout=5) as smtp:  # without signing in
        smtp.send_message(message)
    assert wire.turn() == ["not started: nobody vouches for the sender"]
    assert "no mail server vouches" in " ".join(wire.box("ana")[-1].text.split())
    wire.reply("ana", "yes")
    assert Case.objects.count() == 0


def test_a_client_is_asked_by_address_and_answers(company: Company, wire: Wire) -> None:
    wire.send("ana", lines("lena@halden.example confirms the opening hours"))
    wire.reply("ana", "Ja, los!")
    address = "lena@halden.example"
    with MailBoxUnencrypted(wire.server.host, wire.server.imap_port).login(address, "lena-sandbox") as box:
        (letter,) = box.fetch(mark_seen=False)
    answer = EmailMessage()
    answer["To"], answer["Subject"], answer["From"] = letter.reply_to[0], f"Re: {letter.subject}", address
    answer["Message-ID"] = "<answer@halden.example>"
    answer.set_content("Done.")
    with smtplib.SMTP(wire.server.host, wire.server.smtp_port, timeout=5) as smtp:
        smtp.login(address, "lena-sandbox")
        smtp.send_message(answer)
    assert wire.turn()[-1] == "done: recorded"
    assert Case.objects.get().status == "done"
