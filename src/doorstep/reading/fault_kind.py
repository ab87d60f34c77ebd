"""One kind of fault."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FaultKind:
    """``says`` is the sentence with its blanks, ``why`` the explanation, ``example`` what has this fault."""

    code: str
    says: str
    why: str
    example: str
