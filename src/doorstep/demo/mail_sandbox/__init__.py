"""A small but faithful mail system: SMTP in, IMAP out, and a webmail for every mailbox of the example."""

from doorstep.demo.mail_sandbox.server import Server, start

__all__ = ["Server", "start"]
