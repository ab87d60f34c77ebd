"""Where something stands on a page, and what is wrong there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something stands: line and column count from 1."""

    line: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, where, and the mend: ``close.md:31:8 E104 "Legal council" is not a role. Did you mean …?``.

    ``text`` says in whole sentences what was expected and what came, suggestion included.
    """

    code: str  # E… an error, W… a warning
    text: str
    place: Place = Place()
    severity: Severity = "error"
    suggestion: str | None = None
    file: str = ""
    came: str = field(default="", compare=False)  # what the suggestion would stand for

    def __str__(self) -> str:
        return f"{self.file}:{self.place.line}:{self.place.column} {self.code} {self.text}"


@dataclass(frozen=True, slots=True)
class Expr:
    """A FEEL expression as written."""

    text: str
    place: Place = field(default=Place(), compare=False)
