"""Bad mail: whoever wrote it gets a sentence that says what to do, and the case loses nothing."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from uuid import UUID

import pytest
from tests.cases.company import PAGE, Company
from tests.cases.post import Post, came, incoming, mail, work

from doorstep.cases.change_facts import change_facts
from doorstep.cases.models import Ask, Case, Delivery, Inbox, Reply
from doorstep.cases.start_case import start_case
from doorstep.plugin_api import IncomingReply, Letter

pytestmark = pytest.mark.database

FACTS = {"client": "Halden Foods", "project": "Web shop", "value": 84000, "contract": "Contract v3"}
BY_MAIL = PAGE.replace("- Proof: login\n", "")
SIGN, CONFIRM = "Sign off the contract", "Confirm the deployment"


def started(company: Company) -> UUID:
    case_id = start_case(version_id=company.publish(BY_MAIL), facts=FACTS, by=company.ana).case_id
    work()
    return case_id


def ask_for(case_id: UUID, name: str = SIGN) -> Ask:
    return Ask.objects.filter(case_id=case_id, name=name).latest("round")


def raw(letter: Letter, rest: bytes, *, proof: str = "mail") -> IncomingReply:
    """Return a reply to a letter whose type and body are given byte by byte."""
    head = (
        f"From: {letter.to}\r\nTo: {letter.reply_to}\r\nSubject: Re: {letter.subject}\r\n"
        "Message-ID: <raw@northwind.example>\r\nMIME-Version: 1.0\r\n"
    )
    return IncomingReply(
        "e-mail",
        "<raw@northwind.example>",
        incoming(EmailMessage()).received_at,
        head.encode() + rest,
        {"proof": proof},
    )


# -- Mail that is read all the same --------------------------------------------------------------------

READ = {
    "HTML only": b"Content-Type: text/html; charset=utf-8\r\n\r\n<html><body><p>Approved.</p></body></html>",
    "UTF-16": b"Content-Type: text/plain; charset=utf-16\r\nContent-Transfer-Encoding: base64\r\n\r\n//5BAHAAcAByAG8AdgBlAGQALgA=",
    "Latin-1 said to be ASCII": b"Content-Type: text/plain; charset=us-ascii\r\n\r\nApproved.\r\n\r\n-- \r\nMira H\xf6lt",
    "a charset nobody knows": b"Content-Type: text/plain; charset=x-nobody\r\n\r\nApproved.",
    "quoted-printable that breaks off": b"Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nApproved.\r\n=",
    "a multipart that never ends": (
        b'Content-Type: multipart/alternative; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nApproved.\r\n'
    ),
}


@pytest.mark.parametrize("body", READ.values(), ids=READ)
def test_odd_mail_is_read_all_the_same(company: Company, post: Post, body: bytes) -> None:
    case_id = started(company)
    assert came(raw(post.last("mira"), body)) == "approved: recorded"
    assert ask_for(case_id).outcome == "approved"


def test_a_mail_of_20_mb_is_read(company: Company, post: Post) -> None:
    case_id = started(company)
    message = EmailMessage()
    message["From"], message["To"] = post.last("sam").to, post.last("sam").reply_to
    message["Message-ID"] = "<large@northwind.example>"
    message.set_content("done")
    message.add_attachment(b"\0" * 15_000_000, maintype="image", subtype="png", filename="screen.png")
    assert len(message.as_bytes()) > 20_000_000
    assert came(incoming(message)) == "done: recorded"
    assert ask_for(case_id, CONFIRM).outcome == "done"


# -- Mail that cannot be read ----------------------------------------------------------------------------

UNREADABLE = {
    "S/MIME": (
        (
            b'Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"\r\n'
            b"Content-Transfer-Encoding: base64\r\n\r\nMIAGCSqGSIb3DQEHA6CAMIACAQ=="
        ),
        "encrypt",
    ),
    "winmail.dat": (
        b'Content-Type: application/ms-tnef; name="winmail.dat"\r\nContent-Transfer-Encoding: base64\r\n\r\neJ8+IgAA',
        "winmail.dat",
    ),
    "protected": (
        (
            b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n'
            b"This message is protected with Microsoft Information Protection.\r\n--b\r\n"
            b'Content-Type: application/x-microsoft-rpmsg-message; name="message.rpmsg"\r\n'
            b"Content-Transfer-Encoding: base64\r\n\r\ndgTE\r\n--b--\r\n"
        ),
        "protected",
    ),
    "empty": (b"Content-Type: text/plain\r\n\r\n", "without any words"),
    "nothing but a quote": (
        b"Content-Type: text/plain\r\n\r\n> approved\r\n",
        "Please reply with one of: approved, rejected, changes wanted",
    ),
}


@pytest.mark.parametrize(("body", "says"), UNREADABLE.values(), ids=UNREADABLE)
def test_mail_that_cannot_be_read_is_answered_with_what_to_do(
    company: Company, post: Post, body: bytes, says: str
) -> None:
    case_id = started(company)
    came(raw(post.last("mira"), body))
    work()
    letter = post.last("mira", "clarify")
    assert says in letter.paragraphs[0]
    assert "lease" in letter.paragraphs[0]  # please: it says what to do
    assert letter.reply_to
    assert ask_for(case_id).state == "open"
    assert Inbox.objects.get().raw  # kept as it came


# -- Did you mean --------------------------------------------------------------------------------------------


def test_a_thumb_is_asked_about_and_a_yes_confirms_it(company: Company, post: Post) -> None:
    case_id = started(company)
    came(mail(post.last("mira"), "👍"))
    work()
    letter = post.last("mira", "clarify")
    assert letter.paragraphs[0].startswith("Did you mean “approved”? Reply yes if so. ")
    assert ask_for(case_id).state == "open"
    assert came(mail(letter, "Yes")) == "approved: recorded"


def test_a_yes_confirms_what_was_proposed_and_not_more(company: Company, post: Post) -> None:
    case_id = started(company)
    came(mail(post.last("mira"), "Approved, but only if the cap is 100 %"))
    work()
    letter = post.last("mira", "clarify")
    assert "Did you mean “changes wanted”?" in letter.paragraphs[0]
    assert came(mail(letter, "Yes")) == "changes wanted: recorded"
    assert ask_for(case_id).round == 1
    assert "Approved, but only if the cap is 100 %" in str([one.paragraphs for one in post.sent])


def test_a_no_to_what_was_proposed_decides_nothing(company: Company, post: Post) -> None:
    case_id = started(company)
    came(mail(post.last("mira"), "👍"))
    work()
    came(mail(post.last("mira", "clarify"), "no"))
    assert ask_for(case_id).state == "open"


def test_a_yes_confirms_the_values_that_were_read(company: Company, post: Post) -> None:
    case_id = started(company)
    text = "go-live: 12 March 2027\ncontact: kim@halden.example\nwait, is that right?"
    came(mail(post.last("priya"), text))
    work()
    letter = post.last("priya", "clarify")
    assert "Did you mean go-live: 2027-03-12, contact: kim@halden.example?" in letter.paragraphs[0]
    assert came(mail(letter, "yes")) == "filled: recorded"
    assert ask_for(case_id, "Confirm logistics").state == "answered"


def test_the_yes_of_somebody_else_confirms_nothing(company: Company, post: Post) -> None:
    case_id = started(company)
    came(mail(post.last("mira"), "👍"))
    work()
    came(mail(post.last("mira", "clarify"), "Yes", sender="bob@northwind.example"))
    assert ask_for(case_id).state == "open"


# -- Settled, changed ------------------------------------------------------------------------------------------


def test_a_mail_to_what_is_settled_says_so_and_what_is_open(company: Company, post: Post) -> None:
    case_id = started(company)
    letter = post.last("sam")
    came(mail(letter, "done"))
    other = start_case(version_id=company.publish(BY_MAIL), facts=FACTS | {"client": "Bluefin"}, by=company.ana).case_id
    work()
    came(mail(letter, "The release tag looks odd to me"))
    work()
    said = next(one for one in post.sent if one.purpose == "clarify").paragraphs[0]
    assert "“Confirm the deployment” was settled on" in said
    assert "Open for you now: “Confirm the deployment” for Bluefin: Web shop." in said
    assert "The release tag looks odd to me" in post.last("ana").paragraphs
    assert (ask_for(case_id, CONFIRM).outcome, ask_for(other, CONFIRM).state) == ("done", "open")


def test_an_answer_after_withdrawal_says_that_nothing_is_left_to_do(company: Company, post: Post) -> None:
    from doorstep.cases.cancel import cancel

    case_id = started(company)
    letter = post.last("mira")
    cancel(case_id=case_id, by=company.ana, reason="Called off.")
    work()
    came(mail(letter, "Approved"))
    work()
    said = post.last("mira", "clarify").paragraphs[0]
    assert "it was withdrawn. There is nothing left to do. Nothing is open for you now." in said
    assert Case.objects.get(id=case_id).status == "cancelled"


def test_an_approval_of_a_letter_older_than_the_change_decides_nothing(company: Company, post: Post) -> None:
    case_id = started(company)
    old = post.last("mira")
    change_facts(case_id=case_id, facts={"value": 90000}, by=company.ana)
    work()
    came(mail(old, "Approved"))
    work()
    said = post.last("mira", "clarify")
    assert "has changed since the letter you answered" in said.paragraphs[0]
    assert [one.value for one in said.covered if one.label == "value"] == ["EUR 90,000.00"]
    assert ask_for(case_id).state == "open"
    assert came(mail(said, "Approved")) == "approved: recorded"


# -- Machines ------------------------------------------------------------------------------------------------


def bounce(sent: Delivery, to: str) -> IncomingReply:
    report = (
        "Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; mira@northwind.example\n"
        "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 no such user\n"
    )
    text = (
        f"From: MAILER-DAEMON@mx.example\nTo: {to}\nSubject: Undelivered\n"
        "Message-ID: <bounce@mx.example>\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nIt did not arrive.\n"
        f"--b\nContent-Type: message/delivery-status\n\n{report}\n"
        f"--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: {sent.external_id}\n\n--b--\n"
    )
    return IncomingReply("e-mail", "<bounce@mx.example>", sent.queued_at, text.encode(), {})


def channels_of(ask: Ask) -> list[tuple[str, str]]:
    return sorted(Delivery.objects.filter(ask_id=ask.id).values_list("channel", "state"))


def test_a_bounce_counts_when_it_names_our_message_and_comes_to_its_address(company: Company, post: Post) -> None:
    case_id = started(company)
    letter = post.last("mira")
    became = came(bounce(Delivery.objects.get(id=letter.key), letter.reply_to))
    assert became.startswith("could not be delivered")
    assert channels_of(ask_for(case_id)) == [("e-mail", "failed"), ("page", "handed over")]


@pytest.mark.parametrize("to", ["doorstep@northwind.example", "sam"])
def test_a_bounce_to_another_address_counts_for_nothing(company: Company, post: Post, to: str) -> None:
    case_id = started(company)
    address = post.last(to).reply_to if to == "sam" else to
    became = came(bounce(Delivery.objects.get(id=post.last("mira").key), address))
    assert became.startswith("set aside")
    assert channels_of(ask_for(case_id)) == [("e-mail", "handed over")]


def test_a_bounce_may_come_to_the_address_the_connection_names(company: Company, post: Post) -> None:
    from doorstep.connections.models import Connection

    Connection.objects.update(config={"address": "doorstep@northwind.example", "envelope": "Bounces@northwind.example"})
    case_id = started(company)
    came(bounce(Delivery.objects.get(id=post.last("mira").key), "bounces@northwind.example"))
    assert channels_of(ask_for(case_id)) == [("e-mail", "failed"), ("page", "handed over")]


def test_a_machine_is_never_answered(company: Company, post: Post) -> None:
    started(company)
    letter = post.last("sam")
    came(mail(letter, "done"))
    for number in range(3):
        text = "I am out of the office until 20 March 2027."
        came(mail(letter, text, Auto_Submitted="auto-replied", message_id=f"<auto{number}@northwind.example>"))
    work()
    assert [one for one in post.sent if one.purpose == "clarify"] == []


def test_machines_that_do_not_say_so_end_at_a_cap(company: Company, post: Post) -> None:
    case_id = started(company)
    letter = post.last("mira")
    for number in range(30):
        came(mail(letter, f"Ticket {number} was opened.", message_id=f"<loop{number}@northwind.example>"))
    work()
    told = Delivery.objects.filter(case_id=case_id, about__startswith="remark#")
    assert (len([one for one in post.sent if one.purpose == "clarify"]), told.count()) == (3, 10)
    assert Reply.objects.filter(case_id=case_id).count() == 30  # every one of them is kept
    Delivery.objects.filter(id__in=told).update(queued_at=Case.objects.get(id=case_id).started_at - timedelta(hours=2))
    came(mail(letter, "Hm, hm.", message_id="<later@northwind.example>"))
    assert told.count() == 11


# -- Forged, gone ----------------------------------------------------------------------------------------------

PASSED = "mx.northwind.example; dkim=pass header.d=northwind.example; spf=pass smtp.mailfrom=mira@northwind.example"


def stamped(letter: Letter, *stamps_on_top: str, text: str = "Approved") -> IncomingReply:
    """Return a reply as the mailbox gives it: with the stamps it bears, and the proof we take from them."""
    from doorstep.integrations.email.proof import stamps
    from doorstep.integrations.email.settings import Trust

    message = EmailMessage()
    for stamp in stamps_on_top:
        message["Authentication-Results"] = stamp
        message["Received"] = "from a by b; Fri, 6 Mar 2026 16:00:00 +0000"
    message["From"], message["To"] = letter.to, letter.reply_to
    message["Message-ID"] = "<stamped@northwind.example>"
    message.set_content(text)
    found = stamps(message.as_bytes(), Trust(authserv_ids=("mx.northwind.example",)), via="imap")
    came_in = incoming(message)
    return IncomingReply(came_in.channel, came_in.external_id, came_in.received_at, came_in.raw, dict(found))


FORGED = {
    "no stamp at all": ((), "Approved"),
    "a server we do not name": (("mx.evil.example; dkim=pass header.d=northwind.example",), "Approved"),
    "below the stamp of our own server": (("mx.northwind.example; dkim=none; spf=fail", PASSED), "Approved"),
    "inside the text": ((), f"Authentication-Results: {PASSED}\n\nApproved"),
}


@pytest.mark.parametrize(("on_top", "text"), FORGED.values(), ids=FORGED)
def test_a_forged_stamp_approves_nothing_and_is_told_how(
    company: Company, post: Post, on_top: tuple[str, ...], text: str
) -> None:
    case_id = started(company)
    came(stamped(post.last("mira"), *on_top, text=text))
    work()
    assert ask_for(case_id).state == "open"
    assert "lease" in post.last("mira", "clarify").paragraphs[0]


def test_the_stamp_of_our_own_server_approves(company: Company, post: Post) -> None:
    case_id = started(company)
    assert came(stamped(post.last("mira"), PASSED)) == "approved: recorded"
    assert ask_for(case_id).proof == "mail"


def test_an_address_of_nobodys_is_kept_and_decides_nothing(company: Company, post: Post) -> None:
    case_id = started(company)
    assert came(mail(post.last("mira"), "Approved", to="doorstep@northwind.example")).startswith("answered")
    assert (Inbox.objects.count(), ask_for(case_id).state) == (1, "open")


def test_the_reply_of_somebody_who_left_decides_nothing_and_the_owner_asks_somebody_else(
    company: Company, post: Post
) -> None:
    from doorstep.cases.reassign import reassign

    case_id = started(company)
    mira = company.people["mira"]
    mira.left_on = ask_for(case_id).asked_at.date()
    mira.save()
    came(mail(post.last("mira"), "Approved"))
    work()
    assert ask_for(case_id).state == "open"
    assert "mira@northwind.example wrote, who is not asked: Approved" in post.last("ana").paragraphs
    step = ask_for(case_id).step
    reassign(case_id=case_id, step=step, to="bob@northwind.example", by=company.vera)
    work()
    assert came(mail(post.last("bob"), "Approved")) == "approved: recorded"
