"""A mail as a value: everything a reply can come in, the broken and the sealed included."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.understanding.mails import mail
from tests.understanding.shapes import APPROVE, SHAPES, TODAY

from doorstep.understanding import Address, File, Kind, read_message, understand_message
from doorstep.understanding.message import LARGEST
from doorstep.understanding.unreadable import ENCRYPTED, PROTECTED


def test_a_reply_is_read_whole() -> None:
    message = read_message(
        mail(
            "Approved.\n",
            headers={
                "Sender": "Lea Kim <lea@northwind.example>",
                "Cc": "Jon <jon@northwind.example>",
                "Delivered-To": "catch-all@doorstep.example",
                "In-Reply-To": "<a1@doorstep.example>",
                "References": "<a0@doorstep.example> <a1@doorstep.example>",
                "Date": "Fri, 06 Mar 2026 16:20:00 +0000",
            },
        )
    )
    assert (message.author, message.sender) == (
        Address("Mira Holt", "mira.holt@northwind.example"),
        Address("Lea Kim", "lea@northwind.example"),
    )
    assert message.recipients == ("reply+abc@doorstep.example", "jon@northwind.example", "catch-all@doorstep.example")
    assert (message.message_id, message.in_reply_to) == ("<m1@northwind.example>", ("<a1@doorstep.example>",))
    assert message.references == ("<a0@doorstep.example>", "<a1@doorstep.example>")
    assert (message.subject, message.date) == ("Re: Contract", datetime(2026, 3, 6, 16, 20, tzinfo=UTC))
    assert (message.text.strip(), message.machine, message.unreadable) == ("Approved.", None, None)


def test_plain_text_is_preferred_and_html_read_when_there_is_no_other() -> None:
    assert read_message(mail("Approved.", html="<p>Rejected.</p>")).text.strip() == "Approved."
    only = read_message(mail("", html="<p>Approved.</p><blockquote>Please</blockquote>"))
    assert (only.text, only.from_html) == ("Approved.\n\n> Please", True)
    assert read_message(mail(" \n", html="<p>Approved.</p>")).text == "Approved."


def test_attachments_come_with_name_type_and_bytes() -> None:
    message = read_message(
        mail(files=[("contract v4.pdf", "application/pdf", b"%PDF-1.7"), ("../../etc/passwd", "text/plain", b"x")])
    )
    assert message.attachments == (
        File("contract v4.pdf", "application/pdf", b"%PDF-1.7"),
        File("passwd", "text/plain", b"x"),
    )
    assert message.text.strip() == "Approved."


@pytest.mark.parametrize(
    ("charset", "words"),
    [
        ("iso-8859-1", "genehmigt, schöne Grüße"),
        ("windows-1252", "genehmigt – „ja“"),
        ("iso-2022-jp", "承認"),
        ("koi8-r", "Одобрено"),
        ("gb2312", "批准"),
        ("utf-16", "genehmigt ü"),
        ("utf-8", "genehmigt ü"),
        ("macintosh", "schön"),
    ],
)
@pytest.mark.parametrize("encoding", ["8bit", "base64"])
def test_other_charsets_are_read(charset: str, words: str, encoding: str) -> None:
    body = words.encode(charset)
    raw = b"From: m@x.example\r\nContent-Type: text/plain; charset=%s\r\nContent-Transfer-Encoding: %s\r\n\r\n" % (
        charset.encode(),
        encoding.encode(),
    )
    if encoding == "8bit" and charset == "utf-16":
        return  # not allowed on the wire
    raw += base64.encodebytes(body) if encoding == "base64" else body
    assert read_message(raw).text.strip() == words


@pytest.mark.parametrize("charset", ["utf-8", "x-unknown", "unicode-escape", "rot13", "zlib", "us-ascii", '"', "idna"])
def test_a_wrong_charset_costs_letters_not_the_mail(charset: str) -> None:
    raw = (
        f"From: m@x.example\r\nContent-Type: text/plain; charset={charset}\r\n\r\n".encode()
        + "freigegeben für Müller".encode("cp1252")
    )
    assert read_message(raw).text.startswith("freigegeben f")


def test_encoded_and_broken_headers_are_text() -> None:
    raw = "From: =?utf-8?q?M=C3=BCller?= <m@x.example>\r\nSubject: =?utf-8?b?w6Rh?= =?bogus?q?x?= ünd\r\nTo: broken <, also@x.example\r\n\r\nok".encode()
    message = read_message(raw)
    assert message.author == Address("Müller", "m@x.example")
    assert "ünd" in message.subject
    assert message.recipients == ("also@x.example",)


def test_soft_line_breaks_are_joined() -> None:
    raw = b"From: m@x.example\r\nContent-Type: text/plain; format=flowed\r\n\r\nApproved, with thanks \r\nto all.\r\n> quoted \r\n> on\r\n-- \r\nMira\r\n"
    assert read_message(raw).text == "Approved, with thanks to all.\n> quoted on\n-- \nMira"


SEALED = {
    "encrypted": b'From: m@x.example\r\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data; name="smime.p7m"\r\nContent-Transfer-Encoding: base64\r\n\r\nMIAGCSqGSIb3\r\n',
    "tnef": b'From: m@x.example\r\nContent-Type: application/ms-tnef; name="winmail.dat"\r\nContent-Transfer-Encoding: base64\r\n\r\neJ8+IgkS\r\n',
    "empty": b"From: m@x.example\r\nContent-Type: text/plain\r\n\r\n\r\n",
    "malformed": b"",
}


@pytest.mark.parametrize("code", sorted(SEALED))
def test_what_cannot_be_read_says_so_and_what_to_do(code: str) -> None:
    message = read_message(SEALED[code])
    answer = understand_message(message, ask=APPROVE, today=TODAY)
    assert message.unreadable is not None
    assert message.unreadable.code == code
    assert "Please answer with an ordinary mail" in message.unreadable.why
    assert (answer.kind, answer.why) == (Kind.UNCLEAR, message.unreadable.why)


def test_protected_and_pgp_mail_is_not_read_whatever_else_it_says() -> None:
    protected = mail(
        "Mira has sent you a protected message. approved",
        files=[("message_v4.rpmsg", "application/x-microsoft-rpmsg-message", b"x")],
    )
    pgp = mail("-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n")
    signed = mail("Approved.", files=[("smime.p7s", "application/pkcs7-signature", b"x")])
    assert [read_message(raw).unreadable for raw in (protected, pgp, signed)] == [PROTECTED, ENCRYPTED, None]


def test_a_mail_of_20_mb_is_read_and_one_too_large_only_at_its_head() -> None:
    large = mail("Approved with the attached changes.", files=[("scan.pdf", "application/pdf", b"x" * 20_000_000)])
    message = read_message(large)
    assert (len(message.attachments[0].content), message.text.strip()) == (
        20_000_000,
        "Approved with the attached changes.",
    )
    over = read_message(mail().split(b"\n\n")[0] + b"\n\n" + b"x" * LARGEST)
    assert (over.author.email, over.text, over.unreadable and over.unreadable.code) == (
        "mira.holt@northwind.example",
        "",
        "too large",
    )


def test_malformed_mime_never_raises_and_keeps_what_is_readable() -> None:
    cut = b"From: m@x.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nApproved.\r\n"
    assert read_message(cut).text.strip() == "Approved."
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(3000))
    assert read_message(b"From: m@x.example\r\n" + deep).author.email == "m@x.example"
    assert read_message(b"\xff\xfe\x00garbage").text is not None


def test_a_mail_inside_a_mail_is_a_file_not_an_answer() -> None:
    inner = mail("Approved.")
    raw = (
        b"From: m@x.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nWhat is this?\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
        + inner
        + b"\r\n--b--\r\n"
    )
    message = read_message(raw)
    assert (message.text.strip(), message.attachments[0].media_type) == ("What is this?", "message/rfc822")
    assert understand_message(message, ask=APPROVE, today=TODAY).kind is Kind.QUESTION


def test_a_file_that_was_asked_for_fills_in() -> None:
    message = read_message(mail("Here it is.", files=[("contract.pdf", "application/pdf", b"x")]))
    answer = understand_message(message, ask=SHAPES["file"], today=TODAY)
    assert (answer.kind, dict(answer.facts)) == (Kind.FILLED, {"Contract": "contract.pdf"})


def test_authentication_results_come_raw_and_in_order() -> None:
    raw = (
        b"Authentication-Results: mx.northwind.example;\r\n spf=pass\r\nAuthentication-Results: evil.example; dkim=pass\r\n"
        + mail()
    )
    assert read_message(raw).authentication_results == ("mx.northwind.example; spf=pass", "evil.example; dkim=pass")


HEADERS = st.sampled_from(
    [
        b"From",
        b"To",
        b"Subject",
        b"Date",
        b"Content-Type",
        b"Content-Transfer-Encoding",
        b"Content-Disposition",
        b"Message-ID",
        b"References",
        b"Auto-Submitted",
    ]
)
VALUES = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(
        [
            b"multipart/mixed; boundary=b",
            b"multipart/alternative; boundary=b",
            b"message/rfc822",
            b"message/delivery-status",
            b"text/html; charset=utf-7",
            b"base64",
            b"quoted-printable",
            b"x-uuencode",
            b"=?utf-8?b?\xff?=",
            b"attachment; filename*=x'y'%ff",
            b"multipart/report",
            b"text/plain; charset*0=a",
        ]
    ),
)


@given(
    st.lists(st.tuples(HEADERS, VALUES), max_size=6),
    st.lists(
        st.one_of(st.binary(max_size=60), st.just(b"--b\r\n"), st.just(b"--b--\r\n"), st.just(b"\r\n\r\n")), max_size=8
    ),
)
def test_any_bytes_are_read_without_raising(headers: list[tuple[bytes, bytes]], body: list[bytes]) -> None:
    raw = b"".join(name + b": " + value + b"\r\n" for name, value in headers) + b"\r\n" + b"".join(body)
    assert understand_message(read_message(raw), ask=APPROVE, today=TODAY).why.endswith(".")


@given(st.binary(max_size=500))
def test_pure_noise_is_read_without_raising(raw: bytes) -> None:
    assert read_message(raw).text is not None


HOSTILE = [
    "hi, ",
    "yes, ",
    "approved ",
    "[EXTERNAL]\n",
    "On x wrote:\n",
    "From: x\n",
    "> ",
    "Mira\n",
    "in two days ",
    "12. ",
    "(",
    '"',
    "<a@b.c>",
]
HOSTILE_HTML = ["<div>", "<blockquote>", "</div>", "<p", "<!--", '<a href="', "<b><i>", "<table><tr>", "&", "<![x"]


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_text_made_to_be_slow_is_read_like_any_other(piece: str) -> None:
    answer = understand_message(read_message(mail(piece * 3000)), ask=APPROVE, today=TODAY)
    assert not answer.decides


@pytest.mark.parametrize("piece", HOSTILE_HTML)
def test_html_made_to_be_slow_is_read_like_any_other(piece: str) -> None:
    answer = understand_message(read_message(mail("", html=piece * 20_000)), ask=APPROVE, today=TODAY)
    assert not answer.decides
