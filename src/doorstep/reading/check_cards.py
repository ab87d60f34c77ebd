"""What is wrong with one card as a whole: keys that do not go together, facts of the wrong kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from doorstep.kernel.program import Kind, Node, Program, Spec
from doorstep.reading.compile_names import Naming, braced
from doorstep.reading.facts import field_path, given_by
from doorstep.reading.feel import Names
from doorstep.reading.kinds import write_kind
from doorstep.reading.page import (
    Addressee,
    Approve,
    Card,
    Choose,
    Confirm,
    Doer,
    FactHolder,
    FactKind,
    ManagerOf,
    Place,
    Role,
    SetFields,
    Step,
    Tell,
)
from doorstep.reading.verbs import write_action

_DATES = frozenset({"date", "date and time", "any", "null"})
_CLOCKS = ("now", "today")
_BESIDE = ("tell", "also ask", "run")  # handlers that leave what comes then undecided


def check_cards(naming: Naming, program: Program) -> None:
    """Report what is wrong with the cards of a page, each for itself."""
    for expression, place in naming.expressions:
        for name in _CLOCKS:
            if name in expression.calls:
                naming.report.add("W301", place, came=f"{name}()")
        for key, outcome in sorted(expression.offers):
            _can_be(naming, naming.step_of[key], outcome, place)
    for node in program.nodes[1:]:
        step = naming.step_of[node.key]
        if step.card:
            _Checking(naming, step, step.card, node).all()
    _title(naming)


class _Checking:
    def __init__(self, naming: Naming, step: Step, card: Card, node: Node) -> None:
        self.naming = naming
        self.report = naming.report
        self.step = step
        self.card = card
        self.node = node
        self.names = naming.names_in(step)
        self.places = dict(card.places)

    def all(self) -> None:
        self.form()
        self.never()
        self.specs()
        self.people()
        self.records()

    def place(self, key: str) -> Place:
        return self.places.get(key, self.step.place)

    def form(self) -> None:
        """Look for a card that asks nobody, or asks on a group, or lacks what its verb needs."""
        card, asks = self.card, self.node.kind is Kind.ASK
        if card.order and not self.step.steps:
            self.report.add("E421", self.place("Order"))
        if card.until and card.until.outcome:
            _can_be(self.naming, self.step, card.until.outcome, self.place("Until"))
        if self.step.steps:
            self.only_group_keys()
        elif asks and self.node.who is None:
            self.report.add("E406", self.step.place)
        elif isinstance(card.action, Approve) and not self.decides_rejection():
            self.report.add("E408", self.places.get("If rejected", self.place("Approve")))
        if card.each and card.who and (card.who.each or card.who.count):
            self.report.add("E418", card.who.place, key="each of" if card.who.each else f"{card.who.count} of")

    def decides_rejection(self) -> bool:
        """Whether the card says what comes after a rejection; one that cannot be read is told already."""
        unread = any(item.lstrip("-*+ ").casefold().startswith("if rejected") for item in self.card.unread)
        return unread or any(handler.do not in _BESIDE for handler in self.card.if_rejected)

    def only_group_keys(self) -> None:
        if self.card.who:
            self.report.add("E407", self.card.who.place, key="Who")
        if self.card.action:
            key, _ = write_action(self.card.action)
            self.report.add("E407", self.place(key), key=key)

    def never(self) -> None:
        """Look for keys that wait for what cannot come."""
        asks = self.node.kind is Kind.ASK
        rejectable = asks and isinstance(self.card.action, Approve | Confirm | None)
        if self.card.if_rejected and not rejectable:
            why = "only Confirm and Approve can be rejected"
            self.report.add("W404", self.place("If rejected"), key="If rejected", why=why)
        if self.card.if_fails and self.node.kind not in (Kind.ACTION, Kind.RUN):
            why = "only Do, Set and Run can fail"
            self.report.add("W404", self.place("If it fails"), key="If it fails", why=why)
        if self.card.not_by and not asks:
            self.report.add("W404", self.place("Not by"), key="Not by", why="nobody is asked")
        if self.card.until and not self.node.each:
            why = "there is one of this step; Until ends a For each early"
            self.report.add("W404", self.place("Until"), key="Until", why=why)

    def specs(self) -> None:
        """Look for times that count from what is no date."""
        specs: Iterable[tuple[str, Spec | None]] = (
            ("Due", self.node.due),
            ("Wait", self.node.spec),
            ("Not before", self.node.not_before_spec),
        )
        for key, spec in specs:
            _dates(spec.facts if spec else (), self.names, self.place(key), self.naming)

    def people(self) -> None:
        for addressee, place in self.addressees():
            self.addressee(addressee, place)

    def addressees(self) -> Iterator[tuple[Addressee, Place]]:
        card = self.card
        if card.who:
            yield card.who.addressee, card.who.place
        if card.same_as:
            yield card.same_as, self.place("Same person as")
        if isinstance(card.action, Tell):
            yield card.action.addressee, self.place("Tell")
            if card.action.sender:
                yield card.action.sender, self.place("Tell")
        for handler in (*card.if_late, *card.if_rejected, *card.if_fails):
            for one in (handler, handler.then):
                if one and one.who:
                    yield one.who, one.place

    def addressee(self, addressee: Addressee, place: Place) -> None:
        match addressee:
            case FactHolder(fact):
                if self.naming.known((fact,), self.names, place):
                    self.holder(fact, place)
            case Doer(step):
                self.naming.key(step, place)
            case ManagerOf(of):
                self.addressee(of, place)
            case Role(_, scope):
                for _, value in scope:
                    self.naming.known(braced(value), self.names, place)
            case _:  # an address, or whoever started this
                return

    def holder(self, fact: str, place: Place) -> None:
        kind = self.names.kind(fact)
        several = self.card.who and self.card.who.each == fact and kind.of
        name = kind.of.name if several and kind.of else kind.name
        if name not in ("text", "any", "list", "record"):
            self.report.add("E309", place, came=f"{{{fact}}}", kind=kind.said())

    def records(self) -> None:
        """Look for fields of what is no linked record."""
        if self.card.where and self.card.where.record:
            self.record(self.card.where.record, self.card.where.place)
        if isinstance(self.card.action, SetFields):
            for record, _, _ in self.card.action.assignments:
                self.record(record, self.place("Set"), known=True)
        for name, kind, source in given_by(self.step):
            self.alike(name, kind)
            if source and not field_path(source):
                self.report.add("E310", self.place("Fill in"), came=source)
            elif source:
                self.record(field_path(source)[0], self.place("Fill in"), known=True)

    def alike(self, fact: str, kind: FactKind | None) -> None:
        """Report a fact of which another place of the page says another kind."""
        known = self.naming.kinds.kinds.get(fact)
        if kind and known and kind != known:
            key = "Choose" if isinstance(self.card.action, Choose) else "Fill in"
            self.report.add("E311", self.place(key), came=fact, kind=write_kind(kind), expected=write_kind(known))

    def record(self, fact: str, place: Place, *, known: bool = False) -> None:
        """Report a fact that is no linked record; ``known``: that there is no such fact is reported already."""
        there = self.names.has_fact(fact) if known else bool(self.naming.known((fact,), self.names, place))
        if there and self.names.kind(fact).name not in ("record", "any"):
            self.report.add("E308", place, came=fact, kind=self.names.kind(fact).said())


def _can_be(naming: Naming, step: Step, outcome: str, place: Place) -> None:
    """Report an outcome that no verb of a step, or of the steps in a group, has."""
    if outcome not in _OUTCOMES or any(outcome in _outcomes(one) for one in step.walk()):
        return
    what = "a group without such a step" if step.steps else f"its verb is {_verb(step)}"
    naming.report.add("E420", place, came=step.name, expected=outcome, why=what)


_OUTCOMES = ("approved", "rejected", "changes wanted")


def _outcomes(step: Step) -> tuple[str, ...]:
    """Return what a step's answer can be beside done."""
    match step.card.action if step.card else None:
        case Approve():
            return _OUTCOMES
        case Confirm():
            return ("rejected",)
        case None if step.card and step.card.who:
            return ("rejected",)  # a Confirm that needs no key
        case _:
            return ()


def _verb(step: Step) -> str:
    action = step.card.action if step.card else None
    return write_action(action)[0] if action else "Confirm"


def _dates(facts: Iterable[str], names: Names, place: Place, naming: Naming) -> None:
    for fact in facts:
        if names.kind(fact).name not in _DATES:
            naming.report.add("E306", place, came=fact, kind=names.kind(fact).said())


def _title(naming: Naming) -> None:
    """Look for facts on the card of the title that are none."""
    card = naming.page.card
    places = dict(card.places)
    naming.known(braced(card.called or ""), naming.outside, places.get("Called", Place()))
    place = places.get("Needed by", Place())
    _dates(naming.known(braced(card.needed_by or ""), naming.outside, place), naming.outside, place, naming)
