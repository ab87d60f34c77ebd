"""``doorstep migrate``: bring the database up to this version, as the role that owns it."""

from __future__ import annotations

import click

from doorstep.cli.installation import installation


@click.command()
def migrate() -> None:
    """Bring the database up to this version and give the application's role its rights.

    The settings see the word ``migrate`` on the command line and connect as the owner.
    """
    with installation():
        from django.conf import settings
        from django.core.management import call_command
        from django.db import connection
        from psycopg.conninfo import conninfo_to_dict

        from doorstep.cases.grants import grant
        from doorstep.project import embedded

        call_command("migrate", verbosity=0, interactive=False)
        connection.ensure_connection()
        url = settings.DOORSTEP.text("database.url")
        role = str(conninfo_to_dict(url).get("user") or "") if url else embedded.APP
        if role and role != connection.settings_dict["USER"]:
            grant(connection.connection, role=role)
    click.echo("The database is at this version.")
