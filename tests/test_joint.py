"""Joint handling: parts, opinions, silence, objections, the end (R4.70 to R4.79)."""

from __future__ import annotations

import pytest

from cases.actions import negatives
from cases.actions.answering import answer_case, tell_refusal
from cases.lifecycle import RuleBroken
from cases.models import Answer, Case, Notice, Part
from cases.reads.verification import verify_case
from tests import joints
from tests.cast import Cast
from tests.joints import ENVIRONMENT, FIRE, PLANNING
from tests.make_cases import NEGATIVE, REFUSAL, TEXT, Story
from tests.test_clocks import after

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(cast: Cast) -> Story:
    return Story(cast)


def states(case: int) -> list[str]:
    return list(
        Part.objects.filter(case_id=case)
        .order_by("turn", "position")
        .values_list("state", flat=True)
    )


def sound(case: int) -> None:
    assert verify_case(case).findings == []


def test_one_accepts_for_all_and_each_unit_has_its_person_and_its_day(
    story: Story,
) -> None:
    """R4.70, R4.73: who can begin is asked at once, who waits has no clock."""
    case = joints.accepted(story)
    assert states(case) == ["answered", "running", "running", "pending", "pending"]
    fire, environment, planning = (joints.part(case, n) for n in (2, 3, 4))
    assert (fire.person, fire.window) == (story.cast.ma, story.cast.tax)
    assert (fire.starts_on, fire.due_on) == (joints.day(story), after(story, 3))
    assert (environment.person, environment.due_on) == (None, after(story, 2))
    assert (planning.starts_on, planning.due_on) == (None, None)
    table = Notice.objects.get(case_id=case, kind="joint").content["rows"]
    assert [row["due"] for row in table] == [
        day.isoformat()
        for day in (joints.day(story), *(after(story, n) for n in (3, 2, 7, 8)))
    ]
    sound(case)
    with pytest.raises(RuleBroken, match="before its parts"):
        answer_case(case, text=TEXT, by=story.cast.li, at=story.at())


def test_a_later_step_begins_on_the_result_and_the_case_ends_after_all(
    story: Story,
) -> None:
    """R4.73: the word that the earlier is done starts the later one's clock."""
    case = joints.accepted(story)
    with pytest.raises(RuleBroken, match="begins when the earlier step is done"):
        joints.says(story, case, PLANNING)
    joints.says(story, case, FIRE, "conditions")
    assert states(case)[PLANNING - 1] == "pending"
    joints.says(story, case, ENVIRONMENT)
    planning = joints.part(case, PLANNING)
    assert (planning.starts_on, planning.due_on) == (
        joints.day(story),
        after(story, 4),
    )
    with pytest.raises(RuleBroken, match="has answered already"):
        joints.says(story, case, FIRE)
    joints.says(story, case, PLANNING)
    answer_case(case, text=TEXT, by=story.cast.li, at=story.at())
    assert states(case) == ["answered"] * 4 + ["void"]
    sound(case)


def test_two_objections_that_stand_are_two_refusals(story: Story) -> None:
    """R4.79: each with its reasons, approved by another; the case ends with both."""
    case = joints.two_stand(story)
    assert states(case) == ["answered", "refused", "refused", "void", "void"]
    with pytest.raises(RuleBroken, match="refusal of its own"):
        answer_case(case, text=TEXT, by=story.cast.li, at=story.at())
    for left in (1, 0):
        negatives.propose_negative(case, NEGATIVE, by=story.cast.li, at=story.at())
        negatives.approve_negative(case, reason="", by=story.cast.chen, at=story.at())
        tell_refusal(case, text=REFUSAL, by=story.cast.li, at=story.at())
        row = Case.objects.get(pk=case)
        assert row.state == ("accepted" if left else "answered")
    papers = Notice.objects.filter(case_id=case, kind="refusal")
    units = [paper.content["refused_by"] for paper in papers]
    assert units == ["消防救援大队", "生态环境局"]
    assert Answer.objects.filter(case_id=case).count() == 2
    sound(case)
