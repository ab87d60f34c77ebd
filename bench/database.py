"""A database to measure on: the embedded server in a folder that is thrown away, fsync on, migrated."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile


def prepared() -> None:
    """Start Django on a fresh database; ``DOORSTEP_DATA`` then names it for child processes."""
    folder = os.environ.get("DOORSTEP_BENCH_DATA")
    if folder is None:
        folder = os.environ["DOORSTEP_BENCH_DATA"] = tempfile.mkdtemp(prefix="doorstep-bench-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["DOORSTEP_DATA"] = folder
    joined()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0, interactive=False)
    with connection.cursor() as cursor:
        cursor.execute("SHOW fsync")
        fsync = cursor.fetchone()
    assert fsync == ("on",), "figures without fsync mean nothing"


def joined() -> None:
    """Start Django in a process that works on the database another one prepared."""
    os.environ["DOORSTEP_DATA"] = os.environ["DOORSTEP_BENCH_DATA"]
    os.environ["DJANGO_SETTINGS_MODULE"] = "doorstep.project.settings"
    import django
    from django.conf import settings

    settings.DATABASES["default"] = settings.OWNER_DATABASE
    django.setup()
