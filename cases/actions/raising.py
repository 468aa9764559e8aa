"""Raising a matter that is unclear, or nobody's, or several departments' (way 6)."""

import datetime as dt
from collections.abc import Iterator

from django.db import transaction

from cases.lifecycle import RuleBroken, State, Verb, broken, refuse, target
from cases.models import Case, RaisedQuestion
from cases.models.case import DeadlineKind
from cases.models.outside import RaiseGround
from windows.models import Clerk, Department
from windows.roles import Role

from ._steps import (
    _,
    act_by,
    calendar_of,
    count_days,
    deadline_row,
    due_again,
    local_date,
    locked_case,
    move,
    must_hold,
    must_not_be_offered,
    must_run,
    must_supervise,
    open_raise,
    record,
    state_of,
)
from .stamp import Form
from .texts import real_text

GROUNDS = (RaiseGround.UNCLEAR, RaiseGround.NOBODYS, RaiseGround.CROSS)
"""Grounds a clerk may choose; the others belong to the ping-pong guard."""


def question_faults(
    ground: str, question: str, *, has_lead: bool
) -> Iterator[RuleBroken]:
    """Yield everything that a question lacks before it can be filed (R3.17)."""
    if ground not in GROUNDS:
        yield RuleBroken(_("Choose why you raise it."), field="ground")
    if not question.strip():
        yield RuleBroken(_("Write down the question."), field="question")
    else:
        yield from broken(real_text, question, "question")
    if ground == RaiseGround.CROSS and not has_lead:
        yield RuleBroken(
            _("Name the one unit that leads."), field="lead_unit", rule="R3.17"
        )


@transaction.atomic(durable=True)
def raise_question(
    case_id: int,
    *,
    ground: str,
    question: str,
    own_view: str,
    unit_id: int | None,
    lead_unit_id: int | None,
    to_government: bool,
    by: Clerk,
    at: dt.datetime,
    form: Form | None = None,
) -> RaisedQuestion:
    """Raise a matter to the own unit and file it with the hall's committee.

    R3.16: nothing is sent back before asking. R3.17: across departments one lead unit
    is named; the last resort is the government at the same level.
    """
    case = locked_case(case_id, by=by, at=at, form=form)
    must_hold(case, by)
    must_not_be_offered(case)
    target(Verb.RAISE, state_of(case))
    must_run(case)
    units = Department.objects.filter(is_active=True).in_bulk(
        [pk for pk in (unit_id, lead_unit_id) if pk is not None]
    )
    lead = units.get(lead_unit_id) if lead_unit_id is not None else None
    refuse(question_faults(ground, question, has_lead=lead is not None))
    if unit_id is None or unit_id not in units:
        raise RuleBroken(_("Choose the unit that decides."), field="unit")
    computed = count_days(calendar_of(case), local_date(at), case.hall.raise_days)
    raised = open_raise(
        case,
        RaiseGround(ground),
        question=question,
        by=by,
        at=at,
        computed=computed,
        own_view=own_view,
        unit=units[unit_id],
        lead_unit=lead,
        to_government=to_government,
    )
    fields = move(case, Verb.RAISE)
    case.due_on = act_by(case, computed.due)
    case.save(update_fields=[*fields, "due_on"])
    deadline_row(case, DeadlineKind.REPLY, computed, rule="R3.16", at=at).save()
    record(
        case,
        "raised",
        by=by,
        at=at,
        facts={
            "raise": raised.pk,
            "filing_number": raised.filing_number,
            "ground": str(ground),
            "unit": units[unit_id].name,
            "lead_unit": lead.name if lead else None,
            "government": to_government,
        },
        told={"question": question, "own_view": own_view},
    )
    return raised


@transaction.atomic(durable=True)
def reply_to_raise(
    case_id: int,
    *,
    reply: str,
    by: Clerk,
    at: dt.datetime,
    form: Form | None = None,
) -> Case:
    """Record the reply to a raised question; the case is back where it was.

    The accountable clerk or a supervisor of the hall writes it down; what the ping-pong
    guard has raised is settled by a supervisor alone.
    """
    case = locked_case(case_id, by=by, at=at, form=form)
    raised = RaisedQuestion.objects.filter(case=case, replied_at__isnull=True).first()
    if raised is None:
        raise RuleBroken(_("No raised question waits for a reply."))
    by_itself = raised.ground not in GROUNDS or case.limbo_since is not None
    if by.role == Role.SUPERVISOR or by_itself:
        must_supervise(case, by)
    else:
        must_hold(case, by)
    if not reply.strip():
        raise RuleBroken(_("Write down the reply."), field="reply")
    raised.reply = reply
    raised.replied_by = by
    raised.replied_at = at
    raised.save(update_fields=["reply", "replied_by", "replied_at"])
    fields = ["limbo_since"]
    case.limbo_since = None
    if state_of(case) is State.RAISED:
        fields += move(case, Verb.REPLY_TO_RAISE, before=raised.prior_state)
        fields += due_again(case, since=raised.raised_at, at=at)
    case.save(update_fields=fields)
    record(
        case,
        "raise_replied",
        by=by,
        at=at,
        facts={"raise": raised.pk, "filing_number": raised.filing_number},
        told={"reply": reply},
    )
    return case


def waits_for_reply(case_id: int) -> bool:
    """Tell whether a raised question of this case waits for its reply."""
    return RaisedQuestion.objects.filter(
        case_id=case_id, replied_at__isnull=True
    ).exists()
