"""How an issue is named: by key, by address, by the external id of a letter on it."""

from __future__ import annotations

import re
from dataclasses import dataclass

_KEY = re.compile(r"(?:^|/browse/|/issues/)([A-Za-z][A-Za-z0-9_]*-\d+)(?=$|[/?#])")


def issue_key(written: str) -> str:
    """Return the key in what a person or a fact calls an issue, or nothing: a key, an address, an id."""
    found = _KEY.search(written.strip())
    if found:
        return found.group(1).upper()
    return written.strip() if written.strip().isdigit() else ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a letter went: an issue, and the comment on it unless the issue itself is the letter."""

    issue: str
    comment: str = ""

    @classmethod
    def of(cls, external_id: str) -> Place:
        """Return the place an external id names."""
        issue, _, comment = external_id.partition("#")
        return cls(issue, comment)
