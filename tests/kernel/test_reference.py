"""docs/reference/kernel.md says what the kernel has: no event, command, status, handler or reason more or less."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable
from pathlib import Path
from typing import get_args

import pytest

from doorstep.kernel import commands, events, program
from doorstep.kernel.state import CASES, STATUSES

REPOSITORY = Path(__file__).parents[2]
TEXT = (REPOSITORY / "docs" / "reference" / "kernel.md").read_text()
SOURCES = "\n".join(path.read_text() for path in (REPOSITORY / "src" / "doorstep" / "kernel").glob("*.py"))


def table(heading: str) -> dict[str, list[str]]:
    """The rows of the first table under a heading, by the word in their first cell."""
    lines = TEXT.split(f"# {heading}\n", 1)[1].splitlines()
    begin = next(number for number, line in enumerate(lines) if line.startswith("|---"))
    rows: dict[str, list[str]] = {}
    for line in lines[begin + 1 :]:
        if not line.startswith("|"):
            break
        first, *rest = (cell.strip() for cell in line.strip("|").split(" |"))
        rows[first.strip("` ")] = rest
    return rows


def quoted(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def fields(kind: type, without: Iterable[str]) -> list[str]:
    return [field.name for field in dataclasses.fields(kind) if field.name not in set(without)]


def test_statuses() -> None:
    assert set(table("Statuses")) == set(STATUSES)


def test_what_a_case_is() -> None:
    line = next(line for line in TEXT.splitlines() if line.startswith("A case is `open`"))
    assert set(quoted(line)) == set(CASES) - {""}


def test_outcomes() -> None:
    rows = table("Outcomes")
    written = {verb.casefold(): quoted(rest[0]) for verbs, rest in rows.items() for verb in verbs.split(", ")}
    assert written == {verb.value: list(outcomes) for verb, outcomes in program.OUTCOMES.items()}


def test_events() -> None:
    known = {kind.__name__: fields(kind, ("at", "by", "step", "instance")) for kind in get_args(events.Event)}
    assert {name: quoted(rest[0]) for name, rest in table("Events").items()} == known


def test_commands() -> None:
    identity = ("step", "instance", "round", "purpose")
    known = {kind.__name__: fields(kind, identity) for kind in get_args(commands.Command)}
    assert {name: quoted(rest[1]) for name, rest in table("Commands").items()} == known


def test_handlers() -> None:
    known = {kind.__name__ for kind in get_args(program.Handler)}
    assert {quoted(rest[0])[0] for rest in table("Handlers").values()} == known


@pytest.mark.parametrize("row", ["done", "waiting", "stuck"])
def test_how_it_came_to_be(row: str) -> None:
    for how in quoted(table("How it came to be")[row][0]):
        assert f'"{how}"' in SOURCES, how


def test_every_reason_to_be_stuck_is_told() -> None:
    used = set(re.findall(r'get_stuck\(draft, [^,]+(?:\([^)]*\))?, "([a-z ]+)"', SOURCES))
    used |= set(re.findall(r'status="stuck", how="([a-z ]+)"', SOURCES))
    assert used == set(quoted(table("How it came to be")["stuck"][0]))


def test_deviations() -> None:
    used = set(re.findall(r'(?:deviate|Deviation)\(\s*"([a-z ]+)"', SOURCES)) | {"added after this point"}
    used |= {"skipped", "overridden", "deferred"}
    told = {what for cell in table("What an event did beside the page") for what in quoted(f"`{cell}`")}
    assert told - {", "} == used
