"""An ask as its answer page shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from doorstep.cases import closing, seals
from doorstep.cases.covering import Copy, fields_of
from doorstep.cases.deliver import opened_case
from doorstep.cases.gathered import Opened
from doorstep.cases.letter import About, Envelope, letter_of
from doorstep.cases.models import Ask, Case, Delivery
from doorstep.cases.records import LINK
from doorstep.cases.saying import said
from doorstep.kernel.values import FileRef
from doorstep.people.reference import PersonRef
from doorstep.plugin_api import Letter
from doorstep.reading.page import AnswerIt, Choose, FactKind, Step
from doorstep.web.fields import Input, input_for

BUTTONS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "approve": (("approved", "Approve …"), ("changes wanted", "Approve with changes …"), ("rejected", "Reject …")),
    "confirm": (("done", "Done"), ("rejected", "It cannot be done …")),
    "read": (("done", "I have read it"),),
}
FILLED = (("done", "Send"),)


@dataclass(frozen=True, slots=True)
class Item:
    """A labelled value, and where it can be opened."""

    label: str
    value: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    do: str
    label: str


@dataclass(frozen=True, slots=True)
class Tick:
    text: str
    killer: bool
    ticked: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """Everything the page says."""

    ask: Ask
    case: Opened
    letter: Letter
    person: PersonRef | None
    copy: Copy
    covered: tuple[Item, ...]
    shown: tuple[Item, ...]
    fields: tuple[Input, ...]
    buttons: tuple[Button, ...]
    checklist: tuple[Tick, ...]
    closing: str

    @property
    def name(self) -> str:
        return self.ask.name

    @property
    def headline(self) -> str:
        return self.letter.headline

    @property
    def paragraphs(self) -> tuple[str, ...]:
        return self.letter.paragraphs

    @property
    def seen(self) -> str:
        return self.ask.covered_hash

    @property
    def to(self) -> str:
        return self.person.name if self.person else ""

    @property
    def to_first(self) -> str:
        return self.to.split()[0] if self.to else ""

    @property
    def two_moves(self) -> bool:
        return self.ask.verb == "approve"

    @property
    def kinds(self) -> dict[str, FactKind | None]:
        """The kinds of the facts the form gives."""
        step = step_of(self.case, self.ask)
        known = {field.name: field.kind for field in fields_of(step)}
        match step.card.action if step and step.card else None:
            case Choose(fact=fact, options=options):
                return {fact: FactKind("choice", options=options)}
            case AnswerIt(fact=fact):
                return {fact: self.case.page.kinds.kinds.get(fact)}
        return {name: kind or self.case.page.kinds.kinds.get(name) for name, kind in known.items()}


def step_of(case: Opened, ask: Ask) -> Step | None:
    """Return the step an ask is about, added ones included."""
    return case.step(ask.step)


def asked(ask: Ask, person: PersonRef | None, *, base: str, at: datetime) -> Asked:
    """Return what the answer page of an ask says to a person; files are served under ``base``."""
    case = opened_case(Case.objects.get(id=ask.case_id))
    copy = Copy.from_json(seals.unseal_json(case.salt, bytes(ask.sealed)) if case.salt else {})
    step = step_of(case, ask)
    mock = Delivery(case_id=ask.case_id, ask_id=ask.id, purpose="ask", about=str(ask.id), lane="asks")
    about = About(case, mock, ask, {}, copy, step, person, at)
    fill = {name: copy.shown.get(name) for name in copy.shown}
    plain = Asked(
        ask=ask,
        case=case,
        letter=letter_of(about, Envelope(to="")),
        person=person,
        copy=copy,
        covered=tuple(_item(about, name, value, base) for name, value in copy.covered.items()),
        shown=tuple(_item(about, name, value, base) for name, value in copy.shown.items()),
        fields=(),
        buttons=_buttons(ask.verb),
        checklist=tuple(Tick(item.text, item.killer) for item in step.checklist) if step else (),
        closing=closing.if_nothing_is_heard(about),
    )
    inputs = tuple(input_for(name, kind, value=fill.get(name)) for name, kind in plain.kinds.items())
    given = {one.name for one in inputs}
    shown = tuple(_item(about, name, value, base) for name, value in copy.shown.items() if name not in given)
    return Asked(**{name: getattr(plain, name) for name in Asked.__slots__} | {"fields": inputs, "shown": shown})


def _item(about: About, name: str, value: object, base: str) -> Item:
    label = name[:1].upper() + name[1:]
    match value:
        case FileRef(sha256=sha256) if sha256:
            return Item(label, said(value), f"{base}/file/{sha256}")
        case Mapping() if str(value.get(LINK) or "").startswith(("http://", "https://")):
            return Item(label, said(value), str(value[LINK]))
        case _:
            return Item(label, said(value, zone=about.zone))


def _buttons(verb: str) -> tuple[Button, ...]:
    decide = BUTTONS.get(verb, FILLED)
    return tuple(Button(do, label) for do, label in (*decide, ("promise", "I will answer by …")))


def open_elsewhere(person: UUID, *, but: UUID) -> list[Ask]:
    """Return what else is open for somebody, the soonest due first."""
    rows = Ask.objects.filter(person=person, state="open").exclude(id=but)
    return list(rows.order_by("due_at", "asked_at")[:5])
