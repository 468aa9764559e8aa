"""`manage.py migrate`: Django's own, as the owner of the tables, then the grants."""

from __future__ import annotations

from typing import Any, cast

from django.core.management.commands import migrate
from django.db import connections

from hallsvc.database.base import DatabaseWrapper
from hallsvc.database.roles import grant_app_role


class Command(migrate.Command):
    """Migrations run as the owner; afterwards the application gets its rights."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate as the owner, then grant."""
        connection = cast(DatabaseWrapper, connections[options["database"]])
        with connection.as_owner():
            super().handle(*args, **options)
            if not (options["plan"] or options["check_unapplied"]):
                with connection.cursor() as cursor:
                    grant_app_role(cursor, connection.settings_dict["HALL"]["APP_ROLE"])
