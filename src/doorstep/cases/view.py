"""A case and an ask as screens show them: everything read, nothing decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from doorstep.cases import closing, letter, seals
from doorstep.cases.answer_ask import differences
from doorstep.cases.asked import facts_at, node_at
from doorstep.cases.beside import Field, asked_beside, otherwise_now
from doorstep.cases.clock import business_now
from doorstep.cases.covering import Copy, copy_for, fields_of
from doorstep.cases.deliver import opened_case
from doorstep.cases.directory import name_of
from doorstep.cases.directory import person as person_by
from doorstep.cases.event_json import instance_of
from doorstep.cases.gathered import Opened
from doorstep.cases.models import Action, Ask, Case, Delivery
from doorstep.cases.naming import filled
from doorstep.cases.refusals import Difference
from doorstep.cases.saying import said
from doorstep.cases.seals import Erased
from doorstep.cases.status import Status, status_of
from doorstep.kernel.events import Instance
from doorstep.kernel.program import OUTCOMES, Verb
from doorstep.kernel.state import NodeState, State, every_node
from doorstep.kernel.state import name_of as step_name
from doorstep.library import bulletins
from doorstep.library.models import Bulletin
from doorstep.reading.page import ChecklistItem, Choose, FactKind, Page, Step


@dataclass(frozen=True, slots=True)
class Value:
    """A fact as it is shown; ``value`` is typed (a FileRef, Money …), ``text`` is for people."""

    name: str
    value: object
    text: str
    kind: FactKind | None = None


@dataclass(frozen=True, slots=True)
class StepView:
    """One step, group or instance of a case."""

    key: str
    instance: Instance
    name: str
    public_name: str
    node: NodeState
    step: Step | None
    by: str  # a person's name
    deliveries: tuple[Delivery, ...] = ()
    asks: tuple[Ask, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as its page alive.  ``erased``: its key was deleted, only the journal is left."""

    case: Case
    page: Page
    version: int
    starter: str
    steps: tuple[StepView, ...]
    facts: tuple[Value, ...]
    status: Status
    erased: bool = False
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class AskView:
    """An ask as its answer page shows it: what is covered and shown, the form, what happens if nothing is done.

    ``seen`` goes back with the answer: it binds it to what was covered.
    """

    ask: Ask
    case: Case
    process: str
    version: int
    starter: str
    step: Step | None
    guidance: str
    covered: tuple[Value, ...]
    shown: tuple[Value, ...]
    fields: tuple[Value, ...]
    options: tuple[str, ...]
    outcomes: tuple[str, ...]
    checklist: tuple[ChecklistItem, ...]
    seen: str
    wanted_by: datetime | None
    closing: str
    earlier: str  # the last remark of an earlier round: why it was rejected
    settled_by: str
    question: str
    bulletins: tuple[Bulletin, ...] = ()
    beside: tuple[Field, ...] = ()  # what is asked beside an approval
    otherwise: str = ""  # what it shows otherwise than it is now


def case_view(case: Case, *, reader: UUID | None = None, at: datetime | None = None) -> CaseView:
    """Return a case as its page alive, for a reader."""
    opened = opened_case(case)
    status = status_of(case, at=at, reader=reader)
    base = {"case": case, "page": opened.page.page, "version": opened.page.number, "starter": name_of(case.starter)}
    if opened.state is None:
        return CaseView(**base, steps=(), facts=(), status=status, erased=True)  # type: ignore[arg-type]
    facts = tuple(_value(opened, name, value) for name, value in opened.state.facts.items())
    steps = tuple(_steps(opened, opened.state))
    actions = tuple(Action.objects.filter(case_id=case.id).order_by("asked_at"))
    return CaseView(**base, steps=steps, facts=facts, status=status, actions=actions)  # type: ignore[arg-type]


def _steps(opened: Opened, state: State) -> list[StepView]:
    asks = list(Ask.objects.filter(case_id=opened.row.id).order_by("asked_at", "id"))
    deliveries = list(
        Delivery.objects.filter(case_id=opened.row.id).defer("sealed", "brief").order_by("position", "id")
    )
    found = []
    for key, instance, node in every_node(opened.page.program, state):
        mine = tuple(ask for ask in asks if ask.step == key and instance_of(ask.instance) == instance)
        ids = {str(ask.id) for ask in mine}
        view = StepView(
            key=key,
            instance=instance,
            name=node_at(opened.page, state, key).name,
            public_name=step_name(opened.page.program, key, instance),
            node=node,
            step=opened.step(key),
            by=name_of(UUID(node.by)) if node.by else "",
            deliveries=tuple(one for one in deliveries if one.about in ids),
            asks=mine,
        )
        found.append(view)
    return found


def _value(opened: Opened, name: str, value: object) -> Value:
    kind = opened.page.kinds.kinds.get(name)
    return Value(name, value, said(value, zone=ZoneInfo(opened.row.zone)), kind)


def ask_view(ask: Ask, *, reader: UUID | None = None, at: datetime | None = None) -> AskView:
    """Return an ask as its answer page shows it to a reader.  Raises Erased when the case's key was deleted."""
    case = Case.objects.get(id=ask.case_id)
    opened = opened_case(case)
    if opened.state is None or opened.salt is None:
        raise Erased("What this run knew was erased, so it can no longer be shown.")
    copy = Copy.from_json(seals.unseal_json(opened.salt, bytes(ask.sealed)))
    step = opened.step(ask.step)
    person = person_by(reader) if reader else None
    about = letter.About(opened, Delivery(purpose="ask"), ask, {}, copy, step, person, at or business_now())
    facts = facts_at(opened.page, opened.state, ask.step, instance_of(ask.instance))
    return AskView(
        ask=ask,
        case=case,
        process=opened.page.page.title,
        version=opened.page.number,
        starter=name_of(case.starter),
        step=step,
        guidance=filled(step.guidance, facts) if step else "",
        covered=tuple(_value(opened, name, value) for name, value in copy.covered.items()),
        shown=tuple(_value(opened, name, value) for name, value in copy.shown.items()),
        fields=_fields(opened, step, facts),
        options=_options(step),
        outcomes=OUTCOMES[Verb(ask.verb)],
        checklist=step.checklist if step else (),
        seen=ask.covered_hash,
        wanted_by=closing.wanted_by(about) if ask.state == "open" else None,
        closing=closing.if_nothing_is_heard(about) if ask.state == "open" else "",
        earlier=_earlier(opened, ask),
        settled_by=name_of(ask.answered_by) if ask.answered_by else "",
        question=seals.unseal(opened.salt, bytes(ask.question)).decode() if ask.question else "",
        bulletins=bulletins.of_step(case.process_id, ask.step, at=at or business_now()) if ask.state == "open" else (),
        beside=asked_beside(ask, opened.page.process_key),
        otherwise=otherwise_now(ask, opened.page.process_key, at=at or business_now()),
    )


def _fields(opened: Opened, step: Step | None, facts: Mapping[str, object]) -> tuple[Value, ...]:
    """Return the facts to fill in, with what is known of them already."""
    return tuple(_value(opened, field.name, facts.get(field.name)) for field in fields_of(step))


def _options(step: Step | None) -> tuple[str, ...]:
    action = step.card.action if step and step.card else None
    return action.options if isinstance(action, Choose) else ()


def _earlier(opened: Opened, ask: Ask) -> str:
    """Return what was said when the step, or the one it repairs, was last rejected."""
    asks = Ask.objects.filter(case_id=ask.case_id, state="answered").exclude(id=ask.id)
    last = asks.filter(outcome__in=("rejected", "changes wanted")).order_by("-settled_at").first()
    if last is None:
        return ""
    return str(seals.unseal_json(opened.salt, bytes(last.answer)).get("comment") or "")


def changed_since(ask: Ask, *, seen: Mapping[str, object]) -> tuple[Difference, ...]:
    """Return how what is covered now differs from the copy somebody saw (``AskView.covered`` by name)."""
    opened = opened_case(Case.objects.get(id=ask.case_id))
    if opened.state is None:
        return ()
    node = node_at(opened.page, opened.state, ask.step)
    facts = facts_at(opened.page, opened.state, ask.step, instance_of(ask.instance))
    return differences(Copy(seen, {}), copy_for(opened.step(ask.step), node, facts))
