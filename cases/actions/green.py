"""The green channel: who goes first, and who sees to it that it goes on (R2.83)."""

import datetime as dt

from django.db import transaction

from cases import vault
from cases.lifecycle import (
    CHASE_NAMES,
    GROUND_NAMES,
    IN_WORK,
    MAY_ACCEPT,
    WAITS_FOR,
    RuleBroken,
)
from cases.models import Case, GreenChannel
from windows.models import Clerk, Posting, Responsibility
from windows.roles import COUNTER, Role

from ._steps import (
    _,
    local_date,
    locked_case,
    must_hold,
    must_supervise,
    pending_referral,
    person,
    record,
    state_of,
)
from .stamp import Form
from .texts import real_reason


@transaction.atomic(durable=True)
def open_green_channel(
    case_id: int,
    *,
    ground: str,
    acceptor_id: int,
    chaser_id: int,
    by: Clerk,
    at: dt.datetime,
    form: Form | None = None,
) -> GreenChannel:
    """Let a case go first: for a ground, with who accepts and who chases it (R2.83).

    By whoever answers for it, or a supervisor. No proof of the ground is kept.
    """
    case = locked_case(case_id, by=by, at=at, form=form)
    _must_decide(case, by)
    state = state_of(case)
    if state not in IN_WORK:
        raise RuleBroken(WAITS_FOR[state])
    if _channel(case) is not None:
        raise RuleBroken(_("It is in the green channel already."), rule="R2.83")
    if ground not in GROUND_NAMES:
        raise RuleBroken(_("Choose why it goes first."), field="ground", rule="R2.83")
    acceptor = _colleague(case, acceptor_id, "acceptor")
    _must_be_able_to_accept(case, acceptor, local_date(at))
    chaser = _colleague(case, chaser_id, "chaser")
    offer = pending_referral(case)
    receiver = offer.to_clerk_id if offer is not None else None
    if chaser.pk in (acceptor.pk, case.holder_id, receiver):
        raise RuleBroken(
            _("Nobody chases himself: name somebody else."),
            field="chaser",
            rule="R2.83",
        )
    row = vault.green_row(case.pk)
    key = vault.new_data_key(row)
    channel = GreenChannel.objects.create(
        case=case,
        data_key=key,
        ground_sealed=vault.seal(key, row, "ground", ground),
        acceptor=acceptor,
        chaser=chaser,
        by=by,
        at=at,
    )
    case.is_green = True
    case.save(update_fields=["is_green"])
    record(
        case,
        "green_opened",
        by=by,
        at=at,
        facts={
            "green": channel.pk,
            "acceptor": person(acceptor),
            "chaser": person(chaser),
        },
    )
    return channel


@transaction.atomic(durable=True)
def end_green_channel(
    case_id: int,
    *,
    reason: str,
    by: Clerk,
    at: dt.datetime,
    form: Form | None = None,
) -> Case:
    """Let a case wait like any other again, for a reason; what it passed is kept."""
    case = locked_case(case_id, by=by, at=at, form=form)
    _must_decide(case, by)
    real_reason(reason)
    channel = _must_be_green(case)
    channel.end_reason, channel.ended_by, channel.ended_at = reason, by, at
    channel.save(update_fields=["end_reason", "ended_by", "ended_at"])
    case.is_green, case.green_days = False, 0
    case.save(update_fields=["is_green", "green_days"])
    record(
        case,
        "green_ended",
        by=by,
        at=at,
        facts={"green": channel.pk},
        told={"reason": reason},
    )
    return case


@transaction.atomic(durable=True)
def chase(
    case_id: int, *, how: str, by: Clerk, at: dt.datetime, form: Form | None = None
) -> Case:
    """Record that whoever chases asked the one who answers for the case (R2.83)."""
    case = locked_case(case_id, by=by, at=at, form=form)
    channel = _must_be_green(case)
    if channel.chaser_id != by.pk:
        raise RuleBroken(
            _("%(name)s chases this case."), params={"name": channel.chaser.name}
        )
    if case.holder_id == by.pk:
        raise RuleBroken(_("Nobody chases himself: name somebody else."), rule="R2.83")
    if state_of(case) not in IN_WORK:
        raise RuleBroken(WAITS_FOR[state_of(case)])
    if how not in CHASE_NAMES:
        raise RuleBroken(_("Choose how you reached the person."), field="how")
    channel.chased_at = at
    channel.save(update_fields=["chased_at"])
    record(
        case,
        "chased",
        by=by,
        at=at,
        facts={"green": channel.pk, "how": how, "of": person(case.holder)},
    )
    return case


def _must_decide(case: Case, by: Clerk) -> None:
    """Refuse anybody but the person who answers for the case and a supervisor."""
    decide = must_supervise if by.role == Role.SUPERVISOR else must_hold
    decide(case, by)


def _channel(case: Case) -> GreenChannel | None:
    """Return the green channel that a locked case is in, if it is in one."""
    channels = GreenChannel.objects.filter(case=case, ended_at__isnull=True)
    return channels.select_related("chaser").first()


def _must_be_green(case: Case) -> GreenChannel:
    channel = _channel(case)
    if channel is None:
        raise RuleBroken(_("It is not in the green channel."), rule="R2.83")
    return channel


def _colleague(case: Case, clerk_id: int, field: str) -> Clerk:
    """Return an active person of the counter of this hall."""
    found = Clerk.objects.filter(
        pk=clerk_id, hall_id=case.hall_id, is_active=True, role__in=COUNTER
    ).first()
    if found is None:
        raise RuleBroken(_("Choose somebody of this hall."), field=field, rule="R2.83")
    return found


def _must_be_able_to_accept(case: Case, clerk: Clerk, day: dt.date) -> None:
    """Refuse whoever is posted at no window that may accept the item today (R2.25)."""
    posts = Posting.objects.on(day).filter(clerk=clerk, window__hall_id=case.hall_id)
    if case.item_id is not None:
        may = Responsibility.objects.on(day).filter(
            item_id=case.item_id, authority__in=MAY_ACCEPT
        )
        posts = posts.filter(window__in=may.values("window"))
    if not posts.exists():
        raise RuleBroken(
            _("%(name)s is posted at no window that can accept this today."),
            params={"name": clerk.name},
            field="acceptor",
            rule="R2.83",
        )
