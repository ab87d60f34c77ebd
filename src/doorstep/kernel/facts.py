"""Facts: taken in where they belong, linked records merged, derived facts kept in step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from doorstep.kernel.draft import Draft
from doorstep.kernel.program import Unknown
from doorstep.kernel.scope import Inside
from doorstep.kernel.state import TOP, Id


def take_start(draft: Draft, given: Mapping[str, object]) -> None:
    """Take the facts a case starts with and derive the others; none of them counts as changed."""
    draft.facts.update({name: value for name, value in given.items() if value is not None})
    draft.given = frozenset(draft.facts)
    derive(draft, None)
    draft.changed.clear()
    draft.changes.clear()


def take(draft: Draft, given: Mapping[str, object], *, by: Id | None = None) -> None:
    """Take facts given to the case or, ``by`` a step, to the instance it is in (rule 6)."""
    space = Inside(draft, by).inner() if by else TOP
    draft.given |= given.keys()
    for name, value in given.items():
        draft.assign(name, value, space)


def take_observed(draft: Draft, given: Mapping[str, object], spot: Id) -> None:
    """Take what a record shows: fields of records, or facts by name, which their records then show as well."""
    scope = Inside(draft, spot)
    gives = draft.place(spot).node.gives
    draft.given |= given.keys()
    for name, value in given.items():
        path = draft.index.program.sources.get(name)
        if path and name in gives:
            name, value = path[0], _nested(path[1:], value)  # noqa: PLW2901
        space = scope.home(name)
        if space == TOP and name in gives:
            space = scope.inner()
        draft.assign(name, value, space, merge=True)


def derive(draft: Draft, names: set[str] | None) -> None:
    """Work out again the derived facts that read one of these names, in order; None: all of them.

    A fact that this event gave itself stays as given.
    """
    scope = Inside(draft, TOP)
    records = draft.index.program.records
    for derived in draft.index.derived:
        if derived.name in draft.given or not (names is None or names & derived.formula.reads):
            continue
        value = derived.formula.value(scope)
        if derived.name in records and names is not None:
            if value == derived.formula.value(Before(draft)):
                continue  # the same record: what has been seen of it since stays
            draft.assign(derived.name, None, TOP)
        before = draft.changes.get((TOP, derived.name), 0)
        draft.assign(derived.name, None if isinstance(value, Unknown) else value, TOP)
        if names is not None and draft.changes.get((TOP, derived.name), 0) != before:
            names.add(derived.name)


class Before(Inside):
    """The facts of the case as they were before this event."""

    __slots__ = ()

    def __init__(self, draft: Draft) -> None:
        super().__init__(draft, TOP)

    def fact(self, name: str) -> object:
        return self.draft.before.get(name)


def fill(draft: Draft, spot: Id) -> None:
    """Let facts a step fills in take their values from its records' fields (rule 4)."""
    scope = Inside(draft, spot)
    observed = draft.node(spot).how == "observed"
    for name in draft.place(spot).node.gives:
        path = draft.index.program.sources.get(name)
        if path is None:
            continue
        value = read_path(scope, path)
        if value is not None or observed:
            draft.assign(name, value, scope.inner())


def read_path(scope: Inside, path: tuple[str, ...]) -> object:
    """Return a field of a record, None while it or the record is unknown."""
    value = scope.fact(path[0])
    for name in path[1:]:
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value


def missing(names: Iterable[str], given: Mapping[str, object]) -> list[str]:
    """Return the names without a known value among those given."""
    return [name for name in names if given.get(name) is None]


def seen(draft: Draft, spot: Id) -> int:
    """Return how often the facts a step's card names have changed; equal later means unchanged (rule 8)."""
    if not draft.changes:
        return 0
    scope = Inside(draft, spot)
    return sum(draft.changes.get((scope.home(name), name), 0) for name in draft.place(spot).node.names)


def _nested(path: tuple[str, ...], value: object) -> object:
    for name in reversed(path):
        value = {name: value}
    return value
