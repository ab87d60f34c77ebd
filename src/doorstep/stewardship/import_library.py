"""Reading an exported library in again: the same texts, at the same levels, with the same identities and files."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from doorstep.cases import store
from doorstep.cases.refusals import NotPossible
from doorstep.library.errors import NotPublishable, NotUsable
from doorstep.library.models import Level, Materiality, Process
from doorstep.library.publish import Kept, publish
from doorstep.people.clock import business_now
from doorstep.people.errors import NotAllowed
from doorstep.people.rights import Doer
from doorstep.stewardship.export_library import FORMAT, MANIFEST


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one page: ``why`` says why it was refused, empty when it is in."""

    path: str
    key: str = ""
    new: bool = False
    why: str = ""


def import_library(*, folder: Path, by: Doer, at: datetime | None = None) -> list[Imported]:
    """Publish every page of an export, each for itself: one that is refused stops no other.

    A page that is in force with the same text already is left as it is.  Raises NotUsable for a folder that is no export.
    """
    entries = _manifest(folder)
    return [_page(folder, entry, by=by, at=at or business_now()) for entry in entries]


def _manifest(folder: Path) -> list[dict[str, Any]]:
    path = folder / MANIFEST
    try:
        whole = json.loads(path.read_text(encoding="utf-8"))
        known = whole["format"] == FORMAT and all(isinstance(one["path"], str) for one in whole["pages"])
    except (OSError, ValueError, KeyError, TypeError) as reason:
        raise NotUsable(f"Expected {path} to be the manifest of an exported library, but it cannot be read: {reason}.") from reason  # fmt: skip
    if not known:
        raise NotUsable(f"Expected an export of format {FORMAT}, but {path} is another. Export it again.")
    pages: list[dict[str, Any]] = whole["pages"]
    return pages


def _page(folder: Path, entry: dict[str, Any], *, by: Doer, at: datetime) -> Imported:
    path = str(entry["path"])
    try:
        text = _content(folder, path, str(entry.get("sha256", ""))).decode(errors="surrogatepass")
        kept = _kept(folder, entry.get("kept"))
        known = Process.objects.filter(key=entry.get("key", "")).exists()
        done = publish(
            text=text,
            by=by,
            file=str((entry.get("kept") or {}).get("name", "")),
            process=str(entry["key"]) if known else "",
            level=Level(entry["level"]) if not kept else None,
            identities=_identities(entry, known=known),
            why=str(entry.get("why", "")),
            materiality=Materiality(entry.get("materiality", Materiality.MATERIAL)),
            kept=kept,
            at=at,
        )
    except (NotPublishable, NotUsable, NotAllowed, NotPossible, ValueError, KeyError) as refused:
        return Imported(path, why=str(refused))
    return Imported(path, done.key, done.new)


def _identities(entry: dict[str, Any], *, known: bool) -> dict[str, str] | None:
    """Return the identities that renamed steps keep, where the page is here already and has them."""
    if not known:
        return None
    latest = Process.objects.get(key=entry["key"]).versions.order_by("number").last()
    before = set(latest.identities.values()) if latest else set()
    given = dict(entry.get("identities") or {})
    return {heading: identity for heading, identity in given.items() if identity in before}


def _kept(folder: Path, kept: dict[str, Any] | None) -> Kept | None:
    if not kept:
        return None
    content = _content(folder, str(kept["path"]), str(kept["sha256"]))
    media = str(kept.get("media", ""))
    return Kept(store.keep(str(kept.get("name") or "file"), content, media).sha256, media)


def _content(folder: Path, path: str, sha256: str) -> bytes:
    """Return a file of the export.  Raises NotUsable for one outside of it, that is missing, or that was changed."""
    inside = (folder / path).resolve()
    if not inside.is_relative_to(folder.resolve()):
        raise NotUsable(f'"{path}" lies outside of the export. Mend its manifest.')
    if not inside.is_file():
        raise NotUsable(f'"{path}" is not in the export. Export it again.')
    content = inside.read_bytes()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise NotUsable(
            f'"{path}" is not what the manifest says: it was changed since. Publish it by hand, or export again.'
        )
    return content
