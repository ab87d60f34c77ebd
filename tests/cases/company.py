"""A small company and its pages, for the tests of cases."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from doorstep.cases.directory import forget
from doorstep.library.publish import publish
from doorstep.people.models import Membership, Person, Role

FRIDAY = datetime(2026, 3, 6, 21, 0, tzinfo=UTC)
"""Friday 4 p.m. in New York."""

PAGE = """\
# Close a client project

- Owner: vera@northwind.example
- Expert: eve@northwind.example
- Called: {client}: {project}
- Needed by: the same day, 18:00

| Fact | Kind | From |
|---|---|---|
| client | text | whoever starts |
| project | text | whoever starts |
| value | money | whoever starts |
| contract | text | whoever starts |

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
- Proof: login
- If rejected: "Amend the contract", then ask again (at most 3 times)

### Amend the contract

- Who: whoever started this
- Fill in: contract (text)

### Confirm logistics

- Who: VP Customer Success
- Fill in: go-live (date), contact (e-mail address)

## Tell the client

- Tell: whoever started this

> {project} is live on {go-live}.
"""

_PEOPLE = (
    ("ana", "Ana Marsh", ("Account manager",)),
    ("sam", "Sam Ortiz", ("Delivery engineer",)),
    ("mira", "Mira Holt", ("Legal counsel",)),
    ("priya", "Priya Nair", ("VP Customer Success",)),
    ("vera", "Vera Lind", ()),
    ("eve", "Eve Moss", ()),
    ("bob", "Bob Stone", ()),
)


class Company:
    """People by their first name in lower case."""

    def __init__(self) -> None:
        forget()
        self.people = {
            short: Person(name=name, email=f"{short}@northwind.example", zone="America/New_York")
            for short, name, _ in _PEOPLE
        }
        Person.objects.bulk_create(self.people.values())
        held = {role: self.people[short] for short, _, roles in _PEOPLE for role in roles}
        rows = Role.objects.bulk_create(Role(name=name) for name in held)
        Membership.objects.bulk_create(Membership(person=held[role.name], role=role) for role in rows)

    def __getattr__(self, short: str) -> UUID:
        try:
            return self.people[short].id
        except KeyError:
            raise AttributeError(short) from None

    def publish(self, text: str = PAGE) -> UUID:
        """Publish a page and return its version."""
        return publish(text=text, by=None, at=datetime(2026, 1, 5, tzinfo=UTC)).version_id
