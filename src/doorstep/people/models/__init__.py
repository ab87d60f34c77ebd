"""The rows of people, one noun a file."""

from doorstep.people.models.absence import Absence
from doorstep.people.models.account import Account
from doorstep.people.models.assistant import Assistant, AssistantWish
from doorstep.people.models.calendar import WorkingCalendar
from doorstep.people.models.external_account import ExternalAccount
from doorstep.people.models.invitation import Invitation
from doorstep.people.models.move import Move
from doorstep.people.models.on_point import OnPoint
from doorstep.people.models.person import Alias, Person
from doorstep.people.models.personal_token import PersonalToken
from doorstep.people.models.role import Membership, Role

__all__ = [
    "Absence",
    "Account",
    "Alias",
    "Assistant",
    "AssistantWish",
    "ExternalAccount",
    "Invitation",
    "Membership",
    "Move",
    "OnPoint",
    "Person",
    "PersonalToken",
    "Role",
    "WorkingCalendar",
]
