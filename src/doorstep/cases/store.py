"""Files: by content, once, in one Store."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable

from doorstep.cases.models import Blob
from doorstep.cases.refusals import NotFound, NotPossible
from doorstep.kernel.values import FileRef
from doorstep.understanding.bodies import File

LIMIT = 25 * 1024 * 1024
SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "application/pdf"})
"""What a page may show, in a sandbox; everything else is offered for download."""

Scan = Callable[[bytes], str]
"""Looks at a file before it is kept; returns why it is refused, or nothing."""

_scans: list[Scan] = []


def scan_with(scan: Scan) -> None:
    """Let every file be looked at by one more scanner."""
    _scans.append(scan)


def keep(name: str, content: bytes, media_type: str = "application/octet-stream") -> FileRef:
    """Store a file and return what a fact holds of it.  Raises NotPossible with what is wrong with it."""
    if len(content) > LIMIT:
        size = f"{len(content) / 1024 / 1024:.0f} MiB"
        raise NotPossible(f'Expected a file of at most 25 MiB, but "{name}" has {size}. Send a link to it instead.')
    for scan in _scans:
        if why := scan(content):
            raise NotPossible(f'"{name}" was refused: {why} Send a clean copy.')
    sha256 = hashlib.sha256(content).hexdigest()
    row = Blob(sha256=sha256, content=content, size=len(content), media_type=media_type)
    Blob.objects.bulk_create([row], ignore_conflicts=True)
    return FileRef(name=_base(name), sha256=sha256, media_type=media_type, size=len(content))


def keep_all(attachments: Iterable[File]) -> tuple[list[FileRef], list[str]]:
    """Store what came with a mail beside what its text shows; return the files, and why others were refused."""
    kept, refused = [], []
    for one in attachments:
        if one.inline or not one.name:
            continue
        try:
            kept.append(keep(one.name, one.content, one.media_type))
        except NotPossible as error:
            refused.append(str(error))
    return kept, refused


def content_of(file: FileRef) -> bytes:
    """Return a file's content.  Raises NotFound."""
    row = Blob.objects.filter(sha256=file.sha256).first()
    if row is None:
        raise NotFound(f'The file "{file.name}" is not in the store. Ask whoever gave it to send it again.')
    return bytes(row.content)


def _base(name: str) -> str:
    """Return a file's name without folders and without characters that break a header."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(letter for letter in last if letter.isprintable()).strip() or "file"
