from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from doorstep.connections import queries
from doorstep.connections.add import add
from doorstep.connections.by_file import take_over
from doorstep.connections.change import change
from doorstep.connections.errors import NotUsable
from doorstep.connections.models import Connection, State
from doorstep.connections.pause import pause
from doorstep.connections.resume import resume
from doorstep.connections.routes import route_for, set_route
from doorstep.connections.secrets import opened_all
from doorstep.connections.sessions import session_for
from doorstep.people.errors import NotAllowed
from doorstep.people.models import Person

pytestmark = pytest.mark.database

NOW = datetime(2026, 3, 6, 12, tzinfo=UTC)
SITE = {"site": "https://x.atlassian.net"}


@pytest.fixture
def ed() -> UUID:
    return Person.objects.create(name="Ed", email="ed@x.example", administrator=True).id


@pytest.fixture
def sam() -> UUID:
    return Person.objects.create(name="Sam", email="sam@x.example").id


def jira(by: UUID | None = None, name: str = "Jira", **more: object) -> Connection:
    return add(name=name, kind="jira", by=by, config=SITE, secrets={"token": "t"}, **more)  # type: ignore[arg-type]


# -- Adding and changing ---------------------------------------------------------------------------


def test_who_adds_a_connection_owns_it(ed: UUID) -> None:
    row = jira(ed, " My  Jira ")
    assert (row.name, row.owner_id, row.state, opened_all(row.secrets)) == ("My Jira", ed, State.ACTIVE, {"token": "t"})
    assert "token" not in row.secrets


def test_only_administrators_add_change_and_route(ed: UUID, sam: UUID) -> None:
    row = jira(ed)
    with pytest.raises(NotAllowed, match="Only an administrator may add connections"):
        jira(sam, "Other")
    with pytest.raises(NotAllowed, match="Only an administrator may change connections"):
        change(connection=row.id, by=sam, config=SITE)
    with pytest.raises(NotAllowed, match="Only an administrator may change routes"):
        set_route(connection=row.id, target={"project": "DEP"}, by=sam)


@pytest.mark.parametrize(
    ("name", "kind", "config", "sentence"),
    [
        ("jira", "jira", SITE, 'There is a connection named "jira" already. Choose another name.'),
        (" ", "jira", SITE, "Expected a name for the connection, but got none."),
        ("New", "jira", {}, "A connection to Jira needs: Address of the site. Fill it in."),
    ],
)
def test_a_connection_that_cannot_work_is_refused(name: str, kind: str, config: dict[str, str], sentence: str) -> None:
    jira()
    with pytest.raises(NotUsable) as refused:
        add(name=name, kind=kind, by=None, config=config)
    assert str(refused.value) == sentence


def test_an_unknown_kind_names_those_there_are() -> None:
    with pytest.raises(NotUsable, match=r'Expected a kind of connection out of .*jira.*, but got "teams"'):
        add(name="Teams", kind="teams", by=None)


def test_secrets_left_empty_stay_and_new_ones_end_old_tokens(ed: UUID) -> None:
    row = jira(ed)
    tokens = session_for(row).tokens
    tokens.set("access", "a")
    change(connection=row.id, by=ed, config={"site": "https://y.atlassian.net"}, secrets={"token": ""})
    kept = Connection.objects.get()
    assert (kept.config, opened_all(kept.secrets), tokens.get("access")) == (
        {"site": "https://y.atlassian.net"},
        {"token": "t"},
        "a",
    )
    change(connection=row.id, by=ed, config=SITE, secrets={"token": "new"})
    assert (opened_all(Connection.objects.get().secrets), tokens.get("access")) == ({"token": "new"}, None)


# -- Pausing ---------------------------------------------------------------------------------------


def test_the_owner_of_a_paused_connection_is_told_once(ed: UUID) -> None:
    row = jira(ed)
    assert [pause(connection=row.id, why="The token has expired.", at=NOW) for _ in range(3)] == [True, False, False]
    row.refresh_from_db()
    assert (row.state, row.why, row.paused_at) == (State.PAUSED, "The token has expired.", NOW)
    assert queries.working() == ()


def test_a_connection_resumes_once_and_may_pause_again(ed: UUID) -> None:
    row = jira(ed)
    pause(connection=row.id, why="x", at=NOW)
    assert [resume(connection=row.id), resume(connection=row.id)] == [True, False]
    assert queries.working() == (row,)
    assert pause(connection=row.id, why="y", at=NOW)


def test_changing_a_paused_connection_resumes_it(ed: UUID) -> None:
    row = jira(ed)
    pause(connection=row.id, why="x", at=NOW)
    assert change(connection=row.id, by=ed, config=SITE, secrets={"token": "n"}).state == State.ACTIVE


def test_its_owner_may_resume_a_connection_and_nobody_else(ed: UUID, sam: UUID) -> None:
    row = jira(ed, owner=sam)
    other = Person.objects.create(name="Jon", email="jon@x.example").id
    pause(connection=row.id, why="x", at=NOW)
    with pytest.raises(NotAllowed):
        resume(connection=row.id, by=other)
    assert resume(connection=row.id, by=sam)


# -- Routes ----------------------------------------------------------------------------------------


def test_the_nearest_route_counts_and_general_ones_fill_in() -> None:
    row = jira()
    routes = {
        ("", ""): {"project": "GEN", "issue type": "Task"},
        ("", "close"): {"project": "CLO"},
        ("Delivery engineer", ""): {"project": "DEP"},
        ("Delivery engineer", "hire"): {"project": "HIR", "issue type": "Story"},
    }
    for (role, process), target in routes.items():
        set_route(connection=row.id, role=role, process=process, target=target, by=None)
    asked = [("", ""), ("", "close"), ("delivery engineer", "close"), ("Delivery engineer", "hire"), ("Other", "x")]
    assert [route_for(row.id, role=role, process=process) for role, process in asked] == [
        {"project": "GEN", "issue type": "Task"},
        {"project": "CLO", "issue type": "Task"},
        {"project": "DEP", "issue type": "Task"},
        {"project": "HIR", "issue type": "Story"},
        {"project": "GEN", "issue type": "Task"},
    ]


def test_a_route_is_replaced_and_taken_away() -> None:
    row = jira()
    for target in ({"project": "A"}, {"project": "B"}):
        set_route(connection=row.id, role="Engineer", target=target, by=None)
    assert route_for(row.id, role="engineer") == {"project": "B"}
    set_route(connection=row.id, role="engineer", target={}, by=None)
    assert route_for(row.id, role="Engineer") == {}


# -- By file ---------------------------------------------------------------------------------------

TABLE = {
    "kind": "jira",
    "site": "https://x.atlassian.net",
    "owner": "ed@x.example",
    "allow_private": True,
    "rate_per_minute": 30,
    "secrets": {"token": "t"},
    "routes": [{"role": "Engineer", "project": "DEP"}],
}


def test_a_connection_in_the_file_is_made_and_kept_up_to_date(ed: UUID) -> None:
    for site in ("https://x.atlassian.net", "https://y.atlassian.net"):
        (row,) = take_over({"connections": {"Jira": {**TABLE, "site": site}}})
    assert Connection.objects.count() == 1
    assert (row.config, row.owner_id, row.allow_private, row.rate_per_minute, row.by_file, opened_all(row.secrets)) == (
        {"site": "https://y.atlassian.net"},
        ed,
        True,
        30,
        True,
        {"token": "t"},
    )
    assert route_for(row.id, role="Engineer") == {"project": "DEP"}


def test_only_new_settings_in_the_file_resume_a_connection(ed: UUID) -> None:
    (row,) = take_over({"connections": {"Jira": TABLE}})
    session_for(row).tokens.set("access", "a")
    pause(connection=row.id, why="The token has expired.", at=NOW)
    (same,) = take_over({"connections": {"Jira": TABLE}})
    assert (same.state, session_for(row).tokens.get("access")) == (State.PAUSED, "a")
    (mended,) = take_over({"connections": {"Jira": {**TABLE, "secrets": {"token": "new"}}}})
    assert (mended.state, session_for(row).tokens.get("access")) == (State.ACTIVE, None)


def test_a_connection_in_the_file_is_not_changed_on_screen(ed: UUID) -> None:
    (row,) = take_over({"connections": {"Jira": TABLE}})
    with pytest.raises(NotUsable) as refused:
        change(connection=row.id, by=ed, config=SITE)
    assert str(refused.value) == (
        'The connection "Jira" is in doorstep.toml. Change it there and start Doorstep again.'
    )
    assert take_over({}) == ()
    assert change(connection=row.id, by=ed, config=SITE).config == SITE


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ({}, 'Expected a kind, such as "jira", under [connections.Jira] in doorstep.toml, but there is none.'),
        (
            {"kind": "jira"},
            "[connections.Jira] in doorstep.toml: A connection to Jira needs: Address of the site. Fill it in.",
        ),
        (
            {**TABLE, "owner": "no@x.example"},
            '[connections.Jira] in doorstep.toml: the owner "no@x.example" is nobody on record. Import them first.',
        ),
    ],
)
def test_a_table_that_does_not_fit_is_named(table: dict[str, object], sentence: str) -> None:
    with pytest.raises(NotUsable) as refused:
        take_over({"connections": {"Jira": table}})
    assert str(refused.value) == sentence


# -- Reading ---------------------------------------------------------------------------------------


def test_a_connection_is_found_by_name_and_by_system() -> None:
    first, second = jira(name="Jira of delivery"), jira(name="Other Jira")
    found = [queries.of_system(name) for name in ("jira", "Other Jira", "Salesforce")]
    assert found == [first, second, None]
    assert queries.named("other jira") == second


def test_what_pages_may_name_follows_the_connections() -> None:
    assert queries.channels_and_systems() == (frozenset(), frozenset())
    jira(name="Delivery Jira")
    Connection.objects.create(name="Gone", kind="gone")
    both = frozenset({"Jira", "Delivery Jira"})
    assert queries.channels_and_systems() == (both, both)


def test_pausing_what_is_not_there_tells_nobody() -> None:
    assert pause(connection=uuid4(), why="x", at=NOW) is False
