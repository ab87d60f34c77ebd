"""Keeping a file as a page of the lowest level: it has a title, an owner and a review, and readers find it."""

from __future__ import annotations

import mimetypes
from datetime import datetime
from uuid import UUID

from doorstep.cases import store
from doorstep.cases.refusals import NotPossible
from doorstep.library.errors import NotUsable
from doorstep.library.models import Materiality, Process
from doorstep.library.publish import Kept, Published, publish
from doorstep.people.errors import NotAllowed
from doorstep.people.models import Person
from doorstep.reading.page import Address, Page, TitleCard
from doorstep.reading.writing import write


def keep_file(
    *,
    name: str,
    content: bytes,
    by: UUID,
    title: str = "",
    owner: str = "",
    group: str = "",
    review: str = "",
    process: str = "",
    why: str = "",
    at: datetime | None = None,
) -> Published:
    """Publish a file (PDF, Word, anything up to 25 MiB) as a version of the level *kept*.

    ``owner`` is an address, the publisher's own unless given; ``review`` is how often it is looked at ("12 months").
    A later file of the same title or ``process`` is its next version.  Raises NotUsable for a file that is refused,
    NotAllowed.
    """
    person = Person.objects.filter(id=by, outside=False).first()
    if person is None:
        raise NotAllowed("Only people of the organisation may publish. Ask one of them to do it.")
    known = Process.objects.filter(key=process).first() if process else None
    said = title.strip() or (known.title if known else "") or _title_of(name)
    if not content:
        raise NotUsable(f'Expected a file with something in it, but "{name}" is empty. Choose it again.')
    media = mimetypes.guess_type(name)[0] or "application/octet-stream"
    try:
        file = store.keep(name, content, media)
    except NotPossible as refused:
        raise NotUsable(str(refused)) from refused
    card = TitleCard(owner=Address(owner.strip() or person.email), group=group.strip() or None, review=review or None)
    text = write(Page(said, card, body=f"Kept as a file: {file.name}"))
    kept = Kept(file.sha256, media)
    where = {"file": file.name, "process": process, "kept": kept}
    return publish(text=text, by=by, why=why, materiality=Materiality.MATERIAL, at=at, **where)  # type: ignore[arg-type]


def _title_of(name: str) -> str:
    """Return a title made from a file's name: ``travel_policy-v2.pdf`` is "Travel policy v2"."""
    stem = name.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
    words = " ".join(stem.replace("_", " ").replace("-", " ").split())
    return words[:1].upper() + words[1:] or "File"
