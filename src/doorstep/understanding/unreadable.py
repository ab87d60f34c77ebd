"""Mail that cannot be read: which kind, and the sentence its writer should get."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message as Parsed

from doorstep.understanding.bodies import Bodies

ANSWER_PLAINLY = "Please answer with an ordinary mail, for example just: approved."


@dataclass(frozen=True, slots=True)
class Unreadable:
    """``code`` is encrypted, protected, tnef, empty, malformed or too large; ``why`` is for the writer."""

    code: str
    why: str


TOO_LARGE = Unreadable(
    "too large", "Your mail is larger than we can take (25 MiB of files). Please send it without the largest file."
)
MALFORMED = Unreadable("malformed", f"Your mail arrived damaged and could not be read. {ANSWER_PLAINLY}")
EMPTY = Unreadable("empty", f"Your mail arrived without any words. {ANSWER_PLAINLY}")
ENCRYPTED = Unreadable("encrypted", f"I cannot read encrypted or sealed (S/MIME, PGP) mail. {ANSWER_PLAINLY}")
PROTECTED = Unreadable("protected", f"I cannot read protected mail. {ANSWER_PLAINLY}")
TNEF = Unreadable("tnef", f"Your mail arrived as winmail.dat, which I cannot read. {ANSWER_PLAINLY}")

PROTECTED_FILE = re.compile(r"(?i)^message(?:_v\d)?\.rpmsg$|^securedoc.*\.html?$|^securemessage.*\.html?$")


def unreadable_of(message: Parsed, bodies: Bodies) -> Unreadable | None:
    """Return why the mail cannot be read, or None."""
    types = {part.get_content_type() for part in message.walk()}
    names = [file.name.lower() for file in bodies.files]
    if "application/x-microsoft-rpmsg-message" in types or any(PROTECTED_FILE.match(name) for name in names):
        return PROTECTED
    if types & {"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"}:
        return ENCRYPTED
    if bodies.text.lstrip().startswith("-----BEGIN PGP MESSAGE-----"):
        return ENCRYPTED
    if bodies.text.strip():
        return None
    if "application/ms-tnef" in types or "winmail.dat" in names:
        return TNEF
    if not bodies.files:
        return MALFORMED if message.defects else EMPTY
    return None
