"""The hall's working time, and the clock that the owner of the database can move.

The history refuses an event that is not from now (5 seconds). The demo hall needs two
weeks, so its clock is moved while it is filled, by the role that owns the tables, and
stands at zero again before anybody uses it.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.utils import timezone

from windows.closures import Calendar

MORNING = (dt.time(9), dt.time(12))
AFTERNOON = (dt.time(13, 30), dt.time(17))


@contextmanager
def movable_clock() -> Iterator["HallClock"]:
    """Give a clock that can be moved; put it back to zero whatever happens."""
    clock = HallClock()
    try:
        yield clock
    finally:
        clock.reset()


class HallClock:
    """Moves the row that only the owner of the tables may change."""

    def at(self, moment: dt.datetime) -> dt.datetime:
        """Let it be `moment` in the hall; later acts follow a little after it."""
        with connection.cursor() as cursor:
            cursor.execute(
                'UPDATE cases_clock SET "offset" = %s - clock_timestamp()', [moment]
            )
        return moment

    def reset(self) -> None:
        """Let the hall's clock be the server's again."""
        with connection.cursor() as cursor:
            cursor.execute("UPDATE cases_clock SET \"offset\" = interval '0'")


def add_minutes(start: dt.datetime, minutes: float, calendar: Calendar) -> dt.datetime:
    """Return the moment `minutes` of opening time later."""
    moment = timezone.localtime(start)
    left = dt.timedelta(minutes=minutes)
    while True:
        for begins, ends in (MORNING, AFTERNOON):
            if not calendar.is_working(moment.date()) or moment.time() >= ends:
                continue
            begin = moment.replace(
                hour=begins.hour, minute=begins.minute, second=0, microsecond=0
            )
            moment = max(moment, begin)
            end = moment.replace(
                hour=ends.hour, minute=ends.minute, second=0, microsecond=0
            )
            if moment + left < end:
                return moment + left
            left -= end - moment
            moment = end
        moment = (moment + dt.timedelta(days=1)).replace(
            hour=0, minute=0, second=0, microsecond=0
        )


def working_days_back(today: dt.date, count: int, calendar: Calendar) -> list[dt.date]:
    """Return the last `count` working days before `today`, the oldest first."""
    days: list[dt.date] = []
    day = today
    while len(days) < count:
        day -= dt.timedelta(days=1)
        if calendar.is_working(day):
            days.append(day)
    return days[::-1]
