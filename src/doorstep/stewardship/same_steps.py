"""The same step under another heading: chosen when a proposal is sent, so that renaming breaks nothing."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction

from doorstep.cases.refusals import NotAllowed
from doorstep.library.identity import Candidate, candidates
from doorstep.library.programs import meaning_of, page_at
from doorstep.stewardship.answerable import may_edit
from doorstep.stewardship.call_off import open_proposal
from doorstep.stewardship.change_words import chosen_identities
from doorstep.stewardship.models import Proposal


def same_steps(proposal: Proposal) -> tuple[Candidate, ...]:
    """Return which new heading may continue which that vanished, as far as nobody has said so yet."""
    if proposal.base is None:
        return ()
    chosen = chosen_identities(proposal)
    old, new = meaning_of(proposal.base.id).page, page_at(proposal.text, proposal.base.level)
    found = candidates(old, new, before=proposal.base.identities)
    return tuple(one for one in found if one.appeared not in chosen and one.identity not in chosen.values())


@transaction.atomic
def keep_steps(*, proposal: UUID, same: Mapping[str, str], by: UUID) -> None:
    """Let new headings continue those that vanished: ``same`` maps the new to the old.  Raises NotAllowed, NotPossible."""
    row = open_proposal(proposal)
    if not may_edit(row, by):
        raise NotAllowed("Only the proposer, and the owner and the expert of the page, may edit this proposal.")
    if row.base is None or not same:
        return
    known = row.base.identities
    found = {new: known[old] for new, old in same.items() if old in known}
    kept = {name: one for name, one in row.identities.items() if one not in found.values()}
    row.identities = {**kept, **found}
    row.save(update_fields=["identities"])
