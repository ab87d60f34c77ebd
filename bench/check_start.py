"""How long `doorstep check` takes on one page, start-up included; against an interpreter that only starts.

Modules are compiled once, as on any machine that may write its bytecode; the first run is not counted.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

PAGE = Path(__file__).parents[1] / "pages" / "close-client-project.md"
RUNS = 7
TARGET = 0.4


def main() -> None:
    """Print one JSON line; ``against`` and ``value`` are medians, in seconds of wall time."""
    check = (sys.executable, "-m", "doorstep.cli.main", "check", str(PAGE))
    with tempfile.TemporaryDirectory() as folder:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPYCACHEPREFIX"] = folder
        seconds = _median(check, environment)
        against = _median((sys.executable, "-c", "pass"), environment)
    result = {
        "name": "check of one page, start-up included",
        "value": round(seconds, 3),
        "unit": "s",
        "against": round(against, 3),
        "ratio": round(seconds / against, 1),
        "target": TARGET,
        "holds": seconds <= TARGET,
    }
    print(json.dumps(result))


def _median(command: tuple[str, ...], environment: dict[str, str]) -> float:
    """Return the median wall time of some runs."""
    _wall(command, environment)
    return median(_wall(command, environment) for _ in range(RUNS))


def _wall(command: tuple[str, ...], environment: dict[str, str]) -> float:
    began = perf_counter()
    subprocess.run(command, check=True, capture_output=True, env=environment)
    return perf_counter() - began


if __name__ == "__main__":
    main()
