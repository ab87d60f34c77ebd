"""Markdown and sentences as safe HTML.  Raw HTML from people never passes."""

from __future__ import annotations

import re
from functools import lru_cache

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_MARKDOWN = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])
_TAGS = {
    "p", "ul", "ol", "li", "strong", "em", "code", "pre", "blockquote", "a", "br", "hr", "del",
    "table", "thead", "tbody", "tr", "th", "td", "h2", "h3", "h4", "h5", "h6",
}  # fmt: skip
_SCHEMES = {"http", "https", "mailto"}


@lru_cache(maxsize=2048)
def prose(text: str) -> SafeString:
    """Return people's Markdown as HTML: no raw HTML, no images, links to http, https and mailto alone."""
    html = _MARKDOWN.render(text)
    clean = nh3.clean(
        html, tags=_TAGS, attributes={"a": {"href", "title"}}, url_schemes=_SCHEMES, link_rel="noreferrer"
    )
    return mark_safe(clean)  # noqa: S308  (nh3 has cleaned it)


def said(text: str) -> SafeString:
    """Return a sentence of `reading.sentences` as HTML: bold who, code for what has no words."""
    html = str(escape(text))
    html = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", html)
    return mark_safe(re.sub(r"`(.+?)`", r"<code>\1</code>", html))  # noqa: S308  (escaped above)
