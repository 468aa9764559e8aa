"""A calendar that changed: shown first, released, and then every date has its event."""

from __future__ import annotations

import datetime as dt
import io
import json
import threading
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from procrastinate.contrib.django.models import ProcrastinateJob

from cases import deadlines, jobs
from cases.actions import answering, clocks, receiving
from cases.actions.calendar import move_dates, release_calendar
from cases.actions.intake import renew_code
from cases.deadlines import Binds
from cases.lifecycle import RuleBroken
from cases.models import CalendarRelease, Case, CaseEvent, Deadline
from cases.models.case import DeadlineKind
from cases.numbers import format_number
from cases.reads import recount
from cases.reads.verification import verify_case
from tests import acts, bodies
from tests import make_windows as make
from tests.browsing import words
from tests.cast import Cast, come_in
from tests.make_cases import TEXT, Story, earlier, work_today
from tests.statements import statements
from windows.calendars import calendar_with, current_calendar
from windows.closures import parse_notice
from windows.editing import delete_with_reason, save_with_reason
from windows.models import CalendarYear, Clerk, ClosureDay, ServiceItem
from windows.roles import Role

pytestmark = pytest.mark.django_db

ONE = dt.timedelta(days=1)


@pytest.fixture
def story(cast: Cast) -> Story:
    ServiceItem.objects.filter(pk=cast.item.pk).update(
        promised_days=5, statutory_days=20
    )
    return Story(cast)


def accepted(story: Story) -> int:
    case = story.moved(item=True, contact=True).pk
    acts.accept(story, case)
    return case


def load_years(story: Story) -> None:
    """The notices of these years are known: what is told now is firm (R9.11)."""
    this = timezone.localdate(story.at()).year
    for year in range(this, this + 3):
        row = CalendarYear(year=year)
        save_with_reason(row, by=story.cast.sun, reason="国务院通知")


def put_day(story: Story, day: dt.date, *, is_off: bool) -> None:
    row = ClosureDay(day=day, name="调休", is_off=is_off)
    save_with_reason(row, by=story.cast.sun, reason="国务院通知")


def weekend_before(day: dt.date) -> dt.date:
    while day.weekday() < 5:
        day -= ONE
    return day


def release(story: Story, by: Clerk | None = None) -> CalendarRelease:
    return release_calendar(reason="国务院通知", by=by or story.cast.sun, at=story.at())


def move(story: Story, case: int) -> Any:
    return move_dates(case, by=story.cast.chen, at=story.at())


def after(story: Story, days: int) -> dt.date:
    """The day so many working days from today, by the calendar as it is now."""
    calendar = current_calendar(story.cast.hall.region)
    return deadlines.due(calendar, timezone.localdate(story.at()), days, "working").due


def dates(case: int) -> tuple[dt.date, ...]:
    row = Case.objects.get(pk=case)
    assert row.promised_due is not None
    assert row.statutory_due is not None
    assert row.due_on is not None
    return row.promised_due, row.statutory_due, row.due_on


# --- The rule -----------------------------------------------------------------------

TODAY = dt.date(2026, 11, 23)


@pytest.mark.parametrize(
    ("kept", "counted", "binds", "holds"),
    [
        (5, 8, Binds.NOTHING, 8),
        (8, 5, Binds.NOTHING, 5),
        (5, 8, Binds.NO_LATER, 5),
        (8, 5, Binds.NO_LATER, 5),
        (8, 5, Binds.NO_EARLIER, 8),
        (5, 8, Binds.NO_EARLIER, 8),
        (0, 1, Binds.NOTHING, 1),
        (-1, 3, Binds.NOTHING, -1),
        (3, -1, Binds.NOTHING, 3),
    ],
)
def test_what_may_move_and_what_may_not(
    kept: int, counted: int, binds: Binds, holds: int
) -> None:
    """R9.14, R1.30, R1.43: days from today, kept and counted anew."""
    day = deadlines.moved(TODAY + kept * ONE, TODAY + counted * ONE, TODAY, binds)
    assert day == TODAY + holds * ONE


@given(st.integers(-30, 30), st.integers(-30, 30), st.sampled_from(Binds))
def test_a_date_that_has_moved_stays(kept: int, counted: int, binds: Binds) -> None:
    """Done twice it is done once, whatever the dates, and history stays (R9.14)."""
    was, new = TODAY + kept * ONE, TODAY + counted * ONE
    once = deadlines.moved(was, new, TODAY, binds)
    assert deadlines.moved(once, new, TODAY, binds) == once
    if was < TODAY:
        assert once == was
    if once != was:
        assert once >= TODAY


# --- The calendar ---------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_of_two_who_change_the_calendar_the_second_waits() -> None:
    """R9.14: no process keeps a calendar of which the version says nothing new."""
    hall = make.hall()
    sun = make.clerk(hall, Role.ADMINISTRATOR, staff_number="3001", name="孙宁")
    wu = make.clerk(hall, Role.ADMINISTRATOR, staff_number="3002", name="吴刚")
    first, second = TODAY + 7 * ONE, TODAY + 8 * ONE
    begun = threading.Event()

    def change() -> None:
        try:
            begun.set()
            row = ClosureDay(day=second, name="乙", is_off=True)
            save_with_reason(row, by=wu, reason="国务院通知")
        finally:
            connection.close()

    other = threading.Thread(target=change)
    with transaction.atomic():
        row = ClosureDay(day=first, name="甲", is_off=True)
        save_with_reason(row, by=sun, reason="国务院通知")
        other.start()
        assert begun.wait(5)
        other.join(0.3)
        assert other.is_alive(), "both changed it at the same moment"
    seen = current_calendar("")
    assert not seen.is_working(first)
    other.join(5)
    assert not other.is_alive()
    assert not current_calendar("").is_working(second)


# --- A case -------------------------------------------------------------------------


def test_a_provisional_date_moves_with_an_event_and_says_what_it_was(
    story: Story, client: Client
) -> None:
    """R9.11, R9.14: counted anew, and what was told before stays to be seen."""
    case = accepted(story)
    code = renew_code(case, by=story.cast.li, at=story.at()).code
    before = dates(case)
    put_day(story, before[0], is_off=True)
    release(story)
    move(story, case)
    assert dates(case) == (after(story, 5), after(story, 20), after(story, 5))
    event = CaseEvent.objects.filter(case=case).latest("seq")
    told = json.loads(event.body)
    assert event.kind == "dates_moved"
    assert told["was"]["promised_due"] == before[0].isoformat()
    assert verify_case(case).findings == []
    rows = Deadline.objects.filter(case=case, kind=DeadlineKind.PROMISED)
    assert list(rows.values_list("due_on", "was_on")) == [
        (before[0], None),
        (after(story, 5), before[0]),
    ]
    come_in(client, story.cast.li)
    page = words(client.get(reverse("case", args=[case])))
    assert f"{before[0]}" in page
    assert f"{after(story, 5)}" in page
    typed = {"number": str(case), "code": code}
    said = words(client.post(reverse("progress"), typed))
    assert f"{before[0]}" in said
    assert f"{after(story, 5)}" in said


def test_a_firm_promise_never_comes_later_and_the_law_counts_on(story: Story) -> None:
    """R1.30 binds the promise; R1.28 counts the statutory date by working days."""
    load_years(story)
    case = accepted(story)
    before = dates(case)
    put_day(story, before[0], is_off=True)
    release(story)
    [found] = recount.recounts(Case.objects.filter(pk=case), current_calendar, TODAY)
    assert found.promise_kept
    move(story, case)
    assert dates(case) == (before[0], after(story, 20), before[0])
    assert after(story, 20) > before[1]


def test_a_firm_promise_comes_earlier_with_a_day_more_to_work(story: Story) -> None:
    """R1.28, R9.08: a weekend day that is worked counts, for both dates."""
    ServiceItem.objects.filter(pk=story.cast.item.pk).update(promised_days=8)
    load_years(story)
    case = accepted(story)
    before = dates(case)
    put_day(story, weekend_before(before[0]), is_off=False)
    release(story)
    move(story, case)
    assert dates(case)[0] == after(story, 8)
    assert dates(case)[0] < before[0]
    assert dates(case)[1] == after(story, 20)


def test_what_the_person_brings_has_never_less_time(
    story: Story, client: Client
) -> None:
    """R1.43: the notice told a day; it may come later, and never earlier."""
    case = story.moved(item=True).pk
    code = renew_code(case, by=story.cast.li, at=story.at()).code
    acts.ask_once(story, case)
    before = Case.objects.get(pk=case).due_on
    assert before is not None
    put_day(story, weekend_before(before), is_off=False)
    release(story)
    assert move(story, case) is None
    delete_with_reason(ClosureDay.objects.get(), by=story.cast.sun, reason="误录")
    put_day(story, before, is_off=True)
    release(story)
    move(story, case)
    later = after(story, story.cast.hall.bring_days)
    assert Case.objects.get(pk=case).due_on == later
    typed = {"number": str(case), "code": code}
    assert f"{later}" in words(client.post(reverse("progress"), typed))
    assert verify_case(case).findings == []


def test_it_does_not_lapse_before_the_later_day(story: Story, client: Client) -> None:
    """R1.43, R2.23: what the calendar moved to later is later for lapsing as well."""
    halls = type(story.cast.hall).objects.filter(pk=story.cast.hall.pk)
    halls.update(late_papers="withdrawn")
    with earlier(story.cast, 30) as before:
        case = before.moved(item=True, contact=True).pk
        acts.ask_once(before, case)
        told = Case.objects.get(pk=case).due_on
        assert told is not None
        for number in range(30):
            put_day(story, told + number * ONE, is_off=True)
        release(before)
        move_dates(case, by=story.cast.chen, at=before.at())
    assert told < timezone.localdate(story.at())
    with pytest.raises(RuleBroken, match="has until"):
        answering.lapse(case, by=story.cast.li, at=story.at())
    come_in(client, story.cast.li)
    assert client.get(reverse("case_lapse", args=[case])).status_code == 409


def test_stops_and_the_extension_are_counted_in(story: Story) -> None:
    """R1.20, R1.24: the dates of a case that was stopped and extended move too."""
    work_today(story)
    case = accepted(story)
    acts.stop(story, case, limit_days=3)
    clocks.resume_clock(case, by=story.cast.li, at=story.at())
    clocks.extend(
        case,
        days=10,
        reason="情况复杂",
        head="局长 周明",
        by=story.cast.chen,
        at=story.at(),
    )
    put_day(story, dates(case)[0], is_off=True)
    release(story)
    move(story, case)
    # Ended on the day it began, the stop took one day.
    assert dates(case) == (after(story, 16), after(story, 31), after(story, 16))
    assert verify_case(case).findings == []


def test_while_the_clock_stands_only_the_look_at_it_moves(story: Story) -> None:
    """R1.24: a clock that stands has no dates; when it is looked at again moves."""
    work_today(story)
    case = accepted(story)
    acts.stop(story, case)
    again = Case.objects.get(pk=case).due_on
    assert again is not None
    put_day(story, again, is_off=True)
    release(story)
    move(story, case)
    row = Case.objects.get(pk=case)
    days = story.cast.hall.checkback_days
    assert (row.promised_due, row.due_on) == (None, after(story, days))
    clocks.resume_clock(case, by=story.cast.li, at=story.at())
    assert dates(case)[0] == after(story, 6)
    assert verify_case(case).findings == []


def test_after_the_answer_only_the_call_back_moves(story: Story) -> None:
    """rules.md 6.5: when it is answered its days are frozen."""
    case = accepted(story)
    answering.answer_case(case, text=TEXT, by=story.cast.li, at=story.at())
    before = dates(case)
    put_day(story, before[2], is_off=True)
    release(story)
    move(story, case)
    days = story.cast.hall.callback_days
    assert dates(case) == (before[0], before[1], after(story, days))
    assert verify_case(case).findings == []


@pytest.mark.parametrize("state", ["asked", "directed", "raised", "proposed"])
def test_the_next_step_of_every_state_moves(story: Story, state: str) -> None:
    """R9.11: what the hall set itself is counted anew as well."""
    case = story.proposed()[0].pk if state == "proposed" else story.ask().pk
    if state == "directed":
        acts.direct(story, case)
    if state == "raised":
        acts.raise_(story, case)
    before = Case.objects.get(pk=case).due_on
    assert before is not None
    put_day(story, before, is_off=True)
    release(story)
    move(story, case)
    kind = Deadline.objects.filter(case=case).latest("id")
    assert (kind.was_on, kind.due_on) == (before, Case.objects.get(pk=case).due_on)
    assert kind.due_on == after(story, kind.days)
    assert verify_case(case).findings == []


@pytest.mark.parametrize("is_firm", [False, True])
def test_until_when_silence_accepts_moves_with_what_is_due(
    story: Story, is_firm: bool
) -> None:
    """R1.07, R9.11: five working days; what a receipt told firmly comes no later."""
    if is_firm:
        load_years(story)
    case = story.moved(item=True, contact=True).pk
    receiving.receive_materials(case, received=[1], by=story.cast.li, at=story.at())
    before = Case.objects.get(pk=case).tell_by
    assert before is not None
    put_day(story, before, is_off=True)
    release(story)
    assert bool(move(story, case)) is not is_firm
    row = Case.objects.get(pk=case)
    days = story.cast.hall.acceptance_days
    assert row.tell_by == row.due_on == (before if is_firm else after(story, days))
    assert verify_case(case).findings == []


# --- Released, once, and resumed ----------------------------------------------------


def test_nothing_moves_before_it_is_released_or_after_another_change(
    story: Story,
) -> None:
    """R9.11: what moves is what was shown, and not another calendar."""
    case = accepted(story)
    before = dates(case)
    put_day(story, before[0], is_off=True)
    call_command("move_dates")
    assert dates(case) == before
    release(story)
    put_day(story, before[0] + ONE, is_off=True)
    with pytest.raises(RuleBroken, match="changed again"):
        move(story, case)
    call_command("move_dates")
    assert dates(case) == before


def test_only_an_administrator_releases_and_for_a_reason(story: Story) -> None:
    """R9.07: whoever keeps the calendar says so, with name and reason."""
    with pytest.raises(RuleBroken, match="Only an administrator"):
        release(story, story.cast.chen)
    with pytest.raises(RuleBroken, match="four letters"):
        release_calendar(reason=" ", by=story.cast.sun, at=story.at())
    assert release(story) == release(story)


def test_moved_twice_is_moved_once(story: Story) -> None:
    """R9.14: the second time everything fits, and nothing is written."""
    case = accepted(story)
    put_day(story, dates(case)[0], is_off=True)
    release(story)
    assert move(story, case) is not None
    events = CaseEvent.objects.count()
    assert move(story, case) is None
    call_command("move_dates")
    assert CaseEvent.objects.count() == events


def test_a_round_that_was_stopped_half_way_is_gone_on_with(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each case is its own transaction; the next round asks the dates again."""
    cases = [accepted(story) for _number in range(3)]
    put_day(story, dates(cases[0])[0], is_off=True)
    release(story)
    done: list[int] = []

    def pulled(case_id: int, **fields: Any) -> Any:
        if done:
            raise KeyboardInterrupt
        done.append(case_id)
        return move_dates(case_id, **fields)

    command = "cases.management.commands.move_dates.move_dates"
    with monkeypatch.context() as patch:
        patch.setattr(command, pulled)
        with pytest.raises(KeyboardInterrupt):
            call_command("move_dates")
    today = timezone.localdate()
    assert list(recount.cases_to_move(today)) == sorted(set(cases) - set(done))
    out = io.StringIO()
    call_command("move_dates", stdout=out)
    assert "2 cases moved" in out.getvalue()
    assert list(recount.cases_to_move(today)) == []
    assert CaseEvent.objects.filter(kind="dates_moved").count() == 3


def test_a_case_that_somebody_works_on_waits_for_the_next_round(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clerk's act comes first; the round goes on with the others."""
    cases = [accepted(story) for _number in range(2)]
    put_day(story, dates(cases[0])[0], is_off=True)
    release(story)
    busy, free = sorted(cases)

    def at_work(case_id: int, *, by: Clerk, at: dt.datetime) -> Any:
        long_ago = at - dt.timedelta(hours=1)
        return move_dates(case_id, by=by, at=long_ago if case_id == busy else at)

    monkeypatch.setattr("cases.management.commands.move_dates.move_dates", at_work)
    call_command("move_dates")
    today = timezone.localdate()
    assert list(recount.cases_to_move(today)) == [busy]
    assert dates(free)[0] == after(story, 5)


# --- The pages and the command ------------------------------------------------------


def notice_of(*days: tuple[dt.date, bool]) -> str:
    """A notice of the year of the first of these days."""
    year = days[0][0].year
    usual = [(dt.date(year, 1, 1), 1), (dt.date(year, 5, 1), 1)]
    usual += [(dt.date(year, 10, 1), 1)]
    rows = dict(usual) | {day: int(is_off) for day, is_off in days}
    lines = [f"{day},节日,{is_off}" for day, is_off in sorted(rows.items())]
    return "\n".join(["date,name,is_off_day", *lines]) + "\n"


def upload(client: Client, year: int, text: str) -> Any:
    file = SimpleUploadedFile("notice.csv", text.encode())
    return client.post(reverse("calendar_upload"), {"year": f"{year}", "file": file})


def test_a_notice_shows_first_and_moves_then(
    story: Story, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R9.11: counts and cases before anything is saved; then all of it, by the job."""
    cases = sorted(accepted(story) for _number in range(3))
    before = dates(cases[0])
    year = before[0].year
    text = notice_of((before[0], True))
    monkeypatch.setattr(recount, "PAGE", 2)
    come_in(client, story.cast.sun)
    shown = upload(client, year, text)
    page = words(shown)
    by_notice = calendar_with(year, parse_notice(text.encode(), year))
    counted = deadlines.due(by_notice, timezone.localdate(), 5, "working").due
    assert format_number(cases[0]) in page
    assert f"{counted}" in page
    assert not ClosureDay.objects.exists()
    assert dates(cases[0]) == before
    form = {"year": f"{year}", "days": text, **bodies.config_stamp()}
    turned = client.post(reverse("calendar_load"), {**form, "after": f"{cases[0]}"})
    assert format_number(cases[0]) not in words(turned)
    assert format_number(cases[1]) in words(turned)
    assert not ClosureDay.objects.exists()
    done = client.post(reverse("calendar_load"), form)
    assert (done.status_code, done["Location"]) == (302, reverse("calendar_dates"))
    queued = ProcrastinateJob.objects.filter(task_name=jobs.move_dates.name)
    assert queued.count() == 1
    assert format_number(cases[2]) in words(client.get(reverse("calendar_dates")))
    jobs.move_dates(timestamp=0)
    assert all(dates(case)[0] == counted for case in cases)
    assert format_number(cases[2]) not in words(client.get(reverse("calendar_dates")))
    assert all(verify_case(case).findings == [] for case in cases)


def test_a_single_day_is_shown_before_its_dates_move(
    story: Story, client: Client
) -> None:
    """R9.11: a day that was changed by hand moves nothing until somebody looked."""
    case = accepted(story)
    before = dates(case)
    put_day(story, before[0], is_off=True)
    come_in(client, story.cast.qian)
    page = reverse("calendar_dates")
    assert format_number(case) in words(client.get(page))
    assert client.post(page, bodies.config_stamp()).status_code == 403
    come_in(client, story.cast.sun)
    assert client.post(page, {**bodies.config_stamp(), "reason": ""}).status_code == 422
    assert not CalendarRelease.objects.exists()
    assert client.post(page, bodies.config_stamp()).status_code == 302
    call_command("move_dates")
    assert dates(case) == (after(story, 5), after(story, 20), after(story, 5))
    come_in(client, story.cast.li)
    history = words(client.get(reverse("case", args=[case])))
    assert story.cast.sun.name in history


def test_another_hall_sees_how_many_and_not_which(story: Story, client: Client) -> None:
    """Check 25: the calendar is the nation's, a case number is the hall's."""
    case = accepted(story)
    put_day(story, dates(case)[0], is_off=True)
    Clerk.objects.filter(pk=story.cast.sun.pk).update(hall=story.cast.zhou.hall)
    come_in(client, story.cast.sun)
    shown = client.get(reverse("calendar_dates"))
    assert format_number(case) not in words(shown)
    assert shown.context["preview"].elsewhere == 1


def test_before_it_is_released_the_case_says_that_it_will_move(
    story: Story, client: Client
) -> None:
    """R9.14: day by day, what is kept and what the calendar says now."""
    case = accepted(story)
    put_day(story, dates(case)[0], is_off=True)
    come_in(client, story.cast.li)
    page = f"{reverse('case', args=[case])}?days=promised"
    assert client.get(page).context["page"].explained.will_move
    release(story)
    move(story, case)
    explained = client.get(page).context["page"].explained
    assert (explained.was, explained.will_move) == (None, False)


def test_looking_costs_the_same_whatever_the_number_of_cases(story: Story) -> None:
    """Habit 6: three statements for a thousand cases."""
    accepted(story)
    today = timezone.localdate()
    with statements() as few:
        recount.preview(story.cast.sun, today)
    cases = [accepted(story) for _number in range(3)]
    put_day(story, dates(cases[0])[0], is_off=True)
    with statements() as many:
        assert recount.preview(story.cast.sun, today).cases
    assert len(many) <= len(few) + 2  # the calendar itself is read again


def test_the_command_shows_first_and_loads_with_a_yes(
    story: Story, tmp_path: Path
) -> None:
    """R9.07: the same without a browser; --by is an administrator."""
    case = accepted(story)
    before = dates(case)
    file = tmp_path / "notice.csv"
    file.write_text(notice_of((before[0], True)))
    year = f"--year={before[0].year}"
    with pytest.raises(CommandError, match="no administrator"):
        call_command("load_notice", str(file), year, "--by=2001")
    out = io.StringIO()
    call_command("load_notice", str(file), year, "--by=3001", stdout=out)
    assert f"{format_number(case)}\t{before[0]} -> " in out.getvalue()
    assert not ClosureDay.objects.exists()
    with pytest.raises(CommandError, match="--reason"):
        call_command("load_notice", str(file), year, "--by=3001", "--yes")
    assert not ClosureDay.objects.exists()
    call_command(
        "load_notice", str(file), year, "--by=3001", "--yes", "--reason=国务院通知"
    )
    call_command("move_dates")
    assert dates(case)[0] == after(story, 5)
    file.write_text("nothing")
    with pytest.raises(CommandError, match="nothing was loaded"):
        call_command("load_notice", str(file), year, "--by=3001")
