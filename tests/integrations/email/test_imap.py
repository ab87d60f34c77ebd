"""Mail in by IMAP, against Debian's Dovecot: what is new, once, and never lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest
from tests.integrations.email import dovecot
from tests.integrations.email.dovecot import PASSWORD, Dovecot
from tests.integrations.email.mailroom import Kept, client_tls, free_port, session

from doorstep.integrations.email import EmailChannel, follow, replies
from doorstep.plugin_api import ConnectionPaused, IncomingReply, ReadFailed
from doorstep.understanding import read_message
from doorstep.understanding.unreadable import TOO_LARGE

pytestmark = pytest.mark.server

SECRETS = {"password": PASSWORD}


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with dovecot.running() as running:
        yield running


@pytest.fixture(autouse=True)
def empty(server: Dovecot) -> None:
    server.tokens.clear()
    with server.client() as client:
        client.uid("STORE", "1:*", "+FLAGS", r"(\Deleted)")
        client.expunge()


def mail(words: str) -> bytes:
    return f"From: Mira <mira@northwind.example>\r\nTo: reply+a@northwind.example\r\nSubject: Re\r\nMessage-ID: <{abs(hash(words))}@x>\r\n\r\n{words}\r\n".encode()


def words(taken: list[IncomingReply]) -> list[str]:
    return [reply.raw.split(b"\r\n\r\n")[1].decode().strip() for reply in taken]


def test_new_mail_comes_raw_and_in_order_and_is_seen_afterwards(server: Dovecot) -> None:
    server.put(mail("one"), mail("two"))
    with session(server.config(), SECRETS) as mailbox:
        taken = list(replies(mailbox))
    assert [reply.raw for reply in taken] == [mail("one"), mail("two")]
    assert [(reply.channel, reply.headers["via"], reply.headers["mailbox"]) for reply in taken] == [
        ("e-mail", "imap", dovecot.USER)
    ] * 2
    assert taken[0].external_id != taken[1].external_id
    assert all(reply.received_at.tzinfo for reply in taken)
    assert all(r"\Seen" in flags for flags in server.flags())


def test_what_was_read_does_not_come_again_and_what_is_new_does(server: Dovecot) -> None:
    kept = Kept()
    with session(server.config(), SECRETS, kept=kept) as mailbox:
        server.put(mail("one"))
        assert words(list(replies(mailbox))) == ["one"]
        assert list(replies(mailbox)) == []
        server.put(mail("two"))
        assert words(list(replies(mailbox))) == ["two"]


def test_a_mail_that_was_not_stored_comes_again_unseen(server: Dovecot) -> None:
    kept = Kept()
    server.put(mail("one"), mail("two"))
    with session(server.config(), SECRETS, kept=kept) as mailbox:
        reading = replies(mailbox)
        next(reading)
        second = next(reading)  # asking for it says that the first is stored
        reading.close()  # the process dies before the second is
        assert [r"\Seen" in flags for flags in server.flags()] == [True, False]
        again = list(replies(mailbox))
    assert [reply.external_id for reply in again] == [second.external_id]


def test_somebody_else_reading_a_mail_does_not_hide_it(server: Dovecot) -> None:
    kept = Kept()
    with session(server.config(), SECRETS, kept=kept) as mailbox:
        server.put(mail("one"))
        list(replies(mailbox))
        server.put(mail("two"))
        with server.client() as client:
            client.store("2", "+FLAGS", r"(\Seen)")
        assert words(list(replies(mailbox))) == ["two"]


def test_a_mailbox_made_anew_gives_its_unseen_mail_with_the_same_ids(server: Dovecot) -> None:
    kept = Kept()
    server.put(mail("one"))
    with session(server.config(), SECRETS, kept=kept) as mailbox:
        first = list(replies(mailbox))
        before = kept.value
        server.make_mailbox_anew()
        server.put(mail("one"), mail("two"))
        again = list(replies(mailbox))
    assert words(again) == ["one", "two"]
    assert again[0].external_id == first[0].external_id
    assert kept.value.partition(":")[0] != before.partition(":")[0]


@pytest.mark.parametrize("security", ["plain", "starttls", "tls"])
def test_a_password_is_given_the_way_the_connection_says(server: Dovecot, security: str) -> None:
    server.put(mail("one"))
    with session(server.config(security), SECRETS, tls=client_tls()) as mailbox:
        assert words(list(replies(mailbox))) == ["one"]


def test_a_wrong_password_pauses_the_connection(server: Dovecot) -> None:
    with (
        session(server.config(), {"password": "wrong"}) as mailbox,
        pytest.raises(ConnectionPaused, match=r"does not let doorstep@northwind\.example in"),
    ):
        list(replies(mailbox))


def token_endpoint(*tokens: str) -> httpx.Client:
    left = list(tokens)
    return httpx.Client(
        transport=httpx.MockTransport(
            lambda _request: httpx.Response(200, json={"access_token": left.pop(0), "expires_in": 3600})
        )
    )


def test_xoauth2_opens_the_mailbox_and_a_revoked_token_pauses_it(server: Dovecot) -> None:
    kept = Kept()
    server.tokens.add("good")
    server.put(mail("one"))
    config = server.config(token_url="https://login.example/token", client_id="app")
    with session(config, {"client_secret": "s"}, kept=kept) as mailbox, token_endpoint("good", "bad") as http:
        assert words(list(replies(replace(mailbox, http=http)))) == ["one"]
        server.tokens.clear()
        with pytest.raises(ConnectionPaused):
            list(replies(replace(mailbox, http=http)))
        assert kept.tokens.get("mail access token") is None


def test_a_mailbox_that_is_away_or_not_told_is_said_so() -> None:
    with (
        session(
            {"smtp_host": "x", "imap_host": "127.0.0.1", "imap_port": free_port(), "imap_security": "plain"}
        ) as mailbox,
        pytest.raises(ReadFailed, match="could not be read"),
    ):
        list(replies(mailbox))
    with session({"smtp_host": "x"}) as mailbox, pytest.raises(ConnectionPaused, match="no IMAP server"):
        list(replies(mailbox))


def test_a_channel_without_an_incoming_server_has_nothing_to_read() -> None:
    stop = threading.Event()
    stop.set()
    with session({"smtp_host": "x"}) as mailbox:
        assert list(EmailChannel().receive(mailbox)) == []
        EmailChannel().follow(mailbox, lambda _reply: None, stop)


def test_of_a_mail_that_is_too_large_only_the_headers_come(server: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("doorstep.integrations.email.imap.LARGEST", 1000)
    server.put(mail("x" * 2000), mail("short"))
    with session(server.config(), SECRETS) as mailbox:
        large, small = list(replies(mailbox))
    assert (b"Subject: Re" in large.raw, b"xxx" in large.raw) == (True, False)
    assert [read_message(reply.raw).unreadable for reply in (large, small)] == [TOO_LARGE, None]


def test_mail_is_followed_as_it_comes(server: Dovecot) -> None:
    taken: list[IncomingReply] = []
    here, stop = threading.Event(), threading.Event()

    def take(reply: IncomingReply) -> None:
        taken.append(reply)
        here.set()

    server.put(mail("one"))
    with session(server.config(), SECRETS) as mailbox:
        following = threading.Thread(target=follow, args=(mailbox, take, stop))
        following.start()
        try:
            for expected in (["one"], ["one", "two"], ["one", "two", "three"]):
                assert here.wait(5)
                here.clear()
                assert words(taken) == expected
                if len(expected) < 3:
                    server.put(mail(["one", "two", "three"][len(expected)]))
        finally:
            stop.set()
            following.join(10)
    assert not following.is_alive()


def test_what_taking_raises_ends_the_following_and_the_mail_comes_again(server: Dovecot) -> None:
    def fail(_reply: IncomingReply) -> None:
        raise OSError("the disk is full")

    server.put(mail("one"))
    with session(server.config(), SECRETS) as mailbox:
        with pytest.raises(OSError, match="the disk is full"):
            follow(mailbox, fail, threading.Event())
        assert words(list(replies(mailbox))) == ["one"]
