"""What is wrong with where facts come from: read before they are given, changed after they were approved."""

from __future__ import annotations

from collections.abc import Iterator

from doorstep.kernel.program import Condition, Formula, Kind, Node, Program, Verb
from doorstep.reading.compile_names import Naming, braced
from doorstep.reading.facts import given_by
from doorstep.reading.feel import Expression
from doorstep.reading.page import FactHolder, Place, SetFields, Tell
from doorstep.reading.program_map import ProgramMap


def check_facts(naming: Naming, program: Program) -> None:
    """Report facts that cannot be there when they are read, and approvals that cannot hold."""
    checking = _Facts(naming, program)
    checking.circles()
    checking.promised()
    if checking.sound:
        checking.read_too_early()
        checking.approved_too_early()


class _Facts:
    def __init__(self, naming: Naming, program: Program) -> None:
        self.naming = naming
        self.report = naming.report
        self.program = program
        self.over = ProgramMap(program)
        self.sound = all(link.source in self.over.nodes for node in program.nodes for link in node.links)
        self.behind = {one.name: one.formula.reads for one in program.derived}
        self.givers = self._givers()
        self.early: set[tuple[str, str]] = set()  # steps and what they read too early
        self._known_roots: dict[str, set[str]] = {}

    def _givers(self) -> dict[str, list[str]]:
        """Return the keys of the steps that give each fact which nothing else gives."""
        other = {fact.name for fact in self.naming.page.facts if not self._by_step(fact.source)}
        items = {step.card.each.item for step in self.naming.steps.values() if step.card and step.card.each}
        givers: dict[str, list[str]] = {}
        for step in self.naming.steps.values():
            for name, _, _ in given_by(step):
                if name not in other and name not in items:
                    givers.setdefault(name, []).append(self.naming.keys[step.name])
        return givers

    def _by_step(self, source: str) -> bool:
        return source.strip('"') in self.naming.keys

    # -- The table of facts ----------------------------------------------------------------------------

    def circles(self) -> None:
        """Report facts that are made from each other."""
        settled: set[str] = set()
        for fact in self.naming.page.facts:
            trail = self._circle(fact.name, settled)
            if trail:
                self.report.add("E305", fact.place, came=", ".join(trail))

    def _circle(self, name: str, settled: set[str]) -> list[str]:
        """Return the first circle a fact leads into; what was looked at already leads into none that is not told."""
        ways = [(name, iter(sorted(self.behind.get(name, ()))))]
        walked = {name: 0}
        while ways and name not in settled:
            at, reads = ways[-1]
            read = next(reads, None)
            if read is None:
                settled.add(at)
                del walked[at]
                ways.pop()
            elif read in walked:
                trail = list(walked)[walked[read] :]
                settled.update(walked)
                return trail
            elif read not in settled:
                walked[read] = len(walked)
                ways.append((read, iter(sorted(self.behind.get(read, ())))))
        return []

    def promised(self) -> None:
        """A fact that comes from a step is given by its card."""
        for fact in self.naming.page.facts:
            name = fact.source.strip('"')
            if self._by_step(fact.source) and fact.name not in {one for one, _, _ in given_by(self.naming.steps[name])}:
                self.report.add("E419", fact.place, came=name, fact=fact.name)

    # -- Too early -----------------------------------------------------------------------------------------

    def read_too_early(self) -> None:
        for node in self.program.nodes[1:]:
            for key, name in dict.fromkeys(_reads(node, self.naming)):
                for fact in sorted(self._roots(name)):
                    self._given_before(node, fact, key)
            for key, condition in (("Only if", node.only_if), ("Not before", node.not_before)):
                for source, offer in sorted(condition.offers) if isinstance(condition, Expression) else ():
                    self._offered_before(node, f"{self.over.nodes[source].name}.{offer}", (source, offer), key)

    def _given_before(self, node: Node, fact: str, key: str) -> None:
        givers = self.givers.get(fact, ())
        if givers and all(self._is_later(giver, node) for giver in givers):
            why = (
                "it gives it itself"
                if node.key in givers
                else f'"{self.over.nodes[givers[0]].name}" gives it, and comes later'
            )
            self.report.add("E415", self._place(node, key), came=fact, why=why)
            self.early.add((node.key, fact))

    def _offered_before(self, node: Node, said: str, read: tuple[str, str], key: str) -> None:
        """Report a look at what a later step will have answered; how often and how late it was may be asked."""
        source, offer = read
        if offer not in ("round", "late", "skipped") and self._is_later(source, node):
            why = "that is this step" if source == node.key else "that step comes later"
            self.report.add("E415", self._place(node, key), came=said, why=why)

    def _is_later(self, giver: str, node: Node) -> bool:
        return self.over.comes_after(giver, node.key) and not self.over.is_repair(node.key)

    def _place(self, node: Node, key: str) -> Place:
        step = self.naming.step_of[node.key]
        return dict(step.card.places).get(key, step.place) if step.card else step.place

    def _roots(self, name: str) -> set[str]:
        """Return a fact and the facts it is made from."""
        if name in self._known_roots:
            return self._known_roots[name]
        found, ahead = {name}, [name]
        while ahead:
            for read in self.behind.get(ahead.pop(), ()):
                if not read.startswith("#") and read not in found:
                    found.add(read)
                    ahead.append(read)
        self._known_roots[name] = found
        return found

    # -- Approved, then changed ---------------------------------------------------------------------------------

    def approved_too_early(self) -> None:
        """Report steps that change what an approval before them covers; repair steps may."""
        approvals = [node for node in self.program.nodes if node.verb is Verb.APPROVE and node.covers]
        for node in self.program.nodes[1:] if approvals else ():
            changes = frozenset() if self.over.is_repair(node.key) else self._changes(node)
            found = next((one for one in approvals if self._spoils(node, changes, one)), None) if changes else None
            if found:
                fact = next(fact for fact in found.covers if not changes.isdisjoint(self._roots(fact)))
                place = self.naming.step_of[node.key].place
                self.report.add("E414", place, came=found.name, fact=f'"{fact}"')

    def _spoils(self, node: Node, changes: frozenset[str], approval: Node) -> bool:
        """Whether a step changes what an approval before it covers; what is not even there then is told already."""
        covered = {root for fact in approval.covers for root in self._roots(fact)} & changes
        known = any((approval.key, fact) not in self.early for fact in covered)
        return known and self.over.comes_after(node.key, approval.key)

    def _changes(self, node: Node) -> frozenset[str]:
        """Return the facts a step gives, and the derived ones whose field of a record it sets."""
        if node.kind is Kind.GROUP:
            return frozenset()
        found = set(node.gives)
        card = self.naming.step_of[node.key].card
        if card and isinstance(card.action, SetFields):
            written = {(record, *label.split(".")) for record, label, _ in card.action.assignments}
            found |= {name for name, paths in self._fields() if paths & written}
        return frozenset(found)

    def _fields(self) -> Iterator[tuple[str, frozenset[tuple[str, ...]]]]:
        for one in self.program.derived:
            yield one.name, self.naming.derived_paths.get(one.name, frozenset())
        for name, path in self.program.sources.items():
            yield name, frozenset({path})


def _reads(node: Node, naming: Naming) -> Iterator[tuple[str, str]]:
    """Yield what a step reads when its turn comes, each with the key of the card that says so."""
    card = naming.step_of[node.key].card
    for key, condition in (("Only if", node.only_if), ("Not before", node.not_before), ("Wait", node.about)):
        yield from ((key, name) for name in _facts(condition))
    for key, spec in (("Due", node.due), ("Wait", node.spec), ("Not before", node.not_before_spec)):
        yield from ((key, name) for name in (spec.facts if spec else ()))
    yield from (("Approve", name) for name in node.covers)
    if node.each:
        key = "For each" if card and card.each else "Who"
        yield from ((key, name) for name in _facts(node.each.items))
    if card is None:
        return
    yield from (("Show", name) for name in card.show)
    yield from (("Attach", name) for text in card.attach for name in braced(text) or (text,))
    if card.who and isinstance(card.who.addressee, FactHolder):
        yield "Who", card.who.addressee.fact
    if card.where and card.where.record:
        yield "Where", card.where.record
    if isinstance(card.action, Tell):
        if isinstance(card.action.addressee, FactHolder):
            yield "Tell", card.action.addressee.fact
        yield from (("Tell", name) for name in braced(naming.step_of[node.key].quotation or ""))
    key = "Run" if node.kind is Kind.RUN else "Set" if node.sets else "Do"
    for _, formula in naming.arguments.get(node.key, ()):
        yield from ((key, name) for name in _facts(formula))


def _facts(read: Condition | Formula | None) -> Iterator[str]:
    if read is not None:
        yield from (name for name in sorted(read.reads) if not name.startswith("#"))
