"""Publishing a page at its level: a new version of its process, effective now or from a date."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from doorstep.connections.queries import channels_and_systems
from doorstep.library.dates import effective_moment
from doorstep.library.errors import NotPublishable, NotUsable
from doorstep.library.identity import Candidate, candidates, content_hash, identities_of
from doorstep.library.models import Level, Materiality, Process, Version, VersionState
from doorstep.library.programs import meaning_of, page_at
from doorstep.library.rights import require_publisher
from doorstep.library.seen import seen_by
from doorstep.library.take_effect import take_effect
from doorstep.people.clock import business_now
from doorstep.people.directory import directory
from doorstep.people.rights import Doer
from doorstep.reading.check import check
from doorstep.reading.levels import LEVELS, missing, reach
from doorstep.reading.page import Fault, Page


@dataclass(frozen=True, slots=True)
class Published:
    """``new`` is false when the effective version says the same already.  ``faults`` are what it was published with.

    ``same_step`` are the headings that vanished beside new ones: publish again with ``identities``
    when one is the same step.
    """

    process_id: UUID
    version_id: UUID
    key: str
    title: str
    number: int
    state: VersionState
    faults: tuple[Fault, ...] = ()
    same_step: tuple[Candidate, ...] = ()
    new: bool = True
    level: Level = Level.RUN


@dataclass(frozen=True, slots=True)
class Kept:
    """A file in the store that a version of the level *kept* is."""

    blob: str
    media: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A text that was read, what is wrong with it, and the level it reaches; None when it is no page."""

    text: str
    file: str
    page: Page
    faults: tuple[Fault, ...]
    reaches: Level | None

    def missing_for(self, level: Level) -> tuple[str, ...]:
        """Return what it lacks for a level, in sentences."""
        before = LEVELS[max(LEVELS.index(level) - 1, 0)]
        return missing(before, self.text, self.page, self.faults)


@transaction.atomic
def publish(
    *,
    text: str,
    by: Doer,
    file: str = "",
    identities: Mapping[str, str] | None = None,
    process: str = "",
    level: Level | None = None,
    effective_from: datetime | date | None = None,
    materiality: Materiality = Materiality.MATERIAL,
    why: str = "",
    kept: Kept | None = None,
    at: datetime | None = None,
) -> Published:
    """Publish a page as the next version of its process.

    The process is the one whose key ``process`` is; without it the one with the page's title, or a new
    one.  ``identities`` maps headings to the identities they continue.  ``level`` is what it is published as;
    without one a page that asks somebody or has an error in a step is to run, and any other is published at the
    level it reaches.  A date is midnight in the zone of the page's calendar.  Whoever publishes a page that names no
    owner on record proposes themselves.  Raises NotPublishable with the faults and the level it does reach, NotAllowed, NotUsable.
    """
    now = at or business_now()
    one_at_a_time()
    draft = draft_of(text, file)
    level = Level.KEPT if kept else level_for(draft, level)
    row = _theirs(draft.page, process, by)
    moment = effective_moment(effective_from, draft.page, at=now)
    row = row or Process.objects.create(key=_free_key(draft.page.title), title=draft.page.title[:300])
    latest = latest_published(row)
    page = page_at(text, level, file=file)
    found = identities_of(page, before=latest.identities if latest else {}, chosen=identities)
    digest = content_hash(text, found, kept.blob if kept else "")
    if latest and _says_the_same(latest, digest, level):
        return _published(row, latest, draft, (), new=False)
    version = Version.objects.create(
        process=row,
        number=next_number(row),
        text=text,
        hash=digest,
        file=file[:300],
        blob=kept.blob if kept else "",
        media=kept.media if kept else "",
        level=level,
        state=VersionState.APPROVED,
        effective_from=moment,
        materiality=materiality,
        why=why,
        published_by_id=by,
        published_at=now,
        faults=[str(fault) for fault in draft.faults],
        identities=found,
    )
    take_effect(at=now)
    version.refresh_from_db(fields=["state"])
    row.refresh_from_db()
    return _published(row, version, draft, _offered(latest, page, found), new=True)


def same_step_candidates(*, text: str, by: Doer, file: str = "", process: str = "") -> tuple[Candidate, ...]:
    """Return the headings that would vanish beside new ones if somebody published a text, the likeliest pair first."""
    draft = draft_of(text, file)
    row = _process(draft.page.title, process, by=by)
    latest = latest_published(row) if row else None
    if latest is None:
        return ()
    page = page_at(text, draft.reaches or latest.level, file=file)
    return candidates(meaning_of(latest.id).page, page, before=latest.identities)


def process_titled(title: str, *, by: Doer) -> Process | None:
    """Return the process that a page of a title would be a version of, if there is one that somebody may meet."""
    return _process(title, "", by=by)


def faults_of(text: str, file: str = "") -> tuple[Page, tuple[Fault, ...]]:
    """Return a page and all its faults, checked against who and what is on record here.  Changes nothing."""
    draft = draft_of(text, file)
    return draft.page, draft.faults


def draft_of(text: str, file: str = "") -> Draft:
    """Read a text and check it against who and what is on record here.  Changes nothing."""
    channels, systems = channels_and_systems()
    checked = check(text, file=file, directory=directory(text, channels=channels, systems=systems))
    reaches = reach(text, checked.page, checked.faults)
    return Draft(text, file, checked.page, checked.faults, Level(reaches) if reaches else None)


def level_for(draft: Draft, wanted: Level | None) -> Level:
    """Return the level a text is published at.  Raises NotPublishable with the level it does reach."""
    if draft.reaches is None:
        raise NotPublishable(draft.faults, wanted=wanted or Level.RUN)
    level = wanted or (Level.RUN if _is_to_run(draft) else draft.reaches)
    if level == Level.KEPT:
        raise NotUsable("Expected a file to keep, but got a page of text. Publish it as readable, or upload the file.")
    if LEVELS.index(level) > LEVELS.index(draft.reaches):
        lacks = draft.missing_for(level)
        raise NotPublishable(draft.faults, wanted=level, reaches=draft.reaches, missing=lacks)
    return level


def _theirs(page: Page, key: str, by: Doer) -> Process | None:
    """Return the process a page is of, None for a new one.  Raises NotAllowed, and NotUsable where nobody would own it."""
    row = _process(page.title, key, by=by)
    require_publisher(row, by)
    _require_owner(page, row, by)
    return row


def _is_to_run(draft: Draft) -> bool:
    """Say whether a page asks somebody, or has an error in a step: a slip in a card must not pass unseen."""
    steps = tuple(draft.page.walk())
    if any(step.card and (step.card.who or step.card.action) for step in steps):
        return True
    first = min((step.place.line for step in steps), default=None)
    errors = (fault.place.line for fault in draft.faults if fault.severity == "error")
    return first is not None and any(line >= first for line in errors)


def _require_owner(page: Page, row: Process | None, by: Doer) -> None:
    """Raise NotUsable where nobody would answer for a page."""
    known = row and (row.owner_id or row.owner_role_id)
    if by is None and not known and page.card.owner is None:
        raise NotUsable(
            f'Expected somebody who answers for "{page.title}", but it names no owner. Add “- Owner: …” under its title.'
        )


def _says_the_same(latest: Version, digest: str, level: Level) -> bool:
    in_force = latest.state in {VersionState.EFFECTIVE, VersionState.APPROVED}
    return in_force and latest.hash == digest and latest.level == level


def latest_published(process: Process) -> Version | None:
    """Return the newest version of a process that was published, also one that waits for its date."""
    return process.versions.exclude(state=VersionState.IN_REVIEW).order_by("number").last()


def next_number(process: Process) -> int:
    """Return the number of the next version, one in review counted."""
    last = process.versions.order_by("number").values_list("number", flat=True).last()
    return (last or 0) + 1


def one_at_a_time() -> None:
    """Let publications follow each other, so that two pages of one title do not become two processes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('doorstep.library.publish'))")


def _process(title: str, key: str, *, by: Doer) -> Process | None:
    """Return the process a page is of: the one of a key, else the one whose title has the same letters.

    What somebody may not meet is not there for them: their page of the same title is a process of its own.
    """
    seen = Process.objects.filter(seen_by(by))
    if key:
        row = seen.filter(key=key).first()
        if row is None:
            raise NotUsable(
                f'Expected the key of a process, but there is no "{key}". Leave it out to make a new process.'
            )
        return row
    drafts = Version.objects.filter(process=OuterRef("id"), state=VersionState.DRAFT)
    alike = seen.filter(Q(title__iexact=title) | Q(key__startswith=key_of(title)), ~Exists(drafts))
    return next((row for row in alike.order_by("id") if _letters(row.title) == _letters(title)), None)


def _letters(title: str) -> str:
    """Return a title's letters and digits, without case."""
    return re.sub(r"[\W_]+", "", title.casefold())


def key_of(title: str) -> str:
    """Return the key a title gives: ``Close a client project`` is ``close-a-client-project``."""
    plain = unicodedata.normalize("NFKD", title.replace("ß", "ss")).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:180] or "process"


def _free_key(title: str) -> str:
    """Return a key no process has."""
    key = key_of(title)
    taken = set(Process.objects.filter(key__startswith=key).values_list("key", flat=True))
    return next(
        name for number in range(1, len(taken) + 2) if (name := key if number == 1 else f"{key}-{number}") not in taken
    )


def _offered(latest: Version | None, page: Page, found: Mapping[str, str]) -> tuple[Candidate, ...]:
    """Return the pairs that were not chosen as the same step."""
    if latest is None:
        return ()
    pairs = candidates(meaning_of(latest.id).page, page, before=latest.identities)
    chosen = set(found.values())
    return tuple(pair for pair in pairs if pair.identity not in chosen)


def _published(row: Process, version: Version, draft: Draft, offered: tuple[Candidate, ...], *, new: bool) -> Published:
    """Return what was published."""
    return Published(
        process_id=row.id,
        version_id=version.id,
        key=row.key,
        title=draft.page.title,
        number=version.number,
        state=VersionState(version.state),
        faults=draft.faults,
        same_step=offered,
        new=new,
        level=Level(version.level),
    )
