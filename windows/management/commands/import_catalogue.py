"""`manage.py import_catalogue FILE`: service items from a workbook or a CSV file."""

import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from windows import importing
from windows.editing import LONGEST_REASON
from windows.importing.plans import Plan, Remark
from windows.listing import joined
from windows.models import Clerk

SHOWN = 20
BAR = 40


class Command(BaseCommand):
    """Imports all rows or none; the same file twice changes nothing."""

    help = str(gettext_lazy("Import service items from a workbook (xlsx) or CSV."))

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--reason", default="", help=_("kept in the history"))
        parser.add_argument(
            "--dry-run", action="store_true", help=_("only say what would happen")
        )
        parser.add_argument(
            "--by", metavar="STAFF_NUMBER", help=_("who imports; else the system")
        )

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        file: Path = options["file"]
        by = self._person(options["by"])
        reason = options["reason"] or _("Import of %(file)s") % {"file": file.name}
        try:
            table = importing.read_table(self._content(file))
            plan = importing.make_plan(table)
            self._tell(plan)
            if plan.refused:
                raise CommandError(
                    ngettext(
                        "%(count)s row is refused, so nothing was saved.",
                        "%(count)s rows are refused, so nothing was saved.",
                        plan.refused_rows,
                    )
                    % {"count": plan.refused_rows}
                )
            if options["dry_run"]:
                self.stdout.write(_("This was a trial; nothing was saved."))
                return
            bar = _Bar(self, plan.rows)
            importing.import_table(
                table,
                by=by,
                reason=reason[:LONGEST_REASON],
                file_name=file.name,
                at=timezone.now(),
                progress=bar.show,
            )
        except importing.ImportRefusedError as refusal:
            raise CommandError(_(str(refusal))) from refusal
        bar.end()
        self.stdout.write(
            self.style.SUCCESS(
                _("Imported in %(seconds).1f seconds.")
                % {"seconds": time.monotonic() - started}
            )
        )

    def _content(self, file: Path) -> bytes:
        """The file, or a sentence why not; never more than the limit in memory."""
        try:
            with file.open("rb") as stream:
                return stream.read(importing.tables.FILE_BYTES + 1)
        except OSError as error:
            raise CommandError(
                _("%(file)s cannot be read: %(why)s")
                % {"file": file, "why": error.strerror}
            ) from error

    def _person(self, staff_number: str | None) -> Clerk:
        if staff_number is None:
            return Clerk.objects.system()
        found = Clerk.objects.filter(staff_number=staff_number, is_active=True).first()
        if found is None:
            raise CommandError(
                _("Nobody active has the staff number %(number)s.")
                % {"number": staff_number}
            )
        return found

    def _tell(self, plan: Plan) -> None:
        write = self.stdout.write
        write(
            _(
                "%(rows)s rows: %(new)s new, %(changed)s changed, %(unchanged)s "
                "unchanged, %(refused)s refused."
            )
            % {
                "rows": plan.rows,
                "new": len(plan.new),
                "changed": len(plan.changed),
                "unchanged": plan.unchanged,
                "refused": plan.refused_rows,
            }
        )
        if plan.ignored:
            write(_("Ignored columns: %(names)s") % {"names": joined(plan.ignored)})
        if plan.departments:
            write(
                _("New departments outside the hall (%(count)s): %(names)s")
                % {
                    "count": len(plan.departments),
                    "names": joined(
                        [new.name for new in plan.departments[:SHOWN]]
                        + ["…"] * (len(plan.departments) > SHOWN)
                    ),
                }
            )
        self._remarks(_("To be looked at:"), plan.notes)
        self._remarks(_("Refused:"), plan.refused)

    def _remarks(self, title: str, remarks: tuple[Remark, ...]) -> None:
        if not remarks:
            return
        self.stdout.write(title)
        for remark in remarks[:SHOWN]:
            self.stdout.write(
                _("  row %(row)s, column “%(column)s”: %(text)s")
                % {"row": remark.row, "column": remark.column, "text": remark.text}
            )
        if len(remarks) > SHOWN:
            self.stdout.write(
                _("  … and %(count)s more") % {"count": len(remarks) - SHOWN}
            )


class _Bar:
    """A bar that grows on a terminal; plain lines elsewhere."""

    def __init__(self, command: BaseCommand, rows: int) -> None:
        self.out = command.stdout
        self.rows = max(rows, 1)
        self.on_terminal = bool(self.out.isatty()) and sys.stderr.isatty()

    def show(self, done: int) -> None:
        if not self.on_terminal:
            self.out.write(f"{done}/{self.rows}")
            return
        full = BAR * done // self.rows
        line = "█" * full + "░" * (BAR - full)
        self.out.write(f"\r{line} {done}/{self.rows}", ending="")
        self.out.flush()

    def end(self) -> None:
        if self.on_terminal:
            self.out.write("")
