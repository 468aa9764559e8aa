"""Signing in, sitting down, locking out: who is where, and who tried.

Every attempt leaves a `SignIn` line. A hall often shares one address, so nobody is ever
locked out by address alone: by person, and by person at one terminal (check 32).
"""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from windows import limits
from windows.listing import joined
from windows.models import Clerk, Posting, Seat, SignIn
from windows.models.people import PostKind
from windows.models.records import SignInOutcome

AT_ONE_TERMINAL = 5
"""Wrong passwords of one person at one terminal before it waits."""

ANYWHERE = 20
"""Wrong passwords of one person at all terminals together before all wait."""

SECONDS = 600
"""How long attempts count, and so how long a lock lasts."""


def may_try(staff_number: str, terminal: str, *, at: dt.datetime) -> bool:
    """Count an attempt to give a password; False while it is locked out."""
    here = limits.key_of(staff_number, within=terminal)
    return (
        limits.count(here, seconds=SECONDS, at=at) <= AT_ONE_TERMINAL
        and limits.count(limits.key_of(staff_number), seconds=SECONDS, at=at)
        <= ANYWHERE
    )


def came_in(
    clerk: Clerk, terminal: str, outcome: SignInOutcome, *, at: dt.datetime
) -> None:
    """Record a right password, and forget the wrong ones at this terminal."""
    limits.forget_one(limits.key_of(clerk.staff_number, within=terminal))
    SignIn.objects.create(clerk=clerk, terminal=terminal, outcome=outcome, at=at)


def was_refused(
    staff_number: str, terminal: str, *, at: dt.datetime, locked: bool
) -> None:
    """Record a refused attempt; a number that does not exist is not kept."""
    SignIn.objects.create(
        clerk=Clerk.objects.filter(staff_number=staff_number).first(),
        terminal=terminal,
        outcome=SignInOutcome.LOCKED_OUT if locked else SignInOutcome.REFUSED,
        at=at,
    )


@transaction.atomic
def lift_lock(clerk: Clerk, *, by: Clerk, at: dt.datetime) -> None:
    """Let a locked-out person try again; a supervisor's act, on record (check 32)."""
    limits.forget(clerk.staff_number)
    SignIn.objects.create(
        clerk=clerk,
        terminal="",
        outcome=SignInOutcome.LOCK_LIFTED,
        at=at,
        by=by,
    )


def locked_out(hall_id: int, *, at: dt.datetime) -> QuerySet[SignIn]:
    """Return the lock-outs of a hall that may still last, the newest first."""
    return (
        SignIn.objects.filter(
            clerk__hall_id=hall_id,
            outcome=SignInOutcome.LOCKED_OUT,
            at__gte=at - dt.timedelta(seconds=SECONDS * 3 // 2),
        )
        .select_related("clerk")
        .order_by("clerk_id", "-id")
        .distinct("clerk_id")
    )


@dataclass(frozen=True, slots=True)
class Choice:
    """One window on the page where somebody sits down."""

    id: int
    label: str
    place: str
    posted: str
    taken_by: str
    current: bool


def _posts(clerk: Clerk, day: dt.date) -> QuerySet[Posting]:
    return (
        Posting.objects.on(day)
        .filter(
            clerk=clerk,
            window__is_active=True,
            window__hall_id=clerk.hall_id or 0,
        )
        .select_related("window")
        .order_by("post", "window__number")
    )


def choices(clerk: Clerk) -> list[Choice]:
    """Return the windows where this person is posted today."""
    posts = list(_posts(clerk, timezone.localdate()))
    here = Seat.objects.filter(window__in=[post.window_id for post in posts])
    taken: dict[int, list[str]] = {}
    mine = 0
    for seat in here.select_related("clerk"):
        if seat.clerk_id == clerk.pk:
            mine = seat.window_id
        else:
            taken.setdefault(seat.window_id, []).append(seat.clerk.name)
    return [
        Choice(
            id=post.window_id,
            label=str(post.window),
            place=gettext("floor %(floor)s %(zone)s")
            % {"floor": post.window.floor, "zone": post.window.zone},
            posted=post.post,
            taken_by=joined(taken.get(post.window_id, [])),
            current=post.window_id == mine,
        )
        for post in posts
    ]


def sit_down(clerk: Clerk, window_id: int, *, at: dt.datetime) -> bool:
    """Seat a person at a window where he is posted today; False if he is not."""
    if not _posts(clerk, timezone.localdate(at)).filter(window_id=window_id).exists():
        return False
    Seat.objects.update_or_create(
        clerk=clerk, defaults={"window_id": window_id, "since": at}
    )
    return True


def sit_at_own_window(clerk: Clerk, *, at: dt.datetime) -> bool:
    """Seat a person where he belongs if that is beyond doubt: one A post today."""
    posts = [p for p in _posts(clerk, timezone.localdate(at)) if p.post == PostKind.A]
    if len(posts) != 1:
        return False
    return sit_down(clerk, posts[0].window_id, at=at)


def stand_up(clerk: Clerk) -> None:
    """Leave the window: it is staffed by others, or by nobody."""
    Seat.objects.filter(clerk=clerk).delete()
