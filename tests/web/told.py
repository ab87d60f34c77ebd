"""Screens of what changed for somebody, and of who has heard, for real browsers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from tests.cases.company import FRIDAY
from tests.stewardship.changing import PAGE, look, published
from tests.web.office import Office

from doorstep.library.models import Materiality
from doorstep.people.models import Membership, Person, Role
from doorstep.stewardship.acknowledge import acknowledge, opened
from doorstep.stewardship.models import Acknowledgement

HAND_OVER = PAGE.replace("Close a client project", "Hand over a project")
CHANGED = (
    HAND_OVER.replace("- Due: 1 hour", "- Due: 30 minutes")
    .replace("Look at production.", "Look at production, never at staging, and write down what you saw.")
    .replace("- Who: Legal counsel\n- Due: 1 working day", "- Who: Legal counsel\n- Due: 2 working days")
    .replace("## Tell the client", "## Archive it\n\n- Who: Account manager\n\n## Tell the client")
)


def told(office: Office) -> Iterator[tuple[str, str, str]]:
    """Name the screens: who looks at which address."""
    look(FRIDAY - timedelta(days=30))
    published(HAND_OVER, at=FRIDAY - timedelta(days=30), materiality=Materiality.EDITORIAL)
    role = Role.objects.get(name="Delivery engineer")
    for name in ("Alva Berg", "Noor Haddad", "Wim de Vries"):
        one = Person.objects.create(
            name=name, email=f"{name.split()[0].lower()}@northwind.example", manager_id=office.eve
        )
        Membership.objects.create(person=one, role=role)
    look(FRIDAY - timedelta(days=9))
    version = published(CHANGED, at=FRIDAY - timedelta(days=8))
    opened(version_id=version, by=office.sam)
    acknowledge(version_id=version, by=office.sam, how="mail", at=FRIDAY - timedelta(days=1))
    Acknowledgement.objects.filter(version=version, person=office.ana).update(due_at=FRIDAY + timedelta(days=2))
    yield "changed", "ana", f"/changed/{version}/"
    yield "changed-nothing", "eve", f"/changed/{version}/"
    yield "heard", "vera", "/process/hand-over-a-project/heard/"
    yield "heard-everybody", "vera", "/process/hand-over-a-project/heard/?all=1"
    yield "heard-not-yours", "mira", "/process/hand-over-a-project/heard/"
    yield "person", "bob", f"/people/{office.bob}/"
