"""What a play prints for each line: one JSON object, names as headings, values plain."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields

from doorstep.kernel.commands import Command
from doorstep.kernel.program import Program, Spec
from doorstep.kernel.state import every_node, name_of, running
from doorstep.kernel.values import JSON, plain
from doorstep.rehearsal.virtual import Virtual, facts_at


@dataclass(frozen=True, slots=True)
class Shown:
    """What one line did.  A refused line has a reason, no commands, and changed nothing.

    ``case`` is open, done, failed, cancelled or suspended, and empty before the start.  ``statuses`` and
    ``rounds`` are of every step and group by heading, instances as ``NAME[0]``; ``commands`` are all
    the line caused, those of timers that fired on the way included.
    """

    at: str
    accepted: bool
    reason: str | None
    case: str
    statuses: Mapping[str, str]
    rounds: Mapping[str, int]
    commands: tuple[Mapping[str, JSON], ...]
    facts: Mapping[str, JSON]

    def as_json(self) -> dict[str, JSON]:
        """Return the object that is printed."""
        return asdict(self) | {"commands": [dict(command) for command in self.commands]}


def show(case: Virtual, commands: Iterable[Command], *, reason: str | None = None, currency: str = "") -> Shown:
    """Return what a play prints of a case after a line."""
    program = running(case.program, case.state)
    steps = [(name_of(program, key, instance), node) for key, instance, node in every_node(case.program, case.state)]
    return Shown(
        at=case.now.astimezone(case.calendar.zone).isoformat(),
        accepted=reason is None,
        reason=reason,
        case=case.state.case,
        statuses={name: node.status for name, node in steps},
        rounds={name: node.round for name, node in steps},
        commands=tuple(_command(program, command) | _whom(case, command) for command in commands),
        facts={name: plain(value, currency=currency) for name, value in case.state.facts.items() if value is not None},
    )


def _command(program: Program, command: Command) -> dict[str, JSON]:
    """Return a command by its public name, with its fields plain."""
    name = name_of(program, command.step, command.instance) if command.step else ""
    shown: dict[str, JSON] = {"command": type(command).__name__, "step": name}
    for field in fields(command):
        if field.name not in ("step", "instance"):
            shown[field.name] = _field(getattr(command, field.name))
    return shown


def _whom(case: Virtual, command: Command) -> dict[str, JSON]:
    """Return whom an instance asks: the item it is for, instead of the name it has on the page."""
    to = getattr(command, "to", "")
    found = _HOLDER.fullmatch(to) if isinstance(to, str) and command.instance else None
    if found is None or found["fact"] in case.state.facts:
        return {}
    value = facts_at(case, command.step, command.instance).get(found["fact"])
    return {"to": plain(value)} if value is not None else {}


_HOLDER = re.compile(r"\{(?P<fact>[^{}]+)\}")


def _field(value: object) -> JSON:
    return value.text if isinstance(value, Spec) else plain(value)
