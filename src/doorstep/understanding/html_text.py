"""The HTML of a mail as plain text, with what mail programs mark as quoted kept apart.

Quoted parts come out as ``>`` lines, a programmatic "here begins the original" as a line that holds
only `CUT`, a marked signature after a ``-- `` line: the one stripper for plain text does the rest.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser

import nh3

CUT = "\x1e"
LONGEST = 1_000_000
MOST_TAGS = 20_000
DEEPEST = 9
"""Quotes deeper than this are written as if they were no deeper."""


def _tags(names: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", names))


BLOCKS = _tags(
    "address article aside center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header li main nav ol p pre"
    " section table tbody tfoot thead tr ul"
)
SPACED = _tags("p h1 h2 h3 h4 h5 h6 ul ol table")
SILENT = _tags("noscript object script select style svg template title")
VOID = _tags("br hr img")
KEPT = (
    BLOCKS | VOID | _tags("a b blockquote body del em font i ins label q s small span strike strong sub sup td th tt u")
)
TELLING = frozenset({"alt", "class", "data-signatureblock", "id", "name", "style"})

QUOTED = re.compile(
    r"^(?:x_)*(?:yahoo_quoted\w*|protonmail_quote|tutanota_quote|OLK_SRC_BODY_SECTION|zmail_extra|replyContent|isReplyContent|WM_QUOTE)$",
    re.IGNORECASE,
)
ORIGINAL = re.compile(
    r"^(?:x_)*(?:divRplyFwdMsg|appendonsend|stopSpelling|zwchr|OutlookMessageHeader|ms-outlook-mobile-reference-message"
    r"|mail-editor-reference-message-container|_MailOriginal|reply-intro|forwardbox)$",
    re.IGNORECASE,
)
SIGNATURE = re.compile(
    r"^(?:x_)*(?:gmail_signature|moz-signature|Signature|ms-outlook-mobile-signature|AppleMailSignature|protonmail_signature_block|bloop_sign)$",
    re.IGNORECASE,
)
HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|font-size\s*:\s*0(?:px|pt|em)?\s*(?:;|$)",
    re.IGNORECASE,
)


def text_of_html(html: str) -> str:
    """Return the text a reader sees; of a page longer than `LONGEST` characters only the beginning."""
    reader = _Reader()
    reader.feed(_well_formed(html))
    reader.close()
    return reader.text()


def _well_formed(html: str) -> str:
    """Return HTML as a browser would mend it, without comments.

    The parser of the standard library needs minutes for some broken pages (quotes that never end); nh3 parses
    like a browser, and is slow only for elements nested ten thousands deep, so their number is limited.
    """
    shown = "<".join(html[:LONGEST].split("<", MOST_TAGS)[:MOST_TAGS])
    return nh3.clean(
        shown,
        tags=set(KEPT),
        clean_content_tags=set(SILENT),
        attributes={"*": set(TELLING)},
        strip_comments=True,
        link_rel=None,
    )


@dataclass(frozen=True, slots=True)
class _Open:
    """An element that is open, and what ends with it."""

    tag: str
    quoted: bool = False
    silent: bool = False


class _Reader(HTMLParser):
    """Collects lines; each line has a depth of quotation."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[_Open] = []
        self.lines: list[str] = []
        self.line = ""
        self.depth = 0
        self.silence = 0
        self.kept = 0  # elements open that keep white space

    def text(self) -> str:
        self._flush()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self.lines)).strip("\n")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag in VOID:
            self._void(tag, attributes)
            return
        names = _names(attributes)
        quoted = tag == "blockquote" or any(QUOTED.match(name) for name in names)
        silent = tag in SILENT or bool(HIDDEN.search(attributes.get("style", "")))
        if tag in BLOCKS or quoted:
            self._flush()
        if any(ORIGINAL.match(name) for name in names):
            self._mark(CUT)
        if any(SIGNATURE.match(name) for name in names) or "data-signatureblock" in attributes:
            self._mark("-- ")
        if tag == "li":
            self.line = "- "
        self.open.append(_Open(tag, quoted, silent))
        self.depth += quoted
        self.silence += silent
        self.kept += tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        if not any(each.tag == tag for each in self.open[-200:]):
            return
        while self.open:
            ended = self.open.pop()
            self._end(ended)
            if ended.tag == tag:
                return

    def handle_data(self, data: str) -> None:
        if self.silence:
            return
        if self.kept:
            first, *rest = data.split("\n")
            self.line += first
            for each in rest:
                self._line_ends()
                self.line = each
            return
        words = re.sub(r"[ \t\r\n\f]+", " ", data)
        self.line += words.lstrip(" ") if not self.line or self.line.endswith(" ") else words

    def _end(self, ended: _Open) -> None:
        if ended.tag in BLOCKS or ended.quoted:
            self._flush()
        if ended.tag in SPACED and not self.silence:
            self._blank()
        if ended.tag in {"td", "th"} and self.line and not self.line.endswith(" "):
            self.line += " "
        self.depth -= ended.quoted
        self.silence -= ended.silent
        self.kept -= ended.tag == "pre"

    def _void(self, tag: str, attributes: Mapping[str, str]) -> None:
        if self.silence:
            return
        if any(ORIGINAL.match(name) for name in _names(attributes)):
            self._flush()
            self._mark(CUT)
        elif tag == "br":
            self._line_ends()
        elif tag == "hr":
            self._flush()
            self._mark("_" * 32)
        elif tag == "img" and 0 < len(alt := attributes.get("alt", "")) <= 4 and not alt.isascii():
            self.line += alt  # an emoji drawn as a picture

    def _mark(self, mark: str) -> None:
        if not self.silence:
            self.lines.append("> " * min(self.depth, DEEPEST) + mark)

    def _line_ends(self) -> None:
        self.lines.append(
            ("> " * min(self.depth, DEEPEST) + (self.line if self.kept else self.line.strip())).rstrip(" ")
        )
        self.line = ""

    def _flush(self) -> None:
        if self.line.strip():
            self._line_ends()
        self.line = ""

    def _blank(self) -> None:
        if self.lines and self.lines[-1].strip("> "):
            self.lines.append(("> " * min(self.depth, DEEPEST)).rstrip(" "))


def _names(attributes: Mapping[str, str]) -> list[str]:
    """Return what an element may be known by: its id, its name, its classes."""
    return [attributes.get("id", ""), attributes.get("name", ""), *attributes.get("class", "").split()]
