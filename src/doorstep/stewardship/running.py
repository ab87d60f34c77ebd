"""The runs that are on the way when a page changes: what moving each would do, in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from doorstep.cases.migrate import Moved, dry_run
from doorstep.cases.models import Case
from doorstep.cases.refusals import Refused
from doorstep.cases.rights import answering, authority, cases_seen_by
from doorstep.library.models import Process
from doorstep.library.review import review
from doorstep.reading.words import listed
from doorstep.stewardship.change_words import chosen_identities
from doorstep.stewardship.models import Proposal

LOOKED_AT = 20
"""So many runs are tried one by one; of more, the count is said."""


@dataclass(frozen=True, slots=True)
class OnTheWay:
    """One run, and in words what moving it would do.  ``fails``: why it cannot move."""

    case_id: UUID
    number: int
    title: str
    words: str
    fails: bool = False
    stays: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """What moving would do to the runs on the way at one moment: how many there are, and of those tried title and words."""

    count: int
    runs: Mapping[str, tuple[str, str]]  # by the id of the case

    def to_json(self) -> dict[str, object]:
        """Return it as a proposal keeps it."""
        return {"count": self.count, "runs": {case: list(said) for case, said in self.runs.items()}}

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Look:
        """Return what `to_json` wrote."""
        runs = {case: (title, words) for case, (title, words) in plain.get("runs", {}).items()}
        return cls(plain.get("count", 0), runs)


def on_the_way(process: UUID) -> QuerySet[Case]:
    """Select the runs of a process that are on the way, the oldest first."""
    return Case.objects.filter(process_id=process, status__in=("open", "suspended")).order_by("started_at", "id")


def mover_of(process: Process, *, at: datetime) -> UUID | None:
    """Return in whose name runs are moved: whoever answers for the process, else somebody who knows it."""
    return answering(process.id, at=at) or next(iter(sorted(authority(process.id).experts)), None)


def try_moves(proposal: Proposal, *, at: datetime, limit: int = LOOKED_AT) -> tuple[OnTheWay, ...]:
    """Return what moving each run would do, without doing it; the text need not be in review yet."""
    process = proposal.process
    mover = mover_of(process, at=at) if process else None
    if process is None or mover is None:
        return ()
    runs = list(on_the_way(process.id)[:limit])
    if not runs:
        return ()
    with transaction.atomic():
        before = transaction.savepoint()
        version = proposal.version_id or _for_a_moment(proposal, process, at)
        tried = tuple(_tried(run, proposal, version=version, by=mover, at=at) for run in runs)
        transaction.savepoint_rollback(before)
    return tried


def tried_for(proposal: Proposal, *, by: UUID, at: datetime) -> tuple[OnTheWay, ...]:
    """Return what `try_moves` does as somebody may read it: a run they may not see is a number."""
    tried = try_moves(proposal, at=at)
    ids = [one.case_id for one in tried]
    seen = set(cases_seen_by(by, at=at).filter(id__in=ids).values_list("id", flat=True))
    return tuple(one if one.case_id in seen else replace(one, title=f"Run {one.number}") for one in tried)


def _for_a_moment(proposal: Proposal, process: Process, at: datetime) -> UUID:
    """Return a version of the proposal's text that is taken back when the runs were tried."""
    identities = chosen_identities(proposal)
    return review(process=process.id, text=proposal.text, by=proposal.by_id, identities=identities, at=at).id


def look(proposal: Proposal, *, at: datetime) -> Look:
    """Return what becomes of the runs on the way, worked out now."""
    assert proposal.process is not None, "runs are of a process"
    count = on_the_way(proposal.process.id).count()
    tried = try_moves(proposal, at=at) if count and proposal.move_running else ()
    return Look(count, {str(one.case_id): (one.title, "Not moved." if one.stays else one.words) for one in tried})


def look_again(proposal: Proposal, *, at: datetime) -> str:
    """Look anew and keep it; return in words what is otherwise than it was said last, empty where nothing is.

    Whoever calls saves the row.
    """
    if not proposal.move_running:
        return ""
    before, now = Look.from_json(proposal.runs), look(proposal, at=at)
    proposal.runs = now.to_json()
    return " ".join(_drift(before, now))


def drifted(proposal: Proposal, *, at: datetime) -> str:
    """Return in words what is otherwise now than it was said last, without keeping it."""
    return " ".join(_drift(Look.from_json(proposal.runs), look(proposal, at=at))) if proposal.move_running else ""


def _drift(before: Look, now: Look) -> Iterator[str]:
    new = [said for case, said in now.runs.items() if case not in before.runs]
    gone = [title for case, (title, _) in before.runs.items() if case not in now.runs]
    other = [said for case, said in now.runs.items() if before.runs.get(case, said) != said]
    yield from (f"{title} is on the way, too: {words}" for title, words in new)
    if gone:
        yield f"{listed(gone)} {'is' if len(gone) == 1 else 'are'} no longer on the way."
    yield from (f"{title}: {words}" for title, words in other)
    if now.count != before.count and max(now.count, before.count) > LOOKED_AT:
        yield f"{now.count} runs are on the way, not {before.count}."


def runs_in_words(found: Look, *, moves: bool) -> str:
    """Say what becomes of the runs on the way, as approvers read it."""
    if not found.count:
        return "No run is on the way."
    runs, stay = ("1 run is", "stays on its") if found.count == 1 else (f"{found.count} runs are", "stay on their")
    if not moves:
        return f"{runs} on the way and {stay} version."
    titles: dict[str, list[str]] = {}
    for title, words in found.runs.values():
        titles.setdefault(words, []).append(title)
    lines = [f"{listed(some)}: {words}" for words, some in titles.items()]
    more = found.count - len(found.runs)
    lines += [f"And {more} more."] if more > 0 else []
    return "\n".join([f"{runs} on the way; these move:", *lines])


def in_words(moved: Moved) -> str:
    """Say what moving a run does."""
    parts = [
        ("new", moved.added),
        ("asked now", moved.opened),
        ("taken back", moved.withdrawn),
        ("no longer on the page", moved.gone),
    ]
    said = [f"{what}: {_quoted(names)}" for what, names in parts if names]
    text = "; ".join(said)
    return f"{text[0].upper()}{text[1:]}." if text else "Nothing changes where it stands."


def _tried(run: Case, proposal: Proposal, *, version: UUID, by: UUID, at: datetime) -> OnTheWay:
    stays = str(run.id) in proposal.staying
    try:
        words, fails = in_words(dry_run(case_id=run.id, version_id=version, by=by, at=at)), False
    except Refused as refused:
        words, fails = f"It cannot move: {refused}", True
    return OnTheWay(run.id, run.number, run.title, words, fails=fails, stays=stays)


def _quoted(names: Iterable[str]) -> str:
    return listed([f"“{name}”" for name in names])
