"""What people post on the feed of a task (Chatter): read back, and watched.

An organisation without Chatter, or an account that may not see feeds, has none: then there is nothing to read.
"""

from __future__ import annotations

import html
import re
from collections.abc import Generator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from doorstep.integrations.salesforce.client import Salesforce, literal, select
from doorstep.plugin_api import Observation, Remark
from doorstep.plugin_api.exchange import Trouble

WITHOUT = frozenset({"INVALID_TYPE", "INSUFFICIENT_ACCESS", "FUNCTIONALITY_NOT_ENABLED"})
_START = "2000-01-01T00:00:00.000+0000"


def posts_on(salesforce: Salesforce, task: str) -> tuple[Remark, ...]:
    """Return the posts on a task, oldest first; tracked changes and what comes from machines are of other types."""
    rest = f"WHERE ParentId = {literal(task)} AND Type = 'TextPost' ORDER BY CreatedDate, Id"
    rows = _found(salesforce, select("Id, Body, CreatedById, CreatedDate", "TaskFeed", rest))
    return tuple(
        Remark(row["Id"], row["CreatedById"], datetime.fromisoformat(row["CreatedDate"]), _words(row["Body"]))
        for row in rows
        if _words(row["Body"])
    )


def changed(
    salesforce: Salesforce, before: dict[str, Any] | None, *, overlap: timedelta
) -> Generator[Observation, None, dict[str, Any]]:
    """Yield the tasks posted on since the cursor; return where reading stopped.  The first time only finds that."""
    if before is None:
        return {"at": _latest(salesforce), "seen": []}
    latest = datetime.fromisoformat(before["at"])
    since = (latest - overlap).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    rest = f"WHERE CreatedDate >= {since} AND Type = 'TextPost' ORDER BY CreatedDate, Id"
    young: list[tuple[str, datetime]] = []
    for row in _found(salesforce, select("Id, ParentId, CreatedDate", "TaskFeed", rest)):
        at = datetime.fromisoformat(row["CreatedDate"])
        if row["Id"] not in before["seen"]:
            yield Observation("Salesforce", row["ParentId"], cursor=row["CreatedDate"], external_id=row["Id"])
        young.append((row["Id"], at))
        latest = max(latest, at)
    return {"at": latest.isoformat(), "seen": [number for number, at in young if at >= latest - overlap]}


def _latest(salesforce: Salesforce) -> str:
    found = list(_found(salesforce, select("CreatedDate", "TaskFeed", "ORDER BY CreatedDate DESC LIMIT 1")))
    return str(found[0]["CreatedDate"]) if found else _START


def _found(salesforce: Salesforce, query: str) -> Iterator[dict[str, Any]]:
    try:
        yield from salesforce.query(query)
    except Trouble as trouble:
        if not WITHOUT & set(trouble.codes):
            raise


def _words(body: object) -> str:
    """Return a post's own words: of a rich one without its marks."""
    text = re.sub(r"<(?:br\s*/?|/p|/li)>", "\n", str(body or ""), flags=re.IGNORECASE)
    return (
        html.unescape(re.sub(r"<[^>]+>", "", text)).strip() if text != str(body or "") or "<" in text else text.strip()
    )
