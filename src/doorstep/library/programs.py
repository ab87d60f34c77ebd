"""What a version means: its page and its program, made once for a text and kept in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from uuid import UUID

from django.conf import settings

from doorstep.kernel.program import Program
from doorstep.library.errors import UnknownVersion
from doorstep.library.models import Level, Version
from doorstep.reading.compile import Compiled
from doorstep.reading.compile import compile as compile_page
from doorstep.reading.page import Page
from doorstep.reading.text import read
from doorstep.reading.ticked import ticked

KEPT = 512
"""Programs kept in memory: a version's text is read again when more than these are in use."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A version's page, its program with the content hash, and what the program was compiled from and with."""

    page: Page
    program: Program
    compiled: Compiled


def program_of(version_id: UUID) -> tuple[Page, Program]:
    """Return a version's page and program.  Raises UnknownVersion."""
    meaning = meaning_of(version_id)
    return meaning.page, meaning.program


@lru_cache(maxsize=4 * KEPT)
def meaning_of(version_id: UUID) -> Meaning:
    """Return what a version means.  A version never changes, so it is read from the database once.  Raises UnknownVersion."""
    columns = ("text", "hash", "file", "identities", "level")
    row = Version.objects.filter(id=version_id).values_list(*columns).first()
    if row is None:
        raise UnknownVersion(f"Expected the id of a version, but {version_id} is none.")
    text, content_hash, file, identities, level = row
    content = _Content(content_hash, text, file, tuple(sorted(identities.items())), Level(level))
    return _by_content(content)


def page_at(text: str, level: Level | str, *, file: str = "") -> Page:
    """Return a text as the page of a level: a followed one is for whoever works through it, whatever its cards say."""
    return ticked(text, file=file) if level == Level.FOLLOWED else read(text, file=file).page


@dataclass(frozen=True, slots=True)
class _Content:
    """What a version's meaning is made from."""

    hash: str
    text: str
    file: str
    identities: tuple[tuple[str, str], ...]
    level: Level


@lru_cache(maxsize=KEPT)
def _by_content(content: _Content) -> Meaning:
    """Return what a text means; two versions of one content and level share it."""
    page = page_at(content.text, content.level, file=content.file)
    compiled = compiled_page(page, dict(content.identities))
    return Meaning(page, replace(compiled.program, hash=content.hash), compiled)


def compiled_page(page: Page, identities: Mapping[str, str]) -> Compiled:
    """Return a page's program; a page that names no currency counts in the organisation's."""
    card = replace(page.card, currency=page.card.currency or settings.DOORSTEP.text("currency"))
    return compile_page(replace(page, card=card), identities=identities)
