"""How the tests reach the database: made by its owner, used by the application.

Each test process has a database of its own in the embedded cluster, copied from a
template that was migrated as the owner. Tests then log in as the application's role,
so that a missing grant fails here and not in a hall. The cast lives in `cast.py`.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.db import connection
from django.db.transaction import Atomic
from django.test import TransactionTestCase
from hypothesis import settings
from psycopg import sql

from hallsvc.database import embedded, roles
from windows.catalogue import live

# How long an example takes depends on what else the machine does; tests that measure
# time say so themselves.
settings.register_profile("hall", deadline=None)
settings.load_profile("hall")

PROJECT = Path(__file__).resolve().parent.parent
pytest_plugins = ["tests.cast", "tests.world"]


@pytest.fixture(scope="session", autouse=True)
def _quick_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A cheap password hasher, files from their folders, scans that go with the run."""
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {
            "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        },
    }
    settings.WHITENOISE_USE_FINDERS = True
    settings.HALL_SCAN_DIR = tmp_path_factory.mktemp("scans")
    settings.WHITENOISE_AUTOREFRESH = True
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


def _superuser(dbname: str) -> psycopg.Connection[tuple[Any, ...]]:
    """A connection as the cluster's superuser, outside Django."""
    from django.conf import settings

    embedded.use(Path(settings.HALL_DATA_DIR))
    return psycopg.connect(
        dbname=dbname,
        user=embedded.SUPERUSER,
        host=connection.settings_dict["HOST"],
        port=embedded.PORT,
        autocommit=True,
    )


def _schema_digest() -> str:
    """What the template depends on: whatever a migration or a grant reads."""
    digest = hashlib.sha256()
    files = {PROJECT / "requirements.txt", PROJECT / "cases" / "guards.py"}
    for app in ("windows", "cases"):
        files.update((PROJECT / app / "models").rglob("*.py"))
        files.update((PROJECT / app / "migrations").rglob("*.*"))
    files.update((PROJECT / "hallsvc" / "database").glob("*.py"))
    files.add(Path(__file__))
    for file in sorted(files):
        if file.is_file() and "__pycache__" not in file.parts:
            digest.update(str(file.relative_to(PROJECT)).encode() + file.read_bytes())
    return digest.hexdigest()[:12]


def _exists(server: psycopg.Connection[tuple[Any, ...]], name: str) -> bool:
    query = "SELECT FROM pg_database WHERE datname = %s"
    return server.execute(query, [name]).fetchone() is not None


def _drop(server: psycopg.Connection[tuple[Any, ...]], name: str) -> None:
    server.execute(
        sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    )


def _use_database(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name


def _make_template(server: psycopg.Connection[tuple[Any, ...]]) -> str:
    """A migrated database to copy from; made once for each state of the schema."""
    template = f"hall_template_{_schema_digest()}"
    server.execute("SELECT pg_advisory_lock(1802070124)")
    try:
        if _exists(server, template):
            return template
        old = server.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE 'hall\\_template\\_%'"
        ).fetchall()
        for (name,) in old:
            _drop(server, name)
        building = "hall_building"
        _drop(server, building)
        server.execute(roles.create_database(building))
        with _superuser(building) as inside:
            roles.own_schema(inside)
        _use_database(building)
        call_command("migrate", verbosity=0)
        connection.close()
        _remember_first_rows(building)
        server.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                sql.Identifier(building), sql.Identifier(template)
            )
        )
    finally:
        server.execute("SELECT pg_advisory_unlock(1802070124)")
    return template


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_blocker: Any, worker_id: str, _quick_settings: None
) -> Iterator[None]:
    """A database of this process's own, used as the application's role."""
    ours = connection.settings_dict["NAME"]
    test = f"hall_test_{worker_id}_{os.getpid()}"
    with django_db_blocker.unblock(), _superuser("postgres") as server:
        template = _make_template(server)
        server.execute(roles.create_database(test, template))
        server.execute(
            sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(
                sql.Identifier(test)
            )
        )
        _use_database(test)
        yield
        _use_database(ours)
        _drop(server, test)


@pytest.fixture(autouse=True)
def _no_page(request: pytest.FixtureRequest) -> None:
    """A test that is one transaction may take longer than a page of the hall."""
    names = set(request.fixturenames)
    marker = request.node.get_closest_marker("django_db")
    in_use = marker is not None or "db" in names
    commits = "transactional_db" in names or "live_server" in names
    if commits or (marker and marker.kwargs.get("transaction")):
        # Numbers begin anew after a flush: the index of another test looks as fresh.
        live._kept.index = None
        return
    if not in_use:
        return
    request.getfixturevalue("db")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL transaction_timeout = 0")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")


@contextmanager
def _second_connection(user: str) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    with psycopg.connect(
        dbname=connection.settings_dict["NAME"],
        user=user,
        host=connection.settings_dict["HOST"],
        port=embedded.PORT,
        autocommit=True,
    ) as second:
        yield second


@contextmanager
def clock_moved_back(days: int) -> Iterator[None]:
    """Let it be so many days ago in the hall; only the owner moves its clock.

    Committed at once, so that a test's own transaction sees it too.
    """
    moved = 'UPDATE cases_clock SET "offset" = make_interval(days => %s)'
    with _second_connection(embedded.OWNER_ROLE) as owner:
        owner.execute(moved, [-days])
        try:
            yield
        finally:
            owner.execute(moved, [0])


@pytest.fixture(autouse=True)
def _acts_are_settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Within one test's transaction, too, an act has to stand a commit."""
    settle_acts(monkeypatch)


def settle_acts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the end of each act check what a commit would.

    Past the log of statements: it is no statement of the application's.
    """
    leave = Atomic.__exit__

    def settle(self: Atomic, kind: Any, error: Any, trace: Any) -> None:
        leave(self, kind, error, trace)
        is_act = self.durable  # type: ignore[attr-defined]
        if kind is None and is_act and connection.in_atomic_block:
            with connection.wrap_database_errors:
                connection.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
                connection.connection.execute("SET CONSTRAINTS ALL DEFERRED")

    monkeypatch.setattr(Atomic, "__exit__", settle)


@pytest.fixture
def as_owner(transactional_db: None) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """The test's database as the owner of its tables (autocommit)."""
    with _second_connection(embedded.OWNER_ROLE) as second:
        yield second


@pytest.fixture
def as_app(transactional_db: None) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """A second connection as the application's role, for races (autocommit)."""
    with _second_connection(embedded.APP_ROLE) as second:
        yield second


@pytest.fixture
def as_superuser(
    transactional_db: None,
) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    """The test's database as the cluster's superuser (autocommit)."""
    with _second_connection(embedded.SUPERUSER) as second:
        yield second


# Filled by migrations and never touched by a test.
_CONSTANT = ("django_migrations", "django_content_type", "auth_permission")


def _remember_first_rows(template: str) -> None:
    """Copy what migrations put into tables, so that a flush can put it back."""
    with _superuser(template) as server:
        server.execute("CREATE SCHEMA first_rows")
        for table in _full_tables(server):
            server.execute(
                sql.SQL("CREATE TABLE first_rows.{0} AS TABLE public.{0}").format(
                    sql.Identifier(table)
                )
            )


def _full_tables(server: psycopg.Connection[tuple[Any, ...]]) -> list[str]:
    """The tables that hold a row."""
    tables = server.execute(
        "SELECT relname FROM pg_class WHERE relkind = 'r'"
        " AND relnamespace = 'public'::regnamespace AND relname <> ALL (%s)",
        [list(_CONSTANT)],
    ).fetchall()
    query = sql.SQL(" UNION ALL ").join(
        sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(
            sql.Literal(name), sql.Identifier(name)
        )
        for (name,) in tables
    )
    return [name for (name,) in server.execute(query).fetchall()]


def empty_tables() -> None:
    """Take every table back to its first rows, past triggers and foreign keys.

    Only a superuser can: append-only tables refuse even their owner. DELETE and not
    TRUNCATE, which takes longer for a few rows.
    """
    name = connection.settings_dict["NAME"]
    with _superuser(name) as server, server.transaction():
        server.execute("SET LOCAL session_replication_role = replica")
        server.execute("SET LOCAL synchronous_commit = off")
        full = _full_tables(server)
        guards = server.execute(
            "SELECT relname, tgname FROM pg_trigger JOIN pg_class r ON r.oid = tgrelid"
            " WHERE tgenabled = 'A' AND relname = ANY (%s)",
            [full],
        ).fetchall()
        _switch_triggers(server, "DISABLE TRIGGER", guards)
        for table in full:
            server.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
        seeded = server.execute(
            "SELECT relname, array_agg(attname ORDER BY attnum)"
            " FROM pg_class r JOIN pg_attribute ON attrelid = r.oid"
            " WHERE relnamespace = 'public'::regnamespace AND attnum > 0"
            " AND NOT attisdropped AND attgenerated = '' AND relname IN (SELECT"
            " relname FROM pg_class WHERE relnamespace = 'first_rows'::regnamespace)"
            " GROUP BY relname"
        ).fetchall()
        for table, columns in seeded:
            server.execute(
                sql.SQL(
                    "INSERT INTO public.{0} ({1}) OVERRIDING SYSTEM VALUE"
                    " SELECT {1} FROM first_rows.{0}"
                ).format(
                    sql.Identifier(table),
                    sql.SQL(", ").join(map(sql.Identifier, columns)),
                )
            )
        _switch_triggers(server, "ENABLE ALWAYS TRIGGER", guards)


def _switch_triggers(
    server: psycopg.Connection[tuple[Any, ...]],
    how: str,
    triggers: list[tuple[Any, ...]],
) -> None:
    for table, trigger in triggers:
        server.execute(
            sql.SQL("ALTER TABLE {} {} {}").format(
                sql.Identifier(table), sql.SQL(how), sql.Identifier(trigger)
            )
        )


def _flush(self: TransactionTestCase) -> None:
    """What ends a test with `transaction=True`, in place of Django's TRUNCATE."""
    connection.close()
    empty_tables()


TransactionTestCase._fixture_teardown = _flush  # type: ignore[attr-defined]


@pytest.fixture
def project_settings(settings: LazySettings) -> LazySettings:
    """The settings, for a test that changes some."""
    return settings
