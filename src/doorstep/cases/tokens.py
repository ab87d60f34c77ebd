"""Random ids for links and reply addresses: given out once, stored hashed, bound, revocable, expiring.

A token is 26 letters and digits in lower case: it survives mail systems that ignore case, and the local
part of a reply address stays far below 64 octets.
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from doorstep.cases.clock import real_now
from doorstep.cases.models import Lookup

LIFETIME = timedelta(days=90)
"""How long a link or reply address works; a newer message brings a newer one."""


class Bound(NamedTuple):
    """What a token stands for."""

    case_id: UUID
    ask_id: UUID | None = None
    delivery_id: UUID | None = None
    person: UUID | None = None
    address: str = ""


def new_token() -> str:
    """Return 128 bits of chance as text."""
    return base64.b32encode(os.urandom(16)).decode().rstrip("=").lower()


def digest(kind: str, text: str) -> bytes:
    """Return what is stored of a token or an external id; case does not count."""
    return hashlib.sha256(f"{kind}:{text.strip().lower()}".encode()).digest()


def give(kind: str, bound: Bound) -> str:
    """Make a token of a kind (link, reply) and store its hash; the token itself is kept nowhere."""
    return give_all([kind], bound)[kind]


def give_all(kinds: Iterable[str], bound: Bound) -> dict[str, str]:
    """Make a token of each kind, bound to one thing, in one statement; return them by kind."""
    tokens = {kind: new_token() for kind in kinds}
    rows = [_row(kind, token, bound, real_now() + LIFETIME) for kind, token in tokens.items()]
    Lookup.objects.bulk_create(rows, ignore_conflicts=True)
    return tokens


def remember(kind: str, text: str, bound: Bound, *, expires_at: datetime | None = None) -> None:
    """Store from what something that comes in is recognised; the first to say so is right."""
    Lookup.objects.bulk_create([_row(kind, text, bound, expires_at)], ignore_conflicts=True)


def _row(kind: str, text: str, bound: Bound, expires_at: datetime | None) -> Lookup:
    return Lookup(hash=digest(kind, text), kind=kind, expires_at=expires_at, **bound._asdict())


def find(kind: str, text: str) -> Lookup | None:
    """Return what a token or external id is bound to, also when it expired or was revoked."""
    return Lookup.objects.filter(hash=digest(kind, text)).first()


def works(found: Lookup) -> bool:
    """Say whether a token still opens something."""
    return found.revoked_at is None and (found.expires_at is None or found.expires_at > real_now())


def revoke(ask_id: UUID, *, person: UUID | None = None) -> int:
    """Revoke the links of an ask, or those one person was given; return how many."""
    given = Lookup.objects.filter(ask_id=ask_id, kind="link", revoked_at=None)
    return (given.filter(person=person) if person else given).update(revoked_at=real_now())
