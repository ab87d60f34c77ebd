"""Letters handed to a real SMTP server: what arrives, and every way it may refuse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage

import httpx
import pytest
from tests.integrations.email.mailroom import Kept, Outgoing, client_tls, free_port, letter, server_tls, session

from doorstep.integrations.email import EmailChannel
from doorstep.plugin_api import Attachment, ConnectionPaused, DeliveryFailed, Letter


@pytest.fixture
def out() -> Iterator[Outgoing]:
    with Outgoing().running() as server:
        yield server


def sent(out: Outgoing, asked: Letter) -> EmailMessage:
    with session(out.config()) as mail:
        EmailChannel().deliver(mail, asked)
    return out.mails[-1][1]


def part(message: EmailMessage, kind: str) -> str:
    found = message.get_body((kind,))
    assert found is not None
    return str(found.get_content())


def test_a_letter_arrives_from_the_organisation_with_both_texts_and_the_file(out: Outgoing) -> None:
    message = sent(out, letter())
    assert (str(message["From"]), str(message["To"])) == (
        "Northwind <doorstep@northwind.example>",
        "Mira Holt <mira.holt@northwind.example>",
    )
    assert str(message["Reply-To"]) == "Northwind <reply+k7q2mh4d@northwind.example>"
    assert message["Subject"] == "Contract for Halden Foods: please approve by 17:20"
    assert message.get_content_type() == "multipart/mixed"
    assert [(each.get_filename(), each.get_content()) for each in message.iter_attachments()] == [
        ("Contract v3.pdf", b"%PDF-1.7 contract")
    ]
    for text in (part(message, "plain"), part(message, "html")):
        assert "Please approve the contract for Halden Foods by 17:20 today." in text
        assert "7KQ2-MH4D" in text


def test_the_envelope_sends_bounces_to_the_asks_own_address(out: Outgoing) -> None:
    sent(out, letter())
    assert (out.mails[0][0].mail_from, out.mails[0][0].rcpt_tos) == (
        "reply+k7q2mh4d@northwind.example",
        ["mira.holt@northwind.example"],
    )
    with session(out.config(envelope="bounces@northwind.example")) as mail:
        EmailChannel().deliver(mail, letter())
    assert out.mails[1][0].mail_from == "bounces@northwind.example"


def test_it_says_that_a_machine_wrote_it_and_asks_for_no_automatic_answer(out: Outgoing) -> None:
    message = sent(out, letter())
    assert {name: message[name] for name in ("Auto-Submitted", "X-Auto-Response-Suppress", "X-Doorstep-Loop")} == {
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "DR, RN, NRN",
        "X-Doorstep-Loop": "1",
    }
    assert not [name for name in message if name.lower().startswith(("list-", "precedence"))]


def test_letters_of_one_ask_are_one_thread_and_a_second_attempt_is_the_same_mail(out: Outgoing) -> None:
    with session(out.config()) as mail:
        first = EmailChannel().deliver(mail, letter())
        again = EmailChannel().deliver(mail, letter())
        reminder = EmailChannel().deliver(
            mail, letter(key="0190a1b2-second", purpose="reminder", earlier=(first.external_id,))
        )
    assert first.external_id == again.external_id == "<0190a1b2-delivery.0190a1b2-ask@northwind.example>"
    assert reminder.external_id != first.external_id
    message = out.mails[2][1]
    assert (message["In-Reply-To"], message["References"], message["Message-ID"]) == (
        first.external_id,
        first.external_id,
        reminder.external_id,
    )


def test_what_a_fact_says_cannot_break_out_of_a_header(out: Outgoing) -> None:
    evil = "Contract\r\nBcc: everybody@northwind.example\r\n\r\nHello"
    message = sent(
        out,
        letter(
            subject=evil, to_name=evil, organisation=evil, attachments=(Attachment(evil, "text/plain\r\nX: y", b"x"),)
        ),
    )
    assert message["Bcc"] is None
    assert message["Subject"] == "Contract Bcc: everybody@northwind.example Hello"
    assert out.mails[0][0].rcpt_tos == ["mira.holt@northwind.example"]


def test_what_a_fact_says_cannot_break_out_of_the_html(out: Outgoing) -> None:
    message = sent(
        out, letter(headline="<script>alert(1)</script> & co", starter='"><img src=x>', page_url="javascript:alert(1)")
    )
    html = part(message, "html")
    assert "<script>" not in html
    assert "<img" not in html
    assert "javascript:" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; co" in html


@pytest.mark.parametrize(
    "address", ["nobody", "a@b@c", "", "mira@", "mira holt@x.example", "mira@x.example\r\nBcc: all@x.example"]
)
def test_an_address_that_is_none_fails_for_ever(out: Outgoing, address: str) -> None:
    with session(out.config()) as mail, pytest.raises(DeliveryFailed) as failed:
        EmailChannel().deliver(mail, letter(to=address))
    assert failed.value.permanent
    assert "is not an e-mail address" in str(failed.value)


@pytest.mark.parametrize(
    ("answer", "permanent", "retry_after"),
    [
        ("550 5.1.1 No such user", True, None),
        ("553 5.1.3 Bad address", True, None),
        ("450 4.2.1 Greylisted", False, timedelta(minutes=5)),
        ("451 4.3.0 Later", False, None),
        ("452 4.2.2 Mailbox full", False, timedelta(minutes=5)),
    ],
)
def test_a_refusal_is_never_or_not_now(
    out: Outgoing, answer: str, permanent: bool, retry_after: timedelta | None
) -> None:
    out.refuse["mira.holt@northwind.example"] = answer
    with session(out.config()) as mail, pytest.raises(DeliveryFailed) as failed:
        EmailChannel().deliver(mail, letter())
    assert (failed.value.permanent, failed.value.retry_after) == (permanent, retry_after)
    assert answer in str(failed.value)


def test_a_refusal_of_the_content_is_told_too(out: Outgoing) -> None:
    out.data_answer = "554 5.7.1 Spam"
    with (
        session(out.config()) as mail,
        pytest.raises(DeliveryFailed, match=r"The mail server refused the mail: 554 5\.7\.1 Spam") as failed,
    ):
        EmailChannel().deliver(mail, letter())
    assert failed.value.permanent


def test_a_server_that_is_away_is_tried_again() -> None:
    with (
        session({"smtp_host": "127.0.0.1", "smtp_port": free_port(), "smtp_security": "plain"}) as mail,
        pytest.raises(DeliveryFailed, match="could not be reached") as failed,
    ):
        EmailChannel().deliver(mail, letter())
    assert not failed.value.permanent


def test_a_connection_without_a_server_or_an_address_rests_until_it_is_told() -> None:
    for config, missing in (
        ({}, "no SMTP server"),
        ({"smtp_host": "x", "address": "nobody"}, "no address to write from"),
        ({"smtp_host": "x", "smtp_security": "magic"}, "magic"),
    ):
        with session(config) as mail, pytest.raises(ConnectionPaused, match=missing):
            EmailChannel().deliver(mail, letter())


# -- Signing in ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("security", "implicit"), [("starttls", False), ("tls", True)])
def test_a_password_is_given_over_tls(security: str, implicit: bool) -> None:
    server = Outgoing(
        user="doorstep@northwind.example",
        password="right",
        tls=server_tls(),
        implicit=implicit,
        starttls_only=not implicit,
    )
    with (
        server.running() as out,
        session(out.config(smtp_security=security), {"password": "right"}, tls=client_tls()) as mail,
    ):
        EmailChannel().deliver(mail, letter())
        assert len(out.mails) == 1


def test_a_certificate_nobody_vouches_for_is_refused() -> None:
    with (
        Outgoing(tls=server_tls(), implicit=True).running() as out,
        session(out.config(smtp_security="tls")) as mail,
        pytest.raises(DeliveryFailed, match="CERTIFICATE_VERIFY_FAILED") as failed,
    ):
        EmailChannel().deliver(mail, letter())
    assert not failed.value.permanent


def test_a_wrong_password_pauses_the_connection() -> None:
    with (
        Outgoing(user="doorstep@northwind.example", password="right").running() as out,
        session(out.config(), {"password": "wrong"}) as mail,
        pytest.raises(ConnectionPaused, match=r"does not let doorstep@northwind\.example in"),
    ):
        EmailChannel().deliver(mail, letter())


class TokenEndpoint:
    """An OAuth token endpoint, over HTTP as httpx speaks it."""

    def __init__(self, *answers: httpx.Response) -> None:
        self.answers = list(answers)
        self.forms: list[dict[str, str]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.forms.append(dict(httpx.QueryParams(request.content.decode())))
        return self.answers.pop(0)

    def client(self) -> httpx.Client:
        return httpx.Client(transport=httpx.MockTransport(self))


def token(value: str, **more: object) -> httpx.Response:
    return httpx.Response(200, json={"access_token": value, "expires_in": 3600, **more})


OAUTH = {"token_url": "https://login.example/token", "client_id": "app", "scope": "mail"}


def test_xoauth2_signs_in_with_a_token_that_is_kept() -> None:
    endpoint, kept = TokenEndpoint(token("t1")), Kept()
    with (
        Outgoing(user="doorstep@northwind.example", password="-", token="t1").running() as out,
        session(out.config(**OAUTH), {"client_secret": "s"}, kept=kept) as mail,
    ):
        with endpoint.client() as http:
            EmailChannel().deliver(replace(mail, http=http), letter())
            EmailChannel().deliver(replace(mail, http=http), letter())
        assert len(out.mails) == 2
    assert endpoint.forms == [
        {"grant_type": "client_credentials", "client_id": "app", "client_secret": "s", "scope": "mail"}
    ]


def test_a_token_that_is_refused_is_replaced_once_and_a_new_refresh_token_kept() -> None:
    endpoint, kept = TokenEndpoint(token("t2", refresh_token="r2"), token("t3")), Kept()
    kept.tokens.set("mail access token", "revoked")
    with (
        Outgoing(user="doorstep@northwind.example", password="-", token="t2").running() as out,
        session(out.config(**OAUTH), {"refresh_token": "r1"}, kept=kept) as mail,
        endpoint.client() as http,
    ):
        EmailChannel().deliver(replace(mail, http=http), letter())
        out.token = "t3"
        EmailChannel().deliver(replace(mail, http=http), letter())
    assert [(form["grant_type"], form["refresh_token"]) for form in endpoint.forms] == [
        ("refresh_token", "r1"),
        ("refresh_token", "r2"),
    ]


@pytest.mark.parametrize(
    ("answer", "refusal", "said"),
    [
        (httpx.Response(400, json={"error": "invalid_grant"}), ConnectionPaused, "invalid_grant"),
        (httpx.Response(401, text="no"), ConnectionPaused, "401"),
        (httpx.Response(503), DeliveryFailed, "503"),
        (httpx.Response(200, text="<html>"), DeliveryFailed, "without an access token"),
    ],
)
def test_a_token_endpoint_that_refuses_pauses_and_one_that_is_away_waits(
    answer: httpx.Response, refusal: type[Exception], said: str
) -> None:
    with (
        Outgoing(user="doorstep@northwind.example", password="-").running() as out,
        session(out.config(**OAUTH)) as mail,
        TokenEndpoint(answer).client() as http,
        pytest.raises(refusal, match=said),
    ):
        EmailChannel().deliver(replace(mail, http=http), letter())


# -- Batches, and taking back ------------------------------------------------------------------------------


def test_a_batch_uses_one_connection(out: Outgoing) -> None:
    channel = EmailChannel()
    with session(out.config()) as mail:
        with channel.batch(mail):
            for number in range(3):
                channel.deliver(mail, letter(key=f"key-{number}"))
        assert (len(out.mails), out.sessions) == (3, 1)
        channel.deliver(mail, letter())
    assert (len(out.mails), out.sessions) == (4, 2)


def test_one_refused_letter_does_not_end_a_batch(out: Outgoing) -> None:
    channel = EmailChannel()
    out.refuse["gone@northwind.example"] = "550 5.1.1 No such user"
    with session(out.config()) as mail, channel.batch(mail):
        with pytest.raises(DeliveryFailed):
            channel.deliver(mail, letter(to="gone@northwind.example"))
        channel.deliver(mail, letter())
    assert len(out.mails) == 1


def test_withdrawing_writes_only_when_told_to(out: Outgoing) -> None:
    with session(out.config()) as mail:
        EmailChannel().withdraw(mail, letter(), "<a@northwind.example>")
        assert out.mails == []
        EmailChannel().withdraw(
            mail,
            letter(
                purpose="withdrawn",
                headline="Jon Park answered; nothing waits for you.",
                earlier=("<a@northwind.example>",),
            ),
            "<a@northwind.example>",
        )
    message = out.mails[0][1]
    assert message["In-Reply-To"] == "<a@northwind.example>"
    assert not re.search(r"mailto:", part(message, "html"))


def test_letters_outside_ascii_arrive_whole(out: Outgoing) -> None:
    message = sent(
        out,
        letter(
            to="mira@müller.example",
            to_name="Mira Müller",
            subject="Freigabe für Müller",
            headline="Bitte geben Sie den Vertrag „Müller“ frei.",
            language="de",
        ),
    )
    assert (str(message["To"]), message["Subject"]) == (
        "Mira Müller <mira@xn--mller-kva.example>",
        "Freigabe für Müller",
    )
    assert "„Müller“" in part(message, "plain")
