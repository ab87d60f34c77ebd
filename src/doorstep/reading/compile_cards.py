"""One card to one node of the kernel's program, without its links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, assert_never

from doorstep.kernel import program as kernel
from doorstep.kernel.program import ROOT, ForEach, Formula, Handler, Kind, Node, Order, Spec, Verb
from doorstep.reading.addressees import write_addressee
from doorstep.reading.compile_names import FactList, Fixed, Naming, braced
from doorstep.reading.facts import field_path
from doorstep.reading.feel import Expression, Names
from doorstep.reading.page import (
    AnswerIt,
    Approve,
    Card,
    CardHandler,
    Choose,
    Confirm,
    Decide,
    Do,
    Doer,
    Expr,
    FillIn,
    OrderOf,
    Place,
    Read,
    RunProcess,
    SetFields,
    Starter,
    Step,
    Tell,
    Wait,
)

DUE = "2 working days"
"""The policy for an ask that says nothing (design: chase, without any policy)."""

_ORDERS: Mapping[str, Order] = {
    "in turn": Order.IN_TURN,
    "all at once": Order.ALL_AT_ONCE,
    "any order": Order.ANY_ORDER,
    "first wins": Order.N_OF,
    "n of": Order.N_OF,
    "one of them": Order.ONE_OF,
}


def node_of(step: Step, parent: str, naming: Naming) -> Node:
    """Return a step's node; what its Do, Set or Run hands over is kept in ``naming.arguments``."""
    made = _Card(step, step.card or Card(), naming)
    fields = made.group() if step.steps else made.doing()
    return Node(naming.keys[step.name], step.name, parent=parent, **fields, **made.common())


class _Card:
    """A card and the names that hold on it."""

    def __init__(self, step: Step, card: Card, naming: Naming) -> None:
        self.step = step
        self.card = card
        self.naming = naming
        self.names = naming.names_in(step)
        self.named: set[str] = set()
        self.places = dict(card.places)

    def place(self, key: str) -> Place:
        """Return where the value of a key stands, else where the step does."""
        return self.places.get(key, self.step.place)

    # -- What every step can have ------------------------------------------------------------------------

    def common(self) -> dict[str, Any]:
        card = self.card
        otherwise = bool(card.only_if and card.only_if.text == "otherwise")
        fields: dict[str, Any] = {
            "otherwise": otherwise,
            "only_if": None if otherwise else self.condition(card.only_if),
            "not_before": self.condition(card.not_before),
            "not_before_spec": self.spec(card.not_before_time, self.place("Not before")),
            "done_when": self.condition(card.done_when),
            "if_late": self.handlers(card.if_late),
            "if_rejected": self.handlers(card.if_rejected),
            "if_fails": self.handlers(card.if_fails),
            "then": self.handler(card.then) if card.then else None,
            "again_always": card.again == "always",
            "each": self.each(),
        }
        if card.due:
            fields["due"] = self.spec(card.due.time, card.due.place, whose=self.who())
        elif not self.step.steps and self.asks():
            fields["due"] = Spec(DUE, whose=self.who())
        shown = [*card.show, *(name for text in card.attach for name in braced(text) or (text,))]
        self.named.update(self.naming.known(shown, self.names, self.place("Show" if card.show else "Attach")))
        return fields | {"names": frozenset(self.named)}

    def asks(self) -> bool:
        return not isinstance(self.card.action, Do | SetFields | Decide | Wait | RunProcess | Tell)

    def who(self) -> str | None:
        """Return the addressee as cards write it; without Who the person of Same person as is asked."""
        card = self.card
        if card.who and card.who.each:
            return f"{{{_one_of(card.who.each)}}}"
        addressee = card.who.addressee if card.who else card.same_as
        return write_addressee(addressee) if addressee else None

    def condition(self, expr: Expr | None, names: Names | None = None) -> Expression | None:
        if expr is None:
            return None
        found = self.naming.expression(expr, names or self.names, condition=True)
        if found:
            self.named.update(name for name in found.reads if not name.startswith("#"))
        return found

    def spec(self, time: str | None, place: Place, *, whose: str | None = None) -> Spec | None:
        if time is None:
            return None
        return Spec(time, self.naming.known(braced(time), self.names, place), whose)

    # -- Handlers ------------------------------------------------------------------------------------------

    def handlers(self, handlers: Iterable[CardHandler]) -> tuple[Handler, ...]:
        made = (self.handler(handler) for handler in handlers)
        return tuple(handler for handler in made if handler is not None)

    def handler(self, handler: CardHandler) -> Any:
        """Return the kernel's handler; None where it names a step that is not there (a fault then)."""
        match handler.do:
            case "go back" | "go to" | "repair":
                return self.going(handler)
            case "also ask" | "tell" | "ask instead":
                who = write_addressee(handler.who) if handler.who else ""
                return {"also ask": kernel.AlsoAsk, "tell": kernel.TellThem, "ask instead": kernel.AskInstead}[
                    handler.do
                ](who)
            case "run":
                return kernel.RunBeside(handler.target or "")
            case _:
                return _PLAIN[handler.do]

    def going(self, handler: CardHandler) -> Handler | None:
        key = self.naming.key(handler.target or "", handler.place)
        if key is None:
            return None
        if handler.do == "repair":
            return kernel.Repair(key, handler.rounds, self.handler(handler.then) if handler.then else None)
        return kernel.GoBack(key) if handler.do == "go back" else kernel.GoTo(key)

    # -- Instances -----------------------------------------------------------------------------------------

    def each(self) -> ForEach | None:
        """Return the instances of For each, each of {list} (one ask each) or 2 of <role>."""
        card = self.card
        around = self.naming.names_around(self.step)
        until = card.until
        fields: dict[str, Any] = {}
        if until:
            fields["until"] = self.condition(until.condition, around)
            fields["until_count"] = (until.count, until.outcome) if until.count and until.outcome else None
        if card.each:
            self.named.add(card.each.item)
            items = self.list_of(card.each.items, around, self.place("For each"))
            return ForEach(items, card.each.item, one_at_a_time=card.each.one_at_a_time, **fields)
        if card.who and card.who.each:
            items = self.list_of(card.who.each, around, card.who.place)
            return ForEach(items, _one_of(card.who.each), one_at_a_time=card.who.one_at_a_time, **fields)
        if card.who and card.who.count:
            numbers = tuple(Decimal(n) for n in range(card.who.count))
            return ForEach(Fixed(numbers), exclusive=True, **fields)
        return None

    def list_of(self, fact: str, names: Names, place: Place) -> Formula:
        """Return the list an iteration goes over; a fact that is none is a fault."""
        if self.naming.known((fact,), names, place) and (kind := names.kind(fact)).name not in ("list", "any"):
            self.naming.report.add("E307", place, came=fact, kind=kind.said())
        return FactList(fact)

    # -- Groups and doing ------------------------------------------------------------------------------------

    def group(self) -> dict[str, Any]:
        order = self.card.order or OrderOf("in turn")
        return {"kind": Kind.GROUP, "order": _ORDERS[order.how], "wanted": order.wanted}

    def doing(self) -> dict[str, Any]:
        action = self.card.action
        match action:
            case None | Confirm() | Approve() | FillIn() | Choose() | Read() | AnswerIt():
                return self.asking(action)
            case Tell(addressee):
                return {"kind": Kind.TELL, "who": write_addressee(addressee)}
            case Wait(time, message, about):
                return self.waiting(time, message, about)
            case Do(connector, name, arguments, gives):
                self.hand_over(arguments)
                return {"kind": Kind.ACTION, "call": f"{connector}.{name}", "gives": tuple(fact for fact, _ in gives)}
            case SetFields(assignments):
                self.naming.known((record for record, _, _ in assignments), self.names, self.place("Set"))
                named = tuple((f"{record}.{label}", value) for record, label, value in assignments)
                self.hand_over(named)
                return {"kind": Kind.ACTION, "call": "set", "sets": tuple(name for name, _ in named)}
            case RunProcess(process, arguments, gives):
                self.hand_over(arguments)
                return {"kind": Kind.RUN, "call": process, "gives": tuple(fact for fact, _ in gives)}
            case Decide(fact, _):
                return {
                    "kind": Kind.DECIDE,
                    "decision": Fixed(kernel.Unknown(f"{fact} is not decided in this version.", wrong=True)),
                }
            case _:
                assert_never(action)

    def asking(self, action: Confirm | Approve | FillIn | Choose | Read | AnswerIt | None) -> dict[str, Any]:
        fields: dict[str, Any] = {"kind": Kind.ASK, "who": self.who(), "not_by": self.not_by()}
        match action:
            case Approve(covered, _):
                fields |= {
                    "verb": Verb.APPROVE,
                    "covers": self.naming.known(covered, self.names, self.place("Approve")),
                }
            case FillIn(inputs):
                sources = [field_path(one.source or "") for one in inputs]
                records = {path[0] for path in sources if path and self.names.kind(path[0]).name == "record"}
                observable = all(path and path[0] in records for path in sources)
                fields |= {"verb": Verb.FILL_IN, "gives": tuple(one.name for one in inputs)}
                fields |= {"observable": observable, "looks": frozenset(records)}
            case Choose(fact, _):
                fields |= {"verb": Verb.CHOOSE, "gives": (fact,)}
            case AnswerIt(fact):
                fields |= {"verb": Verb.ANSWER, "gives": (fact,)}
            case Read():
                fields["verb"] = Verb.READ
            case None | Confirm():
                fields["verb"] = Verb.CONFIRM
            case _:
                assert_never(action)
        self.named.update(fields.get("covers", ()), fields.get("gives", ()))
        return fields

    def not_by(self) -> frozenset[str]:
        doers = (self.naming.key(one.step, self.place("Not by")) for one in self.card.not_by if isinstance(one, Doer))
        starter = (ROOT,) if Starter() in self.card.not_by else ()
        return frozenset((*starter, *(key for key in doers if key is not None)))

    def waiting(self, time: str | None, message: str | None, about: Expr | None) -> dict[str, Any]:
        fields: dict[str, Any] = {"kind": Kind.WAIT, "spec": self.spec(time, self.place("Wait")), "message": message}
        return fields | {"about": self.naming.expression(about, self.names) if about else None}

    def hand_over(self, arguments: tuple[tuple[str, Expr], ...]) -> None:
        """Keep the values a Do, Set or Run hands over."""
        formulas = ((name, self.naming.expression(expr, self.names)) for name, expr in arguments)
        made = tuple((name, formula) for name, formula in formulas if formula)
        self.named.update(read for _, formula in made for read in formula.reads if not read.startswith("#"))
        self.naming.arguments[self.naming.keys[self.step.name]] = made


def _one_of(fact: str) -> str:
    """Name the item of ``each of {list}``, which the page does not name."""
    return f"one of {fact}"


_PLAIN: Mapping[str, Handler] = {
    "skip": kernel.Skip(),
    "end": kernel.End(),
    "end the case": kernel.EndCase(),
    "fail": kernel.EndCase(failed=True),
    "go on": kernel.GoOn(),
}
