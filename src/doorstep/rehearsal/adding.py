"""A step added to a playing case, made from a card as a script gives it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from doorstep.kernel.program import Node
from doorstep.reading.compile import compile as compile_page
from doorstep.reading.page import Page, Step
from doorstep.reading.text import read
from doorstep.rehearsal.script import NotUnderstood


@dataclass(frozen=True, slots=True)
class AddedStep:
    """A new step: as the page would have it, and as the kernel wants it."""

    page: Page
    node: Node


def add_step(page: Page, *, after: str, name: str, card: Mapping[str, object]) -> AddedStep:
    """Return the page with a step after another, and the step's node.  Raises NotUnderstood.

    ``card`` has the keys of a card, each with its text: ``{"Who": "Legal counsel", "Approve": "{contract}"}``.
    """
    if not name.strip() or "\n" in name:
        raise NotUnderstood(f'Expected the name of the new step in one line, but got "{name}".')
    if any(step.name == name for step in page.walk()):
        raise NotUnderstood(f'Expected a name of its own for the new step, but there is a step "{name}" already.')
    step = _step(name, card)
    longer = replace(page, steps=tuple(_after(page.steps, after, step)))
    compiled = compile_page(longer)
    known = compile_page(page).faults
    wrong = [fault for fault in compiled.faults if fault.severity == "error" and fault not in known]
    if wrong:
        raise NotUnderstood(f'The card of "{name}" has a fault: {wrong[0].text}')
    return AddedStep(longer, next(node for node in compiled.program.nodes if node.name == name))


def _step(name: str, card: Mapping[str, object]) -> Step:
    """Read a card given as an object."""
    lines = [f"- {key}: {value}" for key, value in _lines(card)]
    reading = read("\n".join(["# Page", "", f"## {name}", "", *lines, ""]))
    wrong = [fault for fault in reading.faults if fault.severity == "error"]
    if wrong:
        raise NotUnderstood(f'The card of "{name}" has a fault: {wrong[0].text}')
    steps = [step for step in reading.page.steps if step.card is not None]
    if len(steps) != 1:
        raise NotUnderstood(f'Expected a card such as {{"Who": "Legal counsel"}} for "{name}", but got {dict(card)!r}.')
    return replace(steps[0], name=name)


def _lines(card: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for key, value in card.items():
        if not isinstance(value, str) or "\n" in value or "\n" in key:
            raise NotUnderstood(f'Expected a text in one line for "{key}" on the card, but got {value!r}.')
        yield key, value


def _after(steps: tuple[Step, ...], after: str, new: Step) -> Iterator[Step]:
    """Yield the steps with the new one behind the one named, in its group."""
    for step in steps:
        yield replace(step, steps=tuple(_after(step.steps, after, new)))
        if step.name == after:
            yield replace(new, level=step.level)
