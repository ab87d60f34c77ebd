"""Lines that somebody mails to chase@, and what they reply to the letters about them."""

from __future__ import annotations

from email.message import EmailMessage

from tests.cases.post import came, incoming, mail, work

from doorstep.plugin_api import Letter

LINES = "Sam confirms the deployment of DEP-412\nMira approves contract.pdf\nPriya gives the go-live date, all by 18:00"
SHOWN = "shown: to be started by reply"


def written(
    text: str, *, sender: str = "ana@northwind.example", to: str = "chase@northwind.example", **more: str
) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"] = sender, to
    message["Subject"] = more.pop("subject", "Halden launch")
    message["Message-ID"] = more.pop("message_id", f"<{abs(hash(text + sender))}@northwind.example>")
    for name, value in more.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def with_contract(message: EmailMessage, name: str = "contract.pdf") -> EmailMessage:
    message.add_attachment(b"%PDF-1.4 one", maintype="application", subtype="pdf", filename=name)
    return message


def sent(message: EmailMessage, *, proof: str = "mail") -> str:
    became = came(incoming(message, proof=proof))
    work()
    return became


def answered(letter: Letter, text: str, **more: str) -> str:
    became = came(mail(letter, text, **more))
    work()
    return became
