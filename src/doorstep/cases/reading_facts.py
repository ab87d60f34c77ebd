"""Facts as people and forms give them, read by their kinds."""

from __future__ import annotations

from collections.abc import Mapping

from doorstep.cases.refusals import NotPossible
from doorstep.reading.facts import FactKinds, NotOfKind


def facts_by_kind(kinds: FactKinds, given: Mapping[str, object]) -> dict[str, object]:
    """Return given facts as typed values, those left empty left out.  Raises NotPossible, naming the fact."""
    try:
        return kinds.read({name: value for name, value in given.items() if value not in (None, "")})
    except NotOfKind as error:
        raise NotPossible(str(error)) from error
