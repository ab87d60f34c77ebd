"""Who and which roles a text names: looked up by its words, so that nobody else is read.

Names are compared in lower case by an index on ``lower(name) COLLATE "C"``; a first name is a range of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models.functions import Lower

from doorstep.people.models import Role

MOST_WORDS = 6
OF_ONE_NAME = 7
"""How many of one first name are read: more than one is not clear, and six are named in the answer."""

NEAR = 300
"""How many names or addresses with the same first letters are looked at for a suggestion."""

# Index: person_by_lower_name, and those of email.  One range a word, and at most seven rows of it.
_NAMED = """
SELECT name, email FROM (
    SELECT p.name, p.email FROM unnest(%(words)s::text[]) AS word CROSS JOIN LATERAL (
        SELECT name, email FROM people_person
        WHERE lower(name) COLLATE "C" >= word || ' ' AND lower(name) COLLATE "C" < word || '!'
            AND (left_on IS NULL OR left_on > %(day)s)
        ORDER BY lower(name) COLLATE "C" LIMIT %(each)s
    ) AS p
    UNION
    SELECT name, email FROM people_person
    WHERE lower(name) COLLATE "C" = ANY(%(phrases)s) AND (left_on IS NULL OR left_on > %(day)s)
    UNION
    SELECT name, email FROM people_person
    WHERE email = ANY(%(phrases)s) AND (left_on IS NULL OR left_on > %(day)s)
) AS found ORDER BY name, email
"""

# The same index by the first two letters of each word; one more row says that an address is of our domain.
_NEAR = """
SELECT p.name, p.email FROM unnest(%(starts)s::text[]) AS start CROSS JOIN LATERAL (
    SELECT name, email FROM people_person
    WHERE lower(name) COLLATE "C" >= start AND lower(name) COLLATE "C" < start || chr(1114111)
        AND (left_on IS NULL OR left_on > %(day)s)
    ORDER BY lower(name) COLLATE "C" LIMIT %(each)s
) AS p
UNION
SELECT p.name, p.email FROM unnest(%(domains)s::text[]) AS domain CROSS JOIN LATERAL (
    SELECT name, email FROM people_person WHERE split_part(email, '@', 2) = domain LIMIT %(each)s
) AS p
"""


@dataclass(frozen=True, slots=True)
class Named:
    """Persons by name and address, and the names of roles, that a text may mean."""

    persons: tuple[tuple[str, str], ...]
    roles: tuple[str, ...]


def named_in(text: str, *, day: date) -> Named:
    """Return everybody who is here and every role that the words of a text may name.  Two queries."""
    phrases = sorted(_phrases(text))
    words = [one for one in phrases if " " not in one]
    values = {"words": words, "phrases": phrases, "day": day, "each": OF_ONE_NAME}
    roles = Role.objects.alias(plain=Lower("name")).filter(plain__in=phrases).order_by("name")
    return Named(_rows(_NAMED, values), tuple(roles.values_list("name", flat=True)))


def near_to(text: str, *, day: date) -> Named:
    """Return who and which roles are called much like the words of a text: only read to suggest one.  Two queries."""
    words = {one for one in _phrases(text) if " " not in one}
    starts = sorted({word[:2] for word in words if len(word) > 1})
    domains = sorted({word.rpartition("@")[2] for word in words if "@" in word})
    values = {"starts": starts, "domains": domains, "day": day, "each": NEAR}
    return Named(_rows(_NEAR, values), tuple(Role.objects.order_by("name").values_list("name", flat=True)))


def _rows(statement: str, values: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return tuple((str(name), str(email)) for name, email in cursor.fetchall())


def _phrases(text: str) -> set[str]:
    """Return every run of up to six words of a line, in lower case, without the marks around it."""
    return {phrase for line in text.splitlines() for phrase in _of_line(line.replace("\0", " ").split())}


def _of_line(words: list[str]) -> Iterable[str]:
    for start in range(len(words)):
        for end in range(start + 1, min(start + MOST_WORDS, len(words)) + 1):
            plain = re.sub(r"^[\s<(,:;@]+|[\s>),:;@.]+$", "", " ".join(words[start:end])).lower()
            yield from {plain, plain.removeprefix("the ")} - {""}
