"""The asks that replies in ``replies/*.toml`` answer, and the reader of those files."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from doorstep.understanding import AskShape

TODAY = datetime(2026, 3, 6, 16, 0, tzinfo=UTC)
"""A Friday, 4 p.m."""

APPROVE = AskShape("approve", ("approved", "rejected", "changes wanted"))
CONFIRM = AskShape("confirm", ("done", "rejected"))
READ = AskShape("read", ("done",))
SHAPES = {
    "approve": APPROVE,
    "confirm": CONFIRM,
    "read": READ,
    "fill in": AskShape("fill in", ("done",), (("Go-live", "date"), ("Contact", "e-mail address"))),
    "one date": AskShape("fill in", ("done",), (("Go-live", "date"),)),
    "amount": AskShape("fill in", ("done",), (("Value", "money"),)),
    "file": AskShape("fill in", ("done",), (("Contract", "file"),)),
    "choose": AskShape("choose", ("done",), (("Plan", "choice (Alpha, Beta)"),), ("Alpha", "Beta")),
    "answer": AskShape("answer", ("done",), (("Reason", "text"),)),
}


@dataclass(frozen=True, slots=True)
class Written:
    """One reply of the test set and how it must be understood; None where it does not matter."""

    ask: str
    text: str
    kind: str
    attachments: tuple[str, ...] = ()
    facts: Mapping[str, object] | None = None
    when: date | None = None
    at: time | None = None
    delegate: str | None = None


def written() -> Iterator[Written]:
    """Yield every reply of the test set."""
    for file in sorted(Path(__file__).with_name("replies").glob("*.toml")):
        for group in tomllib.loads(file.read_text("utf-8"))["reply"]:
            facts = group.get("facts")
            for text in group["texts"]:
                yield Written(
                    group["ask"],
                    text,
                    group["kind"],
                    tuple(group.get("attachments", ())),
                    facts,
                    group.get("when"),
                    group.get("at"),
                    group.get("delegate"),
                )
