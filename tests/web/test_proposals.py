"""The screens of proposals: as readers, owner and expert meet them, without JavaScript."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client
from tests.stewardship.amending import carry_out, say
from tests.web.office import CLOSE, Office, ask_of, hidden, link_to, text_of

from doorstep.cases.models import Ask
from doorstep.library.models import Process, Version
from doorstep.library.publish import publish
from doorstep.people.clock import business_now
from doorstep.people.models import Person
from doorstep.stewardship.follow_approvals import follow_approvals
from doorstep.stewardship.models import Proposal
from doorstep.stewardship.propose import propose

pytestmark = pytest.mark.database
KEY = "close-a-client-project"
STEP = "Confirm the deployment"
AMENDED = CLOSE.replace("- Due: 1 hour\n", "- Due: 2 hours\n")


def process() -> Process:
    return Process.objects.get(key=KEY)


def edit(office: Office, *, by: str = "sam", text: str = AMENDED) -> Proposal:
    by_id = office.people[by].id
    return propose(process=process().id, step=STEP, sentence="One hour is too short", text=text, by=by_id)


def send(client: Client, proposal: Proposal, **more: object) -> str:
    posted = {"materiality": "material", "when": "once", "running": "stay", **more}
    return text_of(client.post(f"/proposal/{proposal.id}/send", posted, follow=True).content)


def test_every_step_offers_to_propose_a_change(office: Office) -> None:
    html = office.client("sam").get(f"/library/{KEY}/").content.decode()
    assert html.count("propose?step=") == 5
    assert f"/library/{KEY}/propose?step=Confirm%20the%20deployment" in html
    assert "No proposal is open" in text_of(html)


def test_the_form_says_what_the_step_says_now(office: Office) -> None:
    html = text_of(office.client("sam").get(f"/library/{KEY}/propose", {"step": STEP}).content)
    assert "What should change in “Confirm the deployment”?" in html
    assert "It says now Delivery engineer confirms the deployment, within one hour." in html


def test_a_sentence_is_proposed_and_shown(office: Office) -> None:
    sam = office.client("sam")
    posted = {"step": STEP, "sentence": "Give us two hours.", "do": "say"}
    html = text_of(sam.post(f"/library/{KEY}/propose", posted, follow=True).content)
    assert "Thank you. Owner and expert hear it, and you hear what becomes of it." in html
    assert "A wish in words." in html
    proposal = Proposal.objects.get()
    assert (proposal.step, proposal.sentence, proposal.by_id) == (STEP, "Give us two hours.", office.sam)
    assert "1 proposal open" in text_of(sam.get(f"/library/{KEY}/").content)
    listed = text_of(sam.get(f"/library/{KEY}/proposals").content)
    assert "Open 1" in listed
    assert "Give us two hours. Sam Ortiz," in listed


def test_nothing_said_is_asked_for(office: Office) -> None:
    answer = office.client("sam").post(f"/library/{KEY}/propose", {"step": STEP, "sentence": " ", "do": "say"})
    assert (answer.status_code, Proposal.objects.count()) == (409, 0)
    assert "Say in a sentence what should change, or edit it." in text_of(answer.content)


def test_a_step_that_was_removed_offers_the_page(office: Office) -> None:
    sam = office.client("sam")
    answer = sam.get(f"/library/{KEY}/propose", {"step": "Check the weather"})
    assert "“Check the weather” is no longer a step of this page. Propose it for the whole page." in text_of(
        answer.content
    )
    posted = sam.post(f"/library/{KEY}/propose", {"step": "Check the weather", "sentence": "Look up.", "do": "say"})
    assert posted.status_code == 409
    html = posted.content.decode()
    assert "Look up.</textarea>" in html
    assert "What should change on this page?" in text_of(html)


def test_a_stranger_meets_no_proposal(office: Office) -> None:
    proposal = edit(office)
    Process.objects.update(restricted=True)
    bob = office.client("bob")
    for path in (
        f"/library/{KEY}/propose",
        f"/library/{KEY}/proposals",
        f"/proposal/{proposal.id}/",
        f"/proposal/{proposal.id}/send",
    ):
        assert bob.get(path).status_code == 404
    assert bob.post(f"/proposal/{proposal.id}/do", {"do": "edit"}).status_code == 404
    assert bob.post(f"/proposal/{proposal.id}/send").status_code == 404


def test_the_expert_takes_a_sentence_up(office: Office) -> None:
    proposal = propose(process=process().id, step=STEP, sentence="Give us two hours.", by=office.sam)
    eve = office.client("eve")
    assert "Turn it into an edit" in text_of(eve.get(f"/proposal/{proposal.id}/").content)
    assert "Turn it into an edit" not in text_of(office.client("mira").get(f"/proposal/{proposal.id}/").content)
    assert eve.post(f"/proposal/{proposal.id}/do", {"do": "edit"}).status_code == 302
    proposal.refresh_from_db()
    assert proposal.text == CLOSE


def test_a_proposal_says_what_it_changes(office: Office) -> None:
    proposal = edit(office)
    html = text_of(office.client("sam").get(f"/proposal/{proposal.id}/").content)
    assert "It says, before Delivery engineer confirms the deployment, within one hour ." in html
    assert "It says, now Delivery engineer confirms the deployment, within two hours ." in html
    assert "Due: 2 hours, before 1 hour." in html


def test_sending_asks_how_much_it_changes_and_doubts_editorial(office: Office) -> None:
    proposal, sam = edit(office), office.client("sam")
    form = text_of(sam.get(f"/proposal/{proposal.id}/send").content)
    assert "Vera Lind (owner) and Eve Moss (expert) approve it." in form
    assert "No run is on the way." in form
    doubt = send(sam, proposal, materiality="editorial")
    assert "Is it really editorial?" in doubt
    assert "“Confirm the deployment”: Due: 2 hours, before 1 hour." in doubt
    sent = send(sam, proposal, materiality="editorial", why="It was always two.")
    assert "It is with those who approve it. You hear what they say." in sent
    assert "Vera Lind: asked · Eve Moss: asked" in sent
    assert "Sam Ortiz answered: It was always two." in sent


def test_the_runs_on_the_way_are_tried_before_sending(office: Office) -> None:
    office.start()
    proposal = edit(office, text=AMENDED.replace("### Confirm the deployment", "### Look at the deployment"))
    html = text_of(office.client("sam").get(f"/proposal/{proposal.id}/send").content)
    assert "One run is on the way" in html
    assert "Halden Foods: Web shop relaunch" in html


def test_faults_are_listed_and_a_level_offered(office: Office) -> None:
    broken = CLOSE.replace('- If rejected: "Amend the contract", then ask again (at most 3 times)\n', "")
    proposal, sam = edit(office, text=broken), office.client("sam")
    html = text_of(sam.get(f"/proposal/{proposal.id}/send").content)
    assert "It cannot be published as run." in html
    assert "Send it as followed" in html
    send(sam, proposal, level="followed")
    proposal.refresh_from_db()
    assert (proposal.state, proposal.version.level if proposal.version else "") == ("in approval", "followed")


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("effective_from", "2020-01-01", "Expected a date that is still to come"),
        ("effective_from", "soon", "give a date as year, month and day"),
        ("materiality", "huge", "Say how much it changes"),
    ],
)
def test_what_the_form_does_not_offer_is_refused(office: Office, field: str, value: str, said: str) -> None:
    assert said in send(office.client("sam"), edit(office), **{"when": "date", field: value})


def test_approved_and_heard(office: Office) -> None:
    proposal, sam = edit(office), office.client("sam")
    send(sam, proposal)
    case = Proposal.objects.get().case
    assert isinstance(case, UUID)
    say(case, office.vera)
    say(case, office.eve)
    carry_out()
    html = text_of(sam.get(f"/proposal/{proposal.id}/").content)
    assert "Approved: version 2 of “Close a client project” is in force. I have seen it" in html
    seen = text_of(sam.post(f"/proposal/{proposal.id}/do", {"do": "hear"}, follow=True).content)
    assert "Thank you for making it better." in seen
    assert "I have seen it" not in seen
    assert "Approved: version 2" in text_of(sam.get("/proposals/").content)


def test_changes_wanted_come_back_in_words(office: Office) -> None:
    proposal, sam = edit(office), office.client("sam")
    send(sam, proposal)
    say(Proposal.objects.get().case or UUID(int=0), office.eve, "changes wanted", "Make it 90 minutes.")
    follow_approvals(business_now())
    html = text_of(sam.get(f"/proposal/{proposal.id}/").content)
    assert "Eve Moss wants changes. Make it 90 minutes. Amend it and send it again, or withdraw it." in html


def test_declining_and_withdrawing(office: Office) -> None:
    first = propose(process=process().id, step="", sentence="More lunch.", by=office.sam)
    vera = office.client("vera")
    said = text_of(vera.post(f"/proposal/{first.id}/do", {"do": "decline", "reason": "No."}, follow=True).content)
    assert "Declined by Vera Lind: No." in said
    second = propose(process=process().id, step="", sentence="Less lunch.", by=office.sam)
    refused = office.client("eve").post(f"/proposal/{second.id}/do", {"do": "withdraw"})
    assert (refused.status_code, "Only whoever proposed this may withdraw it." in text_of(refused.content)) == (
        409,
        True,
    )
    sam = office.client("sam")
    assert "It is withdrawn." in text_of(sam.post(f"/proposal/{second.id}/do", {"do": "withdraw"}, follow=True).content)
    unknown = sam.post(f"/proposal/{second.id}/do", {"do": "explode"})
    assert unknown.status_code == 409


def test_an_overtaken_proposal_is_brought_onto_the_newest_version(office: Office) -> None:
    proposal, sam = edit(office), office.client("sam")
    publish(text=CLOSE.replace("Look at production, not at staging.", "Look twice."), by=office.vera)
    assert "Version 2 was published meanwhile" in send(sam, proposal).replace("version", "Version")
    html = text_of(sam.get(f"/proposal/{proposal.id}/").content)
    assert "Version 2 was published since this was begun." in html
    done = text_of(sam.post(f"/proposal/{proposal.id}/do", {"do": "rebase"}, follow=True).content)
    assert "Both changes are in the text now." in done
    proposal.refresh_from_db()
    assert ("Look twice." in proposal.text, "- Due: 2 hours" in proposal.text) == (True, True)
    assert "It is with those who approve it." in send(sam, proposal)


def test_what_both_changed_is_chosen(office: Office) -> None:
    proposal, sam = edit(office), office.client("sam")
    publish(text=CLOSE.replace("- Due: 1 hour\n", "- Due: 3 hours\n"), by=office.vera)
    asked = sam.post(f"/proposal/{proposal.id}/do", {"do": "rebase"})
    assert (asked.status_code, "Both changed the same" in text_of(asked.content)) == (409, True)
    name = asked.content.decode().split('name="choose:', 1)[1].split('"', 1)[0]
    sam.post(f"/proposal/{proposal.id}/do", {"do": "rebase", f"choose:{name}": "mine"})
    proposal.refresh_from_db()
    assert "- Due: 2 hours" in proposal.text


def test_a_proposal_from_the_answer_page_without_signing_in(office: Office) -> None:
    ask = ask_of(office.start(), STEP)
    Ask.objects.filter(id=ask.id).update(person=office.sam)
    ask.refresh_from_db()
    link = link_to(ask)
    client = Client()
    assert "Should this be done another way? Propose a change" in text_of(client.get(link).content)
    assert "What should change in this step?" in text_of(client.get(f"{link}?propose=1").content)
    client.post(link, {"do": "propose", "confirmed": "1", "comment": "Two hours, please."})
    found = Proposal.objects.get()
    assert (found.sentence, found.step, found.by_id, found.state) == ("Two hours, please.", STEP, office.sam, "open")


def test_the_run_offers_it_at_the_open_step(office: Office) -> None:
    case = office.start()
    html = office.client("ana").get(f"/run/{case.id}/").content.decode()
    assert f"/library/{KEY}/propose?step=Confirm%20the%20deployment" in html


def test_a_version_in_review_is_no_readers_business(office: Office) -> None:
    send(office.client("sam"), edit(office))
    assert Version.objects.get(state="in review").number == 2
    mira = office.client("mira")
    assert mira.get(f"/library/{KEY}/2/").status_code == 404
    assert "Version 2" not in text_of(mira.get(f"/library/{KEY}/").content)


def test_somebody_outside_is_offered_nothing(office: Office) -> None:
    case = office.start()
    ask = ask_of(case, STEP)
    Ask.objects.filter(id=ask.id).update(person=office.sam)
    Person.objects.filter(id=office.sam).update(outside=True)
    ask.refresh_from_db()
    assert "Propose a change" not in text_of(Client().get(link_to(ask)).content)


def test_a_pasted_text_of_a_page_in_force_becomes_a_proposal(office: Office) -> None:
    sam = office.client("sam")
    checked = text_of(sam.post("/library/publish/", {"text": AMENDED, "do": "check"}).content)
    assert "This amends Close a client project , which is in force." in checked
    assert ("Propose it" in checked, "Publish without approval" in checked) == (True, False)
    assert "Publish without approval" in text_of(
        office.client("eve").post("/library/publish/", {"text": AMENDED, "do": "check"}).content
    )
    html = text_of(sam.post("/library/publish/", {"text": AMENDED, "do": "propose"}, follow=True).content)
    assert "Due: 2 hours, before 1 hour." in html
    assert (Proposal.objects.get().state, Proposal.objects.get().by_id) == ("draft", office.sam)
    new = sam.post("/library/publish/", {"text": "# Something new\n", "do": "propose"})
    assert new.status_code == 404


def test_a_new_heading_is_offered_as_the_same_step(office: Office) -> None:
    proposal, sam = (
        edit(office, text=CLOSE.replace("### Confirm logistics", "### Agree on logistics")),
        office.client("sam"),
    )
    html = text_of(sam.get(f"/proposal/{proposal.id}/send").content)
    assert "“Confirm logistics” is now no longer there Agree on logistics" in html
    send(sam, proposal, same="Confirm logistics\nAgree on logistics")
    proposal.refresh_from_db()
    assert proposal.version is not None
    assert proposal.version.identities["Agree on logistics"] == "Confirm logistics"
    shown = text_of(sam.get(f"/proposal/{proposal.id}/").content)
    assert "Renamed from “Confirm logistics”." in shown


def test_the_page_that_approves_offers_no_start(office: Office) -> None:
    send(office.client("sam"), edit(office))
    vera = office.client("vera")
    page = vera.get("/library/amend-a-page/").content.decode()
    assert "A proposal that is sent for approval starts this." in text_of(page)
    shown = [page, *(vera.get(path).content.decode() for path in ("/", "/library/?q=amend"))]
    assert [html.count("Amend a page") > 0 for html in shown] == [True] * 3
    assert [html.count("/start/amend-a-page") for html in shown] == [0] * 3
    assert vera.get("/start/amend-a-page").status_code == 403


# -- How much it changes, as approvers say -----------------------------------------------------------------


def approving(office: Office, **more: object) -> tuple[Client, str]:
    """Send a change and return Eve's browser with the page on which she is asked."""
    send(office.client("sam"), edit(office), **more)
    return office.client("eve"), f"/ask/{Ask.objects.get(state='open', person=office.eve).id}"


def pressed(client: Client, path: str, **posted: object) -> HttpResponse:
    """Press a button of an answer page."""
    form = {"seen": hidden(client.get(path).content.decode(), "seen"), "do": "approved", **posted}
    return client.post(path, form, follow=True)  # type: ignore[return-value]


def test_the_answer_page_has_what_was_proposed_filled_in_and_takes_more(office: Office) -> None:
    eve, path = approving(office)
    html = eve.get(path).content.decode()
    assert "<option selected>material</option>" in html
    assert "How much does it change? It was sent as material" in text_of(html)
    second = pressed(eve, path, **{"fact-materiality": "critical"}).content.decode()
    assert '<input type="hidden" name="fact-materiality" value="critical">' in second
    assert "Thank you, Eve" in text_of(pressed(eve, path, confirmed="1", **{"fact-materiality": "critical"}).content)
    case = Proposal.objects.get().case
    assert isinstance(case, UUID)
    say(case, office.vera)
    carry_out()
    assert Version.objects.get(number=2, process=process()).materiality == "critical"
    told = text_of(office.client("sam").get(f"/proposal/{Proposal.objects.get().id}/").content)
    assert "Sent as material, approved as critical: so Eve Moss said." in told


def test_less_is_asked_why_and_what_was_filled_in_stays(office: Office) -> None:
    eve, path = approving(office)
    lighter = {"confirmed": "1", "fact-materiality": "editorial"}
    refused = pressed(eve, path, **lighter)
    assert (refused.status_code, "Say why it is only editorial, or confirm material." in text_of(refused.content)) == (
        422,
        True,
    )
    assert "<option selected>editorial</option>" in refused.content.decode()
    done = pressed(eve, path, **lighter, **{"fact-reason": "Only the name of the build."})
    assert "Thank you, Eve" in text_of(done.content)


def test_the_answer_page_says_what_moves_otherwise_since_it_was_sent(office: Office) -> None:
    text = AMENDED.replace("### Confirm the deployment", "### Look at the deployment")
    office.start()
    send(office.client("sam"), edit(office, text=text), running="move")
    eve, ask = office.client("eve"), Ask.objects.get(state="open", person=office.eve)
    assert "Since you were asked" not in text_of(eve.get(f"/ask/{ask.id}").content)
    office.start("Norrland Rail")
    shown = text_of(eve.get(f"/ask/{ask.id}").content)
    assert "Since you were asked: Norrland Rail: Web shop relaunch is on the way, too: " in shown
