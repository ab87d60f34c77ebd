from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import authenticate
from django.utils import timezone

from doorstep.people import models
from doorstep.people.errors import NotAllowed, NotUsable
from doorstep.people.invite import accept, invite, open_invitation
from doorstep.people.models import Account, Person

pytestmark = pytest.mark.database

PASSWORD = "correct horse battery"


def token_of(email: str = "ana@x.example", *, admin: bool = False) -> str:
    return invite(email=email, by=None, admin=admin).link.rpartition("/")[2]


def test_a_link_makes_an_account_that_signs_in() -> None:
    token = token_of("Ana@x.example")
    assert open_invitation(token).email == "ana@x.example"
    account = accept(token=token, password=PASSWORD)
    person = Person.objects.get()
    assert (person.account, person.administrator) == (account, False)
    assert authenticate(username="ana@x.example", password=PASSWORD) == account


def test_an_administrators_link_makes_an_administrator() -> None:
    accept(token=token_of(admin=True), password=PASSWORD)
    assert Person.objects.get().administrator


def test_an_administrator_invited_again_stays_one() -> None:
    accept(token=token_of(admin=True), password=PASSWORD)
    accept(token=token_of(), password="another long password")
    assert (Person.objects.get().administrator, Account.objects.count()) == (True, 1)
    assert authenticate(username="ana@x.example", password="another long password") is not None


def test_the_link_is_kept_nowhere() -> None:
    token = token_of()
    assert token not in str(list(models.Invitation.objects.values()))


def refused(token: str, password: str = PASSWORD) -> str:
    with pytest.raises(NotUsable) as refusal:
        accept(token=token, password=password)
    return str(refusal.value)


USED_UP = "This link was used already or has expired. Ask whoever invited you for a new one."


def test_a_link_works_once() -> None:
    token = token_of()
    accept(token=token, password=PASSWORD)
    assert refused(token) == USED_UP
    with pytest.raises(NotUsable, match="used already"):
        open_invitation(token)


def test_a_link_expires_and_a_newer_one_replaces_it() -> None:
    first = token_of()
    second = token_of()
    assert refused(first) == USED_UP
    models.Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert refused(second) == USED_UP
    assert refused("guessed") == USED_UP


def test_a_weak_password_is_refused_and_the_link_still_works() -> None:
    token = token_of()
    assert refused(token, "short") == "This password is too short. It must contain at least 10 characters."
    assert refused(token, "ana@x.example") == "The password is too similar to the email."
    accept(token=token, password=PASSWORD)


def test_who_is_on_record_is_invited_as_they_are() -> None:
    mira = Person.objects.create(name="Mira Holt", email="mira@x.example", outside=True)
    mira.aliases.create(address="legal@x.example")
    assert invite(email="legal@x.example", by=None).person.name == "Mira Holt"
    assert Person.objects.get().outside is False


def test_who_left_and_what_is_no_address_is_not_invited() -> None:
    Person.objects.create(name="Mira Holt", email="mira@x.example", left_on=timezone.now().date())
    with pytest.raises(NotUsable, match=r"Mira Holt left on .* Take the leaving date away first"):
        invite(email="mira@x.example", by=None)
    with pytest.raises(NotUsable) as refusal:
        invite(email="mira", by=None)
    assert str(refusal.value) == 'Expected an e-mail address, but got "mira".'


def test_only_administrators_invite() -> None:
    sam = Person.objects.create(name="Sam", email="sam@x.example")
    with pytest.raises(NotAllowed):
        invite(email="ana@x.example", by=sam.id)
    Person.objects.filter(id=sam.id).update(administrator=True)
    assert invite(email="ana@x.example", by=sam.id).person.name == "ana"
