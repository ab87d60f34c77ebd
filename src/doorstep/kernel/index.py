"""What follows from a program alone, worked out once: who stands where, what leads where, who reads what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from doorstep.kernel.events import Instance
from doorstep.kernel.program import ROOT, Derived, GoTo, Handler, Link, Node, Order, Program


class AddedStep(Protocol):
    """A step added to a case (`state.Added`)."""

    @property
    def node(self) -> Node: ...
    @property
    def after(self) -> str: ...
    @property
    def beside(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Place:
    """Where a node stands."""

    node: Node
    position: int
    """In page order."""
    chain: tuple[str, ...]
    """The For each nodes around it, outermost first, itself included."""
    around: tuple[str, ...]
    """The groups around it, innermost first, the root last."""
    children: tuple[str, ...]
    members: tuple[str, ...]
    """The children without repair steps, which are outside the order and the counting."""
    targets: tuple[str, ...]
    """Siblings with a link from it."""
    below: tuple[str, ...]
    """All that is in it, in page order."""
    outer: int
    """How long its instance is at its turn; one longer for each of its instances, if it has any."""
    loops: bool
    """Is there a For each in it?"""

    def is_whole(self, instance: Instance) -> bool:
        """Is this the For each as a whole and not one of its instances?"""
        return self.node.each is not None and len(instance) == self.outer


class Index:
    """A program's places, readers and reach."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.places: Mapping[str, Place] = _places(program)
        self.readers: Mapping[str, tuple[str, ...]] = _readers(self.places)
        self.derived: tuple[Derived, ...] = _in_order(program.derived)
        self.derived_from = frozenset(name for derived in program.derived for name in derived.formula.reads)
        self.shown = frozenset(path[0] for path in program.sources.values())
        self._reach: dict[str, frozenset[str]] = {}
        self._extended: tuple[tuple[AddedStep, ...], Index] = ((), self)

    def extended(self, added: tuple[AddedStep, ...]) -> Index:
        """Return the index of the program with these steps added."""
        if not added:
            return self
        known, index = self._extended
        if known != added:
            index = Index(with_added(self.program, added))
            self._extended = (added, index)
        return index

    def reach(self, key: str) -> frozenset[str]:
        """Return what can come after a node, through links, groups and handlers; itself and what is in it included."""
        if key not in self._reach:
            self._reach[key] = frozenset(self._reached(key))
        return self._reach[key]

    def inside(self, key: str) -> frozenset[str]:
        """Return a node and what is in it."""
        return frozenset((key, *self.places[key].below))

    def _reached(self, key: str) -> set[str]:
        found: set[str] = set()
        place = self.places[key]
        ahead = [key, *(target for group in place.around for target in self._leads(group))]
        while ahead:
            here = ahead.pop()
            if here not in found:
                found.add(here)
                ahead += self._leads(here)
                ahead += self.places[here].children
        return found

    def _leads(self, key: str) -> Iterator[str]:
        place = self.places[key]
        yield from place.targets
        yield from place.node.repair_of
        yield from (target for target in _goes_to(place.node) if target in self.places)


def index_of(program: Program) -> Index:
    """Return the program's index, made on first use and kept on the program."""
    index = program.__dict__.get("_index")
    if index is None:
        index = program.__dict__["_index"] = Index(program)
    return index


def with_added(program: Program, added: Iterable[AddedStep]) -> Program:
    """Return the program with the added steps linked in (rule 11).

    A step whose place is gone, or that has become part of the page, is left out.
    """
    nodes = list(program.nodes)
    for step in added:
        keys = [node.key for node in nodes]
        if step.after not in keys or step.node.key in keys:
            continue
        where = keys.index(step.after)
        after = nodes[where]
        in_turn = next(node.order for node in nodes if node.key == after.parent) in (Order.IN_TURN, Order.ONE_OF)
        links = (Link(after.key),) if in_turn else after.links
        if in_turn and not step.beside:
            nodes = [_moved(node, after.key, step.node.key) for node in nodes]
        nodes.insert(where + 1, replace(step.node, parent=after.parent, links=links))
    return replace(program, nodes=tuple(nodes))


def _moved(node: Node, old: str, new: str) -> Node:
    """Return the node with its links from one step coming from another."""
    if all(link.source != old for link in node.links):
        return node
    return replace(node, links=tuple(replace(link, source=new) if link.source == old else link for link in node.links))


def _places(program: Program) -> dict[str, Place]:
    nodes = {node.key: node for node in program.nodes}
    children: dict[str, list[Node]] = defaultdict(list)
    targets: dict[str, list[str]] = defaultdict(list)
    for node in program.nodes:
        if node.key != ROOT:
            children[node.parent or ROOT].append(node)
        for link in node.links:
            targets[link.source].append(node.key)
    around = {node.key: tuple(_around(nodes, node)) for node in program.nodes}
    chains = {key: tuple(name for name in (*groups[::-1], key) if nodes[name].each) for key, groups in around.items()}
    below: dict[str, list[str]] = defaultdict(list)
    for key, groups in around.items():
        for group in groups:
            below[group].append(key)
    return {
        node.key: Place(
            node=node,
            position=position,
            chain=chains[node.key],
            outer=len(chains[node.key]) - (node.each is not None),
            around=around[node.key],
            children=tuple(child.key for child in children[node.key]),
            members=tuple(child.key for child in children[node.key] if not child.repair_of),
            targets=tuple(targets[node.key]),
            below=tuple(below[node.key]),
            loops=any(nodes[key].each is not None for key in below[node.key]),
        )
        for position, node in enumerate(program.nodes)
    }


def _around(nodes: Mapping[str, Node], node: Node) -> Iterator[str]:
    while node.key != ROOT:
        node = nodes[node.parent or ROOT]
        yield node.key


def _goes_to(node: Node) -> Iterator[str]:
    handlers: tuple[Handler | None, ...] = (*node.if_late, *node.if_rejected, *node.if_fails, node.then)
    yield from (handler.to for handler in handlers if isinstance(handler, GoTo))


def _readers(places: Mapping[str, Place]) -> dict[str, tuple[str, ...]]:
    readers: dict[str, dict[str, None]] = defaultdict(dict)
    for place in places.values():
        for name in _reads(place.node):
            readers[name][place.node.key] = None
        if place.node.only_if and place.node.parent is not None:  # one of them is chosen by its group
            for name in place.node.only_if.reads:
                readers[name][place.node.parent] = None
    return {name: tuple(sorted(keys, key=lambda key: places[key].position)) for name, keys in readers.items()}


def _reads(node: Node) -> Iterator[str]:
    """Yield the facts (and ``#key`` of the steps) on which something of the node depends."""
    conditions = [node.only_if, node.not_before, node.done_when, node.about, node.decision]
    conditions += [link.condition for link in node.links]
    if node.each:
        conditions += [node.each.items, node.each.until]
    for condition in conditions:
        if condition is not None:
            yield from condition.reads
    for spec in (node.due, node.not_before_spec, node.spec):
        if spec is not None:
            yield from spec.facts
    yield from node.covers
    yield from node.looks
    if node.observable or node.done_when is not None:
        yield from node.gives


def _in_order(derived: tuple[Derived, ...]) -> tuple[Derived, ...]:
    """Return derived facts so that each stands after those it reads; what reads itself stands as written."""
    names = {fact.name: fact for fact in derived}
    ordered: dict[str, Derived] = {}
    seen: set[str] = set()

    def visit(fact: Derived) -> None:
        if fact.name in seen:
            return
        seen.add(fact.name)
        for name in sorted(fact.formula.reads & names.keys()):
            visit(names[name])
        ordered[fact.name] = fact

    for fact in derived:
        visit(fact)
    return tuple(ordered.values())
