"""The systems we talk to: configuration, secrets, routes, cursors, pauses.

``connection`` is a `models.Connection`.

    sessions.session_for(connection) -> plugin_api.Session       a context manager closes its HTTP client: sessions.session(connection)
    registry.channel_for(connection) -> Channel                   registry.connector_for(connection) -> Connector
    queries.of_system("Jira") -> Connection | None                queries.active() -> tuple[Connection, ...]
    routes.route_for(connection, role="", process="") -> dict     {"project": "DEP"}
    pause.pause(connection, why, at) -> bool                      true when its owner is to be told now, once
    resume.resume(connection, by=None)                            add.add / change.change(name, kind, config, secrets, by, …)
    by_file.take_over(tables)                                     what doorstep.toml says under [connections.NAME]
"""
