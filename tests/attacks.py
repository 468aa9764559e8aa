"""Attacks by raw SQL on what the database promises, one line each.

Each attack is run three times by `test_guards.py`: as the application's role, as the
owner of the tables, and as the owner after the guard that stops it was taken away. An
attacker here has the database's password, and no signing key: `pg_temp.tell` writes
an event that the chain accepts, signed with 64 zeros, so that an attack is stopped by
its own guard and not for the want of an event.

Statements use the names of `World` as parameters, such as `%(asked)s` for a case.
"""

from __future__ import annotations

from dataclasses import dataclass

DENIED = "42501"
"""SQLSTATE: the role has no privilege for it."""

NOT_NULL = "23502"
"""SQLSTATE: a NULL where none may be."""

TOOLS = """
CREATE FUNCTION pg_temp.tell(the_case bigint, change jsonb DEFAULT '{}')
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    event public.cases_caseevent;
    head record;
BEGIN
    SELECT head_seq, head_hash INTO head FROM public.cases_case WHERE id = the_case;
    event.case_id := the_case;
    event.seq := coalesce(head.head_seq, 0) + 1;
    event.at := now();
    event.actor_id := (SELECT min(id) FROM public.windows_clerk);
    event.kind := 'attack';
    event.body := '{}';
    event.fmt := 1;
    event.hash_alg := 'sha256';
    event.sig_alg := 'ed25519';
    event.prev_hash := coalesce(head.head_hash, decode(repeat('00', 32), 'hex'));
    event.key_id := 'nobody';
    event.signature := decode(repeat('00', 64), 'hex');
    event := jsonb_populate_record(event, change);
    IF NOT change ? 'hash' THEN
        event.hash := sha256(event.prev_hash || public.hall_event_bytes(event));
    END IF;
    INSERT INTO public.cases_caseevent (case_id, seq, at, actor_id, window_id, kind,
        body, fmt, hash_alg, sig_alg, prev_hash, hash, key_id, signature)
    VALUES (event.case_id, event.seq, event.at, event.actor_id, event.window_id,
        event.kind, event.body, event.fmt, event.hash_alg, event.sig_alg,
        event.prev_hash, event.hash, event.key_id, event.signature);
END $$;

-- A copy of a row with some columns changed: `SET` for an INSERT.
CREATE FUNCTION pg_temp.copy(relation text, the_id bigint, change jsonb)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    columns text;
    key text := CASE WHEN relation IN ('cases_words', 'cases_applicant')
        THEN 'case_id' ELSE 'id' END;
    has_own_id boolean := change ? 'id' OR key <> 'id';
BEGIN
    SELECT string_agg(quote_ident(attname), ', ') INTO columns FROM pg_attribute
        WHERE attrelid = ('public.' || relation)::regclass AND attnum > 0
        AND NOT attisdropped AND attgenerated = ''
        AND (has_own_id OR attname <> 'id');
    EXECUTE format('INSERT INTO public.%I (%s) SELECT %s FROM (SELECT (
        jsonb_populate_record(t, $2)).* FROM public.%I t WHERE %I = $1) AS changed',
        relation, columns, columns, relation, key) USING the_id, change;
END $$;
"""


@dataclass(frozen=True, slots=True)
class Attack:
    """What is tried, and the name of the guard that must stop it.

    `guard` is the name of a constraint, or of a rule that a trigger speaks. `app` is
    given where the application's role is stopped earlier, by its privileges. `then` is
    what stops the attack when the guard is gone: a second line of defence, or "" if
    nothing does. `trigger` is the table and
    the name of the trigger that is switched off to take the guard away.
    """

    tries: str
    sql: str
    guard: str
    app: str = ""
    then: str = ""
    trigger: str = ""

    @property
    def name(self) -> str:
        """The sentence as the id of a test."""
        return f"{self.guard}: {self.tries}"


def a(
    guard: str,
    tries: str,
    sql: str,
    *,
    app: str = "",
    then: str = "",
    trigger: str = "",
) -> Attack:
    """One line of the list below."""
    return Attack(tries, sql, guard, app, then, trigger)


def _refer(case: str, change: str = "", **columns: str) -> str:
    """SQL: offer a case of the first clerk to the second; `columns` are changed."""
    usual = {
        "case_id": f"%({case})s",
        "from_span_id": f"(SELECT current_span FROM cases_case WHERE id = %({case})s)",
        "from_clerk_id": f"(SELECT holder_id FROM cases_case WHERE id = %({case})s)",
        "offered_by_id": "%(wang)s",
        "to_clerk_id": "%(li)s",
        "to_window_id": "%(registry)s",
        "reason": "'because'",
        "escort": "'led'",
        "offered_at": "now()",
        "expires_at": "now() + interval '1 hour'",
        "state": "'pending'",
        "settle_reason": "''",
        "sent_up": "false",
        **columns,
    }
    return (
        f"INSERT INTO cases_referral ({', '.join(usual)})"
        f" VALUES ({', '.join(usual.values())});{change}"
    )


def _span(case: str, **columns: str) -> str:
    """SQL: end the open span of a case and begin the next with `columns`."""
    usual = {
        "id": "900",
        "case_id": f"%({case})s",
        "ordinal": f"(SELECT max(ordinal) + 1 FROM cases_assignment"
        f" WHERE case_id = %({case})s)",
        "clerk_id": "%(li)s",
        "window_id": "%(registry)s",
        "since": "now()",
        "basis": "'referral'",
        "previous_id": f"(SELECT current_span FROM cases_case WHERE id = %({case})s)",
        "referral_id": "NULL",
        "appointment_id": "NULL",
        **columns,
    }
    return (
        "UPDATE cases_assignment SET until = now()"
        f" WHERE case_id = %({case})s AND until IS NULL;"
        f"INSERT INTO cases_assignment ({', '.join(usual)})"
        f" VALUES ({', '.join(usual.values())});"
        f"UPDATE cases_case SET current_span = {usual['id']},"
        f" holder_id = {usual['clerk_id']}, window_id = {usual['window_id']}"
        f" WHERE id = %({case})s;"
    )


def _tell(case: str, change: str = "{}") -> str:
    """SQL: the event of the case, accepted by the chain."""
    return f"SELECT pg_temp.tell(%({case})s, '{change}');"


def _accept(who: str = "%(li)s", **columns: str) -> str:
    """SQL: settle the pending offer of the case `offered` as accepted by `who`."""
    usual = {
        "state": "'accepted'",
        "settled_at": "now()",
        "settled_by_id": who,
        **columns,
    }
    changes = ", ".join(f"{name} = {value}" for name, value in usual.items())
    return f"UPDATE cases_referral SET {changes} WHERE id = %(offer)s;"


def _answer(case: str, **columns: str) -> str:
    """SQL: an answer to a case."""
    usual = {
        "id": "900",
        "case_id": f"%({case})s",
        "kind": "'answer'",
        "text": "'请到二楼户政窗口办理'",
        "next_step": "''",
        "basis": "''",
        "other_way": "''",
        "remedies": "''",
        "is_signed": "false",
        "by_id": "%(wang)s",
        "at": "now()",
        **columns,
    }
    return (
        f"INSERT INTO cases_answer ({', '.join(usual)})"
        f" VALUES ({', '.join(usual.values())});"
    )


def _end(case: str, answer: str = "900", rule: str = "no_contact") -> str:
    """SQL: close a case with an answer, ending its span."""
    return (
        f"UPDATE cases_case SET state = 'closed', current_span = NULL,"
        f" closed_at = now(), close_rule = '{rule}', final_answer_id = {answer},"
        f" due_on = NULL WHERE id = %({case})s;"
        "UPDATE cases_assignment SET until = now()"
        f" WHERE case_id = %({case})s AND until IS NULL;"
    )


def _correct_name(case: str, **columns: str) -> str:
    """SQL: the correction of a name to a byte of nothing."""
    usual = {
        "case_id": f"%({case})s",
        "was_sealed": "(SELECT name_sealed FROM cases_applicant"
        f" WHERE case_id = %({case})s)",
        "digest": "sha256('\\x00'::bytea)",
        "reason": "'mistyped'",
        "by_id": "%(wang)s",
        "at": "now()",
        **columns,
    }
    return (
        f"INSERT INTO cases_namecorrection ({', '.join(usual)})"
        f" VALUES ({', '.join(usual.values())});"
    )


def _copy(relation: str, row: str, **columns: str) -> str:
    """SQL: insert a row like another, with some columns changed."""
    change = ", ".join(f"'{name}', {value}" for name, value in columns.items())
    return (
        f"SELECT pg_temp.copy('{relation}', %({row})s, jsonb_build_object({change}));"
    )


_NEXT = (
    "(SELECT max(serial) + 1 FROM cases_notice"
    " JOIN (SELECT year, kind FROM cases_notice WHERE id = %({})s) AS one"
    " USING (year, kind))"
)
_NEXT_SLIP, _NEXT_LIST = _NEXT.format("slip"), _NEXT.format("list")
"""The number that a new paper of a kind must have, in the year of the one there is."""


def _insert(table: str, columns: dict[str, str]) -> str:
    return (
        f"INSERT INTO {table} ({', '.join(columns)})"
        f" VALUES ({', '.join(columns.values())});"
    )


def _sign(**columns: str) -> str:
    """SQL: the applicant signs the acceptance slip by hand."""
    usual = {
        "case_id": "%(accepted)s",
        "notice_id": "%(slip)s",
        "party": "'applicant'",
        "way": "'paper'",
        "copies": "2",
        "sealed": "NULL",
        "digest": "''",
        "by_id": "%(li)s",
        "at": "now()",
    }
    return _insert("cases_signature", usual | columns)


def _scan(**columns: str) -> str:
    """SQL: a scan of the acceptance slip."""
    usual = {
        "case_id": "%(accepted)s",
        "notice_id": "%(slip)s",
        "name": "repeat('a', 32)",
        "media_type": "'image/png'",
        "size": "9",
        "digest": "repeat('b', 64)",
        "by_id": "%(li)s",
        "at": "now()",
    }
    return _insert("cases_scan", usual | columns)


def _update(relation: str, row: str, change: str, case: str = "") -> str:
    """SQL: change a row, and write the event of `case`."""
    key = "case_id" if relation in ("cases_words", "cases_applicant") else "id"
    told = _tell(case) if case else ""
    return f"UPDATE {relation} SET {change} WHERE {key} = %({row})s;{told}"


def _open(
    like: str = "asked",
    span_like: str = "asked_span",
    case: dict[str, str] | None = None,
    span: dict[str, str] | None = None,
) -> str:
    """SQL: open case 901 like another one, now, with some columns changed."""
    fresh = {
        "id": "901",
        "current_span": "901",
        "opened_at": "now()",
        "changed_at": "now()",
        "head_seq": "0",
        "head_hash": "'\\x' || repeat('00', 32)",
        "head_transaction": "0",
        **(case or {}),
    }
    begun = {"id": "901", "case_id": "901", "since": "now()", **(span or {})}
    return _copy("cases_case", like, **fresh) + _copy(
        "cases_assignment", span_like, **begun
    )


_FILING = {
    "state": "'proposed'",
    "decided_by_id": "NULL",
    "decided_at": "NULL",
    "proposed_at": "now()",
}
_REFUSAL = {
    "kind": "'refusal'",
    "basis": "'条例第七条'",
    "other_way": "'可以先向公证处申请公证'",
    "remedies": "'六十日内可以申请行政复议'",
    "filing_id": "%(filing_approved)s",
}

SPANS = (
    a(
        "one_open_span_per_case",
        "a second clerk answers for the same case",
        _copy(
            "cases_assignment",
            "asked_span",
            id="900",
            ordinal="2",
            basis="'referral'",
            previous_id="%(asked_span)s",
            referral_id="%(offer)s",
        )
        + _tell("asked"),
        then="open_span_is_the_span_of_its_case",
    ),
    a(
        "open_span_is_the_span_of_its_case",
        "a span goes on after the case was closed",
        "UPDATE cases_case SET state = 'closed', current_span = NULL,"
        " closed_at = now(), close_rule = 'no_contact', final_answer_id = 900,"
        " due_on = NULL WHERE id = %(asked)s;" + _answer("asked") + _tell("asked"),
    ),
    a(
        "case_held_by_its_open_span",
        "nobody answers for an open case: its span ends and none begins",
        "UPDATE cases_assignment SET until = now() WHERE id = %(asked_span)s;"
        + _tell("asked"),
    ),
    a(
        "case_held_by_its_open_span",
        "the case names another holder than its span",
        _update("cases_case", "asked", "holder_id = %(li)s", "asked"),
    ),
    a(
        "case_held_by_its_open_span",
        "the case names another window than its span",
        _update("cases_case", "asked", "window_id = %(tax)s", "asked"),
    ),
    a(
        "case_held_by_its_open_span",
        "the case points at the span of another case",
        "UPDATE cases_assignment SET until = now() WHERE id = %(moved_span)s;"
        "UPDATE cases_case SET current_span = 900 WHERE id = %(moved)s;"
        + _tell("moved"),
    ),
    a(
        "case_closed_exactly_when_nobody_holds_it",
        "an open case points at no span (the NULL variant)",
        _update("cases_case", "asked", "current_span = NULL", "asked"),
        then="open_span_is_the_span_of_its_case",
    ),
    a(
        "cases_case_current_span_key",
        "two cases are held by one span",
        "UPDATE cases_case SET current_span = %(asked_span)s WHERE id = %(moved)s;"
        + _tell("moved"),
        then="open_span_is_the_span_of_its_case",
    ),
    a(
        "span_ordinal_once_per_case",
        "a span is counted twice",
        _copy("cases_assignment", "asked_span", id="900", until="now()")
        + _tell("asked"),
        then="act_dated_by_its_event",
    ),
    a(
        "act_dated_by_its_event",
        "a gap: the next span begins a minute after the last one ended",
        _accept()
        + _span("offered", referral_id="%(offer)s").replace(
            "until = now()", "until = now() - interval '1 minute'"
        )
        + _tell("offered"),
        then="span_joins_the_one_before",
    ),
    a(
        "act_dated_by_its_event",
        "an overlap: the next span begins before the last one ended",
        _accept()
        + _span("offered", referral_id="%(offer)s").replace(
            "until = now()", "until = now() + interval '1 minute'"
        )
        + _tell("offered"),
        then="span_joins_the_one_before",
    ),
    a(
        "span_joins_the_one_before",
        "a span joins the span of another case",
        _accept()
        + _span("offered", referral_id="%(offer)s", previous_id="%(closed_span)s")
        + _tell("offered"),
        then="span_follows_the_one_that_offered",
    ),
    a(
        "span_joins_the_one_before",
        "a hole in the count of spans",
        _accept()
        + _span("offered", referral_id="%(offer)s", ordinal="3")
        + _tell("offered"),
    ),
    a(
        "cases_assignment_previous_id_key",
        "two spans follow the same one",
        _copy("cases_assignment", "moved_span", id="900", ordinal="3", until="now()")
        + _tell("moved"),
        then="cases_assignment_referral_id_key",
    ),
    a(
        "cases_assignment_referral_id_key",
        "one accepted offer moves the case twice",
        _span(
            "moved",
            referral_id="(SELECT referral_id FROM cases_assignment"
            " WHERE id = %(moved_span)s)",
        )
        + _tell("moved"),
        then="span_rests_on_its_referral",
    ),
    a(
        "cases_assignment_appointment_id_key",
        "one appointment names somebody twice",
        _span(
            "reopened",
            basis="'reopening'",
            appointment_id="%(appointment)s",
        )
        + _tell("reopened"),
        then="span_rests_on_its_appointment",
    ),
    a(
        "first_span_of_the_first_responder",
        "somebody else than the first asked gets the first span",
        _open(
            case={"holder_id": "%(li)s", "window_id": "%(registry)s"},
            span={"clerk_id": "%(li)s", "window_id": "%(registry)s"},
        )
        + "SELECT pg_temp.tell(901);",
    ),
    a(
        "first_span_of_the_first_responder",
        "the first span begins before the case was opened",
        _open(span={"since": "now() - interval '1 hour'"})
        + "SELECT pg_temp.tell(901);",
        then="act_dated_by_its_event",
    ),
    a(
        "span_ends_after_it_starts",
        "a span ends before it began",
        "UPDATE cases_assignment SET until = since - interval '1 second'"
        " WHERE id = %(asked_span)s;" + _tell("asked"),
        then="case_held_by_its_open_span",
    ),
    a(
        "span_rests_on_something",
        "a case is taken without any offer",
        _span("asked") + _tell("asked"),
    ),
    a(
        "span_rests_on_something",
        "a case is taken with an offer and an appointment at once",
        _accept()
        + _span("offered", referral_id="%(offer)s", appointment_id="%(appointment)s")
        + _tell("offered"),
        then="cases_assignment_appointment_id_key",
    ),
    a(
        "span_rests_on_something",
        "a later span calls itself the first",
        _span("asked", basis="'first'") + _tell("asked"),
    ),
    a(
        "span_rests_on_something",
        "a span rests on a basis that nobody knows",
        _span("asked", basis="'stolen'") + _tell("asked"),
    ),
    a(
        "span_rests_on_something",
        "a later span follows none (the NULL variant)",
        _accept()
        + _span("offered", referral_id="%(offer)s", previous_id="NULL")
        + _tell("offered"),
    ),
    a(
        NOT_NULL,
        "a span rests on NULL",
        _span("asked", basis="NULL") + _tell("asked"),
    ),
    a(
        "pending_referral_from_the_open_span",
        "a case is taken with an offer that is still pending",
        _span("offered", referral_id="%(offer)s") + _tell("offered"),
        then="span_rests_on_its_referral",
    ),
    a(
        "span_rests_on_its_referral",
        "a case is taken with an offer that was withdrawn",
        _accept("%(wang)s", state="'withdrawn'")
        + _span("offered", referral_id="%(offer)s")
        + _tell("offered"),
    ),
    a(
        "span_rests_on_its_referral",
        "a case is taken with an offer of another case",
        _accept()
        + _span("asked", referral_id="%(offer)s")
        + _tell("asked")
        + _tell("offered"),
        then="span_follows_the_one_that_offered",
    ),
    a(
        "span_rests_on_its_referral",
        "another clerk than the one who accepted answers for it",
        _accept()
        + _span("offered", referral_id="%(offer)s", clerk_id="%(ma)s")
        + _tell("offered"),
    ),
    a(
        "span_rests_on_its_referral",
        "the case goes to another window than it was offered at",
        _accept()
        + _span("offered", referral_id="%(offer)s", window_id="%(tax)s")
        + _tell("offered"),
    ),
    a(
        "cases_assignment_appointment_id_key",
        "a case is taken with an appointment of another case",
        _span("asked", basis="'reopening'", appointment_id="%(appointment)s")
        + _tell("asked"),
        then="span_rests_on_its_appointment",
    ),
    a(
        "span_rests_on_its_appointment",
        "a substitute is somebody else than the supervisor named",
        _copy(
            "cases_appointment",
            "appointment",
            id="900",
            kind="'substitution'",
            case_id="%(asked)s",
            clerk_id="%(ma)s",
            instead_of_id="%(wang)s",
            at="now()",
        )
        + _span("asked", basis="'substitution'", appointment_id="900")
        + _tell("asked"),
    ),
    a(
        "span_rests_on_its_appointment",
        "a substitution is booked as a reopening",
        _copy(
            "cases_appointment",
            "appointment",
            id="900",
            kind="'substitution'",
            case_id="%(asked)s",
            clerk_id="%(li)s",
            instead_of_id="%(wang)s",
            at="now()",
        )
        + _span("asked", basis="'reopening'", appointment_id="900")
        + _tell("asked"),
    ),
    a(
        "span_follows_the_one_that_offered",
        "an offer written as made by an earlier holder moves the case",
        _refer(
            "moved",
            id="900",
            from_span_id="%(moved_first_span)s",
            from_clerk_id="%(wang)s",
            state="'accepted'",
            settled_at="now()",
            settled_by_id="%(ma)s",
            to_clerk_id="%(ma)s",
            to_window_id="%(tax)s",
        )
        + _span("moved", referral_id="900", clerk_id="%(ma)s", window_id="%(tax)s")
        + _tell("moved"),
    ),
    a(
        "cases_assignment_settled_once",
        "a span that ended is stretched",
        _update("cases_assignment", "moved_first_span", "until = now()", "moved"),
        then="span_joins_the_one_before",
    ),
    a(
        "cases_assignment_settled_once",
        "an open span changes hands in place",
        _update("cases_assignment", "asked_span", "clerk_id = %(li)s", "asked"),
        then="case_held_by_its_open_span",
    ),
    a(
        "cases_assignment_settled_once",
        "a span is made to begin earlier",
        _update(
            "cases_assignment",
            "asked_span",
            "since = since - interval '1 day'",
            "asked",
        ),
        then="first_span_of_the_first_responder",
    ),
    a(
        "cases_assignment_never_deleted",
        "a span is deleted",
        "DELETE FROM cases_assignment WHERE id = %(moved_first_span)s;"
        + _tell("moved"),
        app=DENIED,
        then="cases_assignment_previous_id_135d1e2d_fk_cases_assignment_id",
        trigger="cases_assignment.never_deleted",
    ),
    a(
        "cases_assignment_never_deleted",
        "all spans are deleted at once",
        "TRUNCATE cases_assignment CASCADE;",
        app=DENIED,
        then="cases_case_never_deleted",
        trigger="cases_assignment.no_truncate",
    ),
)

REFERRALS = (
    a(
        "one_pending_referral_per_case",
        "a case is offered twice at once",
        _refer("offered", to_clerk_id="%(ma)s", to_window_id="%(tax)s")
        + _tell("offered"),
    ),
    a(
        "referral_not_to_oneself",
        "a clerk offers a case to himself",
        _refer("asked", to_clerk_id="%(wang)s") + _tell("asked"),
    ),
    a(
        NOT_NULL,
        "a case is offered to NULL",
        _refer("asked", to_clerk_id="NULL") + _tell("asked"),
    ),
    a(
        "referral_state_is_known",
        "an offer stands in a state that nobody knows",
        _refer("asked", state="'lost'", settled_at="now()", settled_by_id="%(li)s")
        + _tell("asked"),
    ),
    a(
        NOT_NULL,
        "an offer stands in no state",
        _refer("asked", state="NULL") + _tell("asked"),
    ),
    a(
        "referral_has_a_reason",
        "a case is offered without a reason",
        _refer("asked", reason="E' \\t　'") + _tell("asked"),
    ),
    *(
        a(
            "referral_has_a_reason",
            f"a case is offered because of {words}",
            _refer("asked", reason=reason) + _tell("asked"),
        )
        for words, reason in (
            ("one letter", "'x'"),
            ("a letter said ten times", "'户户户户户户户户户户'"),
        )
    ),
    a(
        "referral_settled_exactly_when_not_pending",
        "an offer is accepted by nobody (the NULL variant)",
        _accept("NULL") + _tell("offered"),
        then="accepted_referral_moves_the_case",
    ),
    a(
        "referral_settled_exactly_when_not_pending",
        "an offer is accepted at no time (the NULL variant)",
        _accept(settled_at="NULL") + _tell("offered"),
        then="accepted_referral_moves_the_case",
    ),
    a(
        "referral_settled_exactly_when_not_pending",
        "a pending offer carries a name as if it were settled",
        _update("cases_referral", "offer", "settled_by_id = %(li)s", "offered"),
    ),
    a(
        "referral_settled_after_it_was_offered",
        "an offer is accepted before it was made",
        _accept(settled_at="offered_at - interval '1 second'") + _tell("offered"),
        then="accepted_referral_moves_the_case",
    ),
    a(
        "referral_accepted_by_its_receiver",
        "somebody accepts for somebody else",
        _accept("%(ma)s")
        + _span("offered", referral_id="%(offer)s", clerk_id="%(ma)s")
        + _tell("offered"),
    ),
    a(
        "referral_not_accepted_by_its_sender",
        "the sender accepts his own offer as a stand-in",
        _accept("%(wang)s", stand_in_posting_id="%(wang_posting)s")
        + _span("offered", referral_id="%(offer)s", clerk_id="%(wang)s")
        + _tell("offered"),
        then="stand_in_is_posted_at_the_window",
    ),
    a(
        "stand_in_is_posted_at_the_window",
        "a stand-in is posted at another window",
        _accept("%(ma)s", stand_in_posting_id="%(ma_posting)s")
        + _span("offered", referral_id="%(offer)s", clerk_id="%(ma)s")
        + _tell("offered"),
    ),
    a(
        "stand_in_is_posted_at_the_window",
        "a stand-in uses the posting of a colleague",
        _accept("%(ma)s", stand_in_posting_id="%(zhao_posting)s")
        + _span("offered", referral_id="%(offer)s", clerk_id="%(ma)s")
        + _tell("offered"),
    ),
    a(
        "referral_declined_with_reason_and_addressee",
        "an offer is declined without a reason",
        _accept(state="'declined'", sent_up="true") + _tell("offered"),
    ),
    a(
        "referral_declined_with_reason_and_addressee",
        "an offer is declined with one letter",
        _accept(state="'declined'", sent_up="true", settle_reason="'x'")
        + _tell("offered"),
    ),
    a(
        "referral_declined_with_reason_and_addressee",
        "an offer is declined without a better addressee",
        _accept(state="'declined'", settle_reason="'not mine'") + _tell("offered"),
    ),
    a(
        NOT_NULL,
        "an offer is declined, sent up or not being NULL",
        _accept(state="'declined'", settle_reason="'x'", sent_up="NULL")
        + _tell("offered"),
    ),
    a(
        "referral_from_a_span_of_its_case",
        "a case is offered out of the span of another case",
        _refer(
            "asked",
            state="'withdrawn'",
            from_span_id="%(ma_span)s",
            settled_at="now()",
            settled_by_id="%(wang)s",
        )
        + _tell("asked"),
    ),
    a(
        "referral_from_a_span_of_its_case",
        "a case is offered in the name of somebody who does not hold it",
        _refer("asked", from_clerk_id="%(ma)s") + _tell("asked"),
    ),
    a(
        "pending_referral_from_the_open_span",
        "an offer is made out of a span that has ended",
        _refer("moved", from_span_id="%(moved_first_span)s", from_clerk_id="%(wang)s")
        + _tell("moved"),
    ),
    a(
        "pending_referral_from_the_open_span",
        "an offer is left pending when the case ends",
        _answer("offered") + _end("offered") + _tell("offered"),
    ),
    a(
        "accepted_referral_moves_the_case",
        "an offer is accepted and nothing moves",
        _accept() + _tell("offered"),
    ),
    a(
        "cases_referral_settled_once",
        "a declined offer is accepted after all",
        _update(
            "cases_referral",
            "declined_offer",
            "state = 'accepted', settled_by_id = to_clerk_id, settled_at = now()",
            "limbo",
        ),
        then="accepted_referral_moves_the_case",
    ),
    a(
        "cases_referral_settled_once",
        "a pending offer is turned to another clerk",
        _update("cases_referral", "offer", "to_clerk_id = %(ma)s", "offered"),
    ),
    a(
        "cases_referral_never_deleted",
        "an offer is deleted",
        "DELETE FROM cases_referral WHERE id = %(declined_offer)s;" + _tell("limbo"),
        app=DENIED,
        trigger="cases_referral.never_deleted",
    ),
    a(
        "cases_appointment_append_only",
        "an appointment is given to somebody else",
        _update("cases_appointment", "appointment", "clerk_id = %(ma)s", "reopened"),
        app=DENIED,
        then="span_rests_on_its_appointment",
        trigger="cases_appointment.append_only",
    ),
    a(
        "appointment_never_the_same_person",
        "the one complained of is named again",
        _copy(
            "cases_appointment",
            "appointment",
            id="900",
            kind="'substitution'",
            case_id="%(asked)s",
            clerk_id="%(wang)s",
            instead_of_id="%(wang)s",
            at="now()",
        )
        + _span(
            "asked",
            basis="'substitution'",
            appointment_id="900",
            clerk_id="%(wang)s",
            window_id="%(reception)s",
        )
        + _tell("asked"),
    ),
    a(
        "appointment_replaces_the_holder",
        "the one complained of is named again, instead of a bystander",
        _copy(
            "cases_appointment",
            "appointment",
            id="900",
            kind="'substitution'",
            case_id="%(asked)s",
            clerk_id="%(wang)s",
            instead_of_id="%(ma)s",
            at="now()",
        )
        + _span(
            "asked",
            basis="'substitution'",
            appointment_id="900",
            clerk_id="%(wang)s",
            window_id="%(reception)s",
        )
        + _tell("asked"),
    ),
    a(
        "appointment_has_a_reason",
        "somebody is named without a reason",
        _copy("cases_appointment", "appointment", id="900", reason="' '", at="now()")
        + _tell("reopened"),
        then="appointment_replaces_the_holder",
    ),
    a(
        "appointment_kind_is_known",
        "somebody is named for a reason that nobody knows",
        _copy("cases_appointment", "appointment", id="900", kind="'gift'", at="now()")
        + _tell("reopened"),
        then="appointment_replaces_the_holder",
    ),
    a(
        "appointment_by_a_supervisor",
        "a clerk names somebody accountable",
        _copy(
            "cases_appointment",
            "appointment",
            id="900",
            kind="'substitution'",
            case_id="%(asked)s",
            clerk_id="%(li)s",
            instead_of_id="%(wang)s",
            named_by_id="%(ma)s",
            at="now()",
        )
        + _span("asked", basis="'substitution'", appointment_id="900")
        + _tell("asked"),
    ),
    a(
        "appointment_by_a_supervisor",
        "a supervisor who has left names somebody accountable",
        "UPDATE windows_clerk SET is_active = false WHERE id = %(chen)s;"
        + _copy(
            "cases_appointment",
            "appointment",
            id="900",
            kind="'substitution'",
            case_id="%(asked)s",
            clerk_id="%(li)s",
            instead_of_id="%(wang)s",
            at="now()",
        )
        + _span("asked", basis="'substitution'", appointment_id="900")
        + _tell("asked"),
    ),
)

ENDS = (
    a(
        "case_ends_only_with_an_answer",
        "a case is answered without an answer (the NULL variant)",
        _update("cases_case", "asked", "state = 'answered'", "asked"),
    ),
    a(
        "case_ends_only_with_an_answer",
        "a case is closed without an answer (the NULL variant)",
        _end("asked", answer="NULL") + _tell("asked"),
    ),
    a(
        "case_ends_only_with_an_answer",
        "a case in work carries a final answer",
        _answer("asked")
        + _update("cases_case", "asked", "final_answer_id = 900", "asked"),
    ),
    a(
        "final_answer_is_of_this_case",
        "a case ends with the answer of another case",
        _answer("moved") + _end("asked") + _tell("asked") + _tell("moved"),
    ),
    a(
        "case_ends_with_a_new_answer",
        "a case ends with an answer that does not exist",
        _end("asked") + _tell("asked"),
        then="final_answer_is_of_this_case",
    ),
    a(
        "case_ends_with_a_new_answer",
        "a reopened case ends with what was told before",
        _update(
            "cases_case",
            "reopened",
            "state = 'answered', final_answer_id = %(old_answer)s",
            "reopened",
        ),
    ),
    a(
        "case_reopened_by_an_appointment",
        "an answered case is put back to work by hand",
        _update(
            "cases_case",
            "answered",
            "state = 'asked', final_answer_id = NULL",
            "answered",
        ),
    ),
    a(
        "case_closed_by_a_rule",
        "a case is closed by a rule that nobody knows",
        _answer("asked") + _end("asked", rule="tired") + _tell("asked"),
    ),
    a(
        NOT_NULL,
        "a case is closed by NULL",
        _answer("asked")
        + _end("asked").replace("'no_contact'", "NULL")
        + _tell("asked"),
    ),
    a(
        "case_closed_by_a_rule",
        "a case is closed at no time (the NULL variant)",
        _answer("asked")
        + _end("asked").replace("closed_at = now()", "closed_at = NULL")
        + _tell("asked"),
    ),
    a(
        "case_closed_by_a_rule",
        "an open case carries a time of closing",
        _update("cases_case", "asked", "closed_at = now()", "asked"),
    ),
    a(
        "case_with_a_contact_is_called_back",
        "a case with a telephone is closed without a call",
        _end("answered", answer="final_answer_id") + _tell("answered"),
    ),
    a(
        "case_contact_is_not_forgotten",
        "the telephone is forgotten, then the case closed without a call",
        "UPDATE cases_case SET has_contact = false WHERE id = %(answered)s;"
        + _end("answered", answer="final_answer_id")
        + _tell("answered"),
    ),
    a(
        NOT_NULL,
        "whether there is a telephone is NULL",
        _update("cases_case", "asked", "has_contact = NULL", "asked"),
    ),
    a(
        "case_closed_after_its_call_back",
        "a case is closed as called back when nobody called",
        _end("answered", answer="final_answer_id", rule="called_back")
        + _tell("answered"),
    ),
    a(
        "case_closed_after_its_call_back",
        "the call that reopened the case closes it the next time",
        _end("answered_again", answer="final_answer_id", rule="called_back")
        + _tell("answered_again"),
    ),
    a(
        "case_closed_as_withdrawn_by_the_applicant",
        "a case is closed as withdrawn by somebody who did not withdraw",
        _answer("asked") + _end("asked", rule="withdrawn") + _tell("asked"),
    ),
    a(
        "closed_case_stays_closed",
        "a closed case is opened again",
        _update(
            "cases_case",
            "closed",
            "state = 'asked', closed_at = NULL, close_rule = '', due_on = now(),"
            " final_answer_id = NULL, current_span = %(closed_span)s",
            "closed",
        ),
        then="case_reopened_by_an_appointment",
    ),
    a(
        "closed_case_stays_closed",
        "the promise of a closed case is moved",
        _update("cases_case", "closed", "promised_due = '2020-01-01'", "closed"),
    ),
    a(
        "closed_case_stays_closed",
        "the rule that closed a case is changed",
        _update("cases_case", "closed", "close_rule = 'withdrawn'", "closed"),
    ),
    a(
        "answer_has_a_real_text",
        "an answer of seven characters",
        _answer("asked", text="'请到二楼办理好'") + _tell("asked"),
    ),
    a(
        "answer_has_a_real_text",
        "an answer of signs and digits",
        _answer("asked", text="'12345678，。！？（）——……'") + _tell("asked"),
    ),
    a(
        "answer_has_a_real_text",
        "an answer of the same letters again and again",
        _answer("asked", text="'不行不行不行不行不行不行'") + _tell("asked"),
    ),
    a(NOT_NULL, "an answer of NULL", _answer("asked", text="NULL") + _tell("asked")),
    a(
        "answer_kind_is_known",
        "an answer of a kind that nobody knows",
        _answer("asked", kind="'no'") + _tell("asked"),
    ),
    a(
        NOT_NULL,
        "an answer of no kind",
        _answer("asked", kind="NULL") + _tell("asked"),
    ),
    a(
        "answer_withdrawal_is_signed",
        "the applicant withdraws without a signature",
        _answer("asked", kind="'withdrawn'") + _tell("asked"),
    ),
    a(
        NOT_NULL,
        "the applicant withdraws, signed or not being NULL",
        _answer("asked", kind="'withdrawn'", is_signed="NULL") + _tell("asked"),
    ),
    *(
        a(
            "answer_refusal_is_complete",
            f"a refusal without {words}",
            _answer("approved", **{**_REFUSAL, column: value}) + _tell("approved"),
        )
        for column, words, value in (
            ("basis", "its legal basis", "' '"),
            ("basis", "a legal basis of more than a letter", "'法'"),
            ("other_way", "another way", "E'\\n'"),
            ("other_way", "another way of more than a word", "'公证'"),
            ("remedies", "the remedies", "'　'"),
            ("remedies", "remedies of more than a word", "'复议'"),
            ("filing_id", "a filing (the NULL variant)", "NULL"),
        )
    ),
    a(
        NOT_NULL,
        "a refusal whose remedies are NULL",
        _answer("approved", **{**_REFUSAL, "remedies": "NULL"}) + _tell("approved"),
    ),
    a(
        "answer_filing_only_for_a_refusal",
        "a filing is used up by something that is no refusal",
        _answer("approved", filing_id="%(filing_approved)s") + _tell("approved"),
    ),
    a(
        "refusal_rests_on_an_approved_filing",
        "a refusal is told before the filing is decided",
        _answer("proposed", **{**_REFUSAL, "filing_id": "%(filing_proposed)s"})
        + _tell("proposed"),
    ),
    a(
        "refusal_rests_on_an_approved_filing",
        "a refusal rests on the filing of another case",
        _answer("asked", **_REFUSAL) + _tell("asked") + _tell("approved"),
    ),
    a(
        "refusal_rests_on_an_approved_filing",
        "a filing is dropped after its refusal was told",
        _update("cases_negativefiling", "filing_told", "state = 'dropped'", "refused"),
    ),
    a(
        "cases_answer_filing_id_key",
        "one approval is told as two refusals",
        _answer("refused", **{**_REFUSAL, "filing_id": "%(filing_told)s"})
        + _tell("refused"),
    ),
    a(
        "filing_decided_by_another_person",
        "the one who proposed a negative approves it",
        _copy(
            "cases_negativefiling",
            "filing_proposed",
            id="900",
            **{
                **_FILING,
                "case_id": "%(asked)s",
                "proposed_by_id": "%(chen)s",
                "state": "'approved'",
                "decided_by_id": "%(chen)s",
                "decided_at": "now()",
            },
        )
        + _tell("asked"),
    ),
    a(
        "filing_decided_by_a_supervisor",
        "a clerk approves a negative",
        _update(
            "cases_negativefiling",
            "filing_proposed",
            "state = 'approved', decided_by_id = %(ma)s, decided_at = now()",
            "proposed",
        ),
    ),
    a(
        "filing_decided_by_a_supervisor",
        "a supervisor who has left approves a negative",
        "UPDATE windows_clerk SET is_active = false WHERE id = %(deng)s;"
        + _update(
            "cases_negativefiling",
            "filing_proposed",
            "state = 'approved', decided_by_id = %(deng)s, decided_at = now()",
            "proposed",
        ),
    ),
    a(
        "filing_decided_exactly_when_not_proposed",
        "a negative is approved by nobody (the NULL variant)",
        _update(
            "cases_negativefiling",
            "filing_proposed",
            "state = 'approved', decided_at = now()",
            "proposed",
        ),
    ),
    a(
        "filing_decided_exactly_when_not_proposed",
        "a negative is approved at no time (the NULL variant)",
        _update(
            "cases_negativefiling",
            "filing_proposed",
            "state = 'approved', decided_by_id = %(chen)s",
            "proposed",
        ),
    ),
    a(
        "filing_decided_exactly_when_not_proposed",
        "a proposed negative carries a decision",
        _update(
            "cases_negativefiling",
            "filing_proposed",
            "decided_by_id = %(chen)s, decided_at = now()",
            "proposed",
        ),
    ),
    a(
        "filing_overruled_with_a_reason",
        "a negative is overruled without a reason",
        _update(
            "cases_negativefiling",
            "filing_proposed",
            "state = 'overruled', decided_by_id = %(chen)s, decided_at = now()",
            "proposed",
        ),
    ),
    a(
        NOT_NULL,
        "a negative is overruled, the reason being NULL",
        _update(
            "cases_negativefiling",
            "filing_proposed",
            "state = 'overruled', decided_by_id = %(chen)s, decided_at = now(),"
            " decision_reason = NULL",
            "proposed",
        ),
    ),
    *(
        a(
            "filing_is_complete",
            f"a negative is proposed without {words}, but {text}",
            _copy(
                "cases_negativefiling",
                "filing_proposed",
                id="900",
                **{**_FILING, "case_id": "%(asked)s", column: text},
            )
            + _tell("asked"),
        )
        for column, words in (
            ("reason", "a reason"),
            ("basis", "a basis"),
            ("made_possible_by", "what would make it possible"),
            ("other_way", "another way"),
            ("remedies", "remedies"),
        )
        for text in ("' '", "'无'", "'无无无无无无无无无无'")
    ),
    a(
        NOT_NULL,
        "a negative is proposed on the basis NULL",
        _copy(
            "cases_negativefiling",
            "filing_proposed",
            id="900",
            **{**_FILING, "case_id": "%(asked)s", "basis": "NULL"},
        )
        + _tell("asked"),
    ),
    a(
        "filing_decided_exactly_when_not_proposed",
        "a negative stands in a state that nobody knows",
        _update(
            "cases_negativefiling", "filing_proposed", "state = 'maybe'", "proposed"
        ),
        then="filing_state_is_known",
    ),
    a(
        "filing_content_never_changes",
        "an approved negative gets another reason",
        _update(
            "cases_negativefiling",
            "filing_approved",
            "reason = '不符合第九条规定的条件'",
            "approved",
        ),
        then="filing_decided_once",
    ),
    a(
        "filing_content_never_changes",
        "a proposed negative is moved to another case",
        _update(
            "cases_negativefiling", "filing_proposed", "case_id = %(asked)s", "proposed"
        )
        + _tell("asked"),
    ),
    a(
        "filing_decided_once",
        "an overruled negative is approved after all",
        _update(
            "cases_negativefiling",
            "filing_overruled",
            "state = 'approved'",
            "overruled",
        ),
    ),
    a(
        "filing_decided_once",
        "another supervisor's name is put under an approval",
        _update(
            "cases_negativefiling",
            "filing_approved",
            "decided_by_id = %(deng)s",
            "approved",
        ),
    ),
    a(
        "one_proposed_negative_per_case",
        "a case has two negatives to decide",
        _copy("cases_negativefiling", "filing_proposed", id="900", **_FILING)
        + _tell("proposed"),
    ),
    a(
        "cases_negativefiling_never_deleted",
        "a negative is deleted",
        "DELETE FROM cases_negativefiling WHERE id = %(filing_overruled)s;"
        + _tell("overruled"),
        app=DENIED,
        trigger="cases_negativefiling.never_deleted",
    ),
    a(
        "follow_up_outcome_is_known",
        "a call ends in a way that nobody knows",
        "INSERT INTO cases_followup (case_id, by_id, at, outcome, remark) VALUES"
        " (%(answered)s, %(chen)s, now(), 'shouted', '');" + _tell("answered"),
    ),
    a(
        "follow_up_not_by_a_handler",
        "the first clerk calls back himself",
        "INSERT INTO cases_followup (case_id, by_id, at, outcome, remark) VALUES"
        " (%(answered)s, %(wang)s, now(), 'satisfied', '');" + _tell("answered"),
    ),
    a(
        "follow_up_not_by_a_handler",
        "an earlier holder calls back, behind a table of his own named like ours",
        "CREATE TEMP TABLE cases_assignment (case_id bigint, clerk_id bigint);"
        "INSERT INTO cases_followup (case_id, by_id, at, outcome, remark) VALUES"
        " (%(answered)s, %(wang)s, now(), 'satisfied', '');" + _tell("answered"),
    ),
    a(
        "follow_up_not_by_a_handler",
        "the supervisor who approved the refusal asks how it was liked",
        "INSERT INTO cases_followup (case_id, by_id, at, outcome, remark) VALUES"
        " (%(told)s, %(chen)s, now(), 'satisfied', '');" + _tell("told"),
    ),
    a(
        "cases_followup_append_only",
        "how a call ended is changed",
        _update("cases_followup", "call", "outcome = 'satisfied'", "reopened"),
        app=DENIED,
        trigger="cases_followup.append_only",
    ),
)

CASES = (
    *(
        a(
            "case_origin_never_changes",
            f"the {words} of a case is changed",
            _update("cases_case", "asked", f"{column} = {value}", "asked"),
            then=then,
        )
        for column, words, value, then in (
            (
                "first_responder_id",
                "first responder",
                "%(li)s",
                "first_span_of_the_first_responder",
            ),
            (
                "opened_at",
                "opening time",
                "opened_at - interval '1 day'",
                "first_span_of_the_first_responder",
            ),
            ("first_window_id", "first window", "%(tax)s", ""),
            ("channel", "channel", "'web'", ""),
            ("hall_id", "hall", "%(other_hall)s", ""),
        )
    ),
    a(
        "case_origin_never_changes",
        "the number of a case is changed",
        "UPDATE cases_case SET id = 901 WHERE id = %(asked)s;SELECT pg_temp.tell(901);",
        then="cases_assignment_case_id_b0be0e7a_fk_cases_case_id",
    ),
    a(
        "case_state_is_known",
        "a case stands in a state that nobody knows",
        _update("cases_case", "asked", "state = 'refused'", "asked"),
    ),
    a(
        NOT_NULL,
        "a case stands in no state",
        _update("cases_case", "asked", "state = NULL", "asked"),
    ),
    a(
        "case_channel_is_known",
        "a case came by a channel that nobody knows",
        _open(case={"channel": "'rumour'"}) + "SELECT pg_temp.tell(901);",
    ),
    a(
        "case_accepted_has_its_date",
        "a case is accepted on no day (the NULL variant)",
        _update(
            "cases_case", "asked", "state = 'accepted', item_id = %(item)s", "asked"
        ),
    ),
    a(
        "case_accepted_has_its_date",
        "a case is accepted for no item (the NULL variant)",
        _update(
            "cases_case", "asked", "state = 'accepted', accepted_on = now()", "asked"
        ),
        then="case_accepted_as_its_slip_says",
    ),
    a(
        "case_open_has_a_due_date",
        "nothing is due any more in an open case (the NULL variant)",
        _update("cases_case", "asked", "due_on = NULL", "asked"),
    ),
    a(
        "case_promise_within_statutory_date",
        "a promise is later than the law allows",
        _update(
            "cases_case", "accepted", "promised_due = statutory_due + 1", "accepted"
        ),
    ),
    a(
        "item_promise_within_statutory_limit",
        "an item promises more days than the law allows",
        "UPDATE windows_serviceitem SET promised_days = statutory_days + 1"
        " WHERE id = %(item)s;",
    ),
    a(
        "case_begins_asked",
        "a case begins as accepted",
        _open(
            like="accepted",
            span_like="accepted_span",
            span={
                "ordinal": "1",
                "basis": "'first'",
                "previous_id": "NULL",
                "referral_id": "NULL",
                "clerk_id": "%(wang)s",
                "window_id": "%(registry)s",
            },
        )
        + "UPDATE cases_case SET holder_id = %(wang)s WHERE id = 901;"
        "SELECT pg_temp.tell(901);",
    ),
    a(
        "case_head_written_by_events_only",
        "the head of a history is set back",
        "UPDATE cases_case SET head_seq = head_seq - 1 WHERE id = %(moved)s;",
        then="no_act_without_its_event",
    ),
    a(
        "case_head_written_by_events_only",
        "a change is passed off as recorded",
        "UPDATE cases_case SET head_transaction = pg_current_xact_id()::text::bigint"
        " WHERE id = %(asked)s;",
    ),
    a(
        "case_head_written_by_events_only",
        "the head of a history is rewritten inside a trigger of one's own",
        "CREATE TEMP TABLE mine (x int);"
        "CREATE FUNCTION pg_temp.mine() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " UPDATE public.cases_case SET head_transaction ="
        " pg_current_xact_id()::text::bigint; RETURN NULL; END $$;"
        "CREATE TRIGGER mine AFTER INSERT ON mine FOR EACH ROW"
        " EXECUTE FUNCTION pg_temp.mine();"
        "INSERT INTO mine VALUES (1);",
    ),
    a(
        "case_head_written_by_events_only",
        "a case begins with a history from elsewhere",
        _open(case={"head_seq": "1"}) + "SELECT pg_temp.tell(901);",
    ),
    a(
        "cases_case_never_deleted",
        "a case is deleted with all that hangs on it",
        "DELETE FROM cases_case WHERE id = %(asked)s;",
        app=DENIED,
        then="cases_assignment_case_id_b0be0e7a_fk_cases_case_id",
        trigger="cases_case.never_deleted",
    ),
    a(
        "cases_case_never_deleted",
        "all cases are deleted at once",
        "TRUNCATE cases_case CASCADE;",
        app=DENIED,
        then="cases_answer_append_only",
        trigger="cases_case.no_truncate",
    ),
    a(
        "windows_clerk_never_deleted",
        "a clerk is deleted",
        "DELETE FROM windows_clerk WHERE id = %(qian)s;",
        app=DENIED,
        trigger="windows_clerk.never_deleted",
    ),
    a(
        "windows_signin_append_only",
        "a refused sign-in is made a good one",
        "INSERT INTO windows_signin (clerk_id, at, terminal, outcome)"
        " VALUES (%(qian)s, now(), '', 'refused');"
        "UPDATE windows_signin SET outcome = 'signed_in';",
        app=DENIED,
        trigger="windows_signin.append_only",
    ),
    a(
        "windows_historicalclerk_append_only",
        "a change of a clerk is nobody's any more",
        "UPDATE windows_historicalclerk SET history_user_id = NULL;",
        app=DENIED,
        trigger="windows_historicalclerk.append_only",
    ),
    a(
        "case_material_position_once",
        "a paper stands twice on the list",
        _copy(
            "cases_casematerial",
            "material",
            id="900",
            received_at="NULL",
            received_by_id="NULL",
        )
        + _tell("waiting"),
    ),
    a(
        "case_material_received_by_somebody",
        "a paper was received by nobody (the NULL variant)",
        _update(
            "cases_casematerial", "material_missing", "received_at = now()", "waiting"
        ),
    ),
    a(
        "cases_casematerial_never_deleted",
        "a paper is taken off the list",
        "DELETE FROM cases_casematerial WHERE id = %(material)s;" + _tell("waiting"),
        app=DENIED,
        trigger="cases_casematerial.never_deleted",
    ),
    a(
        "deadline_not_before_its_start",
        "a date lies before the day it is counted from",
        _copy(
            "cases_deadline",
            "deadline",
            id="900",
            due_on="'2020-01-01'",
            set_at="now()",
        )
        + _tell("asked"),
    ),
    a(
        "cases_deadline_append_only",
        "a date is moved after the fact",
        _update("cases_deadline", "deadline", "due_on = due_on + 30", "asked"),
        app=DENIED,
        trigger="cases_deadline.append_only",
    ),
    a(
        "cases_words_never_deleted",
        "what the person said is deleted",
        "DELETE FROM cases_words WHERE case_id = %(asked)s;" + _tell("asked"),
        app=DENIED,
        trigger="cases_words.never_deleted",
    ),
    *(
        a(
            "agent_is_known",
            f"an agent is known by {known} alone",
            "INSERT INTO cases_applicant (case_id, kind, data_key, identity_kind,"
            f" agent_identity_kind, {part}) VALUES (%(asked)s, 'person', '\\x00', '',"
            " '', '\\x00');" + _tell("asked"),
        )
        for known, part in (
            ("name", "agent_name_sealed"),
            ("paper", "agent_identity_sealed"),
            ("telephone", "agent_telephone_sealed"),
        )
    ),
    *(
        a(
            "applicant_stays_as_written",
            f"the {part} of an applicant becomes another",
            f"UPDATE cases_applicant SET {part} = '\\x00'"
            " WHERE case_id = %(answered)s;" + _tell("answered"),
        )
        for part in ("name_sealed", "telephone_index")
    ),
    a(
        "applicant_stays_as_written",
        "a name becomes another one than was corrected",
        _correct_name("answered") + "UPDATE cases_applicant SET name_sealed = '\\x01'"
        " WHERE case_id = %(answered)s;" + _tell("answered"),
    ),
    a(
        "applicant_stays_as_written",
        "with a name that was corrected the telephone becomes another",
        _correct_name("answered")
        + "UPDATE cases_applicant SET name_sealed = '\\x00', telephone_sealed = '\\x00'"
        " WHERE case_id = %(answered)s;" + _tell("answered"),
    ),
    a(
        "name_corrected_for_a_reason",
        "a name is corrected without a reason",
        _correct_name("answered", reason="'。'") + _tell("answered"),
    ),
    a(
        "no_act_without_its_event",
        "without an event: a name is corrected",
        _correct_name("answered"),
        then="act_dated_by_its_event",
    ),
    a(
        "name_of_a_slip_corrected_by_a_supervisor",
        "a clerk corrects the name on an acceptance slip",
        _correct_name("accepted") + _tell("accepted"),
    ),
    a(
        "name_of_a_slip_corrected_for_its_paper",
        "the name on an acceptance slip is corrected for no paper",
        "UPDATE cases_applicant SET identity_sealed = NULL, identity_index = NULL"
        " WHERE case_id = %(accepted)s;"
        + _correct_name("accepted", by_id="%(chen)s")
        + _tell("accepted"),
    ),
    a(
        "cases_namecorrection_append_only",
        "all names of before are forgotten at once",
        "TRUNCATE cases_namecorrection;",
        app=DENIED,
        trigger="cases_namecorrection.no_truncate",
    ),
    a(
        "cases_namecorrection_append_only",
        "the name of before becomes another",
        _correct_name("answered")
        + "UPDATE cases_namecorrection SET was_sealed = '\\x00'"
        " WHERE case_id = %(answered)s;" + _tell("answered"),
        app=DENIED,
        trigger="cases_namecorrection.append_only",
    ),
    a(
        "cases_applicant_never_deleted",
        "all applicants are deleted at once",
        "TRUNCATE cases_applicant;",
        app=DENIED,
        trigger="cases_applicant.no_truncate",
    ),
    *(
        a(
            "direction_has_a_reason",
            f"the way is shown because of {words}",
            _copy(
                "cases_direction",
                "direction",
                id="900",
                case_id="%(asked)s",
                reason=reason,
                at="now()",
            )
            + _tell("asked"),
        )
        for words, reason in (("nothing", "' '"), ("one letter", "'x'"))
    ),
    a(
        "direction_has_a_destination",
        "the way is shown without an address",
        _copy(
            "cases_direction",
            "direction",
            id="900",
            case_id="%(asked)s",
            address="' '",
            at="now()",
        )
        + _tell("asked"),
    ),
    a(
        NOT_NULL,
        "the way is shown, the telephone being NULL",
        _copy(
            "cases_direction",
            "direction",
            id="900",
            case_id="%(asked)s",
            telephone="NULL",
            at="now()",
        )
        + _tell("asked"),
    ),
    a(
        "direction_state_is_known",
        "a direction stands in a state that nobody knows",
        _update(
            "cases_direction",
            "direction",
            "state = 'lost', checked_by_id = %(wang)s, checked_at = now()",
            "directed",
        ),
    ),
    a(
        "direction_checked_by_somebody",
        "nobody checked whether the person got through (the NULL variant)",
        _update("cases_direction", "direction", "state = 'reached'", "directed"),
    ),
    a(
        "one_open_direction_per_case",
        "a person is sent to two places at once",
        _copy("cases_direction", "direction", id="900", at="now()") + _tell("directed"),
    ),
    a(
        "cases_direction_settled_once",
        "the address that was told is changed",
        _update("cases_direction", "direction", "address = 'elsewhere'", "directed"),
    ),
    a(
        "cases_direction_never_deleted",
        "a direction is deleted",
        "DELETE FROM cases_direction WHERE id = %(direction)s;" + _tell("directed"),
        app=DENIED,
        trigger="cases_direction.never_deleted",
    ),
    a(
        "raise_ground_is_known",
        "a question is raised for a reason that nobody knows",
        _copy(
            "cases_raisedquestion",
            "question",
            id="900",
            case_id="%(asked)s",
            ground="'fun'",
            raised_at="now()",
        )
        + _tell("asked"),
    ),
    *(
        a(
            "raise_has_a_question",
            f"a question without a question is raised {words}",
            _copy(
                "cases_raisedquestion",
                "question",
                id="900",
                case_id="%(asked)s",
                question=question,
                ground=ground,
                raised_at="now()",
            )
            + _tell("asked"),
        )
        for words, question, ground in (
            ("by a blank", "' '", "'unclear'"),
            ("by a word", "'怎么办'", "'unclear'"),
            ("out of limbo", "'x'", "'declined'"),
        )
    ),
    a(
        "raise_across_departments_has_a_lead",
        "a matter of several departments is led by none (the NULL variant)",
        _copy(
            "cases_raisedquestion",
            "question",
            id="900",
            case_id="%(asked)s",
            ground="'cross'",
            lead_unit_id="NULL",
            raised_at="now()",
        )
        + _tell("asked"),
    ),
    a(
        "raise_replied_with_a_text",
        "a raised question is closed with an empty reply",
        _update(
            "cases_raisedquestion",
            "question",
            "replied_at = now(), replied_by_id = %(chen)s, reply = ' '",
            "raised",
        ),
    ),
    a(
        "raise_replied_with_a_text",
        "a raised question is answered by nobody (the NULL variant)",
        _update(
            "cases_raisedquestion",
            "question",
            "replied_at = now(), reply = 'yes'",
            "raised",
        ),
    ),
    a(
        "one_open_raise_per_case",
        "one matter is raised twice at once",
        _copy("cases_raisedquestion", "question", id="900", raised_at="now()")
        + _tell("raised"),
    ),
    a(
        "cases_raisedquestion_settled_once",
        "a raised question is changed",
        _update(
            "cases_raisedquestion",
            "question",
            "question = '别的一个完全不同的问题'",
            "raised",
        ),
    ),
    a(
        "cases_raisedquestion_never_deleted",
        "a raised question is deleted",
        "DELETE FROM cases_raisedquestion WHERE id = %(question)s;" + _tell("raised"),
        app=DENIED,
        trigger="cases_raisedquestion.never_deleted",
    ),
)

PAPERS = (
    a(
        "cases_answer_append_only",
        "what was told is changed",
        _update(
            "cases_answer", "old_answer", "text = '从未说过这样的一句话'", "reopened"
        ),
        app=DENIED,
        trigger="cases_answer.append_only",
    ),
    a(
        "cases_answer_append_only",
        "what was told is deleted",
        "DELETE FROM cases_answer WHERE id = %(old_answer)s;" + _tell("reopened"),
        app=DENIED,
        trigger="cases_answer.append_only",
    ),
    a(
        "cases_answer_append_only",
        "all answers are deleted at once",
        "TRUNCATE cases_answer CASCADE;",
        app=DENIED,
        trigger="cases_answer.no_truncate",
        then="cases_case_never_deleted",
    ),
    a(
        "cases_notice_append_only",
        "an issued paper is changed",
        _update("cases_notice", "slip", "content = '{}'", "accepted"),
        app=DENIED,
        trigger="cases_notice.append_only",
    ),
    a(
        "cases_notice_append_only",
        "an issued paper is deleted",
        "DELETE FROM cases_notice WHERE id = %(list)s;" + _tell("waiting"),
        app=DENIED,
        trigger="cases_notice.append_only",
    ),
    a(
        "cases_notice_append_only",
        "all papers are deleted at once",
        "TRUNCATE cases_notice CASCADE;",
        app=DENIED,
        trigger="cases_notice.no_truncate",
        then="cases_paperprint_append_only",
    ),
    a(
        "notice_number_once",
        "a number is given to two papers",
        _copy("cases_notice", "slip", id="900", issued_at="now()") + _tell("accepted"),
    ),
    a(
        "notice_kind_is_known",
        "a paper of a kind that nobody knows",
        _copy("cases_notice", "slip", id="900", kind="'poster'", issued_at="now()")
        + _tell("accepted"),
    ),
    a(
        "one_first_one_time_notice_per_case",
        "a second one-time notice is passed off as the first",
        _copy("cases_notice", "list", id="900", serial=_NEXT_LIST, issued_at="now()")
        + _tell("waiting"),
    ),
    a(
        "second_notice_allowed_by_a_supervisor",
        "a second notice without a supervisor (the NULL variant)",
        _copy(
            "cases_notice",
            "list",
            id="900",
            serial=_NEXT_LIST,
            issued_at="now()",
            is_second="true",
            second_reason="'forgot one'",
        )
        + _tell("waiting"),
    ),
    a(
        "second_notice_allowed_by_a_supervisor",
        "a second notice without a reason",
        _copy(
            "cases_notice",
            "list",
            id="900",
            serial=_NEXT_LIST,
            issued_at="now()",
            is_second="true",
            allowed_by_id="%(chen)s",
        )
        + _tell("waiting"),
        then="second_notice_names_its_fault",
    ),
    a(
        "second_notice_names_its_fault",
        "a second notice for a reason that says nothing",
        _copy(
            "cases_notice",
            "list",
            id="900",
            serial=_NEXT_LIST,
            issued_at="now()",
            is_second="true",
            second_reason="'--'",
            allowed_by_id="%(chen)s",
        )
        + _tell("waiting"),
    ),
    a(
        "lapse_rests_on_its_notice",
        "papers do not come, and the notice had said that it stays open",
        _answer("waiting", kind="'lapsed'") + _tell("waiting"),
        trigger="cases_answer.lapse",
    ),
    a(
        "lapse_rests_on_its_notice",
        "a case counts as withdrawn before the day to bring its papers",
        _copy(
            "cases_notice",
            "list",
            id="900",
            serial=_NEXT_LIST,
            issued_at="now()",
            is_second="true",
            second_reason="'forgot one'",
            allowed_by_id="%(chen)s",
            content="jsonb_build_object('if_late', 'withdrawn',"
            " 'bring_by', current_date + 3)",
        )
        + _answer("waiting", kind="'lapsed'")
        + _tell("waiting"),
        trigger="cases_answer.lapse",
    ),
    a(
        "lapse_rests_on_its_notice",
        "a case counts as withdrawn that was never told what is missing",
        _answer("asked", kind="'lapsed'") + _tell("asked"),
        trigger="cases_answer.lapse",
    ),
    a(
        "lapse_for_a_paper_of_the_item",
        "a case lapses for the want of what the item does not name",
        "UPDATE cases_casematerial SET received_at = now(), received_by_id = %(li)s"
        " WHERE id = %(material_missing)s;"
        + _copy(
            "cases_casematerial",
            "material_missing",
            position="9",
            is_extra="true",
            received_at="NULL",
            received_by_id="NULL",
        )
        + _copy(
            "cases_notice",
            "list",
            id="900",
            serial=_NEXT_LIST,
            issued_at="now()",
            is_second="true",
            second_reason="'forgot one'",
            allowed_by_id="%(chen)s",
            content="jsonb_build_object('if_late', 'withdrawn',"
            " 'bring_by', current_date - 3)",
        )
        + _answer("waiting", kind="'lapsed'")
        + _tell("waiting"),
        trigger="cases_answer.lapse",
    ),
    a(
        "second_notice_allowed_by_a_supervisor",
        "a clerk allows himself a second notice",
        _copy(
            "cases_notice",
            "list",
            id="900",
            serial=_NEXT_LIST,
            issued_at="now()",
            is_second="true",
            second_reason="'forgot one'",
            allowed_by_id="%(li)s",
        )
        + _tell("waiting"),
    ),
    a(
        "paper_numbers_without_hole",
        "a paper with a number out of the blue",
        _copy("cases_notice", "slip", id="900", serial="77", issued_at="now()")
        + _tell("accepted"),
    ),
    a(
        "new_version_says_what_it_corrects",
        "a paper is replaced without a word",
        _copy("cases_notice", "slip", id="900", version="2", issued_at="now()")
        + _tell("accepted"),
    ),
    a(
        "new_version_says_what_it_corrects",
        "a first version that corrects something",
        _copy(
            "cases_notice",
            "slip",
            id="900",
            serial=_NEXT_SLIP,
            correction="'nothing'",
            issued_at="now()",
        )
        + _tell("accepted"),
    ),
    a(
        "paper_version_follows_its_own",
        "a version is left out",
        _copy(
            "cases_notice",
            "slip",
            id="900",
            version="3",
            correction="'a word'",
            issued_at="now()",
        )
        + _tell("accepted"),
    ),
    a(
        "paper_version_follows_its_own",
        "the paper of one case is replaced by that of another",
        _copy(
            "cases_notice",
            "slip",
            id="900",
            case_id="%(stopped)s",
            version="2",
            correction="'a word'",
            issued_at="now()",
        )
        + _tell("stopped"),
    ),
    a(
        "print_counted_once",
        "a copy passes for the original",
        "INSERT INTO cases_paperprint (notice_id, ordinal, is_pdf, by_id, at)"
        " VALUES (%(slip)s, 1, false, %(li)s, now());",
    ),
    a(
        "prints_counted_without_hole",
        "a printing is left out of the count",
        "INSERT INTO cases_paperprint (notice_id, ordinal, is_pdf, by_id, at)"
        " VALUES (%(slip)s, 3, false, %(li)s, now());",
    ),
    a(
        "cases_paperprint_append_only",
        "a printing becomes the first one",
        "UPDATE cases_paperprint SET by_id = %(wang)s WHERE notice_id = %(slip)s;",
        app=DENIED,
        trigger="cases_paperprint.append_only",
    ),
    a(
        "cases_paperprint_append_only",
        "a printing is forgotten",
        "DELETE FROM cases_paperprint WHERE notice_id = %(slip)s;",
        app=DENIED,
        trigger="cases_paperprint.append_only",
    ),
    *[
        one
        for table, insert in (
            ("cases_signature", _sign()),
            ("cases_scan", _scan()),
        )
        for one in (
            a(
                f"{table}_append_only",
                "is changed afterwards",
                insert + _tell("accepted") + f"UPDATE {table} SET digest = 'x';",
                app=DENIED,
                trigger=f"{table}.append_only",
                then="signature_drawn_or_on_paper"
                if table == "cases_signature"
                else "scan_of_a_known_kind_and_size",
            ),
            a(
                f"{table}_append_only",
                "is taken away",
                insert + _tell("accepted") + f"DELETE FROM {table};",
                app=DENIED,
                trigger=f"{table}.append_only",
            ),
            a(
                f"{table}_append_only",
                "all are taken away",
                f"TRUNCATE {table};",
                app=DENIED,
                trigger=f"{table}.no_truncate",
            ),
            a(
                "no_act_without_its_event",
                f"{table} without an event",
                insert,
                then="act_dated_by_its_event",
            ),
        )
    ],
    a(
        "cases_signature_of_a_paper_of_its_case",
        "a paper of another case is signed",
        _sign(case_id="%(stopped)s") + _tell("stopped"),
    ),
    a(
        "cases_scan_of_a_paper_of_its_case",
        "a scan of a paper of another case",
        _scan(case_id="%(stopped)s") + _tell("stopped"),
    ),
    *[
        a(
            "signed_by_hand_after_its_printing",
            f"{table}: a paper that was never printed",
            insert(case_id="%(stopped)s", notice_id="%(unprinted)s") + _tell("stopped"),
            trigger=f"{table}.printed",
        )
        for table, insert in (("cases_signature", _sign), ("cases_scan", _scan))
    ],
    a(
        "signature_once_per_party",
        "somebody signs a paper twice",
        _sign() + _sign() + _tell("accepted"),
    ),
    a(
        "signature_drawn_or_on_paper",
        "a signature on the screen that is nowhere",
        _sign(way="'screen'") + _tell("accepted"),
    ),
    a(
        "signature_drawn_or_on_paper",
        "a signature on the screen of which nobody knows how it looked",
        _sign(way="'screen'", sealed="'x'") + _tell("accepted"),
    ),
    a(
        "signature_with_copies_for_the_applicant",
        "an applicant who signs for no copy",
        _sign(copies="0") + _tell("accepted"),
    ),
    a(
        "scan_name_once",
        "two scans share a file",
        _scan() + _scan() + _tell("accepted"),
    ),
    a(
        "scan_of_a_known_kind_and_size",
        "a scan that is a page of HTML",
        _scan(media_type="'text/html'") + _tell("accepted"),
    ),
    a(
        "scan_of_a_known_kind_and_size",
        "a scan that leads out of its folder",
        _scan(name="'../../etc/passwd'") + _tell("accepted"),
    ),
    a(
        "cases_paperprint_append_only",
        "all printings are forgotten",
        "TRUNCATE cases_paperprint;",
        app=DENIED,
        trigger="cases_paperprint.no_truncate",
    ),
    a(
        "paper_number_once",
        "a kind of paper is counted twice",
        "INSERT INTO cases_papernumber (hall_id, year, kind, last)"
        " SELECT hall_id, year, kind, 0 FROM cases_papernumber LIMIT 1;",
        then="paper_numbers_count_by_one",
    ),
    a(
        "cases_openedrecord_append_only",
        "who opened personal fields is wiped out",
        "DELETE FROM cases_openedrecord;",
        app=DENIED,
        trigger="cases_openedrecord.append_only",
    ),
    a(
        "cases_openedrecord_append_only",
        "the opening of personal fields is put on somebody else",
        "UPDATE cases_openedrecord SET by_id = %(ma)s;",
        app=DENIED,
        trigger="cases_openedrecord.append_only",
    ),
    a(
        "opened_for_a_reason",
        "personal fields are opened without a reason",
        "INSERT INTO cases_openedrecord (hall_id, what, by_id, at, reason, rows,"
        " filters) VALUES (%(hall)s, 'applicant', %(wang)s, now(), ' ', 0, '');",
    ),
    a(
        NOT_NULL,
        "personal fields are opened for NULL",
        "INSERT INTO cases_openedrecord (hall_id, what, by_id, at, reason, rows,"
        " filters) VALUES (%(hall)s, 'applicant', %(wang)s, now(), NULL, 0, '');",
    ),
    a(
        "opened_what_is_known",
        "something that nobody knows is opened",
        "INSERT INTO cases_openedrecord (hall_id, what, by_id, at, reason, rows,"
        " filters) VALUES (%(hall)s, 'safe', %(wang)s, now(), 'x', 0, '');",
    ),
)

EVENTS = (
    *(
        a(
            guard,
            words,
            f"SELECT pg_temp.tell(%(asked)s, jsonb_build_object({change}));",
            then=then,
        )
        for guard, words, change, then in (
            (
                "event_continues_the_chain",
                "a hole in the count of events",
                "'seq', 5",
                "case_head_written_by_events_only",
            ),
            (
                "event_continues_the_chain",
                "an event is told twice",
                "'seq', 1",
                "event_seq_once",
            ),
            (
                "event_continues_the_chain",
                "an event without a number (NULL)",
                "'seq', NULL",
                NOT_NULL,
            ),
            (
                "event_continues_the_chain",
                "an event follows another history",
                "'prev_hash', '\\x' || repeat('11', 32)",
                "case_head_written_by_events_only",
            ),
            (
                "event_continues_the_chain",
                "an event follows NULL",
                "'prev_hash', NULL",
                NOT_NULL,
            ),
            (
                "event_hash",
                "an event with another hash",
                "'hash', '\\x' || repeat('11', 32)",
                "",
            ),
            ("event_hash", "an event with a hash of NULL", "'hash', NULL", NOT_NULL),
            (
                "event_not_before_the_last",
                "an event before the one before it",
                "'at', (SELECT changed_at - interval '1 millisecond' FROM cases_case"
                " WHERE id = %(asked)s)",
                "event_at_the_hall_time",
            ),
            (
                "event_at_the_hall_time",
                "an event in the future",
                "'at', now() + interval '1 hour'",
                "",
            ),
            (
                "event_at_the_hall_time",
                "an event at the end of time",
                "'at', 'infinity', 'hash', '\\x00'",
                "0A000",
            ),
            (
                "event_not_before_the_last",
                "an event at no time (NULL)",
                "'at', NULL",
                NOT_NULL,
            ),
            (
                "event_is_signed",
                "an event without a signature (NULL)",
                "'signature', NULL",
                NOT_NULL,
            ),
            (
                "event_is_signed",
                "an event with half a signature",
                "'signature', '\\x' || repeat('11', 32)",
                "",
            ),
            (
                "event_size",
                "an event as large as a book",
                "'body', repeat('x', 16001)",
                "",
            ),
            ("event_format", "an event in a format that nobody knows", "'fmt', 2", ""),
            (
                "event_format",
                "an event with a hash that nobody knows",
                "'hash_alg', 'md5'",
                "",
            ),
            (
                "event_format",
                "an event with a signature that nobody knows",
                "'sig_alg', 'none'",
                "",
            ),
            ("event_format", "an event in the format NULL", "'fmt', NULL", NOT_NULL),
        )
    ),
    a(
        "event_at_the_hall_time",
        "an event is backdated by an hour in a quiet case",
        "SELECT pg_temp.tell(%(quiet)s, jsonb_build_object('at',"
        " now() - interval '59 minutes'));",
    ),
    a(
        "event_at_the_hall_time",
        "an event is dated ahead behind a clock of one's own named like ours",
        'CREATE TEMP TABLE cases_clock (id int, "offset" interval);'
        "INSERT INTO cases_clock VALUES (1, interval '1 hour');"
        "SELECT pg_temp.tell(%(asked)s, jsonb_build_object('at',"
        " now() + interval '1 hour'));",
    ),
    a(
        "event_of_a_case",
        "an event of no case",
        "SELECT pg_temp.tell(901);",
        then="event_continues_the_chain",
    ),
    a(
        "event_seq_once",
        "an event is copied beside the chain by somebody who shut its trigger",
        "ALTER TABLE cases_caseevent DISABLE TRIGGER chain;"
        "ALTER TABLE cases_caseevent DISABLE TRIGGER head;"
        + _copy("cases_caseevent", "event", id="900"),
        app=DENIED,
    ),
    a(
        "event_seq_from_one",
        "an event before the first, by somebody who shut the trigger of the chain",
        "ALTER TABLE cases_caseevent DISABLE TRIGGER chain;"
        "ALTER TABLE cases_caseevent DISABLE TRIGGER head;"
        + _copy("cases_caseevent", "event", id="900", seq="0"),
        app=DENIED,
    ),
    a(
        "cases_caseevent_append_only",
        "an event is changed",
        "UPDATE cases_caseevent SET body = '{}' WHERE id = %(event)s;",
        app=DENIED,
        trigger="cases_caseevent.append_only",
    ),
    a(
        "cases_caseevent_append_only",
        "an event is deleted",
        "DELETE FROM cases_caseevent WHERE id = %(event)s;",
        app=DENIED,
        trigger="cases_caseevent.append_only",
    ),
    a(
        "cases_caseevent_append_only",
        "the whole history is deleted",
        "TRUNCATE cases_caseevent;",
        app=DENIED,
        trigger="cases_caseevent.no_truncate",
    ),
    a(
        "clock_has_one_row",
        "a second clock is set up",
        "INSERT INTO cases_clock VALUES (2, interval '1 day');",
        app=DENIED,
    ),
)

DATED = tuple(
    a("act_dated_by_its_event", words, sql, then=then)
    for words, sql, then in (
        (
            "a case is taken over, and made to look as if an hour ago",
            "UPDATE cases_assignment SET until = now() - interval '3 seconds'"
            " WHERE id = (SELECT current_span FROM cases_case WHERE id = %(quiet)s);"
            + _accept(settled_at="now() - interval '3 seconds'").replace(
                "%(offer)s", "%(quiet_offer)s"
            )
            + _span(
                "quiet",
                referral_id="%(quiet_offer)s",
                since="now() - interval '3 seconds'",
            ).split(";", 1)[1]
            + _tell("quiet"),
            "",
        ),
        (
            "an answer is dated back",
            _answer("asked", at="now() - interval '1 day'") + _tell("asked"),
            "",
        ),
        (
            "an answer is dated at the end of time",
            _answer("asked", at="'infinity'") + _tell("asked"),
            "",
        ),
        (
            "a paper is dated back",
            _copy(
                "cases_notice",
                "slip",
                id="900",
                serial=_NEXT_SLIP,
                issued_at="now() - interval '1 hour'",
            )
            + _tell("accepted"),
            "",
        ),
        (
            "a case is opened as of yesterday",
            _open(
                case={"opened_at": "now() - interval '1 day'"},
                span={"since": "now() - interval '1 day'"},
            )
            + "SELECT pg_temp.tell(901);",
            "",
        ),
        (
            "a negative is decided tomorrow",
            _update(
                "cases_negativefiling",
                "filing_proposed",
                "state = 'approved', decided_by_id = %(chen)s,"
                " decided_at = now() + interval '1 day'",
                "proposed",
            ),
            "",
        ),
    )
)

_DATED = "act_dated_by_its_event"

WITHOUT_EVENT = tuple(
    a("no_act_without_its_event", f"without an event: {words}", sql, then=then)
    for words, sql, then in (
        (
            "a case gets another item",
            "UPDATE cases_case SET item_id = %(item)s WHERE id = %(asked)s;",
            "",
        ),
        (
            "a look-up code is exchanged",
            "UPDATE cases_case SET code_hash = 'x' WHERE id = %(asked)s;",
            "",
        ),
        ("a case is opened", _open(), ""),
        ("an offer is made", _refer("asked"), _DATED),
        (
            "an offer is withdrawn",
            "UPDATE cases_referral SET state = 'withdrawn', settled_by_id = %(wang)s,"
            " settled_at = now() WHERE id = %(offer)s;",
            _DATED,
        ),
        (
            "a case changes hands",
            _accept() + _span("offered", referral_id="%(offer)s"),
            _DATED,
        ),
        (
            "somebody is named",
            _copy("cases_appointment", "appointment", id="900"),
            "",
        ),
        ("an answer is told", _answer("asked"), _DATED),
        (
            "a negative is proposed",
            _copy(
                "cases_negativefiling",
                "filing_proposed",
                id="900",
                **{**_FILING, "case_id": "%(asked)s"},
            ),
            _DATED,
        ),
        (
            "a negative is approved",
            "UPDATE cases_negativefiling SET state = 'approved', decided_at = now(),"
            " decided_by_id = %(chen)s WHERE id = %(filing_proposed)s;",
            _DATED,
        ),
        (
            "a paper is issued",
            _copy("cases_notice", "slip", id="900", serial=_NEXT_SLIP),
            "",
        ),
        (
            "the way is shown",
            _copy("cases_direction", "direction", id="900", case_id="%(asked)s"),
            _DATED,
        ),
        (
            "a question is raised",
            _copy("cases_raisedquestion", "question", id="900", case_id="%(asked)s"),
            _DATED,
        ),
        (
            "a paper is taken in",
            "UPDATE cases_casematerial SET received_at = now(), received_by_id ="
            " %(wang)s WHERE id = %(material_missing)s;",
            _DATED,
        ),
        ("a date is set", _copy("cases_deadline", "deadline", id="900"), ""),
        (
            "a call is booked",
            "INSERT INTO cases_followup (case_id, by_id, at, outcome, remark) VALUES"
            " (%(answered)s, %(chen)s, now(), 'satisfied', '');",
            _DATED,
        ),
        (
            "the person's words are exchanged",
            "UPDATE cases_words SET words_sealed = '\\x00' WHERE case_id = %(asked)s;",
            "",
        ),
        (
            "the applicant is exchanged",
            "UPDATE cases_applicant SET name_sealed = NULL"
            " WHERE case_id = %(answered)s;",
            "",
        ),
        (
            "the applicant is deleted",
            "DELETE FROM cases_applicant WHERE case_id = %(answered)s;",
            "",
        ),
        (
            "the applicant is moved to another case, which alone has an event",
            "UPDATE cases_applicant SET case_id = %(asked)s"
            " WHERE case_id = %(answered)s;" + _tell("asked"),
            "",
        ),
        (
            "behind a table of one's own named like ours",
            "CREATE TEMP TABLE cases_case AS SELECT id, opened_at AS changed_at,"
            " pg_current_xact_id()::text::bigint AS head_transaction"
            " FROM public.cases_case;"
            "UPDATE public.cases_case SET code_hash = 'x' WHERE id = %(asked)s;",
            "",
        ),
    )
)

POWERS = (
    a(
        DENIED,
        "the guards are switched off by replica mode",
        "SET LOCAL session_replication_role = replica;",
        app=DENIED,
    ),
    a(
        DENIED,
        "the superuser's role is taken on",
        "SET LOCAL ROLE postgres;",
        app=DENIED,
    ),
    a(
        DENIED,
        "a file of the server is read",
        "SELECT pg_read_file('PG_VERSION');",
        app=DENIED,
    ),
    a(
        DENIED,
        "a program is run on the server",
        "COPY cases_case TO PROGRAM 'cat';",
        app=DENIED,
    ),
)

APP_ONLY = tuple(
    a(DENIED, words, sql)
    for words, sql in (
        ("the clock is set", "UPDATE cases_clock SET \"offset\" = interval '1 day';"),
        ("the clock is taken away", "DELETE FROM cases_clock;"),
        ("a trigger is switched off", "ALTER TABLE cases_case DISABLE TRIGGER guard;"),
        (
            "a constraint is dropped",
            "ALTER TABLE cases_case DROP CONSTRAINT case_held_by_its_open_span;",
        ),
        ("an index is dropped", "DROP INDEX one_open_span_per_case;"),
        (
            "a guard is replaced",
            "CREATE OR REPLACE FUNCTION public.hall_refuse(text, text) RETURNS void"
            " LANGUAGE sql AS '';",
        ),
        ("a table is made in the schema", "CREATE TABLE public.mine (x int);"),
        ("a table is emptied", "TRUNCATE cases_formkey;"),
        ("the owner's role is taken on", "SET LOCAL ROLE hall_owner;"),
    )
)
"""What the owner of the tables may do, and the application may not."""


def _stop(case: str = "accepted", **columns: str) -> str:
    """SQL: a stop of a case that begins today and runs, and its event."""
    usual = {
        "id": "900",
        "case_id": f"%({case})s",
        "began_on": "current_date",
        "at": "now()",
        **columns,
    }
    return _copy("cases_clockstop", "stop", **usual) + _tell(case)


def _extend(**columns: str) -> str:
    """SQL: an extension of the case that is only accepted, and its event."""
    usual = {"id": "900", "case_id": "%(accepted)s", "at": "now()", **columns}
    return _copy("cases_extension", "extension", **usual) + _tell("accepted")


CLOCKS = (
    a(
        "stops_do_not_overlap",
        "a clock is stopped twice",
        _stop("stopped"),
    ),
    a(
        "stops_do_not_overlap",
        "a stop that is over lies inside the one that runs",
        _stop(
            "stopped",
            resumed_on="current_date + 1",
            resumed_at="now() + interval '8 hours'",
            resumed_by_id="%(li)s",
        ),
        then="act_dated_by_its_event",
    ),
    a(
        "stop_ground_is_known",
        "a clock is stopped for lunch",
        _stop(ground="'lunch'"),
    ),
    a(NOT_NULL, "a clock is stopped for NULL", _stop(ground="NULL")),
    a("stop_for_a_reason", "a clock is stopped without a reason", _stop(reason="'。'")),
    a(NOT_NULL, "a clock is stopped with the reason NULL", _stop(reason="NULL")),
    a(
        "stop_of_at_least_a_day",
        "a clock is stopped for no days",
        _stop(limit_days="0"),
    ),
    a(
        "stop_ended_by_somebody",
        "a stop ends by nobody (the NULL variant)",
        _stop(resumed_on="current_date", resumed_at="now()"),
    ),
    a(
        "stop_ended_by_somebody",
        "a stop ends before it began",
        _stop(
            resumed_on="current_date - 1", resumed_at="now()", resumed_by_id="%(li)s"
        ),
        then="22000",
    ),
    a(
        "cases_clockstop_settled_once",
        "a stop is given another limit",
        _update("cases_clockstop", "stop", "limit_days = 99", "stopped"),
        trigger="cases_clockstop.settled_once",
    ),
    a(
        "cases_clockstop_never_deleted",
        "a stop is deleted",
        "DELETE FROM cases_clockstop WHERE id = %(stop)s;" + _tell("stopped"),
        app=DENIED,
        trigger="cases_clockstop.never_deleted",
    ),
    a(
        "cases_clockstop_never_deleted",
        "all stops are deleted at once",
        "TRUNCATE cases_clockstop;",
        app=DENIED,
        trigger="cases_clockstop.no_truncate",
    ),
    a(
        "act_dated_by_its_event",
        "a clock is stopped as of yesterday",
        _stop(began_on="current_date - 1", at="now() - interval '1 day'"),
    ),
    a(
        "stop_dated_when_it_is_told",
        "a clock stands since a year ago",
        _stop(began_on="current_date - 365"),
    ),
    a(
        "stop_dated_when_it_is_told",
        "a clock stands until the year 2099",
        "UPDATE cases_clockstop SET resumed_on = '2099-01-01', resumed_at = now(),"
        " resumed_by_id = %(li)s WHERE id = %(stop)s;" + _tell("stopped"),
    ),
    a(
        "stop_of_an_accepted_case",
        "the clock of a mere question is stopped",
        _stop("asked"),
    ),
    a(
        "stop_hides_nothing_missed",
        "a clock is stopped after the promised day",
        "UPDATE cases_case SET promised_due = current_date - 1"
        " WHERE id = %(accepted)s;" + _stop(),
    ),
    a(
        "stopped_once_a_day",
        "a clock is stopped again on the day on which it ran again",
        "UPDATE cases_clockstop SET resumed_on = current_date, resumed_at = now(),"
        " resumed_by_id = %(li)s WHERE id = %(stop)s;" + _stop("stopped"),
    ),
    a(
        "extension_of_an_accepted_case",
        "a mere question is extended",
        _copy("cases_extension", "extension", id="900", case_id="%(asked)s", at="now()")
        + _tell("asked"),
    ),
    a(
        "no_act_without_its_event",
        "without an event: a clock runs again",
        "UPDATE cases_clockstop SET resumed_on = current_date,"
        " resumed_by_id = %(li)s, resumed_at = now() WHERE id = %(stop)s;",
        then="act_dated_by_its_event",
    ),
    a(
        "one_extension_per_case",
        "a case is extended twice",
        _copy("cases_extension", "extension", id="900", at="now()") + _tell("stopped"),
    ),
    a("extension_within_the_law", "a case is extended by nothing", _extend(days="0")),
    a(
        "extension_by_a_head_for_a_reason",
        "a case is extended by nobody",
        _extend(head="'。'"),
    ),
    a(
        NOT_NULL,
        "a case is extended with the reason NULL",
        _extend(reason="NULL"),
    ),
    a(
        "extension_by_a_supervisor",
        "a clerk extends a case",
        _extend(by_id="%(li)s"),
        trigger="cases_extension.by_a_supervisor",
    ),
    a(
        "cases_extension_append_only",
        "an extension is made longer",
        _update("cases_extension", "extension", "days = 15", "stopped"),
        app=DENIED,
        trigger="cases_extension.append_only",
    ),
    a(
        "cases_extension_append_only",
        "all extensions are deleted at once",
        "TRUNCATE cases_extension;",
        app=DENIED,
        trigger="cases_extension.no_truncate",
    ),
)

_SINCE = "tell_from = due_on - 3, limits = '{}'"
"""Since when silence counts, with some limits."""

RECEIPTS = (
    a(
        "case_to_be_told_has_its_receipt",
        "silence counts with no limits (the NULL variant)",
        "UPDATE cases_case SET tell_from = due_on, received_on = due_on,"
        " tell_by = due_on WHERE id = %(asked)s;" + _tell("asked"),
    ),
    a(
        "item_stays_after_its_receipt",
        "what was applied for becomes another item (the NULL variant)",
        "UPDATE cases_case SET item_id = NULL WHERE id = %(waiting)s;"
        + _tell("waiting"),
    ),
    a(
        "cases_casematerial_settled_once",
        "a paper that was received is not here any more",
        "UPDATE cases_casematerial SET received_at = NULL, received_by_id = NULL"
        " WHERE id = %(material)s;" + _tell("waiting"),
        trigger="cases_casematerial.settled_once",
    ),
    a(
        "cases_casematerial_settled_once",
        "a missing paper becomes another one",
        "UPDATE cases_casematerial SET name = '别的' WHERE id = %(material_missing)s;"
        + _tell("waiting"),
        trigger="cases_casematerial.settled_once",
    ),
    a(
        "case_material_follows_only_if_it_may",
        "a paper that must be here is let to follow",
        "UPDATE cases_casematerial SET follow_by = current_date"
        " WHERE id = %(material_missing)s;" + _tell("waiting"),
    ),
    a(
        "case_to_be_told_has_its_receipt",
        "a case waits to be told without a receipt",
        f"UPDATE cases_case SET {_SINCE}, tell_by = due_on, received_on = NULL"
        " WHERE id = %(asked)s;" + _tell("asked"),
    ),
    a(
        "case_to_be_told_has_its_receipt",
        "what is missing was to be told before the receipt",
        "UPDATE cases_case SET tell_from = due_on + 1, limits = '{}',"
        " received_on = due_on, tell_by = due_on"
        " WHERE id = %(asked)s;" + _tell("asked"),
    ),
    a(
        "case_due_before_silence_accepts_it",
        "the law accepts a case while its date is still to come",
        f"UPDATE cases_case SET {_SINCE}, received_on = due_on, tell_by = due_on - 1"
        " WHERE id = %(asked)s;" + _tell("asked"),
    ),
    a(
        "case_told_no_longer_waits",
        "an accepted case waits to be told",
        f"UPDATE cases_case SET {_SINCE}, tell_by = due_on WHERE id = %(accepted)s;"
        + _tell("accepted"),
    ),
    a(
        "case_waits_until_it_is_told",
        "what silence accepts is forgotten",
        f"UPDATE cases_case SET {_SINCE}, received_on = due_on, tell_by = due_on"
        " WHERE id = %(asked)s; UPDATE cases_case SET tell_by = NULL"
        " WHERE id = %(asked)s;" + _tell("asked"),
    ),
    a(
        "case_accepted_as_its_slip_says",
        "a case is accepted as of the year 2099",
        "UPDATE cases_case SET accepted_on = '2099-01-01' WHERE id = %(accepted)s;"
        + _tell("accepted"),
    ),
    a(
        "case_accepted_as_its_slip_says",
        "an acceptance is forgotten (the NULL variant)",
        "UPDATE cases_case SET accepted_on = NULL, state = 'asked'"
        " WHERE id = %(accepted)s;" + _tell("accepted"),
    ),
    a(
        "paper_told_stays_required",
        "a paper that was asked for is not required any more",
        "UPDATE cases_casematerial SET is_required = false"
        " WHERE id = %(material_missing)s;" + _tell("waiting"),
    ),
    a(
        "paper_follows_from_now_on",
        "a paper follows by a day that has passed",
        "INSERT INTO cases_casematerial (case_id, position, name, standard, how_to_get,"
        " sample, is_required, form, copies, may_follow, is_extra, serves, follow_by)"
        " VALUES (%(asked)s, 1, 'x', '', '', '', true, '', 1, true, false, '[]',"
        " '1990-01-01');" + _tell("asked"),
    ),
    a(
        "paper_of_its_hall_and_year",
        "a slip has a number of another hall",
        _copy(
            "cases_notice",
            "slip",
            hall_id="%(other_hall)s",
            serial="1",
            issued_at="now()",
        )
        + _tell("accepted"),
    ),
    a(
        "paper_of_its_hall_and_year",
        "a slip has a number of another year",
        _copy("cases_notice", "slip", year="1", serial="1", issued_at="now()")
        + _tell("accepted"),
    ),
    a(
        "slip_of_an_accepted_case",
        "a slip says that a mere question is accepted",
        _copy(
            "cases_notice",
            "slip",
            case_id="%(asked)s",
            serial=_NEXT_SLIP,
            issued_at="now()",
        )
        + _tell("asked"),
    ),
    a(
        "paper_numbers_count_by_one",
        "the numbers of papers are set back",
        "UPDATE cases_papernumber SET last = last - 1 WHERE last > 1;",
    ),
    a(
        "paper_numbers_count_by_one",
        "the numbers of papers leap",
        "UPDATE cases_papernumber SET last = last + 50 WHERE kind = 'acceptance';",
        then="paper_number_has_its_paper",
    ),
    a(
        "paper_numbers_count_by_one",
        "the numbers of papers are another year's",
        "UPDATE cases_papernumber SET year = 1 WHERE kind = 'acceptance' AND year ="
        " (SELECT max(year) FROM cases_papernumber WHERE kind = 'acceptance');",
        then="paper_number_has_its_paper",
    ),
    a(
        "paper_number_has_its_paper",
        "a number is used up without a paper",
        "UPDATE cases_papernumber SET last = last + 1 WHERE kind = 'acceptance';",
    ),
    a(
        "paper_number_has_its_paper",
        "a paper of no kind is numbered",
        "INSERT INTO cases_papernumber (hall_id, year, kind, last)"
        " VALUES (%(hall)s, 2026, 'nonsense', 1);",
    ),
    a(
        "cases_papernumber_never_deleted",
        "the numbers of papers begin anew",
        "DELETE FROM cases_papernumber;",
        app=DENIED,
        trigger="cases_papernumber.never_deleted",
    ),
    a(
        "cases_papernumber_never_deleted",
        "all numbers of papers are forgotten at once",
        "TRUNCATE cases_papernumber;",
        app=DENIED,
        trigger="cases_papernumber.no_truncate",
    ),
)


def _release(**columns: str) -> str:
    """SQL: the release of a calendar, with some columns changed."""
    usual = {
        "version": "hall_calendar_version()",
        "reason": "'because'",
        "by_id": "%(sun)s",
        "at": "now()",
        **columns,
    }
    changed = (
        "INSERT INTO windows_historicalcalendaryear (id, year, region, source,"
        " history_date, history_type) VALUES (1, 2030, '', '', now(), '+');"
    )
    return (
        f"{changed}INSERT INTO cases_calendarrelease ({', '.join(usual)})"
        f" VALUES ({', '.join(usual.values())});"
    )


def _moved(**columns: str) -> str:
    """SQL: a date of the first case that the calendar moved, and its event."""
    usual = {"id": "900", "was_on": "current_date", "set_at": "now()", **columns}
    return _copy("cases_deadline", "deadline", **usual) + _tell("asked")


CALENDARS = (
    a(
        "calendar_released_for_a_reason",
        "a calendar is released without a reason",
        _release(reason="'。'"),
    ),
    a(NOT_NULL, "a calendar is released with the reason NULL", _release(reason="NULL")),
    a(
        "calendar_released_by_an_administrator",
        "a supervisor releases a calendar",
        _release(by_id="%(chen)s"),
        trigger="cases_calendarrelease.by_an_administrator",
    ),
    a(
        "cases_calendarrelease_pkey",
        "a calendar is released twice",
        _release(version="%(release)s"),
        then="calendar_released_as_it_is",
    ),
    a(
        "calendar_released_as_it_is",
        "a calendar is released that never was",
        _release(version="-5"),
    ),
    a(
        "calendar_released_now",
        "a calendar is released next year",
        _release(at="now() + interval '400 days'"),
    ),
    a(
        "deadline_counted_in_days",
        "a date is counted in weeks",
        _moved(unit="'weeks'", was_on="NULL"),
    ),
    a(
        "deadline_counted_in_days",
        "a date moves to where it is",
        _copy(
            "cases_deadline",
            "deadline",
            id="900",
            was_on="current_date",
            due_on="current_date",
            starts_on="current_date",
            release_id="%(release)s",
            calendar_version="%(release)s",
            set_at="now()",
        )
        + _tell("asked"),
    ),
    a(
        "cases_calendarrelease_append_only",
        "who released a calendar is forgotten",
        "DELETE FROM cases_calendarrelease WHERE version = %(release)s;",
        app=DENIED,
        trigger="cases_calendarrelease.append_only",
    ),
    a(
        "cases_calendarrelease_append_only",
        "somebody else has released a calendar",
        "UPDATE cases_calendarrelease SET by_id = %(chen)s"
        " WHERE version = %(release)s;",
        app=DENIED,
        trigger="cases_calendarrelease.append_only",
    ),
    a(
        "cases_calendarrelease_append_only",
        "all releases are deleted at once",
        "TRUNCATE cases_calendarrelease CASCADE;",
        app=DENIED,
        then="cases_deadline_append_only",
        trigger="cases_calendarrelease.no_truncate",
    ),
    a(
        "deadline_moved_by_a_released_calendar",
        "a date moves and nobody let it",
        _moved(),
    ),
    a(
        "deadline_moved_by_a_released_calendar",
        "a date moves to another calendar than was released",
        _moved(release_id="%(release)s", calendar_version="901"),
    ),
)


def _pass(**columns: str) -> str:
    """SQL: the case of the green channel is set before the accepted one."""
    usual = {
        "id": "900",
        "over_id": "%(accepted)s",
        "nth": "1",
        "at": "now()",
        **columns,
    }
    return _copy("cases_greenpass", "pass", **usual) + _tell("green")


def _go_first(**columns: str) -> str:
    """SQL: the first case is put into the green channel, and its event."""
    usual = {"id": "900", "case_id": "%(asked)s", "at": "now()", **columns}
    return _copy("cases_greenchannel", "channel", **usual) + _tell("asked")


GREEN = (
    a(
        "green_only_with_its_channel",
        "a case goes first and nobody let it",
        "UPDATE cases_case SET is_green = true, green_days = 1 WHERE id = %(asked)s;"
        + _tell("asked"),
        trigger="cases_case.green",
    ),
    a(
        "green_days_within_the_limit",
        "a case of the green channel comes sooner than the hall lets it",
        "UPDATE cases_case SET green_days = 30 WHERE id = %(green)s;" + _tell("green"),
        trigger="cases_case.green",
    ),
    a(
        "case_ranks_sooner_only_if_green",
        "a case comes sooner outside the green channel",
        "UPDATE cases_case SET green_days = 1 WHERE id = %(asked)s;" + _tell("asked"),
    ),
    a(
        "green_passes_within_the_limit",
        "a case is passed more often than the hall allows",
        _pass(case_id="%(accepted)s", over_id="%(passed)s", nth="3")
        + _tell("accepted"),
        trigger="cases_greenpass.limited",
    ),
    a(
        "green_passes_counted_without_hole",
        "that a case was passed before is left out",
        _pass(nth="2"),
        trigger="cases_greenpass.limited",
    ),
    a(
        "green_passes_once",
        "one precedence is counted twice",
        _pass(over_id="%(passed)s", nth="2"),
    ),
    a(
        "green_pass_counted",
        "two precedences over one case count as one",
        _pass(case_id="%(accepted)s", over_id="%(passed)s") + _tell("accepted"),
    ),
    a(
        "cases_greenpass_append_only",
        "before whom a case was set is forgotten",
        "DELETE FROM cases_greenpass WHERE id = %(pass)s;" + _tell("green"),
        app=DENIED,
        trigger="cases_greenpass.append_only",
    ),
    a(
        "cases_greenpass_append_only",
        "every precedence is forgotten at once",
        "TRUNCATE cases_greenpass;",
        app=DENIED,
        trigger="cases_greenpass.no_truncate",
    ),
    a(
        "no_act_without_its_event",
        "a case is set before another in silence",
        _copy("cases_greenpass", "pass", id="900", over_id="%(accepted)s", at="now()"),
        trigger="cases_greenpass.has_event",
    ),
    a(
        "no_act_without_its_event",
        "a case that came later stands behind another in silence",
        _copy(
            "cases_greenpass",
            "pass",
            id="900",
            over_id="%(accepted)s",
            at="now()",
            is_later="true",
        )
        + _tell("green"),
        trigger="cases_greenpass.has_event",
    ),
    a(
        "green_chased_by_somebody_else",
        "whoever accepts a case chases it too",
        _go_first(chaser_id="%(li)s"),
    ),
    a(
        "green_holder_does_not_chase",
        "whoever answers for a case chases it",
        _go_first(chaser_id="%(wang)s"),
        trigger="cases_greenchannel.chased",
    ),
    a(
        "green_holder_does_not_chase",
        "whoever chases a case comes to answer for it",
        "UPDATE cases_case SET holder_id = %(chen)s WHERE id = %(green)s;"
        + _tell("green"),
        trigger="cases_case.chased",
        then="case_held_by_its_open_span",
    ),
    a(
        "one_green_channel_per_case",
        "a case is put into the green channel twice",
        _go_first(case_id="%(green)s") + _tell("green"),
    ),
    a(
        "green_ended_by_somebody_for_a_reason",
        "the green channel ends without a reason",
        "UPDATE cases_greenchannel SET ended_at = now(), ended_by_id = %(wang)s"
        " WHERE id = %(channel)s;" + _tell("green"),
    ),
    a(
        "green_ended_for_a_real_reason",
        "the green channel ends for a reason that says nothing",
        "UPDATE cases_greenchannel SET ended_at = now(), ended_by_id = %(wang)s,"
        " end_reason = '...' WHERE id = %(channel)s;" + _tell("green"),
    ),
    a(
        "cases_greenchannel_settled_once",
        "somebody else chases a case",
        _update("cases_greenchannel", "channel", "chaser_id = %(deng)s", "green"),
        trigger="cases_greenchannel.settled_once",
    ),
    a(
        "cases_greenchannel_never_deleted",
        "that a case went first is forgotten",
        "DELETE FROM cases_greenchannel WHERE id = %(channel)s;" + _tell("green"),
        app=DENIED,
        trigger="cases_greenchannel.never_deleted",
    ),
    a(
        "cases_greenchannel_never_deleted",
        "every green channel is forgotten at once",
        "TRUNCATE cases_greenchannel;",
        app=DENIED,
        trigger="cases_greenchannel.no_truncate",
    ),
    a(
        "no_act_without_its_event",
        "a case goes first in silence",
        _copy("cases_greenchannel", "channel", id="900", case_id="%(asked)s"),
        trigger="cases_greenchannel.has_event",
    ),
)


def _deliver(**columns: str) -> str:
    """SQL: what was granted is handed over, with some columns changed."""
    usual = {
        "case_id": "%(granted)s",
        "answer_id": "%(granted_answer)s",
        "method": "'counter'",
        "receiver": "'applicant'",
        "proof": "'identity'",
        "carrier": "''",
        "tracking": "''",
        "by_id": "%(li)s",
        "at": "now()",
        "state": "'delivered'",
        "settled_on": "current_date",
        "settled_by_id": "%(li)s",
        "settled_at": "now()",
        "remark": "''",
        **columns,
    }
    return (
        f"INSERT INTO cases_delivery ({', '.join(usual)})"
        f" VALUES ({', '.join(usual.values())});" + _tell("granted")
    )


_POSTED = {"method": "'post'", "receiver": "''", "proof": "''"}

DELIVERIES = (
    a(
        "case_closed_after_its_delivery",
        "a granted case is closed before what was granted is delivered",
        "INSERT INTO cases_followup (case_id, by_id, at, outcome, remark)"
        " VALUES (%(granted)s, %(chen)s, now(), 'satisfied', '');"
        "UPDATE cases_assignment SET until = now() WHERE case_id = %(granted)s"
        " AND until IS NULL;"
        "UPDATE cases_case SET state = 'closed', close_rule = 'called_back',"
        " closed_at = now(), current_span = NULL, due_on = NULL, to_deliver = false"
        " WHERE id = %(granted)s;" + _tell("granted"),
        trigger="cases_case.delivered",
    ),
    a(
        "grant_has_its_day_of_delivery",
        "something is granted, and until when it is delivered is not said",
        "UPDATE windows_serviceitem SET result = 'certificate' WHERE id = %(item)s;"
        + _answer("accepted", kind="'granted'")
        + _tell("accepted"),
        trigger="cases_answer.granted",
    ),
    a(
        "case_to_deliver_was_answered",
        "a case that was not answered is to be delivered",
        _update("cases_case", "accepted", "to_deliver = true", "accepted"),
    ),
    a(
        "delivery_says_how",
        "it is handed over on no proof",
        _deliver(proof="''"),
    ),
    a(
        "delivery_says_how",
        "an agent takes it without an authorisation",
        _deliver(receiver="'agent'"),
    ),
    a(
        "delivery_says_how",
        "it is posted without a tracking number",
        _deliver(**_POSTED | {"proof": "'tracked'", "carrier": "'EMS'"}),
    ),
    a(
        "electronic_delivery_is_proved",
        "it is sent electronically and nothing proves it",
        _deliver(method="'electronic'", receiver="''", proof="''", carrier="'portal'"),
    ),
    a(
        "delivery_names_carrier_and_proof",
        "it is sent electronically and a dash proves it",
        _deliver(
            method="'electronic'",
            receiver="''",
            proof="''",
            carrier="'portal'",
            tracking="'-'",
        ),
    ),
    a(
        "post_arrival_is_proved",
        "the post arrived and nothing shows it",
        _deliver(**_POSTED, carrier="'EMS'", tracking="'1'"),
    ),
    a(NOT_NULL, "it is delivered to NULL", _deliver(receiver="NULL")),
    a(
        "delivery_state_is_known",
        "a delivery is lost",
        _deliver(**_POSTED, carrier="'EMS'", tracking="'1'", state="'lost'"),
    ),
    a(
        "delivery_under_way_by_post_alone",
        "what was handed over is on its way",
        _deliver(
            state="'under_way'",
            settled_on="NULL",
            settled_by_id="NULL",
            settled_at="NULL",
        ),
    ),
    a(
        "delivery_settled_by_somebody",
        "it was delivered by nobody (the NULL variant)",
        _deliver(settled_by_id="NULL"),
    ),
    a(
        "delivery_failed_for_a_reason",
        "the post came back for no reason",
        _deliver(**_POSTED, carrier="'EMS'", tracking="'1'", state="'failed'"),
    ),
    a(
        "renewed_by_law_is_granted",
        "the applicant withdraws what the law has renewed",
        _answer("renewed", kind="'withdrawn'", is_signed="true") + _tell("renewed"),
        trigger="cases_answer.renewed",
    ),
    a(
        "expiry_stays_as_recorded",
        "it was valid for longer, so that the law has not renewed it",
        _update(
            "cases_case",
            "renewed",
            "expires_on = expires_on + 90, renews_after = renews_after + 90",
            "renewed",
        ),
        trigger="cases_case.expiry",
    ),
    a(
        "expiry_stays_as_recorded",
        "it was not applied for in time (the NULL variant)",
        _update("cases_case", "renewed", "renews_after = NULL", "renewed"),
        trigger="cases_case.expiry",
    ),
    a(
        "case_due_before_the_law_renews_it",
        "there is time after the expiry",
        _update("cases_case", "renewed", "due_on = due_on + 99", "renewed"),
    ),
    a(
        "case_renews_after_its_expiry",
        "the law renews a day after the expiry",
        _update(
            "cases_case",
            "asked",
            "received_on = current_date, expires_on = current_date + 60,"
            " renews_after = current_date + 61",
            "asked",
        ),
    ),
    a("delivered_once", "it is delivered twice", _deliver() + _deliver()),
    a(
        "delivery_of_an_answer_of_its_case",
        "another case's grant is delivered",
        _deliver(
            answer_id="(SELECT final_answer_id FROM cases_case WHERE id = %(told)s)"
        ),
    ),
    a(
        "cases_delivery_settled_once",
        "the post had another tracking number",
        _update("cases_delivery", "delivery", "tracking = 'X'", "posted"),
        trigger="cases_delivery.settled_once",
    ),
    a(
        "cases_delivery_never_deleted",
        "a delivery is deleted",
        "DELETE FROM cases_delivery WHERE id = %(delivery)s;" + _tell("posted"),
        app=DENIED,
        trigger="cases_delivery.never_deleted",
    ),
    a(
        "cases_delivery_never_deleted",
        "all deliveries are deleted at once",
        "TRUNCATE cases_delivery;",
        app=DENIED,
        trigger="cases_delivery.no_truncate",
    ),
    a(
        "act_dated_by_its_event",
        "it was handed over yesterday",
        _deliver(at="now() - interval '1 day'"),
    ),
    a(
        "no_act_without_its_event",
        "without an event: it is handed over",
        _deliver().replace(_tell("granted"), ""),
        then="act_dated_by_its_event",
    ),
)

CONFIGURATION = tuple(
    a(
        f"windows_historical{table}_append_only",
        f"who changed a {table} is forgotten",
        f"TRUNCATE windows_historical{table};",
        app=DENIED,
        trigger=f"windows_historical{table}.no_truncate",
    )
    for table in (
        "absence",
        "calendaryear",
        "clerk",
        "clerkphoto",
        "bundleditem",
        "closureday",
        "department",
        "hall",
        "itemalias",
        "material",
        "paperseal",
        "papertext",
        "posting",
        "responsibility",
        "samepaper",
        "serviceitem",
        "step",
        "thesaurusentry",
        "window",
    )
)
"""Changes of configuration are recorded for good."""

_ANSWERED = "state = 'answered', opinion = 'agree', answered_at = now()"


def _part(change: str, part: str = "part_fire", case: str = "joint") -> str:
    """SQL: change a part of a joint case."""
    return _update("cases_part", part, change, case)


def _answer_part(part: str, by: str, case: str = "joint", **columns: str) -> str:
    """SQL: a part is answered by somebody, with some columns otherwise."""
    change = "".join(f", {name} = {value}" for name, value in columns.items())
    return _part(f"{_ANSWERED}, answered_by_id = {by}{change}", part, case)


def _objection(change: str, row: str = "objection", case: str = "disputed") -> str:
    """SQL: change an objection."""
    return _update("cases_objection", row, change, case)


def _settle(outcome: str, by: str, **columns: str) -> str:
    """SQL: settle the objection that lies with the lead."""
    usual = {
        "outcome": f"'{outcome}'",
        "reason": "'经现场复核并会商后一致认定'",
        "settled_by_id": by,
        "settled_at": "now()",
        **columns,
    }
    return ", ".join(f"{name} = {value}" for name, value in usual.items())


def _finish(case: str, kind: str, *, filing: str = "NULL") -> str:
    """SQL: end a case with an answer of a kind, the way an action would."""
    answer = {
        "id": "900",
        "case_id": f"%({case})s",
        "kind": f"'{kind}'",
        "filing_id": filing,
        "basis": "'《消防法》第十五条'",
        "other_way": "'可以先向公证处申请公证'",
        "remedies": "'60日内复议，6个月内诉讼'",
        "is_signed": "false",
        "by_id": "%(li)s",
        "at": "now()",
    }
    return (
        _copy("cases_answer", "old_answer", **answer)
        + "UPDATE cases_case SET state = 'answered', final_answer_id = 900"
        + f" WHERE id = %({case})s;"
        + _tell(case)
    )


JOINT = (
    a(
        "part_position_once",
        "a unit is put into the place of another",
        _copy("cases_part", "part_fire", id="900", asked_at="now()") + _tell("joint"),
    ),
    a(
        "part_state_is_known",
        "a part is somewhere else",
        _copy(
            "cases_part",
            "part_fire",
            id="900",
            position="9",
            state="'lost'",
            asked_at="now()",
        )
        + _tell("joint"),
    ),
    a(
        "part_runs_from_its_start",
        "a unit is asked without a day (the NULL variant)",
        _copy(
            "cases_part",
            "part_planning",
            id="900",
            position="9",
            stage="0",
            state="'running'",
            asked_at="now()",
        )
        + _tell("joint"),
    ),
    a(
        "part_runs_from_its_start",
        "a unit is asked from today, and by no day (the NULL variant)",
        _part("due_on = NULL"),
    ),
    a(
        "part_answered_by_somebody",
        "a unit has agreed, and nobody said so (the NULL variant)",
        _answer_part("part_fire", "NULL"),
        then="opinion_by_the_unit",
    ),
    a(
        "part_of_the_hall_has_its_person",
        "a window is asked and nobody there (the NULL variant)",
        _copy(
            "cases_part",
            "part_fire",
            id="900",
            position="9",
            person_id="NULL",
            asked_at="now()",
        )
        + _tell("joint"),
    ),
    a(
        "opinion_says_something",
        "a unit objects with a word",
        _part(
            "state = 'objected', opinion = 'object', text = '不行',"
            " basis = '《消防法》第十五条', answered_at = now(),"
            " answered_by_id = %(ma)s"
        ),
        then="objection_decides_its_part",
    ),
    a(
        "opinion_says_something",
        "a unit objects without a law",
        _part(
            "state = 'objected', opinion = 'object', basis = '',"
            " text = '该场所安全出口数量不足', answered_at = now(),"
            " answered_by_id = %(ma)s"
        ),
        then="objection_decides_its_part",
    ),
    a(
        "opinion_by_the_unit",
        "a unit outside agrees, and no letter says so",
        _answer_part("part_outside", "%(li)s"),
    ),
    a(
        "letter_of_a_unit_has_a_reference",
        "a unit outside agrees by a letter that nobody can see",
        _answer_part("part_outside", "%(li)s", letter=r"U&'\200B'"),
    ),
    a(
        "opinion_by_the_unit",
        "the lead agrees by letter for a unit that has somebody at another window",
        "UPDATE windows_clerk SET is_active = false WHERE id = %(ma)s;"
        "UPDATE windows_window SET department_id = (SELECT department_id FROM"
        " cases_part WHERE id = %(part_fire)s) WHERE id = %(reception)s;"
        + _answer_part("part_fire", "%(li)s", letter="'消函12号'"),
    ),
    a(
        "opinion_by_the_unit",
        "whoever got the window of a unit meanwhile agrees for it",
        "UPDATE windows_window SET department_id = (SELECT department_id FROM"
        " cases_part WHERE id = %(part_outside)s) WHERE id = %(tax)s;"
        + _answer_part("part_fire", "%(ma)s"),
    ),
    a(
        "only_the_unit_lifts_its_objection",
        "the lead lifts by letter, though the unit has somebody at another window",
        "UPDATE windows_clerk SET is_active = false WHERE id = %(ma)s;"
        "UPDATE windows_window SET department_id = (SELECT department_id FROM"
        " cases_part WHERE id = %(part_disputed)s) WHERE id = %(reception)s;"
        + _objection(_settle("lifted", "%(li)s", decided="'消函15号'"))
        + _part("state = 'answered'", "part_disputed", "disputed"),
    ),
    a(
        "no_consent_by_fewer_days",
        "a unit is given fewer days where its silence agrees",
        _part("days = days - 1", "part_agreeing", "agreeing"),
    ),
    a(
        "silence_agrees_only_as_the_hall_says",
        "a unit is asked as one whose silence agrees, and the hall does not say so",
        _copy(
            "cases_part",
            "part_fire",
            id="900",
            turn="1",
            silence_agrees="true",
            asked_at="now()",
        )
        + _tell("joint"),
    ),
    a(
        "silence_agrees_after_all_its_days",
        "silence agrees on the day on which a unit was given none of its days",
        "UPDATE windows_hall SET silence_agrees = true;"
        + _part(
            "due_on = starts_on, state = 'answered', opinion = 'silence',"
            " answered_at = now() + interval '1 day', answered_by_id = %(li)s",
            "part_agreeing",
            "agreeing",
        ),
        then="act_dated_by_its_event",
    ),
    a(
        "part_stays_as_it_was_asked",
        "the silence of a unit agrees since the hall says so, after it was asked",
        "UPDATE windows_hall SET silence_agrees = true;"
        + _part("silence_agrees = true"),
    ),
    a(
        "objection_day_moves_with_the_clock",
        "an objection is given a month, and nothing stopped the clock",
        _objection("due_on = due_on + 30"),
    ),
    a(
        "opinion_by_the_unit",
        "the lead decides the item of another unit without its letter",
        _answer_part("part_member", "%(li)s", "bundle"),
    ),
    a(
        "opinion_by_the_unit",
        "somebody who is gone decides for the unit",
        "UPDATE windows_clerk SET is_active = false WHERE id = %(ma)s;"
        + _answer_part("part_fire", "%(ma)s"),
    ),
    a(
        "part_within_the_law_of_its_item",
        "an item has more days than its case keeps for it",
        _copy(
            "cases_part",
            "part_member",
            id="900",
            turn="1",
            law_days="90",
            asked_at="now()",
        )
        + _tell("bundle"),
    ),
    a(
        "part_stays_as_it_was_asked",
        "another unit's name is put on a part",
        _part("unit = '别的单位'"),
    ),
    a(
        "part_stays_as_it_was_asked",
        "what a unit objected to is put milder",
        _part("text = '该场所安全出口数量尚可'", "part_disputed", "disputed"),
    ),
    a(
        "part_moves_forward",
        "an answered part waits again",
        _part("state = 'pending'", "part_lead"),
        then="part_answered_by_somebody",
    ),
    a(
        "serial_part_starts_on_the_earlier_result",
        "a later step begins before the earlier is done",
        _part(
            "state = 'running', starts_on = current_date, due_on = current_date + 1",
            "part_planning",
        ),
    ),
    a(
        "part_due_within_the_whole",
        "a unit is given a year",
        _part("due_on = current_date + 365"),
    ),
    a(
        "part_due_within_the_whole",
        "the whole is due before a unit is",
        _update(
            "cases_case",
            "joint",
            "promised_due = current_date, statutory_due = current_date,"
            " due_on = current_date",
            "joint",
        ),
    ),
    a(
        "silence_agrees_only_as_the_hall_says",
        "silence agrees, and its day has not come",
        _part(
            "state = 'answered', opinion = 'silence', answered_at = now(),"
            " answered_by_id = %(li)s"
        ),
    ),
    a(
        "opinion_by_the_unit",
        "the lead agrees for a unit of the hall",
        _answer_part("part_fire", "%(li)s"),
    ),
    *(
        a(
            "opinion_by_the_unit",
            f"{who} agrees by letter for a unit that has somebody there",
            _answer_part("part_fire", f"%({who})s", letter="'消函12号'"),
        )
        for who in ("li", "chen")
    ),
    a(
        "opinion_by_the_unit",
        "somebody else agrees by letter for a unit with nobody there",
        "UPDATE windows_clerk SET is_active = false WHERE id = %(ma)s;"
        + _answer_part("part_fire", "%(wang)s", letter="'消函12号'"),
    ),
    a(
        "opinion_by_the_unit",
        "the lead agrees without a letter for a unit with nobody there",
        "UPDATE windows_clerk SET is_active = false WHERE id = %(ma)s;"
        + _answer_part("part_fire", "%(li)s"),
    ),
    a(
        "only_the_unit_lifts_its_objection",
        "the lead lifts by letter the objection of a unit that has somebody there",
        _objection(_settle("lifted", "%(li)s", decided="'消函15号'"))
        + _part("state = 'answered'", "part_disputed", "disputed"),
    ),
    a(
        "opinion_by_the_unit",
        "somebody else writes down the letter of a unit outside",
        _answer_part("part_outside", "%(ma)s", letter="'环函12号'"),
    ),
    a(
        "cases_part_never_deleted",
        "a unit that was asked is deleted",
        "DELETE FROM cases_part WHERE id = %(part_fire)s;" + _tell("joint"),
        app=DENIED,
        trigger="cases_part.never_deleted",
    ),
    a(
        "cases_part_never_deleted",
        "all units are deleted at once",
        "TRUNCATE cases_part CASCADE;",
        app=DENIED,
        then="cases_negativefiling_never_deleted",
        trigger="cases_part.no_truncate",
    ),
    a(
        "objection_once_on_a_level",
        "an objection is opened twice",
        _copy("cases_objection", "objection", id="900", opened_at="now()")
        + _tell("disputed"),
        then="objection_goes_up_level_by_level",
    ),
    a(
        "objection_goes_up_level_by_level",
        "an objection that stands is opened again, and nobody overruled its refusal",
        _copy(
            "cases_objection",
            "objection_standing",
            id="900",
            level="'committee'",
            outcome="''",
            reason="''",
            settled_by_id="NULL",
            settled_at="NULL",
            opened_at="now()",
        )
        + _part("state = 'objected'", "part_standing", "standing"),
    ),
    a(
        "objection_decides_its_part",
        "a part is in dispute again, and no objection is open",
        _part("state = 'objected'", "part_standing", "standing"),
    ),
    a(
        "part_revived_with_its_objection",
        "a part that fell away waits again for a result that is refused",
        _part("state = 'pending', ended_at = NULL", "part_void", "standing"),
    ),
    a(
        "objection_ends_with_its_case",
        "an objection ends by itself, and its case goes on",
        _objection(_settle("ended", "%(li)s")),
    ),
    a(
        "only_the_unit_lifts_its_objection",
        "somebody else ends an objection with its case",
        _objection(_settle("ended", "%(wang)s")),
        then="objection_ends_with_its_case",
    ),
    a(
        "objection_level_is_known",
        "an objection lies nowhere",
        _copy(
            "cases_objection",
            "objection_above",
            id="900",
            level="'nowhere'",
            opened_at="now()",
        )
        + _tell("above"),
        then="objection_goes_up_level_by_level",
    ),
    a(
        "objection_settled_by_somebody",
        "an objection is settled by nobody (the NULL variant)",
        _objection(_settle("up", "NULL")),
        then="objection_decides_its_part",
    ),
    a(
        "objection_ends_with_the_government",
        "the government sends it up",
        _objection(
            _settle("up", "%(chen)s", decided="'省里'"), "objection_above", "above"
        )
        + _copy(
            "cases_objection",
            "objection_above",
            id="900",
            level="'government'",
            opened_at="now()",
            outcome="'up'",
            decided="'区长'",
            reason="'经现场复核并会商后一致认定'",
            settled_by_id="%(chen)s",
            settled_at="now()",
        ),
        then="objection_decides_its_part",
    ),
    a(
        "objection_settled_for_a_reason",
        "an objection stands without a reason",
        _objection(_settle("stands", "%(li)s", reason="'好'"))
        + _part("state = 'refused'", "part_disputed", "disputed"),
    ),
    a(
        "objection_goes_up_level_by_level",
        "an objection lies with the government before the committee saw it",
        _copy(
            "cases_objection",
            "objection",
            id="900",
            level="'government'",
            opened_at="now()",
        )
        + _tell("disputed"),
    ),
    a(
        "objection_above_is_written_down_by_a_supervisor",
        "a clerk writes down what the committee said",
        _objection(
            _settle("lifted", "%(li)s", decided="'联席会议'"),
            "objection_above",
            "above",
        )
        + _part("state = 'answered'", "part_above", "above"),
    ),
    a(
        "objection_above_is_written_down_by_a_supervisor",
        "nobody knows who of the committee decided",
        _objection(_settle("lifted", "%(chen)s"), "objection_above", "above")
        + _part("state = 'answered'", "part_above", "above"),
    ),
    a(
        "only_the_unit_lifts_its_objection",
        "the lead lifts the objection of another unit",
        _objection(_settle("lifted", "%(li)s"))
        + _part("state = 'answered'", "part_disputed", "disputed"),
    ),
    a(
        "only_the_unit_lifts_its_objection",
        "somebody else lets it stand",
        _objection(_settle("stands", "%(wang)s"))
        + _part("state = 'refused'", "part_disputed", "disputed"),
    ),
    a(
        "objection_decides_its_part",
        "a part counts as answered while its objection is open",
        _part("state = 'answered'", "part_disputed", "disputed"),
    ),
    a(
        "objection_decides_its_part",
        "an objection is lifted, and its part goes on objecting",
        _objection(_settle("lifted", "%(ma)s")),
    ),
    a(
        "cases_objection_settled_once",
        "an objection that went up is lifted below",
        _objection("outcome = 'lifted'", "objection_up", "above"),
        trigger="cases_objection.settled_once",
        then="only_the_unit_lifts_its_objection",
    ),
    a(
        "cases_objection_never_deleted",
        "an objection is deleted",
        "DELETE FROM cases_objection WHERE id = %(objection)s;" + _tell("disputed"),
        app=DENIED,
        trigger="cases_objection.never_deleted",
    ),
    a(
        "cases_objection_never_deleted",
        "all objections are deleted at once",
        "TRUNCATE cases_objection;",
        app=DENIED,
        trigger="cases_objection.no_truncate",
    ),
    a(
        "one_refusal_of_a_unit",
        "a unit refuses twice",
        _copy(
            "cases_negativefiling",
            "filing_standing",
            id="900",
            proposed_at="now()",
            decided_at="now()",
        )
        + _tell("standing"),
    ),
    a(
        "unit_refusal_rests_on_its_objection",
        "a unit that was only asked refuses",
        _copy(
            "cases_negativefiling",
            "filing_standing",
            id="900",
            case_id="%(joint)s",
            part_id="%(part_fire)s",
            proposed_at="now()",
            decided_at="now()",
        )
        + _tell("joint"),
    ),
    a(
        "case_ends_after_its_parts",
        "a joint case is granted before its units have answered",
        _finish("joint", "granted"),
    ),
    a(
        "case_ends_after_its_parts",
        "a joint case is granted while an objection is open",
        _finish("disputed", "granted"),
    ),
    a(
        "case_ends_after_its_parts",
        "the units fall away, and the case is granted",
        "UPDATE cases_part SET state = 'void', ended_at = now()"
        " WHERE case_id = %(joint)s AND state IN ('pending', 'running');"
        + _finish("joint", "granted"),
    ),
    a(
        "each_refusal_stands_alone",
        "a case is granted past an objection that stands",
        _finish("standing", "granted"),
    ),
    a(
        "each_refusal_stands_alone",
        "one refusal is told for two units",
        _finish("standing", "refusal", filing="%(filing_standing)s"),
    ),
    a(
        "long_extension_only_of_a_joint_case",
        "one unit alone is given fifteen days more",
        _extend(days="15"),
    ),
)

BUNDLED = "INSERT INTO windows_bundleditem (item_id, member_id, position, is_parallel)"

BUNDLES = (
    a(
        "bundled_in_a_life_event",
        "an item that is no life event holds another",
        f"{BUNDLED} VALUES (%(item)s, %(member_item)s, 9, true);",
    ),
    a(
        "no_life_event_within_another",
        "a life event holds itself",
        f"{BUNDLED} VALUES (%(bundle_item)s, %(bundle_item)s, 9, true);",
    ),
    a(
        "item_once_per_life_event",
        "a life event holds an item twice",
        f"{BUNDLED} VALUES (%(bundle_item)s, %(member_item)s, 9, true);",
    ),
    a(
        "same_paper_once_per_name",
        "a paper is marked as the same twice",
        "INSERT INTO windows_samepaper (item_id, name, same_as)"
        " SELECT item_id, name, 'x' FROM windows_samepaper LIMIT 1;",
    ),
    a(
        "same_paper_is_another",
        "a paper is marked as the same as itself",
        "INSERT INTO windows_samepaper (item_id, name, same_as)"
        " VALUES (%(bundle_item)s, 'x', 'x');",
    ),
    a(
        "part_is_an_item_of_the_life_event",
        "a unit is asked for something else than an item of the life event",
        _copy(
            "cases_part",
            "part_member",
            id="900",
            position="9",
            item_id="NULL",
            asked_at="now()",
        )
        + _tell("bundle"),
    ),
    a(
        "part_is_an_item_of_the_life_event",
        "a unit is asked for an item that is not in the life event",
        _copy(
            "cases_part",
            "part_member",
            id="900",
            position="9",
            item_id="%(item)s",
            asked_at="now()",
        )
        + _tell("bundle"),
        then="part_of_the_unit_of_its_item",
    ),
    a(
        "part_item_once",
        "a unit is asked for an item twice",
        _copy("cases_part", "part_member", id="900", position="9", asked_at="now()")
        + _tell("bundle"),
        then="each_item_has_its_part",
    ),
    a(
        "part_of_the_unit_of_its_item",
        "the lead decides the item of another unit",
        _copy(
            "cases_part",
            "part_member",
            id="900",
            turn="1",
            is_lead="true",
            asked_at="now()",
        )
        + _tell("bundle"),
    ),
    a(
        "part_of_the_unit_of_its_item",
        "another unit decides an item",
        _copy(
            "cases_part",
            "part_member",
            id="900",
            turn="1",
            department_id="(SELECT department_id FROM windows_serviceitem"
            " WHERE id = %(bundle_item)s)",
            asked_at="now()",
        )
        + _tell("bundle"),
    ),
    a(
        "each_item_has_its_part",
        "a life event is accepted and nobody is asked for its items",
        "UPDATE cases_case SET reopened = reopened + 1 WHERE id = %(bundle)s;"
        + _tell("bundle"),
    ),
    a(
        "items_stay_after_the_receipt",
        "an item is taken out of a case whose papers came",
        "UPDATE cases_case SET bundled = bundled - 0 WHERE id = %(bundle)s;"
        + _tell("bundle"),
        then="each_item_has_its_part",
    ),
    a(
        "items_stay_after_the_receipt",
        "a life event becomes one item (the NULL variant)",
        "UPDATE cases_case SET bundled = NULL WHERE id = %(bundle)s;" + _tell("bundle"),
    ),
    a(
        "case_begins_with_the_items_offered",
        "a plain item begins as a life event",
        "UPDATE cases_case SET received_on = due_on, bundled ="
        " (SELECT bundled FROM cases_case WHERE id = %(bundle)s)"
        " WHERE id = %(asked)s;" + _tell("asked"),
    ),
    a(
        "case_begins_with_the_items_offered",
        "a life event begins without its items (the NULL variant)",
        "UPDATE cases_case SET item_id = %(bundle_item)s WHERE id = %(asked)s;"
        " UPDATE cases_case SET received_on = due_on WHERE id = %(asked)s;"
        + _tell("asked"),
    ),
    a(
        "case_keeps_its_items_with_its_papers",
        "a case keeps items before any paper came",
        "UPDATE cases_case SET bundled = '[]' WHERE id = %(asked)s;" + _tell("asked"),
        then="case_begins_with_the_items_offered",
    ),
    a(
        "no_silence_grants_an_item",
        "silence grants an item",
        _part(
            "state = 'answered', opinion = 'silence', answered_by_id = %(li)s,"
            " answered_at = now()",
            "part_member",
            "bundle",
        ),
        then="silence_agrees_only_as_the_hall_says",
    ),
    a(
        "case_ends_after_its_parts",
        "a life event is granted before the lead's own unit has decided its item",
        "UPDATE cases_part SET state = 'answered', opinion = 'agree',"
        " answered_at = now(), answered_by_id = coalesce(person_id, %(li)s)"
        " WHERE case_id = %(bundle)s AND position = 2;"
        " UPDATE cases_part SET state = 'void', ended_at = now()"
        " WHERE case_id = %(bundle)s AND position <> 2;" + _finish("bundle", "granted"),
        then="grant_has_its_day_of_delivery",
    ),
    a(
        "each_item_ends_as_its_unit_decided",
        "what units have granted is refused with the rest",
        _finish("decided", "refusal", filing="%(filing_standing)s"),
        then="refusal_rests_on_an_approved_filing",
    ),
)

ATTACKS = (
    *SPANS,
    *REFERRALS,
    *ENDS,
    *CASES,
    *PAPERS,
    *EVENTS,
    *DATED,
    *WITHOUT_EVENT,
    *POWERS,
    *CLOCKS,
    *RECEIPTS,
    *CALENDARS,
    *GREEN,
    *DELIVERIES,
    *CONFIGURATION,
    *JOINT,
    *BUNDLES,
)
