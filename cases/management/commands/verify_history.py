"""Ask the history to prove itself; exit code 1 if anything does not hold."""

import json
import sys
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases.numbers import parse_number
from cases.reads import schema
from cases.reads.verification import Checked, Finding, verify_all, verify_case

SHOWN = 20


class Command(BaseCommand):
    help = (
        "Checks the guards of the database against the release, every history's chain"
        " and signatures, and what the tables hold against a replay of the events."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--case", help="only the case with this number")
        parser.add_argument("--json", action="store_true", help="one JSON object")
        parser.add_argument(
            "--write-schema",
            action="store_true",
            help="for developers: take the guards of this database as the release's",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["write_schema"]:
            count = schema.write_release()
            self.stdout.write(f"{schema.RELEASE.name}: {count} lines.")
            return
        began = time.monotonic()
        checked = self._check(options["case"], is_quiet=options["json"])
        seconds = time.monotonic() - began
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(checked), ensure_ascii=False))
        else:
            self._tell(checked, seconds)
        if checked.findings:
            sys.exit(1)

    def _check(self, number: str | None, *, is_quiet: bool) -> Checked:
        guards = [Finding("schema", sentence) for sentence in schema.differences()]
        if number is None:
            checked = verify_all(None if is_quiet else self._progress)
        else:
            case_id = parse_number(number)
            checked = verify_case(case_id) if case_id else Checked()
            if not checked.cases:
                raise CommandError(f"There is no case {number}.")
        checked.findings[:0] = guards
        return checked

    def _progress(self, checked: Checked) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{checked.cases} cases", ending="")

    def _tell(self, checked: Checked, seconds: float) -> None:
        for finding in checked.findings[:SHOWN]:
            self.stdout.write(str(finding))
        more = len(checked.findings) - SHOWN
        if more > 0:
            self.stdout.write(f"… and {more} more.")
        rate = checked.cases / seconds if seconds else 0
        self.stdout.write(
            f"{checked.cases} cases with {checked.events} events in {seconds:.1f} s"
            f" ({rate:.0f} cases/s): "
            + ("does NOT hold." if checked.findings else "all hold.")
        )


def _as_json(checked: Checked) -> dict[str, Any]:
    return {
        "ok": not checked.findings,
        "cases": checked.cases,
        "events": checked.events,
        "findings": [
            {
                "level": finding.level,
                "case": finding.case_id or None,
                "event": finding.seq or None,
                "what": finding.sentence,
            }
            for finding in checked.findings
        ],
    }
