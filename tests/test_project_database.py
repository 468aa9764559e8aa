"""The database's roles, grants and set-up."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections

from cases import guards
from hallsvc.database import embedded, roles
from hallsvc.database.base import DatabaseWrapper
from hallsvc.database.checks import REQUIRED, findings
from tests.test_embedded_database import _end, _start_user, _wait_for_ready

TABLE_PRIVILEGES = {
    "SELECT",
    "INSERT",
    "UPDATE",
    "DELETE",
    "TRUNCATE",
    "REFERENCES",
    "TRIGGER",
    "MAINTAIN",
}


@pytest.mark.django_db
def test_the_application_is_a_role_that_owns_nothing() -> None:
    """Check 63, evidence 2: no superuser, no owner, nothing to create."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole,"
            " rolreplication FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == ("hall_app", *[False] * 5)
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relowner = 'hall_app'::regrole"
            " UNION SELECT datname FROM pg_database WHERE datdba = 'hall_app'::regrole"
            " UNION SELECT proname FROM pg_proc WHERE proowner = 'hall_app'::regrole"
            " UNION SELECT nspname FROM pg_namespace WHERE"
            "  has_schema_privilege('hall_app', oid, 'CREATE')"
        )
        assert cursor.fetchall() == []
        cursor.execute(
            "SELECT count(*) FROM pg_auth_members WHERE member = 'hall_app'::regrole"
        )
        assert cursor.fetchone() == (0,), "it is a member of no other role"


@pytest.mark.django_db
def test_the_application_has_exactly_the_privileges_it_needs() -> None:
    """Check 63: each table's privileges, against what `cases.guards` declares."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')"
            " AND relnamespace = 'public'::regnamespace"
        )
        tables = {name for (name,) in cursor.fetchall()}
        cursor.execute(
            "SELECT relname, privilege_type FROM pg_class,"
            " aclexplode(relacl) WHERE relkind IN ('r', 'p')"
            " AND relnamespace = 'public'::regnamespace"
            " AND grantee IN ('hall_app'::regrole, 0)"
        )
        granted: dict[str, set[str]] = {name: set() for name in tables}
        for name, privilege in cursor.fetchall():
            granted[name].add(privilege)
    declared = {*guards.APPEND_ONLY, *guards.OWNER_ONLY, *guards.NO_DELETE}
    assert declared <= tables, "a misspelt name would leave its table open"
    histories = {name for name in tables if name.startswith("windows_historical")}
    assert histories <= {*guards.APPEND_ONLY}, "what was recorded stays"
    for name in tables:
        expected = {"SELECT", "INSERT", "UPDATE", "DELETE"}
        if name in guards.NO_DELETE:
            expected = {"SELECT", "INSERT", "UPDATE"}
        if name in guards.APPEND_ONLY:
            expected = {"SELECT", "INSERT"}
        if name in guards.OWNER_ONLY or name == "django_migrations":
            expected = {"SELECT"}
        assert granted[name] == expected, name


@pytest.mark.django_db
@pytest.mark.parametrize("privilege", sorted(TABLE_PRIVILEGES - {"SELECT", "INSERT"}))
def test_no_append_only_table_can_be_changed(privilege: str) -> None:
    """Check 63: asked of PostgreSQL itself, whatever way a right may come."""
    with connection.cursor() as cursor:
        for table in guards.APPEND_ONLY:
            cursor.execute(
                "SELECT has_table_privilege('hall_app', %s, %s)",
                [table, privilege],
            )
            assert cursor.fetchone() == (False,), table


@pytest.mark.django_db(transaction=True)
def test_migrations_are_refused_to_the_application() -> None:
    """Check 93: only the owner changes the schema."""
    with connection.cursor() as cursor, pytest.raises(Exception, match="denied"):
        cursor.execute("CREATE TABLE public.mine (id int)")
    with connection.cursor() as cursor, pytest.raises(Exception, match="owner"):
        cursor.execute("ALTER TABLE cases_case ADD COLUMN mine int")
    with connection.cursor() as cursor, pytest.raises(Exception, match="denied"):
        cursor.execute("DELETE FROM django_migrations")


@pytest.mark.django_db(transaction=True)
def test_the_owner_logs_in_for_a_migration_and_leaves_again() -> None:
    """`migrate` is the owner from its first check to its last grant, no longer."""
    wrapper = connections["default"]
    assert isinstance(wrapper, DatabaseWrapper)
    with wrapper.as_owner(), wrapper.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("hall_owner",)
    call_command("migrate", verbosity=0)
    with wrapper.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("hall_app",)


@pytest.mark.django_db(transaction=True)
def test_a_transaction_of_a_page_is_limited() -> None:
    """Evidence, transactions: a stuck request must not freeze a counter."""
    limits = {
        "lock_timeout": "3s",
        "idle_in_transaction_session_timeout": "5s",
        "transaction_timeout": "10s",
        "TimeZone": "UTC",
    }
    with connection.cursor() as cursor:
        for name, value in limits.items():
            cursor.execute(f"SHOW {name}")
            assert cursor.fetchone() == (value,), name


@pytest.mark.django_db
def test_this_server_is_fit() -> None:
    """Check 91, the good case (tests alone commit without waiting for the disk)."""
    assert list(_found()) == ["D03"]


def _found(**changes: Any) -> dict[str, str]:
    """What is found by a connection beside Django's own, with changed settings."""
    wrapper = DatabaseWrapper({**connection.settings_dict, **changes}, alias="beside")
    try:
        return {number: text for number, text, _hint in findings(wrapper)}
    finally:
        wrapper.close()


def _with_option(option: str) -> dict[str, Any]:
    options = connection.settings_dict["OPTIONS"]
    return {"OPTIONS": {**options, "options": f"{options['options']} -c {option}"}}


@pytest.mark.django_db
def test_a_session_that_may_lose_acts_is_refused() -> None:
    """Check 91: synchronous_commit."""
    assert list(_found(**_with_option("synchronous_commit=off"))) == ["D03"]
    assert _found(**_with_option("synchronous_commit=on")) == {}


@pytest.mark.django_db
def test_a_session_in_another_time_zone_is_refused() -> None:
    """Check 91: Django sets UTC itself; a server that overrules it is found."""
    wrapper = DatabaseWrapper({**connection.settings_dict}, alias="beside")
    with wrapper.cursor() as cursor:
        cursor.execute("SET TimeZone = 'Asia/Shanghai'")
    found = [number for number, _text, _hint in findings(wrapper)]
    wrapper.close()
    assert "D04" in found


@pytest.mark.django_db
@pytest.mark.parametrize("role", [embedded.OWNER_ROLE, embedded.SUPERUSER])
def test_an_application_that_owns_the_tables_is_refused(role: str) -> None:
    """Check 91, evidence 2: the grants would mean nothing."""
    found = _found(
        USER=role, HALL={**connection.settings_dict["HALL"], "APP_ROLE": role}
    )
    assert "D07" in found
    assert ("D06" in found) == (role == embedded.SUPERUSER)


@pytest.mark.django_db(transaction=True)
def test_a_guard_that_is_off_is_noticed(
    as_owner: psycopg.Connection[tuple[Any, ...]],
) -> None:
    """Check 91: row triggers ALWAYS."""
    found = as_owner.execute(
        "SELECT tgrelid::regclass::text, tgname FROM pg_trigger"
        " WHERE tgrelid = 'cases_caseevent'::regclass AND tgenabled = 'A' LIMIT 1"
    ).fetchone()
    assert found is not None
    table, trigger = found
    for state in ("DISABLE", "ENABLE", "ENABLE REPLICA"):
        as_owner.execute(f"ALTER TABLE {table} {state} TRIGGER {trigger}")
        try:
            assert _found()["D09"] == (
                f"Guards are switched off: {table}.{trigger}."
            ), state
        finally:
            as_owner.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}")


@pytest.fixture(scope="module")
def other_server() -> Iterator[Path]:
    """A cluster of these tests' own, whose settings they may spoil."""
    with tempfile.TemporaryDirectory(prefix="hall-test-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        user = _start_user(folder)
        _wait_for_ready(user)
        try:
            yield folder
        finally:
            _end(user)
            while embedded._is_kept(folder):
                pass


def _found_there(folder: Path, name: str = embedded.DATABASE) -> dict[str, str]:
    return _found(
        NAME=name,
        HOST=str(embedded.socket_folder(folder)),
        HALL={**connection.settings_dict["HALL"], "DATA_DIR": ""},
    )


@pytest.mark.django_db
def test_a_server_that_may_lose_acts_is_refused(other_server: Path) -> None:
    """Check 91: fsync and full_page_writes, each flipped and back."""
    assert _found_there(other_server) == {}
    with psycopg.connect(
        dbname="postgres",
        user=embedded.SUPERUSER,
        host=str(embedded.socket_folder(other_server)),
        autocommit=True,
    ) as server:
        for name in ("fsync", "full_page_writes"):
            for value, expected in (("off", f"{name} is off, not on."), ("on", "")):
                server.execute(f"ALTER SYSTEM SET {name} = {value}")
                server.execute("SELECT pg_reload_conf()")
                for _attempt in range(200):
                    row = server.execute(f"SHOW {name}").fetchone()
                    if row == (value,):
                        break
                found = _found_there(other_server)
                assert found.get("D02", "").removeprefix("beside: ") == expected
        assert "data_checksums" in REQUIRED


@pytest.mark.django_db
def test_a_database_that_cannot_read_chinese_is_refused(other_server: Path) -> None:
    """Check 91: with the character type C, trigrams of Chinese words are empty."""
    with psycopg.connect(
        dbname="postgres",
        user=embedded.SUPERUSER,
        host=str(embedded.socket_folder(other_server)),
        autocommit=True,
    ) as server:
        server.execute("CREATE DATABASE plain TEMPLATE template0 LC_CTYPE 'C'")
        server.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    assert "D05" in _found_there(other_server, "plain")


def test_privileges_are_decided_in_one_place() -> None:
    """R-less: the four kinds of tables, as README says."""
    assert roles.privileges_on("django_session") == "SELECT, INSERT, UPDATE, DELETE"
    assert roles.privileges_on("cases_case") == "SELECT, INSERT, UPDATE"
    assert roles.privileges_on("cases_caseevent") == "SELECT, INSERT"
    assert roles.privileges_on("cases_clock") == "SELECT"


def test_a_command_that_needs_no_database_starts_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`check`, `collectstatic` and `help` work where no server can start."""
    monkeypatch.setattr(embedded, "ensure_running", _never)
    call_command("check")
    with pytest.raises(CommandError):
        call_command("no_such_command")


def _never(*_arguments: object) -> None:
    raise AssertionError("this needs no server")
