from __future__ import annotations

import imaplib
import smtplib
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage, Message
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from imap_tools import AND, NOT, OR, MailBoxUnencrypted, MailMessage

from doorstep.demo import company, mail_sandbox
from doorstep.demo.mail_sandbox import letters
from doorstep.demo.mail_sandbox.accounts import CLIENT_ID, CLIENT_SECRET, Account

DOORSTEP, MIRA = company.DOORSTEP_MAILBOX, "mira@northwind.example"
FRIDAY = datetime(2026, 3, 6, 21, 0, tzinfo=UTC)
ACCOUNT = Account(MIRA, "Mira Holt")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[mail_sandbox.Server]:
    server = mail_sandbox.start(state_dir=tmp_path, now=lambda: FRIDAY)
    yield server
    server.stop()


@pytest.fixture
def web(server: mail_sandbox.Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, follow_redirects=True, verify=False) as http:
        yield http


def letter(to: str = MIRA, sender: str = DOORSTEP, **headers: str) -> EmailMessage:
    message = EmailMessage()
    known = {
        "From": f"Northwind <{sender}>",
        "To": to,
        "Subject": "Please approve",
        "Message-ID": "<ask-1@northwind.example>",
    }
    for name, value in {**known, **headers}.items():
        message[name.replace("_", "-")] = value
    message.set_content("Please approve the contract.\n")
    return message


def send(server: mail_sandbox.Server, message: EmailMessage, *, as_: str = DOORSTEP) -> None:
    with smtplib.SMTP(server.host, server.smtp_port, timeout=5) as smtp:
        if as_:
            smtp.login(as_, as_.partition("@")[0] + "-sandbox")
        smtp.send_message(message)


def box(server: mail_sandbox.Server, address: str = MIRA) -> MailBoxUnencrypted:
    return MailBoxUnencrypted(server.host, server.imap_port).login(address, address.partition("@")[0] + "-sandbox")


def only(server: mail_sandbox.Server, address: str = MIRA) -> MailMessage:
    with box(server, address) as mailbox:
        (message,) = mailbox.fetch(mark_seen=False)
    return message


# -- SMTP ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "to",
    [
        DOORSTEP,
        "doorstep+7kq2mh4d@northwind.example",
        "Doorstep+ABC@Northwind.Example",
        "close@northwind.example",
        "chase+x@northwind.example",
    ],
)
def test_everything_for_doorstep_lands_in_its_mailbox(server: mail_sandbox.Server, to: str) -> None:
    send(server, letter(to=to, sender=MIRA), as_=MIRA)
    assert only(server, DOORSTEP).headers["delivered-to"] == (to,)


def test_mail_of_somebody_signed_in_is_stamped_as_theirs(server: mail_sandbox.Server) -> None:
    send(server, letter())
    assert only(server).headers["authentication-results"] == (
        (
            "mx.northwind.example; spf=pass smtp.mailfrom=doorstep@northwind.example; "
            "dkim=pass header.d=northwind.example header.s=s1; dmarc=pass header.from=northwind.example"
        ),
    )


def test_a_client_signed_in_at_their_own_domain_is_stamped_so(server: mail_sandbox.Server) -> None:
    send(server, letter(sender="lena@halden.example"), as_="lena@halden.example")
    assert "dkim=pass header.d=halden.example" in only(server).headers["authentication-results"][0]


def test_a_stranger_proves_nothing(server: mail_sandbox.Server) -> None:
    send(server, letter(sender="sam@northwind.example"), as_="")
    assert only(server).headers["authentication-results"] == (
        (
            "mx.northwind.example; spf=fail smtp.mailfrom=sam@northwind.example; dkim=none; "
            "dmarc=fail header.from=northwind.example"
        ),
    )


def test_stamps_a_message_brings_along_are_taken_out(server: mail_sandbox.Server) -> None:
    forged = (
        b"Return-Path: <x@x.example>\r\nAuthentication-Results: mx.northwind.example;\r\n dkim=pass header.d=x.example\r\n"
        b"Subject: s\r\nauthentication-results: elsewhere.example; spf=pass\r\nFrom: sam@northwind.example\r\n\r\ntext\r\n"
    )
    with smtplib.SMTP(server.host, server.smtp_port, timeout=5) as smtp:
        smtp.sendmail("sam@northwind.example", [MIRA], forged)
    headers = only(server).headers
    assert len(headers["authentication-results"]) == len(headers["return-path"]) == 1
    assert "dkim=none" in headers["authentication-results"][0]


def test_a_stamp_quoted_in_the_text_is_left_alone(server: mail_sandbox.Server) -> None:
    message = letter()
    message.set_content("Authentication-Results: mx.northwind.example; dkim=pass\n")
    send(server, message)
    assert only(server).text.startswith("Authentication-Results: mx.northwind.example; dkim=pass")


def test_a_mailbox_that_is_not_there_refuses(server: mail_sandbox.Server) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused, match="there is no such mailbox here"):
        send(server, letter(to="nobody@northwind.example"))


def test_strangers_are_not_relayed(server: mail_sandbox.Server) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused, match="relay access denied"):
        send(server, letter(to="someone@elsewhere.example"), as_="")


def test_mail_for_a_domain_that_is_not_there_bounces(server: mail_sandbox.Server) -> None:
    send(server, letter(to="someone@elsewhere.example"))
    report = only(server, DOORSTEP).obj
    assert (report.get_content_type(), report["Auto-Submitted"]) == ("multipart/report", "auto-replied")
    _, status, returned = cast("list[Message]", report.get_payload())
    assert "Final-Recipient: rfc822; someone@elsewhere.example" in str(status)
    assert "Message-ID: <ask-1@northwind.example>" in str(returned.get_payload())


@pytest.mark.parametrize(("user", "password"), [(MIRA, "wrong"), ("nobody@northwind.example", "nobody-sandbox")])
def test_a_wrong_password_does_not_sign_in(server: mail_sandbox.Server, user: str, password: str) -> None:
    with smtplib.SMTP(server.host, server.smtp_port, timeout=5) as smtp, pytest.raises(smtplib.SMTPAuthenticationError):
        smtp.login(user, password)


# -- tokens ----------------------------------------------------------------------------------------


def token(web: httpx.Client, secret: str = CLIENT_SECRET) -> httpx.Response:
    form = {"grant_type": "client_credentials", "client_id": CLIENT_ID, "client_secret": secret, "scope": MIRA}
    return web.post("/oauth/token", data=form)


def test_an_access_token_signs_in_at_both_doors(server: mail_sandbox.Server, web: httpx.Client) -> None:
    access = token(web).json()["access_token"]
    said = f"user={MIRA}\x01auth=Bearer {access}\x01\x01"
    for at_once in (True, False):
        with smtplib.SMTP(server.host, server.smtp_port, timeout=5) as smtp:
            smtp.ehlo()
            assert smtp.auth("XOAUTH2", lambda _=None: said, initial_response_ok=at_once)[0] == 235
    with MailBoxUnencrypted(server.host, server.imap_port).xoauth2(MIRA, access) as mailbox:
        assert mailbox.uids() == []


def test_a_token_opens_only_the_mailbox_it_is_for(server: mail_sandbox.Server, web: httpx.Client) -> None:
    access = token(web).json()["access_token"]
    said = f"user={DOORSTEP}\x01auth=Bearer {access}\x01\x01".encode()
    refused = pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED")
    with imaplib.IMAP4(server.host, server.imap_port, timeout=5) as imap, refused:
        imap.authenticate("XOAUTH2", lambda _: said)
    assert token(web, "wrong").status_code == 401


# -- IMAP ------------------------------------------------------------------------------------------


def test_letters_are_read_flagged_and_deleted(server: mail_sandbox.Server) -> None:
    for subject in ("One", "Two", "Three"):
        send(server, letter(Subject=subject))
    with box(server) as mailbox:
        assert [message.subject for message in mailbox.fetch(AND(seen=False), mark_seen=False)] == [
            "One",
            "Two",
            "Three",
        ]
        mailbox.flag("2", ["\\Seen", "\\Flagged"], True)
        assert [message.subject for message in mailbox.fetch(AND(seen=False), mark_seen=False)] == ["One", "Three"]
        mailbox.flag("2", "\\Flagged", False)
        assert [message.flags for message in mailbox.fetch(AND(uid="2"), mark_seen=False)] == [("\\Seen",)]
        mailbox.delete("1")
        assert mailbox.uids() == ["2", "3"]
    with box(server) as mailbox:
        assert mailbox.uids() == ["2", "3"]


def test_reading_opens_a_letter_and_peeking_does_not(server: mail_sandbox.Server) -> None:
    send(server, letter())
    with box(server) as mailbox:
        list(mailbox.fetch(mark_seen=False))
        assert mailbox.folder.status("INBOX")["UNSEEN"] == 1
        list(mailbox.fetch(mark_seen=True))
        assert mailbox.folder.status("INBOX")["UNSEEN"] == 0


@pytest.mark.parametrize(
    ("criteria", "found"),
    [
        (AND(subject="wo"), ["Two"]),
        (AND(from_="mira"), []),
        (OR(subject="One", text="other text"), ["One", "Two"]),
        (NOT(subject="One"), ["Two"]),
        (AND(date_gte=FRIDAY.date()), ["One", "Two"]),
        (AND(date_lt=FRIDAY.date()), []),
        (AND(uid=["2", "3"]), ["Two"]),
        ("HEADER Message-ID ask-1", ["One", "Two"]),
        ("1:* KEYWORD done", []),
        ("(SUBJECT One) UNANSWERED SMALLER 100000", ["One"]),
        ("LARGER 100000", []),
    ],
)
def test_a_search_finds_what_fits(server: mail_sandbox.Server, criteria: Any, found: list[str]) -> None:
    send(server, letter(Subject="One"))
    other = letter(Subject="Two")
    other.set_content("Some other text")
    send(server, other)
    with box(server) as mailbox:
        assert [message.subject for message in mailbox.fetch(criteria, mark_seen=False)] == found


def test_whoever_waits_is_told_what_comes(server: mail_sandbox.Server) -> None:
    with box(server) as mailbox:
        timer = threading.Timer(0.15, send, (server, letter()))
        timer.start()
        assert mailbox.idle.wait(timeout=5) == [b"* 1 EXISTS"]
        timer.join()
        assert [message.subject for message in mailbox.fetch()] == ["Please approve"]


def test_two_clients_see_what_the_other_does(server: mail_sandbox.Server) -> None:
    send(server, letter())
    with box(server) as one, box(server) as other:
        one.delete("1")
        other.client.noop()
        assert other.client.untagged_responses.get("EXPUNGE") == [b"1"]


def test_a_folder_opened_to_be_read_is_not_changed(server: mail_sandbox.Server) -> None:
    send(server, letter())
    with imaplib.IMAP4(server.host, server.imap_port, timeout=5) as imap:
        imap.login(MIRA, "mira-sandbox")
        imap.select("INBOX", readonly=True)
        assert imap.store("1", "+FLAGS", "\\Seen")[0] == "NO"
        assert imap.fetch("1", "(BODY[])")[0] == "OK"
        assert imap.fetch("1", "(FLAGS)")[1] == [b"1 (FLAGS ())"]


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ("(RFC822.SIZE)", None),
        ("(BODY.PEEK[HEADER.FIELDS (SUBJECT)])", b"Subject: Please approve\r\n\r\n"),
        ("(BODY.PEEK[TEXT])", b"Please approve the contract.\r\n"),
        ("(BODY.PEEK[TEXT]<7.7>)", b"approve"),
        ("(INTERNALDATE)", None),
    ],
)
def test_parts_of_a_letter_are_fetched(server: mail_sandbox.Server, items: str, expected: bytes | None) -> None:
    send(server, letter())
    with imaplib.IMAP4(server.host, server.imap_port, timeout=5) as imap:
        imap.login(MIRA, "mira-sandbox")
        imap.select()
        first: Any = imap.fetch("1", items)[1][0]
    assert (first[1] if isinstance(first, tuple) else None) == expected
    assert b"06-Mar-2026 21:00:00 +0000" in first if "INTERNALDATE" in items else True


@pytest.mark.parametrize("mark", ["{12}", "{12+}"])
def test_a_password_may_come_as_a_literal(server: mail_sandbox.Server, mark: str) -> None:
    with imaplib.IMAP4(server.host, server.imap_port, timeout=5) as imap:
        imap.send(f"x1 LOGIN {MIRA} {mark}\r\n".encode())
        assert mark == "{12+}" or imap.readline().startswith(b"+ ")
        imap.send(b"mira-sandbox\r\n")
        assert imap.readline().startswith(b"x1 OK ")


@pytest.mark.parametrize(
    "said", ["FLY", "SELECT INBOX", "LOGIN x", 'LOGIN "x', "UID", "FETCH 1 (X)", "AUTHENTICATE GSSAPI"]
)
def test_what_is_not_understood_is_refused_and_the_talk_goes_on(server: mail_sandbox.Server, said: str) -> None:
    with imaplib.IMAP4(server.host, server.imap_port, timeout=5) as imap:
        imap.send(f"x1 {said}\r\n".encode())
        assert imap.readline().split()[1] in {b"BAD", b"NO"}
        assert imap.login(MIRA, "mira-sandbox")[0] == "OK"


def test_what_happened_is_remembered_over_a_restart(server: mail_sandbox.Server, tmp_path: Path) -> None:
    send(server, letter())
    again = mail_sandbox.start(state_dir=tmp_path)
    try:
        assert only(again).subject == "Please approve"
    finally:
        again.stop()


# -- webmail ---------------------------------------------------------------------------------------


def with_html(html: str) -> EmailMessage:
    message = letter(Reply_To="doorstep+7kq2@northwind.example")
    message.add_alternative(html, subtype="html")
    message.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="contract é.pdf")
    return message


def test_a_letter_is_opened_with_its_files(server: mail_sandbox.Server, web: httpx.Client) -> None:
    send(server, with_html("<p>Hello"))
    assert "1 new" in web.get("/").text
    page = web.get(f"/box/{MIRA}/1").text
    assert ('<iframe title="The letter"' in page, "allow-scripts" in page) == (True, False)
    assert "1 new" not in web.get("/").text
    file = web.get(f"/box/{MIRA}/1/file/0")
    assert (file.content, file.headers["content-type"]) == (b"%PDF-1.4", "application/pdf")
    assert web.get(f"/box/{MIRA}/1/raw").text.startswith("Return-Path: <doorstep@northwind.example>")


def test_html_is_made_harmless_and_its_actions_open_the_composer(
    server: mail_sandbox.Server, web: httpx.Client
) -> None:
    link = "mailto:doorstep+7kq2@northwind.example?subject=Re%3A%20x&amp;body=approved"
    send(
        server,
        with_html(
            f'<title>T</title><script>x()</script><p style="color:red" onclick="x()"><a href="{link}">Approve</a><a href="https://x.example">x</a>'
        ),
    )
    answer = web.get(f"/box/{MIRA}/1/html")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert answer.text.split('sans-serif">')[1].strip() == (
        '<p style="color:red"><a href="/box/mira%40northwind.example/new?mailto=mailto%3Adoorstep%2B7kq2%40northwind.example'
        '%3Fsubject%3DRe%253A%2520x%26body%3Dapproved" target="_top" rel="noopener noreferrer">Approve</a>'
        '<a href="https://x.example" target="_blank" rel="noopener noreferrer">x</a>\n</p>'
    )


def test_a_mailto_link_is_a_new_letter_with_what_it_says() -> None:
    link = "mailto:doorstep+7kq2@northwind.example?subject=Re%3A%20x+y&body=approved%0D%0A"
    assert letters.from_mailto(ACCOUNT, link) == letters.Draft(
        "doorstep+7kq2@northwind.example", "Re: x+y", "approved\n\n\n-- \nMira Holt\nDirector of legal\n"
    )


def test_a_reply_quotes_the_letter_and_goes_where_it_asks(server: mail_sandbox.Server, web: httpx.Client) -> None:
    send(server, with_html("<p>Hello"))
    page = web.get(f"/box/{MIRA}/1").text
    assert f"/box/{MIRA}/new?reply=1" in page
    form = web.get(f"/box/{MIRA}/new", params={"reply": "1"}).text
    assert 'value="doorstep+7kq2@northwind.example"' in form
    assert "On Fri, 06 Mar 2026 at 16:00, Northwind wrote:\n\n&gt; Please approve the contract." in form


def test_a_reply_is_sent_with_its_file_and_threads(server: mail_sandbox.Server, web: httpx.Client) -> None:
    send(server, letter(References="<first@northwind.example>"))
    form = {
        "to": "doorstep+7kq2@northwind.example",
        "subject": "Re: Please\napprove",
        "text": "approved\r\n\r\n> quoted",
        "answers": "1",
        "forwards": "0",
    }
    answer = web.post(f"/box/{MIRA}/send", data=form, files={"files": ("changes.pdf", b"%PDF", "application/pdf")})
    assert answer.url.path == f"/box/{MIRA}"
    reply = only(server, DOORSTEP)
    assert (reply.from_, reply.subject, reply.text.strip()) == (MIRA, "Re: Please approve", "approved\r\n\r\n> quoted")
    assert reply.headers["in-reply-to"] == ("<ask-1@northwind.example>",)
    assert reply.headers["references"] == ("<first@northwind.example> <ask-1@northwind.example>",)
    assert [(file.filename, file.payload) for file in reply.attachments] == [("changes.pdf", b"%PDF")]
    assert "dkim=pass header.d=northwind.example" in reply.headers["authentication-results"][0]
    assert "Re: Please approve" in web.get(f"/box/{MIRA}/sent").text


def test_a_letter_is_forwarded_with_its_files(server: mail_sandbox.Server, web: httpx.Client) -> None:
    send(server, with_html("<p>Hello"))
    form = web.get(f"/box/{MIRA}/new", params={"forward": "1"}).text
    assert ("Forwarded message" in form, "The files of the letter go along." in form) == (True, True)
    sent = {"to": "jon@northwind.example", "subject": "Fwd: Please approve", "text": "Yours?", "forwards": "1"}
    web.post(f"/box/{MIRA}/send", data=sent)
    assert [file.filename for file in only(server, "jon@northwind.example").attachments] == ["contract é.pdf"]


@pytest.mark.parametrize(
    ("to", "why"),
    [
        ("", "Expected an address to send to"),
        ("Mira", "Expected an address"),
        ("x@northwind.example", "there is no such mailbox here"),
    ],
)
def test_a_letter_that_cannot_leave_stays_in_the_composer(web: httpx.Client, to: str, why: str) -> None:
    answer = web.post(f"/box/{MIRA}/send", data={"to": to, "subject": "s", "text": "what I wrote"})
    assert (answer.status_code, why in answer.text, "what I wrote" in answer.text) == (422, True, True)


def test_the_inbox_tells_a_browser_when_something_came(server: mail_sandbox.Server, web: httpx.Client) -> None:
    assert web.get(f"/box/{MIRA}/state").json() == {"state": 0}
    send(server, letter())
    assert web.get(f"/box/{MIRA}/state").json() == {"state": 1}
    assert 'data-state="1"' in web.get(f"/box/{MIRA}").text


@pytest.mark.parametrize(
    "path", ["/box/nobody@x.example", f"/box/{MIRA}/9", f"/box/{MIRA}/x", f"/box/{MIRA}/1/file/7", "/nowhere"]
)
def test_what_does_not_exist_is_a_page_that_says_so(server: mail_sandbox.Server, web: httpx.Client, path: str) -> None:
    send(server, letter())
    assert web.get(path).status_code == 404


def test_one_may_not_read_a_letter_through_another_mailbox(server: mail_sandbox.Server, web: httpx.Client) -> None:
    send(server, letter())
    assert web.get("/box/jon@northwind.example/1").status_code == 404
