"""From page to program: every key of a card to its place in the kernel's nodes.

What the kernel does not need stays on the page and is read there by whoever does it: Where, Remind,
Proof, See, Checklist, Control, and Same person as beside a Who (that person is preferred among the
holders of the role).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from doorstep.kernel.program import ROOT, Derived, Formula, Kind, Link, Node, Program
from doorstep.reading.compile_cards import node_of
from doorstep.reading.compile_names import Coerced, Naming
from doorstep.reading.facts import STARTER, field_path, given_by
from doorstep.reading.page import Expr, Fact, Fault, Page, Step


@dataclass(frozen=True)
class Compiled:
    """A program and what is wrong with the page it was made from.

    ``arguments`` are the values a Do, Set or Run hands over, by the step's key, each with its name
    (for Set: ``record.Field``); ``steps`` is the page's step behind each key.
    """

    program: Program
    faults: tuple[Fault, ...] = ()
    arguments: Mapping[str, tuple[tuple[str, Formula], ...]] = field(default_factory=dict)
    steps: Mapping[str, Step] = field(default_factory=dict)


def compile(page: Page, *, identities: Mapping[str, str] | None = None) -> Compiled:  # noqa: A001
    """Make a page's program; never raises.

    ``identities`` maps headings to the identities that become keys; a step without one has its
    heading for a key.
    """
    return compiled(Naming(page, identities or {}))


def compiled(naming: Naming) -> Compiled:
    """Make the program of a page whose names are read already."""
    page = naming.page
    root = Node(ROOT, page.title, Kind.GROUP, parent=None)
    records = frozenset(name for name, kind in naming.kinds.kinds.items() if kind and kind.name == "record")
    derived = tuple(_derived(naming))
    members = tuple(_members(None, page.steps, naming))
    program = Program(
        nodes=(root, *_looking(members, records, derived)),
        derived=derived,
        records=records,
        sources=dict(_sources(naming)),
        required=frozenset(fact.name for fact in page.facts if fact.required),
    )
    return Compiled(program, tuple(naming.report.faults), naming.arguments, naming.step_of)


def _members(group: Step | None, steps: Sequence[Step], naming: Naming) -> Iterator[Node]:
    """Yield the nodes of a group's members, each followed by what is below it."""
    parent = naming.keys[group.name] if group else ROOT
    order = group.card.order if group and group.card else None
    before: str | None = None
    for step in steps:
        if naming.steps[step.name] is not step:
            continue  # the second of one name, which is a fault of its own
        node = node_of(step, parent, naming)
        if node.key in naming.repairs:
            node = replace(node, repair_of=naming.repairs[node.key])
        else:
            node = _linked(node, step, None if order and order.how != "in turn" else before, naming)
            before = node.key
        yield node
        yield from _members(step, step.steps, naming)


def _linked(node: Node, step: Step, before: str | None, naming: Naming) -> Node:
    """Give a node its links: what After says, else to the member before it where they take turns."""
    after = step.card.after if step.card else None
    if after is None:
        return replace(node, links=(Link(before),)) if before is not None else node
    place = dict(step.card.places).get("After", step.place) if step.card else step.place
    keys = [naming.key(name, place) for name in after.steps]
    return replace(node, links=tuple(Link(key) for key in keys if key is not None), any_of=after.any_of)


def _derived(naming: Naming) -> Iterator[Derived]:
    """Yield the facts that are made from others, so that each comes after those it reads."""
    for fact in naming.page.facts:
        if is_derived(fact, naming):
            found = naming.expression(Expr(fact.source, fact.source_place), naming.outside)
            if found:
                naming.derived_paths[fact.name] = found.paths
                yield Derived(fact.name, Coerced(found, fact.kind, naming.kinds.currency))


def is_derived(fact: Fact, naming: Naming) -> bool:
    """Whether From is a field of a record, a fixed value or a condition, not who or what gives the fact."""
    source = fact.source.strip()
    return bool(source) and source.casefold() != STARTER and source.strip('"') not in naming.keys


def _sources(naming: Naming) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the facts to fill in that are filled from a field of a linked record."""
    for step in naming.steps.values():
        for name, _, source in given_by(step):
            path = field_path(source or "")
            place = dict(step.card.places).get("Fill in", step.place) if step.card else step.place
            if path and naming.known((path[0],), naming.names_in(step), place):
                yield name, path


def _looking(nodes: Sequence[Node], records: frozenset[str], derived: Sequence[Derived]) -> Iterator[Node]:
    """Give each node the linked records its Done when reads, through facts derived from them, too."""
    behind = {one.name: one.formula.reads for one in derived if one.name not in records}
    for node in nodes:
        if node.done_when is None:
            yield node
            continue
        reads = set(node.done_when.reads)
        while more := {read for name in reads for read in behind.get(name, ())} - reads:
            reads |= more
        yield replace(node, looks=node.looks | (reads & records))
