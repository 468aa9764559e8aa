"""Stops of a clock: special procedures that take no time of the limit (R1.24)."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from windows.closures import Calendar

from .days import Unit, next_day, working_days_between
from .days import gettext_noop as _

LONGEST_STOP = 366
"""Days that a stop may be told to take: whoever needs longer says so again."""


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
    limit (rules.md 6.5). The first that ends on the day it began takes that day, be it
    of a minute ("same-day = 1": its paper was given and the day is not counted), later
    ones none: repeated every day they would hold a clock for ever. A rest day is none
    of a limit in working days. They are the days from its beginning on; the start day,
    which is not counted anyway, only with `from_start`. Raises StopsError and
    ClockFrozenError.
    """
    check_stops(start, stops)
    found: dict[dt.date, str] = {}
    was_short = False
    for stop in stops:
        if stop.is_frozen:
            raise ClockFrozenError("a stop without a limit runs")
        is_short = stop.resumed == stop.began
        left = 0 if is_short and was_short else _length(calendar, unit, stop)
        was_short = was_short or (is_short and left > 0)
        first = stop.began if stop.began > start or from_start else next_day(start)
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
        days = int(unit is Unit.CALENDAR or calendar.is_working(stop.began))
    return days if stop.limit is None else min(days, stop.limit)


def _counted(calendar: Calendar, unit: Unit, first: dt.date) -> Iterator[dt.date]:
    """Every day from `first` on that counts in a unit."""
    day = first
    while True:
        if unit is Unit.CALENDAR or calendar.is_working(day):
            yield day
        day = next_day(day)
