"""Showing the way to a unit outside the hall, and checking back (way 5, 指路)."""

import datetime as dt
from collections.abc import Iterator

from django.db import transaction
from django.utils.translation import gettext

from cases.lifecycle import RuleBroken, Verb, broken, refuse, target
from cases.models import Answer, Case, Direction
from cases.models.case import DeadlineKind
from cases.models.notices import NoticeKind
from cases.models.outside import DirectionState
from windows.models import Clerk, Department

from ._papers import issue, item_facts, notice_facts, notice_told
from ._steps import (
    _,
    calendar_of,
    count_days,
    deadline_row,
    due_again,
    local_date,
    locked_case,
    move,
    must_hold,
    must_not_be_deemed,
    must_not_be_offered,
    must_not_be_renewed,
    record,
    state_of,
)
from .answering import tell_direction
from .stamp import Form
from .texts import civil, real_reason


def direction_faults(bring: str, reason: str) -> Iterator[RuleBroken]:
    """Yield everything that is missing of what a person shown the way is told."""
    for name, text in (("bring", bring), ("reason", reason)):
        if not text.strip():
            yield RuleBroken(
                _("Say what to bring and why the unit is the right one."), field=name
            )
        elif name == "reason":
            yield from broken(real_reason, text)
        yield from broken(civil, name, text)


@transaction.atomic(durable=True)
def direct_elsewhere(
    case_id: int,
    *,
    department_id: int,
    bring: str,
    reason: str,
    by: Clerk,
    at: dt.datetime,
    form: Form | None = None,
) -> Direction:
    """Show the way to a unit outside the hall (R1.05, R3.15).

    Unit, address, telephone and hours are kept as told. The case stays open, and this
    clerk accountable, until the person got through or the check-back is done.
    """
    case = locked_case(case_id, by=by, at=at, form=form)
    must_hold(case, by)
    must_not_be_offered(case)
    target(Verb.DIRECT, state_of(case))
    must_not_be_deemed(case, at)
    must_not_be_renewed(case, at)
    unit = Department.objects.filter(
        pk=department_id, in_hall=False, is_active=True
    ).first()
    if unit is None:
        raise RuleBroken(
            _("Choose a unit outside the hall; inside it, hand over with key 4."),
            field="department",
        )
    if not unit.address.strip() or not unit.telephone.strip():
        raise RuleBroken(
            _("This unit has no address or telephone yet: tell an administrator."),
            field="department",
            rule="R1.05",
        )
    refuse(direction_faults(bring, reason))
    computed = count_days(calendar_of(case), local_date(at), case.hall.checkback_days)
    direction = Direction.objects.create(
        case=case,
        department=unit,
        unit=unit.name,
        address=unit.address,
        telephone=unit.telephone,
        hours=unit.hours,
        bring=bring,
        reason=reason,
        by=by,
        at=at,
        check_back_on=computed.due,
    )
    fields = move(case, Verb.DIRECT)
    case.due_on = computed.due
    case.save(update_fields=[*fields, "due_on"])
    deadline_row(case, DeadlineKind.CHECK_BACK, computed, rule="R3.15", at=at).save()
    told = {
        name: getattr(direction, name)
        for name in ("address", "telephone", "hours", "bring", "reason")
    }
    notice = issue(
        case,
        NoticeKind.GUIDE,
        {
            "direction": direction.pk,
            "item": item_facts(case.applied_for),
            "unit": {"name": unit.name, "name_en": unit.name_en},
            "check_back_on": computed.due.isoformat(),
            **told,
        },
        by=by,
        at=at,
    )
    record(
        case,
        "directed",
        by=by,
        at=at,
        facts={
            "direction": direction.pk,
            "unit": {"id": unit.pk, "name": unit.name},
            "check_back_on": computed.due.isoformat(),
            "notice": notice_facts(notice),
        },
        told=told | notice_told(notice),
    )
    return direction


@transaction.atomic(durable=True)
def check_back(
    case_id: int,
    *,
    got_through: bool,
    remark: str,
    by: Clerk,
    at: dt.datetime,
    form: Form | None = None,
) -> Case | Answer:
    """Record whether the person got through to the unit outside.

    If so, the direction was the answer; if not, the case is back at this desk and
    another way forward is needed.
    """
    case = locked_case(case_id, by=by, at=at, form=form)
    must_hold(case, by)
    must_not_be_offered(case)
    verb = Verb.CHECK_BACK_REACHED if got_through else Verb.CHECK_BACK_FAILED
    target(verb, state_of(case))
    direction = Direction.objects.get(case=case, state=DirectionState.WAITING)
    if not got_through and not remark.strip():
        raise RuleBroken(_("Say what went wrong there."), field="remark")
    direction.state = DirectionState.REACHED if got_through else DirectionState.FAILED
    direction.checked_by = by
    direction.checked_at = at
    direction.remark = remark
    direction.save(update_fields=["state", "checked_by", "checked_at", "remark"])
    if got_through:
        return tell_direction(
            case, text=_as_told(direction), next_step=direction.bring, by=by, at=at
        )
    changed = [*move(case, verb), *due_again(case, since=direction.at, at=at)]
    case.save(update_fields=changed)
    record(
        case,
        "check_back_failed",
        by=by,
        at=at,
        facts={"direction": direction.pk},
        told={"remark": remark},
    )
    return case


def _as_told(direction: Direction) -> str:
    return gettext(
        "%(unit)s answers for this matter: %(address)s, telephone %(telephone)s. "
        "Reason: %(reason)s"
    ) % {
        "unit": direction.unit,
        "address": direction.address,
        "telephone": direction.telephone,
        "reason": direction.reason,
    }
