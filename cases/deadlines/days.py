"""Days that are worked, and how near a day is (R9.09, R9.11, R4.37)."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from windows.closures import Calendar

WARNING_DAYS = 1
"""Working days before the due day from which a case is "soon", unless set (R4.37)."""


def gettext_noop(message: str) -> str:
    """Mark a sentence for translation without importing Django."""
    return message


class Unit(StrEnum):
    """What a limit is counted in: working days, or every day of the calendar."""

    WORKING = "working"
    CALENDAR = "calendar"


def next_day(day: dt.date) -> dt.date:
    """The day after; ValueError past the year 9999."""
    if day == dt.date.max:
        raise ValueError("the due day would lie after the year 9999")
    return day + dt.timedelta(days=1)


def off_rest_days(calendar: Calendar, day: dt.date) -> dt.date:
    """The day itself, or the next working day after a rest day (R9.09)."""
    while not calendar.is_working(day):
        day = next_day(day)
    return day


def still_provisional(calendar: Calendar, start: dt.date, end: dt.date) -> bool:
    """Whether a year between two days is still without its notice (R9.11)."""
    years = range(start.year, end.year + 1)
    return any(calendar.is_provisional(dt.date(year, 1, 1)) for year in years)


def working_days_between(calendar: Calendar, start: dt.date, end: dt.date) -> int:
    """Working days after `start` up to and with `end`; negative if it is earlier."""
    if end < start:
        return -working_days_between(calendar, end, start)
    days = (end - start).days
    return sum(
        calendar.is_working(start + dt.timedelta(days=number))
        for number in range(1, days + 1)
    )


class Status(StrEnum):
    """How near a due day is."""

    FINE = "fine"
    SOON = "soon"
    TODAY = "today"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Nearness:
    """How near a due day is: working days left, or late if the status is OVERDUE."""

    status: Status
    days: int


def nearness(
    calendar: Calendar, due: dt.date, today: dt.date, warning: int = WARNING_DAYS
) -> Nearness:
    """Say how near `due` is on `today`; soon is up to `warning` working days ahead.

    A matter promised in one day is thus warned of from the start (R4.37). Lateness
    counts a working day that is about to begin: on the Saturday after a Friday that was
    missed, the matter is one working day late already, never "overdue by 0 days".
    """
    if today > due:
        end = today
        while not calendar.is_working(end):
            end = next_day(end)
        return Nearness(Status.OVERDUE, working_days_between(calendar, due, end))
    if today == due:
        return Nearness(Status.TODAY, 0)
    left = working_days_between(calendar, today, due)
    return Nearness(Status.SOON if left <= warning else Status.FINE, left)
