"""What is left to do in a new installation, for whoever administers it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists
from django.urls import reverse

from doorstep.connections.models import Connection
from doorstep.library.models import Process
from doorstep.people.models import Person
from doorstep.stewardship.approval_page import KEY


@dataclass(frozen=True, slots=True)
class FirstStep:
    """Something to do: what its link says, where it leads, and why."""

    name: str
    href: str
    why: str


def first_steps(me: Person) -> list[FirstStep]:
    """Return what an administrator has still to do before work can run, in order.  One query; none for others."""
    if not me.administrator:
        return []
    others = Exists(Person.objects.exclude(id=me.id))
    mail = Exists(Connection.objects.filter(kind="email"))
    pages = Exists(Process.objects.exclude(key=KEY))
    done = Person.objects.filter(id=me.id).annotate(others=others, mail=mail, pages=pages)
    has = done.values_list("others", "mail", "pages").get()
    steps = (
        FirstStep("Bring in the people", reverse("web:people"), "from a CSV file or a directory."),
        FirstStep("Connect mail", reverse("web:connections"), "so that they are asked and answer there."),
        FirstStep("Publish a page", reverse("web:publish"), "or write three lines below: that needs none."),
    )
    return [step for step, is_done in zip(steps, has, strict=True) if not is_done]
