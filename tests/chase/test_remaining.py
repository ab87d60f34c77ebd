"""What is still to come, read from a program and its state."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from doorstep.chase.policy import DEFAULT
from doorstep.chase.remaining import held_up, remaining
from doorstep.chase.run import Ahead
from doorstep.kernel.program import ROOT, Kind, Link, Node, Order, Program
from doorstep.kernel.state import Added, NodeState, State


def node(key: str, *after: str, parent: str = ROOT, kind: Kind = Kind.ASK, **more: Any) -> Node:
    return Node(key, key.capitalize(), kind, parent=parent, links=tuple(Link(source) for source in after), **more)


FRIDAY = Program(
    (
        Node(ROOT, "Close a client project", Kind.GROUP, parent=None),
        node("three", kind=Kind.GROUP, order=Order.ALL_AT_ONCE),
        node("deploy", parent="three"),
        node("sign", parent="three"),
        node("amend", parent="three", repair_of=frozenset({"sign"})),
        node("review", "sign", parent="three"),
        node("crm", "three", kind=Kind.ACTION),
        node("tell", "crm", kind=Kind.TELL),
    )
)


def state(**statuses: str) -> State:
    return State(case="open", nodes={(key, ()): NodeState(status=status) for key, status in statuses.items()})


def needs(state: State, program: Program = FRIDAY) -> dict[str, tuple[str, ...]]:
    return {ahead.step: ahead.after for ahead in remaining(program, state)}


def test_what_is_to_come_before_anything_opened() -> None:
    assert needs(State()) == {
        "Deploy": (),
        "Sign": (),
        "Review": ("Sign",),
        "Crm": ("Deploy", "Review"),
        "Tell": ("Crm",),
    }


def test_what_is_open_is_needed_and_what_is_settled_is_not() -> None:
    assert needs(state(three="open", deploy="done", sign="open")) == {
        "Review": ("Sign",),
        "Crm": ("Review",),
        "Tell": ("Crm",),
    }
    assert needs(state(three="done", deploy="done", sign="done", review="skipped", crm="open")) == {"Tell": ("Crm",)}


def test_nothing_is_to_come_in_a_group_that_is_over() -> None:
    assert needs(state(three="skipped", deploy="cancelled")) == {"Crm": (), "Tell": ("Crm",)}


def test_a_step_is_as_long_as_usual() -> None:
    ahead = remaining(FRIDAY, state(three="open", sign="open", deploy="done"), usual={"review": timedelta(hours=3)})
    assert ahead == (
        Ahead(step="Review", after=("Sign",), asks=True, usual=timedelta(hours=3), policy=DEFAULT),
        Ahead(step="Crm", after=("Review",)),
        Ahead(step="Tell", after=("Crm",)),
    )


def test_instances_are_named_one_by_one() -> None:
    running = State(
        case="open",
        nodes={
            ("three", ()): NodeState(status="open"),
            ("deploy", (0,)): NodeState(status="done"),
            ("deploy", (1,)): NodeState(status="open"),
            ("deploy", ()): NodeState(status="open"),
            ("review", ()): NodeState(status="done"),
            ("sign", ()): NodeState(status="done"),
        },
    )
    assert needs(running) == {"Crm": ("Deploy[1]",), "Tell": ("Crm",)}


def test_a_step_that_waits_for_its_repair_is_asked_again_and_the_repair_holds_it_up() -> None:
    rejected = State(
        case="open",
        nodes={
            ("three", ()): NodeState(status="open"),
            ("deploy", ()): NodeState(status="done"),
            ("sign", ()): NodeState(status="waiting", how="repair", awaits="amend"),
            ("amend", ()): NodeState(status="open"),
        },
    )
    assert needs(rejected) == {"Sign": ("Amend",), "Review": ("Sign",), "Crm": ("Review",), "Tell": ("Crm",)}
    assert held_up(FRIDAY, rejected, "amend") == ("Sign", "Review", "Crm", "Tell")


def test_added_steps_are_to_come_as_well() -> None:
    added = State(case="open", added=(Added(node("check"), "crm", beside=False),))
    assert needs(added)["Tell"] == ("Check",)


def test_a_step_holds_up_all_that_come_after_it() -> None:
    assert held_up(FRIDAY, state(three="open", sign="open", deploy="open"), "sign") == ("Review", "Crm", "Tell")
    assert held_up(FRIDAY, state(three="open", sign="open", deploy="open"), "deploy") == ("Crm", "Tell")
    assert held_up(FRIDAY, state(three="done", crm="done", tell="open"), "tell") == ()
