"""What is still to come in a case: the steps that have not opened, what each needs, and what a step holds up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from doorstep.chase.policy import DEFAULT, Policy
from doorstep.chase.run import Ahead
from doorstep.chase.working import OFFICE, Calendar
from doorstep.kernel.events import Instance
from doorstep.kernel.index import Index, index_of
from doorstep.kernel.program import ROOT, Kind, Program
from doorstep.kernel.state import SETTLED, NodeState, State, name_of


def remaining(
    program: Program,
    state: State,
    *,
    usual: Mapping[str, timedelta] | None = None,
    calendar: Calendar = OFFICE,
    policy: Policy = DEFAULT,
) -> tuple[Ahead, ...]:
    """Return the steps that have not opened, in page order; steps are named as the kernel names them in public.

    ``usual`` holds the working time answers usually take, by a step's key.  A step inside a For
    each is counted once; repair steps are only needed when somebody rejects and are not counted.
    """
    index = index_of(program).extended(state.added)
    return tuple(
        Ahead(
            step=name_of(index.program, key),
            after=tuple(_names(index, state, _needs(index, state, key))),
            asks=index.places[key].node.kind is Kind.ASK,
            usual=(usual or {}).get(key),
            calendar=calendar,
            policy=policy,
        )
        for key in _idle(index, state)
    )


def held_up(program: Program, state: State, step: str) -> tuple[str, ...]:
    """Return the headings of the steps that have not opened and cannot before this one (its key) settles."""
    index = index_of(program).extended(state.added)
    held = {step}
    for key in _idle(index, state):
        if held & set(_needs(index, state, key)):
            held.add(key)
    return tuple(index.places[key].node.name for key in _idle(index, state) if key in held - {step})


def _idle(index: Index, state: State) -> list[str]:
    """Return the steps that have not opened, groups and repair steps left out.

    A step that waits for its repair, or for its turn among others, is asked later: it is to come.
    """
    later = {key for (key, _), node in state.nodes.items() if _waits_for_a_step(node)}
    running = {key for (key, _), node in state.nodes.items() if node.status != "idle"} - later
    settled = {key for (key, _), node in state.nodes.items() if node.status in SETTLED}
    return [
        key
        for key, place in index.places.items()
        if place.node.kind is not Kind.GROUP
        and not place.node.repair_of
        and key not in running
        and settled.isdisjoint(place.around)
    ]


def _waits_for_a_step(node: NodeState) -> bool:
    return node.status == "waiting" and node.how in ("repair", "turn")


def _needs(index: Index, state: State, key: str) -> list[str]:
    """Return the steps, not settled yet, that must settle before a step opens."""
    place = index.places[key]
    repairs = [node.awaits for (other, _), node in state.nodes.items() if other == key and node.awaits]
    if repairs:
        return repairs
    sources = [link.source for link in place.node.links]
    if not sources:
        return [] if key == ROOT else _needs(index, state, place.node.parent or ROOT)
    return [last for source in sources for last in _last(index, state, source)]


def _last(index: Index, state: State, key: str) -> Iterator[str]:
    """Yield the steps a node ends with; what it needs itself, where nothing in it is left to do."""
    place = index.places[key]
    if state.node(key).status in SETTLED:
        return
    if place.node.kind is not Kind.GROUP:
        yield key
        return
    for member in place.members:
        if not index.places[member].targets:
            yield from _last(index, state, member)


def _names(index: Index, state: State, keys: list[str]) -> Iterator[str]:
    """Yield the public names of steps, of a running For each those of its instances."""
    for key in dict.fromkeys(keys):
        instances = sorted(_open_instances(state, key))
        yield from (name_of(index.program, key, instance) for instance in instances or [()])


def _open_instances(state: State, key: str) -> Iterator[Instance]:
    for (other, instance), node in state.nodes.items():
        if other == key and instance and node.status not in SETTLED:
            yield instance
