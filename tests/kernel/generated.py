"""Programs and events made by hypothesis, for the laws."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import strategies as st
from tests.kernel import programs as made
from tests.kernel.programs import ANA, AT, JON, MIRA, Offers, Part, when

from doorstep.kernel import events as happened
from doorstep.kernel.events import Event, Happened
from doorstep.kernel.index import index_of
from doorstep.kernel.program import (
    OUTCOMES,
    AlsoAsk,
    AskInstead,
    End,
    EndCase,
    ForEach,
    GoBack,
    GoOn,
    GoTo,
    Handler,
    Kind,
    Order,
    Program,
    Repair,
    RunBeside,
    Skip,
    Spec,
    TellThem,
)
from doorstep.kernel.state import State, every_node, running

FACTS = ("a", "b", "c")
RECORD = {"Status": "Open"}


@dataclass
class Shape:
    """What has been drawn so far: names are S1, S2, …"""

    draw: Any
    plain: bool = False
    count: int = 0
    names: list[str] = field(default_factory=list)

    def name(self) -> str:
        self.count += 1
        self.names.append(f"S{self.count}")
        return self.names[-1]

    def chance(self, one_in: int) -> bool:
        return bool(self.draw(st.integers(0, one_in - 1)) == 0)

    def pick(self, *choices: Any) -> Any:
        return self.draw(st.sampled_from(choices))


@st.composite
def programs(draw: Any, *, plain: bool = False) -> Program:
    """A program: groups of each order, asks of each verb, what Doorstep does, conditions, handlers, For each.

    A plain one has no handler that settles and no group that counts.
    """
    shape = Shape(draw, plain)
    parts = _members(shape, depth=0)
    order = Order.IN_TURN if shape.chance(2) else Order.ALL_AT_ONCE
    return made.program(*parts, order=order, records=frozenset({"record"}), sources={"a": ("record", "A")})


def _members(shape: Shape, depth: int) -> list[Part]:
    parts: list[Part] = []
    for _ in range(shape.draw(st.integers(1, 3))):
        if depth < 2 and shape.chance(3):
            parts.append(_group(shape, depth))
        else:
            parts += _step(shape, [part.node.key for part in parts if not part.node.repair_of])
    return _with_ways_on(shape, parts)


def _group(shape: Shape, depth: int) -> Part:
    orders = (Order.IN_TURN, Order.ALL_AT_ONCE) if shape.plain else tuple(Order)
    order = shape.pick(*orders)
    name = shape.name()
    parts = _members(shape, depth + 1)
    fields = _conditions(shape) | _each(shape)
    if order is Order.ONE_OF:
        parts = [replace(part, node=replace(part.node, otherwise=part is parts[-1])) for part in parts]
    members = [part for part in parts if not part.node.repair_of]
    wanted = shape.draw(st.integers(1, len(members)))
    return made.group(name, *parts, order=order, wanted=wanted, **fields)


def _step(shape: Shape, earlier: list[str]) -> list[Part]:
    kind = shape.pick(Kind.ASK, Kind.ASK, Kind.ASK, Kind.ACTION, Kind.TELL, Kind.WAIT, Kind.RUN, Kind.DECIDE)
    name = shape.name()
    fields = _conditions(shape) | _each(shape)
    if kind is Kind.ASK:
        return _asking(shape, name, fields)
    if kind is Kind.WAIT:
        wanted = {"message": "paid"} if shape.chance(2) else {"spec": Spec("2 days")}
        return [made.wait(name, **wanted, **fields)]
    if kind is Kind.DECIDE and shape.plain:
        return [made.tells(name, **fields)]
    if kind is Kind.DECIDE:
        return [made.decide(name, when("b", lambda b: {"c": b}), **fields)]
    failing = {"if_fails": _way_out(shape)} if not shape.plain and shape.chance(2) else {}
    if kind is Kind.TELL:
        return [made.tells(name, **fields)]
    return [(made.action if kind is Kind.ACTION else made.run)(name, **failing, **fields)]


def _asking(shape: Shape, name: str, fields: dict[str, Any]) -> list[Part]:
    parts = [made.ask, made.approve, made.fill_in]
    make = shape.pick(*parts)
    if shape.chance(3):
        fields["due"] = Spec("1 day") if shape.chance(2) else Spec("{b}", ("b",))
        fields["if_late"] = _late(shape)
    if make is made.fill_in:
        watched = shape.chance(2)
        looks = {"observable": True, "looks": frozenset({"record"})} if watched else {}
        return [made.fill_in(name, "a", **{**fields, **looks})]
    if make is made.approve and shape.chance(2):
        fields["covers"] = (shape.pick(*FACTS),)
    if shape.chance(2):
        fields["if_rejected"] = (GoOn(),) if shape.plain else _way_out(shape)
    if not shape.plain and shape.chance(4):
        repair = f"{name} mended"
        shape.names.append(repair)
        fields["if_rejected"] = (Repair(repair, shape.pick(None, 1, 2), shape.pick(None, End(), AskInstead("boss"))),)
        mend = made.fill_in(repair, shape.pick(*FACTS), repair_of=frozenset({name}))
        return [make(name, **fields), mend]
    return [make(name, **fields)]


def _conditions(shape: Shape) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if shape.chance(5):
        fields["only_if"] = when(shape.pick(*FACTS), bool)
    if shape.chance(6):
        fields["not_before"] = when(shape.pick(*FACTS), bool)
    if shape.chance(8):
        fields["not_before_spec"] = Spec("{c}", ("c",))
    if shape.chance(6):
        if shape.chance(2):
            fields["done_when"] = when(shape.pick(*FACTS), lambda value: value == "seen")
        else:
            fields["done_when"] = when("record", lambda record: record.get("Status") == "Done")
            fields["looks"] = frozenset({"record"})
    if not shape.plain and shape.names and shape.chance(8):
        fields["only_if"] = Offers(shape.pick(*shape.names), shape.pick("done", "approved", "rejected", "late"))
    return fields


def _each(shape: Shape) -> dict[str, Any]:
    if shape.plain or not shape.chance(7):
        return {}
    items = when("list", list)
    until: dict[str, Any] = shape.pick({}, {}, {"until_count": (1, "approved")}, {"until": when("c", bool)})
    return {"each": ForEach(items, "item", one_at_a_time=shape.chance(3), exclusive=shape.chance(3), **until)}


def _way_out(shape: Shape) -> tuple[Handler, ...]:
    beside: tuple[Handler, ...] = (TellThem("boss"),) if shape.chance(3) else ()
    return (*beside, shape.pick(GoOn(), End(), EndCase(), EndCase(failed=True), Skip(), AskInstead("boss")))


def _late(shape: Shape) -> tuple[Handler, ...]:
    beside = (AlsoAsk("boss"), TellThem("boss"), AskInstead("boss"))
    if shape.plain:
        return (shape.pick(*beside),)
    return (shape.pick(*beside, RunBeside("other"), Skip(), End(), EndCase()),)


def _with_ways_on(shape: Shape, parts: list[Part]) -> list[Part]:
    """Now that the siblings are known: let some go back to an earlier one or on to a later one."""
    if shape.plain:
        return parts
    keys = [part.node.key for part in parts if not part.node.repair_of]
    return [replace(part, node=_way_on(shape, part, keys)) for part in parts]


def _way_on(shape: Shape, part: Part, keys: list[str]) -> Any:
    node = part.node
    if node.repair_of or node.key not in keys:
        return node
    at = keys.index(node.key)
    mends = any(isinstance(handler, Repair) for handler in node.if_rejected)
    if at > 0 and not mends and node.kind is Kind.ASK and shape.chance(4):
        node = replace(node, if_rejected=(GoBack(shape.pick(*keys[:at])),))
    if at + 1 < len(keys) and shape.chance(8):
        node = replace(node, then=GoTo(shape.pick(*keys[at + 1 :])))
    elif shape.chance(15):
        node = replace(node, then=shape.pick(End(), EndCase()))
    return node


# -- Events ----------------------------------------------------------------------------------------------------

VALUES = (None, False, True, "seen", 7)


def facts() -> st.SearchStrategy[dict[str, object]]:
    """Some of the facts, the list and the record among them."""
    return st.fixed_dictionaries(
        {},
        optional={
            "a": st.sampled_from(VALUES),
            "b": st.sampled_from(VALUES),
            "c": st.sampled_from(VALUES),
            "list": st.lists(st.integers(0, 3), max_size=3),
            "record": st.sampled_from([None, {"Status": "Open"}, {"Status": "Done"}, {"Status": "Open", "A": 3}]),
        },
    )


def possible(nodes: Program, state: State, given: dict[str, object], *, odd: bool = False) -> list[Event]:
    """What may well happen now, and some of what does not fit; ``odd``: what people do now and then."""
    if state.case == "":
        return [happened.CaseStarted(at=AT, by=ANA, facts=given)]
    if odd and (rare := _once(nodes, state)):
        return rare
    found: list[Event] = [happened.FactsChanged(at=AT, by=ANA, facts=given)]
    found.append(happened.MessageArrived(at=AT, name="paid"))
    for key, instance, node in every_node(nodes, state):
        found += _of_step(nodes, given, (key, instance, node))
    return found


def _of_step(nodes: Program, given: dict[str, object], spot: Any) -> Iterator[Event]:
    key, instance, node = spot
    card = index_of(nodes).places[key].node
    of: dict[str, Any] = {"at": AT, "step": key, "instance": instance, "by": MIRA}
    if node.asks:
        values = {name: given.get(name) or 1 for name in card.gives}
        for outcome in OUTCOMES[card.verb] * 3:
            yield happened.AnswerArrived(outcome=outcome, facts=values, **of)
        yield happened.AddresseeNotFound(**of)
        yield happened.AskReassigned(to="other", **of)
    if node.watched:
        seen = {name: value for name, value in given.items() if name == "record" and value}
        yield happened.RecordObserved(facts=seen, **of)
        yield happened.RecordObserved(failed="No answer.", **of)
    for timer in node.timers:
        yield happened.TimerFired(purpose=timer, **of)
    for case in node.cases:
        yield happened.CaseEnded(purpose=case, result="done" if given else "failed", **of)
    if card.kind is Kind.ACTION and node.status == "open":
        for result in ("ok", "failed", "unknown"):
            yield happened.ActionEnded(result=result, **of)
    yield from _by_people(node.status, of)


def _once(nodes: Program, state: State) -> list[Event]:
    """What people do now and then: before the turn of a step, or instead of it."""
    spots = [(key, instance, node.status) for key, instance, node in every_node(nodes, state)]
    kinds: dict[str, tuple[Any, ...]] = {
        "idle": (happened.StepDoneAhead, happened.StepSkipped, happened.StepOverridden),
        "waiting": (happened.StepSkipped, happened.StepDeferred),
        "open": (happened.StepSkipped, happened.StepOverridden, happened.StepDeferred),
    }
    return [
        kind(at=AT, by=JON, step=key, instance=instance)
        for key, instance, status in spots
        for kind in kinds.get(status, ())
    ]


def _by_people(status: str, of: dict[str, Any]) -> Iterator[Event]:
    kinds: dict[str, tuple[type[Happened], ...]] = {
        "waiting": (happened.AnswerWithdrawn,),
        "stuck": (happened.StepRetried, happened.StepRetried, happened.StepOverridden),
        "done": (happened.StepReopened, happened.AnswerWithdrawn),
        "overridden": (happened.StepReopened,),
    }
    for kind in kinds.get(status, ()):
        yield kind(**{**of, "by": JON})  # type: ignore[misc]


def now(nodes: Program, state: State) -> Program:
    return running(nodes, state)
