"""Forget what was kept to notice a second sending or too many tries."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from windows import editing, limits


class Command(BaseCommand):
    help = "Forget forms of the configuration sent over 30 days ago, and old counts."

    def handle(self, *args: Any, **options: Any) -> None:
        forms = editing.forget_sent_forms()
        counts = limits.forget_old(timezone.now())
        self.stdout.write(f"{forms} forms and {counts} counts forgotten")
