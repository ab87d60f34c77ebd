"""The Friday of the tests: 6 March 2026, New York, Mira is asked at 16:02."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from doorstep.chase.run import Ahead, Run, Waiting
from doorstep.chase.working import Calendar

ZONE = ZoneInfo("America/New_York")
OFFICE = Calendar(zone=ZONE)


def at(hour: int, minute: int = 0, *, day: int = 6) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=ZONE)


MIRA = Waiting(
    step="sign",
    name="Sign off the contract",
    since=at(16, 2),
    addressee="Mira Holt",
    role="legal",
    verb="approve",
    channel="e-mail",
    state="handed over",
    due=at(16, 2, day=9),
    usual=timedelta(minutes=50),
    stand_in="Jon Park",
    holds_up=("Update the CRM",),
    calendar=OFFICE,
    sent=(at(16, 2),),
)
SAM = Waiting(
    step="deploy",
    name="Confirm the deployment",
    since=at(16, 2),
    addressee="Sam Ortiz",
    role="delivery",
    channel="Jira",
    state="handed over",
    due=at(17, 2),
    late_to="Engineering manager",
    calendar=OFFICE,
    sent=(at(16, 2),),
)
AHEAD = (Ahead(step="crm", after=("sign", "deploy")), Ahead(step="tell", after=("crm",)))
FRIDAY = Run(
    needed_by=at(18),
    goal="With the client",
    starter="Ana Marsh",
    waiting=(MIRA,),
    ahead=AHEAD,
    calendar=OFFICE,
)
