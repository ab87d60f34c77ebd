"""Sentences of letters: what happens if nothing is heard, who answered, what the starter must know."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from doorstep.cases import directory
from doorstep.cases.event_json import instance_of
from doorstep.cases.status import status_of
from doorstep.chase.moves import Move
from doorstep.chase.plan import AskPlan
from doorstep.chase.say import say_list
from doorstep.kernel.state import name_of

if TYPE_CHECKING:
    from doorstep.cases.letter import About


def plan_of(about: About) -> AskPlan | None:
    """Return the chase's plan for the ask a letter is about."""
    if about.ask is None:
        return None
    step = name_of(about.case.page.program, about.ask.step, instance_of(about.ask.instance))
    plans = status_of(about.case.row, at=about.now).plan.asks
    return next((plan for plan in plans if plan.ask.step == step), None)


def wanted_by(about: About) -> datetime | None:
    """Return by when an answer is asked for: so early that somebody else still can, else the due time."""
    plan = about.plan
    by = plan.answer_by if plan and plan.answer_by else (about.ask.due_at if about.ask else None)
    return by if by and by > about.now else None


def if_nothing_is_heard(about: About) -> str:
    """Say “If we hear nothing we remind you at 17:00 and ask Jon Park at 17:20.”"""
    plan = about.plan
    moves = [_said(about, move) for move in _first_of_each(plan)] if plan else []
    return f"If we hear nothing we {say_list(moves)}." if moves else ""


def _first_of_each(plan: AskPlan) -> list[Move]:
    """Return the next reminder and whoever comes next."""
    found: dict[str, Move] = {}
    for move in plan.moves:
        found.setdefault("remind" if move.kind == "remind" else "other", move)
    return list(found.values())


def _said(about: About, move: Move) -> str:
    at = _at(about.time(move.at))
    match move.kind:
        case "remind":
            return f"remind you {at}"
        case "other channel":
            return f"write to you by {move.to} {at}"
        case "stand-in":
            return f"ask {move.to} {at}"
        case _:
            return f"tell {move.to} {at}"


def _at(time: str) -> str:
    """Return a time as it stands after a verb: “at 17:00”, “on Tuesday 09:30”, “tomorrow 09:30”."""
    if time.startswith(("today", "tomorrow", "yesterday")):
        return time
    return f"at {time}" if " " not in time else f"on {time}"


def withdrawn(about: About) -> str:
    """Say that a question is no longer asked, and who answered it."""
    ask = about.ask
    assert ask is not None, "only what was asked is withdrawn"
    if about.brief.get("outcome"):
        who = directory.name_of(UUID(str(about.brief["by"]))) if about.brief.get("by") else "somebody else"
        return f"“{ask.name}” for {about.case.row.title} is settled: {about.brief['outcome']} by {who}."
    why = directory.in_names(str(about.brief.get("why") or ""))
    return f"“{ask.name}” for {about.case.row.title} is no longer asked of you. {why}".strip()


def receipt(about: About) -> str:
    """Say “Recorded 16:20: approved by you.”"""
    at = datetime.fromisoformat(str(about.brief["at"]))
    return f"Recorded {about.time(at)}: {about.brief['outcome']} by you."


_TOLD = {
    "late": "“{step}” is late.",
    "rejected": "“{step}” was rejected.",
    "failed": "“{step}” failed.",
    "outdated": "“{step}” happened on an outdated approval.",
    "observed": "What “{step}” was done by no longer holds.",
    "deferred": "“{step}” was deferred until now.",
    "stuck": "“{step}” is stuck.",
    "late promise": "“{step}” is promised for later than it is needed.",
    "question": "{by} asked about “{step}”.",
    "delegated": "{by} would have somebody else do “{step}”.",
    "away": "Whoever is asked for “{step}” is away.",
    "remark": "{by} wrote about “{step}”.",
    "not taken": "“{step}” stays as it was.",
    "escalate": "“{step}” waits for an answer.",
    "undelivered": "“{step}” could not be delivered.",
    "warning": "It may not make it.",
}


def telling(about: About) -> str:
    """Say what somebody must know, in one sentence with the name of the run."""
    kind = str(about.brief.get("about") or "")
    if kind == "closed":
        ended = {"done": "is done", "failed": "has failed", "cancelled": "was called off"}
        return f"{about.case.row.title} {ended.get(str(about.brief.get('result')), 'is done')}."
    by = about.brief.get("by")
    who = directory.name_of(UUID(str(by))) if by else "Somebody"
    step = about.step.name if about.step else about.case.page.page.title
    said = _TOLD.get(kind, "“{step}” needs a look.").format(step=step, by=who)
    return f"{about.case.row.title}: {said}"


def telling_after(about: About) -> str:
    """Say what a reply to a letter that tells something does, where it does something."""
    if about.brief.get("about") != "question" or not about.brief.get("by"):
        return ""
    who = directory.name_of(UUID(str(about.brief["by"])))
    return f"Reply to this mail, and {who} gets your answer. Until then we do not remind them."


def telling_more(about: About) -> Iterator[str]:
    """Yield what more there is to say: why, their own words, until when."""
    for name in ("why", "text", "words"):
        if text := str(about.brief.get(name) or ""):
            yield directory.in_names(text) if name == "why" else text
    if to := about.brief.get("to"):
        yield f"They propose {to}. Nothing happens until you send it to them."
    if until := about.brief.get("until"):
        yield f"Until {about.time(datetime.fromisoformat(str(until)))}."
