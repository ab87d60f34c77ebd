"""The whole table of rights to a run: every verb, tried by everybody.

Who may not is refused with a sentence that says who may, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from tests.cases.company import FRIDAY, PAGE, Company

from doorstep.cases.add_step import add_step
from doorstep.cases.answer_ask import answer_ask
from doorstep.cases.answer_question import answer_question
from doorstep.cases.ask_question import ask_question
from doorstep.cases.cancel import cancel
from doorstep.cases.change_facts import change_facts
from doorstep.cases.defer import defer
from doorstep.cases.delegate import delegate
from doorstep.cases.done_ahead import done_ahead
from doorstep.cases.migrate import migrate
from doorstep.cases.models import Ask, Case, Journal
from doorstep.cases.move_needed_by import move_needed_by
from doorstep.cases.override import override
from doorstep.cases.pages import indexed
from doorstep.cases.promise import promise
from doorstep.cases.queries import case_of
from doorstep.cases.reassign import reassign
from doorstep.cases.refusals import NotAllowed
from doorstep.cases.remind_now import remind_now
from doorstep.cases.reopen import reopen
from doorstep.cases.resume import resume
from doorstep.cases.retry import retry
from doorstep.cases.skip import skip
from doorstep.cases.start_case import start_case
from doorstep.cases.suspend import suspend
from doorstep.cases.withdraw_answer import withdraw_answer
from doorstep.people.models import Absence, Assistant, Membership, Person, Role

pytestmark = pytest.mark.database

FACTS = {"client": "Halden Foods", "project": "Web shop", "value": 84000, "contract": "Contract v3"}
CONFIRM, SIGN, LOGISTICS = "Confirm the deployment", "Sign off the contract", "Confirm logistics"

WHO = ("starter", "owner", "expert", "asked", "holder", "assistant", "stand-in", "auditor", "administrator", "somebody")
"""Everybody of the table; ``asked`` is asked to confirm the deployment, the next three could answer in that place."""

STARTER, OWNER, EXPERT = frozenset({"starter"}), frozenset({"owner"}), frozenset({"expert"})
ANSWERS = frozenset({"asked", "holder", "assistant", "stand-in"})
LEADS = OWNER | EXPERT
RUNS = STARTER | OWNER
SHARES = RUNS | EXPERT

WHOLE = f"{PAGE}\n## File it\n\n- Who: Delivery engineer\n"

LATER = FRIDAY + timedelta(hours=1)

Do = Callable[[Company, UUID, UUID], object]


def key(case_id: UUID, name: str) -> str:
    page = indexed(Case.objects.get(id=case_id).version_id)
    return next(node.key for node in page.nodes.values() if node.name == name)


def ask(case_id: UUID, name: str) -> UUID:
    return Ask.objects.filter(case_id=case_id, name=name).latest("round").id


def bend(verb: Callable[..., object], name: str) -> Do:
    return lambda _, case, by: verb(case_id=case, step=key(case, name), by=by, reason="r", at=FRIDAY)


def moved(company: Company, case: UUID, by: UUID) -> object:
    newer = company.publish(WHOLE.replace("Look at production, not at staging.", "Look at production."))
    return migrate(case_id=case, version_id=newer, by=by, at=FRIDAY)


def added(_: Company, case: UUID, by: UUID) -> object:
    card = {"Who": "Legal counsel"}
    return add_step(case_id=case, after=key(case, "Tell the client"), name="Read it", card=card, by=by, at=FRIDAY)


def given(name: str, outcome: str) -> Do:
    return lambda _, case, by: answer_ask(ask_id=ask(case, name), outcome=outcome, by=by, proof="login", at=FRIDAY)


def reassigned(to: str) -> Do:
    return lambda _, case, by: reassign(case_id=case, step=key(case, CONFIRM), to=to, by=by, at=FRIDAY)


NOW: dict[str, tuple[Do, frozenset[str]]] = {
    "answer": (given(CONFIRM, "done"), ANSWERS),
    "promise": (
        lambda _, case, by: promise(ask_id=ask(case, CONFIRM), until=LATER, words="", by=by, at=FRIDAY),
        ANSWERS,
    ),
    "ask back": (lambda _, case, by: ask_question(ask_id=ask(case, CONFIRM), text="Which?", by=by, at=FRIDAY), ANSWERS),
    "pass on": (lambda _, case, by: delegate(ask_id=ask(case, CONFIRM), to="Bob", words="", by=by, at=FRIDAY), ANSWERS),
    "do ahead": (bend(done_ahead, "File it"), LEADS | {"asked", "holder", "stand-in"}),
    "add a step": (added, RUNS),
    "remind": (lambda _, case, by: remind_now(ask_id=ask(case, CONFIRM), by=by, at=FRIDAY), SHARES),
    "let it rest": (lambda _, case, by: suspend(case_id=case, by=by, reason="", at=FRIDAY), RUNS),
    "call it off": (lambda _, case, by: cancel(case_id=case, by=by, reason="", at=FRIDAY), RUNS),
    "change a fact": (lambda _, case, by: change_facts(case_id=case, facts={"client": "X"}, by=by, at=FRIDAY), SHARES),
    "move needed by": (lambda _, case, by: move_needed_by(case_id=case, needed_by=None, by=by, at=FRIDAY), SHARES),
    "skip": (bend(skip, CONFIRM), LEADS),
    "override": (bend(override, CONFIRM), LEADS),
    "defer": (bend(defer, CONFIRM), LEADS),
    "skip an approval": (bend(skip, SIGN), OWNER),
    "override an approval": (bend(override, SIGN), OWNER),
    "defer an approval": (bend(defer, SIGN), OWNER),
    "move to another version": (moved, LEADS),
    "ask another of the role": (reassigned("hal@northwind.example"), SHARES),
    "ask somebody beyond it": (reassigned("bob@northwind.example"), OWNER),
}
"""What may be done to a run as it was started, and by whom."""

RESTING = {"let it go on": (lambda _, case, by: resume(case_id=case, by=by, reason="", at=FRIDAY), RUNS)}
QUESTIONED = {
    "answer a question": (
        lambda _, case, by: answer_question(ask_id=ask(case, CONFIRM), text="This.", by=by, at=FRIDAY), SHARES,
    )
}  # fmt: skip
ANSWERED: dict[str, tuple[Do, frozenset[str]]] = {
    "reopen": (bend(reopen, CONFIRM), LEADS),
    "take an answer back": (bend(withdraw_answer, CONFIRM), frozenset({"asked"})),
}
SIGNED: dict[str, tuple[Do, frozenset[str]]] = {"reopen an approval": (bend(reopen, SIGN), OWNER)}
STUCK: dict[str, tuple[Do, frozenset[str]]] = {"try again": (bend(retry, LOGISTICS), SHARES)}


class Cast:
    """Everybody of the table, by what they are to the run."""

    def __init__(self, company: Company) -> None:
        self.company = company
        day = FRIDAY.date()
        for short in ("hal", "lea", "stan", "audrey", "adam"):
            address = f"{short}@northwind.example"
            company.people[short] = Person.objects.create(
                name=short, email=address, auditor=short == "audrey", administrator=short == "adam"
            )
        Membership.objects.create(person=company.people["hal"], role=Role.objects.get(name="Delivery engineer"))
        Assistant.objects.create(person=company.people["sam"], assistant=company.people["lea"], kinds=["confirm"])
        Absence.objects.create(person=company.people["sam"], first=day, last=day, stand_in=company.people["stan"])
        self.of = {
            "starter": company.ana, "owner": company.vera, "expert": company.eve, "asked": company.sam,
            "holder": company.hal, "assistant": company.lea, "stand-in": company.stan, "auditor": company.audrey,
            "administrator": company.adam, "somebody": company.bob,
        }  # fmt: skip

    def start(self) -> UUID:
        return start_case(version_id=self.company.publish(WHOLE), facts=FACTS, by=self.company.ana, at=FRIDAY).case_id


@pytest.fixture
def cast(company: Company) -> Cast:
    return Cast(company)


def tried(cast: Cast, case: UUID, what: tuple[Do, frozenset[str]], who: str) -> None:
    """Let somebody try; whoever may does it, and who may not is told who may."""
    do, may = what
    before = Journal.objects.filter(case_id=case).count()
    if who in may:
        do(cast.company, case, cast.of[who])
        return
    with pytest.raises(NotAllowed) as refused:
        do(cast.company, case, cast.of[who])
    assert str(refused.value).endswith(".")
    assert Journal.objects.filter(case_id=case).count() == before


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("what", NOW)
def test_a_run_that_goes_on(cast: Cast, what: str, who: str) -> None:
    tried(cast, cast.start(), NOW[what], who)


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("what", RESTING)
def test_a_run_that_rests(cast: Cast, what: str, who: str) -> None:
    case = cast.start()
    suspend(case_id=case, by=cast.company.ana, reason="", at=FRIDAY)
    tried(cast, case, RESTING[what], who)


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("what", QUESTIONED)
def test_a_run_that_was_asked_about(cast: Cast, what: str, who: str) -> None:
    case = cast.start()
    ask_question(ask_id=ask(case, CONFIRM), text="Which?", by=cast.company.sam, at=FRIDAY)
    tried(cast, case, QUESTIONED[what], who)


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("what", ANSWERED)
def test_a_step_that_was_answered(cast: Cast, what: str, who: str) -> None:
    case = cast.start()
    given(CONFIRM, "done")(cast.company, case, cast.company.sam)
    tried(cast, case, ANSWERED[what], who)


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("what", SIGNED)
def test_an_approval_that_was_given(cast: Cast, what: str, who: str) -> None:
    case = cast.start()
    given(SIGN, "approved")(cast.company, case, cast.company.mira)
    tried(cast, case, SIGNED[what], who)


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("what", STUCK)
def test_a_step_that_is_stuck(cast: Cast, what: str, who: str) -> None:
    Membership.objects.filter(role__name="VP Customer Success").delete()
    case = cast.start()
    assert Case.objects.get(id=case).stuck == 1
    tried(cast, case, STUCK[what], who)


@pytest.mark.parametrize("who", WHO)
def test_to_see_it(cast: Cast, who: str) -> None:
    may = SHARES | {"asked", "holder", "auditor", "administrator"}
    case = cast.start()
    assert (case_of(case, by=cast.of[who]) is not None) is (who in may)
