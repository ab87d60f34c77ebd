"""People as readers type them, by address or name, and as sentences call them: by name."""

from __future__ import annotations

import re
from dataclasses import replace

from doorstep.people.errors import NotUsable
from doorstep.people.models import Person
from doorstep.web.steps import Row

_WHO = re.compile(r"\*\*([^\s*@]+@[^\s*@]+)\*\*")


def person_named(text: str) -> Person:
    """Return who is meant by an address or a name.  Raises NotUsable when nobody or several are."""
    plain = " ".join(text.split())
    if not plain:
        raise NotUsable("Expected a name or an address, but got none. Say who.")
    rows = Person.objects.addressed(plain) if "@" in plain else Person.objects.called(plain).filter(outside=False)
    found = list(rows.order_by("id")[:2])
    if len(found) == 1:
        return found[0]
    if found:
        raise NotUsable(f"More than one person is called {plain}. Use the e-mail address.")
    raise NotUsable(f"Nobody here is called {plain}. Use the name as People has it, or the e-mail address.")


def with_names(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Return steps whose sentences call people on record by name.  One query where an address does something."""
    addresses = {address for row in rows for address in _WHO.findall(row.says)}
    if not addresses:
        return rows
    names = {person.email: person.name for person in Person.objects.addressed(*addresses)}
    return tuple(
        replace(row, says=_WHO.sub(lambda found: f"**{names.get(found[1].lower(), found[1])}**", row.says))
        for row in rows
    )
