"""A step added to a running case: a card in words, made into a step of the page and a node of the program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from doorstep.cases.pages import indexed
from doorstep.cases.refusals import NotPossible
from doorstep.kernel.program import Node
from doorstep.library.programs import compiled_page
from doorstep.reading.compile import Compiled
from doorstep.reading.page import Fault, Step
from doorstep.reading.text import read

Card = Mapping[str, object]
"""``{"name": …, "card": {"Who": …, "Approve": …}}``, as `add_step` was given it."""


def step_of(card: Card) -> Step:
    """Return the step a card means.  Raises NotPossible with the first fault."""
    given = card["card"]
    lines = [f"- {key}: {value}" for key, value in given.items()] if isinstance(given, Mapping) else []
    reading = read("\n".join(["# Added", "", f"## {card['name']}", "", *lines, ""]))
    steps = reading.page.steps
    _refuse([fault for fault in reading.faults if fault.code.startswith("E1")])
    if len(steps) != 1 or steps[0].card is None:
        raise NotPossible(
            "Expected a name and a card such as Who: Legal counsel, Approve: {contract}, but got neither."
        )
    return steps[0]


def node_of(card: Card, version_id: UUID) -> Node:
    """Return the node of an added step, compiled among the steps and facts of its page.  Raises NotPossible."""
    step = step_of(card)
    compiled = _compiled(step, version_id)
    _refuse(list(compiled.faults))  # a published page has none of its own
    return next(node for node in compiled.program.nodes if node.name == step.name)


def _compiled(step: Step, version_id: UUID) -> Compiled:
    page = indexed(version_id).page
    if step.name in {known.name for known in page.walk()}:
        raise NotPossible(
            f'Expected a new name for the step, but "{step.name}" is on the page already. Name it otherwise.'
        )
    return compiled_page(replace(page, steps=(*page.steps, step)), {})


def _refuse(faults: list[Fault]) -> None:
    errors = [fault.text for fault in faults if fault.severity == "error"]
    if errors:
        raise NotPossible(errors[0])
