"""The clock of a case against a slow, obvious model, whatever happens in which order.

A walk through some two months: told what is missing, brought, accepted, and then stops,
an extension and days off in any order. After each act both dates are what walking from
day to day gives. No worker runs; the hall's clock stands where the act is.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field

import pytest
from django.utils import timezone

from cases.actions import clocks
from cases.models import Case
from cases.reads.verification import verify_case
from tests import acts
from tests.cast import Cast
from tests.make_cases import Story, earlier
from tests.test_receipts import receive
from windows.calendars import current_calendar
from windows.closures import Calendar
from windows.editing import save_with_reason
from windows.models import CalendarYear, ClosureDay, ServiceItem

pytestmark = pytest.mark.django_db

ONE = dt.timedelta(days=1)
PROMISED, STATUTORY = 60, 70
"""Working days: so many that none is over before the walk ends."""


@dataclass
class Model:
    """What happened so far, and where a plain walk through the days comes to."""

    start: dt.date
    extended: int = 0
    stops: list[tuple[dt.date, dt.date | None, int | None]] = field(
        default_factory=list
    )

    @property
    def is_frozen(self) -> bool:
        return any(end is None and limit is None for _, end, limit in self.stops)

    def shifts(self, calendar: Calendar) -> list[int]:
        """Days that each stop takes (rules.md 6.5)."""
        found, was_short = [], False
        for began, ended, limit in self.stops:
            if ended is None:
                days = limit or 0
            elif ended == began:
                days = int(works(calendar, began) and not was_short)
                was_short = was_short or days > 0
            else:
                days = len([1 for day in span(began, ended) if works(calendar, day)])
            found.append(days if limit is None else min(days, limit))
        return found

    def end(self, calendar: Calendar, count: int) -> dt.date:
        """Walk day by day: rest days and stopped days do not count."""
        still: set[dt.date] = set()
        for (began, _, _), days in zip(self.stops, self.shifts(calendar), strict=True):
            day, left = max(began, self.start + ONE), days
            while left:
                if works(calendar, day) and day not in still:
                    still.add(day)
                    left -= 1
                day += ONE
        day, left = self.start, count + self.extended
        while left:
            day += ONE
            left -= works(calendar, day) and day not in still
        while day in still or not works(calendar, day):
            day += ONE
        return day


def works(calendar: Calendar, day: dt.date) -> bool:
    special = calendar.days.get(day)
    return day.weekday() < 5 if special is None else not special.is_off


def span(after: dt.date, last: dt.date) -> list[dt.date]:
    return [after + ONE * number for number in range(1, (last - after).days + 1)]


def later(calendar: Calendar, day: dt.date, count: int) -> dt.date:
    """The day so many working days after one."""
    while count > 0:
        day += ONE
        count -= works(calendar, day)
    return day


def take_off(cast: Cast, day: dt.date) -> None:
    if not ClosureDay.objects.filter(day=day).exists():
        row = ClosureDay(day=day, name="临时放假", is_off=True)
        save_with_reason(row, by=cast.sun, reason="国务院通知")


@pytest.mark.parametrize("is_firm", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_whatever_happens_both_dates_are_what_a_plain_walk_gives(
    cast: Cast, seed: int, *, is_firm: bool
) -> None:
    """R1.10, R1.20, R1.24, R1.30, R9.11: a firm promise only never comes later."""
    chance = random.Random(seed)
    ServiceItem.objects.filter(pk=cast.item.pk).update(
        promised_days=PROMISED, statutory_days=STATUTORY
    )
    if is_firm:
        this = timezone.localdate().year
        for year in range(this - 1, this + 3):
            loaded = CalendarYear(year=year)
            save_with_reason(loaded, by=cast.sun, reason="国务院通知")
    ago = chance.randint(55, 60)
    with earlier(cast, ago) as story:
        case = story.moved(item=True, contact=True).pk
        acts.ask_once(story, case)
    ago -= chance.randint(0, 4)
    with earlier(cast, ago) as story:
        receive(story, case, 2)
        model = Model(timezone.localdate(story.at()))
    ago -= chance.randint(0, 9)
    with earlier(cast, ago) as story:
        acts.accept(story, case)
        assert Case.objects.get(pk=case).accepted_on == model.start
    told, moved = Case.objects.get(pk=case).promised_due, 0
    while (ago := ago - chance.randint(0, 6)) > 0:
        with earlier(cast, ago) as story:
            today = timezone.localdate(story.at())
            if not _act(story, case, model, chance):
                continue
        calendar = current_calendar("")
        row = Case.objects.get(pk=case)
        law, promise = (model.end(calendar, count) for count in (STATUTORY, PROMISED))
        if model.is_frozen:
            assert (row.promised_due, row.statutory_due) == (None, None)
            continue
        assert row.statutory_due == law
        total = sum(model.shifts(calendar)) + model.extended
        if not is_firm:
            assert row.promised_due == promise
        assert told is not None
        assert row.promised_due is not None
        assert row.promised_due >= today
        if is_firm:
            most = later(calendar, told, max(total - moved, 0))
            assert row.promised_due <= min(promise, most)
        told, moved = row.promised_due, total
    assert verify_case(case).findings == []


def _act(story: Story, case: int, model: Model, chance: random.Random) -> bool:
    """Do something that may be done today; whether both dates were counted again."""
    today = timezone.localdate(story.at())
    began, ended, limit = model.stops[-1] if model.stops else (None, today, None)
    if chance.random() < 0.3:
        take_off(story.cast, today + ONE * chance.randint(1, 25))
        return False
    if not model.extended and chance.random() < 0.2:
        model.extended = chance.randint(1, 10)
        clocks.extend(
            case,
            days=model.extended,
            reason="情况复杂",
            head="局长 周明",
            by=story.cast.chen,
            at=story.at(),
        )
    elif began is not None and ended is None:
        model.stops[-1] = (began, today, limit)
        clocks.resume_clock(case, by=story.cast.li, at=story.at())
    elif model.stops and ended == today:
        return False
    else:
        limit = chance.choice([None, 2, 7])
        model.stops.append((today, None, limit))
        acts.stop(story, case, limit_days=limit)
    return True
