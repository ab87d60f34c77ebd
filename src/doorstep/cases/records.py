"""Linked records: which one a fact holds, in which system, and how its fields become facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from doorstep.plugin_api import RecordRead
from doorstep.reading.page import FactKind, Page

KEY, TITLE, LINK, STAMP = "key", "title", "link", "stamp"
"""Names under which a record keeps its identity beside its fields."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record in another system: Salesforce, Opportunity, 006…"""

    system: str
    type: str
    key: str
    link: str = ""
    title: str = ""


def record_at(page: Page, facts: Mapping[str, object], fact: str) -> Record | None:
    """Return the record a fact holds, None while it is unknown or no record."""
    kind = kind_of(page, fact)
    value = facts.get(fact)
    if kind is None or kind.name != "record" or not kind.system or not value:
        return None
    match value:
        case str():
            return Record(kind.system, kind.type or "", value)
        case Mapping() if value.get(KEY):
            link, title = str(value.get(LINK) or ""), str(value.get(TITLE) or "")
            return Record(kind.system, kind.type or "", str(value[KEY]), link, title)
    return None


def kind_of(page: Page, fact: str) -> FactKind | None:
    """Return a fact's kind, from the fact table."""
    return next((one.kind for one in page.facts if one.name == fact), None)


def value_of(read: RecordRead) -> dict[str, object]:
    """Return what a fact holds of a record that was read: its fields, and who it is."""
    return {**read.fields, KEY: read.key, TITLE: read.title, LINK: read.link}
