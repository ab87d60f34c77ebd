"""The backend: where the settings name no server, the embedded one is started when it is first needed.

What never connects (a test of a pure floor, ``doorstep check``) never starts a server.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from django.db.backends.postgresql import base
from psycopg.conninfo import conninfo_to_dict

from doorstep.project import embedded


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to the server the settings name, or to the embedded one.

    ``EMBEDDED`` in its settings is ``{"folder": where the server keeps its data, "owner": whether to
    connect as the role that migrates}``.
    """

    def get_connection_params(self) -> dict[str, Any]:
        """Return what psycopg connects with, having started the embedded server if it is to be used."""
        place = self.settings_dict.get("EMBEDDED")
        if place:
            urls = _urls(Path(place["folder"]))
            found = conninfo_to_dict(urls[1] if place["owner"] else urls[0])
            self.settings_dict.update(HOST=found["host"], PORT=str(found.get("port", "")), USER=found["user"])
        return super().get_connection_params()

    def leave(self) -> None:
        """Let the embedded server stop with this process; a server the settings name is nobody's to stop."""
        place = self.settings_dict.get("EMBEDDED")
        if place:
            embedded.leave(Path(place["folder"]))


@cache
def _urls(folder: Path) -> tuple[str, str]:
    """Return the application's and the owner's URL of the embedded server, once a process."""
    return embedded.prepare(embedded.start(folder))
