"""The look the three sandboxes share: calm, one hue a system, plainly marked as a sandbox."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from html import escape
from importlib import resources
from urllib.parse import quote
from zoneinfo import ZoneInfo

from doorstep.demo import company
from doorstep.demo.company import Person
from doorstep.demo.serving import Answer, Request, Route, page, see

CSS = resources.files("doorstep.demo").joinpath("look.css").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Look:
    """A system's name and hue, and whom a newcomer is when they have not chosen."""

    system: str
    hue: str  # a class of look.css
    cookie: str
    first: str = ""  # key of a person; empty where an address says who one is

    def person(self, request: Request) -> Person:
        """Return whom the browser is at this system."""
        return company.BY_KEY.get(request.cookie(self.cookie), company.BY_KEY[self.first])

    def routes(self) -> tuple[Route, ...]:
        """Return the routes of the style sheet and, where one chooses, of becoming somebody else."""
        style = Route("GET", "/look.css", lambda _: Answer(200, CSS.encode(), "text/css; charset=utf-8"))
        return (style, Route("POST", "/as", self._become)) if self.first else (style,)

    def _become(self, request: Request) -> Answer:
        form = request.form()
        back = form.get("back", "/")
        cookie = f"{self.cookie}={quote(form.get('person', ''))}; Path=/; SameSite=Lax; HttpOnly"
        return see(back if back.startswith("/") and not back.startswith("//") else "/", Set_Cookie=cookie)

    def page(self, request: Request, title: str, body: str, *, status: int = 200) -> Answer:
        """Return a whole page."""
        return page(
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)} · {self.system}</title>'
            '<meta name="viewport" content="width=device-width,initial-scale=1"><link rel="stylesheet" href="/look.css">'
            f'<link rel="icon" href="data:,"></head><body class="{self.hue}">{self._top(request)}'
            f"<main>{body}</main></body></html>",
            status,
        )

    def _top(self, request: Request) -> str:
        brand = f'<header><a class="brand" href="/">{self.system}</a><span class="sandbox">sandbox</span>'
        return brand + (self._chooser(request) if self.first else "") + "</header>"

    def _chooser(self, request: Request) -> str:
        me = self.person(request)
        people = [person for person in company.PEOPLE if person.inside]
        options = "".join(
            f'<option value="{person.key}"{" selected" if person is me else ""}>{escape(person.name)}</option>'
            for person in people
        )
        return (
            f'<form method="post" action="/as"><input type="hidden" name="back" value="{escape(request.path)}">'
            f'<label for="person">You are</label><select id="person" name="person" onchange="this.form.submit()">{options}'
            "</select><noscript><button>Switch</button></noscript></form>"
        )


def when(stamp: str | datetime, now: datetime) -> str:
    """Return a time as a person at Northwind reads it: the day only when it is not today."""
    moment = stamp if isinstance(stamp, datetime) else datetime.fromisoformat(stamp)
    local, today = moment.astimezone(ZoneInfo(company.ZONE)), now.astimezone(ZoneInfo(company.ZONE))
    time = f"{local:%H:%M}"
    text = time if local.date() == today.date() else f"{local.day} {local:%b}, {time}"
    return f'<time datetime="{local.isoformat()}" title="{local:%A, %d %B %Y, %H:%M %Z}">{text}</time>'


def initials(name: str) -> str:
    """Return a round sign with somebody's initials."""
    return f'<span class="face" aria-hidden="true">{escape("".join(part[0] for part in name.split()[:2]))}</span>'
