"""Who an addressee is, remembered for a few seconds: the hot path asks people once, not once a handoff.

A change made by this process is seen at once, one made by another process after at most ``KEPT`` seconds.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Hashable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

from django.apps import apps
from django.db.models.signals import m2m_changed, post_delete, post_save

from doorstep.people import addressee as meaning
from doorstep.people.models import Person
from doorstep.people.reference import PersonRef, ref
from doorstep.people.resolve import Found, NotFound, resolve
from doorstep.reading.addressees import read_addressee
from doorstep.reading.page import Addressee
from doorstep.reading.phrase import Phrase

KEPT = 5.0
_LIMIT = 20_000
_remembered: dict[Hashable, tuple[float, object]] = {}
T = TypeVar("T")
_ID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")


def remembered(key: Hashable, make: Callable[[], T]) -> T:
    """Return what `make` gave for a key lately, or make it now."""
    now = time.monotonic()
    kept = _remembered.get(key)
    if kept is not None and kept[0] > now:
        return kept[1]  # type: ignore[return-value]  # the key says what it is
    value = make()
    if len(_remembered) >= _LIMIT:
        _remembered.clear()
    _remembered[key] = (now + KEPT, value)
    return value


def is_remembered(key: Hashable) -> bool:
    """Say whether something is still remembered."""
    kept = _remembered.get(key)
    return kept is not None and kept[0] > time.monotonic()


def remember(known: Mapping[Hashable, object]) -> None:
    """Remember what was read for many at once, so that no row of a list asks for itself."""
    until = time.monotonic() + KEPT
    _remembered.update({key: (until, value) for key, value in known.items()})


def forget(**_signal: Any) -> None:
    """Forget everything, because somebody or something changed."""
    _remembered.clear()


def forget_on_change() -> None:
    """Forget whenever this process changes people or connections; called once when Django is ready."""
    for label in ("people", "connections", "library"):
        for model in apps.get_app_config(label).get_models():
            post_save.connect(forget, sender=model, dispatch_uid=f"cases-{model.__name__}")
            post_delete.connect(forget, sender=model, dispatch_uid=f"cases-{model.__name__}")
    m2m_changed.connect(forget, dispatch_uid="cases-m2m")


@lru_cache(maxsize=4096)
def addressee_of(text: str) -> Addressee:
    """Return the addressee a canonical text means.  Raises Unreadable."""
    return read_addressee(Phrase(text, 1, 1))


def found(
    text: str,
    *,
    facts: Mapping[str, object],
    starter: UUID,
    doers: Mapping[str, UUID],
    at: datetime,
    excluded: Collection[UUID] = (),
    process: str = "",
) -> Found | NotFound:
    """Return whom an addressee means at a time, by `people.resolve`."""
    addressee = addressee_of(text)
    try:
        meant = meaning.meant(addressee, facts=facts, starter=starter, doers=doers)
    except meaning.NotKnownYet as reason:
        return NotFound(str(reason))
    key = ("found", meant, frozenset(excluded), process, at.replace(minute=0, second=0, microsecond=0))
    return remembered(
        key,
        lambda: resolve(
            addressee, facts=facts, starter=starter, doers=doers, at=at, excluded=excluded, process=process
        ),
    )


def person(person_id: UUID) -> PersonRef | None:
    """Return somebody as the case sees them, None when they are no longer on record."""

    def read() -> PersonRef | None:
        row = Person.objects.filter(id=person_id).first()
        return ref(row) if row else None

    return remembered(("person", person_id), read)


def name_of(person_id: UUID | None) -> str:
    """Return somebody's name for a sentence."""
    known = person(person_id) if person_id else None
    return known.name if known else "somebody who is no longer on record"


def in_names(why: str) -> str:
    """Return a sentence of the kernel's with people by name: it knows them by their ids alone."""
    return _ID.sub(lambda found: name_of(UUID(found[0])), why)
