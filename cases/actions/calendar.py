"""What follows when the calendar changed: dates that are let move, and each that moves.

Which dates move is said by `cases.reads.recount`; they move when an administrator to
whom they were shown says so (R9.11, R9.12).
"""

import datetime as dt

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from cases.lifecycle import RuleBroken, State
from cases.models import CalendarRelease, Case, Deadline, Part
from cases.models.case import DeadlineKind
from cases.reads.recount import Recount, recount_of, release_in_force
from windows.calendars import calendar_version
from windows.models import Clerk
from windows.roles import Role

from ._parts import parts_moved
from ._steps import _, deadline_row, local_date, locked_case, person, record, state_of
from .texts import real_reason


@transaction.atomic
def release_calendar(*, reason: str, by: Clerk, at: dt.datetime) -> CalendarRelease:
    """Let the dates of open cases move to the calendar as it is now; once.

    Runs in the transaction that changed the calendar, so that both are or neither is.
    """
    if by.role != Role.ADMINISTRATOR:
        raise RuleBroken(_("Only an administrator can do this."))
    real_reason(reason)
    release = release_in_force() or CalendarRelease.objects.create(
        version=calendar_version(), reason=reason, by=by, at=at
    )
    try:
        with transaction.atomic():
            app.configure_task(
                "cases.move_dates", queueing_lock="cases.move_dates"
            ).defer(timestamp=0)
    except AlreadyEnqueued:
        pass  # the one that waits looks at the dates as they are then
    return release


@transaction.atomic(durable=True)
def move_dates(case_id: int, *, by: Clerk, at: dt.datetime) -> Recount | None:
    """Move the dates of one case to the calendar that was released (R9.11, R9.14).

    None, and nothing is written, if they fit: done twice it is done once. What was
    told before stays on the rows it was written to, and each new row says it too.
    """
    case = locked_case(case_id, by=by, at=at, form=None)
    release = release_in_force()
    if release is None:
        raise RuleBroken(
            _("The calendar has changed again: look at its dates first."), rule="R9.11"
        )
    if state_of(case) is State.CLOSED:
        return None
    found = recount_of(case.pk, local_date(at))
    if found is None or not found.moves:
        return None
    case.promised_due = found.new_promised
    case.statutory_due = found.new_statutory
    case.tell_by = found.new_tell_by
    case.due_on = found.new_due
    case.save(update_fields=["promised_due", "statutory_due", "tell_by", "due_on"])
    Deadline.objects.bulk_create(_rows(case, found, release, at))
    moved = Part.objects.in_bulk(found.parts)
    for pk, day in found.parts.items():
        moved[pk].due_on = day
    Part.objects.bulk_update(moved.values(), ["due_on"])
    record(
        case,
        "dates_moved",
        by=by,
        at=at,
        facts={
            "calendar": release.version,
            "released_by": person(release.by),
            "promised_due": _text(found.new_promised),
            "statutory_due": _text(found.new_statutory),
            "tell_by": _text(found.new_tell_by),
            "was": {
                "promised_due": _text(found.promised_due),
                "statutory_due": _text(found.statutory_due),
                "tell_by": _text(found.tell_by),
                "due_on": _text(found.due_on),
            },
            **parts_moved(list(moved.values())),
        },
    )
    return found


def _rows(
    case: Case, found: Recount, release: CalendarRelease, at: dt.datetime
) -> list[Deadline]:
    """Return a new row for each date that moved, unsaved; the old ones stay (R9.14)."""
    rows = []
    for moved in found.moved:
        row = deadline_row(
            case, DeadlineKind(moved.kind), moved.counted, rule=moved.rule, at=at
        )
        row.due_on, row.was_on, row.release = moved.due, moved.was, release
        rows.append(row)
    return rows


def _text(date: dt.date | None) -> str | None:
    return date.isoformat() if date else None
