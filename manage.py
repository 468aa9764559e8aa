#!/usr/bin/env python
"""Django's command line for the hall."""

import os
import sys


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hallsvc.settings")
    # A command is neither a web server nor a worker: no pool, no 10 s limit.
    os.environ.setdefault("HALL_PROCESS", "command")
    if "DATABASE_URL" not in os.environ:
        # At the command line the embedded database is what one means; a web
        # server without DATABASE_URL must be told so (see hallsvc/settings.py).
        os.environ.setdefault("HALL_EMBEDDED", "1")
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
