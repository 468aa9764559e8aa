"""Counting days: when something is due, how near that is, and why (R1.*, R9.*).

Every promise of the hall has a date, and every date can be explained day by day.
Nothing here knows what time it is: "today" is passed in. Nothing here speaks: reasons
are codes with parameters, and `REASONS` has the English sentence for each, which a view
translates.

Plain Python: no Django and no database. Which days are worked is told by
`windows.closures.Calendar`.
"""

import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from windows.closures import Calendar

LONGEST = 3650
"""The largest count that can be asked for; ten years is past any legal limit."""

CORRECTION_DAYS = 5
"""Working days in which all missing materials must be told (R1.07)."""

WARNING_DAYS = 1
"""Working days before the due day from which a case is "soon", unless set (R4.37)."""

STATUTORY_DAYS = 20
"""Working days to decide where an item names no limit of its own (R1.20)."""


def _(message: str) -> str:
    """Mark a sentence for translation without importing Django."""
    return message


class Unit(StrEnum):
    """What a limit is counted in: working days, or every day of the calendar."""

    WORKING = "working"
    CALENDAR = "calendar"


class Reason(StrEnum):
    """Why a day counts or does not."""

    FIRST_DAY = "first_day"
    SAME_DAY = "same_day"
    WORKING_DAY = "working_day"
    MAKE_UP_DAY = "make_up_day"
    CALENDAR_DAY = "calendar_day"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MOVED_FROM = "moved_from"
    MOVED_TO = "moved_to"


REASONS = MappingProxyType(
    {
        Reason.FIRST_DAY: _("The first day is not counted."),
        Reason.SAME_DAY: _("Due on the day itself."),
        Reason.WORKING_DAY: _("Working day %(ordinal)s."),
        Reason.MAKE_UP_DAY: _(
            "Working day %(ordinal)s: a weekend day worked to make up for %(name)s."
        ),
        Reason.CALENDAR_DAY: _("Day %(ordinal)s."),
        Reason.WEEKEND: _("Weekend, not counted."),
        Reason.HOLIDAY: _("Holiday (%(name)s), not counted."),
        Reason.MOVED_FROM: _(
            "Day %(ordinal)s is a rest day, so the end moves to the next working day."
        ),
        Reason.MOVED_TO: _("The next working day after the rest day."),
    }
)
"""The sentence for each reason. Its parameters are `DayLine.params`."""


@dataclass(frozen=True, slots=True)
class DayLine:
    """One day of an explained deadline.

    `ordinal` is its place in the count, None where the day does not count. `name` is
    the holiday that made it a day off or a day worked, else empty. `provisional` says
    that the notice of its year is not loaded (R9.11).
    """

    date: dt.date
    counts: bool
    ordinal: int | None
    reason: Reason
    name: str
    provisional: bool

    @property
    def msgid(self) -> str:
        """The English sentence, to be translated and then filled with `params`."""
        return REASONS[self.reason]

    @property
    def params(self) -> dict[str, str | int]:
        """What `msgid` is filled with."""
        return {"ordinal": self.ordinal or 0, "name": self.name}


@dataclass(frozen=True, slots=True)
class Deadline:
    """A due day with everything it was computed from (R9.14).

    `days` runs from the start day to the due day, without a gap. A case due at `due` is
    in time on that whole day.
    """

    start: dt.date
    count: int
    unit: Unit
    due: dt.date
    provisional: bool
    calendar_version: int
    days: tuple[DayLine, ...]


def due(calendar: Calendar, start: dt.date, count: int, unit: str) -> Deadline:
    """The day by which `count` days from `start` are over, explained day by day.

    The start day is not counted. A last day that is a rest day moves to the next
    working day (R9.09); among working days that happens only to a count of 0, which
    means "on the day itself". The deadline is provisional if any of its days is in a
    year not loaded.

    Raises ValueError for an unknown unit, a count below 0 or above LONGEST, and a due
    day after the year 9999.
    """
    kind = Unit(unit)
    if not 0 <= count <= LONGEST:
        raise ValueError(f"a limit has 0 to {LONGEST} days, not {count}")
    first = Reason.FIRST_DAY if count else Reason.SAME_DAY
    lines = [_line(calendar, start, None, first)]
    ordinal = 0
    while ordinal < count:
        day = _next(lines[-1].date)
        if kind is Unit.CALENDAR:
            ordinal += 1
            lines.append(_line(calendar, day, ordinal, Reason.CALENDAR_DAY))
        elif calendar.is_working(day):
            ordinal += 1
            made_up = day.weekday() >= 5
            reason = Reason.MAKE_UP_DAY if made_up else Reason.WORKING_DAY
            lines.append(_line(calendar, day, ordinal, reason))
        else:
            lines.append(_rest_line(calendar, day))
    _move_off_rest_days(calendar, lines)
    return Deadline(
        start=start,
        count=count,
        unit=kind,
        due=lines[-1].date,
        provisional=any(line.provisional for line in lines),
        calendar_version=calendar.version,
        days=tuple(lines),
    )


def _move_off_rest_days(calendar: Calendar, lines: list[DayLine]) -> None:
    """Append the days over which the end moves off a rest day (R9.09)."""
    last = lines[-1]
    if calendar.is_working(last.date):
        return
    if last.counts:
        lines[-1] = replace(last, reason=Reason.MOVED_FROM)
    day = _next(last.date)
    while not calendar.is_working(day):
        lines.append(_rest_line(calendar, day))
        day = _next(day)
    lines.append(_line(calendar, day, None, Reason.MOVED_TO))


def _rest_line(calendar: Calendar, day: dt.date) -> DayLine:
    reason = Reason.HOLIDAY if day in calendar.days else Reason.WEEKEND
    return _line(calendar, day, None, reason)


def _line(
    calendar: Calendar, day: dt.date, ordinal: int | None, reason: Reason
) -> DayLine:
    special = calendar.days.get(day)
    return DayLine(
        date=day,
        counts=ordinal is not None,
        ordinal=ordinal,
        reason=reason,
        name="" if special is None else special.name,
        provisional=calendar.is_provisional(day),
    )


def _next(day: dt.date) -> dt.date:
    if day == dt.date.max:
        raise ValueError("the due day would lie after the year 9999")
    return day + dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of an item: a number and a unit each; None where it names none."""

    statutory_days: int | None
    statutory_unit: str
    promised_days: int | None
    promised_unit: str
    on_the_spot: bool = False


def both_dates(
    calendar: Calendar, start: dt.date, limits: Limits
) -> tuple[Deadline, Deadline]:
    """The promised and the statutory date of a case accepted on `start`.

    Without a limit of its own an item has the law's (R1.20). A promise is never later
    than the law's own date (R1.30); what is done on the spot is promised for the day.
    Raises ValueError like `due`.
    """
    if limits.statutory_days is None:
        statutory = due(calendar, start, STATUTORY_DAYS, Unit.WORKING)
    else:
        statutory = due(calendar, start, limits.statutory_days, limits.statutory_unit)
    days, unit = limits.promised_days, limits.promised_unit
    if limits.on_the_spot:
        days = 0
    if days is None:
        return statutory, statutory
    promised = due(calendar, start, days, unit if days else Unit.WORKING)
    return (promised if promised.due <= statutory.due else statutory), statutory


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
            end = _next(end)
        return Nearness(Status.OVERDUE, working_days_between(calendar, due, end))
    if today == due:
        return Nearness(Status.TODAY, 0)
    left = working_days_between(calendar, today, due)
    return Nearness(Status.SOON if left <= warning else Status.FINE, left)


@dataclass(frozen=True, slots=True)
class DeemedAcceptance:
    """Until when what is missing must be told, and what silence led to (R1.07).

    `accepted_on` is the day of receipt once the time to tell has passed, else None.
    """

    tell_by: Deadline
    accepted_on: dt.date | None


def deemed_acceptance(
    received: dt.date, today: dt.date, calendar: Calendar, limit: int = CORRECTION_DAYS
) -> DeemedAcceptance:
    """What the law makes of materials received and not yet answered (R1.07).

    Told neither "accepted" nor what is missing within `limit` working days, the
    application counts as accepted from the day the materials were received, not from
    today.
    """
    tell_by = due(calendar, received, limit, Unit.WORKING)
    return DeemedAcceptance(tell_by, received if today > tell_by.due else None)
