"""What a version changed for whoever looks, old and new side by side; and saying that one has seen it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from doorstep.cases.clock import business_now
from doorstep.cases.refusals import NotPossible
from doorstep.library.models import Version, VersionState
from doorstep.library.seen import seen_by
from doorstep.people.errors import NotAllowed
from doorstep.people.models import Person
from doorstep.reading.text_differences import word_differences
from doorstep.stewardship.acknowledge import acknowledge, opened
from doorstep.stewardship.changed_for_me import to_acknowledge
from doorstep.stewardship.concerned import as_whom, asked_as, before
from doorstep.stewardship.difference import Changed, difference
from doorstep.stewardship.models import Acknowledgement
from doorstep.stewardship.monday_mail import set_mondays
from doorstep.web.compared import Pair
from doorstep.web.screens import show, signed_in

TAGS = {"changed": "o", "new": "d", "gone": "r"}


@dataclass(frozen=True, slots=True)
class Shown:
    """One change as the screen shows it."""

    name: str
    tag: str
    tone: str
    words: tuple[str, ...]
    pairs: tuple[Pair, ...] = ()
    says: str = ""


@signed_in
def changed(request: HttpRequest, me: Person, version_id: UUID) -> HttpResponse:
    """Show what a version changed for the reader, and note that they opened it."""
    now = business_now()
    version = _seen(me, version_id)
    asked = opened(version_id=version_id, by=me.id, at=now)
    whom = as_whom([me.id])[me.id]
    found = difference(version_id, _since(version, asked), asked_as(asked, whom) if asked else whom)
    return show(
        request,
        "web/changed.html",
        at="home",
        version=version,
        process=version.process,
        asked=asked,
        found=found,
        changes=[*_shown(found.changes)],
        in_force=version.state == VersionState.EFFECTIVE,
    )


@signed_in
@require_POST
def seen(request: HttpRequest, me: Person, version_id: UUID) -> HttpResponse:
    """Take that somebody saw what changed for them, and go on to the next that waits."""
    now = business_now()
    version = _seen(me, version_id)
    try:
        acknowledge(version_id=version_id, by=me.id, at=now)
    except (NotAllowed, NotPossible) as refused:
        back = reverse("web:changed", args=[version_id])
        return show(request, "web/refused.html", status=403, at="home", heading="Not counted", why=refused, back=back)
    left = to_acknowledge(me.id, now)
    messages.info(request, f"Recorded: you saw what changed in “{version.process.title}”.")
    return redirect(left[0].path if left else reverse("web:home"))


@signed_in
@require_POST
def mondays(request: HttpRequest, me: Person, person_id: UUID) -> HttpResponse:
    """Let Monday mails come, or not."""
    wanted = request.POST.get("do") == "want"
    try:
        set_mondays(person=person_id, wanted=wanted, by=me.id, at=business_now())
    except NotAllowed as refused:
        return show(
            request, "web/refused.html", status=403, heading="Not changed", why=refused, back=reverse("web:home")
        )
    said = "A mail comes on Mondays, if there is something to say." if wanted else "No mail comes on Mondays any more."
    messages.info(request, said)
    return redirect("web:person", person_id)


def _seen(me: Person, version_id: UUID) -> Version:
    """Return a version the reader may meet; drafts and what is hidden from them are not there."""
    states = [VersionState.EFFECTIVE, VersionState.SUPERSEDED, VersionState.OBSOLETE]
    rows = Version.objects.filter(seen_by(me.id, process="process"), id=version_id, state__in=states)
    row = rows.select_related("process", "published_by").defer("text", "faults").first()
    if row is None:
        raise Http404
    return row


def _since(version: Version, asked: Acknowledgement | None) -> UUID | None:
    if asked is not None:
        return asked.since_id
    earlier = before(version)
    return earlier.id if earlier else None


def _shown(changes: tuple[Changed, ...]) -> Iterator[Shown]:
    for one in changes:
        name = one.step or "The page as a whole"
        tag = "around your steps" if one.around else "no longer yours" if one.how == "gone" and one.now else one.how
        if one.how == "new":
            yield Shown(name, tag, TAGS["new"], one.words, says=one.now)
        elif one.before == one.now:
            yield Shown(name, tag, TAGS[one.how], one.words)
        else:
            pair = Pair("It says", *word_differences(one.before, one.now))
            yield Shown(name, tag, TAGS[one.how], tuple(_beside(one.words)), (pair,))


def _beside(words: tuple[str, ...]) -> Iterator[str]:
    """Yield what the two texts side by side do not say already."""
    return (word for word in words if not word.endswith((": changed.", ": new.", ": no longer there.")))
