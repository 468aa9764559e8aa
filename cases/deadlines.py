"""Counting days: when something is due, how near that is, and why (R1.*, R9.*).

Every promise of the hall has a date, and every date can be explained day by day.
Nothing here knows what time it is: "today" is passed in. Nothing here speaks: reasons
are codes with parameters, and `REASONS` has the English sentence for each, which a view
translates.

Plain Python: no Django and no database. Which days are worked is told by
`windows.closures.Calendar`.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from windows.closures import Calendar

LONGEST = 3700
"""The largest count that can be asked for: ten years, which is past any legal limit,
and an extension."""

CORRECTION_DAYS = 5
"""Working days in which all missing materials must be told (R1.07)."""

WARNING_DAYS = 1
"""Working days before the due day from which a case is "soon", unless set (R4.37)."""

DELIVERY_DAYS = 10
"""Working days from a grant in which it is issued and delivered (R1.23)."""

LONGEST_STOP = 366
"""Days that a stop may be told to take: whoever needs longer says so again."""

STATUTORY_DAYS = 20
"""Working days to decide where an item names no limit of its own (R1.20)."""

JOINT_DAYS = 45
"""The same where several units decide together (R1.21)."""

LONGEST_EXTENSION = 10
"""Days by which the head of the organ may extend a limit (R1.20)."""

LONGEST_JOINT_EXTENSION = 15
"""Days by which it may be extended where several units decide together (R1.21)."""


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


@dataclass(frozen=True, slots=True)
class Stop:
    """A special procedure for which a clock stops (R1.24), such as a hearing or a test.

    `limit` is the time told in writing, in days of the clock's own unit; None where it
    cannot be told yet. `resumed` is None while it runs. `name` says what it is for.
    """

    began: dt.date
    resumed: dt.date | None = None
    limit: int | None = None
    name: str = ""

    @property
    def is_frozen(self) -> bool:
        """Whether the clock stands still until the stop is ended."""
        return self.resumed is None and self.limit is None


class StopGround(StrEnum):
    """What takes no time of the limit (R1.24), and public notice (R4.75)."""

    HEARING = "hearing"
    TENDER = "tender"
    AUCTION = "auction"
    INSPECTION = "inspection"
    TESTING = "testing"
    QUARANTINE = "quarantine"
    APPRAISAL = "appraisal"
    EXPERTS = "experts"
    PUBLICITY = "publicity"


STOP_NAMES = MappingProxyType(
    {
        StopGround.HEARING: _("hearing"),
        StopGround.TENDER: _("tender"),
        StopGround.AUCTION: _("auction"),
        StopGround.INSPECTION: _("inspection"),
        StopGround.TESTING: _("testing"),
        StopGround.QUARANTINE: _("quarantine"),
        StopGround.APPRAISAL: _("appraisal"),
        StopGround.EXPERTS: _("expert review"),
        StopGround.PUBLICITY: _("public notice"),
    }
)
"""The words for each ground."""


class ClockFrozenError(ValueError):
    """A stop without a limit runs: until it is ended there is no due day."""


class StopsError(ValueError):
    """Stops that no clock can have; its text is a sentence to be translated."""


def check_stops(start: dt.date, stops: Sequence[Stop]) -> None:
    """Raise StopsError unless the stops follow each other after `start` (R1.24)."""
    free: dt.date | None = start
    for number, stop in enumerate(stops):
        if free is None or (number and stop.began < free):
            raise StopsError(
                _("Two stops overlap: end the first before the next begins.")
            )
        if stop.began < free:
            raise StopsError(_("A clock cannot be stopped before it runs."))
        if stop.resumed is not None and stop.resumed < stop.began:
            raise StopsError(_("It cannot end before it begins."))
        free = stop.resumed


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
    kind = Unit(unit)
    if not 0 <= count <= LONGEST:
        raise ValueError(f"a limit has 0 to {LONGEST} days, not {count}")
    # Due on the day itself, a matter can be stopped on that day too.
    stopped = stopped_days(calendar, start, kind, stops, from_start=not count)
    first = Reason.FIRST_DAY if count else Reason.SAME_DAY
    lines = [_line(calendar, start, None, first)]
    ordinal = 0
    while ordinal < count:
        day = _next(lines[-1].date)
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


def stopped_days(
    calendar: Calendar,
    start: dt.date,
    unit: Unit,
    stops: Sequence[Stop],
    *,
    from_start: bool = False,
) -> Mapping[dt.date, str]:
    """Return the days that stops take out of a count, each with the stop's name.

    A stop takes as many days as lie between its beginning and its end; with a limit no
    more than that, for the excess counts against the unit; while it runs the whole
    limit (rules.md 6.5). The first that ends on the day it began takes one day, later
    ones none: repeated every day they would hold a clock for ever. They are the days
    from its beginning on; the start day, which is not counted anyway, only with
    `from_start`. Raises StopsError and ClockFrozenError.
    """
    check_stops(start, stops)
    found: dict[dt.date, str] = {}
    was_short = False
    for stop in stops:
        if stop.is_frozen:
            raise ClockFrozenError("a stop without a limit runs")
        is_short = stop.resumed == stop.began
        left = 0 if is_short and was_short else _length(calendar, unit, stop)
        was_short = was_short or is_short
        first = stop.began if stop.began > start or from_start else _next(start)
        for day in _counted(calendar, unit, first):
            if not left:
                break
            if day not in found:
                found[day] = stop.name
                left -= 1
    return found


def _length(calendar: Calendar, unit: Unit, stop: Stop) -> int:
    """How many days of the unit a stop takes out of the count."""
    if stop.resumed is None:
        return stop.limit or 0
    if unit is Unit.CALENDAR:
        days = (stop.resumed - stop.began).days
    else:
        days = working_days_between(calendar, stop.began, stop.resumed)
    if stop.resumed == stop.began:
        days = 1
    return days if stop.limit is None else min(days, stop.limit)


def _counted(calendar: Calendar, unit: Unit, first: dt.date) -> Iterator[dt.date]:
    """Every day from `first` on that counts in a unit."""
    day = first
    while True:
        if unit is Unit.CALENDAR or calendar.is_working(day):
            yield day
        day = _next(day)


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
    day = _next(last.date)
    while day in stopped or not calendar.is_working(day):
        if day in stopped:
            lines.append(_stopped_line(calendar, day, stopped))
        else:
            lines.append(_rest_line(calendar, day))
        day = _next(day)
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

    @classmethod
    def of(cls, item: "HasLimits") -> "Limits":
        """Return the limits of an item; if it is joint and names none, of R1.21."""
        days, unit = item.statutory_days, item.statutory_unit
        if days is None and item.is_joint:
            days, unit = JOINT_DAYS, Unit.WORKING
        return cls(
            days,
            unit,
            item.promised_days,
            item.promised_unit,
            on_the_spot=item.handling == "spot",
        )


class HasLimits(Protocol):
    """A service item, as far as its limits go."""

    statutory_days: int | None
    statutory_unit: str
    promised_days: int | None
    promised_unit: str
    handling: str

    @property
    def is_joint(self) -> bool:
        """Whether several units decide together."""


def both_dates(
    calendar: Calendar,
    start: dt.date,
    limits: Limits,
    stops: Sequence[Stop] = (),
    extension: int = 0,
) -> tuple[Deadline, Deadline]:
    """The promised and the statutory date of a case accepted on `start`.

    Without a limit of its own an item has the law's (R1.20). A promise is never later
    than the law's own date (R1.30); what is done on the spot is promised for the day.
    Stops move both dates (R1.24), and so does an extension, in days of each limit's
    own unit (R1.20, R1.21). Raises like `due`.
    """

    def date(days: int, unit: str) -> Deadline:
        return due(calendar, start, days + extension, unit, stops)

    if limits.statutory_days is None:
        statutory = date(STATUTORY_DAYS, Unit.WORKING)
    else:
        statutory = date(limits.statutory_days, limits.statutory_unit)
    days, unit = limits.promised_days, limits.promised_unit
    if limits.on_the_spot:
        days = 0
    if days is None:
        return statutory, statutory
    promised = date(days, unit if days else Unit.WORKING)
    return (promised if promised.due <= statutory.due else statutory), statutory


class Binds(StrEnum):
    """What a date that was told holds against a change of the calendar."""

    NOTHING = "nothing"
    NO_LATER = "no_later"
    NO_EARLIER = "no_earlier"


def moved(
    kept: dt.date, counted: dt.date, today: dt.date, binds: Binds = Binds.NOTHING
) -> dt.date:
    """The date that holds once the calendar has changed: counted anew, or as kept.

    A year's notice changes what was counted without it (R9.11), and the December
    before (R9.12). But history is never overwritten (R9.14): a day that has passed
    stays, and no date is put on a day that has passed. A firm promise binds the unit,
    so it comes no later (R1.30); what the person was given to bring something comes no
    earlier (R1.43).
    """
    if kept < today or counted < today:
        return kept
    if binds is Binds.NO_LATER:
        return min(kept, counted)
    if binds is Binds.NO_EARLIER:
        return max(kept, counted)
    return counted


def off_rest_days(calendar: Calendar, day: dt.date) -> dt.date:
    """The day itself, or the next working day after a rest day (R9.09)."""
    while not calendar.is_working(day):
        day = _next(day)
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


def tell_by(
    calendar: Calendar, received: dt.date, limit: int = CORRECTION_DAYS
) -> Deadline:
    """Until when papers received are accepted, or what is missing is told (R1.07).

    A hall may promise it sooner than the law, and never later.
    """
    return due(calendar, received, min(limit, CORRECTION_DAYS), Unit.WORKING)


def deemed_acceptance(
    received: dt.date | None, tell_by: dt.date | None, today: dt.date
) -> dt.date | None:
    """Since when silence has made papers received an accepted application (R1.07).

    Told neither "accepted" nor what is missing until `tell_by` is over, it counts as
    accepted from the day of the receipt, not from today: the days already used count.
    Of what was asked for once that is the receipt that made it complete (R1.10). None
    while there is time, and where nothing waits to be told.
    """
    if received is None or tell_by is None or today <= tell_by:
        return None
    return received


def apply_by(calendar: Calendar, expires: dt.date, days: int, unit: str) -> dt.date:
    """The last day on which a renewal is applied for in time (R1.27).

    `days` of the unit lie after it, the day of the expiry being the last of them; an
    expiry moves off no rest day. Raises ValueError for an unknown unit.
    """
    kind = Unit(unit)
    day, left = expires, days
    while left:
        left -= kind is Unit.CALENDAR or calendar.is_working(day)
        day -= dt.timedelta(days=1)
    return day


def renewed(renews_after: dt.date | None, today: dt.date) -> dt.date | None:
    """The expiry after which silence has renewed by law what was to be renewed (R1.27).

    `renews_after` is the expiry of what was applied for in time and is undecided: a
    late application has no such protection. None while there is time to decide.
    """
    if renews_after is None or today <= renews_after:
        return None
    return renews_after


def until_expiry(
    calendar: Calendar, applied: dt.date, expires: dt.date, unit: str
) -> Deadline:
    """The days from the application for a renewal to the expiry, day by day (R1.27)."""
    kind = Unit(unit)
    lines = [_line(calendar, applied, None, Reason.FIRST_DAY)]
    ordinal = 0
    while lines[-1].date < expires:
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
    return Deadline(
        start=applied,
        count=ordinal,
        unit=kind,
        due=lines[-1].date,
        provisional=any(line.provisional for line in lines),
        calendar_version=calendar.version,
        days=tuple(lines),
    )


def accepted_from(
    today: dt.date, *, deemed: dt.date | None, completed: dt.date | None
) -> dt.date:
    """The day from which both limits count if acceptance is written down today.

    `deemed`: the law has accepted it already, from the day of the receipt (R1.07).
    `completed`: what was asked for once is all here since that day, and then it had to
    be accepted (R1.08, R1.10). Else it is today: the limits count from acceptance
    (R1.20), and the days in which to look at the papers are the unit's own (R1.07).
    """
    return deemed or completed or today


# --- Parallel approval --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Leg:
    """One step of handling an item: working days of a unit, 0 for the same day.

    `is_parallel`: it is taken at the same time as the one before it (R4.70).
    """

    name: str
    unit: str
    days: int
    is_parallel: bool = False


@dataclass(frozen=True, slots=True)
class Stretch:
    """A leg in the time table: from which working day of the whole to which, by date.

    `before` working days are over when it begins; `first` is the first day on which
    the unit works at it, `due` the last.
    """

    leg: Leg
    before: int
    first: dt.date
    due: dt.date


def timetable(
    calendar: Calendar, start: dt.date, legs: Sequence[Leg]
) -> tuple[Stretch, ...]:
    """Return when each unit has to be done with its part (R4.70, R4.78).

    What can be done at once is received by all at once; where one step needs the one
    before, its time begins with the written word that the earlier is done (R4.73): the
    longest of those taken together. Raises ValueError past the year 9999.
    """

    def day(count: int) -> dt.date:
        return due(calendar, start, count, Unit.WORKING).due

    stretches: list[Stretch] = []
    before = reached = 0
    for leg in legs:
        if not leg.is_parallel:
            before = reached
        reached = max(reached, before + leg.days)
        first = day(before + min(leg.days, 1))
        stretches.append(Stretch(leg, before, first, day(before + leg.days)))
    return tuple(stretches)


@dataclass(frozen=True, slots=True)
class Share:
    """One unit's part of a joint case, as far as its dates go (R4.70, R4.73).

    `days` are working days, 0 for the same day. Parts of one `stage` run at the same
    time. `starts` and `due` are None until the stage before is done, and `done` is None
    until the unit has answered.
    """

    stage: int
    days: int
    starts: dt.date | None = None
    due: dt.date | None = None
    done: dt.date | None = None


def stages(legs: Sequence[Leg]) -> tuple[int, ...]:
    """Return the stage of each leg: what is parallel shares that of the one before."""
    found: list[int] = []
    for leg in legs:
        last = found[-1] if found else -1
        found.append(last if leg.is_parallel and found else last + 1)
    return tuple(found)


def part_due(
    calendar: Calendar, start: dt.date, days: int, latest: dt.date | None
) -> dt.date:
    """The day by which a unit has its part done that it begins on `start`.

    Never past `latest`, the statutory day of the whole (R1.21), if there is one; but a
    part that begins when that has passed already is due on the day it begins. Raises
    ValueError like `due`.
    """
    counted = due(calendar, start, days, Unit.WORKING).due
    return counted if latest is None else min(counted, max(latest, start))


def expected(
    calendar: Calendar, start: dt.date, shares: Sequence[Share], latest: dt.date | None
) -> tuple[tuple[dt.date, dt.date], ...]:
    """Return from when to when each part runs: as it is set, else as it is to be hoped.

    A part that waits begins, if everybody keeps the time, on the last day of the stage
    before: the day on which that was done, or is due (R4.73). The first begins on
    `start`, the acceptance. Raises ValueError like `due`.
    """
    ends: dict[int, dt.date] = {-1: start}
    for stage in sorted({share.stage for share in shares}):
        begins = ends[max(ends)]
        here = [share for share in shares if share.stage == stage]
        ends[stage] = max(_share_ends(calendar, one, begins, latest) for one in here)
    before = dict(zip(sorted(ends)[1:], sorted(ends), strict=False))
    return tuple(
        (
            share.starts or ends[before[share.stage]],
            share.due
            or _share_ends(calendar, share, ends[before[share.stage]], latest),
        )
        for share in shares
    )


def _share_ends(
    calendar: Calendar, share: Share, begins: dt.date, latest: dt.date | None
) -> dt.date:
    """The day on which a part is done, was to be done, or is to be hoped to be."""
    if share.done is not None:
        return share.done
    return share.due or part_due(calendar, begins, share.days, latest)


def bar(
    calendar: Calendar, start: dt.date, first: dt.date, last: dt.date
) -> tuple[int, int]:
    """Return working days from `start` to a part's first day, and those it takes."""
    before = max(0, working_days_between(calendar, start, first))
    return before, max(0, working_days_between(calendar, first, last))
