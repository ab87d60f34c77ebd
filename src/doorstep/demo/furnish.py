"""Puts the example company into an empty installation: people, the page, who is away."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from doorstep.demo import company
from doorstep.library.publish import publish
from doorstep.people.import_csv import import_people
from doorstep.people.invite import accept, invite
from doorstep.people.models import Person

PASSWORD = "friday 4 p.m."  # noqa: S105  (of the demo's people, on this machine alone)
COLUMNS = ("name", "email", "roles", "manager", "zone", "channel", "accounts", "assistants")


def people_csv() -> str:
    """Return the example's people as the file an administrator would import."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(COLUMNS)
    for person in company.PEOPLE:
        if person.inside:
            rows.writerow(_row(person))
    return out.getvalue()


def _row(person: company.Person) -> tuple[str, ...]:
    manager = company.BY_KEY[person.manager].email if person.manager else ""
    accounts = f"Jira: {person.jira}; Salesforce: {person.salesforce}"
    stand_in = company.BY_KEY[person.stand_in].email if person.stand_in else ""
    channel = "e-mail" if person.channel == "e-mail" else person.channel
    roles = "; ".join(person.roles)
    return (person.name, person.email, roles, manager, company.ZONE, channel, accounts, stand_in)


def people() -> None:
    """Import the people and give those inside an account.  Doing it twice changes nothing."""
    import_people(text=people_csv(), by=None)
    for person in company.PEOPLE:
        if person.inside and not Person.objects.filter(email=person.email, account__isnull=False).exists():
            link = invite(email=person.email, by=None, admin=person.admin).link
            accept(token=link.rsplit("/", 1)[-1], password=PASSWORD)


def furnish(page: Path) -> None:
    """Publish the page; the people it names and the systems must be there."""
    publish(text=page.read_text(encoding="utf-8"), by=None, file=page.name)
