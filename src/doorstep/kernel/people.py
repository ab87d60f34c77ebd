"""What people do beside answering: skip, override, defer, reopen, do ahead, try again, reassign, withdraw, cancel."""

from __future__ import annotations

from doorstep.kernel.answering import take_answer
from doorstep.kernel.closing import close
from doorstep.kernel.covering import reconsider, tell_both
from doorstep.kernel.draft import Draft
from doorstep.kernel.events import (
    AnswerWithdrawn,
    AskReassigned,
    CaseCancelled,
    CaseSuspended,
    StepDeferred,
    StepDoneAhead,
    StepOverridden,
    StepReopened,
    StepRetried,
    StepSkipped,
)
from doorstep.kernel.facts import take
from doorstep.kernel.opening import open_step
from doorstep.kernel.program import Spec
from doorstep.kernel.refusal import (
    expect,
    expect_ahead,
    expect_allowed,
    expect_asked,
    expect_facts,
    expect_outcome,
    expect_status,
    named,
    spot_of,
)
from doorstep.kernel.rounds import ANSWERED, go_back, open_again, renew
from doorstep.kernel.state import SETTLED, Given, Id
from doorstep.kernel.work import ask_instead, start_timer

UNSETTLED = ("idle", "waiting", "open", "stuck")
ANEW = ("rejected", "failed", "not sure", "addressee", "rounds")
"""Stuck steps that are asked or called again when tried again; others are read again."""


def step_skipped(draft: Draft, event: StepSkipped) -> None:
    spot = spot_of(draft, event)
    expect_status(draft, spot, *UNSETTLED)
    _settle(draft, spot, "skipped")


def step_overridden(draft: Draft, event: StepOverridden) -> None:
    spot = spot_of(draft, event)
    expect_status(draft, spot, *UNSETTLED)
    expect_allowed(draft, spot, event.by)
    take(draft, event.facts, by=spot)
    _settle(draft, spot, "overridden")


def step_deferred(draft: Draft, event: StepDeferred) -> None:
    spot = spot_of(draft, event)
    expect_status(draft, spot, *UNSETTLED)
    _settle(draft, spot, "deferred")
    if event.until:
        start_timer(draft, spot, "deferred", Spec(event.until))


def _settle(draft: Draft, spot: Id, status: str) -> None:
    """Settle a step by a person's word; before its turn, what follows still waits for the turn."""
    early = draft.node(spot).status == "idle"
    draft.settle(spot, status, how="", why=draft.why, by=draft.by, early=early)
    draft.deviate(status, spot, draft.why)


def step_reopened(draft: Draft, event: StepReopened) -> None:
    spot = spot_of(draft, event)
    expect_status(draft, spot, *sorted(SETTLED), "stuck")
    draft.deviate("repeated", spot, draft.why)
    go_back(draft, spot)


def step_done_ahead(draft: Draft, event: StepDoneAhead) -> None:
    spot = spot_of(draft, event)
    expect_ahead(draft, spot)
    expect_outcome(draft, spot, event.outcome)
    expect_allowed(draft, spot, event.by)
    expect_facts(draft, spot, event.outcome, event.facts)
    given = Given(event.outcome, event.by, event.at, "", facts=event.facts)
    draft.deviate("done ahead", spot, draft.why)
    if draft.node(spot).status == "idle":
        draft.put(spot, draft.node(spot)._replace(ahead=given))
    else:
        take_answer(draft, spot, given, "ahead")


def step_retried(draft: Draft, event: StepRetried) -> None:
    spot = spot_of(draft, event)
    expect_status(draft, spot, "stuck")
    node = draft.node(spot)
    if node.how in ANEW:
        draft.put(spot, draft.stop(spot, watch=True, outcome="", by=None, why="", proof=""))
        open_step(draft, spot)
    elif node.how == "observed":
        renew(draft, spot)
        open_again(draft, spot)
    else:
        draft.look_at(spot)


def ask_reassigned(draft: Draft, event: AskReassigned) -> None:
    spot = spot_of(draft, event)
    if draft.node(spot).how not in ("addressee", "rejected"):
        expect_asked(draft, spot)
    expect_status(draft, spot, "open", "stuck")
    ask_instead(draft, spot, "reassigned", event.to)
    draft.deviate("reassigned", spot, draft.why)


def answer_withdrawn(draft: Draft, event: AnswerWithdrawn) -> None:
    spot = spot_of(draft, event)
    node = draft.node(spot)
    stands = node.status == "done" and node.how in ANSWERED
    undecided = node.outcome in ("rejected", "changes wanted") and node.status in ("waiting", "stuck")
    expect(
        stands or (undecided and draft.case == "open"),
        f"Expected an answer to {named(draft, spot)} to withdraw, but there is none.",
    )
    draft.deviate("answer withdrawn", spot, draft.why)
    if draft.case != "open":
        tell_both(draft, spot, f"The answer to {named(draft, spot)} was withdrawn after the end. {draft.why}".strip())
    elif stands:
        reconsider(draft, spot)
    else:
        go_back(draft, spot)


def case_suspended(draft: Draft, event: CaseSuspended) -> None:
    draft.case = "suspended"
    draft.deviate("suspended", why=event.reason)


def case_cancelled(draft: Draft, event: CaseCancelled) -> None:
    close(draft, "cancelled", event.reason)
