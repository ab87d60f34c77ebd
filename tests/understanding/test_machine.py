"""Mail of machines decides nothing; bounces and absences tell something (rule 5)."""

from __future__ import annotations

from datetime import date

import pytest
from tests.understanding.mails import mail
from tests.understanding.shapes import APPROVE, SHAPES, TODAY

from doorstep.understanding import Bounced, Kind, read_message, understand_message

SIGNS = {
    "automatic reply": [
        {"Auto-Submitted": "auto-replied"},
        {"X-Autoreply": "yes"},
        {"Subject": "Automatic reply: Contract"},
        {"Subject": "Out of Office: Contract"},
        {"Subject": "Abwesenheitsnotiz: Vertrag"},
        {"Subject": "Automatische Antwort: Vertrag"},
    ],
    "automatic": [
        {"Auto-Submitted": "auto-generated"},
        {"Precedence": "bulk"},
        {"Precedence": "junk"},
        {"Precedence": "auto_reply"},
        {"Return-Path": "<>"},
        {"X-MS-Exchange-Inbox-Rules-Loop": "m@x.example"},
    ],
    "list": [{"List-Id": "<legal.northwind.example>"}, {"List-Unsubscribe": "<mailto:u@x.example>"}],
    "bounce": [{"From": "MAILER-DAEMON@x.example"}],
    "loop": [{"X-Doorstep-Loop": "1"}],
    "recall": [
        {"Subject": "Recall: Contract"},
        {"Subject": 'Mira Holt would like to recall the message, "Contract"'},
        {"Subject": "Rückruf: Vertrag"},
    ],
    "receipt": [
        {"Subject": "Read: Contract"},
        {"Subject": "Gelesen: Vertrag"},
        {"Subject": "Accepted: Contract"},
        {"Subject": "Abgelehnt: Termin"},
    ],
}


@pytest.mark.parametrize(("kind", "headers"), [(kind, headers) for kind, each in SIGNS.items() for headers in each])
@pytest.mark.parametrize("ask", ["approve", "confirm", "one date", "answer"])
def test_mail_with_a_machines_sign_decides_nothing(kind: str, headers: dict[str, str], ask: str) -> None:
    message = read_message(mail("Approved. Done. Go-live: 12 March", headers=headers))
    answer = understand_message(message, ask=SHAPES[ask], today=TODAY)
    assert message.machine is not None
    assert (message.machine.kind, answer.decides) == (kind, False)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Auto-Submitted": "no"},
        {"Precedence": "normal"},
        {"Return-Path": "<mira@northwind.example>"},
        {"Subject": "Re: Your automatic reply"},
        {"Subject": "Re: Read this contract"},
    ],
)
def test_mail_of_a_person_is_not_taken_for_a_machines(headers: dict[str, str]) -> None:
    message = read_message(mail(headers=headers))
    assert message.machine is None
    assert understand_message(message, ask=APPROVE, today=TODAY).kind is Kind.APPROVED


@pytest.mark.parametrize(
    "text",
    [
        "Mira Holt reacted to your message:\n👍",
        "👍 Mira Holt reacted via Gmail",
        "Liked “Please approve the contract”",
        "Mira Holt hat auf Ihre Nachricht mit 👍 reagiert",
    ],
)
def test_a_reaction_is_no_answer(text: str) -> None:
    message = read_message(mail(text))
    assert message.machine is not None
    assert message.machine.kind == "reaction"


def test_an_appointment_answer_without_words_is_a_receipt() -> None:
    message = read_message(
        b"From: m@x.example\r\nSubject: Contract\r\nContent-Type: text/calendar; method=REPLY\r\n\r\nBEGIN:VCALENDAR\r\n"
    )
    assert message.machine is not None
    assert message.machine.kind == "receipt"


AWAY = [
    ("I am out of the office until 16 March. In urgent cases please contact Jon Park.", date(2026, 3, 16), "Jon Park"),
    (
        "Thank you for your mail. I am on annual leave and will be back on Monday, 16 March 2026. Please contact jon.park@northwind.example.",
        date(2026, 3, 16),
        "jon.park@northwind.example",
    ),
    (
        "Ich bin bis 16.03.2026 nicht im Büro. In dringenden Fällen wenden Sie sich bitte an Jon Park.",
        date(2026, 3, 16),
        "Jon Park",
    ),
    (
        "Ich bin im Urlaub und ab dem 16. März wieder erreichbar. Meine Vertretung ist Jon Park.",
        date(2026, 3, 16),
        "Jon Park",
    ),
    ("I am currently out of the office.", None, ""),
]


@pytest.mark.parametrize(("text", "when", "delegate"), AWAY)
def test_an_out_of_office_says_until_when_and_who_stands_in(text: str, when: date | None, delegate: str) -> None:
    message = read_message(mail(text, headers={"Auto-Submitted": "auto-replied"}))
    answer = understand_message(message, ask=APPROVE, today=TODAY)
    assert (answer.kind, answer.when, answer.delegate) == (Kind.AWAY, when, delegate)


def test_an_automatic_reply_without_absence_is_only_unclear() -> None:
    message = read_message(mail("Your ticket 4711 was created.", headers={"Auto-Submitted": "auto-replied"}))
    assert understand_message(message, ask=APPROVE, today=TODAY).kind is Kind.UNCLEAR


def report(action: str, status: str) -> bytes:
    return (
        "From: Mail Delivery System <MAILER-DAEMON@mx.northwind.example>\r\nReturn-Path: <>\r\nSubject: Undelivered Mail\r\nMessage-ID: <b1@mx>\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nI\'m sorry. approved\r\n'
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n"
        f"Final-Recipient: rfc822; Mira@northwind.example\r\nAction: {action}\r\nStatus: {status}\r\nDiagnostic-Code: smtp; 550 no such user\r\n\r\n"
        "--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <a1@doorstep.example>\r\nSubject: Contract\r\n\r\n--b--\r\n"
    ).encode()


def test_a_bounce_names_our_message_the_recipient_and_whether_it_is_for_ever() -> None:
    failed, delayed = (read_message(report(*each)).machine for each in (("failed", "5.1.1"), ("delayed", "4.4.7")))
    assert failed is not None
    assert delayed is not None
    assert failed.bounced == (
        Bounced("<a1@doorstep.example>", "mira@northwind.example", True, "5.1.1", "550 no such user"),
    )
    assert [(each.permanent, each.status) for each in delayed.bounced] == [(False, "4.4.7")]


def test_a_bounce_in_words_only_is_read_too() -> None:
    text = "Hi. This is the qmail-send program at x.example.\nI'm afraid I wasn't able to deliver your message.\n\n<mira@northwind.example>:\n550 5.1.1 no such user\n\n--- Below this line is a copy of the message.\n\nMessage-ID: <a1@doorstep.example>\nSubject: Contract\n"
    message = read_message(
        mail(text, headers={"From": "MAILER-DAEMON@x.example", "Subject": "failure notice", "Return-Path": "<>"})
    )
    assert message.machine is not None
    assert message.machine.bounced == (
        Bounced("<a1@doorstep.example>", "mira@northwind.example", True, "5.1.1", "550"),
    )
