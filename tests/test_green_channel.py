"""The green channel: who goes first, for what, before whom, and how often (R2.83)."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.utils import timezone
from django.utils.translation import override
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.access import visible
from cases.actions import green, raising, referring
from cases.actions.reading import open_applicant
from cases.lifecycle import RuleBroken
from cases.models import Case, CaseEvent, GreenChannel, GreenPass
from cases.reads import desk
from cases.reads.sentences import sentence
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


def comes(story: Story, days: int) -> int:
    """A case of Wang's that is asked now and is due in so many working days."""
    story.cast.wang.hall = story.cast.hall
    story.cast.hall.acceptance_days = days
    return story.ask().pk


def another_date(story: Story, case: int, days: int) -> None:
    """Raise a case, so that its date is that of the reply; or reply, and it is back."""
    hall = Hall.objects.filter(pk=story.cast.hall.pk)
    hall.update(raise_days=days)
    if Case.objects.get(pk=case).state == "asked":
        acts.raise_(story, case)
    else:
        reply = "经研究，按现行规定办理，无需补交材料"
        raising.reply_to_raise(case, reply=reply, by=story.cast.wang, at=story.at())


def test_who_comes_later_is_passed_on_record_and_no_more_often(story: Story) -> None:
    """R2.83: two green ones may stand before it, and the third gives way at once."""
    firsts = [comes(story, 5) for _ in range(3)]
    for case in firsts:
        acts.go_first(story, case)
    late = comes(story, 4)
    assert in_order(story) == [*firsts[:2], late, firsts[2]]
    passes = GreenPass.objects.filter(over=late).order_by("nth")
    assert list(passes.values_list("case", "nth", "is_later")) == [
        (firsts[0], 1, True),
        (firsts[1], 2, True),
    ]
    assert [verify_case(case).findings for case in (*firsts, late)] == [[]] * 4
    for case, said in ((late, "2 "), (firsts[2], "case ")):
        event = CaseEvent.objects.filter(case=case).latest("seq")
        with override("en"):
            line = sentence(event.kind, event.body)
        assert said in f"{line.text} {line.more}"
    # Who waits like any other again is one of those that are passed.
    green.end_green_channel(
        firsts[0], reason="当事人表示不再需要", by=story.cast.wang, at=story.at()
    )
    assert GreenPass.objects.filter(case=firsts[1], over=firsts[0]).exists()
    assert verify_case(firsts[0]).findings == []


STEPS = st.tuples(
    st.sampled_from(("comes", "goes first", "date")),
    st.integers(0, 6),
    st.integers(1, 9),
)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    steps=st.lists(STEPS, min_size=2, max_size=8),
    days=st.integers(0, 6),
    passes=st.integers(0, 3),
)
def test_no_order_of_precedence_lets_anybody_wait_without_bound(
    story: Story, steps: list[tuple[str, int, int]], days: int, passes: int
) -> None:
    """R2.83: whoever goes first or comes later, the bounds of the hall hold for all.

    A slow and obvious model: whoever stands before somebody with an earlier date was
    counted, is at most `days` later, and nobody was passed more than `passes` times.
    """
    hall = story.cast.hall
    Hall.objects.filter(pk=hall.pk).update(green_days=days, green_passes=passes)
    hall.green_days, hall.green_passes = days, passes
    before = set(Case.objects.values_list("pk", flat=True))
    cases = [comes(story, 3)]
    for what, place, number in steps:
        case = cases[place % len(cases)]
        if what == "comes":
            cases.append(comes(story, number))
        elif what == "date":
            another_date(story, case, number)
        elif not GreenChannel.objects.filter(case=case).exists():
            acts.go_first(story, case)
        order = [case for case in in_order(story) if case not in before]
        must_be_fair(cases, order, days, passes)
    assert [verify_case(case).findings for case in cases] == [[]] * len(cases)
    Case.objects.filter(pk__in=cases).update(due_on=dt.date(2020, 1, 1))


def must_be_fair(cases: list[int], order: list[int], days: int, passes: int) -> None:
    """Compare a list with the model."""
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
        assert sum(over == case for _one, over in counted) <= passes


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


def test_who_chases_it_never_comes_to_hold_it(story: Story) -> None:
    """R2.83: neither by hand-over, nor by a name, nor named while it is offered."""
    cast = story.cast
    [case] = asked(story, 3)
    acts.go_first(story, case, acceptor_id=cast.zhao.pk, chaser_id=cast.li.pk)
    with pytest.raises(RuleBroken, match="chases this case") as refused:
        story.offer(Case.objects.get(pk=case))
    assert refused.value.field == "to"
    green.end_green_channel(
        case, reason="当事人表示不再需要", by=cast.wang, at=story.at()
    )
    offer = story.offer(Case.objects.get(pk=case))
    with pytest.raises(RuleBroken, match="chases himself"):
        acts.go_first(story, case, acceptor_id=cast.zhao.pk, chaser_id=cast.li.pk)
    # Another person posted there takes it over: who chases it does not.
    acts.go_first(story, case, acceptor_id=cast.li.pk, chaser_id=cast.zhao.pk)
    with pytest.raises(RuleBroken, match="chases this case"):
        referring.accept_referral(offer, by=cast.zhao, at=story.at())
    referring.accept_referral(offer, by=cast.li, at=story.at())


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
