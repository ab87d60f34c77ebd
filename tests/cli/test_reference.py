"""docs/reference/cli.md and play.md keep up with the code."""

from __future__ import annotations

from pathlib import Path

from doorstep.cli.reference import reference
from doorstep.kernel import commands
from doorstep.rehearsal.script import DOES
from doorstep.rehearsal.shown import Shown

DOCS = Path(__file__).parents[2] / "docs" / "reference"


def test_the_command_line_is_documented_as_it_is() -> None:
    expected = reference()
    assert (DOCS / "cli.md").read_text() == expected, "python -m doorstep.cli.reference > docs/reference/cli.md"


def test_everything_a_line_can_do_is_documented() -> None:
    text = (DOCS / "play.md").read_text()
    table = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    assert [do for do in DOES if not any(f"`{do}`" in cell for cell in table)] == []


def test_everything_that_is_printed_is_documented() -> None:
    text = (DOCS / "play.md").read_text()
    names = [*Shown.__dataclass_fields__, *(kind.__name__ for kind in commands.OfCase.__subclasses__())]
    assert [name for name in names if f"`{name}`" not in text] == []
