"""The house itself: floors, migrations, what is vendored, what may not be in the repository."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).parents[2]
VENDOR = ROOT / "src/doorstep/web/static/doorstep/vendor"


def tracked(*patterns: str) -> list[Path]:
    """Return the files git tracks."""
    listed = subprocess.run(["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True)
    return [ROOT / line for line in listed.stdout.splitlines()]


def test_floors_import_downward_only() -> None:
    lint = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-logo"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert lint.returncode == 0, lint.stdout


@pytest.mark.database
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_no_migration_needs_an_extension() -> None:
    texts = [path.read_text() for path in tracked("src/doorstep/*/migrations/*.py")]
    assert texts
    assert not [text for text in texts if re.search(r"CreateExtension|CREATE EXTENSION|CreateCollation", text)]


def test_check_show_and_play_never_load_django() -> None:
    program = (
        "import sys; import doorstep.cli.check, doorstep.cli.show, doorstep.cli.play; "
        "sys.exit(sorted(name for name in sys.modules if name.startswith(('django', 'psycopg')))[:3] or 0)"
    )
    loaded = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (loaded.returncode, loaded.stderr) == (0, "")


def test_there_is_no_drawer_for_odds_and_ends() -> None:
    names = {part for path in tracked("src/*.py") for part in (*path.parts, path.stem)}
    assert not names & {"utils", "util", "common", "helpers", "core", "misc"}


def test_every_package_says_in_a_sentence_what_it_is() -> None:
    packages = [path for path in tracked("src/doorstep/*/__init__.py") if "migrations" not in path.parts]
    assert [path for path in packages if not path.read_text().lstrip().startswith('"""')] == []


def test_what_is_vendored_says_where_it_is_from() -> None:
    record = json.loads((VENDOR / "vendor.json").read_text())
    named = {here for package in record for here in package["files"].values()}
    assert {path.name for path in VENDOR.iterdir()} == named | {"vendor.json"}
    for package in record:
        method, _, digest = package["integrity"].partition("-")
        assert (method, len(base64.b64decode(digest))) == ("sha512", hashlib.sha512().digest_size)


def test_nothing_is_evaluated() -> None:
    guilty = [path for path in tracked("src/*.py") if re.search(r"(?<![\w.])(eval|exec)\(", path.read_text())]
    assert guilty == []


def test_no_inline_script_or_style_in_our_templates() -> None:
    templates = tracked("src/doorstep/web/templates/*.html")
    assert templates
    inline = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)|<style|\sstyle=|\son[a-z]+=")
    assert [path.name for path in templates if inline.search(path.read_text())] == []


def test_links_between_documents_lead_somewhere() -> None:
    link = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")
    found = [(path, target) for path in tracked("*.md") for target in link.findall(path.read_text())]
    dead = [f"{path.relative_to(ROOT)}: {target}" for path, target in found if not (path.parent / target).exists()]
    assert dead == []


def test_changelog_fragments_have_a_kind() -> None:
    kinds = {"added", "changed", "fixed", "removed"}
    fragments = [path for path in tracked("changelog.d/*") if path.name != "README.md"]
    assert [path.name for path in fragments if len(path.suffixes) != 2 or path.suffixes[0][1:] not in kinds] == []
