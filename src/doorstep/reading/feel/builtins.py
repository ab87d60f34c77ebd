"""The functions expressions can call: one table, filled by the modules of each kind of value.

A signature names the parameters as FEEL does, each with its kind; ``?`` ends an optional one,
``...`` one that repeats: ``substring(text string, number start position, number length?)``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from doorstep.kernel.program import Unknown
from doorstep.reading.feel.kinds import Kind, of_value, said
from doorstep.reading.feel.operate import shown, unknown_of

Run = Callable[..., object]
_R = TypeVar("_R", bound=Run)

_SIGNATURE = re.compile(r"([\w ]+)\((.*)\) -> ([\w ]+)")
_PARAMETER = re.compile(r"(date and time|\w+) ([\w ]+?)(\?|\.\.\.)?")


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    kind: str
    optional: bool = False
    repeats: bool = False


@dataclass(frozen=True, slots=True)
class Builtin:
    name: str
    parameters: tuple[Parameter, ...]
    result: Kind
    run: Run
    kept: bool  # also runs when an argument is null

    def fits(self, count: int, names: tuple[str, ...]) -> bool:
        """Whether it can be called with so many arguments, of these names where they are named."""
        own = self.parameters
        if names:
            wanted = {parameter.name for parameter in own if not parameter.optional}
            return len(names) == count and wanted <= set(names) <= {parameter.name for parameter in own}
        least = sum(1 for parameter in own if not parameter.optional)
        repeats = bool(own) and own[-1].repeats
        return least <= count and (repeats or count <= len(own))

    def ordered(self, values: tuple[object, ...], names: tuple[str, ...]) -> tuple[object, ...]:
        """Put named arguments in their places; one that is left out before another is None."""
        if not names:
            return values
        given = dict(zip(names, values, strict=True))
        placed = [given.get(parameter.name) for parameter in self.parameters]
        while self.parameters[len(placed) - 1].name not in given:
            placed.pop()
        return tuple(placed)

    def parameter(self, index: int) -> Parameter:
        return self.parameters[min(index, len(self.parameters) - 1)]


BUILTINS: dict[str, tuple[Builtin, ...]] = {}


def builtin(signature: str, *, nulls: bool = False) -> Callable[[_R], _R]:
    """Enter a function under its FEEL signature.  ``nulls``: it wants to see null arguments itself."""
    found = _SIGNATURE.fullmatch(signature)
    if found is None:
        raise ValueError(f"Expected a signature such as f(text a) -> number, but got {signature!r}.")
    parameters = tuple(_parameter(part.strip()) for part in found[2].split(",") if part.strip())

    def enter(run: _R) -> _R:
        entry = Builtin(found[1], parameters, Kind(found[3]), run, nulls)
        BUILTINS[found[1]] = (*BUILTINS.get(found[1], ()), entry)
        return run

    return enter


def _parameter(text: str) -> Parameter:
    found = _PARAMETER.fullmatch(text)
    if found is None:
        raise ValueError(f"Expected a parameter such as text string?, but got {text!r}.")
    return Parameter(found[2], found[1], optional=found[3] == "?", repeats=found[3] == "...")


_WIDER: Mapping[str, frozenset[str]] = {
    "length": frozenset({"duration", "months"}),
    "number": frozenset({"number"}),
    "amount": frozenset({"number", "money"}),
    "day": frozenset({"date", "date and time"}),
    "context": frozenset({"context", "record"}),
}


def accepts(wanted: str, kind: str) -> bool:
    """Whether a parameter of one kind takes a value of another."""
    return wanted in ("any", kind) or kind in _WIDER.get(wanted, ())


def call(name: str, values: tuple[object, ...], names: tuple[str, ...] = ()) -> object:
    """Call the first form of a builtin that its values fit; what fits none is Unknown and wrong."""
    misfit: Unknown | None = None
    for entry in BUILTINS[name]:
        if entry.fits(len(values), names):
            fitted = _fitted_all(entry, entry.ordered(values, names))
            if not isinstance(fitted, Unknown):
                return _guarded(entry, fitted)
            misfit = misfit or fitted
    return misfit or Unknown(f"{name} takes {form_of(name)}, not {len(values)} values.", wrong=True)


def form_of(name: str) -> str:
    """Say what a builtin takes: ``(string, start position, [length])``."""
    return " or ".join(
        "(" + ", ".join(f"[{p.name}]" if p.optional else p.name + "…" * p.repeats for p in entry.parameters) + ")"
        for entry in BUILTINS[name]
    )


def _fitted_all(entry: Builtin, values: tuple[object, ...]) -> list[object] | Unknown:
    """Return the values as the function wants them, or the first that does not fit."""
    fitted: list[object] = []
    for index, value in enumerate(values):
        parameter = entry.parameter(index)
        fit = _fitted(parameter, value)
        missing = unknown_of(fit)
        if missing and not entry.kept:
            return missing
        if not missing and not accepts(parameter.kind, of_value(fit)):
            why = f'{entry.name} wants {said(parameter.kind)} as "{parameter.name}", but got {shown(fit)}.'
            return Unknown(why, wrong=True)
        fitted.append(fit)
    return fitted


def _fitted(parameter: Parameter, value: object) -> object:
    """A list of one stands for its item, an item for a list of one, as FEEL says."""
    is_list = isinstance(value, list | tuple)
    if parameter.kind == "list" and not is_list and value is not None and not isinstance(value, Unknown):
        return (value,)
    if is_list and parameter.kind not in ("list", "any") and len(value) == 1:  # type: ignore[arg-type]
        return value[0]  # type: ignore[index]
    return value


def _guarded(entry: Builtin, values: list[object]) -> object:
    try:
        return entry.run(*values)
    except (ArithmeticError, ValueError):
        given = ", ".join(shown(value) for value in values)
        return Unknown(f"{entry.name} has no answer for {given}.", wrong=True)
