"""`manage.py sweep_offers`: offers nobody answered go to the supervisor."""

from typing import Any

import structlog
from django.core.management.base import BaseCommand
from django.utils import timezone

from cases.actions.referring import lapse_referral, offers_run_out
from cases.lifecycle import RuleBroken
from windows.models import Clerk

log = structlog.get_logger(__name__)


class Command(BaseCommand):
    help = "Put every case whose offer ran out on the limbo list (all due, any time)."

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        system = Clerk.objects.system()
        for referral_id in offers_run_out(at):
            try:
                lapse_referral(referral_id, by=system, at=timezone.now())
            except RuleBroken as broken:
                # Mostly answered between the look and the lock: nothing ran out.
                log.info("offer_not_lapsed", referral=referral_id, why=broken.message)
