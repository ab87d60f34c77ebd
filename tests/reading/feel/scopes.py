"""A page's names and a scope for expressions under test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal

from doorstep.kernel.program import Unknown
from doorstep.kernel.values import FileRef, Money
from doorstep.reading.feel import Expression, Names, read
from doorstep.reading.feel.kinds import BOOLEAN, NUMBER, RECORD, TEXT, Kind

NAMES = Names(
    {
        "value": Kind("money"),
        "yearly spend": Kind("money"),
        "yearly": NUMBER,
        "client": TEXT,
        "go-live": Kind("date"),
        "signed at": Kind("date and time"),
        "opportunity": RECORD,
        "level": Kind("text", options=("low", "high")),
        "urgent": BOOLEAN,
        "lines": Kind("list", of=NUMBER),
        "contract": Kind("file"),
        "term": Kind("length"),
        "anything": Kind("any"),
        "date": TEXT,
        "Review": TEXT,
    },
    {"Sign off the contract": "k1", "Review": "k2", "Are we done?": "k3"},
)

FACTS: Mapping[str, object] = {
    "value": Money(Decimal(30000), "EUR"),
    "yearly spend": Money(Decimal(9), "USD"),
    "yearly": Decimal(4),
    "client": "Ada",
    "go-live": date(2026, 3, 12),
    "opportunity": {
        "Amount": Decimal(5),
        "Account": {"Name": "Ada"},
        "Go-live date": date(2026, 3, 12),
        "Lines": ({"Sum": Decimal(1)},),
    },
    "level": "low",
    "urgent": True,
    "lines": (Decimal(1), Decimal(2), Decimal(3)),
    "contract": FileRef("c.pdf", "ab", "application/pdf", 9),
}
OFFERS: Mapping[tuple[str, str], object] = {
    ("k1", "approved"): True,
    ("k1", "round"): Decimal(2),
    ("k3", "done"): False,
}


@dataclass(frozen=True, slots=True)
class Known:
    """A scope that knows these facts, and steps by (key, offer)."""

    facts: Mapping[str, object] = field(default_factory=lambda: FACTS)
    now: datetime = datetime(2026, 3, 6, 16, tzinfo=UTC)

    def fact(self, name: str) -> object:
        return self.facts.get(name)

    def step(self, key: str, offer: str) -> object:
        return OFFERS.get((key, offer))


def expression(text: str, *, currency: str = "EUR") -> Expression:
    """Read an expression that must be right."""
    found = read(text, NAMES, currency=currency)
    assert found.faults == ()
    assert found.expression is not None
    return found.expression


def value(text: str, *, currency: str = "EUR") -> object:
    """Read an expression and run it."""
    return expression(text, currency=currency).value(Known())


def why(text: str) -> str:
    """Return why an expression has no answer."""
    answer = value(text)
    assert isinstance(answer, Unknown)
    return ("wrong: " if answer.wrong else "") + answer.why


def faults(text: str, *, condition: bool = False) -> list[tuple[str, int, str]]:
    """Return what is wrong with a text: the code, the place, the sentence."""
    return [
        (fault.code, fault.at, fault.why) for fault in read(text, NAMES, currency="EUR", condition=condition).faults
    ]
