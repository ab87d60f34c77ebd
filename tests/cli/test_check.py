"""`doorstep check` and `show`: faults by line, faces of a page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from doorstep.cli.main import main

PAGE = Path(__file__).parents[2] / "pages" / "close-client-project.md"
GOOD = "# A page\n\n- Owner: Finance\n\n## Check\n\n- Who: Legal counsel\n"
BAD = GOOD.replace("- Who: Legal counsel", "- Who: Legal counsel\n- Deu: 1 hour")
WARNS = GOOD + "\nSomebody must look at it within 3 days.\n"


def run(*arguments: str, given: str | bytes = "") -> Result:
    return CliRunner().invoke(main, arguments, input=given)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, text in {"good": GOOD, "bad": BAD, "warns": WARNS}.items():
        (tmp_path / f"{name}.md").write_text(text)
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_a_page_without_faults() -> None:
    shown = run("check", "good.md")
    assert (shown.exit_code, shown.stdout, shown.stderr) == (0, "", "1 page: no errors, no warnings.\n")


@pytest.mark.usefixtures("folder")
def test_faults_are_printed_by_line_and_errors_fail() -> None:
    shown = run("check", "good.md", "bad.md")
    assert shown.exit_code == 1
    assert shown.stdout.startswith('bad.md:8:3 E102 Expected a key of a card, but got "Deu". Did you mean "Due"?')
    assert shown.stderr == "2 pages: 1 error, no warnings.\n"


@pytest.mark.usefixtures("folder")
def test_warnings_alone_do_not_fail() -> None:
    shown = run("check", "warns.md")
    assert (shown.exit_code, shown.stderr) == (0, "1 page: no errors, 1 warning.\n")
    assert shown.stdout.startswith("warns.md:9:")


def test_standard_input_is_a_dash() -> None:
    shown = run("check", "-", given=BAD)
    assert (shown.exit_code, shown.stdout[:6]) == (1, "-:8:3 ")


def test_names_are_checked_against_people(folder: Path) -> None:
    (folder / "people.csv").write_text("email,roles\nmira@x.example,Legal council; Finance\n")
    shown = run("check", "good.md", "--people", "people.csv")
    assert (shown.exit_code, "E104" in shown.stdout, 'Did you mean "Legal council"?' in shown.stdout) == (1, True, True)


def test_people_that_cannot_be_read_are_refused(folder: Path) -> None:
    (folder / "people.csv").write_text("name\nMira\n")
    shown = run("check", "good.md", "--people", "people.csv")
    assert (shown.exit_code, "people.csv cannot be read: Expected a CSV file" in shown.stderr) == (1, True)
    (folder / "people.csv").write_bytes(b"email\n\xff\xfe\n")
    assert "people.csv cannot be read" in run("check", "good.md", "--people", "people.csv").stderr


MISSING = "Error: missing.md cannot be read: No such file or directory.\n"


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("pages", [("bad.md", "missing.md"), ("missing.md", "bad.md")])
def test_a_page_that_cannot_be_read_keeps_no_other_from_being_checked(pages: tuple[str, str]) -> None:
    shown = run("check", *pages)
    assert (shown.exit_code, shown.stdout[:15]) == (1, "bad.md:8:3 E102")
    assert shown.stderr == f"{MISSING}1 page: 1 error, no warnings; 1 page could not be read.\n"


def test_pages_that_cannot_be_read_are_refused(folder: Path) -> None:
    shown = run("check", "missing.md")
    assert (shown.exit_code, shown.stderr) == (
        1,
        f"{MISSING}no pages: no errors, no warnings; 1 page could not be read.\n",
    )
    assert run("check", str(folder)).exit_code == 1


@pytest.mark.parametrize(
    "content", [b"", b"\xff\xfe\x00", b"# A\n\x00\n", b"\xed\xa0\x80", b"# A\n" + b"x" * 2**20 + b"more"]
)
def test_hostile_pages_have_faults_and_no_traceback(folder: Path, content: bytes) -> None:
    (folder / "hostile.md").write_bytes(content)
    shown = run("check", "hostile.md")
    assert (shown.exit_code, shown.stdout.startswith("hostile.md:")) == (1, True)
    assert run("show", "hostile.md").exit_code == 0


# -- Show --------------------------------------------------------------------------------------------


def test_a_page_is_shown_as_sentences() -> None:
    shown = run("show", str(PAGE)).stdout
    assert shown.startswith("Close a client project\n")
    assert (
        "\n\n  Sign off the contract\n"
        "    Legal counsel approves the contract and its value, by e-mail, within one working day; not whoever started it. "
        "If rejected, whoever started it amends the contract and we ask again, three times at most.\n\n"
    ) in shown


def test_a_page_is_shown_as_outline_json_and_picture() -> None:
    assert run("show", str(PAGE), "--as", "outline").stdout.startswith(
        "Close a client project\n  1 Three confirmations"
    )
    assert json.loads(run("show", str(PAGE), "--as", "json").stdout)["title"] == "Close a client project"
    assert run("show", str(PAGE), "--as", "svg").stdout.startswith("<svg")


def test_the_faults_of_a_shown_page_hinder_nothing() -> None:
    shown = run("show", "-", "--as", "outline", given=BAD)
    assert (shown.exit_code, shown.stdout.startswith("A page"), "E102" in shown.stderr) == (0, True, True)
