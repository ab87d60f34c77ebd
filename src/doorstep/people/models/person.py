"""A person: somebody who takes part, with or without an account."""

from __future__ import annotations

import re
from datetime import date
from typing import ClassVar, Self

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import models
from django.db.models import Q
from django.db.models.functions import Collate, Lower

from doorstep.identifiers import uuid7
from doorstep.people.models.account import Account
from doorstep.people.models.calendar import WorkingCalendar

_PARTED = models.Func(
    models.F("email"),
    models.Value("@.-_+"),
    models.Value("     "),
    function="translate",
    output_field=models.TextField(),
)
WORDS = SearchVector("name", "email", _PARTED, config="simple")
"""What a person is found by: the words of the name, the address, and the words of the address."""

DOMAIN = models.Func(
    models.F("email"), models.Value("@"), models.Value(2), function="split_part", output_field=models.TextField()
)
"""What stands after the @ of an address."""


MOST_WORDS = 12
_WORD = re.compile(r"[^\W_]+")


class PersonQuerySet(models.QuerySet["Person"]):
    """Sets of persons."""

    def here(self, day: date) -> Self:
        """Those who have not left by a day."""
        return self.filter(Q(left_on=None) | Q(left_on__gt=day))

    def addressed(self, *addresses: str) -> Self:
        """Whoever has one of some addresses, as their own or as an alias; each by its own index."""
        plain = [address.strip().lower() for address in addresses]
        aliases = Alias.objects.filter(address__in=plain).values("person_id")
        return self.filter(id__in=Person.objects.filter(email__in=plain).values("id").union(aliases))

    def called(self, name: str) -> Self:
        """Whoever has a name, upper and lower case aside.  Index: person_by_lower_name."""
        return self.alias(plain=Collate(Lower("name"), "C")).filter(plain=name.lower())

    def with_words(self, text: str) -> Self:
        """Those whose name or address has every word of a text, or one that begins so.  Index: person_words."""
        parts = " & ".join(f"{word}:*" for word in _WORD.findall(text)[:MOST_WORDS])
        if not parts:
            return self.none()
        return self.alias(found=WORDS).filter(found=SearchQuery(parts, config="simple", search_type="raw"))


class Person(models.Model):
    """Somebody who takes part.  Addresses are kept in lower case; empty columns mean the organisation's choice.

    ``outside`` people are known by address alone: they have no account and appear in no role.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=200)
    email = models.CharField(max_length=254, unique=True)
    zone = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=10, blank=True)
    channel = models.CharField(max_length=60, blank=True)
    calendar = models.ForeignKey(WorkingCalendar, models.SET_NULL, null=True, blank=True, related_name="persons")
    manager = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="reports")
    account = models.OneToOneField(Account, models.SET_NULL, null=True, blank=True, related_name="person")
    outside = models.BooleanField(default=False)
    left_on = models.DateField(null=True, blank=True)
    title = models.CharField(max_length=200, blank=True)  # of their job
    department = models.CharField(max_length=200, blank=True)
    administrator = models.BooleanField(default=False)
    auditor = models.BooleanField(default=False)

    objects: ClassVar[PersonQuerySet] = PersonQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [
            models.Index(fields=["name", "id"], name="person_by_name"),
            models.Index(Collate(Lower("name"), "C"), name="person_by_lower_name"),
            models.Index(DOMAIN, name="person_by_domain"),
            GinIndex(WORDS, name="person_words"),
            models.Index(fields=["left_on"], name="person_left", condition=Q(left_on__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name


class Alias(models.Model):
    """Another address of a person."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="aliases")
    address = models.CharField(max_length=254, unique=True)

    def __str__(self) -> str:
        return self.address
