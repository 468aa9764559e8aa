"""What was granted is delivered within ten working days, and only then closed."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from cases import deadlines
from cases.actions import delivering, supervising
from cases.actions.accepting import accept_case
from cases.actions.answering import answer_case
from cases.actions.delivering import How
from cases.actions.intake import Person, name_applicant, renew_code
from cases.lifecycle import RuleBroken
from cases.models import Case, Deadline
from cases.models.case import DeadlineKind
from cases.numbers import paper_number
from cases.reads.verification import verify_case
from tests import acts
from tests.browsing import send, went_back, words
from tests.cast import Cast, come_in
from tests.make_cases import TEXT, Story, earlier
from windows.calendars import current_calendar
from windows.closures import Calendar
from windows.models import ServiceItem

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(cast: Cast) -> Story:
    return Story(cast)


@pytest.fixture
def granted(story: Story) -> int:
    return acts.granted(story)


def row(case: int) -> Case:
    return Case.objects.get(pk=case)


def ten_days_after(calendar: Calendar, day: dt.date) -> dt.date:
    """Walk: ten days on which people work, and no other counts."""
    worked = 0
    while worked < 10:
        day += dt.timedelta(days=1)
        worked += calendar.is_working(day)
    return day


@given(st.dates(dt.date(2025, 1, 1), dt.date(2026, 11, 30)))
def test_ten_working_days_are_what_walking_through_them_gives(day: dt.date) -> None:
    """R1.23, R1.28: after a grant, against a slow and obvious model."""
    calendar = current_calendar("")
    counted = deadlines.due(calendar, day, deadlines.DELIVERY_DAYS, "working").due
    assert counted == ten_days_after(calendar, day)


def test_a_grant_has_ten_working_days_to_be_delivered_and_is_not_closed_before(
    story: Story, granted: int
) -> None:
    """R1.23, rules.md 6.5: a date of its own; the clock of the handling is over."""
    case, today = row(granted), timezone.localdate(story.at())
    calendar = current_calendar(story.cast.hall.region)
    assert (case.state, case.to_deliver) == ("answered", True)
    assert case.due_on == ten_days_after(calendar, today)
    with pytest.raises(RuleBroken, match="is to be delivered"):
        acts.call_back(story, granted)
    acts.deliver(story, granted)
    case = row(granted)
    assert (case.state, case.to_deliver) == ("answered", False)
    last = Deadline.objects.filter(case=case).latest("id")
    assert (last.kind, last.due_on) == (DeadlineKind.CALL_BACK, case.due_on)
    with pytest.raises(RuleBroken, match="Nothing of this case"):
        acts.deliver(story, granted)
    acts.call_back(story, granted)
    assert row(granted).state == "closed"
    assert verify_case(granted).findings == []


def test_what_yields_nothing_is_called_back_at_once(story: Story) -> None:
    """R1.23: only an item of which it is said yields nothing to hand over."""
    case = acts.ACTS["granting"].prepare(story)
    answer_case(case, text=TEXT, by=story.cast.li, at=story.at())
    assert not row(case).to_deliver
    acts.call_back(story, case)


def test_where_nobody_can_be_called_the_delivery_closes_it(story: Story) -> None:
    """R1.23, R4.41: not the grant, and by post not before it arrived."""
    ServiceItem.objects.filter(pk=story.cast.item.pk).update(result="document")
    case = story.moved(item=True).pk
    name_applicant(case, Person(name="林小满"), by=story.cast.li, at=story.at())
    acts.accept(story, case)
    story.answered(row(case), story.cast.li)
    acts.deliver(story, case, acts.POST)
    assert row(case).state == "answered"
    acts.settle_post(story, case, arrived=True)
    assert row(case).state == "closed"
    assert verify_case(case).findings == []


def test_what_came_back_is_not_delivered_and_its_day_goes_on_counting(
    cast: Cast, story: Story
) -> None:
    """R1.23: on its way is not there; a failed try is on record and tried again."""
    with earlier(cast, 30) as then:
        case = acts.posted(then)
        due = row(case).due_on
        with pytest.raises(RuleBroken, match="on its way"):
            acts.deliver(then, case)
    with pytest.raises(RuleBroken) as refused:
        delivering.settle_post(
            case,
            arrived=False,
            on=timezone.localdate(story.at()),
            remark=" ",
            by=cast.li,
            at=story.at(),
        )
    assert refused.value.field == "remark"
    acts.settle_post(story, case, arrived=False)
    assert (row(case).to_deliver, row(case).due_on) == (True, due)
    acts.deliver(story, case)
    assert not row(case).to_deliver
    states = row(case).deliveries.values_list("state", flat=True)
    assert list(states) == ["failed", "delivered"]
    assert verify_case(case).findings == []


@pytest.mark.parametrize("days", [-31, 1])
def test_post_arrives_between_its_posting_and_today(
    cast: Cast, story: Story, days: int
) -> None:
    """R1.23: no day that cannot have been."""
    with earlier(cast, 30) as then:
        case = acts.posted(then)
    on = timezone.localdate(story.at()) + dt.timedelta(days=days)
    with pytest.raises(RuleBroken) as refused:
        delivering.settle_post(
            case,
            arrived=True,
            on=on,
            proof="tracked",
            remark="",
            by=cast.li,
            at=story.at(),
        )
    assert refused.value.field == "on"


def test_the_day_the_post_arrived_is_proved(story: Story) -> None:
    """R1.23: by the carrier's record or the signed return receipt, and nothing else."""
    case = acts.posted(story)
    for proof in ("", "identity"):
        with pytest.raises(RuleBroken) as refused:
            delivering.settle_post(
                case,
                arrived=True,
                on=timezone.localdate(story.at()),
                proof=proof,
                remark="",
                by=story.cast.li,
                at=story.at(),
            )
        assert refused.value.field == "proof"
    acts.settle_post(story, case, arrived=True)
    assert row(case).deliveries.get().proof == "tracked"
    assert verify_case(case).findings == []


@pytest.mark.parametrize(
    ("how", "field"),
    [
        (How(""), "method"),
        (How("counter"), "receiver"),
        (How("counter", receiver="applicant"), "proof"),
        (How("counter", receiver="agent", proof="identity"), "proof"),
        (How("counter", receiver="applicant", proof="authorisation"), "proof"),
        (How("post"), "carrier"),
        (How("post", carrier="中国邮政"), "tracking"),
        (How("electronic"), "carrier"),
        (How("electronic", carrier="政务服务网"), "tracking"),
        (How("electronic", carrier="政务服务网", tracking="-"), "tracking"),
        (How("electronic", carrier="\u3164", tracking="回执0001"), "carrier"),
        (How("counter", receiver="agent", proof="authorisation"), "receiver"),
    ],
)
def test_a_delivery_says_how_and_on_what_proof(
    story: Story, granted: int, how: How, field: str
) -> None:
    """R1.23, R1.03: the sentence stands beside its field."""
    with pytest.raises(RuleBroken) as refused:
        acts.deliver(story, granted, how)
    assert refused.value.field == field
    acts.deliver(
        story, granted, How("electronic", carrier="政务服务网", tracking="回执0001")
    )


def test_every_page_says_that_it_is_late_without_any_job(
    cast: Cast, client: Client
) -> None:
    """R1.23: case page day by day, desk, ledger and progress, and no worker ran."""
    with earlier(cast, 30) as then:
        case = acts.granted(then)
        code = renew_code(case, by=cast.li, at=then.at()).code
    due = row(case).due_on
    number = row(case).number
    assert due is not None
    come_in(client, cast.li)
    desk = words(client.get(reverse("desk")))
    assert "待送达" in desk
    page = reverse("case", args=[case])
    said = words(client.get(f"{page}?days=delivery"))
    assert f"{due}" in said
    assert "按期答复" in said  # the clock of the handling says how it ended
    assert client.get(reverse("case_call_back", args=[case])).status_code == 409
    come_in(client, cast.chen)
    for view in ("undelivered", "overdue", "callbacks"):
        listed = words(client.get(f"{reverse('ledger')}?view={view}"))
        assert (number in listed) is (view != "callbacks"), view
    seen = words(client.post(reverse("progress"), {"number": number, "code": code}))
    assert f"{due}" in seen
    assert "待送达" in seen


def test_it_is_delivered_from_the_page_with_a_numbered_proof(
    story: Story, granted: int, client: Client
) -> None:
    """R1.23, rules.md 5: posted, came back, fetched; each with its own proof."""
    code = renew_code(granted, by=story.cast.li, at=story.at()).code
    typed = {"number": str(granted), "code": code}
    come_in(client, story.cast.li)
    post = {"method": "post", "carrier": "中国邮政速递", "tracking": ""}
    refused = send(client, "case_deliver", granted, **post)
    assert refused.status_code == 422
    assert "中国邮政速递" in refused.content.decode()
    post["tracking"] = "EB123456789CN"
    assert went_back(send(client, "case_deliver", granted, **post), granted)
    assert "EB123456789CN" in words(client.post(reverse("progress"), typed))
    today = timezone.localdate().isoformat()
    back = {"arrived": "no", "on": today, "remark": "收件地址无人签收"}
    assert went_back(send(client, "case_post", granted, **back), granted)
    assert "退回" in words(client.post(reverse("progress"), typed))
    proof = row(granted).notices.get(kind="delivery")
    sheet = words(client.get(reverse("paper", args=[granted, proof.pk])))
    assert "不能证明已送达" in sheet
    number = paper_number(proof.kind, proof.year, proof.serial)
    [code] = re.findall(r"(?:[0-9a-f]{4} ){3}[0-9a-f]{4}", sheet)[:1]
    public = words(client.post(reverse("genuine"), {"number": number, "code": code}))
    assert "不能证明已送达" in public
    hand = {"method": "counter", "receiver": "applicant", "proof": "identity"}
    assert went_back(send(client, "case_deliver", granted, **hand), granted)
    said = words(client.get(reverse("case", args=[granted])))
    assert "收件地址无人签收" in said
    assert "按期送达" in said
    papers = row(granted).notices.filter(kind="delivery")
    assert [one.serial for one in papers] == [1, 2]
    sheet = words(client.get(reverse("paper", args=[granted, papers[1].pk])))
    assert "送达回证" in sheet
    assert "申请人" in sheet


def test_a_reopened_case_is_granted_and_delivered_anew(
    story: Story, granted: int
) -> None:
    """R1.23, R4.44: the delivery of before is of another grant."""
    acts.deliver(story, granted)
    cast = story.cast
    supervising.call_back(
        granted,
        outcome="unsatisfied",
        remark="证件上的名字错了",
        by=cast.chen,
        at=story.at(),
        named=supervising.Named(cast.zhao.pk, cast.registry.pk, "群众反映没办好"),
    )
    case = row(granted)
    assert (case.state, case.to_deliver) == ("asked", False)
    ServiceItem.objects.filter(pk=cast.item.pk).update(result="certificate")
    accept_case(granted, received=[], by=cast.zhao, at=story.at())
    answer_case(granted, text=TEXT, by=cast.zhao, at=story.at())
    assert row(granted).to_deliver
    delivering.deliver(granted, acts.COUNTER, by=cast.zhao, at=story.at())
    assert not row(granted).to_deliver
    assert verify_case(granted).findings == []
