"""The page of one case: everything on it in a pinned number of statements.

The case itself, its lists, the history, the pending offer, the calendar and the other
cases of the same person are a statement each.
"""

import datetime as dt

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext

from cases.lifecycle import SpanBasis, Standing, State, waits_for
from cases.models import Case
from cases.models.case import Channel, StateChoices
from cases.models.notices import NoticeKind
from cases.numbers import format_number
from windows.calendars import current_calendar
from windows.models import Clerk, Responsibility
from windows.roles import COUNTER

from .casefile import CaseFile
from .choices import acts_of, is_approved, ways_of
from .clocks import (
    bars_of,
    count_from_receipt,
    dates_ahead,
    explanation,
    extended_of,
    stopped_of,
)
from .joint import days_of_parts, joint_of, whole_of
from .parts import (
    call_of,
    care_of,
    delivered_of,
    direction_of,
    filing_of,
    green_of,
    history_of,
    holder_of,
    issued_of,
    item_of,
    language_of,
    late_of,
    open_words,
    papers_of,
    pending_offer,
    person_of,
    raise_of,
    same_person,
    told,
)
from .shown import Ahead, CasePage


def case_page(
    visible: QuerySet[Case], number: int, *, viewer: Clerk, days: str = ""
) -> CasePage | None:
    """Return the page of a case out of those the viewer may see, or None.

    `days` names the deadline to be explained day by day ("promised", "statutory",
    "delivery", "renewal", "current"), or is empty.
    """
    today = timezone.localdate()
    case = _with_names(visible.filter(pk=number), today).first()
    if case is None:
        return None
    calendar = current_calendar(case.hall.region)
    file = CaseFile(case, today, calendar)
    count_from_receipt(case, file, calendar)
    offer = pending_offer(case, file, viewer, today)
    joint = joint_of(case, file, calendar, viewer, today)
    item = case.applied_for
    papers = papers_of(item, file)
    same, same_count = same_person(visible, case)
    person = person_of(case)
    works = viewer.role in COUNTER and viewer.hall_id == case.hall_id
    standing = Standing(
        state=State(case.state),
        is_holder=case.holder_id == viewer.pk and works,
        has_item=case.item_id is not None,
        authority=file.authority,
        offer_pending=offer is not None,
        told_once=any(n["kind"] == NoticeKind.ONE_TIME for n in file.notices),
        is_approved=is_approved(file),
        is_stopped=file.running_stop is not None,
        is_deemed=file.deemed_on is not None,
        is_received=case.tell_by is not None,
        to_deliver=case.to_deliver,
        is_renewed=file.renewed_on is not None,
        units_wait=joint is not None and joint.is_waited_for,
        is_disputed=joint is not None and joint.is_disputed,
        unit_refuses=joint is not None and bool(joint.refused),
        was_refused=joint is not None and joint.was_refused,
        is_bundle=joint is not None and joint.is_bundle,
        awaits_papers=case.state == State.ACCEPTED
        and any(row["follow_by"] for row in file.lacking),
        is_empty=case.applied_for is not None
        and case.applied_for.is_bundle
        and not case.applied_for.members,
    )
    return CasePage(
        number=case.pk,
        printed=case.number,
        seen=case.head_seq,
        state=State(case.state),
        state_label=str(StateChoices(case.state).label),
        waits_for=gettext(waits_for(standing)),
        deemed_on=file.deemed_on,
        renewed_on=file.renewed_on,
        expires_on=case.expires_on,
        renews=case.renews_after,
        is_renewal=item is not None
        and not item.is_bundle
        and item.renewal_days is not None,
        tell_by=case.tell_by,
        late=late_of(case, file),
        channel=str(Channel(case.channel).label),
        language=language_of(case.language),
        opened_at=case.opened_at,
        closed_at=case.closed_at,
        hall_id=case.hall_id,
        item=item_of(case, item, with_items=joint is None),
        department_id=case.window.department_id or case.department_id,
        words=open_words(case, "words"),
        care=care_of(case),
        person=person,
        same=same,
        same_count=same_count,
        holder=holder_of(case, file),
        is_mine=case.holder_id == viewer.pk,
        first_name=case.first_responder.name,
        first_window=case.first_window.number,
        offer=offer,
        in_limbo_since=case.limbo_since,
        declines=case.declines,
        hand_overs=sum(span["basis"] == SpanBasis.REFERRAL for span in file.spans),
        reopened=case.reopened,
        second_notices=case.second_notices,
        papers=papers,
        told=told(file, case),
        issued=issued_of(file),
        directions=tuple(direction_of(row) for row in file.directions),
        raises=tuple(raise_of(row) for row in file.raises),
        filings=tuple(filing_of(row) for row in file.filings),
        calls=tuple(call_of(row) for row in file.follow_ups),
        to_deliver=case.to_deliver,
        deliveries=tuple(delivered_of(row) for row in reversed(file.deliveries)),
        bars=bars_of(case, file, calendar, today),
        explained=explanation(case, file, calendar, today, days) if days else None,
        stops=tuple(stopped_of(row) for row in file.stops),
        extensions=tuple(extended_of(row) for row in file.extensions),
        joint=joint,
        days_of_parts=days_of_parts(
            joint, whole_of(case, file, calendar), calendar, today
        )
        if joint is not None and days == "joint"
        else (),
        green=green_of(case, file),
        passed_by=tuple(format_number(row["case_id"]) for row in file.passed_by),
        ahead=dates_ahead(case, file, calendar, today) if works else Ahead(),
        history=history_of(case, file),
        ways=ways_of(standing) if works else (),
        acts=acts_of(case, file, standing, viewer, joint) if works else (),
        may_open_person=works and (person is not None or case.is_green),
        has_contact=case.has_contact,
    )


def _with_names(cases: QuerySet[Case], today: dt.date) -> QuerySet[Case]:
    """Let the case bring along whoever it names, and its window's authority today."""
    authority = Responsibility.objects.on(today).filter(
        window_id=OuterRef("window_id"), item_id=OuterRef("item_id")
    )
    return cases.select_related(
        "hall",
        "holder",
        "window",
        "item__department",
        "first_responder",
        "first_window",
        "words",
        "applicant",
    ).annotate(authority=Subquery(authority.values("authority")[:1]))
