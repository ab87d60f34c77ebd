"""The answer page: for somebody who will never log in, and for those who have.

GET never acts.  A link shows the page; only its POST decides, in two moves for approvals.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from doorstep.cases import codes, directory, store
from doorstep.cases import proof as proofs
from doorstep.cases.answer_ask import Given
from doorstep.cases.answer_ask import answer as record
from doorstep.cases.ask_question import ask_question
from doorstep.cases.clock import business_now
from doorstep.cases.delegate import delegate
from doorstep.cases.event_json import instance_of
from doorstep.cases.links import OpenedLink, mail_a_fresh_one, open_link, seen, seen_by
from doorstep.cases.models import Ask, Case
from doorstep.cases.promise import promise
from doorstep.cases.queries import case_of
from doorstep.cases.refusals import (
    AlreadySettled,
    ChangedSinceOpened,
    NotFound,
    NotPossible,
    Refused,
)
from doorstep.cases.rights import may_answer
from doorstep.cases.withdraw_answer import withdraw_answer
from doorstep.people.models import Person
from doorstep.people.reference import PersonRef
from doorstep.stewardship.propose import may_propose, propose
from doorstep.web.asked import Asked, asked, open_elsewhere
from doorstep.web.fields import carried, given, instant, kept, with_problems
from doorstep.web.files import file_response
from doorstep.web.screens import show, signed_in

Move = Literal["approved", "rejected", "changes wanted", "done", "promise", "question", "delegate", "propose"]
NOTED = {
    "promise": "Noted. We remind nobody before then, and ask you again if it passes.",
    "question": "Your question is on its way; the answer comes to you by mail, and nobody reminds you meanwhile.",
    "delegate": "Noted. Whoever started this decides whether to ask them.",
    "propose": "Thank you. Whoever answers for the page hears it, and you hear what becomes of it.",
}
DECIDES = frozenset({"approved", "rejected", "changes wanted", "done"})


@dataclass(frozen=True, slots=True)
class Visit:
    """Who looks at which ask, by which way in."""

    ask: Ask
    person: PersonRef
    proof: str
    base: str

    @property
    def asked(self) -> Asked:
        return asked(self.ask, self.person, base=self.base, at=business_now())


# -- The two ways in ---------------------------------------------------------------------------------


@never_cache
@sensitive_post_parameters("code")
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Answer by the link of a letter, without signing in."""
    try:
        link = open_link(token)
    except NotFound as missing:
        return _say(request, 404, "This link is not known", str(missing))
    if link.person is None:
        return redirect("web:ask", link.ask.id)
    visit = Visit(link.ask, link.person, "link", reverse("web:answer", args=[token]))
    if request.method == "POST":
        seen(link)
    return _page(request, visit) if link.works else _expired(request, visit, link)


@never_cache
@signed_in
def by_login(request: HttpRequest, me: Person, ask_id: UUID) -> HttpResponse:
    """Answer from Home, signed in; who may only see the run is led to it."""
    ask = Ask.objects.filter(id=ask_id).first()
    person = directory.person(me.id)
    if ask is None or person is None:
        raise Http404
    if not may_answer(ask=ask, by=me.id, at=business_now()):
        _require_sight(ask, me)
        return redirect("web:case", ask.case_id)
    seen_by(ask, me.id)
    return _page(request, Visit(ask, person, "login", reverse("web:ask", args=[ask.id])))


def _require_sight(ask: Ask, me: Person) -> None:
    """Raise Http404 unless somebody may see the run of an ask."""
    if case_of(ask.case_id, by=me.id) is None:
        raise Http404


def file_by_link(_request: HttpRequest, token: str, sha256: str) -> HttpResponse:
    """Give a file the ask shows."""
    try:
        link = open_link(token)
    except NotFound as missing:
        raise Http404 from missing
    if not link.works:
        raise Http404
    return _file(link.ask, sha256)


@signed_in
def file_by_login(_request: HttpRequest, me: Person, ask_id: UUID, sha256: str) -> HttpResponse:
    """Give a file the ask shows to somebody signed in."""
    ask = Ask.objects.filter(id=ask_id).first()
    if ask is None:
        raise Http404
    if not may_answer(ask=ask, by=me.id, at=business_now()):
        _require_sight(ask, me)
    return _file(ask, sha256)


# -- The page ----------------------------------------------------------------------------------------


def _page(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show the page, or take one move."""
    if visit.ask.state != "open":
        return _settled(request, visit)
    if request.method != "POST":
        wanted = {"question": "question", "else": "delegate", "propose": "propose"}
        for name, move in wanted.items():
            if name in request.GET:
                return _second_move(request, visit, move)
        return _first_page(request, visit)
    try:
        return _move(request, visit, str(request.POST.get("do", "")))
    except AlreadySettled:
        visit.ask.refresh_from_db()
        return _settled(request, visit)
    except ChangedSinceOpened:
        visit.ask.refresh_from_db()
        return _first_page(request, visit, status=409, changed=_changes(request, visit))
    except (Refused, ValueError) as refused:
        return _first_page(request, visit, status=422, problem=str(refused))


def _first_page(request: HttpRequest, visit: Visit, *, status: int = 200, **more: Any) -> HttpResponse:
    """Show what is asked; what was filled in already stays, and what is wrong stands beside it."""
    view = visit.asked
    code_to = visit.person.email if not proofs.suffices(visit.proof, visit.ask.least_proof) else ""
    problem = str(more.get("problem") or "")
    frame: dict[str, Any] = {
        "view": view,
        "fields": with_problems(view.fields, problem, request) if request.method == "POST" else view.fields,
        "ticked": request.POST.getlist("ticked"),
        "was": _as_seen(view),
        "code_to": code_to,
        "by_link": visit.proof == "link",
        "may_propose": may_propose(visit.ask, visit.person.id),
        "noted": NOTED.get(request.GET.get("noted", ""), ""),
        "zone": visit.person.zone,
    }
    return show(request, "web/ask.html", status=status, **{**frame, **more})


def _as_seen(view: Asked) -> str:
    """Return what is covered, to go with the form and come back: what changed can then be said."""
    return json.dumps({item.label: item.value for item in view.covered}, ensure_ascii=False)


def _changes(request: HttpRequest, visit: Visit) -> list[str]:
    """Say how what is covered now differs from what the form showed."""
    try:
        was = json.loads(_posted(request, "was") or "{}")
    except ValueError:
        was = {}
    before = was if isinstance(was, dict) else {}
    now = {item.label: item.value for item in visit.asked.covered}
    labels = [label for label in dict.fromkeys([*before, *now]) if before.get(label) != now.get(label)]
    return [f"{label}: {before.get(label, 'nothing')} → {now.get(label, 'nothing')}" for label in labels if before]


def _move(request: HttpRequest, visit: Visit, do: str) -> HttpResponse:
    """Take the first or the second move."""
    if request.POST.get("person") == "else":
        return _second_move(request, visit, "delegate")
    decides = do in DECIDES
    if decides and _posted(request, "seen") != visit.ask.covered_hash:
        raise ChangedSinceOpened("This changed since you opened it. Look at it once more.", ())
    unsure = decides and not proofs.suffices(visit.proof, visit.ask.least_proof)
    two_moves = not decides or visit.ask.verb == "approve" or do != "done"
    if "confirmed" not in request.POST and (two_moves or unsure):
        if unsure:
            codes.send_code(ask_id=visit.ask.id, person=visit.person.id)
        return _second_move(request, visit, do, code=unsure)
    if decides:
        return _decide(request, visit, do)
    _note(request, visit, do)
    return redirect(f"{visit.base}?noted={do}")


def _decide(request: HttpRequest, visit: Visit, do: str) -> HttpResponse:
    proof = visit.proof
    code = str(request.POST.get("code", ""))
    if code:
        if not codes.use_code(ask_id=visit.ask.id, person=visit.person.id, code=code):
            problem = (
                "That code is not right, or older than ten minutes. Look at the latest mail, or go back for a new one."
            )
            return _second_move(request, visit, do, code=True, problem=problem)
        proof = "code"
    view = visit.asked
    upload = request.FILES.get("changed")
    file = kept(upload) if upload is not None else None
    facts, said = view.apart(given(request, view.kinds, zone=visit.person.zone))
    answer = Given(
        ask_id=visit.ask.id,
        outcome=do,
        by=visit.person.id,
        proof=proof,
        facts=facts,
        said=said,
        seen=str(request.POST.get("seen", "")),
        comment=_posted(request, "comment"),
        evidence={"file": json.dumps([file.name, file.sha256, file.media_type, file.size])} if file else {},
        ticked=tuple(map(str, request.POST.getlist("ticked"))),
    )
    record(answer, at=business_now())
    return redirect(visit.base)


def _note(request: HttpRequest, visit: Visit, do: str) -> None:
    """Note what is not a decision: a promise, a question, somebody else."""
    match do:
        case "promise":
            until = datetime.fromisoformat(instant(_posted(request, "until"), visit.person.zone))
            promise(ask_id=visit.ask.id, until=until, by=visit.person.id, words=_posted(request, "comment"))
        case "question":
            ask_question(ask_id=visit.ask.id, text=_posted(request, "comment"), by=visit.person.id)
        case "delegate":
            delegate(
                ask_id=visit.ask.id, to=_posted(request, "who"), by=visit.person.id, words=_posted(request, "comment")
            )
        case "propose":
            process = Case.objects.values_list("process_id", flat=True).get(id=visit.ask.case_id)
            propose(process=process, step=visit.ask.step, sentence=_posted(request, "comment"), by=visit.person.id)
        case other:
            raise NotPossible(f'Expected a button of this page, but got "{other}". Go back and press one.')


@dataclass(frozen=True, slots=True)
class Second:
    """What the second move asks."""

    question: str
    button: str
    wants: str = ""
    comment_label: str = ""
    comment_required: bool = False


SECOND: dict[str, Second] = {
    "approved": Second("Approve it?", "Approve", "text", "A word to whoever asked (if you like)"),
    "rejected": Second("Reject it?", "Reject", "text", "Why?", comment_required=True),
    "changes wanted": Second(
        "Approve with which changes?", "Send", "changes", "What must change?", comment_required=True
    ),
    "done": Second("Is it done?", "Yes, it is done"),
    "promise": Second("By when will you answer?", "Promise it", "date"),
    "question": Second("What do you need to know?", "Ask", "text", "Your question", comment_required=True),
    "propose": Second("What should change in this step?", "Propose it", "text", "In a sentence", comment_required=True),
    "delegate": Second("Who should answer instead?", "Propose them", "who"),
}


def _second_move(request: HttpRequest, visit: Visit, do: str, *, code: bool = False, problem: str = "") -> HttpResponse:
    """Ask for the second move; nothing is decided yet."""
    second = SECOND.get(do)
    if second is None:
        raise NotPossible(f'Expected a button of this page, but got "{do}". Go back and press one.')
    view = visit.asked
    return show(
        request,
        "web/ask_confirm.html",
        status=422 if problem else 200,
        view=view,
        do=do,
        outcome=do,
        question=second.question,
        button=second.button,
        wants=second.wants,
        comment_label=second.comment_label,
        comment_required=second.comment_required,
        comment=_posted(request, "comment"),
        carried=carried(request, view.kinds),
        was=_as_seen(view),
        ask_code=code,
        code_to=visit.person.email,
        ask_who=visit.proof == "link" and do in DECIDES,
        problem=problem,
        back=visit.base,
        zone=visit.person.zone,
    )


# -- Settled, expired --------------------------------------------------------------------------------


def _settled(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show what was recorded; whoever answered may take it back."""
    ask = visit.ask
    own = ask.answered_by == visit.person.id
    if request.method == "POST" and request.POST.get("do") == "withdraw" and own:
        try:
            reason = _posted(request, "reason")
            withdraw_answer(
                case_id=ask.case_id,
                step=ask.step,
                by=visit.person.id,
                reason=reason,
                instance=instance_of(ask.instance),
            )
        except Refused as refused:
            return _say(request, 409, "It cannot be taken back here", str(refused))
        return redirect(visit.base)
    return show(
        request,
        "web/ask_settled.html",
        heading=f"Thank you, {visit.person.name.split()[0]}" if own else "This is settled",
        ask=ask,
        own=own,
        others=open_elsewhere(visit.person.id, but=ask),
        may_open=visit.proof == "login",
        answered_by=directory.name_of(ask.answered_by) if ask.answered_by else "",
        may_undo=own and ask.state == "answered",
        zone=visit.person.zone,
    )


def _expired(request: HttpRequest, visit: Visit, link: OpenedLink) -> HttpResponse:
    """Offer a fresh link to the registered address."""
    if visit.ask.state != "open":
        return _settled(request, visit)
    if request.method == "POST" and request.POST.get("do") == "fresh":
        mail_a_fresh_one(link)
        return _say(request, 200, "A fresh link is on its way", f"We mail it to {visit.person.email}.")
    why = f"“{visit.ask.name}” is still open. We can send a fresh link to {visit.person.email}."
    return show(request, "web/ask_settled.html", status=410, heading="This link has expired", why=why, fresh=True)


def _say(request: HttpRequest, status: int, heading: str, why: str) -> HttpResponse:
    return show(request, "web/ask_settled.html", status=status, heading=heading, why=why)


# -- Files -------------------------------------------------------------------------------------------


def _file(ask: Ask, sha256: str) -> HttpResponse:
    """Give a file that was put to the addressee, and no other."""
    known = next((one for one in asked(ask, None, base="", at=business_now()).files if one.sha256 == sha256), None)
    if known is None:
        raise Http404
    return file_response(known, store.content_of(known))


def _posted(request: HttpRequest, name: str) -> str:
    return str(request.POST.get(name, "")).strip()
