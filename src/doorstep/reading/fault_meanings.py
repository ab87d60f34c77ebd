"""The faults of what a page means: its conditions (E3, W3) and how its steps go together (E4, W4)."""

from __future__ import annotations

from doorstep.reading.fault_kind import FaultKind

CONDITIONS = (
    FaultKind(
        "E301",
        "{why}",
        "A condition or a value has the form of FEEL: comparisons, and, or, not(…), arithmetic, lists, dates. The "
        "sentence says what was expected at this place.",
        "- Only if: value >",
    ),
    FaultKind(
        "E302",
        '"{came}" is not a fact of this page.',
        "Conditions, cards and texts may name the facts of the table, what steps fill in, and steps with what they "
        'offer (Sign off the contract.approved). Text stands in double quotes: status = "Done".',
        "- Only if: valeu > 25000",
    ),
    FaultKind(
        "E303",
        "{why}",
        "Numbers stand without a currency and without separators. Money compares with a number in the currency of the "
        "process.",
        "- Only if: value > EUR 25,000",
    ),
    FaultKind(
        "E304",
        "{why}",
        "Two values of different kinds are never equal, more or less, so the condition could never be decided.",
        '- Only if: value > "25000"',
    ),
    FaultKind(
        "E305",
        "Expected facts that come from somewhere, but these come from each other: {came}.",
        "A fact whose From reads another fact needs that one first.",
        "| a | number | b + 1 |\n| b | number | a + 1 |",
    ),
    FaultKind(
        "E306",
        'Expected a date to count from, but "{came}" is {kind}.',
        "Due, Wait and Not before count from facts of the kind date, or date and time.",
        "- Due: {client}",
    ),
    FaultKind(
        "E307",
        'Expected a list, but "{came}" is {kind}.',
        "For each and each of go over the items of a list.",
        "- For each: country in client",
    ),
    FaultKind(
        "E308",
        'Expected a linked record, but "{came}" is {kind}.',
        "Only fields of records of a connected system can be set, watched and filled in from.",
        '- Set: client.Name = "x"',
    ),
    FaultKind(
        "E309",
        'Expected a person, a role or an address in "{came}", but it is {kind}.',
        "Who an ask is for is a text: an address or the name of a role.",
        "- Who: {value}",
    ),
    FaultKind(
        "E310",
        'Expected a field of a linked record, such as opportunity.Name, but got "{came}".',
        "A fact to fill in can be looked up in a field of a record: its fact, a point, the label of the field.",
        "- Fill in: go-live (date, opportunity)",
    ),
    FaultKind(
        "E311",
        'Expected one kind of "{came}", but here it is {kind} and elsewhere {expected}.',
        "A fact has one kind. Leave it out where the table of facts says it already.",
        "| go-live | date | |\n- Fill in: go-live (text)",
    ),
    FaultKind(
        "W301",
        "{came} is the time of the last thing that happened and is not read again by itself. To wait for a moment, "
        "write a step with Wait, or Not before with a date.",
        "A condition is read when something happens. That a day has come is nothing that happens.",
        "- Only if: today() > go-live",
    ),
    FaultKind(
        "W302",
        '"{came}" is not a fact of this page, so these braces stay as they are written.',
        "Facts in braces are filled in wherever the text of a step is shown.",
        "Ask for {cleint}.",
    ),
)

FLOW = (
    FaultKind(
        "E401",
        '"{came}" is not a step of this page.',
        "Handlers, After and whoever did name steps by their headings.",
        '- If rejected: go back to "Drfat"',
    ),
    FaultKind(
        "E402",
        '"{came}" is nobody the directory knows, though it has others of this domain.',
        "An address of your own organisation that nobody has is a slip. Addresses elsewhere are not checked.",
        "- Who: mria@northwind.example",
    ),
    FaultKind(
        "E403",
        '"{came}" is not a channel.',
        "Channels are checked against the connections where there are some.",
        "- Who: Legal counsel, by telegram",
    ),
    FaultKind(
        "E404",
        '"{came}" is not a connected system.',
        "Linked records and Do need a connection. Connect the system first, or mend its name.",
        "| deal | Salesfroce Opportunity | whoever starts |",
    ),
    FaultKind(
        "E405",
        'Expected a step that stands beside this one in its group, but "{came}" does not.',
        "After orders the steps of one group. To wait for something elsewhere, write Not before with a condition.",
        "- After: a step of another group",
    ),
    FaultKind(
        "E406",
        "Expected somebody to ask (Who) or something to do (Set, Do, Tell, Wait), but this card says neither.",
        "A step without either would wait for ever.",
        "- Due: 1 day",
    ),
    FaultKind(
        "E407",
        "Expected {key} on a step of its own, but this heading has steps below it and is a group.",
        "A group holds its steps together. What somebody is asked stands on one of them.",
        "## Confirmations\n- Who: Legal counsel\n\n### Sign",
    ),
    FaultKind(
        "E408",
        "Expected If rejected on a step that asks for an approval, but the page does not say what happens then.",
        "A rejection is an answer like any other. Without If rejected the run is stuck when it comes. Write for instance "
        '"Amend the contract", then ask again (at most 3 times); go back to "…"; end the case; or go on.',
        "- Who: Legal counsel\n- Approve: {contract}",
    ),
    FaultKind(
        "E409",
        '"{came}" can never be reached: {why}.',
        "No order, condition or handler of the page leads to this step.",
        "- Then: end",
    ),
    FaultKind(
        "E410",
        '"{came}" can never finish: {why}.',
        "The group waits for more than can come, and everything after it waits with it.",
        "- Order: 3 of them",
    ),
    FaultKind(
        "E411",
        'Expected a person or a wait between "{came}" and this step, but they go round by themselves for ever.',
        "What failed is tried again at once and fails again. Let somebody look (a repair step with a Who), wait in "
        "between, or tell somebody and fail.",
        '- If it fails: go back to "…"',
    ),
    FaultKind(
        "E412",
        'Expected an earlier step to go back to, but "{came}" {why}.',
        "Going back asks again what was asked before.",
        '- If rejected: go back to "a later step"',
    ),
    FaultKind(
        "E413",
        'Expected the repair step "{came}" after this one, among the steps beside it; write go back to "{came}" for an earlier step.',
        "A repair step is out of the order: it opens only when this step was rejected, and then this one is asked again.",
        '- If rejected: "an earlier step", then ask again',
    ),
    FaultKind(
        "E414",
        'This step changes {fact}, which "{came}" has approved before: it would be asked to approve again each time.',
        "An approval holds for what it covers as it was shown. Fill it in before the approval, or approve it after.",
        "## Sign\n- Approve: {contract}\n## Polish\n- Fill in: contract (file)",
    ),
    FaultKind(
        "E415",
        'This step reads "{came}", but nothing gives it before: {why}.',
        "A step can only use what is known when its turn comes.",
        "- Show: {go-live}",
    ),
    FaultKind(
        "E416",
        'Expected a later step beside this one, or beside a group around it, to go to, but "{came}" is none.',
        "Going to a step leaves out what lies between. To ask again what was asked before, write go back to.",
        '- Then: go to "an earlier step"',
    ),
    FaultKind(
        "E417",
        'Expected "otherwise" on the last step of a group ordered one of them, but this step is none.',
        "otherwise is what is left when no Only if of the others holds.",
        "- Only if: otherwise",
    ),
    FaultKind(
        "E418",
        "Expected one way to ask several, but this card has both For each and {key}.",
        "Put the steps in a group with For each, and ask several on a step inside.",
        "- For each: country in countries\n- Who: 2 of Approver",
    ),
    FaultKind(
        "E419",
        'Expected "{came}" to give {fact}, as the table of facts says, but its card does not.',
        "What a step gives stands on its card: Fill in, Choose, Answer, or Gives.",
        "| go-live | date | Confirm logistics |",
    ),
    FaultKind(
        "E420",
        '"{came}" can never be {expected}: {why}.',
        "A Confirm is done or rejected, an Approve approved or rejected; every other step is done. What is asked of a group "
        "is asked of the steps in it.",
        "- Who: Delivery engineer\n- Confirm\n\n## Next\n- Only if: Check.approved",
    ),
    FaultKind(
        "E421",
        "Expected steps below this heading, for its card says their Order, but there are none.",
        "Order says how the steps of a group take turns. A step of its own has none.",
        "- Who: Legal counsel\n- Order: all at once",
    ),
    FaultKind(
        "W401",
        '"{came}" may be asked for again and again without a limit. Write how often: (at most 3 times).',
        "Two people who disagree would go round for ever.",
        '- If rejected: "Amend the contract", then ask again',
    ),
    FaultKind(
        "W402",
        "Expected a last step with Only if: otherwise in a group ordered one of them, but there is none.",
        "If no Only if of its steps holds, the run is stuck here.",
        "- Order: one of them",
    ),
    FaultKind(
        "W403",
        'The text names {what} "{came}", but no card of the page uses it: does the page do this?',
        "What people read must be what is done. Put it on a card, or take it from the text.",
        "Anything above 50,000 goes to the board.",
    ),
    FaultKind(
        "W404",
        "{key} never happens here: {why}.",
        "The key waits for something this kind of step cannot come to.",
        "- Fill in: go-live (date)\n- If rejected: fail",
    ),
    FaultKind(
        "W405",
        '"{came}" is not a channel that comes with Doorstep.',
        "Without connections to check against, only e-mail, page, Jira and Salesforce are known. Nobody is reached on a "
        "channel that is not there.",
        "- Who: Legal counsel, by e-mial",
    ),
)
