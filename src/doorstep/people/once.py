"""What making one screen reads several times is read once: who administers, what somebody may meet, which roles they hold.

Nothing is kept from one request to the next, and nothing where no screen is made: there each asks anew.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")

_KEPT: ContextVar[dict[Hashable, Any] | None] = ContextVar("read_once", default=None)


@contextmanager
def reading() -> Iterator[None]:
    """Keep what is read within: for what only reads, since it does not see what changes meanwhile."""
    before = _KEPT.set({})
    try:
        yield
    finally:
        _KEPT.reset(before)


def once(key: Hashable, read: Callable[[], T]) -> T:
    """Return what was read under a key, or read it now."""
    kept = _KEPT.get()
    if kept is None:
        return read()
    if key not in kept:
        kept[key] = read()
    value: T = kept[key]
    return value
