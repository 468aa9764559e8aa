"""`manage.py load_basics`: what every hall needs before anything else.

The system's own clerk row, the working-day table as far as it is known, and the
thesaurus that ships with the lookup. Called at every start: it only adds what never
was there, so that nothing an administrator has changed or deleted comes back.
"""

import csv
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils.translation import gettext_lazy
from simple_history.utils import bulk_create_with_history

from windows.closures import UnknownYear, state_council_days
from windows.models import CalendarYear, Clerk, ClosureDay, ThesaurusEntry

FIRST_YEAR = 2018
LAST_YEAR = 2100
SOURCE = "chinesecalendar"
REASON = gettext_lazy("came with the system")
THESAURUS = Path(__file__).resolve().parents[2] / "data" / "thesaurus.csv"


class Command(BaseCommand):
    """Loads what is missing; a second call changes nothing."""

    help = str(gettext_lazy("Load the working-day table and the thesaurus."))

    def handle(self, *args: Any, **options: Any) -> None:
        by = Clerk.objects.system()
        years = load_years(by)
        words = load_thesaurus(by)
        if options["verbosity"] and (years or words):
            loaded = ", ".join(map(str, years)) or "-"
            self.stdout.write(f"load_basics: years {loaded}; {words} thesaurus entries")


@transaction.atomic
def load_years(by: Clerk) -> list[int]:
    """Load each year that is known and was never loaded; the years loaded."""
    ever = set(CalendarYear.history.filter(region="").values_list("year", flat=True))
    # A day that is there already, by hand or by the notice of the next year, stays.
    days = set(ClosureDay.objects.filter(region="").values_list("day", flat=True))
    loaded = []
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        if year in ever:
            continue
        try:
            special = state_council_days(year)
        except UnknownYear:
            continue
        new = [
            ClosureDay(day=each.day, name=each.name, is_off=each.is_off)
            for each in special
            if each.day not in days
        ]
        _create(ClosureDay, new, by)
        _create(CalendarYear, [CalendarYear(year=year, source=SOURCE)], by)
        loaded.append(year)
    return loaded


@transaction.atomic
def load_thesaurus(by: Clerk) -> int:
    """Add the shipped entries whose spoken word never was there; how many."""
    ever = set(ThesaurusEntry.history.values_list("spoken", flat=True))
    ever.update(ThesaurusEntry.objects.values_list("spoken", flat=True))
    new = {}
    with THESAURUS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["spoken"] not in ever:
                new[row["spoken"]] = ThesaurusEntry(**row)
    _create(ThesaurusEntry, list(new.values()), by)
    return len(new)


def _create(model: Any, rows: list[Any], by: Clerk) -> None:
    if rows:
        bulk_create_with_history(
            rows,
            model,
            batch_size=1000,
            default_user=by,
            default_change_reason=str(REASON),
        )
