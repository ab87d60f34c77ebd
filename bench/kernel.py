"""Kernel steps per second on one core, in memory, and the size of a case's state.

One run of Friday: start, looks, an answer before the due time and one after it, a rejection that is
amended and asked again, the action's end.  Prints one JSON object a line.
"""

from __future__ import annotations

import json
import statistics
import time
from datetime import UTC, datetime
from pathlib import Path

from doorstep.kernel.events import ActionEnded, AnswerArrived, CaseStarted, Event, RecordObserved, TimerFired
from doorstep.kernel.program import Program
from doorstep.kernel.saved import dump
from doorstep.kernel.state import State
from doorstep.kernel.step import step
from doorstep.reading.compile import compile as compile_page
from doorstep.reading.text import read

PAGE = Path(__file__).parents[1] / "pages" / "close-client-project.md"
AT = datetime(2026, 3, 6, 16, 0, tzinfo=UTC)
ANA, MIRA, SAM, PRIYA = (f"{name}@northwind.example" for name in ("ana", "mira", "sam", "priya"))
TARGET, MOST_BYTES = 20_000, 2_048
ROUNDS, SECONDS = 7, 1.0


def friday() -> Program:
    """Return the Friday page's program."""
    return compile_page(read(PAGE.read_text()).page).program


def events() -> list[Event]:
    """Return all that happens on a Friday with one rejection and one silence."""
    deployment, contract, amend = "Confirm the deployment", "Sign off the contract", "Amend the contract"
    logistics, crm = "Confirm logistics", "Update the CRM"
    opportunity = {"Name": "Harbour", "Account": {"Name": "Contoso"}, "Amount": 52_000, "Release": {"Status": "Open"}}
    given = {"go-live": "2026-03-12", "contact": "kim@contoso.example"}
    return [
        CaseStarted(at=AT, by=ANA, facts={"opportunity": opportunity, "contract": "contract.pdf"}),
        RecordObserved(at=AT, step=deployment),
        RecordObserved(at=AT, step=logistics, facts={"opportunity": {"Stage": "Delivery"}}),
        TimerFired(at=AT, step=deployment, purpose="due"),
        AnswerArrived(at=AT, by=SAM, step=deployment, outcome="done"),
        AnswerArrived(at=AT, by=MIRA, step=contract, outcome="rejected"),
        AnswerArrived(at=AT, by=ANA, step=amend, outcome="done", facts={"contract": "contract-2.pdf"}),
        AnswerArrived(at=AT, by=PRIYA, step=logistics, outcome="done", facts=given),
        AnswerArrived(at=AT, by=MIRA, step=contract, outcome="approved"),
        ActionEnded(at=AT, step=crm, result="ok"),
    ]


def play(program: Program, happening: list[Event]) -> list[State]:
    """Return the states of one case."""
    states = [State()]
    for event in happening:
        state, _ = step(program, states[-1], event)
        states.append(state)
    return states


def steps_per_second(program: Program, happening: list[Event]) -> float:
    """Return the median over rounds of a second each, of the core's time: others may want it meanwhile."""
    figures = []
    for _ in range(ROUNDS):
        count, begun = 0, time.process_time()
        while time.process_time() - begun < SECONDS:
            state = State()
            for event in happening:
                state, _ = step(program, state, event)
            count += len(happening)
        figures.append(count / (time.process_time() - begun))
    return statistics.median(figures)


def size(state: State) -> int:
    """Return how many bytes a state has as JSON, without its facts."""
    return len(json.dumps({name: part for name, part in dump(state).items() if name != "facts"}).encode())


def show(name: str, value: float, unit: str, *, target: float, holds: bool) -> None:
    line = {"name": name, "value": round(value), "unit": unit, "against": target, "ratio": round(value / target, 2)}
    print(json.dumps({**line, "target": target, "holds": holds}))


def main() -> None:
    program, happening = friday(), events()
    states = play(program, happening)
    if states[-1].case != "done":
        raise SystemExit(f"Expected Friday to come to its end, but the case is {states[-1].case}.")
    speed = steps_per_second(program, happening)
    show("kernel steps", speed, "steps/s", target=TARGET, holds=speed >= TARGET)
    largest = max(map(size, states))
    show("kernel state", largest, "bytes", target=MOST_BYTES, holds=largest <= MOST_BYTES)


if __name__ == "__main__":
    main()
