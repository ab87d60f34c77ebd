"""IMAP's FETCH: the parts of a message a client asks for (RFC 3501, section 6.4.5)."""

from __future__ import annotations

import re

from doorstep.demo.mail_sandbox.store import Stored

_SECTION = re.compile(
    rb"BODY(?P<peek>\.PEEK)?\[(?P<part>TEXT|HEADER(?:\.FIELDS(?P<but>\.NOT)?\s*\((?P<names>[^)]*)\))?)?\](?:<(?P<from>\d+)\.(?P<count>\d+)>)?",
    re.IGNORECASE,
)
_MACROS = {
    b"ALL": (b"FLAGS", b"INTERNALDATE", b"RFC822.SIZE"),
    b"FAST": (b"FLAGS", b"INTERNALDATE", b"RFC822.SIZE"),
}


def items(words: list[object]) -> list[bytes]:
    """Return the items of a FETCH, macros opened, sections whole."""
    flat = [word for part in words for word in (part if isinstance(part, list) else [part])]
    text = [bytes(word) for word in flat if isinstance(word, bytes)]
    return [item for word in text for item in _MACROS.get(word.upper(), (word,))]


def marks_seen(wanted: list[bytes]) -> bool:
    """Whether fetching these opens a message."""
    return any(item.upper() in {b"RFC822", b"RFC822.TEXT"} or _opens(item) for item in wanted)


def _opens(item: bytes) -> bool:
    found = _SECTION.fullmatch(item)
    return found is not None and not found["peek"]


def answer(message: Stored, wanted: list[bytes], *, with_uid: bool) -> bytes:
    """Return what stands in the brackets of a FETCH answer."""
    if with_uid and not any(item.upper() == b"UID" for item in wanted):
        wanted = [b"UID", *wanted]
    return b" ".join(_item(message, item) for item in wanted)


def _item(message: Stored, item: bytes) -> bytes:
    match item.upper():
        case b"UID":
            return b"UID %d" % message.uid
        case b"FLAGS":
            return b"FLAGS (" + " ".join(sorted(message.flags)).encode() + b")"
        case b"RFC822.SIZE":
            return b"RFC822.SIZE %d" % len(message.raw)
        case b"INTERNALDATE":
            return f'INTERNALDATE "{message.received_at:%d-%b-%Y %H:%M:%S +0000}"'.encode()
        case b"RFC822":
            return b"RFC822 " + _literal(message.raw)
        case b"RFC822.HEADER":
            return b"RFC822.HEADER " + _literal(_head(message.raw))
    found = _SECTION.fullmatch(item)
    if not found:
        raise ValueError(f"This sandbox does not fetch {item.decode('ascii', 'replace')!r}.")
    return _section(message.raw, found)


def _section(raw: bytes, found: re.Match[bytes]) -> bytes:
    part = (found["part"] or b"").upper()
    chosen = raw if not part else raw[len(_head(raw)) :] if part == b"TEXT" else _head(raw)
    if found["names"] is not None:
        chosen = _fields(chosen, found["names"].lower().split(), but=bool(found["but"]))
    name = b"BODY[" + part + b"]"
    if found["from"]:
        start = int(found["from"])
        chosen, name = chosen[start : start + int(found["count"])], name + b"<" + found["from"] + b">"
    return name + b" " + _literal(chosen)


def _head(raw: bytes) -> bytes:
    end = re.search(rb"\r?\n\r?\n", raw)
    return raw[: end.end()] if end else raw


def _fields(head: bytes, names: list[bytes], *, but: bool) -> bytes:
    fields = re.findall(rb"(?m)^[^\s:][^:]*:.*\r?\n(?:[ \t].*\r?\n)*", head)
    return b"".join(field for field in fields if (field.split(b":")[0].lower() in names) != but) + b"\r\n"


def _literal(value: bytes) -> bytes:
    return b"{%d}\r\n%s" % (len(value), value)
