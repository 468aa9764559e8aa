"""What the silence of the hall does by law: it accepts and renews (R1.07, R1.27)."""

import datetime as dt

from windows.closures import Calendar

from .counting import Deadline, due
from .days import Unit

CORRECTION_DAYS = 5
"""Working days in which all missing materials must be told (R1.07)."""


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
