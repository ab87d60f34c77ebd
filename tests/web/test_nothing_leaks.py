"""One restricted process full of content: a stranger visits every address with its ids and meets no word of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from tests.cases.company import FRIDAY
from tests.web.office import Office, ask_of

from doorstep.cases import store
from doorstep.cases.models import Ask, Case
from doorstep.cases.start_case import start_case
from doorstep.library.give_right import grant
from doorstep.library.models import Bulletin, Group, Process, Right
from doorstep.library.publish import publish

pytestmark = pytest.mark.database

SECRET = """\
# Prepare the quokka

- Owner: vera@northwind.example
- Expert: eve@northwind.example
- Group: Numbat matters
- Called: Quokka of {client}

This is about the zebrafish.

| Fact | Kind | From |
|---|---|---|
| client | text | whoever starts |
| contract | file | whoever starts |

## Draw up the axolotl

- Who: Legal counsel
- Approve: {contract}
- If rejected: end

Look at the [pangolin](https://intra.northwind.example/pangolin).

## Tell the okapi

- Who: eve@northwind.example
"""
WORDS = ("quokka", "numbat", "zebrafish", "axolotl", "pangolin", "okapi", "capybara")
"""Every one of them stands in the process or in what hangs on it, and nowhere else."""

WITHOUT_SIGHT = (404, 405, 302, 400, 403, 409, 410, 422)
MAY_NOT_BE_TRIED = ("account_logout", "demo_be", "demo_clock")


@dataclass
class Secret:
    """The restricted process and the ids of all that hangs on it."""

    process: Process
    case: Case
    asks: list[Ask]
    contract: str
    ids: list[UUID] = field(default_factory=list)

    def values(self, kind: str, name: str) -> list[object]:
        """Return what to try for a part of an address."""
        match kind:
            case "UUIDConverter":
                return [*self.ids]
            case "IntConverter":
                return [1]
            case "SlugConverter":
                return [self.process.key]
            case _:
                return [self.contract] if name == "sha256" else [self.process.key, str(self.asks[0].id)]


@pytest.fixture
def secret(office: Office) -> Secret:
    """Publish it, run it, hang on it what can hang on a process."""
    done = publish(text=SECRET, by=None, at=FRIDAY - timedelta(days=3), why="Because of the capybara.")
    publish(text=f"{SECRET}\nMore okapi.\n", by=None, at=FRIDAY - timedelta(days=2))
    Process.objects.filter(id=done.process_id).update(restricted=True)
    row = Process.objects.get(id=done.process_id)
    contract = store.keep("capybara.pdf", b"%PDF-1.4 capybara", "application/pdf")
    facts = {"client": "Capybara Ltd", "contract": contract}
    version = row.versions.get(number=2).id
    zone = "America/New_York"
    case = Case.objects.get(
        id=start_case(version_id=version, facts=facts, by=office.vera, at=FRIDAY, zone=zone).case_id
    )
    Bulletin.objects.create(process=row, text="Mind the capybara.", since=FRIDAY, ends_at=FRIDAY + timedelta(days=9))
    grant(right=Right.SEE, to=office.people["ana"], on=row, by=None, at=FRIDAY)
    made = Secret(row, case, list(Ask.objects.filter(case_id=case.id)), contract.sha256)
    made.ids = list(hanging(row, made))
    return made


def hanging(row: Process, made: Secret) -> Iterator[UUID]:
    """Yield the ids of a process and of every row that points at it, of whatever table."""
    yield from (row.id, made.case.id, *(ask.id for ask in made.asks))
    group = Group.objects.get(name="Numbat matters")
    yield group.id
    for relation in Process._meta.related_objects:
        rows = relation.related_model._default_manager.filter(**{relation.field.name: row})
        yield from (one for one in rows.values_list("pk", flat=True) if isinstance(one, UUID))


def addresses(resolver: URLResolver, secret: Secret, before: str = "") -> Iterator[tuple[str, str]]:
    """Yield every address Doorstep answers, filled in with what belongs to the process; and its name."""
    for pattern in resolver.url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            if "account" not in route:
                yield from addresses(pattern, secret, route)
        elif isinstance(pattern, URLPattern) and pattern.name not in MAY_NOT_BE_TRIED:
            yield from filled(route, pattern, secret)


def filled(route: str, pattern: URLPattern, secret: Secret) -> Iterator[tuple[str, str]]:
    parts = getattr(pattern.pattern, "converters", {})
    known = [secret.values(type(one).__name__, name) for name, one in parts.items()]
    for values in product(*known):
        path = route
        for (name, _), value in zip(parts.items(), values, strict=True):
            start = path.index("<")
            end = path.index(">", start)
            assert name in path[start:end], f"{name} stands in {path}"
            path = f"{path[:start]}{value}{path[end + 1 :]}"
        yield f"/{path}", str(pattern.name)


def words_of(answer: object, path: str) -> list[str]:
    """Return the words of the process that an answer holds, those of the address itself aside."""
    text = bytes(getattr(answer, "content", b"")).decode(errors="replace").casefold()
    text = text.replace(path.casefold(), "")
    return [word for word in WORDS if word in text]


def aims(path: str, secret: Secret) -> bool:
    """Say whether an address names something of the process."""
    return any(str(one) in path for one in (*secret.ids, secret.process.key, secret.contract))


def leaks(client: Client, secret: Secret) -> Iterator[str]:
    """Yield what a stranger finds."""
    for path, name in addresses(get_resolver(), secret):
        got = client.get(path)
        if aims(path, secret) and got.status_code not in WITHOUT_SIGHT:
            yield f"GET {path} ({name}) answers {got.status_code}"
        yield from (f"GET {path} says {word}" for word in words_of(got, path))
        sent = client.post(path, {"do": "publish", "reason": "x", "text": "x"})
        yield from (f"POST {path} says {word}" for word in words_of(sent, path))
    for query in ("/library/?q=zebrafish", "/library/?q=quokka", "/library/?q=", "/?q=okapi"):
        shown = client.get(query)
        said = shown.content.decode().casefold().replace(query.rpartition("=")[2] or "\0", "")
        yield from (f"GET {query} says {word}" for word in WORDS if word in said)


def test_a_stranger_meets_no_word_of_it(office: Office, secret: Secret) -> None:
    assert list(leaks(office.client("bob"), secret)) == []
    secret.process.refresh_from_db()
    secret.case.refresh_from_db()
    assert (secret.process.restricted, secret.case.status, secret.process.versions.count()) == (True, "open", 2)


def test_those_it_concerns_meet_it(office: Office, secret: Secret) -> None:
    """The test above would pass on screens that show nothing to anybody."""
    for who in ("vera", "eve", "mira", "ana"):
        html = office.client(who).get(f"/library/{secret.process.key}/").content.decode().casefold()
        assert [word for word in ("quokka", "zebrafish", "axolotl", "okapi") if word not in html] == []
    assert "quokka" in office.client("mira").get("/library/?q=quokka").content.decode().casefold()


def test_a_page_of_the_same_title_tells_nothing(office: Office, secret: Secret) -> None:
    bob = office.client("bob")
    text = "# Prepare the quokka\n\n- Owner: bob@northwind.example\n\n## Draw it\n\n- Who: bob@northwind.example\n"
    shown = bob.post("/library/publish/", {"text": text, "do": "check"}).content.decode()
    assert ("The same step?" in shown, "axolotl" in shown.casefold()) == (False, False)
    done = bob.post("/library/publish/", {"text": text, "do": "publish"}, follow=True).content.decode()
    assert ("axolotl" in done.casefold(), "version 1" in done) == (False, True)
    assert secret.process.versions.count() == 2


def test_who_was_asked_in_a_run_sees_the_run_and_no_more(office: Office, secret: Secret) -> None:
    """Jon assists Mira, so he answers for her; the page itself is not his to meet."""
    ask = ask_of(secret.case, "Draw up the axolotl")
    jon = office.client("jon")
    assert jon.get(f"/ask/{ask.id}").status_code == 200
    assert jon.get(f"/library/{secret.process.key}/").status_code == 404
    assert jon.get("/library/?q=quokka").content.decode().casefold().count("quokka</b>") == 0
