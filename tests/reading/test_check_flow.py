"""Steps that do not go together."""

from __future__ import annotations

import pytest
from tests.reading.checking import faults


def steps(*cards: str) -> str:
    """Return steps from ``name: line; line``; one that begins with ``>`` stands below the one before."""
    out = []
    for card in cards:
        name, _, lines = card.partition(": ")
        level = "###" if name.startswith(">") else "##"
        body = "".join(f"- {line}\n" for line in lines.split("; ") if line)
        out.append(f"{level} {name.lstrip('>')}\n\n{body}\n")
    return "".join(out)


BACK = 'If rejected: go back to "A"'


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # going back, on, aside
        (
            steps("A: Who: A", 'B: Who: B; If rejected: go back to "C"', "C: Who: C"),
            '8:16 E412 Expected an earlier step to go back to, but "C" comes later; write go to "C".',
        ),
        (
            steps('A: Who: A; If rejected: go back to "A"'),
            '4:16 E412 Expected an earlier step to go back to, but "A" is this one.',
        ),
        (
            steps("A: Who: A", 'B: Who: B; Then: go to "A"'),
            '8:9 E416 Expected a later step beside this one, or beside a group around it, to go to, but "A" is none.',
        ),
        (
            steps('A: Who: A; If late: go to "C"', "B: ", ">C: Who: C"),
            '4:12 E416 Expected a later step beside this one, or beside a group around it, to go to, but "C" is none.',
        ),
        (
            steps("G: ", '>A: Who: A; Then: go to "G"'),
            '7:9 E416 Expected a later step beside this one, or beside a group around it, to go to, but "G" is none.',
        ),
        (
            steps('A: Who: A; If late: go to "R"; If rejected: "R", then ask again (at most 2 times)', "R: Who: B"),
            '4:12 E416 Expected a later step beside this one, or beside a group around it, to go to, but "R" is none.',
        ),
        (
            steps("A: Who: A", 'B: Who: B; If rejected: "A", then ask again (at most 2 times)'),
            '8:16 E413 Expected the repair step "A" after this one, among the steps beside it; write go back to "A" for an earlier step.',
        ),
        (
            steps('A: Who: B; If rejected: "C", then ask again (at most 2 times)', "B: ", ">C: Who: C"),
            '4:16 E413 Expected the repair step "C" after this one, among the steps beside it; write go back to "C" for an earlier step.',
        ),
        (
            steps('A: Who: A; If rejected: "R", then ask again', "R: Who: B"),
            '4:16 W401 "R" may be asked for again and again without a limit. Write how often: (at most 3 times).',
        ),
        (
            steps('A: Set: deal.Stage = "x"', 'B: Set: deal.Stage = "y"; If it fails: go back to "A"'),
            '8:16 E411 Expected a person or a wait between "A" and this step, but they go round by themselves for ever.',
        ),
        (
            steps('A: Set: deal.Stage = "x"; If it fails: "R", then ask again', 'R: Set: deal.Stage = "y"'),
            '4:16 E411 Expected a person or a wait between "R" and this step, but they go round by themselves for ever.',
        ),
        (
            steps('A: Set: deal.Stage = "x"; If it fails: "R", then ask again', "R: ", ">B: Who: B"),
            '4:16 W401 "R" may be asked for again and again without a limit. Write how often: (at most 3 times).',
        ),
        # after
        (
            steps("A: Who: A", "G: ", ">B: Who: B; After: A"),
            '11:10 E405 Expected a step that stands beside this one in its group, but "A" does not.',
        ),
        (
            steps("A: Who: A; After: A"),
            '4:10 E405 Expected a step that stands beside this one in its group, but "A" does not.',
        ),
        (
            steps('A: Who: A; If rejected: "R", then ask again (at most 2 times)', "R: Who: B", "C: Who: C; After: R"),
            '13:10 E410 "C" can never finish: it waits for the repair step "R", which opens only after a rejection.',
        ),
        (
            steps("A: Who: A; After: B", "B: Who: B; After: A"),
            '4:10 E410 "Close" can never finish: "A" and "B" wait for each other.',
        ),
        (
            steps("S: Who: S", *(f"{n}: Who: A; After: {m}" for n, m in zip("ABCDE", "BCDEA", strict=True))),
            '8:10 E410 "Close" can never finish: "A" and "B" and "C" and "D" and others wait for each other.',
        ),
        # groups
        (
            steps("G: Order: 3 of them", ">A: Who: A", ">B: Who: B"),
            '3:10 E410 "G" can never finish: 3 of them are wanted, but it has only 2.',
        ),
        (
            steps(
                "G: Order: 2 of them", '>A: Who: A; If rejected: "R", then ask again (at most 2 times)', ">R: Who: B"
            ),
            '3:10 E410 "G" can never finish: 2 of them are wanted, but it has only 1.',
        ),
        (
            steps("A: Who: A; Only if: otherwise"),
            '4:12 E417 Expected "otherwise" on the last step of a group ordered one of them, but this step is none.',
        ),
        (
            steps("G: Order: one of them", ">A: Who: A; Only if: value > 5", ">B: Who: B; Only if: value > 9"),
            "3:10 W402 Expected a last step with Only if: otherwise in a group ordered one of them, but there is none.",
        ),
        # reaching
        (
            steps("A: Who: A; Then: end", "B: Who: B", "C: Who: C"),
            '6:1 E409 "B" can never be reached: "A" before it always ends the run.',
        ),
        (
            steps('A: Who: A; Then: go to "C"', "B: Who: B", "C: Who: C"),
            '6:1 E409 "B" can never be reached: "A" before it always goes elsewhere.',
        ),
        (steps("A: Who: A; Only if: 1 > 2"), '1:1 E409 "A" can never be reached: its Only if is never true.'),
        (
            steps("G: Order: one of them", ">A: Who: A", ">B: Who: B; Only if: otherwise"),
            '9:1 E409 "B" can never be reached: "A" before it is always taken.',
        ),
        (
            steps("G: ", ">A: Who: A; Then: end the case", "B: Who: B"),
            '9:1 E409 "B" can never be reached: "G" before it always ends the run.',
        ),
        (
            steps("G: ", ">H: Order: all at once", ">A: Who: A", "B: Who: B")
            .replace("### A", "#### A")
            .replace("- Who: A\n", "- Who: A\n- Then: end the case\n"),
            '13:1 E409 "B" can never be reached: "G" before it always ends the run.',
        ),
        (
            steps("A: Who: A; Then: end", 'B: Who: B; If rejected: "R", then ask again (at most 2 times)', "R: Who: C"),
            '6:1 E409 "B" can never be reached: "A" before it always ends the run.',
        ),
        (steps("G: Only if: 1 > 2", ">A: Who: A"), '1:1 E409 "G" can never be reached: its Only if is never true.'),
    ],
)
def test_what_does_not_go_together_is_told(text: str, found: str) -> None:
    assert faults(text) == [found]


@pytest.mark.parametrize(
    "text",
    [
        steps("A: Who: A", f"B: Who: B; {BACK}"),
        steps("G: ", '>A: Who: A; If rejected: go back to "G"'),
        steps("A: Who: A; Then: end; Only if: value > 5", "B: Who: B"),
        steps("A: Who: A; Then: end; If late: skip", "B: Who: B"),
        steps("G: ", ">A: Who: A; Then: end", "B: Who: B"),
        steps("G: Order: first wins", ">A: Who: A; Then: end the case", ">C: Who: C", "B: Who: B"),
        steps('A: Who: A; Then: go to "C"; If late: go to "B"', "B: Who: B", "C: Who: C"),
        steps("G: ", '>A: Who: A; Then: go to "C"', ">B: Who: B; After: start", "C: Who: C"),
        steps("A: Who: A", 'B: Set: deal.Stage = "y"; If it fails: go back to "A"'),
        steps("A: Wait: 2 days", 'B: Set: deal.Stage = "y"; If it fails: go back to "A"'),
        steps(
            'A: Set: deal.Stage = "x"; Not before: value > 5', 'B: Set: deal.Stage = "y"; If it fails: go back to "A"'
        ),
        steps('A: Set: deal.Stage = "x"; Not before: {day}', 'B: Set: deal.Stage = "y"; If it fails: go back to "A"'),
        steps('A: Who: A; If rejected: "R", then ask again (at most 2 times)', "R: Who: B", "C: Who: C"),
        steps("A: Who: A", "B: Who: B; After: start", "C: Who: C; After: A and B"),
        steps("G: Order: one of them", ">A: Who: A; Only if: value > 5", ">B: Who: B; Only if: otherwise"),
        steps("G: Order: one of them", ">A: Who: A; Only if: value > 5", ">B: Who: B"),
        steps("G: Order: 2 of them", ">A: Who: A", ">B: Who: B"),
        steps("A: Who: A; Only if: 2 > 1"),
        steps("A: Who: A; If late: tell B, ask C instead; If rejected: tell B, go on"),
    ],
)
def test_what_goes_together_is_left_alone(text: str) -> None:
    assert faults(text) == []


def test_an_unknown_target_is_told_once_and_the_rest_is_still_checked() -> None:
    page = steps('A: Who: A; If rejected: tell B, go back to "Z"; If late: go to "A"; Then: go to "Y"')
    assert [" ".join(fault.split()[:2]) for fault in faults(page)] == ["4:24 E401", "5:12 E416", "6:9 E401"]


def test_otherwise_stands_last() -> None:
    assert faults(
        steps("G: Order: one of them", ">A: Who: A; Only if: otherwise", ">B: Who: B; Only if: value > 5")
    ) == [
        '8:12 E417 Expected "otherwise" on the last step of a group ordered one of them, but this step is none.',
        '10:1 E409 "B" can never be reached: "A" before it is always taken.',
    ]


def test_a_group_of_repair_steps_alone_has_no_last_step() -> None:
    text = steps(
        "G: Order: one of them", '>R: Who: A; Only if: otherwise; If rejected: "R", then ask again (at most 2 times)'
    )
    assert [" ".join(fault.split()[:2]) for fault in faults(text)] == ["8:12 E417", "9:16 E413"]
