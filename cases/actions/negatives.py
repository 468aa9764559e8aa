"""Proposing a negative; a supervisor approves or overrules it (way 7, 否定报备)."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, fields

from django.db import transaction
from django.utils import timezone

from cases.lifecycle import (
    NOTHING_REFUSED,
    RuleBroken,
    Verb,
    broken,
    refuse,
    target,
)
from cases.models import Case, NegativeFiling, Notice
from cases.models.answers import FilingState
from cases.models.case import DeadlineKind
from cases.models.notices import NoticeKind
from windows.models import Clerk

from ._papers import issue, item_facts, notice_facts, notice_told, person_facts
from ._parts import items_of, must_have_its_parts, refusal_overruled
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
    must_not_be_deemed,
    must_not_be_offered,
    must_not_be_renewed,
    must_run,
    must_supervise,
    record,
    state_of,
)
from .stamp import Form
from .texts import real_reason, real_text


@dataclass(frozen=True, slots=True)
class Negative:
    """What a proposed no must hold (R3.32, R1.40 to R1.42); each says something."""

    reason: str
    basis: str
    made_possible_by: str
    other_way: str
    remedies: str


@transaction.atomic(durable=True)
def propose_negative(
    case_id: int,
    negative: Negative,
    *,
    by: Clerk,
    at: dt.datetime,
    part_id: int | None = None,
    form: Form | None = None,
) -> NegativeFiling:
    """File a proposed no before anybody is told anything (R3.30, R3.31).

    Of a joint case whose units have answered; while an objection stands it is the
    refusal of that unit alone (R4.79), of the first of several if `part_id` names none.
    """
    case = locked_case(case_id, by=by, at=at, form=form)
    must_hold(case, by)
    must_not_be_offered(case)
    target(Verb.NEGATIVE, state_of(case))
    must_run(case)
    must_not_be_deemed(case, at)
    must_not_be_renewed(case, at)
    refused, _told = must_have_its_parts(case)
    if part_id is not None and part_id not in [one.pk for one in refused]:
        raise RuleBroken(
            _("No objection of this unit stands."), field="part", rule="R4.79"
        )
    if part_id is None and refused:
        part_id = refused[0].pk
    if part_id is None and items_of(case):
        raise RuleBroken(NOTHING_REFUSED, rule="R4.79")
    refuse(negative_faults(negative))
    computed = count_days(calendar_of(case), local_date(at), case.hall.negative_days)
    filing = NegativeFiling.objects.create(
        case=case,
        prior_state=case.state,
        proposed_by=by,
        proposed_at=at,
        reason=negative.reason,
        basis=negative.basis,
        made_possible_by=negative.made_possible_by,
        other_way=negative.other_way,
        remedies=negative.remedies,
        due_on=computed.due,
        part_id=part_id,
    )
    changed = move(case, Verb.NEGATIVE)
    case.due_on = act_by(case, computed.due)
    case.save(update_fields=[*changed, "due_on"])
    deadline_row(case, DeadlineKind.NEGATIVE, computed, rule="R3.36", at=at).save()
    record(
        case,
        "negative_proposed",
        by=by,
        at=at,
        facts={"filing": filing.pk, "part": part_id},
        told={part.name: getattr(negative, part.name) for part in fields(negative)},
    )
    return filing


def negative_faults(negative: Negative) -> Iterator[RuleBroken]:
    """Yield everything that is missing of a proposed no, in the order of its parts."""
    for part in fields(negative):
        text = getattr(negative, part.name)
        if not text.strip():
            yield RuleBroken(
                _("A negative needs every part: fill in this one too."),
                field=part.name,
                rule="R3.32",
            )
        else:
            says = real_reason if part.name == "basis" else real_text
            yield from broken(says, text, part.name)


def _to_decide(
    case_id: int, *, by: Clerk, at: dt.datetime, form: Form | None
) -> tuple[Case, NegativeFiling]:
    case = locked_case(case_id, by=by, at=at, form=form)
    must_supervise(case, by)
    filing = NegativeFiling.objects.filter(
        case=case, state=FilingState.PROPOSED
    ).first()
    if filing is None:
        raise RuleBroken(_("No proposed negative waits for a decision."))
    if filing.proposed_by_id == by.pk:
        raise RuleBroken(
            _("You proposed it yourself: another person decides."), rule="R3.30"
        )
    return case, filing


@transaction.atomic(durable=True)
def approve_negative(
    case_id: int,
    *,
    reason: str,
    by: Clerk,
    at: dt.datetime,
    form: Form | None = None,
) -> Case:
    """Approve a proposed no; only now may the accountable clerk tell it (R3.35)."""
    case, filing = _to_decide(case_id, by=by, at=at, form=form)
    must_not_be_renewed(case, at)
    _decide(filing, FilingState.APPROVED, reason=reason, by=by, at=at)
    notice = _form_of(case, filing, by=by, at=at)
    record(
        case,
        "negative_approved",
        by=by,
        at=at,
        facts={"filing": filing.pk, "notice": notice_facts(notice)},
        told={"reason": reason} | notice_told(notice),
    )
    return case


@transaction.atomic(durable=True)
def overrule_negative(
    case_id: int,
    *,
    reason: str,
    by: Clerk,
    at: dt.datetime,
    form: Form | None = None,
) -> Case:
    """Overrule a proposed no with a reason; the case goes back to work (R3.35).

    If it was the refusal of one unit, its objection is open again, one level up: what
    was overruled does not stand (R4.79).
    """
    case, filing = _to_decide(case_id, by=by, at=at, form=form)
    if not reason.strip():
        raise RuleBroken(_("Say why, and what to do instead."), field="reason")
    _decide(filing, FilingState.OVERRULED, reason=reason, by=by, at=at)
    changed = move(case, Verb.OVERRULE, before=filing.prior_state)
    changed += due_again(case, since=filing.proposed_at, at=at)
    case.save(update_fields=changed)
    part_id = filing.part_id
    reopened = refusal_overruled(case, part_id, at=at) if part_id else {}
    notice = _form_of(case, filing, by=by, at=at)
    record(
        case,
        "negative_overruled",
        by=by,
        at=at,
        facts={"filing": filing.pk, "notice": notice_facts(notice), **reopened},
        told={"reason": reason} | notice_told(notice),
    )
    return case


def _form_of(
    case: Case, filing: NegativeFiling, *, by: Clerk, at: dt.datetime
) -> Notice:
    """Issue the filing form, complete with the leader's opinion (R3.32, R3.33)."""
    return issue(
        case,
        NoticeKind.FILING,
        {
            "filing": filing.pk,
            "item": item_facts(
                filing.part.item
                if filing.part and filing.part.item
                else case.applied_for
            ),
            **{part.name: getattr(filing, part.name) for part in fields(Negative)},
            "proposer": person_facts(filing.proposed_by),
            "proposed_at": timezone.localtime(filing.proposed_at).isoformat(),
            "decision": str(filing.state),
            "decision_reason": filing.decision_reason,
            "decider": person_facts(by),
        },
        by=by,
        at=at,
    )


def _decide(
    filing: NegativeFiling,
    state: FilingState,
    *,
    reason: str,
    by: Clerk,
    at: dt.datetime,
) -> None:
    filing.state = state
    filing.decided_by = by
    filing.decided_at = at
    filing.decision_reason = reason
    filing.save(update_fields=["state", "decided_by", "decided_at", "decision_reason"])
