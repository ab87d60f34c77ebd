"""What a system of record knows already: nobody types it again."""

from __future__ import annotations

from dataclasses import dataclass

from doorstep.cases.records import value_of
from doorstep.connections import queries, sessions
from doorstep.connections.transport import Limits
from doorstep.plugin_api import ConnectionPaused, ReadFailed
from doorstep.reading.page import Fact


@dataclass(frozen=True, slots=True)
class Looked:
    """What was read: the fact's value, or a sentence that says why it could not be."""

    value: dict[str, object] | None
    why: str = ""


def look_up(fact: Fact, key: str) -> Looked:
    """Read the record a fact links to, once, from its system; somebody waits, so not for long."""
    system, type_ = fact.kind.system or "", fact.kind.type or ""
    connection = queries.of_system(system)
    make = queries.integration_of(connection).connector if connection else None
    if connection is None or make is None:
        return Looked(None, f"{system} is not connected, so fill in below what it would tell.")
    try:
        with sessions.session(connection, limits=Limits(total=8, connect=4, silence=8)) as session:
            return Looked(value_of(make().read(session, type_, key)))
    except (ReadFailed, ConnectionPaused) as failed:
        return Looked(None, f"{system} could not be asked: {failed} You can start all the same.")
