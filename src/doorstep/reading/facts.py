"""The facts a page knows: of which kind, given by what, and read from plain JSON by their kinds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

from doorstep.kernel.values import FileRef, Money, Months, duration_from_iso
from doorstep.reading.nearness import nearest
from doorstep.reading.page import (
    AnswerIt,
    Choose,
    Decide,
    Do,
    FactKind,
    FillIn,
    Page,
    RunProcess,
    Step,
)

STARTER = "whoever starts"


class NotOfKind(ValueError):
    """The value does not fit the fact; the message says what was expected and what came."""


@dataclass(frozen=True, slots=True)
class FactKinds:
    """Kinds of the facts of a page by name, and of the fields of its linked records by path.

    The kind None is one nobody wrote down: anything goes.
    """

    kinds: Mapping[str, FactKind | None]
    fields: Mapping[tuple[str, ...], FactKind] = field(default_factory=dict)
    currency: str = ""

    def read(self, given: Mapping[str, object]) -> dict[str, object]:
        """Read facts from plain JSON.  Raises NotOfKind, naming the fact."""
        return {name: self.value(name, value) for name, value in given.items()}

    def value(self, name: str, value: object) -> object:
        """Read one fact from plain JSON; the fields of a record that fill other facts get their kinds."""
        if name not in self.kinds:
            near = nearest(name, self.kinds)
            hint = f' Did you mean "{near}"?' if near else ""
            raise NotOfKind(f'"{name}" is not a fact of this page.{hint}')
        try:
            read = from_plain(value, self.kinds[name], currency=self.currency)
            return self._with_kinds(read, (name,)) if isinstance(read, Mapping) else read
        except NotOfKind as problem:
            raise NotOfKind(f"{name}: {problem}") from None

    def _with_kinds(self, record: Mapping[str, object], path: tuple[str, ...]) -> dict[str, object]:
        """Read the fields of a record that the page speaks of by their kinds; the others stay."""
        fields: dict[str, object] = {}
        for label, value in record.items():
            here = (*path, label)
            if here in self.fields:
                fields[label] = from_plain(value, self.fields[here], currency=self.currency)
            else:
                fields[label] = self._with_kinds(value, here) if isinstance(value, Mapping) else value
        return fields


def kinds_of(page: Page) -> FactKinds:
    """Return the kinds of all facts of a page, the ones its steps give included."""
    kinds: dict[str, FactKind | None] = {fact.name: fact.kind for fact in page.facts}
    fields = {path_of(fact.source): fact.kind for fact in page.facts if path_of(fact.source)}
    for step in page.walk():
        for name, kind, source in given_by(step):
            if kinds.get(name) is None:
                kinds[name] = kind
            if source and kind and field_path(source):
                fields[field_path(source)] = kind
    for step in page.walk():
        if step.card and step.card.each:
            items = kinds.get(step.card.each.items)
            kinds.setdefault(step.card.each.item, items.of if items else None)
    return FactKinds(kinds, fields, page.card.currency or "")


def given_by(step: Step) -> Iterator[tuple[str, FactKind | None, str | None]]:
    """Yield the facts a step gives, each with its kind and the record's field it is filled from."""
    match step.card.action if step.card else None:
        case FillIn(fields):
            for one in fields:
                yield one.name, one.kind, one.source
        case Choose(fact, options):
            yield fact, FactKind("choice", options=options), None
        case AnswerIt(fact) | Decide(fact):
            yield fact, None, None
        case Do(gives=gives) | RunProcess(gives=gives):
            for fact, _ in gives:
                yield fact, None, None


def field_path(source: str) -> tuple[str, ...]:
    """Return the path of the record's field that a fact is filled from; empty when there is no dot."""
    parts = tuple(part.strip() for part in source.split("."))
    return parts if len(parts) > 1 and all(parts) else ()


def path_of(source: str) -> tuple[str, ...]:
    """Return the path that a From cell is, ``opportunity.Account.Name``; empty for an expression or a value."""
    return () if source[:1].isdigit() or set(source) & set("\"'()[]{}=<>*/+,@") else field_path(source)


# -- One value by its kind -----------------------------------------------------------------------------


def from_plain(value: object, kind: FactKind | None, *, currency: str = "") -> object:
    """Read plain JSON, or a value that is typed already, as a fact of this kind; None stays unknown.

    Money may be a number (in the process's currency) or ``{"amount": …, "currency": …}``; a file its
    name or an object with one; a linked record an object of its fields or its key alone.  Raises
    NotOfKind with a sentence that says what was expected.
    """
    if value is None:
        return None
    match kind.name if kind else "":
        case "number":
            return _number(value)
        case "money":
            return _money(value, currency)
        case "yes/no":
            return _yes_no(value)
        case "date" | "time" | "date and time" | "duration" as name:
            return _moment(value, name)
        case "choice" if kind:
            return _choice(value, kind.options)
        case "file":
            return _file(value)
        case "list" if kind:
            if not isinstance(value, list | tuple):
                raise _expected("a list", value)
            return tuple(from_plain(item, kind.of, currency=currency) for item in value)
        case "record":
            return _record(value)
        case "":
            return anything(value)
        case name:
            return _text(value, name)


def anything(value: object) -> object:
    """Read plain JSON without a kind: numbers become exact, objects records, lists tuples."""
    if isinstance(value, Mapping):
        return {str(name): anything(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return tuple(anything(item) for item in value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(value)
    return value


def _expected(what: str, value: object) -> NotOfKind:
    if isinstance(value, int) and value.bit_length() > 300:
        return NotOfKind(f"Expected {what}, but got a whole number of too many digits.")
    shown = repr(value) if isinstance(value, str) else str(value)
    return NotOfKind(f"Expected {what}, but got {shown[:80]}.")


def _number(value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        raise _expected("a number", value)
    try:
        number = Decimal(str(value))
    except (InvalidOperation, ValueError):  # a whole number of too many digits is a ValueError
        raise _expected("a number", value) from None
    if not number.is_finite() or abs(number.adjusted()) > 299:
        raise _expected("a number", value)
    return number


def _money(value: object, currency: str) -> Money:
    if isinstance(value, Money):
        return value
    if not isinstance(value, Mapping):
        return Money(_number(value), currency)
    if not isinstance(value.get("currency"), str):
        raise _expected('an amount of money, such as 25000 or {"amount": 25000, "currency": "EUR"}', value)
    return Money(_number(value.get("amount")), value["currency"])


def _yes_no(value: object) -> bool:
    answer = {"yes": True, "no": False}.get(value.lower()) if isinstance(value, str) else value
    if not isinstance(answer, bool):
        raise _expected("true or false", value)
    return answer


_EXAMPLES = {
    "date": "a date such as 2026-03-12",
    "time": "a time such as 16:00",
    "date and time": "a date and time with its offset, such as 2026-03-12T16:00:00-05:00",
    "duration": "a duration such as P2D, PT4H or P1Y2M",
}


def _moment(value: object, name: str) -> object:
    """Read a date, a time, both or a duration from ISO 8601."""
    read: object = value
    if isinstance(value, str):
        try:
            read = _ISO[name](value)
        except ValueError:
            read = None
    if name == "date" and isinstance(read, datetime):
        read = read.date()
    naive = isinstance(read, datetime) and read.tzinfo is None
    if naive or not isinstance(read, _CLASSES[name]):
        raise _expected(_EXAMPLES[name], value)
    return read


_CLASSES: Mapping[str, type | tuple[type, ...]] = {
    "date": date,
    "time": time,
    "date and time": datetime,
    "duration": (timedelta, Months),
}
_ISO: Mapping[str, Callable[[str], object]] = {
    "date": lambda text: (datetime if "T" in text else date).fromisoformat(text),
    "time": time.fromisoformat,
    "date and time": datetime.fromisoformat,
    "duration": duration_from_iso,
}


def _choice(value: object, options: tuple[str, ...]) -> str:
    if value not in options:
        raise _expected(f"one of {', '.join(options)}", value)
    return str(value)


def _file(value: object) -> FileRef:
    match value:
        case FileRef():
            return value
        case str() if value:
            return FileRef(value)
        case {"name": str(name), **rest} if name:
            size = rest.get("size")
            sha256, media_type = str(rest.get("sha256", "")), str(rest.get("media_type", ""))
            return FileRef(name, sha256, media_type, size if isinstance(size, int) else 0)
    raise _expected("a file, by its name or as an object with a name", value)


def _record(value: object) -> object:
    if isinstance(value, Mapping):
        return anything(value)
    if isinstance(value, str) and value:
        return {"key": value}
    raise _expected("a linked record as an object of its fields, or its key", value)


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise _expected(
            {"e-mail address": "an e-mail address"}.get(name, f"a {name}" if name != "text" else "text"), value
        )
    if "\0" in value:  # no database keeps it
        raise _expected("text without a NUL in it", value)
    if name == "e-mail address" and "@" not in value.strip("@"):
        raise _expected("an e-mail address", value)
    return value
