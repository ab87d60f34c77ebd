"""Runs every benchmark, each in a process of its own, and prints what they print: one JSON object a line.

`python -m bench` runs all; `python -m bench kernel reading` runs some.  Exit status 1 when a target does not hold.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
NOT_ALONE = {"__main__", "__init__", "database", "library_data", "long_lists", "screens"}


def names() -> list[str]:
    """Return the benchmarks: the modules here that measure."""
    return sorted(
        path.stem for path in HERE.glob("*.py") if path.stem not in NOT_ALONE and not path.stem.startswith("_")
    )


def run(name: str) -> bool:
    """Run one benchmark; return whether every target held."""
    command = [sys.executable, "-m", f"bench.{name}"]
    done = subprocess.run(command, cwd=HERE.parent, stdout=subprocess.PIPE, text=True, check=False)
    holds = done.returncode == 0
    for line in done.stdout.splitlines():
        if line.startswith("{"):
            print(line, flush=True)
            holds &= bool(json.loads(line)["holds"])
    if done.returncode:
        print(f"{name} ended with status {done.returncode}.", file=sys.stderr)
    return holds


def main() -> int:
    """Return the exit status."""
    asked = sys.argv[1:] or names()
    unknown = set(asked) - set(names())
    if unknown:
        print(f"Expected some of {', '.join(names())}, but got {', '.join(sorted(unknown))}.", file=sys.stderr)
        return 2
    held = [run(name) for name in asked]  # all of them, whatever the first says
    return 0 if all(held) else 1


if __name__ == "__main__":
    sys.exit(main())
