"""How sure we are who wrote a mail: stamps of our own servers, and every way to forge them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.integrations.email import Trust, calibrate
from doorstep.integrations.email.authentication import Result, parse
from doorstep.integrations.email.proof import proof_of, without_stamps

OURS = Trust(authserv_ids=("mx.northwind.example",))
PASS = "Authentication-Results: mx.northwind.example; dkim=pass header.d=northwind.example header.s=k1; spf=pass smtp.mailfrom=mira@northwind.example"
MAIL = "From: Mira Holt <mira@northwind.example>\r\nTo: reply+a@northwind.example\r\nSubject: Re\r\n\r\nApproved.\r\n"
RECEIVED = "Received: from a by b; Fri, 6 Mar 2026 16:00:00 +0000"


def raw(*headers: str, mail: str = MAIL) -> bytes:
    return ("".join(f"{header}\r\n" for header in headers) + mail).encode()


def level(mail: bytes, trust: Trust = OURS, *, via: str = "imap", submitted_by: str = "") -> str:
    return proof_of(mail, trust, via=via, submitted_by=submitted_by).level


@pytest.mark.parametrize(
    "stamp",
    [
        PASS,
        "Authentication-Results: mx.northwind.example; dkim=pass header.d=northwind.example",
        "Authentication-Results: mx.northwind.example 1; spf=pass smtp.mailfrom=northwind.example",
        "Authentication-Results: mx.northwind.example; dkim=fail header.d=other.example; dkim=pass header.i=@northwind.example",
        'Authentication-Results: MX.Northwind.example;\r\n\tdkim=pass (2048-bit key; "pass") header.d=Northwind.Example;\r\n\tspf=none',
        "Authentication-Results: mx.northwind.example; dmarc=pass (p=reject) header.from=northwind.example; dkim=pass header.d=mail.northwind.example",
    ],
)
def test_what_the_own_server_vouches_for_is_proven_by_mail(stamp: str) -> None:
    assert level(raw(stamp)) == "mail"


@pytest.mark.parametrize(
    "stamp",
    [
        "Authentication-Results: mx.northwind.example; dkim=pass header.d=evil.example",
        "Authentication-Results: mx.northwind.example; dkim=fail header.d=northwind.example",
        "Authentication-Results: mx.northwind.example; dkim=none; spf=softfail smtp.mailfrom=northwind.example",
        "Authentication-Results: mx.northwind.example; dkim=pass header.d=mail.northwind.example",  # a subdomain alone may be anybody's
        "Authentication-Results: mx.northwind.example; dkim=pass header.d=notnorthwind.example",
        "Authentication-Results: mx.northwind.example; dkim=pass header.d=example",  # a whole top domain
        "Authentication-Results: mx.northwind.example; dmarc=fail header.from=northwind.example; spf=pass smtp.mailfrom=northwind.example",
        "Authentication-Results: mx.northwind.example; (dkim=pass header.d=northwind.example)",
        'Authentication-Results: mx.northwind.example; spf=fail reason="x; dkim=pass header.d=northwind.example"',
        "Authentication-Results: mx.northwind.example; none",
        "Authentication-Results:",
        "X-Authentication-Results: mx.northwind.example; dkim=pass header.d=northwind.example",
    ],
)
def test_a_check_that_failed_or_was_of_another_domain_proves_nothing(stamp: str) -> None:
    assert level(raw(stamp)) == "link"


def test_only_the_topmost_stamp_of_a_named_server_counts() -> None:
    foreign = "Authentication-Results: mx.evil.example; dkim=pass header.d=northwind.example"
    failed = "Authentication-Results: mx.northwind.example; dkim=fail header.d=northwind.example"
    assert level(raw(foreign)) == "link"
    assert level(raw(PASS, foreign)) == "mail"
    assert level(raw(foreign, PASS)) == "mail"  # another server's stamp is passed over
    assert level(raw(failed, RECEIVED, PASS)) == "link"  # forged below the real one
    assert level(raw(failed, PASS.replace("mx.", "mx2."))) == "link"
    assert level(raw(PASS), Trust()) == "link"


def test_a_forged_stamp_below_our_own_servers_lines_is_too_deep() -> None:
    trust = Trust(authserv_ids=("mx.northwind.example",), hops=1)
    assert level(raw(RECEIVED, PASS), trust) == "mail"
    assert level(raw(RECEIVED, RECEIVED, PASS), trust) == "link"


def test_a_stamp_inside_the_message_is_no_stamp() -> None:
    inside = "From: mira@northwind.example\r\nSubject: Re\r\n\r\n" + PASS + "\r\n\r\nApproved.\r\n"
    attached = "From: mira@northwind.example\r\nContent-Type: message/rfc822\r\n\r\n" + PASS + "\r\n" + MAIL
    assert [level(inside.encode()), level(attached.encode())] == ["link", "link"]


@pytest.mark.parametrize(
    "senders",
    [
        "From: mira@northwind.example\r\nFrom: evil@evil.example\r\n",
        "From: mira@northwind.example, evil@evil.example\r\n",
        "From: Mira\r\n",
        "Subject: no sender\r\n",
    ],
)
def test_a_mail_without_exactly_one_sender_proves_nothing(senders: str) -> None:
    assert level(raw(PASS, mail=senders + "\r\nApproved.\r\n")) == "link"


def test_a_name_that_looks_like_an_address_is_not_the_sender() -> None:
    mail = 'From: "mira@northwind.example" <evil@evil.example>\r\n\r\nApproved.\r\n'
    assert level(raw(PASS, mail=mail)) == "link"


def test_a_sender_of_another_domain_beside_from_is_not_vouched_for() -> None:
    evil = "From: evil@evil.example\r\nSender: mira@northwind.example\r\n\r\nApproved.\r\n"
    stamp = PASS.replace("northwind.example header.s", "evil.example header.s")
    assistant = "From: mira@northwind.example\r\nSender: lea@northwind.example\r\n\r\nApproved.\r\n"
    assert level(raw(stamp, mail=evil)) == "link"
    assert level(raw(PASS, mail=assistant)) == "mail"


def test_a_strangers_stamps_are_not_believed_and_a_relays_are() -> None:
    assert level(raw(PASS), via="stranger") == "link"
    assert level(raw(PASS), via="relay") == "mail"
    assert level(raw(PASS), via="anything else") == "link"


def test_who_signed_in_to_hand_a_mail_in_wrote_it() -> None:
    assert level(raw(), via="submission", submitted_by="Mira@Northwind.example") == "mail"
    assert level(raw(), via="submission", submitted_by="jon@northwind.example") == "link"
    assert level(raw(PASS), via="submission") == "link"


TENANT = "4e7c1a52-9d4f-4b5e-8c3d-1f2a3b4c5d6e"
INTERNAL = (
    "X-MS-Exchange-Organization-AuthAs: Internal",
    f"X-MS-Exchange-CrossTenant-Id: {TENANT}",
    "X-MS-Exchange-CrossTenant-AuthAs: Internal",
)


def test_mail_inside_the_own_microsoft_tenant_is_proven_by_exchange() -> None:
    trust = Trust(tenant=TENANT)
    assert level(raw(*INTERNAL), trust) == "mail"
    assert level(raw(*INTERNAL)) == "link"  # nobody said that we have a tenant
    assert level(raw(*INTERNAL), Trust(tenant="another")) == "link"
    assert level(raw(INTERNAL[0]), trust) == "link"
    assert level(raw("X-MS-Exchange-Organization-AuthAs: Anonymous", *INTERNAL[1:]), trust) == "link"
    assert level(raw(*INTERNAL, f"X-MS-Exchange-CrossTenant-Id: {TENANT}"), trust) == "link"  # one of the two is forged
    assert level(raw(*INTERNAL), trust, via="stranger") == "link"


def test_exchange_online_stamps_without_a_name() -> None:
    stamp = "Authentication-Results: spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=northwind.example; dkim=pass (signature was verified) header.d=northwind.example;dmarc=pass action=none header.from=northwind.example;compauth=pass reason=100"
    assert level(raw(stamp), Trust(authserv_ids=("exchange-online",))) == "mail"
    assert level(raw(stamp)) == "link"


def test_the_evidence_says_why_and_names_the_key() -> None:
    proof = proof_of(raw(PASS), OURS, via="imap")
    assert (
        proof.why
        == "mx.northwind.example says dkim=pass for northwind.example, which is the sender's domain northwind.example."
    )
    assert proof.key == "k1._domainkey.northwind.example"
    assert (
        proof_of(raw(), OURS, via="imap").why
        == "The mail carries no result of a mail server that is believed (mx.northwind.example)."
    )


def test_a_strangers_stamps_are_taken_out() -> None:
    mail = raw(PASS.replace("; spf", ";\r\n spf"), "X-Other: kept", *INTERNAL)
    assert without_stamps(mail) == raw("X-Other: kept")
    assert without_stamps(b"no headers at all") == b"no headers at all"
    assert without_stamps(raw(mail=MAIL + PASS)) == raw(mail=MAIL + PASS)  # a body is a body


def test_results_are_read_with_comments_and_quotes() -> None:
    assert (
        parse(
            'mx.example 1 (a (nested; "comment)); dkim=pass (ok) header.d="Northwind.Example" header.b=x; spf=none'
        ).authserv_id
        == "mx.example"
    )
    found = parse('mx.example; dkim=pass (ok; fine) header.d="Northwind.Example"')
    assert found.results == (Result("dkim", "pass", {"header.d": "northwind.example"}),)


@given(st.text(max_size=200))
def test_any_header_value_is_read(value: str) -> None:
    assert isinstance(parse(value).results, tuple)


@given(st.binary(max_size=300))
def test_any_bytes_have_a_level(noise: bytes) -> None:
    assert proof_of(noise, OURS, via="imap").level == "link"
    assert without_stamps(noise) is not None


# -- doctor mail -----------------------------------------------------------------------------------------


def test_answers_from_desk_and_phone_give_the_narrowest_setting() -> None:
    desk = raw("Received: by mx.northwind.example", PASS, RECEIVED)
    phone = raw("Received: by mx.northwind.example", "Received: by inner", PASS.replace("mx.", "mx2."), RECEIVED)
    found = calibrate([desk, phone])
    assert (found.proven, found.proposal) == (
        True,
        {"authserv_ids": "mx.northwind.example, mx2.northwind.example", "hops": "2"},
    )
    assert (
        found.seen[0]
        == "mira@northwind.example: mx.northwind.example stamped dkim=pass, spf=pass, below 1 Received lines."
    )


def test_answers_inside_one_tenant_give_the_tenant() -> None:
    found = calibrate([raw(*INTERNAL), raw(*INTERNAL)])
    assert (found.proven, found.proposal) == (True, {"tenant": TENANT})
    assert found.seen[0] == "mira@northwind.example: Exchange says AuthAs Internal."


@pytest.mark.parametrize("answers", [[], [raw()], [raw(PASS), raw()], [raw(PASS.replace("pass", "fail"))]])
def test_answers_that_prove_nothing_give_advice_and_no_setting(answers: list[bytes]) -> None:
    found = calibrate(answers)
    assert (found.proven, dict(found.proposal)) == (False, {})
    assert found.seen[-1].startswith(("No answer has come yet.", "What your mail servers stamp"))
