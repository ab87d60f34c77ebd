"""The page by which pages are amended: it ships in the box, and an organisation amends it like any other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from importlib.resources import files

from doorstep.cases.refusals import NotPossible
from doorstep.library.models import Materiality, Process, Version
from doorstep.library.programs import meaning_of
from doorstep.library.publish import publish
from doorstep.library.queries import effective
from doorstep.people.clock import business_now
from doorstep.people.models import Person
from doorstep.reading.page import Do, Page

KEY = "amend-a-page"
STARTS = "A proposal that is sent for approval starts this."
CARD = "# Amend a page\n\n"
GIVEN = (
    "proposal",
    "page",
    "wish",
    "change",
    "amended page",
    "materiality",
    "in force",
    "runs on the way",
    "approvers",
)
"""The facts a proposal can give; a page an organisation amended takes those it names."""


def ship(*, at: datetime | None = None) -> bool:
    """Publish the page that ships in the box, unless there is a process of its key already, whatever its state.

    The first administrator owns it; while there is none it waits, and this says that it is not there.
    """
    if Process.objects.filter(key=KEY).exists():
        return True
    now = at or business_now()
    people = Person.objects.here(now.date()).filter(outside=False, administrator=True).order_by("id")
    owner = people.values_list("email", flat=True).first()
    if owner:
        text = files("doorstep.stewardship").joinpath("pages", f"{KEY}.md").read_text(encoding="utf-8")
        own = text.replace(CARD, f"{CARD}- Owner: {owner}\n", 1)
        publish(text=own, by=None, file=f"{KEY}.md", materiality=Materiality.EDITORIAL, at=now)
    return bool(owner)


def approval_page(*, at: datetime) -> Version:
    """Return the version by which changes are approved now.

    Raises NotPossible, with what an administrator does about it, when the organisation made it obsolete or
    amended it so that it no longer publishes.
    """
    if not ship(at=at):
        raise NotPossible(
            "Changes are approved by the page “Amend a page”, which an administrator owns, and there is no "
            f"administrator yet. {_kept()}"
        )
    version = effective(KEY, by=None)
    if version is None:
        raise NotPossible(
            f"The page “{_title()}”, by which changes are approved, is not in force. "
            f"{_kept()} An administrator publishes a version of it that ends in Do: doorstep.publish."
        )
    page = meaning_of(version.id).page
    if why := "; ".join(_missing(page)):
        raise NotPossible(
            f"The page “{page.title}”, by which changes are approved, cannot approve one: {why}. "
            f"{_kept()} Its owner or an administrator amends it."
        )
    return version


def _missing(page: Page) -> Iterator[str]:
    """Yield what a page lacks to approve a change."""
    if "proposal" not in {fact.name for fact in page.facts}:
        yield "it has no fact “proposal”"
    actions = [step.card.action for step in page.walk() if step.card]
    if not any(isinstance(one, Do) and (one.connector, one.action) == ("doorstep", "publish") for one in actions):
        yield "it has no step with Do: doorstep.publish (proposal = proposal)"


def _kept() -> str:
    return "Your text is kept; send it again when that is mended."


def _title() -> str:
    return Process.objects.filter(key=KEY).values_list("title", flat=True).first() or "Amend a page"
