"""What silence accepts wherever a case stands, and what nobody's excursion may eat.

R1.07, R1.08, R1.10, R2.10, R2.20. Told on one day, looked at on another, no worker.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases import deadlines
from cases.actions import (
    accepting,
    directing,
    negatives,
    raising,
    receiving,
    supervising,
)
from cases.actions.accepting import Missing
from cases.actions.answering import answer_case, lapse
from cases.actions.calendar import move_dates
from cases.actions.intake import choose_item, renew_code
from cases.actions.supervising import Named
from cases.lifecycle import DEEMED, RECEIVED, RuleBroken
from cases.models import Case, Deadline, Notice
from cases.models.case import DeadlineKind
from cases.reads.ledger import Filters, export_rows, ledger_page
from cases.reads.verification import verify_case
from tests import acts
from tests import make_windows as make
from tests.browsing import send, went_back, words
from tests.cast import Cast, come_in, now
from tests.make_cases import NEGATIVE, TEXT, Story, earlier
from tests.test_receipts import receive
from windows.calendars import current_calendar
from windows.editing import save_with_reason
from windows.models import ClosureDay, Hall, Material, ServiceItem

pytestmark = pytest.mark.django_db

LONG_AGO = 12
"""Days ago: more than five working days, whatever the weekday."""

Act = Callable[[Story, int], object]


def raise_it(story: Story, case: int) -> None:
    raising.raise_question(
        case,
        ground="unclear",
        question="政策不明，不知该如何办理",
        own_view="",
        unit_id=story.cast.registry.department_id,
        lead_unit_id=None,
        to_government=False,
        by=story.cast.li,
        at=story.at(),
    )


def reply(story: Story, case: int) -> None:
    raising.reply_to_raise(case, reply="可以办理", by=story.cast.li, at=story.at())


def propose(story: Story, case: int) -> None:
    negatives.propose_negative(case, NEGATIVE, by=story.cast.li, at=story.at())


def overrule(story: Story, case: int) -> None:
    negatives.overrule_negative(
        case, reason="可以办", by=story.cast.chen, at=story.at()
    )


def show_the_way(story: Story, case: int) -> None:
    directing.direct_elsewhere(
        case,
        department_id=story.cast.outside.pk,
        bring="身份证",
        reason="属供电公司",
        by=story.cast.li,
        at=story.at(),
    )


def not_reached(story: Story, case: int) -> None:
    directing.check_back(
        case, got_through=False, remark="没人", by=story.cast.li, at=story.at()
    )


def reopen(story: Story, case: int) -> None:
    """Called back, not satisfied; Li goes on if Zhao had it, else Zhao."""
    cast = story.cast
    supervising.call_back(
        case,
        outcome="unsatisfied",
        remark="没办好",
        by=cast.deng,
        at=story.at(),
        named=Named(cast.zhao.pk, cast.registry.pk, "群众反映没办好"),
    )


EXCURSIONS = pytest.mark.parametrize(
    ("leave", "come_back"), [(raise_it, reply), (propose, overrule)]
)


# Beside a way forward -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("leave", "come_back"),
    [(raise_it, reply), (propose, overrule), (show_the_way, not_reached)],
)
def test_whoever_brings_something_is_never_sent_away(
    cast: Cast, client: Client, leave: Act, come_back: Act
) -> None:
    """R2.20, R1.07: the first receipt starts the time also beside a way forward."""
    with earlier(cast, LONG_AGO) as story:
        case = story.moved(item=True, contact=True).pk
        leave(story, case)
        before = Case.objects.get(pk=case).due_on
        receive(story, case, 1)
        row = Case.objects.get(pk=case)
        received = timezone.localdate(story.at())
        assert row.tell_from == row.received_on == received
        directed = row.state == "directed"
        assert before is not None
        assert row.tell_by is not None
        assert row.due_on == (before if directed else min(before, row.tell_by))
    assert verify_case(case).findings == []
    # Whoever was shown the way has been told at once (R1.05).
    assert row.deemed_on(timezone.localdate()) == (None if directed else received)
    come_in(client, cast.li)
    page = client.get(reverse("case", args=[case])).context["page"]
    assert "case_papers" in {choice.act for choice in page.acts}
    assert went_back(send(client, "case_papers", case, received=["2"]), case)
    come_back(Story(cast), case)
    row.refresh_from_db()
    assert (row.state, row.tell_from) == ("asked", received)
    assert row.deemed_on(timezone.localdate()) == received
    assert verify_case(case).findings == []


@EXCURSIONS
def test_an_excursion_eats_no_day_of_the_applicant(
    cast: Cast, leave: Act, come_back: Act
) -> None:
    """R1.43, R2.23: the working days come back, and nothing lapses before."""
    Hall.objects.filter(pk=cast.hall.pk).update(late_papers="withdrawn")
    with earlier(cast, 30) as story:
        case = story.moved(item=True, contact=True).pk
        acts.ask_once(story, case)
        told = Case.objects.get(pk=case).due_on
        leave(story, case)
        gone = timezone.localdate(story.at())
    story = Story(cast)
    come_back(story, case)
    calendar = current_calendar("")
    days = deadlines.working_days_between(calendar, gone, timezone.localdate())
    row = Case.objects.get(pk=case)
    assert told is not None
    assert row.due_on == deadlines.due(calendar, told, days, "working").due
    with pytest.raises(RuleBroken, match=f"until {row.due_on}"):
        lapse(case, by=cast.li, at=now())
    assert verify_case(case).findings == []
    # Gone and back on one day, nothing is gained.
    leave(story, case)
    come_back(story, case)
    assert Case.objects.get(pk=case).due_on == row.due_on


def test_an_excursion_moves_what_follows_up_to_the_promise(cast: Cast) -> None:
    """R2.33: the days come back, but never beyond the day that was promised."""
    cast.item.materials.filter(position=2).update(may_follow=True)
    ServiceItem.objects.filter(pk=cast.item.pk).update(promised_days=20)
    with earlier(cast, 7) as story:
        case = story.moved(item=True, contact=True).pk
        acts.accept_with_one_to_follow(story, case)
        first = acts.next_day(story)
        raise_it(story, case)
    reply(Story(cast), case)
    paper = Case.objects.get(pk=case).materials.get(position=2)
    calendar = current_calendar("")
    assert paper.follow_by == deadlines.due(calendar, first, 5, "working").due
    assert verify_case(case).findings == []


# What was asked for is here -----------------------------------------------------------


def test_silence_accepts_what_was_asked_for_and_is_all_here(
    cast: Cast, client: Client
) -> None:
    """R1.08, R1.10: from the day on which it was complete, on every page."""
    with earlier(cast, LONG_AGO + 3) as story:
        case = story.moved(item=True, contact=True).pk
        acts.ask_once(story, case)
    with earlier(cast, LONG_AGO) as story:
        receive(story, case, 2)
        complete = timezone.localdate(story.at())
        with pytest.raises(RuleBroken) as broken:
            answer_case(case, text=TEXT, by=cast.li, at=story.at())
        assert broken.value.message == RECEIVED
    row = Case.objects.get(pk=case)
    assert (row.state, row.deemed_on(timezone.localdate())) == ("waiting", complete)
    calendar = current_calendar("")
    both = deadlines.both_dates(
        calendar, complete, deadlines.Limits.of(ServiceItem.objects.get())
    )
    for filters, is_there in [
        (Filters(state="accepted"), True),
        (Filters(view="deemed"), True),
        (Filters(state="waiting"), False),
    ]:
        found = [one.id for one in ledger_page(cast.chen, filters).rows]
        assert (case in found) == is_there, filters
    [exported] = export_rows(cast.chen, Filters())
    assert exported[8:10] == tuple(date.due.isoformat() for date in both)
    code = renew_code(case, by=cast.li, at=now()).code
    told = client.post(reverse("progress"), {"number": str(case), "code": code})
    assert f"{both[1].due}" in words(told)
    come_in(client, cast.li)
    page = client.get(reverse("case", args=[case])).context["page"]
    assert [bar.due for bar in page.bars[:2]] == [date.due for date in both]
    with pytest.raises(RuleBroken) as broken:
        acts.ask_once(
            Story(cast),
            case,
            missing=[Missing("户口簿变更页", "派出所补盖印章")],
            second_reason="交来的户口簿缺变更页",
            by=cast.chen,
        )
    assert broken.value.message == DEEMED
    acts.accept(Story(cast), case)
    row.refresh_from_db()
    assert (row.accepted_on, row.statutory_due) == (complete, both[1].due)
    assert verify_case(case).findings == []


def test_complete_the_public_reads_by_when_it_is_told(
    cast: Cast, client: Client
) -> None:
    """R1.08: nothing is to be brought any more."""
    story = Story(cast)
    case = story.moved(item=True, contact=True).pk
    code = renew_code(case, by=cast.li, at=now()).code
    acts.ask_once(story, case)
    receive(story, case, 2)
    until = Case.objects.get(pk=case).tell_by
    typed = {"number": str(case), "code": code}
    said = client.post(reverse("progress"), typed)
    assert said.context["progress"].bring == ()
    assert f"{until}" in said.context["progress"].next_step


# Reopened -----------------------------------------------------------------------------


@pytest.fixture
def granted(cast: Cast) -> int:
    """Granted long ago, and reopened twelve days ago with all its papers."""
    with earlier(cast, 40) as story:
        case = story.moved(item=True, contact=True).pk
        acts.accept(story, case)
        answer_case(case, text=TEXT, by=cast.li, at=story.at())
    with earlier(cast, LONG_AGO) as story:
        reopen(story, case)
    return case


def test_a_reopened_case_has_a_time_of_its_own(cast: Cast, granted: int) -> None:
    """R1.07, R1.08, R4.44: all papers are here, so silence counts from that day."""
    row = Case.objects.get(pk=granted)
    reopened = timezone.localdate() - dt.timedelta(days=LONG_AGO)
    assert (row.state, row.tell_from) == ("asked", reopened)
    assert row.deemed_on(timezone.localdate()) == reopened
    assert verify_case(granted).findings == []
    accepting.accept_case(granted, received=[], by=cast.zhao, at=now())
    row.refresh_from_db()
    assert row.accepted_on == reopened
    answer_case(granted, text=TEXT, by=cast.zhao, at=now())
    assert verify_case(granted).findings == []


def test_the_dates_of_before_a_reopening_are_shown_nowhere(
    cast: Cast, client: Client
) -> None:
    """R4.44: an acceptance of before is over, in public, inside and in a file."""
    cast.item.materials.all().delete()
    with earlier(cast, 40) as story:
        case = story.moved(item=True, contact=True).pk
        acts.accept(story, case)
        old = Case.objects.get(pk=case)
        answer_case(case, text=TEXT, by=cast.li, at=story.at())
    reopen(Story(cast), case)
    code = renew_code(case, by=cast.zhao, at=now()).code
    typed = {"number": str(case), "code": code}
    seen = client.post(reverse("progress"), typed).context["progress"]
    assert [date.due for date in seen.dates] == [Case.objects.get(pk=case).due_on]
    [exported] = export_rows(cast.chen, Filters())
    assert exported[8:10] == ("", "")
    come_in(client, cast.zhao)
    shown = client.get(reverse("case", args=[case]) + "?days=promised").context["page"]
    assert {bar.kind for bar in shown.bars} == {"current"}
    assert shown.explained is None
    assert old.promised_due is not None


def test_a_commitment_of_before_a_reopening_is_over(cast: Cast) -> None:
    """R2.30, R2.32: silence lets nothing follow, and nothing lapses for it again."""
    cast.item.materials.filter(position=2).update(may_follow=True)
    make.material(cast.item, position=3, name="照片", is_required=False)
    Hall.objects.filter(pk=cast.hall.pk).update(late_follow_ups="withdrawn")
    with earlier(cast, 60) as story:
        case = story.moved(item=True, contact=True).pk
        acts.accept_with_one_to_follow(story, case)
    with earlier(cast, 50) as story:
        lapse(case, by=cast.li, at=story.at())
        reopen(story, case)
    assert Case.objects.get(pk=case).tell_by is None, "a paper is missing"
    with earlier(cast, 20) as story:
        receive(story, case, 3, by=cast.zhao)
    accepting.accept_case(case, received=[], by=cast.zhao, at=now())
    assert Notice.objects.filter(case=case, kind="omission").count() == 1
    with pytest.raises(RuleBroken, match="All of it is here"):
        lapse(case, by=cast.zhao, at=now())
    assert verify_case(case).findings == []


# The item -----------------------------------------------------------------------------


def test_the_item_of_a_receipt_stays_and_so_do_its_limits(
    cast: Cast, client: Client
) -> None:
    """R1.07: neither another item nor a later change of it moves what silence gives."""
    Material.objects.filter(item=cast.item).delete()
    items = ServiceItem.objects.filter(pk=cast.item.pk)
    items.update(statutory_days=3, promised_days=3)
    other = make.item(cast.item.department, code="110009", name="别的事项")
    with earlier(cast, LONG_AGO) as story:
        case = story.moved(item=True, contact=True).pk
        receive(story, case)
        received = timezone.localdate(story.at())
    items.update(statutory_days=90, promised_days=90)
    with pytest.raises(RuleBroken) as broken:
        choose_item(case, other.pk, by=cast.li, at=now())
    assert broken.value.field == "item"
    end = deadlines.due(current_calendar(""), received, 3, "working").due
    come_in(client, cast.li)
    page = client.get(reverse("case", args=[case])).context["page"]
    assert "case_item" not in {choice.act for choice in page.acts}
    assert [bar.due for bar in page.bars[:2]] == [end, end]
    [exported] = export_rows(cast.chen, Filters())
    assert exported[8:10] == (f"{end}", f"{end}")
    acts.accept(Story(cast), case)
    assert Case.objects.get(pk=case).statutory_due == end


# What lapses, and by which day --------------------------------------------------------


def test_nothing_lapses_for_the_want_of_what_one_person_invented(
    cast: Cast, client: Client
) -> None:
    """R2.10, R2.23: a paper that the item does not name goes the way of a negative."""
    Hall.objects.filter(pk=cast.hall.pk).update(late_papers="withdrawn")
    photo = Missing("祖父母结婚照片", "自己寻找")
    with earlier(cast, 30) as story:
        only = story.moved(item=True, contact=True).pk
        acts.ask_once(story, only, received=[1, 2], missing=[photo])
        both = story.moved(item=True, contact=True).pk
        book = Missing("户口簿", "本人保管", position=2)
        acts.ask_once(story, both, missing=[book, photo])
    assert Notice.objects.get(case=only, kind="one_time").content["if_late"] == "kept"
    with pytest.raises(RuleBroken, match="did not say"):
        lapse(only, by=cast.li, at=now())
    come_in(client, cast.li)
    offered = client.get(reverse("case", args=[both])).context["page"].acts
    assert "case_lapse" in {choice.act for choice in offered}
    receive(Story(cast), both, 2)
    with pytest.raises(RuleBroken, match="not named by the item"):
        lapse(both, by=cast.li, at=now())
    offered = client.get(reverse("case", args=[both])).context["page"].acts
    acts_now = {choice.act for choice in offered}
    assert ("case_lapse" in acts_now, "case_negative" in acts_now) == (False, True)
    assert verify_case(both).findings == []


def test_what_follows_comes_by_the_next_working_day_after_a_rest_day(
    cast: Cast, client: Client
) -> None:
    """R9.09: a day that the calendar took away moves on, and nothing lapses before."""
    cast.item.materials.filter(position__in=[1, 2]).update(may_follow=True)
    ServiceItem.objects.filter(pk=cast.item.pk).update(promised_days=9)
    Hall.objects.filter(pk=cast.hall.pk).update(late_follow_ups="withdrawn")
    story = Story(cast)
    calendar = current_calendar("")
    today = timezone.localdate()
    days = [deadlines.due(calendar, today, n, "working").due for n in range(5)]
    case = story.moved(item=True, contact=True).pk
    code = renew_code(case, by=cast.li, at=now()).code
    accepting.accept_case(
        case, received=[], follow={1: days[1], 2: days[2]}, by=cast.li, at=now()
    )
    for day in days[1:3]:
        off = ClosureDay(day=day, name="临时放假", is_off=True)
        save_with_reason(off, by=cast.sun, reason="国务院通知")
    with pytest.raises(RuleBroken, match=f"until {days[3]}"):
        lapse(case, by=cast.li, at=now())
    typed = {"number": str(case), "code": code}
    seen = client.post(reverse("progress"), typed).context["progress"]
    assert [paper.by for paper in seen.bring] == [days[3], days[3]]
    come_in(client, cast.li)
    papers = client.get(reverse("case", args=[case])).context["page"].papers
    assert [paper.follow_by for paper in papers] == [days[3], days[3]]


def test_the_public_reads_the_day_of_what_is_still_to_follow(
    cast: Cast, client: Client
) -> None:
    """R2.30: of each paper its own day, and none of what came."""
    cast.item.materials.filter(position__in=[1, 2]).update(may_follow=True)
    ServiceItem.objects.filter(pk=cast.item.pk).update(promised_days=9)
    story = Story(cast)
    case = story.moved(item=True, contact=True).pk
    code = renew_code(case, by=cast.li, at=now()).code
    calendar, today = current_calendar(""), timezone.localdate()
    first, second = (deadlines.due(calendar, today, n, "working").due for n in (1, 4))
    accepting.accept_case(
        case, received=[], follow={1: first, 2: second}, by=cast.li, at=now()
    )
    typed = {"number": str(case), "code": code}
    seen = client.post(reverse("progress"), typed).context["progress"]
    assert [paper.by for paper in seen.bring] == [first, second]
    negatives.propose_negative(case, NEGATIVE, by=cast.li, at=now())
    told = client.post(reverse("progress"), typed)
    assert [paper.by for paper in told.context["progress"].bring] == [first, second]
    assert "否定" not in told.text
    assert told.context["progress"].state == "accepted"
    why = "先等材料到齐再作决定"
    negatives.overrule_negative(case, reason=why, by=cast.chen, at=now())
    receive(story, case, 1)
    seen = client.post(reverse("progress"), typed).context["progress"]
    assert [(paper.name, paper.by) for paper in seen.bring] == [("户口簿", second)]


def test_a_check_back_is_not_pulled_forward_by_a_receipt(cast: Cast) -> None:
    """R3.15, R9.11: whoever was shown the way is asked when it was said."""
    Hall.objects.filter(pk=cast.hall.pk).update(checkback_days=9)
    cast.wang.refresh_from_db()
    story = Story(cast)
    case = story.ask(item=True, contact=True).pk
    receiving.receive_materials(case, received=[1], by=cast.wang, at=now())
    acts.direct(story, case)
    before = Case.objects.get(pk=case)
    assert before.tell_by is not None
    assert before.due_on is not None
    assert before.due_on > before.tell_by
    acts.day_off(story, before.tell_by)
    move_dates(case, by=cast.chen, at=now())
    row = Case.objects.get(pk=case)
    assert row.tell_by is not None
    assert row.tell_by > before.tell_by
    check = Deadline.objects.filter(case=case, kind=DeadlineKind.CHECK_BACK)
    assert row.due_on == check.latest("id").due_on
    assert verify_case(case).findings == []
