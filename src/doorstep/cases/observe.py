"""Observe: something says that a record changed; it is read again before anything is believed."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from doorstep.cases import wake
from doorstep.cases.clock import real_now
from doorstep.cases.models import Action, Watch
from doorstep.cases.rows import action_row
from doorstep.plugin_api import Observation


def observe(observation: Observation) -> int:
    """Queue a fresh look for every step that watches the record; return how many there are."""
    return observe_all([observation])


def observe_all(observations: Iterable[Observation]) -> int:
    """Queue looks for many hints at once.  A hint that comes twice, or out of order, costs one more read at most."""
    records = {(one.system.lower(), one.record) for one in observations}
    rows = Watch.objects.filter(record__in=[record for _, record in records])  # index: watch_of_record
    places: dict[tuple[UUID, str, str], set[str]] = {}
    for row in rows:
        if (row.system.lower(), row.record) in records:
            places.setdefault((row.case_id, row.step, row.instance), set()).add(row.fact)
    with transaction.atomic():
        queued = [_look(place, facts) for place, facts in places.items()]
        Action.objects.bulk_create([Action(**row) for row in queued if row], ignore_conflicts=True)
        wake.after_commit()
    return len(places)


def _look(place: tuple[UUID, str, str], facts: set[str]) -> dict[str, object] | None:
    """Return a new look at what a step watches, none when one is queued already."""
    case_id, step, instance = place
    looks = Action.objects.filter(case_id=case_id, kind="look", step=step, instance=instance)
    if looks.filter(state="queued", lease_until=None).exists():
        return None
    every = set(Watch.objects.filter(case_id=case_id, step=step, instance=instance).values_list("fact", flat=True))
    last = looks.order_by("-n").values_list("n", flat=True).first() or 0
    columns = {"case_id": case_id, "step": step, "instance": instance, "round": 0, "n": last + 1, "first": False}
    return action_row(kind="look", real=real_now(), records=",".join(sorted(every | facts)), **columns)
