"""`doorstep play`: scripts in, JSON or a summary out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from doorstep.cli.main import main
from doorstep.cli.play_view import said_line, say
from doorstep.kernel.values import JSON
from doorstep.rehearsal.stories import read_story

ROOT = Path(__file__).parents[2]
FRIDAY = str(ROOT / "pages" / "close-client-project.md")
PAGE = "# A page\n\n- Owner: Finance\n\n## Check\n\n- Who: Legal counsel\n- Due: 2 working hours\n- If late: skip\n"
OTHER = PAGE + "\n## Next\n\n- Who: Finance\n"
START = '{"do": "start", "at": "2026-03-06T16:00:00-05:00", "by": "ana@x.example"}\n'


def run(*arguments: str, given: str | bytes = "") -> Result:
    return CliRunner().invoke(main, ["play", *arguments], input=given)


def printed(result: Result) -> list[dict[str, JSON]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "page.md").write_text(PAGE)
    return tmp_path


def test_one_object_is_printed_for_each_line(folder: Path) -> None:
    (folder / "script.jsonl").write_text(START + "\n" + '{"do": "answer", "step": "Check"}\n{"do": "answr"}\nnonsense')
    shown = run("page.md", "--script", "script.jsonl", "--json")
    assert shown.exit_code == 0
    assert [(line["accepted"], line["case"]) for line in printed(shown)] == [
        (True, "open"),
        (True, "done"),
        (False, "done"),
        (False, "done"),
    ]
    assert list(printed(shown)[0]) == [
        "at",
        "accepted",
        "reason",
        "case",
        "statuses",
        "rounds",
        "commands",
        "facts",
    ]


@pytest.mark.usefixtures("folder")
def test_a_script_comes_from_standard_input_and_may_be_no_text() -> None:
    first, second = printed(run("page.md", "--json", given=START.encode() + b'\xff\xfe"\n'))
    assert (first["accepted"], second["accepted"]) == (True, False)


@pytest.mark.usefixtures("folder")
def test_the_page_comes_from_standard_input() -> None:
    assert run("-", "--json", "--script", "page.md", given=PAGE).exit_code == 0
    assert "cannot both come from standard input" in run("-", given=PAGE).stderr


def test_a_page_with_errors_is_refused_with_its_faults(folder: Path) -> None:
    (folder / "bad.md").write_text(PAGE.replace("Due", "Deu"))
    shown = run("bad.md", "--json", given=START)
    assert (shown.exit_code, shown.stdout) == (1, "")
    assert shown.stderr.startswith("bad.md:8:3 E102 ")


def test_a_page_with_warnings_runs(folder: Path) -> None:
    (folder / "warns.md").write_text(PAGE + "\nSomebody must look at it within 3 days.\n")
    shown = run("warns.md", "--json", given=START)
    assert (shown.exit_code, len(printed(shown))) == (0, 1)


@pytest.mark.parametrize("zone", ['"zone": "America/New_York", ', ""])
def test_a_calendar_is_a_file(folder: Path, zone: str) -> None:
    (folder / "calendar.json").write_text("{" + zone + '"week": {"friday": ["12:00-22:00"]}}')
    shown = run("page.md", "--json", "--calendar", "calendar.json", given=START + '{"do": "wait", "for": "PT2H"}\n')
    assert printed(shown)[1]["case"] == "done"


@pytest.mark.parametrize("text", ["{", "[]", '{"week": {"someday": []}}', '{"zone": "Mars/Base"}'])
def test_a_calendar_that_is_none_is_refused(folder: Path, text: str) -> None:
    (folder / "calendar.json").write_text(text)
    shown = run("page.md", "--json", "--calendar", "calendar.json", given=START)
    assert (shown.exit_code, shown.stderr.startswith("Error: calendar.json is no calendar: ")) == (1, True)


@pytest.mark.usefixtures("folder")
def test_a_script_that_cannot_be_read_is_refused() -> None:
    shown = run("page.md", "--script", "missing.jsonl")
    assert (shown.exit_code, shown.stderr) == (1, "Error: missing.jsonl cannot be read: No such file or directory.\n")


def test_a_case_moves_to_another_page_found_beside_the_script(folder: Path) -> None:
    scripts = folder / "scripts"
    scripts.mkdir()
    (scripts / "other.md").write_text(OTHER)
    (scripts / "bad.md").write_text(OTHER.replace("Due", "Deu"))
    moves = [START, *(json.dumps({"do": "migrate", "page": page}) + "\n" for page in ("none.md", "bad.md", "other.md"))]
    (scripts / "script.jsonl").write_text("".join(moves))
    _, none, bad, moved = printed(run("page.md", "--json", "--script", "scripts/script.jsonl"))
    assert none["reason"] == 'Expected the file of a page, but there is no "none.md".'
    assert str(bad["reason"]).startswith("Expected a page without errors, but got scripts/bad.md:8:3 E102 ")
    assert (moved["accepted"], moved["statuses"]) == (True, {"Check": "open", "Next": "idle"})


# -- For people --------------------------------------------------------------------------------------


def test_friday_is_told_for_people() -> None:
    story = read_story((ROOT / "tests" / "stories" / "friday.md").read_text())
    shown = run(FRIDAY, given="\n".join(move.line for move in story.moves[:6])).stdout
    told = " ".join(shown.split())
    assert "Fri 06 Mar 16:00 start, with opportunity, release, contract, by ana@northwind.example" in told
    assert "asks Legal counsel: “Sign off the contract”" in told
    assert 'refused: Expected one of approved, rejected, changes wanted for "Sign off the contract"' in told
    assert "Sign off the contract waiting 1" in told
    assert "Waiting for you since 16:15." in told


@pytest.mark.usefixtures("folder")
def test_a_play_of_nothing_tells_nothing() -> None:
    assert run("page.md").stdout == ""
    assert "Nothing waits" not in run("page.md", given='{"do": "wait"}\n').stdout


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"do": "wait", "for": "PT4H"}', "wait, PT4H"),
        ('{"do": "add", "after": "Check", "name": "Third"}', "add “Check” “Third”"),
        ('{"do": "action", "step": "Mark", "result": "failed", "reason": "down"}', "action “Mark”, failed, down"),
        (" nonsense ", "nonsense"),
        ("[1]", "[1]"),
    ],
)
def test_lines_are_said(line: str, said: str) -> None:
    assert said_line(line) == said


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ({"command": "SendAsk", "to": "Finance"}, "asks Finance: “Check”"),
        ({"command": "WithdrawAsk"}, "withdraws the ask: “Check”"),
        ({"command": "CallAction", "call": "set"}, "does set: “Check”"),
        ({"command": "StartTimer", "purpose": "due", "spec": "1 hour"}, "starts the clock of “Check”: due 1 hour"),
        ({"command": "WithdrawTimer", "purpose": "due"}, "stops the clock of “Check”: due"),
        ({"command": "WatchRecord", "records": ["release", "deal"]}, "looks at release, deal: “Check”"),
        ({"command": "Tell", "to": "", "why": "It is late."}, "tells whoever started this: “Check” It is late."),
        ({"command": "CloseCase", "result": "failed", "why": ""}, "closes the case: failed"),
        ({"command": "UnwatchRecord"}, "UnwatchRecord “Check”"),
    ],
)
def test_commands_are_said(command: dict[str, JSON], said: str) -> None:
    assert say({"step": "Check", **command}) == said
