"""A play as people read it: what happened, line by line, and how the case stands."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from rich.console import Console
from rich.table import Table
from rich.text import Text

from doorstep.kernel.values import JSON
from doorstep.rehearsal.outlook import outlook
from doorstep.rehearsal.play import Play
from doorstep.rehearsal.shown import Shown

WIDEST = 200
STYLES = {
    "open": "yellow",
    "waiting": "yellow",
    "done": "green",
    "overridden": "green",
    "stuck": "bold red",
    "idle": "dim",
    "not taken": "dim",
    "not needed": "dim",
}


def view(play: Play, lines: Iterable[str], console: Console | None = None) -> None:
    """Play lines and print each with what it caused, then the case."""
    console = console or Console(highlight=False)
    shown: Shown | None = None
    for line in lines:
        shown = play.do(line)
        console.print(_happened(line, shown))
        for command in shown.commands:
            console.print(Text("    " + say(command)))
    if shown is not None:
        console.print()
        console.print(_steps(shown))
        _close(play, console)


def _happened(line: str, shown: Shown) -> Text:
    """Return a line's own line: when, what, and why not."""
    at = datetime.fromisoformat(shown.at)
    text = Text.assemble((f"{at:%a %d %b %H:%M}", "dim"), "  ", (said_line(line), "bold"))
    if shown.reason is not None:
        text.append(f"\n    refused: {shown.reason}", "red")
    return text


def said_line(line: str) -> str:
    """Say a line of a script: "answer “Sign off the contract”, rejected, by mira@northwind.example"."""
    try:
        plain = json.loads(line)
    except (ValueError, RecursionError):
        plain = None
    if not isinstance(plain, dict):
        return line.strip()[:WIDEST]
    step = [f"“{plain[key]}”" for key in ("step", "after", "name") if key in plain]
    more = [str(plain[key]) for key in ("outcome", "result", "for", "failed", "page", "reason") if key in plain]
    facts = list(plain["facts"]) if isinstance(plain.get("facts"), dict) else []
    more += [f"with {', '.join(facts)}"] if facts else []
    more += [f"by {plain['by']}"] if "by" in plain else []
    return ", ".join([" ".join([str(plain.get("do")), *step]), *more])[:WIDEST]


def say(command: Mapping[str, JSON]) -> str:
    """Say a command as something that is done."""
    step = f"“{command['step']}”"
    match command["command"]:
        case "SendAsk":
            return f"asks {command['to']}: {step}"
        case "WithdrawAsk":
            return f"withdraws the ask: {step}"
        case "CallAction":
            return f"does {command['call']}: {step}"
        case "StartTimer":
            return f"starts the clock of {step}: {command['purpose']} {command['spec']}"
        case "WithdrawTimer":
            return f"stops the clock of {step}: {command['purpose']}"
        case "WatchRecord":
            records = command["records"]
            return (
                f"looks at {', '.join(str(record) for record in records)}: {step}"
                if isinstance(records, list)
                else step
            )
        case "Tell":
            return f"tells {command['to'] or 'whoever started this'}: {step} {command['why']}".rstrip()
        case "CloseCase":
            return f"closes the case: {command['result']} {command['why']}".rstrip()
        case name:
            return f"{name} {step}"


def _steps(shown: Shown) -> Table:
    """Return how every step stands."""
    table = Table("Step", "Status", "Round", box=None, header_style="dim", pad_edge=False)
    for name, status in shown.statuses.items():
        table.add_row(Text(name), Text(status, STYLES.get(status, "")), str(shown.rounds[name]))
    return table


def _close(play: Play, console: Console) -> None:
    """Print what a colleague would say of the case."""
    if not play.state.case:
        return
    said = outlook(play)
    console.print()
    console.print(Text(said.headline, "bold"), Text(said.detail))
    for line in said.lines:
        console.print(Text(line.text, "dim"))
