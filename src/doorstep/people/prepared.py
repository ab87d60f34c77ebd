"""Queries that nearly every screen makes: the ORM writes each of them once, and the server keeps it prepared.

Writing the SQL of a query costs more than running it where its answer is a few rows, and so does planning it.

    _LATE = Prepared(lambda person, at: Ask.objects.filter(person=person, due_at__lt=at).values_list("id", "due_at"))
    rows = _LATE(person=me.id, at=now)

The rows are as `values_list` of plain columns gives them.  A list is asked for by the lookup ``among``, which is one
parameter however long the list is: ``filter(role__among=roles)``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import Field, ForeignKey, Lookup, QuerySet
from psycopg import Cursor

_DAY = datetime(1901, 1, 1)  # noqa: DTZ001  (only its date is used)


@Field.register_lookup
@ForeignKey.register_lookup
class Among(Lookup):
    """``filter(id__among=ids)``: as ``id__in``, with one parameter."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        left, parameters = self.process_lhs(compiler, connection)
        return f"{left} = ANY(%s)", (*parameters, list(self.rhs))


class Prepared:
    """A query by what it is asked with.  ``make`` gives its queryset; what it is given changes no word of it."""

    def __init__(self, make: Callable[..., QuerySet[Any, Any]]) -> None:
        self._make = make
        self._written: tuple[str, list[object]] | None = None

    def __call__(self, **given: object) -> list[tuple[Any, ...]]:
        """Return the rows for what is asked.  One query."""
        written, order = self._written or self._write(given)
        values = [given[one.name] if isinstance(one, _Stand) else one for one in order]
        ours = connections[DEFAULT_DB_ALIAS]
        ours.ensure_connection()
        bound: Any = Cursor(ours.connection)  # binds on the server, where Django's own binds on the client
        cursor: Any = ours.make_debug_cursor(bound) if ours.queries_logged else ours.make_cursor(bound)
        with cursor:
            cursor.execute(written, values)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        if ours.queries_logged:
            ours.queries_log[-1]["sql"] = written  # what was bound by the server is not written out
        return rows

    def _write(self, given: Mapping[str, object]) -> tuple[str, list[object]]:
        """Let the ORM write the query, asked with values that stand for others, and see where each of them is."""
        stands = {name: value for (name, _), value in zip(given.items(), _standing(given), strict=True)}
        query = self._make(**stands).query
        text, parameters = query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
        names = {repr(value): _Stand(name) for name, value in stands.items()}
        self._written = text, [names.get(repr(one), one) for one in parameters]
        return self._written


class _Stand:
    """The place of a value in a query."""

    def __init__(self, name: str) -> None:
        self.name = name


def _standing(given: Mapping[str, object]) -> Iterator[object]:
    """Yield a value of the same kind for each, such as nobody asks with."""
    for at, value in enumerate(given.values(), 1):
        match value:
            case UUID():
                yield UUID(int=at)
            case datetime():
                yield _DAY.replace(microsecond=at, tzinfo=value.tzinfo)
            case date():
                yield _DAY.date().replace(day=at)
            case Sequence() if not isinstance(value, str):
                yield [UUID(int=1 << 64 | at)]
            case _:
                raise TypeError(f"Expected an id, a time, a day or a list of ids, but got {value!r}.")
