"""Accepting a case, and asking once for what is missing (ways 2 and 3)."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from django.db import connection, transaction

from cases.deadlines import Limits, both_dates
from cases.evidence import body_text
from cases.lifecycle import (
    NO_AUTHORITY,
    NO_ITEM,
    NOTHING_MISSING,
    TOLD_ONCE,
    RuleBroken,
    State,
    Verb,
    target,
)
from cases.models import Applicant, Case, CaseMaterial, Deadline, Notice
from cases.models.case import DeadlineKind
from cases.models.notices import NoticeKind
from windows.listing import joined
from windows.models import Clerk, Responsibility, ServiceItem
from windows.models.items import Authority
from windows.roles import Role

from ._steps import (
    _,
    calendar_of,
    count_days,
    deadline_row,
    local_date,
    locked_case,
    move,
    must_hold,
    must_not_be_offered,
    must_supervise,
    record,
    state_of,
)
from .stamp import Form
from .texts import civil


@dataclass(frozen=True, slots=True)
class Missing:
    """One paper on the one-time notice; each says how to get it (R1.07)."""

    name: str
    how_to_get: str
    standard: str = ""
    position: int | None = None


@transaction.atomic(durable=True)
def accept_case(
    case_id: int,
    *,
    received: Collection[int],
    by: Clerk,
    at: dt.datetime,
    form: Form | None = None,
) -> Notice:
    """Accept a complete application; its clock starts (R1.08, R1.09, R1.20, R1.30).

    `received` are the positions of the papers that lie on the desk. Both dates are
    computed from today, the day the papers are complete (R1.10), and stand on the
    numbered acceptance slip. The slip bears the applicant's name, so a telephone alone
    is not enough; see `Notice` for how the name comes to the paper.
    """
    case = locked_case(case_id, by=by, at=at, form=form)
    must_hold(case, by)
    must_not_be_offered(case)
    target(Verb.ACCEPT, state_of(case))
    item = _with_authority(case, at)
    papers = _papers(case, item)
    _tick(papers, received, by=by, at=at)
    lacking = [p.name for p in papers if p.is_required and p.received_at is None]
    if lacking:
        raise RuleBroken(
            _("Still missing: %(names)s. Ask for all of it once, with key 3."),
            params={"names": joined(lacking)},
            field="received",
            rule="R1.07",
        )
    if not Applicant.objects.filter(case=case, name_sealed__isnull=False).exists():
        raise RuleBroken(
            _("Name the applicant first: the acceptance slip bears the name."),
            rule="R1.09",
        )
    _save_papers(papers)
    today = local_date(at)
    promised, statutory = _both_dates(case, item, at)
    case.received_on = case.received_on or today
    case.accepted_on = today
    case.promised_due = promised.due_on
    case.statutory_due = statutory.due_on
    case.due_on = promised.due_on
    fields = move(case, Verb.ACCEPT)
    case.save(
        update_fields=[
            *fields,
            "received_on",
            "accepted_on",
            "promised_due",
            "statutory_due",
            "due_on",
        ]
    )
    Deadline.objects.bulk_create([promised, statutory])
    slip = _issue(
        case,
        NoticeKind.ACCEPTANCE,
        {
            "item": {"code": item.code, "name": item.name},
            "materials": [p.name for p in papers if p.received_at is not None],
            "accepted_on": today.isoformat(),
            "promised": _date_facts(promised),
            "statutory": _date_facts(statutory),
        },
        by=by,
        at=at,
    )
    record(
        case,
        "accepted",
        by=by,
        at=at,
        facts={
            "notice": _notice_facts(slip),
            "promised_due": promised.due_on.isoformat(),
            "statutory_due": statutory.due_on.isoformat(),
            "materials": sum(p.received_at is not None for p in papers),
        },
        told={"content": body_text(slip.content)},
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
    A second notice is given only by a supervisor and with a reason: a correction loop
    without end would be a refusal.
    """
    case = locked_case(case_id, by=by, at=at, form=form)
    is_second = case.notices.filter(kind=NoticeKind.ONE_TIME).exists()
    if is_second:
        if by.role != Role.SUPERVISOR:
            raise RuleBroken(TOLD_ONCE, rule="R1.12")
        must_supervise(case, by)
        if not second_reason.strip():
            raise RuleBroken(
                _("Say why a second notice is needed."), field="second_reason"
            )
    else:
        must_hold(case, by)
    must_not_be_offered(case)
    target(Verb.ASK_ONCE, state_of(case))
    item = _with_authority(case, at)
    papers = _papers(case, item)
    _tick(papers, received, by=by, at=at)
    listed = _whole_list(papers, missing)
    _save_papers(papers)
    today = local_date(at)
    calendar = calendar_of(case)
    computed = count_days(calendar, today, case.hall.bring_days)
    case.received_on = case.received_on or today
    case.due_on = computed.due
    fields = [*move(case, Verb.ASK_ONCE), "received_on", "due_on"]
    if is_second:
        case.second_notices += 1
        fields.append("second_notices")
    case.save(update_fields=fields)
    deadline_row(case, DeadlineKind.BRING, computed, rule="R1.43", at=at).save()
    notice = _issue(
        case,
        NoticeKind.ONE_TIME,
        {
            "item": {"code": item.code, "name": item.name},
            "materials": [p.name for p in papers if p.received_at is not None],
            "missing": [
                {
                    "name": one.name,
                    "standard": one.standard,
                    "how_to_get": one.how_to_get,
                }
                for one in listed
            ],
            "bring_by": computed.due.isoformat(),
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
            "notice": _notice_facts(notice),
            "missing": len(listed),
            "materials": sum(p.received_at is not None for p in papers),
            "second": is_second,
        },
        told={"content": body_text(notice.content)}
        | ({"second_reason": second_reason} if is_second else {}),
    )
    return notice


@transaction.atomic(durable=True)
def receive_materials(
    case_id: int,
    *,
    received: Collection[int],
    by: Clerk,
    at: dt.datetime,
    form: Form | None = None,
) -> Case:
    """Take in papers that were missing; the case waits on until all are here."""
    case = locked_case(case_id, by=by, at=at, form=form)
    must_hold(case, by)
    if state_of(case) is not State.WAITING:
        raise RuleBroken(_("This case does not wait for papers."), field="received")
    papers = list(case.materials.all())
    before = sum(p.received_at is not None for p in papers)
    _tick(papers, received, by=by, at=at)
    now = sum(p.received_at is not None for p in papers)
    if now == before:
        raise RuleBroken(_("Tick the papers that were brought."), field="received")
    _save_papers(papers)
    record(
        case,
        "papers_received",
        by=by,
        at=at,
        facts={"materials": now, "new": now - before},
    )
    return case


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
    return ServiceItem.objects.get(pk=case.item_id)


def _papers(case: Case, item: ServiceItem) -> list[CaseMaterial]:
    """Return the papers of a case: as kept, or as the item asks for them today."""
    kept = list(case.materials.all())
    if kept:
        return kept
    return [
        CaseMaterial(
            case=case,
            position=position,
            name=material.name,
            standard=material.standard,
            how_to_get=material.how_to_get,
            is_required=material.is_required,
        )
        for position, material in enumerate(item.materials.all(), start=1)
    ]


def _tick(
    papers: list[CaseMaterial],
    received: Collection[int],
    *,
    by: Clerk,
    at: dt.datetime,
) -> None:
    for paper in papers:
        if paper.position in received and paper.received_at is None:
            paper.received_at = at
            paper.received_by = by


def _save_papers(papers: list[CaseMaterial]) -> None:
    if papers and papers[0]._state.adding:  # noqa: SLF001 (Django documents it)
        CaseMaterial.objects.bulk_create(papers)
    else:
        CaseMaterial.objects.bulk_update(papers, ["received_at", "received_by"])


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
    civil("missing", *(text for one in missing for text in (one.name, one.how_to_get)))
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


def _both_dates(
    case: Case, item: ServiceItem, at: dt.datetime
) -> tuple[Deadline, Deadline]:
    """Return the promised and the statutory date of a case accepted now, unsaved."""
    today = local_date(at)
    try:
        promised, statutory = both_dates(calendar_of(case), today, Limits.of(item))
    except ValueError:
        raise RuleBroken(_("The date would lie outside every calendar.")) from None
    rule = "R1.20" if item.statutory_days is None else "item"
    return (
        deadline_row(case, DeadlineKind.PROMISED, promised, rule="R1.30", at=at),
        deadline_row(case, DeadlineKind.STATUTORY, statutory, rule=rule, at=at),
    )


def _date_facts(row: Deadline) -> dict[str, object]:
    return {
        "due_on": row.due_on.isoformat(),
        "days": row.days,
        "unit": str(row.unit),
        "rule": row.rule,
        "provisional": row.is_provisional,
    }


def _issue(
    case: Case,
    kind: NoticeKind,
    content: dict[str, object],
    *,
    by: Clerk,
    at: dt.datetime,
    second_reason: str = "",
) -> Notice:
    """Give a paper its number, without a hole, and freeze it."""
    year = local_date(at).year
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_papernumber (hall_id, year, kind, last)"
            " VALUES (%s, %s, %s, 1) ON CONFLICT ON CONSTRAINT paper_number_once"
            " DO UPDATE SET last = cases_papernumber.last + 1 RETURNING last",
            [case.hall_id, year, kind.value],
        )
        serial = int(cursor.fetchone()[0])
    return Notice.objects.create(
        case=case,
        hall_id=case.hall_id,
        kind=kind,
        year=year,
        serial=serial,
        content=content,
        issued_by=by,
        issued_at=at,
        second_reason=second_reason,
        is_second=bool(second_reason),
        allowed_by=by if second_reason else None,
    )


def _notice_facts(notice: Notice) -> dict[str, object]:
    return {
        "id": notice.pk,
        "kind": str(notice.kind),
        "year": notice.year,
        "serial": notice.serial,
    }
