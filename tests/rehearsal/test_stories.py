"""Every story in tests/stories comes out as it is told; and how stories are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from doorstep.reading.check import check
from doorstep.rehearsal.play import Play
from doorstep.rehearsal.stories import Difference, Move, NoStory, Story, differences, read_story

ROOT = Path(__file__).parents[2]
STORIES = sorted((ROOT / "tests" / "stories").glob("*.md"))


def play(story: Story) -> Play:
    text = (ROOT / "pages" / story.file).read_text() if story.file else story.page
    checked = check(text, file=story.file)
    assert checked.program is not None, [str(fault) for fault in checked.faults]
    return Play(checked.page, checked.program)


@pytest.mark.parametrize("file", STORIES, ids=lambda file: file.stem)
def test_the_story_comes_out_as_it_is_told(file: Path) -> None:
    story = read_story(file.read_text())
    assert [str(difference) for difference in differences(story, play(story))] == []


def test_there_are_stories() -> None:
    assert {"friday", "silence", "repair", "skip"} <= {file.stem for file in STORIES}


# -- Reading stories -----------------------------------------------------------------------------------

PAGE = "# A page\n\n## Check\n\n- Who: Legal counsel\n"
TOLD = '{"do": "start"}\n= {"statuses": {"Check": "done"}, "commands": []}\n\n{"do": "suspend"}\n'


def told(script: str = TOLD) -> str:
    return f"# A story\n\n```page\n{PAGE}```\n\nAna starts.\n\n```play\n{script}```\n"


def test_a_story_is_a_page_and_what_people_did() -> None:
    assert read_story(told()) == Story(
        PAGE,
        "",
        (
            Move(1, '{"do": "start"}', {"accepted": True, "statuses": {"Check": "done"}, "commands": []}),
            Move(3, '{"do": "suspend"}', {"accepted": True}),
        ),
    )
    assert read_story('Page: close.md\n\n```play\n{"do": "start"}\n```\n').file == "close.md"


def test_what_comes_otherwise_is_told() -> None:
    story = read_story(told())
    found = list(differences(story, play(story)))
    assert found == [
        Difference(story.moves[0], "statuses.Check", "done", "open"),
        Difference(story.moves[0], "commands", [], ["SendAsk Check", "StartTimer Check"]),
    ]
    assert str(found[0]) == "{\"do\": \"start\"}\n  statuses.Check: expected 'done', but got 'open'"


def test_a_line_nobody_expected_anything_of_must_be_accepted() -> None:
    story = read_story(told('{"do": "wait", "for": "PT1H"}\n'))
    assert [difference.what for difference in differences(story, play(story))] == ["accepted"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# Nothing", "Expected one page"),
        (told() + "\nPage: close.md\n", "Expected one page"),
        (told("\n"), "Expected a line of a script"),
        (told("= {}\n"), "Expected a line of a script"),
        (told('{"do": "start"}\n= {\n'), "Expected JSON after =, but got '{'"),
        (told('{"do": "start"}\n= 5\n'), "Expected an object after =, but got '5'"),
    ],
)
def test_what_is_no_story_is_refused(text: str, message: str) -> None:
    with pytest.raises(NoStory) as refusal:
        read_story(text)
    assert str(refusal.value).startswith(message)
