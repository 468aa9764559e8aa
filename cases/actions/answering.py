"""Answering, and every other end of a case (way 1, and the end of ways 2 to 7).

An answer now, what was granted after acceptance, the reply card after a raise, an
approved refusal, and the applicant's own withdrawal.
"""

import datetime as dt
from collections.abc import Iterator

from django.db import transaction
from django.utils.translation import gettext

from cases.deadlines import DELIVERY_DAYS, off_rest_days
from cases.lifecycle import (
    RECEIVED,
    WAITS_FOR,
    AnswerKind,
    CloseRule,
    RuleBroken,
    State,
    Verb,
    broken,
    refuse,
    target,
)
from cases.models import (
    Answer,
    Case,
    Deadline,
    NegativeFiling,
    Notice,
    Part,
    RaisedQuestion,
)
from cases.models.answers import FilingState
from cases.models.case import DeadlineKind
from cases.models.notices import NoticeKind
from windows.listing import joined
from windows.models import Clerk
from windows.models.places import LatePapers

from ._papers import (
    Facts,
    issue,
    item_facts,
    lacking,
    notice_facts,
    notice_told,
    person_facts,
    to_follow,
)
from ._parts import (
    end_parts,
    is_granted,
    items_of,
    must_have_its_parts,
    results_of,
    yields_something,
)
from ._steps import (
    _,
    calendar_of,
    close,
    count_days,
    deadline_row,
    drop_filings,
    due_again,
    due_for_call_back,
    end_stop,
    local_date,
    locked_case,
    move,
    must_hold,
    must_not_be_deemed,
    must_not_be_offered,
    must_not_be_renewed,
    must_run,
    next_ids,
    record,
    running_stop,
    state_of,
    withdraw_offer,
)
from .stamp import Form
from .texts import civil, real_text, well_worded


@transaction.atomic(durable=True)
def answer_case(
    case_id: int,
    *,
    text: str,
    by: Clerk,
    at: dt.datetime,
    next_step: str = "",
    form: Form | None = None,
) -> Answer:
    """Tell the applicant the answer (R3.06, R7.01).

    The text passes the wording check; for an accepted case it is what was granted, and
    after a raise it is the reply card. What the law has renewed is only written down,
    whatever was missing, stopped or proposed (R1.27). What was granted is to be
    delivered; else the call-back is now due where there is a way to call back, and the
    case is closed at once where there is none. Of a life event the answer names what
    became of each item.
    """
    case = locked_case(case_id, by=by, at=at, form=form)
    must_hold(case, by)
    must_not_be_offered(case)
    before = state_of(case)
    target(Verb.ANSWER, before)
    must_not_be_deemed(case, at)
    is_renewed = case.renewed_on(local_date(at)) is not None
    if before is State.NEGATIVE_FILED and not is_renewed:
        raise RuleBroken(WAITS_FOR[State.NEGATIVE_FILED])
    if case.tell_by is not None:
        raise RuleBroken(RECEIVED, rule="R1.08")
    stop = running_stop(case) if is_renewed else None
    if stop is not None:  # what the law has granted waits for nothing
        end_stop(stop, by=by, at=at)
    if is_renewed:
        drop_filings(case)
    else:
        must_run(case)
        _must_not_wait_for_papers(case)
        _must_not_be_refused_by_a_unit(case)
    real_text(text)
    well_worded(text, next_step)
    text = "\n".join([text, *results_of(case)])
    kind = AnswerKind.ANSWER
    if before is State.ACCEPTED or is_renewed:
        kind = AnswerKind.GRANTED
    elif RaisedQuestion.objects.filter(case=case).exists():
        kind = AnswerKind.REPLY_CARD
    return _tell(
        case,
        Verb.ANSWER,
        Answer(kind=kind, text=text, next_step=next_step),
        by=by,
        at=at,
        facts={
            "stop_ended": stop.pk if stop else None,
            "renewed_after": case.renews_after.isoformat()
            if is_renewed and case.renews_after
            else None,
        },
    )


@transaction.atomic(durable=True)
def tell_refusal(
    case_id: int, *, text: str, by: Clerk, at: dt.datetime, form: Form | None = None
) -> Answer:
    """Tell a refusal that another person has approved (R1.40 to R1.42, R3.34).

    Basis, another way and remedies come from the filing as it was approved; the clerk
    only says it in words that pass the check together with them.
    """
    case = locked_case(case_id, by=by, at=at, form=form)
    must_hold(case, by)
    target(Verb.TELL_REFUSAL, state_of(case))
    must_not_be_deemed(case, at)
    must_not_be_renewed(case, at)
    filing = (
        NegativeFiling.objects.filter(
            case=case, state=FilingState.APPROVED, answer__isnull=True
        )
        .select_related("part__item", "part__department")
        .first()
    )
    if filing is None:
        raise RuleBroken(
            _("The negative has not been approved: it cannot be told yet."),
            rule="R3.30",
        )
    real_text(text)
    well_worded(text, filing.basis, filing.other_way, filing.remedies)
    answer = Answer(
        kind=AnswerKind.REFUSAL,
        text=text,
        basis=filing.basis,
        other_way=filing.other_way,
        remedies=filing.remedies,
        filing=filing,
    )
    refused, _told = must_have_its_parts(case)
    others = [part for part in refused if part.pk != filing.part_id]
    if others or any(is_granted(part) for part in items_of(case)):
        return _tell_one_of_several(case, answer, filing, by=by, at=at)
    return _tell(case, Verb.TELL_REFUSAL, answer, by=by, at=at)


def _must_not_be_refused_by_a_unit(case: Case) -> None:
    """Refuse to grant what a unit has not answered, or refuses (R4.70, R4.79)."""
    refused, told = must_have_its_parts(case)
    if refused:
        sentence = _(
            "The objection of %(unit)s stands: it is told as a refusal of its own, "
            "with key 7."
        )
        if refused[0].item_id is not None:
            sentence = _(
                "%(unit)s refuses its item: that is told as a refusal of its own, "
                "with key 7."
            )
        raise RuleBroken(
            sentence,
            params={"unit": refused[0].unit},
            rule="R4.79",
        )
    if told and told[0].item_id is None:
        raise RuleBroken(
            _("The refusal of %(unit)s was told: what remains is refused too, key 7."),
            params={"unit": told[0].unit},
            rule="R4.79",
        )


def _tell_one_of_several(
    case: Case, answer: Answer, filing: NegativeFiling, *, by: Clerk, at: dt.datetime
) -> Answer:
    """Tell the refusal of one unit; the case goes on to the next one's (R4.79)."""
    _save(case, answer, by=by, at=at)
    fields = move(case, Verb.TELL_PART, before=filing.prior_state)
    fields += due_again(case, since=filing.proposed_at, at=at)
    case.save(update_fields=fields)
    notice = _paper_of(case, answer, by=by, at=at)
    record(
        case,
        "unit_refused",
        by=by,
        at=at,
        facts={
            "answer": {"id": answer.pk, "kind": str(answer.kind)},
            "filing": filing.pk,
            "unit": filing.part.unit if filing.part else "",
            **_item_of(filing.part),
            **({"notice": notice_facts(notice)} if notice else {}),
        },
        told=_told(answer) | (notice_told(notice) if notice else {}),
    )
    return answer


def _item_of(part: Part | None) -> Facts:
    """Name in an event the item of a life event that was refused."""
    return {"item": part.name} if part is not None and part.item_id else {}


def _save(case: Case, answer: Answer, *, by: Clerk, at: dt.datetime) -> None:
    [answer.pk] = next_ids("cases_answer_seq")
    answer.case = case
    answer.by = by
    answer.at = at
    answer.save(force_insert=True)


def _told(answer: Answer) -> dict[str, str]:
    names = ("text", "next_step", "basis", "other_way", "remedies")
    return {name: getattr(answer, name) for name in names}


def withdrawal_faults(text: str, *, is_signed: bool) -> Iterator[RuleBroken]:
    """Yield everything that a withdrawal lacks to be the applicant's own wish."""
    yield from broken(real_text, text)
    yield from broken(civil, "text", text)
    if not is_signed:
        yield RuleBroken(
            _("Only the applicant withdraws: tick that the paper is signed."),
            field="is_signed",
        )


@transaction.atomic(durable=True)
def applicant_withdraws(
    case_id: int,
    *,
    text: str,
    is_signed: bool,
    by: Clerk,
    at: dt.datetime,
    form: Form | None = None,
) -> Answer:
    """Record that the applicant withdraws, signed, from any state before the answer."""
    case = locked_case(case_id, by=by, at=at, form=form)
    must_hold(case, by)
    target(Verb.APPLICANT_WITHDRAWS, state_of(case))
    must_not_be_renewed(case, at)
    refuse(withdrawal_faults(text, is_signed=is_signed))
    offer = withdraw_offer(case, by=by, at=at)
    drop_filings(case)
    stop = running_stop(case)
    if stop is not None:
        end_stop(stop, by=by, at=at)
    answer = Answer(kind=AnswerKind.WITHDRAWN, text=text, is_signed=True)
    return _tell(
        case,
        Verb.APPLICANT_WITHDRAWS,
        answer,
        by=by,
        at=at,
        facts={
            "withdrawn_referral": offer.pk if offer else None,
            "stop_ended": stop.pk if stop else None,
        },
    )


def _bring_by(case: Case, notice: Notice) -> dt.date:
    """Return the day of a one-time notice, or a later one by the calendar (R1.43)."""
    counted = Deadline.objects.filter(case=case, kind=DeadlineKind.BRING).latest("id")
    told = dt.date.fromisoformat(notice.content["bring_by"])
    return max(told, counted.due_on)


@transaction.atomic(durable=True)
def lapse(
    case_id: int, *, by: Clerk, at: dt.datetime, form: Form | None = None
) -> Answer:
    """Record that an application counts as withdrawn: its papers did not come.

    Only if the notice that asked for them said so and its day has passed, be it the
    one-time notice (R2.23) or the commitment that they would follow (R2.32), and never
    by itself: whoever answers for the case looks first whether the papers are here.
    Never for the want of a paper that the item does not name: only one person asked
    for it (R2.10). It can be made again at any time, and the person is called back like
    anybody else.
    """
    case = locked_case(case_id, by=by, at=at, form=form)
    must_hold(case, by)
    must_not_be_offered(case)
    target(Verb.LAPSE, state_of(case))
    must_run(case)
    must_not_be_renewed(case, at)
    missing = lacking(list(case.materials.all()))
    if state_of(case) is State.ACCEPTED:
        asked, missing = NoticeKind.OMISSION, to_follow(missing)
    else:
        asked = NoticeKind.ONE_TIME
    notice = case.notices.filter(kind=asked).last()
    if notice is None or notice.content.get("if_late") != LatePapers.WITHDRAWN:
        raise RuleBroken(
            _("The notice did not say that it would count as withdrawn."), rule="R2.23"
        )
    if not missing:
        raise RuleBroken(_("All of it is here."), rule="R1.08")
    missing = [paper for paper in missing if not paper.is_extra]
    if not missing:
        raise RuleBroken(
            _(
                "What is missing is not named by the item: propose a negative, which "
                "another person examines."
            ),
            rule="R2.10",
        )
    calendar = calendar_of(case)
    until = min(
        off_rest_days(calendar, paper.follow_by)
        if paper.follow_by
        else _bring_by(case, notice)
        for paper in missing
    )
    if local_date(at) <= until:
        raise RuleBroken(
            _("The person has until %(day)s to bring it."),
            params={"day": until.isoformat()},
            rule="R2.23",
        )
    text = gettext(
        "Not brought by %(day)s: %(names)s. As the notice said, the "
        "application counts as withdrawn. With all papers it can be made again at any "
        "time at window %(window)s."
    ) % {
        "day": until.isoformat(),
        "names": joined([paper.name for paper in missing]),
        "window": str(case.window),
    }
    answer = Answer(kind=AnswerKind.LAPSED, text=text)
    return _tell(case, Verb.LAPSE, answer, by=by, at=at)


def _must_not_wait_for_papers(case: Case) -> None:
    """Refuse to grant what was accepted while papers are still to follow (R2.30)."""
    if state_of(case) is not State.ACCEPTED:
        return
    names = [paper.name for paper in to_follow(list(case.materials.all()))]
    if names:
        raise RuleBroken(
            _("Still to follow: %(names)s. Take it in before you grant it."),
            params={"names": joined(names)},
            rule="R2.30",
        )


def tell_direction(
    case: Case, *, text: str, next_step: str, by: Clerk, at: dt.datetime
) -> Answer:
    """Turn a direction that the person got through with into the answer (R3.15)."""
    return _tell(
        case,
        Verb.CHECK_BACK_REACHED,
        Answer(kind=AnswerKind.DIRECTION, text=text, next_step=next_step),
        by=by,
        at=at,
    )


def _tell(
    case: Case,
    verb: Verb,
    answer: Answer,
    *,
    by: Clerk,
    at: dt.datetime,
    facts: dict[str, object] | None = None,
) -> Answer:
    """Save the answer; what was granted is to be delivered, else the call-back is due.

    Or the case closes by its rule.
    """
    _save(case, answer, by=by, at=at)
    ended = end_parts(case, by=by, at=at)
    case.final_answer = answer
    case.limbo_since = None
    case.tell_by = None
    fields = [*move(case, verb), "final_answer", "limbo_since", "tell_by"]
    if answer.kind == AnswerKind.WITHDRAWN:
        fields += close(case, CloseRule.WITHDRAWN, at=at)
    elif answer.kind == AnswerKind.GRANTED and yields_something(case):
        fields += _to_deliver(case, at=at)
    elif not case.has_contact:
        fields += close(case, CloseRule.NO_CONTACT, at=at)
    else:
        fields += due_for_call_back(case, at=at)
    case.save(update_fields=fields)
    notice = _paper_of(case, answer, by=by, at=at)
    record(
        case,
        "answered",
        by=by,
        at=at,
        facts={
            "answer": {"id": answer.pk, "kind": str(answer.kind)},
            "closed": case.close_rule or None,
            "to_deliver": case.to_deliver,
            **ended,
            **(facts or {}),
            **({"notice": notice_facts(notice)} if notice else {}),
        },
        told=_told(answer) | (notice_told(notice) if notice else {}),
    )
    return answer


def _paper_of(
    case: Case, answer: Answer, *, by: Clerk, at: dt.datetime
) -> Notice | None:
    """Issue what is told in writing: a refusal with its remedies, or a reply card.

    Before acceptance a refusal is the decision not to accept (R1.05, R1.09).
    """
    facts: Facts = {"answer": answer.pk, "item": item_facts(case.applied_for)}
    part = answer.filing.part if answer.filing else None
    if part is not None and part.item is not None:  # the refusal of that item alone
        facts["item"] = item_facts(part.item)
    if answer.kind == AnswerKind.REFUSAL and answer.filing is not None:
        names = ("text", "basis", "other_way", "remedies")
        facts |= {name: getattr(answer, name) for name in names}
        facts |= {
            "reason": answer.filing.reason,
            "made_possible_by": answer.filing.made_possible_by,
            "applied_on": case.received_on.isoformat() if case.received_on else None,
            "refused_by": part.unit if part else "",
            "refused_by_en": part.department.name_en if part else "",
        }
        is_accepted = case.accepted_on is not None
        kind = NoticeKind.REFUSAL if is_accepted else NoticeKind.NOT_ACCEPTED
        return issue(case, kind, facts, by=by, at=at)
    if answer.kind != AnswerKind.REPLY_CARD:
        return None
    raises = case.raises.select_related("unit", "raised_by").order_by("-id")
    # An offer that lapsed meanwhile may have raised another one, still without a reply.
    raised = raises.exclude(reply="").first() or raises[0]
    facts |= {
        "filing_number": raised.filing_number,
        "ground": raised.ground,
        "question": raised.question,
        "own_view": raised.own_view,
        "unit": raised.unit.name if raised.unit else "",
        "unit_en": raised.unit.name_en if raised.unit else "",
        "raised_by": person_facts(raised.raised_by),
        "raised_on": local_date(raised.raised_at).isoformat(),
        "reply": raised.reply,
        "replied_on": local_date(raised.replied_at).isoformat()
        if raised.replied_at
        else None,
        "text": answer.text,
        "next_step": answer.next_step,
    }
    return issue(case, NoticeKind.REPLY_CARD, facts, by=by, at=at)


def _to_deliver(case: Case, *, at: dt.datetime) -> list[str]:
    """Say until when what was granted is delivered (R1.23); then it is called back."""
    computed = count_days(calendar_of(case), local_date(at), DELIVERY_DAYS)
    deadline_row(case, DeadlineKind.DELIVERY, computed, rule="R1.23", at=at).save()
    case.due_on = computed.due
    case.to_deliver = True
    return ["due_on", "to_deliver"]
