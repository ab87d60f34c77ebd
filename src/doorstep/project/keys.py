"""The secrets made at first start: Django's key and the keys that encrypt, newest first."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet


@dataclass(frozen=True)
class Keys:
    """``django`` signs sessions; ``fernet`` encrypts secrets and the journal's private part."""

    django: str
    fernet: tuple[str, ...]


def keys_from(path: Path) -> Keys:
    """Read the keys, making them on first use, readable by the owner alone."""
    if not path.exists():
        _make(path)
    content = json.loads(path.read_text(encoding="utf-8"))
    return Keys(content["django"], tuple(content["fernet"]))


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {"django": secrets.token_urlsafe(48), "fernet": [Fernet.generate_key().decode()]}
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(content, file)
    try:
        os.link(part, path)  # fails when another process was first: its keys hold
    except FileExistsError:
        pass
    finally:
        part.unlink()
