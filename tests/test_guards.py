"""What the database itself refuses, shown by attacks in raw SQL (check 52).

`attacks.py` has the list. Each attack is stopped by the guard it names, for the
application's role and for the owner of the tables; and once more with that guard taken
away, where it gets through or meets the second line of defence it names. So a guard
cannot be dropped, or shadowed by another, without a test that fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings
from psycopg import sql

from hallsvc.database import embedded
from tests.attacks import APP_ONLY, ATTACKS, DENIED, NOT_NULL, TOOLS, Attack
from tests.conftest import _second_connection
from tests.make_cases import World, committed_world

Connection = psycopg.Connection[tuple[Any, ...]]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Committed once for all attacks, which are all rolled back."""
    with django_db_blocker.unblock(), committed_world() as built:
        yield built


def _armed(role: str) -> Iterator[Connection]:
    with _second_connection(role) as second:
        second.cursor_factory = psycopg.ClientCursor  # many statements in one string
        second.execute("SET lock_timeout = '3s'")
        second.execute(TOOLS)
        yield second


@pytest.fixture(scope="module")
def app(world: World) -> Iterator[Connection]:
    yield from _armed(embedded.APP_ROLE)


@pytest.fixture(scope="module")
def owner(world: World) -> Iterator[Connection]:
    yield from _armed(embedded.OWNER_ROLE)


def _stopped_by(
    attacker: Connection, attack: Attack, world: World, first: str = ""
) -> str:
    """Try an attack up to its commit, and undo it.

    Returns the name of the constraint that stopped it, else the error's code; "" if
    it got through. SET CONSTRAINTS makes PostgreSQL check what waits for the commit.
    """
    attacker.execute("BEGIN")
    # `current_date` of an attack is the hall's day, which begins before that of UTC.
    attacker.execute(f"SET LOCAL timezone TO '{settings.TIME_ZONE}'")
    try:
        if first:
            attacker.execute(first)
        attacker.execute(attack.sql, world)
        attacker.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except psycopg.Error as error:
        code = error.diag.sqlstate or type(error).__name__
        if code == NOT_NULL:
            return NOT_NULL
        return error.diag.constraint_name or code
    finally:
        attacker.execute("ROLLBACK")
    return ""


def _named(attack: Attack) -> str:
    return attack.name


@pytest.mark.parametrize("attack", ATTACKS, ids=_named)
def test_the_application_is_stopped(
    attack: Attack, app: Connection, world: World
) -> None:
    """Check 52, as the role that serves the pages."""
    assert _stopped_by(app, attack, world) == (attack.app or attack.guard)


@pytest.mark.parametrize("attack", ATTACKS, ids=_named)
def test_the_owner_is_stopped(attack: Attack, owner: Connection, world: World) -> None:
    """Check 52, as the role that owns the tables: privileges do not count."""
    assert _stopped_by(owner, attack, world) == attack.guard


@pytest.mark.parametrize("attack", APP_ONLY, ids=_named)
def test_the_application_may_not_touch_the_guards(
    attack: Attack, app: Connection, world: World
) -> None:
    """Checks 52 and 63: it cannot switch off what stops it."""
    assert _stopped_by(app, attack, world) == DENIED


@pytest.mark.parametrize(
    "attack",
    [attack for attack in ATTACKS if attack.guard not in (DENIED, NOT_NULL)],
    ids=_named,
)
def test_without_its_guard_the_attack_gets_through(
    attack: Attack, owner: Connection, world: World
) -> None:
    """Habit 9: remove each guard once and watch its test fail."""
    without = _without(owner, attack)
    assert _stopped_by(owner, attack, world, without) == attack.then


def _without(owner: Connection, attack: Attack) -> str:
    """SQL that takes the guard of an attack away."""
    if attack.trigger:
        table, trigger = attack.trigger.split(".")
        return f"ALTER TABLE {table} DISABLE TRIGGER {trigger};"
    gone = [
        f"ALTER TABLE {table} DROP CONSTRAINT {attack.guard} CASCADE;"
        for (table,) in owner.execute(
            "SELECT conrelid::regclass::text FROM pg_constraint WHERE conname = %s",
            [attack.guard],
        )
    ]
    if (
        not gone
        and owner.execute(
            "SELECT 1 FROM pg_class WHERE relkind = 'i' AND relname = %s",
            [attack.guard],
        ).fetchone()
    ):
        return f"DROP INDEX {attack.guard};"
    rule = sql.Literal(attack.guard).as_string(owner)
    return "".join(gone) + (
        "CREATE OR REPLACE FUNCTION public.hall_refuse(rule text, sentence text)"
        " RETURNS void LANGUAGE plpgsql AS $$ BEGIN"
        f" IF rule <> {rule} THEN RAISE EXCEPTION '%', sentence"
        " USING ERRCODE = '23514', CONSTRAINT = rule; END IF; END $$;"
    )


def _named_by_hand(name: str) -> bool:
    """Whether a constraint has a name of ours and not one made up by Django."""
    return not re.search(r"_[0-9a-f]{8}(_fk_|_uniq|_pk|$)|_pkey$|_check$", name)


# Unique keys made for foreign keys to point at; their first column is the primary key.
TARGETS = {
    "answer_case",
    "appointment_identity",
    "case_origin",
    "case_span",
    "filing_approved",
    "referral_acceptance",
    "referral_span",
    "span_clerk",
    "span_end",
    "span_open_case",
    "span_open_identity",
}


def _guards(owner: Connection) -> set[str]:
    """The name of every constraint, unique index and trigger rule of the cases."""
    constraints = {
        name
        for (name,) in owner.execute(
            "SELECT conname FROM pg_constraint WHERE contype IN ('c', 'u', 'f', 'x')"
            " AND conrelid::regclass::text LIKE 'cases\\_%'"
            " UNION SELECT c.relname FROM pg_index i"
            " JOIN pg_class c ON c.oid = i.indexrelid"
            " WHERE indisunique AND indrelid::regclass::text LIKE 'cases\\_%'"
        )
        if _named_by_hand(name)
    }
    rules: set[str] = set()
    for table, source, arguments in owner.execute(
        "SELECT tgrelid::regclass::text, prosrc, tgargs FROM pg_trigger t"
        " JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT tgisinternal"
    ):
        for beside, name in re.findall(
            r"hall_refuse\(\s*(TG_TABLE_NAME \|\| )?'(\w+)'", source
        ):
            rules.add(f"{table}{name}" if beside else name)
        if "hall_refuse(TG_ARGV[1]" in source:
            rules.add(bytes(arguments).split(b"\0")[1].decode())
    return (constraints | rules) - TARGETS


def test_every_guard_is_attacked(owner: Connection) -> None:
    """Check 52: a new guard needs an attack, and a lost one leaves its attack alone."""
    elsewhere = {
        "",
        "0A000",
        "22000",
        DENIED,
        NOT_NULL,
        "item_promise_within_statutory_limit",
        "bundled_in_a_life_event",
        "no_life_event_within_another",
        "item_once_per_life_event",
        "same_paper_once_per_name",
        "same_paper_is_another",
    }
    attacked = {
        name
        for attack in ATTACKS
        for name in (attack.guard, attack.then)
        if _named_by_hand(name)
    } - elsewhere
    assert attacked == _guards(owner)


def test_there_are_enough_attacks_and_each_is_told_apart() -> None:
    """Issue 2, section 6: at least 60, with the NULL variants."""
    assert len(ATTACKS) >= 60
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS)
    assert sum("NULL" in attack.sql for attack in ATTACKS) >= 20


def test_every_trigger_holds_in_replica_mode_too(owner: Connection) -> None:
    """Evidence 2: ENABLE ALWAYS, so that a replica's session meets them as well."""
    sleeping = owner.execute(
        "SELECT tgrelid::regclass::text, tgname FROM pg_trigger"
        " WHERE NOT tgisinternal AND tgenabled <> 'A'"
        " AND tgrelid::regclass::text ~ '^(cases|windows)_'"
    ).fetchall()
    assert sleeping == []


def test_no_guard_looks_a_table_up_by_the_path_of_the_session(
    owner: Connection,
) -> None:
    """A table in pg_temp named like ours must not be asked in its place."""
    loose = owner.execute(
        "SELECT proname FROM pg_proc JOIN pg_language l ON l.oid = prolang"
        " WHERE pronamespace = 'public'::regnamespace AND lanname = 'plpgsql'"
        " AND (proname LIKE 'cases\\_%' OR proname LIKE 'hall\\_%')"
        " AND 'search_path=public, pg_temp' <> ALL (coalesce(proconfig, '{}'))"
    ).fetchall()
    assert loose == []
