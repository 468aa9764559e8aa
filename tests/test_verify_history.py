"""`manage.py verify_history` holds still for a true history, and names each tampering.

The tamperer here is the cluster's superuser with every trigger switched off: what the
guards cannot stop, the chain, the signature or the replay must show (evidence.md 5).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from cases import evidence
from cases.models import Case, CaseEvent
from cases.numbers import format_number
from cases.reads import schema
from cases.reads.verification import Finding, verify_all, verify_case
from hallsvc.database import embedded
from tests.make_cases import World, committed_world

Tamper = Callable[..., None]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Committed once; every tampering is rolled back."""
    with django_db_blocker.unblock(), committed_world() as built:
        yield built


@contextmanager
def _superuser() -> Iterator[None]:
    """Django's own connection, as the superuser, in a transaction that is undone."""
    connection.close()
    usual = connection.settings_dict["USER"]
    connection.settings_dict["USER"] = embedded.SUPERUSER
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        connection.close()
        connection.settings_dict["USER"] = usual


@pytest.fixture
def change(world: World, django_db_blocker: Any) -> Iterator[Tamper]:
    """Run SQL as the superuser."""

    def run(*statements: str) -> None:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement, world)

    with django_db_blocker.unblock(), _superuser():
        yield run


@pytest.fixture
def tamper(change: Tamper) -> Tamper:
    """Change anything in the tables of the cases, past every guard."""
    change("SET LOCAL session_replication_role = replica")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger"
            " WHERE tgenabled = 'A'"
        )
        tables = [name for (name,) in cursor.fetchall()]
    change(*(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables))
    return change


def _first(case_id: int | None = None) -> Finding:
    checked = verify_all() if case_id is None else verify_case(case_id)
    assert checked.findings, "nothing was found"
    return checked.findings[0]


MENDED = (
    "UPDATE cases_caseevent e SET hash = sha256(prev_hash || hall_event_bytes(e))"
    " WHERE case_id = %(moved)s AND seq = {seq}"
)
FOLLOW = (
    "UPDATE cases_caseevent SET prev_hash = (SELECT hash FROM cases_caseevent"
    " WHERE case_id = %(moved)s AND seq = {before})"
    " WHERE case_id = %(moved)s AND seq = {seq}"
)
HEAD = (
    "UPDATE cases_case SET (head_seq, head_hash, changed_at) = (SELECT seq, hash, at"
    " FROM cases_caseevent WHERE case_id = %({case})s ORDER BY seq DESC LIMIT 1)"
    " WHERE id = %({case})s"
)
EDIT = (
    "UPDATE cases_caseevent SET body = replace(body, '李华', '马超')"
    " WHERE case_id = %(moved)s AND seq = 2"
)
SWAP = (
    "UPDATE cases_caseevent SET case_id = 1 WHERE case_id = %(asked)s AND seq = 1;"
    "UPDATE cases_caseevent SET case_id = %(asked)s"
    " WHERE case_id = %(quiet)s AND seq = 1;"
    "UPDATE cases_caseevent SET case_id = %(quiet)s WHERE case_id = 1"
)
FORGE = (
    "INSERT INTO cases_caseevent (case_id, seq, at, actor_id, window_id, kind, body,"
    " fmt, hash_alg, sig_alg, prev_hash, hash, key_id, signature)"
    " SELECT case_id, 4, at, actor_id, window_id, kind, body, fmt, hash_alg, sig_alg,"
    " hash, '\\x00', key_id, signature FROM cases_caseevent"
    " WHERE case_id = %(moved)s AND seq = 3"
)


@pytest.mark.parametrize(
    ("what", "statements", "case", "level", "seq"),
    [
        ("an edited field", [EDIT], "moved", "chain", 2),
        ("edited, its hash mended", [EDIT, MENDED.format(seq=2)], "moved",
         "signature", 2),
        ("edited, the whole chain mended",
         [EDIT, MENDED.format(seq=2), FOLLOW.format(seq=3, before=2),
          MENDED.format(seq=3), HEAD.format(case="moved")], "moved", "signature", 2),
        ("a deleted middle event",
         ["DELETE FROM cases_caseevent WHERE case_id = %(moved)s AND seq = 2"],
         "moved", "chain", 2),
        ("the last event deleted",
         ["DELETE FROM cases_caseevent WHERE case_id = %(moved)s AND seq = 3"],
         "moved", "chain", 3),
        ("the last event deleted and the head set back",
         ["DELETE FROM cases_caseevent WHERE case_id = %(moved)s AND seq = 3",
          HEAD.format(case="moved")], "moved", "projection", 2),
        ("the whole history deleted",
         ["DELETE FROM cases_caseevent WHERE case_id = %(moved)s"], "moved", "chain",
         0),
        ("two events swapped between cases", [SWAP], "asked", "chain", 1),
        ("two events swapped between cases, seen in the other", [SWAP], "quiet",
         "chain", 1),
        ("a forged event appended",
         [FORGE, MENDED.format(seq=4), HEAD.format(case="moved")], "moved",
         "signature", 4),
        ("a forged event appended, with a key of the forger",
         [FORGE, "UPDATE cases_caseevent SET key_id = 'mine' WHERE seq = 4",
          MENDED.format(seq=4), HEAD.format(case="moved")], "moved", "signature", 4),
        ("an event moved in time",
         ["UPDATE cases_caseevent SET at = at - interval '1 s'"
          " WHERE case_id = %(moved)s AND seq = 2"], "moved", "chain", 2),
        ("an event put on somebody else",
         ["UPDATE cases_caseevent SET actor_id = %(ma)s"
          " WHERE case_id = %(moved)s AND seq = 3"], "moved", "chain", 3),
        ("an event of another kind",
         ["UPDATE cases_caseevent SET kind = 'declined'"
          " WHERE case_id = %(moved)s AND seq = 3"], "moved", "chain", 3),
        ("an event in another format",
         ["UPDATE cases_caseevent SET sig_alg = 'none'"
          " WHERE case_id = %(moved)s AND seq = 3"], "moved", "chain", 3),
        ("another signature",
         ["UPDATE cases_caseevent SET signature = (SELECT signature FROM"
          " cases_caseevent WHERE case_id = %(moved)s AND seq = 1)"
          " WHERE case_id = %(moved)s AND seq = 3"], "moved", "signature", 3),
        ("a head of another history",
         ["UPDATE cases_case SET head_hash = '\\x00' WHERE id = %(moved)s"], "moved",
         "chain", 4),
        ("another time of the last change",
         ["UPDATE cases_case SET changed_at = changed_at + interval '1 s'"
          " WHERE id = %(moved)s"], "moved", "chain", 3),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else "",
)  # fmt: skip
def test_a_tampered_history_is_named(
    what: str,
    statements: list[str],
    case: str,
    level: str,
    seq: int,
    world: World,
    tamper: Tamper,
) -> None:
    """Check 67 (levels chain, signature, projection): case and event are named."""
    tamper(*statements)
    found = _first(world[case])
    assert (found.level, found.case_id, found.seq) == (level, world[case], seq)
    assert format_number(world[case]) in str(found)


@pytest.mark.parametrize(
    ("case", "seq", "sentence", "statement"),
    [
        ("closed", 2, "text is not the text that was recorded",
         "UPDATE cases_answer SET text = '从未说过这样的一句话'"
         " WHERE case_id = %(closed)s"),
        ("closed", 2, "next_step is not the text",
         "UPDATE cases_answer SET next_step = '再来' WHERE case_id = %(closed)s"),
        ("closed", 2, "kind is granted, the events say answer",
         "UPDATE cases_answer SET kind = 'granted' WHERE case_id = %(closed)s"),
        ("closed", 2, "answer {old} is gone",
         "DELETE FROM cases_answer WHERE case_id = %(closed)s"),
        ("asked", 1, "answer 900 is in no event",
         "INSERT INTO cases_answer SELECT (jsonb_populate_record(a, jsonb_build_object("
         "'id', 900, 'case_id', %(asked)s))).* FROM cases_answer a"
         " WHERE id = %(old_answer)s"),
        ("refused", 4, "remedies is not the text",
         "UPDATE cases_answer SET remedies = '七日内另行通知补救办法'"
         " WHERE case_id = %(refused)s"),
        ("moved", 3, "since is",
         "UPDATE cases_assignment SET since = since - interval '1 h'"
         " WHERE id = %(moved_span)s"),
        ("moved", 3, "until is",
         "UPDATE cases_assignment SET until = until + interval '1 h'"
         " WHERE id = %(moved_first_span)s"),
        ("moved", 3, "clerk_id is",
         "UPDATE cases_assignment SET clerk_id = %(ma)s WHERE id = %(moved_span)s"),
        ("moved", 3, "window_id is",
         "UPDATE cases_assignment SET window_id = %(tax)s WHERE id = %(moved_span)s"),
        ("moved", 3, "is gone",
         "DELETE FROM cases_assignment WHERE id = %(moved_span)s"),
        ("moved", 3, "is gone",
         "DELETE FROM cases_referral WHERE case_id = %(moved)s"),
        ("moved", 3, "settled_by_id is",
         "UPDATE cases_referral SET settled_by_id = %(zhao)s, stand_in_posting_id ="
         " %(zhao_posting)s WHERE case_id = %(moved)s"),
        ("moved", 3, "reason is not the text",
         "UPDATE cases_referral SET reason = '别的理由' WHERE case_id = %(moved)s"),
        ("offered", 2, "state is withdrawn, the events say pending",
         "UPDATE cases_referral SET state = 'withdrawn', settled_at = now(),"
         " settled_by_id = %(wang)s WHERE id = %(offer)s"),
        ("limbo", 3, "settle_reason is not the text",
         "UPDATE cases_referral SET settle_reason = '别的理由'"
         " WHERE case_id = %(limbo)s"),
        ("limbo", 3, "declines 0, the events 1",
         "UPDATE cases_case SET declines = 0 WHERE id = %(limbo)s"),
        ("limbo", 3, "limbo_since None",
         "UPDATE cases_case SET limbo_since = NULL WHERE id = %(limbo)s"),
        ("limbo", 3, "question is not the text",
         "UPDATE cases_raisedquestion SET question = '别的问题'"
         " WHERE case_id = %(limbo)s"),
        ("asked", 1, "state waiting, the events asked",
         "UPDATE cases_case SET state = 'waiting' WHERE id = %(asked)s"),
        ("asked", 1, "due_on",
         "UPDATE cases_case SET due_on = due_on + 30 WHERE id = %(asked)s"),
        ("asked", 1, "holder_id",
         "UPDATE cases_case SET holder_id = %(li)s WHERE id = %(asked)s"),
        ("asked", 1, "first_responder_id",
         "UPDATE cases_case SET first_responder_id = %(li)s WHERE id = %(asked)s"),
        ("asked", 1, "opened_at",
         "UPDATE cases_case SET opened_at = opened_at - interval '1 d'"
         " WHERE id = %(asked)s"),
        ("asked", 1, "has_contact",
         "UPDATE cases_case SET has_contact = true WHERE id = %(asked)s"),
        ("bundle", 2, "bundled",
         "UPDATE cases_case SET bundled = bundled - 0 WHERE id = %(bundle)s"),
        ("bundle", 2, "item_id",
         "UPDATE cases_part SET item_id = %(item)s WHERE id = %(part_member)s"),
        ("asked", 1, "item_id",
         "UPDATE cases_case SET item_id = %(item)s WHERE id = %(asked)s"),
        ("asked", 1, "words of the person",
         "UPDATE cases_words w SET words_sealed = o.words_sealed, data_key = o.data_key"
         " FROM cases_words o WHERE w.case_id = %(asked)s AND o.case_id = %(quiet)s"),
        ("asked", 1, "words of the person",
         "DELETE FROM cases_words WHERE case_id = %(asked)s"),
        ("accepted", 4, "promised_due",
         "UPDATE cases_case SET promised_due = '2020-01-01' WHERE id = %(accepted)s"),
        ("accepted", 4, "content is not the text",
         "UPDATE cases_notice SET content = '{}' WHERE id = %(slip)s"),
        ("accepted", 4, "serial is 99",
         "UPDATE cases_notice SET serial = 99 WHERE id = %(slip)s"),
        ("waiting", 4, "is_required is False",
         "UPDATE cases_casematerial SET is_required = false"
         " WHERE id = %(material_missing)s"),
        ("waiting", 4, "follow_by is",
         "UPDATE cases_casematerial SET follow_by = now(), may_follow = true"
         " WHERE id = %(material_missing)s"),
        ("waiting", 4, "is_extra is True",
         "UPDATE cases_casematerial SET is_extra = true"
         " WHERE id = %(material_missing)s"),
        ("waiting", 4, "is in no event",
         "INSERT INTO cases_casematerial SELECT (jsonb_populate_record(m,"
         " jsonb_build_object('id', 900, 'position', 9))).* FROM cases_casematerial m"
         " WHERE id = %(material)s"),
        ("asked", 1, "due_on is",
         "UPDATE cases_deadline SET due_on = due_on + 30 WHERE id = %(deadline)s"),
        ("asked", 1, "days is 99",
         "UPDATE cases_deadline SET days = 99 WHERE id = %(deadline)s"),
        ("asked", 1, "is gone", "DELETE FROM cases_deadline WHERE id = %(deadline)s"),
        ("asked", 1, "is in no event",
         "INSERT INTO cases_deadline SELECT (jsonb_populate_record(d,"
         " jsonb_build_object('id', 900))).* FROM cases_deadline d"
         " WHERE id = %(deadline)s"),
        ("waiting", 4, "tell_by 2026-01-01, the events None",
         "UPDATE cases_case SET tell_by = '2026-01-01', tell_from = '2026-01-01',"
         " limits = '{}', due_on = '2026-01-01' WHERE id = %(waiting)s"),
        ("waiting", 4, "received_at is",
         "UPDATE cases_casematerial SET received_at = now(), received_by_id = %(li)s"
         " WHERE id = %(material_missing)s"),
        ("stopped", 6, "limit_days is 99",
         "UPDATE cases_clockstop SET limit_days = 99 WHERE id = %(stop)s"),
        ("stopped", 6, "reason is not the text",
         "UPDATE cases_clockstop SET reason = '别的理由' WHERE id = %(stop)s"),
        ("stopped", 6, "resumed_on is",
         "UPDATE cases_clockstop SET resumed_on = began_on, resumed_at = at,"
         " resumed_by_id = by_id WHERE id = %(stop)s"),
        ("stopped", 6, "statutory_due",
         "UPDATE cases_case SET statutory_due = '2030-01-01' WHERE id = %(stopped)s"),
        ("stopped", 5, "days is 15",
         "UPDATE cases_extension SET days = 15 WHERE id = %(extension)s"),
        ("stopped", 5, "head is not the text",
         "UPDATE cases_extension SET head = '副局长 周明' WHERE id = %(extension)s"),
        ("stopped", 5, "is gone",
         "DELETE FROM cases_extension WHERE id = %(extension)s"),
        ("directed", 2, "address is not the text",
         "UPDATE cases_direction SET address = 'x' WHERE id = %(direction)s"),
        ("directed", 2, "unit is x",
         "UPDATE cases_direction SET unit = 'x' WHERE id = %(direction)s"),
        ("raised", 2, "question is not the text",
         "UPDATE cases_raisedquestion SET question = '别的一个完全不同的问题'"
         " WHERE id = %(question)s"),
        ("raised", 2, "is gone",
         "DELETE FROM cases_raisedquestion WHERE id = %(question)s"),
        ("approved", 3, "decided_by_id is",
         "UPDATE cases_negativefiling SET decided_by_id = %(deng)s"
         " WHERE id = %(filing_approved)s"),
        ("proposed", 2, "state is approved",
         "UPDATE cases_negativefiling SET state = 'approved', decided_at = now(),"
         " decided_by_id = %(chen)s WHERE id = %(filing_proposed)s"),
        ("overruled", 3, "decision_reason is not the text",
         "UPDATE cases_negativefiling SET decision_reason = 'x'"
         " WHERE id = %(filing_overruled)s"),
        ("proposed", 2, "basis is not the text",
         "UPDATE cases_negativefiling SET basis = '条例第九条'"
         " WHERE id = %(filing_proposed)s"),
        ("reopened", 3, "outcome is satisfied",
         "UPDATE cases_followup SET outcome = 'satisfied' WHERE id = %(call)s"),
        ("reopened", 3, "remark is not the text",
         "UPDATE cases_followup SET remark = 'x' WHERE id = %(call)s"),
        ("reopened", 3, "is gone", "DELETE FROM cases_followup WHERE id = %(call)s"),
        ("reopened", 3, "named_by_id is",
         "UPDATE cases_appointment SET named_by_id = %(deng)s"
         " WHERE id = %(appointment)s"),
        ("reopened", 3, "reason is not the text",
         "UPDATE cases_appointment SET reason = 'x' WHERE id = %(appointment)s"),
        ("reopened", 3, "reopened 0, the events 1",
         "UPDATE cases_case SET reopened = 0 WHERE id = %(reopened)s"),
        ("closed", 2, "close_rule",
         "UPDATE cases_case SET close_rule = 'withdrawn' WHERE id = %(closed)s"),
    ],
)  # fmt: skip
def test_tables_that_are_not_what_the_events_say_are_named(
    case: str, seq: int, sentence: str, statement: str, world: World, tamper: Tamper
) -> None:
    """Check 67, level projection: the history is whole, and the tables were touched."""
    old = _answer_of(world[case])
    tamper(statement)
    found = verify_case(world[case]).findings
    assert found, "nothing was found"
    assert {finding.level for finding in found} == {"projection"}
    expected = sentence.format(old=old)
    assert any(expected in finding.sentence for finding in found), found
    assert seq in {finding.seq for finding in found}


def _answer_of(case_id: int) -> int | None:
    from cases.models import Answer

    return Answer.objects.filter(case_id=case_id).values_list("pk", flat=True).first()


def test_what_cannot_be_replayed_is_named(world: World, tamper: Tamper) -> None:
    """An event signed by the application itself, with a body that means nothing."""
    event = CaseEvent.objects.get(case_id=world["asked"])
    line = evidence.Line(
        event.case_id, 1, event.at, event.actor_id, event.window_id, "sung", "{}",
        event.key_id,
    )  # fmt: skip
    digest = evidence.line_hash(evidence.GENESIS, line)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_caseevent SET kind = 'sung', body = '{}', hash = %s,"
            " signature = %s WHERE case_id = %s",
            [digest, evidence.sign(digest), event.case_id],
        )
        cursor.execute(
            "UPDATE cases_case SET head_hash = %s WHERE id = %s",
            [digest, event.case_id],
        )
    assert _first(event.case_id).sentence == "cannot be replayed"


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("ALTER TABLE cases_case DISABLE TRIGGER guard",
         "changed: trigger cases_case.guard = SWITCHED OFF"),
        ("ALTER TABLE cases_caseevent ENABLE TRIGGER append_only",
         "changed: trigger cases_caseevent.append_only = not in replica mode"),
        ("DROP TRIGGER append_only ON cases_answer",
         "missing: trigger cases_answer.append_only"),
        ("ALTER TABLE cases_referral DISABLE TRIGGER ALL",
         "added: foreign key triggers of cases_referral."),
        ("ALTER TABLE cases_case DROP CONSTRAINT case_held_by_its_open_span",
         "missing: constraint cases_case.case_held_by_its_open_span"),
        ("ALTER TABLE cases_answer DROP CONSTRAINT answer_has_a_real_text;"
         "ALTER TABLE cases_answer ADD CONSTRAINT answer_has_a_real_text"
         " CHECK (text <> '') NOT VALID",
         "changed: constraint cases_answer.answer_has_a_real_text"),
        ("DROP INDEX one_open_span_per_case", "missing: index one_open_span_per_case"),
        ("ALTER TABLE cases_caseevent ALTER signature DROP NOT NULL",
         "changed: column cases_caseevent.signature = bytea"),
        ("CREATE OR REPLACE FUNCTION hall_refuse(rule text, sentence text)"
         " RETURNS void LANGUAGE sql AS ''",
         "changed: function hall_refuse(text,text)"),
        ("ALTER FUNCTION cases_has_event() RESET search_path",
         "changed: function cases_has_event()"),
        ("GRANT DELETE ON cases_answer TO hall_app",
         "changed: privileges of the application on cases_answer = DELETE, INSERT"),
        ("GRANT SELECT ON cases_words TO PUBLIC",
         "added: privileges of everybody on cases_words"),
        ("ALTER TABLE cases_notice OWNER TO hall_app",
         "added: cases_notice belongs to the application"),
        ("ALTER ROLE hall_app SUPERUSER",
         "changed: powers of the application = superuser"),
        ("GRANT hall_owner TO hall_app",
         "changed: powers of the application = member of another role"),
        ("UPDATE cases_clock SET \"offset\" = interval '1 h'",
         "changed: clock of the hall = moved by 01:00:00"),
        ("DELETE FROM cases_clock", "missing: clock of the hall"),
        ("CREATE TABLE public.cases_secret (x int)",
         "added: column cases_secret.x"),
    ],
)  # fmt: skip
def test_a_touched_guard_is_named(statement: str, told: str, change: Tamper) -> None:
    """Check 75: triggers and their state, constraints, indexes, functions, grants."""
    change(*statement.split(";"))
    found = schema.differences()
    assert any(line.startswith(told) for line in found), found


def test_every_dropped_constraint_is_named(change: Tamper) -> None:
    """Check 75: drop them all, and each is told."""
    expected = [name for name in schema.release() if name.startswith("constraint ")]
    change(
        *(
            'ALTER TABLE {} DROP CONSTRAINT IF EXISTS "{}" CASCADE'.format(
                *name.removeprefix("constraint ").split(".")
            )
            for name in expected
        )
    )
    told = schema.differences()
    assert [name for name in expected if f"missing: {name}" not in told] == []


def test_the_release_says_what_its_migrations_make(
    world: World, django_db_blocker: Any
) -> None:
    """After a migration: `manage.py verify_history --write-schema` on a clean hall."""
    with django_db_blocker.unblock():
        assert schema.differences() == []


def _command(*arguments: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("verify_history", *arguments, stdout=out)
    except SystemExit as ended:
        return int(ended.code or 0), out.getvalue()
    return 0, out.getvalue()


def test_a_true_history_holds_and_is_counted(
    world: World, django_db_blocker: Any
) -> None:
    """Evidence 5: exit 0 with the counts, all cases or one."""
    with django_db_blocker.unblock():
        code, text = _command()
        cases, events = Case.objects.count(), CaseEvent.objects.count()
        assert (code, f"{cases} cases with {events} events" in text) == (0, True)
        code, text = _command("--json")
        assert json.loads(text) == {
            "ok": True, "cases": cases, "events": events, "findings": [],
        }  # fmt: skip
        code, text = _command("--case", format_number(world["moved"]))
        assert "1 cases with 3 events" in text
        for unknown in ("26-999-999-9", "nonsense"):
            with pytest.raises(CommandError, match="There is no case"):
                _command("--case", unknown)


def test_a_broken_history_ends_with_one_and_names_the_event_first(
    world: World, tamper: Tamper, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Evidence 5: exit 1, and the first broken event is named."""
    tamper(EDIT)
    monkeypatch.setattr(schema, "differences", list)
    code, text = _command()
    number = format_number(world["moved"])
    assert code == 1
    assert (
        text.splitlines()[0]
        == f"case {number}, event 2, chain: was changed: its hash is another"
    )
    assert "does NOT hold" in text
    code, text = _command("--json")
    [broken] = json.loads(text)["findings"]
    assert (code, broken["case"], broken["event"]) == (1, world["moved"], 2)


def test_it_reads_by_the_batch_and_writes_nothing(
    world: World, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many statements for one case as for all of a batch, in a read-only view."""
    with django_db_blocker.unblock():
        with CaptureQueriesContext(
            connection,
        ) as one:
            verify_case(world["moved"])
        with CaptureQueriesContext(connection) as many:
            verify_all()
        assert len(many) == len(one) + 4, "and one look for a next batch"
        assert "READ ONLY" in one.captured_queries[1]["sql"]
        monkeypatch.setattr("cases.reads.verification.batches.BATCH", 5)
        seen: list[int] = []
        checked = verify_all(lambda done: seen.append(done.cases))
        total = Case.objects.count()
        assert (checked.cases, seen) == (total, [*range(5, total, 5), total])
