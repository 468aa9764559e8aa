"""The WSGI application for gunicorn; it does not start on unfit settings."""

import os
import sys

from django.core import checks
from django.core.wsgi import get_wsgi_application
from django.db import connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hallsvc.settings")


def _insist(databases: list[str] | None = None) -> None:
    """End the process if a check finds an error."""
    found = checks.run_checks(databases=databases)
    if faults := [fault for fault in found if fault.is_serious()]:
        sys.exit("\n".join(["The hall does not start:", *map(str, faults)]))


def _build_index() -> None:
    """Build the lookup's index now: later somebody would wait for it at a counter."""
    from windows.catalogue import current_index

    current_index()


application = get_wsgi_application()
_insist()
_insist(databases=["default"])
_build_index()
connections.close_all()
