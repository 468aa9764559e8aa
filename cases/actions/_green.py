"""The place of a case among those that wait with one person. Not for other modules."""

import datetime as dt

from django.db import connection
from django.db.models import Count, Q

from cases.lifecycle import AT_HAND
from cases.models import Case, GreenPass
from cases.models.case import Standing


def standing(case: Case) -> Standing:
    """Return what the place of a case in its holder's list comes from."""
    return case.holder_id, case.due_on, case.state in AT_HAND, case.is_green


def take_place(case: Case, *, at: dt.datetime) -> tuple[dict[str, object], list[Case]]:
    """Rank a case anew among its holder's, and keep whom the green channel passes.

    Called with every event, since the date or the holder may be others now. Nobody is
    passed in silence, nor more often than the hall allows, whoever came first: so
    nobody's wait grows without bound (R2.83). Returns what the event says of it, and
    the cases of the green channel that have to stand behind this one from now on.
    """
    if case.state not in AT_HAND or case.due_on is None:
        return {}, []
    if case.is_green:
        return _set_before(case, at=at), []
    if case.stood == standing(case):
        return {}, []
    return _be_passed(case, at=at)


def _set_before(case: Case, *, at: dt.datetime) -> dict[str, object]:
    """Rank a case of the green channel, and keep whom it passes now.

    It stands sooner by at most the days that the hall sets, and never before a case
    that was passed as often as the hall allows.
    """
    if case.due_on is None:
        return {}
    with connection.cursor() as cursor:
        # Two cases of one person take their places one after the other.
        cursor.execute("SELECT cases_take_turns(%s, NULL)", [case.holder_id])
    hall = case.hall
    theirs = Count("passed_by", filter=~Q(passed_by__case=case))
    own = Count("passed_by", filter=Q(passed_by__case=case))
    waiting = list(
        Case.objects.filter(
            Q(due_on__lt=case.due_on) | Q(due_on=case.due_on, pk__lt=case.pk),
            due_on__gte=case.due_on - dt.timedelta(days=hall.green_days),
            holder_id=case.holder_id,
            state__in=AT_HAND,
            is_green=False,
        )
        .annotate(theirs=theirs, own=own)
        .only("due_on")
        .order_by("due_on", "pk")
    )
    days = hall.green_days
    for one in waiting:
        full = one.theirs >= hall.green_passes and not one.own
        if full and one.due_on is not None:
            days = min(days, max(0, (case.due_on - one.due_on).days - 1))
    ranks_on = case.due_on - dt.timedelta(days=days)
    passed = [
        one
        for one in waiting
        if not one.own and days and (one.due_on, one.pk) > (ranks_on, case.pk)
    ]
    GreenPass.objects.bulk_create(
        GreenPass(case=case, over=one, nth=one.theirs + 1, at=at) for one in passed
    )
    if days != case.green_days:
        case.green_days = days
        case.save(update_fields=["green_days"])
    return {"green_days": days, "passed": [one.pk for one in passed]}


def _be_passed(case: Case, *, at: dt.datetime) -> tuple[dict[str, object], list[Case]]:
    """Count what stands before a case that came, or got another date, after it.

    As many as the hall allows; the others stand behind it by their own event.
    """
    before_us = case.stood[0] if case.stood else None
    with connection.cursor() as cursor:
        # Waits for its turn and looks then, in one statement.
        cursor.execute("SELECT * FROM cases_green_ahead(%s, %s)", [case.pk, before_us])
        ahead = cursor.fetchall()
    if not ahead:
        return {}, []
    passed = ahead[0][1]
    room = max(0, case.hall.green_passes - passed)
    first, behind = [
        [pk for pk, _times in some] for some in (ahead[:room], ahead[room:])
    ]
    GreenPass.objects.bulk_create(
        GreenPass(case_id=pk, over=case, nth=passed + nth, at=at, is_later=True)
        for nth, pk in enumerate(first, start=1)
    )
    if not behind:
        return {"passed_by": first}, []
    # Not waited for: whoever acts on one of them now may be waiting for us.
    locked = Case.objects.select_for_update(of=("self",), no_key=True, nowait=True)
    later = locked.select_related("hall").filter(pk__in=behind).order_by("pk")
    return {"passed_by": first}, list(later)
