from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.library.pages import BROKEN, FRIDAY, TEXT

from doorstep.cli.main import main
from doorstep.library.models import Version
from doorstep.people.models import Person, Role

pytestmark = pytest.mark.database


@pytest.fixture(autouse=True)
def company() -> None:
    for name in ("Delivery engineer", "Legal counsel", "VP Customer Success"):
        Role.objects.create(name=name)
    Person.objects.create(name="Ana Ruiz", email="ana@x.example")


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["publish", *words, "--by", "ana@x.example"])


def page(folder: Path, text: str, name: str = "close.md") -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder / name)


def test_pages_become_versions(tmp_path: Path) -> None:
    close, travel = page(tmp_path, FRIDAY), page(tmp_path, TEXT, "travel.md")
    result = run(close, travel)
    assert (result.exit_code, result.stdout) == (
        0,
        f"{close}: version 1 of close-a-client-project is effective.\n{travel}: version 1 of travel-policy is effective.\n",
    )
    assert run(close).stdout == f"{close}: version 1 of close-a-client-project says the same already.\n"


def test_a_page_with_errors_is_refused_and_the_others_are_published(tmp_path: Path) -> None:
    broken, travel = page(tmp_path, BROKEN), page(tmp_path, TEXT, "travel.md")
    result = run(broken, travel)
    assert result.exit_code == 1
    assert result.stdout == (
        f"{broken}: not published; mend its errors, or publish it with --level followed.\n{travel}: version 1 of travel-policy is effective.\n"
    )
    assert all(line.startswith(f"{broken}:") for line in result.stderr.splitlines())
    assert "E408" in result.stderr
    assert Version.objects.count() == 1


def test_a_page_with_errors_is_published_below(tmp_path: Path) -> None:
    result = run(page(tmp_path, BROKEN), "--level", "followed")
    assert (result.exit_code, Version.objects.get().level) == (0, "followed")


def test_a_role_that_nobody_made_is_a_fault_with_a_suggestion(tmp_path: Path) -> None:
    file = page(tmp_path, FRIDAY.replace("Who: Legal counsel", "Who: Legal council"))
    result = run(file)
    assert result.exit_code == 1
    assert f'{file}:21:8 E104 "Legal council" is not a role. Did you mean "Legal counsel"?' in result.stderr


def test_a_renamed_step_is_offered_as_the_same(tmp_path: Path) -> None:
    run(page(tmp_path, FRIDAY))
    file = page(tmp_path, FRIDAY.replace("## Confirm the deployment", "## Check the deployment"))
    result = run(file)
    assert result.stdout == (
        f"{file}: version 2 of close-a-client-project is effective.\n"
        '  "Confirm the deployment" is gone and "Check the deployment" is new. The same step? '
        'Publish again with --same-step "Check the deployment=Confirm the deployment"\n'
    )


def test_the_same_step_is_chosen(tmp_path: Path) -> None:
    run(page(tmp_path, FRIDAY))
    file = page(tmp_path, FRIDAY.replace("## Confirm the deployment", "## Check the deployment"))
    run(file, "--same-step", "Check the deployment=Confirm the deployment")
    newest = Version.objects.order_by("number").last()
    assert newest is not None
    assert newest.identities["Check the deployment"] == "Confirm the deployment"


def test_somebody_nobody_knows_publishes_nothing(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["publish", page(tmp_path, TEXT), "--by", "no@x.example"])
    assert (result.exit_code, result.stderr) == (
        1,
        "Error: no@x.example is nobody on record. Import people first (doorstep people import FILE.csv), or invite them.\n",
    )
