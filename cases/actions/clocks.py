"""Stopping the clock of an accepted case, letting it run again, and extending it once.

Both dates are counted anew from what is stored: the limits as they were on acceptance,
every stop, and the extension (R1.24, rules.md 6.5). Nothing is ever counted by a job.
"""

import datetime as dt
from collections.abc import Iterator

from django.db import transaction

from cases import deadlines
from cases.deadlines import (
    LONGEST_EXTENSION,
    LONGEST_JOINT_EXTENSION,
    LONGEST_STOP,
    STOP_NAMES,
    Binds,
    ClockFrozenError,
    StopGround,
    Unit,
)
from cases.lifecycle import RuleBroken, State, Verb, broken, refuse, target
from cases.models import Case, ClockStop, Deadline, Extension
from cases.models.case import DeadlineKind
from cases.models.notices import NoticeKind
from cases.reads.recount import binding
from windows.closures import Calendar
from windows.models import Clerk

from ._papers import issue, item_facts, notice_facts, notice_told
from ._parts import have_several_units, move_parts, parts_of
from ._steps import (
    _,
    act_by,
    act_by_promise,
    calendar_of,
    deadline_row,
    end_stop,
    local_date,
    locked_case,
    must_hold,
    must_not_be_renewed,
    must_supervise,
    record,
    running_stop,
    state_of,
)
from .stamp import Form
from .texts import civil, real_reason

_BOTH = (DeadlineKind.PROMISED, DeadlineKind.STATUTORY)


def reason_faults(reason: str, head: str | None = None) -> Iterator[RuleBroken]:
    """Yield what is wrong with a reason, and with the head who approved it."""
    for name, text in (("reason", reason), ("head", head)):
        if text is not None:
            yield from broken(real_reason, text, name)
            yield from broken(civil, name, text)


@transaction.atomic(durable=True)
def stop_clock(
    case_id: int,
    *,
    ground: str,
    reason: str,
    limit_days: int | None,
    by: Clerk,
    at: dt.datetime,
    form: Form | None = None,
) -> ClockStop:
    """Stop the clock for a special procedure, told in writing (R1.24).

    With `limit_days`, in days of the item's own unit, both dates move by it at once;
    without, they are empty until the clock runs again, and the case is looked at again
    after as many days as a check-back has.
    """
    case = locked_case(case_id, by=by, at=at, form=form)
    must_hold(case, by)
    target(Verb.STOP, state_of(case))
    must_not_be_renewed(case, at)
    if ground not in STOP_NAMES:
        raise RuleBroken(_("Choose what the clock is stopped for."), field="ground")
    refuse(reason_faults(reason))
    if limit_days is not None and not 1 <= limit_days <= LONGEST_STOP:
        raise RuleBroken(
            _("From 1 to %(most)d days."),
            params={"most": LONGEST_STOP},
            field="limit_days",
        )
    if running_stop(case) is not None:
        raise RuleBroken(_("The clock is stopped already."), rule="R1.24")
    today = local_date(at)
    # A stop moves what is ahead; it neither hides nor revives what was missed.
    if case.promised_due is not None and case.promised_due < today:
        raise RuleBroken(
            _("The promised date has passed: a stop cannot move it any more."),
            rule="R1.24",
        )
    if case.stops.filter(resumed_on=today).exists():
        raise RuleBroken(
            _("The clock was let run again today: it can be stopped from tomorrow."),
            rule="R1.24",
        )
    before = _both(case)
    stop = ClockStop.objects.create(
        case=case,
        ground=ground,
        reason=reason,
        limit_days=limit_days,
        began_on=today,
        by=by,
        at=at,
    )
    fields = _count_again(case, at=at)
    if limit_days is None:
        days, unit = case.hall.checkback_days, str(Unit.WORKING)
    else:
        promise = Deadline.objects.filter(case=case, kind=DeadlineKind.PROMISED)
        days, unit = limit_days, promise.latest("id").unit
    ends = _due(case, today, days, unit)
    deadline_row(case, DeadlineKind.STOP, ends, rule="R1.24", at=at).save()
    case.due_on = act_by(case, ends.due)
    case.save(update_fields=[*fields, "due_on"])
    moved = move_parts(case, since=today)
    notice = issue(
        case,
        NoticeKind.STOP,
        {
            "stop": stop.pk,
            "item": item_facts(case.applied_for),
            "ground": str(StopGround(ground)),
            "reason": reason,
            "limit_days": limit_days,
            "unit": unit,
            "began_on": today.isoformat(),
            "ends_on": None if limit_days is None else ends.due.isoformat(),
            "before": before,
            **_both(case),
        },
        by=by,
        at=at,
    )
    record(
        case,
        "clock_stopped",
        by=by,
        at=at,
        facts={
            "stop": {
                "id": stop.pk,
                "ground": str(StopGround(ground)),
                "limit_days": limit_days,
                "ends_on": ends.due.isoformat(),
            },
            **_both(case),
            **moved,
            "notice": notice_facts(notice),
        },
        told={"reason": reason} | notice_told(notice),
    )
    return stop


@transaction.atomic(durable=True)
def resume_clock(
    case_id: int, *, by: Clerk, at: dt.datetime, form: Form | None = None
) -> Case:
    """Let the clock run again; both dates move by the days it stood (R1.24).

    What a stop took beyond its own limit counts against the unit (rules.md 6.5).
    """
    case = locked_case(case_id, by=by, at=at, form=form)
    must_hold(case, by)
    target(Verb.RESUME, state_of(case))
    stop = running_stop(case)
    if stop is None:
        raise RuleBroken(_("The clock is running."), rule="R1.24")
    end_stop(stop, by=by, at=at)
    fields = _count_again(case, at=at)
    if state_of(case) is State.ACCEPTED:
        case.due_on = act_by_promise(case)
        fields.append("due_on")
    case.save(update_fields=fields)
    # What was not missed when the clock stopped is not missed by its standing.
    moved = move_parts(case, since=stop.began_on)
    record(
        case,
        "clock_resumed",
        by=by,
        at=at,
        facts={
            "stop": {"id": stop.pk, "ground": stop.ground},
            **_both(case),
            **moved,
        },
    )
    return case


@transaction.atomic(durable=True)
def extend(
    case_id: int,
    *,
    days: int,
    reason: str,
    head: str,
    by: Clerk,
    at: dt.datetime,
    form: Form | None = None,
) -> Extension:
    """Extend both limits once, before they end, as the head approved (R1.20, R1.29).

    The head of the organ; where several units decide together the head of the
    government at that level, and for longer (R1.21). A supervisor writes down who
    approved it; the applicant is told the reason.
    """
    case = locked_case(case_id, by=by, at=at, form=form)
    must_supervise(case, by)
    target(Verb.EXTEND, state_of(case))
    must_not_be_renewed(case, at)
    if case.extensions.exists():
        raise RuleBroken(
            _("It was extended before: the law allows once."), rule="R1.29"
        )
    is_joint = have_several_units(parts_of(case))
    most = LONGEST_JOINT_EXTENSION if is_joint else LONGEST_EXTENSION
    if not 1 <= days <= most:
        raise RuleBroken(
            _("From 1 to %(most)d days."),
            params={"most": most},
            field="days",
            rule="R1.21" if is_joint else "R1.20",
        )
    refuse(reason_faults(reason, head))
    today = local_date(at)
    if case.statutory_due is not None and case.statutory_due < today:
        raise RuleBroken(
            _("The limit has passed: it can only be extended before."), rule="R1.20"
        )
    before = _both(case)
    extension = Extension.objects.create(
        case=case, days=days, reason=reason, head=head, by=by, at=at
    )
    fields = _count_again(case, at=at)
    if running_stop(case) is None:
        case.due_on = act_by_promise(case)
        fields.append("due_on")
    case.save(update_fields=fields)
    moved = move_parts(case, since=today)
    notice = issue(
        case,
        NoticeKind.EXTENSION,
        {
            "extension": extension.pk,
            "item": item_facts(case.applied_for),
            "days": days,
            "reason": reason,
            "head": head,
            "joint": is_joint,
            "before": before,
            **_both(case),
        },
        by=by,
        at=at,
    )
    record(
        case,
        "extended",
        by=by,
        at=at,
        facts={
            "extension": {"id": extension.pk, "days": days},
            **_both(case),
            **moved,
            "notice": notice_facts(notice),
        },
        told={"reason": reason, "head": head} | notice_told(notice),
    )
    return extension


def _count_again(case: Case, *, at: dt.datetime) -> list[str]:
    """Count both dates anew; return the fields that changed.

    From the last count of each and what was stopped and extended since: a case reopened
    and accepted again has a clock of its own. Each count that has a due day is kept as
    a new row (R9.14). A promise that was missed stays missed, and a firm one moves by
    the stop or the extension alone, whatever the calendar has become (R1.30).
    """
    slip = case.notices.filter(kind=NoticeKind.ACCEPTANCE, version=1).latest("id")
    since = slip.issued_at
    told = Deadline.objects.filter(case=case, kind__in=_BOTH, set_at__gte=since)
    last = {row.kind: row for row in told.order_by("id")}
    stops = list(case.stops.filter(at__gte=since))
    missed = case.promised_due
    if missed is not None and missed < local_date(at):
        del last[DeadlineKind.PROMISED]
    else:
        missed = None
    calendar = calendar_of(case)
    counted: dict[str, deadlines.Deadline] = {}
    for kind, row in last.items():
        more = case.extensions.filter(at__gt=row.set_at).values_list("days", flat=True)
        days = row.days + sum(more)
        try:
            counted[kind] = deadlines.due(
                calendar,
                row.starts_on,
                max(days - _gained(row, stops, calendar), 0),
                row.unit,
                [_ran(stop) for stop in stops],
            )
        except ClockFrozenError:
            continue
        except ValueError:
            raise RuleBroken(_("The date would lie outside every calendar.")) from None
    Deadline.objects.bulk_create(
        deadline_row(case, DeadlineKind(kind), found, rule=last[kind].rule, at=at)
        for kind, found in counted.items()
    )
    case.promised_due = case.statutory_due = None
    if counted:
        case.statutory_due = counted[DeadlineKind.STATUTORY].due
        # A promise is never later than the law's own date (R1.30).
        case.promised_due = missed or min(
            counted[DeadlineKind.PROMISED].due, case.statutory_due
        )
    return ["promised_due", "statutory_due"]


def _gained(row: Deadline, stops: list[ClockStop], calendar: Calendar) -> int:
    """Days by which the calendar of today would make a firm promise later (R1.30)."""
    if binding(row.kind, is_provisional=row.is_provisional) is not Binds.NO_LATER:
        return 0
    known = [_ran(stop, row.set_at) for stop in stops if stop.at <= row.set_at]
    now = deadlines.due(calendar, row.starts_on, row.days, row.unit, known).due
    if now <= row.due_on:
        return 0
    if row.unit == Unit.CALENDAR:
        return (now - row.due_on).days
    return deadlines.working_days_between(calendar, row.due_on, now)


def _ran(stop: ClockStop, seen: dt.datetime | None = None) -> deadlines.Stop:
    """Return a stop as it counts; with `seen`, as it stood at that moment."""
    is_over = stop.resumed_at is not None and (seen is None or stop.resumed_at <= seen)
    ended = stop.resumed_on if is_over else None
    return deadlines.Stop(stop.began_on, ended, stop.limit_days)


def _due(case: Case, start: dt.date, days: int, unit: str) -> deadlines.Deadline:
    try:
        return deadlines.due(calendar_of(case), start, days, unit)
    except ValueError:
        raise RuleBroken(_("The date would lie outside every calendar.")) from None


def _both(case: Case) -> dict[str, str | None]:
    """Both dates as an event tells them; none while the clock is frozen."""
    return {
        name: date.isoformat() if date else None
        for name, date in (
            ("promised_due", case.promised_due),
            ("statutory_due", case.statutory_due),
        )
    }
