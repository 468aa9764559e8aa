"""The place of a green-channel case among those that wait. Not for other modules."""

import datetime as dt

from django.db import connection
from django.db.models import Count, Q

from cases.lifecycle import AT_HAND
from cases.models import Case, GreenPass

Facts = dict[str, object]


def take_place(case: Case, *, at: dt.datetime) -> Facts:
    """Rank a green-channel case anew among its holder's, and keep whom it passes.

    Called with every event of such a case, since its date or its holder may be others
    now. It stands sooner by at most the days that the hall sets, and never before a
    case that was passed as often as the hall allows: so nobody's wait grows without
    bound (R2.83). Returns what the event says of it.
    """
    if not case.is_green or case.state not in AT_HAND or case.due_on is None:
        return {}
    with connection.cursor() as cursor:
        # Two cases of one person take their places one after the other.
        cursor.execute("SELECT pg_advisory_xact_lock(83, %s)", [case.holder_id])
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
        if one.theirs >= hall.green_passes and one.due_on is not None:
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
