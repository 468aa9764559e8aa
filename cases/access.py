"""Finding a case and being allowed to see it are one step.

"Not found" and "not yours" look the same. Whoever lists, searches, exports or opens
cases starts from `visible`; no view reaches a model manager.
"""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from cases.models import Assignment, Case, GreenChannel, Part, Referral
from cases.models.responsibility import ReferralState
from cases.reads.units import asked_of
from windows.models import Clerk, Posting
from windows.roles import LEDGER_READERS, Role


def visible(clerk: Clerk) -> QuerySet[Case]:
    """Return the cases a person may see.

    A supervisor and an auditor see all of their hall. A clerk sees the cases that he
    holds, held, opened, was offered, or accepts or chases in the green channel, those
    held or offered at a window where he is posted today (a colleague must be able to
    stand in, R2.62), and joint cases in which he or the unit of such a window was asked
    for a part (R4.70). An administrator configures and sees none.
    """
    if clerk.hall_id is None:
        return Case.objects.none()
    if clerk.role in LEDGER_READERS:
        return Case.objects.filter(hall_id=clerk.hall_id)
    if clerk.role != Role.CLERK:
        return Case.objects.none()
    today = timezone.localdate()
    posts = Posting.objects.on(today).filter(clerk_id=clerk.pk).values("window_id")
    held = Assignment.objects.filter(case_id=OuterRef("pk"), clerk_id=clerk.pk)
    offered = Referral.objects.filter(case_id=OuterRef("pk")).filter(
        Q(to_clerk_id=clerk.pk) | Q(state=ReferralState.PENDING, to_window_id__in=posts)
    )
    green = GreenChannel.objects.filter(
        Q(acceptor_id=clerk.pk) | Q(chaser_id=clerk.pk),
        case_id=OuterRef("pk"),
        ended_at__isnull=True,
    )
    asked = Part.objects.filter(case_id=OuterRef("pk")).filter(
        Q(person_id=clerk.pk) | asked_of(clerk, today)
    )
    return Case.objects.filter(hall_id=clerk.hall_id).filter(
        Q(holder_id=clerk.pk)
        | Q(first_responder_id=clerk.pk)
        | Q(window_id__in=posts)
        | Exists(held)
        | Exists(offered)
        | Exists(green)
        | Exists(asked)
    )


def case_for(clerk: Clerk, number: int) -> Case:
    """Return the case with this number if the person may see it, else 404."""
    case = visible(clerk).filter(pk=number).first()
    if case is None:
        raise Http404
    return case


def may_open(clerk: Clerk, number: int) -> bool:
    """Tell whether there is a case with this number that the person may see."""
    return visible(clerk).filter(pk=number).exists()


def referral_for(clerk: Clerk, referral_id: int) -> Referral:
    """Return an offer of a case the person may see, else 404."""
    referral = (
        Referral.objects.filter(pk=referral_id, case__in=visible(clerk))
        .select_related("case")
        .first()
    )
    if referral is None:
        raise Http404
    return referral
