"""The managers above people."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from doorstep.people.models import Person

LEVELS = 10
"""How far up a chain is followed; real ones are shorter, and one that bites its tail ends here."""

# Walks up by primary key; `depth` keeps the nearest first.  Managers who have left are passed over: theirs count.
_ABOVE = """
WITH RECURSIVE above (id, depth) AS (
    SELECT manager_id, 1 FROM people_person WHERE id = ANY(%(people)s) AND manager_id IS NOT NULL
    UNION
    SELECT person.manager_id, above.depth + passed.counts
    FROM above JOIN people_person person ON person.id = above.id
    CROSS JOIN LATERAL (SELECT CASE WHEN person.left_on <= %(day)s THEN 0 ELSE 1 END AS counts) passed
    WHERE person.manager_id IS NOT NULL AND above.depth + passed.counts <= %(levels)s
)
SELECT person.*, min(above.depth) AS depth
FROM above JOIN people_person person ON person.id = above.id
WHERE (person.left_on IS NULL OR person.left_on > %(day)s) AND NOT person.id = ANY(%(people)s)
GROUP BY person.id ORDER BY depth, person.name, person.id
"""


def managers_of(people: Collection[UUID], *, at: datetime, levels: int = LEVELS) -> list[Person]:
    """Return those above some people, nearest first, without the people themselves.  One query."""
    values = {"people": list(people), "day": at.date(), "levels": levels}
    return list(Person.objects.raw(_ABOVE, values))
