"""The parts of a joint case as its page shows them: who was asked, who is silent."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from cases.deadlines import (
    Share,
    Unit,
    Whole,
    bar,
    days_stood,
    due_without,
    expected,
    has_all_days,
    has_moved,
    late_by,
    working_days_between,
)
from cases.lifecycle import IN_WORK, MOVES, State, Verb
from cases.models import Case
from cases.models.answers import FilingState
from cases.models.case import DeadlineKind
from cases.models.joint import Level as LevelName
from cases.models.joint import ObjectionOutcome, Opinion, PartState
from cases.models.notices import NoticeKind
from cases.numbers import paper_number
from cases.reads.due import Due, Explained, explained, shown
from windows.closures import Calendar
from windows.models import Clerk, Posting, Responsibility
from windows.models.items import Authority
from windows.models.people import here_on
from windows.roles import COUNTER, Role

from .casefile import CaseFile, Row, day_of, time_of
from .clocks import stops_of
from .shown import Joint, Level, Part, Text


def joint_of(
    case: Case, file: CaseFile, calendar: Calendar, viewer: Clerk, today: dt.date
) -> Joint | None:
    """Return the time table of a joint case as it stands; one statement more."""
    if not file.parts:
        return None
    start = timezone.localdate(time_of(file.parts[0]["asked_at"]))
    shares = [_share(row) for row in file.parts]
    whole = whole_of(case, file, calendar)
    runs = expected(calendar, start, shares, whole, _as_of(file, today))
    looker = _Looker(case, viewer, file.parts, today)
    parts = tuple(
        _part(row, file, calendar, whole, start, run, looker)
        for row, run in zip(file.parts, runs, strict=True)
    )
    is_bundle = file.parts[0]["item_id"] is not None
    others = [part for part in parts if is_bundle or not part.is_lead]
    units = {part.name if is_bundle else part.unit for part in others}
    waiting = {
        part.name if is_bundle else part.unit
        for part in others
        if part.state in (PartState.PENDING, PartState.RUNNING)
        or (is_bundle and part.state == PartState.OBJECTED)
        or (is_bundle and part.state == PartState.REFUSED and not part.is_approved)
    }
    told = {row["part_id"] for row in file.filings if row["answer__id"]}
    refused = [one for one in parts if one.state == PartState.REFUSED]
    return Joint(
        parts=parts,
        units=len(units),
        answered=len(units - waiting),
        width=max(1, *(part.before + part.length for part in parts)),
        today=max(0, working_days_between(calendar, start, today)),
        silence_agrees=case.hall.silence_agrees,
        moved_since=_moved_since(case, file),
        refused=tuple(part for part in refused if part.id not in told),
        promised=case.promised_due if case.state in IN_WORK else None,
        is_bundle=is_bundle,
    )


def _moved_since(case: Case, file: CaseFile) -> str:
    """Return the number of the time table, if dates have moved since it was issued."""
    tables = [row for row in file.notices if row["kind"] == NoticeKind.JOINT]
    if not tables or case.state not in IN_WORK:
        return ""
    last = tables[-1]
    dues = [day_of(row["due_on"]) if row["due_on"] else None for row in file.parts]
    if not has_moved(last["content"], dues, case.promised_due, case.statutory_due):
        return ""
    return paper_number(last["kind"], last["year"], last["serial"])


def _as_of(file: CaseFile, today: dt.date) -> dt.date:
    """The day as of which what waits is expected: of an answered case the answer's."""
    since = time_of(file.parts[0]["asked_at"])
    ended = [time_of(row["at"]) for row in file.answers if row["kind"] != "refusal"]
    ended = [at for at in ended if at >= since]
    return timezone.localdate(ended[-1]) if ended else today


def whole_of(case: Case, file: CaseFile, calendar: Calendar) -> Whole:
    """Return what a joint case gives its parts: its day, and the days it stood."""
    stops = stops_of(file)
    if not stops or case.accepted_on is None:
        return Whole(case.statutory_due, accepted=case.accepted_on)
    units = [r["unit"] for r in file.deadlines if r["kind"] == DeadlineKind.PROMISED]
    return Whole(
        case.statutory_due,
        days_stood(calendar, case.accepted_on, units[-1], stops),
        case.accepted_on,
    )


def days_of_parts(
    joint: Joint, whole: Whole, calendar: Calendar, today: dt.date
) -> tuple[Explained, ...]:
    """Unfold the day of every unit, and of every objection that is open (R4.70).

    On days on which the clock of the whole stood, that of the units did (R1.24).
    """
    runs: list[tuple[str, dt.date, dt.date, Mapping[dt.date, str]]] = [
        (f"{one.unit} · {one.name}", one.first, one.last, whole.stood)
        for one in joint.parts
    ]
    runs += [
        (
            f"{part.unit} · {level.label}",
            timezone.localdate(level.opened_at),
            level.due.due,
            whole.stood,
        )
        for part in joint.parts
        for level in part.levels
        if not level.outcome
    ]
    return tuple(
        explained(
            due_without(
                calendar,
                first,
                _worked(calendar, first, last, stood),
                Unit.WORKING,
                stood,
            ),
            label=label,
            today=today,
        )
        for label, first, last, stood in runs
    )


def _worked(
    calendar: Calendar, first: dt.date, last: dt.date, stood: Mapping[dt.date, str]
) -> int:
    """Working days after `first` up to `last` on which no clock stood."""
    without = sum(first < day <= last and calendar.is_working(day) for day in stood)
    return max(0, working_days_between(calendar, first, last) - without)


class _Looker:
    """Whoever looks at the page: for which units that person may speak."""

    def __init__(
        self, case: Case, viewer: Clerk, parts: Sequence[Row], today: dt.date
    ) -> None:
        works = viewer.role in COUNTER and viewer.hall_id == case.hall_id
        self.today = today
        self.is_open = works and State(case.state) in MOVES[Verb.OPINION]
        self.is_lead = self.is_open and case.holder_id == viewer.pk
        self.is_supervisor = self.is_open and viewer.role == Role.SUPERVISOR
        asked = {row["item_id"] for row in parts} - {None}
        duties = Responsibility.objects.on(today).filter(
            authority=Authority.DECIDE, item_id__in=asked
        )
        decides = duties.filter(window_id=OuterRef("window_id")).values("item_id")
        posts = Posting.objects.on(today).filter(
            Q(window__department_id__in={row["department_id"] for row in parts})
            | Q(window__department=None, window_id__in=duties.values("window_id")),
            window__hall_id=case.hall_id,
            window__is_active=True,
        )
        self.posts = list(
            posts.values_list(
                "clerk_id",
                "window__department_id",
                ArraySubquery(decides),
                Exists(here_on(today).filter(pk=OuterRef("pk"))),
            )
        )
        self.viewer = viewer.pk

    def _of_the_unit(self, row: Row) -> list[tuple[int, bool]]:
        """Who is posted at a window of a part's unit, and whether that person is there.

        The same people as `windows.units.posts_of_unit`, for all parts at once.
        """
        return [
            (clerk, is_here)
            for clerk, department, decided, is_here in self.posts
            if department == row["department_id"]
            or (department is None and row["item_id"] in decided)
        ]

    def has_nobody(self, row: Row) -> bool:
        """Whether nobody is at any window of the unit today."""
        return not any(is_here for _clerk, is_here in self._of_the_unit(row))

    def may_speak(self, row: Row) -> bool:
        """Whether this person may give the opinion that a part asks for."""
        if row["is_lead"] and row["item_id"] is None:
            return self.is_lead
        if self.is_open and self.viewer in [who for who, _ in self._of_the_unit(row)]:
            return True
        return self.has_nobody(row) and (self.is_lead or self.is_supervisor)

    def may_settle(self, row: Row, level: str) -> bool:
        """Whether this person may settle an objection where it lies."""
        if level != LevelName.LEAD:
            return self.is_supervisor
        return self.is_lead or self.may_speak(row)


def _share(row: Row) -> Share:
    done = (PartState.ANSWERED, PartState.REFUSED)
    is_done = row["state"] in (done if row["item_id"] else done[:1])
    return Share(
        row["stage"],
        row["days"],
        day_of(row["starts_on"]) if row["starts_on"] else None,
        day_of(row["due_on"]) if row["due_on"] else None,
        timezone.localdate(time_of(row["answered_at"])) if is_done else None,
        (row["law_days"], row["law_unit"]) if row["law_unit"] else None,
    )


def _part(
    row: Row,
    file: CaseFile,
    calendar: Calendar,
    whole: Whole,
    start: dt.date,
    run: tuple[dt.date, dt.date],
    looker: _Looker,
) -> Part:
    today, (first, last) = looker.today, run
    before, length = bar(calendar, start, first, last)
    is_running = row["state"] == PartState.RUNNING
    levels = [one for one in file.objections if one["part_id"] == row["id"]]
    is_here = row["window_id"] is not None or row["department__in_hall"]
    is_approved = row["id"] in {
        filing["part_id"]
        for filing in file.filings
        if filing["state"] == FilingState.APPROVED
    }
    who = ""
    if row["person__name"]:
        who = f"{row['person__name']} · {row['window__number']} {row['window__name']}"
    return Part(
        id=row["id"],
        name=row["name"],
        unit=row["unit"],
        who=who,
        window=row["window__number"] or "",
        is_lead=row["is_lead"],
        is_item=row["item_id"] is not None,
        is_outside=not is_here and not row["is_lead"] and looker.has_nobody(row),
        is_approved=is_approved,
        days=row["days"],
        state=row["state"],
        label=_label(row, is_approved=is_approved),
        first=first,
        last=last,
        is_expected=row["starts_on"] is None,
        before=before,
        length=length,
        due=_due(file, last, today, calendar) if is_running else None,
        is_silent=is_running
        and not row["is_lead"]
        and last < today
        and not file.is_frozen,
        may_count_silence=row["silence_agrees"]
        and has_all_days(calendar, first, row["days"], last, whole),
        days_late=_days_late(row, file, calendar),
        said=_said(row, levels),
        text=row["text"],
        basis=row["basis"],
        letter=row["letter"],
        by=row["answered_by__name"] or "",
        at=time_of(row["answered_at"]) if row["answered_at"] else None,
        levels=tuple(_level(one, row, file, calendar, looker) for one in levels),
        has_nobody=(is_here or (row["is_lead"] and row["item_id"] is not None))
        and row["state"] in (PartState.RUNNING, PartState.OBJECTED)
        and looker.has_nobody(row),
        may_speak=is_running and looker.may_speak(row),
    )


def _due(file: CaseFile, last: dt.date, today: dt.date, calendar: Calendar) -> Due:
    """Say how near a unit's day is; while the clock is frozen it has none (R1.24)."""
    due = shown(last, today=today, calendar=calendar)
    return replace(due, level="stopped") if file.is_frozen else due


def _label(row: Row, *, is_approved: bool) -> str:
    """Say how a part stands; an item is refused once that was approved (R3.30)."""
    if row["item_id"] is not None:
        if row["state"] == PartState.RUNNING:
            return gettext("is being decided")
        if row["state"] == PartState.REFUSED and is_approved:
            return gettext("not granted")
        if row["state"] in (PartState.OBJECTED, PartState.REFUSED):
            return gettext("to be refused")
    return str(PartState(row["state"]).label)


ITEM_SAID: Final[Mapping[str, Text]] = {
    Opinion.AGREE: gettext_lazy("granted"),
    Opinion.CONDITIONS: gettext_lazy("granted on conditions"),
    Opinion.OBJECT: gettext_lazy("to be refused"),
}
"""How an item of a life event stands: its unit grants or refuses it (R1.40)."""


def _said(row: Row, levels: Sequence[Row]) -> str:
    if not row["opinion"]:
        return ""
    if row["item_id"] is None:
        return str(Opinion(row["opinion"]).label)
    if row["state"] == PartState.ANSWERED and row["opinion"] == Opinion.OBJECT:
        lifted = levels[-1]["outcome"] if levels else ""
        on_conditions = lifted == ObjectionOutcome.CONDITIONS
        return str(ITEM_SAID[Opinion.CONDITIONS if on_conditions else Opinion.AGREE])
    return str(ITEM_SAID[Opinion(row["opinion"])])


ITEM_ENDED: Final[Mapping[str, Text]] = {
    ObjectionOutcome.LIFTED: gettext_lazy("It is granted after all"),
    ObjectionOutcome.CONDITIONS: gettext_lazy("It is granted on conditions"),
    ObjectionOutcome.STANDS: gettext_lazy("It is to be refused"),
    ObjectionOutcome.UP: gettext_lazy("It goes one level up"),
}
"""How it ended whether an item of a life event is refused."""


def _ended(outcome: str, *, is_item: bool) -> str:
    if is_item and outcome in ITEM_ENDED:
        return str(ITEM_ENDED[outcome])
    return str(ObjectionOutcome(outcome).label) if outcome else ""


def _days_late(row: Row, file: CaseFile, calendar: Calendar) -> int:
    """Working days by which a unit answered after its day; 0 in time (R4.78)."""
    if row["answered_at"] is None or row["opinion"] == Opinion.SILENCE:
        return 0
    answered = timezone.localdate(time_of(row["answered_at"]))
    return late_by(calendar, day_of(row["due_on"]), answered, stops_of(file))


def _level(
    row: Row, part: Row, file: CaseFile, calendar: Calendar, looker: _Looker
) -> Level:
    outcome = row["outcome"]
    due_on = day_of(row["due_on"])
    return Level(
        level=row["level"],
        label=str(LevelName(row["level"]).label),
        opened_at=time_of(row["opened_at"]),
        due=_due(file, due_on, looker.today, calendar),
        outcome=outcome,
        ended=_ended(outcome, is_item=part["item_id"] is not None),
        reason=row["reason"],
        decided=row["decided"],
        by=row["settled_by__name"] or "",
        at=time_of(row["settled_at"]) if row["settled_at"] else None,
        may_settle=not outcome and looker.may_settle(part, row["level"]),
    )
