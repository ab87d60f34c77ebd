"""Encryption of what is private: a key per person and case, derived from a row that can be deleted.

The key is HMAC-SHA256 of the row's salt under the installation's secret.  Without the salt nobody can
make it again, so deleting the row erases what was sealed with it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class Erased(Exception):
    """The key to this was deleted; what it held is gone for good."""


def new_salt() -> bytes:
    """Return what a new key is derived from."""
    return os.urandom(16)


def seal(salt: bytes, content: bytes) -> bytes:
    """Encrypt under the key that belongs to a salt."""
    return _cipher(salt).encrypt(content)


def unseal(salt: bytes | None, sealed: bytes) -> bytes:
    """Decrypt what `seal` made.  Raises Erased without a salt, ValueError for anything else that does not open."""
    if salt is None:
        raise Erased("The key to this was deleted, so what it held can no longer be read.")
    try:
        return _cipher(salt).decrypt(sealed)
    except InvalidToken as error:
        raise ValueError("Expected something sealed with this installation's keys, but it does not open.") from error


def seal_json(salt: bytes, content: Mapping[str, object]) -> bytes:
    """Encrypt a JSON object."""
    return seal(salt, json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode())


def unseal_json(salt: bytes | None, sealed: bytes) -> dict[str, object]:
    """Decrypt what `seal_json` made; an empty object for what was never sealed."""
    content: dict[str, object] = json.loads(unseal(salt, bytes(sealed))) if sealed else {}
    return content


@lru_cache(maxsize=4096)
def _cipher(salt: bytes) -> MultiFernet:
    """Return the cipher of a salt: the newest secret encrypts, older ones still decrypt."""
    return MultiFernet([Fernet(_key(secret, salt)) for secret in settings.FERNET_KEYS])


def _key(secret: str, salt: bytes) -> bytes:
    return urlsafe_b64encode(hmac.digest(secret.encode(), salt, hashlib.sha256))
