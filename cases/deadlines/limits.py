"""The limits of an item, and the two dates that follow from them (R1.20 to R1.30)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from windows.bundles import JOINT_DAYS, STATUTORY_DAYS, Takes
from windows.closures import Calendar

from .counting import Deadline, due
from .days import Unit
from .stops import Stop

DELIVERY_DAYS = 10
"""Working days from a grant in which it is issued and delivered (R1.23)."""

LONGEST_EXTENSION = 10
"""Days by which the head of the organ may extend a limit (R1.20)."""

LONGEST_JOINT_EXTENSION = 15
"""Days by which it may be extended where several units decide together (R1.21)."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of an item: a number and a unit each; None where it names none.

    `stages` are those by law of the items of a life event, each stage the items that
    begin together: by the last of their days, one stage after the other, it is decided,
    whatever the sum in working days says.
    """

    statutory_days: int | None
    statutory_unit: str
    promised_days: int | None
    promised_unit: str
    on_the_spot: bool = False
    stages: Sequence[Sequence[tuple[int, str]]] = ()

    @classmethod
    def of(cls, item: "HasLimits") -> "Limits":
        """Return the limits of an item; if it is joint and names none, of R1.21.

        Those of a life event follow from its items.
        """
        if item.is_bundle:
            whole, unit = item.whole(), str(Unit.WORKING)
            own = item.by_the_calendar()
            return cls(whole.statutory, unit, whole.promised, unit, stages=own)
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
    is_bundle: bool

    def whole(self) -> Takes:
        """What a life event takes, from its items."""

    def by_the_calendar(self) -> Sequence[Sequence[tuple[int, str]]]:
        """The limits by law of its items, those that begin together as one stage."""

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

    Without a limit of its own an item has the law's (R1.20); a life event is never
    later than its items by themselves, each counted in its own unit and one stage after
    the other. A promise is never later than the law's own date (R1.30); what is done on
    the spot is promised for the day.
    Stops move both dates (R1.24), and so does an extension, in days of each limit's
    own unit (R1.20, R1.21). Raises like `due`.
    """

    def date(days: int, unit: str) -> Deadline:
        return due(calendar, start, days + extension, unit, stops)

    if limits.statutory_days is None:
        statutory = date(STATUTORY_DAYS, Unit.WORKING)
    else:
        statutory = date(limits.statutory_days, limits.statutory_unit)
    if limits.stages:
        last = _last(calendar, start, limits.stages, stops, extension)
        statutory = min(statutory, last, key=_day)
    days, unit = limits.promised_days, limits.promised_unit
    if limits.on_the_spot:
        days = 0
    if days is None:
        return statutory, statutory
    promised = date(days, unit if days else Unit.WORKING)
    return (promised if promised.due <= statutory.due else statutory), statutory


def _last(
    calendar: Calendar,
    start: dt.date,
    stages: Sequence[Sequence[tuple[int, str]]],
    stops: Sequence[Stop],
    extension: int,
) -> Deadline:
    """By when items are decided by their own limits, one stage after the other.

    What begins together is counted in the unit of the last of it; what comes one after
    the other in calendar days from `start`, so that it is counted anew like any date;
    an extension is working days then, if any item has them (R1.20).
    """
    if len(stages) == 1:
        own = (due(calendar, start, n + extension, u, stops) for n, u in stages[0])
        return max(own, key=_day)
    units = {unit for stage in stages for _count, unit in stage}
    longer = Unit.WORKING if Unit.WORKING in units else Unit.CALENDAR
    day = start
    for stage in [*stages, [(extension, longer)]]:
        day = max(due(calendar, day, count, unit).due for count, unit in stage)
    return due(calendar, start, (day - start).days, Unit.CALENDAR, stops)


def _day(deadline: Deadline) -> dt.date:
    return deadline.due


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
