"""Northwind, the example company: its people, their accounts in every system, and Friday's work."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

NAME = "Northwind"
DOMAIN = "northwind.example"
ZONE = "America/New_York"
COUNTRY = "US"
CURRENCY = "EUR"
AUTHSERV_ID = "mx.northwind.example"
"""What Northwind's mail server calls itself in Authentication-Results."""

DOORSTEP_MAILBOX = f"doorstep@{DOMAIN}"
"""Doorstep's own mailbox; everything sent to doorstep+<token>@ and to the aliases below lands in it."""

DOORSTEP_ALIASES = (f"close@{DOMAIN}", f"chase@{DOMAIN}")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the example, inside or outside, with their accounts in every system."""

    key: str
    name: str
    email: str
    title: str = ""
    department: str = ""
    roles: tuple[str, ...] = ()
    manager: str = ""  # key of another person
    stand_in: str = ""  # key of another person
    channel: str = "e-mail"
    jira: str = ""  # accountId
    salesforce: str = ""  # 18-character user id
    admin: bool = False

    @property
    def inside(self) -> bool:
        """Whether the person works at Northwind."""
        return self.email.endswith("@" + DOMAIN)


def salesforce_id(prefix: str, number: int) -> str:
    """Return the 18-character id of the example's n-th record of a kind."""
    return long_id(f"{prefix}Ns{number:010d}")


def long_id(short: str) -> str:
    """Return a 15-character record id with its checksum: which of the letters in each five are capitals."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
    chunks = (short[0:5], short[5:10], short[10:15])
    return short + "".join(letters[sum(c.isupper() << i for i, c in enumerate(chunk))] for chunk in chunks)


def _person(key: str, name: str, **known: Any) -> Person:
    number = sum(map(ord, key))
    account = f"557058:6f2b1c40-{number:04d}-4f5e-9a3d-{number:012x}"
    user = salesforce_id("005", number)
    return Person(key, name, f"{key}@{DOMAIN}", jira=account, salesforce=user, **known)


PEOPLE = (
    _person(
        "tom",
        "Tom Reyes",
        title="Chief operating officer",
        department="Management",
        roles=("Chief operating officer", "Head of operations"),
    ),
    _person(
        "ana",
        "Ana Marsh",
        title="Account manager",
        department="Customer Success",
        roles=("Account manager",),
        manager="priya",
        admin=True,
    ),
    _person(
        "sam",
        "Sam Ortiz",
        title="Delivery engineer",
        department="Engineering",
        roles=("Delivery engineer",),
        manager="nora",
        channel="jira",
    ),
    _person(
        "nora",
        "Nora Vance",
        title="Engineering manager",
        department="Engineering",
        roles=("Engineering manager", "Head of delivery", "Incident lead"),
        manager="tom",
    ),
    _person(
        "mira",
        "Mira Holt",
        title="Director of legal",
        department="Legal",
        roles=("Legal counsel",),
        manager="tom",
        stand_in="jon",
    ),
    _person(
        "jon",
        "Jon Park",
        title="Deputy director of legal",
        department="Legal",
        roles=("Deputy counsel",),
        manager="mira",
    ),
    _person(
        "ines",
        "Ines Roth",
        title="Chief financial officer",
        department="Finance",
        roles=("Chief financial officer",),
        manager="tom",
    ),
    _person(
        "lea",
        "Lea Winter",
        title="Finance lead",
        department="Finance",
        roles=("Finance lead", "Bookkeeper"),
        manager="ines",
    ),
    _person(
        "ben",
        "Ben Adeyemi",
        title="Support lead",
        department="Customer Success",
        roles=("Support lead", "Operations"),
        manager="priya",
    ),
    _person(
        "priya",
        "Priya Nair",
        title="VP Customer Success",
        department="Customer Success",
        roles=("VP Customer Success", "Head of sales"),
        manager="tom",
        channel="salesforce",
    ),
    Person("lena", "Lena Brandt", "lena@halden.example", title="Head of e-commerce, Halden Foods"),
)

BY_KEY = {person.key: person for person in PEOPLE}
BY_EMAIL = {person.email: person for person in PEOPLE}

# -- Friday's work --------------------------------------------------------------------------------

JIRA_PROJECT = "DEP"
JIRA_PROJECT_NAME = "Deployments"
JIRA_ISSUE = "DEP-412"
JIRA_SUMMARY = "Halden Foods web shop: release 4.2 to production"
JIRA_DESCRIPTION = (
    "Release 4.2 of the web shop goes to production on Friday, when the traffic is low. "
    "The release tag is v4.2.0; the rollback plan is in the run book."
)

CLIENT = "Halden Foods"
PROJECT = "web shop relaunch"
OPPORTUNITY_NAME = PROJECT
VALUE = Decimal("84000.00")
ACCOUNT_ID = salesforce_id("001", 77)
OPPORTUNITY_ID = salesforce_id("006", 412)
QUEUE_ID = salesforce_id("00G", 5)
QUEUE_NAME = "Customer Success"

CONTRACT_FILE = "contract.pdf"
