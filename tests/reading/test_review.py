from __future__ import annotations

import pytest

from doorstep.reading.text import read


def faults(text: str) -> list[str]:
    return [str(fault) for fault in read(f"# T\n\n{text}", file="p.md").faults]


def test_two_steps_of_one_name() -> None:
    assert faults("## A\n- Who: B\n\n## C\n- Who: B\n\n### A\n- Who: B\n") == [
        'p.md:9:1 E114 Expected each step to have a name of its own, but "A" stands in line 3 already.'
    ]


def test_a_step_needs_a_name() -> None:
    assert faults("##\n- Who: B\n\n##\n- Who: B\n") == [
        "p.md:3:1 E115 Expected a heading with words for this step, but it is empty.",
        "p.md:6:1 E115 Expected a heading with words for this step, but it is empty.",
    ]


def test_what_is_told_is_the_quotation() -> None:
    assert faults("## A\n- Tell: {contact}\n\nText.\n") == [
        "p.md:3:1 E116 Expected a quotation (> what it says) under a step that tells somebody something, but there is none."
    ]
    assert faults("## A\n- Tell: {contact}\n\n> Text.\n") == []


@pytest.mark.parametrize("card", ["- Order: in turn", "- Set: a.B = 1", "- Wait: 2 days"])
def test_a_killer_item_needs_somebody_who_is_asked(card: str) -> None:
    assert faults(f"## A\n{card}\n\n- [ ] x\n- [ ] ! y\n") == [
        "p.md:7:7 E117 Expected an item that must hold (!) under a step somebody is asked, but nobody is asked here."
    ]


def test_killer_items_of_the_title_and_of_a_group() -> None:
    text = "- [ ] ! x\n\n## A\n\n- [ ] ! y\n\n### B\n- Who: C\n\n- [ ] ! z\n\n### D\n- Confirm\n\n- [ ] ! z\n"
    assert [fault.split()[0:2] for fault in faults(text)] == [["p.md:3:7", "E117"], ["p.md:7:7", "E117"]]


def test_an_approval_that_covers_nothing_is_a_warning() -> None:
    assert faults("## A\n- Who: B\n- Approve: the plan\n") == [
        "p.md:5:12 W104 Expected a fact in braces that the approval covers, for instance {contract}, but none came."
    ]


@pytest.mark.parametrize(
    ("card", "expected"),
    [
        ("- Run: Close it", "p.md:4:8 E190 Run is not in this version: the page can be read but not run."),
        ("- Decide: discount", "p.md:4:11 E190 Decide is not in this version: the page can be read but not run."),
        (
            "- If late: skip, run Close it",
            "p.md:4:18 E190 Starting another process is not in this version: the page can be read but not run.",
        ),
        (
            "- Proof: signature service",
            "p.md:4:10 E190 Proof by a signature service is not in this version: the page can be read but not run.",
        ),
    ],
)
def test_what_this_version_does_not_run_is_a_fault(card: str, expected: str) -> None:
    assert faults(f"## A\n{card}\n") == [expected]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("-----BEGIN RSA PRIVATE KEY-----", "a private key"),
        ("AKIA" + "A1B2" * 4, "a key of a cloud"),
        ("ghp_" + "a1B2" * 9, "a token of GitHub"),
        ("github_pat_" + "a1B2" * 6, "a token of GitHub"),
        ("xoxb-" + "1234567890", "a token of Slack"),
        ("ATATT3" + "xFfGF0" * 4, "a token of Jira"),
        ("sk_live_" + "a1B2" * 4, "a key for payments"),
        ("eyJ" + "hbGciOiJIUzI1NiJ9" + ".eyJ" + "zdWIiOiIxMjM0", "a signed token"),
        ("Password: correct-horse-1", "a password or a key"),
        ('the API key = "abc123def456"', "a password or a key"),
    ],
)
def test_what_looks_like_a_secret_is_a_warning(text: str, what: str) -> None:
    found = faults(f"Use this: {text}\n")
    assert len(found) == 1
    assert found[0].startswith("p.md:3:")
    assert f"W102 This looks like a secret ({what})." in found[0]


@pytest.mark.parametrize(
    "text",
    [
        "The password is in the safe.",
        "Password: {secret}",
        "Token: see https://x.example/1",
        "secret: https://v.example/12345",
    ],
)
def test_talk_of_secrets_is_none(text: str) -> None:
    assert faults(f"{text}\n") == []


def test_secrets_end_with_the_list_of_faults() -> None:
    assert len(faults("password: hunter22\n" * 600)) == 501
