"""An ask as its answer page shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from doorstep.cases.models import Ask, Home
from doorstep.cases.records import LINK
from doorstep.cases.view import AskView, Value, ask_view
from doorstep.kernel.values import FileRef
from doorstep.people.keys import keys_of_many
from doorstep.people.reference import PersonRef
from doorstep.reading.page import AnswerIt, Choose, FactKind
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

    @property
    def long(self) -> bool:
        """Say whether it is a text of several lines, which is read and not glanced at."""
        return "\n" in self.value


@dataclass(frozen=True, slots=True)
class Asked:
    """Everything the page says; files are served under ``base``."""

    view: AskView
    person: PersonRef | None
    base: str

    @property
    def ask(self) -> Ask:
        return self.view.ask

    @property
    def headline(self) -> str:
        return f"{self.ask.name} for {self.view.case.title}"

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
    def covered(self) -> list[Item]:
        return [item(value, self.base) for value in self.view.covered]

    @property
    def shown(self) -> list[Item]:
        """What is only for information; what the form holds is not said twice."""
        return [item(value, self.base) for value in self.view.shown if value.name not in self.kinds]

    @property
    def kinds(self) -> dict[str, FactKind | None]:
        """The kinds of the facts the form gives."""
        card = self.view.step.card if self.view.step else None
        match card.action if card else None:
            case Choose(fact=fact, options=options):
                return {fact: FactKind("choice", options=options)}
            case AnswerIt(fact=fact):
                return {fact: None}
            case _:
                given = {field.name: field.kind for field in self.view.fields}
                return given | {field.name: field.kind for field in self.view.beside}

    @property
    def fields(self) -> list[Input]:
        beside = {field.name: field for field in self.view.beside}
        known: dict[str, object] = {field.name: field.value for field in self.view.fields}
        known |= {name: field.value for name, field in beside.items()}
        found = [input_for(name, kind, value=known.get(name)) for name, kind in self.kinds.items()]
        return [replace(one, hint=beside[one.name].hint) if one.name in beside else one for one in found]

    def apart(self, given: Mapping[str, object]) -> tuple[dict[str, object], dict[str, str]]:
        """Return the facts of what a form gives, and what it says beside the answer."""
        beside = {field.name for field in self.view.beside}
        facts = {name: value for name, value in given.items() if name not in beside}
        return facts, {name: str(given[name]) for name in beside if name in given}

    @property
    def buttons(self) -> list[tuple[str, str]]:
        return [*BUTTONS.get(self.ask.verb, FILLED), ("promise", "I will answer by …")]

    @property
    def files(self) -> list[FileRef]:
        """The files that were put to the addressee."""
        return [one.value for one in (*self.view.covered, *self.view.shown) if isinstance(one.value, FileRef)]


def asked(ask: Ask, person: PersonRef | None, *, base: str, at: datetime) -> Asked:
    """Return what the answer page of an ask says to a person."""
    return Asked(ask_view(ask, reader=person.id if person else None, at=at), person, base)


def item(value: Value, base: str) -> Item:
    """Return a fact with a label, and a link where it can be opened."""
    label = value.name[:1].upper() + value.name[1:]
    match value.value:
        case FileRef(sha256=sha256) if sha256:
            return Item(label, value.text, f"{base}/file/{sha256}")
        case Mapping() as record if str(record.get(LINK) or "").startswith(("http://", "https://")):
            return Item(label, value.text, str(record[LINK]))
        case _:
            return Item(label, value.text)


@dataclass(frozen=True, slots=True)
class Other:
    """Another ask that is open for the reader, and the run it is of."""

    ask_id: UUID
    name: str
    title: str


# Index: home_of_addressee.
def open_elsewhere(person: UUID, *, but: Ask) -> list[Other]:
    """Return what else waits for somebody, of the same kind first, then the soonest due.  Two queries."""
    keys = keys_of_many([person])[person]
    rows = Home.objects.filter(addressee__in=keys).exclude(ask_id=but.id).order_by("due_at", "asked_at")[:40]
    found = sorted(rows, key=lambda row: row.verb != but.verb)
    return [Other(row.ask_id, row.name, row.title) for row in found[:5]]
