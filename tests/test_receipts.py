"""Receipts for papers, and what silence about them leads to (R1.07, R2.20 to R2.25).

Time travel without any worker: the hall's clock stands earlier while the story is
told, and at now again when it is looked at.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases import deadlines
from cases.actions import accepting, directing, intake, raising, receiving
from cases.actions.accepting import Missing
from cases.actions.answering import answer_case, tell_refusal
from cases.actions.negatives import approve_negative, propose_negative
from cases.lifecycle import DEEMED, RuleBroken
from cases.models import Case, Deadline, Notice
from cases.models.case import DeadlineKind
from cases.reads.ledger import Filters, export_rows, ledger_page
from cases.reads.verification import verify_case
from tests import acts
from tests.browsing import opened, send, went_back, words
from tests.cast import APPLICANT, Cast, come_in, now
from tests.make_cases import NEGATIVE, REFUSAL, TEXT, Story, earlier
from windows.calendars import current_calendar
from windows.models import Clerk, Hall, Material, ServiceItem

pytestmark = pytest.mark.django_db

LONG_AGO = 12
"""Days ago: more than five working days, whatever the weekday."""


def receive(story: Story, case: int, *received: int, by: Clerk | None = None) -> Notice:
    return receiving.receive_materials(
        case, received=received, by=by or story.cast.li, at=story.at()
    )


def day(story: Story, count: int = 0) -> dt.date:
    """The day of the story, or so many working days later."""
    calendar = current_calendar(story.cast.hall.region)
    today = timezone.localdate(story.at())
    return deadlines.due(calendar, today, count, "working").due if count else today


@pytest.fixture
def story(cast: Cast) -> Story:
    return Story(cast)


@pytest.fixture
def asked(story: Story) -> int:
    return story.moved(item=True, contact=True).pk


@pytest.fixture
def silent(cast: Cast) -> int:
    """One paper received, and nothing told for more than five working days."""
    with earlier(cast, LONG_AGO) as story:
        case = story.moved(item=True, contact=True).pk
        receive(story, case, 1)
    return case


# The receipt ------------------------------------------------------------------------


def test_what_is_handed_over_is_receipted_and_stays_marked(
    cast: Cast, asked: int, client: Client
) -> None:
    """R2.21: a numbered paper with what came, and the history says so."""
    come_in(client, cast.li)
    assert "接收材料" in words(client.get(reverse("case", args=[asked])))
    typed = opened(client, "case_papers", asked) | {"received": ["1"]}
    sent = client.post(reverse("case_papers", args=[asked]), typed)
    assert went_back(sent, asked)
    receipt = Notice.objects.get(case=asked, kind="receipt")
    assert receipt.kind == "receipt"
    assert receipt.content["materials"] == [
        {"name": "出生医学证明", "form": "original", "copies": 1}
    ]
    said = words(client.get(reverse("case", args=[asked])))
    assert "收件凭证" in said
    assert "出生医学证明 原件" in said
    page = client.get(reverse("case", args=[asked])).context["page"]
    assert [paper.is_here for paper in page.papers] == [True, False]
    assert verify_case(asked).findings == []


def test_a_second_receipt_does_not_begin_the_time_anew(
    story: Story, asked: int
) -> None:
    """R1.07: it runs from the first paper; numbers follow each other."""
    first = receive(story, asked, 1)
    Case.objects.filter(pk=asked).update(code_hash="")
    second = receive(story, asked, 2)
    assert (first.serial, second.serial) == (1, 2)
    assert first.content["tell_by"] is not None
    assert second.content["tell_by"] is None
    assert [one["name"] for one in second.content["materials"]] == ["户口簿"]
    with pytest.raises(RuleBroken, match="Tick the papers"):
        receive(story, asked, 1, 2)


def test_taking_papers_in_needs_no_authority(story: Story) -> None:
    """R2.20: a window that only advises may not decline to take them in."""
    case = story.ask(item=True, contact=True).pk
    receive(story, case, 1, by=story.cast.wang)
    assert Case.objects.get(pk=case).tell_by == day(story, 5)


def test_a_receipt_is_for_an_item_and_for_somebody(story: Story) -> None:
    """R2.21: its item and the name of the applicant stand on it."""
    with pytest.raises(RuleBroken, match="Choose the service item"):
        receive(story, story.moved(contact=True).pk, 1)
    with pytest.raises(RuleBroken, match="the receipt bears the name"):
        receive(story, story.moved(item=True).pk, 1)


def test_accepted_on_the_spot_nobody_needs_a_receipt(story: Story, asked: int) -> None:
    """R2.22."""
    acts.accept(story, asked)
    kinds = Notice.objects.filter(case=asked).values_list("kind", flat=True)
    assert set(kinds) == {"hand_over", "acceptance"}


def test_an_item_without_papers_is_receipted_once(story: Story, asked: int) -> None:
    """R1.07: the application alone starts the time."""
    Material.objects.filter(item=story.cast.item).delete()
    receive(story, asked)
    assert Case.objects.get(pk=asked).tell_by == day(story, 5)
    with pytest.raises(RuleBroken, match="Tick the papers"):
        receive(story, asked)


@pytest.mark.parametrize(
    ("channel", "hall", "days"),
    [
        ("counter", {}, 5),
        ("counter", {"acceptance_days": 2}, 2),
        ("counter", {"acceptance_days": 0}, 0),
        ("web", {}, 1),
        ("web", {"acceptance_days": 0}, 0),
        ("web", {"online_days": 3}, 3),
    ],
)
def test_a_hall_may_be_quicker_than_the_law(
    story: Story, channel: str, hall: dict[str, int], days: int
) -> None:
    """R1.07, R2.23, R2.24: on the spot, a day for the web, never above five."""
    Hall.objects.filter(pk=story.cast.hall.pk).update(**hall)
    request = intake.Request(
        words="网上申请", channel=channel, item_id=story.cast.item.pk, person=APPLICANT
    )
    story.cast.wang.refresh_from_db()
    case = intake.open_case(request, by=story.cast.wang, at=story.at()).case.pk
    receive(story, case, 1, by=story.cast.wang)
    row = Case.objects.get(pk=case)
    calendar = current_calendar("")
    assert row.tell_by == deadlines.due(calendar, day(story), days, "working").due
    assert row.due_on == row.tell_by


@pytest.mark.parametrize("act", [acts.raise_, acts.accept, acts.ask_once])
def test_looking_for_the_answer_gives_no_more_time(
    story: Story, act: Callable[[Story, int], object]
) -> None:
    """R1.07: raised, it is due as before; accepted or told, nothing waits any more."""
    case = story.moved(item=True, contact=True).pk
    receive(story, case, 1)
    if act is acts.raise_:
        Hall.objects.update(raise_days=20)
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
        assert Case.objects.get(pk=case).due_on == day(story, 5)
        raising.reply_to_raise(case, reply="可以办理", by=story.cast.li, at=story.at())
        assert Case.objects.get(pk=case).due_on == day(story, 5)
        return
    act(story, case)
    assert Case.objects.get(pk=case).tell_by is None
    assert verify_case(case).findings == []


def test_back_from_a_raise_it_is_due_no_later_than_silence_accepts(
    story: Story, asked: int
) -> None:
    """R1.07: whatever date was kept meanwhile, such as one that a calendar moved."""
    receive(story, asked, 1)
    raising.raise_question(
        asked,
        ground="unclear",
        question="政策不明，不知该如何办理",
        own_view="",
        unit_id=story.cast.registry.department_id,
        lead_unit_id=None,
        to_government=False,
        by=story.cast.li,
        at=story.at(),
    )
    case = Case.objects.get(pk=asked)
    Deadline.objects.create(
        case=case,
        kind=DeadlineKind.WAY,
        starts_on=day(story),
        days=20,
        due_on=day(story, 20),
        rule="R9.11",
        calendar_version=1,
        set_at=case.changed_at,
    )
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    raising.reply_to_raise(asked, reply="可以办理", by=story.cast.li, at=story.at())
    assert Case.objects.get(pk=asked).due_on == day(story, 5)


# Silence ----------------------------------------------------------------------------


def test_silence_accepts_it_on_every_page_without_any_job(
    cast: Cast, silent: int, client: Client
) -> None:
    """R1.07: from the day of the receipt, the days already used counting."""
    ServiceItem.objects.filter(pk=cast.item.pk).update(
        promised_days=5, statutory_days=20
    )
    row = Case.objects.get(pk=silent)
    received = timezone.localdate() - dt.timedelta(days=LONG_AGO)
    assert (row.state, row.accepted_on, row.received_on) == ("asked", None, received)
    calendar = current_calendar("")
    both = [deadlines.due(calendar, received, n, "working").due for n in (5, 20)]
    come_in(client, cast.li)
    seen = client.get(reverse("case", args=[silent]) + "?days=statutory")
    page = seen.context["page"]
    assert page.deemed_on == received
    assert [bar.due for bar in page.bars[:2]] == both
    assert page.explained.days[0].date == received
    assert "视为受理" in words(seen)
    assert "视为受理" in words(client.get(reverse("desk")))
    assert str(both[1]) in words(client.get(reverse("case_accept", args=[silent])))
    for filters, is_there in [
        (Filters(state="accepted"), True),
        (Filters(view="deemed"), True),
        (Filters(view="overdue"), True),
        (Filters(state="asked"), False),
        (Filters(view="second"), False),
    ]:
        found = [one.id for one in ledger_page(cast.chen, filters).rows]
        assert (silent in found) == is_there, filters
    come_in(client, cast.chen)
    assert "视为受理" in words(client.get(reverse("ledger")))
    [exported] = export_rows(cast.chen, Filters())
    assert (exported[8], exported[9]) == tuple(map(str, both))
    assert "视为受理" in exported[2]
    code = intake.renew_code(silent, by=cast.li, at=now()).code
    told = client.post(reverse("progress"), {"number": str(silent), "code": code})
    assert "视为受理" in words(told)
    assert str(both[1]) in words(told)


def test_after_silence_nothing_is_asked_for_any_more(cast: Cast, silent: int) -> None:
    """R1.07, R1.12: the sentence says why, and what is left to do."""
    refused: list[Callable[[], object]] = [
        lambda: accepting.ask_once(
            silent,
            received=[],
            missing=[Missing("户口簿", "本人保管", position=2)],
            by=cast.li,
            at=now(),
        ),
        lambda: answer_case(silent, text=TEXT, by=cast.li, at=now()),
        lambda: propose_negative(silent, NEGATIVE, by=cast.li, at=now()),
        lambda: directing.direct_elsewhere(
            silent,
            department_id=cast.outside.pk,
            bring="身份证",
            reason="属供电公司",
            by=cast.li,
            at=now(),
        ),
    ]
    for act in refused:
        with pytest.raises(RuleBroken) as broken:
            act()
        assert broken.value.message == DEEMED


def test_accepting_then_only_writes_down_what_silence_has_accepted(
    cast: Cast, silent: int, client: Client
) -> None:
    """R1.07: with a paper missing, and both dates counted from the receipt."""
    received = timezone.localdate() - dt.timedelta(days=LONG_AGO)
    come_in(client, cast.li)
    assert client.get(reverse("case_ask_once", args=[silent])).status_code == 409
    assert went_back(send(client, "case_accept", silent), silent)
    row = Case.objects.get(pk=silent)
    assert (row.state, row.accepted_on, row.tell_by) == ("accepted", received, None)
    statutory = deadlines.due(current_calendar(""), received, 20, "working").due
    assert row.statutory_due == statutory
    slip = row.notices.get(kind="acceptance")
    assert slip.content["accepted_on"] == received.isoformat()
    assert slip.content["deemed"] is True
    assert slip.content["materials"] == ["出生医学证明"]
    assert verify_case(silent).findings == []
    assert f"{received}" in words(client.get(reverse("case", args=[silent])))


def test_silence_accepts_a_case_that_was_raised_meanwhile(
    cast: Cast, client: Client
) -> None:
    """R1.07: raising stops no clock; the public page names both."""
    with earlier(cast, LONG_AGO) as story:
        case = story.ask(item=True, contact=True).pk
        code = intake.renew_code(case, by=cast.wang, at=story.at()).code
        receive(story, case, 1, by=cast.wang)
        acts.raise_(story, case)
    found = [one.id for one in ledger_page(cast.chen, Filters(view="deemed")).rows]
    assert found == [case]
    told = client.post(reverse("progress"), {"number": str(case), "code": code})
    assert "视为受理" in words(told)
    assert "报研" in words(told)


def test_who_was_shown_the_way_was_told_at_once(cast: Cast) -> None:
    """R1.05: no silence; but a way that led nowhere was no answer."""
    with earlier(cast, LONG_AGO) as story:
        case = story.ask(item=True, contact=True).pk
        receive(story, case, 1, by=cast.wang)
        acts.direct(story, case)
    today = timezone.localdate()
    assert Case.objects.get(pk=case).deemed_on(today) is None
    acts.check_back(Story(cast), case, got_through=False)
    assert Case.objects.get(pk=case).deemed_on(today) is not None


def test_accepted_in_time_it_counts_from_acceptance(cast: Cast) -> None:
    """R1.20: the days to look at the papers are the unit's own."""
    with earlier(cast, 1) as story:
        case = story.moved(item=True, contact=True).pk
        receive(story, case, 1, 2)
    acts.accept(Story(cast), case)
    assert Case.objects.get(pk=case).accepted_on == timezone.localdate()


def test_after_a_correction_it_counts_from_the_day_all_was_here(cast: Cast) -> None:
    """R1.08, R1.10: not from the day somebody came round to writing it down."""
    with earlier(cast, 4) as story:
        case = story.moved(item=True, contact=True).pk
        acts.ask_once(story, case)
    with earlier(cast, 3) as story:
        receive(story, case, 2)
        complete = day(story)
        assert Case.objects.get(pk=case).due_on == day(story, 5)
    acts.accept(Story(cast), case)
    row = Case.objects.get(pk=case)
    assert row.accepted_on == complete
    assert verify_case(case).findings == []


def test_what_was_received_is_not_answered_away(cast: Cast) -> None:
    """R1.07, R1.08: a receipt promises acceptance, or all that is missing at once."""
    story = Story(cast)
    case = story.moved(item=True, contact=True).pk
    receive(story, case, 1, 2)
    with pytest.raises(RuleBroken, match="Papers were received"):
        answer_case(case, text=TEXT, by=cast.li, at=story.at())
    acts.accept(story, case)
    answer_case(case, text=TEXT, by=cast.li, at=story.at())


def test_a_further_paper_gives_a_complete_case_no_new_time(cast: Cast) -> None:
    """R1.08: what must be accepted already is not renewed by a paper on top."""
    Material.objects.create(
        item=cast.item, position=3, name="委托书", is_required=False
    )
    with earlier(cast, LONG_AGO) as story:
        case = story.moved(item=True, contact=True).pk
        acts.ask_once(story, case)
        receive(story, case, 2)
    due = Case.objects.get(pk=case).due_on
    receive(Story(cast), case, 3)
    assert Case.objects.get(pk=case).due_on == due
    assert verify_case(case).findings == []


@pytest.mark.parametrize("is_approved", [False, True])
def test_silence_is_not_lost_behind_a_negative(
    cast: Cast, client: Client, is_approved: bool
) -> None:
    """R1.07: a no that was not told in time is none; the acceptance is written down."""
    with earlier(cast, LONG_AGO) as story:
        case = story.moved(item=True, contact=True).pk
        receive(story, case, 1)
        propose_negative(case, NEGATIVE, by=cast.li, at=story.at())
        if is_approved:
            approve_negative(case, reason="", by=cast.chen, at=story.at())
        with pytest.raises(RuleBroken, match="negative has been proposed"):
            acts.accept(story, case)
    story = Story(cast)
    if is_approved:
        with pytest.raises(RuleBroken, match="by law it is accepted"):
            tell_refusal(case, text=REFUSAL, by=cast.li, at=story.at())
    come_in(client, cast.li)
    assert client.get(reverse("case_accept", args=[case])).status_code == 200
    assert client.get(reverse("case_tell", args=[case])).status_code == 409
    acts.accept(story, case)
    row = Case.objects.get(pk=case)
    assert (row.state, row.accepted_on) == ("accepted", row.received_on)
    assert set(row.filings.values_list("state", flat=True)) == {"dropped"}
    assert verify_case(case).findings == []


def test_a_reopened_case_is_not_accepted_by_an_old_receipt(cast: Cast) -> None:
    """R1.07, R4.44: what was answered has been told."""
    with earlier(cast, LONG_AGO) as story:
        case = story.ask(item=True, contact=True).pk
        receive(story, case, 1, by=cast.wang)
        propose_negative(case, NEGATIVE, by=cast.wang, at=story.at())
        approve_negative(case, reason="", by=cast.chen, at=story.at())
        tell_refusal(case, text=REFUSAL, by=cast.wang, at=story.at())
        acts.call_back(story, case, "unsatisfied")
    row = Case.objects.get(pk=case)
    assert row.deemed_on(timezone.localdate()) is None
    receive(Story(cast), case, 2)
    row.refresh_from_db()
    assert row.received_on == timezone.localdate()
    assert verify_case(case).findings == []
