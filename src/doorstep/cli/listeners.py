"""Our own SMTP listeners: one for each mail connection that is told a port to listen on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from doorstep.connections.models import Connection
    from doorstep.integrations.email import Listener


@contextmanager
def listening() -> Iterator[list[Listener]]:
    """Listen for mail while the block runs; whatever is answered with 250 is stored."""
    started = [_started(row) for row in _told()]
    try:
        yield started
    finally:
        for one in started:
            one.stop()


def _told() -> list[Connection]:
    from doorstep.connections.models import Connection

    return [row for row in Connection.objects.filter(kind="email").order_by("name") if row.config.get("listen_port")]


def _started(row: Connection) -> Listener:
    """Start one listener.  Raises ClickException when its port is taken."""
    from django.db import connection as database

    from doorstep.cases.receive import receive
    from doorstep.connections.sessions import session
    from doorstep.integrations.email import Listener, Listening, trust
    from doorstep.plugin_api import IncomingReply

    def store(reply: IncomingReply) -> None:
        try:
            receive(reply)
        finally:
            database.close()  # the listener's threads come and go

    with session(row) as opened:
        believed = trust(opened)
    host, port = str(row.config.get("listen_host") or "127.0.0.1"), int(str(row.config["listen_port"]))
    made = Listener(store, Listening(host=host, port=port, takes=ours(row.config), trust=believed))
    try:
        made.start()
    except OSError as error:
        raise click.ClickException(f"The connection {row.name} cannot listen on {host}:{port}: {error}.") from error
    return made


def ours(config: dict[str, object]) -> Callable[[str], bool]:
    """Return whether an address is one we take mail for: the mailbox, its sub-addresses, the reply pattern, chase."""
    local, _, domain = str(config.get("address") or "").lower().partition("@")
    patterns = [re.escape(local) + r"(\+[^@]*)?@" + re.escape(domain)]
    before, token, after = str(config.get("reply_address") or "").lower().partition("{token}")
    if token:
        patterns.append(re.escape(before) + r"[a-z2-7]+" + re.escape(after))
    if chase := str(config.get("chase") or "").strip().lower():
        patterns.append(re.escape(chase))
    known = re.compile("|".join(patterns))
    return lambda address: known.fullmatch(address.strip().lower()) is not None
