"""What surrounds a person's words, from ``marks.toml``, as patterns."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from typing import Any

_MARKS: dict[str, dict[str, Any]] = tomllib.loads(files(__package__).joinpath("marks.toml").read_text("utf-8"))


def _any_of(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


def _labels(kind: str) -> frozenset[str]:
    return frozenset(_MARKS["headers"][kind])


ATTRIBUTION = _any_of(
    [f"[*_\\s]*(?:{each.replace('{a}', '.{0,200}?')})[*_\\s]*" for each in _MARKS["attributions"]["patterns"]]
)
DIVIDER_WORDS = frozenset(_MARKS["dividers"]["words"])
HEADER_LABELS = {label: kind for kind in ("from", "sent", "to", "subject") for label in _labels(kind)}
DEVICE = _any_of(_MARKS["devices"]["patterns"])
CLOSINGS = frozenset(_MARKS["closings"]["words"])
BANNER = _any_of(_MARKS["banners"]["patterns"])
DISCLAIMER = _any_of(_MARKS["disclaimers"]["starts"])
SMALL_PRINT = re.compile(
    r"confidential|privileged|intended|recipient|unauthori[sz]ed|virus|unsubscribe|environment|registered|github|mailing list"
    r"|subscribed|vertraulich|empfänger|befugt|geschäftsführ|registergericht|amtsgericht|handelsregister|umwelt|ust-?id"
    r"|destinataire|destinatario|vorstand|sitz der",
    re.IGNORECASE,
)
