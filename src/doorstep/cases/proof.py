"""How sure we are who answered."""

from __future__ import annotations

ORDER = ("link", "mail", "code", "login", "signature service")
"""From the weakest to the strongest."""


def suffices(given: str, least: str) -> bool:
    """Say whether a proof is at least another."""
    return ORDER.index(given) >= ORDER.index(least)
