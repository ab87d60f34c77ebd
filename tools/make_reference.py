"""Write the parts of the reference that are made from the code: ``python tools/make_reference.py``."""

from __future__ import annotations

import json
from pathlib import Path

from doorstep.reading.reference import faults_page, page_schema

REFERENCE = Path(__file__).parents[1] / "docs" / "reference"


def main() -> None:
    (REFERENCE / "faults.md").write_text(faults_page(), encoding="utf-8")
    (REFERENCE / "page.schema.json").write_text(json.dumps(page_schema(), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
