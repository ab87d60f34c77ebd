"""The tree of an expression.  ``at`` is where a node stands in the text, counted from 0."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


class FeelError(Exception):
    """The text is not an expression: why, where, and the mend if one is near."""

    def __init__(self, why: str, at: int, *, code: str = "E301", suggestion: str | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.at = at
        self.code = code
        self.suggestion = suggestion


@dataclass(frozen=True, slots=True)
class Literal:
    at: int
    value: object


@dataclass(frozen=True, slots=True)
class Name:
    """A fact, or a name an expression gives itself (``item``, ``x`` in ``some x in …``)."""

    at: int
    name: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What a step offers: ``Sign off the contract.approved``."""

    at: int
    step: str  # its name
    key: str  # its identity
    offer: str


@dataclass(frozen=True, slots=True)
class Path:
    at: int
    of: Expression
    label: str


@dataclass(frozen=True, slots=True)
class Filter:
    at: int
    of: Expression
    by: Expression


@dataclass(frozen=True, slots=True)
class Negate:
    at: int
    of: Expression


@dataclass(frozen=True, slots=True)
class Binary:
    """``op`` is one of + - * / ** = != < <= > >= and or."""

    at: int
    op: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Between:
    at: int
    of: Expression
    low: Expression
    high: Expression


@dataclass(frozen=True, slots=True)
class In:
    at: int
    of: Expression
    tests: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """From ``low`` to ``high``; one of them is None in a test such as ``< 5``, which ends there."""

    at: int
    low: Expression | None
    high: Expression | None
    low_closed: bool
    high_closed: bool


@dataclass(frozen=True, slots=True)
class Test:
    """The tests ``= x`` and ``!= x`` on the right of ``in``."""

    at: int
    op: str
    value: Expression


@dataclass(frozen=True, slots=True)
class If:
    at: int
    condition: Expression
    then: Expression
    otherwise: Expression


@dataclass(frozen=True, slots=True)
class For:
    at: int
    over: tuple[tuple[str, Expression], ...]
    result: Expression


@dataclass(frozen=True, slots=True)
class Quantified:
    """``some`` or ``every`` (``all`` is true)."""

    at: int
    all: bool
    over: tuple[tuple[str, Expression], ...]
    condition: Expression


@dataclass(frozen=True, slots=True)
class ListOf:
    at: int
    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Context:
    at: int
    entries: tuple[tuple[str, Expression], ...]


@dataclass(frozen=True, slots=True)
class Function:
    at: int
    parameters: tuple[str, ...]
    body: Expression


@dataclass(frozen=True, slots=True)
class Call:
    """``function`` is the name of a builtin, or an expression that gives a function."""

    at: int
    function: str | Expression
    arguments: tuple[Expression, ...]
    names: tuple[str, ...] = ()  # of named arguments


@dataclass(frozen=True, slots=True)
class InstanceOf:
    at: int
    of: Expression
    kind: str


Expression = (
    Literal
    | Name
    | Offer
    | Path
    | Filter
    | Negate
    | Binary
    | Between
    | In
    | Range
    | Test
    | If
    | For
    | Quantified
    | ListOf
    | Context
    | Function
    | Call
    | InstanceOf
)


def children(tree: Expression) -> Iterator[Expression]:
    """Yield the expressions directly inside one."""
    for name in tree.__dataclass_fields__:
        value = getattr(tree, name)
        if isinstance(value, tuple):
            for item in value:
                inner = item[1] if isinstance(item, tuple) else item
                if isinstance(inner, Expression):
                    yield inner
        elif isinstance(value, Expression):
            yield value


def walk(tree: Expression) -> Iterator[Expression]:
    """Yield an expression and all inside it."""
    yield tree
    for inner in children(tree):
        yield from walk(inner)
