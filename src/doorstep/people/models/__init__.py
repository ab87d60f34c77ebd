"""The rows of people, one noun a file."""

from doorstep.people.models.absence import Absence
from doorstep.people.models.account import Account
from doorstep.people.models.assistant import Assistant
from doorstep.people.models.calendar import WorkingCalendar
from doorstep.people.models.external_account import ExternalAccount
from doorstep.people.models.invitation import Invitation
from doorstep.people.models.person import Alias, Person
from doorstep.people.models.role import Membership, Role

__all__ = [
    "Absence",
    "Account",
    "Alias",
    "Assistant",
    "ExternalAccount",
    "Invitation",
    "Membership",
    "Person",
    "Role",
    "WorkingCalendar",
]
