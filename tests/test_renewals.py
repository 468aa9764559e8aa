"""A renewal that is not decided before the expiry is renewed by law (R1.27)."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from cases import deadlines
from cases.actions import clocks, directing, negatives
from cases.actions.accepting import accept_case
from cases.actions.answering import answer_case, tell_refusal
from cases.actions.intake import renew_code
from cases.actions.receiving import receive_materials
from cases.lifecycle import RuleBroken
from cases.models import Case
from cases.reads.verification import verify_case
from tests import acts
from tests.browsing import send, went_back, words
from tests.cast import Cast, come_in
from tests.make_cases import NEGATIVE, REFUSAL, TEXT, Story, earlier
from windows.calendars import current_calendar
from windows.models import ServiceItem

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(cast: Cast) -> Story:
    return Story(cast)


def row(case: int) -> Case:
    return Case.objects.get(pk=case)


@given(
    st.dates(dt.date(2025, 6, 1), dt.date(2026, 12, 1)),
    st.integers(1, 60),
    st.sampled_from(["working", "calendar"]),
)
def test_in_time_is_what_counting_the_days_until_the_expiry_gives(
    expires: dt.date, days: int, unit: str
) -> None:
    """R1.27, R1.28: the last day in time against a slow and obvious model."""
    calendar = current_calendar("")

    def between(applied: dt.date) -> int:
        """Days after the application up to and with the expiry."""
        found = [applied + dt.timedelta(days=n) for n in range(1, 400)]
        found = [day for day in found if day <= expires]
        if unit == "working":
            found = [day for day in found if calendar.is_working(day)]
        return len(found)

    last = deadlines.apply_by(calendar, expires, days, unit)
    assert between(last) >= days
    assert between(last + dt.timedelta(days=1)) < days
    told = deadlines.until_expiry(calendar, last, expires, unit)
    assert (told.due, told.count) == (expires, between(last))
    assert [line.date for line in told.days] == [
        last + dt.timedelta(days=n) for n in range((expires - last).days + 1)
    ]


@pytest.mark.parametrize("act", [accept_case, receive_materials])
def test_the_expiry_is_recorded_with_the_papers(story: Story, act: object) -> None:
    """R1.27: needed for a renewal, beside its field; and its paper says it."""
    ServiceItem.objects.filter(pk=story.cast.item.pk).update(renewal_days=30)
    case = story.moved(item=True, contact=True).pk
    who = {"received": [1, 2], "by": story.cast.li}
    with pytest.raises(RuleBroken) as refused:
        act(case, **who, at=story.at())  # type: ignore[operator]
    assert refused.value.field == "expires_on"
    expires_on = timezone.localdate() + dt.timedelta(days=90)
    paper = act(case, **who, expires_on=expires_on, at=story.at())  # type: ignore[operator]
    assert row(case).expires_on == row(case).renews_after == expires_on
    assert paper.content["renewal"] == {
        "expires_on": expires_on.isoformat(),
        "in_time": True,
    }
    assert verify_case(case).findings == []


def test_a_near_expiry_is_the_day_to_act_by(cast: Cast, story: Story) -> None:
    """R1.27: whatever is promised or stopped; a late one only has its promise."""
    ServiceItem.objects.filter(pk=cast.item.pk).update(
        promised_days=60, statutory_days=80
    )
    case = acts.renewing(story, valid_for=31)
    expires = row(case).expires_on
    assert (row(case).due_on, row(case).renews_after) == (expires, expires)
    acts.stop(story, case, limit_days=90)
    assert row(case).due_on == expires
    clocks.resume_clock(case, by=cast.li, at=story.at())
    assert row(case).due_on == expires
    late = acts.renewing(story, valid_for=29)
    assert row(late).renews_after is None
    assert row(late).due_on == row(late).promised_due
    assert verify_case(case).findings == verify_case(late).findings == []


def test_the_law_renews_it_on_every_page_without_any_job(
    cast: Cast, story: Story, client: Client
) -> None:
    """R1.27: case page, desk, ledger and progress say so, and no worker ran."""
    with earlier(cast, 60) as then:
        case = acts.renewing(then)
        code = renew_code(case, by=cast.li, at=then.at()).code
    number, page = row(case).number, reverse("case", args=[case])
    typed = {"number": number, "code": code}
    assert row(case).renewed_on(timezone.localdate()) is None
    assert "未作决定，依法" not in words(client.post(reverse("progress"), typed))
    with earlier(cast, 61) as then:
        case = acts.renewing(then)
        code = renew_code(case, by=cast.li, at=then.at()).code
    number, page = row(case).number, reverse("case", args=[case])
    typed = {"number": number, "code": code}
    assert "未作决定，依法" in words(client.post(reverse("progress"), typed))
    come_in(client, cast.li)
    for address in (page, f"{page}?days=renewal", reverse("desk")):
        assert "依法视为准予延续" in words(client.get(address)), address
    come_in(client, cast.chen)
    listed = words(client.get(f"{reverse('ledger')}?view=renewals"))
    assert number in listed
    assert "依法视为准予延续" in listed
    come_in(client, cast.li)
    refused = client.get(reverse("case_negative", args=[case]))
    assert refused.status_code == 409
    assert went_back(send(client, "case_answer", case, text=TEXT), case)
    assert row(case).renewed_on(timezone.localdate()) is None
    assert verify_case(case).findings == []


def test_after_that_only_the_grant_can_be_written_down(
    cast: Cast, story: Story
) -> None:
    """R1.27: no refusal, whatever was proposed, and nothing holds the grant up."""
    with earlier(cast, 61) as then:
        approved, proposed, stopped = (acts.renewing(then) for _ in range(3))
        for case in (approved, proposed):
            negatives.propose_negative(case, NEGATIVE, by=cast.li, at=then.at())
        negatives.approve_negative(approved, reason="", by=cast.chen, at=then.at())
        acts.stop(then, stopped)
    for act in (
        lambda: tell_refusal(approved, text=REFUSAL, by=cast.li, at=story.at()),
        lambda: negatives.approve_negative(
            proposed, reason="", by=cast.chen, at=story.at()
        ),
        lambda: acts.withdraw_applicant(story, stopped, by=cast.li),
    ):
        with pytest.raises(RuleBroken, match="by law it is renewed"):
            act()
    for case in (approved, proposed, stopped):
        told = answer_case(case, text=TEXT, by=cast.li, at=story.at())
        assert told.kind == "granted"
        assert verify_case(case).findings == []


def test_papers_that_are_missing_keep_the_law_from_renewing(
    cast: Cast, story: Story
) -> None:
    """R1.27, R1.07: incomplete, it keeps nobody waiting; complete in time, it does."""
    with earlier(cast, 61) as then:
        case = then.moved(item=True, contact=True).pk
        acts.receive_renewal(then, case)
        acts.ask_once(then, case)
    today = timezone.localdate()
    assert row(case).renews_after is not None
    assert row(case).renewed_on(today) is None
    with acts.renewals(story):
        receive_materials(case, received=[2], by=cast.li, at=story.at())
    assert row(case).renews_after is None, "complete only after the expiry"
    assert verify_case(case).findings == []
    with earlier(cast, 61) as then:
        case = then.moved(item=True, contact=True).pk
        acts.receive_renewal(then, case)
        acts.ask_once(then, case)
    with earlier(cast, 40) as then, acts.renewals(then):
        receive_materials(case, received=[2], by=cast.li, at=then.at())
    assert row(case).renewed_on(today) == row(case).expires_on


def test_silence_may_have_accepted_and_renewed_it(cast: Cast, story: Story) -> None:
    """R1.07, R1.27: received and left alone, it is accepted first, and then granted."""
    with earlier(cast, 61) as then:
        case = then.moved(item=True, contact=True).pk
        acts.receive_renewal(then, case)
    today = timezone.localdate()
    assert row(case).deemed_on(today)
    assert row(case).renewed_on(today)
    accept_case(case, received=[], by=cast.li, at=story.at())
    assert row(case).renewed_on(today)
    answer_case(case, text=TEXT, by=cast.li, at=story.at())
    assert verify_case(case).findings == []


def renewed(story: Story, *received: int) -> int:
    """A case whose papers came three days ago, and that the law renewed yesterday."""
    expires = timezone.localdate() - dt.timedelta(days=1)
    with earlier(story.cast, 3) as then:
        case = then.moved(item=True, contact=True).pk
        with acts.renewals(then):
            ServiceItem.objects.filter(pk=then.cast.item.pk).update(renewal_days=1)
            receive_materials(
                case,
                received=list(received),
                expires_on=expires,
                by=then.cast.li,
                at=then.at(),
            )
    assert row(case).renewed_on(timezone.localdate()) is not None
    return case


def test_what_the_law_renewed_is_not_taken_away_by_writing_it_down(
    story: Story,
) -> None:
    """R1.27: accepted after the expiry it is still renewed, and never refused."""
    case = renewed(story, 1, 2)
    with acts.renewals(story):
        accept_case(case, received=[1, 2], by=story.cast.li, at=story.at())
    assert row(case).renewed_on(timezone.localdate()) is not None
    with pytest.raises(RuleBroken):
        negatives.propose_negative(case, NEGATIVE, by=story.cast.li, at=story.at())
    assert verify_case(case).findings == []


def test_what_the_law_renewed_is_neither_asked_for_more_nor_sent_away(
    story: Story,
) -> None:
    """R1.27: only the acceptance and the grant are left."""
    case = renewed(story, 1, 2)
    with acts.renewals(story):
        with pytest.raises(RuleBroken, match="renewed"):
            acts.ask_once(story, case, received=[1, 2], missing=[])
        with pytest.raises(RuleBroken, match="renewed"):
            directing.direct_elsewhere(
                case,
                department_id=story.cast.outside.pk,
                bring="身份证",
                reason="属供电公司办理",
                by=story.cast.li,
                at=story.at(),
            )
