from __future__ import annotations

import stat
from pathlib import Path

from cryptography.fernet import Fernet

from doorstep.project.keys import _make, keys_from


def test_keys_are_made_once_and_for_the_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "data" / "keys.json"
    made = keys_from(file)
    assert keys_from(file) == made
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert Fernet(made.fernet[0]).decrypt(Fernet(made.fernet[0]).encrypt(b"x")) == b"x"
    assert list(file.parent.iterdir()) == [file]


def test_whoever_starts_first_makes_them_for_all(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    made = keys_from(file)
    _make(file)  # a process that saw no file yet when the first one did neither
    assert keys_from(file) == made
    assert list(tmp_path.iterdir()) == [file]
