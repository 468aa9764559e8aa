"""`manage.py prepare_hall`: whatever stands between a fresh clone and an open door."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Several steps in one process: starting Python five times takes longer."""

    help = "Migrate, load what every hall needs, collect the static files."
    # `migrate` looks for itself; before it there may be no table to look at.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--demo", action="store_true", help="Seed the demo hall, list its logins."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        call_command("load_basics", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        if options["demo"]:
            if not settings.USES_EMBEDDED:
                self.stderr.write("No demo: DATABASE_URL names a real database.")
                return
            call_command("seed_demo")
            call_command("seed_demo", "--logins")
