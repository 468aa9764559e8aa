"""The calendar of a region out of the database, and a year's notice put into it.

`closures` holds the arithmetic-free content of a calendar; a calendar that was read is
kept in the process until it changes.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext as _

from windows.closures import Calendar, Notice, SpecialDay, calendar_from_rows
from windows.editing import delete_with_reason, save_with_reason
from windows.models import CalendarYear, Clerk, ClosureDay

_loaded: dict[str, Calendar] = {}


def current_calendar(region: str = "") -> Calendar:
    """Return the calendar of `region`, the nation's days below its own (R9.05).

    One statement when nothing changed since the last call in this process.
    """
    version = calendar_version()
    found = _loaded.get(region)
    if found is None or found.version != version:
        found = calendar_from_rows(_rows({"", region}), _years({"", region}), version)
        _loaded[region] = found
    return found


def calendar_version() -> int:
    """Return what names the calendar as it is now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT hall_calendar_version()")
        return int(cursor.fetchone()[0])


def calendar_with(year: int, notice: Notice, region: str = "") -> Calendar:
    """Return the calendar of `region` as it would be with a notice loaded.

    To look at first: nothing is saved, and its version is that of today's calendar.
    """
    replaced = {shown.day.day for shown in compare_notice(year, notice)}
    rows = [row for row in _rows({""}) if row[0] not in replaced]
    rows += [(day.day, day.name, day.is_off) for day in notice.days]
    rows += _rows({region} - {""})
    years = {*_years({"", region}), year}
    return calendar_from_rows(rows, years, calendar_version())


Row = tuple[dt.date, str, bool]


def _rows(regions: set[str]) -> Iterable[Row]:
    """The days of regions, the nation's before a region's own, which win (R9.05)."""
    rows = ClosureDay.objects.filter(region__in=regions).order_by("region", "day")
    return rows.values_list("day", "name", "is_off")


def _years(regions: set[str]) -> Iterable[int]:
    rows = CalendarYear.objects.filter(region__in=regions)
    return rows.values_list("year", flat=True)


def is_loaded(year: int) -> bool:
    """Whether the nation's notice of a year is loaded (R9.11)."""
    return CalendarYear.objects.filter(year=year, region="").exists()


@dataclass(frozen=True, slots=True)
class NoticeDay:
    """A day of a notice, or one that it takes out, against today's table."""

    day: SpecialDay
    change: str
    """`new`, `changed`, `same` or `gone`."""


def compare_notice(year: int, notice: Notice) -> list[NoticeDay]:
    """Say of each day what loading the notice of `year` would do to it."""
    return _compared(year, notice, _stored_days(year))


def load_notice(year: int, notice: Notice, *, by: Clerk, reason: str) -> None:
    """Put a notice in the place of what the national table says about its year.

    Days in the December before are only added or changed: the rest of that month
    belongs to the notice of its own year (R9.12). Runs in the caller's transaction.
    """
    stored = _stored_days(year)
    for shown in _compared(year, notice, stored):
        row = stored.get(shown.day.day)
        if shown.change == "gone" and row is not None:
            delete_with_reason(row, by=by, reason=reason)
        elif shown.change in {"new", "changed"}:
            row = row or ClosureDay(day=shown.day.day)
            row.name, row.is_off = shown.day.name, shown.day.is_off
            save_with_reason(row, by=by, reason=reason)
    loaded = CalendarYear.objects.filter(year=year, region="").first()
    loaded = loaded or CalendarYear(year=year)
    loaded.source = _("notice of the State Council")
    save_with_reason(loaded, by=by, reason=reason)


def _stored_days(year: int) -> dict[dt.date, ClosureDay]:
    rows = ClosureDay.objects.filter(region="", day__year__in=[year - 1, year])
    return {row.day: row for row in rows}


def _compared(
    year: int, notice: Notice, stored: Mapping[dt.date, ClosureDay]
) -> list[NoticeDay]:
    days = []
    for day in notice.days:
        row = stored.get(day.day)
        if row is None:
            change = "new"
        else:
            is_same = (row.name, row.is_off) == (day.name, day.is_off)
            change = "same" if is_same else "changed"
        days.append(NoticeDay(day, change))
    named = {day.day for day in notice.days}
    days += [
        NoticeDay(SpecialDay(row.day, row.name, row.is_off), "gone")
        for row in stored.values()
        if row.day.year == year and row.day not in named
    ]
    return sorted(days, key=lambda shown: shown.day.day)
