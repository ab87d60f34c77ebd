"""The rows of cases, one noun a file.  Case tables carry case_id and share no constraint across cases."""

from doorstep.cases.models.action import Action
from doorstep.cases.models.anchor import Anchor
from doorstep.cases.models.ask import Ask
from doorstep.cases.models.blob import Blob
from doorstep.cases.models.case import Case, Counter
from doorstep.cases.models.delivery import Delivery
from doorstep.cases.models.deviation import Deviation
from doorstep.cases.models.handled import Handled
from doorstep.cases.models.home import Home
from doorstep.cases.models.inbox import Inbox
from doorstep.cases.models.journal import Journal, JournalKey, JournalPrivate
from doorstep.cases.models.lookup import Lookup
from doorstep.cases.models.pace import Pace
from doorstep.cases.models.reply import Reply
from doorstep.cases.models.timer import Timer
from doorstep.cases.models.watch import Watch

__all__ = [
    "Action",
    "Anchor",
    "Ask",
    "Blob",
    "Case",
    "Counter",
    "Delivery",
    "Deviation",
    "Handled",
    "Home",
    "Inbox",
    "Journal",
    "JournalKey",
    "JournalPrivate",
    "Lookup",
    "Pace",
    "Reply",
    "Timer",
    "Watch",
]
