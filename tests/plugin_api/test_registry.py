from __future__ import annotations

import sys
from importlib.metadata import EntryPoint
from types import ModuleType

import pytest

from doorstep.plugin_api.registry import GROUP, Integration, UnknownIntegration, integration, load


def brought(one: object, monkeypatch: pytest.MonkeyPatch) -> EntryPoint:
    """An entry point of another distribution."""
    module = ModuleType("another_distribution")
    module.__dict__["INTEGRATION"] = one
    monkeypatch.setitem(sys.modules, "another_distribution", module)
    return EntryPoint(name="x", value="another_distribution:INTEGRATION", group=GROUP)


def test_what_is_in_the_box_is_there() -> None:
    assert (integration("jira").system, integration("jira").kind) == ("Jira", "jira")


def test_an_unknown_kind_names_those_there_are() -> None:
    with pytest.raises(UnknownIntegration, match=r'Expected a kind of connection out of .*jira.*, but got "fax"'):
        integration("fax")


def test_another_distribution_brings_one_by_the_same_door(monkeypatch: pytest.MonkeyPatch) -> None:
    teams = Integration("teams", "Teams")
    assert load([], [brought(teams, monkeypatch)]) == {"teams": teams}


def test_one_that_is_brought_replaces_one_in_the_box(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = Integration("jira", "Our Jira")
    assert load(["doorstep.integrations.jira"], [brought(ours, monkeypatch)]) == {"jira": ours}


def test_what_is_no_integration_is_refused_where_it_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TypeError, match=r"Expected an Integration in the group doorstep\.integrations, but got 'x'"):
        load([], [brought("x", monkeypatch)])


def test_a_folder_taken_out_of_the_box_is_not_missed() -> None:
    assert load(["doorstep.integrations.gone"], []) == {}
