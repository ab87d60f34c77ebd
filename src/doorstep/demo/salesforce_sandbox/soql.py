"""A subset of SOQL: fields (through references, too), AND/OR/NOT with brackets, an order and a limit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from doorstep.demo.salesforce_sandbox.crm import Crm, Refused
from doorstep.demo.salesforce_sandbox.objects import KINDS, Kind
from doorstep.demo.state import Json

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>'(?:[^'\\]|\\.)*')|(?P<moment>\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d))?)|(?P<number>-?\d+(?:\.\d+)?)"""
    r"""|(?P<op>!=|<>|<=|>=|[=<>(),])|(?P<word>[A-Za-z_][\w.]*))"""
)
_WORDS = {"true": True, "false": False, "null": None}

Test = Callable[[Json], bool]


def malformed(message: str) -> Refused:
    """Return the refusal of a query that is not understood."""
    return Refused(400, "MALFORMED_QUERY", message)


@dataclass
class _Reader:
    """Reads a query from left to right."""

    tokens: list[tuple[str, str]]
    crm: Crm
    kind: Kind

    def peek(self) -> str:
        return self.tokens[0][1].upper() if self.tokens else ""

    def take(self) -> tuple[str, str]:
        if not self.tokens:
            raise malformed("unexpected end of query")
        return self.tokens.pop(0)

    def accept(self, word: str) -> bool:
        if self.peek() == word:
            self.tokens.pop(0)
            return True
        return False

    def expect(self, word: str) -> None:
        if not self.accept(word):
            raise malformed(f"expecting {word}, but got {self.peek() or 'the end'}")

    def either(self) -> Test:
        tests = [self.both()]
        while self.accept("OR"):
            tests.append(self.both())
        return lambda record: any(test(record) for test in tests)

    def both(self) -> Test:
        tests = [self.one()]
        while self.accept("AND"):
            tests.append(self.one())
        return lambda record: all(test(record) for test in tests)

    def one(self) -> Test:
        if self.accept("NOT"):
            wrong = self.one()
            return lambda record: not wrong(record)
        if self.accept("("):
            inner = self.either()
            self.expect(")")
            return inner
        return self.comparison()

    def comparison(self) -> Test:
        field = self.take()[1]
        value_of(self.crm, self.kind, {}, field)
        op = self.take()[1].upper()
        if op == "NOT":
            self.expect("IN")
            op = "NOT IN"
        wanted = list(self.values()) if op in {"IN", "NOT IN"} else [self.value()]
        return lambda record: _compare(value_of(self.crm, self.kind, record, field), op, wanted)

    def values(self) -> Iterator[object]:
        self.expect("(")
        yield self.value()
        while self.accept(","):
            yield self.value()
        self.expect(")")

    def value(self) -> object:
        sort, text = self.take()
        match sort:
            case "text":
                return re.sub(r"\\(.)", r"\1", text[1:-1])
            case "moment":
                return _moment(text)
            case "number":
                return float(text)
            case _ if text.lower() in _WORDS:
                return _WORDS[text.lower()]
        raise malformed(f"unexpected token: {text}")


def query(crm: Crm, text: str) -> list[Json]:
    """Return the records a query finds, shaped as it asks.  Refused in Salesforce's words."""
    reader = _Reader(_tokens(text), crm, KINDS["User"])
    reader.expect("SELECT")
    fields = [reader.take()[1]]
    while reader.accept(","):
        fields.append(reader.take()[1])
    reader.expect("FROM")
    name = reader.take()[1]
    kind = next((one for one in KINDS.values() if one.name.lower() == name.lower()), None)
    if kind is None:
        raise Refused(400, "INVALID_TYPE", f"sObject type '{name}' is not supported.")
    reader.kind = kind
    test = reader.either() if reader.accept("WHERE") else lambda _: True
    found = _ordered(reader, [record for record in crm.records(kind) if test(record)])
    limit = int(reader.take()[1]) if reader.accept("LIMIT") else len(found)
    if reader.tokens:
        raise malformed(f"unexpected token: {reader.peek()}")
    return [_shaped(crm, kind, record, fields) for record in found[:limit]]


def _ordered(reader: _Reader, found: list[Json]) -> list[Json]:
    if not reader.accept("ORDER"):
        return found
    reader.expect("BY")
    terms = [(reader.take()[1], _downward(reader))]
    while reader.accept(","):
        terms.append((reader.take()[1], _downward(reader)))
    for field, downward in reversed(terms):
        found.sort(key=lambda record: str(value_of(reader.crm, reader.kind, record, field) or ""), reverse=downward)
    return found


def _downward(reader: _Reader) -> bool:
    return reader.accept("DESC") or (reader.accept("ASC") and False)


def _tokens(text: str) -> list[tuple[str, str]]:
    found, place = [], 0
    while text[place:].strip():
        match = _TOKEN.match(text, place)
        if not match or not match.lastgroup:
            raise malformed(f"unexpected token: {text[place:].strip()[:20]}")
        found.append((match.lastgroup, match[match.lastgroup]))
        place = match.end()
    return found


def value_of(crm: Crm, kind: Kind, record: Json, path: str) -> Any:
    """Return a field's value, through references.  Refused when there is no such field; None of no record."""
    first, _, rest = path.partition(".")
    field = kind.through(first) if rest else kind.field(first)
    if field is None:
        message = f"No such column '{first}' on entity '{kind.name}'. If you are attempting to use a custom field, "
        raise Refused(400, "INVALID_FIELD", message + "be sure to append the '__c' after the custom field name.")
    if not rest:
        return record.get(field.name)
    other = KINDS[field.refers_to]
    number = record.get(field.name)
    known = crm.record(other, number) if number and number.startswith(other.prefix) else {}
    return value_of(crm, other, known, rest)


def _compare(value: Any, op: str, wanted: list[Any]) -> bool:
    if isinstance(wanted[0], datetime):
        value = _moment(value) if value else None
    match op:
        case "=" | "IN":
            return _plain(value) in [_plain(one) for one in wanted]
        case "!=" | "<>" | "NOT IN":
            return _plain(value) not in [_plain(one) for one in wanted]
        case "LIKE":
            pattern = re.escape(str(wanted[0])).replace("%", ".*").replace("_", ".")
            return bool(re.fullmatch(pattern, str(value or ""), re.IGNORECASE))
        case "<" | "<=" | ">" | ">=" if value is not None:
            below, above = bool(value < wanted[0]), bool(value > wanted[0])
            return {"<": below, "<=": not above, ">": above, ">=": not below}[op]
        case "<" | "<=" | ">" | ">=":
            return False
    raise malformed(f"unexpected token: {op}")


def _plain(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _moment(text: str) -> Any:
    if "T" not in text:
        return date.fromisoformat(text).isoformat()
    return datetime.fromisoformat(text).astimezone(UTC)


def _shaped(crm: Crm, kind: Kind, record: Json, fields: list[str]) -> Json:
    shaped: Json = attributes(kind, record["Id"])
    for path in fields:
        first, _, rest = path.partition(".")
        value = value_of(crm, kind, record, path)
        if rest:
            through = kind.through(first)
            other = KINDS[through.refers_to] if through else kind
            number = record.get(through.name) if through else None
            shaped[first] = {**(shaped.get(first) or attributes(other, number)), rest: value} if number else None
        else:
            field = kind.field(first)
            shaped[field.name if field else first] = value
    return shaped


def attributes(kind: Kind, number: str) -> Json:
    """Return what every record in an answer starts with."""
    return {"attributes": {"type": kind.name, "url": f"/services/data/v62.0/sobjects/{kind.name}/{number}"}}
