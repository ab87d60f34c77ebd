"""The daily head: one line over the heads of all cases, logged and mailed to the auditor if one is named.

Without a line kept elsewhere the journal is tamper-evident against the application alone; with it, against
whoever holds the database, too.
"""

from __future__ import annotations

import hashlib
import json
import logging
from datetime import date, datetime

from django.conf import settings
from django.db import transaction

from doorstep.cases.clock import business_now, real_now
from doorstep.cases.entries import START
from doorstep.cases.models import Anchor, Case, Counter

_log = logging.getLogger(__name__)


def anchor_today(*, at: datetime | None = None) -> str:
    """Make the line of the day, once; return it, empty when it was there already."""
    day = (at or business_now()).date()
    with transaction.atomic():
        Counter.objects.select_for_update().filter(name="case").first()
        if Anchor.objects.filter(day__gte=day).exists():
            return ""
        last = Anchor.objects.order_by("-day").first()
        prev = bytes(last.digest) if last else START
        heads = _heads(last)
        found = digest(day, heads, prev)
        count = Counter.objects.filter(name="case").values_list("value", flat=True).first() or 0
        Anchor.objects.create(day=day, cases=count, digest=found, heads=heads, prev=prev, made_at=real_now())
    line = f"{day} journal head {found.hex()} over {count} runs"
    _log.info("%s", line)
    return line


def _heads(last: Anchor | None) -> bytes:
    """Return number, length and head of every case that moved since the last line."""
    known = {number: head for number, _, head in heads_of(bytes(last.heads))} if last else {}
    rows = Case.objects.order_by("number").values_list("number", "seq", "head")
    moved = [[number, seq, bytes(head).hex()] for number, seq, head in rows if known.get(number) != bytes(head).hex()]
    return json.dumps(moved, separators=(",", ":")).encode()


def heads_of(content: bytes) -> list[tuple[int, int, str]]:
    """Return number, length and head of the cases a line names."""
    return [(number, seq, head) for number, seq, head in json.loads(content)]


def digest(day: date, heads: bytes, prev: bytes) -> bytes:
    """Return what a day's line says: a hash over the day, the heads and the line before."""
    return hashlib.sha256(day.isoformat().encode() + prev + heads).digest()


def auditor() -> str:
    """Return the address that gets the line, empty when none is named."""
    return str(settings.DOORSTEP.text("auditor"))
