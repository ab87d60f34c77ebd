"""Publishing at a level, from a date, with somebody who answers for it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from tests.library.pages import BROKEN, FRIDAY, TEXT

from doorstep.library import queries
from doorstep.library.errors import NotPublishable, NotUsable
from doorstep.library.make_obsolete import make_obsolete
from doorstep.library.models import Level, Materiality, Process, Version, VersionState
from doorstep.library.programs import program_of
from doorstep.library.publish import Published, publish
from doorstep.library.take_effect import take_effect
from doorstep.library.verify import verify
from doorstep.people.errors import NotAllowed
from doorstep.people.models import Person, Role, WorkingCalendar

pytestmark = pytest.mark.database

NOW = datetime(2026, 3, 6, 21, tzinfo=UTC)
OPENING = """\
# Open the shop

- Owner: ana@x.example

## Lights

- [ ] Front
- [ ] ! Back

## Till

- Who: Nobody on record
- Approve: {float}
"""


@pytest.fixture(autouse=True)
def company() -> None:
    for name in ("Delivery engineer", "Legal counsel", "VP Customer Success"):
        Role.objects.create(name=name)


@pytest.fixture(autouse=True)
def ana(db: None) -> Person:
    return Person.objects.create(name="Ana Ruiz", email="ana@x.example")


@pytest.fixture
def sam(db: None) -> Person:
    return Person.objects.create(name="Sam", email="sam@x.example")


def put(text: str = FRIDAY, **more: object) -> Published:
    return publish(text=text, **{"by": None, "at": NOW, **more})  # type: ignore[arg-type]


# -- Levels ----------------------------------------------------------------------------------------


def test_a_page_with_errors_is_refused_at_the_level_run_and_offered_the_one_it_reaches() -> None:
    with pytest.raises(NotPublishable) as refused:
        put(BROKEN, level=Level.RUN)
    assert (refused.value.wanted, refused.value.reaches) == (Level.RUN, Level.FOLLOWED)
    assert refused.value.missing[0].startswith("Line 22: ")
    assert "As it is it can be published as followed: a page to work through and tick." in str(refused.value)


def test_it_is_published_below_with_its_faults_kept() -> None:
    done = put(BROKEN, level=Level.FOLLOWED)
    version = queries.version(done.version_id)
    assert (done.level, version.level, Process.objects.get().level) == (Level.FOLLOWED,) * 3
    assert any(" E" in fault for fault in version.faults)


def test_a_followed_page_is_for_whoever_works_through_it() -> None:
    done = put(OPENING, level=Level.FOLLOWED)
    page, program = program_of(done.version_id)
    assert [(step.name, step.card and step.card.who and step.card.who.channel) for step in page.walk()] == [
        ("Lights", "page"),
        ("Till", "page"),
    ]
    assert [node.key for node in program.nodes if node.key] == ["Lights", "Till"]


def test_a_page_that_asks_nobody_is_published_at_the_level_it_reaches() -> None:
    assert [put(text).level for text in (TEXT, OPENING.split("## Till", maxsplit=1)[0], FRIDAY)] == [
        Level.READABLE,
        Level.FOLLOWED,
        Level.RUN,
    ]


def test_any_page_can_be_published_to_be_read() -> None:
    assert put(BROKEN, level=Level.READABLE).level == Level.READABLE


def test_the_same_text_at_another_level_is_another_version() -> None:
    assert [put(level=Level.FOLLOWED).number, put().number, put().new] == [1, 2, False]


def test_text_without_steps_cannot_be_followed() -> None:
    with pytest.raises(NotPublishable) as refused:
        put(TEXT, level=Level.FOLLOWED)
    assert str(refused.value).splitlines() == [
        (
            "Expected a page to work through and tick, but something is missing. "
            "As it is it can be published as readable: a page to read."
        ),
        "It has no steps: put what is to be done in a list with “[ ]”, or give a heading a card.",
    ]


def test_what_has_no_title_is_no_page() -> None:
    with pytest.raises(NotPublishable) as refused:
        put("Only words.", level=Level.READABLE)
    assert refused.value.reaches is None


# -- Somebody answers for it -------------------------------------------------------------------------


def test_whoever_publishes_a_page_without_an_owner_proposes_themselves(sam: Person) -> None:
    put(TEXT.replace("- Owner: ana@x.example\n", ""), by=sam.id)
    assert Process.objects.get().owner == sam


def test_a_page_keeps_its_owner_when_the_card_names_nobody_on_record(ana: Person, sam: Person) -> None:
    put(TEXT)
    put(TEXT.replace("ana@x.example", "gone@x.example"), by=ana.id)
    assert Process.objects.get().owner == ana


def test_the_operator_publishes_nothing_without_an_owner() -> None:
    with pytest.raises(NotUsable, match="it names no owner"):
        put(TEXT.replace("- Owner: ana@x.example\n", ""))


# -- Dates -------------------------------------------------------------------------------------------


def test_a_date_is_midnight_in_the_zone_of_the_pages_calendar() -> None:
    WorkingCalendar.objects.create(name="Japan", zone="Asia/Tokyo")
    text = TEXT.replace("- Owner: ana@x.example", "- Owner: ana@x.example\n- Calendar: Japan")
    done = put(text, effective_from=date(2026, 4, 1))
    assert queries.version(done.version_id).effective_from == datetime(2026, 3, 31, 15, tzinfo=UTC)
    assert take_effect(at=datetime(2026, 3, 31, 14, 59, tzinfo=UTC)) == ()
    assert take_effect(at=datetime(2026, 3, 31, 15, tzinfo=UTC)) == (done.version_id,)


def test_a_date_that_has_passed_is_refused() -> None:
    with pytest.raises(NotUsable) as refused:
        put(effective_from=date(2026, 3, 5))
    assert str(refused.value) == (
        "Expected a date that is still to come, but 5 March 2026 has passed: in UTC it is 6 March 2026. "
        "Choose a later date, or leave it out to publish at once."
    )
    with pytest.raises(NotUsable, match="has passed"):
        put(effective_from=NOW - timedelta(seconds=1))
    assert not Process.objects.exists()


def test_today_is_now() -> None:
    assert put(effective_from=date(2026, 3, 6)).state == VersionState.EFFECTIVE


def test_a_version_says_why_and_how_much_it_changes(ana: Person) -> None:
    done = put(by=ana.id, why="The auditor asked.", materiality=Materiality.CLARIFYING)
    version = queries.version(done.version_id)
    assert (version.why, version.materiality) == ("The auditor asked.", "clarifying")


# -- Versions never change -----------------------------------------------------------------------------


@pytest.mark.parametrize("column", ["text", "hash", "level", "blob"])
def test_the_database_refuses_to_change_a_version(column: str) -> None:
    done = put()
    with pytest.raises(DatabaseError, match="A version never changes"), transaction.atomic():
        Version.objects.filter(id=done.version_id).update(**{column: "other"})


# -- Reviews -----------------------------------------------------------------------------------------


def test_a_page_is_reviewed_after_twelve_months_unless_it_says_otherwise() -> None:
    put(TEXT)
    assert Process.objects.get().review_due == date(2027, 3, 6)
    put(TEXT.replace("- Owner: ana@x.example", "- Owner: ana@x.example\n- Review: every 6 months"))
    assert Process.objects.get().review_due == date(2026, 9, 6)


def test_a_page_that_is_still_right_is_reviewed_later(ana: Person) -> None:
    put(TEXT)
    row = verify(process="travel-policy", by=ana.id, at=NOW + timedelta(days=100))
    assert (row.verified_by, row.verified_at, row.review_due) == (ana, NOW + timedelta(days=100), date(2027, 6, 14))


def test_others_do_not_say_that_it_is_right(sam: Person) -> None:
    put(TEXT)
    with pytest.raises(NotAllowed, match="Only those who answer for"):
        verify(process="travel-policy", by=sam.id, at=NOW)
    with pytest.raises(NotUsable, match="in force"):
        verify(process="nothing", by=sam.id, at=NOW)


# -- Obsolete ----------------------------------------------------------------------------------------


def test_a_process_is_made_obsolete_with_a_reason_and_comes_back_by_publishing(ana: Person) -> None:
    put(TEXT)
    put(TEXT + "\nMore.\n", effective_from=NOW + timedelta(days=1))
    row = make_obsolete(process="travel-policy", why="Nobody travels.", by=ana.id, at=NOW)
    assert (row.obsolete_why, row.obsolete_by, row.obsolete_at, row.review_due) == ("Nobody travels.", ana, NOW, None)
    assert list(Version.objects.order_by("number").values_list("state", flat=True)) == ["obsolete", "obsolete"]
    assert queries.effective("travel-policy", by=None) is None
    assert take_effect(at=NOW + timedelta(days=2)) == ()
    put(TEXT, at=NOW + timedelta(days=3))
    assert (Process.objects.get().obsolete_why, Process.objects.get().obsolete_at) == ("", None)


def test_without_a_reason_nothing_becomes_obsolete(ana: Person, sam: Person) -> None:
    put(TEXT)
    with pytest.raises(NotUsable, match="Expected a reason"):
        make_obsolete(process="travel-policy", why="  ", by=ana.id, at=NOW)
    with pytest.raises(NotAllowed):
        make_obsolete(process="travel-policy", why="Done.", by=sam.id, at=NOW)
    make_obsolete(process="travel-policy", why="Done.", by=ana.id, at=NOW)
    with pytest.raises(NotUsable, match="not in force"):
        make_obsolete(process="travel-policy", why="Done.", by=ana.id, at=NOW)
