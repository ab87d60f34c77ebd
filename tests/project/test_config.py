from __future__ import annotations

from pathlib import Path

import pytest

from doorstep.project.config import ConfigurationError, load


def file(folder: Path, text: str) -> dict[str, str]:
    (folder / "doorstep.toml").write_text(text, encoding="utf-8")
    return {"DOORSTEP_DATA": str(folder)}


def test_without_anything_the_defaults_hold(tmp_path: Path) -> None:
    config = load({"DOORSTEP_DATA": str(tmp_path)})
    assert (config.text("zone"), config.settings["zone"].source, config.flag("reachable"), config.path) == (
        "UTC",
        "default",
        True,
        None,
    )


def test_the_file_holds_over_the_default_and_the_environment_over_the_file(tmp_path: Path) -> None:
    environ = file(tmp_path, 'organisation = "Northwind"\nzone = "Europe/Berlin"\n[database]\nurl = "postgresql://x"\n')
    config = load({**environ, "DOORSTEP_ZONE": "UTC"})
    names = ("organisation", "zone", "database.url")
    assert [(config.text(name), Path(config.settings[name].source).name) for name in names] == [
        ("Northwind", "doorstep.toml"),
        ("UTC", "DOORSTEP_ZONE"),
        ("postgresql://x", "doorstep.toml"),
    ]


def test_a_value_nobody_knows_is_named(tmp_path: Path) -> None:
    assert load(file(tmp_path, 'organization = "Northwind"\n')).unknown == ("organization",)


def test_tables_are_kept_for_those_who_read_them(tmp_path: Path) -> None:
    config = load(file(tmp_path, '[connections.Jira]\nkind = "jira"\n'))
    assert (config.tables, config.unknown) == ({"connections": {"Jira": {"kind": "jira"}}}, ())


def test_a_file_that_is_no_toml_says_where(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"Expected TOML in .*doorstep\.toml, but it does not parse: .*line 1"):
        load(file(tmp_path, "organisation = Northwind\n"))


@pytest.mark.parametrize(("text", "flag"), [("yes", True), ("1", True), ("off", False), ("", False), ("TRUE", True)])
def test_a_flag_is_read_as_people_write_it(text: str, flag: bool) -> None:
    assert load({"DOORSTEP_SECURE": text}).flag("secure") is flag


def test_a_flag_that_is_none_says_where_it_came_from() -> None:
    with pytest.raises(ConfigurationError) as refused:
        load({"DOORSTEP_SECURE": "maybe"}).flag("secure")
    assert str(refused.value) == 'Expected true or false for secure, but DOORSTEP_SECURE says "maybe".'


def test_the_keys_are_in_the_data_folder_unless_named(tmp_path: Path) -> None:
    assert load({"DOORSTEP_DATA": str(tmp_path)}).keys_file == tmp_path / "keys.json"
    assert load({"DOORSTEP_KEYS_FILE": "/etc/doorstep/keys.json"}).keys_file == Path("/etc/doorstep/keys.json")
