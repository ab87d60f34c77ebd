"""What an administrator's answers to `doorstep doctor mail` show, and the setting it proposes.

The administrator answers a mail of ours from the desk and from the phone.  What the organisation's mail
servers stamp on those answers is what Doorstep may believe from then on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from doorstep.integrations.email.authentication import NAMELESS, parse
from doorstep.integrations.email.proof import Head, head_of, proof_of
from doorstep.integrations.email.settings import Trust


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was seen, in sentences; what to set, by its name in the configuration; whether that is enough."""

    seen: tuple[str, ...]
    proposal: Mapping[str, str]
    proven: bool


def calibrate(answers: Sequence[bytes]) -> Calibration:
    """Propose the narrowest setting that proves every answer; none proves nothing.

    The answers must be the administrator's own, fetched by IMAP: whoever can slip one in would teach us to
    believe them.
    """
    heads = [head_of(raw) for raw in answers]
    seen = tuple(sentence for head in heads for sentence in _seen(head))
    for proposed in (_by_server(answers, heads), _by_tenant(heads)):
        if proposed and answers and all(proof_of(raw, proposed, via="imap").level == "mail" for raw in answers):
            return Calibration(
                (*seen, *(proof_of(raw, proposed, via="imap").why for raw in answers)), _setting(proposed), True
            )
    return Calibration((*seen, _advice(heads)), {}, False)


def _by_server(answers: Sequence[bytes], heads: Sequence[Head]) -> Trust | None:
    """Believe the topmost stamp of each answer, no deeper than it stands, if it proves its answer."""
    tops = [head.values("authentication-results")[:1] for head in heads]
    ids: list[str] = []
    hops = 0
    for raw, top in zip(answers, tops, strict=True):
        if not top:
            return None
        (value, depth), *_ = top
        name = parse(value).authserv_id
        if not name or proof_of(raw, Trust((name,)), via="imap").level != "mail":
            return None
        ids.append(name)
        hops = max(hops, depth)
    return Trust(tuple(dict.fromkeys(ids)), hops=hops) if ids else None


def _by_tenant(heads: Sequence[Head]) -> Trust | None:
    tenants = {value.lower() for head in heads for value, _ in head.values("x-ms-exchange-crosstenant-id")}
    return Trust(tenant=tenants.pop()) if len(tenants) == 1 else None


def _setting(trust: Trust) -> dict[str, str]:
    setting = {
        "authserv_ids": ", ".join(trust.authserv_ids),
        "hops": "" if trust.hops is None else str(trust.hops),
        "tenant": trust.tenant,
    }
    return {name: value for name, value in setting.items() if value}


def _seen(head: Head) -> list[str]:
    who = head.sender or "Somebody without one clear address"
    stamps = head.values("authentication-results")
    internal = head.values("x-ms-exchange-organization-authas") or head.values("x-ms-exchange-crosstenant-authas")
    told = [f"{who}: Exchange says AuthAs {value}." for value, _ in internal[:1]]
    for value, depth in stamps[:1]:
        results = parse(value)
        name = "Exchange Online" if results.authserv_id == NAMELESS else results.authserv_id
        found = ", ".join(f"{each.method}={each.result}" for each in results.results) or "nothing"
        told.append(f"{who}: {name} stamped {found}, below {depth} Received lines.")
    return told or [f"{who}: no mail server stamped the answer."]


def _advice(heads: Sequence[Head]) -> str:
    if not heads:
        return "No answer has come yet. Answer the mail from the desk and from the phone, then run this again."
    return (
        "What your mail servers stamp does not prove these answers. Let the incoming server check DKIM and SPF and write "
        "Authentication-Results, or let people hand their answers in over our own listener; until then mail proves as much as a link."
    )
