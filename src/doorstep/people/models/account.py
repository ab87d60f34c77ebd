"""An account: what signs in.  It belongs to no person or to one."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models

from doorstep.identifiers import uuid7


class Accounts(BaseUserManager["Account"]):
    """Making accounts."""

    def create_user(self, email: str, password: str | None = None, **columns: Any) -> Account:
        """Make an account; without a password it cannot sign in by one."""
        account = self.model(email=self.normalize_email(email).lower(), **columns)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def create_superuser(self, email: str, password: str | None = None, **columns: Any) -> Account:
        """Make an administrator's account."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **columns)


class Account(AbstractBaseUser, PermissionsMixin):
    """What signs in, by e-mail address."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(unique=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[Accounts] = Accounts()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.email
