"""What a supervisor does: calling back, reopening, and naming somebody instead."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from cases.lifecycle import (
    UNDELIVERED,
    CloseRule,
    RuleBroken,
    SpanBasis,
    State,
    Verb,
    refuse,
    target,
)
from cases.models import (
    Appointment,
    Assignment,
    Case,
    CaseMaterial,
    FollowUp,
    NegativeFiling,
)
from cases.models.answers import FollowUpOutcome
from cases.models.case import DeadlineKind
from windows.listing import joined
from windows.models import Clerk
from windows.roles import COUNTER, Role

from ._papers import lacking, let_silence_count, tell_facts
from ._steps import (
    _,
    calendar_of,
    close,
    count_days,
    deadline_row,
    local_date,
    locked_case,
    move,
    must_supervise,
    next_span,
    person,
    record,
    span_facts,
    staffed_post,
    state_of,
    withdraw_offer,
)
from .stamp import Form

TRIES = 3
"""Calls that reach nobody before the call-back counts as done."""


@dataclass(frozen=True, slots=True)
class Named:
    """Whom a supervisor names accountable, where, and why."""

    clerk_id: int
    window_id: int
    reason: str


def call_faults(outcome: str, remark: str, *, is_named: bool) -> Iterator[RuleBroken]:
    """Yield everything that the record of a call lacks (R4.43, R4.44)."""
    if outcome not in FollowUpOutcome.values:
        yield RuleBroken(_("Choose how the call ended."), field="outcome")
    elif outcome != FollowUpOutcome.SATISFIED and not remark.strip():
        yield RuleBroken(_("Write down what the person said."), field="remark")
    if outcome == FollowUpOutcome.UNSATISFIED and not is_named:
        yield RuleBroken(
            _("Name who answers for the reopened case."), field="clerk", rule="R4.44"
        )


@transaction.atomic(durable=True)
def call_back(
    case_id: int,
    *,
    outcome: str,
    remark: str,
    by: Clerk,
    at: dt.datetime,
    named: Named | None = None,
    form: Form | None = None,
) -> Case:
    """Record a call-back by somebody who did not handle the case (R4.40 to R4.44).

    Whoever held it handled it, and so did whoever decided a negative of it.
    Satisfied, or not satisfied but the law was explained: closed. Not reached: called
    again the next working day, three times. Not satisfied: reopened with the person
    whom the supervisor names, never the one complained of. An acceptance is over then;
    if all papers are here, silence counts from today (R1.07, R1.08).
    """
    case = locked_case(case_id, by=by, at=at, form=form)
    must_supervise(case, by)
    target(Verb.CLOSE, state_of(case))
    if case.to_deliver:
        raise RuleBroken(UNDELIVERED, rule="R1.23")
    _must_not_have_handled(case, by)
    refuse(call_faults(outcome, remark, is_named=named is not None))
    today = local_date(at)
    if outcome == FollowUpOutcome.NOT_REACHED and _tried_on(case, today):
        raise RuleBroken(
            _("Nobody was reached today already: call again another day."),
            field="outcome",
            rule="R4.42",
        )
    FollowUp.objects.create(case=case, by=by, at=at, outcome=outcome, remark=remark)
    told = {"remark": remark}
    facts: dict[str, object] = {"outcome": outcome}
    if outcome == FollowUpOutcome.UNSATISFIED and named is not None:
        facts |= _appoint(case, SpanBasis.REOPENING, named, by=by, at=at)
        facts |= tell_facts(case)
        told["reason"] = named.reason
        record(case, "reopened", by=by, at=at, facts=facts, told=told)
        return case
    if outcome == FollowUpOutcome.NOT_REACHED and _tries(case) < TRIES:
        computed = count_days(calendar_of(case), local_date(at), 1)
        case.due_on = computed.due
        case.save(update_fields=["due_on"])
        deadline_row(case, DeadlineKind.CALL_BACK, computed, rule="R4.42", at=at).save()
        record(case, "not_reached", by=by, at=at, facts=facts, told=told)
        return case
    case.save(update_fields=close(case, CloseRule.CALLED_BACK, at=at))
    record(case, "closed", by=by, at=at, facts=facts, told=told)
    return case


def _must_not_have_handled(case: Case, by: Clerk) -> None:
    """Refuse whoever held the case or decided a negative of it, and say who can call.

    Deciding is handling: nobody asks the citizen how his own decision was liked.
    """
    held = Assignment.objects.filter(case=case).values("clerk")
    decided = NegativeFiling.objects.filter(case=case, decided_by__isnull=False)
    handled = Q(pk__in=held) | Q(pk__in=decided.values("decided_by"))
    if not Clerk.objects.filter(handled, pk=by.pk).exists():
        return
    others = Clerk.objects.filter(
        hall_id=case.hall_id, role=Role.SUPERVISOR, is_active=True
    ).exclude(handled)
    names = list(others.order_by("name_key").values_list("name", flat=True))
    if not names:
        raise RuleBroken(
            _(
                "You handled this case or decided a negative of it, and no other "
                "supervisor of this hall could call back: an administrator must name "
                "one."
            ),
            rule="R4.40",
        )
    raise RuleBroken(
        _("You handled this case or decided its negative: %(names)s can call back."),
        params={"names": joined(names)},
        rule="R4.40",
    )


def _tried_on(case: Case, day: dt.date) -> bool:
    """Tell whether a call of this day reached nobody."""
    return FollowUp.objects.filter(
        case=case, outcome=FollowUpOutcome.NOT_REACHED, at__date=day
    ).exists()


def _tries(case: Case) -> int:
    """Count the calls in a row that reached nobody, since the last answer."""
    answered_at = case.final_answer.at if case.final_answer else case.opened_at
    return FollowUp.objects.filter(
        case=case, outcome=FollowUpOutcome.NOT_REACHED, at__gt=answered_at
    ).count()


@transaction.atomic(durable=True)
def substitute(
    case_id: int,
    named: Named,
    *,
    by: Clerk,
    at: dt.datetime,
    form: Form | None = None,
) -> Case:
    """Name somebody else accountable when the holder has fallen away (R2.60).

    A pending offer of the one who fell away is withdrawn: it cannot outlive the
    accountability that made it.
    """
    case = locked_case(case_id, by=by, at=at, form=form)
    must_supervise(case, by)
    if state_of(case) is State.CLOSED:
        raise RuleBroken(_("The case is closed: nobody needs to answer for it."))
    offer = withdraw_offer(case, by=by, at=at)
    facts = _appoint(case, SpanBasis.SUBSTITUTION, named, by=by, at=at)
    facts["withdrawn_referral"] = offer.pk if offer else None
    record(
        case, "substituted", by=by, at=at, facts=facts, told={"reason": named.reason}
    )
    return case


def _begin_again(case: Case, *, at: dt.datetime) -> list[str]:
    """Let no commitment of before count, and silence about papers that are all here."""
    papers = list(case.materials.all())
    for paper in papers:
        if paper.follow_by is not None and paper.received_at is None:
            paper.follow_by = None
            case.new_papers[paper.position] = paper
    CaseMaterial.objects.bulk_update(case.new_papers.values(), ["follow_by"])
    if case.received_on is None or lacking(papers):
        return []
    return let_silence_count(case, at=at)[1]


def _appoint(
    case: Case, basis: SpanBasis, named: Named, *, by: Clerk, at: dt.datetime
) -> dict[str, object]:
    """Record the appointment and begin the new span with it."""
    if not named.reason.strip():
        raise RuleBroken(_("Say why this person is named."), field="reason")
    if named.clerk_id == case.holder_id:
        raise RuleBroken(
            _("%(name)s had the case: name somebody else."),
            params={"name": case.holder.name},
            field="clerk",
        )
    answered_by = case.final_answer.by_id if case.final_answer else None
    if basis is SpanBasis.REOPENING and named.clerk_id == answered_by:
        raise RuleBroken(
            _("The person complained of this answer: name somebody else."),
            field="clerk",
            rule="R4.44",
        )
    post = staffed_post(named.window_id, named.clerk_id, local_date(at))
    if (
        post is None
        or post.window.hall_id != case.hall_id
        or post.clerk.role not in COUNTER
        or not post.clerk.is_active
    ):
        raise RuleBroken(
            _("This person is not posted at that window today."), field="clerk"
        )
    appointment = Appointment.objects.create(
        case=case,
        kind=basis,
        clerk=post.clerk,
        instead_of=case.holder,
        named_by=by,
        at=at,
        reason=named.reason,
    )
    before = case.holder
    span, changed = next_span(
        case,
        clerk=post.clerk,
        window_id=post.window_id,
        at=at,
        basis=basis,
        appointment_id=appointment.pk,
    )
    if basis is SpanBasis.REOPENING:
        changed += move(case, Verb.REOPEN)
        case.final_answer = None
        case.reopened += 1
        computed = count_days(
            calendar_of(case), local_date(at), case.hall.acceptance_days
        )
        case.due_on = computed.due
        deadline_row(case, DeadlineKind.WAY, computed, rule="R4.44", at=at).save()
        case.accepted_on = case.promised_due = case.statutory_due = None
        changed += ["final_answer", "reopened", "due_on"]
        changed += ["accepted_on", "promised_due", "statutory_due"]
        changed += _begin_again(case, at=at)
    case.limbo_since = None  # who is named answers for it: nobody passes it on
    case.save(update_fields=[*changed, "limbo_since"])
    return {
        **span_facts(span, post.window),
        "instead_of": person(before),
        "appointment": appointment.pk,
    }
