"""How long it takes to read a page of 200 steps; against markdown-it, which finds its blocks."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from markdown_it import MarkdownIt

from doorstep.reading.text import read

TARGET = 50.0
PAGE = Path(__file__).parents[1] / "pages" / "close-client-project.md"


def page_of(steps: int) -> str:
    """Repeat the Friday page's own steps under other names until there are so many."""
    head, *rest = PAGE.read_text(encoding="utf-8").split("\n## ")
    parts = [part.partition("\n") for part in "\n## ".join(("", *rest)).split("\n### ")[1:]]
    cards = [f"## {name} {n}\n{text.split(chr(10) + '## ')[0]}" for n in range(steps) for name, _, text in parts]
    return "\n".join((head, *cards[:steps])) + "\n"


def milliseconds(*works: Callable[[], object], runs: int = 25) -> list[float]:
    """Return the best time of each, in turns, so that what else the machine does touches all alike."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(runs):
        for taken, work in zip(times, works, strict=True):
            began = perf_counter()
            work()
            taken.append((perf_counter() - began) * 1000)
    return [min(taken) for taken in times]


def main() -> None:
    text = page_of(200)
    markdown = MarkdownIt("commonmark").enable("table")
    assert len(list(read(text).page.walk())) == 200
    against, value = milliseconds(lambda: markdown.parse(text), lambda: read(text))
    line = {"name": "read a page of 200 steps", "value": round(value, 1), "unit": "ms", "against": round(against, 1)}
    print(json.dumps({**line, "ratio": round(value / against, 2), "target": TARGET, "holds": value <= TARGET}))


if __name__ == "__main__":
    main()
