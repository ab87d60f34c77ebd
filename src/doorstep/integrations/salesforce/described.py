"""What an object is made of, as its describe says: fields by label, by API name as well."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from doorstep.integrations.salesforce.client import Salesforce
from doorstep.plugin_api.exchange import Trouble

NUMBERS = frozenset({"currency", "double", "percent", "int", "long"})
UNTOLD = frozenset({"address", "location", "base64", "complexvalue"})
"""Kinds of fields that say nothing on a page."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field.  ``through`` is the name of the relationship it looks through, if any."""

    name: str
    label: str
    type: str
    length: int = 0
    updateable: bool = False
    is_name: bool = False
    refers_to: tuple[str, ...] = ()
    through: str = ""


@dataclass(frozen=True, slots=True)
class Described:
    """One object."""

    kind: str
    fields: tuple[Field, ...]

    def field(self, wanted: str) -> Field:
        """Return a field by label, or by API name.  Trouble names those there are."""
        plain = wanted.strip().casefold()
        labels = {field.label.casefold(): field for field in reversed(self.fields)}
        names = {field.name.casefold(): field for field in self.fields}
        if found := labels.get(plain) or names.get(plain):
            return found
        known = ", ".join(sorted(field.label for field in self.fields if field.updateable))
        raise Trouble(f'Expected a field of {self.kind}, but got "{wanted}". There are: {known}.', permanent=True)

    def title(self, row: Mapping[str, Any]) -> str:
        """Return what a record is called."""
        name = next((field.name for field in self.fields if field.is_name), "Subject")
        return str(row.get(name) or row.get("Id") or "")

    def told(self, row: Mapping[str, Any]) -> dict[str, object]:
        """Return a record's fields by label, typed; what the name field is called it is called ``Name``, too."""
        known: dict[str, object] = {}
        for field in self.fields:
            value = _told(row.get(field.name), field.type)
            if value is not None:
                known.setdefault(field.label, value)
                if field.is_name:
                    known["Name"] = value
        return known


def describe(salesforce: Salesforce, kind: str) -> Described:
    """Ask what an object is made of."""
    told = salesforce.get(f"/sobjects/{kind}/describe")
    return Described(told["name"], tuple(_field(one) for one in told["fields"]))


def _field(told: Mapping[str, Any]) -> Field:
    return Field(
        name=told["name"],
        label=told["label"],
        type=told["type"],
        length=told.get("length") or 0,
        updateable=bool(told.get("updateable")),
        is_name=bool(told.get("nameField")),
        refers_to=tuple(told.get("referenceTo") or ()),
        through=told.get("relationshipName") or "",
    )


def _told(value: Any, kind: str) -> object:
    if value is None or value == "" or kind in UNTOLD:
        return None
    match kind:
        case "date":
            return date.fromisoformat(value)
        case "datetime":
            return datetime.fromisoformat(value)
        case "multipicklist":
            return str(value).split(";")
        case _ if kind in NUMBERS:
            return Decimal(str(value))
    return value


def shaped(value: object, field: Field) -> object:
    """Return a fact's value as Salesforce takes it for a field.  Trouble when the field cannot hold it."""
    if value is None or value == "":
        return None
    if field.type in NUMBERS:
        return _number(value, field)
    match value:
        case bool():
            return value
        case datetime():
            return value.isoformat(timespec="milliseconds")
        case date():
            return value.isoformat()
        case list() | tuple():
            return ";".join(map(str, value))
        case Mapping():
            return str(value.get("key") or value.get("Email") or value.get("email") or value.get("Name") or "")
    return str(value)


def _number(value: object, field: Field) -> float | int:
    plain = value.get("amount") if isinstance(value, Mapping) else getattr(value, "amount", value)
    try:
        number = Decimal(str(plain))
    except InvalidOperation as error:
        raise Trouble(f'Expected a number for "{field.label}", but got {value!r}.', permanent=True) from error
    return int(number) if number == number.to_integral_value() else float(number)


def same(there: Any, wanted: object, field: Field) -> bool:
    """Whether a stored value says already what is wanted."""
    if there is None or there == "":
        return wanted is None
    if field.type in NUMBERS:
        return wanted is not None and Decimal(str(there)) == Decimal(str(wanted))
    if field.type == "datetime":
        return wanted is not None and datetime.fromisoformat(str(there)) == datetime.fromisoformat(str(wanted))
    return bool(there == wanted)
