"""Functions over yes and no, and over records."""

from __future__ import annotations

from doorstep.kernel.program import Unknown
from doorstep.reading.feel.builtins import builtin


@builtin("not(boolean negand) -> boolean")
def negation(value: bool) -> bool:
    return not value
