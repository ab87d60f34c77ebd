"""Refusals at the border to another system: not now, and never."""

from __future__ import annotations

from datetime import timedelta


class DeliveryFailed(Exception):
    """A delivery was not taken.  ``permanent`` means never; otherwise it is tried again after ``retry_after``."""

    def __init__(self, why: str, *, permanent: bool, retry_after: timedelta | None = None) -> None:
        super().__init__(why)
        self.permanent = permanent
        self.retry_after = retry_after


class ReadFailed(Exception):
    """A record could not be read; the message says why in a sentence."""

    def __init__(self, why: str, *, permanent: bool = False, retry_after: timedelta | None = None) -> None:
        super().__init__(why)
        self.permanent = permanent
        self.retry_after = retry_after


class WriteFailed(Exception):
    """A write did not happen."""

    def __init__(self, why: str, *, permanent: bool, retry_after: timedelta | None = None) -> None:
        super().__init__(why)
        self.permanent = permanent
        self.retry_after = retry_after


class WriteUnknown(Exception):
    """A write was sent and nobody knows whether it happened: read back, never blindly retry."""


class ConnectionPaused(Exception):
    """The connection lost its credentials; its work waits until they are mended."""
