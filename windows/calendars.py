"""The calendar of a region out of the database, kept in the process until it changes.

`closures` holds the arithmetic-free content of a calendar; this module only loads it.
"""

from django.db import connection

from windows.closures import Calendar, calendar_from_rows
from windows.models import CalendarYear, ClosureDay

_VERSION = """
    SELECT coalesce((SELECT max(history_id) FROM windows_historicalclosureday), 0)
         + coalesce((SELECT max(history_id) FROM windows_historicalcalendaryear), 0)
"""
# Both tables only ever gain history rows, so their sum never repeats.

_loaded: dict[str, Calendar] = {}


def current_calendar(region: str = "") -> Calendar:
    """Return the calendar of `region`, the nation's days below its own (R9.05).

    One statement when nothing changed since the last call in this process.
    """
    with connection.cursor() as cursor:
        cursor.execute(_VERSION)
        version = int(cursor.fetchone()[0])
    found = _loaded.get(region)
    if found is None or found.version != version:
        regions = [""] if region == "" else ["", region]
        rows = (
            ClosureDay.objects.filter(region__in=regions)
            .order_by("region", "day")
            .values_list("day", "name", "is_off")
        )
        years = CalendarYear.objects.filter(region__in=regions)
        found = calendar_from_rows(rows, years.values_list("year", flat=True), version)
        _loaded[region] = found
    return found
