"""The jobs of the worker, three lines each: fetch by id, call the verb, let it raise."""

from __future__ import annotations

from uuid import UUID

from doorstep.people.clock import business_now
from doorstep.stewardship import tell_change as telling
from doorstep.stewardship.joined import compare_roles
from doorstep.stewardship.later import job, later
from doorstep.stewardship.move_runs import move_some


@job
def move_runs(*, proposal: str) -> None:
    """Move a batch of runs to the version of a proposal, and ask for the next."""
    if move_some(proposal=UUID(proposal), at=business_now()):
        later("move_runs", proposal=proposal)


@job
def welcome_joined() -> None:
    """Ask some more of those who joined, and ask for the next."""
    compare_roles(business_now())


@job
def tell_change(*, version: str, after: str = "") -> None:
    """Tell the next of those a version concerns what it changed for them."""
    telling.tell_change(version_id=UUID(version), after=UUID(after) if after else None)
