"""The rows of a file of people, each read whole or refused with what is wrong in it."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from io import StringIO
from typing import Any
from zoneinfo import available_timezones

from doorstep.people.addressee import is_address

COLUMNS = (
    "name",
    "email",
    "title",
    "department",
    "aliases",
    "roles",
    "manager",
    "assistants",
    "zone",
    "calendar",
    "language",
    "channel",
    "accounts",
    "absent",
    "stand-in",
    "left",
)
_OTHER_NAMES = {"e-mail": "email", "address": "email", "role": "roles", "alias": "aliases", "language code": "language"}
_OTHER_NAMES |= {
    "job title": "title",
    "time zone": "zone",
    "timezone": "zone",
    "stand in": "stand-in",
    "left on": "left",
    "assistant": "assistants",
}
_REQUIRED = ("name", "email")
LONGEST = 200
"""Characters of a name, a title, a department."""

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_WITH_BRACKETS = re.compile(r"(?P<name>[^()]+?)\s*(?:\((?P<inside>[^()]*)\))?")
_PERIOD = re.compile(r"(?P<first>\d{4}-\d\d-\d\d)(?:\s*(?:to|until|–|/)\s*(?P<last>\d{4}-\d\d-\d\d))?")
_MAIL = frozenset({"email", "mail", "e-mail"})


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """What is wrong in a line of the file; the line itself is left out, a ``warning`` is not."""

    line: int
    text: str
    severity: str = "error"

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}"


@dataclass(frozen=True, slots=True)
class Row:
    """One person as a line of the file says it.  ``cells`` has what its columns say, by column, typed.

    A column the file does not have is not in ``cells``: what is on record then stays.
    """

    line: int
    email: str
    cells: Mapping[str, Any]

    def get(self, column: str) -> Any:
        """Return what a column says, None where the file does not have it."""
        return self.cells.get(column)

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every address the person has by this line."""
        return (self.email, *self.cells.get("aliases", ()))


class NotReadable(Exception):
    """A cell does not say what its column is for; the message is the sentence."""


def read_rows(text: str) -> tuple[list[Row], list[Fault]]:
    """Return the lines that can be read, and what is wrong with the others.  Never raises."""
    faults: list[Fault] = []
    lines = _records(text, faults)
    _, heading = next(lines, (1, []))
    columns = _columns(heading, faults)
    if missing := [column for column in _REQUIRED if column not in columns]:
        faults.append(
            Fault(
                1, f"Expected a heading line with the columns name and email, but {' and '.join(missing)} is missing."
            )
        )
        return [], faults
    rows = [row for line, cells in lines if (row := _row(line, cells, columns, faults))]
    return _each_once(rows, faults), faults


def _records(text: str, faults: list[Fault]) -> Iterator[tuple[int, list[str]]]:
    """Yield each record with the line it starts on, empty ones left out."""
    plain = text.removeprefix("\ufeff")
    reader = csv.reader(StringIO(plain, newline=""), delimiter=_delimiter(plain), strict=True)
    line = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as reason:
            faults.append(
                Fault(line, f"Expected comma-separated values, but the line does not read as such: {reason}.")
            )
            return
        if any(cell.strip() for cell in cells):
            yield line, cells
        line = reader.line_num + 1


def _delimiter(text: str) -> str:
    """Return what parts the columns: what the heading line has most of."""
    heading = text.partition("\n")[0]
    return max(",;\t", key=heading.count)


def _columns(heading: list[str], faults: list[Fault]) -> dict[str, int]:
    """Return where each known column is."""
    found: dict[str, int] = {}
    for place, cell in enumerate(heading):
        plain = " ".join(cell.casefold().replace("_", " ").split())
        name = _OTHER_NAMES.get(plain, plain)
        if name in found:
            faults.append(Fault(1, f'The column "{cell}" is there twice. The first one counts.', "warning"))
        elif name in COLUMNS:
            found[name] = place
        elif plain:
            near = get_close_matches(name, COLUMNS, n=1)
            meant = f' Did you mean "{near[0]}"?' if near else ""
            faults.append(Fault(1, f'The column "{cell}" is not known and was left out.{meant}', "warning"))
    return found


def _row(line: int, cells: list[str], columns: Mapping[str, int], faults: list[Fault]) -> Row | None:
    """Return a line read whole, or None with what is wrong in it."""
    texts = {name: cells[place].strip() if place < len(cells) else "" for name, place in columns.items()}
    before, values = len(faults), {}
    for column, text in texts.items():
        try:
            values[column] = _READ[column](text)
        except NotReadable as reason:
            faults.append(Fault(line, str(reason)))
    if len(faults) > before:
        return None
    return Row(line, values["email"], values)


def _each_once(rows: list[Row], faults: list[Fault]) -> list[Row]:
    """Return the rows whose addresses and accounts no earlier row has."""
    owner: dict[str, int] = {}
    kept = []
    for row in rows:
        own = (*row.addresses, *(f"{system}: {account}" for system, account in row.get("accounts") or ()))
        twice = next((name for name in own if owner.get(name.casefold(), row.line) != row.line), None)
        if twice:
            first = owner[twice.casefold()]
            text = f"{twice} is in line {first} already. An address and an account belong to one person."
            faults.append(Fault(row.line, text))
            continue
        owner.update(dict.fromkeys((name.casefold() for name in own), row.line))
        kept.append(row)
    return kept


# -- Cells -----------------------------------------------------------------------------------------


def _parts(text: str) -> list[str]:
    """Return the parts of a list, which semicolons part."""
    return [part for piece in text.split(";") if (part := piece.strip())]


def _name(text: str) -> str:
    if not text:
        raise NotReadable("Expected a name, but got none.")
    return _text(" ".join(text.split()))


def _text(text: str) -> str:
    if len(text) > LONGEST:
        raise NotReadable(f"Expected at most {LONGEST} characters, but got {len(text)}.")
    return text


def _address(text: str) -> str:
    if not is_address(text) or len(text) > 254:
        raise NotReadable(f'Expected an e-mail address, but got "{text}".')
    return text.lower()


def _address_or_none(text: str) -> str | None:
    return _address(text) if text else None


def _aliases(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_address(part) for part in _parts(text)))


def _roles(text: str) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Read ``Legal counsel; Tax lead (country: DE)``."""
    return tuple(dict.fromkeys(_role(part) for part in _parts(text)))


def _role(text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    found = _WITH_BRACKETS.fullmatch(text)
    if not found:
        raise NotReadable(f'Expected a role such as "Legal counsel" or "Tax lead (country: DE)", but got "{text}".')
    pieces = [piece.partition(":") for piece in (found["inside"] or "").split(",") if piece.strip()]
    scope = tuple(sorted((name.strip(), value.strip()) for name, _, value in pieces))
    if not all(name and value for name, value in scope):
        raise NotReadable(f'Expected a scope such as "(country: DE)", but got "{text}".')
    return found["name"], scope


def _assistants(text: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Read ``lea@x.example; tom@x.example (promised, question)``."""
    read: dict[str, tuple[str, ...]] = {}
    for part in _parts(text):
        found = _WITH_BRACKETS.fullmatch(part)
        if not found:
            raise NotReadable(f'Expected an assistant such as "lea@x.example (promised, question)", but got "{part}".')
        kinds = (found["inside"] or "").split(",")
        read[_address(found["name"])] = tuple(sorted(kind.strip().lower() for kind in kinds if kind.strip()))
    return tuple(read.items())


@cache
def _zones() -> dict[str, str]:
    return {zone.casefold(): zone for zone in available_timezones()}


def _zone(text: str) -> str:
    if text and text.casefold() not in _zones():
        near = get_close_matches(text.casefold(), _zones(), n=1)
        meant = f' Did you mean "{_zones()[near[0]]}"?' if near else ""
        raise NotReadable(f'Expected a time zone such as "Europe/Berlin", but got "{text}".{meant}')
    return _zones()[text.casefold()] if text else ""


def _language(text: str) -> str:
    if text and not _LANGUAGE.fullmatch(text):
        raise NotReadable(f'Expected a language such as "en" or "de", but got "{text}".')
    return text


def _channel(text: str) -> str:
    return "e-mail" if text.casefold() in _MAIL else text[:60]


def _accounts(text: str) -> tuple[tuple[str, str], ...]:
    """Read ``Jira: 5b10ac8d; Salesforce: 0055g00000``."""
    read: dict[str, str] = {}
    for part in _parts(text):
        system, _, account = (piece.strip() for piece in part.partition(":"))
        if not system or not account:
            raise NotReadable(f'Expected an account such as "Jira: 5b10ac8d", but got "{part}".')
        if system.casefold() in (other.casefold() for other in read):
            raise NotReadable(f"Expected one account a system, but {system} is there twice.")
        read[system] = account
    return tuple(read.items())


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotReadable(f'Expected a date such as 2026-03-12, but got "{text}".') from None


def _left(text: str) -> date | None:
    return _date(text) if text else None


def _absent(text: str) -> tuple[tuple[date, date], ...]:
    """Read ``2026-03-02 to 2026-03-08; 2026-04-01``."""
    return tuple(dict.fromkeys(_period(part) for part in _parts(text)))


def _period(text: str) -> tuple[date, date]:
    found = _PERIOD.fullmatch(text)
    if not found:
        raise NotReadable(f'Expected days away such as "2026-03-02 to 2026-03-08", but got "{text}".')
    first = _date(found["first"])
    last = _date(found["last"]) if found["last"] else first
    if last < first:
        raise NotReadable(f'Expected days away that end after they begin, but got "{text}".')
    return first, last


_READ: Mapping[str, Callable[[str], Any]] = {
    "name": _name,
    "email": _address,
    "aliases": _aliases,
    "roles": _roles,
    "manager": _address_or_none,
    "assistants": _assistants,
    "title": _text,
    "department": _text,
    "zone": _zone,
    "calendar": str,
    "language": _language,
    "channel": _channel,
    "accounts": _accounts,
    "absent": _absent,
    "stand-in": _address_or_none,
    "left": _left,
}
