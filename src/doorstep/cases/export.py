"""A case as one evidence file: everything an auditor needs, readable without Doorstep."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from doorstep.cases import seals
from doorstep.cases.deliver import opened_case
from doorstep.cases.gathered import Opened
from doorstep.cases.models import Action, Ask, Case, Delivery, Deviation, Journal, Reply
from doorstep.cases.queries import history
from doorstep.cases.verify import entry_of, verify_case
from doorstep.kernel import values
from doorstep.kernel.state import every_node, name_of
from doorstep.library.models import Version

FORMAT = 1


def evidence(case: Case) -> dict[str, Any]:
    """Return a case as JSON: page, facts, steps, asks with what was put, replies, deliveries, the chain."""
    opened = opened_case(case)
    count, erased, findings = verify_case(case)
    version = Version.objects.get(id=case.version_id)
    return {
        "format": FORMAT,
        "run": _case(case),
        "page": {"number": version.number, "hash": version.hash, "text": version.text},
        "facts": _facts(opened),
        "steps": _steps(opened),
        "asks": [_ask(row, opened.salt) for row in Ask.objects.filter(case_id=case.id).order_by("asked_at", "id")],
        "replies": [_sealed(row, opened.salt) for row in Reply.objects.filter(case_id=case.id).order_by("at")],
        "deliveries": [_sealed(row, opened.salt) for row in Delivery.objects.filter(case_id=case.id).order_by("id")],
        "actions": [_sealed(row, opened.salt) for row in Action.objects.filter(case_id=case.id).order_by("id")],
        "deviations": [_columns(row) for row in Deviation.objects.filter(case_id=case.id).order_by("at")],
        "journal": _journal(case.id),
        "verified": {"entries": count, "erased": erased, "findings": [str(one) for one in findings]},
    }


def _case(case: Case) -> dict[str, Any]:
    row = _columns(case)
    return {name: value for name, value in row.items() if name not in ("state", "told")}


def _facts(opened: Opened) -> dict[str, object]:
    return {name: values.encode(value) for name, value in opened.state.facts.items()} if opened.state else {}


def _steps(opened: Opened) -> list[dict[str, object]]:
    if opened.state is None:
        return []
    program = opened.page.program
    return [
        {
            "step": name_of(program, key, instance),
            "status": node.status,
            "round": node.round,
            "outcome": node.outcome,
            "by": node.by,
            "at": node.at.isoformat() if node.at else None,
            "how": node.how,
            "why": node.why,
            "proof": node.proof,
        }
        for key, instance, node in every_node(program, opened.state)
    ]


def _ask(row: Ask, salt: bytes | None) -> dict[str, Any]:
    content = seals.unseal_json(salt, bytes(row.sealed)) if salt else None
    answer = seals.unseal_json(salt, bytes(row.answer)) if salt and row.answer else None
    return {**_columns(row), "put": content, "answer": answer}


def _sealed(row: Reply | Delivery | Action, salt: bytes | None) -> dict[str, Any]:
    content = seals.unseal_json(salt, bytes(row.sealed)) if salt and row.sealed else None
    return {**_columns(row), "content": content}


def _columns(row: Any) -> dict[str, Any]:
    """Return a row's columns as JSON, what is sealed left out."""
    hidden = ("sealed", "brief", "answer", "question", "state_")
    named = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}  # noqa: SLF001
    return {name: _plain(value) for name, value in named.items() if name not in hidden}


def _plain(value: object) -> object:
    match value:
        case bytes() | memoryview():
            return value.hex()
        case None | bool() | int() | float() | str():
            return value
        case _:
            return str(value)


def _journal(case_id: UUID) -> list[dict[str, object]]:
    """Return the chain with what each entry says, as far as it was not erased."""
    said = {one.seq: one for one in history(case_id)}
    found = []
    for row in Journal.objects.filter(case_id=case_id).order_by("seq"):
        entry = {name: _plain(value) for name, value in entry_of(row).row().items()}
        found.append({**entry, "content": dict(said[row.seq].content), "erased": said[row.seq].erased})
    return found
