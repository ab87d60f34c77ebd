"""What the kernel knows of a case: a status for every step, and the facts.

A state is a value; `step` makes the next one.  `State.nodes` holds the nodes that have left idle or
carry something; all others are `IDLE`.  Read a node with `State.node` and list them, idle ones
included, with `every_node`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from doorstep.kernel.events import Event, Instance
from doorstep.kernel.index import Index, index_of
from doorstep.kernel.program import ROOT, Node, Program

Id = tuple[str, Instance]
"""A node in a case: its key and its place in For each."""

TOP: Id = (ROOT, ())

SETTLED = frozenset({"done", "not needed", "skipped", "not taken", "overridden", "deferred", "cancelled"})
TAKEN = frozenset({"done", "not needed", "skipped", "overridden", "deferred"})
"""Settled so that links out of the step are taken (rule 1)."""

STATUSES = ("idle", "waiting", "open", "stuck", *sorted(SETTLED))
CASES = ("", "open", "suspended", "done", "failed", "cancelled")
"""What `State.case` can be; empty before CaseStarted."""


class Given(NamedTuple):
    """An answer that is kept: done ahead (rule 2), or from an earlier round (rule 8)."""

    outcome: str
    by: str | None
    at: datetime
    proof: str
    round: int = 0
    """The round it was given in; 0: done ahead."""
    seen: int = 0
    """How often the facts the card names had changed by then."""
    always: bool = False
    """Kept whatever has changed: it is the answer that caused the round."""
    facts: Mapping[str, object] = {}
    """Given ahead, in force from the step's turn on."""


class _Fields(NamedTuple):
    """What a node's state holds."""

    status: str = "idle"
    round: int = 1
    outcome: str = ""
    """Of this round: done, approved, rejected, changes wanted, failed; empty while there is none."""
    by: str | None = None
    """Who answered, skipped, overrode, deferred."""
    at: datetime | None = None
    """When it came to its status (kept: when it was answered)."""
    how: str = ""
    """Of done: answer, observed, automatic, ahead, kept, late, failed, until.  Of waiting: look, not
    before, repair, turn.  Of not needed: unused, a repair step that settled with its group.  Of stuck: unknown, wrong, rejected, failed, not sure, addressee, wanted,
    choice, observed, rounds."""
    why: str = ""
    proof: str = ""
    late: bool = False
    outdated: bool = False
    """It happened on an outdated approval (rule 9)."""
    to: str | None = None
    """The addressee asked last, when it is not the card's."""
    asks: int = 0
    """Asks that are out."""
    sent: tuple[str, ...] = ()
    """Purposes of the asks and calls of this round, so that the next one is numbered."""
    timers: tuple[str, ...] = ()
    """Timers that run."""
    watched: bool = False
    acted: bool = False
    passed: bool = False
    """The time of Not before has come."""
    ended: bool = False
    """Links out of it are not taken: it ended its sequence or went elsewhere."""
    early: bool = False
    """Settled by a person before its turn; links out of it wait for its turn."""
    called: bool = False
    """Opens whatever its links say: by go to, as a repair step, as the one of them."""
    awaits: str = ""
    """The repair step it waits for."""
    seen: int = 0
    width: int = 0
    """Of a For each: how many instances it has."""
    cases: tuple[str, ...] = ()
    """Cases it started that run: run, or beside it."""
    ahead: Given | None = None
    kept: Given | None = None


class NodeState(_Fields):
    """One step, group or instance.  Made by the kernel alone."""

    __slots__ = ()

    if not TYPE_CHECKING:  # pragma: no branch - the types of the fields are those of the tuple's own

        def _replace(self, **fields: object) -> NodeState:
            """Return a copy with some fields changed; the tuple's own asks for each of its names whether it is one."""
            values = list(self)
            for name, value in fields.items():
                values[_PLACE[name]] = value
            return _new(NodeState, values)


_PLACE = {name: place for place, name in enumerate(_Fields._fields)}
_new = tuple.__new__
IDLE = NodeState()


class Message(NamedTuple):
    """A message nothing waited for yet (rule 10)."""

    name: str
    about: str
    facts: Mapping[str, object]


class Added(NamedTuple):
    """A step added to the running case.  ``beside``: it does not stand between ``after`` and what follows."""

    node: Node
    after: str
    beside: bool


class Deviation(NamedTuple):
    """What an event did beside the page; the shell writes it to the journal.

    ``what`` is skipped, overridden, deferred, added, repeated, done ahead, answer withdrawn,
    reassigned, outdated (on an outdated approval), suspended, resumed, migrated, added after this
    point, gone, withdrawn, or refused (an event kept while suspended that did not fit).
    """

    what: str
    step: str = ""
    instance: Instance = ()
    by: str | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """A case at one moment.  ``State()`` is a case before CaseStarted."""

    case: str = ""
    starter: str | None = None
    started: datetime | None = None
    nodes: Mapping[Id, NodeState] = field(default_factory=dict)
    facts: Mapping[str, object] = field(default_factory=dict)
    """Known facts, derived ones included, linked records as nested mappings.  An absent fact is unknown."""
    items: Mapping[Id, Mapping[str, object]] = field(default_factory=dict)
    """Facts of instances, under the For each node and the instance; the item itself among them."""
    changes: Mapping[tuple[Id, str], int] = field(default_factory=dict)
    """How often a fact has changed since the start; those of the case under `TOP`."""
    holds: frozenset[Id] = frozenset()
    """Approvals asked again alone: what is reachable and has not opened waits for them (rule 9)."""
    messages: tuple[Message, ...] = ()
    pending: tuple[Event, ...] = ()
    """Events that came while the case was suspended, in order."""
    added: tuple[Added, ...] = ()
    deviations: tuple[Deviation, ...] = field(default=(), compare=False)
    """Those of the last event alone; not part of the state that is kept."""

    def node(self, key: str, instance: Instance = ()) -> NodeState:
        """Return the node's state, `IDLE` while nothing has happened to it."""
        return self.nodes.get((key, instance), IDLE)


def name_of(program: Program, key: str, instance: Instance = ()) -> str:
    """Return the public name: ``NAME``, an instance ``NAME[0]``, nested ``NAME[0][1]``."""
    place = index_of(program).places.get(key)
    name = place.node.name if place else key
    return name + "".join(f"[{number}]" for number in instance)


def running(program: Program, state: State) -> Program:
    """Return the program with the steps that were added to this case."""
    return index_of(program).extended(state.added).program


def every_node(program: Program, state: State) -> Iterator[tuple[str, Instance, NodeState]]:
    """Yield every step, group and instance in page order, idle ones included; not the case itself.

    What is in a For each that has no instances yet stands there once, by its heading, as idle; when
    there never are any, as not taken or cancelled.
    """
    index = index_of(program).extended(state.added)
    for key, instance in below(index, state.nodes, TOP):
        node = state.node(key, instance)
        yield key, instance, node
        if node.width == 0 and index.places[key].is_whole(instance):
            unopened = NodeState(status=_UNOPENED.get(node.status, "cancelled" if node.status in SETTLED else "idle"))
            yield from ((inner, instance, unopened) for inner in index.places[key].below)


_UNOPENED = {"not needed": "not taken", "not taken": "not taken"}


def below(index: Index, nodes: Mapping[Id, NodeState], top: Id) -> Iterator[Id]:
    """Yield the nodes under a group, or the instances of a For each and what is under them, in page order."""
    place = index.places[top[0]]
    if place.is_whole(top[1]):
        for number in range(nodes.get(top, IDLE).width):
            instance = (top[0], (*top[1], number))
            yield instance
            yield from below(index, nodes, instance)
        return
    if not place.loops:
        yield from ((key, top[1]) for key in place.below)
        return
    for key in place.children:
        child = (key, top[1])
        yield child
        yield from below(index, nodes, child)
