"""Refusals of the verbs of connections.  Each message is a whole sentence that says what to do."""

from __future__ import annotations


class NotUsable(Exception):
    """What was given does not fit: an unknown kind, a name that is taken, a value that is missing."""
