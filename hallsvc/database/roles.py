"""Who may do what in the database; the one place where privileges are given.

Two roles: the *owner* owns database, schema and tables and runs the
migrations; the *application* logs in as a role that owns nothing. What it may do
is granted here, table by table, after each `migrate`:

* ordinary tables: SELECT, INSERT, UPDATE, DELETE; never TRUNCATE;
* tables whose rows stay (`cases.guards.NO_DELETE`): the same without DELETE;
* append-only tables (`cases.guards.APPEND_ONLY`): SELECT, INSERT;
* the owner's own (`cases.guards.OWNER_ONLY` and `django_migrations`): SELECT.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from cases import guards
from hallsvc.database.embedded import APP_ROLE, DATABASE, OWNER_ROLE, SUPERUSER

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

ORDINARY = "SELECT, INSERT, UPDATE, DELETE"
NO_DELETE = "SELECT, INSERT, UPDATE"
APPEND_ONLY = "SELECT, INSERT"
OWNER_ONLY = "SELECT"


def create_database(name: str, template: str = "template0") -> sql.Composed:
    """The statement that creates a database owned by the owner's role."""
    return sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
        sql.Identifier(name), sql.Identifier(OWNER_ROLE), sql.Identifier(template)
    )


def prepare(host: str, port: int) -> None:
    """In a new embedded cluster: both roles and the database, idempotent."""
    where: dict[str, Any] = {"host": host, "port": port, "user": SUPERUSER}
    with psycopg.connect(dbname="postgres", autocommit=True, **where) as connection:
        known = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
        for role in (OWNER_ROLE, APP_ROLE):
            if role not in known:
                connection.execute(
                    sql.SQL(
                        "CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE"
                    ).format(sql.Identifier(role))
                )
        if not connection.execute(
            "SELECT FROM pg_database WHERE datname = %s", [DATABASE]
        ).fetchone():
            connection.execute(create_database(DATABASE))
    with psycopg.connect(dbname=DATABASE, autocommit=True, **where) as connection:
        own_schema(connection)


def own_schema(connection: psycopg.Connection[Any]) -> None:
    """As superuser: the schema is the owner's; nobody else creates anything there."""
    owner = sql.Identifier(OWNER_ROLE)
    connection.execute(sql.SQL("ALTER SCHEMA public OWNER TO {}").format(owner))
    connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")


def privileges_on(table: str) -> str:
    """What the application's role may do with a table."""
    if table == "django_migrations" or table in guards.OWNER_ONLY:
        return OWNER_ONLY
    if table in guards.APPEND_ONLY:
        return APPEND_ONLY
    return NO_DELETE if table in guards.NO_DELETE else ORDINARY


def grant_app_role(cursor: CursorWrapper, role: str = APP_ROLE) -> None:
    """As owner: give the application exactly what it may do, and nothing else."""
    app = sql.Identifier(role)
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind IN ('r', 'p', 'v', 'm', 'f') ORDER BY relname"
    )
    tables = [name for (name,) in cursor.fetchall()]
    statements = [
        sql.SQL("REVOKE CREATE ON SCHEMA public FROM PUBLIC, {}").format(app),
        sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(app),
        sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {}").format(
            app
        ),
        sql.SQL("REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {}").format(app),
        sql.SQL("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {}").format(app),
        sql.SQL("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {}").format(app),
    ]
    statements += [
        sql.SQL("GRANT {} ON {} TO {}").format(
            sql.SQL(privileges_on(table)), sql.Identifier(table), app
        )
        for table in tables
    ]
    for statement in statements:
        cursor.execute(statement)
