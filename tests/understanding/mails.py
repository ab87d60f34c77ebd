"""Mails for tests, written as their programs write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from email.message import EmailMessage


def mail(
    text: str = "Approved.",
    *,
    html: str = "",
    headers: Mapping[str, str] | None = None,
    files: Sequence[tuple[str, str, bytes]] = (),
) -> bytes:
    """Return a mail from Mira to a reply address."""
    message = EmailMessage()
    base = {
        "From": "Mira Holt <Mira.Holt@northwind.example>",
        "To": "reply+abc@doorstep.example",
        "Subject": "Re: Contract",
        "Message-ID": "<m1@northwind.example>",
    }
    for name, value in {**base, **(headers or {})}.items():
        message[name] = value
    if text:
        message.set_content(text)
    if html and text:
        message.add_alternative(html, subtype="html")
    elif html:
        message.set_content(html, subtype="html")
    for name, media_type, content in files:
        main, _, sub = media_type.partition("/")
        message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return message.as_bytes()
