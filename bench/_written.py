"""The cases a benchmark works on, and the rows their handoffs write, to be written again by bare psycopg."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from doorstep.identifiers import uuid7

NAMES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
AT = datetime(2026, 3, 6, 12, tzinfo=UTC)
HEAD = """\
# Ten confirmations

- Owner: p0@x.example
- Called: {client}

| Fact | Kind | From |
|---|---|---|
| client | text | whoever starts |

"""
Rows = dict[str, list[dict[str, Any]]]


def page() -> str:
    """Return a page of ten steps in turn: each answer brings the next ask, of somebody the process knows already."""
    steps = [f"## Confirm part {name}\n\n- Who: p0@x.example\n- Due: 1 hour\n\n" for name in NAMES]
    return HEAD + "".join(steps)


def published() -> tuple[str, list[str]]:
    """Publish the page; return its version and who is asked, in order."""
    from doorstep.library.publish import publish
    from doorstep.people.models import Person

    people = [
        Person.objects.get_or_create(email=f"p{at}@x.example", defaults={"name": f"Person {at}"})[0] for at in range(10)
    ]
    version = publish(text=page(), by=None, at=datetime(2026, 1, 1, tzinfo=UTC)).version_id
    return str(version), [str(person.id) for person in people]


class Mine:
    """The cases of one worker."""

    def __init__(self, version: str, by: list[str], *, cases: int) -> None:
        from doorstep.cases import writes
        from doorstep.cases.start_case import start_case

        start: dict[str, Any] = {
            "version_id": UUID(version),
            "facts": {"client": "Halden Foods"},
            "by": UUID(by[0]),
            "at": AT,
        }
        self.by = [UUID(one) for one in by]
        self.cases = [start_case(**start).case_id for _ in range(cases)]
        self._wrote: Any = None
        self._listen(writes.Writes)
        self._open = dict(self._copy(self.cases[0]) for _ in range(cases))

    def _listen(self, kind: Any) -> None:
        """Keep what the last handoff wrote; it is looked into later, for here the clock runs."""
        whole = kind.write

        def write(rows: Any, **how: Any) -> None:
            self._wrote = rows
            whole(rows, **how)

        kind.write = write

    def warm_up(self) -> None:
        """Take one turn on both sides, so that statements are prepared and pages read."""
        for answer in self.answers():
            answer()
        for row in self.like_the_last(len(self.cases)):
            self.raw(row)

    def _asks(self) -> list[Any]:
        from doorstep.cases.models import Ask

        return list(Ask.objects.filter(case_id__in=self.cases, state="open"))

    def answers(self) -> list[Callable[[], object]]:
        """Return this turn's answers, one a case."""
        from doorstep.cases.answer_ask import answer_ask

        def answer(ask: Any) -> Callable[[], object]:
            return lambda: answer_ask(
                ask_id=ask.id, outcome="done", by=ask.person, proof="link", at=AT, key=f"form {ask.id}"
            )

        return [answer(ask) for ask in self._asks()]

    def answer_all(self) -> Callable[[], object]:
        """Return this turn's answers as one batch."""
        from doorstep.cases.answer_ask import Given
        from doorstep.cases.answer_many import answer_many

        given = [
            Given(ask_id=ask.id, outcome="done", by=ask.person, proof="link", key=f"form {ask.id}")
            for ask in self._asks()
        ]
        return lambda: answer_many(given=given, at=AT)

    # -- The limit -----------------------------------------------------------------------------------

    def like_the_last(self, count: int) -> list[Rows]:
        """Return rows like those of the last handoff, of cases that are copies of ours and as far as they are."""
        last = self._last()
        return [self._renewed(last, case_id) for case_id in list(self._open)[:count]]

    def _last(self) -> Rows:
        """Return the rows of the last handoff, of a batch those of its first case."""
        rows = self._wrote._rows
        case = rows["case"][0]["id"]
        mine = {part: [row for row in rows[part] if row.get("case_id", row.get("id")) == case] for part in rows}
        return {part: found for part, found in mine.items() if found}

    def _copy(self, source: UUID) -> tuple[UUID, UUID]:
        """Insert a copy of a case with what is open in it; return its id and its ask's.

        So a bare handoff finds what ours finds: an ask to settle, a place on Home to clear, a due time to stop.
        """
        case_id, ask_id = uuid7(), uuid7()
        _copy_rows("cases_case", "id", source, {"id": case_id})
        _copy_rows("cases_ask", "case_id", source, {"id": ask_id, "case_id": case_id})
        _copy_rows("cases_home", "case_id", source, {"ask_id": ask_id, "case_id": case_id})
        _copy_rows("cases_timer", "case_id", source, {"case_id": case_id})
        return case_id, ask_id

    def _renewed(self, last: Rows, case_id: UUID) -> Rows:
        """Return the last handoff's rows for another case, under new identities; they settle what is open in it."""
        settled, ask = self._open[case_id], uuid7()
        self._open[case_id] = ask
        renewed: Rows = {}
        for part, rows in last.items():
            renewed[part] = [self._row(part, row, case_id, ask) for row in rows]
        for row in renewed["answered"]:
            row["id"] = settled
        return renewed

    def _row(self, part: str, row: Mapping[str, Any], case_id: UUID, ask: UUID) -> dict[str, Any]:
        new = dict(row)
        for name in ("case_id", "id") if part == "case" else ("case_id",):
            if name in new:
                new[name] = case_id
        if part in ("ask", "delivery", "timer", "action"):
            new["id"] = uuid7()
        if "about" in new:
            new["about"] = str(ask)
        if "ask_id" in new:
            new["ask_id"] = ask
        if part == "ask":
            new["id"], new["round"] = ask, int.from_bytes(os.urandom(3), "big")
        if part in ("journal", "journal_private"):
            new["seq"] = int.from_bytes(os.urandom(3), "big")
        if part == "journal_key":
            new["person"] = uuid7()
        if part == "handled":
            new["key"] = str(uuid7())
        return new

    def raw(self, rows: Rows) -> None:
        """Write one handoff's rows the bare way."""
        from bench._raw import write

        write([rows])

    def raw_all(self, rows: list[Rows]) -> None:
        """Write many handoffs' rows the bare way, in one transaction."""
        from bench._raw import write_all

        write_all(rows)


def _copy_rows(table: str, column: str, source: UUID, new: Mapping[str, UUID]) -> None:
    """Insert copies of a case's rows of a table, with other values in some columns and identities of their own."""
    from django.db import connection

    with connection.cursor() as cursor:
        described = connection.introspection.get_table_description(cursor, table)
        values = {"id": "gen_random_uuid()"} | {name: f"'{value}'" for name, value in new.items()}
        columns = [f'"{one.name}"' for one in described]
        chosen = [values.get(one.name, f'"{one.name}"') for one in described]
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(chosen)} FROM {table} WHERE {column} = %s",
            [source],
        )
