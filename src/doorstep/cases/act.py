"""Act: call another system for a Do or a Set, and tell the case how it ended.

An outcome nobody knows is read back: connectors compare before they write and find what they made by its
idempotency key, so asking them again after a minute is reading back, never a blind retry.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import transaction

from doorstep.cases import outbox, seals
from doorstep.cases.advance import Handoff
from doorstep.cases.clock import business_now, real_now
from doorstep.cases.deliver import opened_case, paused
from doorstep.cases.event_json import instance_of
from doorstep.cases.gathered import Opened
from doorstep.cases.loaded import load_case
from doorstep.cases.models import Action, Case
from doorstep.cases.records import Record, record_at
from doorstep.connections.models import Connection
from doorstep.connections.queries import integration_of, of_system
from doorstep.connections.sessions import session
from doorstep.kernel import values
from doorstep.kernel.draft import Draft
from doorstep.kernel.errors import EventNotExpected
from doorstep.kernel.events import ActionEnded, FactsChanged
from doorstep.kernel.index import index_of
from doorstep.kernel.program import Unknown
from doorstep.kernel.scope import Inside
from doorstep.kernel.state import State
from doorstep.plugin_api import ConnectionPaused, Connector, Session, WriteFailed, WriteResult, WriteUnknown
from doorstep.plugin_api.registry import built_in
from doorstep.reading.facts import NotOfKind
from doorstep.reading.page import Do, SetFields, Step

READ_BACK = timedelta(minutes=1)
"""How long we wait before an unknown outcome is read back: searches elsewhere are late by less than that."""

ATTEMPTS = 8
"""After so many attempts a failure is told to the case, and an unknown outcome to a person."""


class NotDone(Exception):
    """The action cannot be called as it stands; the message says what is missing."""


@dataclass
class Done:
    """What a call found and did, over all records it wrote."""

    facts: dict[str, object] = field(default_factory=dict)
    old: dict[str, object] = field(default_factory=dict)
    new: dict[str, object] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)

    def add(self, result: WriteResult, prefix: str = "") -> None:
        """Add what one write did."""
        self.facts |= result.facts
        self.old |= {prefix + name: value for name, value in result.old.items()}
        self.new |= {prefix + name: value for name, value in result.new.items()}
        self.links += [result.link] if result.link else []


def act(action: Action) -> None:
    """Carry out one claimed action."""
    case = opened_case(Case.objects.get(id=action.case_id))
    step = case.step(action.step)
    if case.state is None or step is None or step.card is None:
        _end(action, "failed", why="What this run knew was erased, so nothing can be done for it.")
        return
    try:
        done = _call(case, case.state, action, step)
    except NotDone as error:
        _end(action, "failed", why=str(error))
    except WriteFailed as error:
        _failed(action, error)
    except WriteUnknown as error:
        _unknown(action, str(error))
    except ConnectionPaused as error:
        outbox.put_off_action(action, why=str(error), after=None)
    else:
        _end(action, "ok", done=done, step=step)


def _failed(action: Action, error: WriteFailed) -> None:
    if error.permanent or action.attempts >= ATTEMPTS:
        _end(action, "failed", why=str(error))
    else:
        outbox.put_off_action(action, why=str(error), after=error.retry_after)


def _unknown(action: Action, why: str) -> None:
    if action.attempts >= ATTEMPTS:
        _end(action, "unknown", why=why)
    else:
        outbox.put_off_action(action, why=why, after=READ_BACK, state="unknown")


# -- Calling -------------------------------------------------------------------------------------------


def _call(case: Opened, state: State, action: Action, step: Step) -> Done:
    """Call what the step says.  Raises NotDone, and what the connector raises."""
    given = _arguments(case, state, action)
    match step.card.action if step.card else None:
        case Do(connector=name, action=wanted):
            return _do(name, wanted, given, action)
        case SetFields():
            return _set(case, state, given, action)
        case _:
            raise NotDone(f"“{step.name}” is nothing Doorstep can do by itself.")


def _arguments(case: Opened, state: State, action: Action) -> dict[str, object]:
    """Return what is handed over, from facts and steps as they are now."""
    index = index_of(case.page.program).extended(state.added)
    draft = Draft(index, state, FactsChanged(at=business_now(), facts={}))
    scope = Inside(draft, (action.step, instance_of(action.instance)))
    given = {name: formula.value(scope) for name, formula in case.page.arguments.get(action.step, ())}
    for name, value in given.items():
        if isinstance(value, Unknown):
            raise NotDone(f"{name} is not known: {value.why}")
    return given


def _do(name: str, wanted: str, given: Mapping[str, object], action: Action) -> Done:
    done = Done()
    own = built_in(name)
    if own is not None:
        done.add(own.call(wanted, given, idempotency_key=action.key))
        return done
    row, connector = connector_of(name)
    with at_work(row) as opened:
        done.add(connector.call(opened, wanted, given, idempotency_key=action.key))
    return done


def _set(case: Opened, state: State, given: Mapping[str, object], action: Action) -> Done:
    """Write fields, record by record: the same key for the same record, whatever its turn."""
    by_record: dict[str, dict[str, object]] = defaultdict(dict)
    for name, value in given.items():
        fact, _, label = name.partition(".")
        by_record[fact][label] = value
    done = Done()
    for fact, fields in by_record.items():
        record = _record(case, state, fact)
        row, connector = connector_of(record.system)
        with at_work(row) as opened:
            key = f"{action.key}/{fact}"
            done.add(connector.write(opened, record.type, record.key, fields, idempotency_key=key), f"{fact}.")
    return done


def _record(case: Opened, state: State, fact: str) -> Record:
    record = record_at(case.page.page, state.facts, fact)
    if record is None:
        raise NotDone(f"It is not known which record {fact} is. Fill it in and try again.")
    return record


def connector_of(system: str) -> tuple[Connection, Connector]:
    """Return the connection to a system and its connector.  Raises NotDone without one."""
    row = of_system(system)
    made = integration_of(row).connector if row else None
    if row is None or made is None:
        raise NotDone(f"There is no connection to {system}. An administrator can add one under Connections.")
    return row, made()


class at_work:  # noqa: N801  (reads as words: with at_work(connection))
    """A session of a connection; credentials that no longer work pause it."""

    def __init__(self, row: Connection) -> None:
        self._row = row
        self._session = session(row)

    def __enter__(self) -> Session:
        return self._session.__enter__()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        self._session.__exit__(kind, error, None)
        if isinstance(error, ConnectionPaused):
            paused(self._row, str(error))


# -- The end -------------------------------------------------------------------------------------------


def _end(action: Action, result: str, *, why: str = "", done: Done | None = None, step: Step | None = None) -> None:
    """Record how it ended and let the case go on, in one transaction."""
    done = done or Done()
    with transaction.atomic():
        handoff = Handoff(load_case(action.case_id), at=business_now(), real=real_now())
        content = {"old": _plain(done.old), "new": _plain(done.new), "links": done.links, "why": why, "key": action.key}
        states = {"ok": "done", "failed": "failed", "unknown": "stuck"}
        row = {"id": action.id, "state": states[result], "error": why, "ended_at": handoff.at}
        handoff.writes.add("acted", {**row, "sealed": seals.seal_json(handoff.case.salt, content)})
        event = ActionEnded(
            at=handoff.at,
            step=action.step,
            instance=instance_of(action.instance),
            round=action.round,
            result=result,
            facts=_given(handoff, step, done) if step else {},
            why=why,
        )
        try:
            handoff.take(event, content)
        except EventNotExpected as error:  # it ended after the step was settled otherwise: kept as a note
            handoff.note("ActionEndedLate", {**content, "why": str(error)})
        handoff.write()


def _given(handoff: Handoff, step: Step, done: Done) -> dict[str, object]:
    """Return the facts a Do gives: results by the names its card gives them."""
    action = step.card.action if step.card else None
    gives = dict(action.gives) if isinstance(action, Do) else {}
    results = {**done.new, **done.facts}
    found = {fact: results[result] for fact, result in gives.items() if result in results}
    try:
        return handoff.case.page.kinds.read(found)
    except NotOfKind:
        return found


def _plain(facts: Mapping[str, object]) -> dict[str, object]:
    return {name: _encoded(value) for name, value in facts.items()}


def _encoded(value: object) -> object:
    try:
        return values.encode(value)
    except TypeError:
        return str(value)
