"""Who moved a record to its end: the addressee's own move is their answer, in the system where they work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from doorstep.cases.advance import Handoff
from doorstep.cases.answer_ask import answer_ask, recall
from doorstep.cases.asked import node_at
from doorstep.cases.clock import business_now, real_now
from doorstep.cases.event_json import instance_of
from doorstep.cases.loaded import Loaded, load_case
from doorstep.cases.models import Action, Ask
from doorstep.cases.naming import value_at
from doorstep.cases.noting import Noting
from doorstep.cases.refusals import AlreadySettled, NotAllowed, Refused
from doorstep.kernel.errors import EventNotExpected
from doorstep.kernel.events import AnswerArrived
from doorstep.people.models import ExternalAccount
from doorstep.plugin_api import RecordRead


@dataclass(frozen=True, slots=True)
class Moved:
    """A record whose state says done, rejected or unclear to what is asked on it."""

    system: str
    read: RecordRead


def settle(action: Action, moved: Moved, facts: Mapping[str, object]) -> bool:
    """Take a move as the answer of whoever is asked; return whether it was one.

    Somebody else's move answers no approval: the starter is told of it.  An end that counts neither as a
    yes nor as a no (“Won't do”) is asked about on the thread.
    """
    ask = Ask.objects.filter(case_id=action.case_id, step=action.step, instance=action.instance, state="open").first()
    if ask is None:
        return False
    if moved.read.outcome == "unclear":
        return _ask_about(ask, moved)
    by = _who(moved)
    if by is not None:
        try:
            _answer(ask, moved, facts, by=by, key=f"look:{action.id}")
        except NotAllowed:  # somebody else's move, which is observed
            return _by_somebody(ask, moved)
        except AlreadySettled:  # two records of one ask were read at once, and the other look was first
            return True
        except Refused as error:
            return _ask_about(ask, moved, str(error))
        return True
    return _by_somebody(ask, moved)


def _who(moved: Moved) -> UUID | None:
    """Return the person behind the account that moved it."""
    accounts = ExternalAccount.objects.filter(system__iexact=moved.system, external_id=moved.read.changed_by)
    return accounts.values_list("person", flat=True).first() if moved.read.changed_by else None


def _answer(ask: Ask, moved: Moved, facts: Mapping[str, object], *, by: UUID, key: str) -> None:
    outcome = {"done": "approved" if ask.verb == "approve" else "done"}.get(moved.read.outcome, "rejected")
    given = _filled(ask, facts) if ask.verb == "fill in" else {}
    ticked = [text for text, done in moved.read.ticked.items() if done] if moved.read.ticked else None
    answer_ask(
        ask_id=ask.id, outcome=outcome, by=by, proof="login", facts=given, ticked=ticked, channel=moved.system, key=key
    )


def _filled(ask: Ask, facts: Mapping[str, object]) -> dict[str, object]:
    """Return the facts to fill in from the fields of the records as they were read."""
    with transaction.atomic():
        case = load_case(ask.case_id)
    known = {**case.state.facts, **facts}
    node = node_at(case.page, case.state, ask.step)
    paths = {name: ".".join(case.page.program.sources.get(name, (name,))) for name in node.gives}
    return {name: value for name, path in paths.items() if (value := value_at(known, path)) is not None}


def _by_somebody(ask: Ask, moved: Moved) -> bool:
    """Take a move by nobody we ask: it settles a plain confirmation, and answers no approval."""
    if ask.verb == "approve":
        with Noting(ask.id, at=business_now()) as noting:
            text = f"{moved.read.key} was moved to its end by somebody who is not asked; that approves nothing."
            if ask.told != text:
                noting.set(told=text)
                noting.tell_starter("remark", {"text": text})
        return False
    with transaction.atomic():
        case = load_case(ask.case_id)
        if ask.verb != "confirm" or node_at(case.page, case.state, ask.step).done_when is not None:
            return False
        return _observed(case, ask, moved)


def _observed(case: Loaded, ask: Ask, moved: Moved) -> bool:
    handoff = Handoff(case, at=business_now(), real=real_now())
    handoff.answered = ask.id
    place = {"step": ask.step, "instance": instance_of(ask.instance), "round": ask.round}
    event = AnswerArrived(at=handoff.at, outcome=moved.read.outcome, **place)  # type: ignore[arg-type]
    content = {"channel": moved.system, "record": moved.read.key, "account": moved.read.changed_by}
    try:
        handoff.take(event, content)
    except EventNotExpected:
        return False
    row = {"id": ask.id, "case_id": case.id, "settled_at": handoff.at, "proof": "link"}
    late = {"outcome": event.outcome, "answered_as": moved.read.changed_by, "answer": b""}
    handoff.writes.add("answered", {**row, **late})
    recall(handoff, ask.id, event)
    handoff.write()
    return True


def _ask_about(ask: Ask, moved: Moved, why: str = "") -> bool:
    """Ask on the thread what an end means that is neither a yes nor a no; once for each such end."""
    text = why or f"{moved.read.key} was ended, but not in a way that says yes or no. Was it done? Please answer here."
    # Not the record's stamp: our asking on it moves that, and we would ask again without end.
    mark = f"{moved.read.key}@{moved.read.changed_at}: {text}"
    if ask.told != mark:
        with Noting(ask.id, at=business_now()) as noting:
            noting.set(told=mark)
            noting.entry("AskedAbout", {"text": text, "record": moved.read.key}, by=None)
            noting.follow("clarify", {"text": text})
    return True
