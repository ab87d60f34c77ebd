"""Write back to whoever sent lines by mail: how they stand, on the thread of their mail."""

from __future__ import annotations

from doorstep.cases import wake
from doorstep.cases.channels import MAIL, ways
from doorstep.cases.clock import real_now
from doorstep.cases.models import Delivery
from doorstep.cases.rows import RANKS
from doorstep.people.keys import person_key
from doorstep.stewardship.models import MailedLines

PURPOSE = "lines"
LETTERS_AT_MOST = 12
"""Letters about one mail: the backstop against whoever answers by machine."""


def write_back(made: MailedLines, *, lane: str = "receipts") -> None:
    """Queue the letter that says how lines stand when it leaves; not without end, for somebody may answer by machine."""
    way = ways().get(MAIL)
    number = Delivery.objects.filter(case_id=made.id, purpose=PURPOSE).count() + 1
    if way is None or number > LETTERS_AT_MOST:
        return
    Delivery.objects.create(
        case_id=made.id,
        about=str(made.id),
        position=number,
        n=number,
        addressee=person_key(made.person_id) if made.person_id else made.address,
        person=made.person_id,
        address="" if made.person_id else made.address,
        channel=MAIL,
        connection=way.connection,
        purpose=PURPOSE,
        lane=lane,
        rank=RANKS[lane],
        not_before=real_now(),
        queued_at=made.changed_at or made.at,
    )
    wake.after_commit()
