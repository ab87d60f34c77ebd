"""Where a command listens and writes: what cannot be is a sentence before anything starts."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
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


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Say in a sentence that a file or a folder cannot be written.  Raises ClickException."""
    try:
        yield
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror or error}.") from error


def make_folder(folder: Path, *, what: str) -> None:
    """Make a folder unless it is there.  Raises ClickException when it cannot be made; ``what`` it is to be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        why = error.strerror or error
        raise click.ClickException(f"{folder} cannot be {what}: {why}. Choose another.") from error
