"""Yes or no to "may Lea answer such things for you?": a vocabulary of its own, and nothing beside it."""

from __future__ import annotations

import re

from doorstep.understanding.sentences import sentences
from doorstep.understanding.strip import strip
from doorstep.understanding.vocabulary import plain, vocabularies


def permission_in(text: str, *, author: str = "") -> bool | None:
    """Return whether a reply permits what was asked; None when it says anything but a plain yes or no.

    ``text`` is the whole reply, quotes and signature included.  A right is standing, so one word more makes it unclear.
    """
    stripped = strip(text, author=author)
    said = sentences(stripped.words)
    if stripped.inline or len(said) != 1:
        return None
    words = " ".join(re.sub(r"[.,!;:–—-]+", " ", plain(said[0])).split())
    for each in vocabularies():
        if words in each.permission:
            return each.permission[words]
    return None
