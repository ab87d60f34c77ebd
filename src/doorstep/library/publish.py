"""Publishing a page: a new version of its process, effective now or from a date."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q

from doorstep.connections.queries import channels_and_systems
from doorstep.library.errors import NotPublishable, NotUsable
from doorstep.library.identity import Candidate, candidates, content_hash, identities_of
from doorstep.library.models import Process, Version, VersionState
from doorstep.library.programs import meaning_of
from doorstep.library.rights import require_publisher
from doorstep.library.take_effect import take_effect
from doorstep.people.clock import business_now
from doorstep.people.directory import directory
from doorstep.people.rights import Doer
from doorstep.reading.check import check
from doorstep.reading.page import Fault, Page
from doorstep.reading.text import read


@dataclass(frozen=True, slots=True)
class Published:
    """``new`` is false when the effective version says the same already.  ``faults`` are warnings.

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


@dataclass(frozen=True, slots=True)
class _Draft:
    """A text that was read, and what is wrong with it."""

    text: str
    file: str
    page: Page
    faults: tuple[Fault, ...]


@transaction.atomic
def publish(
    *,
    text: str,
    by: Doer,
    file: str = "",
    identities: Mapping[str, str] | None = None,
    process: str = "",
    effective_from: datetime | None = None,
    at: datetime | None = None,
) -> Published:
    """Publish a page as the next version of its process.

    The process is the one whose key ``process`` is; without it the one with the page's title, or a new
    one.  ``identities`` maps headings to the identities they continue.  Raises NotPublishable with the
    faults, NotAllowed, NotUsable.
    """
    now = at or business_now()
    _one_at_a_time()
    draft = _draft(text, file)
    if any(fault.severity == "error" for fault in draft.faults):
        raise NotPublishable(draft.faults)
    row = _process(draft.page.title, process)
    require_publisher(row, by)
    row = row or Process.objects.create(key=_free_key(draft.page.title), title=draft.page.title[:300])
    latest = row.versions.select_for_update().order_by("number").last()
    before = latest.identities if latest else {}
    found = identities_of(draft.page, before=before, chosen=identities)
    digest = content_hash(text, found)
    if latest and latest.hash == digest and latest.state in {VersionState.EFFECTIVE, VersionState.APPROVED}:
        return _published(row, latest, draft, (), new=False)
    version = Version.objects.create(
        process=row,
        number=latest.number + 1 if latest else 1,
        text=text,
        hash=digest,
        file=file[:300],
        state=VersionState.APPROVED,
        effective_from=max(effective_from or now, now),
        published_by_id=by,
        published_at=now,
        faults=[str(fault) for fault in draft.faults],
        identities=found,
    )
    take_effect(at=now)
    version.refresh_from_db(fields=["state"])
    row.refresh_from_db()
    return _published(row, version, draft, _offered(latest, draft.page, found), new=True)


def same_step_candidates(*, text: str, file: str = "", process: str = "") -> tuple[Candidate, ...]:
    """Return the headings that would vanish beside new ones if a text were published, the likeliest pair first."""
    page = read(text, file=file).page
    row = _process(page.title, process)
    latest = row.versions.order_by("number").last() if row else None
    return candidates(meaning_of(latest.id).page, page, before=latest.identities) if latest else ()


def faults_of(text: str, file: str = "") -> tuple[Page, tuple[Fault, ...]]:
    """Return a page and all its faults, checked against who and what is on record here.  Changes nothing."""
    draft = _draft(text, file)
    return draft.page, draft.faults


def _draft(text: str, file: str) -> _Draft:
    """Read a text and check it."""
    channels, systems = channels_and_systems()
    checked = check(text, file=file, directory=directory(channels=channels, systems=systems))
    return _Draft(text, file, checked.page, checked.faults)


def _one_at_a_time() -> None:
    """Let publications follow each other, so that two pages of one title do not become two processes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('doorstep.library.publish'))")


def _process(title: str, key: str) -> Process | None:
    """Return the process a page is of: the one of a key, else the one whose title has the same letters."""
    if key:
        row = Process.objects.filter(key=key).first()
        if row is None:
            raise NotUsable(
                f'Expected the key of a process, but there is no "{key}". Leave it out to make a new process.'
            )
        return row
    drafts = Version.objects.filter(process=OuterRef("id"), state=VersionState.DRAFT)
    alike = Process.objects.filter(Q(title__iexact=title) | Q(key__startswith=key_of(title)), ~Exists(drafts))
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


def _published(
    row: Process, version: Version, draft: _Draft, offered: tuple[Candidate, ...], *, new: bool
) -> Published:
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
    )
