"""The hand-off: offered, accepted, declined, withdrawn, lapsed (way 4, 转办).

A case changes hands only in `accept_referral`. Until then the clerk who asked answers
for it (R3.04), whatever the receiver does or does not do.
"""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from cases.lifecycle import (
    MOST_HAND_OVERS,
    OPEN,
    RuleBroken,
    SpanBasis,
    Verb,
    target,
)
from cases.models import Case, Referral
from cases.models.notices import NoticeKind
from cases.models.outside import RaiseGround
from cases.models.responsibility import ReferralState
from windows.listing import joined
from windows.models import Clerk, Department, Posting, Seat, Window
from windows.models.people import PostKind
from windows.roles import Role

from ._papers import (
    issue,
    item_facts,
    notice_facts,
    notice_told,
    person_facts,
    window_facts,
)
from ._steps import (
    _,
    into_limbo,
    local_date,
    locked_case,
    must_hold,
    must_not_be_offered,
    must_not_chase,
    must_supervise,
    next_span,
    open_span,
    person,
    place,
    record,
    span_facts,
    staffed_post,
    state_of,
)
from .stamp import Form
from .texts import real_reason


@dataclass(frozen=True, slots=True)
class Better:
    """Where a declined case would be better placed: a window, a unit, or up."""

    window_id: int | None = None
    department_id: int | None = None
    sent_up: bool = False

    def __bool__(self) -> bool:
        return bool(self.window_id or self.department_id or self.sent_up)


@transaction.atomic(durable=True)
def offer_case(
    case_id: int,
    *,
    to_clerk_id: int,
    to_window_id: int,
    reason: str,
    escort: str,
    by: Clerk,
    at: dt.datetime,
    form: Form | None = None,
) -> Referral:
    """Offer a case to a named clerk at a window (R3.13, R3.14).

    The one who asks stays accountable. A supervisor may offer on behalf of somebody
    absent. Only a window that is open, where that clerk is posted and sits now, can be
    offered a case; else the sentence says who stands in.
    """
    case = locked_case(case_id, by=by, at=at, form=form)
    if by.pk != case.holder_id:
        if by.role == Role.SUPERVISOR:
            must_supervise(case, by)
        else:
            must_hold(case, by)
    target(Verb.HAND_OVER, state_of(case))
    must_not_be_offered(case)
    if not reason.strip():
        raise RuleBroken(_("Say why it is handed over."), field="reason")
    real_reason(reason)
    if to_clerk_id == case.holder_id:
        raise RuleBroken(
            _("%(name)s answers for it already: choose somebody else."),
            params={"name": case.holder.name},
            field="to",
        )
    post = _receiver(case, to_clerk_id, to_window_id, at)
    must_not_chase(case, post.clerk, "to")
    offer = Referral.objects.create(
        case=case,
        from_span_id=open_span(case),
        from_clerk=case.holder,
        offered_by=by,
        to_clerk=post.clerk,
        to_window=post.window,
        reason=reason,
        escort=escort,
        offered_at=at,
        expires_at=at + dt.timedelta(minutes=case.hall.offer_minutes),
    )
    notice = issue(
        case,
        NoticeKind.HAND_OVER,
        {
            "referral": offer.pk,
            "item": item_facts(case.applied_for),
            "from": person_facts(case.holder),
            "to": person_facts(post.clerk),
            "at": window_facts(post.window),
            "telephone": post.clerk.telephone or post.window.telephone,
            "reason": reason,
            "escort": escort,
            "until": timezone.localtime(offer.expires_at).isoformat(),
        },
        by=by,
        at=at,
    )
    record(
        case,
        "offered",
        by=by,
        at=at,
        facts=_offer_facts(offer) | {"escort": escort, "notice": notice_facts(notice)},
        told={"reason": reason} | notice_told(notice),
    )
    return offer


def _receiver(case: Case, clerk_id: int, window_id: int, at: dt.datetime) -> Posting:
    """Return the posting that makes this clerk at this window a receiver now."""
    today = local_date(at)
    posts = list(
        Posting.objects.on(today)
        .filter(window_id=window_id)
        .filter(window__hall_id=case.hall_id, window__is_active=True)
        .filter(clerk__is_active=True)
        .exclude(clerk__role=Role.SYSTEM)
        .select_related("window", "clerk__seat")
        .order_by("post", "clerk__name_key")
    )
    if not posts:
        raise RuleBroken(_("Nobody is posted at this window today."), field="to")
    window = posts[0].window
    if not window.is_open:
        raise RuleBroken(
            _("Window %(number)s is closed now: choose another."),
            params={"number": window.number},
            field="to",
        )
    here = [post for post in posts if _sits_here(post)]
    chosen = next((post for post in posts if post.clerk_id == clerk_id), None)
    if chosen is not None and _sits_here(chosen):
        return chosen
    others = [post for post in here if post.clerk_id != case.holder_id]
    if not others:
        raise RuleBroken(
            _("Nobody sits at window %(number)s now: choose another."),
            params={"number": window.number},
            field="to",
        )
    names = joined(post.clerk.name for post in others)
    if chosen is None:
        raise RuleBroken(
            _("This person is not posted at window %(number)s. There now: %(names)s."),
            params={"number": window.number, "names": names},
            field="to",
        )
    raise RuleBroken(
        _("%(name)s is not at window %(number)s now. Standing in: %(names)s."),
        params={
            "name": chosen.clerk.name,
            "number": window.number,
            "names": names,
        },
        field="to",
    )


def _sits_here(post: Posting) -> bool:
    seat: Seat | None = getattr(post.clerk, "seat", None)
    return seat is not None and seat.window_id == post.window_id


def _locked_offer(
    referral_id: int, *, by: Clerk, at: dt.datetime, form: Form | None
) -> tuple[Case, Referral]:
    """Lock the case of an offer, then read the offer under that lock.

    With `hand_overs`: how often the case has changed hands by agreement so far.
    """
    case_id = Referral.objects.values_list("case_id", flat=True).get(pk=referral_id)
    case = locked_case(case_id, by=by, at=at, form=form)
    by_agreement = Q(case__spans__basis=SpanBasis.REFERRAL)
    offer = (
        Referral.objects.select_related(
            "to_clerk", "to_window", "from_clerk", "settled_by"
        )
        .annotate(hand_overs=Count("case__spans", filter=by_agreement))
        .get(pk=referral_id)
    )
    if offer.state != ReferralState.PENDING:
        name = offer.settled_by.name if offer.settled_by else ""
        sentences = {
            ReferralState.ACCEPTED: _("%(name)s has taken this case over already."),
            ReferralState.DECLINED: _("%(name)s has declined this offer already."),
            ReferralState.WITHDRAWN: _("%(name)s has withdrawn this offer."),
            ReferralState.LAPSED: _("This offer ran out: the supervisor has it now."),
        }
        raise RuleBroken(sentences[ReferralState(offer.state)], params={"name": name})
    return case, offer


def _stand_in(offer: Referral, by: Clerk, at: dt.datetime) -> Posting | None:
    """Return the posting by which `by` may answer an offer made to another (R2.61)."""
    if by.pk == offer.to_clerk_id:
        return None
    post = staffed_post(offer.to_window_id, by.pk, local_date(at))
    if post is None or by.pk == offer.from_clerk_id:
        raise RuleBroken(
            _("It was offered to %(name)s: nobody accepts for somebody else."),
            params={"name": offer.to_clerk.name},
        )
    return post


def _must_work_there(offer: Referral, by: Clerk, at: dt.datetime) -> None:
    """Refuse whoever does not work at the window of an offer today, and a closed one.

    The duties may have changed while the offer waited.
    """
    window = offer.to_window
    if staffed_post(window.pk, by.pk, local_date(at)) is None:
        raise RuleBroken(
            _(
                "You are not posted at window %(number)s today: decline the offer, or "
                "let somebody there take it over."
            ),
            params={"number": window.number},
            rule="R2.60",
        )
    if not (window.is_open and window.is_active):
        raise RuleBroken(
            _("Window %(number)s is closed now: open it first, or decline the offer."),
            params={"number": window.number},
            rule="R2.60",
        )


@transaction.atomic(durable=True)
def accept_referral(
    referral_id: int, *, by: Clerk, at: dt.datetime, form: Form | None = None
) -> Case:
    """Take over a case that was offered (R3.04, R3.41).

    The only way a case changes hands by agreement. The receiver accepts, or somebody
    posted at the same window today, as stand-in (R2.60, R2.61); the window is open and
    whoever accepts is posted there today, whatever was so when it was offered.

    Late is better than never: an offer whose time is over can be accepted until the
    sweep has found it, for then the citizen has somebody. After that it has lapsed and
    the supervisor has the case.

    The third hand-over by agreement, and each one after it, puts the case on the
    supervisor's limbo list, whoever takes it: nobody plays ping-pong with a citizen by
    consent either. It stays there until it is answered or a supervisor names somebody;
    the new holder works on meanwhile, and no reply is waited for.
    """
    case, offer = _locked_offer(referral_id, by=by, at=at, form=form)
    post = _stand_in(offer, by, at)
    _must_work_there(offer, by, at)
    _settle(offer, ReferralState.ACCEPTED, by=by, at=at, stand_in=post)
    span, fields = next_span(
        case,
        clerk=by,
        window_id=offer.to_window_id,
        at=at,
        basis=SpanBasis.REFERRAL,
        referral=offer,
    )
    hand_overs = vars(offer)["hand_overs"] + 1
    passed_round = hand_overs >= MOST_HAND_OVERS
    case.limbo_since = (case.limbo_since or at) if passed_round else None
    case.save(update_fields=[*fields, "limbo_since"])
    record(
        case,
        "taken_over",
        by=by,
        at=at,
        facts=_offer_facts(offer)
        | span_facts(span, offer.to_window)
        | {
            "stand_in": post is not None and post.post == PostKind.B,
            "hand_overs": hand_overs,
            "limbo": passed_round,
        },
    )
    return case


@transaction.atomic(durable=True)
def decline_referral(
    referral_id: int,
    *,
    reason: str,
    better: Better,
    by: Clerk,
    at: dt.datetime,
    form: Form | None = None,
) -> Case:
    """Decline an offer, with a reason and a better addressee, or by sending it up.

    The case stays with the one who asked. The hall's third decline of one case puts it
    on the supervisor's limbo list and opens a raise: no ping-pong with a citizen.
    """
    case, offer = _locked_offer(referral_id, by=by, at=at, form=form)
    _stand_in(offer, by, at)
    if not reason.strip():
        raise RuleBroken(_("Say why you decline it."), field="reason")
    real_reason(reason)
    if not better:
        raise RuleBroken(
            _("Name a better addressee, or send it up: nobody is sent away."),
            field="better",
        )
    facts = _better_facts(case, offer, better)
    offer.better_window_id = better.window_id
    offer.better_department_id = better.department_id
    offer.sent_up = better.sent_up
    _settle(offer, ReferralState.DECLINED, by=by, at=at, reason=reason)
    case.declines += 1
    fields = ["declines"]
    if better.sent_up or case.declines >= case.hall.most_declines:
        fields += into_limbo(case, RaiseGround.DECLINED, question=reason, by=by, at=at)
    case.save(update_fields=fields)
    record(
        case,
        "declined",
        by=by,
        at=at,
        facts=_offer_facts(offer)
        | facts
        | {"declines": case.declines, "limbo": "limbo_since" in fields},
        told={"reason": reason},
    )
    return case


def _better_facts(case: Case, offer: Referral, better: Better) -> dict[str, object]:
    """Check the better addressee and name it for the history."""
    if better.window_id is not None:
        window = Window.objects.filter(
            pk=better.window_id, hall_id=case.hall_id, is_active=True
        ).first()
        if window is None or window.pk == offer.to_window_id:
            raise RuleBroken(_("Choose another window of this hall."), field="better")
        return {"better": {"window": place(window)}}
    if better.department_id is not None:
        unit = Department.objects.filter(
            pk=better.department_id, is_active=True
        ).first()
        if unit is None:
            raise RuleBroken(_("Choose a unit from the list."), field="better")
        return {"better": {"unit": {"id": unit.pk, "name": unit.name}}}
    return {"better": {"up": True}}


@transaction.atomic(durable=True)
def withdraw_referral(
    referral_id: int, *, by: Clerk, at: dt.datetime, form: Form | None = None
) -> Case:
    """Take back an offer that nobody has answered yet."""
    case, offer = _locked_offer(referral_id, by=by, at=at, form=form)
    if by.pk not in (case.holder_id, offer.offered_by_id):
        must_supervise(case, by)
    _settle(offer, ReferralState.WITHDRAWN, by=by, at=at)
    record(case, "offer_withdrawn", by=by, at=at, facts=_offer_facts(offer))
    return case


@transaction.atomic(durable=True)
def lapse_referral(referral_id: int, *, by: Clerk, at: dt.datetime) -> Case:
    """Put a case whose offer ran out on the limbo list; the work of the sweep."""
    case, offer = _locked_offer(referral_id, by=by, at=at, form=None)
    if at < offer.expires_at:
        raise RuleBroken(_("This offer has not run out yet."))
    _settle(offer, ReferralState.LAPSED, by=by, at=at)
    fields = into_limbo(
        case, RaiseGround.UNANSWERED, question=offer.reason, by=by, at=at
    )
    case.save(update_fields=fields)
    record(case, "offer_lapsed", by=by, at=at, facts=_offer_facts(offer))
    return case


def offers_run_out(at: dt.datetime, *, most: int = 500) -> list[int]:
    """Return pending offers whose time is over: state-based, so no run is missed."""
    return list(
        Referral.objects.filter(state=ReferralState.PENDING, expires_at__lte=at)
        .filter(case__state__in=OPEN)
        .order_by("expires_at")
        .values_list("pk", flat=True)[:most]
    )


def _settle(
    offer: Referral,
    state: ReferralState,
    *,
    by: Clerk,
    at: dt.datetime,
    reason: str = "",
    stand_in: Posting | None = None,
) -> None:
    offer.state = state
    offer.settled_by = by
    offer.settled_at = at
    offer.settle_reason = reason
    offer.stand_in_posting = stand_in
    offer.save(
        update_fields=[
            "state",
            "settled_by",
            "settled_at",
            "settle_reason",
            "stand_in_posting",
            "better_window",
            "better_department",
            "sent_up",
        ]
    )


def _offer_facts(offer: Referral) -> dict[str, object]:
    return {
        "referral": {
            "id": offer.pk,
            "state": str(offer.state),
            "from": person(offer.from_clerk),
            "to": person(offer.to_clerk),
            "window": place(offer.to_window),
        }
    }
