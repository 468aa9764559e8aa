"""`manage.py load_notice FILE --year 2027`: what it would move, and only then it."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from cases.actions.calendar import release_calendar
from cases.reads.recount import preview
from windows.calendars import load_notice
from windows.closures import Notice, parse_notice
from windows.forms.files import FIRST_YEAR, LAST_YEAR
from windows.models import Clerk
from windows.roles import Role


class Command(BaseCommand):
    help = (
        "Show which dates of open cases a year's notice would move; load it with --yes."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="CSV: date, name, is_off_day.")
        years = range(FIRST_YEAR, LAST_YEAR + 1)
        parser.add_argument(
            "--year", type=int, required=True, choices=years, metavar="YEAR"
        )
        parser.add_argument(
            "--by", required=True, help="Staff number of the administrator who says so."
        )
        parser.add_argument("--reason", default="", help="Needed with --yes.")
        parser.add_argument("--yes", action="store_true", help="Load it.")

    def handle(self, *args: Any, **options: Any) -> None:
        by = Clerk.objects.filter(
            staff_number=options["by"], role=Role.ADMINISTRATOR, is_active=True
        ).first()
        if by is None:
            raise CommandError("--by names no administrator")
        year = options["year"]
        notice = parse_notice(options["file"].read_bytes(), year)
        for error in notice.errors:
            self.stderr.write(f"line {error.line}: {error.msgid % error.params}")
        if notice.errors:
            raise CommandError("nothing was loaded")
        self._show(by, year, notice)
        if not options["yes"]:
            return
        if not options["reason"].strip():
            raise CommandError("--reason is needed with --yes")
        with transaction.atomic():
            load_notice(year, notice, by=by, reason=options["reason"])
            release_calendar(reason=options["reason"], by=by, at=timezone.now())
        self.stdout.write(
            "loaded; the worker moves the dates, or: manage.py move_dates"
        )

    def _show(self, by: Clerk, year: int, notice: Notice) -> None:
        """Write what would move: counts first, then a line for each case."""
        found = preview(
            by, timezone.localdate(), year=year, notice=notice, size=sys.maxsize
        )
        self.stdout.write(
            f"{found.open_cases} open cases, {found.cases} move: {found.promised}"
            f" promised, {found.statutory} statutory, {found.steps} next steps;"
            f" {found.promises_kept} promises stay; {found.elsewhere} in other halls"
        )
        for row in found.rows:
            dates = (
                (row.promised_due, row.new_promised),
                (row.statutory_due, row.new_statutory),
                (row.due_on, row.new_due),
            )
            moves = (
                f"{was} -> {new}" if was != new else f"{was}" for was, new in dates
            )
            self.stdout.write(f"{row.number}\t" + "\t".join(moves))
