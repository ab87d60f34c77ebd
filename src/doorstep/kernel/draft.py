"""The next state while a step makes it: the one mutable thing of the kernel, gone when `step` returns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from doorstep.kernel.commands import Command, UnwatchRecord, WithdrawAsk, WithdrawCase, WithdrawTimer
from doorstep.kernel.events import Event, Happened
from doorstep.kernel.index import Index, Place
from doorstep.kernel.program import ROOT, Kind
from doorstep.kernel.state import IDLE, SETTLED, TOP, Added, Deviation, Id, Message, NodeState, State, below


class Draft:
    """A copy of a state to change, with what is still to look at.

    ``queue`` holds nodes whose turn, progress or conditions are to be read; ``changed`` the facts (and
    ``#key`` of steps) whose readers are to be found.  For the length of the event: ``before`` are the
    facts it found, ``given`` the facts it gave itself, ``causer`` the node whose answer is being taken,
    ``renewed`` the nodes that have had their one new round, ``released`` the steps nobody waits for any more.
    """

    __slots__ = (
        "added",
        "at",
        "base",
        "before",
        "by",
        "case",
        "causer",
        "changed",
        "changes",
        "commands",
        "deviations",
        "facts",
        "given",
        "holds",
        "index",
        "items",
        "messages",
        "nodes",
        "pending",
        "queue",
        "released",
        "renewed",
        "started",
        "starter",
        "why",
    )

    def __init__(self, base: Index, state: State, event: Happened) -> None:
        self.base = base
        """Of the page, without the steps added to this case."""
        self.index = base.extended(state.added)
        self.at: datetime = event.at
        self.by = event.by
        self.why: str = getattr(event, "reason", "")
        self.case = state.case
        self.starter = state.starter
        self.started = state.started
        self.nodes: dict[Id, NodeState] = dict(state.nodes)
        self.facts: dict[str, object] = dict(state.facts)
        self.before = state.facts
        self.items: dict[Id, Mapping[str, object]] = dict(state.items)
        self.changes: dict[tuple[Id, str], int] = dict(state.changes)
        self.holds = state.holds
        self.messages: tuple[Message, ...] = state.messages
        self.pending: tuple[Event, ...] = state.pending
        self.added: tuple[Added, ...] = state.added
        self.commands: list[Command] = []
        self.deviations: list[Deviation] = []
        self.queue: dict[Id, None] = {}
        self.changed: dict[tuple[Id, str], None] = {}
        self.given: frozenset[str] = frozenset()
        self.renewed: set[Id] = set()
        self.released: set[str] = set()
        self.causer: Id | None = None

    def finish(self) -> tuple[State, tuple[Command, ...]]:
        """Return the state made and the commands it takes."""
        state = State(
            case=self.case,
            starter=self.starter,
            started=self.started,
            nodes=self.nodes,
            facts=self.facts,
            items=self.items,
            changes=self.changes,
            holds=self.holds,
            messages=self.messages,
            pending=self.pending,
            added=self.added,
            deviations=tuple(self.deviations),
        )
        return state, tuple(self.commands)

    # -- Where things are ------------------------------------------------------------------------------

    def node(self, spot: Id) -> NodeState:
        return self.nodes.get(spot, IDLE)

    def place(self, spot: Id) -> Place:
        return self.index.places[spot[0]]

    def is_whole(self, spot: Id) -> bool:
        return self.index.places[spot[0]].is_whole(spot[1])

    def parent(self, spot: Id) -> Id:
        """Return the group around a node at its turn, or the For each as a whole of an instance."""
        key, instance = spot
        place = self.index.places[key]
        if len(instance) > place.outer:
            return key, instance[:-1]
        return place.around[0], instance

    def above(self, spot: Id) -> Iterator[Id]:
        """Yield what is around a node, innermost first, the case last."""
        while spot != TOP:
            spot = self.parent(spot)
            yield spot

    def below(self, spot: Id) -> Iterator[Id]:
        """Yield what is in a group or a For each, in page order."""
        return below(self.index, self.nodes, spot)

    def members(self, group: Id) -> list[Id]:
        """Return a group's members, or the instances of a For each."""
        place = self.index.places[group[0]]
        if place.is_whole(group[1]):
            return [(group[0], (*group[1], number)) for number in range(self.node(group).width)]
        return [(key, group[1]) for key in place.members]

    def instances(self, key: str) -> list[Id]:
        """Return every place of a step in the case that has left idle."""
        if not self.index.places[key].chain:
            return [(key, ())]
        return [spot for spot in self.nodes if spot[0] == key]

    # -- Changing -----------------------------------------------------------------------------------------

    def put(self, spot: Id, node: NodeState) -> None:
        self.nodes[spot] = node

    def look_at(self, spot: Id) -> None:
        """Let the main loop read this node again."""
        self.queue[spot] = None

    def next(self) -> Id:
        """Take the node that has waited longest to be read."""
        spot = next(iter(self.queue))
        del self.queue[spot]
        return spot

    def assign(self, name: str, value: object, space: Id, *, merge: bool = False) -> None:
        """Give a fact a value, None for unknown; a linked record takes over the fields that are named."""
        facts = self.facts if space == TOP else dict(self.items.get(space, {}))
        known = facts.get(name)
        if (merge or name in self.index.program.records) and isinstance(known, Mapping) and isinstance(value, Mapping):
            value = _merged(known, value)
        if value == known:
            return
        if value is None:
            del facts[name]
        else:
            facts[name] = value
        if space != TOP:
            self.items[space] = facts
        self.changes[space, name] = self.changes.get((space, name), 0) + 1
        self.changed[space, name] = None

    def announce(self, spot: Id) -> None:
        """A step offers something else than before: whoever names it is read again."""
        name = "#" + spot[0]
        if name in self.index.readers or name in self.index.derived_from:
            self.changed[TOP, name] = None

    def deviate(self, what: str, spot: Id = TOP, why: str = "") -> None:
        self.deviations.append(Deviation(what, *spot, self.by, why))

    def stop(self, spot: Id, *, watch: bool = False, beside: bool = False, **fields: Any) -> NodeState:
        """Withdraw the node's open work and return what is left of it, with these fields changed.

        A record stays watched if ``watch``; cases that a handler started run on unless ``beside``.
        """
        node = self.node(spot)
        if not (node.asks or node.timers or node.watched or node.cases):
            return node._replace(**fields) if fields else node
        step, instance = spot
        number = node.round
        if node.asks:
            self.commands.append(WithdrawAsk(step=step, instance=instance, round=number, why=self.why))
        for timer in node.timers:
            self.commands.append(WithdrawTimer(step=step, instance=instance, round=number, purpose=timer))
        if node.watched and not watch:
            self.commands.append(UnwatchRecord(step=step, instance=instance, round=number, purpose="look"))
        ending = [case for case in node.cases if beside or case.startswith("run")]
        for case in ending:
            self.commands.append(WithdrawCase(step=step, instance=instance, round=number, purpose=case))
        cases = tuple(case for case in node.cases if case not in ending)
        return node._replace(**{"asks": 0, "timers": (), "watched": node.watched and watch, "cases": cases, **fields})

    def settle(self, spot: Id, status: str, **fields: Any) -> None:
        """Settle a node; what is in it and has not settled goes with it."""
        place, awaited = self.place(spot), self.node(spot).awaits
        fields = {"status": status, "at": self.at, "awaits": "", "called": False, **fields}
        self.put(spot, self.stop(spot, watch=fields.get("how") == "observed", **fields))
        if place.node.kind is Kind.GROUP or place.is_whole(spot[1]):
            self._settle_below(spot, status)
        if place.is_whole(spot[1]):
            self._gather(spot, place)
        self._lead_on(spot, place)
        if awaited:
            self._let_repair_go((awaited, spot[1][: self.index.places[awaited].outer]))

    def waiting_for(self, repair: Id) -> list[Id]:
        """Return the steps that are asked again once this repair step is done."""
        key, instance = repair
        return [
            spot for spot, node in self.nodes.items() if node.awaits == key and spot[1][: len(instance)] == instance
        ]

    def _let_repair_go(self, repair: Id) -> None:
        """Nobody waits for a repair step any more: it is cancelled."""
        if self.node(repair).status not in SETTLED and not self.waiting_for(repair):
            self.settle(repair, "cancelled")

    def _settle_below(self, group: Id, status: str) -> None:
        gone = "not taken" if status in ("not needed", "not taken") else "cancelled"
        for spot in self.below(group):
            node = self.node(spot)
            if node.status not in SETTLED:
                unused = gone == "cancelled" and node.status == "idle" and self.place(spot).node.repair_of
                self.end(spot, "not needed" if unused else gone, how="unused" if unused else node.how)

    def _gather(self, whole: Id, place: Place) -> None:
        """After a For each, every fact given inside is the list of the instances' values, in order (rule 6)."""
        item = place.node.each.item if place.node.each else None
        spaces = [self.items.get(spot, {}) for spot in self.members(whole)]
        around: Id = (place.chain[-2], whole[1]) if whole[1] else TOP
        for name in sorted({name for space in spaces for name in space} - {item}):
            self.assign(name, [space[name] for space in spaces if name in space], around)

    def end(self, spot: Id, status: str, *, how: str = "") -> None:
        """Settle a node by what happened around it; nothing follows from it."""
        self.put(spot, self.stop(spot, status=status, how=how, at=self.at, awaits="", called=False))
        self.release(spot)
        self.announce(spot)

    def _lead_on(self, spot: Id, place: Place) -> None:
        """Whatever waits for this node to settle is to be read."""
        key, instance = spot
        if len(instance) == place.outer:
            for target in place.targets:
                self.look_at((target, instance))
        if key != ROOT:
            self.look_at(self.parent(spot))
        if place.node.repair_of:
            self.look_at(spot)
        self.announce(spot)
        self.release(spot)

    def release(self, spot: Id) -> None:
        """What waits for an approval that was asked again alone may open (rule 9)."""
        if spot in self.holds:
            self.holds -= {spot}
            self.released.add(spot[0])
            for waiting in self.below(TOP):
                if self.node(waiting).status == "idle":
                    self.look_at(waiting)


def _merged(known: Mapping[str, object], new: Mapping[str, object]) -> dict[str, object]:
    merged = dict(known)
    for name, value in new.items():
        old = merged.get(name)
        merged[name] = _merged(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return merged
