"""The reference says what the code does."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from doorstep.reading.check import check
from doorstep.reading.faults import KINDS
from doorstep.reading.keys import STEP_KEYS, TITLE_KEYS, Key
from doorstep.reading.reference import faults_page, page_schema

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
PAGE = (REFERENCE / "page.md").read_text(encoding="utf-8")


def test_the_page_of_faults_is_current() -> None:
    assert (REFERENCE / "faults.md").read_text(encoding="utf-8") == faults_page(), "run tools/make_reference.py"


def test_the_schema_is_current_and_a_schema() -> None:
    assert json.loads((REFERENCE / "page.schema.json").read_text(encoding="utf-8")) == page_schema(), (
        "run tools/make_reference.py"
    )
    Draft202012Validator.check_schema(page_schema())


def test_each_fault_has_a_section() -> None:
    assert re.findall(r"^### ([EW]\d+)$", faults_page(), re.MULTILINE) == sorted(KINDS)


@pytest.mark.parametrize("key", [*TITLE_KEYS.values(), *STEP_KEYS.values()], ids=lambda key: key.name)
def test_each_key_stands_in_the_reference_with_its_examples(key: Key) -> None:
    rows = [row for row in PAGE.splitlines() if row.startswith(f"| {key.name} |")]
    assert rows
    assert [example for example in key.examples if example and f"`{example}`" not in "".join(rows)] == []


def test_the_reference_names_no_other_key() -> None:
    named = set(re.findall(r"^\| ([A-Z][a-z -]+) \|", PAGE, re.MULTILINE)) - {"Key", "Fact", "Kind"}
    assert named <= set(TITLE_KEYS) | set(STEP_KEYS)


@pytest.mark.parametrize("text", re.findall(r"^```markdown\n(# .*?)^```", PAGE, re.MULTILINE | re.DOTALL))
def test_the_examples_of_the_reference_have_no_fault(text: str) -> None:
    assert [str(fault) for fault in check(text).faults] == []
