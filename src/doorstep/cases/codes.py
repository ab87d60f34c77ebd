"""Codes to a registered address: how an answer page makes sure who answers.

A code is eight letters and digits (40 bits of chance), holds for ten minutes and works once.
"""

from __future__ import annotations

import base64
import os
from datetime import datetime, timedelta
from uuid import UUID

from doorstep.cases import asking, seals, tokens
from doorstep.cases.channels import MAIL, Target, ways
from doorstep.cases.clock import business_now, real_now
from doorstep.cases.models import Lookup
from doorstep.cases.noting import Noting
from doorstep.cases.refusals import NotPossible
from doorstep.people.keys import person_key

HOLDS = timedelta(minutes=10)


def send_code(*, ask_id: UUID, person: UUID, at: datetime | None = None) -> None:
    """Send a person a code for an ask to their registered address.

    Raises NotPossible when no mail is connected, or the ask is no longer open.
    """
    way = ways().get(MAIL)
    if way is None:
        raise NotPossible("Expected mail to be connected to send you a code. Sign in instead, or reply to the mail.")
    code = base64.b32encode(os.urandom(5)).decode()
    with Noting(ask_id, at=at or business_now()) as noting:
        brief = seals.seal_json(noting.case.salt, {"code": f"{code[:4]}-{code[4:]}"})
        target = Target(person_key(person), person, way.channel, way.connection)
        row = asking.delivery(
            noting.handoff, {"id": ask_id}, target, purpose="code", n=noting.case.seq + 1, brief=brief
        )
        noting.handoff.writes.add("delivery", row)
        noting.entry("CodeSent", {"to": str(person)}, by=None)
        bound = tokens.Bound(noting.case.id, ask_id, None, person)
        tokens.remember("code", _text(ask_id, person, code), bound, expires_at=real_now() + HOLDS)


def use_code(*, ask_id: UUID, person: UUID, code: str) -> bool:
    """Say whether a code is right, and use it up."""
    plain = "".join(letter for letter in code if letter.isalnum())
    known = Lookup.objects.filter(hash=tokens.digest("code", _text(ask_id, person, plain)), revoked_at=None)
    now = real_now()
    return known.filter(expires_at__gt=now).update(revoked_at=now) == 1


def _text(ask_id: UUID, person: UUID, code: str) -> str:
    return f"{ask_id}:{person}:{code}"
