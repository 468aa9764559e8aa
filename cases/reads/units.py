"""Which units hold a joint case up: past their day, or with nobody there (R4.78).

And of a life event, how many of its items are decided.

Said once for the desk, the ledger and the rows of both. Nothing marks such a unit, and
no job looks for it: the partial indexes of parts and objections find it.
"""

import datetime as dt
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from cases.models import ClockStop, NegativeFiling, Part
from cases.models.answers import FilingState
from cases.models.joint import PartState
from windows.models import Clerk, Posting, Responsibility
from windows.models.items import Authority
from windows.units import here_for_unit

_ITEMS = Q(item__isnull=False, turn=F("case__reopened"))
_ASKED = Q(state=PartState.RUNNING, is_lead=False, turn=F("case__reopened"))


def asked_of(clerk: Clerk, today: dt.date) -> Q:
    """Say of parts that somebody speaks for their unit today (R2.62, R4.70).

    The same people as `windows.units.posts_of_unit`, seen from one of them.
    """
    posts = Posting.objects.on(today).filter(
        clerk_id=clerk.pk, window__hall=clerk.hall, window__is_active=True
    )
    own = posts.filter(window__department__isnull=False).values("window__department")
    shared = posts.filter(window__department=None).values("window_id")
    decided = Responsibility.objects.on(today).filter(
        window_id__in=shared, authority=Authority.DECIDE
    )
    return (
        Q(case__hall=clerk.hall)
        & (Q(department_id__in=own) | Q(item_id__in=decided.values("item_id")))
        & ~Q(is_lead=True, item=None)
    )


def frozen() -> Exists:
    """Whether the clock of a part's case stands without a known end (R1.24)."""
    stops = ClockStop.objects.filter(case_id=OuterRef("case_id"))
    return Exists(stops.filter(resumed_at=None, limit_days=None))


def _silent(today: dt.date) -> Q:
    """Say of parts that their day has passed; it has not while the clock is frozen."""
    return _ASKED & Q(due_on__lt=today) & Q(~frozen())


def _unsettled(today: dt.date) -> Q:
    """Say of parts that their objection is left past its day, on any level.

    While the clock is frozen it has no day either (R1.24).
    """
    return Q(
        turn=F("case__reopened"),
        objections__outcome="",
        objections__due_on__lt=today,
    ) & Q(~frozen())


def _deserted(today: dt.date) -> Q:
    """Say of parts that nobody is at any window of the unit today (R2.60)."""
    here = here_for_unit(
        today,
        hall=OuterRef("case__hall_id"),
        department=OuterRef("department_id"),
        item=OuterRef("item_id"),
    )
    in_hall = Q(window__isnull=False) | Q(department__in_hall=True)
    asked = Q(state=PartState.RUNNING, turn=F("case__reopened"))
    others = Q(is_lead=False) | Q(item__isnull=False)
    return asked & others & in_hall & Q(~Exists(here))


def held_up(today: dt.date) -> QuerySet[Part, Any]:
    """Return the cases that a unit holds up, or an objection past its day."""
    return Part.objects.none().union(
        *(
            Part.objects.filter(which(today)).order_by().values_list("case_id")
            for which in (_silent, _unsettled, _deserted)
        ),
        all=True,
    )


def past_their_day(today: dt.date) -> QuerySet[Part, int]:
    """Count the units of the outer case past their day, and its objections too."""
    return _count(_silent(today) | _unsettled(today))


def without_people(today: dt.date) -> QuerySet[Part, int]:
    """Count the units of the outer case with nobody at any of its windows."""
    return _count(_deserted(today))


def bundled() -> QuerySet[Part, int]:
    """Count the items of the outer case, if it is a life event that was accepted."""
    return _count(_ITEMS)


def decided() -> QuerySet[Part, int]:
    """Count those of them that were granted, or whose refusal was approved (R3.30)."""
    approved = NegativeFiling.objects.filter(
        part=OuterRef("pk"), state=FilingState.APPROVED
    )
    refused = Q(state=PartState.REFUSED) & Q(Exists(approved))
    return _count(_ITEMS & (Q(state=PartState.ANSWERED) | refused))


def _count(which: Q) -> QuerySet[Part, int]:
    found = Part.objects.filter(which, case_id=OuterRef("pk")).order_by()
    grouped = found.values("case_id").annotate(count=Count("pk"))
    return grouped.values_list("count", flat=True)
