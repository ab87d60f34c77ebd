from __future__ import annotations

import pytest
from cryptography.fernet import Fernet
from pytest_django import Settings

from doorstep.connections.errors import NotUsable
from doorstep.connections.secrets import opened, opened_all, sealed, sealed_all

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.fixture(autouse=True)
def keys(settings: Settings) -> None:
    settings.FERNET_KEYS = (OLD,)


def test_what_was_sealed_can_be_opened_and_not_be_read() -> None:
    assert (opened(sealed("geheim")), "geheim" in sealed("geheim")) == ("geheim", False)
    assert opened_all(sealed_all({"token": "t", "password": "p"})) == {"token": "t", "password": "p"}
    assert (sealed_all({}), opened_all("")) == ("", {})


def test_keys_rotate(settings: Settings) -> None:
    old = sealed("geheim")
    settings.FERNET_KEYS = (NEW, OLD)
    assert opened(old) == "geheim"
    new = sealed("neu")
    settings.FERNET_KEYS = (NEW,)
    assert opened(new) == "neu"
    with pytest.raises(NotUsable) as refused:
        opened(old)
    assert str(refused.value) == (
        "A secret was encrypted under a key that is no longer in the keys file. "
        "Restore the key, or enter the secret anew."
    )
