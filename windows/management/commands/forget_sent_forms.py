"""Forget which forms of the configuration were sent long ago; a nightly job as well."""

from typing import Any

from django.core.management.base import BaseCommand

from windows import editing


class Command(BaseCommand):
    help = "Forget which forms of the configuration were sent more than 30 days ago."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{editing.forget_sent_forms()} forgotten")
