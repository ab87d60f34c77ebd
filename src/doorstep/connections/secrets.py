"""Secrets at rest: encrypted under the newest of the installation's keys, readable under all of them."""

from __future__ import annotations

import json
from collections.abc import Mapping

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from doorstep.connections.errors import NotUsable


def sealed(text: str) -> str:
    """Return a text encrypted under the newest key."""
    return _keys().encrypt(text.encode()).decode()


def opened(text: str) -> str:
    """Return what was sealed.  Raises NotUsable when no key of the installation fits."""
    try:
        return _keys().decrypt(text.encode()).decode()
    except InvalidToken as reason:
        raise NotUsable(
            "A secret was encrypted under a key that is no longer in the keys file. Restore the key, or enter the secret anew."
        ) from reason


def sealed_all(values: Mapping[str, str]) -> str:
    """Return named secrets as one sealed text; empty for none."""
    return sealed(json.dumps(dict(values), sort_keys=True)) if values else ""


def opened_all(text: str) -> dict[str, str]:
    """Return named secrets from their sealed text."""
    return dict(json.loads(opened(text))) if text else {}


def _keys() -> MultiFernet:
    """Return the installation's keys, newest first."""
    return MultiFernet([Fernet(key) for key in settings.FERNET_KEYS])
