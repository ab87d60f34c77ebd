"""The whole library as files: one Markdown file a page, kept files beside, and a manifest with their hashes.

    GROUP/KEY.md                the text in force, as it was published
    GROUP/KEY.files/NAME        the file of a page that is kept
    manifest.json               {"format": 1, "organisation", "at", "pages": [{"path", "key", "title", "level", "version",
                                "hash", "sha256", "identities", "kept": {"path", "sha256", "media"}, …}]}

Reading it in again (`import_library`) gives the same texts, levels and identities.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO

from django.conf import settings

from doorstep.cases import store
from doorstep.kernel.values import FileRef
from doorstep.library.models import Version, VersionState
from doorstep.library.seen import seen_by
from doorstep.people.clock import business_now
from doorstep.people.rights import Doer

FORMAT = 1
MANIFEST = "manifest.json"
CHUNK = 200


@dataclass(frozen=True, slots=True)
class File:
    """One file of an export: its path within it, and what it holds."""

    path: str
    content: bytes


def export_library(*, to: Path, by: Doer, at: datetime | None = None) -> int:
    """Write what somebody meets of the library into a folder, and return how many pages that is.

    Files of the same names are replaced; others in the folder are left alone.
    """
    count = 0
    for file in files(by=by, at=at or business_now()):
        target = to / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(file.content)
        count += file.path.endswith(".md")
    return count


def zip_library(*, to: IO[bytes], by: Doer, at: datetime | None = None) -> int:
    """Write what somebody meets of the library as a zip file, and return how many pages that is."""
    count = 0
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files(by=by, at=at or business_now()):
            archive.writestr(file.path, file.content)
            count += file.path.endswith(".md")
    return count


def files(*, by: Doer, at: datetime) -> Iterator[File]:
    """Yield the files of an export, the manifest last.  Pages are read by the hundred, kept files one by one."""
    entries: list[dict[str, object]] = []
    rows = Version.objects.filter(seen_by(by, process="process"), state=VersionState.EFFECTIVE)
    ordered = rows.select_related("process__group").order_by("process__key").defer("faults")
    for row in ordered.iterator(chunk_size=CHUNK):
        entry, made = _page(row)
        entries.append(entry)
        yield from made
    whole = {"format": FORMAT, "organisation": settings.DOORSTEP.text("organisation"), "at": at.isoformat()}
    text = json.dumps({**whole, "pages": entries}, ensure_ascii=False, indent=1)
    yield File(MANIFEST, text.encode())


def _page(row: Version) -> tuple[dict[str, object], list[File]]:
    """Return the manifest's entry of a page, and its files."""
    of = row.process
    base = f"{_folder(of.group.name if of.group else '')}/{of.key}"
    text = row.text.encode(errors="surrogatepass")
    made = [File(f"{base}.md", text)]
    entry: dict[str, object] = {
        "path": f"{base}.md",
        "key": of.key,
        "title": of.title,
        "group": of.group.name if of.group else "",
        "level": row.level,
        "version": row.number,
        "hash": row.hash,
        "sha256": hashlib.sha256(text).hexdigest(),
        "identities": row.identities,
        "why": row.why,
        "materiality": row.materiality,
        "effective_from": row.effective_from.isoformat() if row.effective_from else None,
    }
    if row.blob:
        name = PurePosixPath(row.file.replace("\\", "/")).name or "file"
        content = store.content_of(FileRef(name=name, sha256=row.blob, media_type=row.media))
        path = f"{base}.files/{_plain(name)}"
        made.append(File(path, content))
        entry["kept"] = {"path": path, "name": row.file, "sha256": row.blob, "media": row.media}
    return entry, made


def _folder(group: str) -> str:
    """Return a folder's name for a group: letters, digits and hyphens alone."""
    plain = unicodedata.normalize("NFKD", group).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "no-group"


def _plain(name: str) -> str:
    """Return a file's name that every system takes, its ending kept."""
    kept = re.sub(r'[\x00-\x1f<>:"/\\|?*]', "_", name).strip(". ")
    return kept[-150:] or "file"
