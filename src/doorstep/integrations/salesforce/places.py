"""How a record is named: by id, by address, by the external id of a letter on it."""

from __future__ import annotations

import re

_ID = re.compile(r"(?:^|/)([A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?)(?=$|[/?#])")


def record_id(written: str) -> str:
    """Return the id in what a person, a fact or a delivery calls a record, or nothing."""
    found = _ID.findall(written.strip())
    return str(found[-1]) if found else ""
