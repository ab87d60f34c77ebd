from __future__ import annotations

from datetime import timedelta

import pytest
from tests.cases.company import FRIDAY, Company

from doorstep.cases import store
from doorstep.cases.models import Ask, Case
from doorstep.cases.queries import case_of, waits_for_me
from doorstep.cases.refusals import NotAllowed, NotPossible
from doorstep.cases.start_case import start_case
from doorstep.kernel.values import FileRef
from doorstep.library import queries
from doorstep.library.draft import draft
from doorstep.library.errors import NotPublishable
from doorstep.library.models import Process, Version
from doorstep.library.publish import publish
from doorstep.people.models import Person
from doorstep.reading.typed import EXAMPLE, LineFault
from doorstep.stewardship.work_first import NotUnderstood, start_lines, understood

pytestmark = pytest.mark.database


def contract() -> FileRef:
    return store.keep("contract.pdf", b"%PDF-1.4 one", "application/pdf")


def started(company: Company, text: str = EXAMPLE, **more: object) -> Case:
    facts = {"contract": contract(), **more} if "contract.pdf" in text else more
    return Case.objects.get(id=start_lines(text=text, by=company.ana, facts=facts, at=FRIDAY).case_id)


def test_three_lines_ask_three_people_at_once(company: Company) -> None:
    case = started(company)
    asks = Ask.objects.filter(case_id=case.id).order_by("name").values_list("name", "verb", "display", "state")
    assert list(asks) == [
        ("Approve contract.pdf", "approve", "Mira Holt", "open"),
        ("Confirm the deployment of DEP-412", "confirm", "Sam Ortiz", "open"),
        ("Give the go-live date", "fill in", "Priya Nair", "open"),
    ]
    assert case.title == "The deployment of DEP-412, contract.pdf and the go-live date"
    assert case.needed_by == FRIDAY + timedelta(hours=2)
    assert [one.name for one in waits_for_me(company.sam, at=FRIDAY)] == ["Confirm the deployment of DEP-412"]


def test_the_page_stays_its_authors(company: Company) -> None:
    case = started(company)
    version = Version.objects.get(id=case.version_id)
    assert (version.state, version.published_by_id, version.process.owner_id) == ("draft", company.ana, company.ana)
    assert queries.processes_for(company.mira) == ()
    assert queries.processes_for(company.ana) == ()
    assert queries.effective(version.process.key, by=company.ana) is None


def test_only_the_author_may_start_a_draft(company: Company) -> None:
    case = started(company)
    with pytest.raises(NotAllowed, match="only whoever wrote it may start it"):
        start_case(version_id=case.version_id, facts={"contract": contract()}, by=company.mira, at=FRIDAY)
    again = start_case(version_id=case.version_id, facts={"contract": contract()}, by=company.ana, at=FRIDAY)
    assert again.number == case.number + 1


def test_others_do_not_see_the_case_unless_asked(company: Company) -> None:
    case = started(company)
    assert case_of(case.id, by=company.bob) is None
    assert case_of(case.id, by=company.mira) == case


def test_the_same_lines_again_are_the_same_page(company: Company) -> None:
    assert started(company).version_id == started(company).version_id
    assert Process.objects.count() == 1


def test_the_same_lines_of_another_are_another_page(company: Company) -> None:
    text = "Sam checks the site"
    mine = started(company, text)
    other = Case.objects.get(id=start_lines(text=text, by=company.mira, at=FRIDAY).case_id)
    assert mine.version_id != other.version_id


def test_a_published_page_of_the_same_title_is_another_process(company: Company) -> None:
    case = started(company, "Office move:\nSam checks the site")
    text = "# Office move\n\n- Owner: mira@northwind.example\n\n## Check the site\n\n- Who: Delivery engineer\n"
    published = publish(text=text, by=company.mira, at=FRIDAY)
    assert published.process_id != case.process_id
    assert published.number == 1
    assert started(company, "Office move:\nSam checks the lift").process_id != published.process_id


def test_a_missing_file_is_asked_for(company: Company) -> None:
    with pytest.raises(NotPossible, match="Expected contract to start this"):
        start_lines(text=EXAMPLE, by=company.ana, at=FRIDAY)
    assert Version.objects.count() == 0


def test_what_is_approved_in_words_has_the_words_of_the_line(company: Company) -> None:
    case = started(company, "Mira approves the discount of 12 percent")
    ask = Ask.objects.get(case_id=case.id)
    assert (ask.name, ask.verb) == ("Approve the discount of 12 percent", "approve")


def test_lines_that_are_not_clear_start_nothing(company: Company) -> None:
    with pytest.raises(NotUnderstood) as refused:
        started(company, "Miro approves contract.pdf\nSam confirms the deployment")
    assert refused.value.faults == (LineFault(1, 'Nobody here is called "Miro". Did you mean Mira Holt?'),)
    assert (Case.objects.count(), Process.objects.count()) == (0, 0)


def test_a_key_starts_once(company: Company) -> None:
    first = start_lines(text="Sam checks the site", by=company.ana, at=FRIDAY, key="k")
    again = start_lines(text="Sam checks the site", by=company.ana, at=FRIDAY, key="k")
    assert (again.case_id, again.repeated) == (first.case_id, True)


def test_someone_who_left_is_not_known(company: Company) -> None:
    Person.objects.filter(id=company.sam).update(left_on=FRIDAY.date())
    typed = understood(text="Sam checks the site", by=company.ana, at=FRIDAY)
    assert [fault.line for fault in typed.faults] == [1]


def test_people_from_outside_start_nothing(company: Company) -> None:
    outside = Person.objects.create(name="Otto Outside", email="otto@elsewhere.example", outside=True)
    with pytest.raises(NotAllowed):
        start_lines(text="Sam checks the site", by=outside.id, at=FRIDAY)


def test_a_page_with_errors_is_no_draft(company: Company) -> None:
    with pytest.raises(NotPublishable):
        draft(text="# A\n\n## B\n\n- Who: nobody known\n- Approve: {c}\n", by=company.ana, at=FRIDAY)
    assert Process.objects.count() == 0
