"""`manage.py sweep_scans`: files of scans that no case names; nightly as well."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from cases.actions.forgetting import sweep_scans


class Command(BaseCommand):
    help = "Delete files of scans that a crash left behind, older than a day."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{sweep_scans(timezone.now())} files deleted")
