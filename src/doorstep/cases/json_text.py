"""JSON as it is stored and hashed: nothing between its parts, letters as they are."""

from __future__ import annotations

import json
from collections.abc import Callable
from json import encoder


def writer(plain: Callable[[object], object] | None = None, *, ascii_only: bool = False) -> Callable[[object], str]:
    """Return what writes JSON; ``plain`` gives what stands for a value JSON does not know.

    A handoff writes some fifteen documents of a few words each, and `json.dumps` spends more on making an
    encoder for each than on writing it.  So the one in C is made once, where the interpreter has it.
    """
    whole = json.JSONEncoder(default=plain, ensure_ascii=ascii_only, separators=(",", ":"), check_circular=False)
    make = getattr(encoder, "c_make_encoder", None)
    if make is None:  # pragma: no cover  (another interpreter)
        return whole.encode
    letters = encoder.encode_basestring_ascii if ascii_only else encoder.encode_basestring
    parts = make(None, whole.default, letters, None, ":", ",", False, False, True)
    return lambda value: "".join(parts(value, 0))


json_text = writer()
"""Return a value as JSON."""
