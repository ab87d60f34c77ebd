"""E-mail: letters by SMTP, replies by IMAP or an own listener, and how sure we are who wrote them."""

from doorstep.integrations.email.calibrate import Calibration, calibrate
from doorstep.integrations.email.channel import EmailChannel
from doorstep.integrations.email.imap import follow, replies
from doorstep.integrations.email.listener import Listener, Listening
from doorstep.integrations.email.settings import Trust, settings, trust
from doorstep.plugin_api.registry import EXPIRES, Asked, Integration

INTEGRATION = Integration(
    kind="email",
    system="e-mail",
    channel=EmailChannel,
    asks=(
        Asked("address", "Address we write from", "doorstep@your-company.example", required=True),
        Asked("name", "Name we write under", "Empty for the organisation's", seldom=True),
        Asked(
            "reply_address",
            "Address of replies",
            "doorstep+{token}@your-company.example, the usual one when empty",
            seldom=True,
        ),
        Asked(
            "chase", "Address that starts runs", "chase@your-company.example, an alias of the mailbox; empty for none"
        ),
        Asked("envelope", "Address bounces go to", "Empty for the reply address of each ask", seldom=True),
        Asked("smtp_host", "Outgoing server (SMTP)", "smtp.your-company.example", required=True),
        Asked("smtp_port", "Its port", "Empty for the usual one", seldom=True),
        Asked("smtp_security", "Its security", "starttls (usual), tls, or plain"),
        Asked("imap_host", "Incoming server (IMAP)", "Empty when mail comes in over our own listener"),
        Asked("imap_port", "Its port", "Empty for the usual one", seldom=True),
        Asked("imap_security", "Its security", "tls, starttls (usual), or plain"),
        Asked("imap_folder", "Folder to read", "INBOX", seldom=True),
        Asked(
            "listen_port",
            "Own listener's port",
            "Where mail servers of yours hand mail in by SMTP; empty for none",
            seldom=True,
        ),
        Asked("listen_host", "Own listener's address", "127.0.0.1 unless said otherwise", seldom=True),
        Asked("user", "User name", "Empty for sending without signing in"),
        Asked("password", "Password", "Empty with OAuth", secret=True),
        Asked(
            "token_url",
            "OAuth token address",
            "https://login.microsoftonline.com/<tenant>/oauth2/v2.0/token",
            seldom=True,
        ),
        Asked("client_id", "OAuth client id", seldom=True),
        Asked("client_secret", "OAuth client secret", secret=True, seldom=True),
        Asked(
            "refresh_token", "OAuth refresh token", "Empty for an app that signs in by itself", secret=True, seldom=True
        ),
        Asked("scope", "OAuth scope", "https://outlook.office365.com/.default", seldom=True),
        Asked("authserv_ids", "Servers whose checks are believed", "doorstep doctor mail finds them", seldom=True),
        Asked("hops", "Received lines above their stamp, at most", "doorstep doctor mail finds it", seldom=True),
        Asked("tenant", "Own Microsoft 365 tenant", "Its id; doorstep doctor mail finds it", seldom=True),
        Asked(
            "trusted_relays",
            "Relays whose stamps are believed",
            "Addresses or networks, with commas between",
            seldom=True,
        ),
        EXPIRES,
    ),
)

__all__ = [
    "INTEGRATION",
    "Calibration",
    "EmailChannel",
    "Listener",
    "Listening",
    "Trust",
    "calibrate",
    "follow",
    "replies",
    "settings",
    "trust",
]
