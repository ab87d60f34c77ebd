"""Filters: Markdown, sentences, times as a colleague says them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from doorstep.chase.say import say_day, say_time
from doorstep.web import markdown
from doorstep.web.screens import frame

register = template.Library()


@register.filter
def prose(text: str) -> SafeString:
    """Render people's Markdown."""
    return markdown.prose(text)


@register.filter
def said(text: str) -> SafeString:
    """Render a sentence made from a card."""
    return markdown.said(text)


@register.simple_tag(takes_context=True)
def when(context: template.Context, at: datetime | date | None) -> SafeString | str:
    """Say a time in the reader's zone, exact in the tooltip: "16:02", "Monday 09:30", "12 March"."""
    if at is None:
        return ""
    now: datetime = context["now"]
    zone = ZoneInfo(str(context["zone"]))
    if not isinstance(at, datetime):
        return format_html(
            '<time datetime="{}">{}</time>', at.isoformat(), say_day(at, today=now.astimezone(zone).date())
        )
    exact = f"{at.astimezone(zone):%A %d %B %Y, %H:%M:%S %Z}"
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', at.isoformat(), exact, say_time(at, now=now, zone=zone)
    )


@register.filter
def named(count: int, word: str) -> str:
    """Say a number of things: ``2|named:"step"`` is "2 steps"."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


@register.filter
def of(found: Mapping[object, object], key: object) -> object:
    """Return what is found for a key."""
    return found.get(key, "")


@register.simple_tag(takes_context=True)
def framed(context: template.Context) -> str:
    """Give the frame what it says where a page of another app did not: sign-in pages, errors."""
    if "now" not in context and "request" in context:
        context.update(frame(context["request"]))
    return ""
