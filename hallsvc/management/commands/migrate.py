"""`manage.py migrate`: Django's own, as the owner of the tables, then the grants."""

from __future__ import annotations

from typing import Any, cast

from django.core.management.commands import migrate
from django.db import connections

from hallsvc.database.base import DatabaseWrapper
from hallsvc.database.roles import grant_app_role


class Command(migrate.Command):
    """Migrations run as the owner; afterwards the application gets its rights."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Be the owner from the first check to the last grant."""
        connection = cast(DatabaseWrapper, connections[options["database"]])
        with connection.as_owner():
            return super().execute(*args, **options)

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate, then grant."""
        super().handle(*args, **options)
        if not (options["plan"] or options["check_unapplied"]):
            connection = connections[options["database"]]
            with connection.cursor() as cursor:
                grant_app_role(cursor, connection.settings_dict["HALL"]["APP_ROLE"])
