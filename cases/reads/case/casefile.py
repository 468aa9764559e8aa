"""Every list of a case (answers, papers, spans, ...) in one statement, as JSON."""

import datetime as dt
import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import F, OuterRef
from django.db.models.functions import JSONObject

from cases.deadlines import off_rest_days
from cases.lifecycle import State
from cases.models import Case
from cases.models.case import DeadlineKind
from cases.models.notices import NoticeKind
from windows.closures import Calendar
from windows.models.places import LatePapers

_LISTS: Final[Mapping[str, tuple[str, ...]]] = {
    "spans": ("clerk_id", "clerk__name", "window__number", "since", "until", "basis"),
    "answers": (
        "kind",
        "text",
        "next_step",
        "basis",
        "other_way",
        "remedies",
        "by__name",
        "at",
    ),
    "notices": (
        "id",
        "kind",
        "version",
        "year",
        "serial",
        "content",
        "issued_by__name",
        "issued_at",
        "is_second",
        "second_reason",
        "correction",
    ),
    "directions": (
        "unit",
        "address",
        "telephone",
        "hours",
        "bring",
        "reason",
        "by__name",
        "at",
        "check_back_on",
        "state",
        "remark",
    ),
    "raises": (
        "filing_number",
        "ground",
        "question",
        "own_view",
        "unit__name",
        "lead_unit__name",
        "to_government",
        "raised_by__name",
        "raised_at",
        "due_on",
        "reply",
        "replied_by__name",
    ),
    "filings": (
        "state",
        "part_id",
        "part__unit",
        "part__name",
        "part__item_id",
        "answer__id",
        "reason",
        "basis",
        "made_possible_by",
        "other_way",
        "remedies",
        "proposed_by_id",
        "proposed_by__name",
        "proposed_at",
        "due_on",
        "decided_by_id",
        "decided_by__name",
        "decision_reason",
    ),
    "follow_ups": ("outcome", "remark", "by__name", "at"),
    "materials": (
        "position",
        "name",
        "form",
        "copies",
        "standard",
        "how_to_get",
        "sample",
        "is_required",
        "may_follow",
        "follow_by",
        "is_extra",
        "serves",
        "received_at",
    ),
    "deadlines": (
        "kind",
        "starts_on",
        "days",
        "unit",
        "due_on",
        "was_on",
        "is_provisional",
        "set_at",
    ),
    "stops": ("ground", "reason", "limit_days", "began_on", "resumed_on", "at"),
    "extensions": ("days", "head", "reason"),
    "greens": (
        "acceptor_id",
        "acceptor__name",
        "chaser_id",
        "chaser__name",
        "chased_at",
        "ended_at",
    ),
    "passes": ("over_id", "at"),
    "passed_by": ("case_id", "at"),
    "deliveries": (
        "method",
        "receiver",
        "proof",
        "carrier",
        "tracking",
        "by__name",
        "at",
        "state",
        "settled_on",
        "remark",
    ),
    "parts": (
        "id",
        "turn",
        "position",
        "stage",
        "name",
        "department_id",
        "department__in_hall",
        "unit",
        "item_id",
        "window_id",
        "window__number",
        "window__name",
        "person_id",
        "person__name",
        "is_lead",
        "days",
        "law_days",
        "law_unit",
        "silence_agrees",
        "state",
        "asked_at",
        "starts_on",
        "due_on",
        "opinion",
        "text",
        "basis",
        "letter",
        "answered_by__name",
        "answered_at",
    ),
    "objections": (
        "part_id",
        "level",
        "opened_at",
        "due_on",
        "outcome",
        "reason",
        "decided",
        "settled_by__name",
        "settled_at",
    ),
    "referrals": (
        "id",
        "state",
        "settle_reason",
        "from_clerk_id",
        "to_clerk_id",
        "to_clerk__name",
        "to_window_id",
        "to_window__number",
        "to_window__name",
        "offered_by_id",
        "offered_by__name",
        "reason",
        "escort",
        "offered_at",
        "expires_at",
    ),
}


_THIS_CASE: Final = -1
"""Stands for the number of the case among the parameters of `_statement`."""


@functools.cache
def _statement() -> tuple[str, tuple[Any, ...]]:
    """Return the statement that brings every list of a case as JSON.

    Written once by Django and kept: writing it takes longer than answering it.
    """
    lists = {f"list_{name}": _list(name, *fields) for name, fields in _LISTS.items()}
    cases = Case.objects.filter(pk=_THIS_CASE).order_by()
    sql, parameters = cases.values_list(*lists.values()).query.sql_with_params()
    return sql, parameters


def _list(relation: str, *fields: str) -> ArraySubquery:
    """Return the rows of a relation of the case, oldest first, as JSON objects."""
    model = Case._meta.get_field(relation).related_model  # noqa: SLF001 (documented)
    order = ("position", "pk") if relation == "materials" else ("pk",)
    of = "over_id" if relation == "passed_by" else "case_id"
    rows = model.objects.filter(**{of: OuterRef("pk")}).order_by(*order)  # type: ignore[union-attr]
    return ArraySubquery(
        rows.values(line=JSONObject(**{name: F(name) for name in fields}))
    )


Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Missed:
    """Papers that did not come in time, and what the notice said that this means."""

    if_late: str
    until: dt.date
    names: tuple[str, ...]


class CaseFile:
    """The lists of a case as they came; times are text until they are shown."""

    def __init__(self, case: Case, today: dt.date, calendar: Calendar) -> None:
        sql, parameters = _statement()
        with connection.cursor() as cursor:
            cursor.execute(
                sql, [case.pk if value == _THIS_CASE else value for value in parameters]
            )
            lists = dict(zip(_LISTS, cursor.fetchone(), strict=True))
        rows = {name: [json.loads(row) for row in lists[name]] for name in _LISTS}
        self.authority: str = getattr(case, "authority", None) or ""
        self.spans: Sequence[Row] = rows["spans"]
        self.answers: Sequence[Row] = rows["answers"]
        self.notices: Sequence[Row] = rows["notices"]
        self.directions: Sequence[Row] = rows["directions"][::-1]
        self.raises: Sequence[Row] = rows["raises"][::-1]
        self.filings: Sequence[Row] = rows["filings"][::-1]
        self.follow_ups: Sequence[Row] = rows["follow_ups"]
        self.materials: Sequence[Row] = [
            row | {"follow_by": _off_rest_days(calendar, row["follow_by"])}
            for row in rows["materials"]
        ]
        self.deadlines: Sequence[Row] = rows["deadlines"]
        self.stops: Sequence[Row] = rows["stops"]
        self.extensions: Sequence[Row] = rows["extensions"]
        self.greens: Sequence[Row] = rows["greens"]
        self.passes: Sequence[Row] = rows["passes"]
        self.passed_by: Sequence[Row] = rows["passed_by"]
        self.deliveries: Sequence[Row] = rows["deliveries"]
        # What an acceptance of before a reopening asked is over.
        parts = [row for row in rows["parts"] if row["turn"] == case.reopened]
        self.parts: Sequence[Row] = sorted(parts, key=lambda row: row["position"])
        self.objections: Sequence[Row] = rows["objections"]
        self.referrals: Sequence[Row] = rows["referrals"]
        self.today = today
        self.deemed_on = case.deemed_on(today)
        """Since when silence has accepted the case; its clock has no stops yet."""
        self.renewed_on = case.renewed_on(today)
        """After which expiry the law has renewed what it is about (R1.27)."""

    @property
    def running_stop(self) -> Row | None:
        """The stop for which the clock stands now, if it does (R1.24)."""
        return next((row for row in self.stops if row["resumed_on"] is None), None)

    @property
    def green(self) -> Row | None:
        """The green channel that the case is in, if it is in one (R2.83)."""
        return next((row for row in self.greens if row["ended_at"] is None), None)

    @property
    def lacking(self) -> list[Row]:
        """The required papers that are not here."""
        return [
            row
            for row in self.materials
            if row["is_required"] and row["received_at"] is None
        ]

    def missed(self, state: str) -> "Missed | None":
        """Return the papers whose day has passed, and the notice that named it.

        Of a waiting case those asked for once (R2.23), of an accepted one those that
        were to follow (R2.32).
        """
        kinds = {
            State.WAITING: NoticeKind.ONE_TIME,
            State.ACCEPTED: NoticeKind.OMISSION,
        }
        told = [row for row in self.notices if row["kind"] == kinds.get(State(state))]
        if not told:
            return None
        last = told[-1]
        if state == State.WAITING:
            # The calendar may have moved it to later since the notice (R1.43).
            bring = [row for row in self.deadlines if row["kind"] == DeadlineKind.BRING]
            day = max([last["content"]["bring_by"], *(r["due_on"] for r in bring[-1:])])
            days = [(day, row) for row in self.lacking]
        else:
            days = [(row["follow_by"], row) for row in self.lacking if row["follow_by"]]
        late = [(day_of(day), row) for day, row in days if day_of(day) < self.today]
        if not late:
            return None
        if_late = last["content"].get("if_late", LatePapers.KEPT)
        if if_late == LatePapers.WITHDRAWN and all(row["is_extra"] for _, row in late):
            if_late = LatePapers.REFUSED  # nothing lapses for it: another person looks
        return Missed(
            if_late=if_late,
            until=min(day for day, _row in late),
            names=tuple(row["name"] for _day, row in late),
        )

    @property
    def is_frozen(self) -> bool:
        """Whether the clock stands without a limit, so that there is no due day."""
        stop = self.running_stop
        return stop is not None and stop["limit_days"] is None


def _off_rest_days(calendar: Calendar, day: str | None) -> str | None:
    """Return a day as it was kept; one that became a rest day moves on (R9.09)."""
    return off_rest_days(calendar, day_of(day)).isoformat() if day else None


def time_of(text: str) -> dt.datetime:
    """Return a moment as it was kept."""
    return dt.datetime.fromisoformat(text)


def day_of(text: str) -> dt.date:
    """Return a day as it was kept."""
    return dt.date.fromisoformat(text)
