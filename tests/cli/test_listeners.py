"""The worker's own SMTP listener: what it answers 250 to is in the inbox."""

from __future__ import annotations

import smtplib
import socket
from email.message import EmailMessage

import click
import pytest

from doorstep.cases.models import Inbox
from doorstep.cli.listeners import listening, ours
from doorstep.connections.models import Connection

CONFIG: dict[str, object] = {
    "address": "doorstep@northwind.example",
    "reply_address": "r-{token}@reply.northwind.example",
    "smtp_host": "127.0.0.1",
}


def test_only_our_addresses_are_taken() -> None:
    takes = ours(CONFIG)
    assert [takes(address) for address in ("Doorstep@Northwind.example", "doorstep+abc@northwind.example")] == [
        True,
        True,
    ]
    assert takes("r-abcdefgh234567@reply.northwind.example")
    assert not any(takes(address) for address in ("mira@northwind.example", "r-@reply.northwind.example", "x"))


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def letter(to: str) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "mira@northwind.example", to, "Re: Sign off"
    made.set_content("approved")
    return made


@pytest.mark.database(transaction=True)
def test_what_is_answered_with_250_is_stored(port: int) -> None:
    Connection.objects.create(name="mail", kind="email", config={**CONFIG, "listen_port": port})
    with listening(), smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        client.send_message(letter("doorstep+abc@northwind.example"))
        assert Inbox.objects.get().channel == "e-mail"
        with pytest.raises(smtplib.SMTPRecipientsRefused, match="no such address here"):
            client.send_message(letter("stranger@northwind.example"))


@pytest.mark.database
def test_without_a_port_nobody_listens() -> None:
    Connection.objects.create(name="mail", kind="email", config=CONFIG)
    with listening() as started:
        assert started == []


@pytest.mark.database
def test_a_port_that_is_taken_is_said(port: int) -> None:
    Connection.objects.create(name="mail", kind="email", config={**CONFIG, "listen_port": port})
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        with pytest.raises(click.ClickException, match=f"cannot listen on 127.0.0.1:{port}"), listening():
            pass
