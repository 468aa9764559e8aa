"""Acceptance with minor omissions: some papers follow, as committed (R2.30-R2.33)."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases import deadlines
from cases.actions import accepting, clocks, intake
from cases.actions.answering import answer_case, lapse
from cases.actions.intake import renew_code
from cases.lifecycle import RuleBroken
from cases.models import Case, Notice
from cases.reads.ledger import Filters, ledger_page
from cases.reads.verification import verify_case
from tests import acts
from tests.browsing import opened, send, went_back, words
from tests.cast import APPLICANT, Cast, come_in, now
from tests.make_cases import TEXT, Story, earlier
from tests.test_receipts import receive
from windows.calendars import current_calendar
from windows.models import Hall, ServiceItem
from windows.models.places import LatePapers

pytestmark = pytest.mark.django_db

MONTH = 30
"""Days ago: longer than the promise."""


@pytest.fixture
def story(cast: Cast) -> Story:
    """The household book may follow; the item is promised in five working days."""
    cast.item.materials.filter(position=2).update(may_follow=True)
    ServiceItem.objects.filter(pk=cast.item.pk).update(promised_days=5)
    return Story(cast)


@pytest.fixture
def asked(story: Story) -> int:
    return story.moved(item=True, contact=True).pk


def promised(story: Story) -> dt.date:
    today = timezone.localdate(story.at())
    return deadlines.due(current_calendar(""), today, 5, "working").due


def accept(story: Story, case: int, day: dt.date | None = None) -> Notice:
    return accepting.accept_case(
        case,
        received=[1],
        follow={2: day or promised(story)},
        by=story.cast.li,
        at=story.at(),
    )


def test_what_the_item_marks_follows_by_its_day_as_committed(
    story: Story, asked: int, client: Client
) -> None:
    """R2.30: accepted first, told at once what, by when, and with what consequence."""
    come_in(client, story.cast.li)
    form = words(client.get(reverse("case_accept", args=[asked])))
    assert "户口簿" in form
    assert "申请仍予保留" in form
    typed = {"received": ["1"], "signed": "on"}
    assert went_back(send(client, "case_accept", asked, **typed), asked)
    case = Case.objects.get(pk=asked)
    assert (case.state, case.accepted_on) == ("accepted", timezone.localdate())
    notice = case.notices.get(kind="omission")
    [follows] = notice.content["to_follow"]
    assert (follows["name"], follows["follow_by"]) == ("户口簿", f"{promised(story)}")
    assert notice.content["if_late"] == "kept"
    page = client.get(reverse("case", args=[asked]))
    assert f"{promised(story)} 前补交" in words(page)
    assert verify_case(asked).findings == []


def test_received_later_it_is_ticked_off_with_a_receipt(
    story: Story, asked: int, client: Client
) -> None:
    """R2.30: review runs meanwhile, and the decision waits for the paper."""
    accept(story, asked)
    with pytest.raises(RuleBroken, match="Still to follow: 户口簿"):
        answer_case(asked, text=TEXT, by=story.cast.li, at=story.at())
    come_in(client, story.cast.li)
    assert went_back(send(client, "case_papers", asked, received=["2"]), asked)
    kinds = Notice.objects.filter(case=asked).values_list("kind", flat=True)
    assert [*kinds][-3:] == ["acceptance", "omission", "receipt"]
    answer_case(asked, text=TEXT, by=story.cast.li, at=story.at())
    assert verify_case(asked).findings == []


def test_a_clerk_does_not_invent_what_may_follow(story: Story, asked: int) -> None:
    """R2.31: only what the item marks, whatever was signed."""
    with pytest.raises(RuleBroken, match="may not follow later: 出生医学证明"):
        accepting.accept_case(
            asked,
            received=[2],
            follow={1: promised(story)},
            by=story.cast.li,
            at=story.at(),
        )


def test_without_the_commitment_nothing_follows(
    story: Story, asked: int, client: Client
) -> None:
    """R2.30: signed, or not accepted; the sentence says what would make it possible."""
    come_in(client, story.cast.li)
    refused = send(client, "case_accept", asked, received=["1"])
    assert refused.status_code == 422
    assert "承诺" in str(refused.context["form"].errors["received"])
    with pytest.raises(RuleBroken) as broken:
        accepting.accept_case(asked, received=[], by=story.cast.li, at=story.at())
    assert broken.value.params == {"names": "出生医学证明", "may": "户口簿"}
    assert Case.objects.get(pk=asked).state == "asked"


@pytest.mark.parametrize("days", [-1, 0, 60])
def test_it_follows_from_tomorrow_to_the_promised_day(
    story: Story, asked: int, days: int
) -> None:
    """R2.33: never after the day that is promised."""
    day = timezone.localdate() + dt.timedelta(days=days)
    with pytest.raises(RuleBroken) as broken:
        accept(story, asked, day)
    assert (broken.value.rule, broken.value.field) == ("R2.33", "follow-2")
    accept(story, asked)


def test_nobody_is_told_to_bring_it_on_a_rest_day(story: Story, asked: int) -> None:
    """R9.09: beside the commitment, with the day."""
    ServiceItem.objects.filter(pk=story.cast.item.pk).update(promised_days=9)
    day = timezone.localdate(story.at()) + dt.timedelta(days=1)
    while current_calendar("").is_working(day):
        day += dt.timedelta(days=1)
    with pytest.raises(RuleBroken, match=f"{day} is a rest day") as broken:
        accept(story, asked, day)
    assert broken.value.field == "follow-2"


def test_whoever_broke_a_commitment_brings_everything(
    story: Story, asked: int, client: Client
) -> None:
    """R2.34: the same identity paper, a case that lapsed; any other path stays open."""
    Hall.objects.filter(pk=story.cast.hall.pk).update(late_follow_ups="withdrawn")
    with earlier(story.cast, MONTH) as before:
        broken = before.moved(item=True, contact=True).pk
        accept(before, broken)
    lapse(broken, by=story.cast.li, at=now())
    come_in(client, story.cast.li)
    day = promised(story).isoformat()
    typed = {"received": ["1"], "signed": "on", "follow-2": day}
    refused = send(client, "case_accept", asked, **typed)
    assert refused.status_code == 422
    assert "承诺" in str(refused.context["form"].errors["signed"])
    acts.accept(story, asked)
    stranger = story.ask(item=True).pk
    someone = dataclasses.replace(APPLICANT, identity="11010519491231002X")
    intake.name_applicant(stranger, someone, by=story.cast.wang, at=now())
    accepting._must_have_kept_its_word(Case.objects.get(pk=stranger))


@pytest.mark.parametrize("day", ["", "soon", "2026-13-40"])
def test_each_paper_has_a_day_that_is_one(
    story: Story, asked: int, client: Client, day: str
) -> None:
    """R2.30: a wrong day is said beside it, and what was typed is kept."""
    come_in(client, story.cast.li)
    typed = {"received": ["1"], "signed": "on", "follow-2": day}
    refused = send(client, "case_accept", asked, **typed)
    assert refused.status_code == 422
    assert [*refused.context["form"].errors] == ["follow-2"]
    assert f'value="{day}"' in refused.content.decode() or not day
    again = opened(client, "case_accept", asked)
    assert again["follow-2"] == [promised(story).isoformat()]


def test_everything_here_needs_no_commitment(
    story: Story, asked: int, client: Client
) -> None:
    """R2.22, R2.30: the usual path stays as short as it was."""
    come_in(client, story.cast.li)
    assert went_back(send(client, "case_accept", asked, all_here="on"), asked)
    assert not Notice.objects.filter(case=asked, kind="omission").exists()


@pytest.mark.parametrize("if_late", LatePapers.values)
def test_late_it_means_what_the_commitment_said(
    story: Story, client: Client, if_late: str
) -> None:
    """R2.32: a setting of the hall, told in writing, and carried out by the clerk."""
    Hall.objects.filter(pk=story.cast.hall.pk).update(late_follow_ups=if_late)
    with earlier(story.cast, MONTH) as before:
        case = before.moved(item=True, contact=True).pk
        accept(before, case)
    cast = story.cast
    come_in(client, cast.li)
    page = client.get(reverse("case", args=[case])).context["page"]
    assert (page.late.names, page.late.if_late) == (("户口簿",), if_late)
    offered = {choice.act for choice in page.acts}
    assert ("case_lapse" in offered) == (if_late == "withdrawn")
    assert ("case_negative" in offered) == (if_late == "refused")
    if if_late != "withdrawn":
        with pytest.raises(RuleBroken, match="did not say"):
            lapse(case, by=cast.li, at=now())
        return
    assert went_back(send(client, "case_lapse", case), case)
    assert Case.objects.get(pk=case).answers.get().kind == "lapsed"
    assert verify_case(case).findings == []


def test_before_its_day_and_while_the_clock_stands_nothing_lapses(
    story: Story,
) -> None:
    """R1.24, R2.32: each paper has its day, and a stop is worked off first."""
    Hall.objects.filter(pk=story.cast.hall.pk).update(late_follow_ups="withdrawn")
    case = story.moved(item=True, contact=True).pk
    accept(story, case)
    with pytest.raises(RuleBroken, match="has until"):
        lapse(case, by=story.cast.li, at=now())
    acts.stop(story, case)
    with pytest.raises(RuleBroken, match="clock is stopped"):
        lapse(case, by=story.cast.li, at=now())
    clocks.resume_clock(case, by=story.cast.li, at=now())


def test_the_citizen_reads_what_is_to_follow(
    story: Story, asked: int, client: Client
) -> None:
    """R2.30: by when, and what it means to be late."""
    code = renew_code(asked, by=story.cast.li, at=now()).code
    accept(story, asked)
    typed = {"number": str(asked), "code": code}
    told = words(client.post(reverse("progress"), typed))
    assert "户口簿" in told
    assert f"{promised(story)}" in told
    receive(story, asked, 2)
    assert "户口簿" not in words(client.post(reverse("progress"), typed))


def test_the_slip_says_what_is_still_to_follow(story: Story, asked: int) -> None:
    """R2.30: it does not call complete what is not."""
    slip = accept(story, asked)
    assert slip.content["followers"] == ["户口簿"]


def test_what_follows_is_a_deadline_of_the_page_and_a_list_of_the_ledger(
    story: Story, asked: int, client: Client
) -> None:
    """R2.33: shown with its days, unfolded, and found until the paper has come."""
    accept(story, asked)
    filters = Filters(view="follow")
    rows = ledger_page(story.cast.chen, filters).rows
    assert [row.id for row in rows] == [asked]
    come_in(client, story.cast.li)
    page = words(client.get(reverse("case", args=[asked]) + "?days=follow"))
    assert "容缺后补" in page
    assert page.count(f"{promised(story):%m-%d}") >= 2
    receive(story, asked, 2)
    assert not ledger_page(story.cast.chen, filters).rows
