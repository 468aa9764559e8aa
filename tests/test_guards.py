"""What the database itself refuses, shown by attacks in raw SQL (check 52).

`attacks.py` has the list. Each attack is stopped by the guard it names, for the
application's role and for the owner of the tables; and once more with that guard taken
away, where it gets through or meets the second line of defence it names. So a guard
cannot be dropped, or shadowed by another, without a test that fails.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection
from psycopg import sql

from cases.actions import (
    accepting,
    answering,
    directing,
    intake,
    negatives,
    raising,
    reading,
    referring,
    supervising,
)
from cases.actions.accepting import Missing
from cases.actions.negatives import Negative
from cases.actions.referring import Better
from cases.actions.supervising import Named
from cases.models import Assignment, Case, CaseMaterial
from hallsvc.database import embedded
from tests.attacks import APP_ONLY, ATTACKS, DENIED, NOT_NULL, TOOLS, Attack
from tests.cast import APPLICANT, Cast, make_cast, now
from tests.conftest import _second_connection, empty_tables

World = dict[str, Any]
Connection = psycopg.Connection[tuple[Any, ...]]

TEXT = "您好，办理出生登记请到二楼B12号窗口，带上出生医学证明和户口簿，今天就能办好。"
NEGATIVE = Negative(
    "不符合第三条规定的条件要求",
    "《户口登记条例》第七条",
    "补齐监护证明",
    "可申请公证",
    "60日内复议，6个月内诉讼",
)


class Story:
    """Writes the cases of the world through the actions, an hour before the attack."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.passed = dt.timedelta()

    def at(self) -> dt.datetime:
        return now() - dt.timedelta(hours=1)

    def ask(self, *, item: bool = False, contact: bool = False, by: Any = None) -> Case:
        request = intake.Request(
            words="我想给娃娃上户口，要带些啥子",
            item_id=self.cast.item.pk if item else None,
            person=APPLICANT if contact else intake.Person(),
        )
        return intake.open_case(request, by=by or self.cast.wang, at=self.at()).case

    def offer(self, case: Case) -> int:
        cast = self.cast
        return referring.offer_case(
            case.pk,
            to_clerk_id=cast.li.pk,
            to_window_id=cast.registry.pk,
            reason="属户政",
            escort="led",
            by=cast.wang,
            at=self.at(),
        ).pk

    def moved(self, *, item: bool = False, contact: bool = False) -> Case:
        case = self.ask(item=item, contact=contact)
        offer = self.offer(case)
        referring.accept_referral(offer, by=self.cast.li, at=self.at())
        return case

    def answered(self, case: Case, by: Any) -> int:
        return answering.answer_case(case.pk, text=TEXT, by=by, at=self.at()).pk

    def proposed(self, *, contact: bool = False) -> tuple[Case, int]:
        case = self.ask(contact=contact)
        filing = negatives.propose_negative(
            case.pk, NEGATIVE, by=self.cast.wang, at=self.at()
        )
        return case, filing.pk

    def approved(self, *, contact: bool = False) -> tuple[Case, int]:
        case, filing = self.proposed(contact=contact)
        negatives.approve_negative(case.pk, reason="", by=self.cast.chen, at=self.at())
        return case, filing

    def reopened(self) -> tuple[Case, int]:
        case = self.ask(contact=True)
        answer = self.answered(case, self.cast.wang)
        supervising.call_back(
            case.pk,
            outcome="unsatisfied",
            remark="没办好",
            by=self.cast.chen,
            at=self.at(),
            named=Named(self.cast.li.pk, self.cast.registry.pk, "群众反映没办好"),
        )
        return case, answer


def _span(case: Case, ordinal: int = 1) -> int:
    return Assignment.objects.get(case=case, ordinal=ordinal).pk


def _build(cast: Cast) -> World:
    """A case in every state, and the rows that attacks aim at."""
    story = Story(cast)
    world: World = {
        "hall": cast.hall.pk,
        "other_hall": cast.zhou.hall_id,
        "item": cast.item.pk,
        "reception": cast.reception.pk,
        "registry": cast.registry.pk,
        "tax": cast.tax.pk,
        "wang_posting": cast.wang.postings.get().pk,
        "ma_posting": cast.ma.postings.get().pk,
        "zhao_posting": cast.stand_in.pk,
    }
    for name in ("wang", "li", "zhao", "ma", "chen", "deng", "qian"):
        world[name] = getattr(cast, name).pk
    asked = story.ask()
    world |= {
        "asked": asked.pk,
        "asked_span": _span(asked),
        "deadline": asked.deadlines.get().pk,
        "event": asked.events.get().pk,
    }
    offered = story.ask()
    world |= {"offered": offered.pk, "offer": story.offer(offered)}
    quiet = story.ask()
    world |= {"quiet": quiet.pk, "quiet_offer": story.offer(quiet)}
    world["ma_span"] = _span(story.ask(by=cast.ma))
    moved = story.moved()
    world |= {
        "moved": moved.pk,
        "moved_first_span": _span(moved),
        "moved_span": _span(moved, 2),
    }
    closed = story.ask()
    story.answered(closed, cast.wang)
    world |= {"closed": closed.pk, "closed_span": _span(closed)}
    limbo = story.ask()
    declined = story.offer(limbo)
    referring.decline_referral(
        declined,
        reason="不是我处",
        better=Better(sent_up=True),
        by=cast.li,
        at=story.at(),
    )
    world |= {"limbo": limbo.pk, "declined_offer": declined}
    accepted = story.moved(item=True)
    slip = accepting.accept_case(
        accepted.pk, received=[1, 2], by=cast.li, at=story.at()
    )
    world |= {
        "accepted": accepted.pk,
        "slip": slip.pk,
        "accepted_span": _span(accepted, 2),
    }
    waiting = story.moved(item=True)
    notice = accepting.ask_once(
        waiting.pk,
        received=[1],
        missing=[Missing("户口簿", "本人保管", position=2)],
        by=cast.li,
        at=story.at(),
    )
    papers = CaseMaterial.objects.filter(case=waiting)
    world |= {
        "waiting": waiting.pk,
        "list": notice.pk,
        "material": papers.get(position=1).pk,
        "material_missing": papers.get(position=2).pk,
    }
    directed = story.ask()
    direction = directing.direct_elsewhere(
        directed.pk,
        department_id=cast.outside.pk,
        bring="身份证",
        reason="属供电",
        by=cast.wang,
        at=story.at(),
    )
    world |= {"directed": directed.pk, "direction": direction.pk}
    raised = story.ask()
    question = raising.raise_question(
        raised.pk,
        ground="unclear",
        question="政策不明",
        own_view="",
        unit_id=cast.registry.department_id,
        lead_unit_id=None,
        to_government=False,
        by=cast.wang,
        at=story.at(),
    )
    world |= {"raised": raised.pk, "question": question.pk}
    for name, (case, filing) in {
        "proposed": story.proposed(),
        "approved": story.approved(),
        "overruled": story.proposed(),
        "told": story.approved(contact=True),
    }.items():
        world |= {name: case.pk, f"filing_{name}": filing}
    negatives.overrule_negative(
        world["overruled"], reason="可以办", by=cast.chen, at=story.at()
    )
    answering.tell_refusal(
        world["told"],
        text="经报分管负责人批准，本次不予登记，理由写在决定书里，补齐监护证明后即可再办。",
        by=cast.wang,
        at=story.at(),
    )
    world["refused"] = world["told"]
    answered = story.ask(contact=True)
    story.answered(answered, cast.wang)
    world["answered"] = answered.pk
    reading.open_applicant(answered, reason="核对姓名", by=cast.wang, at=story.at())
    reopened, world["old_answer"] = story.reopened()
    world |= {
        "reopened": reopened.pk,
        "appointment": reopened.appointments.get().pk,
        "call": reopened.follow_ups.get().pk,
    }
    again, _old = story.reopened()
    story.answered(again, cast.li)
    world["answered_again"] = again.pk
    return world


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Committed once for all attacks, which are all rolled back."""
    with django_db_blocker.unblock(), _second_connection(embedded.OWNER_ROLE) as owner:
        owner.execute("UPDATE cases_clock SET \"offset\" = interval '-1 hour'")
        try:
            built = _build(make_cast())
            owner.execute("UPDATE cases_clock SET \"offset\" = interval '0'")
            yield built
        finally:
            connection.close()
            empty_tables()


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
    elsewhere = {"", "0A000", DENIED, NOT_NULL, "item_promise_within_statutory_limit"}
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
        " AND (tgrelid::regclass::text LIKE 'cases\\_%'"
        "  OR tgrelid::regclass::text = 'windows_clerk')"
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
