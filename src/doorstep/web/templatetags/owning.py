"""What owning a page means, in a line."""

from __future__ import annotations

from django import template

from doorstep.stewardship.own.queries import Burden

register = template.Library()


@register.filter
def means(burden: Burden) -> str:
    """Say what owning means: ``4 runs in the last month, 2 changes open``."""
    runs = "no runs" if not burden.runs else "one run" if burden.runs == 1 else f"{burden.runs} runs"
    changes = "" if not burden.open else ", one change open" if burden.open == 1 else f", {burden.open} changes open"
    return f"{runs} in the last month{changes}"
