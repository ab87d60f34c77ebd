from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from pytest_django import DjangoAssertNumQueries

from doorstep.people.csv_rows import Fault
from doorstep.people.errors import NotAllowed
from doorstep.people.import_csv import ImportReport, import_people
from doorstep.people.invite import accept, invite
from doorstep.people.models import (
    Absence,
    Account,
    Alias,
    Assistant,
    ExternalAccount,
    Membership,
    Person,
    Role,
    WorkingCalendar,
)

pytestmark = pytest.mark.database

NOW = datetime(2026, 3, 6, 12, tzinfo=UTC)
HEADING = "name,email,aliases,roles,manager,assistants,zone,calendar,language,channel,accounts,absent,stand-in,left\n"
COMPANY = (
    HEADING
    + """Mira Holt,mira@x.example,legal@x.example; m.holt@x.example,Legal counsel; Tax lead (country: DE),ana@x.example,"lea@x.example (promised, question)",Europe/Berlin,DE-BY,de,email,Jira: 557058:f58; Salesforce: 0055g,2026-03-02 to 2026-03-08,jon@x.example,
Jon Park,jon@x.example,,Legal counsel,ana@x.example,,america/new_york,,en,Jira,,,,
Ana Ruiz,ana@x.example,,Account manager,,,,,,,,,,
Lea Vogt,lea@x.example,,,mira@x.example,,,,,,,,,2026-02-28
"""
)


def load(text: str, *, dry_run: bool = False, at: datetime = NOW) -> ImportReport:
    return import_people(text, by=None, dry_run=dry_run, at=at)


def faults(text: str) -> list[Fault]:
    return list(load(text).faults)


def person(name: str) -> Person:
    return Person.objects.get(email=f"{name}@x.example")


def everything() -> list[object]:
    """All that an import writes, to compare."""
    tables = (Person, Alias, Role, Membership, Assistant, ExternalAccount, Absence, WorkingCalendar)
    return [list(table.objects.order_by("pk").values_list()) for table in tables]


# -- What a line says ------------------------------------------------------------------------------


def test_a_line_is_a_person() -> None:
    assert load(COMPANY) == ImportReport(
        added=4, changed=0, unchanged=0, new_roles=("Account manager", "Legal counsel", "Tax lead")
    )
    mira = person("mira")
    assert (mira.name, mira.zone, mira.language, mira.channel, mira.manager) == (
        "Mira Holt",
        "Europe/Berlin",
        "de",
        "e-mail",
        person("ana"),
    )
    assert person("jon").zone == "America/New_York"
    assert person("lea").left_on == date(2026, 2, 28)


def test_a_line_says_what_belongs_to_the_person() -> None:
    load(COMPANY)
    mira = person("mira")
    assert sorted(mira.aliases.values_list("address", flat=True)) == ["legal@x.example", "m.holt@x.example"]
    assert sorted(mira.memberships.values_list("role__name", "scope"), key=str) == [
        ("Legal counsel", {}),
        ("Tax lead", {"country": "DE"}),
    ]
    assert list(mira.assistants.values_list("assistant__name", "kinds")) == [("Lea Vogt", ["promised", "question"])]
    assert sorted(mira.external_accounts.values_list("system", "external_id")) == [
        ("Jira", "557058:f58"),
        ("Salesforce", "0055g"),
    ]
    assert list(mira.absences.values_list("first", "last", "stand_in__name")) == [
        (date(2026, 3, 2), date(2026, 3, 8), "Jon Park")
    ]


def test_a_calendar_may_be_named_by_its_place() -> None:
    load(COMPANY)
    calendar = person("mira").calendar
    assert calendar is not None
    assert (calendar.name, calendar.country, calendar.subdivision, calendar.week) == ("DE-BY", "DE", "BY", {})


@pytest.mark.parametrize("parted_by", [";", "\t"])
def test_other_programs_part_columns_otherwise(parted_by: str) -> None:
    assert load(f"\ufeffName{parted_by}E-Mail\r\nMira Holt{parted_by}MIRA@x.example\r\n\r\n").added == 1
    assert person("mira").name == "Mira Holt"


# -- Again -----------------------------------------------------------------------------------------


def test_the_same_file_again_changes_nothing() -> None:
    load(COMPANY)
    before = everything()
    assert load(COMPANY) == ImportReport(added=0, changed=0, unchanged=4)
    assert everything() == before


def test_a_dry_run_says_the_same_and_does_nothing() -> None:
    dry = load(COMPANY, dry_run=True)
    assert (dry.dry_run, dry.added, Person.objects.count(), Role.objects.count()) == (True, 4, 0, 0)
    assert str(dry) == (
        "Dry run, nothing was changed: 4 added, 0 changed, 0 unchanged, 0 left out. "
        "New roles: Account manager, Legal counsel, Tax lead."
    )


def test_what_the_file_no_longer_says_no_longer_holds() -> None:
    load(COMPANY)
    bare = HEADING + "Mira Holt,mira@x.example,,,,,,,,,,,,\n"
    assert load(bare) == ImportReport(added=0, changed=1, unchanged=0)
    mira = person("mira")
    assert (mira.manager, mira.zone, mira.calendar, mira.channel) == (None, "", None, "")
    assert [mira.aliases.count(), mira.memberships.count(), mira.assistants.count()] == [0, 0, 0]
    assert [mira.external_accounts.count(), mira.absences.count()] == [0, 0]


def test_a_column_the_file_does_not_have_is_left_alone() -> None:
    load(COMPANY)
    assert load("name,email\nMira Holt-Berg,mira@x.example\n").changed == 1
    mira = person("mira")
    assert (mira.name, mira.zone, mira.memberships.count(), mira.absences.count()) == (
        "Mira Holt-Berg",
        "Europe/Berlin",
        2,
        1,
    )


def test_absences_that_are_over_stay() -> None:
    load(COMPANY)
    bare = "name,email,absent\nMira Holt,mira@x.example,\n"
    load(bare, at=datetime(2026, 4, 1, tzinfo=UTC))
    assert person("mira").absences.count() == 1
    load(bare, at=datetime(2026, 3, 8, tzinfo=UTC))
    assert person("mira").absences.count() == 0


def test_only_what_is_new_counts_as_changed() -> None:
    load(COMPANY)
    report = load(
        COMPANY.replace("Tax lead (country: DE)", "Tax lead (country: AT)").replace("america/new_york", "UTC")
    )
    assert (report.changed, report.unchanged) == (2, 2)


def test_a_person_keeps_who_they_are_under_a_new_address() -> None:
    load("name,email,aliases\nMira Holt,mira@x.example,m@x.example\n")
    before = person("mira").id
    load("name,email,aliases\nMira Berg,mira.berg@x.example,mira@x.example\n")
    after = Person.objects.get()
    assert (after.id, after.email, list(after.aliases.values_list("address", flat=True))) == (
        before,
        "mira.berg@x.example",
        ["mira@x.example"],
    )


def test_an_account_follows_its_person() -> None:
    load("name,email\nMira Holt,mira@x.example\n")
    accept(token=invite(email="mira@x.example", by=None).link.rpartition("/")[2], password="correct horse battery")
    load("name,email,aliases\nMira Berg,mira.berg@x.example,mira@x.example\n")
    account = Account.objects.get()
    assert (account.email, account.is_active) == ("mira.berg@x.example", True)
    signs_in = []
    for left in ("2026-03-07", "2026-03-06", ""):
        load(f"name,email,left\nMira Berg,mira.berg@x.example,{left}\n")
        signs_in.append(Account.objects.get().is_active)
    accept(token=invite(email="mira.berg@x.example", by=None).link.rpartition("/")[2], password="correct horse battery")
    assert [*signs_in, Account.objects.get().is_active] == [True, False, False, True]


def test_somebody_outside_comes_in() -> None:
    Person.objects.create(name="pat@x.example", email="pat@x.example", outside=True)
    load("name,email\nPat Low,pat@x.example\n")
    assert (person("pat").name, person("pat").outside) == ("Pat Low", False)


def test_an_account_moves_to_whom_the_file_says() -> None:
    load("name,email,accounts\nMira Holt,mira@x.example,Jira: 1\n")
    load("name,email,accounts\nJon Park,jon@x.example,jira: 1\n")
    assert list(ExternalAccount.objects.values_list("person__name", "external_id")) == [("Jon Park", "1")]


# -- Faults ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "cell", "sentence"),
    [
        ("name", "", "Expected a name, but got none."),
        ("email", "mira", 'Expected an e-mail address, but got "mira".'),
        ("department", "x" * 201, "Expected at most 200 characters, but got 201."),
        ("aliases", "a@b.example; c", 'Expected an e-mail address, but got "c".'),
        (
            "roles",
            "Tax (lead",
            'Expected a role such as "Legal counsel" or "Tax lead (country: DE)", but got "Tax (lead".',
        ),
        ("roles", "Tax lead (DE)", 'Expected a scope such as "(country: DE)", but got "Tax lead (DE)".'),
        ("manager", "boss", 'Expected an e-mail address, but got "boss".'),
        ("manager", "no@x.example", "The manager no@x.example is nobody on record and in no usable line of this file."),
        ("manager", "mira@x.example", "Nobody is their own manager: mira@x.example."),
        (
            "assistants",
            "no@x.example",
            "The assistant no@x.example is nobody on record and in no usable line of this file.",
        ),
        (
            "zone",
            "Europe/Berln",
            'Expected a time zone such as "Europe/Berlin", but got "Europe/Berln". Did you mean "Europe/Berlin"?',
        ),
        ("calendar", "XX", 'There is no calendar "XX". Add it under People, or give a country such as DE or DE-BY.'),
        ("language", "german!", 'Expected a language such as "en" or "de", but got "german!".'),
        ("accounts", "Jira", 'Expected an account such as "Jira: 5b10ac8d", but got "Jira".'),
        ("accounts", "Jira: 1; jira: 2", "Expected one account a system, but jira is there twice."),
        ("absent", "soon", 'Expected days away such as "2026-03-02 to 2026-03-08", but got "soon".'),
        (
            "absent",
            "2026-03-08 to 2026-03-02",
            'Expected days away that end after they begin, but got "2026-03-08 to 2026-03-02".',
        ),
        ("absent", "2026-13-01", 'Expected a date such as 2026-03-12, but got "2026-13-01".'),
        (
            "stand-in",
            "jon@x.example",
            "A stand-in is named, but no days away. Fill in absent, or leave stand-in empty.",
        ),
        ("left", "yesterday", 'Expected a date such as 2026-03-12, but got "yesterday".'),
    ],
)
def test_a_cell_that_does_not_fit_is_a_fault_of_its_line(column: str, cell: str, sentence: str) -> None:
    cells = {"name": "Mira Holt", "email": "mira@x.example", column: cell}
    heading, line = ",".join(cells), ",".join(f'"{value}"' for value in cells.values())
    report = load(f"{heading}\n{line}\n")
    assert (report.faults, report.left_out, report.added) == ((Fault(2, sentence),), 1, 0)


def test_the_other_lines_are_taken() -> None:
    report = load("name,email\nMira Holt,mira\nJon Park,jon@x.example\n")
    assert (report.added, report.left_out, str(report.faults[0])) == (
        1,
        1,
        'line 2: Expected an e-mail address, but got "mira".',
    )


def test_a_line_that_names_somebody_who_is_left_out_is_left_out_too() -> None:
    text = "name,email,manager\nAna,ana@x.example,no@x.example\nMira,mira@x.example,ana@x.example\nJon,jon@x.example,\n"
    report = load(text)
    assert ([fault.line for fault in report.faults], report.added) == ([2, 3], 1)


def test_an_address_of_two_lines_or_two_people_is_a_fault() -> None:
    assert faults("name,email,aliases\nMira,mira@x.example,\nJon,jon@x.example,mira@x.example\n") == [
        Fault(3, "mira@x.example is in line 2 already. An address and an account belong to one person.")
    ]
    load("name,email\nJon,jon@x.example\n")
    assert faults("name,email,aliases\nMira,mira@x.example,jon@x.example\n") == [
        Fault(2, "The addresses of this line belong to several people on record: Jon and Mira.")
    ]


def test_unknown_columns_are_left_out_with_a_warning() -> None:
    report = load("name,email,manger,Cost centre\nMira,mira@x.example,x,y\n")
    assert (report.added, report.left_out) == (1, 0)
    assert [str(fault) for fault in report.faults] == [
        'line 1: The column "Cost centre" is not known and was left out.',
        'line 1: The column "manger" is not known and was left out. Did you mean "manager"?',
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Expected a heading line with the columns name and email, but name and email is missing."),
        ("name\nMira\n", "Expected a heading line with the columns name and email, but email is missing."),
    ],
)
def test_a_file_without_its_heading_is_one_fault(text: str, sentence: str) -> None:
    assert faults(text) == [Fault(1, sentence)]


@pytest.mark.parametrize("text", ['name,email\nMira,"mira@x.example\n', 'name,email\n"Mira"x,mira@x.example\n'])
def test_a_file_that_is_no_csv_says_where(text: str) -> None:
    (fault,) = faults(text)
    assert (fault.line, fault.text.partition(":")[0]) == (
        2,
        "Expected comma-separated values, but the line does not read as such",
    )


@pytest.mark.parametrize(
    "text", ["\0\0\0", "name,email\n" + "x" * 200_000, "\udcff,\udcfe\n1,2", "🎈" * 1000, '"' * 99]
)
def test_whatever_the_file_is_it_is_no_traceback(text: str) -> None:
    assert load(text).added == 0


def test_lines_are_counted_as_an_editor_does() -> None:
    text = 'name,email,roles\n"Mira\nHolt",mira@x.example,\nJon,jon,\n'
    assert [fault.line for fault in faults(text)] == [4]


# -- Rights and size -------------------------------------------------------------------------------


def test_only_administrators_import() -> None:
    sam = Person.objects.create(name="Sam", email="sam@x.example")
    with pytest.raises(NotAllowed) as refused:
        import_people(COMPANY, by=sam.id)
    assert str(refused.value) == (
        "Only an administrator may import people. Ask one of them to do it, or to make you one."
    )
    Person.objects.filter(id=sam.id).update(administrator=True)
    assert import_people(COMPANY, by=sam.id, at=NOW).added == 4


@pytest.mark.parametrize("count", [3, 60])
def test_a_file_of_any_length_takes_as_many_queries(
    count: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    lines = [
        f"P{number},p{number}@x.example,a{number}@x.example,R{number % 3},p0@x.example,Jira: {number}"
        for number in range(1, count)
    ]
    text = "name,email,aliases,roles,manager,accounts\nP0,p0@x.example,,,,\n" + "\n".join(lines)
    with django_assert_max_num_queries(27):
        assert load(text).added == count
