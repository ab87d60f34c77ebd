"""Functions over lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import cmp_to_key, reduce

from doorstep.kernel.program import Unknown
from doorstep.reading.feel.builtins import builtin
from doorstep.reading.feel.operate import (
    EXACT,
    LONGEST_LIST,
    all_of,
    any_of,
    calculate,
    compare,
    equal,
    is_null,
    shown,
    unknown_of,
)

Items = tuple[object, ...]


def _same(one: object, other: object) -> bool:
    return (is_null(one) and is_null(other)) or equal(one, other) is True


@builtin("list contains(list list, any element) -> boolean", nulls=True)
def list_contains(items: Items | None, element: object) -> object:
    if items is None or isinstance(items, Unknown):
        return items or Unknown("list contains wants a list.", wrong=True)
    return any(_same(item, element) for item in items)


@builtin("count(list list) -> number")
def count(items: Items) -> Decimal:
    return Decimal(len(items))


def _over(name: str, result: str) -> Callable[[Callable[[Items], object]], Callable[[Items], object]]:
    """Enter a function that takes a list, or its items one by one."""

    def enter(run: Callable[[Items], object]) -> Callable[[Items], object]:
        builtin(f"{name}(list list) -> {result}")(run)
        builtin(f"{name}(any c...) -> {result}", nulls=True)(lambda *items: run(items))
        return run

    return enter


def _extreme(items: Items, sign: str) -> object:
    if not items:
        return Unknown("An empty list has no least and no greatest.", wrong=True)
    best = items[0]
    for item in items:
        answer = compare(sign, item, best)
        if isinstance(answer, Unknown) and item is not best:
            return answer
        best = item if answer is True else best
    return unknown_of(best) or best


@_over("min", "any")
def least(items: Items) -> object:
    return _extreme(items, "<")


@_over("max", "any")
def greatest(items: Items) -> object:
    return _extreme(items, ">")


@_over("sum", "any")
def total(items: Items) -> object:
    if any(isinstance(item, str) for item in items):
        return Unknown("sum wants numbers.", wrong=True)
    return (
        reduce(lambda one, other: calculate("+", one, other), items)
        if items
        else Unknown("sum of nothing.", wrong=True)
    )


@_over("mean", "any")
def mean(items: Items) -> object:
    return calculate("/", total(items), Decimal(len(items))) if items else Unknown("mean of nothing.", wrong=True)


@_over("product", "number")
def product(items: Items) -> object:
    return (
        reduce(lambda one, other: calculate("*", one, other), items)
        if items
        else Unknown("product of nothing.", wrong=True)
    )


def _numbers(items: Items) -> list[Decimal] | None:
    numbers = [item for item in items if isinstance(item, Decimal)]
    return numbers if numbers and len(numbers) == len(items) else None


@_over("median", "number")
def median(items: Items) -> object:
    numbers = _numbers(items)
    if numbers is None:
        return Unknown("median wants numbers.", wrong=True)
    ordered, middle = sorted(numbers), len(numbers) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return EXACT.divide(EXACT.add(ordered[middle - 1], ordered[middle]), Decimal(2))


@_over("stddev", "number")
def stddev(items: Items) -> object:
    """The standard deviation of a sample."""
    numbers = _numbers(items)
    if numbers is None or len(numbers) < 2:
        return Unknown("stddev wants two numbers or more.", wrong=True)
    middle = EXACT.divide(sum(numbers, Decimal(0)), Decimal(len(numbers)))
    squares = sum((EXACT.power(EXACT.subtract(number, middle), Decimal(2)) for number in numbers), Decimal(0))
    return EXACT.sqrt(EXACT.divide(squares, Decimal(len(numbers) - 1)))


@_over("mode", "list")
def mode(items: Items) -> object:
    numbers = _numbers(items)
    if numbers is None:
        return () if not items else Unknown("mode wants numbers.", wrong=True)
    most = max(numbers.count(number) for number in numbers)
    return tuple(sorted({number for number in numbers if numbers.count(number) == most}))


def _yes_and_no(items: Items, settle: Callable[[Iterable[object]], object]) -> object:
    strange = next((item for item in items if not (isinstance(item, bool) or is_null(item))), None)
    if strange is not None:
        return Unknown(f"Expected a list of yes and no, but got {shown(strange)}.", wrong=True)
    return settle(items)


@_over("all", "boolean")
def every(items: Items) -> object:
    return _yes_and_no(items, all_of)


@_over("any", "boolean")
def some(items: Items) -> object:
    return _yes_and_no(items, any_of)


@builtin("sublist(list list, number start position, number length?) -> list")
def sublist(items: Items, start: Decimal, length: Decimal | None = None) -> object:
    first = int(start) - 1 if start > 0 else len(items) + int(start)
    last = len(items) if length is None else first + int(length)
    if not start or first < 0 or first >= len(items) or last > len(items) or last < first:
        return Unknown(f"There is no place {start} in a list of {len(items)}.", wrong=True)
    return items[first:last]


@builtin("append(list list, any item...) -> list", nulls=True)
def append(items: Items | None, *more: object) -> object:
    if items is None or isinstance(items, Unknown):
        return items or Unknown("append wants a list.", wrong=True)
    return (*items, *more)


@builtin("concatenate(list list...) -> list")
def concatenate(*lists: Items) -> object:
    found = tuple(item for items in lists for item in items)
    return found if len(found) <= LONGEST_LIST else Unknown(f"A list may have {LONGEST_LIST:,} items.", wrong=True)


@builtin("union(list list...) -> list")
def union(*lists: Items) -> object:
    return distinct_values(tuple(item for items in lists for item in items))


@builtin("distinct values(list list) -> list")
def distinct_values(items: Items) -> Items:
    found: list[object] = []
    for item in items:
        if not any(_same(item, other) for other in found):
            found.append(item)
    return tuple(found)


@builtin("insert before(list list, number position, any newItem) -> list", nulls=True)
def insert_before(items: object, position: object, item: object) -> object:
    at = _place(items, position)
    return at if isinstance(at, Unknown) else (*items[:at], item, *items[at:])  # type: ignore[index]


@builtin("remove(list list, number position) -> list")
def remove(items: Items, position: Decimal) -> object:
    at = _place(items, position)
    return at if isinstance(at, Unknown) else (*items[:at], *items[at + 1 :])


@builtin("list replace(list list, number position, any newItem) -> list", nulls=True)
def list_replace(items: object, position: object, item: object) -> object:
    at = _place(items, position)
    return at if isinstance(at, Unknown) else (*items[:at], item, *items[at + 1 :])  # type: ignore[index]


@builtin("list replace(list list, function match, any newItem) -> list", nulls=True)
def list_replace_matching(items: object, match: object, item: object) -> object:
    if not isinstance(items, list | tuple) or not callable(match):
        return Unknown("list replace wants a list and a position or a function.", wrong=True)
    answers = [match(one, item) for one in items]
    strange = next((answer for answer in answers if not isinstance(answer, bool)), None)
    if strange is not None:
        return Unknown(f"The function gave {shown(strange)}, not a yes or no.", wrong=True)
    return tuple(item if answer else one for one, answer in zip(items, answers, strict=True))


def _place(items: object, position: object) -> int | Unknown:
    if not isinstance(items, list | tuple) or not isinstance(position, Decimal):
        return unknown_of(items, position) or Unknown("Expected a list and a position.", wrong=True)
    at = int(position) - 1 if position > 0 else len(items) + int(position)
    if not position or not 0 <= at < len(items):
        return Unknown(f"There is no place {position} in a list of {len(items)}.", wrong=True)
    return at


@builtin("reverse(list list) -> list")
def reverse(items: Items) -> Items:
    return tuple(reversed(items))


@builtin("index of(list list, any match) -> list", nulls=True)
def index_of(items: object, match: object) -> object:
    if not isinstance(items, list | tuple):
        return unknown_of(items) or Unknown("index of wants a list.", wrong=True)
    return tuple(Decimal(at) for at, item in enumerate(items, start=1) if _same(item, match))


@builtin("flatten(list list) -> list")
def flatten(items: Items) -> Items:
    found: list[object] = []
    for item in items:
        found.extend(flatten(tuple(item)) if isinstance(item, list | tuple) else [item])
    return tuple(found)


@builtin("sort(list list, function precedes?) -> list")
def sort(items: Items, precedes: Callable[[object, object], object] | None = None) -> object:
    """Sort by a function that says whether one precedes another, or from the least up."""
    before = precedes or (lambda one, other: compare("<", one, other))
    broken: list[Unknown] = []

    def order(one: object, other: object) -> int:
        answer = before(one, other)
        if not isinstance(answer, bool):
            broken.append(
                answer if isinstance(answer, Unknown) else Unknown("The order gave no yes or no.", wrong=True)
            )
        return -1 if answer is True else 1 if before(other, one) is True else 0

    ordered = tuple(sorted(items, key=cmp_to_key(order)))
    return broken[0] if broken else ordered
