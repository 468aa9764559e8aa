"""The steps that actions share: lock, ask, write the event. Not for other modules."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.utils import timezone

from cases import evidence
from cases.deadlines import LONGEST, due, working_days_between
from cases.deadlines import Deadline as Computed
from cases.lifecycle import (
    CLOCK_STOPPED,
    DEEMED,
    MOVES,
    OPEN,
    RENEWED,
    CloseRule,
    RuleBroken,
    SpanBasis,
    State,
    Verb,
    target,
)
from cases.models import (
    Applicant,
    Assignment,
    Case,
    CaseEvent,
    ClockStop,
    Deadline,
    FormKey,
    RaisedQuestion,
    Referral,
)
from cases.models.answers import FilingState
from cases.models.case import DeadlineKind
from cases.models.outside import RaiseGround
from cases.models.responsibility import ReferralState
from cases.vault import commit
from windows.calendars import current_calendar
from windows.closures import Calendar
from windows.models import Clerk, Posting, Window
from windows.roles import Role

from ._green import standing, take_place
from .stamp import AlreadyDone, Form, SentBefore, StaleCase


def _(message: str) -> str:
    """Mark a sentence for translation; the page translates it."""
    return message


def once(form: Form | None, *, by: Clerk, at: dt.datetime, case_id: int | None) -> None:
    """Store the key of a form in this transaction, so that a second sending is seen.

    A sending that runs at the same moment waits here for the first. Raises AlreadyDone
    for the same form again, SentBefore if the key comes back with another text.
    """
    if form is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cases_formkey (key, clerk_id, digest, case_id, at)"
            " VALUES (%s, %s, %s, %s, %s) ON CONFLICT (key) DO NOTHING",
            [form.key, by.pk, form.digest, case_id, at],
        )
        if cursor.rowcount == 1:
            return
    before = FormKey.objects.get(pk=form.key)
    is_own = before.clerk_id == by.pk
    if is_own and bytes(before.digest) == form.digest:
        raise AlreadyDone(before.case_id)
    raise SentBefore(
        _(
            "This form was sent before with other content: nothing was done a second "
            "time. What you typed is still here."
        ),
        case_id=before.case_id if is_own else None,
    )


def locked_case(case_id: int, *, by: Clerk, at: dt.datetime, form: Form | None) -> Case:
    """Lock the case row and read it; always the first step of an action on a case.

    Raises StaleCase if the page that sent `form` had not seen the last event.
    """
    once(form, by=by, at=at, case_id=case_id)
    # Of what is joined here only the hall never changes: PostgreSQL reads the locked
    # row again after a wait and drops it if another joined row fits no longer.
    case = (
        Case.objects.select_for_update(of=("self",), no_key=True)
        .select_related("hall")
        .get(pk=case_id)
    )
    case.stood = standing(case)
    if case.holder_id == by.pk:
        case.holder = by
    if form is not None and form.seen is not None and form.seen != case.head_seq:
        raise _stale(case)
    if at < case.changed_at:  # somebody began later and was faster
        raise _stale(case)
    return case


def _stale(case: Case) -> StaleCase:
    last = (
        CaseEvent.objects.filter(case_id=case.pk).select_related("actor").latest("seq")
    )
    return StaleCase(
        _(
            "%(name)s changed this case at %(time)s. "
            "What you typed is still here: look at the case, then decide."
        ),
        params={
            "name": last.actor.name,
            "time": timezone.localtime(last.at).strftime("%H:%M"),
        },
    )


def state_of(case: Case) -> State:
    """Return the state of a case as the table of moves knows it."""
    return State(case.state)


def must_hold(case: Case, by: Clerk) -> None:
    """Refuse anybody but the person who answers for the case."""
    if case.holder_id != by.pk or state_of(case) not in OPEN:
        raise RuleBroken(
            _("%(name)s answers for this case, not you. Ask for a hand-over."),
            params={"name": case.holder.name},
            rule="R3.04",
        )


def must_supervise(case: Case, by: Clerk) -> None:
    """Refuse anybody but a supervisor of the hall of the case."""
    if by.role != Role.SUPERVISOR or by.hall_id != case.hall_id:
        raise RuleBroken(_("Only a supervisor of this hall can do this."))


def must_not_chase(case: Case, clerk: Clerk, field: str = "") -> None:
    """Refuse to let whoever chases a green case come to answer for it (R2.83)."""
    if not case.is_green:
        return
    chased = case.greens.filter(ended_at__isnull=True, chaser=clerk)
    if chased.exists():
        raise RuleBroken(
            _(
                "%(name)s chases this case: end the green channel first, and open it "
                "again with somebody else who chases it."
            ),
            params={"name": clerk.name},
            field=field,
            rule="R2.83",
        )


def pending_referral(case: Case) -> Referral | None:
    """Return the pending offer of a locked case, if there is one."""
    return (
        Referral.objects.filter(case=case, state=ReferralState.PENDING)
        .select_related("to_clerk")
        .first()
    )


def running_stop(case: Case) -> ClockStop | None:
    """Return the stop for which the clock of a locked case stands, if it does."""
    return case.stops.filter(resumed_at__isnull=True).first()


def end_stop(stop: ClockStop, *, by: Clerk, at: dt.datetime) -> None:
    """End the stop of a locked case today."""
    stop.resumed_on = local_date(at)
    stop.resumed_by = by
    stop.resumed_at = at
    stop.save(update_fields=["resumed_on", "resumed_by", "resumed_at"])


def must_run(case: Case) -> None:
    """Refuse while the clock is stopped: what is stopped for comes first (R1.24)."""
    if running_stop(case) is not None:
        raise RuleBroken(CLOCK_STOPPED, rule="R1.24")


def must_not_be_deemed(case: Case, at: dt.datetime) -> None:
    """Refuse once silence has accepted the case: first that is written down (R1.07)."""
    if case.deemed_on(local_date(at)) is not None:
        raise RuleBroken(DEEMED, rule="R1.07")


def must_not_be_renewed(case: Case, at: dt.datetime) -> None:
    """Refuse once the law has renewed it: only the grant is written down (R1.27)."""
    if case.renewed_on(local_date(at)) is not None:
        raise RuleBroken(RENEWED, rule="R1.27")


def act_by(case: Case, due: dt.date) -> dt.date:
    """Return the next day somebody must act by, when something else is due on `due`.

    Looking for the answer gives no more time to accept or to tell (R1.07), nor does it
    hold up the expiry after which the law renews what was applied for (R1.27).
    """
    ends = (case.tell_by, None if case.reopened else case.renews_after)
    return min([due, *(day for day in ends if day is not None)])


def act_by_promise(case: Case) -> dt.date | None:
    """Return the next day of an accepted case whose clock runs; none while frozen."""
    return None if case.promised_due is None else act_by(case, case.promised_due)


def is_named(case: Case) -> bool:
    """Tell whether it is known by name who applies, as a paper says it (R1.09)."""
    return Applicant.objects.filter(case=case, name_sealed__isnull=False).exists()


def drop_filings(case: Case) -> None:
    """Let a negative fall that was not told; one told before a reopening stays told."""
    case.filings.filter(
        state__in=[FilingState.PROPOSED, FilingState.APPROVED], answer__isnull=True
    ).update(state=FilingState.DROPPED)


def withdraw_offer(case: Case, *, by: Clerk, at: dt.datetime) -> Referral | None:
    """Take back the pending offer of a locked case whose course ends it; return it."""
    offer = pending_referral(case)
    if offer is not None:
        offer.state = ReferralState.WITHDRAWN
        offer.settled_by = by
        offer.settled_at = at
        offer.save(update_fields=["state", "settled_by", "settled_at"])
    return offer


def must_not_be_offered(case: Case) -> None:
    """Refuse while the case is offered to somebody."""
    offer = pending_referral(case)
    if offer is not None:
        raise RuleBroken(
            _("It is offered to %(name)s: withdraw the offer first."),
            params={"name": offer.to_clerk.name},
        )


def move(case: Case, verb: Verb, *, before: str = "") -> list[str]:
    """Put the case into the state the table names; return the changed fields."""
    after = target(verb, state_of(case), before=State(before) if before else None)
    case.state = after
    return ["state"]


def local_date(at: dt.datetime) -> dt.date:
    """Return the day of `at` in the time zone of the hall."""
    return timezone.localdate(at)


def calendar_of(case: Case) -> Calendar:
    """Return the calendar of the region of the case's hall."""
    return current_calendar(case.hall.region)


def count_days(
    calendar: Calendar, start: dt.date, days: int, unit: str = "working"
) -> Computed:
    """Count a limit; a date that no calendar holds becomes a sentence."""
    try:
        return due(calendar, start, days, unit)
    except ValueError:
        raise RuleBroken(_("The date would lie outside every calendar.")) from None


def state_behind(case: Case) -> State:
    """Return the state of a case, or to which its excursion goes back.

    An excursion is a raise or a proposed negative.
    """
    state = state_of(case)
    if state is State.RAISED:
        return State(case.raises.filter(replied_at=None).latest("id").prior_state)
    if state is State.NEGATIVE_FILED:
        return State(case.filings.filter(answer=None).latest("id").prior_state)
    return state


def due_again(case: Case, *, since: dt.datetime, at: dt.datetime) -> list[str]:
    """Say what is due after an excursion that began at `since`: what was due before it.

    Looking for the answer moves no date of ours: else raising and replying would be a
    way to lose an overdue case (R1.07). The applicant has the working days back.
    """
    days = working_days_between(calendar_of(case), local_date(since), local_date(at))
    if state_of(case) is State.ACCEPTED and running_stop(case) is None:
        case.due_on = act_by_promise(case)
        _follow_later(case, days)
        return ["due_on"]
    kinds = {
        State.ACCEPTED: [DeadlineKind.STOP],
        State.WAITING: [DeadlineKind.BRING],
    }.get(state_of(case), [DeadlineKind.WAY, DeadlineKind.TELL])
    before = Deadline.objects.filter(case=case, kind__in=kinds).order_by("id").last()
    is_awaited = state_of(case) is State.WAITING and case.tell_by is None
    if before is not None and is_awaited and days:
        before = _bring_later(case, before, days, at=at)
    if before is not None:
        case.due_on = act_by(case, before.due_on)
    return ["due_on"]


def _bring_later(
    case: Case, before: Deadline, days: int, *, at: dt.datetime
) -> Deadline:
    """Give the applicant so many days more to bring what is missing (R1.43)."""
    whole = min(before.days + days, LONGEST)
    computed = count_days(calendar_of(case), before.starts_on, whole, before.unit)
    row = deadline_row(case, DeadlineKind.BRING, computed, rule="R1.43", at=at)
    row.due_on = max(row.due_on, before.due_on)
    row.save()
    return row


def _follow_later(case: Case, days: int) -> None:
    """Give so many days more for what follows, but not beyond the promise (R2.33)."""
    papers = case.materials.filter(received_at=None, follow_by__isnull=False)
    for paper in papers if days else ():
        until = paper.follow_by or dt.date.max
        later = count_days(calendar_of(case), until, days).due
        later = min(later, case.promised_due or later)
        if later > until:
            paper.follow_by = later
            paper.save(update_fields=["follow_by"])
            case.new_papers[paper.position] = paper


def deadline_row(
    case: Case, kind: DeadlineKind, computed: Computed, *, rule: str, at: dt.datetime
) -> Deadline:
    """Return the row that keeps a date with the facts it came from (R9.14), unsaved.

    The event of the act will tell it.
    """
    row = Deadline(
        case=case,
        kind=kind,
        starts_on=computed.start,
        days=computed.count,
        unit=computed.unit,
        due_on=computed.due,
        rule=rule,
        calendar_version=computed.calendar_version,
        is_provisional=computed.provisional,
        set_at=at,
    )
    case.new_deadlines.append(row)
    return row


def next_ids(*sequences: str) -> list[int]:
    """Fetch one value of each sequence in one statement."""
    columns = ", ".join(["nextval(%s)"] * len(sequences))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns}", sequences)
        return [int(value) for value in cursor.fetchone()]


def open_span(case: Case) -> int:
    """Return the id of the open span of a case that is not closed."""
    if case.current_span is None:
        raise RuleBroken(_("The case is closed: nobody needs to answer for it."))
    return case.current_span


def next_span(
    case: Case,
    *,
    clerk: Clerk,
    window_id: int,
    at: dt.datetime,
    basis: SpanBasis,
    referral: Referral | None = None,
    appointment_id: int | None = None,
) -> tuple[Assignment, list[str]]:
    """End the open span at `at` and begin the next one there, without a gap.

    Returns the new span and the fields of the case that changed.
    """
    must_not_chase(case, clerk)
    last = open_span(case)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_assignment SET until = %s WHERE id = %s"
            " RETURNING nextval('cases_span_seq'), ordinal + 1",
            [at, last],
        )
        span_id, ordinal = cursor.fetchone()
    span = Assignment.objects.create(
        id=span_id,
        case=case,
        ordinal=ordinal,
        clerk=clerk,
        window_id=window_id,
        since=at,
        basis=basis,
        previous_id=last,
        referral=referral,
        appointment_id=appointment_id,
    )
    case.current_span = span.pk
    case.holder = clerk
    case.window_id = window_id
    return span, ["current_span", "holder", "window"]


def due_for_call_back(case: Case, *, at: dt.datetime) -> list[str]:
    """Say of an answered case until when it is called back (R4.41)."""
    computed = count_days(calendar_of(case), local_date(at), case.hall.callback_days)
    case.due_on = computed.due
    deadline_row(case, DeadlineKind.CALL_BACK, computed, rule="R4.41", at=at).save()
    return ["due_on"]


def close(case: Case, rule: CloseRule, *, at: dt.datetime) -> list[str]:
    """Close a case by its rule; return the changed fields."""
    fields = [*end_span(case, at=at), *move(case, Verb.CLOSE)]
    case.close_rule = rule
    case.due_on = None
    return [*fields, "close_rule", "due_on"]


def end_span(case: Case, *, at: dt.datetime) -> list[str]:
    """End the open span of a case that closes."""
    Assignment.objects.filter(pk=open_span(case)).update(until=at)
    case.current_span = None
    case.closed_at = at
    return ["current_span", "closed_at"]


def staffed_post(window_id: int, clerk_id: int, day: dt.date) -> Posting | None:
    """Return the posting of a clerk at a window on a day, if there is one."""
    posts = Posting.objects.on(day).filter(window_id=window_id, clerk_id=clerk_id)
    return posts.select_related("clerk", "window").first()


def open_raise(
    case: Case,
    ground: RaiseGround,
    *,
    question: str,
    by: Clerk,
    at: dt.datetime,
    computed: Computed,
    **facts: Any,
) -> RaisedQuestion:
    """File a raised question with the committee, numbered after case and event."""
    return RaisedQuestion.objects.create(
        case=case,
        prior_state=case.state,
        ground=ground,
        question=question,
        filing_number=f"{case.number}/{case.head_seq + 1}",
        raised_by=by,
        raised_at=at,
        due_on=computed.due,
        **facts,
    )


def into_limbo(
    case: Case, ground: RaiseGround, *, question: str, by: Clerk, at: dt.datetime
) -> list[str]:
    """Put a case on the supervisor's limbo list and open a raise.

    Nobody may play ping-pong with a citizen. Returns the changed fields.
    """
    fields = ["limbo_since"]
    case.limbo_since = at
    if RaisedQuestion.objects.filter(case=case, replied_at__isnull=True).exists():
        return fields
    computed = count_days(calendar_of(case), local_date(at), case.hall.raise_days)
    open_raise(case, ground, question=question, by=by, at=at, computed=computed)
    deadline_row(case, DeadlineKind.REPLY, computed, rule="R3.16", at=at).save()
    if state_of(case) in MOVES[Verb.RAISE]:
        fields += move(case, Verb.RAISE)
        case.due_on = act_by(case, computed.due)
        fields.append("due_on")
    return fields


def record(
    case: Case,
    kind: str,
    *,
    by: Clerk,
    at: dt.datetime,
    facts: Mapping[str, Any] | None = None,
    told: Mapping[str, str] | None = None,
) -> CaseEvent:
    """Write the event of an act: the last step, never optional.

    `facts` are codes, ids, dates and names of staff, windows and departments as they
    are now. `told` are texts: only a commitment to each goes into the history.
    """
    place, behind = take_place(case, at=at)
    window = seat_window(by)
    window_id = window.pk if window is not None else None
    salt = bytes(case.salt) if case.salt is not None else None
    body = evidence.body_text(
        {
            "actor": {"no": by.staff_number, "name": by.name, "title": by.title},
            "window": ({"no": window.number, "name": window.name} if window else None),
            "state": str(case.state),
            "due_on": case.due_on.isoformat() if case.due_on else None,
            **_set_in_this_act(case),
            **(facts or {}),
            **place,
            "commit": {
                name: commit("event", name, salt, text)
                for name, text in (told or {}).items()
                if salt is not None
            },
        }
    )
    line = evidence.Line(
        case_id=case.pk,
        seq=case.head_seq + 1,
        at=at,
        actor_id=by.pk,
        window_id=window_id,
        kind=kind,
        body=body,
        key_id=evidence.current_key_id(),
    )
    digest = evidence.line_hash(bytes(case.head_hash), line)
    event = CaseEvent.objects.create(
        case=case,
        seq=line.seq,
        at=at,
        actor=by,
        window_id=window_id,
        kind=kind,
        body=body,
        prev_hash=bytes(case.head_hash),
        hash=digest,
        key_id=line.key_id,
        signature=evidence.sign(digest),
    )
    case.head_seq = line.seq
    case.head_hash = digest
    case.changed_at = at
    for green in behind:
        since = max(at, green.changed_at)
        record(green, "green_gave_way", by=by, at=since, facts={"to": case.pk})
    return event


_DATED = (
    "kind",
    "days",
    "unit",
    "rule",
    "calendar_version",
    "is_provisional",
)


def _set_in_this_act(case: Case) -> dict[str, Any]:
    """Tell the dates and the papers that an act has set, and forget them."""
    told: dict[str, Any] = {}
    if case.new_deadlines:
        told["deadlines"] = [
            {name: getattr(row, name) for name in _DATED}
            | {
                name: day.isoformat() if day else None
                for name in ("starts_on", "due_on", "was_on")
                for day in [getattr(row, name)]
            }
            for row in case.new_deadlines
        ]
    if case.new_papers:
        told["papers"] = [
            [
                position,
                paper.is_required,
                paper.is_extra,
                paper.received_at is not None,
                paper.follow_by.isoformat() if paper.follow_by else None,
            ]
            for position, paper in sorted(case.new_papers.items())
        ]
    case.new_deadlines.clear()
    case.new_papers.clear()
    return told


def seat_window(by: Clerk) -> Window | None:
    """Return the window at which a person sits now; jobs sit nowhere."""
    if by.role == Role.SYSTEM:
        return None
    seat = getattr(by, "seat", None)
    return seat.window if seat is not None else None


def person(clerk: Clerk) -> dict[str, Any]:
    """Name a clerk in an event as the clerk is called now."""
    return {"id": clerk.pk, "no": clerk.staff_number, "name": clerk.name}


def place(window: Window) -> dict[str, Any]:
    """Name a window in an event as it is called now."""
    return {"id": window.pk, "no": window.number, "name": window.name}


def span_facts(span: Assignment, window: Window) -> dict[str, Any]:
    """Say in an event which span began: the projection is checked against it."""
    return {
        "span": {
            "id": span.pk,
            "ordinal": span.ordinal,
            "clerk": person(span.clerk),
            "window": place(window),
            "basis": str(span.basis),
        }
    }
