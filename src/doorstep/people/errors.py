"""Refusals of people's verbs.  Each message is a whole sentence that says what to do."""

from __future__ import annotations


class NotAllowed(Exception):
    """Who asks for it may not do it; the message says who may."""


class NotUsable(Exception):
    """What was given does not fit: an unknown zone, an address that is taken, a link that has expired."""
