"""Where a command listens and writes: what cannot be is a sentence before anything starts."""

from __future__ import annotations

import socket
from pathlib import Path

import click

PORT = click.IntRange(1, 65535)


def require_free(host: str, port: int) -> None:
    """Raise ClickException when nobody can listen there: another program does, or the address is not this machine's."""
    try:
        with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET):
            pass
    except OSError as error:
        why = error.strerror or str(error)
        raise click.ClickException(
            f"Nobody can listen on {host}:{port}: {why}. Stop what listens there, or choose another --port."
        ) from error


def write(path: Path, text: str) -> None:
    """Write a file.  Raises ClickException when it cannot be written."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror or error}.") from error
