"""Who may have an account: people who were invited."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class InvitedOnly(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up by themselves; `doorstep people invite` makes the account."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
