"""What is wrong with how the steps go together: what is never reached, never finishes, or never ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from doorstep.kernel.program import (
    ROOT,
    EndCase,
    GoBack,
    GoTo,
    Handler,
    Kind,
    Node,
    Order,
    Program,
    Repair,
    Skip,
)
from doorstep.reading.compile_names import Naming
from doorstep.reading.feel import Expression
from doorstep.reading.page import CardHandler, Place, Step
from doorstep.reading.program_map import ProgramMap


def check_flow(naming: Naming, program: Program) -> None:
    """Report what is wrong with the order of the steps."""
    flow = _Flow(naming, ProgramMap(program))
    for node in program.nodes[1:]:
        flow.after(node)
        flow.targets(node)
        flow.choices(node)
    circle = flow.circles()
    flow.finishes()
    if not circle:
        flow.reached()


class _Flow:
    def __init__(self, naming: Naming, over: ProgramMap) -> None:
        self.naming = naming
        self.report = naming.report
        self.over = over
        self.always: dict[str, Node | None] = {}

    def step(self, node: Node) -> Step:
        return self.naming.step_of[node.key]

    def place(self, node: Node, key: str) -> Place:
        card = self.step(node).card
        return dict(card.places).get(key, self.step(node).place) if card else self.step(node).place

    # -- After -----------------------------------------------------------------------------------------

    def after(self, node: Node) -> None:
        """After names steps beside this one, and none that is out of the order."""
        for link in node.links:
            source = self.over.nodes[link.source]
            if source.parent != node.parent or source.key == node.key:
                beside = [one.name for one in self.over.order(node.parent or ROOT) if one is not node]
                self.report.add("E405", self.place(node, "After"), came=source.name, near=beside)
            elif source.repair_of:
                why = f'it waits for the repair step "{source.name}", which opens only after a rejection'
                self.report.add("E410", self.place(node, "After"), came=node.name, why=why)

    def circles(self) -> bool:
        """Report steps that wait for each other."""
        settled: set[str] = set()
        found = False
        for node in self.over.program.nodes:
            trail: list[str] = []
            self._follow(node.key, trail, settled)
            found = found or bool(trail)
            if len(trail) > 1:  # one that comes after itself is told already
                names = " and ".join(f'"{self.over.nodes[key].name}"' for key in trail[:4]) + " and others" * (
                    len(trail) > 4
                )
                group = self.over.nodes[self.over.nodes[trail[0]].parent or ROOT]
                why = f"{names} wait for each other"
                self.report.add("E410", self.place(self.over.nodes[trail[0]], "After"), came=group.name, why=why)
        return found

    def _follow(self, key: str, trail: list[str], settled: set[str]) -> None:
        """Walk the links backwards; leave the circle in the trail when there is one."""
        ways = [(key, iter(self.over.nodes[key].links))]
        walked = [key]
        while ways and key not in settled:
            at, links = ways[-1]
            link = next(links, None)
            if link is None:
                settled.add(at)
                ways.pop()
                walked.pop()
            elif link.source in walked:
                trail.extend(walked[walked.index(link.source) :])
                settled.update(walked)
                return
            elif link.source not in settled:
                ways.append((link.source, iter(self.over.nodes[link.source].links)))
                walked.append(link.source)

    # -- Handlers ----------------------------------------------------------------------------------------

    def targets(self, node: Node) -> None:
        """Handlers go where they can: back to what comes before, on to what comes after, aside to a repair."""
        for card_handler, handler in self.handlers(node):
            place = card_handler.place
            match handler:
                case GoBack(to) if not self._comes_earlier(to, node.key):
                    name = self.over.nodes[to].name
                    why = "is this one" if to == node.key else f'comes later; write go to "{name}"'
                    self.report.add("E412", place, came=name, why=why)
                case GoBack(to) if self._spins(to, node):
                    self.report.add("E411", place, came=self.over.nodes[to].name)
                case Repair(to, rounds):
                    self._repair(node, to, rounds, place)
                case GoTo(to) if not self._comes_later(to, node.key):
                    self.report.add("E416", place, came=self.over.nodes[to].name)

    def handlers(self, node: Node) -> Iterator[tuple[CardHandler, Handler]]:
        """Yield what the card says and the handler made of it; one whose step is unknown has none."""
        card = self.step(node).card
        if card is None:
            return
        then = (card.then,) if card.then else ()
        for said, made in (
            (card.if_late, node.if_late),
            (card.if_rejected, node.if_rejected),
            (card.if_fails, node.if_fails),
            (then, (node.then,) if node.then else ()),
        ):
            known = [one for one in said if one.target is None or one.do == "run" or one.target in self.naming.keys]
            yield from zip(known, made, strict=True)

    def _comes_earlier(self, target: str, key: str) -> bool:
        return self.over.index[target] < self.over.index[key]

    def _comes_later(self, target: str, key: str) -> bool:
        """A later sibling of the step, or of a group around it."""
        parents = {self.over.nodes[at].parent for at in self.over.around(key)}
        ahead = self.over.index[target] > self.over.index[key] and target not in self.over.around(key)
        return ahead and self.over.nodes[target].parent in parents and not self.over.nodes[target].repair_of

    def _repair(self, node: Node, target: str, rounds: int | None, place: Place) -> None:
        repair = self.over.nodes[target]
        if repair.parent != node.parent or self.over.index[target] <= self.over.index[node.key]:
            self.report.add("E413", place, came=repair.name)
        elif rounds is None:
            below = (one for one in self.over.program.nodes if target in self.over.around(one.key))
            alone = _by_themselves((node, *below))
            self.report.add("E411" if alone else "W401", place, came=repair.name)

    def _spins(self, target: str, node: Node) -> bool:
        """Whether going back from an action leads round without a person or a pause."""
        return _by_themselves(self.over.program.nodes[self.over.index[target] : self.over.index[node.key] + 1])

    # -- Choosing one ----------------------------------------------------------------------------------------

    def choices(self, node: Node) -> None:
        """One of them has an otherwise, and nothing else has."""
        parent = self.over.nodes[node.parent or ROOT]
        last = next(reversed(self.over.order(parent.key)), None)
        if node.otherwise and (parent.order is not Order.ONE_OF or last is not node):
            self.report.add("E417", self.place(node, "Only if"))
        if node.kind is Kind.GROUP and node.order is Order.ONE_OF:
            members = self.over.order(node.key)
            if members and not any(one.otherwise or one.only_if is None for one in members):
                self.report.add("W402", self.place(node, "Order"))

    # -- Finishing and reaching --------------------------------------------------------------------------------

    def finishes(self) -> None:
        """A group that counts has enough members to count."""
        for node in self.over.program.nodes[1:]:
            if node.kind is Kind.GROUP and node.order is Order.N_OF:
                there = len(self.over.order(node.key))
                if node.wanted > there:
                    why = f"{node.wanted} of them are wanted, but it has only {there}"
                    self.report.add("E410", self.place(node, "Order"), came=node.name, why=why)

    def reached(self) -> None:
        """Report the steps no way of the page leads to: the first of a row, a group for what is below it."""
        reached = self._reachable()
        for node in self.over.program.nodes[1:]:
            if node.key not in reached and (node.parent or ROOT) in reached and (why := self._why_not(node, reached)):
                self.report.add("E409", self.step(node).place, came=node.name, why=why)

    def _reachable(self) -> set[str]:
        """Return the nodes that can open: the case, and what can once something that can has opened."""
        reached: set[str] = set()
        aimed = {ROOT}
        ahead = [ROOT]
        follow = self._followers()
        while ahead:
            node = self.over.nodes[ahead.pop()]
            if node.key not in reached and (node.key in aimed or self._opens(node, reached)):
                reached.add(node.key)
                aims = tuple(self._aims(node))
                aimed.update(aims)
                ahead.extend((*aims, *follow.get(node.key, ())))
        return reached

    def _followers(self) -> dict[str, list[str]]:
        """Return what may open once a node has: its members, what comes after it, its repair steps."""
        follow: dict[str, list[str]] = {}
        for node in self.over.program.nodes[1:]:
            for before in (node.parent or ROOT, *(link.source for link in node.links), *node.repair_of):
                follow.setdefault(before, []).append(node.key)
        return follow

    def _opens(self, node: Node, reached: set[str]) -> bool:
        if node.parent not in reached or never(node):
            return False
        if node.repair_of:
            return bool(node.repair_of & reached)
        parent = self.over.nodes[node.parent]
        if parent.order is Order.ONE_OF and self._taken_before(node):
            return False
        return not node.links or any(link.source in reached and self._passes(link.source) for link in node.links)

    def _taken_before(self, node: Node) -> Node | None:
        """Return the first of one of them that is always taken, if it stands before this one."""
        group = node.parent or ROOT
        if group not in self.always:
            self.always[group] = next(
                (one for one in self.over.order(group) if one.otherwise or one.only_if is None), None
            )
        first = self.always[group]
        return first if first and self.over.index[first.key] < self.over.index[node.key] else None

    def _passes(self, key: str) -> bool:
        """Whether what follows a node can come after it: it does not always end or go elsewhere."""
        node = self.over.nodes[key]
        if node.only_if is not None or any(isinstance(one, Skip) for one in node.if_late):
            return True
        return node.then is None and not self._ends_case(node)

    def _ends_case(self, group: Node) -> bool:
        """Whether a group of which every member opens has one that always ends the case."""
        if group.order not in (Order.IN_TURN, Order.ALL_AT_ONCE):
            return False
        ends = (one for one in self.over.order(group.key) if not self._passes(one.key))
        return any(isinstance(one.then, EndCase) or one.kind is Kind.GROUP for one in ends)

    def _aims(self, node: Node) -> Iterator[str]:
        """Yield where the handlers of a node lead."""
        then = (node.then,) if node.then else ()
        for handler in (*node.if_late, *node.if_rejected, *node.if_fails, *then):
            match handler:
                case GoTo(to) | GoBack(to) | Repair(to):
                    yield to

    def _why_not(self, node: Node, reached: set[str]) -> str | None:
        """Say why a step is never reached; None where a step before it is not either, which says it for both."""
        if never(node):
            return "its Only if is never true"
        parent = self.over.nodes[node.parent or ROOT]
        if parent.order is Order.ONE_OF and (taken := self._taken_before(node)):
            return f'"{taken.name}" before it is always taken'
        ends = next((self.over.nodes[link.source] for link in node.links if link.source in reached), None)
        if ends is None:
            return None
        return f'"{ends.name}" before it always {"goes elsewhere" if isinstance(ends.then, GoTo) else "ends the run"}'


def _by_themselves(nodes: Iterable[Node]) -> bool:
    """Whether nobody is asked and nothing is waited for in any of these nodes."""
    pauses = (one.kind in (Kind.ASK, Kind.WAIT) or one.not_before or one.not_before_spec for one in nodes)
    return not any(pauses)


def never(node: Node) -> bool:
    """Whether a step's Only if is false whatever happens."""
    return isinstance(node.only_if, Expression) and node.only_if.constant is False
