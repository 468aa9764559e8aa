"""Accepting a case, and asking once for what is missing (ways 2 and 3)."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from django.db import transaction
from django.db.models import Prefetch

from cases.deadlines import Limits, accepted_from, both_dates
from cases.evidence import body_text
from cases.lifecycle import (
    NO_AUTHORITY,
    NO_ITEM,
    NOTHING_MISSING,
    TOLD_ONCE,
    WAITS_FOR,
    AnswerKind,
    RuleBroken,
    State,
    Verb,
    target,
)
from cases.models import Answer, Applicant, Case, CaseMaterial, Deadline, Notice
from cases.models.case import DeadlineKind
from cases.models.notices import NoticeKind
from windows.listing import joined
from windows.models import Clerk, Responsibility, ServiceItem, Step
from windows.models.items import Authority
from windows.models.places import LatePapers
from windows.roles import Role

from ._papers import (
    begin,
    brought_since,
    completed_on,
    date_facts,
    issue,
    item_facts,
    kept_items,
    lacking,
    notice_facts,
    notice_told,
    papers_of,
    save_papers,
    serving,
    tick,
    to_follow,
)
from ._parts import ask_units, part_facts, table_facts
from ._renewals import note_expiry, renewal_facts
from ._steps import (
    _,
    act_by,
    calendar_of,
    count_days,
    deadline_row,
    drop_filings,
    is_named,
    local_date,
    locked_case,
    move,
    must_hold,
    must_not_be_deemed,
    must_not_be_offered,
    must_not_be_renewed,
    must_supervise,
    record,
    state_of,
)
from .stamp import Form
from .texts import civil, real_reason, real_words

NOTHING_FOLLOWS: Mapping[int, dt.date] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Missing:
    """One paper on the one-time notice; each says how to get it (R1.07).

    `sample` says where a filled-in one is (R1.12).
    """

    name: str
    how_to_get: str
    standard: str = ""
    position: int | None = None
    sample: str = ""


@transaction.atomic(durable=True)
def accept_case(
    case_id: int,
    *,
    received: Collection[int],
    by: Clerk,
    at: dt.datetime,
    follow: Mapping[int, dt.date] = NOTHING_FOLLOWS,
    expires_on: dt.date | None = None,
    form: Form | None = None,
) -> Notice:
    """Accept a complete application; its clock starts (R1.08, R1.09, R1.20, R1.30).

    `received` are the positions of the papers that lie on the desk. Both dates are
    computed from the day that `deadlines.accepted_from` names, and stand on the
    numbered acceptance slip. What silence has accepted is only written down, whatever
    is missing (R1.07). With a signed commitment, papers that the item marks may follow:
    `follow` says of the position of each until when (R2.30 to R2.33), and an omission
    notice goes with the slip; not for whoever broke a commitment before (R2.34). Of an
    item of several units each is asked for its part now, by a numbered time table
    (R4.70, R4.78). The slip bears the applicant's name, so a telephone alone is not
    enough; see `Notice` for how the name comes to the paper.
    """
    case = locked_case(case_id, by=by, at=at, form=form)
    must_hold(case, by)
    must_not_be_offered(case)
    target(Verb.ACCEPT, state_of(case))
    today = local_date(at)
    deemed = case.deemed_on(today)
    if state_of(case) is State.NEGATIVE_FILED and deemed is None:
        raise RuleBroken(WAITS_FOR[State.NEGATIVE_FILED])
    item = _with_authority(case, at)
    papers = papers_of(case, item)
    tick(papers, received, by=by, at=at)
    missing = lacking(papers)
    if missing and deemed is None and not follow:
        raise _still_missing(case, missing)
    if not is_named(case):
        raise RuleBroken(
            _("Name the applicant first: the acceptance slip bears the name."),
            rule="R1.09",
        )
    completed = completed_on(state_of(case), papers)
    start = accepted_from(today, deemed=deemed, completed=completed)
    renewal = note_expiry(
        case,
        item,
        expires_on,
        applied=case.received_on or today,
        complete=start,
        today=today,
    )
    promised, statutory = _both_dates(case, item, start, at=at)
    if deemed is None:
        if follow:
            _must_have_kept_its_word(case)
        _let_follow(case, papers, follow, today=today, until=promised.due_on)
    save_papers(case, papers, at)
    begun = begin(case, item, today)
    case.tell_by = None
    case.accepted_on = start
    case.promised_due = promised.due_on
    case.statutory_due = statutory.due_on
    case.due_on = act_by(case, promised.due_on)
    if state_of(case) is State.NEGATIVE_FILED:  # silence was faster than the negative
        drop_filings(case)
    fields = move(case, Verb.ACCEPT)
    case.save(
        update_fields=[
            *fields,
            "tell_by",
            "accepted_on",
            "promised_due",
            "statutory_due",
            "due_on",
            *begun,
            *renewal,
        ]
    )
    Deadline.objects.bulk_create([promised, statutory])
    slip = issue(
        case,
        NoticeKind.ACCEPTANCE,
        {
            "item": item_facts(item),
            "materials": [p.name for p in papers if p.received_at is not None],
            "applied_on": (case.received_on or today).isoformat(),
            "accepted_on": start.isoformat(),
            "deemed": deemed is not None,
            "promised": date_facts(promised),
            "statutory": date_facts(statutory),
            "renewal": renewal_facts(case),
            "followers": [paper.name for paper in to_follow(papers)],
            **serving(papers),
        },
        by=by,
        at=at,
    )
    omission = _omission_notice(case, item, papers, by=by, at=at)
    parts = ask_units(case, item, by=by, at=at)
    table = None
    if parts:
        facts = table_facts(case, item, parts, today, today)
        table = issue(case, NoticeKind.JOINT, facts, by=by, at=at)
    record(
        case,
        "accepted",
        by=by,
        at=at,
        facts={
            "notice": notice_facts(slip),
            "counted_from": start.isoformat() if start != today else None,
            "deemed": deemed is not None,
            "promised_due": promised.due_on.isoformat(),
            "statutory_due": statutory.due_on.isoformat(),
            "materials": sum(p.received_at is not None for p in papers),
            **kept_items(case),
            "omission": notice_facts(omission) if omission is not None else None,
            "to_follow": len(to_follow(papers)),
            "renewal": renewal_facts(case) if renewal else None,
            "parts": [part_facts(part) for part in parts],
            **(
                {"silence_agrees": True} if any(p.silence_agrees for p in parts) else {}
            ),
            "table": notice_facts(table) if table is not None else None,
        },
        told=notice_told(slip)
        | ({"omission": body_text(omission.content)} if omission is not None else {})
        | ({"table": body_text(table.content)} if table is not None else {}),
    )
    return slip


@transaction.atomic(durable=True)
def ask_once(
    case_id: int,
    *,
    received: Collection[int],
    missing: Sequence[Missing],
    by: Clerk,
    at: dt.datetime,
    second_reason: str = "",
    form: Form | None = None,
) -> Notice:
    """Tell everything that is missing, once and in writing (R1.07, R1.12, R3.11).

    Every required paper is either on the desk or on the list, each with how to get it.
    What is told becomes required in this case, also what its item does not name. A
    second notice is given only by a supervisor, for a fault of what was brought after
    the first, which the reason names: a correction loop without end would be a refusal.
    What is put right on the spot is no notice (R1.06).
    """
    case = locked_case(case_id, by=by, at=at, form=form)
    before = case.notices.filter(kind=NoticeKind.ONE_TIME, version=1).last()
    is_second = before is not None
    if is_second:
        if by.role != Role.SUPERVISOR:
            raise RuleBroken(TOLD_ONCE, rule="R1.12")
        must_supervise(case, by)
        real_reason(second_reason, field="second_reason")
        civil("second_reason", second_reason)
    else:
        must_hold(case, by)
    must_not_be_offered(case)
    target(Verb.ASK_ONCE, state_of(case))
    must_not_be_deemed(case, at)
    must_not_be_renewed(case, at)
    item = _with_authority(case, at)
    papers = papers_of(case, item)
    tick(papers, received, by=by, at=at)
    if before is not None and not brought_since(papers, before.issued_at):
        raise RuleBroken(
            _(
                "Nothing has been brought since the notice. A second one is only for a "
                "fault of what was brought."
            ),
            rule="R1.12",
        )
    listed = _whole_list(papers, missing)
    _require(case, papers, listed)
    save_papers(case, papers, at)
    today = local_date(at)
    calendar = calendar_of(case)
    computed = count_days(calendar, today, case.hall.bring_days)
    begun = begin(case, item, today)
    case.tell_by = None
    case.due_on = computed.due
    fields = [*move(case, Verb.ASK_ONCE), *begun, "tell_by", "due_on"]
    if is_second:
        case.second_notices += 1
        fields.append("second_notices")
    case.save(update_fields=fields)
    deadline_row(case, DeadlineKind.BRING, computed, rule="R1.43", at=at).save()
    notice = issue(
        case,
        NoticeKind.ONE_TIME,
        {
            "item": item_facts(item),
            "materials": [p.name for p in papers if p.received_at is not None],
            "applied_on": (case.received_on or today).isoformat(),
            "missing": [
                {
                    "name": one.name,
                    "standard": one.standard,
                    "how_to_get": one.how_to_get,
                    "sample": one.sample,
                }
                for one in listed
            ],
            "bring_by": computed.due.isoformat(),
            "if_late": _if_late(case, listed),
            **serving(papers),
        },
        by=by,
        at=at,
        second_reason=second_reason if is_second else "",
    )
    record(
        case,
        "asked_once",
        by=by,
        at=at,
        facts={
            "notice": notice_facts(notice),
            "missing": len(listed),
            "materials": sum(p.received_at is not None for p in papers),
            **kept_items(case),
            "second": is_second,
        },
        told=notice_told(notice)
        | ({"second_reason": second_reason} if is_second else {}),
    )
    return notice


def _if_late(case: Case, listed: Sequence[Missing]) -> str:
    """What lateness means; nothing lapses for what the item does not name (R2.10)."""
    names_any = any(one.position is not None for one in listed)
    is_lapse = case.hall.late_papers == LatePapers.WITHDRAWN
    return str(case.hall.late_papers if names_any or not is_lapse else LatePapers.KEPT)


def _still_missing(case: Case, missing: Sequence[CaseMaterial]) -> RuleBroken:
    """Name the papers that have to be here, and apart those that may follow (R2.31)."""
    first = [paper.name for paper in missing if not paper.may_follow]
    may = [paper.name for paper in missing if paper.may_follow]
    sentence = _("Still missing: %(names)s. Ask for all of it once, with key 3.")
    if case.notices.filter(kind=NoticeKind.ONE_TIME).exists():
        sentence = _(
            "Still missing: %(names)s. Tick what has come, or take it in with key m."
        )
    elif first and may:
        sentence = _(
            "Still missing: %(names)s. Ask for it once, with key 3. These may follow, "
            "if the applicant commits to it: %(may)s."
        )
    if not first:
        sentence = _("Not here yet: %(may)s. It may follow, if the applicant commits.")
    return RuleBroken(
        sentence,
        params={"names": joined(first), "may": joined(may)},
        field="received",
        rule="R1.07",
    )


def _with_authority(case: Case, at: dt.datetime) -> ServiceItem:
    """Return the item of a case that the accountable window may accept (R2.25)."""
    if case.item_id is None:
        raise RuleBroken(NO_ITEM, field="item")
    today = local_date(at)
    has_authority = (
        Responsibility.objects.on(today)
        .filter(window_id=case.window_id, item_id=case.item_id)
        .filter(authority__in=[Authority.DECIDE, Authority.ACCEPT])
        .exists()
    )
    if not has_authority:
        raise RuleBroken(NO_AUTHORITY, rule="R2.25")
    steps = Prefetch("steps", Step.objects.select_related("department"))
    items = ServiceItem.objects.select_related("department").prefetch_related(steps)
    case.item = item = items.get(pk=case.item_id)
    return case.applied_for or item


def _whole_list(
    papers: list[CaseMaterial], missing: Sequence[Missing]
) -> list[Missing]:
    """Check that the list is whole: complete or not at all."""
    if not missing:
        raise RuleBroken(NOTHING_MISSING, field="missing")
    for one in missing:
        if not one.name.strip() or not one.how_to_get.strip():
            raise RuleBroken(
                _("Say for each missing paper what it is and how to get it."),
                field="missing",
                rule="R1.07",
            )
    texts = [text for one in missing for text in (one.name, one.how_to_get)]
    for text in texts:
        real_words(text, "missing")
    civil("missing", *texts)
    listed = {one.position for one in missing}
    forgotten = [
        p.name
        for p in papers
        if p.is_required and p.received_at is None and p.position not in listed
    ]
    if forgotten:
        raise RuleBroken(
            _("The list is not whole: %(names)s are missing too."),
            params={"names": joined(forgotten)},
            field="missing",
            rule="R1.07",
        )
    names = {paper.position: paper.name for paper in papers}
    return [
        replace(one, name=names[one.position]) if one.position in names else one
        for one in missing
    ]


def _must_have_kept_its_word(case: Case) -> None:
    """Refuse a commitment of whoever broke one in this hall before (R2.34).

    Known by the identity paper alone: a case that lapsed after it was accepted.
    """
    paper = Applicant.objects.filter(case=case, identity_index__isnull=False)
    broken = Answer.objects.filter(
        kind=AnswerKind.LAPSED,
        case__hall=case.hall_id,
        case__applicant__identity_index__in=paper.values("identity_index"),
        case__notices__kind=NoticeKind.OMISSION,
    )
    if broken.exists():
        raise RuleBroken(
            _(
                "This applicant committed to bring papers before and did not bring "
                "them: all papers have to be here."
            ),
            field="signed",
            rule="R2.34",
        )


def _let_follow(
    case: Case,
    papers: Sequence[CaseMaterial],
    follow: Mapping[int, dt.date],
    *,
    today: dt.date,
    until: dt.date,
) -> None:
    """Let what is missing follow by its day, if the item marks it (R2.31, R2.33)."""
    missing = lacking(papers)
    invented = [paper.name for paper in missing if not paper.may_follow]
    if invented:
        raise RuleBroken(
            _("These papers may not follow later: %(names)s."),
            params={"names": joined(invented)},
            field="received",
            rule="R2.31",
        )
    for paper in missing:
        day = follow.get(paper.position)
        if day is None or not today < day <= until:
            raise RuleBroken(
                _(
                    "%(name)s may follow from tomorrow until %(day)s, the day that is "
                    "promised."
                ),
                params={"name": paper.name, "day": until.isoformat()},
                field=f"follow-{paper.position}",
                rule="R2.33",
            )
        if not calendar_of(case).is_working(day):
            raise RuleBroken(
                _("%(day)s is a rest day: nobody could bring it. Name a working day."),
                params={"day": day.isoformat()},
                field=f"follow-{paper.position}",
                rule="R9.09",
            )
        paper.follow_by = day


def _omission_notice(
    case: Case,
    item: ServiceItem,
    papers: Sequence[CaseMaterial],
    *,
    by: Clerk,
    at: dt.datetime,
) -> Notice | None:
    """Issue what the applicant commits to, if anything is to follow (R2.30, R2.32)."""
    days = {paper: paper.follow_by for paper in to_follow(papers)}
    known = [day for day in days.values() if day is not None]
    if not known:
        return None
    return issue(
        case,
        NoticeKind.OMISSION,
        {
            "item": item_facts(item),
            "to_follow": [
                {
                    "name": paper.name,
                    "standard": paper.standard,
                    "how_to_get": paper.how_to_get,
                    "sample": paper.sample,
                    "form": paper.form,
                    "copies": paper.copies,
                    "follow_by": day.isoformat() if day else "",
                }
                for paper, day in days.items()
            ],
            "bring_by": min(known).isoformat(),
            "if_late": case.hall.late_follow_ups,
            **serving(papers),
        },
        by=by,
        at=at,
    )


def _require(case: Case, papers: list[CaseMaterial], listed: Sequence[Missing]) -> None:
    """Let what is told be what this case waits for, also what its item does not name.

    A paper that is here and listed again was faulty: it stays marked, and is awaited
    once more.
    """
    awaited = {one.position: one for one in papers if one.received_at is None}
    named = {one.position: one for one in papers if not one.is_extra}
    last = max((one.position for one in papers), default=0)
    for one in listed:
        if one.position in awaited:
            awaited[one.position].is_required = True
            continue
        last += 1
        papers.append(
            CaseMaterial(
                case=case,
                position=last,
                name=one.name,
                standard=one.standard,
                how_to_get=one.how_to_get,
                sample=one.sample,
                is_extra=one.position not in named,
                serves=named[one.position].serves if one.position in named else [],
            )
        )


def _both_dates(
    case: Case, item: ServiceItem, start: dt.date, *, at: dt.datetime
) -> tuple[Deadline, Deadline]:
    """Return both dates of a case whose limits count from `start`, unsaved."""
    calendar = calendar_of(case)
    try:
        promised, statutory = case.both_by_silence(
            calendar, local_date(at)
        ) or both_dates(calendar, start, case.kept_limits or Limits.of(item))
    except ValueError:
        raise RuleBroken(_("The date would lie outside every calendar.")) from None
    rule = "item"
    if item.statutory_days is None or item.is_bundle:
        rule = "R1.21" if item.is_joint else "R1.20"
    return (
        deadline_row(case, DeadlineKind.PROMISED, promised, rule="R1.30", at=at),
        deadline_row(case, DeadlineKind.STATUTORY, statutory, rule=rule, at=at),
    )
