"""Conditions: a hand-written FEEL with names that hold spaces, exact decimals and three-valued logic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from doorstep.kernel.program import Scope, Unknown
from doorstep.reading.feel import clock, lists, numbers, records, syntax, texts  # noqa: F401  they fill the table of functions
from doorstep.reading.feel.build import build
from doorstep.reading.feel.iterate import Run
from doorstep.reading.feel.kinds import Kind, said
from doorstep.reading.feel.names import Names
from doorstep.reading.feel.operate import is_null, shown
from doorstep.reading.feel.parse import parse
from doorstep.reading.feel.syntax import FeelError
from doorstep.reading.feel.types import infer

__all__ = ["Expression", "FeelError", "Kind", "Names", "read"]


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that is ready to run: both the kernel's Condition and its Formula.

    ``reads`` names facts, and steps as ``#key``; ``calls`` names the builtins it uses.
    """

    text: str
    kind: Kind
    reads: frozenset[str]
    calls: frozenset[str]
    paths: frozenset[tuple[str, ...]]  # ("opportunity", "Account", "Name")
    offers: frozenset[tuple[str, str]]  # ("key of a step", "approved")
    _run: Run = field(compare=False, repr=False)

    @property
    def constant(self) -> object:
        """Return the value of an expression that reads and calls nothing, and so needs no scope; else None."""
        return None if self.reads or self.calls or self.kind.name == "any" else self._run(cast("Scope", None))

    def value(self, scope: Scope) -> object:
        """Return the value, or Unknown; what is unknown inside a list or record is None there."""
        return _settled(self._run(scope))

    def truth(self, scope: Scope) -> bool | Unknown:
        """Return True, False or Unknown; anything else is wrong."""
        answer = self._run(scope)
        if isinstance(answer, bool | Unknown):
            return answer
        if answer is None:
            return Unknown(f"{self.text} has no answer.")
        return Unknown(f"Expected a yes or no from {self.text}, but got {shown(answer)}.", wrong=True)


@dataclass(frozen=True, slots=True)
class Read:
    """An expression that could be read (else None) and what is wrong with the text."""

    expression: Expression | None
    faults: tuple[FeelError, ...] = ()


def read(text: str, names: Names, *, currency: str = "", condition: bool = False, suggest: bool = True) -> Read:
    """Read one expression over these names; never raises.

    ``currency`` is the process's, in which money compares with a number.  ``condition``: it must be
    true or false.  ``suggest``: an unknown name is answered with the nearest known one.
    """
    try:
        tree = parse(text, names, suggest=suggest)
    except FeelError as fault:
        return Read(None, (fault,))
    kind, faults = infer(tree, names)
    if condition and not faults and kind.name not in ("boolean", "any"):
        why = f"Expected a condition, true or false, but this gives {said(kind.name)}."
        faults = (FeelError(why, tree.at, code="E304"),)
    if faults:
        return Read(None, faults)
    seen = _Seen(tree, names)
    parts = (frozenset(seen.reads), frozenset(seen.calls), frozenset(seen.paths), frozenset(seen.offers))
    return Read(Expression(text, kind, *parts, build(tree, currency)))


class _Seen:
    """What an expression reads, calls and names."""

    def __init__(self, tree: syntax.Expression, names: Names) -> None:
        self.reads: set[str] = set()
        self.calls: set[str] = set()
        self.paths: set[tuple[str, ...]] = set()
        self.offers: set[tuple[str, str]] = set()
        for node in syntax.walk(tree):
            self.see(node, names)

    def see(self, node: syntax.Expression, names: Names) -> None:
        match node:
            case syntax.Name(_, name) if names.has_fact(name):
                self.reads.add(name)
            case syntax.Offer(_, _, key, offer):
                self.reads.add(f"#{key}")
                self.offers.add((key, offer))
            case syntax.Call(_, str() as function):
                self.calls.add(function)
            case syntax.Path() if path := _path(node):
                self.paths.add(path)


def _path(node: syntax.Expression) -> tuple[str, ...]:
    match node:
        case syntax.Name(_, name):
            return (name,)
        case syntax.Path(_, of, label) if outer := _path(of):
            return (*outer, label)
    return ()


def _settled(value: object) -> object:
    match value:
        case list() | tuple():
            return tuple(None if is_null(item) else _settled(item) for item in value)
        case Mapping():
            return {name: None if is_null(item) else _settled(item) for name, item in value.items()}
    return value
