"""The cases a benchmark works on, and the rows their handoffs write, to be written again by bare psycopg."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

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
        self.turn = 0
        self.last: Rows = {}
        self._listen(writes.Writes)
        self._copies: list[UUID] = []

    def _listen(self, kind: Any) -> None:
        """Keep the rows of the last handoff."""
        whole = kind.write

        def write(rows: Any) -> None:
            case = rows.rows("case")[0]["id"] if rows.rows("case") else None
            self.last = {
                part: [row for row in rows.rows(part) if row.get("case_id", row.get("id")) == case]
                for part in list(rows._rows)
            }
            whole(rows)

        kind.write = write

    def warm_up(self) -> None:
        """Take one turn, so that statements are prepared and pages read."""
        for answer in self.answers():
            answer()
        for row in self.like_the_last(3):
            self.raw(row)

    def _asks(self) -> list[Any]:
        from doorstep.cases.models import Ask

        self.turn += 1
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
        """Return rows like those of the last handoff, of cases that are copies of it."""
        if len(self._copies) < count:
            self._copies += [self._copy() for _ in range(count - len(self._copies))]
        return [self._renewed(case_id) for case_id in self._copies[:count]]

    def _copy(self) -> UUID:
        """Insert a copy of a case, to be locked and updated."""
        from django.db import connection

        case_id = uuid4()
        names = [
            column.name for column in connection.introspection.get_table_description(connection.cursor(), "cases_case")
        ]
        columns = ", ".join(f'"{name}"' for name in names)
        chosen = ", ".join("%s" if name == "id" else f'"{name}"' for name in names)
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO cases_case ({columns}) SELECT {chosen} FROM cases_case WHERE id = %s",
                [case_id, self.cases[0]],
            )
        return case_id

    def _renewed(self, case_id: UUID) -> Rows:
        """Return the last handoff's rows for another case, under new identities."""
        first = {part: rows for part, rows in self.last.items() if rows}
        ask = uuid4()
        renewed: Rows = {}
        for part, rows in first.items():
            renewed[part] = [self._row(part, row, case_id, ask) for row in rows]
        return renewed

    def _row(self, part: str, row: Mapping[str, Any], case_id: UUID, ask: UUID) -> dict[str, Any]:
        new = dict(row)
        for name in ("case_id", "id") if part == "case" else ("case_id",):
            if name in new:
                new[name] = case_id
        if part in ("ask", "delivery", "timer", "action"):
            new["id"] = uuid4()
        if "about" in new:
            new["about"] = str(ask)
        if "ask_id" in new:
            new["ask_id"] = ask
        if part == "ask":
            new["id"], new["round"] = ask, int.from_bytes(os.urandom(3), "big")
        if part in ("journal", "journal_private"):
            new["seq"] = int.from_bytes(os.urandom(3), "big")
        if part == "journal_key":
            new["person"] = uuid4()
        if part == "handled":
            new["key"] = str(uuid4())
        return new

    def raw(self, rows: Rows) -> None:
        """Write one handoff's rows the bare way."""
        from bench._raw import write

        write([rows])

    def raw_all(self, rows: list[Rows]) -> None:
        """Write many handoffs' rows the bare way, in one transaction."""
        from bench._raw import write_all

        write_all(rows)
