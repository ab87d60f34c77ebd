"""Which runs did a step on some versions of a page: what a recall is about.

A run that was moved to a later version is among them when it did the step, for it may have done it before; a
look at a record counts once nobody is asked any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

# Index: case_of_process; then the primary key of the journal and delivery_once, a few rows of each case.
DONE = """
SELECT c.id,
       CASE WHEN p.id IS NOT NULL AND (p.left_on IS NULL OR p.left_on > %(day)s) THEN c.starter ELSE %(owner)s END
FROM cases_case c
LEFT JOIN people_person p ON p.id = c.starter
WHERE c.process_id = %(process)s
  AND (c.version_id = ANY(%(versions)s)
       OR (c.version_id = ANY(%(later)s)
           AND EXISTS (SELECT 1 FROM cases_journal m WHERE m.case_id = c.id AND m.kind = 'CaseMigrated')))
  AND (EXISTS (SELECT 1 FROM cases_journal j
               WHERE j.case_id = c.id AND j.step = %(step)s
                 AND (j.kind IN ('AnswerArrived', 'ActionEnded', 'StepOverridden', 'StepDoneAhead')
                      OR (j.kind = 'RecordObserved'
                          AND NOT EXISTS (SELECT 1 FROM cases_ask a
                                          WHERE a.case_id = c.id AND a.step = j.step AND a.state = 'open'))))
       OR EXISTS (SELECT 1 FROM cases_delivery d
                  WHERE d.case_id = c.id AND d.ask_id IS NULL AND starts_with(d.about, %(about)s)))
ORDER BY c.started_at
"""


def done_on(
    *, process: UUID, step: str, versions: Sequence[UUID], later: Sequence[UUID], owner: UUID | None, day: date
) -> list[tuple[UUID, UUID | None]]:
    """Return the runs that did a step on some versions, each with whoever looks at it: its starter, else the owner."""
    named: dict[str, Any] = {"process": process, "step": step, "about": f"{step}#", "owner": owner, "day": day}
    with connection.cursor() as cursor:
        cursor.execute(DONE, {**named, "versions": list(versions), "later": list(later)})
        return [(case, person) for case, person in cursor.fetchall()]
