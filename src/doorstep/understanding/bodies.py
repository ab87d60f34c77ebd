"""The words and the files of a parsed mail, whatever its charset and nesting."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message as Parsed

from doorstep.understanding.headers import header_text
from doorstep.understanding.html_text import text_of_html

DEEPEST = 40
SUPERSETS = {"gb2312": "gb18030", "ks_c_5601-1987": "cp949", "iso-8859-1": "cp1252", "latin-1": "cp1252"}
UNLABELLED = frozenset({"", "us-ascii", "ascii", "ansi_x3.4-1968", "unknown-8bit", "x-unknown", "default"})
NOT_FOR_MAIL = frozenset(
    {"idna", "punycode", "raw-unicode-escape", "raw_unicode_escape", "unicode-escape", "unicode_escape"}
)


@dataclass(frozen=True, slots=True)
class File:
    """A file that came with a mail.  ``inline`` files (pictures in a signature) belong to the text."""

    name: str
    media_type: str
    content: bytes
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Bodies:
    """The text as people see it, the HTML it came from (if it did), and the files."""

    text: str = ""
    html: str = ""
    from_html: bool = False
    files: tuple[File, ...] = ()


def bodies_of(part: Parsed) -> Bodies:
    """Collect text and files: of alternatives the plain one unless it is blank, of anything else all."""
    return _collect(part, DEEPEST)


def decoded(content: bytes, charset: str) -> str:
    """Return text for bytes in a named charset; a wrong or unknown name costs letters, never the mail."""
    name = charset.strip().lower()
    guesses = ("utf-8",) if name in UNLABELLED else (SUPERSETS.get(name, name), "utf-8")
    for guess in guesses:
        if guess in NOT_FOR_MAIL:
            continue
        try:
            return content.decode(guess)
        except (LookupError, ValueError):
            continue  # mislabelled, as mail often is: the next guess
    return content.decode("cp1252", "replace")


def _collect(part: Parsed, depth: int) -> Bodies:
    if part.get_content_type() == "message/rfc822" or depth == 0:
        return Bodies(files=(_file(part),))
    if part.is_multipart():
        inner = [_collect(each, depth - 1) for each in _children(part)]
        return _chosen(inner) if part.get_content_subtype() == "alternative" else _joined(inner)
    if _is_text(part):
        return _text(part)
    return Bodies(files=(_file(part),))


def _children(part: Parsed) -> list[Parsed]:
    payload = part.get_payload()
    return [each for each in payload if isinstance(each, Parsed)] if isinstance(payload, list) else []


def _is_text(part: Parsed) -> bool:
    disposition = (header_text(part.get("Content-Disposition")) or "").split(";")[0].strip().lower()
    return part.get_content_type() in {"text/plain", "text/html"} and disposition != "attachment" and not name_of(part)


def _text(part: Parsed) -> Bodies:
    content = decoded(content_of(part), _parameter(part, "charset"))
    if part.get_content_subtype() == "html":
        return Bodies(text=text_of_html(content), html=content, from_html=True)
    if _parameter(part, "format").lower() == "flowed":
        content = _unflowed(content, delete_space=_parameter(part, "delsp").lower() == "yes")
    return Bodies(text=content)


def _chosen(alternatives: list[Bodies]) -> Bodies:
    worded = [each for each in alternatives if each.text.strip()]
    plain = [each for each in worded if not each.from_html]
    best = (plain or worded or [Bodies()])[0]
    html = next((each.html for each in worded if each.html), "")
    return Bodies(best.text, html, best.from_html, _files(alternatives))


def _joined(parts: list[Bodies]) -> Bodies:
    worded = [each for each in parts if each.text.strip()]
    return Bodies(
        text="\n".join(each.text for each in worded),
        html="\n".join(each.html for each in worded if each.html),
        from_html=any(each.from_html for each in worded),
        files=_files(parts),
    )


def _files(parts: Iterable[Bodies]) -> tuple[File, ...]:
    return tuple(file for each in parts for file in each.files)


def _file(part: Parsed) -> File:
    inline = bool(part.get("Content-ID")) and part.get_content_maintype() == "image"
    return File(name_of(part), part.get_content_type(), content_of(part), inline)


def name_of(part: Parsed) -> str:
    """Return a part's file name without any folder, or nothing."""
    name = part.get_filename()
    return re.split(r"[/\\]", header_text(name).replace("\0", ""))[-1].strip() if name else ""


def content_of(part: Parsed) -> bytes:
    """Return a part's bytes, decoded; of a mail inside the mail, its source."""
    if part.is_multipart():
        return _source(part)
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _source(part: Parsed) -> bytes:
    try:
        return b"\n".join(each.as_bytes() for each in _children(part))
    except (LookupError, ValueError, TypeError, RecursionError):
        return b""  # a mail so broken that it cannot be written again; the outer one is kept raw anyhow


def _parameter(part: Parsed, name: str) -> str:
    value = part.get_param(name)
    if isinstance(value, tuple):  # RFC 2231: charset, language, value
        value = value[2]
    return header_text(value)


def _unflowed(text: str, *, delete_space: bool) -> str:
    """Join soft-broken lines (RFC 3676): a line that ends with a space goes on in the next of its depth."""
    lines: list[str] = []
    soft = False
    for line in text.splitlines():
        depth, content = _flowed_line(line)
        if soft and lines and _flowed_line(lines[-1])[0] == depth:
            lines[-1] += content
        else:
            lines.append(line if depth else content)
        soft = content.endswith(" ") and content != "-- "
        if soft and delete_space:
            lines[-1] = lines[-1][:-1]
    return "\n".join(lines)


def _flowed_line(line: str) -> tuple[int, str]:
    content = line.lstrip(">")
    depth = len(line) - len(content)
    return depth, content.removeprefix(" ") if depth or content.startswith(" ") else content
