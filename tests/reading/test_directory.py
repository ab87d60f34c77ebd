"""What a page names and the organisation does not know."""

from __future__ import annotations

import pytest
from tests.reading.checking import faults

from doorstep.reading.directory import Listed, from_csv
from doorstep.reading.text import read

NORTHWIND = Listed(
    roles=("Legal counsel", "Clerk"),
    people=("mira@northwind.example",),
    channels=("e-mail", "Jira"),
    systems=("Jira", "Salesforce"),
)
TITLE = """# Close

- Owner: Legal council
- Expert: mria@northwind.example
- Audience: Clerk, Clark

| Fact | Kind | From |
|---|---|---|
| deal | Salesfroce Opportunity | whoever starts |
| tickets | list of Jiro issue | whoever starts |
| client | text | whoever starts |

"""


def test_the_title_and_the_facts_are_looked_up() -> None:
    assert faults("## A\n\n- Who: Clerk\n", top=TITLE, directory=NORTHWIND) == [
        '-9:10 E104 "Legal council" is not a role. Did you mean "Legal counsel"?',
        '-8:11 E402 "mria@northwind.example" is nobody the directory knows, though it has others of this domain. Did you mean "mira@northwind.example"?',
        '-7:13 E104 "Clark" is not a role. Did you mean "Clerk"?',
        '-3:3 E404 "Salesfroce" is not a connected system. Did you mean "Salesforce"?',
        '-2:3 E404 "Jiro" is not a connected system. Did you mean "Jira"?',
    ]


def test_those_who_may_start_are_looked_up() -> None:
    top = "# T\n\n- Starts: by hand by Clerk or Clark, or by hand by mria@northwind.example\n\n"
    assert faults("## A\n\n- Who: Clerk\n", top=top, directory=NORTHWIND) == [
        '-1:11 E104 "Clark" is not a role. Did you mean "Clerk"?',
        '-1:41 E402 "mria@northwind.example" is nobody the directory knows, though it has others of this domain. Did you mean "mira@northwind.example"?',
    ]


@pytest.mark.parametrize(
    ("card", "found"),
    [
        ("Who: Clarke", '3:8 E104 "Clarke" is not a role. Did you mean "Clerk"?'),
        ("Who: 2 of Nobody", '3:8 E104 "Nobody" is not a role.'),
        ("Who: manager of Clarke", '3:8 E104 "Clarke" is not a role. Did you mean "Clerk"?'),
        ("Who: Clerk, by Jirra", '3:8 E403 "Jirra" is not a channel. Did you mean "Jira"?'),
        ("Who: Clerk\n- Where: Jirra, new in DEP", '4:10 E403 "Jirra" is not a channel. Did you mean "Jira"?'),
        ("Who: Clerk\n- If late: also ask Clarke", '4:12 E104 "Clarke" is not a role. Did you mean "Clerk"?'),
        ("Do: jirra.create (a = 1)", '3:7 E404 "jirra" is not a connected system. Did you mean "Jira"?'),
        ("Tell: Clarke\n\n> Hello.", '3:9 E104 "Clarke" is not a role. Did you mean "Clerk"?'),
        ("Tell: Clerk, by fax\n\n> Hello.", '3:9 E403 "fax" is not a channel.'),
        ("Tell: Clerk, from Clarke\n\n> Hello.", '3:9 E104 "Clarke" is not a role. Did you mean "Clerk"?'),
    ],
)
def test_cards_are_looked_up(card: str, found: str) -> None:
    assert faults(f"## A\n\n- {card}\n", directory=NORTHWIND) == [found]


@pytest.mark.parametrize(
    "card",
    [
        "Who: clerk, by E-mail",
        "Who: mira@northwind.example",
        "Who: somebody@elsewhere.example",
        "Who: whoever started this",
        "Who: {client}",
        "Do: doorstep.publish (a = 1)",
        "Do: JIRA.create (a = 1)",
    ],
)
def test_what_is_known_or_outside_is_left_alone(card: str) -> None:
    assert faults(f"## A\n\n- {card}\n", directory=NORTHWIND) == []


def test_whoever_a_repair_ends_with_is_looked_up() -> None:
    steps = '## A\n\n- Who: Clerk\n- If rejected: "B", then ask again (at most 2 times, then ask Clarke)\n\n## B\n\n- Who: Clerk\n'
    assert [" ".join(fault.split()[1:3]) for fault in faults(steps, directory=NORTHWIND)] == ['E104 "Clarke"']


def test_what_the_directory_does_not_hold_is_not_checked() -> None:
    assert faults("## A\n\n- Who: Anybody, by telegram\n", directory=Listed()) == []


BOX = {"channels": frozenset({"e-mail", "page", "Jira", "Salesforce"}), "systems": frozenset({"Jira", "Salesforce"})}


def test_a_directory_is_read_from_the_file_people_are_imported_from() -> None:
    text = (
        "\ufeffName,Email,Aliases,Roles,Channel,Accounts\n"
        "Mira,Mira@Northwind.example,m@northwind.example; Legal@northwind.example,Legal counsel; Clerk,Teams,Jira: 5b1; Zendesk: 9\n"
        "Sam,sam@northwind.example,,Tax lead (country: DE),,\n"
        "Nobody,,,\n"
        "Somebody,s@northwind.example,,Clerk,,,too,much\n"
    )
    addresses = ("mira", "m", "legal", "sam", "s")
    assert from_csv(text) == Listed(
        roles=frozenset({"Legal counsel", "Clerk", "Tax lead"}),
        people=frozenset(f"{name}@northwind.example" for name in addresses),
        channels=BOX["channels"] | {"Zendesk", "Teams"},
        systems=BOX["systems"] | {"Zendesk"},
    )


@pytest.mark.parametrize("parted_by", [",", ";", "\t"])
def test_columns_are_parted_as_the_heading_line_is(parted_by: str) -> None:
    text = parted_by.join(("email", "roles")) + "\n" + parted_by.join(("a@x.example", "Clerk")) + "\n"
    assert from_csv(text) == Listed(roles=frozenset({"Clerk"}), people=frozenset({"a@x.example"}), **BOX)


def test_one_of_the_two_columns_is_enough() -> None:
    assert from_csv("email\na@x.example\n") == Listed(people=frozenset({"a@x.example"}), **BOX, roles=frozenset())
    assert from_csv("roles\nClerk\n") == Listed(roles=frozenset({"Clerk"}), **BOX, people=frozenset())


def test_a_file_that_is_no_csv_is_refused() -> None:
    with pytest.raises(ValueError, match="Expected a CSV file, but it cannot be read as one"):
        from_csv("email\n" + "a" * 200_000 + "\n")


@pytest.mark.parametrize("text", ["", "name\nMira\n", "a,b\n"])
def test_a_file_without_people_or_roles_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Expected a CSV file with a heading line that has a column email or roles"):
        from_csv(text)


@pytest.mark.parametrize(
    ("card", "fault"),
    [
        (
            "Who: Anybody, by e-mial",
            '3:8 W405 "e-mial" is not a channel that comes with Doorstep. Did you mean "e-mail"?',
        ),
        (
            "Who: Anybody\n- Where: Jiira, new in DEP",
            '4:10 W405 "Jiira" is not a channel that comes with Doorstep. Did you mean "Jira"?',
        ),
        ("Tell: Clerk, by fax\n\n> Hello.", '3:9 W405 "fax" is not a channel that comes with Doorstep.'),
    ],
)
def test_without_a_directory_a_channel_that_is_not_in_the_box_is_a_warning(card: str, fault: str) -> None:
    assert faults(f"## A\n\n- {card}\n") == [fault]


def test_without_a_directory_what_is_in_the_box_is_known() -> None:
    assert faults("## A\n\n- Who: Anybody, by e-mail\n\n## B\n\n- Who: Anybody\n- Where: salesforce, on {deal}\n") == []


def test_everybody_is_an_audience_and_no_role() -> None:
    page = "# Policy\n\n- Owner: Clerk\n- Audience: everybody\n\nBe kind.\n"
    assert faults("", top=page, directory=NORTHWIND) == []
    assert read(page).page.card.for_everybody
    assert not read(page.replace("everybody", "Clerk")).page.card.for_everybody
