"""What a proposal changes, in words: what approvers approve, and what a proposal's page shows."""

from __future__ import annotations

from doorstep.library.models import Level, Version
from doorstep.library.programs import meaning_of, page_at
from doorstep.library.publish import draft_of, level_for
from doorstep.reading.differences import Differences, StepChange, differences
from doorstep.reading.sentences import plain
from doorstep.reading.text import read
from doorstep.stewardship.models import Proposal

LONGEST = 12_000
"""Letters of a difference that fit a letter; what is longer is cut, and the amended page goes with it anyway."""


def changes_of(proposal: Proposal) -> Differences:
    """Return what a proposal's text changes in the version it was made from."""
    if proposal.base is None:
        return differences(read("").page, read(proposal.text).page)
    new = page_at(proposal.text, proposal.base.level)
    was = proposal.base.identities
    return differences(meaning_of(proposal.base.id).page, new, was=was, now=proposal.identities or was)


def chosen_identities(proposal: Proposal) -> dict[str, str]:
    """Return the identities its writers chose for headings: a step of the version before under a new heading."""
    base = proposal.base.identities if proposal.base else {}
    known = set(base.values())
    headings = (step.name for step in read(proposal.text).page.walk())
    kept = {heading: proposal.identities.get(heading, "") for heading in headings}
    return {heading: one for heading, one in kept.items() if one in known and base.get(heading) != one}


def require_level(proposal: Proposal) -> None:
    """Raise NotPublishable unless a proposal's text reaches the level its page is published at."""
    level_for(draft_of(proposal.text), Level(proposal.base.level) if proposal.base else None)


def changes_between(old: Version, new: Version) -> Differences:
    """Return what one version changes in another."""
    pages = (meaning_of(old.id).page, meaning_of(new.id).page)
    return differences(*pages, was=old.identities, now=new.identities)


def in_words(found: Differences) -> str:
    """Say a difference in plain text, step by step: what it said, what it says."""
    parts = [f"The page: {' '.join(one.words for one in found.page)}"] if found.page else []
    parts += [_step(change) for change in found.steps]
    text = "\n\n".join(parts) or "Nothing that people do changes."
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"


def _step(change: StepChange) -> str:
    lines = [f"“{change.name}”. {' '.join(change.words)}"]
    before, now = plain(change.says_before), plain(change.says_now)
    if before != now:
        lines += [f"Before: {before}"] if before else []
        lines += [f"Now: {now}"] if now else []
    return "\n".join(lines)
