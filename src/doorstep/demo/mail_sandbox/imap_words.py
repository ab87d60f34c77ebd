"""The words of an IMAP command: atoms, quoted strings, literals and lists in brackets (RFC 3501, section 9)."""

from __future__ import annotations

import re
from dataclasses import dataclass

LITERAL = re.compile(rb"\{(\d+)(\+?)\}$")
_ATOM = re.compile(rb"(?:[^\s()\"\[]|\[[^\]]*\])+")

Word = "bytes | list[Word]"


@dataclass(frozen=True, slots=True)
class Literal:
    """A place in a line where a literal stood."""

    value: bytes


def words(pieces: list[bytes | Literal]) -> list[object]:
    """Return the words of a command, lists nested.  ValueError when brackets or quotes do not close."""
    stack: list[list[object]] = [[]]
    for piece in pieces:
        if isinstance(piece, Literal):
            stack[-1].append(piece.value)
        else:
            _line(piece, stack)
    if len(stack) != 1:
        raise ValueError("A bracket is not closed.")
    return stack[0]


def _line(line: bytes, stack: list[list[object]]) -> None:
    place = 0
    while place < len(line):
        char = line[place : place + 1]
        if char.isspace():
            place += 1
        elif char == b"(":
            inner: list[object] = []
            stack[-1].append(inner)
            stack.append(inner)
            place += 1
        elif char == b")":
            stack.pop()
            place += 1
        elif char == b'"':
            place = _quoted(line, place, stack[-1])
        else:
            place = _atom(line, place, stack[-1])


def _quoted(line: bytes, place: int, out: list[object]) -> int:
    found = re.compile(rb'"((?:[^"\\]|\\.)*)"').match(line, place)
    if not found:
        raise ValueError("A quotation mark is not closed.")
    out.append(re.sub(rb"\\(.)", rb"\1", found.group(1)))
    return found.end()


def _atom(line: bytes, place: int, out: list[object]) -> int:
    found = _ATOM.match(line, place)
    if not found:
        raise ValueError(f"Expected a word, but got {line[place:]!r}.")
    out.append(found.group())
    return found.end()


def number_set(text: bytes, largest: int) -> frozenset[int]:
    """Return the numbers of a set such as ``1,3:5,7:*``."""
    numbers: set[int] = set()
    for part in text.decode("ascii").split(","):
        first, _, last = part.partition(":")
        low, high = (largest if end == "*" else int(end) for end in (first, last or first))
        numbers.update(range(min(low, high), min(max(low, high), max(largest, 1)) + 1))
    return frozenset(numbers)


def quoted(text: str) -> str:
    """Return a text as a quoted string."""
    return '"' + text.replace("\\", r"\\").replace('"', r"\"") + '"'
