"""Pages and texts made by hypothesis."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from doorstep.reading.page import (
    Action,
    Address,
    Addressee,
    After,
    AnswerIt,
    Approve,
    Card,
    CardHandler,
    Choose,
    Confirm,
    Decide,
    Do,
    Doer,
    Due,
    EachOf,
    Expr,
    Fact,
    FactHolder,
    FactKind,
    Field,
    FillIn,
    ManagerOf,
    OrderOf,
    Page,
    Read,
    Remind,
    Role,
    RunProcess,
    SetFields,
    Starter,
    Starts,
    Step,
    Tell,
    TitleCard,
    Until,
    Wait,
    Where,
    Who,
)

FACTS = ("contract", "go-live", "Größe", "yearly spend", "linked deal")
ROLES = ("Legal counsel", "VP Customer Success", "2nd line", "R&D lead", "Käufer")
STEPS = ("Sign off the contract", 'Say "yes"', "Review and approve", "A, B or C", "start", "x\\y", "*not bold*", "#1 #")
EXPRESSIONS = ('release.Status = "Done"', "value > 25000", '"a, (b" in names', "if x then 1 else f(2, 3)", "[1, 2][1]")
TIMES = (
    "4 working hours",
    "1 day",
    "2 working days by 17:00",
    "{go-live}",
    "{go-live}, 18:00",
    "30 days before {go-live}",
    "1 week after 2026-03-12, 08:00",
    "2026-03-12",
    "18:00",
    "the same day, 18:00",
    "the next working day",
)
LENGTHS = ("1 working day", "12 months", "2 hours")
PROSE = (
    "Look at production, not at staging.",
    "Two lines,\none paragraph.",
    "- a list\n- of things",
    "1. first\n2. second",
    "- [ ] one\n- [x] ! two",
    "> {project} is live.\n> It is.",
    "```\n# no heading\n- Who: nobody\n```",
    "| Where | A night |\n|---|---|\n| London | 220 |",
    "    indented code",
    "A [link](https://example.org/a) and <https://example.org/b>.",
    "*****",
    "<!-- a comment -->",
    "Ends with spaces  \nand goes on.",
)

facts = st.sampled_from(FACTS)
steps = st.sampled_from(STEPS)
times = st.sampled_from(TIMES)
lengths = st.sampled_from(LENGTHS)
expressions = st.builds(Expr, st.sampled_from(EXPRESSIONS))
channels = st.sampled_from(("e-mail", "Jira", "Salesforce"))
words = st.sampled_from(("the rule", "Jira, Salesforce: both", "an open (bracket", '"', "*bold* {contract}"))
roles = st.builds(
    Role,
    st.sampled_from(ROLES),
    st.lists(st.tuples(st.sampled_from(("country", "team")), st.sampled_from(("{country}", "DE"))), max_size=2).map(
        tuple
    ),
)
people = st.one_of(st.just(Starter()), st.builds(Doer, steps))
addressees: st.SearchStrategy[Addressee] = st.recursive(
    st.one_of(roles, people, st.builds(Address, st.just("mira@northwind.example")), st.builds(FactHolder, facts)),
    lambda inner: st.builds(ManagerOf, inner),
    max_leaves=3,
)
each_of = facts.flatmap(
    lambda fact: st.builds(
        Who, st.just(FactHolder(fact)), st.none() | channels, each=st.just(fact), one_at_a_time=st.booleans()
    )
)
whos = st.one_of(
    st.builds(Who, addressees, st.none() | channels),
    st.builds(Who, roles, st.none() | channels, count=st.integers(1, 9)),
    each_of,
)
wheres = st.one_of(
    st.builds(Where, channels),
    st.builds(Where, channels, record=facts),
    st.builds(Where, channels, new_in=st.just("DEP")),
)
plain_kinds = st.sampled_from(("text", "number", "money", "yes/no", "date and time", "file", "e-mail address")).map(
    FactKind
)
kinds: st.SearchStrategy[FactKind] = st.recursive(
    st.one_of(
        plain_kinds,
        st.just(FactKind("choice", options=("small", "(very) large"))),
        st.just(FactKind("record", system="Salesforce", type="Opportunity Line Item")),
    ),
    lambda inner: inner.map(lambda of: FactKind("list", of=of)),
    max_leaves=2,
)
arguments = st.lists(st.tuples(facts, expressions), max_size=2).map(tuple)
gives = st.lists(st.tuples(facts, st.sampled_from(("key", "link.url"))), max_size=2).map(tuple)


def _fields() -> st.SearchStrategy[Field]:
    sourced = st.builds(Field, facts, kinds, st.sampled_from((None, "opportunity.Go-live date")))
    return sourced | st.builds(Field, facts)


approvals = st.lists(facts, min_size=1, max_size=3, unique=True).map(
    lambda covered: Approve(tuple(covered), ", ".join(f"{{{fact}}}" for fact in covered))
)
asks: st.SearchStrategy[Action] = st.one_of(
    st.builds(Confirm, st.just("") | words),
    approvals,
    st.builds(Approve, st.just(()), st.just("the plan")),
    st.builds(FillIn, st.lists(_fields(), min_size=1, max_size=3).map(tuple)),
    st.builds(Choose, facts, st.just(("small", "large (or larger)"))),
    st.builds(Read, words),
    st.builds(AnswerIt, facts),
)
waits = st.one_of(
    st.builds(Wait, times),
    st.builds(
        Wait,
        message=st.sampled_from(("payment received", 'say "go"')),
        about=st.none() | st.builds(Expr, facts | st.just('deal["x"]')),
    ),
)
doings: st.SearchStrategy[Action] = st.one_of(
    st.builds(Do, st.just("jira"), st.sampled_from(("create", "add comment")), arguments, gives),
    st.builds(
        SetFields,
        st.lists(st.tuples(facts, st.sampled_from(("Stage", "Go-live date")), expressions), min_size=1, max_size=2).map(
            tuple
        ),
    ),
    st.builds(Decide, facts, st.sampled_from(("unique", "rule order"))),
    waits,
    st.builds(RunProcess, st.just("Close the books"), arguments, gives),
    st.builds(Tell, addressees, st.none() | channels, st.none() | addressees),
)


def _to(do: str) -> st.SearchStrategy[CardHandler]:
    return st.builds(CardHandler, st.just(do), target=steps)


def _of(do: str) -> st.SearchStrategy[CardHandler]:
    return st.builds(CardHandler, st.just(do), who=addressees)


beside = st.one_of(_of("tell"), st.builds(CardHandler, st.just("run"), target=st.just("Close the books")))
repairs = st.one_of(
    _to("repair"),
    st.builds(
        CardHandler,
        st.just("repair"),
        target=steps,
        rounds=st.integers(1, 9),
        then=st.none() | st.just(CardHandler("end")) | _of("ask instead"),
    ),
)
late_ways = st.one_of(
    _of("ask instead"), _to("go back"), _to("go to"), st.sampled_from(("skip", "end", "end the case")).map(CardHandler)
)
rejected_ways = st.one_of(
    repairs, _to("go back"), _to("go to"), st.sampled_from(("fail", "go on", "end", "end the case")).map(CardHandler)
)
then_ways = _to("go to") | st.sampled_from(("end", "end the case")).map(CardHandler)


def handlers(ways: st.SearchStrategy[CardHandler]) -> st.SearchStrategy[tuple[CardHandler, ...]]:
    """Make one way on, what happens beside, both or nothing."""
    return st.tuples(st.lists(beside, max_size=2), st.lists(ways, max_size=1)).map(lambda both: (*both[0], *both[1]))


orders = st.sampled_from(("in turn", "all at once", "any order", "first wins", "one of them")).map(OrderOf) | st.builds(
    OrderOf, st.just("n of"), st.integers(1, 9)
)
untils = st.one_of(
    st.builds(Until, st.integers(1, 9), st.sampled_from(("done", "approved", "changes wanted"))),
    st.builds(Until, condition=expressions),
)
afters = st.builds(After, st.lists(steps, max_size=3).map(tuple), st.booleans()).map(
    lambda after: after if after.steps else After(())
)
not_before: st.SearchStrategy[dict[str, object]] = st.one_of(
    st.fixed_dictionaries({}),
    st.fixed_dictionaries({"not_before": expressions}),
    st.fixed_dictionaries({"not_before_time": times}),
)


def _cards() -> st.SearchStrategy[Card]:
    made = st.builds(
        Card,
        who=st.none() | whos,
        where=st.none() | wheres,
        action=st.none() | asks | doings,
        due=st.none() | st.builds(Due, times),
        remind=st.none() | st.builds(Remind, lengths, st.none() | st.integers(1, 9)),
        if_late=handlers(late_ways),
        if_rejected=handlers(rejected_ways),
        if_fails=handlers(rejected_ways),
        only_if=st.none() | expressions | st.just(Expr("otherwise")),
        done_when=st.none() | expressions,
        order=st.none() | orders,
        after=st.none() | afters,
        each=st.none() | st.builds(EachOf, facts, facts, st.booleans()),
        until=st.none() | untils,
        not_by=st.lists(people, max_size=2).map(tuple),
        same_as=st.none() | people,
        proof=st.sampled_from((None, "link", "signature service")),
        then=st.none() | then_ways,
        show=st.lists(facts, max_size=2).map(tuple),
        see=st.lists(st.sampled_from(("Handbook", "[a, b](https://example.org/x?{client})")), max_size=2).map(tuple),
        attach=st.lists(facts, max_size=2).map(tuple),
        again=st.sampled_from((None, "always")),
        checklist=st.sampled_from((None, "read-do")),
        control=st.sampled_from((None, "SOX-14: b")),
    )
    return st.builds(lambda card, before: replace(card, **before), made, not_before)


cards = _cards()
bodies = st.lists(st.sampled_from(PROSE), max_size=3).map(
    lambda parts: "\n\n".join(parts).lstrip()  # what is indented below a card belongs to its last item
)
starts = st.sampled_from(
    (
        Starts("by hand"),
        Starts("mail", "close@northwind.example"),
        Starts("record", "Salesforce Opportunity"),
        Starts("change", "Jira issue"),
        Starts("schedule", "every Monday"),
        Starts("webhook"),
        Starts("process"),
        Starts("process", "Close the books"),
    )
)
title_cards = st.builds(
    TitleCard,
    owner=st.none() | addressees,
    expert=st.none() | addressees,
    group=st.sampled_from((None, "Customer delivery")),
    audience=st.lists(st.sampled_from(ROLES), max_size=2).map(tuple),
    called=st.sampled_from((None, "{client}: {project}")),
    starts=st.lists(starts, max_size=3).map(tuple),
    needed_by=st.none() | times,
    again=st.sampled_from((None, "every 12 months")),
    review=st.none() | lengths,
    calendar=st.sampled_from((None, "Germany")),
    currency=st.sampled_from((None, "EUR")),
    category=st.sampled_from((None, "PCF 3.5")),
    control=st.sampled_from((None, "SOX-14")),
)
fact_tables = st.lists(
    st.builds(Fact, facts, kinds, st.sampled_from(("whoever starts", "deal.Amount", 'a "|" b')), st.booleans()),
    max_size=3,
    unique_by=lambda fact: fact.name,
).map(tuple)


@st.composite
def _steps(draw: st.DrawFn, names: list[str], level: int) -> tuple[Step, ...]:
    """Make steps of one level; one without a card has steps below, else it would be text."""
    made = []
    for _ in range(draw(st.integers(0 if level > 2 else 1, 3))):
        if not names:
            break
        name = names.pop()
        inner = draw(_steps(names, level + 1)) if level < 4 and draw(st.booleans()) else ()
        card = draw(cards.filter(lambda card: card != Card()))
        grouped = bool(inner) and draw(st.booleans())
        made.append(Step(name, level, None if grouped else card, body=draw(bodies), steps=inner))
    return tuple(made)


@st.composite
def _pages(draw: st.DrawFn) -> Page:
    names = draw(st.permutations([*STEPS, *(f"Step {n}" for n in range(6))]))
    table = draw(fact_tables)
    return Page(
        draw(st.sampled_from(("Close a client project", "A *bold* plan", "C#", "Say # and #"))),
        draw(title_cards),
        body=draw(bodies),
        facts=table,
        steps=draw(_steps(list(names), 2)),
        preamble=draw(st.sampled_from(("", "<!-- licence -->", "A line above"))),
        tail=draw(bodies) if table else "",
        newline=draw(st.sampled_from(("\n", "\r\n"))),
    )


pages: st.SearchStrategy[Page] = _pages()

LINES = (
    "# Title", "## Step", "## Step", "### Inner *bold*", "#", "##", "Setext\n===", "Two\nlines\n---",
    "- Who: Legal counsel", "- Who:", "- Due: 1 hour", "- Due: soon", "- Deu: 1 hour", "- Approve: {contract}",
    '- If rejected: "X", then ask again (at most 3 times)', "- Fill in: go(", "- Owner: Ana", "- Starts: by hand",
    "- [ ] tick", "- [ ] ! killer", "- [x]", "* Who: starred", "1. Who: numbered", "  - indented: x", "  - [ ] indented",
    "- Who: one\n  - nested", "- Who: lazy\nline", "- Who: two\n\n  paragraphs", "-", "- ", "-\tTab: x", "+ [ ] plus",
    "- **Who:** bold", "- Confirm", "- Gives: a = b", "- After: Step and Inner", "- Only if: x > 1",
    "| Fact | Kind | From |\n|---|---|---|\n| a | text | b |\n| a | txt | c |", "| Fact | Kind |\n|---|---|",
    "Fact | Note\n---|---\nx | y", "> quote", ">", "```", "~~~", "    code", "text", "text  ", "<div>", "</div>", "<!--",
    "-->", "***", "---", "===", "[a]: http://x", "[a] and [b](c)", "\\", "\t", "", "", "", "", "\x00", "\ufeff", "\r",
    "- Who: X\r", "> - [ ] q", "&amp; # x #", "password: hunter22", "\x0b", "\x1f", "\xa0", "- \xa0Who: X",
)  # fmt: skip
texts = st.lists(st.sampled_from(LINES), max_size=14).map("\n".join)
