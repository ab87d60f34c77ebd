from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

LOOK = """
import django
django.setup()
from django.conf import settings
from django.db import connection
from pathlib import Path
print((settings.DOORSTEP.data / "postgres").exists())
"""
CONNECT = (
    LOOK
    + """
with connection.cursor() as cursor:
    cursor.execute("SELECT current_user, current_database(), to_regclass('people_person') IS NULL")
    print(cursor.fetchone())
"""
)


def run(code: str, folder: Path, *words: str, **environ: str) -> list[str]:
    keep = {name: value for name, value in os.environ.items() if not name.startswith("DOORSTEP_")}
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        env={**keep, "DOORSTEP_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "doorstep.project.settings", **environ},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def test_loading_the_settings_starts_no_server(tmp_path: Path) -> None:
    assert run(LOOK, tmp_path) == ["False"]


@pytest.mark.database
def test_the_first_connection_starts_the_embedded_server(tmp_path: Path) -> None:
    """The application connects as a role of its own, whoever migrates as the owner."""
    assert run(CONNECT, tmp_path) == ["False", "('doorstep_app', 'doorstep', True)"]
    assert run(CONNECT, tmp_path, "migrate") == ["True", "('doorstep_owner', 'doorstep', True)"]


def test_a_server_that_is_named_is_the_one(tmp_path: Path) -> None:
    code = "from django.conf import settings; d = settings.DATABASES['default']; print(d['HOST'], d['PORT'], d['USER'], d['NAME'], 'EMBEDDED' in d)"
    assert run(code, tmp_path, DOORSTEP_DATABASE_URL="postgresql://me:secret@db.example:5433/doorstep") == [
        "db.example 5433 me doorstep False"
    ]
