"""Codes to a registered address: right once, for ten minutes, for one person and one ask."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from tests.cases.company import FRIDAY, Company
from tests.cases.post import Post, work

from doorstep.cases import codes
from doorstep.cases.answer_ask import answer_ask
from doorstep.cases.clock import real_now
from doorstep.cases.codes import send_code, use_code
from doorstep.cases.models import Ask, Delivery, Journal, Lookup
from doorstep.cases.refusals import NotPossible
from doorstep.cases.start_case import start_case

pytestmark = pytest.mark.database

FACTS = {"client": "Halden Foods", "project": "Web shop", "value": 84000, "contract": "Contract v3"}


def asked(company: Company, name: str = "Sign off the contract") -> Ask:
    case_id = start_case(version_id=company.publish(), facts=FACTS, by=company.ana, at=FRIDAY).case_id
    return Ask.objects.get(case_id=case_id, name=name)


def sent(post: Post, ask_id: UUID, person: UUID) -> str:
    """Send a code and return it as the letter says it."""
    send_code(ask_id=ask_id, person=person, at=FRIDAY)
    work()
    found = re.search(
        r"is ([A-Z2-7]{4}-[A-Z2-7]{4})\.", [one for one in post.sent if one.purpose == "code"][-1].headline
    )
    assert found is not None
    return found.group(1)


def test_the_right_code_works_once(company: Company, post: Post) -> None:
    ask = asked(company)
    code = sent(post, ask.id, company.mira)
    assert use_code(ask_id=ask.id, person=company.mira, code=code)
    assert not use_code(ask_id=ask.id, person=company.mira, code=code)


def test_it_may_be_typed_as_people_type(company: Company, post: Post) -> None:
    ask = asked(company)
    code = sent(post, ask.id, company.mira)
    assert use_code(ask_id=ask.id, person=company.mira, code=f" {code.replace('-', ' ').lower()} ")


def test_a_wrong_code_is_none_and_uses_nothing_up(company: Company, post: Post) -> None:
    ask = asked(company)
    code = sent(post, ask.id, company.mira)
    wrong = ("A" if code[0] != "A" else "B") + code[1:]
    assert not use_code(ask_id=ask.id, person=company.mira, code=wrong)
    assert not use_code(ask_id=ask.id, person=company.mira, code="")
    assert use_code(ask_id=ask.id, person=company.mira, code=code)


def test_it_holds_for_ten_minutes(company: Company, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    ask = asked(company)
    code = sent(post, ask.id, company.mira)
    sent_at = real_now()

    def at(moment: datetime) -> bool:
        monkeypatch.setattr(codes, "real_now", lambda: moment)
        return use_code(ask_id=ask.id, person=company.mira, code=code)

    assert not at(sent_at + timedelta(minutes=10, seconds=1))
    assert at(sent_at + timedelta(minutes=9))


def test_it_is_for_one_person_and_one_ask(company: Company, post: Post) -> None:
    ask = asked(company)
    other = Ask.objects.get(case_id=ask.case_id, name="Confirm the deployment")
    code = sent(post, ask.id, company.mira)
    assert not use_code(ask_id=ask.id, person=company.bob, code=code)
    assert not use_code(ask_id=other.id, person=company.mira, code=code)
    assert use_code(ask_id=ask.id, person=company.mira, code=code)


def test_it_goes_to_the_registered_address_and_is_kept_nowhere(company: Company, post: Post) -> None:
    ask = asked(company)
    code = sent(post, ask.id, company.mira)
    letter = post.last("mira", "code")
    assert (letter.headline, letter.closing) == (
        f"Your code for “Sign off the contract” is {code}.",
        "It holds for ten minutes. You asked for none? Do nothing.",
    )
    assert not any(code.encode() in bytes(row.brief) + bytes(row.sealed) for row in Delivery.objects.all())
    assert not any(code.replace("-", "").lower().encode() in bytes(row.hash) for row in Lookup.objects.all())
    assert Journal.objects.filter(case_id=ask.case_id, kind="CodeSent").count() == 1


def test_without_mail_nobody_is_sent_a_code(company: Company) -> None:
    with pytest.raises(NotPossible, match=r"Expected mail to be connected to send you a code\. Sign in instead"):
        send_code(ask_id=asked(company).id, person=company.mira, at=FRIDAY)
    assert not Lookup.objects.filter(kind="code").exists()


def test_for_what_is_settled_no_code_is_sent(company: Company, post: Post) -> None:
    ask = asked(company, "Confirm the deployment")
    answer_ask(ask_id=ask.id, outcome="done", by=company.sam, proof="link", at=FRIDAY)
    with pytest.raises(NotPossible, match="“Confirm the deployment” is no longer open"):
        send_code(ask_id=ask.id, person=company.sam, at=FRIDAY)
