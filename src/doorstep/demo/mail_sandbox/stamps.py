"""What a receiving mail server adds to a message, and what it takes away first."""

from __future__ import annotations

import re
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr

from doorstep.demo import company

_FIELD = re.compile(
    rb"^(authentication-results|return-path|delivered-to)[ \t]*:.*?(?=^[^ \t]|\Z)",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
_HEAD_END = re.compile(rb"\r?\n\r?\n")


def received(raw: bytes, *, sender: str, recipient: str, signed_in: str, at: datetime) -> bytes:
    """Return a message as it is stored.

    Any Authentication-Results it brings is taken out: only this server says here what it has seen.
    Mail of somebody signed in is signed by their own domain; anybody else proved nothing.
    """
    head, body = _parted(raw)
    added = (
        f"Return-Path: <{sender}>\r\n"
        f"Delivered-To: {recipient}\r\n"
        f"Authentication-Results: {company.AUTHSERV_ID}; {_results(head, sender, signed_in)}\r\n"
        f"Received: by {company.AUTHSERV_ID} with {'ESMTPSA' if signed_in else 'ESMTP'} for <{recipient}>;\r\n"
        f" {format_datetime(at)}\r\n"
    )
    return added.encode() + _FIELD.sub(b"", head) + b"\r\n" + body


def _parted(raw: bytes) -> tuple[bytes, bytes]:
    end = _HEAD_END.search(raw)
    return (raw[: end.start()] + b"\r\n", raw[end.end() :]) if end else (raw.rstrip() + b"\r\n", b"")


def _results(head: bytes, sender: str, signed_in: str) -> str:
    author = _domain(parseaddr(_header(head, b"from"))[1])
    if not signed_in:
        return f"spf=fail smtp.mailfrom={sender or '<>'}; dkim=none; dmarc=fail header.from={author}"
    own = _domain(signed_in)
    aligned = "pass" if own == author else "fail"
    spf = f"spf=pass smtp.mailfrom={sender or signed_in}"
    return f"{spf}; dkim=pass header.d={own} header.s=s1; dmarc={aligned} header.from={author}"


def _header(head: bytes, name: bytes) -> str:
    found = re.search(rb"^" + name + rb"[ \t]*:(.*(?:\r?\n[ \t].*)*)", head, re.IGNORECASE | re.MULTILINE)
    return found.group(1).decode("utf-8", "replace").strip() if found else ""


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower() or "unknown"


def bounce(raw: bytes, *, sender: str, recipient: str, at: datetime) -> bytes:
    """Return the report that a message could not be handed on (RFC 3464)."""
    report = EmailMessage()
    report["From"] = f"Mail Delivery System <mailer-daemon@{company.AUTHSERV_ID}>"
    report["To"] = sender
    report["Subject"] = "Undelivered mail returned to sender"
    report["Date"] = format_datetime(at)
    report["Message-ID"] = make_msgid(domain=company.AUTHSERV_ID)
    report["Auto-Submitted"] = "auto-replied"
    report.set_content(f"Your message could not be delivered to {recipient}: there is no such domain here.\n")
    report.make_mixed()
    report.set_type("multipart/report")
    report.set_param("report-type", "delivery-status")
    report.attach(_status(recipient))
    report.attach(_returned(raw))
    return report.as_bytes()


def _status(recipient: str) -> EmailMessage:
    about, each, status = EmailMessage(), EmailMessage(), EmailMessage()
    about["Reporting-MTA"] = f"dns; {company.AUTHSERV_ID}"
    each["Final-Recipient"] = f"rfc822; {recipient}"
    each["Action"] = "failed"
    each["Status"] = "5.1.2"
    each["Diagnostic-Code"] = "smtp; 550 5.1.2 Host unknown"
    status["Content-Type"] = "message/delivery-status"
    status.set_payload([about, each])
    return status


def _returned(raw: bytes) -> EmailMessage:
    part = EmailMessage()
    part["Content-Type"] = "text/rfc822-headers"
    part.set_payload(_parted(raw)[0].decode("ascii", "replace"))
    return part
