"""The green channel: who goes first, for what, before whom, and how often (R2.83)."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.access import visible
from cases.actions import green, raising
from cases.actions.reading import open_applicant
from cases.lifecycle import RuleBroken
from cases.models import Case, CaseEvent, GreenChannel, GreenPass
from cases.reads import desk
from cases.reads.verification import verify_case
from tests import acts
from tests.cast import Cast
from tests.make_cases import Story
from windows.models import Hall


@pytest.fixture
def story(cast: Cast) -> Story:
    """Acts of now."""
    return Story(cast)


def in_order(story: Story) -> list[int]:
    """The cases of Wang's desk as she sees them."""
    page = desk.desk_of(story.cast.wang, at=story.at(), keys={})
    return [row.case for row in page.mine]


def due(case: int, days: int) -> None:
    """Let a case be due in so many days."""
    day = timezone.localdate() + dt.timedelta(days=days)
    Case.objects.filter(pk=case).update(due_on=day)


def asked(story: Story, *days: int) -> list[int]:
    """Cases of Wang's that are due in so many days each."""
    numbers = []
    for number in days:
        case = story.ask().pk
        due(case, number)
        numbers.append(case)
    return numbers


def test_it_stands_sooner_by_the_days_of_the_hall_and_says_before_whom(
    story: Story,
) -> None:
    """R2.83: never before a case that is due more than the set days sooner."""
    near, far, first = asked(story, 1, 5, 8)
    acts.go_first(story, first)
    assert in_order(story) == [near, first, far]
    assert list(GreenPass.objects.values_list("case", "over", "nth")) == [
        (first, far, 1)
    ]
    assert verify_case(first).findings == []


def test_nobody_is_passed_more_often_than_the_hall_allows(story: Story) -> None:
    """R2.83: the third one of the green channel stays behind who was passed twice."""
    waits, *firsts = asked(story, 5, 6, 6, 6)
    for case in firsts:
        acts.go_first(story, case)
    assert in_order(story) == [*firsts[:2], waits, firsts[2]]
    assert GreenPass.objects.filter(over=waits).count() == 2


def test_one_case_passes_another_once_whatever_happens_to_it(story: Story) -> None:
    """R2.83: each event ranks it anew and counts no precedence a second time."""
    waits, first = asked(story, 5, 6)
    acts.go_first(story, first)
    green.chase(first, how="spoken", by=story.cast.chen, at=story.at())
    raising.raise_question(
        first,
        ground="unclear",
        question="政策不明，不知该如何办理",
        own_view="",
        unit_id=story.cast.registry.department_id,
        lead_unit_id=None,
        to_government=False,
        by=story.cast.wang,
        at=story.at(),
    )
    assert GreenPass.objects.filter(over=waits).count() == 1
    assert verify_case(first).findings == []


def test_it_takes_its_place_anew_with_whoever_takes_it_over(story: Story) -> None:
    """R2.83: the list of the new holder is another one."""
    mine = story.moved().pk
    due(mine, 1)
    [first] = asked(story, 2)
    acts.go_first(story, first)
    acts.ACTS["taking over"].do(story, story.offer(Case.objects.get(pk=first)))
    assert GreenPass.objects.filter(case=first, over=mine).exists()
    assert verify_case(first).findings == []


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    dates=st.lists(st.integers(0, 9), min_size=2, max_size=7),
    chosen=st.lists(st.integers(0, 6), max_size=7, unique=True),
    days=st.integers(0, 6),
    passes=st.integers(0, 3),
)
def test_no_order_of_precedence_lets_anybody_wait_without_bound(
    story: Story, dates: list[int], chosen: list[int], days: int, passes: int
) -> None:
    """R2.83: whatever goes first, the bounds of the hall hold for everybody who waits.

    A slow and obvious model: whoever stands before somebody with an earlier date was
    counted, is at most `days` later, and nobody was passed more than `passes` times.
    """
    hall = Hall.objects.filter(pk=story.cast.hall.pk)
    hall.update(green_days=days, green_passes=passes)
    before = set(Case.objects.values_list("pk", flat=True))
    cases = asked(story, *dates)
    for place in chosen:
        if place < len(cases):
            acts.go_first(story, cases[place])
    order = [case for case in in_order(story) if case not in before]
    when = {
        case.pk: case.due_on or dt.date.max
        for case in Case.objects.filter(pk__in=cases)
    }
    firsts = set(GreenChannel.objects.values_list("case_id", flat=True))
    counted = set(GreenPass.objects.values_list("case_id", "over_id"))
    for at, case in enumerate(order):
        ahead = [one for one in order[:at] if (when[one], one) > (when[case], case)]
        if case in firsts:
            continue
        assert len(ahead) <= passes
        assert all((one, case) in counted for one in ahead)
        assert all((when[one] - when[case]).days <= days for one in ahead)
    for case in cases:
        assert GreenPass.objects.filter(over=case).count() <= passes
    Case.objects.filter(pk__in=cases).update(due_on=dt.date(2020, 1, 1))


def test_the_ground_is_sealed_and_opened_on_record(story: Story) -> None:
    """R2.83: why somebody goes first stands in no table and no event."""
    [case] = asked(story, 3)
    acts.go_first(story, case)
    channel = GreenChannel.objects.get(case=case)
    assert b"disabled" not in bytes(channel.ground_sealed)
    event = json.loads(CaseEvent.objects.filter(case=case).latest("seq").body)
    # A commitment to one of eight words would be guessed by trying them all.
    assert event["commit"] == {}
    found = Case.objects.get(pk=case)
    opened = open_applicant(
        found, reason="核对绿色通道事由", by=story.cast.wang, at=story.at()
    )
    assert opened == {"ground": "disabled"}


def test_who_accepts_can_accept_and_never_chases_himself(story: Story) -> None:
    """R2.83, R2.25: two named people, the one at a window with authority."""
    case = story.ask(item=True).pk
    for wrong, field in (
        ({"ground": "rich"}, "ground"),
        ({"acceptor_id": story.cast.ma.pk}, "acceptor"),
        ({"acceptor_id": story.cast.zhou.pk}, "acceptor"),
        ({"chaser_id": story.cast.sun.pk}, "chaser"),
        ({"chaser_id": story.cast.li.pk}, "chaser"),
        ({"chaser_id": story.cast.wang.pk}, "chaser"),
        ({"by": story.cast.ma}, ""),
    ):
        with pytest.raises(RuleBroken) as refused:
            acts.go_first(story, case, **wrong)
        assert refused.value.field == field, wrong
    acts.go_first(story, case)
    with pytest.raises(RuleBroken, match="already"):
        acts.go_first(story, case)


def test_who_chases_sees_it_on_the_desk_until_it_ends(story: Story) -> None:
    """R2.83: the named person finds the case, and nobody else chases it."""
    cast = story.cast
    [case] = asked(story, 3)
    assert not visible(cast.ma).filter(pk=case).exists()
    acts.go_first(story, case, chaser_id=cast.ma.pk)
    assert visible(cast.ma).filter(pk=case).exists()
    page = desk.desk_of(cast.ma, at=story.at(), keys={})
    assert [row.case for row in page.chased] == [case]
    with pytest.raises(RuleBroken, match="chases this case"):
        green.chase(case, how="spoken", by=cast.chen, at=story.at())
    with pytest.raises(RuleBroken) as refused:
        green.end_green_channel(case, reason="。", by=cast.wang, at=story.at())
    assert refused.value.field == "reason"
    green.end_green_channel(
        case, reason="当事人表示不再需要", by=cast.wang, at=story.at()
    )
    assert not desk.desk_of(cast.ma, at=story.at(), keys={}).chased
    assert not visible(cast.ma).filter(pk=case).exists()
    with pytest.raises(RuleBroken, match="not in the green channel"):
        green.chase(case, how="spoken", by=cast.ma, at=story.at())
    assert verify_case(case).findings == []
