"""Our own SMTP listener: 250 means stored, and it says in sentences what it does not take."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from tests.integrations.email.mailroom import HOST, client_tls, server_tls

from doorstep.integrations.email import Listener, Listening, Trust
from doorstep.plugin_api import IncomingReply

STAMP = "Authentication-Results: mx.northwind.example; dkim=pass header.d=northwind.example"
MAIL = b"From: Mira <mira@northwind.example>\r\nSubject: Re: Contract\r\n\r\nApproved.\r\n"
USUAL = Listening(port=0, trust=Trust(("mx.northwind.example",), relays=("10.0.0.0/8", "192.0.2.7")))


class Inbox:
    def __init__(self) -> None:
        self.kept: list[IncomingReply] = []

    def store(self, reply: IncomingReply) -> None:
        self.kept.append(reply)


@contextmanager
def listening(inbox: Inbox, how: Listening = USUAL) -> Iterator[int]:
    listener = Listener(inbox.store, how)
    listener.start()
    try:
        yield listener.port
    finally:
        listener.stop()


def hand_in(port: int, mail: bytes = MAIL, *, to: str = "reply+a@northwind.example") -> None:
    with smtplib.SMTP(HOST, port, timeout=5) as client:
        client.sendmail("mira@northwind.example", [to], mail)


def test_a_mail_is_stored_raw_below_what_the_transport_knows() -> None:
    inbox = Inbox()
    with listening(inbox) as port:
        hand_in(port)
    (reply,) = inbox.kept
    assert reply.raw.startswith(
        b"Return-Path: <mira@northwind.example>\r\nX-Original-To: reply+a@northwind.example\r\nReceived: from "
    )
    assert reply.raw.endswith(MAIL)
    assert (reply.channel, reply.headers["via"], reply.headers["envelope-from"], reply.headers["envelope-to"]) == (
        "e-mail",
        "stranger",
        "mira@northwind.example",
        "reply+a@northwind.example",
    )
    assert reply.headers["proof"] == "link"


def test_the_same_mail_twice_has_one_id() -> None:
    inbox = Inbox()
    with listening(inbox) as port:
        hand_in(port)
        hand_in(port)
        hand_in(port, MAIL + b"\r\nmore\r\n")
    ids = [reply.external_id for reply in inbox.kept]
    assert ids[0] == ids[1] != ids[2]


def test_250_comes_only_after_the_mail_is_stored() -> None:
    def fail(_reply: IncomingReply) -> None:
        raise OSError("the disk is full")

    listener = Listener(fail, USUAL)
    listener.start()
    try:
        with pytest.raises(smtplib.SMTPDataError) as refused:
            hand_in(listener.port)
    finally:
        listener.stop()
    assert (refused.value.smtp_code, refused.value.smtp_error) == (
        451,
        b"4.3.0 The mail could not be stored just now. Please try again later.",
    )


@pytest.mark.parametrize("declared", [True, False])
def test_a_mail_that_is_too_large_is_refused_with_a_sentence(declared: bool) -> None:
    inbox = Inbox()
    large = MAIL + b"x" * 70 + b"\r\n" * 2000
    with listening(inbox, replace(USUAL, largest=1000)) as port, smtplib.SMTP(HOST, port, timeout=5) as client:
        client.ehlo()
        if declared:
            code, said = client.mail("mira@northwind.example", [f"size={len(large)}"])
        else:
            client.mail("mira@northwind.example")
            client.rcpt("reply+a@northwind.example")
            code, said = client.data(large)
    assert (code, said) == (552, b"5.3.4 The mail is larger than 36 MB. Please send it without its largest file.")
    assert inbox.kept == []


def test_an_address_that_is_not_ours_is_refused_with_a_sentence() -> None:
    inbox = Inbox()
    with listening(inbox, replace(USUAL, takes=lambda address: address.startswith("reply+"))) as port:
        hand_in(port)
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            hand_in(port, to="everybody@northwind.example")
    assert refused.value.recipients["everybody@northwind.example"][0] == 550
    assert len(inbox.kept) == 1


def test_a_strangers_stamps_are_taken_out_and_a_relays_believed() -> None:
    stamped = STAMP.encode() + b"\r\n" + MAIL
    inbox = Inbox()
    with listening(inbox) as port:
        hand_in(port, stamped)
    with listening(inbox, replace(USUAL, trust=Trust(("mx.northwind.example",), relays=("127.0.0.0/8",)))) as port:
        hand_in(port, stamped)
    stranger, relay = inbox.kept
    assert (stranger.headers["via"], stranger.headers["proof"], STAMP.encode() in stranger.raw) == (
        "stranger",
        "link",
        False,
    )
    assert (relay.headers["via"], relay.headers["proof"], STAMP.encode() in relay.raw) == ("relay", "mail", True)


@pytest.mark.parametrize(("user", "proof"), [("mira@northwind.example", "mail"), ("jon@northwind.example", "link")])
def test_who_signs_in_over_tls_is_known(user: str, proof: str) -> None:
    inbox = Inbox()
    how = replace(USUAL, tls=server_tls(), knows=lambda name, password: (name, password) == (user, "right"))
    with listening(inbox, how) as port, smtplib.SMTP(HOST, port, timeout=5) as client:
        client.starttls(context=client_tls())
        client.login(user, "right")
        client.sendmail(user, ["reply+a@northwind.example"], MAIL)
    (reply,) = inbox.kept
    assert (reply.headers["via"], reply.headers["submitted_by"], reply.headers["proof"]) == ("submission", user, proof)


def test_a_wrong_password_lets_nobody_in_and_none_is_taken_in_the_clear() -> None:
    inbox = Inbox()
    how = replace(USUAL, tls=server_tls(), knows=lambda _name, _password: False)
    with listening(inbox, how) as port, smtplib.SMTP(HOST, port, timeout=5) as client:
        client.ehlo()
        assert "auth" not in client.esmtp_features
        client.starttls(context=client_tls())
        with pytest.raises(smtplib.SMTPAuthenticationError):
            client.login("mira@northwind.example", "wrong")


def test_an_envelope_cannot_forge_a_header() -> None:
    inbox = Inbox()
    with listening(inbox) as port, smtplib.SMTP(HOST, port, timeout=5) as client:
        client.ehlo("x\tEvil: 1")
        client.sendmail("", ["reply+a@northwind.example"], MAIL)
    assert inbox.kept[0].raw.startswith(b"Return-Path: <>\r\n")
    assert b"\nEvil" not in inbox.kept[0].raw
