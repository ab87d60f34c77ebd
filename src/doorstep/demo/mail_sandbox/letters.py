"""Writing and reading letters as a mail program does: replies with their quotation, forwards with their files."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage, MIMEPart
from email.utils import format_datetime, formataddr, getaddresses, make_msgid
from urllib.parse import parse_qsl, quote, unquote
from zoneinfo import ZoneInfo

import nh3

from doorstep.demo.company import BY_EMAIL, ZONE
from doorstep.demo.mail_sandbox.accounts import Account
from doorstep.demo.mail_sandbox.store import Stored
from doorstep.demo.serving import Upload

TAGS = nh3.ALLOWED_TAGS | {"font"}


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in the composer."""

    to: str = ""
    subject: str = ""
    text: str = ""
    answers: int = 0  # uid of the letter this is a reply to
    forwards: int = 0  # uid of the letter whose files go along


def blank(account: Account) -> Draft:
    """Return an empty letter with the signature under it."""
    return Draft(text=_signature(account))


def from_mailto(account: Account, link: str) -> Draft:
    """Return the letter a ``mailto:`` link opens: a new one, as mail programs do it, not a reply."""
    address, _, query = link.removeprefix("mailto:").partition("?")
    fields = {name.lower(): value for name, value in parse_qsl(query.replace("+", "%2B"), keep_blank_values=True)}
    to = ", ".join(part for part in (unquote(address), fields.get("to", "")) if part)
    body = fields.get("body", "").replace("\r\n", "\n")
    return Draft(to=to, subject=fields.get("subject", ""), text=body + _signature(account))


def reply_to(account: Account, stored: Stored) -> Draft:
    """Return a reply with the letter quoted under it."""
    message = stored.message()
    to = str(message.get("Reply-To") or message.get("From", ""))
    quoted = "\n".join(f"> {line}" for line in text_of(message).rstrip().split("\n"))
    at = stored.received_at.astimezone(ZoneInfo(ZONE))
    said = f"\n\nOn {at:%a, %d %b %Y at %H:%M}, {author(message)} wrote:\n\n{quoted}\n"
    return Draft(to, _prefixed("Re:", message), _signature(account) + said, answers=stored.uid)


def forward(account: Account, stored: Stored) -> Draft:
    """Return a forward with the letter in it; its files go along."""
    message = stored.message()
    head = "\n".join(f"{name}: {message.get(name, '')}" for name in ("From", "Date", "Subject", "To"))
    said = f"\n\n---------- Forwarded message ----------\n{head}\n\n{text_of(message)}"
    return Draft("", _prefixed("Fwd:", message), _signature(account) + said, forwards=stored.uid)


def _prefixed(prefix: str, message: EmailMessage) -> str:
    subject = str(message.get("Subject", ""))
    return subject if subject.lower().startswith(prefix.lower()) else f"{prefix} {subject}"


def _signature(account: Account) -> str:
    person = BY_EMAIL.get(account.address)
    return f"\n\n-- \n{account.name}\n{person.title}\n" if person and person.title else "\n"


def written(
    account: Account, draft: Draft, *, answered: Stored | None, files: Sequence[Upload], at: datetime
) -> EmailMessage:
    """Return the letter as it is sent.  ValueError when there is nobody to send it to."""
    to = [(name, address) for name, address in getaddresses([draft.to]) if "@" in address]
    if not to:
        raise ValueError("Expected an address to send to, such as mira@northwind.example.")
    message = EmailMessage()
    message["From"] = formataddr((account.name, account.address))
    message["To"] = ", ".join(formataddr(pair) for pair in to)
    message["Subject"] = re.sub(r"\s+", " ", draft.subject)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = make_msgid(domain=account.domain)
    if answered:
        before = answered.message()
        message["In-Reply-To"] = str(before.get("Message-ID", ""))
        message["References"] = f"{before.get('References', '')} {before.get('Message-ID', '')}".strip()
    message.set_content(draft.text.replace("\r\n", "\n"))
    for file in files:
        main, _, sub = file.media_type.partition("/")
        message.add_attachment(file.content, maintype=main, subtype=sub, filename=file.name)
    return message


def files_of(message: EmailMessage) -> list[Upload]:
    """Return a letter's files."""
    parts = [part for part in message.walk() if part.get_filename() and not part.is_multipart()]
    return [Upload(str(part.get_filename()), part.get_content_type(), _content(part)) for part in parts]


def _content(part: MIMEPart) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def author(message: EmailMessage) -> str:
    """Return who wrote a letter, by name where there is one."""
    pairs = getaddresses([str(message.get("From", ""))])
    return (pairs[0][0] or pairs[0][1]) if pairs else "unknown"


def text_of(message: EmailMessage) -> str:
    """Return a letter's plain text, or its HTML without the tags."""
    plain = message.get_body(("plain",))
    if plain is not None:
        return _decoded(plain)
    html = message.get_body(("html",))
    return re.sub(r"<[^>]+>", " ", _decoded(html)) if html is not None else ""


def _decoded(part: MIMEPart) -> str:
    charset = part.get_content_charset("utf-8")
    try:
        return _content(part).decode(charset, "replace").replace("\r\n", "\n")
    except LookupError:
        return _content(part).decode("utf-8", "replace")


def html_of(message: EmailMessage, *, composer: str) -> str:
    """Return a letter's HTML made harmless; its ``mailto:`` links open ``composer``.  Empty when it has none."""
    part = message.get_body(("html",))
    if part is None:
        return ""
    shown = {tag: {*names, "style"} for tag, names in nh3.ALLOWED_ATTRIBUTES.items()}
    attributes = {**shown, **{tag: {"style", "align", "width"} | shown.get(tag, set()) for tag in TAGS}}

    def opened(tag: str, name: str, value: str) -> str:
        link = tag == "a" and name == "href" and value.startswith("mailto:")
        return f"{composer}?mailto={quote(value, safe='')}" if link else value

    clean = nh3.clean(
        _decoded(part),
        tags=TAGS,
        clean_content_tags={"script", "style", "title"},
        attributes=attributes,
        attribute_filter=opened,
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )
    return re.sub(rf'(<a [^>]*href="{re.escape(composer)}[^>]*)target="_blank"', r'\1target="_top"', clean)
