"""Refuse a PostgreSQL that is not set up as the hall needs it (check 91).

Run by `manage.py check --database default`, by `migrate`, and by every web process
before it takes its first request (hallsvc/wsgi.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, cast

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from cases import guards
from hallsvc.database.base import DatabaseWrapper

OLDEST_VERSION = 150000

# What a committed act needs to survive a power cut.
REQUIRED = {
    "fsync": "on",
    "full_page_writes": "on",
    "data_checksums": "on",
    "server_encoding": "UTF8",
    "standard_conforming_strings": "on",
}
SYNCHRONOUS = {"on", "local", "remote_write", "remote_apply"}


@register(Tags.database)
def check_server(
    app_configs: Sequence[AppConfig] | None,
    databases: Sequence[str] | None,
    **kwargs: Any,
) -> list[CheckMessage]:
    """All findings about the databases asked for; none when none is asked for."""
    return [
        Error(f"{alias}: {text}", hint=hint or None, id=f"hallsvc.{number}")
        for alias in databases or []
        for number, text, hint in findings(cast("DatabaseWrapper", connections[alias]))
    ]


def findings(connection: DatabaseWrapper) -> Iterator[tuple[str, str, str]]:
    """What is wrong with one database: number, sentence and hint of each."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        version = int(cursor.fetchone()[0])
        if version < OLDEST_VERSION:
            yield "D01", "PostgreSQL 15 or newer is needed.", f"It is {version}."
            return
        cursor.execute(
            "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)",
            [[*REQUIRED, "synchronous_commit", "TimeZone"]],
        )
        found = dict(cursor.fetchall())
        for name, value in REQUIRED.items():
            if found[name] != value:
                yield "D02", f"{name} is {found[name]}, not {value}.", ""
        if found["synchronous_commit"] not in SYNCHRONOUS:
            yield (
                "D03",
                "synchronous_commit is off.",
                "Acts already confirmed to people could be lost.",
            )
        if found["TimeZone"] != "UTC":
            yield "D04", f"The time zone is {found['TimeZone']}, not UTC.", ""
        cursor.execute(
            "SELECT datctype, current_user,"
            " (SELECT rolsuper OR rolbypassrls OR rolreplication OR rolcreaterole"
            "   OR rolcreatedb FROM pg_roles WHERE rolname = current_user),"
            " EXISTS (SELECT FROM pg_class WHERE relowner = to_regrole(current_user))"
            " OR EXISTS (SELECT FROM pg_proc WHERE proowner = to_regrole(current_user))"
            " OR pg_catalog.pg_get_userbyid(datdba) = current_user,"
            " has_schema_privilege('public', 'CREATE')"
            " FROM pg_database WHERE datname = current_database()"
        )
        ctype, user, is_mighty, is_owner, creates = cursor.fetchone()
        cursor.execute(
            "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
            " AND NOT inet_server_addr() <<= ANY ('{127.0.0.0/8,::1}')"
        )
        over_the_net = cursor.fetchone()
        cursor.execute(
            "SELECT tgrelid::regclass || '.' || tgname FROM pg_trigger"
            " WHERE NOT tgisinternal AND tgenabled <> 'A'"
            "   AND tgrelid::regclass::text = ANY (%s)",
            [[*guards.APPEND_ONLY, *guards.NO_DELETE]],
        )
        unguarded = sorted(name for (name,) in cursor.fetchall())
    if over_the_net and not over_the_net[0]:
        yield (
            "D08",
            "The connection to the database is not encrypted.",
            "Add ?sslmode=verify-full to DATABASE_URL.",
        )
    if "UTF" not in ctype.upper():
        yield (
            "D05",
            f"The database's character type is {ctype}.",
            "Trigram search would find nothing in Chinese; use C.UTF-8.",
        )
    # Only what the application meets is judged; a migration logs in as the owner.
    if user == connection.settings_dict["HALL"]["APP_ROLE"]:
        if unguarded:
            yield "D09", f"Guards are switched off: {', '.join(unguarded)}.", ""
        if is_mighty:
            yield "D06", f"The role {user} may do more than log in.", ""
        if is_owner or creates:
            yield (
                "D07",
                f"The role {user} owns or may create things in the database.",
                "Give it as DATABASE_URL a role that owns nothing, and the owner as "
                "DATABASE_OWNER_URL.",
            )
