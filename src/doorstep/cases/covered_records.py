"""What an approval of a linked record covers: who the record is and the fields the page names, not its every stamp.

    Approve: {opportunity}        and somewhere on the page        opportunity.Amount

covers the opportunity and its Amount.  That somebody touched the record otherwise changes nothing that was approved.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from uuid import UUID

from doorstep.cases.pages import Indexed, indexed
from doorstep.cases.records import KEY, LINK, TITLE
from doorstep.reading.writing import write

WHO = frozenset({KEY, TITLE, LINK})


def as_covered(page: Indexed, fact: str, value: object) -> object:
    """Return a fact's value as the case keeps it: of a record that an approval covers, the fields the page names."""
    if not isinstance(value, Mapping) or fact not in _covered(page.version_id):
        return value
    text = _text(page.version_id)
    return {name: one for name, one in value.items() if name in WHO or _names(text, fact, str(name))}


@lru_cache(maxsize=512)
def _covered(version: UUID) -> frozenset[str]:
    """Return the facts that an approval of a version covers."""
    return frozenset(name for node in indexed(version).program.nodes for name in node.covers)


@lru_cache(maxsize=512)
def _text(version: UUID) -> str:
    """Return a version's text for looking names up in it."""
    return " ".join(write(indexed(version).page).casefold().split())


def _names(text: str, fact: str, field: str) -> bool:
    """Say whether a text names a field of a record: ``opportunity.Amount``, or the field in quotes."""
    wanted = " ".join(field.casefold().split())
    return f'"{wanted}"' in text or bool(re.search(rf"{re.escape(fact.casefold())}\.{re.escape(wanted)}(?!\w)", text))
