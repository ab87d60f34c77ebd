"""The lines in a mail: below the greeting, above what is for colleagues; and what they mean with the files beside them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from doorstep.kernel.values import FileRef
from doorstep.reading.typed import MOST_LETTERS, MOST_LINES, NEITHER, LineFault, Typed
from doorstep.stewardship.work_first import understood
from doorstep.understanding import Message, strip
from doorstep.understanding.sentences import without_greeting

_RULE = re.compile(r"[-–—_=*~]{2,}")
_GAP = re.compile(r"\n(?:[ \t]*\n)+")
_REPLIED = re.compile(r"^\s*(?:(?:re|fwd?|aw|wg|antw)\s*:\s*)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Meant:
    """What a mail's lines mean: the lines themselves, the words below that are none, and what is not clear."""

    text: str
    left_out: str
    typed: Typed
    problems: tuple[str, ...]
    facts: dict[str, FileRef]

    def said(self, at: datetime) -> list[str]:
        """Return what the sender confirms, a sentence a step; what has a deadline means another thing on another day."""
        timed = self.typed.needed_by or any(step.card and step.card.due for step in self.typed.page.walk())
        day = [f"Said on {at.date().isoformat()}."] if timed else []
        files = [f"{name}: {file.name} {file.sha256}" for name, file in sorted(self.facts.items())]
        return [*(f"{one.sentence}." for one in self.typed.said), *day, *files]


def words_in(message: Message, *, author: str) -> str:
    """Return what somebody wrote into a mail now, without greeting, signature and what stands below a rule."""
    lines = without_greeting(strip(message.text, author=author).words).split("\n")
    cut = next((at for at, line in enumerate(lines) if _RULE.fullmatch(line.strip())), len(lines))
    return "\n".join(lines[:cut]).strip()


def title_in(message: Message, words: str) -> str:
    """Return the title a mail's subject gives, unless the lines begin with one."""
    first = words.partition("\n")[0].rstrip()
    return "" if first.endswith(":") else _REPLIED.sub("", message.subject).strip()[:200]


def meant(words: str, *, by: UUID, files: Sequence[FileRef], title: str, at: datetime) -> Meant:
    """Understand the lines of a mail.  Paragraphs at its end that are plainly prose are left out, and said to be."""
    kept = _GAP.split(words)
    left: list[str] = []
    while len(kept) > 1 and _too_much("\n".join(kept)):
        left.insert(0, kept.pop())
    typed = understood(text="\n".join(kept), by=by, title=title, at=at)
    while len(kept) > 1 and _prose(typed, kept):
        left.insert(0, kept.pop())
        typed = understood(text="\n".join(kept), by=by, title=title, at=at)
    text = "\n".join(kept)
    facts, missing = files_for(typed, files) if not typed.faults else ({}, ())
    problems = (*(_problem(text, fault) for fault in typed.faults), *missing)
    return Meant(text, "\n\n".join(left), typed, problems, facts)


def _too_much(text: str) -> bool:
    return len(text) > MOST_LETTERS or len(text.splitlines()) > MOST_LINES


def _prose(typed: Typed, kept: Sequence[str]) -> bool:
    """Say whether the last paragraph is words to colleagues: none of its lines is one, and they are written as prose."""
    last = range(len("\n".join(kept[:-1]).splitlines()) + 1, len("\n".join(kept).splitlines()) + 1)
    faults = [fault for fault in typed.faults if fault.line in last]
    if any(one.line in last for one in typed.said) or not faults:
        return False
    sentence = kept[-1].rstrip().endswith((".", "!", "?"))
    return all(fault.text == NEITHER or (sentence and "Did you mean" not in fault.text) for fault in faults)


def files_for(typed: Typed, files: Sequence[FileRef]) -> tuple[dict[str, FileRef], tuple[str, ...]]:
    """Return the files the lines name, by fact, and what is missing."""
    by_name = {file.name.casefold(): file for file in files}
    found: dict[str, FileRef] = {}
    missing: list[str] = []
    for one in typed.wanted:
        if one.kind == "file" and (file := by_name.get(one.label.casefold())):
            found[one.name] = file
        elif one.kind == "file":
            missing.append(f"“{one.label}” is not attached. Attach a file of exactly this name to your answer.")
        elif not one.value:
            missing.append(f"Expected {one.label}, but the lines do not say it. Say it in its line.")
    return found, tuple(missing)


def _problem(text: str, fault: LineFault) -> str:
    lines = text.splitlines()
    if not 0 < fault.line <= len(lines):
        return fault.text
    return f"“{lines[fault.line - 1].strip()}”: {fault.text}"
