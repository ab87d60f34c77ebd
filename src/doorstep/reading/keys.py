"""Every key a card can have: where it stands, what it says, the forms it takes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Key:
    """``expects`` completes "Expected … after <key>"; ``examples`` are whole values, each read without a fault."""

    name: str
    expects: str
    examples: tuple[str, ...]


TITLE_KEYS = {
    key.name: key
    for key in (
        Key("Owner", "an addressee", ("VP Customer Success", "mira@northwind.example")),
        Key("Expert", "an addressee", ("ana@northwind.example",)),
        Key("Group", "a group of processes", ("Customer delivery",)),
        Key("Audience", "the roles that must know it", ("Sales, Finance",)),
        Key("Called", "how one run is named", ("{client}: {project}",)),
        Key(
            "Starts",
            "how it starts",
            (
                "by hand",
                "by hand by Account manager or Sales lead",
                "by hand, or from a Salesforce Opportunity",
                "by mail to close@northwind.example",
                "at a change of a Jira issue",
                "every Monday",
                "by webhook",
                "by another process",
            ),
        ),
        Key("Needed by", "when it must be finished", ("the same day, 18:00", "2 working days by 17:00", "{date}")),
        Key("Again", "how often it is done anew", ("every 12 months, with the same facts",)),
        Key("Review", "how often it is reviewed", ("every 12 months",)),
        Key("Calendar", "the calendar whose working days count", ("Germany",)),
        Key("Currency", "a currency", ("EUR",)),
        Key("Category", "a category", ("PCF 5.2.3",)),
        Key("Control", "the identifier of a control", ("SOX-14",)),
    )
}

STEP_KEYS = {
    key.name: key
    for key in (
        Key(
            "Who",
            "an addressee",
            (
                "Legal counsel",
                "Legal counsel, by e-mail",
                "Tax lead (country: {country})",
                "mira@northwind.example",
                "{contact}",
                "whoever started this",
                'whoever did "Draft the contract"',
                "manager of whoever started this",
                "2 of Approver",
                "each of {reviewers}",
                "each of {reviewers}, one after another",
            ),
        ),
        Key(
            "Where",
            "a channel and a record",
            ("Jira, in {release}", "Jira, new in DEP", "Salesforce, on {opportunity}"),
        ),
        Key("Confirm", "what is confirmed, or nothing", ("", "the release is live")),
        Key("Approve", "what is approved", ("{contract}", "{contract}, {value}")),
        Key(
            "Fill in",
            "facts to fill in",
            (
                "contract (file)",
                "go-live (date, opportunity.Go-live date), contact (e-mail address)",
                "size (choice (S, L))",
            ),
        ),
        Key("Choose", "a fact and what to choose from", ("size (small, large)",)),
        Key("Read", "what is to be read", ("the travel policy",)),
        Key("Answer", "a fact", ("reason",)),
        Key("Do", "an action of a connector", ('jira.create (project = "DEP", summary = client)',)),
        Key("Set", "fields of records and their values", ('opportunity.Delivery status = "Delivered"',)),
        Key("Decide", "a fact and how its table decides", ("discount, first",)),
        Key(
            "Wait",
            "a time or a message",
            ("2 days", "until {date}", "30 days before {date}", 'for "paid" about {invoice}'),
        ),
        Key("Run", "a process", ("Close the books (month = month)",)),
        Key("Tell", "an addressee", ("{contact}", "{contact}, by e-mail, from whoever started this")),
        Key("Gives", "facts and results", ("issue = key", "number = id, link = url")),
        Key("Due", "a time", ("4 working hours", "2 working days by 17:00", "{date}")),
        Key("Remind", "how often", ("every 1 working day, 3 times", "every 2 hours")),
        Key(
            "If late",
            "what to do",
            (
                "also ask Engineering manager",
                "ask Engineering manager instead",
                "tell Owner, skip",
                "end",
                "end the case",
                'go back to "Draft the contract"',
                'go to "Archive"',
            ),
        ),
        Key(
            "If rejected",
            "what to do",
            (
                '"Amend the contract", then ask again (at most 3 times)',
                '"Amend the contract", then ask again (at most 2 times, then ask General counsel)',
                'go back to "Draft the contract"',
                "end the case",
                "fail",
                "go on",
            ),
        ),
        Key("If it fails", "what to do", ("tell whoever started this, go on", "fail")),
        Key("Only if", "a condition", ("value > 25000", "otherwise")),
        Key("Not before", "a condition or a time", ("release.done", "30 days before {date}", "2026-03-12")),
        Key("Done when", "a condition", ('release.Status = "Done"',)),
        Key(
            "Order",
            "how the steps below take turns",
            ("in turn", "all at once", "any order, one at a time", "first wins", "2 of them", "one of them"),
        ),
        Key("After", "steps", ("start", "Sign and File", "any of Sign, File")),
        Key("For each", "an item and a list", ("country in countries", "country in countries, one at a time")),
        Key("Until", "a number of answers or a condition", ("2 approved", "total > 5")),
        Key("Not by", "who must not answer", ('whoever started this, whoever did "Draft the contract"',)),
        Key("Same person as", "whose step it is", ('whoever did "Draft the contract"',)),
        Key("Proof", "the least proof", ("link", "mail", "code", "login", "signature service")),
        Key("Then", "what follows", ("end", "end the case", 'go to "Archive"')),
        Key("Show", "facts", ("{client}, {value}",)),
        Key("See", "references", ("[The policy](https://intranet.example/policy), Legal handbook",)),
        Key("Attach", "files", ("{contract}",)),
        Key("Again", "whether it is asked again", ("always",)),
        Key("Checklist", "how the list is used", ("read-do", "do-confirm")),
        Key("Control", "the identifier of a control", ("SOX-14",)),
    )
}

VERBS = ("Confirm", "Approve", "Fill in", "Choose", "Read", "Answer", "Do", "Set", "Decide", "Wait", "Run", "Tell")
"""At most one of these stands on a card."""

ASKING = VERBS[:6]
"""The verbs that ask somebody; the others are done by Doorstep."""
