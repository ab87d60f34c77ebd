"""From page to program, key by key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from doorstep.kernel import program as kernel
from doorstep.kernel.program import (
    ROOT,
    AlsoAsk,
    AskInstead,
    End,
    EndCase,
    GoBack,
    GoOn,
    GoTo,
    Kind,
    Link,
    Node,
    Order,
    Repair,
    Skip,
    Spec,
    TellThem,
    Unknown,
    Verb,
)
from doorstep.kernel.values import Money
from doorstep.reading.compile import Compiled
from doorstep.reading.compile import compile as compile_page
from doorstep.reading.page import Place
from doorstep.reading.text import read

FACTS = """# Close a project

- Currency: EUR

| Fact | Kind | From |
|---|---|---|
| deal | Salesforce Opportunity | whoever starts, required |
| client | text | deal.Account.Name |
| value | money | deal.Amount |
| large | yes/no | value > 25000 |
| country | country | "DE" |
| release | Jira issue | deal.Release |
| contract | file | whoever starts |
| reviewers | list of person | whoever starts |
| countries | list of country | whoever starts |
| sent on | date | whoever starts |

"""


@dataclass(frozen=True, slots=True)
class Known:
    facts: Mapping[str, object] = field(default_factory=dict)
    now: datetime = datetime(2026, 3, 6, 16, tzinfo=UTC)

    def fact(self, name: str) -> object:
        return self.facts.get(name)

    def step(self, key: str, offer: str) -> object:
        return {("Sign", "approved"): True}.get((key, offer))


def compiled(steps: str, *, facts: str = FACTS, identities: Mapping[str, str] | None = None) -> Compiled:
    reading = read(facts + steps)
    return compile_page(reading.page, identities=identities)


def node(steps: str, name: str = "Sign") -> Node:
    """Return one node of a page without faults."""
    made = compiled(steps)
    assert [str(fault) for fault in made.faults] == []
    return next(one for one in made.program.nodes if one.name == name)


def keys(steps: str) -> dict[str, tuple[str | None, tuple[str, ...]]]:
    """Return where each node hangs and what it comes after."""
    made = compiled(steps).program
    return {one.key: (one.parent, tuple(link.source for link in one.links)) for one in made.nodes[1:]}


DUE = Spec("2 working days", whose="Legal counsel")


# -- Verbs ---------------------------------------------------------------------------------------------


def test_the_case_is_the_root() -> None:
    (root,) = compiled("").program.nodes
    assert root == Node(ROOT, "Close a project", Kind.GROUP, parent=None)


def test_a_step_with_a_who_alone_is_a_confirmation() -> None:
    assert node("## Sign\n\n- Who: Legal counsel\n") == Node("Sign", "Sign", Kind.ASK, who="Legal counsel", due=DUE)


def test_an_approval_covers_what_its_verb_names() -> None:
    made = node(
        "## Sign\n\n- Who: Legal counsel, by e-mail\n- Approve: {contract}, {value}\n- Show: {client}\n- Due: 1 hour\n- If rejected: go on\n"
    )
    assert made == Node(
        "Sign",
        "Sign",
        Kind.ASK,
        verb=Verb.APPROVE,
        who="Legal counsel",
        covers=("contract", "value"),
        names=frozenset({"contract", "value", "client"}),
        due=Spec("1 hour", whose="Legal counsel"),
        if_rejected=(GoOn(),),
    )


def test_what_is_filled_in_from_fields_is_observable() -> None:
    steps = "## Sign\n\n- Who: Legal counsel\n- Fill in: go-live (date, deal.Go-live date), contact (e-mail address, deal.Contact.E-mail)\n"
    assert node(steps) == Node(
        "Sign",
        "Sign",
        Kind.ASK,
        verb=Verb.FILL_IN,
        who="Legal counsel",
        gives=("go-live", "contact"),
        names=frozenset({"go-live", "contact"}),
        looks=frozenset({"deal"}),
        observable=True,
        due=DUE,
    )
    assert compiled(steps).program.sources == {
        "go-live": ("deal", "Go-live date"),
        "contact": ("deal", "Contact", "E-mail"),
    }


def test_one_fact_without_a_field_must_be_asked_for() -> None:
    made = node("## Sign\n\n- Who: Legal counsel\n- Fill in: go-live (date, deal.Go-live date), reason (text)\n")
    assert (made.observable, made.looks, made.gives) == (False, frozenset({"deal"}), ("go-live", "reason"))


@pytest.mark.parametrize(
    ("verb", "kind", "gives"),
    [
        ("Choose: size (small, large)", Verb.CHOOSE, ("size",)),
        ("Answer: reason", Verb.ANSWER, ("reason",)),
        ("Read: the policy", Verb.READ, ()),
        ("Confirm: it is live", Verb.CONFIRM, ()),
    ],
)
def test_other_verbs_ask_too(verb: str, kind: Verb, gives: tuple[str, ...]) -> None:
    made = node(f"## Sign\n\n- Who: Legal counsel\n- {verb}\n")
    assert made == Node(
        "Sign", "Sign", Kind.ASK, verb=kind, who="Legal counsel", gives=gives, names=frozenset(gives), due=DUE
    )


def test_a_set_calls_an_action_with_its_values() -> None:
    steps = '## Sign\n\n- Set: deal.Stage = "Won", deal.Account.Size = value / 2\n- If it fails: tell Legal counsel, go on\n'
    assert node(steps) == Node(
        "Sign",
        "Sign",
        Kind.ACTION,
        call="set",
        sets=("deal.Stage", "deal.Account.Size"),
        names=frozenset({"value"}),
        if_fails=(TellThem("Legal counsel"), GoOn()),
    )
    arguments = compiled(steps).arguments["Sign"]
    values = {name: formula.value(Known({"value": Money(Decimal(10), "EUR")})) for name, formula in arguments}
    assert values == {"deal.Stage": "Won", "deal.Account.Size": Money(Decimal(5), "EUR")}


def test_a_do_calls_a_connector() -> None:
    made = node('## Sign\n\n- Do: jira.create (project = "DEP", summary = client)\n- Gives: issue = key\n')
    assert made == Node("Sign", "Sign", Kind.ACTION, call="jira.create", gives=("issue",), names=frozenset({"client"}))


def test_a_tell_has_an_addressee() -> None:
    made = node("## Sign\n\n- Tell: {client}, by e-mail, from whoever started this\n- Attach: {contract}\n\n> Done.\n")
    assert made == Node("Sign", "Sign", Kind.TELL, who="{client}", names=frozenset({"contract"}))


def test_waits_are_for_a_time_or_a_message() -> None:
    assert node("## Sign\n\n- Wait: 2 days\n") == Node("Sign", "Sign", Kind.WAIT, spec=Spec("2 days"))
    before = node("## Sign\n\n- Wait: 30 days before {sent on}\n")
    assert before.spec == Spec("30 days before {sent on}", facts=("sent on",))
    message = node('## Sign\n\n- Wait: for "paid" about {client}\n')
    assert message.message == "paid"
    assert message.about is not None
    assert message.about.value(Known({"client": "Ada"})) == "Ada"
    assert node('## Sign\n\n- Wait: for "paid"\n').about is None


def test_what_runs_later_is_a_node_all_the_same() -> None:
    run = node("## Sign\n\n- Run: Close the books (month = client)\n- Gives: total = sum\n")
    assert run == Node("Sign", "Sign", Kind.RUN, call="Close the books", gives=("total",), names=frozenset({"client"}))
    decide = node("## Sign\n\n- Decide: discount, first\n")
    assert decide.kind is Kind.DECIDE
    assert decide.decision is not None
    assert decide.decision.value(Known()) == Unknown("discount is not decided in this version.", wrong=True)


# -- Conditions and times --------------------------------------------------------------------------------


def test_conditions_of_a_card_are_read_over_the_facts_of_the_page() -> None:
    made = node(
        '## Sign\n\n- Who: Legal counsel\n- Only if: value > 25000\n- Not before: large\n- Done when: release.Status = "Done"\n'
    )
    assert made.only_if is not None
    assert made.not_before is not None
    assert made.done_when is not None
    known = Known({"value": Money(Decimal(30000), "EUR"), "large": True, "release": {"Status": "Open"}})
    assert [condition.truth(known) for condition in (made.only_if, made.not_before, made.done_when)] == [
        True,
        True,
        False,
    ]
    assert made.names == {"value", "large", "release"}
    assert made.looks == {"release"}


def test_a_derived_fact_in_done_when_looks_at_the_record_behind_it() -> None:
    assert node("## Sign\n\n- Who: Legal counsel\n- Done when: large\n").looks == {"deal"}


def test_a_step_that_is_named_is_read_by_its_key() -> None:
    steps = '## Sign\n\n- Who: Legal counsel\n\n## File\n\n- Who: Clerk\n- Only if: Sign.approved\n- Not by: whoever did "Sign"\n'
    made = compiled(steps, identities={"Sign": "n1"})
    file = made.program.nodes[2]
    assert (file.key, file.links, file.not_by) == ("File", (Link("n1"),), frozenset({"n1"}))
    assert file.only_if is not None
    assert file.only_if.reads == {"#n1"}
    assert made.steps["n1"].name == "Sign"


def test_otherwise_is_no_condition() -> None:
    made = node(
        "## Group\n\n- Order: one of them\n\n### A\n\n- Who: B\n- Only if: large\n\n### Sign\n\n- Who: C\n- Only if: otherwise\n"
    )
    assert (made.otherwise, made.only_if) == (True, None)


def test_a_step_may_wait_for_a_date() -> None:
    made = node("## Sign\n\n- Who: B\n- Not before: 2 days after {sent on}\n- Due: {sent on}\n")
    assert made.not_before_spec == Spec("2 days after {sent on}", facts=("sent on",))
    assert made.due == Spec("{sent on}", facts=("sent on",), whose="B")


# -- Handlers -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("card", "field_name", "handlers"),
    [
        ("If late: also ask Boss", "if_late", (AlsoAsk("Boss"),)),
        (
            "If late: ask manager of whoever started this instead",
            "if_late",
            (AskInstead("manager of whoever started this"),),
        ),
        ("If late: tell Boss, skip", "if_late", (TellThem("Boss"), Skip())),
        ("If late: end", "if_late", (End(),)),
        ("If late: end the case", "if_late", (EndCase(),)),
        ('If late: go to "Third"', "if_late", (GoTo("Third"),)),
        ('If rejected: go back to "First"', "if_rejected", (GoBack("First"),)),
        ("If rejected: fail", "if_rejected", (EndCase(failed=True),)),
        ('If rejected: "Third", then ask again', "if_rejected", (Repair("Third"),)),
        ('If rejected: "Third", then ask again (at most 3 times)', "if_rejected", (Repair("Third", 3),)),
        (
            'If rejected: "Third", then ask again (at most 3 times, then end)',
            "if_rejected",
            (Repair("Third", 3, End()),),
        ),
        (
            'If rejected: "Third", then ask again (at most 2 times, then ask Boss)',
            "if_rejected",
            (Repair("Third", 2, AskInstead("Boss")),),
        ),
        ("If late: run Escalation", "if_late", (kernel.RunBeside("Escalation"),)),
    ],
)
def test_handlers_go_where_the_card_says(card: str, field_name: str, handlers: tuple[object, ...]) -> None:
    made = node(f"## First\n\n- Who: A\n\n## Sign\n\n- Who: B\n- {card}\n\n## Third\n\n- Who: C\n")
    assert getattr(made, field_name) == handlers


def test_then_is_one_way_on() -> None:
    assert node("## Sign\n\n- Who: B\n- Then: end\n").then == End()
    assert node('## Sign\n\n- Who: B\n- Then: go to "C"\n\n## B\n\n- Who: B\n\n## C\n\n- Who: C\n').then == GoTo("C")
    assert node("## Sign\n\n- Who: B\n- Again: always\n").again_always is True


def test_a_handler_that_names_no_step_is_left_out_and_told() -> None:
    made = compiled('## Sign\n\n- Who: A\n- If rejected: go back to "Sing"\n')
    assert made.program.nodes[1].if_rejected == ()
    assert [str(fault) for fault in made.faults] == [
        ':21:16 E401 "Sing" is not a step of this page. Did you mean "Sign"?'
    ]


# -- Order ------------------------------------------------------------------------------------------------------


def test_steps_take_turns_and_repair_steps_stand_outside() -> None:
    steps = """## Sign

- Who: A
- If rejected: "Mend", then ask again (at most 3 times)

## Mend

- Who: B

## File

- Who: C
"""
    assert keys(steps) == {"Sign": (ROOT, ()), "Mend": (ROOT, ()), "File": (ROOT, ("Sign",))}
    assert compiled(steps).program.nodes[2].repair_of == {"Sign"}


@pytest.mark.parametrize(
    ("order", "kind", "wanted", "links"),
    [
        ("in turn", Order.IN_TURN, 1, ("A",)),
        ("all at once", Order.ALL_AT_ONCE, 1, ()),
        ("any order, one at a time", Order.ANY_ORDER, 1, ()),
        ("first wins", Order.N_OF, 1, ()),
        ("2 of them", Order.N_OF, 2, ()),
        ("one of them", Order.ONE_OF, 1, ()),
    ],
)
def test_a_group_says_how_its_steps_take_turns(order: str, kind: Order, wanted: int, links: tuple[str, ...]) -> None:
    steps = f"## Group\n\n- Order: {order}\n\n### A\n\n- Who: A\n\n### B\n\n- Who: B\n\n## C\n\n- Who: C\n"
    group = node(steps, "Group")
    assert group == Node("Group", "Group", Kind.GROUP, order=kind, wanted=wanted)
    assert keys(steps) == {"Group": (ROOT, ()), "A": ("Group", ()), "B": ("Group", links), "C": (ROOT, ("Group",))}


def test_a_heading_without_a_card_is_a_group_in_turn() -> None:
    assert node("## Group\n\n### A\n\n- Who: A\n", "Group") == Node("Group", "Group", Kind.GROUP)


def test_after_orders_otherwise() -> None:
    steps = "## A\n\n- Who: A\n\n## B\n\n- Who: B\n- After: start\n\n## C\n\n- Who: C\n- After: A and B\n\n## D\n\n- Who: D\n- After: any of A, C\n\n## E\n\n- Who: E\n"
    assert keys(steps) == {
        "A": (ROOT, ()),
        "B": (ROOT, ()),
        "C": (ROOT, ("A", "B")),
        "D": (ROOT, ("A", "C")),
        "E": (ROOT, ("D",)),
    }
    assert [one.any_of for one in compiled(steps).program.nodes] == [False, False, False, False, True, False]


def test_after_an_unknown_step_is_told() -> None:
    made = compiled("## A\n\n- Who: A\n\n## B\n\n- Who: B\n- After: C\n")
    assert [fault.code for fault in made.faults] == ["E401"]
    assert made.program.nodes[2].links == ()


def test_what_is_below_the_second_step_of_a_name_is_no_step() -> None:
    made = compiled(
        "## A\n\n- Who: A\n- After: C\n\n## A\n\n### C\n\n- Who: C\n- Fill in: x\n\n## D\n\n- Who: D\n- Show: {x}\n"
    )
    assert [fault.code for fault in made.faults] == ["E401"]


def test_the_second_step_of_a_name_is_left_out() -> None:
    assert list(keys("## A\n\n- Who: A\n\n## A\n\n- Who: B\n\n### C\n\n- Who: C\n")) == ["A"]


# -- Several -------------------------------------------------------------------------------------------------------


def test_two_of_a_role_are_two_asks_that_exclude_each_other() -> None:
    made = node("## Sign\n\n- Who: 2 of Approver\n- Until: 2 approved\n")
    assert made.who == "Approver"
    assert made.each is not None
    assert (made.each.exclusive, made.each.item, made.each.until_count) == (True, None, (2, "approved"))
    assert made.each.items.value(Known()) == (0, 1)
    assert made.each.items.reads == frozenset()


def test_each_of_a_list_is_one_ask_for_each() -> None:
    made = node("## Sign\n\n- Who: each of {reviewers}, one after another\n")
    assert made.who == "{one of reviewers}"
    assert made.each is not None
    assert (made.each.item, made.each.one_at_a_time, made.each.exclusive) == ("one of reviewers", True, False)
    assert made.each.items.reads == {"reviewers"}
    assert made.each.items.value(Known({"reviewers": ("a@x.example",)})) == ("a@x.example",)
    assert made.each.items.value(Known()) == Unknown('"reviewers" is not known yet.')


def test_inside_a_for_each_facts_are_the_items_own_and_after_it_lists() -> None:
    steps = """## Group

- For each: land in countries, one at a time
- Until: count(rate) > 5

### Ask

- Who: Tax lead (country: {land})
- Fill in: rate (number)
- Only if: land = "DE"

### Look

- Who: A
- Only if: rate > 5

## After

- Who: B
- Only if: count(rate) > 5
"""
    made = compiled(steps)
    assert [str(fault) for fault in made.faults] == []
    group, ask, look, _ = made.program.nodes[1:]
    assert group.each is not None
    assert group.each.until is not None
    assert (group.each.item, group.each.one_at_a_time, group.each.until.reads) == ("land", True, frozenset({"rate"}))
    assert group.names == {"land", "rate"}
    assert ask.who == "Tax lead (country: {land})"
    assert look.only_if is not None
    assert look.only_if.reads == {"rate"}


def test_inside_a_for_each_the_facts_around_it_are_read_too() -> None:
    made = node('## Sign\n\n- For each: land in countries\n- Who: A\n- Only if: land = "DE" and value > 5\n')
    assert made.only_if is not None
    assert made.only_if.reads == {"land", "value"}


def test_a_list_is_told_from_its_items() -> None:
    inside = "## Sign\n\n- For each: land in countries\n- Who: A\n- Fill in: rate (number)\n- Done when: rate = [1]\n\n## B\n\n- Who: A\n- Only if: rate > 5\n"
    assert [(fault.place.line, fault.text) for fault in compiled(inside).faults] == [
        (23, "A number cannot be compared with a list."),
        (28, "A list cannot be compared with a number."),
    ]


def test_the_item_is_known_inside_only() -> None:
    made = compiled('## Sign\n\n- For each: land in countries\n- Who: A\n\n## B\n\n- Who: B\n- Only if: land = "DE"\n')
    assert [(fault.code, fault.place.line) for fault in made.faults] == [("E302", 26)]


# -- People ----------------------------------------------------------------------------------------------------------


def test_not_by_names_the_starter_and_doers() -> None:
    steps = '## A\n\n- Who: A\n\n## Sign\n\n- Who: B\n- Not by: whoever started this, whoever did "A"\n'
    assert node(steps).not_by == {ROOT, "A"}


def test_an_unknown_doer_excludes_nobody_and_is_told() -> None:
    made = compiled('## Sign\n\n- Who: B\n- Not by: whoever did "A"\n')
    assert (made.program.nodes[1].not_by, [fault.code for fault in made.faults]) == (frozenset(), ["E401"])


def test_the_same_person_is_asked_when_nobody_else_is_named() -> None:
    steps = '## A\n\n- Who: A\n\n## Sign\n\n- Confirm:\n- Same person as: whoever did "A"\n'
    assert node(steps).who == 'whoever did "A"'
    assert node(steps.replace("- Confirm:", "- Who: B")).who == "B"


# -- Facts ---------------------------------------------------------------------------------------------------------------


def test_derived_facts_are_made_from_others_by_their_kind() -> None:
    made = compiled("").program
    derived = {one.name: one.formula for one in made.derived}
    known = Known(
        {
            "deal": {"Account": {"Name": "Ada"}, "Amount": Decimal(30000), "Release": "DEP-412"},
            "value": Money(Decimal(30000), "EUR"),
        }
    )
    assert {name: formula.value(known) for name, formula in derived.items()} == {
        "client": "Ada",
        "value": Money(Decimal(30000), "EUR"),
        "large": True,
        "country": "DE",
        "release": {"key": "DEP-412"},
    }
    assert {name: formula.reads for name, formula in derived.items()}["large"] == {"value"}
    assert (made.records, made.required) == (frozenset({"deal", "release"}), frozenset({"deal"}))


def test_a_derived_fact_is_unknown_with_its_reason() -> None:
    formulas = {one.name: one.formula for one in compiled("").program.derived}
    assert formulas["client"].value(Known()) == Unknown('"deal" is not known yet.')
    odd = formulas["value"].value(Known({"deal": {"Amount": "much"}}))
    assert odd == Unknown("deal.Amount: Expected a number, but got 'much'.", wrong=True)


def test_a_from_that_cannot_be_read_is_a_fault_of_its_row() -> None:
    made = compiled(
        "", facts="# A\n\n| Fact | Kind | From |\n|---|---|---|\n| a | text | b.c |\n| d | number | 5 + |\n"
    )
    assert [(fault.code, fault.place) for fault in made.faults] == [("E302", Place(5, 14)), ("E301", Place(6, 19))]
    assert made.program.derived == ()


def test_what_does_not_exist_is_told_at_its_place() -> None:
    made = compiled(
        "## Sign\n\n- Who: A\n- Approve: {contrat}\n- Show: {clint}\n- Due: {sent off}\n- If rejected: go on\n\n"
        "## B\n\n- Set: deals.Stage = 1\n\n## C\n\n- Who: A\n- Fill in: x (text, del.Y)\n- For each: x in lists\n"
    )
    assert [(fault.place.line, fault.place.column, fault.code, fault.suggestion) for fault in made.faults] == [
        (21, 12, "E302", "contract"),
        (23, 8, "E302", "sent on"),
        (22, 9, "E302", "client"),
        (28, 8, "E302", "deal"),
        (34, 13, "E302", None),
        (33, 12, "E302", "deal"),
    ]


def test_compiling_never_raises_on_an_empty_page() -> None:
    assert compiled("", facts="").program.nodes[0].key == ROOT


def test_a_date_fact_from_a_field_is_read_as_a_date() -> None:
    made = compiled(
        "",
        facts="# A\n\n| Fact | Kind | From |\n|---|---|---|\n| deal | Salesforce Opportunity | whoever starts |\n| day | date | deal.Close Date |\n",
    )
    (derived,) = made.program.derived
    assert derived.formula.value(Known({"deal": {"Close Date": "2026-03-12"}})) == date(2026, 3, 12)
