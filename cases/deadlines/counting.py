"""Counting a limit day by day, with the reason why each day counts or not (R9.*)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from windows.closures import Calendar

from .days import Unit, next_day
from .days import gettext_noop as _
from .stops import Stop, stopped_days

LONGEST = 3700
"""The largest count that can be asked for: ten years, which is past any legal limit,
and an extension."""


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
    STOPPED = "stopped"


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
        Reason.STOPPED: _("The clock is stopped (%(name)s), not counted."),
    }
)
"""The sentence for each reason. Its parameters are `DayLine.params`."""


@dataclass(frozen=True, slots=True)
class DayLine:
    """One day of an explained deadline.

    `ordinal` is its place in the count, None where the day does not count. `name` is
    the holiday that made it a day off or a day worked, or why the clock was stopped,
    else empty. `provisional` says that the notice of its year is not loaded (R9.11).
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


def due(
    calendar: Calendar,
    start: dt.date,
    count: int,
    unit: str,
    stops: Sequence[Stop] = (),
) -> Deadline:
    """The day by which `count` days from `start` are over, explained day by day.

    The start day is not counted, nor are days on which the clock is stopped (R1.24). A
    last day that is a rest day moves to the next working day (R9.09); among working
    days that happens only to a count of 0, which means "on the day itself". The
    deadline is provisional if any of its days is in a year not loaded.

    Raises ValueError for an unknown unit, a count below 0 or above LONGEST and a due
    day after the year 9999; StopsError for stops that no clock can have;
    ClockFrozenError while a stop without a limit runs.
    """
    # Due on the day itself, a matter can be stopped on that day too.
    stopped = stopped_days(calendar, start, Unit(unit), stops, from_start=not count)
    return due_without(calendar, start, count, unit, stopped)


def due_without(
    calendar: Calendar,
    start: dt.date,
    count: int,
    unit: str,
    stopped: Mapping[dt.date, str],
) -> Deadline:
    """The same, where it is known which days another clock stood, and for what."""
    kind = Unit(unit)
    if not 0 <= count <= LONGEST:
        raise ValueError(f"a limit has 0 to {LONGEST} days, not {count}")
    first = Reason.FIRST_DAY if count else Reason.SAME_DAY
    lines = [_line(calendar, start, None, first)]
    ordinal = 0
    while ordinal < count:
        day = next_day(lines[-1].date)
        if day in stopped:
            lines.append(_stopped_line(calendar, day, stopped))
        elif kind is Unit.CALENDAR:
            ordinal += 1
            lines.append(_line(calendar, day, ordinal, Reason.CALENDAR_DAY))
        elif calendar.is_working(day):
            ordinal += 1
            made_up = day.weekday() >= 5
            reason = Reason.MAKE_UP_DAY if made_up else Reason.WORKING_DAY
            lines.append(_line(calendar, day, ordinal, reason))
        else:
            lines.append(_rest_line(calendar, day))
    _move_off_rest_days(calendar, lines, stopped)
    return Deadline(
        start=start,
        count=count,
        unit=kind,
        due=lines[-1].date,
        provisional=any(line.provisional for line in lines),
        calendar_version=calendar.version,
        days=tuple(lines),
    )


def days_used(
    calendar: Calendar,
    start: dt.date,
    end: dt.date,
    unit: str,
    stops: Sequence[Stop] = (),
) -> int:
    """Days of a count from `start` that are over by `end`, stops left out (R1.24)."""
    kind = Unit(unit)
    so_far = [
        replace(stop, resumed=max(end, stop.began)) if stop.is_frozen else stop
        for stop in stops
    ]
    stopped = stopped_days(calendar, start, kind, so_far)
    days = [start + dt.timedelta(days=n) for n in range(1, (end - start).days + 1)]
    return sum(
        day not in stopped and (kind is Unit.CALENDAR or calendar.is_working(day))
        for day in days
    )


def until_expiry(
    calendar: Calendar, applied: dt.date, expires: dt.date, unit: str
) -> Deadline:
    """The days from the application for a renewal to the expiry, day by day (R1.27)."""
    kind = Unit(unit)
    lines = [_line(calendar, applied, None, Reason.FIRST_DAY)]
    ordinal = 0
    while lines[-1].date < expires:
        day = next_day(lines[-1].date)
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
    return Deadline(
        start=applied,
        count=ordinal,
        unit=kind,
        due=lines[-1].date,
        provisional=any(line.provisional for line in lines),
        calendar_version=calendar.version,
        days=tuple(lines),
    )


def _move_off_rest_days(
    calendar: Calendar, lines: list[DayLine], stopped: Mapping[dt.date, str]
) -> None:
    """Append the days over which the end moves off a rest day (R9.09) or a stop."""
    last = lines[-1]
    if calendar.is_working(last.date) and last.date not in stopped:
        return
    if last.counts:
        lines[-1] = replace(last, reason=Reason.MOVED_FROM)
    elif last.date in stopped:
        lines[-1] = _stopped_line(calendar, last.date, stopped)
    day = next_day(last.date)
    while day in stopped or not calendar.is_working(day):
        if day in stopped:
            lines.append(_stopped_line(calendar, day, stopped))
        else:
            lines.append(_rest_line(calendar, day))
        day = next_day(day)
    lines.append(_line(calendar, day, None, Reason.MOVED_TO))


def _stopped_line(
    calendar: Calendar, day: dt.date, stopped: Mapping[dt.date, str]
) -> DayLine:
    line = _line(calendar, day, None, Reason.STOPPED)
    return replace(line, name=stopped[day])


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
