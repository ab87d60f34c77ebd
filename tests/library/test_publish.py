from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from pytest_django import DjangoAssertNumQueries
from tests.library.pages import BROKEN, FRIDAY, TEXT

from doorstep.library import queries
from doorstep.library.errors import NotPublishable, NotUsable, UnknownVersion
from doorstep.library.identity import Candidate
from doorstep.library.models import Level, Process, Version, VersionState
from doorstep.library.programs import program_of
from doorstep.library.publish import Published, key_of, publish, same_step_candidates
from doorstep.library.take_effect import take_effect
from doorstep.people.errors import NotAllowed
from doorstep.people.models import Membership, Person, Role

pytestmark = pytest.mark.database

NOW = datetime(2026, 3, 6, 21, tzinfo=UTC)


@pytest.fixture(autouse=True)
def company() -> None:
    for name in ("Delivery engineer", "Legal counsel", "VP Customer Success"):
        Role.objects.create(name=name)


@pytest.fixture
def ana() -> Person:
    return Person.objects.create(name="Ana Ruiz", email="ana@x.example")


def put(text: str = FRIDAY, *, by: UUID | None = None, at: datetime = NOW, **more: object) -> Published:
    return publish(text=text, by=by, at=at, **more)  # type: ignore[arg-type]


def states() -> list[tuple[int, str]]:
    return [(row.number, row.state) for row in Version.objects.order_by("number")]


# -- The first version -----------------------------------------------------------------------------


def test_a_page_becomes_a_process_that_says_what_the_page_says(ana: Person) -> None:
    done = put(by=ana.id, file="close.md")
    row = Process.objects.get()
    assert (row.key, row.title, row.level) == ("close-a-client-project", "Close a client project", Level.RUN)
    assert (str(row.owner_role), row.owner, row.expert, str(row.group)) == (
        "VP Customer Success",
        None,
        ana,
        "Customer delivery",
    )
    assert sorted(str(role) for role in row.roles.all()) == ["Delivery engineer", "Legal counsel"]
    assert (done.key, done.number, done.state, done.new) == (row.key, 1, VersionState.EFFECTIVE, True)


def test_a_version_keeps_its_text_who_when_and_what_its_steps_are(ana: Person) -> None:
    version = queries.version(put(by=ana.id, file="close.md").version_id)
    assert (version.text, version.file, version.published_by, version.published_at, version.effective_from) == (
        FRIDAY,
        "close.md",
        ana,
        NOW,
        NOW,
    )
    assert sorted(version.identities) == ["Amend the contract", "Confirm the deployment", "Sign off the contract"]
    assert len(version.hash) == 64


def test_a_page_with_errors_is_refused_with_its_faults() -> None:
    with pytest.raises(NotPublishable) as refused:
        put(BROKEN, file="close.md")
    first, *lines = str(refused.value).splitlines()
    assert first.startswith("Expected a page without errors, but it has ")
    assert lines == [str(fault) for fault in refused.value.faults if fault.severity == "error"]
    assert lines
    assert all(line.startswith("close.md:") for line in lines)
    assert not Process.objects.exists()


def test_a_page_of_text_is_published_at_its_level() -> None:
    put(TEXT)
    assert Process.objects.get().level == Level.READABLE


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("Close a client project", "close-a-client-project"),
        ("Prüfung & Straße", "prufung-strasse"),
        ("  --  ", "process"),
        ("日本", "process"),
        ("x" * 500, "x" * 180),
    ],
)
def test_a_title_gives_a_key(title: str, key: str) -> None:
    assert key_of(title) == key


def test_a_key_that_is_taken_gets_a_number() -> None:
    titles = ("日本", "中国", "日本!", "Travel-Policy", "Travel policy")
    published = [put(TEXT.replace("Travel policy", title)) for title in titles]
    assert [(done.key, done.number) for done in published] == [
        ("process", 1),
        ("process-2", 1),
        ("process", 2),
        ("travel-policy", 1),
        ("travel-policy", 2),
    ]


# -- Later versions --------------------------------------------------------------------------------


def test_the_same_page_again_is_no_new_version() -> None:
    first, again = put(), put()
    assert (again.version_id, again.number, again.new) == (first.version_id, 1, False)
    assert states() == [(1, "effective")]


def test_a_changed_page_supersedes_the_one_before() -> None:
    put()
    done = put(FRIDAY.replace("Look at production.", "Look twice."))
    assert (done.number, done.same_step, states()) == (2, (), [(1, "superseded"), (2, "effective")])


def test_a_version_may_take_effect_later() -> None:
    put()
    later = put(FRIDAY.replace("Look at", "See"), effective_from=NOW + timedelta(days=1))
    assert (later.state, states()) == (VersionState.APPROVED, [(1, "effective"), (2, "approved")])
    assert take_effect(at=NOW + timedelta(hours=23)) == ()
    assert take_effect(at=NOW + timedelta(days=1)) == (later.version_id,)
    assert states() == [(1, "superseded"), (2, "effective")]


def test_a_sweep_with_nothing_due_is_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    put()
    with django_assert_num_queries(1):
        assert take_effect(at=NOW) == ()


def test_a_newer_version_overtakes_one_that_waits() -> None:
    put()
    put(FRIDAY.replace("Look at", "See"), effective_from=NOW + timedelta(days=1))
    put(FRIDAY.replace("Look at", "Watch"))
    assert states() == [(1, "superseded"), (2, "superseded"), (3, "effective")]
    assert take_effect(at=NOW + timedelta(days=1)) == ()


def test_a_process_keeps_its_key_under_a_new_title() -> None:
    first = put()
    renamed = put(FRIDAY.replace("# Close a client project", "# Hand over"), process="close-a-client-project")
    assert (renamed.process_id, renamed.key, renamed.title) == (first.process_id, first.key, "Hand over")
    assert put(FRIDAY.replace("# Close a client project", "# Hand over")).new is False


def test_a_key_that_nobody_has_is_refused() -> None:
    with pytest.raises(NotUsable, match='there is no "nothing"'):
        put(process="nothing")


def test_a_renamed_step_is_offered_and_keeps_its_identity_when_chosen() -> None:
    put()
    text = FRIDAY.replace("## Confirm the deployment", "## Check the deployment")
    (offered,) = same_step_candidates(text=text, by=None)
    assert offered == Candidate(
        "Confirm the deployment", "Confirm the deployment", "Check the deployment", offered.likeness
    )
    done = put(text, identities={"Check the deployment": "Confirm the deployment"})
    assert done.same_step == ()
    _, program = program_of(done.version_id)
    assert {node.name: node.key for node in program.nodes if node.key}[
        "Check the deployment"
    ] == "Confirm the deployment"


def test_a_renamed_step_that_nobody_chose_is_offered_with_what_was_published() -> None:
    put()
    done = put(FRIDAY.replace("## Confirm the deployment", "## Check the deployment"))
    assert [(pair.vanished, pair.appeared) for pair in done.same_step] == [
        ("Confirm the deployment", "Check the deployment")
    ]


# -- Rights ----------------------------------------------------------------------------------------


def test_only_owner_expert_and_administrators_publish_a_version(ana: Person) -> None:
    put()
    others = {
        "owner": Person.objects.create(name="Priya", email="priya@x.example"),
        "administrator": Person.objects.create(name="Ed", email="ed@x.example", administrator=True),
        "reader": Person.objects.create(name="Sam", email="sam@x.example"),
    }
    Membership.objects.create(person=others["owner"], role=Role.objects.get(name="VP Customer Success"))
    text = FRIDAY.replace("Look", "Please look")
    with pytest.raises(NotAllowed) as refused:
        put(text, by=others["reader"].id)
    assert str(refused.value) == (
        'Only the owner or the expert of "Close a client project" may publish a version of it. '
        "Send your text to one of them."
    )
    for name in ("owner", "administrator"):
        assert put(FRIDAY.replace("Look", f"{name} looks"), by=others[name].id).new
    assert put(text, by=ana.id).new


def test_people_outside_publish_nothing() -> None:
    outside = Person.objects.create(name="pat@c.example", email="pat@c.example", outside=True)
    with pytest.raises(NotAllowed, match="Only people of the organisation"):
        put(by=outside.id)


# -- Reading ---------------------------------------------------------------------------------------


def test_a_program_carries_the_hash_of_its_version() -> None:
    done = put()
    page, program = program_of(done.version_id)
    assert (page.title, program.hash) == ("Close a client project", queries.version(done.version_id).hash)


def test_a_program_is_made_once(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    done = put()
    first = program_of(done.version_id)
    with django_assert_num_queries(0):
        assert program_of(done.version_id)[1] is first[1]


def test_a_version_that_is_not_there_says_so() -> None:
    with pytest.raises(UnknownVersion):
        program_of(uuid4())
    with pytest.raises(UnknownVersion):
        queries.version(uuid4())


@pytest.mark.database(transaction=True)
def test_candidates_are_asked_for_outside_a_transaction() -> None:
    put()
    assert same_step_candidates(text=FRIDAY, by=None) == ()


def test_readers_see_effective_versions_and_which_are_theirs(ana: Person) -> None:
    put()
    put(TEXT)
    sam = Person.objects.create(name="Sam", email="sam@x.example")
    Membership.objects.create(person=sam, role=Role.objects.get(name="Legal counsel"))
    listed = [(one.title, one.group, one.owner, one.level, one.mine) for one in queries.processes_for(sam.id)]
    assert listed == [
        ("Close a client project", "Customer delivery", "VP Customer Success", Level.RUN, True),
        ("Travel policy", "", "Ana Ruiz", Level.READABLE, False),
    ]
    assert [one.title for one in queries.processes_for(ana.id, only_mine=True)] == [
        "Close a client project",
        "Travel policy",
    ]
    assert [one.mine for one in queries.processes_for(None)] == [False, False]


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_costs_no_more_with_more_rows(
    count: int, django_assert_num_queries: DjangoAssertNumQueries, ana: Person
) -> None:
    for number in range(count):
        put(TEXT.replace("Travel policy", f"Policy {number}"))
    with django_assert_num_queries(3):
        assert len(queries.processes_for(ana.id)) == count


def test_the_versions_of_a_process_newest_first() -> None:
    put()
    put(FRIDAY.replace("Look", "See"))
    assert [row.number for row in queries.versions_of("close-a-client-project")] == [2, 1]
    found = queries.effective("close-a-client-project", by=None)
    assert found is not None
    assert found.number == 2
    assert queries.effective("nothing", by=None) is None
