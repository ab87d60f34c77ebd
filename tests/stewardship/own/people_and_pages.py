"""People who own things and pages they own, for the tests of owning."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from doorstep.library.models import Process
from doorstep.library.publish import publish
from doorstep.library.queries import effective
from doorstep.people.models import Absence, Membership, Person, Role
from doorstep.stewardship.models import Note, Ownership
from doorstep.stewardship.own.turn import turn

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
TODAY = MONDAY.date()
DAY = timedelta(days=1)


class House:
    """A small company: boss Jon; Mira and Vera, who report to him; Priya, who holds a role; an administrator."""

    def __init__(self) -> None:
        self.jon = self.person("Jon Park")
        self.mira = self.person("Mira Holt", manager=self.jon, department="Legal")
        self.vera = self.person("Vera Lane", manager=self.jon)
        self.priya = self.person("Priya Nair")
        self.ada = self.person("Ada Root", administrator=True)

    def person(self, name: str, **columns: object) -> Person:
        email = f"{name.split(maxsplit=1)[0].lower()}@x.example"
        return Person.objects.create(name=name, email=email, zone="UTC", **columns)

    def holds(self, role: str, *people: Person) -> Role:
        row, _ = Role.objects.get_or_create(name=role)
        for person in people:
            Membership.objects.create(person=person, role=row)
        return row

    def page(
        self,
        owner: str = "mira@x.example",
        title: str = "Travel policy",
        *,
        by: Person | None = None,
        group: str = "",
        at: datetime = MONDAY,
    ) -> Process:
        """Publish a page and let its ownership follow."""
        line = f"- Owner: {owner}\n" if owner else ""
        card = f"{line}- Group: {group}\n" if group else line
        text = f"# {title}\n\n{card}\nTake the train.\n"
        made = publish(text=text, by=by.id if by else None, at=at)
        turn(at)
        return Process.objects.get(id=made.process_id)

    def accepted(self, title: str = "Travel policy", owner: str = "mira@x.example", **more: object) -> Process:
        """Publish a page that its owner has accepted."""
        from doorstep.stewardship.own.accept import accept

        page = self.page(owner, title, **more)  # type: ignore[arg-type]  # by name
        row = Ownership.objects.get(process=page)
        assert row.proposed_id is not None
        accept(processes=[page.id], by=row.proposed_id, at=MONDAY)
        return Process.objects.get(id=page.id)

    def left(self, person: Person, on: date = TODAY) -> None:
        person.left_on = on
        person.save()

    def away(self, person: Person, days: int, stand_in: Person | None = None) -> None:
        Absence.objects.create(person=person, first=TODAY, last=TODAY + days * DAY, stand_in=stand_in)


def ownership(process: Process) -> Ownership:
    return Ownership.objects.select_related("owner", "proposed", "custodian", "process").get(process=process)


def stands(process: Process) -> tuple[str, str, str, str]:
    """Return state, owner, whom it is offered to, custodian, by first name."""
    row = ownership(process)
    names = (row.owner, row.proposed, row.custodian)
    return (row.state, *(one.name.split()[0] if one else "" for one in names))  # type: ignore[return-value]


def text_of(process: Process) -> str:
    version = effective(process.key, by=None)
    assert version is not None
    return version.text


def told(person: Person) -> list[str]:
    return list(Note.objects.filter(person=person).order_by("at", "id").values_list("text", flat=True))


def fresh(person: Person | UUID) -> Person:
    return Person.objects.get(id=person if isinstance(person, UUID) else person.id)
