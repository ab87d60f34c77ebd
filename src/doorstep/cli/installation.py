"""The installation a command works on: Django, its database, and refusals as one line."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

import click


@contextmanager
def installation() -> Iterator[None]:
    """Start Django around a command; what an installation refuses becomes a sentence and exit status 1."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "doorstep.project.settings")
    import django

    django.setup()
    from django.db import OperationalError, ProgrammingError

    from doorstep.connections.errors import NotUsable as ConnectionNotUsable
    from doorstep.library.errors import NotPublishable
    from doorstep.library.errors import NotUsable as PageNotUsable
    from doorstep.people.errors import NotAllowed, NotUsable

    try:
        yield
    except (NotAllowed, NotUsable, PageNotUsable, ConnectionNotUsable, NotPublishable) as refusal:
        raise click.ClickException(str(refusal)) from refusal
    except OperationalError as reason:
        raise click.ClickException(
            f"The database does not answer: {reason}. Start it, or mend database.url."
        ) from reason
    except ProgrammingError as reason:
        raise click.ClickException(
            f"The database is not at this version: {str(reason).splitlines()[0]}. Run: doorstep migrate"
        ) from reason


def leave_database() -> None:
    """Let the embedded database stop with this process, once those it started have ended."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "doorstep.project.settings")
    from django.db import connections

    leave: Callable[[], None] = getattr(connections["default"], "leave")  # noqa: B009  (our own backend's)
    leave()


def person_by(address: str) -> UUID:
    """Return the id of the person who has an address; refuses an address nobody has."""
    from doorstep.people.recognise import person_of

    person = person_of(address)
    if person is None:
        raise click.ClickException(
            f"{address} is nobody on record. Import people first (doorstep people import FILE.csv), or invite them."
        )
    return person.id
