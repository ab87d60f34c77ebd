"""``doorstep migrate``: bring the database up to this version, as the role that owns it."""

from __future__ import annotations

import click

from doorstep.cli.installation import installation


@click.command()
def migrate() -> None:
    """Bring the database up to this version, give the application's role its rights, ship the page that amends pages.

    The settings see the word ``migrate`` on the command line and connect as the owner.
    """
    with installation():
        from django.conf import settings
        from django.core.management import call_command
        from django.db import connection

        from doorstep.cases.grants import grant
        from doorstep.stewardship.approval_page import ship

        call_command("migrate", verbosity=0, interactive=False)
        connection.ensure_connection()
        role = settings.APPLICATION_ROLE
        if role and role != connection.settings_dict["USER"]:
            grant(connection.connection, role=role)
        ship()
    click.echo("The database is at this version.")
