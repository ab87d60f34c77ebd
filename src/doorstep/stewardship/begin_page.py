"""Begin a page that is new, and publish it once it says what it should."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from doorstep.cases.refusals import NotPossible
from doorstep.library.publish import Published, publish
from doorstep.library.rights import require_publisher
from doorstep.people.clock import business_now
from doorstep.people.models import Person
from doorstep.reading.page import Address, Page, TitleCard
from doorstep.reading.writing import write
from doorstep.stewardship.models import Proposal, ProposalState, Revision
from doorstep.stewardship.save_text import editable
from doorstep.stewardship.told import settle


@transaction.atomic
def begin_page(*, title: str, by: UUID, text: str = "", at: datetime | None = None) -> Proposal:
    """Begin a page of a title, or with a text, as a draft of its author, who is proposed as its owner.  Raises NotAllowed."""
    require_publisher(None, by)
    now = at or business_now()
    name = " ".join(title.split()) or "A new page"
    author = Person.objects.get(id=by)
    text = text or write(Page(name, TitleCard(owner=Address(author.email))))
    row = Proposal.objects.create(text=text, revision=1, by_id=by, at=now, changed_at=now)
    Revision.objects.create(proposal=row, number=1, text=text, by_id=by, at=now)
    return row


@transaction.atomic
def publish_begun(*, proposal: UUID, by: UUID, at: datetime | None = None) -> Published:
    """Publish a page that is new at the level it reaches.  Raises what `library.publish` does, and NotPossible."""
    now = at or business_now()
    row = editable(proposal, by)
    if row.process is not None:
        raise NotPossible("Expected a page that is new, but this amends one: send it for approval.")
    published = publish(text=row.text, by=by, at=now)
    row.process_id, row.version_id = published.process_id, published.version_id
    outcome = f"“{published.title}” is published as version {published.number}."
    settle(row, ProposalState.APPROVED, outcome, by=by, at=now)
    return published
