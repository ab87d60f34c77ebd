"""The prose below a card in its three parts: guidance, checklist, and what is said; and back.

Only a body that is written in the usual order can be parted, so that nothing of it is lost: parting and
joining give the same text byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TASK = re.compile(r"[-*+] \[ \] ")
_QUOTE = re.compile(r"> ?")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to tick; ``killer`` must be, before the step can be done."""

    text: str
    killer: bool = False


@dataclass(frozen=True, slots=True)
class Parts:
    """A body in parts, each of which may be empty."""

    guidance: str = ""
    checklist: tuple[Item, ...] = ()
    said: str = ""


def parts_of(body: str) -> Parts | None:
    """Return the parts of a body, or None for one that mixes them: that is edited as text."""
    lines = body.split("\n")
    said = len(lines) - sum(1 for _ in _trailing(lines, _QUOTE))
    above = _without_blank(lines[:said])
    ticks = len(above) - sum(1 for _ in _trailing(above, _TASK))
    guidance = "\n".join(_without_blank(above[:ticks]))
    checklist = tuple(_item(line) for line in above[ticks:])
    parts = Parts(guidance, checklist, "\n".join(_QUOTE.sub("", line, count=1) for line in lines[said:]))
    return parts if body_of(parts) == body else None


def body_of(parts: Parts) -> str:
    """Return a body with these parts, an empty one left out."""
    ticks = "\n".join(f"- [ ] {'! ' if item.killer else ''}{item.text}" for item in parts.checklist)
    said = "\n".join(f"> {line}".rstrip() for line in parts.said.split("\n")) if parts.said else ""
    return "\n\n".join(part for part in (parts.guidance, ticks, said) if part)


def typed(guidance: str, checklist: Iterator[Item] | tuple[Item, ...], said: str) -> Parts:
    """Return parts as somebody typed them: blank lines around are taken off, an item is one line."""
    items = (Item(" ".join(item.text.split()).removeprefix("!").strip(), item.killer) for item in checklist)
    return Parts(_trimmed(guidance), tuple(item for item in items if item.text), _trimmed(said))


def _trailing(lines: list[str], form: re.Pattern[str]) -> Iterator[str]:
    """Yield the lines of a form at the end."""
    for line in reversed(lines):
        if not form.match(line):
            return
        yield line


def _without_blank(lines: list[str]) -> list[str]:
    """Return lines without the blank ones at the end."""
    end = len(lines)
    while end and not lines[end - 1].strip(" \t"):
        end -= 1
    return lines[:end]


def _item(line: str) -> Item:
    text = line[6:]
    return Item(text.removeprefix("!").strip(), text.startswith("!"))


def _trimmed(text: str) -> str:
    """Return a typed text with line feeds, without the blank lines around it."""
    lines = _without_blank(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    return "\n".join(_without_blank(lines[::-1])[::-1])
