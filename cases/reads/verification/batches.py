"""Reading the cases to be checked, a batch at one moment."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import F, Model, QuerySet

from cases.models import (
    Answer,
    Applicant,
    Appointment,
    Assignment,
    Case,
    CaseEvent,
    CaseMaterial,
    ClockStop,
    Deadline,
    Delivery,
    Direction,
    Extension,
    FollowUp,
    GreenChannel,
    GreenPass,
    NameCorrection,
    NegativeFiling,
    Notice,
    Objection,
    Part,
    RaisedQuestion,
    Referral,
    Scan,
    Signature,
    Words,
)

from .chains import broken_links
from .findings import Checked, Row
from .tables import differences

BATCH = 200
"""Cases read at a time: 23 statements for each batch, whatever the number of cases."""


def verify_case(case_id: int) -> Checked:
    """Check one case."""
    return _checked(Case.objects.filter(pk=case_id))


def verify_all(on_batch: Callable[[Checked], None] | None = None) -> Checked:
    """Check every case; `on_batch` is told after each batch what has been read."""
    total, last = Checked(), 0
    while True:
        batch = _checked(Case.objects.filter(pk__gt=last).order_by("pk")[:BATCH])
        if not batch.cases:
            return total
        total.cases += batch.cases
        total.events += batch.events
        total.findings += batch.findings
        last = batch.last
        if on_batch is not None:
            on_batch(total)


@dataclass(slots=True)
class _Batch(Checked):
    last: int = 0


def _checked(cases: QuerySet[Case]) -> _Batch:
    """Read a batch of cases as they are at one moment, and check each."""
    with transaction.atomic():
        if not connection.savepoint_ids:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
                )
        rows: list[Row] = [dict(row) for row in cases.values()]
        ids = [row["id"] for row in rows]
        history = _by_case(CaseEvent, ids, "seq")
        kept = {name: _by_case(model, ids, order) for name, model, order in _TABLES}
    done = _Batch(cases=len(rows), last=max(ids, default=0))
    for case in rows:
        events = history[case["id"]]
        done.events += len(events)
        found = list(broken_links(case, events))
        if not found:
            tables = {name: kept[name][case["id"]] for name, _model, _order in _TABLES}
            found = list(differences(case, events, tables))
        done.findings += found
    return done


_TABLES: tuple[tuple[str, type[Model], str], ...] = (
    ("span", Assignment, "ordinal"),
    ("referral", Referral, "id"),
    ("appointment", Appointment, "id"),
    ("answer", Answer, "id"),
    ("notice", Notice, "id"),
    ("filing", NegativeFiling, "id"),
    ("direction", Direction, "id"),
    ("question", RaisedQuestion, "id"),
    ("call", FollowUp, "id"),
    ("stop", ClockStop, "id"),
    ("extension", Extension, "id"),
    ("delivery", Delivery, "id"),
    ("signature", Signature, "id"),
    ("scan", Scan, "id"),
    ("part", Part, "id"),
    ("objection", Objection, "id"),
    ("paper", CaseMaterial, "id"),
    ("green", GreenChannel, "id"),
    ("pass", GreenPass, "id"),
    ("deadline", Deadline, "id"),
    ("correction", NameCorrection, "id"),
    ("applicant", Applicant, "case_id"),
    ("words", Words, "case_id"),
)


def _by_case(model: type[Model], ids: list[int], order: str) -> dict[int, list[Row]]:
    # A precedence is told by one of its two cases.
    of = "told_of" if model is GreenPass else "case_id"
    rows = (
        model._default_manager.filter(**{f"{of}__in": ids})  # noqa: SLF001 (documented)
        .order_by(of, F(order))
        .values()
    )
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[of]].append(row)
    return found
