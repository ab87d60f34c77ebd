"""Authentication-Results headers as values (RFC 8601), comments and quoting included."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

NAMELESS = "exchange-online"
"""Stands for a header without an authserv-id: Exchange Online writes it so (and renames foreign ones)."""


@dataclass(frozen=True, slots=True)
class Result:
    """One check: ``dkim=pass header.d=northwind.example``."""

    method: str
    result: str
    properties: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Results:
    """One header: who checked, and what was found."""

    authserv_id: str
    results: tuple[Result, ...] = ()


def parse(value: str) -> Results:
    """Read one header's value; what is not understood is left out."""
    first, *rest = [part.strip() for part in _parts(_without_comments(value))] or [""]
    if "=" in first:
        return Results(NAMELESS, tuple(_results([first, *rest])))
    return Results(first.split()[0].lower() if first else "", tuple(_results(rest)))


def _results(parts: list[str]) -> Iterator[Result]:
    for part in parts:
        words = re.findall(r'([\w.-]+)\s*(?:/\s*\d+\s*)?=\s*("(?:[^"\\]|\\.)*"|[^\s;]+)', part)
        if words:
            (method, result), *properties = words
            yield Result(
                method.lower(), result.lower(), {name.lower(): value.strip('"').lower() for name, value in properties}
            )


def _without_comments(value: str) -> str:
    """Take out comments, which nest, but not inside quotes."""
    kept: list[str] = []
    depth, quoted, escaped = 0, False, False
    for letter in value:
        if not escaped and not quoted and letter in "()":
            depth = max(0, depth + (1 if letter == "(" else -1))
        elif depth == 0:
            kept.append(letter)
        quoted = quoted ^ (letter == '"' and depth == 0 and not escaped)
        escaped = letter == "\\" and not escaped
    return "".join(kept)


def _parts(value: str) -> list[str]:
    return re.findall(r'(?:"(?:[^"\\]|\\.)*"|[^;"]|")+', value)
