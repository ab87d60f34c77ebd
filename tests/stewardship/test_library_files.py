"""The whole library as files: out, in again, and what is refused on the way."""

from __future__ import annotations

import json
import zipfile
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.library.pages import BROKEN, FRIDAY, TEXT

from doorstep.library.errors import NotUsable
from doorstep.library.models import Level, Process, Version
from doorstep.library.publish import publish
from doorstep.people.models import Person, Role
from doorstep.stewardship.export_library import export_library, zip_library
from doorstep.stewardship.import_library import Imported, import_library
from doorstep.stewardship.keep_file import keep_file

pytestmark = pytest.mark.database

NOW = datetime(2026, 3, 6, 21, tzinfo=UTC)
RENAMED = FRIDAY.replace("## Confirm the deployment", "## Check the deployment")


@pytest.fixture(autouse=True)
def ana(db: None) -> Person:
    for name in ("Delivery engineer", "Legal counsel", "VP Customer Success"):
        Role.objects.create(name=name)
    return Person.objects.create(name="Ana Ruiz", email="ana@x.example")


@pytest.fixture
def folder(ana: Person, tmp_path: Path) -> Path:
    """A library with a page of every level, one with a renamed step, exported."""
    publish(text=FRIDAY, by=None, at=NOW)
    publish(text=RENAMED, by=None, identities={"Check the deployment": "Confirm the deployment"}, at=NOW)
    publish(text=TEXT, by=None, at=NOW)
    publish(text=BROKEN.replace("# Close", "# Open"), by=None, level=Level.FOLLOWED, at=NOW)
    keep_file(name='Fire: "plan".pdf', content=b"%PDF-1.4", by=ana.id, group="Haus & Hof", at=NOW)
    assert export_library(to=tmp_path, by=None, at=NOW) == 4
    return tmp_path


def emptied() -> None:
    Version.objects.all().delete()
    Process.objects.all().delete()


def library() -> list[tuple[str, str, str, str]]:
    rows = Version.objects.filter(state="effective").select_related("process").order_by("process__key")
    return [(row.process.key, row.text, row.level, row.blob) for row in rows]


def test_an_export_holds_every_text_and_file_with_its_hash(folder: Path) -> None:
    paths = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    assert paths == [
        "customer-delivery/close-a-client-project.md",
        "customer-delivery/open-a-client-project.md",
        "haus-hof/fire-plan.files/Fire_ _plan_.pdf",
        "haus-hof/fire-plan.md",
        "manifest.json",
        "no-group/travel-policy.md",
    ]
    assert (folder / "no-group/travel-policy.md").read_text() == TEXT
    manifest = json.loads((folder / "manifest.json").read_text())
    assert {page["key"]: (page["level"], page["version"]) for page in manifest["pages"]} == {
        "close-a-client-project": ("run", 2),
        "fire-plan": ("kept", 1),
        "open-a-client-project": ("followed", 1),
        "travel-policy": ("readable", 1),
    }


def test_an_export_read_in_again_gives_the_same_library(folder: Path, ana: Person) -> None:
    before = library()
    emptied()
    done = import_library(folder=folder, by=ana.id, at=NOW)
    assert ([one.why for one in done], library()) == ([""] * 4, before)


def test_reading_in_what_is_there_already_changes_nothing(folder: Path, ana: Person) -> None:
    assert [(one.new, one.why) for one in import_library(folder=folder, by=ana.id, at=NOW)] == [(False, "")] * 4
    assert Version.objects.count() == 5


def test_a_renamed_step_keeps_its_identity(folder: Path, ana: Person) -> None:
    Version.objects.filter(process__key="close-a-client-project", number=2).delete()
    Version.objects.filter(process__key="close-a-client-project").update(state="effective")
    import_library(folder=folder, by=ana.id, at=NOW)
    latest = Version.objects.get(process__key="close-a-client-project", state="effective")
    assert latest.identities["Check the deployment"] == "Confirm the deployment"


def test_a_file_that_was_changed_is_refused_and_stops_no_other(folder: Path, ana: Person) -> None:
    emptied()
    (folder / "no-group/travel-policy.md").write_text("# Travel policy\n\nGo where you like.\n")
    done = import_library(folder=folder, by=ana.id, at=NOW)
    (refused,) = [one for one in done if one.why]
    assert refused == Imported(
        "no-group/travel-policy.md",
        why='"no-group/travel-policy.md" is not what the manifest says: it was changed since. '
        "Publish it by hand, or export again.",
    )
    assert Process.objects.count() == 3


@pytest.mark.parametrize(
    ("manifest", "why"),
    [
        (None, "cannot be read"),
        ("no json", "cannot be read"),
        ('{"format": 1, "pages": 5}', "cannot be read"),
        ('{"format": 99, "pages": []}', "Expected an export of format 1"),
    ],
)
def test_a_folder_that_is_no_export_is_refused(tmp_path: Path, ana: Person, manifest: str | None, why: str) -> None:
    if manifest is not None:
        (tmp_path / "manifest.json").write_text(manifest)
    with pytest.raises(NotUsable, match=why):
        import_library(folder=tmp_path, by=ana.id, at=NOW)


@pytest.mark.parametrize("path", ["../secret.md", "/etc/passwd", "missing.md"])
def test_nothing_outside_of_an_export_is_read(tmp_path: Path, ana: Person, path: str) -> None:
    inside = tmp_path / "export"
    inside.mkdir()
    (tmp_path / "secret.md").write_text(TEXT)
    page = {"path": path, "key": "x", "level": "readable", "sha256": ""}
    (inside / "manifest.json").write_text(json.dumps({"format": 1, "pages": [page]}))
    (done,) = import_library(folder=inside, by=ana.id, at=NOW)
    assert done.why.endswith(("outside of the export. Mend its manifest.", "is not in the export. Export it again."))
    assert not Process.objects.exists()


def test_a_zip_holds_what_its_reader_meets(folder: Path, ana: Person) -> None:
    Process.objects.filter(key="close-a-client-project").update(restricted=True)
    sam = Person.objects.create(name="Sam", email="sam@x.example")
    file = BytesIO()
    assert zip_library(to=file, by=sam.id, at=NOW) == 3
    with zipfile.ZipFile(file) as archive:
        assert "customer-delivery/close-a-client-project.md" not in archive.namelist()
        assert b"close-a-client" not in archive.read("manifest.json")


def test_the_command_says_what_it_did(folder: Path, tmp_path: Path, ana: Person) -> None:
    from doorstep.cli.main import main

    out = CliRunner().invoke(main, ["library", "export", str(tmp_path / "again")])
    assert (out.exit_code, out.output) == (0, f"4 pages in {tmp_path / 'again'}.\n")
    emptied()
    back = CliRunner().invoke(main, ["library", "import", str(tmp_path / "again"), "--by", "ana@x.example"])
    assert (back.exit_code, back.output) == (0, "4 published, 0 the same already, 0 refused.\n")
