"""The public cases of the DMN Technology Compatibility Kit: read, run, compared.

``python -m tests.reading.feel.tck`` writes the figure into the documentation.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from doorstep.kernel.program import Unknown
from doorstep.kernel.values import duration_from_iso
from doorstep.reading.feel import FeelError, Names, read
from doorstep.reading.feel.kinds import Kind, of_value
from doorstep.reading.feel.temporal import temporal

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "conditions.md"
FIGURE = re.compile(r"\*\*[\d,]+ of [\d,]+\*\* public cases \([\d.]+ %\)")


@dataclass(frozen=True, slots=True)
class Case:
    id: str
    expression: str
    facts: Mapping[str, object]
    expected: object
    fails: bool


@dataclass(frozen=True, slots=True)
class Known:
    """A scope with facts and no steps."""

    facts: Mapping[str, object]
    now: datetime = datetime(2026, 3, 6, 16, tzinfo=UTC)

    def fact(self, name: str) -> object:
        return self.facts.get(name)

    def step(self, _key: str, _offer: str) -> object:
        return None


def file() -> Path | None:
    """Return the file of cases, beside the repository or where DOORSTEP_SHARED_DATA says."""
    named = os.environ.get("DOORSTEP_SHARED_DATA")
    folders = [Path(named)] if named else [parent / "shared" / "data" for parent in Path(__file__).resolve().parents]
    return next((path for folder in folders if (path := folder / "feel" / "cases.json").exists()), None)


def cases(path: Path) -> Iterator[Case]:
    for case in json.loads(path.read_text()):
        facts = {name: _value(value) for name, value in case["facts"].items()}
        yield Case(case["id"], case["expr"], facts, _value(case["expected"]), case["error"])


def _value(form: Mapping[str, object]) -> object:
    """Read a typed value of the kit."""
    value = form.get("v")
    match form["t"]:
        case "null":
            return None
        case "decimal":
            return Decimal(str(value))
        case "boolean":
            return value in (True, "true")
        case "list":
            return tuple(_value(item) for item in value)  # type: ignore[attr-defined]
        case "ctx":
            return {name: _value(item) for name, item in value.items()}  # type: ignore[attr-defined]
        case "duration":
            return duration_from_iso(str(value))
        case "string":
            return str(value)
        case _:
            found = temporal(str(value))
            return f"unreadable: {value}" if found is None else found


def answer(case: Case) -> object:
    """Run a case; an expression that is refused answers nothing, with its reason."""
    names = Names({name: Kind("any") for name in case.facts})
    found = read(case.expression, names)
    if found.expression is None:
        return found.faults[0]
    return found.expression.value(Known(case.facts))


def passes(case: Case) -> bool:
    got = answer(case)
    if isinstance(got, FeelError):
        return case.fails and got.code != "E302"  # what the kit answers with null is refused before it runs
    return same(got, case.expected)


def same(got: object, expected: object) -> bool:
    if expected is None or got is None:
        return expected is None and (got is None or isinstance(got, Unknown))
    if isinstance(expected, Decimal) and isinstance(got, Decimal):
        return got == expected or abs(got - expected) <= abs(expected) * Decimal("1e-8")
    if isinstance(expected, tuple) and isinstance(got, list | tuple):
        return len(got) == len(expected) and all(map(same, got, expected))
    if isinstance(expected, Mapping) and isinstance(got, Mapping):
        return got.keys() == expected.keys() and all(same(got[name], expected[name]) for name in got)
    return of_value(got) == of_value(expected) and got == expected


def figure(path: Path) -> str:
    """Say how many cases pass, as the documentation does."""
    results = [passes(case) for case in cases(path)]
    return f"**{sum(results):,} of {len(results):,}** public cases ({100 * sum(results) / len(results):.1f} %)"


def main() -> None:
    """Write the figure into the documentation."""
    path = file()
    if path is None:
        raise SystemExit(
            "Expected shared/data/feel/cases.json beside the repository; set DOORSTEP_SHARED_DATA to its folder."
        )
    PAGE.write_text(FIGURE.sub(figure(path), PAGE.read_text()))


if __name__ == "__main__":
    main()
