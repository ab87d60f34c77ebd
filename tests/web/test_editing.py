"""The editor and the play by their requests: what is saved, what is refused, what is shown."""

from __future__ import annotations

import json
import re
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.web.office import POLICY, Office, hidden, text_of

from doorstep.library.models import Process
from doorstep.stewardship.models import Proposal, ProposalState, Revision

pytestmark = pytest.mark.database

CLOSE = "close-a-client-project"


@pytest.fixture
def ana(office: Office) -> Client:
    return office.client("ana")


@pytest.fixture
def draft(office: Office, ana: Client) -> Proposal:
    ana.post(f"/library/{CLOSE}/edit")
    return Proposal.objects.get()


def edit(client: Client, draft: Proposal, **sent: object) -> Proposal:
    """Send an edit of the revision that stands and follow to the editor."""
    draft.refresh_from_db()
    answer = client.post(f"/proposal/{draft.id}/edit", {"revision": draft.revision, **sent}, follow=True)
    assert answer.status_code == 200, text_of(answer.content)
    draft.refresh_from_db()
    return draft


def form_of(html: str, at: int) -> dict[str, str]:
    """Return the fields of the step that is open, as a browser would send them."""
    form = html[html.index("data-autosave") :]
    form = form[: form.index("</form>")]
    fields = {m[1]: m[2] for m in re.finditer(r'<input[^>]*? name="([^"]+)"[^>]*? value="([^"]*)"', form)}
    fields |= {m[1]: "on" for m in re.finditer(r'<input type="checkbox" name="([^"]+)" checked>', form)}
    fields |= {m[1]: m[2] for m in re.finditer(r'<textarea[^>]*? name="([^"]+)"[^>]*>([^<]*)</textarea>', form)}
    for name, options in re.findall(r'<select[^>]*? name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option(?: value="([^"]*)")? selected>([^<]*)', options)
        fields[name] = "" if chosen is None else chosen[1] if chosen[1] is not None else chosen[2]
    return {name: value.replace("&quot;", '"') for name, value in fields.items() if "csrf" not in name}


# -- Beginning ---------------------------------------------------------------------------------------


def test_a_reader_begins_an_edit_and_comes_back_to_it(ana: Client) -> None:
    first = ana.post(f"/library/{CLOSE}/edit")
    assert first.headers["Location"] == ana.post(f"/library/{CLOSE}/edit").headers["Location"]
    html = text_of(ana.get(first.headers["Location"]).content)
    assert "a proposal, made from version 1" in html
    assert "Delivery engineer confirms the deployment, within one hour." in html


def test_a_new_page_is_begun_written_and_published(ana: Client) -> None:
    where = ana.post("/pages/new", {"title": "Book a room"}).headers["Location"]
    draft = Proposal.objects.get()
    assert where == f"/proposal/{draft.id}/edit?open=title"
    assert ana.get(where).status_code == 200
    edit(ana, draft, do="add")
    html = ana.post(f"/proposal/{draft.id}/publish", follow=True)
    assert html.redirect_chain[-1][0] == "/library/book-a-room/"
    assert "is published as version 1." in text_of(html.content)


def test_a_page_with_faults_is_not_published_to_run(ana: Client) -> None:
    ana.post("/pages/new", {"title": "X"})
    draft = Proposal.objects.get()
    edit(ana, draft, do="text", text="# X\n\n- Owner: ana@northwind.example\n\n## Do it\n\n- Who: Nobody at all\n")
    said = text_of(ana.post(f"/proposal/{draft.id}/publish", follow=True).content)
    assert "is not a role" in said
    assert not Process.objects.filter(title="X").exists()


# -- Cards -------------------------------------------------------------------------------------------


def test_a_form_sent_as_it_is_changes_nothing(ana: Client, draft: Proposal) -> None:
    count = len(re.findall(r"^##", draft.text, re.MULTILINE))
    for at in range(count):
        html = ana.get(f"/proposal/{draft.id}/edit?open={at}").content.decode()
        before = draft.text
        assert edit(ana, draft, **form_of(html, at)).text == before
    for what in ("title", "facts", "intro"):
        html = ana.get(f"/proposal/{draft.id}/edit?open={what}").content.decode()
        assert edit(ana, draft, **form_of(html, 0)).revision == 1, what


def test_a_step_is_changed_by_its_form(ana: Client, draft: Proposal) -> None:
    html = ana.get(f"/proposal/{draft.id}/edit?open=1").content.decode()
    sent = form_of(html, 1) | {"key-Due": "2 hours", "key-If late": "skip", "tick-0": "The tag", "must-0": "on"}
    after = edit(ana, draft, **sent)
    assert "- Due: 2 hours\n- If late: skip\n" in after.text
    assert "- [ ] ! The tag" in after.text
    assert Revision.objects.filter(proposal=draft).count() == 2


def test_what_is_wrong_stands_beside_its_field_and_its_mend_is_a_button(ana: Client, draft: Proposal) -> None:
    sent = {"do": "step", "at": 1, "name": "Confirm the deployment", "key-Who": "Delivery enginer", "key-Due": "soon"}
    edit(ana, draft, **sent)
    html = ana.get(f"/proposal/{draft.id}/edit?open=1").content.decode()
    beside = html[html.index('id="wrong-who"') : html.index('id="wrong-verb"')]
    assert "“Delivery engineer”" in text_of(beside)
    assert 'value="soon"' in html
    assert "soon" in text_of(html[html.index('id="wrong-due"') :][:600])
    place = re.search(r'name="place" value="(E104[^"]*)"', beside)
    assert place
    assert "- Who: Delivery engineer\n" in edit(ana, draft, do="mend", place=place[1]).text
    said = ana.post(f"/proposal/{draft.id}/edit", {"do": "mend", "place": "E104 1 1", "revision": 3}, follow=True)
    assert "the text has changed" in text_of(said.content)


def test_steps_are_added_moved_branched_and_removed_by_buttons(ana: Client, draft: Proposal) -> None:
    def names() -> list[str]:
        return re.findall(r"^#{2,} (.*)", draft.text, re.MULTILINE)

    before = names()
    edit(ana, draft, do="add", at=1)
    assert names() == [*before[:2], "New step", *before[2:]]
    edit(ana, draft, do="up", at=2)
    assert names() == [before[0], "New step", *before[1:]]
    edit(ana, draft, do="place", at=1, parent="", index=0)
    assert names()[0] == "New step"
    edit(ana, draft, do="remove", at=0)
    assert names() == before
    edit(ana, draft, do="branch")
    assert names()[-3:] == ["Which way", "If so", "Otherwise"]
    edit(ana, draft, do="group", at=0)
    edit(ana, draft, do="down", at=0)


def test_a_renamed_step_stays_the_same_step(ana: Client, draft: Proposal) -> None:
    html = ana.get(f"/proposal/{draft.id}/edit?open=3").content.decode()
    after = edit(ana, draft, **(form_of(html, 3) | {"name": "Mend the contract"}))
    assert '- If rejected: "Mend the contract", then ask again' in after.text
    assert after.identities["Mend the contract"] == "Amend the contract"


def test_title_facts_and_intro_have_forms(ana: Client, draft: Proposal) -> None:
    html = ana.get(f"/proposal/{draft.id}/edit?open=title").content.decode()
    edit(ana, draft, **(form_of(html, 0) | {"name": "Close it", "key-Needed by": "2 working days"}))
    html = ana.get(f"/proposal/{draft.id}/edit?open=facts").content.decode()
    edit(ana, draft, **(form_of(html, 0) | {"fact-4-name": "size", "fact-4-kind": "choice (S, L)"}))
    html = ana.get(f"/proposal/{draft.id}/edit?open=intro").content.decode()
    after = edit(ana, draft, **(form_of(html, 0) | {"body": "Short."}))
    assert after.text.startswith("# Close it\n")
    assert "- Needed by: 2 working days" in after.text
    assert "| size | choice (S, L) | whoever starts |" in after.text
    assert "\n\nShort.\n\n" in after.text


def test_a_fact_with_another_name_is_offered_to_be_followed_line_by_line(ana: Client, draft: Proposal) -> None:
    html = ana.get(f"/proposal/{draft.id}/edit?open=facts").content.decode()
    sent = form_of(html, 0) | {"fact-3-name": "agreement", "revision": draft.revision}
    assert sent["fact-3-was"] == "contract"
    shown = ana.post(f"/proposal/{draft.id}/edit", sent, follow=True)
    said = text_of(shown.content)
    assert "“contract” is called “agreement” now. 2 lines still say “contract”:" in said
    assert "- Approve: {contract}, {value} - Approve: {agreement}, {value}" in said
    after = edit(ana, draft, do="rename", **{"was": "contract", "is": "agreement"})
    assert ("- Approve: {agreement}, {value}" in after.text, "- Fill in: agreement (file)" in after.text) == (
        True,
        True,
    )
    assert "{contract}" not in after.text
    again = ana.get(f"/proposal/{draft.id}/edit?was=contract&is=agreement")
    assert "is called" not in text_of(again.content)


def test_nothing_is_offered_where_nothing_uses_it_and_what_does_not_fit_is_refused(
    ana: Client, draft: Proposal
) -> None:
    html = ana.get(f"/proposal/{draft.id}/edit?open=facts").content.decode()
    sent = form_of(html, 0) | {"fact-0-name": "customer", "fact-2-name": "", "revision": draft.revision}
    said = text_of(ana.post(f"/proposal/{draft.id}/edit", sent, follow=True).content)
    assert ("“client” is called “customer” now." in said, "“value” is called" in said) == (True, False)
    answer = ana.post(
        f"/proposal/{draft.id}/edit", {"do": "rename", "was": "client", "is": "nobody", "revision": 2}, follow=True
    )
    assert "Expected “nobody” in the table of facts in the place of “client”." in text_of(answer.content)


# -- Text --------------------------------------------------------------------------------------------


def test_faults_are_told_as_somebody_types(ana: Client, draft: Proposal) -> None:
    text = draft.text.replace("Legal counsel", "Legal council")
    found = ana.post(f"/proposal/{draft.id}/check", {"text": text}).json()
    fault = found["faults"][0]
    line = text.split("\n").index("- Who: Legal council, by e-mail") + 1 if "council, by" in text else 0
    assert (fault["code"], fault["came"], fault["suggestion"]) == ("E104", "Legal council", "Legal counsel")
    assert not line or fault["line"] == line
    assert "1 fault to mend." in text_of(found["side"])
    assert Revision.objects.filter(proposal=draft).count() == 1


HOSTILE = """\
# <script>alert(1)</script>

- Owner: <img src=x onerror=alert(1)>
- Deu: "><svg onload=alert(1)>

<script>alert(2)</script> [x](javascript:alert(3))

| Fact | Kind | From |
|---|---|---|
| "><b>x</b> | text | <i>y</i> |

## "><script>alert(4)</script>

- Who: "><script>alert(5)</script>
- Approve: {"><script>}
- If rejected: go on

> <script>alert(6)</script>

- [ ] <script>alert(7)</script>
"""


@pytest.mark.parametrize("where", ["", "?as=text", "?open=title", "?open=facts", "?open=intro", "?open=0", "?open=77"])
def test_hostile_markdown_is_shown_as_text(ana: Client, draft: Proposal, where: str) -> None:
    edit(ana, draft, do="text", text=HOSTILE)
    answer = ana.get(f"/proposal/{draft.id}/edit{where}")
    html = answer.content.decode()
    assert answer.status_code == 200
    assert re.findall(r"<script(?![^>]*(?: src=| type=\"application/json\"))", html) == []
    bare = re.sub(r'="[^"]*"', "=", html)  # what stands in quoted attributes is data
    assert re.findall(r"<[^>]*\s(?:on\w+|style)=", bare) == []
    assert re.findall(r'(?:href|src|action)="\s*(?!/|#|\?|http|mailto|data-)[a-z]+:', html) == []


def test_a_text_that_no_longer_reads_is_kept_and_its_faults_shown(ana: Client, draft: Proposal) -> None:
    after = edit(ana, draft, do="text", text="just words\r\n\r\nno title")
    assert after.text == "just words\n\nno title"
    html = text_of(ana.get(f"/proposal/{draft.id}/edit").content)
    assert "Expected the page to start with its title" in html
    assert "A page without a title" in html


def test_a_text_of_a_mebibyte_is_taken_and_a_longer_one_is_refused_and_not_lost(ana: Client, draft: Proposal) -> None:
    most = "# T\n\n" + "word " * 209_713
    assert edit(ana, draft, do="text", text=most).text == most
    longer = "# T\n\n" + "word " * 209_720
    answer = ana.post(f"/proposal/{draft.id}/edit", {"do": "text", "text": longer, "revision": 2, "as": "text"})
    assert answer.status_code == 422
    assert "at most 1 MiB" in text_of(answer.content[:20_000])
    assert ana.get(f"/proposal/{draft.id}/edit?as=text").status_code == 200


# -- Two at once -------------------------------------------------------------------------------------


def test_two_who_edit_at_once_merge_by_themselves(office: Office, ana: Client, draft: Proposal) -> None:
    vera = office.client("vera")
    html = ana.get(f"/proposal/{draft.id}/edit?open=1").content.decode()
    edit(vera, draft, do="text", text=draft.text.replace("# Close a client project", "# Close a project"))
    sent = form_of(html, 1) | {"key-Due": "3 hours", "revision": "1"}
    answer = ana.post(f"/proposal/{draft.id}/edit", sent, follow=True)
    assert "Both your changes are in the page now." in text_of(answer.content)
    draft.refresh_from_db()
    assert draft.text.startswith("# Close a project\n")
    assert "- Due: 3 hours" in draft.text


def test_what_both_changed_is_chosen_side_by_side(office: Office, ana: Client, draft: Proposal) -> None:
    vera = office.client("vera")
    edit(vera, draft, do="text", text=draft.text.replace("- Due: 1 hour", "- Due: 2 hours"))
    sent = {"do": "text", "text": draft.text.replace("- Due: 2 hours", "- Due: 3 hours"), "revision": 1}
    answer = ana.post(f"/proposal/{draft.id}/edit", sent, follow=True)
    where = answer.redirect_chain[-1][0]
    assert where == f"/proposal/{draft.id}/merge/1/3/2"
    html = text_of(answer.content)
    assert "Confirm the deployment: Due It was: 1 hour Yours 3 hours" in html
    draft.refresh_from_db()
    assert "- Due: 2 hours" in draft.text
    ana.post(where, {"choice:Confirm the deployment:key Due": "mine"})
    draft.refresh_from_db()
    assert "- Due: 3 hours" in draft.text
    assert ana.get(f"/proposal/{draft.id}/merge/1/99/2").status_code == 404


def test_a_step_renamed_by_one_and_removed_by_the_other_is_a_choice(
    office: Office, ana: Client, draft: Proposal
) -> None:
    vera = office.client("vera")
    html = ana.get(f"/proposal/{draft.id}/edit?open=5").content.decode()
    edit(vera, draft, do="remove", at=5)
    sent = form_of(html, 5) | {"name": "Tell the customer", "revision": "1"}
    answer = ana.post(f"/proposal/{draft.id}/edit", sent, follow=True)
    assert "whether it stays" in text_of(answer.content)
    ana.post(answer.redirect_chain[-1][0], {"choice:gone Tell the client": "mine"})
    draft.refresh_from_db()
    assert "## Tell the customer\n" in draft.text


def test_earlier_texts_are_read_and_brought_back(ana: Client, draft: Proposal) -> None:
    before = draft.text
    edit(ana, draft, do="remove", at=0)
    html = ana.get(f"/proposal/{draft.id}/texts?text=1").content.decode()
    assert "Sign off the contract" in html
    answer = ana.post(f"/proposal/{draft.id}/texts", {"number": 1}, follow=True)
    assert "The earlier text is the page again." in text_of(answer.content)
    draft.refresh_from_db()
    assert draft.text == before
    assert ana.post(f"/proposal/{draft.id}/texts", {"number": "x"}).status_code == 409
    assert ana.get(f"/proposal/{draft.id}/texts?text=99").status_code == 404


# -- Who may -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["edit", "texts", "check", "suggest?q=x", "merge/1/1/1", "play", "publish"])
def test_somebody_without_the_right_meets_nothing(office: Office, draft: Proposal, path: str) -> None:
    bob = office.client("bob")
    assert bob.post(f"/proposal/{draft.id}/{path}").status_code in (403, 404)
    if path not in ("check", "publish"):
        assert bob.get(f"/proposal/{draft.id}/{path}").status_code in (403, 404)
    assert Client().get(f"/proposal/{draft.id}/edit").status_code == 302
    assert office.client("ana").get(f"/proposal/{UUID(int=0)}/edit").status_code == 404


def test_a_proposal_that_is_settled_is_not_edited(ana: Client, draft: Proposal) -> None:
    Proposal.objects.update(state=ProposalState.DECLINED)
    answer = ana.get(f"/proposal/{draft.id}/edit")
    assert answer.status_code == 409
    assert "this one is declined" in text_of(answer.content)


@pytest.mark.parametrize("sent", [{}, {"do": "nonsense"}, {"do": "remove", "at": 99}, {"do": "up", "at": "x" * 99}])
def test_an_edit_that_makes_no_sense_changes_nothing(ana: Client, draft: Proposal, sent: dict[str, object]) -> None:
    answer = ana.post(f"/proposal/{draft.id}/edit", {"revision": 1, **sent}, follow=True)
    assert "Load the page again." in text_of(answer.content)
    draft.refresh_from_db()
    assert draft.revision == 1


def test_a_revision_nobody_saved_is_refused(ana: Client, draft: Proposal) -> None:
    assert ana.post(f"/proposal/{draft.id}/edit", {"revision": 99, "do": "add"}).status_code == 404


def test_looking_changes_nothing(ana: Client, draft: Proposal) -> None:
    before = Proposal.objects.values().get(), Revision.objects.count()
    for path in ("edit", "edit?open=1", "edit?as=text", "texts", "play", "merge/1/1/1", "suggest?q=mi"):
        assert ana.get(f"/proposal/{draft.id}/{path}").status_code == 200
    assert (Proposal.objects.values().get(), Revision.objects.count()) == before
    for path in (f"/library/{CLOSE}/edit", "/pages/new"):
        assert "Nothing was done" in (opened := ana.get(path)).content.decode()
        assert opened.status_code == 405


@pytest.mark.parametrize("where", ["edit", "edit?open=0", "edit?as=text", "texts"])
def test_a_longer_page_with_more_texts_costs_no_more_queries(ana: Client, draft: Proposal, where: str) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert ana.get(f"/proposal/{draft.id}/{where}").status_code == 200
        return len(seen)

    edit(ana, draft, do="text", text="# Short\n\n- Owner: ana@northwind.example\n\n## A\n\n- Who: Legal counsel\n")
    queries()
    before = queries()
    for _ in range(3):
        edit(ana, draft, do="add")
    assert queries() == before


def test_names_are_suggested(ana: Client, draft: Proposal) -> None:
    assert ana.get(f"/proposal/{draft.id}/suggest?q=mira").json() == {"names": ["mira@northwind.example"]}
    assert ana.get(f"/proposal/{draft.id}/suggest?q=legal").json() == {"names": ["Legal counsel"]}
    assert ana.get(f"/proposal/{draft.id}/suggest?q=").json() == {"names": []}


# -- Playing -----------------------------------------------------------------------------------------

FACTS = {"fact-client": "Halden", "fact-project": "Shop", "fact-value": "84000", "fact-contract": "v3.pdf"}


def go(client: Client, path: str, html: str = "", **sent: object) -> str:
    """Send one thing to a play that stands as a screen shows it; return the next screen."""
    answer = client.post(path, {"script": hidden(html, "script"), "role": hidden(html, "role"), **sent})
    return answer.content.decode()


def test_a_draft_is_played_by_anybody_on_a_clock_of_its_own(ana: Client, draft: Proposal) -> None:
    path = f"/proposal/{draft.id}/play"
    html = go(ana, path, act="start", at="2026-03-02T09:00", **FACTS)
    assert "Monday 2 March, 09:00" in html
    assert "Delivery engineer is asked: “Confirm the deployment”." in text_of(html)
    html = go(ana, path, html, act="answer", step="Sign off the contract", outcome="rejected", by="Legal counsel")
    assert "You are asked: “Amend the contract”." in text_of(html)
    html = go(ana, path, html, act="wait")
    assert "Monday 2 March, 10:00" in html
    back = go(ana, path, html, act="back")
    assert "Monday 2 March, 09:00" in back
    assert "It needs" not in back
    assert "Start it with anything" in text_of(go(ana, path, html, act="again"))
    assert Proposal.objects.get().text == draft.text


def test_a_play_ends_and_says_what_would_be_told(ana: Client, draft: Proposal) -> None:
    path = f"/proposal/{draft.id}/play"
    html = go(ana, path, act="start", at="2026-03-02T09:00", **FACTS)
    for step, outcome in (("Confirm the deployment", "done"), ("Sign off the contract", "approved")):
        html = go(ana, path, html, act="answer", step=step, outcome=outcome, by="somebody")
    filled = {"fact-go-live": "2026-03-12", "fact-contact": "lena@halden.example"}
    html = go(ana, path, html, act="answer", step="Confirm logistics", outcome="done", by="Priya", **filled)
    assert "lena@halden.example is told: “Shop is live on 2026-03-12.”" in text_of(html)
    assert "It ends: done." in text_of(html)


@pytest.mark.parametrize(
    "sent",
    [
        {"act": "answer", "step": "Confirm the deployment", "outcome": "perhaps"},
        {"act": "answer", "step": "Nothing", "outcome": "done"},
        {"act": "fly"},
        {"act": "message", "name": "x" * 999},
        {"act": "skip", "step": "Tell the client[999999999]"},
    ],
)
def test_what_does_not_fit_a_play_is_answered_with_the_reason(
    ana: Client, draft: Proposal, sent: dict[str, object]
) -> None:
    path = f"/proposal/{draft.id}/play"
    html = go(ana, path, act="start", at="2026-03-02T09:00", **FACTS)
    answer = ana.post(path, {"script": hidden(html, "script"), **sent})
    assert answer.status_code in (200, 422)
    assert "Monday 2 March, 09:00" in answer.content.decode()


@pytest.mark.parametrize(
    "script", ["{", "[1]", '"x"', "[" * 9_999, json.dumps([{"do": "start", "at": "9999-12-31"}] * 9)]
)
def test_a_script_that_was_tampered_with_begins_anew(ana: Client, draft: Proposal, script: str) -> None:
    answer = ana.post(f"/proposal/{draft.id}/play", {"script": script, "act": "wait"})
    assert answer.status_code in (200, 422)


@pytest.mark.parametrize("at", ["soon", "0001-01-01T00:00", "9999-12-31T23:59"])
def test_a_play_starts_at_a_sensible_time(ana: Client, draft: Proposal, at: str) -> None:
    answer = ana.post(f"/proposal/{draft.id}/play", {"act": "start", "at": at, **FACTS})
    assert answer.status_code == 422


def test_a_draft_with_faults_is_not_played_but_told(ana: Client, draft: Proposal) -> None:
    edit(ana, draft, do="text", text=draft.text.replace("- Who: Legal counsel", "- Who: Legal council"))
    answer = ana.get(f"/proposal/{draft.id}/play")
    assert answer.status_code == 422
    assert "cannot be played yet" in text_of(answer.content)


# -- Practising --------------------------------------------------------------------------------------


def test_a_reader_practises_as_their_role(office: Office) -> None:
    mira = office.client("mira")
    path = f"/library/{CLOSE}/1/practise"
    html = mira.get(path).content.decode()
    assert "As Legal counsel you come in at step 2" in text_of(html)
    html = go(mira, path, act="start", at="2026-03-02T09:00", **FACTS)
    assert html.count('name="act" value="answer"') == 1
    html = go(mira, path, html, act="answer", step="Sign off the contract", outcome="approved", by="Legal counsel")
    assert "It ends: done." in text_of(html)
    assert "You came in at step 2" in text_of(html)


def test_somebody_practises_as_another_role(office: Office) -> None:
    bob = office.client("bob")
    html = text_of(bob.get(f"/library/{CLOSE}/1/practise?role=VP Customer Success").content)
    assert "As VP Customer Success you come in at step 3" in html
    assert bob.get(f"/library/{CLOSE}/1/practise?role=<script>").status_code == 200


def test_only_what_may_be_read_is_practised(office: Office) -> None:
    office.published(POLICY)
    bob = office.client("bob")
    assert bob.get(f"/library/{CLOSE}/9/practise").status_code == 404
    assert bob.get("/library/travel-policy/1/practise").status_code == 422
    Process.objects.update(restricted=True)
    assert bob.get(f"/library/{CLOSE}/1/practise").status_code == 404
