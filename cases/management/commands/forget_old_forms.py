"""`manage.py forget_old_forms`: what was kept only for a while; nightly as well."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from cases.actions.forgetting import forget_old_forms, forget_old_searches


class Command(BaseCommand):
    help = "Forget forms sent over 31 days ago, and searches kept over 90 days ago."

    def handle(self, *args: Any, **options: Any) -> None:
        forms = forget_old_forms(timezone.now())
        searches = forget_old_searches(timezone.now())
        self.stdout.write(f"{forms} forms and {searches} searches forgotten")
