"""The database backend: Django's own for PostgreSQL, with our three habits.

It starts the embedded server on the first connection (never earlier: `check` and
`collectstatic` need none), sets the limits every transaction lives under, and can
log in as the owner of the tables for a migration.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.postgresql import base

from hallsvc.database import embedded


class DatabaseWrapper(base.DatabaseWrapper):
    """One connection to PostgreSQL, as the application or for a while as owner."""

    def get_connection_params(self) -> dict[str, Any]:
        """What to connect with; makes sure that there is a server."""
        if data_dir := self.settings_dict["HALL"]["DATA_DIR"]:
            if not self.settings_dict["HALL"]["MAY_START"]:
                raise ImproperlyConfigured("No DATABASE_URL is given (hallsvc.E01).")
            embedded.use(Path(data_dir))
        return super().get_connection_params()

    def _configure_connection(self, connection: Any) -> bool:
        """Limit whole transactions where the server knows how (17 and newer)."""
        commit = bool(super()._configure_connection(connection))  # type: ignore[misc]
        limit = self.settings_dict["HALL"]["TRANSACTION_SECONDS"]
        if limit and connection.info.server_version >= 170000:
            connection.execute(f"SET transaction_timeout = {int(limit) * 1000}")
            return True
        return commit

    @contextmanager
    def as_owner(self) -> Iterator[None]:
        """Log in as the owner of the tables, for migrations and nothing else."""
        ours = self.settings_dict
        self.close()
        self.settings_dict = {
            **ours,
            **ours["HALL"]["OWNER"],
            "OPTIONS": {
                key: value for key, value in ours["OPTIONS"].items() if key != "pool"
            },
            # Migrations and their data may take longer than a page.
            "HALL": {**ours["HALL"], "TRANSACTION_SECONDS": 0},
        }
        try:
            yield
        finally:
            self.close()
            self.settings_dict = ours
