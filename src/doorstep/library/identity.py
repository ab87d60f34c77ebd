"""What stays the same about a step when its heading changes.

A step's identity is the heading it was first published under.  It is kept beside the text, so that
renaming breaks nothing: running cases are moved along by identity.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from doorstep.library.errors import NotUsable
from doorstep.reading.page import Page, Step

Identities = Mapping[str, str]
"""From heading to identity."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A heading that vanished and one that is new: the same step?  ``likeness`` is from 0 to 1."""

    vanished: str
    identity: str
    appeared: str
    likeness: float


def identities_of(page: Page, *, before: Identities, chosen: Identities | None = None) -> dict[str, str]:
    """Return the identities of a page's steps.

    ``chosen`` wins, then what the heading had in the version before, then the heading itself.  Raises
    NotUsable for a heading the page does not have, a chosen identity that the version before does not
    have, or one given twice.
    """
    headings = [step.name for step in page.walk()]
    given = dict(chosen or {})
    _check(given, before, headings)
    taken = set(given.values())
    kept = {
        name: before[name] for name in headings if name in before and name not in given and before[name] not in taken
    }
    found = {**given, **kept}
    used = {*found.values(), *before.values()}
    for heading in headings:
        if heading not in found:
            found[heading] = _unused(heading, used)
            used.add(found[heading])
    return {heading: found[heading] for heading in headings}


def content_hash(text: str, identities: Identities, blob: str = "") -> str:
    """Return the SHA-256 of what makes a version: its text, the identities of its steps, and the file it keeps."""
    plain = json.dumps(dict(identities), sort_keys=True, ensure_ascii=False)
    beside = f"\0{blob}" if blob else ""
    return hashlib.sha256(f"{text}\0{plain}{beside}".encode(errors="replace")).hexdigest()


def candidates(old: Page, new: Page, *, before: Identities) -> tuple[Candidate, ...]:
    """Return which vanished heading each new one most likely continues, the likeliest first, each heading once."""
    olds = {step.name: (step, group) for step, group in _placed(old.steps, "")}
    news = {step.name: (step, group) for step, group in _placed(new.steps, "")}
    pairs = [
        Candidate(gone, before.get(gone, gone), come, _likeness(olds[gone], news[come]))
        for gone in olds.keys() - news.keys()
        for come in news.keys() - olds.keys()
    ]
    return tuple(_each_once(sorted(pairs, key=lambda pair: (-pair.likeness, pair.vanished, pair.appeared))))


def _each_once(pairs: list[Candidate]) -> Iterator[Candidate]:
    """Yield pairs so that no heading comes twice."""
    seen: set[tuple[str, str]] = set()
    for pair in pairs:
        if seen.isdisjoint({("old", pair.vanished), ("new", pair.appeared)}):
            seen |= {("old", pair.vanished), ("new", pair.appeared)}
            yield pair


def _likeness(old: tuple[Step, str], new: tuple[Step, str]) -> float:
    """Return how alike two steps are: half by their words, a third by their cards, the rest by where they stand."""
    words = SequenceMatcher(None, old[0].name.casefold(), new[0].name.casefold()).ratio()
    card = old[0].card == new[0].card if old[0].card else old[0].guidance.strip() == new[0].guidance.strip()
    return round(words / 2 + card / 3 + (old[1] == new[1]) / 6, 2)


def _placed(steps: Collection[Step], group: str) -> Iterator[tuple[Step, str]]:
    """Yield every step with the heading it stands under."""
    for step in steps:
        yield step, group
        yield from _placed(step.steps, step.name)


def _check(given: Identities, before: Identities, headings: Collection[str]) -> None:
    """Raise NotUsable for identities that cannot be chosen."""
    known = set(before.values())
    for heading, identity in given.items():
        if heading not in headings:
            raise NotUsable(f'Expected the heading of a step, but the page has no step "{heading}".')
        if identity not in known:
            raise NotUsable(
                f'"{heading}" cannot be the same step as "{identity}": the version before has no such step.'
            )
    if len(set(given.values())) < len(given):
        raise NotUsable("Two headings were said to be the same step. Choose one of them.")


def _unused(heading: str, used: Collection[str]) -> str:
    """Return an identity for a new step: its heading, numbered when another step had it first."""
    if heading not in used:
        return heading
    return next(name for number in range(2, len(used) + 3) if (name := f"{heading} ({number})") not in used)
