"""`manage.py move_dates`: dates of open cases follow the calendar that was released."""

from typing import Any

import structlog
from django.core.management.base import BaseCommand
from django.utils import timezone

from cases.actions.calendar import move_dates
from cases.actions.stamp import StaleCase
from cases.lifecycle import RuleBroken
from cases.reads.recount import cases_to_move, release_in_force
from windows.models import Clerk

log = structlog.get_logger(__name__)


class Command(BaseCommand):
    help = "Move each date that does not fit the released calendar; stop at any time."

    def handle(self, *args: Any, **options: Any) -> None:
        if release_in_force() is None:
            return
        system = Clerk.objects.system()
        moved = 0
        # One case, one lock, one transaction: whoever is stopped half way goes on.
        for case_id in list(cases_to_move(timezone.localdate())):
            try:
                moved += bool(move_dates(case_id, by=system, at=timezone.now()))
            except StaleCase:
                # Somebody works on it at this moment: the next round finds it again.
                log.info("dates_not_moved_yet", case=case_id)
            except RuleBroken as broken:
                log.info("dates_not_moved", why=broken.message)
                break
        if moved:
            self.stdout.write(f"{moved} cases moved to the calendar in force")
