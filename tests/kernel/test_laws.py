"""The laws of the kernel, over generated programs and events."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.kernel import generated
from tests.kernel.programs import ANA, AT, JON

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
from doorstep.kernel.errors import EventNotExpected
from doorstep.kernel.events import Event
from doorstep.kernel.index import index_of
from doorstep.kernel.program import Kind, Program
from doorstep.kernel.saved import dump, load
from doorstep.kernel.state import State, every_node
from doorstep.kernel.step import dry_run, step

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
                self.settle(event)
            case happened.TimerFired():
                assert self.out.pop(("timer", event.step, event.instance, event.purpose)) == 1
            case happened.CaseEnded():
                assert self.out.pop(("case", event.step, event.instance, event.purpose)) == 1
            case happened.ActionEnded():
                pass
            case happened.AddresseeNotFound():
                self.settle(event)
            case _:
                pass

    def settle(self, event: happened.OfStep) -> None:
        """One ask is settled; the others that are out are withdrawn."""
        self.out["ask", event.step, event.instance] -= 1
        assert self.out["ask", event.step, event.instance] >= 0, event

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
    index = index_of(generated.now(nodes, state))
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


def check_refusal(sentence: str) -> None:
    assert sentence.startswith("Expected "), sentence
    assert sentence.endswith("."), sentence


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
            check_refusal(str(refused))
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
def test_balance_no_dead_end_and_refusals(nodes: Program, data: Any) -> None:
    play(data, nodes)


@given(nodes=generated.programs(), data=st.data())
def test_fold(nodes: Program, data: Any) -> None:
    journal, state = play(data, nodes)
    again = State()
    for event in journal:
        again, _ = step(nodes, again, event)
        kept = load(dump(again), pending=again.pending)
        assert kept == again
        again = kept
    assert again == state


@given(nodes=generated.programs(), data=st.data())
def test_migration_to_the_same_program_changes_nothing(nodes: Program, data: Any) -> None:
    _, state = play(data, nodes)
    if state.case != "open":
        return
    event = happened.CaseMigrated(at=AT, by=JON, old=nodes)
    after, commands = step(nodes, state, event)
    assert commands == ()
    assert after.nodes == state.nodes
    assert dry_run(nodes, state, event) == (after.deviations, commands)


# -- Suspended ---------------------------------------------------------------------------------------------------


@given(nodes=generated.programs(), data=st.data())
def test_events_kept_while_suspended_do_what_they_would_have_done(nodes: Program, data: Any) -> None:
    _, state = play(data, nodes, 4)
    if state.case != "open":
        return
    choices = generated.possible(nodes, state, data.draw(generated.facts()))
    coming = data.draw(st.lists(st.sampled_from(choices), max_size=3))
    apart, gave = state, list[Command]()
    for event in coming:
        try:
            apart, more = step(nodes, apart, event)
        except EventNotExpected:
            continue
        gave += more
    together, _ = step(nodes, state, happened.CaseSuspended(at=AT, by=ANA))
    for event in coming:
        together, nothing = step(nodes, together, event)
        assert nothing == ()
    together, commands = step(nodes, together, happened.CaseResumed(at=AT, by=ANA))
    assert (together, list(commands)) == (apart, gave)


# -- Commuting ---------------------------------------------------------------------------------------------------


def touched(nodes: Program, before: State, after: State) -> set[Any]:
    """What an event wrote: statuses and all else of nodes, facts, messages.

    What a group settles as follows from its members, whoever comes last; its turn is written.
    """
    index = index_of(nodes)
    spots = {spot for spot in {*before.nodes, *after.nodes} if before.node(*spot) != after.node(*spot)}
    wrote = {
        spot
        for spot in spots
        if not index.places[spot[0]].children or before.node(*spot).status in ("idle", "waiting", "stuck")
    }
    names = {*before.facts, *after.facts}
    return wrote | {name for name in names if before.facts.get(name) != after.facts.get(name)}


def read_by(nodes: Program, spots: set[Any]) -> set[Any]:
    """What nodes read: the facts and steps they name, their sources, what is in a group, what stands around them."""
    index = index_of(nodes)
    found: set[Any] = set()
    for key, place in index.places.items():
        if any(spot[0] in (key, *place.targets, *place.around) for spot in spots if isinstance(spot, tuple)):
            found |= {name for name, keys in index.readers.items() if key in keys}
            found |= {link.source for link in place.node.links}
    return found | {f"#{key}" for key in found}


def names_of(touching: set[Any]) -> set[str]:
    return {f"#{one[0]}" if isinstance(one, tuple) else one for one in touching}


def apart_from_each_other(nodes: Program, mine: set[Any], yours: set[Any]) -> bool:
    """Neither reads or writes what the other writes."""
    return not (mine & yours or read_by(nodes, mine) & names_of(yours) or read_by(nodes, yours) & names_of(mine))


def after_both(nodes: Program, state: State, events: tuple[Event, Event]) -> tuple[State, Counter[Command]] | None:
    given_commands: Counter[Command] = Counter()
    for event in events:
        try:
            state, commands = step(nodes, state, event)
        except EventNotExpected:
            return None
        given_commands.update(commands)
    return state, given_commands


@given(nodes=generated.programs(plain=True), data=st.data())
def test_commuting(nodes: Program, data: Any) -> None:
    _, state = play(data, nodes, 6)
    if state.case != "open":
        return
    choices = generated.possible(nodes, state, data.draw(generated.facts()))
    one, other = data.draw(st.sampled_from(choices)), data.draw(st.sampled_from(choices))
    alone = [_alone(nodes, state, event) for event in (one, other)]
    if None in alone or any(after.case != "open" or _rounds(after) != _rounds(state) for after in alone if after):
        return  # what closes the case or goes back touches the groups around, too
    wrote = [
        touched(nodes, state, after) | _of(nodes, event)
        for event, after in zip((one, other), alone, strict=True)
        if after
    ]
    if apart_from_each_other(nodes, *wrote):
        assert after_both(nodes, state, (one, other)) == after_both(nodes, state, (other, one))


def _rounds(state: State) -> dict[Any, int]:
    return {spot: node.round for spot, node in state.nodes.items() if node.round > 1}


def _of(nodes: Program, event: Event) -> set[Any]:
    """What an event is about: its step, and the facts it gives, the same value or another; messages are one list."""
    found = set(getattr(event, "facts", ()))
    if isinstance(event, happened.MessageArrived):
        found.add("messages")
    if isinstance(event, happened.OfStep):
        found |= {(event.step, event.instance), *index_of(nodes).places[event.step].node.gives}
    return found


def _alone(nodes: Program, state: State, event: Event) -> State | None:
    try:
        return step(nodes, state, event)[0]
    except EventNotExpected:
        return None
