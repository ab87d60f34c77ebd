"""The stage of the demo: always Friday, 4 p.m., on ports that are free, and going on where it was."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest

from doorstep.demo import company, furnish
from doorstep.demo.jira_sandbox import data as jira
from doorstep.demo.stage import PORTS, Stage, build, configuration, let_go, link, listen, pages, taken, until_friday
from doorstep.project.config import load

NEW_YORK = ZoneInfo(company.ZONE)

Build = Callable[[Path], Stage]


@pytest.fixture
def built() -> Iterator[Build]:
    """Build stages, and stop them at the end."""
    with ExitStack() as stages:

        def one(folder: Path) -> Stage:
            stage = build(folder)
            stages.callback(stage.stop)
            return stage

        yield one


# -- Friday, 4 p.m. ---------------------------------------------------------------------------------


@pytest.mark.parametrize("day", range(7))
@pytest.mark.parametrize("hour", [0, 15, 16, 23])
def test_the_next_friday_4_pm_is_less_than_a_week_ahead_on_every_day(day: int, hour: int) -> None:
    now = datetime(2026, 6, 1 + day, hour, 30, tzinfo=NEW_YORK)
    ahead = until_friday(now)
    friday = (now.astimezone(UTC) + ahead).astimezone(NEW_YORK)
    assert (friday.strftime("%A"), friday.hour, friday.minute) == ("Friday", 16, 0)
    assert timedelta() <= ahead <= timedelta(days=7)


@pytest.mark.parametrize(
    ("now", "hours"),
    [
        (datetime(2026, 3, 6, 16, 0, tzinfo=NEW_YORK), 0),
        (datetime(2026, 3, 7, 16, 0, tzinfo=NEW_YORK), 6 * 24 - 1),  # summer time begins on the 8th of March
        (datetime(2026, 10, 31, 16, 0, tzinfo=NEW_YORK), 6 * 24 + 1),  # and ends on the 1st of November
    ],
)
def test_it_is_4_pm_on_the_wall_across_summer_time(now: datetime, hours: int) -> None:
    assert until_friday(now.astimezone(UTC)) == timedelta(hours=hours)


# -- Building ----------------------------------------------------------------------------------------


def test_the_sandboxes_live_on_friday_at_4_pm(built: Build, tmp_path: Path) -> None:
    stage = built(tmp_path)
    friday = datetime.now(UTC) + timedelta(seconds=float((tmp_path / "clock").read_text()))
    local = friday.astimezone(NEW_YORK)
    assert (local.strftime("%A"), local.hour) == ("Friday", 16)
    made = stage.jira.tracker.stamp()
    assert abs(datetime.fromisoformat(made) - friday) < timedelta(minutes=1)


def test_the_configuration_is_toml_and_every_setting_is_known(built: Build, tmp_path: Path) -> None:
    stage = built(tmp_path / 'a "quoted" folder')
    told = load(stage.environment)
    assert told.unknown == ()
    assert told.path == stage.folder / "doorstep.toml"
    assert (told.text("organisation"), told.text("base_url"), told.text("demo.jira")) == (
        "Northwind",
        stage.url,
        stage.jira.url,
    )
    connections = tomllib.loads(configuration(stage))["connections"]
    assert {name: table["kind"] for name, table in connections.items()} == {
        "mail": "email",
        "Jira": "jira",
        "Salesforce": "salesforce",
    }
    assert connections["Salesforce"]["status_field"] == "Doorstep status"


@pytest.mark.database
def test_the_configuration_takes_over(built: Build, tmp_path: Path) -> None:
    from doorstep.connections.by_file import take_over
    from doorstep.connections.models import State

    stage = built(tmp_path)
    furnish.people()
    rows = take_over(load(stage.environment).tables)
    assert [(row.name, row.state, row.allow_private) for row in rows] == [
        ("mail", State.ACTIVE, True),
        ("Jira", State.ACTIVE, True),
        ("Salesforce", State.ACTIVE, True),
    ]
    assert "token" not in json.dumps([row.config for row in rows]).replace("{token}", "")


def test_a_stage_that_stopped_lets_go_of_its_ports(tmp_path: Path) -> None:
    stage = build(tmp_path)
    port = stage.ports["web"]  # nobody listens there yet: the lock alone keeps it
    other = taken(port)
    assert other != port
    let_go(other)
    stage.stop()
    assert taken(port) == port
    let_go(port)


def test_two_demos_that_start_at_once_take_no_port_both(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = "from doorstep.demo.stage import taken; import sys; print(taken(int(sys.argv[1])), flush=True); sys.stdin.read()"
    demos = [
        subprocess.Popen(
            [sys.executable, "-c", told, str(port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    try:
        taken_by = [int(one.stdout.readline()) for one in demos if one.stdout]
        assert port in taken_by
        assert len(set(taken_by)) == 3
    finally:
        for one in demos:
            one.communicate()
    with subprocess.Popen(
        [sys.executable, "-c", told, str(port)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as later:
        assert int((later.communicate()[0]).decode()) == port


def test_ports_that_are_taken_are_not_used(built: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setattr("doorstep.demo.stage.PORTS", dict.fromkeys(PORTS, port))
        stage = built(tmp_path)
        assert port not in stage.ports.values()
        assert len(set(stage.ports.values())) == len(PORTS)
        told = tomllib.loads((tmp_path / "doorstep.toml").read_text(encoding="utf-8"))
        assert told["base_url"] == f"http://127.0.0.1:{stage.ports['web']}"
        assert told["connections"]["mail"]["smtp_port"] == stage.ports["smtp"]


def test_two_demos_run_side_by_side(built: Build, tmp_path: Path) -> None:
    one, other = built(tmp_path / "one"), built(tmp_path / "other")
    beside = [name for name in PORTS if name != "web"]  # the web comes later, from a process of its own
    assert {one.ports[name] for name in beside}.isdisjoint({other.ports[name] for name in beside})
    assert one.webhook_secret != other.webhook_secret


# -- Going on ----------------------------------------------------------------------------------------


def test_a_second_start_goes_on_where_the_first_was(tmp_path: Path) -> None:
    first = build(tmp_path)
    clock = (tmp_path / "clock").read_text()
    first.jira.tracker.edit(company.JIRA_ISSUE, {"summary": "Played with"}, by=jira.ROBOT)
    first.stop()
    second = build(tmp_path)
    try:
        assert second.jira.tracker.issue(company.JIRA_ISSUE)["fields"]["summary"] == "Played with"
        assert (tmp_path / "clock").read_text() == clock
        assert second.webhook_secret == first.webhook_secret
    finally:
        second.stop()


def test_a_stage_that_is_stopped_answers_no_more(tmp_path: Path) -> None:
    stage = build(tmp_path)
    stage.stop()
    for address in (stage.jira.url, stage.salesforce.url, stage.mail.url):
        with pytest.raises(httpx.ConnectError):
            httpx.get(address, timeout=2)


def test_doorsteps_address_and_start_link_stand_in_the_systems(built: Build, tmp_path: Path) -> None:
    stage = built(tmp_path)
    listen(stage)
    link(stage)
    opportunity = httpx.get(f"{stage.salesforce.url}/lightning/r/Opportunity/{company.OPPORTUNITY_ID}/view", timeout=10)
    assert f"{stage.url}/start/close-a-client-project?opportunity={company.OPPORTUNITY_ID}" in opportunity.text
    assert stage.url in json.dumps(json.loads((tmp_path / "jira.json").read_text()))


@pytest.mark.database
def test_the_library_of_the_example_is_published_once(built: Build, tmp_path: Path) -> None:
    from doorstep.connections.by_file import take_over
    from doorstep.library.models import Version

    furnish.people()
    take_over(load(built(tmp_path).environment).tables)
    for _time in range(2):
        furnish.furnish(pages())
        assert sorted(Version.objects.values_list("process__title", "process__level", "state")) == [
            ("Approve an expense", "run", "effective"),
            ("Close a client project", "run", "effective"),
            ("Handle an incident", "run", "effective"),
            ("Travel policy", "readable", "effective"),
        ]
