from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from tests.cases.company import FRIDAY, Company

from doorstep.cases.refusals import NotAllowed, NotFound, NotPossible
from doorstep.library.models import Process, Version
from doorstep.library.publish import publish
from doorstep.people.models import Person
from doorstep.stewardship import save_text as save_text_module
from doorstep.stewardship.begin_page import begin_page, publish_begun
from doorstep.stewardship.models import Proposal, ProposalState, Revision
from doorstep.stewardship.save_text import NEWEST, Saved, bring_back, choose, editable, merged_of, save_text
from doorstep.stewardship.told import authors_of

pytestmark = pytest.mark.database

BADGE = """\
# Order a badge

- Owner: vera@northwind.example

## Agree to the badge

- Who: manager of whoever started this
- Due: 1 day

## Hand it over

- Who: whoever started this
"""
LONGER = BADGE.replace("1 day", "2 days")


@pytest.fixture
def draft(company: Company) -> Proposal:
    """Ana amends Vera's page."""
    publish(text=BADGE, by=company.vera, at=FRIDAY)
    base = Version.objects.get(process__key="order-a-badge")
    return Proposal.objects.create(
        process=base.process,
        base=base,
        text=BADGE,
        identities=base.identities,
        revision=1,
        by_id=company.ana,
        at=FRIDAY,
        changed_at=FRIDAY,
    )


def save(draft: Proposal, person: UUID, text: str, read: int, minutes: int = 1) -> Saved:
    return save_text(
        proposal=draft.id, text=text, read_revision=read, by=person, at=FRIDAY + timedelta(minutes=minutes)
    )


def revisions(draft: Proposal) -> list[tuple[int, str | None, str]]:
    rows = Revision.objects.filter(proposal=draft).select_related("by").order_by("number")
    return [(row.number, row.by.email.partition("@")[0] if row.by else None, row.text) for row in rows]


def test_a_text_is_saved_as_the_next_revision(company: Company, draft: Proposal) -> None:
    assert save(draft, company.ana, LONGER, 1) == Saved(2, LONGER)
    assert save(draft, company.ana, LONGER, 2) == Saved(2, LONGER)
    assert revisions(draft) == [(1, "ana", BADGE), (2, "ana", LONGER)]
    draft.refresh_from_db()
    assert (draft.text, draft.revision, draft.changed_at) == (LONGER, 2, FRIDAY + timedelta(minutes=1))


def test_two_who_edit_at_once_are_merged_step_by_step(company: Company, draft: Proposal) -> None:
    save(draft, company.ana, LONGER, 1)
    mine = BADGE.replace("- Who: whoever started this", "- Who: vera@northwind.example")
    saved = save(draft, company.vera, mine, 1, 2)
    both = BADGE.replace("1 day", "2 days").replace("- Who: whoever started this", "- Who: vera@northwind.example")
    assert saved == Saved(4, both, merged=True, read=1, mine=3, theirs=2)
    assert revisions(draft) == [(1, "ana", BADGE), (2, "ana", LONGER), (3, "vera", mine), (4, "vera", both)]


def test_what_both_changed_is_offered_and_nothing_is_lost(company: Company, draft: Proposal) -> None:
    save(draft, company.ana, LONGER, 1)
    mine = BADGE.replace("1 day", "3 days")
    saved = save(draft, company.vera, mine, 1, 2)
    assert [conflict.id for conflict in saved.conflicts] == ["Agree to the badge:key Due"]
    assert "2 days" in saved.text
    draft.refresh_from_db()
    found = merged_of(draft, read=saved.read, mine=saved.mine, theirs=saved.theirs)
    assert (found.text, found.conflicts) == (saved.text, saved.conflicts)
    assert mine in [text for _, _, text in revisions(draft)]
    meanwhile = saved.text.replace("# Order a badge", "# Order a new badge")
    save(draft, company.ana, meanwhile, saved.revision, 3)
    chosen = choose(
        proposal=draft.id,
        read=saved.read,
        mine=saved.mine,
        theirs=saved.theirs,
        choices={"Agree to the badge:key Due": "mine"},
        by=company.vera,
        at=FRIDAY,
    )
    assert chosen.text == meanwhile.replace("2 days", "3 days")


def test_choosing_theirs_changes_nothing(company: Company, draft: Proposal) -> None:
    save(draft, company.ana, LONGER, 1)
    saved = save(draft, company.vera, BADGE.replace("1 day", "3 days"), 1, 2)
    again = choose(
        proposal=draft.id, read=1, mine=saved.mine, theirs=saved.theirs, choices={}, by=company.vera, at=FRIDAY
    )
    assert again == Saved(saved.revision, LONGER)


def test_a_text_that_no_longer_reads_is_kept_all_the_same(company: Company, draft: Proposal) -> None:
    for read, text in enumerate(("no page\x01", "", "# T\n\n- Deu: x\n\n> <script>alert(1)</script>\n"), start=1):
        assert save(draft, company.ana, text, read).text == text
    assert save(draft, company.ana, "a\x00b\ud800", 4).text == "a\ufffdb?"


def test_an_earlier_text_is_brought_back(company: Company, draft: Proposal) -> None:
    save(draft, company.ana, LONGER, 1)
    assert bring_back(proposal=draft.id, number=1, by=company.ana, at=FRIDAY) == Saved(3, BADGE)
    with pytest.raises(NotFound, match="none of that number"):
        bring_back(proposal=draft.id, number=99, by=company.ana)


def test_a_revision_nobody_has_is_refused(company: Company, draft: Proposal) -> None:
    with pytest.raises(NotFound, match="none of that number"):
        save(draft, company.ana, LONGER, 7)


def test_a_text_longer_than_a_page_may_be_is_refused(company: Company, draft: Proposal) -> None:
    with pytest.raises(NotPossible, match="1 MiB"):
        save(draft, company.ana, "x" * (1024 * 1024 + 1), 1)
    assert save(draft, company.ana, "x" * (1024 * 1024), 1).revision == 2


def test_who_may_write(company: Company, draft: Proposal) -> None:
    with pytest.raises(NotAllowed, match="Only the proposer"):
        save(draft, company.bob, LONGER, 1)
    Process.objects.update(restricted=True)
    with pytest.raises(NotFound, match="not for you"):
        save(draft, company.bob, LONGER, 1)
    with pytest.raises(NotFound):
        editable(UUID(int=0), company.ana)
    Process.objects.update(restricted=False)
    Proposal.objects.update(state=ProposalState.APPROVED)
    with pytest.raises(NotPossible, match="this one is approved"):
        save(draft, company.ana, LONGER, 1)


def test_a_wish_in_words_is_no_text_to_edit(company: Company, draft: Proposal) -> None:
    Proposal.objects.update(text="", revision=0)
    with pytest.raises(NotPossible, match="a wish in words"):
        editable(draft.id, company.ana)


def test_a_step_under_a_new_heading_stays_the_same_step(company: Company, draft: Proposal) -> None:
    text = BADGE.replace("Agree to the badge", "Allow the badge")
    save_text(
        proposal=draft.id,
        text=text,
        read_revision=1,
        by=company.ana,
        renamed={"Allow the badge": "Agree to the badge", "New": "Unknown"},
    )
    draft.refresh_from_db()
    assert draft.identities == {"Allow the badge": "Agree to the badge", "Hand it over": "Hand it over"}


# -- A page that is new ------------------------------------------------------------------------------


def test_a_new_page_is_begun_edited_and_published_by_its_author(company: Company) -> None:
    row = begin_page(title=" Book a \n room ", by=company.bob, at=FRIDAY)
    assert row.text == f"# Book a room\n\n- Owner: {Person.objects.get(id=company.bob).email}\n"
    with pytest.raises(NotAllowed):
        save(row, company.ana, "x", 1)
    save(row, company.bob, f"{row.text}\n## Book it\n\n- Who: whoever started this\n", 1)
    published = publish_begun(proposal=row.id, by=company.bob, at=FRIDAY)
    row.refresh_from_db()
    assert (published.key, row.state, row.version_id) == ("book-a-room", "approved", published.version_id)
    with pytest.raises(NotPossible):
        publish_begun(proposal=row.id, by=company.bob, at=FRIDAY)


def test_an_amendment_is_not_published_past_its_approval(company: Company, draft: Proposal) -> None:
    with pytest.raises(NotPossible, match="send it for approval"):
        publish_begun(proposal=draft.id, by=company.vera, at=FRIDAY)


# -- Not every text typed is kept for ever ---------------------------------------------------------------


def saving(draft: Proposal, person: UUID, count: int, *, every: float = 1, start: int = 0) -> None:
    """Save one text after another, so many minutes apart."""
    for number in range(count):
        draft.refresh_from_db()
        save_text(
            proposal=draft.id,
            text=BADGE.replace("1 day", f"{start + number + 2} days"),
            read_revision=draft.revision,
            by=person,
            at=FRIDAY + timedelta(minutes=start * 60 + number * every),
        )


def kept(draft: Proposal) -> list[int]:
    return list(Revision.objects.filter(proposal=draft).order_by("number").values_list("number", flat=True))


def test_of_texts_saved_while_typing_the_first_and_the_newest_are_kept(company: Company, draft: Proposal) -> None:
    Revision.objects.create(proposal=draft, number=1, text=BADGE, by_id=company.ana, at=FRIDAY)
    saving(draft, company.ana, 60)
    assert kept(draft) == [1, *range(42, 62)]


def test_texts_saved_with_time_between_them_are_kept(company: Company, draft: Proposal) -> None:
    saving(draft, company.ana, 30, every=11)
    assert kept(draft) == list(range(1, 32))


def test_the_last_text_of_everybody_who_wrote_is_kept(company: Company, draft: Proposal) -> None:
    saving(draft, company.vera, 3)
    saving(draft, company.ana, NEWEST + 5, start=10)
    draft.refresh_from_db()
    assert authors_of(draft) == {company.ana, company.vera}
    assert kept(draft)[:2] == [1, 4]


def test_there_is_a_most(company: Company, draft: Proposal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(save_text_module, "MOST", 25)
    saving(draft, company.ana, 40, every=11)
    assert kept(draft) == [1, *range(17, 42)]


def test_what_was_made_of_a_text_that_is_no_longer_kept_is_merged(company: Company, draft: Proposal) -> None:
    saving(draft, company.ana, 40)
    mine = BADGE.replace("1 day", "9 days").replace("- Who: whoever started this", "- Who: vera@northwind.example")
    saved = save_text(proposal=draft.id, text=mine, read_revision=9, by=company.vera, at=FRIDAY + timedelta(hours=2))
    assert (saved.merged, "- Who: vera@northwind.example" in saved.text) == (True, True)
    assert [one.id for one in saved.conflicts] == ["Agree to the badge:key Due"]
