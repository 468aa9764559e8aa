"""Stopping the clock of an accepted case, letting it run again, extending it once."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases import deadlines
from cases.actions import clocks, raising, referring
from cases.actions.answering import answer_case, applicant_withdraws
from cases.actions.intake import renew_code
from cases.deadlines import LONGEST_STOP
from cases.lifecycle import RuleBroken
from cases.models import Case, CaseEvent, Deadline
from cases.models.case import DeadlineKind
from cases.reads.progress import look_up
from cases.reads.verification import verify_case
from tests import acts
from tests.browsing import send, went_back, words
from tests.cast import Cast, come_in
from tests.make_cases import TEXT, Story, earlier, work_today
from windows.calendars import current_calendar
from windows.editing import save_with_reason
from windows.models import CalendarYear, ClosureDay, ServiceItem

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(cast: Cast) -> Story:
    ServiceItem.objects.filter(pk=cast.item.pk).update(
        promised_days=5, statutory_days=20
    )
    story = Story(cast)
    work_today(story)
    return story


@pytest.fixture
def accepted(story: Story) -> int:
    case = story.moved(item=True, contact=True).pk
    acts.accept(story, case)
    return case


def after(story: Story, days: int) -> dt.date:
    """The day so many working days from today."""
    calendar = current_calendar(story.cast.hall.region)
    return deadlines.due(calendar, timezone.localdate(story.at()), days, "working").due


def dates(case: int) -> tuple[dt.date | None, dt.date | None, dt.date | None]:
    row = Case.objects.get(pk=case)
    return row.promised_due, row.statutory_due, row.due_on


def extend(story: Story, case: int, **fields: object) -> object:
    usual = {
        "days": 10,
        "reason": "情况复杂",
        "head": "局长 周明",
        "by": story.cast.chen,
        "at": story.at(),
    }
    return clocks.extend(case, **{**usual, **fields})  # type: ignore[arg-type]


def test_a_stop_with_a_limit_moves_both_dates_and_is_due_itself(
    story: Story, accepted: int
) -> None:
    """R1.24, rules.md 6.5: the limit told moves both dates at once."""
    acts.stop(story, accepted, limit_days=3)
    assert dates(accepted) == (after(story, 8), after(story, 23), after(story, 3))
    kinds = Deadline.objects.filter(case=accepted).values_list("kind", flat=True)
    assert list(kinds).count(DeadlineKind.STOP) == 1


def test_ended_the_same_day_a_stop_takes_one_day(story: Story, accepted: int) -> None:
    """rules.md 6.5: resumed early, the dates move by the days it took, at least one."""
    acts.stop(story, accepted, limit_days=3)
    clocks.resume_clock(accepted, by=story.cast.li, at=story.at())
    assert dates(accepted) == (after(story, 6), after(story, 21), after(story, 6))


def test_a_stop_without_a_limit_leaves_no_date_until_it_ends(
    story: Story, accepted: int
) -> None:
    """R1.24: frozen; the case is looked at again, and somebody still answers for it."""
    acts.stop(story, accepted)
    again = after(story, story.cast.hall.checkback_days)
    assert dates(accepted) == (None, None, again)
    clocks.resume_clock(accepted, by=story.cast.li, at=story.at())
    assert dates(accepted) == (after(story, 6), after(story, 21), after(story, 6))
    assert verify_case(accepted).findings == []


def test_a_clock_is_stopped_once_at_a_time_and_any_number_of_times(
    cast: Cast, story: Story
) -> None:
    """R1.24, rules.md 6.5: once a day, and repeated every day it moves no date again.

    Else stops of a moment would hold the clock for ever.
    """
    with earlier(cast, 6) as then:
        case = then.moved(item=True, contact=True).pk
        acts.accept(then, case)
        ends = after(then, 6), after(then, 21)
    for ago in (5, 3, 1):
        with earlier(cast, ago) as then:
            acts.stop(then, case, limit_days=2)
            with pytest.raises(RuleBroken, match="stopped already"):
                acts.stop(then, case)
            clocks.resume_clock(case, by=cast.li, at=then.at())
            with pytest.raises(RuleBroken, match="is running"):
                clocks.resume_clock(case, by=cast.li, at=then.at())
            with pytest.raises(RuleBroken, match="run again today"):
                acts.stop(then, case)
    assert dates(case)[:2] == ends
    assert verify_case(case).findings == []


@pytest.mark.parametrize("limit_days", [None, 2, LONGEST_STOP])
def test_a_stop_neither_hides_nor_revives_what_was_missed(
    cast: Cast, story: Story, limit_days: int | None
) -> None:
    """R1.24, R1.29: once the promised day has passed, the clock is not stopped."""
    with earlier(cast, 30) as then:
        case = then.moved(item=True, contact=True).pk
        acts.accept(then, case)
    before = dates(case)
    with pytest.raises(RuleBroken, match="promised date has passed"):
        acts.stop(story, case, limit_days=limit_days)
    assert dates(case) == before


def test_an_extension_does_not_hide_a_promise_that_was_missed(
    cast: Cast, story: Story
) -> None:
    """R1.20, R1.30: the law's date moves, the promise stays missed and overdue."""
    with earlier(cast, 12) as then:
        case = then.moved(item=True, contact=True).pk
        acts.accept(then, case)
        later = after(then, 30)
    missed = dates(case)[0]
    assert missed is not None
    assert missed < timezone.localdate()
    extend(story, case)
    assert dates(case) == (missed, later, missed)
    assert verify_case(case).findings == []


@pytest.mark.parametrize("unit", ["working", "calendar"])
def test_a_stop_moves_a_firm_promise_by_its_own_days_alone(
    story: Story, unit: str
) -> None:
    """R1.30: not by those of a calendar that came between, also extended after it."""
    this = timezone.localdate(story.at())
    # A promise that ends on a rest day has days of its own that no stop moves (R9.09).
    days = next(n for n in (5, 6, 7) if (this + n * dt.timedelta(1)).weekday() < 5)
    ServiceItem.objects.filter(pk=story.cast.item.pk).update(
        promised_unit=unit, promised_days=days
    )
    for year in range(this.year, this.year + 3):
        row = CalendarYear(year=year)
        save_with_reason(row, by=story.cast.sun, reason="国务院通知")
    case = story.moved(item=True, contact=True).pk
    acts.accept(story, case)
    promise = dates(case)[0]
    assert promise is not None
    for number in range(1, (promise - this).days):
        if (day := this + dt.timedelta(days=number)).weekday() < 5:
            off = ClosureDay(day=day, name="临时放假", is_off=True)
            save_with_reason(off, by=story.cast.sun, reason="国务院通知")
            break
    calendar = current_calendar("")

    def moved(days: int) -> dt.date:
        assert promise is not None
        return deadlines.due(calendar, promise, days, unit).due

    acts.stop(story, case, limit_days=3)
    assert dates(case)[0] == moved(3)
    extend(story, case, days=2)
    assert dates(case)[0] == moved(5)
    assert verify_case(case).findings == []


@pytest.mark.parametrize("limit_days", [0, -1, LONGEST_STOP + 1])
def test_a_stop_is_told_to_take_a_time_that_somebody_can_wait(
    story: Story, accepted: int, limit_days: int
) -> None:
    """R1.24: the time needed is told in writing."""
    with pytest.raises(RuleBroken) as refused:
        acts.stop(story, accepted, limit_days=limit_days)
    assert refused.value.field == "limit_days"


def test_only_an_accepted_case_has_a_clock_to_stop_or_extend(story: Story) -> None:
    """R1.24: before acceptance nothing is counted (rules.md 6.5)."""
    asked = story.moved(item=True, contact=True).pk
    with pytest.raises(RuleBroken):
        acts.stop(story, asked)
    with pytest.raises(RuleBroken):
        extend(story, asked)


def test_while_the_clock_stands_it_is_handed_over_but_not_answered(
    story: Story, accepted: int
) -> None:
    """R1.24: what it was stopped for comes first; nobody may end it in between."""
    acts.stop(story, accepted)
    with pytest.raises(RuleBroken, match="clock is stopped"):
        answer_case(accepted, text=TEXT, by=story.cast.li, at=story.at())
    with pytest.raises(RuleBroken, match="clock is stopped"):
        raising.raise_question(
            accepted,
            ground="unclear",
            question="政策不明，不知该如何办理",
            own_view="",
            unit_id=story.cast.registry.department_id,
            lead_unit_id=None,
            to_government=False,
            by=story.cast.li,
            at=story.at(),
        )
    offer = referring.offer_case(
        accepted,
        to_clerk_id=story.cast.ma.pk,
        to_window_id=story.cast.tax.pk,
        reason="属该窗口职责",
        escort="led",
        by=story.cast.li,
        at=story.at(),
    )
    referring.withdraw_referral(offer.pk, by=story.cast.li, at=story.at())
    clocks.resume_clock(accepted, by=story.cast.li, at=story.at())
    answer_case(accepted, text=TEXT, by=story.cast.li, at=story.at())


def test_the_applicant_withdraws_also_while_the_clock_stands(
    story: Story, accepted: int
) -> None:
    """The stop ends with it, and the history says so."""
    acts.stop(story, accepted)
    applicant_withdraws(
        accepted,
        text="申请人自愿撤回本次申请",
        is_signed=True,
        by=story.cast.li,
        at=story.at(),
    )
    case = Case.objects.get(pk=accepted)
    assert case.state == "closed"
    assert not case.stops.filter(resumed_at__isnull=True).exists()
    assert verify_case(accepted).findings == []


def test_a_case_is_extended_once_before_its_end_as_the_head_approved(
    story: Story, accepted: int
) -> None:
    """R1.20, R1.29: ten days, one time, a reason and a name."""
    extend(story, accepted)
    assert dates(accepted) == (after(story, 15), after(story, 30), after(story, 15))
    with pytest.raises(RuleBroken, match="law allows once"):
        extend(story, accepted)
    assert verify_case(accepted).findings == []


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"days": 11}, "days"),
        ({"days": 0}, "days"),
        ({"reason": "。"}, "reason"),
        ({"head": "。"}, "head"),
    ],
)
def test_an_extension_beyond_the_law_is_refused(
    story: Story, accepted: int, fields: dict[str, object], field: str
) -> None:
    """R1.20: the sentence stands beside its field."""
    with pytest.raises(RuleBroken) as broken:
        extend(story, accepted, **fields)
    assert broken.value.field == field
    extend(story, accepted)


def test_an_extension_comes_too_late_after_the_limit(
    story: Story, accepted: int
) -> None:
    """R1.20: before the limit ends; what was missed stays missed."""
    yesterday = timezone.localdate(story.at()) - dt.timedelta(days=1)
    Case.objects.filter(pk=accepted).update(
        promised_due=yesterday, statutory_due=yesterday
    )
    with pytest.raises(RuleBroken, match="limit has passed"):
        extend(story, accepted)


def test_who_approved_an_extension_stands_under_a_commitment_alone(
    story: Story, accepted: int
) -> None:
    """Evidence 1: what somebody types may name anybody; no event holds it in clear."""
    extend(story, accepted, head="局长 林小满")
    event = CaseEvent.objects.filter(case=accepted).latest("seq")
    assert "林小满" not in event.body
    assert verify_case(accepted).findings == []


@pytest.mark.parametrize("reason", ["", "。", "听证"])
def test_a_stop_says_what_is_done_in_that_time(
    story: Story, accepted: int, reason: str
) -> None:
    """R1.24: told in writing, so it says something."""
    with pytest.raises(RuleBroken) as broken:
        clocks.stop_clock(
            accepted,
            ground="hearing",
            reason=reason,
            limit_days=None,
            by=story.cast.li,
            at=story.at(),
        )
    assert broken.value.field == "reason"


def test_only_a_supervisor_extends_and_only_the_holder_stops(
    story: Story, accepted: int
) -> None:
    """R1.20, R3.04: each act has its person."""
    with pytest.raises(RuleBroken, match="Only a supervisor"):
        extend(story, accepted, by=story.cast.li)
    with pytest.raises(RuleBroken, match="answers for this case"):
        clocks.stop_clock(
            accepted,
            ground="hearing",
            reason="听证",
            limit_days=None,
            by=story.cast.wang,
            at=story.at(),
        )


def test_a_stop_survives_a_hand_over_and_the_extension_counts_on(
    story: Story, accepted: int
) -> None:
    """R1.20, R1.24: extended while it stands, it comes back longer."""
    acts.stop(story, accepted)
    extend(story, accepted)
    assert dates(accepted)[:2] == (None, None)
    clocks.resume_clock(accepted, by=story.cast.li, at=story.at())
    assert dates(accepted)[:2] == (after(story, 16), after(story, 31))


def test_the_page_stops_explains_and_lets_run_again(
    story: Story, accepted: int, client: Client
) -> None:
    """R1.24, R9.14: stopped from the page, shown in words, explained day by day."""
    come_in(client, story.cast.li)
    page = reverse("case", args=[accepted])
    typed: dict[str, str] = {"ground": "hearing", "reason": "举行听证会"}
    refused = send(client, "case_stop", accepted, **{**typed, "ground": ""})
    assert refused.status_code == 422
    assert went_back(send(client, "case_stop", accepted, **typed), accepted)
    said = words(client.get(page))
    assert "听证" in said
    assert "举行听证会" in said
    assert client.get(f"{page}?days=promised").status_code == 200
    assert client.get(reverse("case_answer", args=[accepted])).status_code == 409
    assert went_back(send(client, "case_resume", accepted), accepted)
    explained = words(client.get(f"{page}?days=promised"))
    assert "时限中止（听证）" in explained
    come_in(client, story.cast.chen)
    longer = {"days": "10", "reason": "情况复杂", "head": "局长 周明"}
    assert went_back(send(client, "case_extend", accepted, **longer), accepted)
    assert "局长 周明" in words(client.get(page))


def test_the_citizen_reads_it_too_when_nobody_takes_the_case_over(
    story: Story, accepted: int, client: Client
) -> None:
    """R1.24: raised by the third decline, its clock still stands, and says for what."""
    cast = story.cast
    code = renew_code(accepted, by=cast.li, at=story.at()).code
    acts.stop(story, accepted)
    for _time in range(cast.hall.most_declines):
        offer = referring.offer_case(
            accepted,
            to_clerk_id=cast.ma.pk,
            to_window_id=cast.tax.pk,
            reason="属该窗口职责",
            escort="led",
            by=cast.li,
            at=story.at(),
        )
        referring.decline_referral(
            offer.pk,
            reason="不属本窗口",
            better=referring.Better(window_id=cast.registry.pk),
            by=cast.ma,
            at=story.at(),
        )
    assert Case.objects.get(pk=accepted).state == "raised"
    typed = {"number": str(accepted), "code": code}
    assert "听证" in words(client.post(reverse("progress"), typed))


def test_the_citizen_reads_that_the_time_stands_still(
    story: Story, accepted: int, client: Client
) -> None:
    """R1.24: told in writing, and true on the public page as well."""
    code = renew_code(accepted, by=story.cast.li, at=story.at()).code
    typed = {"number": str(accepted), "code": code}
    acts.stop(story, accepted)
    said = words(client.post(reverse("progress"), typed))
    assert "时限中止（听证）" in said
    assert "法定办结时限" not in said
    clocks.resume_clock(accepted, by=story.cast.li, at=story.at())
    said = words(client.post(reverse("progress"), typed))
    assert "时限中止" not in said
    assert f"{after(story, 21)}" in said


def test_the_citizen_reads_what_moved_the_dates(story: Story, accepted: int) -> None:
    """R1.20, R1.24: the reasons that were told stand on the public page too."""
    acts.stop(story, accepted, limit_days=3)
    extend(story, accepted)
    code = renew_code(accepted, by=story.cast.li, at=story.at()).code
    found, _limited = look_up(str(accepted), code, address="x", at=story.at())
    assert found is not None
    assert found.item == story.cast.item.name
    stopped, extended = found.moved
    assert stopped.endswith("举行听证会")
    assert extended.endswith("情况复杂")
