"""Taking papers in, with a receipt at once; nobody needs authority for that (R2.20)."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction

from cases.lifecycle import MOVES, NO_ITEM, RuleBroken, State, Verb
from cases.models import Notice
from cases.models.notices import NoticeKind
from windows.models import Clerk

from ._papers import (
    begin,
    completed_on,
    date_facts,
    issue,
    item_facts,
    let_silence_count,
    notice_facts,
    notice_told,
    papers_of,
    save_papers,
    serving,
    tell_facts,
    tick,
)
from ._renewals import note_expiry, renewal_facts
from ._steps import (
    _,
    is_named,
    local_date,
    locked_case,
    must_hold,
    record,
    state_behind,
    state_of,
)
from .stamp import Form


@transaction.atomic(durable=True)
def receive_materials(
    case_id: int,
    *,
    received: Collection[int],
    by: Clerk,
    at: dt.datetime,
    expires_on: dt.date | None = None,
    form: Form | None = None,
) -> Notice:
    """Take in papers and give a receipt for them (R2.20 to R2.22).

    Before a way forward was taken, the first receipt starts the time in which the case
    is accepted or told what is missing (R1.07). What was missing is taken in until all
    of it is here; then the case must be accepted (R1.08), and silence accepts it too.
    After acceptance what was to follow is taken in (R2.30). It is so as well while a
    question is raised, a negative proposed or the way shown elsewhere: nobody who
    brings something is sent away. With the first papers for a renewal it is noted until
    when what is to be renewed is valid (R1.27). Nothing taken in is ever unmarked.
    Accepted on the spot, no receipt is needed.
    """
    case = locked_case(case_id, by=by, at=at, form=form)
    must_hold(case, by)
    if state_of(case) not in MOVES[Verb.RECEIVE]:
        raise RuleBroken(_("This case does not wait for papers."), field="received")
    item = case.applied_for
    if item is None:
        raise RuleBroken(NO_ITEM, field="item")
    if not is_named(case):
        raise RuleBroken(
            _("Name the applicant first: the receipt bears the name."), rule="R2.21"
        )
    papers = papers_of(case, item)
    before = sum(paper.received_at is not None for paper in papers)
    behind = state_behind(case)
    was_complete = completed_on(behind, papers) is not None
    tick(papers, received, by=by, at=at)
    now = sum(paper.received_at is not None for paper in papers)
    starts = behind in (State.ASKED, State.DIRECTED) and case.tell_by is None
    # An item without papers is applied for with nothing but the application.
    if now == before and (papers or not starts):
        raise RuleBroken(_("Tick the papers that were brought."), field="received")
    save_papers(case, papers, at)
    today = local_date(at)
    counts_from = case.tell_from if case.tell_by is not None else None
    renewal = note_expiry(
        case,
        item,
        expires_on,
        applied=case.received_on or today,
        complete=counts_from or today,
        today=today,
    )
    until = None
    # What comes on top of a complete application gives no new time (R1.08).
    if starts or (not was_complete and completed_on(behind, papers) is not None):
        if starts:
            renewal += begin(case, item, today)
            case.received_on = today
        until, changed = let_silence_count(case, at=at)
        renewal += ["received_on", *changed]
    if renewal:
        case.save(update_fields=renewal)
    receipt = issue(
        case,
        NoticeKind.RECEIPT,
        {
            "item": item_facts(item),
            "materials": [
                {"name": paper.name, "form": paper.form, "copies": paper.copies}
                for paper in papers
                if paper.received_at == at
            ],
            "received_on": today.isoformat(),
            "tell_by": date_facts(until) if until is not None else None,
            "renewal": renewal_facts(case),
            **serving(papers),
        },
        by=by,
        at=at,
    )
    record(
        case,
        "papers_received",
        by=by,
        at=at,
        facts={
            "notice": notice_facts(receipt),
            "materials": now,
            "new": now - before,
            **tell_facts(case),
            "renewal": renewal_facts(case) if case.expires_on else None,
        },
        told=notice_told(receipt),
    )
    return receipt
