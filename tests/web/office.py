"""An office with pages, runs and accounts, as the screens are tested with."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from uuid import UUID

from django.test import Client
from tests.cases.company import FRIDAY, Company

from doorstep.cases import store, tokens
from doorstep.cases.models import Ask, Case
from doorstep.cases.start_case import start_case
from doorstep.library.publish import publish
from doorstep.people.models import Account, Assistant, Person

CLOSE = """\
# Close a client project

- Owner: vera@northwind.example
- Expert: eve@northwind.example
- Group: Customer delivery
- Called: {client}: {project}
- Needed by: the same day, 18:00

Take a project from "the work is done" to "the client has it".

| Fact | Kind | From |
|---|---|---|
| client | text | whoever starts |
| project | text | whoever starts |
| value | money | whoever starts |
| contract | file | whoever starts |

## Three confirmations

- Order: all at once

### Confirm the deployment

- Who: Delivery engineer
- Due: 1 hour

Look at production, not at staging.

- [ ] The release tag matches the statement of work
- [ ] ! The rollback was tried this week

### Sign off the contract

- Who: Legal counsel
- Approve: {contract}, {value}
- Not by: whoever started this
- Due: 1 working day
- If rejected: "Amend the contract", then ask again (at most 3 times)

Check the liability cap against the [policy](https://intra.northwind.example/liability).

### Amend the contract

- Who: whoever started this
- Fill in: contract (file)

### Confirm logistics

- Who: VP Customer Success
- Fill in: go-live (date), contact (e-mail address)

## Tell the client

- Tell: {contact}

> {project} is live on {go-live}.
"""

POLICY = """\
# Travel policy

- Owner: vera@northwind.example
- Group: Money

We travel when it helps the client.

## Trains

Take the train where it takes less than five hours.

| Where | A night |
|---|---|
| London | 220 |
"""

MIRA_CSV = "name,email,roles\nMira Holt,mira@northwind.example,Legal counsel\n"


class Office(Company):
    """The company with accounts, the page published, and runs started on request."""

    def __init__(self) -> None:
        super().__init__()
        jon = Person.objects.create(name="Jon Park", email="jon@northwind.example", zone="America/New_York")
        self.people["jon"] = jon
        Assistant.objects.create(person=self.people["mira"], assistant=jon)
        for person in self.people.values():
            person.account = Account(email=person.email)
        self.people["vera"].administrator = True
        Account.objects.bulk_create(person.account for person in self.people.values() if person.account)
        Person.objects.bulk_update(self.people.values(), ["account", "administrator"])
        self.version = self.published(CLOSE)

    def published(self, text: str) -> UUID:
        """Publish a page and return its version."""
        return publish(text=text, by=None, at=datetime(2026, 1, 5, tzinfo=UTC)).version_id

    def client(self, short: str) -> Client:
        """Return a browser in which somebody is signed in; it raises nothing, it shows what people see."""
        client = Client(raise_request_exception=False)
        account = self.people[short].account
        assert account is not None
        client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
        return client

    def start(self, client: str = "Halden Foods", **more: object) -> Case:
        """Start a run; ana starts it, it is Friday 4 p.m."""
        contract = store.keep("Contract v3.pdf", b"%PDF-1.4 three", "application/pdf")
        facts = {"client": client, "project": "Web shop relaunch", "value": 84000, "contract": contract, **more}
        zone = "America/New_York"
        started = start_case(version_id=self.version, facts=facts, by=self.ana, at=FRIDAY, zone=zone)
        return Case.objects.get(id=started.case_id)


def ask_of(case: Case, name: str) -> Ask:
    """Return the latest ask of a step."""
    return Ask.objects.filter(case_id=case.id, name=name).latest("round")


def link_to(ask: Ask) -> str:
    """Return the address a letter to the addressee would carry."""
    return f"/a/{tokens.give('link', tokens.Bound(ask.case_id, ask.id, None, ask.person))}"


def hidden(html: str, name: str) -> str:
    """Return the value of a hidden field of a form."""
    found = re.search(rf'name="{re.escape(name)}" value="([^"]*)"', html)
    return unescape(found[1]) if found else ""


def text_of(html: bytes | str) -> str:
    """Return what a reader sees of a page, on one line."""
    plain = html.decode() if isinstance(html, bytes) else html
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", plain)).split())
