"""Delivering what was granted: at the counter, by post or electronically (R1.23).

From a grant until it has arrived the case is not closed; the call-back comes after.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction

from cases.lifecycle import (
    ARRIVAL_NAMES,
    METHOD_NAMES,
    PROOF_NAMES,
    RECEIVER_NAMES,
    CloseRule,
    Method,
    RuleBroken,
    Verb,
    broken,
    refuse,
    target,
)
from cases.models import Answer, Applicant, Case, Deadline, Delivery
from cases.models.case import DeadlineKind
from cases.models.deliveries import DeliveryState
from cases.models.notices import NoticeKind
from windows.models import Clerk

from ._papers import date_facts, issue, item_facts, notice_facts, notice_told
from ._parts import to_hand_over
from ._steps import (
    _,
    close,
    due_for_call_back,
    local_date,
    locked_case,
    must_hold,
    record,
    state_of,
)
from .stamp import Form
from .texts import civil, names_something


@dataclass(frozen=True, slots=True)
class How:
    """On which way it goes, and what proves it.

    At the counter `receiver` and `proof`; by post `carrier` and `tracking` number;
    electronically the system in `carrier`, and what it gave as proof in `tracking`.
    """

    method: str
    receiver: str = ""
    proof: str = ""
    carrier: str = ""
    tracking: str = ""


@transaction.atomic(durable=True)
def deliver(
    case_id: int,
    how: How,
    *,
    by: Clerk,
    at: dt.datetime,
    form: Form | None = None,
) -> Delivery:
    """Hand over or send what was granted, with a numbered delivery proof (R1.23).

    Over the counter and electronically it has arrived now, and the call-back is due,
    or the case closes where nobody can be called. By post it is on its way, and the
    day of the law goes on counting until somebody notes that it arrived.
    """
    case = locked_case(case_id, by=by, at=at, form=form)
    must_hold(case, by)
    granted = _granted(case)
    if under_way(case) is not None:
        raise RuleBroken(
            _("It is on its way by post: note first whether it arrived."), rule="R1.23"
        )
    how = _checked(how)
    if how.receiver == "agent" and not _has_agent(case):
        raise RuleBroken(
            _("Nobody acts for the applicant in this case: name the agent first."),
            field="receiver",
            rule="R1.03",
        )
    today = local_date(at)
    has_arrived = how.method != Method.POST
    delivery = Delivery.objects.create(
        case=case,
        answer=granted,
        method=how.method,
        receiver=how.receiver,
        proof=how.proof,
        carrier=how.carrier,
        tracking=how.tracking,
        by=by,
        at=at,
        state=DeliveryState.DELIVERED if has_arrived else DeliveryState.UNDER_WAY,
        settled_on=today if has_arrived else None,
        settled_by=by if has_arrived else None,
        settled_at=at if has_arrived else None,
    )
    until = Deadline.objects.filter(case=case, kind=DeadlineKind.DELIVERY).latest("id")
    if has_arrived:
        _arrived(case, at=at)
    facts: dict[str, object] = {
        "id": delivery.pk,
        "method": how.method,
        "receiver": how.receiver,
        "proof": how.proof,
    }
    sent = {"carrier": how.carrier, "tracking": how.tracking}
    item = item_facts(case.applied_for) or {}
    results = {case.item.result} if case.item else set()
    if case.bundled is not None:
        # What was granted of it alone: what was refused is not delivered.
        handed = to_hand_over(case)
        item, results = item | {"bundled": list(handed)}, set(handed.values())
    notice = issue(
        case,
        NoticeKind.DELIVERY,
        {
            "item": item,
            "results": sorted(results),
            "granted_on": local_date(granted.at).isoformat(),
            "deliver_by": date_facts(until),
            "delivery": facts | sent,
            "delivered_on": today.isoformat() if has_arrived else None,
        },
        by=by,
        at=at,
    )
    facts = {"delivery": facts, "notice": notice_facts(notice)}
    told = notice_told(notice) | sent
    if has_arrived:
        facts["closed"] = case.close_rule or None
        record(case, "delivered", by=by, at=at, facts=facts, told=told)
    else:
        record(case, "posted", by=by, at=at, facts=facts, told=told)
    return delivery


@transaction.atomic(durable=True)
def settle_post(
    case_id: int,
    *,
    arrived: bool,
    on: dt.date,
    proof: str = "",
    remark: str,
    by: Clerk,
    at: dt.datetime,
    form: Form | None = None,
) -> Delivery:
    """Note of what was posted on which day it arrived, or that it came back and why.

    `proof` says what shows the day: the carrier's record or the signed return receipt.
    What came back is not delivered: it is tried again, by the same day of the law.
    """
    case = locked_case(case_id, by=by, at=at, form=form)
    must_hold(case, by)
    _granted(case)
    delivery = under_way(case)
    if delivery is None:
        raise RuleBroken(_("Nothing is on its way by post."), rule="R1.23")
    refuse(
        [
            *broken(_within, on, local_date(delivery.at), local_date(at)),
            *post_faults(arrived=arrived, proof=proof, remark=remark),
        ]
    )
    delivery.state = DeliveryState.DELIVERED if arrived else DeliveryState.FAILED
    delivery.settled_on, delivery.settled_by, delivery.settled_at = on, by, at
    delivery.remark, delivery.proof = remark, proof if arrived else ""
    fields = ["state", "settled_on", "settled_by", "settled_at", "remark", "proof"]
    delivery.save(update_fields=fields)
    came = {"id": delivery.pk, "on": on.isoformat(), "proof": delivery.proof}
    facts: dict[str, object] = {"delivery": came}
    told = {"remark": remark}
    if arrived:
        _arrived(case, at=at)
        facts["closed"] = case.close_rule or None
        record(case, "post_arrived", by=by, at=at, facts=facts, told=told)
    else:
        record(case, "post_came_back", by=by, at=at, facts=facts, told=told)
    return delivery


def post_faults(
    *, arrived: bool | None, proof: str, remark: str
) -> Iterator[RuleBroken]:
    """Yield what is wrong with what became of the post, as far as it is known."""
    if arrived and proof not in ARRIVAL_NAMES:
        sentence = _("Say what shows on which day it arrived.")
        yield RuleBroken(sentence, field="proof", rule="R1.23")
    if arrived is False and not remark.strip():
        yield RuleBroken(_("Say why it came back."), field="remark")
    yield from broken(civil, "remark", remark)


def _within(on: dt.date, first: dt.date, last: dt.date) -> None:
    """Refuse a day on which nothing can have arrived."""
    if not first <= on <= last:
        raise RuleBroken(
            _("From the day it was posted, %(day)s, until today."),
            params={"day": first.isoformat()},
            field="on",
        )


def under_way(case: Case) -> Delivery | None:
    """Return what is on its way by post, if anything is."""
    return case.deliveries.filter(state=DeliveryState.UNDER_WAY).first()


def _has_agent(case: Case) -> bool:
    """Tell whether somebody on record acts for the applicant (R1.03)."""
    known = Applicant.objects.filter(case=case, agent_name_sealed__isnull=False)
    return known.exists()


def _granted(case: Case) -> Answer:
    """Return the grant that is to be delivered, or refuse."""
    target(Verb.DELIVER, state_of(case))
    if case.final_answer is None or not case.to_deliver:
        raise RuleBroken(_("Nothing of this case is to be delivered."), rule="R1.23")
    return case.final_answer


def _arrived(case: Case, *, at: dt.datetime) -> None:
    """The case is delivered: now it is called back, or closed if nobody can be."""
    case.to_deliver = False
    if case.has_contact:
        fields = due_for_call_back(case, at=at)
    else:
        fields = close(case, CloseRule.NO_CONTACT, at=at)
    case.save(update_fields=["to_deliver", *fields])


def _checked(how: How) -> How:
    """Refuse a delivery that proves nothing; keep only what belongs to its way."""
    refuse(how_faults(how))
    if how.method == Method.COUNTER:
        return How(how.method, receiver=how.receiver, proof=how.proof)
    return How(how.method, carrier=how.carrier, tracking=how.tracking)


def how_faults(how: How) -> Iterator[RuleBroken]:
    """Yield everything that a delivery lacks to prove something (R1.23)."""
    if how.method not in METHOD_NAMES:
        yield RuleBroken(_("Choose how it is delivered."), field="method")
    elif how.method == Method.COUNTER:
        yield from _counter_faults(how)
    else:
        yield from _sent_faults(how)


def _sent_faults(how: How) -> Iterator[RuleBroken]:
    is_post = how.method == Method.POST
    if not names_something(how.carrier):
        sentence = _("Say over which system it was sent.")
        if is_post:
            sentence = _("Say who carries it.")
        yield RuleBroken(sentence, field="carrier", rule="R1.23")
    if not names_something(how.tracking):
        sentence = _("Write down what the system gave as proof of receipt.")
        if is_post:
            sentence = _("Write down the tracking number: the applicant can follow it.")
        yield RuleBroken(sentence, field="tracking", rule="R1.23")


def _counter_faults(how: How) -> Iterator[RuleBroken]:
    if how.receiver not in RECEIVER_NAMES:
        yield RuleBroken(_("Say who takes it."), field="receiver", rule="R1.23")
    if how.proof not in PROOF_NAMES:
        sentence = _("Say which papers show who takes it.")
        yield RuleBroken(sentence, field="proof", rule="R1.23")
    elif how.receiver and (how.receiver == "agent") != (how.proof == "authorisation"):
        sentence = _("An agent shows the authorisation; the applicant needs none.")
        yield RuleBroken(sentence, field="proof", rule="R1.03")
