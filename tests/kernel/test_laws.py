"""The laws of the kernel, over generated programs and events."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doorstep.kernel import EventNotExpected, State, dry_run, dump, every_node, load, step
from doorstep.kernel import events as happened
from doorstep.kernel.commands import (
    CallAction,
    CloseCase,
    Command,
    SendAsk,
    StartCase,
    StartTimer,
    UnwatchRecord,
    WatchRecord,
    WithdrawAsk,
    WithdrawCase,
    WithdrawTimer,
)
from doorstep.kernel.events import Event
from doorstep.kernel.program import Kind, Program
from tests.kernel import generated
from tests.kernel.programs import ANA, AT, JON

STEPS = 12


class Ledger:
    """What is out: each order is followed by exactly one settlement or withdrawal."""

    def __init__(self) -> None:
        self.out: Counter[Any] = Counter()
        self.calls: Counter[Any] = Counter()
        self.closed = False

    def happens(self, event: Event) -> None:
        match event:
            case happened.AnswerArrived():
                self.drop("ask", event)
            case happened.TimerFired():
                assert self.out.pop(("timer", event.step, event.instance, event.purpose)) == 1
            case happened.CaseEnded():
                assert self.out.pop(("case", event.step, event.instance, event.purpose)) == 1
            case happened.ActionEnded():
                pass
            case happened.AddresseeNotFound():
                self.out["ask", event.step, event.instance] -= 1
            case _:
                pass

    def drop(self, kind: str, of: Any) -> None:
        assert self.out.pop((kind, of.step, of.instance), 0) > 0, of

    def order(self, command: Command, state: State) -> None:
        assert not self.closed
        of = (command.step, command.instance)
        match command:
            case SendAsk():
                self.out["ask", *of] += 1
            case WithdrawAsk():
                self.drop("ask", command)
            case StartTimer():
                self.start(("timer", *of, command.purpose))
            case WithdrawTimer():
                assert self.out.pop(("timer", *of, command.purpose)) == 1
            case StartCase():
                self.start(("case", *of, command.purpose))
            case WithdrawCase():
                assert self.out.pop(("case", *of, command.purpose)) == 1
            case WatchRecord():
                self.start(("watch", *of))
            case UnwatchRecord():
                assert self.out.pop(("watch", *of)) == 1
            case CallAction():
                key = (*of, command.round, command.purpose)
                assert not self.calls[key], "the same call twice"
                self.calls[key] += 1
            case CloseCase():
                self.closed = True
                self.check_closed(state)
            case _:
                pass

    def start(self, key: Any) -> None:
        assert self.out[key] == 0, f"{key} is out already"
        self.out[key] = 1

    def check_closed(self, state: State) -> None:
        left = {key for key, count in self.out.items() if count}
        observed = {("watch", *spot) for spot, node in state.nodes.items() if node.how == "observed"}
        assert left <= observed, left - observed


def check_no_dead_end(nodes: Program, state: State) -> None:
    """While a case is open something is open, waiting or stuck that is no mere group around other things."""
    if state.case != "open":
        return
    index = generated.index_of(generated.now(nodes, state))
    going = [
        key
        for key, instance, node in every_node(nodes, state)
        if node.status in ("waiting", "stuck")
        or (
            node.status == "open"
            and index.places[key].node.kind is not Kind.GROUP
            and not index.places[key].is_whole(instance)
        )
    ]
    assert going, state.nodes


def check_statuses(state: State) -> None:
    for spot, node in state.nodes.items():
        if node.status not in ("open", "stuck"):
            assert not node.asks, spot
        if node.status == "idle":
            assert not node.timers, spot
            assert not node.watched, spot


def play(data: Any, nodes: Program, steps: int = STEPS) -> tuple[list[Event], State]:
    """Let things happen to a case, and hold every law that can be held on the way."""
    state, ledger, journal = State(), Ledger(), list[Event]()
    for _ in range(steps):
        given_facts = data.draw(generated.facts())
        odd = data.draw(st.integers(0, 9)) == 0
        choices = generated.possible(nodes, state, given_facts, odd=odd)
        event = data.draw(st.sampled_from(choices))
        before = dump(state)
        try:
            after, commands = step(nodes, state, event)
        except EventNotExpected as refused:
            assert str(refused).startswith("Expected "), refused
            assert str(refused).endswith("."), refused
            assert dump(state) == before
            continue
        assert dump(state) == before, "the state before is a value"
        if state.case == "open":
            ledger.happens(event)
        for command in commands:
            ledger.order(command, after)
        state = after
        journal.append(event)
        check_no_dead_end(nodes, state)
        check_statuses(state)
        if state.case in ("done", "failed", "cancelled"):
            break
    return journal, state


@given(nodes=generated.programs(), data=st.data())
def test_balance_no_dead_end_and_refusals(nodes: Program, data: Any):
    play(data, nodes)


@given(nodes=generated.programs(), data=st.data())
def test_fold(nodes: Program, data: Any):
    journal, state = play(data, nodes)
    again = State()
    for event in journal:
        again, _ = step(nodes, again, event)
        kept = load(dump(again), pending=again.pending)
        assert kept == again
        again = kept
    assert again == state


@given(nodes=generated.programs(), data=st.data())
def test_migration_to_the_same_program_changes_nothing(nodes: Program, data: Any):
    _, state = play(data, nodes)
    if state.case != "open":
        return
    event = happened.CaseMigrated(at=AT, by=JON, old=nodes)
    after, commands = step(nodes, state, event)
    assert commands == ()
    assert after.nodes == state.nodes
    assert dry_run(nodes, state, event) == (after.deviations, commands)
