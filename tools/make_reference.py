"""Write the parts of the reference that are made from the code: ``python tools/make_reference.py``."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

import django

from doorstep.reading.reference import faults_page, page_schema

REFERENCE = Path(__file__).parents[1] / "docs" / "reference"


def main() -> None:
    (REFERENCE / "faults.md").write_text(faults_page(), encoding="utf-8")
    (REFERENCE / "page.schema.json").write_text(json.dumps(page_schema(), indent=2) + "\n", encoding="utf-8")
    (REFERENCE / "api.md").write_text(_api(), encoding="utf-8")


def _api() -> str:
    """Return the reference of the API, which knows itself once Django is set up."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "doorstep.project.settings"
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DOORSTEP_DATA"] = folder
        django.setup()
        from doorstep.api.reference import api_page  # noqa: PLC0415 - only once Django is set up

        return api_page()


if __name__ == "__main__":
    main()
