"""What a calendar that changed does to the dates of open cases (R9.11, R9.12, R9.14).

Every date is counted anew from what is kept: start, days, unit, stops. Which of them
move is said in `cases.deadlines.moved`. Reads only; `cases.actions.calendar` moves.
Nothing here remembers what was looked at before, so it may be asked at any time.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django.db.models import F, Max, OuterRef, QuerySet, Subquery

from cases import deadlines
from cases.deadlines import Binds, Stop, Whole
from cases.lifecycle import IN_WORK, UNDECIDED, UNTOLD, State
from cases.models import (
    Answer,
    CalendarRelease,
    Case,
    ClockStop,
    Deadline,
    Notice,
    Part,
)
from cases.models.case import DeadlineKind
from cases.models.joint import PartState
from cases.models.notices import NoticeKind
from cases.numbers import format_number
from windows.calendars import calendar_version, calendar_with, current_calendar
from windows.closures import Calendar
from windows.closures import Notice as YearNotice
from windows.models import Clerk

BATCH: Final = 1000
"""Cases read at a time, in four statements."""

PAGE: Final = 50
"""Cases of a list on one page."""

CalendarOf = Callable[[str], Calendar]
"""Gives the calendar of a region: the one in force, or one to be looked at first."""

_STEPS: Final[Mapping[State, DeadlineKind]] = {
    State.ASKED: DeadlineKind.WAY,
    State.WAITING: DeadlineKind.BRING,
    State.DIRECTED: DeadlineKind.CHECK_BACK,
    State.RAISED: DeadlineKind.REPLY,
    State.NEGATIVE_FILED: DeadlineKind.NEGATIVE,
    State.ANSWERED: DeadlineKind.CALL_BACK,
}
"""What is due next in a state; of an accepted case it is the promise, or a stop."""

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Moved:
    """A date that moves: from when, to when, and the count it rests on."""

    kind: DeadlineKind
    was: dt.date
    due: dt.date
    counted: deadlines.Deadline
    rule: str


@dataclass(frozen=True, slots=True)
class Recount:
    """The dates of one case by a calendar: those that move, and those kept as told.

    `promised_due`, `statutory_due` and `due_on` are as they are now, `new_*` as they
    are to be. `promise_kept`: the count would be later, and the promise binds (R1.30).
    `parts` are the new days of units whose day moves, by part (R4.78).
    """

    case_id: int
    hall_id: int
    promised_due: dt.date | None
    statutory_due: dt.date | None
    tell_by: dt.date | None
    due_on: dt.date | None
    new_promised: dt.date | None
    new_statutory: dt.date | None
    new_tell_by: dt.date | None
    new_due: dt.date | None
    moved: tuple[Moved, ...]
    promise_kept: bool
    parts: Mapping[int, dt.date]

    @property
    def moves(self) -> bool:
        """Whether any date of the case moves, or that of a unit of it."""
        return bool(self.moved or self.parts)

    @property
    def number(self) -> str:
        """The case number as it is printed."""
        return format_number(self.case_id)


def recounts(
    cases: QuerySet[Case], calendar_of: CalendarOf, today: dt.date
) -> Iterator[Recount]:
    """Count the dates of open cases anew, in the order of their numbers.

    Four statements for each batch; a count that many cases share is done once.
    """
    count = _Counts(calendar_of)
    last = 0
    while True:
        rows = list(_open(cases).filter(pk__gt=last).order_by("pk")[:BATCH])
        if not rows:
            return
        ids = [row["id"] for row in rows]
        kept, stops, parts = _deadlines(ids), _stops(ids), _parts(ids)
        for row in rows:
            pk = row["id"]
            found = _recount(row, kept[pk], stops[pk], count, today)
            if parts[pk]:
                calendar = count.calendar(row["hall__region"])
                whole = _whole(row, kept[pk], stops[pk], found.new_statutory, calendar)
                found = replace(found, parts=_units(parts[pk], whole, calendar, today))
            yield found
        last = ids[-1]


def _open(cases: QuerySet[Case]) -> QuerySet[Case, Any]:
    slips = Notice.objects.filter(case=OuterRef("pk"), kind=NoticeKind.ACCEPTANCE)
    answers = Answer.objects.filter(case=OuterRef("pk"))
    return (
        cases.exclude(state=State.CLOSED)
        .annotate(
            accepted_at=Subquery(_newest(slips, "issued_at")),
            answered_at=Subquery(_newest(answers, "at")),
        )
        .values(
            "id",
            "hall_id",
            "hall__region",
            "state",
            "to_deliver",
            "reopened",
            "renews_after",
            "promised_due",
            "statutory_due",
            "tell_by",
            "due_on",
            "accepted_on",
            "accepted_at",
            "answered_at",
        )
    )


def _newest(rows: QuerySet[Any], column: str) -> QuerySet[Any, Any]:
    newest: QuerySet[Any, Any] = (
        rows.order_by().values("case").annotate(_last=Max(column)).values("_last")
    )
    return newest


def _deadlines(ids: Sequence[int]) -> dict[int, dict[str, Row]]:
    """Return the last row of each kind, by case."""
    rows = (
        Deadline.objects.filter(case_id__in=ids)
        .order_by("case_id", "kind", F("id").desc())
        .distinct("case_id", "kind")
        .values(
            "case_id",
            "kind",
            "starts_on",
            "days",
            "unit",
            "due_on",
            "rule",
            "is_provisional",
        )
    )
    found: dict[int, dict[str, Row]] = defaultdict(dict)
    for row in rows:
        found[row["case_id"]][row["kind"]] = row
    return found


def _stops(ids: Sequence[int]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    rows = ClockStop.objects.filter(case_id__in=ids).order_by("id")
    for row in rows.values("case_id", "at", "began_on", "resumed_on", "limit_days"):
        found[row["case_id"]].append(row)
    return found


def _parts(ids: Sequence[int]) -> dict[int, list[Row]]:
    """Return the parts of joint cases that run, by case."""
    found: dict[int, list[Row]] = defaultdict(list)
    rows = Part.objects.filter(
        case_id__in=ids, state=PartState.RUNNING, turn=F("case__reopened")
    )
    fields = ("stage", "starts_on", "days", "due_on", "law_days", "law_unit")
    for row in rows.values("id", "case_id", *fields):
        found[row["case_id"]].append(row)
    return found


def _whole(
    case: Row,
    kept: Mapping[str, Row],
    stops: Sequence[Row],
    statutory: dt.date | None,
    calendar: Calendar,
) -> Whole:
    """Return what a joint case gives its parts, by a calendar."""
    unit = kept[DeadlineKind.PROMISED]["unit"]
    ran = _ran(case, stops)
    stood = deadlines.days_stood(calendar, case["accepted_on"], unit, ran)
    return Whole(statutory, stood, case["accepted_on"])


def _units(
    parts: Sequence[Row], whole: Whole, calendar: Calendar, today: dt.date
) -> dict[int, dt.date]:
    """Count the days of units anew; return those that move, by part (R4.78)."""
    found: dict[int, dt.date] = {}
    for row in parts:
        try:
            law = (row["law_days"], row["law_unit"]) if row["law_unit"] else None
            start, days = row["starts_on"], row["days"]
            due = deadlines.part_due(
                calendar, start, days, whole, law, stage=row["stage"]
            )
        except ValueError:  # outside every calendar
            continue
        new = deadlines.moved(row["due_on"], due, today)
        if new != row["due_on"]:
            found[row["id"]] = new
    return found


def _ran(case: Row, stops: Sequence[Row]) -> tuple[Stop, ...]:
    """Return the stops since the case was accepted last."""
    since = case["accepted_at"]
    return tuple(
        Stop(row["began_on"], row["resumed_on"], row["limit_days"])
        for row in stops
        if since is None or row["at"] >= since
    )


class _Counts:
    """Counts days by the calendar of a region, and each count only once."""

    def __init__(self, calendar_of: CalendarOf) -> None:
        self._calendar_of = calendar_of
        self._calendars: dict[str, Calendar] = {}
        self._done: dict[Any, deadlines.Deadline | None] = {}

    def calendar(self, region: str) -> Calendar:
        """Return the calendar of a region, made once."""
        if region not in self._calendars:
            self._calendars[region] = self._calendar_of(region)
        return self._calendars[region]

    def __call__(
        self, region: str, row: Row, stops: tuple[Stop, ...] = ()
    ) -> deadlines.Deadline | None:
        """Return the count of a kept date; None while it has none, or cannot have."""
        key = (region, row["starts_on"], row["days"], row["unit"], stops)
        if key not in self._done:
            try:
                self._done[key] = deadlines.due(self.calendar(region), *key[1:4], stops)
            except ValueError:  # the clock stands, or the date lies outside
                self._done[key] = None
        return self._done[key]


def _recount(
    case: Row,
    kept: Mapping[str, Row],
    stops: Sequence[Row],
    count: _Counts,
    today: dt.date,
) -> Recount:
    limits = _limits(case, kept, stops, count, today)
    moved = list(limits.moved)
    tell_by = _told_by(case, kept, count, today)
    new_due = case["due_on"]
    is_stopped = any(not row["resumed_on"] for row in stops)
    step = _step(case, kept, is_stopped=is_stopped)
    if tell_by is not None:
        moved.append(tell_by)
    if step is not None and step["kind"] == DeadlineKind.PROMISED:
        new_due = limits.promised
    elif tell_by is not None and case["due_on"] == case["tell_by"]:
        new_due = tell_by.due
    elif step is not None and (one := _moved(case["due_on"], case, step, count, today)):
        moved.append(one)
        new_due = one.due
    is_in = case["tell_by"] or case["accepted_at"]
    renews = None if case["reopened"] or not is_in else case["renews_after"]
    if renews is not None and case["state"] in UNDECIDED:
        # Nothing is due after the expiry, and that no calendar moves (R1.27).
        is_promise = case["state"] == State.ACCEPTED and limits.promised is not None
        new_due = min(
            limits.promised if is_promise and not is_stopped else new_due, renews
        )
    new_tell_by = tell_by.due if tell_by else case["tell_by"]
    if new_tell_by is not None and case["state"] in UNTOLD:
        # Nothing is due after the day on which silence accepts the case (R1.07).
        new_due = min(new_due, new_tell_by)
    return Recount(
        case_id=case["id"],
        hall_id=case["hall_id"],
        promised_due=case["promised_due"],
        statutory_due=case["statutory_due"],
        tell_by=case["tell_by"],
        due_on=case["due_on"],
        new_promised=limits.promised,
        new_statutory=limits.statutory,
        new_tell_by=new_tell_by,
        new_due=new_due,
        moved=tuple(moved),
        promise_kept=limits.promise_kept,
        parts={},
    )


@dataclass(frozen=True, slots=True)
class _Limits:
    """Both dates of an accepted case as they are to be."""

    promised: dt.date | None
    statutory: dt.date | None
    moved: tuple[Moved, ...] = ()
    promise_kept: bool = False


def _limits(
    case: Row,
    kept: Mapping[str, Row],
    stops: Sequence[Row],
    count: _Counts,
    today: dt.date,
) -> _Limits:
    """Count both dates anew; the clock that was stopped or has ended stays."""
    was = case["promised_due"], case["statutory_due"]
    if not _clock_runs(case, kept):
        return _Limits(*was)
    ran = _ran(case, stops)
    row, law = kept[DeadlineKind.PROMISED], kept[DeadlineKind.STATUTORY]
    promise = count(case["hall__region"], row, ran)
    limit = count(case["hall__region"], law, ran)
    if promise is None or limit is None:
        return _Limits(*was)
    statutory = deadlines.moved(was[1], limit.due, today)
    # A promise is never later than the law's own date (R1.30).
    due = min(promise.due, statutory)
    binds = _binding_of(row)
    promised = min(deadlines.moved(was[0], due, today, binds), statutory)
    both = (
        Moved(DeadlineKind.PROMISED, was[0], promised, promise, row["rule"]),
        Moved(DeadlineKind.STATUTORY, was[1], statutory, limit, law["rule"]),
    )
    return _Limits(
        promised,
        statutory,
        tuple(one for one in both if one.was != one.due),
        promise_kept=binds is Binds.NO_LATER and today <= was[0] and promised < due,
    )


def _told_by(
    case: Row, kept: Mapping[str, Row], count: _Counts, today: dt.date
) -> Moved | None:
    """Count anew until when what is missing is told; None if it stays (R1.07)."""
    row = kept.get(DeadlineKind.TELL)
    if case["tell_by"] is None or row is None:
        return None
    return _moved(case["tell_by"], case, row, count, today)


def _moved(
    was: dt.date, case: Row, row: Row, count: _Counts, today: dt.date
) -> Moved | None:
    """Count a date anew that no stop concerns; None if it stays."""
    counted = count(case["hall__region"], row)
    if counted is None:
        return None
    due = deadlines.moved(was, counted.due, today, _binding_of(row))
    if due == was:
        return None
    return Moved(DeadlineKind(row["kind"]), was, due, counted, row["rule"])


def binding(kind: str, *, is_provisional: bool) -> Binds:
    """What a date of this kind holds against the calendar once it was told.

    A promise binds once it is given (R1.30), and so does the day on a receipt from
    which silence is acceptance (R1.07), unless it was told as provisional (R9.11). All
    other dates are the law's own count, or the hall's own reminders.
    """
    if kind in {DeadlineKind.PROMISED, DeadlineKind.TELL} and not is_provisional:
        return Binds.NO_LATER
    return Binds.NO_EARLIER if kind == DeadlineKind.BRING else Binds.NOTHING


def _binding_of(row: Row) -> Binds:
    return binding(row["kind"], is_provisional=row["is_provisional"])


def _clock_runs(case: Row, kept: Mapping[str, Row]) -> bool:
    """Whether both dates are still counted: an answer ends the clock (rules.md 6.5)."""
    is_over = case["answered_at"] is not None and (
        case["accepted_at"] is None or case["accepted_at"] < case["answered_at"]
    )
    return (
        case["state"] in IN_WORK
        and case["promised_due"] is not None
        and case["statutory_due"] is not None
        and DeadlineKind.PROMISED in kept
        and DeadlineKind.STATUTORY in kept
        and not is_over
    )


def _step(case: Row, kept: Mapping[str, Row], *, is_stopped: bool) -> Row | None:
    """Return the kept date that is the next one due; None if no row says it."""
    if case["tell_by"] is not None and case["tell_by"] == case["due_on"]:
        return kept.get(DeadlineKind.TELL)
    kind = _STEPS.get(State(case["state"]))
    if case["to_deliver"]:
        kind = DeadlineKind.DELIVERY
    if kind is None:
        kind = DeadlineKind.STOP if is_stopped else DeadlineKind.PROMISED
    row = kept.get(kind)
    if kind is DeadlineKind.PROMISED and case["promised_due"] == case["due_on"]:
        return row
    if row is not None and row["due_on"] == case["due_on"]:
        return row
    return next((row for row in kept.values() if row["due_on"] == case["due_on"]), None)


# --- To look at ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Preview:
    """What a calendar would do to the open cases: counts first, then a page of them.

    `cases` and the counts by date are of the hall of who looks, `elsewhere` is how many
    cases of other halls move too. `after` is where the next page begins, 0 if none.
    """

    open_cases: int
    cases: int
    promised: int
    statutory: int
    steps: int
    promises_kept: int
    elsewhere: int
    rows: tuple[Recount, ...]
    is_first: bool
    after: int


def preview(
    by: Clerk,
    today: dt.date,
    *,
    after: int = 0,
    size: int = PAGE,
    year: int | None = None,
    notice: YearNotice | None = None,
) -> Preview:
    """Say which dates would move: by the calendar in force, or with a notice loaded."""

    def with_notice(region: str) -> Calendar:
        if year is None or notice is None:
            return current_calendar(region)
        return calendar_with(year, notice, region)

    looked = promised = statutory = steps = promises_kept = elsewhere = 0
    rows: list[Recount] = []
    for one in recounts(Case.objects.all(), with_notice, today):
        if one.hall_id != by.hall_id:
            elsewhere += one.moves
            continue
        looked += 1
        promises_kept += one.promise_kept
        if one.moves:
            rows.append(one)
            promised += one.promised_due != one.new_promised
            statutory += one.statutory_due != one.new_statutory
            steps += one.due_on != one.new_due
    page = [one for one in rows if one.case_id > after]
    return Preview(
        open_cases=looked,
        cases=len(rows),
        promised=promised,
        statutory=statutory,
        steps=steps,
        promises_kept=promises_kept,
        elsewhere=elsewhere,
        rows=tuple(page[:size]),
        is_first=len(page) == len(rows),
        after=page[size - 1].case_id if len(page) > size else 0,
    )


def release_in_force() -> CalendarRelease | None:
    """Return who let dates move to the calendar as it is now, if anybody did."""
    releases = CalendarRelease.objects.filter(pk=calendar_version())
    return releases.select_related("by").first()


def cases_to_move(today: dt.date) -> Iterator[int]:
    """The numbers of the open cases whose dates do not fit the calendar in force."""
    for one in recounts(Case.objects.all(), current_calendar, today):
        if one.moves:
            yield one.case_id


def recount_of(case_id: int, today: dt.date) -> Recount | None:
    """Count the dates of one case anew by the calendar in force."""
    cases = Case.objects.filter(pk=case_id)
    return next(recounts(cases, current_calendar, today), None)
