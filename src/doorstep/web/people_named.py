"""Somebody as a reader types them: an address, or a name that one person has."""

from __future__ import annotations

from doorstep.people.errors import NotUsable
from doorstep.people.models import Person


def person_named(text: str) -> Person:
    """Return who is meant by an address or a name.  Raises NotUsable when nobody or several are."""
    plain = " ".join(text.split())
    if not plain:
        raise NotUsable("Expected a name or an address, but got none. Say who.")
    rows = Person.objects.addressed(plain) if "@" in plain else Person.objects.filter(name__iexact=plain, outside=False)
    found = list(rows.order_by("id")[:2])
    if len(found) == 1:
        return found[0]
    if found:
        raise NotUsable(f"More than one person is called {plain}. Use the e-mail address.")
    raise NotUsable(f"Nobody here is called {plain}. Use the name as People has it, or the e-mail address.")
