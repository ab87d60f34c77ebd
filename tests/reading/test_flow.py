"""The flow picture: lanes by addressee, nothing that a strict policy refuses, the same page the same picture."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from doorstep.reading.flow import BOX_H, NARROW, draw, flow, lane_of
from doorstep.reading.page import Page, Step
from doorstep.reading.text import read

SVG = "{http://www.w3.org/2000/svg}"
TEXT = """# Close it & go

| Fact | Kind | From |
|---|---|---|
| contract | file | whoever starts |
| countries | list of country | whoever starts |

## Checks

- Order: all at once

### Confirm the deployment

- Who: Engineer
- Where: Jira, new in DEP

### Sign off the contract

- Who: Legal
- Approve: {contract}
- Due: 1 working day
- If rejected: "Amend the contract", then ask again (at most 3 times)

### Amend the contract

- Who: whoever started this
- Fill in: contract (file)

### Check the rollback

- Who: Engineer

## Choose a way

- Who: each of {countries}
- Only if: contract = null
- If rejected: go back to "Checks"

## Pause

- Wait: 2 days

## Look again

- Who: Legal
- If rejected: go back to "Choose a way"
"""


def page() -> Page:
    return read(TEXT).page


def test_lanes_stand_in_the_order_of_the_page() -> None:
    assert draw(page()).lanes == ("Engineer", "Legal", "whoever started it", "each of the countries", "Doorstep")


def test_what_happens_at_once_stands_in_one_row_unless_a_lane_is_taken() -> None:
    y = {box.step.name: box.y for box in draw(page()).boxes}
    assert y["Confirm the deployment"] == y["Sign off the contract"] == y["Amend the contract"]
    assert y["Check the rollback"] > y["Confirm the deployment"]


def test_no_two_boxes_overlap() -> None:
    boxes = draw(page()).boxes
    taken = [(box.lane, range(box.y, box.y + BOX_H)) for box in boxes]
    for index, (lane, rows) in enumerate(taken):
        others = [other for other_lane, other in taken[index + 1 :] if other_lane == lane]
        assert all(other.start >= rows.stop or rows.start >= other.stop for other in others)


def test_a_group_joins_into_what_follows_and_a_repair_does_not() -> None:
    arrows = draw(page()).arrows
    assert {source for source, target in arrows if target == "Choose a way"} == {
        "Confirm the deployment",
        "Sign off the contract",
        "Check the rollback",
    }
    assert ("Choose a way", "Pause") in arrows


def test_the_picture_is_wellformed_and_says_what_it_is() -> None:
    root = ET.fromstring(flow(page()))
    assert root.get("aria-label") == "Flow of Close it & go: 7 steps in 5 lanes"
    assert root.get("role") == "img"


def test_names_are_escaped() -> None:
    hostile = read('# T\n\n## <script>alert("1")</script> it & co\n\n- Who: <b>Legal</b>\n').page
    text = flow(hostile)
    assert "<script>" not in text
    assert "<b>" not in text
    ET.fromstring(text)


def test_it_carries_no_style_and_no_script() -> None:
    tags = {element.tag.removeprefix(SVG) for element in ET.fromstring(flow(page())).iter()}
    assert not tags & {"style", "script", "foreignObject", "image", "use"}
    assert "style=" not in flow(page())


def test_statuses_colour_the_boxes_and_are_said() -> None:
    text = flow(page(), {"Sign off the contract": "open", "Amend the contract": "not taken"})
    root = ET.fromstring(text)
    classes = [rect.get("class") for rect in root.iter(f"{SVG}rect")]
    assert "flow-box is-open" in classes
    assert "flow-box is-not-taken" in classes
    assert "Sign off the contract: open" in [title.text for title in root.iter(f"{SVG}title")]


def test_notes_say_when_where_and_how_long() -> None:
    texts = "".join(ET.fromstring(flow(page())).itertext())
    assert all(note in texts for note in ("in Jira", "within one working day", "only sometimes", "two days"))


def test_detours_are_dashed() -> None:
    paths = [path.get("class") for path in ET.fromstring(flow(page())).iter(f"{SVG}path")]
    assert paths.count("flow-detour") == 2  # the repair, and back to a step; a group has no box


def test_an_empty_page_is_an_empty_picture() -> None:
    assert draw(Page("Nothing")).boxes == ()
    ET.fromstring(flow(Page("Nothing")))


def test_a_step_without_a_card_is_ours() -> None:
    assert [lane_of(step) for step in read("# T\n\n## A\n\n- Wait: 1 day\n").page.walk()] == ["Doorstep"]


def test_an_otherwise_is_said() -> None:
    text = "# T\n\n## G\n\n- Order: one of them\n\n### A\n\n- Who: x\n- Only if: 1 > 2\n\n### B\n\n- Who: x\n- Only if: otherwise\n"
    assert "otherwise" in "".join(ET.fromstring(flow(read(text).page)).itertext())


def test_a_repair_that_stands_in_turn_is_passed_by() -> None:
    text = """# T

| Fact | Kind | From |
|---|---|---|
| n | number | whoever starts |

## Ask

- Who: a
- Approve: {n}
- If rejected: "Mend", then ask again

## Mend

- Who: b
- If late: skip

## Go on

- Who: c
"""
    arrows = draw(read(text).page).arrows
    assert arrows == (("Ask", "Go on"),)
    assert "flow-detour" in flow(read(text).page)


def test_a_step_without_a_card_is_drawn() -> None:
    page = Page("T", steps=(Step("Look", 2),))
    assert draw(page).lanes == ("Doorstep",)
    assert "Look" in flow(page)


def test_beside_a_page_it_is_narrow_and_leaves_the_notes_to_the_sentences() -> None:
    narrow, wide = flow(page(), size=NARROW), flow(page())
    assert draw(page(), size=NARROW).width < draw(page()).width * 0.6
    assert ("in Jira" in narrow, "in Jira" in wide) == (False, True)
    ET.fromstring(narrow)
