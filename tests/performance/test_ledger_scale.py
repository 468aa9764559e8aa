"""Nothing slows down as the ledger grows: the same pages at two sizes, as a ratio.

The rows are copies of one real case, written by the owner with the guards off: only
their number and spread matter here. `HALL_LEDGER_CASES` sets the larger size; the first
page, a deep page, each filter and a search are compared with the smaller one.

Clocks are derived on every page, so what finds the cases must be indexed. That is shown
by EXPLAIN at the larger size: the plan of each list by a clock names its own index, and
none reads the table from one end to the other.
"""

import json
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import psycopg
import pytest

from cases.deadlines import Limits
from cases.reads.desk import desk_of
from cases.reads.ledger import PAGE, Filters, export_rows, filtered, ledger_page
from tests.cast import WORDS, Cast, ask, now

SMALL = 1_000
LARGE = int(os.environ.get("HALL_LEDGER_CASES", "30000"))
RATIO = 3.0
FLOOR = 0.004
"""Seconds: below this a page is as quick as the clock is fine."""

TABLES = ("cases_case", "cases_assignment", "cases_words")

_COPY_CASES = """
    INSERT INTO cases_case (id, hall_id, channel, language, item_id, department_id,
        state, opened_at, first_responder_id, first_window_id, current_span, holder_id,
        window_id, due_on, received_on, tell_by, tell_from, limits,
        has_contact, to_deliver, is_green, green_days, declines, second_notices,
        reopened, close_rule, closed_at, final_answer_id, code_hash,
        changed_at, head_seq, head_hash, head_transaction)
    SELECT n, hall_id, channel, language, item_id, department_id,
        CASE WHEN n %% 20 = 0 THEN 'asked' ELSE 'closed' END,
        opened_at - n * interval '7 seconds', first_responder_id, first_window_id,
        CASE WHEN n %% 20 = 0 THEN n + 1000000 END, holder_id, window_id,
        CASE WHEN n %% 20 = 0 AND n <= 2000 THEN due_on - 20
            WHEN n %% 20 = 0 THEN due_on + (n %% 40)::int END,
        CASE WHEN n %% 20 = 0 AND n <= 2000 THEN due_on - 30 END,
        CASE WHEN n %% 20 = 0 AND n <= 2000 THEN due_on - 20 END,
        CASE WHEN n %% 20 = 0 AND n <= 2000 THEN due_on - 30 END,
        CASE WHEN n %% 20 = 0 AND n <= 2000 THEN %(limits)s::jsonb END,
        has_contact, false, false, 0, 0, 0, 0,
        CASE WHEN n %% 20 = 0 THEN '' ELSE 'no_contact' END,
        CASE WHEN n %% 20 <> 0 THEN opened_at END,
        CASE WHEN n %% 20 <> 0 THEN 1 END,
        code_hash, changed_at, 1, head_hash, 0
    FROM cases_case, generate_series(%(first)s::bigint, %(last)s::bigint) AS n
    WHERE id = %(model)s
"""
_COPY_SPANS = """
    INSERT INTO cases_assignment (id, case_id, ordinal, clerk_id, window_id, since,
        until, basis)
    SELECT n + 1000000, n, 1, clerk_id, window_id, since - n * interval '7 seconds',
        CASE WHEN n %% 20 <> 0 THEN since END, basis
    FROM cases_assignment, generate_series(%(first)s::bigint, %(last)s::bigint) AS n
    WHERE case_id = %(model)s
"""
_COPY_WORDS = """
    INSERT INTO cases_words (case_id, data_key, words_sealed, tokens)
    SELECT n, data_key, words_sealed,
        CASE WHEN n %% 1000 = 0 THEN tokens ELSE ARRAY[n, n + 1, n %% 977] END
    FROM cases_words, generate_series(%(first)s::bigint, %(last)s::bigint) AS n
    WHERE case_id = %(model)s
"""


INDEXED = {
    # What silence has accepted is found in whatever state it is.
    Filters(view="deemed"): "case_to_be_told",
    Filters(state="accepted"): "case_to_be_told",
    Filters(view="limbo"): "case_in_limbo",
    Filters(view="second"): "case_with_second_notice",
    Filters(view="overdue"): "case_",
    Filters(deadline="today"): "case_",
    Filters(deadline="week"): "case_",
    Filters(): "case_ledger",
}
"""Lists by a clock, and the index that the plan of each must name."""


def grow(
    server: psycopg.Connection[tuple[Any, ...]], model: int, first: int, last: int
) -> None:
    """Add cases `first` to `last` in the image of `model`, with every guard off."""
    limits = json.dumps(asdict(Limits(20, "working", 5, "working")))
    values = {"first": first, "last": last, "model": model, "limits": limits}
    with server.transaction():
        server.execute("SET LOCAL session_replication_role = replica")
        for table in TABLES:
            server.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in (_COPY_CASES, _COPY_SPANS, _COPY_WORDS):
            server.execute(statement, values)
        for [table, trigger] in server.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger"
            " WHERE NOT tgisinternal AND tgrelid::regclass::text = ANY (%s)",
            [list(TABLES)],
        ).fetchall():
            server.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}")
    server.execute("ANALYZE")


def quickest(page: Callable[[], object], times: int = 7) -> float:
    """Return the median seconds of a page."""
    page()
    seconds = []
    for _ in range(times):
        begin = time.perf_counter()
        page()
        seconds.append(time.perf_counter() - begin)
    return statistics.median(seconds)


def pages(cast: Cast) -> dict[str, Callable[[], object]]:
    """The pages that are compared, by name."""
    first = ledger_page(cast.chen, Filters())

    def ledger(key: str = "", **filters: Any) -> Callable[[], object]:
        return lambda: ledger_page(cast.chen, Filters(**filters), key=key)

    deep = first.older
    for _ in range(10):
        deep = ledger_page(cast.chen, Filters(), key=deep).older or deep
    return {
        "first page": ledger(),
        "deep page": ledger(deep),
        "by state": ledger(state="asked"),
        "by window": ledger(window=cast.reception.pk),
        "by clerk": ledger(clerk=cast.wang.pk),
        "by item": ledger(item=cast.item.name),
        "overdue": ledger(view="overdue"),
        "by silence": ledger(view="deemed"),
        "silence in a file": lambda: list(
            export_rows(cast.chen, Filters(view="deemed"))
        ),
        "accepted": ledger(state="accepted"),
        "limbo": ledger(view="limbo"),
        "second notices": ledger(view="second"),
        "by words": ledger(text="娃娃上户口"),
        "desk": lambda: desk_of(cast.wang, at=now(), keys={}),
    }


@pytest.mark.benchmark
@pytest.mark.timeout(600)
def test_pages_cost_the_same_when_the_ledger_has_grown(
    cast: Cast,
    as_superuser: psycopg.Connection[tuple[Any, ...]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No OFFSET, no unbounded COUNT, an index for every order."""
    # The copies are sealed for another row: their words are not opened here.
    monkeypatch.setattr("cases.vault.open_", lambda *_: WORDS)
    model = ask(cast, item=cast.item).case.pk
    grow(as_superuser, model, 1, SMALL)
    before = {name: quickest(page) for name, page in pages(cast).items()}
    grow(as_superuser, model, SMALL + 1, LARGE)
    slower = []
    for name, page in pages(cast).items():
        after = quickest(page)
        ratio = after / max(before[name], FLOOR)
        print(
            f"{name:>15}: {before[name] * 1000:6.1f} ms at {SMALL:,},"
            f" {after * 1000:6.1f} ms at {LARGE:,}, ratio {ratio:.2f}"
        )
        if ratio > RATIO:
            slower.append(name)
    assert not slower
    assert len(list(export_rows(cast.chen, Filters(view="deemed")))) == 100
    for filters, index in INDEXED.items():
        found = filtered(cast.chen, filters, today=now().date())
        plan = found.order_by("-opened_at", "-id")[: PAGE + 1].explain()
        assert index in plan, f"{filters}: {plan}"
        assert "Seq Scan on cases_case" not in plan, f"{filters}: {plan}"
