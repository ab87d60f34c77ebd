"""From a reply received to the next ask handed to its channel, on an idle system with a worker at work.

The worker runs its threads in this process; the channel is a real SMTP conversation with a server that only
takes mail.  A reply comes in as the mail connection hands it over.
"""

from __future__ import annotations

import json
import socket
import threading
from datetime import UTC, datetime
from email.message import EmailMessage
from time import monotonic, perf_counter, sleep
from typing import Any
from uuid import UUID

from aiosmtpd.controller import Controller
from bench import _written as written
from bench import database

REPLIES = 60
TARGETS = (50.0, 250.0)  # milliseconds, p50 and p99


class Taken:
    """An SMTP server's hand: keeps when each mail came, and its Reply-To by addressee."""

    def __init__(self) -> None:
        self.came = threading.Event()
        self.last: dict[str, str] = {}
        self.at = 0.0

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  (the server calls it so)
        self.at = perf_counter()
        from email import message_from_bytes

        message = message_from_bytes(envelope.content)
        if "Confirm" in str(message["Subject"]):
            self.last = {
                "to": envelope.rcpt_tos[0],
                "reply": str(message["Reply-To"]),
                "subject": str(message["Subject"]),
            }
            self.came.set()
        return "250 taken"


def main() -> None:
    """Print one JSON line with p50 and p99 in milliseconds."""
    database.prepared()
    from doorstep.cases.receive import receive
    from doorstep.cases.start_case import start_case
    from doorstep.cases.worker import Worker
    from doorstep.connections.models import Connection

    taken = Taken()
    port = _free_port()
    server = Controller(taken, hostname="127.0.0.1", port=port)
    server.start()
    config = {"address": "doorstep@x.example", "smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "plain"}
    Connection.objects.create(name="mail", kind="email", config=config, allow_private=True)
    version, by = written.published()
    worker = Worker()
    worker.start()
    times: list[float] = []
    while len(times) < REPLIES:
        taken.came.clear()
        start_case(version_id=UUID(version), facts={"client": "Halden"}, by=UUID(by[0]))
        for _ in range(len(written.NAMES) - 1):
            if not taken.came.wait(timeout=10):
                break
            sleep(0.3)  # idle again
            taken.came.clear()
            began = perf_counter()
            receive(_reply(taken.last))
            if taken.came.wait(timeout=10):
                times.append((taken.at - began) * 1000)
        taken.came.wait(timeout=1)
    worker.stop()
    worker.join(timeout=2)
    server.stop()
    _print(sorted(times))


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _reply(last: dict[str, str]) -> Any:
    from doorstep.plugin_api import IncomingReply

    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = last["to"], last["reply"], f"Re: {last['subject']}"
    message["Message-ID"] = f"<{monotonic()}@x.example>"
    message.set_content("done")
    return IncomingReply("e-mail", str(message["Message-ID"]), datetime.now(UTC), message.as_bytes(), {"proof": "mail"})


def _print(times: list[float]) -> None:
    p50, p99 = times[len(times) // 2], times[int(len(times) * 0.99)]
    result = {
        "name": "reply received to next ask handed to the channel, p50 (p99 as against)",
        "value": round(p50, 1),
        "unit": "ms",
        "against": round(p99, 1),
        "ratio": round(p99 / p50, 1),
        "target": list(TARGETS),
        "holds": p50 <= TARGETS[0] and p99 <= TARGETS[1],
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
