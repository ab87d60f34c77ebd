"""What a sandbox remembers: one JSON document in a file, written whole after each change."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Json = dict[str, Any]


class State:
    """A document under a lock.  ``with state.changing() as document`` saves it at the end."""

    def __init__(self, file: Path | None, first: Callable[[], Json]) -> None:
        self._file = file
        self._lock = threading.RLock()
        self._document: Json = json.loads(file.read_text()) if file and file.exists() else first()

    @contextmanager
    def reading(self) -> Iterator[Json]:
        """Give the document while nobody changes it."""
        with self._lock:
            yield self._document

    @contextmanager
    def changing(self) -> Iterator[Json]:
        """Give the document, then write it beside the old file and put it in its place."""
        with self._lock:
            yield self._document
            if self._file:
                self._file.parent.mkdir(parents=True, exist_ok=True)
                new = self._file.with_suffix(".new")
                new.write_text(json.dumps(self._document, ensure_ascii=False))
                os.replace(new, self._file)  # noqa: PTH105 - says that it replaces
