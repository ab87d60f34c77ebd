"""What the kernel knows of a case, as the shell asks for it."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping
from functools import cached_property
from uuid import UUID

from doorstep.cases.directory import in_names
from doorstep.cases.pages import Indexed
from doorstep.kernel.events import Instance
from doorstep.kernel.index import index_of
from doorstep.kernel.program import ROOT, Node
from doorstep.kernel.state import State


def node_at(page: Indexed, state: State, key: str) -> Node:
    """Return a step's node, of the page or added to the case."""
    known = page.nodes.get(key)
    return known or next(added.node for added in state.added if added.node.key == key)


def facts_at(page: Indexed, state: State, key: str = ROOT, instance: Instance = ()) -> Mapping[str, object]:
    """Return the facts in force at a place: those of its instance before the case's."""
    if not instance:
        return state.facts
    chain = index_of(page.program).extended(state.added).places[key].chain
    items = [state.items.get((chain[deep], instance[: deep + 1]), {}) for deep in range(len(instance))]
    return ChainMap(*(dict(given) for given in reversed(items)), dict(state.facts))


class Doers(Mapping[str, UUID]):
    """Who did which step, by its name: answered, skipped or overrode it.  Found when it is asked for: few ask."""

    def __init__(self, page: Indexed, state: State) -> None:
        self._page = page
        self._state = state

    @cached_property
    def _found(self) -> dict[str, UUID]:
        names = {key: node.name for key, node in self._page.nodes.items()}
        return {names.get(key, key): UUID(node.by) for (key, _), node in self._state.nodes.items() if node.by}

    def __getitem__(self, name: str) -> UUID:
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def excluded(node: Node, state: State) -> frozenset[UUID]:
    """Return the persons whom a step's Not by keeps out."""
    if not node.not_by:
        return frozenset()
    kept = {state.starter} if ROOT in node.not_by else set()
    kept |= {other.by for (key, _), other in state.nodes.items() if key in node.not_by and key != ROOT}
    return frozenset(UUID(person) for person in kept if person)


def stuck(state: State) -> Iterator[tuple[str, Instance, str]]:
    """Yield the steps that need a person, with why; a group is not named beside its members."""
    for (key, instance), node in state.nodes.items():
        if node.status == "stuck":
            yield key, instance, in_names(node.why)
