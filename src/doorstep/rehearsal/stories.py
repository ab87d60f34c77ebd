"""Stories: a page, what people did, and what must come of it, in one file a person can read.

A story is Markdown.  A fenced block ``page`` holds the page, or a line ``Page: FILE`` names it; fenced
blocks ``play`` hold the script: one JSON line each, and after a line, if wanted, a line that begins
with ``=`` and says what must be printed.  Of an object only the keys named must be equal; ``commands``
are all of them, as texts: ``SendAsk Sign off the contract``.  A line without ``=`` must be accepted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from doorstep.rehearsal.play import Play
from doorstep.rehearsal.shown import Shown

_BLOCK = re.compile(r"^```(?P<kind>page|play)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"^Page: (?P<file>\S+)$", re.MULTILINE)


class NoStory(ValueError):
    """A text is not a story; the message says what was expected."""


@dataclass(frozen=True, slots=True)
class Move:
    """One line of a story and what must come of it; ``number`` counts from 1."""

    number: int
    line: str
    expected: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Story:
    """A page's text, or the file it is in, and what people did."""

    page: str
    file: str
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Something a story tells otherwise than it was played."""

    move: Move
    what: str
    expected: object
    came: object

    def __str__(self) -> str:
        return f"{self.move.line}\n  {self.what}: expected {self.expected!r}, but got {self.came!r}"


def read_story(text: str) -> Story:
    """Read a story.  Raises NoStory."""
    blocks = [(found["kind"], found["body"]) for found in _BLOCK.finditer(text)]
    pages = [body for kind, body in blocks if kind == "page"]
    named = _FILE.search(text)
    if len(pages) + (named is not None) != 1:
        raise NoStory("Expected one page, in a block ```page or named in a line `Page: FILE`.")
    script = "".join(body for kind, body in blocks if kind == "play")
    return Story(pages[0] if pages else "", named["file"] if named else "", tuple(_moves(script)))


def _moves(script: str) -> Iterator[Move]:
    lines = [line.strip() for line in script.splitlines() if line.strip()]
    if not lines or lines[0].startswith("="):
        raise NoStory("Expected a line of a script in a block ```play.")
    for number, line in enumerate(lines):
        if line.startswith("="):
            continue
        after = lines[number + 1] if number + 1 < len(lines) else ""
        yield Move(number + 1, line, {"accepted": True} | _expected(after))


def _expected(line: str) -> dict[str, object]:
    """Read what must come of a line; nothing special where nothing is said."""
    if not line.startswith("="):
        return {}
    try:
        expected = json.loads(line[1:])
    except ValueError as reason:
        raise NoStory(f"Expected JSON after =, but got {line[1:].strip()!r}: {reason}.") from reason
    if not isinstance(expected, dict):
        raise NoStory(f"Expected an object after =, but got {line[1:].strip()!r}.")
    return expected


def differences(story: Story, play: Play) -> Iterator[Difference]:
    """Play a story and yield what came otherwise than it tells."""
    for move in story.moves:
        yield from _compare(move, play.do(move.line))


def _compare(move: Move, shown: Shown) -> Iterator[Difference]:
    """Compare what a line printed with what it must print."""
    came: dict[str, object] = {**shown.as_json(), "commands": commands_of(shown)}
    for what, expected in move.expected.items():
        yield from _differs(move, what, expected, came.get(what))


def _differs(move: Move, what: str, expected: object, came: object) -> Iterator[Difference]:
    if isinstance(expected, Mapping) and isinstance(came, Mapping):
        for name, value in expected.items():
            yield from _differs(move, f"{what}.{name}", value, came.get(name))
    elif expected != came:
        yield Difference(move, what, expected, came)


def commands_of(shown: Shown) -> list[str]:
    """Return commands as a story tells them: ``SendAsk Sign off the contract``, ``CloseCase done``."""
    return [
        f"{command['command']} {command['step'] or command.get('result', '')}".rstrip() for command in shown.commands
    ]
