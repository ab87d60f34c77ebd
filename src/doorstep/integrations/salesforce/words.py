"""A letter as the plain text of a task."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from doorstep.plugin_api import Letter, Shown

LIMIT = 30_000
"""A task's comments hold 32,000 characters; the rest is for what we add later."""


def subject(letter: Letter) -> str:
    """Return what a task is called: one line, as much as fits."""
    return " ".join((letter.subject or letter.headline).split())[:250]


def text(letter: Letter) -> str:
    """Return the whole letter, a blank line between its parts."""
    return "\n\n".join(part for part in _parts(letter) if part)[:LIMIT]


def _parts(letter: Letter) -> Iterator[str]:
    yield letter.headline
    yield from letter.paragraphs
    yield letter.quotation
    yield _values("You approve", letter.covered)
    yield _values("For information", letter.shown)
    yield "\n".join(f"[ ] {'Must: ' if killer else ''}{words}" for words, killer in letter.checklist)
    yield _wanted(letter)
    yield "Completing this task is the answer." if letter.purpose == "ask" else ""
    yield letter.closing
    yield letter.footer
    # Everybody who sees the task sees this: the addressee's own page stands here only where it is needed.
    needed = letter.fields or letter.options or letter.attachments or letter.verb == "answer"
    yield letter.page_url if needed else ""


def _values(heading: str, shown: Iterable[Shown]) -> str:
    lines = [f"- {one.label}: {one.value}{f' ({one.link})' if one.link else ''}" for one in shown]
    return "\n".join([f"{heading}:", *lines]) if lines else ""


def _wanted(letter: Letter) -> str:
    lines = [f"- {label} ({kind})" for label, kind in letter.fields]
    return "\n".join(["To fill in on the record, before the task is completed:", *lines]) if lines else ""
