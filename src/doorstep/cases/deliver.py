"""Deliver: put one letter in front of somebody, and record that the next server took it."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction

from doorstep.cases import asking, directory, mirror, others, outbox, resting, seals, telling, tokens
from doorstep.cases.advance import Handoff
from doorstep.cases.channels import MAIL, PAGE, Target, target_of, ways
from doorstep.cases.clock import business_now, real_now
from doorstep.cases.covering import Copy
from doorstep.cases.gathered import Opened, open_case
from doorstep.cases.letter import About, Envelope, letter_of
from doorstep.cases.loaded import load_case
from doorstep.cases.models import Ask, Case, Delivery, JournalKey
from doorstep.cases.models.journal import NOBODY
from doorstep.cases.records import record_at
from doorstep.connections.models import Connection
from doorstep.connections.pause import pause
from doorstep.connections.queries import integration_of
from doorstep.connections.routes import route_for
from doorstep.connections.sessions import session
from doorstep.identifiers import uuid7
from doorstep.kernel.commands import Tell
from doorstep.people.models import ExternalAccount
from doorstep.people.resolve import Found
from doorstep.plugin_api import Channel, ConnectionPaused, Delivered, DeliveryFailed, Letter, Session

_log = logging.getLogger(__name__)
ASKS = frozenset({"ask", "reminder", "change", "clarify", "receipt"})


def deliver(delivery: Delivery) -> None:
    """Deliver one claimed row: hand it over, put it off, or give it up and take the next channel."""
    connection = Connection.objects.filter(name=delivery.connection).first()
    if connection is None:
        _give_up(delivery, f"The connection {delivery.connection} is gone.")
        return
    channel = integration_of(connection).channel
    if channel is None:
        _give_up(delivery, f"{delivery.connection} does not reach people.")
        return
    try:
        with session(connection) as opened:
            _hand_over(delivery, connection, channel(), opened)
    except DeliveryFailed as error:
        if error.permanent:
            _give_up(delivery, str(error))
        else:
            outbox.put_off(delivery, why=str(error), after=error.retry_after)
    except ConnectionPaused as error:
        paused(connection, str(error))
        outbox.put_off(delivery, why=str(error), after=None)


def _hand_over(delivery: Delivery, connection: Connection, channel: Channel, opened: Session) -> None:
    if writer := others.writer_of(delivery):
        _hand_over_other(delivery, writer, connection, channel=channel, opened=opened)
        return
    about = about_of(delivery)
    if about.case.state is None:
        _give_up(delivery, "What this run knew was erased, so there is nothing left to write.")
        return
    if delivery.purpose == "withdrawn":
        _withdraw(about, connection, channel, opened)
        return
    if about.ask is not None and about.ask.state != "open" and delivery.purpose in ("ask", "reminder", "change"):
        _record(about, None, None)
        return
    letter = letter_of(about, envelope(about, connection))
    _record(about, letter, channel.deliver(opened, letter))


def _hand_over_other(
    delivery: Delivery, writer: others.Writer, connection: Connection, *, channel: Channel, opened: Session
) -> None:
    """Hand over a letter of a floor above."""
    token = tokens.give("reply", tokens.Bound(delivery.case_id, None, delivery.id, delivery.person))
    reached = directory.person(delivery.person) if delivery.person else None
    to = delivery.address or (reached.email if reached else "")
    letter = writer.letter(delivery, others.Envelope(to, reply_address(connection, token), token))
    if letter is None:
        writer.sent(delivery, None, None)
        return
    delivered = channel.deliver(opened, letter)
    writer.sent(delivery, letter, delivered)
    _recognise(delivery, delivered)


def about_of(delivery: Delivery) -> About:
    """Return what a delivery is about, with the case as it is now."""
    case = opened_case(Case.objects.get(id=delivery.case_id))
    ask = Ask.objects.filter(id=delivery.ask_id).first() if delivery.ask_id else None
    brief = seals.unseal_json(case.salt, bytes(delivery.brief)) if case.salt else {}
    copy = Copy.from_json(seals.unseal_json(case.salt, bytes(ask.sealed)) if ask and case.salt else {})
    step = case.step(ask.step if ask else str(brief.get("step") or ""))
    person = directory.person(delivery.person) if delivery.person else None
    return About(case, delivery, ask, brief, copy, step, person, business_now())


# -- The envelope --------------------------------------------------------------------------------------


def envelope(about: About, connection: Connection) -> Envelope:
    """Return where a letter goes, with fresh tokens for its answer."""
    delivery = about.delivery
    bound = tokens.Bound(delivery.case_id, delivery.ask_id, delivery.id, delivery.person)
    linked = delivery.purpose in ASKS and delivery.ask_id and _reachable()
    given = tokens.give_all([*["reply"] * (delivery.channel == MAIL), *["link"] * bool(linked)], bound)
    reply, link = given.get("reply", ""), given.get("link", "")
    return Envelope(
        to=address_of(about, connection),
        reply_to=reply_address(connection, reply) if reply else "",
        page_url=link_url(link) if link else "",
        reference=reply,
        record=_record_key(about),
        route=_route(about, connection),
        earlier=tuple(_earlier(delivery)),
    )


def link_url(token: str) -> str:
    """Return the address of the answer page behind a token."""
    return f"{settings.DOORSTEP.text('base_url').rstrip('/')}/a/{token}"


def reply_address(connection: Connection, token: str) -> str:
    """Return the signed reply address: by the connection's pattern, else a tag on its own address."""
    name, at, domain = str(connection.config.get("address") or "").partition("@")
    pattern = str(connection.config.get("reply_address") or f"{name}+{{token}}{at}{domain}")
    return pattern.replace("{token}", token) if "{token}" in pattern and "@" in pattern else ""


def _reachable() -> bool:
    return bool(settings.DOORSTEP.flag("reachable"))


def address_of(about: About, connection: Connection) -> str:
    """Return the channel's address of whoever gets the letter: mail address or account; empty for a queue."""
    person = about.person
    if about.delivery.address or person is None:
        return about.delivery.address
    if about.delivery.channel == MAIL:
        return person.email
    system = integration_of(connection).system
    account = ExternalAccount.objects.filter(person=person.id, system__iexact=system).first()
    return account.external_id if account else person.email


def _record_key(about: About) -> str:
    """Return the record a step is done in, or whose status line this is."""
    if about.delivery.purpose == "status":
        return str(about.brief["record"])
    where = about.step.card.where if about.step and about.step.card else None
    facts = about.case.state.facts if about.case.state else {}
    if where is None or not where.record:
        return ""
    record = record_at(about.case.page.page, facts, where.record.strip("{} "))
    return record.key if record else ""


def _route(about: About, connection: Connection) -> Mapping[str, str]:
    where = about.step.card.where if about.step and about.step.card else None
    who = about.ask.who.partition(" (")[0] if about.ask else ""
    found = route_for(connection.id, role=who, process=about.case.page.process_key)
    return found | ({"project": where.new_in} if where and where.new_in else {})


def _earlier(delivery: Delivery) -> list[str]:
    """Return what was sent in the thread before, oldest first.  Index: delivery_once."""
    rows = Delivery.objects.filter(case_id=delivery.case_id, about=delivery.about, addressee=delivery.addressee)
    sent = rows.filter(channel=delivery.channel, state="handed over").exclude(external_id="")
    return list(sent.order_by("position", "id").values_list("external_id", flat=True))


# -- Recording -----------------------------------------------------------------------------------------


def _record(about: About, letter: Letter | None, delivered: Delivered | None) -> None:
    """Record that it was handed over, in the journal, too; without a letter that nothing needed to go."""
    delivery = about.delivery
    with transaction.atomic():
        handoff = Handoff(load_case(delivery.case_id), at=business_now(), real=real_now())
        if letter is None or delivered is None:
            handoff.writes.add("undelivered", {"id": delivery.id, "state": "withdrawn", "error": ""})
            handoff.writes.write()
            return
        said = _without_files(letter)
        if delivery.purpose != "status":  # the mirror says nothing that is not in the journal
            place = {"delivery": str(delivery.id), "purpose": delivery.purpose, "channel": delivery.channel}
            handoff.note("HandedOver", {**place, "to": letter.to, "external id": delivered.external_id}, by=None)
            mirror.soon(handoff)
        row = {"id": delivery.id, "handed_at": handoff.at, "external_id": delivered.external_id, "link": delivered.link}
        sealed = seals.seal_json(handoff.case.salt, said)
        handoff.writes.add("handed", {**row, "sealed": sealed, "address": letter.to})
        if delivery.ask_id and delivery.purpose == "ask" and delivery.channel != MAIL and delivered.external_id:
            _watch(handoff, about, delivered)
        handoff.write()
        _recognise(delivery, delivered)


def _watch(handoff: Handoff, about: About, delivered: Delivered) -> None:
    """Watch the record an ask was put into: its end may be the answer."""
    assert about.ask is not None, "only an ask is answered by a record"
    connection = Connection.objects.get(name=about.delivery.connection)
    record = delivered.external_id.partition("#")[0]
    place = {"case_id": about.ask.case_id, "step": about.ask.step, "instance": about.ask.instance}
    names = {"fact": f"={record}", "system": integration_of(connection).system, "record": record}
    handoff.writes.add("watch", {"id": uuid7(), **place, **names})


def _recognise(delivery: Delivery, delivered: Delivered) -> None:
    """Remember the message's own id, so that an answer to it is matched, and watch the record it made."""
    if not delivered.external_id:
        return
    bound = tokens.Bound(delivery.case_id, delivery.ask_id, delivery.id, delivery.person)
    kind = "message" if delivery.channel == MAIL else "external"
    text = delivered.external_id if delivery.channel == MAIL else f"{delivery.channel}:{delivered.external_id}"
    tokens.remember(kind, text, bound)


def _without_files(letter: Letter) -> dict[str, Any]:
    """Return the letter as it went, files by name only: their content is in the store."""
    plain = dataclasses.asdict(dataclasses.replace(letter, attachments=()))
    plain["covered"] = [[one.label, one.value] for one in letter.covered]
    plain["shown"] = [[one.label, one.value] for one in letter.shown]
    plain["files"] = [one.name for one in letter.attachments]
    return plain | {"reply_to": "", "page_url": "", "reference": ""}  # tokens are kept nowhere


def _withdraw(about: About, connection: Connection, channel: Channel, opened: Session) -> None:
    """Take a delivered letter back as far as the system can."""
    earlier = _earlier(about.delivery)
    if not earlier:
        _record(about, None, None)
        return
    letter = letter_of(about, envelope(about, connection))
    channel.withdraw(opened, letter, earlier[0])
    _record(about, letter, Delivered("", business_now()))


# -- Failing -------------------------------------------------------------------------------------------


def undelivered(delivery: Delivery, why: str) -> None:
    """Take in that a message which was handed over came back: as if it had been refused at once."""
    with transaction.atomic():
        Delivery.objects.filter(id=delivery.id, state="handed over").update(state="queued", lease_until=None)
        _give_up(delivery, why)


def _give_up(delivery: Delivery, why: str) -> None:
    """Give a delivery up for good: the next channel is taken, and the starter told."""
    _log.warning("A delivery by %s was given up: %s", delivery.channel, why)
    if writer := others.writer_of(delivery):
        writer.failed(delivery, why)
        return
    with transaction.atomic():
        case = load_case(delivery.case_id)
        handoff = Handoff(case, at=business_now(), real=real_now())
        content = {"delivery": str(delivery.id), "channel": delivery.channel, "why": why}
        handoff.note("DeliveryFailed", content, by=None)
        handoff.writes.add("undelivered", {"id": delivery.id, "state": "failed", "error": why})
        if delivery.purpose in ("ask", "reminder", "change") and delivery.ask_id:
            _next_channel(handoff, delivery, why)
        handoff.write()


def _next_channel(handoff: Handoff, delivery: Delivery, why: str) -> None:
    """Ask the same by the next channel, and tell whoever started it."""
    ask = Ask.objects.filter(id=delivery.ask_id, state="open").first() if delivery.ask_id else None
    if ask is None:
        return
    if target := _next_target(delivery):
        row = {"id": ask.id}
        handoff.writes.add("delivery", asking.delivery(handoff, row, target, purpose="ask"))
    found = asking.whom_of_case(handoff, telling.STARTER)
    if isinstance(found, Found):
        command = Tell(step=ask.step, round=ask.round, purpose="undelivered")
        brief = {"about": "undelivered", "step": ask.step, "why": why}
        for person in found.persons:
            telling.queue(handoff, command, target_of(person), brief=brief)


def _next_target(delivery: Delivery) -> Target | None:
    """Return the next channel for a person: mail, then their page; nothing when these were tried."""
    if delivery.person is None or delivery.channel == PAGE:
        return None
    if delivery.channel != MAIL and (way := ways().get(MAIL)):
        return Target(delivery.addressee, delivery.person, way.channel, way.connection)
    return Target(delivery.addressee, delivery.person, PAGE)


def paused(connection: Connection, why: str) -> None:
    """Let a connection rest until its credentials are mended; its owner is told once."""
    if pause(connection=connection.id, why=why, at=real_now()):
        _log.error("%s is paused, its owner is told: %s", connection.name, why)
        resting.tell_owner(connection, why=why, at=real_now())


def opened_case(row: Case) -> Opened:
    """Return a case with its state open."""
    salt = JournalKey.objects.filter(case_id=row.id, person=NOBODY).values_list("salt", flat=True).first()
    return open_case(row, bytes(salt) if salt else None)
