"""Header lines as text: unfolded, decoded, and never a reason to fail."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message as Parsed
from typing import Any

MESSAGE_ID = re.compile(r"<[^<>\s]+>")


def header_text(value: Any) -> str:
    """Return a raw header value (str, Header or None) as one line of valid text, which a database can keep."""
    if value is None:
        return ""
    line = re.sub(r"[\r\n\t]+\s*", " ", str(value))
    return _without_surrogates(line.replace("\0", "")).strip()


def worded(value: Any) -> str:
    """Return a header value with its encoded words (``=?utf-8?q?...?=``) decoded."""
    line = header_text(value)
    if "=?" not in line:
        return line
    try:
        pieces = decode_header(line)
        return header_text("".join(_piece(content, charset) for content, charset in pieces))
    except (HeaderParseError, LookupError, ValueError):
        return line  # not valid encoded words: shown as they came


def all_headers(message: Parsed) -> Iterator[tuple[str, str]]:
    """Yield (name in lower case, value) in the order of the mail, topmost first."""
    for name, value in message.raw_items():
        yield name.lower(), header_text(value)


def message_ids(value: str) -> tuple[str, ...]:
    """Return the ``<...>`` ids a header holds, in order."""
    return tuple(MESSAGE_ID.findall(value))


def _piece(content: Any, charset: str | None) -> str:
    if isinstance(content, str):
        return content
    return bytes(content).decode(charset or "latin-1", "replace")


def _without_surrogates(line: str) -> str:
    try:
        return line.encode("ascii", "surrogateescape").decode("utf-8")
    except UnicodeError:
        return line.encode("utf-8", "replace").decode("utf-8", "replace")
