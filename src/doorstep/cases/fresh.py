"""Records that are known by their key alone are read when a case starts: nothing is typed that a system knows."""

from __future__ import annotations

import logging

from doorstep.cases.act import NotDone, at_work, connector_of
from doorstep.cases.covered_records import as_covered
from doorstep.cases.pages import Indexed
from doorstep.cases.records import KEY, record_at, value_of
from doorstep.plugin_api import ConnectionPaused, ReadFailed
from doorstep.reading.facts import NotOfKind

_log = logging.getLogger(__name__)


def with_records(page: Indexed, facts: dict[str, object]) -> dict[str, object]:
    """Return facts with the records read that only have a key; one that cannot be read keeps its key.

    A step that needs more of it looks again, and says so when it cannot.
    """
    return {name: as_covered(page, name, _read(page, facts, name)) for name in facts}


def _read(page: Indexed, facts: dict[str, object], name: str) -> object:
    value = facts[name]
    record = record_at(page.page, facts, name) if isinstance(value, dict) and set(value) == {KEY} else None
    if record is None:
        return value
    try:
        row, connector = connector_of(record.system)
        with at_work(row) as opened:
            return page.kinds.value(name, value_of(connector.read(opened, record.type, record.key)))
    except (NotDone, ReadFailed, ConnectionPaused, NotOfKind) as error:
        _log.info("A record could not be read at the start: %s", error)
        return value
