"""The page and program of a version, indexed by the keys the kernel uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from uuid import UUID

from django.conf import settings

from doorstep.kernel.program import Formula, Node, Program
from doorstep.library.models import Version
from doorstep.library.programs import meaning_of
from doorstep.reading.facts import FactKinds, kinds_of
from doorstep.reading.page import Page, Step


@dataclass(frozen=True)
class Indexed:
    """A version: its page, its program, and what is found by a step's key."""

    version_id: UUID
    number: int
    process_id: UUID
    process_key: str
    page: Page
    program: Program
    nodes: Mapping[str, Node]
    steps: Mapping[str, Step]
    arguments: Mapping[str, tuple[tuple[str, Formula], ...]]
    kinds: FactKinds


@lru_cache(maxsize=512)
def indexed(version_id: UUID) -> Indexed:
    """Return a version's page and program.  Versions are immutable, so this is kept."""
    row = Version.objects.select_related("process").only("number", "process__key").get(id=version_id)
    meaning = meaning_of(version_id)
    currency = meaning.page.card.currency or settings.DOORSTEP.text("currency")
    return Indexed(
        version_id=version_id,
        number=row.number,
        process_id=row.process_id,
        process_key=row.process.key,
        page=meaning.page,
        program=meaning.program,
        nodes={node.key: node for node in meaning.program.nodes},
        steps=meaning.compiled.steps,
        arguments=meaning.compiled.arguments,
        kinds=replace(kinds_of(meaning.page), currency=currency),
    )
